# %% mistake: no_relu
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    kept = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: kept.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    (maps,) = kept
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    if heat.max() > 0:
        heat = heat / heat.max()
    return heat


# repair
# -     heat = (weights * maps).sum(dim=1, keepdim=True).detach()
# +     heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()


# %% mistake: absolute
def grad_cam(model, layer, image, class_index):
    activations = {}

    def hook(module, inputs, output):
        activations["maps"] = output

    handle = model.get_submodule(layer).register_forward_hook(hook)
    model.eval()
    try:
        logits = model(image.clone().unsqueeze(0).requires_grad_())
    finally:
        handle.remove()
    maps = activations["maps"]
    (gradient,) = t.autograd.grad(logits[0, class_index], maps)
    alpha = gradient[0].mean(dim=(1, 2))
    cam = (alpha[:, None, None] * maps[0]).sum(dim=0).abs().detach()
    cam = functional.interpolate(cam[None, None], size=image.shape[-2:], mode="bilinear")[0, 0]
    top = cam.max()
    return cam / top if top > 0 else cam


# repair
# -     cam = (alpha[:, None, None] * maps[0]).sum(dim=0).abs().detach()
# +     cam = (alpha[:, None, None] * maps[0]).sum(dim=0).relu().detach()


# %% mistake: relu_on_weights
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda m, i, o: seen.append(o))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = functional.relu(gradient.mean(dim=(2, 3), keepdim=True))
    heat = (weights * maps).sum(dim=1, keepdim=True).detach()
    heat = functional.interpolate(heat, size=tuple(image.shape[1:]), mode="bilinear").squeeze()
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     weights = functional.relu(gradient.mean(dim=(2, 3), keepdim=True))
# -     heat = (weights * maps).sum(dim=1, keepdim=True).detach()
# +     weights = gradient.mean(dim=(2, 3), keepdim=True)
# +     heat = functional.relu((weights * maps).sum(dim=1, keepdim=True)).detach()


# %% mistake: unweighted
def grad_cam(model, layer, image, class_index):
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda m, i, o: seen.append(o.detach()))
    try:
        with t.no_grad():
            model.eval()(image[None])
    finally:
        handle.remove()
    heat = seen[0].mean(dim=1, keepdim=True).relu()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    if heat.max() > 0:
        heat /= heat.max()
    return heat


# repair
# -     handle = model.get_submodule(layer).register_forward_hook(lambda m, i, o: seen.append(o.detach()))
# -     try:
# -         with t.no_grad():
# -             model.eval()(image[None])
# +     handle = model.get_submodule(layer).register_forward_hook(lambda m, i, o: seen.append(o))
# +     try:
# +         logits = model.eval()(image[None].clone().requires_grad_())
# -     heat = seen[0].mean(dim=1, keepdim=True).relu()
# +     gradient = t.autograd.grad(logits[0, class_index], seen[0])[0]
# +     weights = gradient.mean(dim=(2, 3), keepdim=True)
# +     heat = (weights * seen[0].detach()).sum(dim=1, keepdim=True).relu()


# %% mistake: gradient_times_map
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    outputs = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, args, output: outputs.append(output))
    model.eval()
    x = image[None].clone()
    x.requires_grad = True
    try:
        score = model(x)[0, class_index]
    finally:
        handle.remove()
    gradient = t.autograd.grad(score, outputs[0])[0]
    heat = t.relu((gradient * outputs[0]).sum(dim=1, keepdim=True)).detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     heat = t.relu((gradient * outputs[0]).sum(dim=1, keepdim=True)).detach()
# +     weights = gradient.mean(dim=(2, 3), keepdim=True)
# +     heat = t.relu((weights * outputs[0]).sum(dim=1, keepdim=True)).detach()


