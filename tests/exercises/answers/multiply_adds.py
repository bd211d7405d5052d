# %% mistake: by_block
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}
    used = []

    def note(name):
        def hook(module, inputs, output):
            if isinstance(module, nn.Linear):
                counts[name] = counts.get(name, 0) + output[0].numel() * module.in_features
            else:
                used.append((name, module))

        return hook

    def block_done(block, inputs, output):
        pixels = output.shape[2] * output.shape[3] if output.ndim == 4 else 1
        for name, conv in used:
            counts[name] = counts.get(name, 0) + conv.weight.numel() * pixels
        used.clear()

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            handles.append(module.register_forward_hook(note(name)))
    for block in list(model.children()) or [model]:
        handles.append(block.register_forward_hook(block_done))
    mode = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -                 used.append((name, module))
# +                 used.append((name, module, output.shape[2] * output.shape[3]))
# -         pixels = output.shape[2] * output.shape[3] if output.ndim == 4 else 1
# -         for name, conv in used:
# +         for name, conv, pixels in used:


# %% mistake: input_size
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            if isinstance(module, nn.Conv2d):
                height, width = inputs[0].shape[-2:]
                n = height * width * module.weight.numel()
            else:
                n = output[0].numel() * module.in_features
            counts[name] = counts.get(name, 0) + n

        return hook

    handles = [
        m.register_forward_hook(hook_for(name))
        for name, m in model.named_modules()
        if isinstance(m, (nn.Conv2d, nn.Linear))
    ]
    was_training = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -                 height, width = inputs[0].shape[-2:]
# +                 height, width = output.shape[-2:]


# %% mistake: with_bias
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            per_number = module.weight[0].numel()
            if module.bias is not None:
                per_number += 1
            counts[name] = counts.get(name, 0) + output[0].numel() * per_number

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    try:
        with t.inference_mode():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             if module.bias is not None:
# -                 per_number += 1


# %% mistake: flops
from collections import defaultdict


def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts = defaultdict(int)

    def hook_for(name):
        def hook(module, inputs, output):
            multiplications = output[0].numel() * module.weight[0].numel()
            additions = multiplications
            counts[name] += multiplications + additions

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            handles.append(module.register_forward_hook(hook_for(name)))
    training_before = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        model.train(training_before)
    return dict(counts)


# repair
# -             counts[name] += multiplications + additions
# +             counts[name] += multiplications


# %% mistake: batch_included
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output.numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    was_training = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             counts[name] = counts.get(name, 0) + output.numel() * module.weight[0].numel()
# +             counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()


# %% mistake: weights_once
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + module.weight.numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    was_training = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             counts[name] = counts.get(name, 0) + module.weight.numel()
# +             counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()


# %% mistake: linear_once
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            if isinstance(module, nn.Linear):
                n = module.in_features * module.out_features
            else:
                n = output.shape[2] * output.shape[3] * module.weight.numel()
            counts[name] = counts.get(name, 0) + n

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            handles.append(module.register_forward_hook(hook_for(name)))
    was_training = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -                 n = module.in_features * module.out_features
# +                 n = module.in_features * output[0].numel()


# %% mistake: groups_ignored
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            if isinstance(module, nn.Conv2d):
                kernel_height, kernel_width = module.kernel_size
                products = module.in_channels * kernel_height * kernel_width
            else:
                products = module.in_features
            counts[name] = counts.get(name, 0) + output[0].numel() * products

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            handles.append(module.register_forward_hook(hook_for(name)))
    was_training = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -                 products = module.in_channels * kernel_height * kernel_width
# +                 products = module.in_channels // module.groups * kernel_height * kernel_width


# %% mistake: square_kernels
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            if isinstance(module, nn.Conv2d):
                k = module.kernel_size[0]
                products = k**2 * module.in_channels // module.groups
            else:
                products = module.in_features
            counts[name] = counts.get(name, 0) + output[0].numel() * products

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -                 k = module.kernel_size[0]
# -                 products = k**2 * module.in_channels // module.groups
# +                 height, width = module.kernel_size
# +                 products = height * width * module.in_channels // module.groups


