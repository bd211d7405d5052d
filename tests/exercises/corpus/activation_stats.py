# %% Ben: without @contextmanager
# truth: The decorator is missing, so the function gives a bare generator, which a with statement cannot use.
# repair: Put @contextmanager above the function.
def activation_stats(layers):
    stats = {}
    handles = []
    for name in layers:
        stats[name] = []

        def hook(module, inputs, output, name=name):
            if module.training:
                mean = output.mean().item()
                std = output.std().item()
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(mean, std, zeros))

        handles.append(layers[name].register_forward_hook(hook))
    try:
        yield stats
    finally:
        for h in handles:
            h.remove()


# %% Ben: return where yield belongs
# truth: The function returns the dictionary and never yields, so @contextmanager gets no generator and the with
# statement raises TypeError.
# repair: yield the dictionary, and remove the hooks afterwards in a finally.
@contextmanager
def activation_stats(layers):
    stats = {}
    handles = []
    for name in layers:
        stats[name] = []

        def hook(module, inputs, output, name=name):
            if module.training:
                mean = output.mean().item()
                std = output.std().item()
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(mean, std, zeros))

        handles.append(layers[name].register_forward_hook(hook))
    return stats


# %% Ben: validation is counted, too
# truth: The hook does not ask whether the layer is in training mode, so calls in eval mode are noted as well.
# repair: Note the numbers only if module.training.
@contextmanager
def activation_stats(layers):
    stats = {}
    handles = []
    for name in layers:
        stats[name] = []

        def hook(module, inputs, output, name=name):
            mean = output.mean().item()
            std = output.std().item()
            zeros = (output == 0).float().mean().item()
            stats[name].append(Stats(mean, std, zeros))

        handles.append(layers[name].register_forward_hook(hook))
    try:
        yield stats
    finally:
        for h in handles:
            h.remove()


# %% Ben: the maker is registered, not the hook
# truth: make_hook itself is registered and not what make_hook(name) gives, so the first call of a layer raises
# TypeError: it gets three arguments for one.
# repair: Register make_hook(name).
@contextmanager
def activation_stats(layers):
    stats = {name: [] for name in layers}

    def make_hook(name):
        def hook(module, inputs, output):
            if module.training:
                mean = output.mean().item()
                std = output.std().item()
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(mean, std, zeros))

        return hook

    handles = []
    for name in layers:
        handles.append(layers[name].register_forward_hook(make_hook))
    try:
        yield stats
    finally:
        for h in handles:
            h.remove()


# %% Nadia: tensors in place of floats
# truth: The three numbers are kept as tensors with no axes and not as plain floats.
# repair: Call .item() on each.
@contextmanager
def activation_stats(layers):
    history = {name: [] for name in layers}

    def make_callback(name):
        def on_call(layer, inputs, outputs):
            if layer.training:
                values = outputs.detach()
                zeros = t.mean((values == 0).float())
                history[name].append(Stats(mean=t.mean(values), std=t.std(values), zeros=zeros))

        return on_call

    handles = [layer.register_forward_hook(make_callback(name)) for name, layer in layers.items()]
    try:
        yield history
    finally:
        for handle in handles:
            handle.remove()


# %% Nadia: the hook returns its output
# truth: The hook returns the detached output, and what a forward hook returns replaces the output, so no gradient flows
# through the layer any more.
# repair: Return nothing from the hook.
@contextmanager
def activation_stats(layers):
    history = {name: [] for name in layers}

    def make_callback(name):
        def on_call(layer, inputs, outputs):
            values = outputs.detach()
            if layer.training:
                zeros = t.mean((values == 0).float()).item()
                history[name].append(Stats(mean=values.mean().item(), std=values.std().item(), zeros=zeros))
            return values

        return on_call

    handles = [layer.register_forward_hook(make_callback(name)) for name, layer in layers.items()]
    try:
        yield history
    finally:
        for handle in handles:
            handle.remove()


# %% Carlo: hooks stay after an error
# truth: The hooks are removed behind the yield without a finally, so they stay on the layers if an error ends the
# with-block.
# repair: Put yield into a try, and the removal into its finally.
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats: dict[str, list[Stats]] = {}
    handles: list = []
    for name, layer in layers.items():
        stats[name] = []

        def hook(module: nn.Module, inputs: tuple, output: Tensor, key: str = name) -> None:
            if module.training == False:
                return
            n: int = output.numel()
            zeros: int = (output == 0).sum().item()
            stats[key].append(Stats(output.mean().item(), output.std().item(), zeros / n))

        handles.append(layer.register_forward_hook(hook))
    yield stats
    for handle in handles:
        handle.remove()


# %% Carlo: the number of zeros, not their share
# truth: zeros is how many values are 0, and not which share of them.
# repair: Divide by the number of values.
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats: dict[str, list[Stats]] = {}
    handles: list = []
    for name, layer in layers.items():
        stats[name] = []

        def hook(module: nn.Module, inputs: tuple, output: Tensor, key: str = name) -> None:
            if module.training == False:
                return
            zeros: int = (output == 0).sum().item()
            stats[key].append(Stats(output.mean().item(), output.std().item(), float(zeros)))

        handles.append(layer.register_forward_hook(hook))
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# %% Carlo: two at once, one handle for all and eval counts
# truth: Two mistakes: Each handle overwrites the last one, so all hooks but the last stay on their layers; and calls in
# eval mode are noted, too.
# repair: Keep all handles in a list and remove each, and note only calls in training mode.
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats: dict[str, list[Stats]] = {}
    for name, layer in layers.items():
        stats[name] = []

        def hook(module: nn.Module, inputs: tuple, output: Tensor, key: str = name) -> None:
            zeros: int = (output == 0).sum().item()
            stats[key].append(Stats(output.mean().item(), output.std().item(), zeros / output.numel()))

        handle = layer.register_forward_hook(hook)
    try:
        yield stats
    finally:
        handle.remove()