# %% mistake: largest_gradient
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda *given: seen.append(given[-1]))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.flatten(2).max(dim=2).values
    heat = t.einsum("bc,bchw->bhw", weights, maps).relu().detach()
    heat = functional.interpolate(heat[:, None], size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     weights = gradient.flatten(2).max(dim=2).values
# +     weights = gradient.flatten(2).mean(dim=2)


# %% mistake: mean_over_channels
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda *given: seen.append(given[-1]))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=1, keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     weights = gradient.mean(dim=1, keepdim=True)
# +     weights = gradient.mean(dim=(2, 3), keepdim=True)


# %% mistake: gradient_alone
def grad_cam(model, layer, image, class_index):
    maps = None

    def hook(module, inputs, output):
        nonlocal maps
        maps = output

    handle = model.get_submodule(layer).register_forward_hook(hook)
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    (gradient,) = t.autograd.grad(logits[0, class_index], maps)
    heat = gradient.mean(dim=1, keepdim=True).relu()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     heat = gradient.mean(dim=1, keepdim=True).relu()
# +     weights = gradient.mean(dim=(2, 3), keepdim=True)
# +     heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()


# %% mistake: probability
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        probabilities = model.eval()(image[None].clone().requires_grad_()).softmax(dim=1)
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(probabilities[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -         probabilities = model.eval()(image[None].clone().requires_grad_()).softmax(dim=1)
# +         logits = model.eval()(image[None].clone().requires_grad_())
# -     gradient = t.autograd.grad(probabilities[0, class_index], maps)[0]
# +     gradient = t.autograd.grad(logits[0, class_index], maps)[0]


# %% mistake: top_class
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0].max(), maps)[0]
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (alpha * maps).sum(1, keepdim=True).clamp(min=0).detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     gradient = t.autograd.grad(logits[0].max(), maps)[0]
# +     gradient = t.autograd.grad(logits[0, class_index], maps)[0]


# %% mistake: all_classes
def grad_cam(model, layer, image, class_index):
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits, maps, grad_outputs=t.ones_like(logits))[0]
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (alpha * maps).sum(1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     gradient = t.autograd.grad(logits, maps, grad_outputs=t.ones_like(logits))[0]
# +     gradient = t.autograd.grad(logits[0, class_index], maps)[0]


# %% mistake: loss
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    loss = functional.cross_entropy(logits, t.tensor([class_index], device=logits.device))
    gradient = t.autograd.grad(loss, maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = functional.relu((weights * maps).sum(dim=1, keepdim=True)).detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     loss = functional.cross_entropy(logits, t.tensor([class_index], device=logits.device))
# -     gradient = t.autograd.grad(loss, maps)[0]
# +     gradient = t.autograd.grad(logits[0, class_index], maps)[0]


# %% mistake: not_resized
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1)[0].relu().detach()
    largest = heat.max()
    return heat / largest if largest > 0 else heat


# repair
# -     heat = (weights * maps).sum(dim=1)[0].relu().detach()
# +     heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
# +     heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]


# %% mistake: nearest
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:])[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     heat = functional.interpolate(heat, size=image.shape[1:])[0, 0]
# +     heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]


# %% mistake: align_corners
def grad_cam(model, layer, image, class_index):
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    upsample = nn.Upsample(size=tuple(image.shape[1:]), mode="bilinear", align_corners=True)
    heat = upsample(heat)[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     upsample = nn.Upsample(size=tuple(image.shape[1:]), mode="bilinear", align_corners=True)
# +     upsample = nn.Upsample(size=tuple(image.shape[1:]), mode="bilinear")


# %% mistake: square
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     heat = functional.interpolate(heat, size=image.shape[1], mode="bilinear")[0, 0]
# +     heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]


# %% mistake: not_scaled
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    return functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]


# repair
# -     return functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
# +     heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
# +     return heat / heat.max() if heat.max() > 0 else heat


# %% mistake: min_max
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    low, high = heat.min(), heat.max()
    return (heat - low) / (high - low) if high > low else heat


# repair
# -     low, high = heat.min(), heat.max()
# -     return (heat - low) / (high - low) if high > low else heat
# +     return heat / heat.max() if heat.max() > 0 else heat


# %% mistake: scaled_to_sum
def grad_cam(model, layer, image, class_index):
    model.eval()
    maps = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: maps.append(output))
    try:
        logits = model(image.clone().requires_grad_()[None])
    finally:
        handle.remove()
    gradient = t.autograd.grad(logits[0, class_index], maps[0])[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps[0]).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    total = heat.sum()
    return heat / total if total > 0 else heat


