# %% Pia: the output is divided by the stride once more
# truth: The output's height and width are divided by the stride, although the output is small already, so strided
# convolutions count too little.
# repair: Use the output's height and width as they are.
def multiply_adds(model, x):
    total_ops = {}
    handlers = []

    def count_convNd(name):
        def hook(m, x, y):
            kh, kw = m.kernel_size
            out_h = y.size(2) // m.stride[0]
            out_w = y.size(3) // m.stride[1]
            ops = kh * kw * m.in_channels // m.groups * m.out_channels * out_h * out_w
            total_ops[name] = total_ops.get(name, 0) + ops

        return hook

    def count_linear(name):
        def hook(m, x, y):
            total_ops[name] = total_ops.get(name, 0) + m.in_features * y[0].numel()

        return hook

    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d):
            handlers.append(m.register_forward_hook(count_convNd(name)))
        elif isinstance(m, nn.Linear):
            handlers.append(m.register_forward_hook(count_linear(name)))
    training = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        model.train(training)
        for handler in handlers:
            handler.remove()
    return total_ops


# %% Pia: runs the model in the mode it finds
# truth: The model is run without eval(), so a model in training mode has its running statistics moved.
# repair: Run it in eval mode, and put the mode back.
def multiply_adds(model, x):
    total_ops = {}
    handlers = []

    def count(name):
        def hook(m, x, y):
            total_ops[name] = total_ops.get(name, 0) + y[0].numel() * m.weight[0].numel()

        return hook

    for name, m in model.named_modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            handlers.append(m.register_forward_hook(count(name)))
    try:
        with t.no_grad():
            model(x)
    finally:
        for handler in handlers:
            handler.remove()
    return total_ops


# %% Nadia: the whole batch is counted
# truth: The output's numbers are counted over the whole batch and not for one image.
# repair: Count the numbers of outputs[0].
def multiply_adds(model, x):
    counts = {}
    handles = []

    def make_callback(name):
        def on_call(layer, inputs, outputs):
            macs = int(t.prod(t.tensor(outputs.shape))) * int(t.prod(t.tensor(layer.weight.shape[1:])))
            counts[name] = counts.get(name, 0) + macs

        return on_call

    for name, layer in model.named_modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            handles.append(layer.register_forward_hook(make_callback(name)))
    was_training = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# %% Nadia: a Dense layer is called once for each image
# truth: A linear layer counts in_features times out_features, even where it is applied at several places of an image,
# as on sequences.
# repair: Multiply in_features with the number of values in outputs[0].
def multiply_adds(model, x):
    counts = {}
    handles = []

    def make_callback(name):
        def on_call(layer, inputs, outputs):
            if isinstance(layer, nn.Linear):
                macs = layer.in_features * layer.out_features
            else:
                macs = outputs[0].numel() * layer.weight[0].numel()
            counts[name] = counts.get(name, 0) + macs

        return on_call

    for name, layer in model.named_modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            handles.append(layer.register_forward_hook(make_callback(name)))
    was_training = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# %% Carlo: kernels are square
# truth: The kernel's height is squared, so kernels that are not square are counted wrongly.
# repair: Multiply kernel_size[0] with kernel_size[1].
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}
    handles: list = []
    for name, module in model.named_modules():
        if not isinstance(module, (nn.Conv2d, nn.Linear)):
            continue

        def hook(m: nn.Module, inputs: tuple, output: Tensor, key: str = name) -> None:
            macs: int = 0
            if isinstance(m, nn.Conv2d):
                k: int = m.kernel_size[0]
                macs = k * k * (m.in_channels // m.groups) * m.out_channels * output.size(2) * output.size(3)
            else:
                macs = m.in_features * output[0].numel()
            counts[key] = counts.get(key, 0) + macs

        handles.append(module.register_forward_hook(hook))
    training: bool = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        model.train(training)
    return counts


# %% Carlo: the input's pixels are counted
# truth: A convolution is counted at the pixels of its input and not of its output, so it counts too much wherever the
# map gets smaller.
# repair: Use the output's height and width.
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}
    handles: list = []
    for name, module in model.named_modules():
        if not isinstance(module, (nn.Conv2d, nn.Linear)):
            continue

        def hook(m: nn.Module, inputs: tuple, output: Tensor, key: str = name) -> None:
            macs: int = 0
            if isinstance(m, nn.Conv2d):
                map: Tensor = inputs[0]
                macs = m.weight.numel() * map.size(2) * map.size(3)
            else:
                macs = m.in_features * output[0].numel()
            counts[key] = counts.get(key, 0) + macs

        handles.append(module.register_forward_hook(hook))
    training: bool = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        model.train(training)
    return counts