# %% mistake: one_output_channel
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def conv_hook(name):
        def hook(module, inputs, output):
            pixels = output.shape[2] * output.shape[3]
            counts[name] = counts.get(name, 0) + pixels * module.weight[0].numel()

        return hook

    def linear_hook(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.in_features

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            handles.append(module.register_forward_hook(conv_hook(name)))
        elif isinstance(module, nn.Linear):
            handles.append(module.register_forward_hook(linear_hook(name)))
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             pixels = output.shape[2] * output.shape[3]
# -             counts[name] = counts.get(name, 0) + pixels * module.weight[0].numel()
# +             counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()


# %% mistake: one_input_channel
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            per_number = module.weight[0, 0].numel() if isinstance(module, nn.Conv2d) else module.in_features
            counts[name] = counts.get(name, 0) + output[0].numel() * per_number

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             per_number = module.weight[0, 0].numel() if isinstance(module, nn.Conv2d) else module.in_features
# +             per_number = module.weight[0].numel()


# %% mistake: kernel_ignored
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight.shape[1]

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             counts[name] = counts.get(name, 0) + output[0].numel() * module.weight.shape[1]
# +             counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()


# %% mistake: output_only
from collections import Counter


def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts = Counter()

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] += output[0].numel()

        return hook

    handles = [
        m.register_forward_hook(hook_for(name))
        for name, m in model.named_modules()
        if isinstance(m, nn.Conv2d | nn.Linear)
    ]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return dict(counts)


# repair
# -             counts[name] += output[0].numel()
# +             counts[name] += output[0].numel() * module.weight[0].numel()


# %% mistake: last_call
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = output[0].numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             counts[name] = output[0].numel() * module.weight[0].numel()
# +             counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()


# %% mistake: first_call
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts.setdefault(name, output[0].numel() * module.weight[0].numel())

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             counts.setdefault(name, output[0].numel() * module.weight[0].numel())
# +             counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()