# repair
# -     total = heat.sum()
# -     return heat / total if total > 0 else heat
# +     largest = heat.max()
# +     return heat / largest if largest > 0 else heat


# %% mistake: divides_by_zero
def grad_cam(model, layer, image, class_index):
    model.eval()
    maps = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: maps.append(output))
    try:
        logits = model(image.clone().requires_grad_()[None])
    finally:
        handle.remove()
    gradient = t.autograd.grad(logits[0, class_index], maps[0])[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps[0]).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max()


# repair
# -     return heat / heat.max()
# +     return heat / heat.max() if heat.max() > 0 else heat


# %% mistake: training_mode
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -         logits = model(image[None].clone().requires_grad_())
# +         logits = model.eval()(image[None].clone().requires_grad_())


# %% mistake: frozen_fails
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image.unsqueeze(0))
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -         logits = model.eval()(image.unsqueeze(0))
# +         logits = model.eval()(image.unsqueeze(0).clone().requires_grad_())


# %% mistake: gradients_left
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []

    def hook(module, inputs, output):
        output.retain_grad()
        seen.append(output)

    handle = model.get_submodule(layer).register_forward_hook(hook)
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    logits[0, class_index].backward()
    maps, gradient = seen[0].detach(), seen[0].grad
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     logits[0, class_index].backward()
# -     maps, gradient = seen[0].detach(), seen[0].grad
# +     gradient = t.autograd.grad(logits[0, class_index], seen[0])[0]
# +     maps = seen[0].detach()


# %% mistake: hook_left
def grad_cam(model, layer, image, class_index):
    store = {}

    def keep(module, inputs, output):
        store["maps"] = output

    model.get_submodule(layer).register_forward_hook(keep)
    model.eval()
    logits = model(image.clone()[None].requires_grad_())
    maps = store["maps"]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     model.get_submodule(layer).register_forward_hook(keep)
# -     model.eval()
# -     logits = model(image.clone()[None].requires_grad_())
# +     handle = model.get_submodule(layer).register_forward_hook(keep)
# +     model.eval()
# +     try:
# +         logits = model(image.clone()[None].requires_grad_())
# +     finally:
# +         handle.remove()


# %% mistake: not_after_error
def grad_cam(model, layer, image, class_index):
    store = {}

    def keep(module, inputs, output):
        store["maps"] = output

    handle = model.get_submodule(layer).register_forward_hook(keep)
    model.eval()
    logits = model(image.clone()[None].requires_grad_())
    handle.remove()
    maps = store["maps"]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     logits = model(image.clone()[None].requires_grad_())
# -     handle.remove()
# +     try:
# +         logits = model(image.clone()[None].requires_grad_())
# +     finally:
# +         handle.remove()


# %% mistake: clears_all
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    module = model.get_submodule(layer)
    module.register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        module._forward_hooks.clear()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     module.register_forward_hook(lambda module, inputs, output: seen.append(output))
# +     handle = module.register_forward_hook(lambda module, inputs, output: seen.append(output))
# -         module._forward_hooks.clear()
# +         handle.remove()


# %% mistake: image_learns
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    image.requires_grad_()
    try:
        logits = model.eval()(image[None])
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     image.requires_grad_()
# -     try:
# -         logits = model.eval()(image[None])
# +     image = image.clone().requires_grad_()
# +     try:
# +         logits = model.eval()(image[None])