# %% Carlo: two at once, biases count and products count twice
# truth: Two mistakes: Each bias is added to the count, and each multiply-add is counted as two operations.
# repair: Leave the biases out, and the factor 2.
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    counts: dict[str, int] = {}
    handles: list = []
    for name, module in model.named_modules():
        if not isinstance(module, (nn.Conv2d, nn.Linear)):
            continue

        def hook(m: nn.Module, inputs: tuple, output: Tensor, key: str = name) -> None:
            flops: int = 2 * output[0].numel() * m.weight[0].numel()
            if m.bias != None:
                flops += output[0].numel()
            counts[key] = counts.get(key, 0) + flops

        handles.append(module.register_forward_hook(hook))
    training: bool = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        model.train(training)
    return counts


# %% Ben: groups are forgotten
# truth: Every output is counted as a sum over all input channels, where with groups it's a sum over its own group's
# only.
# repair: Divide in_channels by groups.
def multiply_adds(model, x):
    counts = {}

    def make_hook(name):
        def hook(module, inputs, output):
            if name not in counts:
                counts[name] = 0
            if isinstance(module, nn.Conv2d):
                h = output.shape[2]
                w = output.shape[3]
                k1, k2 = module.kernel_size
                counts[name] += h * w * module.out_channels * module.in_channels * k1 * k2
            else:
                counts[name] += output[0].numel() * module.in_features

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d) or isinstance(module, nn.Linear):
            handles.append(module.register_forward_hook(make_hook(name)))
    mode = model.training
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        model.train(mode)
        for h in handles:
            h.remove()
    return counts


# %% Ben: the model stays in eval mode
# truth: The model is switched to eval mode and not back, so it is in another mode afterwards.
# repair: Put the mode back with model.train(mode).
def multiply_adds(model, x):
    counts = {}

    def make_hook(name):
        def hook(module, inputs, output):
            if name not in counts:
                counts[name] = 0
            counts[name] += output[0].numel() * module.weight[0].numel()

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d) or isinstance(module, nn.Linear):
            handles.append(module.register_forward_hook(make_hook(name)))
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for h in handles:
            h.remove()
    return counts


# %% Ben: one sum for all
# truth: The counts are added up to a single number, where a dictionary with one number for each layer is asked for.
# repair: Return the dictionary.
def multiply_adds(model, x):
    counts = {}

    def make_hook(name):
        def hook(module, inputs, output):
            if name not in counts:
                counts[name] = 0
            counts[name] += output[0].numel() * module.weight[0].numel()

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d) or isinstance(module, nn.Linear):
            handles.append(module.register_forward_hook(make_hook(name)))
    mode = model.training
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        model.train(mode)
        for h in handles:
            h.remove()
    total = 0
    for name in counts:
        total = total + counts[name]
    return total


# %% Ines: a second call overwrites the first
# truth: A layer that is called several times keeps its last call's count; the calls do not add up.
# repair: Add to what is there.
def multiply_adds(model, x):
    counts, mode = {}, model.training
    layers = [(n, m) for n, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]

    def at(n):
        return lambda m, _, y: counts.__setitem__(n, y[0].numel() * m.weight[0].numel())

    hooks = [m.register_forward_hook(at(n)) for n, m in layers]
    try:
        with t.inference_mode():
            model.eval()(x)
    finally:
        model.train(mode)
        [h.remove() for h in hooks]
    return counts


# %% Ines: only the first floor
# truth: named_children gives the model's own children and not what is inside them, so nested layers are not counted.
# repair: Use named_modules.
def multiply_adds(model, x):
    counts, mode = {}, model.training
    layers = [(n, m) for n, m in model.named_children() if isinstance(m, nn.Conv2d | nn.Linear)]

    def at(n):
        return lambda m, _, y: counts.update({n: counts.get(n, 0) + y[0].numel() * m.weight[0].numel()})

    hooks = [m.register_forward_hook(at(n)) for n, m in layers]
    try:
        with t.inference_mode():
            model.eval()(x)
    finally:
        model.train(mode)
        [h.remove() for h in hooks]
    return counts