# %% Pia: only the last call is kept
# truth: The hook replaces the layer's list by the last call's Stats in place of appending to it.
# repair: Append to stats[name].
@contextmanager
def activation_stats(layers):
    activation = {name: [] for name in layers}

    def get_activation(name):
        def hook(model, input, output):
            if model.training:
                out = output.detach()
                activation[name] = Stats(out.mean().item(), out.std().item(), (out == 0).float().mean().item())

        return hook

    hooks = []
    for name, module in layers.items():
        hooks.append(module.register_forward_hook(get_activation(name)))
    try:
        yield activation
    finally:
        for h in hooks:
            h.remove()


# %% Ines: all under the last name
# truth: The hook looks up name when it is called, after the loop has ended, so every layer's numbers land in the last
# layer's list.
# repair: Bind the name when the hook is made, for instance with name=name.
@contextmanager
def activation_stats(layers):
    stats = {name: [] for name in layers}
    handles = []
    for name, layer in layers.items():

        def hook(m, _, y):
            if m.training:
                stats[name].append(Stats(y.mean().item(), y.std().item(), (y == 0).double().mean().item()))

        handles.append(layer.register_forward_hook(hook))
    try:
        yield stats
    finally:
        [h.remove() for h in handles]


# %% Ines: negative values count as zeros
# truth: zeros is the share of values that are not positive, and not of those that are exactly 0; the two agree only
# behind a ReLU.
# repair: Compare with y == 0.
@contextmanager
def activation_stats(layers):
    stats = {name: [] for name in layers}

    def note(into):
        def hook(m, _, y):
            if m.training:
                into.append(Stats(y.mean().item(), y.std().item(), (y <= 0).double().mean().item()))

        return hook

    handles = [layer.register_forward_hook(note(stats[name])) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        [h.remove() for h in handles]


# %% Ines: half-written, zeros still to come
# truth: Partly written: The share of zeros is always 0; only mean and std are there yet.
# repair: Compute (y == 0).double().mean().item().
@contextmanager
def activation_stats(layers):
    stats = {name: [] for name in layers}

    def note(into):
        def hook(m, _, y):
            if m.training:
                into.append(Stats(y.mean().item(), y.std().item(), 0.0))  # TODO zeros

        return hook

    handles = [layer.register_forward_hook(note(stats[name])) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        [h.remove() for h in handles]


# %% Carlo: floats are never compared with ==
# truth: Values that are nearly 0 are counted, too, where zeros is the share of those that are exactly 0.
# repair: Compare with output == 0.
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    EPSILON: float = 1e-4
    stats: dict[str, list[Stats]] = {}
    handles: list = []
    for name, layer in layers.items():
        stats[name] = []

        def hook(module: nn.Module, inputs: tuple, output: Tensor, key: str = name) -> None:
            if module.training == False:
                return
            zeros: int = (output.abs() < EPSILON).sum().item()
            stats[key].append(Stats(output.mean().item(), output.std().item(), zeros / output.numel()))

        handles.append(layer.register_forward_hook(hook))
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# %% Nadia: two at once, tensors and the share of the others
# truth: Two mistakes: The numbers are kept as tensors, and zeros is the share of values that are *not* 0.
# repair: Call .item() on each, and compare with == 0.
@contextmanager
def activation_stats(layers):
    history = {name: [] for name in layers}

    def make_callback(name):
        def on_call(layer, inputs, outputs):
            if layer.training:
                values = outputs.detach()
                zeros = t.mean((values != 0).float())
                history[name].append(Stats(mean=t.mean(values), std=t.std(values), zeros=zeros))

        return on_call

    handles = [layer.register_forward_hook(make_callback(name)) for name, layer in layers.items()]
    try:
        yield history
    finally:
        for handle in handles:
            handle.remove()


# %% Viktor: one hook for all names
# truth: The hook looks up name when it's called, after the loop has ended: all numbers land in the last layer's list.
# repair: make the hook in a function that gets the name
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    """Yield a dict with a list for each of the layers; inside the with-block each call of a layer in training mode
    appends the Stats of its output to the layer's list, as plain floats. No hook is left behind, whatever happens.
    """
    stats = {}
    handles = []
    for name, layer in layers.items():
        stats[name] = []

        def hook(module, inputs, output):
            if module.training:
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(output.mean().item(), output.std().item(), zeros))

        handles.append(layer.register_forward_hook(hook))
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# %% Nadia: the other share, and in eval mode too
# truth: Two mistakes: zeros is the share of values that are not 0; and calls in eval mode are noted as well.
# repair: (output == 0).float().mean(), and only if module.training
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    """Yield a dict with a list for each of the layers; inside the with-block each call of a layer in training mode
    appends the Stats of its output to the layer's list, as plain floats. No hook is left behind, whatever happens.
    """
    stats = {name: [] for name in layers}

    def make_hook(name):
        def hook(module, inputs, output):
            values = output.detach().cpu().numpy()
            share = float((values != 0).mean())
            stats[name].append(Stats(float(values.mean()), float(values.std(ddof=1)), share))

        return hook

    handles = [layer.register_forward_hook(make_hook(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()