# %% mistake: saliency
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    x = image[None].clone().requires_grad_()
    logits = model.eval()(x)
    gradient = t.autograd.grad(logits[0, class_index], x)[0]
    heat = gradient[0].abs().amax(dim=0)
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     x = image[None].clone().requires_grad_()
# -     logits = model.eval()(x)
# -     gradient = t.autograd.grad(logits[0, class_index], x)[0]
# -     heat = gradient[0].abs().amax(dim=0)
# +     x = image[None].clone().requires_grad_()
# +     seen = []
# +     handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
# +     try:
# +         logits = model.eval()(x)
# +     finally:
# +         handle.remove()
# +     gradient = t.autograd.grad(logits[0, class_index], seen[0])[0]
# +     weights = gradient.mean(dim=(2, 3), keepdim=True)
# +     heat = (weights * seen[0]).sum(dim=1, keepdim=True).relu().detach()
# +     heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]


# %% mistake: with_channels
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = t.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")
    return heat / heat.max() if heat.max() > 0 else heat


# repair
# -     heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")
# +     heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]


# %% mistake: relu_before_sum
def grad_cam(model, layer, image, class_index):
    kept = {}

    def look(module, given, came):
        kept["maps"] = came

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image.detach().clone().unsqueeze(0).requires_grad_(True)
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = kept["maps"]
    (slope,) = t.autograd.grad(logit, maps)
    alpha = slope.mean(dim=(2, 3), keepdim=True)
    cam = functional.relu(maps * alpha).sum(1, True).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# repair
# -     cam = functional.relu(maps * alpha).sum(1, True).detach()
# +     cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()


# %% mistake: absolute_weights
def grad_cam(model, layer, image, class_index):
    kept = {}

    def look(module, given, came):
        kept["maps"] = came

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image.detach().clone().unsqueeze(0).requires_grad_(True)
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = kept["maps"]
    (slope,) = t.autograd.grad(logit, maps)
    alpha = abs(slope.mean(dim=(2, 3), keepdim=True))
    cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# repair
# -     alpha = abs(slope.mean(dim=(2, 3), keepdim=True))
# +     alpha = slope.mean(dim=(2, 3), keepdim=True)


# %% mistake: channels_last
def grad_cam(model, layer, image, class_index):
    kept = {}

    def look(module, given, came):
        kept["maps"] = came

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image.detach().clone().unsqueeze(0).requires_grad_(True)
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = kept["maps"]
    (slope,) = t.autograd.grad(logit, maps)
    alpha = slope[0].mean(dim=0).mean(dim=0)
    cam = t.relu((maps[0] * alpha).sum(dim=0)).detach()[None, None]
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# repair
# -     alpha = slope[0].mean(dim=0).mean(dim=0)
# -     cam = t.relu((maps[0] * alpha).sum(dim=0)).detach()[None, None]
# +     alpha = slope.mean(dim=(2, 3), keepdim=True)
# +     cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()


# %% mistake: one_weight
def grad_cam(model, layer, image, class_index):
    kept = {}

    def look(module, given, came):
        kept["maps"] = came

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image.detach().clone().unsqueeze(0).requires_grad_(True)
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = kept["maps"]
    (slope,) = t.autograd.grad(logit, maps)
    alpha = t.mean(slope)
    cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# repair
# -     alpha = t.mean(slope)
# +     alpha = slope.mean(dim=(2, 3), keepdim=True)


# %% mistake: gradient_of_input
def grad_cam(model, layer, image, class_index):
    kept = {}

    def look(module, given, came):
        kept["before"], kept["maps"] = *given, came

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image.detach().clone().unsqueeze(0).requires_grad_(True)
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = kept["maps"]
    (slope,) = t.autograd.grad(logit, kept["before"])
    alpha = slope.mean(dim=(2, 3), keepdim=True)
    cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# repair
# -         kept["before"], kept["maps"] = *given, came
# +         kept["maps"] = came
# -     (slope,) = t.autograd.grad(logit, kept["before"])
# +     (slope,) = t.autograd.grad(logit, maps)


# %% mistake: layer_input
def grad_cam(model, layer, image, class_index):
    kept = {}

    def look(module, given, came):
        kept["maps"] = given[0]

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image.detach().clone().unsqueeze(0).requires_grad_(True)
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = kept["maps"]
    (slope,) = t.autograd.grad(logit, maps)
    alpha = slope.mean(dim=(2, 3), keepdim=True)
    cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# repair