# %% Ines: half-written, no Linear yet
# truth: Partly written: Only convolutions are counted; linear layers are still missing.
# repair: Count nn.Linear, too.
def multiply_adds(model, x):
    counts, mode = {}, model.training
    layers = [(n, m) for n, m in model.named_modules() if isinstance(m, nn.Conv2d)]  # TODO Linear

    def at(n):
        return lambda m, _, y: counts.update({n: counts.get(n, 0) + y[0].numel() * m.weight[0].numel()})

    hooks = [m.register_forward_hook(at(n)) for n, m in layers]
    try:
        with t.inference_mode():
            model.eval()(x)
    finally:
        model.train(mode)
        [h.remove() for h in hooks]
    return counts


# %% Nadia: float32 for everybody
# truth: The input is turned into float32 whatever the model is, so a model in float64 or in half precision raises.
# repair: Give the model x as it is.
def multiply_adds(model, x):
    counts = {}
    handles = []

    def make_callback(name):
        def on_call(layer, inputs, outputs):
            counts[name] = counts.get(name, 0) + outputs[0].numel() * layer.weight[0].numel()

        return on_call

    for name, layer in model.named_modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            handles.append(layer.register_forward_hook(make_callback(name)))
    was_training = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x.float())
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()
    return counts


# %% Ben: two at once, groups are forgotten and the hooks stay
# truth: Two mistakes: With groups too many inputs are counted, and the hooks are never removed.
# repair: Divide in_channels by groups, and remove each hook in the finally.
def multiply_adds(model, x):
    counts = {}

    def make_hook(name):
        def hook(module, inputs, output):
            if name not in counts:
                counts[name] = 0
            if isinstance(module, nn.Conv2d):
                h = output.shape[2]
                w = output.shape[3]
                k1, k2 = module.kernel_size
                counts[name] += h * w * module.out_channels * module.in_channels * k1 * k2
            else:
                counts[name] += output[0].numel() * module.in_features

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d) or isinstance(module, nn.Linear):
            handles.append(module.register_forward_hook(make_hook(name)))
    mode = model.training
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        model.train(mode)
    return counts


# %% Tom: the whole batch, and only the last call
# truth: Two mistakes: output.numel() counts all images of the batch, not one; and a layer that is called again
# overwrites its number instead of adding to it.
# repair: output[0].numel(), and counts[name] = counts.get(name, 0) + …
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    """Run the model once on x; return the multiply-adds of each nn.Conv2d and nn.Linear by name, for one image of x.

    A layer that is called several times adds up. The model stays as it was: hooks, mode and running statistics.
    """
    counts = {}

    def make_hook(name):
        def hook(module, inputs, output):
            counts[name] = output.numel() * module.weight[0].numel()

        return hook

    handles = []
    for name, module in model.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            handles.append(module.register_forward_hook(make_hook(name)))
    was_training = model.training
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        model.train(was_training)
    return counts


# %% Viktor: the pixels of the input
# truth: A convolution is counted at the pixels of its input and not of its output: with a stride, or without padding,
# that's too many.
# repair: use output.shape[2] * output.shape[3]
def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
    """Run the model once on x; return the multiply-adds of each nn.Conv2d and nn.Linear by name, for one image of x.

    A layer that is called several times adds up. The model stays as it was: hooks, mode and running statistics.
    """
    counts: dict[str, int] = {}

    def make_hook(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            if isinstance(module, nn.Conv2d):
                height, width = inputs[0].shape[-2:]
                cost = module.weight.numel() * height * width
            else:
                cost = output[0].numel() * module.in_features
            counts[name] = counts.get(name, 0) + cost

        return hook

    handles = [
        module.register_forward_hook(make_hook(name))
        for name, module in model.named_modules()
        if isinstance(module, (nn.Conv2d, nn.Linear))
    ]
    mode = model.training
    try:
        with t.no_grad():
            model.eval()
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        model.train(mode)
    return counts