# %% mistake: without_linear
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(conv, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * conv.weight[0].numel()

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            handles.append(module.register_forward_hook(hook_for(name)))
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -         if isinstance(module, nn.Conv2d):
# +         if isinstance(module, nn.Conv2d | nn.Linear):


# %% mistake: without_convs
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(layer, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * layer.in_features

        return hook

    handles = [
        layer.register_forward_hook(hook_for(name))
        for name, layer in model.named_modules()
        if isinstance(layer, nn.Linear)
    ]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             counts[name] = counts.get(name, 0) + output[0].numel() * layer.in_features
# +             counts[name] = counts.get(name, 0) + output[0].numel() * layer.weight[0].numel()
# -         if isinstance(layer, nn.Linear)
# +         if isinstance(layer, nn.Conv2d | nn.Linear)


# %% mistake: children_only
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    handles = []
    for name, child in model.named_children():
        if isinstance(child, nn.Conv2d | nn.Linear):
            handles.append(child.register_forward_hook(hook_for(name)))
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -     for name, child in model.named_children():
# +     for name, child in model.named_modules():


# %% mistake: with_containers
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()

    result = {}
    for name, module in model.named_modules():
        if name in counts:
            result[name] = counts[name]
        else:
            prefix = name + "." if name else ""
            inside = [n for layer, n in counts.items() if layer.startswith(prefix)]
            if inside:
                result[name] = sum(inside)
    return result


# repair
# -             result[name] = counts[name]
# -         else:
# -             prefix = name + "." if name else ""
# -             inside = [n for layer, n in counts.items() if layer.startswith(prefix)]
# -             if inside:
# -                 result[name] = sum(inside)
# +             result[name] = counts[name]


# %% mistake: by_kind
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook(module, inputs, output):
        kind = type(module).__name__
        counts[kind] = counts.get(kind, 0) + output[0].numel() * module.weight[0].numel()

    handles = [m.register_forward_hook(hook) for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -     def hook(module, inputs, output):
# -         kind = type(module).__name__
# -         counts[kind] = counts.get(kind, 0) + output[0].numel() * module.weight[0].numel()
# +     names = {module: name for name, module in model.named_modules()}
# +
# +     def hook(module, inputs, output):
# +         name = names[module]
# +         counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()


# %% mistake: total_only
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    total = 0

    def hook(module, inputs, output):
        nonlocal total
        total += output[0].numel() * module.weight[0].numel()

    handles = [m.register_forward_hook(hook) for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return total


# repair
# -     total = 0
# +     counts: dict[str, int] = {}
# +     names = {module: name for name, module in model.named_modules()}
# -         nonlocal total
# -         total += output[0].numel() * module.weight[0].numel()
# +         name = names[module]
# +         counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()
# -     return total
# +     return counts


# %% mistake: as_float
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            products = module.weight.numel() / module.weight.shape[0]
            counts[name] = counts.get(name, 0) + output.numel() / len(output) * products

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             products = module.weight.numel() / module.weight.shape[0]
# -             counts[name] = counts.get(name, 0) + output.numel() / len(output) * products
# +             products = module.weight.numel() // module.weight.shape[0]
# +             counts[name] = counts.get(name, 0) + output.numel() // len(output) * products


# %% mistake: as_float
def multiply_adds(model, x):
    counts = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0.0) + output[0].numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    was_training = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -             counts[name] = counts.get(name, 0.0) + output[0].numel() * module.weight[0].numel()
# +             counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()


# %% mistake: hooks_left
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(hook_for(name))
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
    return counts


# repair
# -     for name, module in model.named_modules():
# -         if isinstance(module, nn.Conv2d | nn.Linear):
# -             module.register_forward_hook(hook_for(name))
# +     handles = []
# +     for name, module in model.named_modules():
# +         if isinstance(module, nn.Conv2d | nn.Linear):
# +             handles.append(module.register_forward_hook(hook_for(name)))
# -         model.train(mode)
# +         model.train(mode)
# +         for handle in handles:
# +             handle.remove()


# %% mistake: not_after_error
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            handles.append(module.register_forward_hook(hook_for(name)))
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
    for handle in handles:
        handle.remove()
    return counts


# repair
# -     for handle in handles:
# -         handle.remove()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: clears_all
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(hook_for(name))
    mode = model.training
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        model.train(mode)
        for module in model.modules():
            module._forward_hooks.clear()
    return counts


# repair
# -     for name, module in model.named_modules():
# -         if isinstance(module, nn.Conv2d | nn.Linear):
# -             module.register_forward_hook(hook_for(name))
# +     handles = []
# +     for name, module in model.named_modules():
# +         if isinstance(module, nn.Conv2d | nn.Linear):
# +             handles.append(module.register_forward_hook(hook_for(name)))
# -         for module in model.modules():
# -             module._forward_hooks.clear()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: as_it_is
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return counts


# repair
# -     try:
# +     mode = model.training
# +     try:
# -             model(x)
# +             model.eval()(x)
# -     finally:
# +     finally:
# +         model.train(mode)


# %% mistake: in_training
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    mode = model.training
    model.train()
    try:
        with t.no_grad():
            model(x)
    finally:
        model.train(mode)
        for handle in handles:
            handle.remove()
    return counts


# repair
# -     model.train()
# +     model.eval()


# %% mistake: stays_in_eval
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return counts


# repair
# -     model.eval()
# +     mode = model.training
# +     model.eval()
# -     finally:
# +     finally:
# +         model.train(mode)


# %% mistake: trains_afterwards
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        model.train()
    return counts


# repair
# -     model.eval()
# +     mode = model.training
# +     model.eval()
# -         model.train()
# +         model.train(mode)


# %% right: plain
import torch


def multiply_adds(model, x):
    counts = {}

    def hook_for(name):
        def hook(module, inputs, output):
            counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()

        return hook

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)}
    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    training = model.training
    try:
        with torch.no_grad():
            model.eval()(x)
    finally:
        model.train(training)
        for handle in handles:
            handle.remove()
    return counts


# %% right: by the formula
import math

import torch


def multiply_adds(model: nn.Module, x: torch.Tensor) -> dict[str, int]:
    names, found, handles = {module: name for name, module in model.named_modules()}, {}, []

    def conv_hook(module, inputs, output):
        _, _, height, width = output.shape
        kh, kw = module.kernel_size
        cost = height * width * module.out_channels * (module.in_channels // module.groups) * kh * kw
        found[names[module]] = found.setdefault(names[module], 0) + cost

    def linear_hook(module, inputs, output):
        rows = math.prod(output.shape[1:-1])
        found[names[module]] = found.setdefault(names[module], 0) + rows * module.in_features * module.out_features

    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            handles.append(module.register_forward_hook(conv_hook))
        elif isinstance(module, nn.Linear):
            handles.append(module.register_forward_hook(linear_hook))
    modes = [module.training for module in model.modules()]
    model.eval()
    try:
        with torch.inference_mode():
            model(x[:1])
    finally:
        for handle in handles:
            handle.remove()
        for module, mode in zip(model.modules(), modes, strict=True):
            module.training = mode
    return found


# %% right: on a copy
import copy
from collections import Counter


def multiply_adds(model, x):
    model = copy.deepcopy(model).eval()
    counts = Counter()
    for name, m in model.named_modules():
        if type(m) in (nn.Conv2d, nn.Linear):
            m.register_forward_hook(
                lambda m, i, o, name=name: counts.update({name: o[0].numel() * m.weight[0].numel()})
            )
    model(x)
    return dict(counts)


# %% right: with an exit stack
import math
from collections import defaultdict
from contextlib import ExitStack

import torch


@contextmanager
def evaluating(model):
    before = model.training
    try:
        yield model.eval()
    finally:
        model.train(before)


def multiply_adds(model, x):
    counts = defaultdict(int)
    with ExitStack() as stack:
        for name, layer in model.named_modules():
            if not isinstance(layer, (nn.Linear, nn.Conv2d)):
                continue

            def hook(layer, _, output, name=name):
                counts[name] += int(output.numel() / len(output)) * math.prod(layer.weight.shape[1:])

            stack.callback(layer.register_forward_hook(hook).remove)
        stack.enter_context(torch.no_grad())
        stack.enter_context(evaluating(model))(x)
    return counts


# %% right: with a class
import math


class _Counter:
    def __init__(self):
        self.total = 0

    def __call__(self, module, inputs, output):
        per_output = module.in_features if isinstance(module, nn.Linear) else module.weight[0].numel()
        self.total += math.prod(output.shape[1:]) * per_output


def multiply_adds(model, x):
    counters, was_training = {}, model.training
    handles = []
    for name, module in model.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            counters[name] = _Counter()
            handles.append(module.register_forward_hook(counters[name]))
    model.eval()
    try:
        model(x)
    finally:
        [handle.remove() for handle in handles]
        if was_training:
            model.train()
    return {name: counter.total for name, counter in counters.items()}


# %% right: shapes first
import torch


def multiply_adds(model, x):
    """Writes the output shapes down, and counts when all is over."""
    shapes: dict[str, list] = {}
    handles = [
        module.register_forward_hook(lambda m, i, o, n=name: shapes.setdefault(n, []).append(o.shape))
        for name, module in model.named_modules()
    ]
    training = model.training
    try:
        with torch.no_grad():
            model.train(mode=False)(x)
    finally:
        model.train(mode=training)
        while handles:
            handles.pop().remove()
    counts = {}
    for name, seen in shapes.items():
        module = model.get_submodule(name)
        if isinstance(module, nn.Conv2d | nn.Linear):
            counts[name] = sum(shape[1:].numel() * module.weight.numel() // module.weight.size(0) for shape in seen)
    return counts


# %% wrong: a library counts: with torchinfo
import torchinfo


def multiply_adds(model, x):
    found = torchinfo.summary(model, input_data=x, verbose=0)
    return {layer.var_name: layer.macs for layer in found.summary_list if layer.is_leaf_layer}


# %% wrong: a library counts: with flop counter
from torch.utils.flop_counter import FlopCounterMode


def multiply_adds(model, x):
    with FlopCounterMode(display=False) as counter:
        model(x)
    return {name: sum(counts.values()) // 2 for name, counts in counter.get_flop_counts().items()}


# %% wrong: a library counts: with the courses own
def multiply_adds(model, x):
    frame = utils.summary(model, x, return_frame=True)
    return dict(zip(frame["module"], frame["multiply_adds"], strict=True))


# %% mistake: as_it_is
def multiply_adds(model, x):
    """Forgets about the mode."""
    counts, handles = {}, []
    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d | nn.Linear):

            def hook(m, inputs, output, name=name):
                counts[name] = counts.get(name, 0) + output[0].numel() * m.weight[0].numel()

            handles.append(m.register_forward_hook(hook))
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    return counts


# repair
# -     try:
# -         model(x)
# -     finally:
# +     mode = model.training
# +     try:
# +         model.eval()(x)
# +     finally:
# +         model.train(mode)


# %% equivalent: all images of a batch, and all filters of a layer, have the same size
# output[-1]
# weight[1]
# weight[-1]


# %% equivalent: what is given back has no graph either way
# if True:
# enable_grad


# %% mistake: stride_twice
def multiply_adds(model, x):
    cost, watchers, mode = {}, [], model.training

    def watch(name):
        def hook(layer, given, came):
            n = came[0].numel() * layer.weight[0].numel()
            if isinstance(layer, nn.Conv2d):
                n //= layer.stride[0] * layer.stride[1]
            cost[name] = cost.get(name, 0) + n

        return hook

    for name, layer in model.named_modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            watchers.append(layer.register_forward_hook(watch(name)))
    try:
        with t.inference_mode():
            model.train(False)(x)
    finally:
        model.train(mode)
        for watcher in watchers:
            watcher.remove()
    return cost


# repair
# -             if isinstance(layer, nn.Conv2d):
# -                 n //= layer.stride[0] * layer.stride[1]


# %% mistake: float32_only
def multiply_adds(model, x):
    cost, watchers, mode = {}, [], model.training

    def watch(name):
        def hook(layer, given, came):
            n = came[0].numel() * layer.weight[0].numel()
            cost[name] = cost.get(name, 0) + n

        return hook

    for name, layer in model.named_modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            watchers.append(layer.register_forward_hook(watch(name)))
    try:
        with t.inference_mode():
            model.train(False)(t.tensor(x.tolist(), dtype=t.float32))
    finally:
        model.train(mode)
        for watcher in watchers:
            watcher.remove()
    return cost


# repair
# -             model.train(False)(t.tensor(x.tolist(), dtype=t.float32))
# +             model.train(False)(x)
