# %% Ben: the probability, not the logit
# truth: The gradient is taken of the softmax's probability and not of the logit, so each class's evidence is mixed with
# that of the others.
# repair: Differentiate logits[0, class_index].
def grad_cam(model, layer, image, class_index):
    maps = []

    def hook(module, inputs, output):
        maps.append(output)

    handle = model.get_submodule(layer).register_forward_hook(hook)
    x = image.clone().unsqueeze(0)
    x.requires_grad = True
    model.eval()
    try:
        out = model(x)
    finally:
        handle.remove()
    score = out.softmax(dim=1)[0, class_index]
    grad = t.autograd.grad(score, maps[0])[0]
    weights = grad.mean(dim=[2, 3], keepdim=True)
    cam = (weights * maps[0]).sum(dim=1, keepdim=True)
    cam = cam.relu().detach()
    cam = functional.interpolate(cam, size=(image.shape[1], image.shape[2]), mode="bilinear")
    cam = cam[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# %% Ben: backward leaves its gradients
# truth: score.backward() fills grad of every parameter of the model, which should be left without gradients.
# repair: Use torch.autograd.grad.
def grad_cam(model, layer, image, class_index):
    maps = []

    def hook(module, inputs, output):
        output.retain_grad()
        maps.append(output)

    handle = model.get_submodule(layer).register_forward_hook(hook)
    x = image.clone().unsqueeze(0)
    x.requires_grad = True
    model.eval()
    try:
        out = model(x)
    finally:
        handle.remove()
    score = out[0, class_index]
    score.backward()
    grad = maps[0].grad
    weights = grad.mean(dim=[2, 3], keepdim=True)
    cam = (weights * maps[0]).sum(dim=1, keepdim=True)
    cam = cam.relu().detach()
    cam = functional.interpolate(cam, size=(image.shape[1], image.shape[2]), mode="bilinear")
    cam = cam[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# %% Ben: zero divided by zero
# truth: Where nothing speaks for the class, the map is divided by its largest value 0, and is NaN everywhere.
# repair: Divide only if the largest value is above 0.
def grad_cam(model, layer, image, class_index):
    maps = []

    def hook(module, inputs, output):
        maps.append(output)

    handle = model.get_submodule(layer).register_forward_hook(hook)
    x = image.clone().unsqueeze(0)
    x.requires_grad = True
    model.eval()
    try:
        out = model(x)
    finally:
        handle.remove()
    grad = t.autograd.grad(out[0, class_index], maps[0])[0]
    weights = grad.mean(dim=[2, 3], keepdim=True)
    cam = (weights * maps[0]).sum(dim=1, keepdim=True)
    cam = cam.relu().detach()
    cam = functional.interpolate(cam, size=(image.shape[1], image.shape[2]), mode="bilinear")
    cam = cam[0, 0]
    cam = cam / cam.max()
    return cam


# %% Ben: two at once, the winner's map and no eval mode
# truth: Two mistakes: The map is that of the class with the largest logit and not of class_index, and the model runs in
# whatever mode it is in.
# repair: Use class_index, and call model.eval() first.
def grad_cam(model, layer, image, class_index):
    maps = []

    def hook(module, inputs, output):
        maps.append(output)

    handle = model.get_submodule(layer).register_forward_hook(hook)
    x = image.clone().unsqueeze(0)
    x.requires_grad = True
    try:
        out = model(x)
    finally:
        handle.remove()
    grad = t.autograd.grad(out.max(), maps[0])[0]
    weights = grad.mean(dim=[2, 3], keepdim=True)
    cam = (weights * maps[0]).sum(dim=1, keepdim=True)
    cam = cam.relu().detach()
    cam = functional.interpolate(cam, size=(image.shape[1], image.shape[2]), mode="bilinear")
    cam = cam[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# %% Nadia: stretched from min to max
# truth: The map is stretched from its smallest to its largest value, so the smallest becomes 0 even where it speaks for
# the class.
# repair: Divide by the largest value only.
def grad_cam(model, layer, image, class_index):
    activations = []
    handle = model.get_submodule(layer).register_forward_hook(lambda lay, inp, out: activations.append(out))
    inputs = image[None, ...].clone().requires_grad_(True)
    model.eval()
    try:
        predictions = model(inputs)
    finally:
        handle.remove()
    outputs = activations[0]
    grads = t.autograd.grad(predictions[0, class_index], outputs)[0]
    pooled_grads = t.mean(grads, axis=(0, 2, 3))
    heatmap = t.einsum("chw,c->hw", outputs[0], pooled_grads)
    heatmap = t.maximum(heatmap, t.zeros_like(heatmap)).detach()
    heatmap = functional.interpolate(heatmap[None, None], size=image.shape[-2:], mode="bilinear")[0, 0]
    span = heatmap.max() - heatmap.min()
    return (heatmap - heatmap.min()) / span if span > 0 else heatmap


# %% Nadia: channels are taken for the last axis
# truth: The gradient is averaged over channels and height, as if channels were the last axis, so each column gets a
# weight and not each channel.
# repair: Average over axes 1 and 2 of (channels, height, width), and sum over channels.
def grad_cam(model, layer, image, class_index):
    activations = []
    handle = model.get_submodule(layer).register_forward_hook(lambda lay, inp, out: activations.append(out))
    inputs = image[None, ...].clone().requires_grad_(True)
    model.eval()
    try:
        predictions = model(inputs)
    finally:
        handle.remove()
    outputs = activations[0]
    grads = t.autograd.grad(predictions[0, class_index], outputs)[0]
    pooled_grads = t.mean(grads[0], axis=(0, 1))
    heatmap = t.sum(outputs[0] * pooled_grads, axis=0)
    heatmap = t.maximum(heatmap, t.zeros_like(heatmap)).detach()
    heatmap = functional.interpolate(heatmap[None, None], size=image.shape[-2:], mode="bilinear")[0, 0]
    return heatmap / heatmap.max() if heatmap.max() > 0 else heatmap


# %% Nadia: a numpy array comes back
# truth: The map is given as a numpy array and not as a tensor.
# repair: Leave .numpy() away.
def grad_cam(model, layer, image, class_index):
    activations = []
    handle = model.get_submodule(layer).register_forward_hook(lambda lay, inp, out: activations.append(out))
    inputs = image[None, ...].clone().requires_grad_(True)
    model.eval()
    try:
        predictions = model(inputs)
    finally:
        handle.remove()
    outputs = activations[0]
    grads = t.autograd.grad(predictions[0, class_index], outputs)[0]
    pooled_grads = t.mean(grads, axis=(0, 2, 3))
    heatmap = t.einsum("chw,c->hw", outputs[0], pooled_grads)
    heatmap = t.maximum(heatmap, t.zeros_like(heatmap)).detach()
    heatmap = functional.interpolate(heatmap[None, None], size=image.shape[-2:], mode="bilinear")[0, 0]
    heatmap = heatmap / heatmap.max() if heatmap.max() > 0 else heatmap
    return heatmap.numpy()


# %% Carlo: width and height change places
# truth: The map is resized to (width, height), so for images that are not square it comes out with its sides exchanged.
# repair: Resize to (height, width).
def grad_cam(model: nn.Module, layer: str, image: Tensor, class_index: int) -> Tensor:
    width: int = image.shape[2]
    height: int = image.shape[1]
    seen: list[Tensor] = []
    handle = model.get_submodule(layer).register_forward_hook(lambda m, i, o: seen.append(o))
    x: Tensor = image.unsqueeze(0).clone().requires_grad_()
    model.eval()
    try:
        logits: Tensor = model(x)
    finally:
        handle.remove()
    gradient: Tensor = t.autograd.grad(logits[0][class_index], seen[0])[0]
    heat: Tensor = t.zeros_like(seen[0][:, 0:1])
    for k in range(0, seen[0].size(1)):
        heat = heat + gradient[:, k].mean() * seen[0][:, k : k + 1]
    heat = t.relu(heat).detach()
    heat = functional.interpolate(heat, (width, height), mode="bilinear")
    heat = heat.squeeze(0).squeeze(0)
    largest: float = heat.max().item()
    if largest > 0.0:
        heat = heat / largest
    return heat


# %% Carlo: two at once, no ReLU and the hook stays after an error
# truth: Two mistakes: The sum is not cut at 0, so places that speak against the class come out negative; and the hook
# is not removed if the model raises.
# repair: Apply ReLU to the sum, and remove the hook in a finally.
def grad_cam(model: nn.Module, layer: str, image: Tensor, class_index: int) -> Tensor:
    seen: list[Tensor] = []
    handle = model.get_submodule(layer).register_forward_hook(lambda m, i, o: seen.append(o))
    x: Tensor = image.unsqueeze(0).clone().requires_grad_()
    model.eval()
    logits: Tensor = model(x)
    handle.remove()
    gradient: Tensor = t.autograd.grad(logits[0][class_index], seen[0])[0]
    heat: Tensor = t.zeros_like(seen[0][:, 0:1])
    for k in range(0, seen[0].size(1)):
        heat = heat + gradient[:, k].mean() * seen[0][:, k : k + 1]
    heat = heat.detach()
    heat = functional.interpolate(heat, (image.shape[1], image.shape[2]), mode="bilinear")
    heat = heat.squeeze(0).squeeze(0)
    largest: float = heat.max().item()
    if largest > 0.0:
        heat = heat / largest
    return heat


# %% Carlo: half-written, not resized yet
# truth: Partly written: The map comes back as small as the layer's maps; it is not resized to the image yet.
# repair: Resize it with functional.interpolate(…, mode="bilinear") before dividing.
def grad_cam(model: nn.Module, layer: str, image: Tensor, class_index: int) -> Tensor:
    seen: list[Tensor] = []
    handle = model.get_submodule(layer).register_forward_hook(lambda m, i, o: seen.append(o))
    x: Tensor = image.unsqueeze(0).clone().requires_grad_()
    model.eval()
    try:
        logits: Tensor = model(x)
    finally:
        handle.remove()
    gradient: Tensor = t.autograd.grad(logits[0][class_index], seen[0])[0]
    heat: Tensor = t.zeros_like(seen[0][:, 0:1])
    for k in range(0, seen[0].size(1)):
        heat = heat + gradient[:, k].mean() * seen[0][:, k : k + 1]
    heat = t.relu(heat).detach()
    # TODO: resize
    heat = heat.squeeze(0).squeeze(0)
    largest: float = heat.max().item()
    if largest > 0.0:
        heat = heat / largest
    return heat


# %% Pia: the gradient of the layer's input
# truth: The backward hook keeps grad_input, the gradient of what goes into the layer, and not grad_output, that of its
# maps.
# repair: Keep grad_output[0].
def grad_cam(model, layer, image, class_index):
    target_layer = model.get_submodule(layer)
    activations, gradients = [], []
    kept = [p.requires_grad for p in model.parameters()]
    for p in model.parameters():
        p.requires_grad = False
    handles = [
        target_layer.register_forward_hook(lambda module, input, output: activations.append(output)),
        target_layer.register_full_backward_hook(lambda module, grad_in, grad_out: gradients.append(grad_in[0])),
    ]
    model.eval()
    try:
        input_tensor = image.unsqueeze(0).clone().requires_grad_(True)
        output = model(input_tensor)
        output[:, class_index].sum().backward()
    finally:
        for h in handles:
            h.remove()
        for p, flag in zip(model.parameters(), kept):
            p.requires_grad = flag
    weights = gradients[0].mean(dim=(2, 3), keepdim=True)
    cam = functional.relu((weights * activations[0]).sum(1, keepdim=True)).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear", align_corners=False)
    cam = cam.squeeze()
    return cam / cam.max() if cam.max() > 0 else cam


# %% Pia: ReLU before the sum over the channels
# truth: The ReLU is applied to each weighted map before they are summed, so channels that speak against the class are
# not subtracted.
# repair: Sum over the channels first, then apply ReLU.
def grad_cam(model, layer, image, class_index):
    activations = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, input, output: activations.append(output))
    model.eval()
    try:
        output = model(image.unsqueeze(0).clone().requires_grad_(True))
    finally:
        handle.remove()
    grads = t.autograd.grad(outputs=output[0, class_index], inputs=activations[0])[0]
    weights = grads.mean(dim=(2, 3), keepdim=True)
    cam = functional.relu(weights * activations[0]).sum(1, keepdim=True).detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear", align_corners=False)
    cam = cam.squeeze()
    return cam / cam.max() if cam.max() > 0 else cam


# %% Ines: nothing requires gradients
# truth: The image does not require gradients, so a model whose parameters are all frozen records no graph, and
# autograd.grad raises.
# repair: Give the model a copy of the image that requires gradients.
def grad_cam(model, layer, image, class_index):
    A = []
    h = model.get_submodule(layer).register_forward_hook(lambda m, i, o: A.append(o))
    try:
        y = model.eval()(image[None])[0, class_index]
    finally:
        h.remove()
    (g,) = t.autograd.grad(y, A[0])
    L = t.einsum("bchw,bc->bhw", A[0], g.mean((2, 3))).relu().detach()
    L = functional.interpolate(L[None], image.shape[1:], mode="bilinear")[0, 0]
    return L / L.max() if L.any() else L


# %% Ines: the given image is changed
# truth: requires_grad_ is called on the image that was given and not on a copy, so it requires gradients afterwards.
# repair: Call it on a copy: image.detach().clone().
def grad_cam(model, layer, image, class_index):
    A = []
    h = model.get_submodule(layer).register_forward_hook(lambda m, i, o: A.append(o))
    try:
        y = model.eval()(image.requires_grad_()[None])[0, class_index]
    finally:
        h.remove()
    (g,) = t.autograd.grad(y, A[0])
    L = t.einsum("bchw,bc->bhw", A[0], g.mean((2, 3))).relu().detach()
    L = functional.interpolate(L[None], image.shape[1:], mode="bilinear")[0, 0]
    return L / L.max() if L.any() else L


# %% Ines: divided before it is resized
# truth: The small map is divided by its largest value and resized afterwards, which pulls the peak down, so the result
# need not reach 1.
# repair: Resize first, then divide.
def grad_cam(model, layer, image, class_index):
    A = []
    h = model.get_submodule(layer).register_forward_hook(lambda m, i, o: A.append(o))
    try:
        y = model.eval()(image[None].clone().requires_grad_())[0, class_index]
    finally:
        h.remove()
    (g,) = t.autograd.grad(y, A[0])
    L = t.einsum("bchw,bc->bhw", A[0], g.mean((2, 3))).relu().detach()
    L = L / L.max() if L.any() else L
    return functional.interpolate(L[None], image.shape[1:], mode="bilinear")[0, 0]


# %% Ines: interpolate's default
# truth: interpolate is called without a mode and takes the nearest value, so the map comes out in blocks and not
# bilinear.
# repair: Pass mode="bilinear".
def grad_cam(model, layer, image, class_index):
    A = []
    h = model.get_submodule(layer).register_forward_hook(lambda m, i, o: A.append(o))
    try:
        y = model.eval()(image[None].clone().requires_grad_())[0, class_index]
    finally:
        h.remove()
    (g,) = t.autograd.grad(y, A[0])
    L = t.einsum("bchw,bc->bhw", A[0], g.mean((2, 3))).relu().detach()
    L = functional.interpolate(L[None], image.shape[1:])[0, 0]
    return L / L.max() if L.any() else L


# %% Ben: the frozen model is thawed
# truth: So that there is a graph, all parameters of the model are made to require gradients, and a frozen model is not
# frozen any more afterwards.
# repair: Give the model a copy of the image that requires gradients, and leave its parameters alone.
def grad_cam(model, layer, image, class_index):
    maps = []

    def hook(module, inputs, output):
        maps.append(output)

    handle = model.get_submodule(layer).register_forward_hook(hook)
    for p in model.parameters():
        p.requires_grad = True
    x = image.clone().unsqueeze(0)
    model.eval()
    try:
        out = model(x)
    finally:
        handle.remove()
    grad = t.autograd.grad(out[0, class_index], maps[0])[0]
    weights = grad.mean(dim=[2, 3], keepdim=True)
    cam = (weights * maps[0]).sum(dim=1, keepdim=True)
    cam = cam.relu().detach()
    cam = functional.interpolate(cam, size=(image.shape[1], image.shape[2]), mode="bilinear")
    cam = cam[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()
    return cam


# %% Ines: two at once, absolute weights and steps
# truth: Two mistakes: The channels are weighted by the gradient's absolute mean, so what speaks against the class
# counts for it, and the map is resized to its nearest values.
# repair: Weight by the mean gradient itself, and pass mode="bilinear".
def grad_cam(model, layer, image, class_index):
    A = []
    h = model.get_submodule(layer).register_forward_hook(lambda m, i, o: A.append(o))
    try:
        y = model.eval()(image[None].clone().requires_grad_())[0, class_index]
    finally:
        h.remove()
    (g,) = t.autograd.grad(y, A[0])
    L = t.einsum("bchw,bc->bhw", A[0], g.mean((2, 3)).abs()).relu().detach()
    L = functional.interpolate(L[None], image.shape[1:])[0, 0]
    return L / L.max() if L.any() else L


# %% Ines: half-written, no weights yet
# truth: Partly written: The channels are summed without their weights: the gradient is not used yet.
# repair: Weight each channel by its mean gradient.
def grad_cam(model, layer, image, class_index):
    A = []
    h = model.get_submodule(layer).register_forward_hook(lambda m, i, o: A.append(o))
    try:
        y = model.eval()(image.detach().clone().requires_grad_()[None])[0, class_index]
    finally:
        h.remove()
    (g,) = t.autograd.grad(y, A[0])
    L = A[0].sum(1)  # TODO weights
    L = L.relu().detach()
    L = functional.interpolate(L[None], image.shape[1:], mode="bilinear")[0, 0]
    return L / L.max() if L.any() else L


# %% Nadia: probability, and min-max
# truth: Two mistakes: it takes the gradient of the softmax's probability instead of the logit; and it stretches the heat
# from its smallest value, so 0 loses its meaning (and a heat of zeros becomes NaN).
# repair: differentiate logits[0, class_index], and divide by the maximum only, if that is above 0
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    """Return where in the image the named layer finds evidence for the class: from 0, nothing, to 1, the most.

    The model runs in eval mode, and is left without hooks and without gradients.
    """
    stored = {}

    def hook(module, inputs, output):
        stored["maps"] = output
        return output.clone()

    handle = model.get_submodule(layer).register_forward_hook(hook)
    try:
        model.eval()
        x = image.clone().unsqueeze(0).requires_grad_()
        probabilities = model(x).softmax(dim=1)
    finally:
        handle.remove()
    maps = stored["maps"]
    (gradient,) = t.autograd.grad(probabilities[0, class_index], maps)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    cam = (alpha * maps).sum(dim=1, keepdim=True).relu().detach()
    cam = functional.interpolate(cam, size=image.shape[1:], mode="bilinear")[0, 0]
    return (cam - cam.min()) / (cam.max() - cam.min())


# %% Tom: backward
# truth: backward() leaves gradients in every parameter of the model. (And if all parameters are frozen there's no graph,
# and retain_grad raises.)
# repair: t.autograd.grad(logits[0, class_index], maps), with a copy of the image that requires gradients
def grad_cam(
    model: nn.Module, layer: str, image: Float[Tensor, "channels height width"], class_index: int
) -> Float[Tensor, "height width"]:
    """Return where in the image the named layer finds evidence for the class: from 0, nothing, to 1, the most.

    The model runs in eval mode, and is left without hooks and without gradients.
    """
    saved = []

    def hook(module, inputs, output):
        output.retain_grad()
        saved.append(output)
        return output.clone()

    model.eval()
    handle = model.get_submodule(layer).register_forward_hook(hook)
    try:
        logits = model(image[None])
    finally:
        handle.remove()
    logits[0, class_index].backward()
    A = saved[0]
    alpha = A.grad.mean(dim=(2, 3), keepdim=True)
    heat = functional.relu((alpha * A).sum(1, keepdim=True)).detach()
    heat = functional.interpolate(heat, size=image.shape[-2:], mode="bilinear")[0, 0]
    if heat.max() > 0:
        heat = heat / heat.max()
    return heat