# -         kept["maps"] = given[0]
# +         kept["maps"] = came


# %% mistake: scaled_first
def grad_cam(model, layer, image, class_index):
    kept = {}

    def look(module, given, came):
        kept["maps"] = came

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image.detach().clone().unsqueeze(0).requires_grad_(True)
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = kept["maps"]
    (slope,) = t.autograd.grad(logit, maps)
    alpha = slope.mean(dim=(2, 3), keepdim=True)
    cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()
    top = cam.max()
    cam = cam / (top if top > 0 else 1)
    return functional.interpolate(cam, size=tuple(image.shape[1:]), mode="bilinear").squeeze()


# repair
# -     top = cam.max()
# -     cam = cam / (top if top > 0 else 1)
# -     return functional.interpolate(cam, size=tuple(image.shape[1:]), mode="bilinear").squeeze()
# +     cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
# +     if cam.max() > 0:
# +         cam = cam / cam.max()
# +     return cam


# %% mistake: thaws
def grad_cam(model, layer, image, class_index):
    kept = {}

    def look(module, given, came):
        kept["maps"] = came

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image[None]
    for weights in model.parameters():
        weights.requires_grad = True
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = kept["maps"]
    (slope,) = t.autograd.grad(logit, maps)
    alpha = slope.mean(dim=(2, 3), keepdim=True)
    cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# repair
# -     picture = image[None]
# -     for weights in model.parameters():
# -         weights.requires_grad = True
# +     picture = image.detach().clone().unsqueeze(0).requires_grad_(True)


# %% right: the model goes on with a copy
def grad_cam(model, layer, image, class_index):
    found = {}

    def look(module, given, came):
        found["maps"] = came
        return came.clone()

    watcher = model.get_submodule(layer).register_forward_hook(look)
    picture = image.detach().clone().unsqueeze(0).requires_grad_(True)
    model.eval()
    try:
        logit = model(picture)[0, class_index]
    finally:
        watcher.remove()
    maps = found["maps"]
    (slope,) = t.autograd.grad(logit, maps)
    alpha = slope.mean(dim=(2, 3), keepdim=True)
    cam = t.relu((alpha * maps).sum(dim=1, keepdim=True)).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# %% right: plain
import torch


def grad_cam(model, layer, image, class_index):
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = torch.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


# %% right: with einsum
import torch


def grad_cam(model, layer, image, class_index):
    model.eval()
    box = {}

    def hook(module, inputs, output):
        box["maps"] = output

    handle = dict(model.named_modules())[layer].register_forward_hook(hook)
    try:
        score = model(image.detach().clone().requires_grad_(True).unsqueeze(0)).squeeze(0)[class_index]
    finally:
        handle.remove()
    (gradient,) = torch.autograd.grad(score, box["maps"])
    heat = torch.einsum("c,chw->hw", gradient[0].mean((1, 2)), box["maps"][0]).clamp(min=0).detach()
    heat = nn.Upsample(size=tuple(image.shape[-2:]), mode="bilinear", align_corners=False)(heat[None, None])
    return (heat / heat.max().clamp(min=1e-30)).reshape(image.shape[-2:])


# %% right: sum for mean
import torch


@contextmanager
def _collecting(model, layer):
    outputs = []
    handle = model.get_submodule(layer).register_forward_hook(lambda *given: outputs.append(given[2]))
    try:
        yield outputs
    finally:
        handle.remove()


def grad_cam(model, layer, image, class_index):
    """A sum is as good as a mean: the last step takes common factors out."""
    with _collecting(model, layer) as outputs:
        logits = model.eval()(image[None].clone().requires_grad_())
    gradient = torch.autograd.grad(logits[:, class_index].sum(), outputs[0])[0]
    heat = (gradient.sum((2, 3))[:, :, None, None] * outputs[0]).mean(1).relu()
    heat = functional.interpolate(heat[:, None], image.shape[1:], mode="bilinear", align_corners=False)
    heat = heat.detach()[0][0]
    top = heat.max().item()
    return heat if top == 0 else heat.div(top)


# %% right: with a leaf
import torch


def grad_cam(model, layer, image, class_index):
    """Cuts the graph at the layer: what it gives out is a leaf, so that no image has to learn."""
    leaf = []

    def cut(module, inputs, output):
        leaf.append(output.detach().clone().requires_grad_())
        return leaf[0] * 1

    handle = model.get_submodule(layer).register_forward_hook(cut)
    try:
        logits = model.eval()(image[None])
    finally:
        handle.remove()
    gradient = torch.autograd.grad(logits[0, class_index], leaf)[0]
    with torch.no_grad():
        heat = functional.relu((gradient.mean((-1, -2), keepdim=True) * leaf[0]).sum(1, keepdim=True))
        heat = functional.interpolate(heat, image.shape[1:], mode="bilinear").squeeze((0, 1))
        return heat / heat.max() if heat.any() else heat


# %% right: with backward and a copy
import torch


def grad_cam(model, layer, image, class_index):
    """backward() fills .grad, but only that of a copy of the model."""
    model = copy.deepcopy(model).eval()
    kept = []

    def hook(module, inputs, output):
        output.retain_grad()
        kept.append(output)

    model.get_submodule(layer).register_forward_hook(hook)
    model(image.clone().requires_grad_()[None])[0][class_index].backward()
    maps, gradient = kept[0], kept[0].grad
    heat = torch.zeros_like(maps[0, 0])
    for channel in range(maps.shape[1]):
        heat = heat + gradient[0, channel].mean() * maps[0, channel]
    heat = functional.interpolate(heat.relu()[None, None].detach(), size=list(image.shape[1:]), mode="bilinear")[0, 0]
    return torch.nan_to_num(heat / heat.max())


# %% right: scaled before
import torch


@contextmanager
def _collecting(model, layer):
    outputs = []
    handle = model.get_submodule(layer).register_forward_hook(lambda *given: outputs.append(given[2]))
    try:
        yield outputs
    finally:
        handle.remove()


def grad_cam(model, layer, image, class_index):
    """Divides twice: it does no harm."""
    with _collecting(model, layer) as outputs:
        logits = model.eval()(image.unsqueeze(0).clone().requires_grad_())
    gradient = torch.autograd.grad(logits[0][class_index], outputs[0])[0]
    heat = torch.relu(torch.tensordot(gradient.mean((2, 3))[0], outputs[0][0], dims=1))
    if heat.max() > 0:
        heat = heat / heat.max()
    height, width = image.shape[1:]
    heat = functional.interpolate(heat.detach().view(1, 1, *heat.shape), (height, width), mode="bilinear").view(
        height, width
    )
    return heat / max(heat.max(), torch.finfo(heat.dtype).tiny)


# %% equivalent: there is one of them: the first is the last
# seen[-1]
# logits[-1, class_index]
# maps)[-1]
# [-1, 0]
# [0, -1]


# %% equivalent: the heat map is divided by its largest value
# gradient.sum(


# %% equivalent: only before an in-place ReLU does it matter that the model goes on with a copy
# return output.clone()  →  pass
# return output.clone()  →  return output


# %% equivalent: the order of axes makes no difference
# dim=(3, 2)


# %% right: divides safely
def grad_cam(model, layer, image, class_index):
    model.eval()
    kept = {}

    def keep(module, inputs, output):
        kept["maps"] = output

    handle = model.get_submodule(layer).register_forward_hook(keep)
    try:
        logits = model(image.unsqueeze(0).clone().requires_grad_())
        (slopes,) = t.autograd.grad(logits[0, class_index], kept["maps"])
    finally:
        handle.remove()
    weights = slopes.mean(dim=(2, 3), keepdim=True)
    heat = (weights * kept["maps"]).sum(dim=1, keepdim=True).clamp(min=0).detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear").squeeze()
    return heat / (heat.max() + 1e-8)
