# %% Ben: references in place of copies
# truth: The outputs are kept without a clone, so the in-place ReLU behind a batch norm overwrites what was kept.
# repair: Keep output.detach().clone().
def feature_maps(model, x, names):
    maps = {}

    def make_hook(name):
        def hook(module, inputs, output):
            maps[name] = output.detach()

        return hook

    handles = []
    for name in names:
        module = model.get_submodule(name)
        handles.append(module.register_forward_hook(make_hook(name)))
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for h in handles:
            h.remove()
    return maps


# %% Ben: the input is kept, not the output
# truth: The hook keeps what goes into each module and not what comes out.
# repair: Keep output.
def feature_maps(model, x, names):
    maps = {}

    def make_hook(name):
        def hook(module, inputs, output):
            maps[name] = inputs[0].detach().clone()

        return hook

    handles = []
    for name in names:
        module = model.get_submodule(name)
        handles.append(module.register_forward_hook(make_hook(name)))
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for h in handles:
            h.remove()
    return maps


# %% Ben: no eval mode
# truth: The model runs in the mode it's in; in training mode batch norms use the batch's statistics and move the
# running ones.
# repair: Call model.eval() before the model runs.
def feature_maps(model, x, names):
    maps = {}

    def make_hook(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    handles = []
    for name in names:
        module = model.get_submodule(name)
        handles.append(module.register_forward_hook(make_hook(name)))
    try:
        with t.no_grad():
            model(x)
    finally:
        for h in handles:
            h.remove()
    return maps


# %% Nadia: names without dots only
# truth: getattr knows the model's own children and no dotted names, so "layer2.0" raises AttributeError.
# repair: Use model.get_submodule(name).
def feature_maps(model, x, names):
    outputs = {}

    def make_callback(name):
        def on_call(layer, layer_inputs, layer_outputs):
            outputs[name] = layer_outputs.detach().clone()

        return on_call

    handles = []
    try:
        for name in names:
            handles.append(getattr(model, name).register_forward_hook(make_callback(name)))
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return outputs


# %% Nadia: numpy arrays come back
# truth: The maps are given as numpy arrays and not as tensors.
# repair: Keep tensors: leave .numpy() away.
def feature_maps(model, x, names):
    outputs = {}

    def make_callback(name):
        def on_call(layer, layer_inputs, layer_outputs):
            outputs[name] = layer_outputs.detach().clone().cpu().numpy()

        return on_call

    handles = []
    try:
        for name in names:
            handles.append(model.get_submodule(name).register_forward_hook(make_callback(name)))
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return outputs


# %% Carlo: unknown names are skipped
# truth: A name that is not there is passed over in silence and not told as an error.
# repair: Raise an error if a name is not among the model's modules.
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}
    handles: list = []

    def keep(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            maps[name] = output.detach().clone()

        return hook

    for name, module in model.named_modules():
        if name in names:
            handles.append(module.register_forward_hook(keep(name)))
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# %% Carlo: hooks stay after an error
# truth: The hooks are removed only if the model runs to its end; after an error they stay.
# repair: Remove them in a finally.
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}
    handles: list = []

    def keep(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            maps[name] = output.detach().clone()

        return hook

    modules: list = [model.get_submodule(name) for name in names]
    for i in range(0, len(modules)):
        handles.append(modules[i].register_forward_hook(keep(names[i])))
    model.eval()
    with t.no_grad():
        model(x)
    for handle in handles:
        handle.remove()
    return maps


# %% Carlo: half-written, one map only
# truth: Partly written: The return stands in the loop, so the model runs for the first name only, and the other maps
# are missing.
# repair: Put the run and the return behind the loop.
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}
    handles: list = []

    def keep(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            maps[name] = output.detach().clone()

        return hook

    model.eval()
    try:
        for name in names:
            handles.append(model.get_submodule(name).register_forward_hook(keep(name)))
            with t.no_grad():
                model(x)
            return maps
    finally:
        for handle in handles:
            handle.remove()


# %% Pia: the hooks are never removed
# truth: The handles are not kept and the hooks are never removed, so each call leaves more of them on the model.
# repair: Keep the handles, and remove each in a finally.
def feature_maps(model, x, names):
    activation = {}

    def get_activation(name):
        def hook(model, input, output):
            activation[name] = output.detach().clone()

        return hook

    layers = [(name, model.get_submodule(name)) for name in names]
    for name, layer in layers:
        layer.register_forward_hook(get_activation(name))
    model.eval()
    with t.no_grad():
        output = model(x)
    return activation


# %% Pia: two at once, one run for each name and no copies
# truth: Two mistakes: The model is run once for each name and not once in all, and the outputs are kept without a
# clone, so in-place ReLUs overwrite them.
# repair: Register all hooks first and run the model once, and clone the outputs.
def feature_maps(model, x, names):
    features = {}

    def save(name):
        def hook(model, input, output):
            features[name] = output.detach()

        return hook

    model.eval()
    for name in names:
        h = model.get_submodule(name).register_forward_hook(save(name))
        try:
            with t.no_grad():
                model(x)
        finally:
            h.remove()
    return features


# %% Ines: a lambda in the loop
# truth: The lambda looks up n when it is called, after the loop has ended, so all maps are written under the last name.
# repair: Bind the name when the lambda is made: n=n.
def feature_maps(model, x, names):
    maps, handles = {}, []
    modules = [model.get_submodule(n) for n in names]
    for n, m in zip(names, modules):
        handles.append(m.register_forward_hook(lambda m, i, o: maps.update({n: o.detach().clone()})))
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        [h.remove() for h in handles]
    return maps


# %% Ines: everybody's hooks are cleared
# truth: The hooks are removed by clearing each module's dictionary of hooks, which removes the hooks of others, too.
# repair: Keep the handles, and call remove on each.
def feature_maps(model, x, names):
    maps, modules = {}, [model.get_submodule(n) for n in names]
    try:
        for n, m in zip(names, modules):
            m.register_forward_hook(lambda m, i, o, n=n: maps.update({n: o.detach().clone()}))
        with t.no_grad():
            model.eval()(x)
    finally:
        [m._forward_hooks.clear() for m in modules]
    return maps


# %% Carlo: gradients are recorded all the same
# truth: The model runs without no_grad, so a graph of the whole call is recorded; the copies are detached, and only
# time and memory are lost.
# repair: Run the model under t.no_grad().
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}
    handles: list = []

    def keep(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            maps[name] = output.detach().clone()

        return hook

    modules: list = [model.get_submodule(name) for name in names]
    for i in range(0, len(modules)):
        handles.append(modules[i].register_forward_hook(keep(names[i])))
    model.eval()
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# %% Nadia: two at once, one image only and whatever mode it is in
# truth: Two mistakes: Only the first image's maps are kept, and the model is not put into eval mode.
# repair: Keep the whole output, and call model.eval() first.
def feature_maps(model, x, names):
    outputs = {}

    def make_callback(name):
        def on_call(layer, layer_inputs, layer_outputs):
            outputs[name] = layer_outputs[0].detach().clone()

        return on_call

    handles = []
    try:
        for name in names:
            handles.append(model.get_submodule(name).register_forward_hook(make_callback(name)))
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return outputs


# %% Viktor: a view instead of a copy
# truth: detach() shares its memory with the output. An in-place ReLU behind the module overwrites the map that was
# kept.
# repair: output.detach().clone()
def feature_maps(
    model: nn.Module, x: Float[Tensor, "batch in_channels height width"], names: Sequence[str]
) -> dict[str, Tensor]:
    """Run the model once on x, in eval mode and without gradients; return a copy of each named module's output."""
    result: dict[str, Tensor] = {}

    def make_hook(name: str) -> Callable:
        def hook(module, inputs, output):
            result[name] = output.detach()

        return hook

    modules = [model.get_submodule(name) for name in names]
    handles = []
    for name, module in zip(names, modules):
        handles.append(module.register_forward_hook(make_hook(name)))
    model.eval()
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return result


# %% Tom: top level only, and no eval
# truth: Two mistakes: named_children() knows only the model's direct children, so "layer2.0" is a KeyError; and the
# model isn't put into eval mode.
# repair: model.get_submodule(name), and model.eval()
def feature_maps(
    model: nn.Module, x: Float[Tensor, "batch in_channels height width"], names: Sequence[str]
) -> dict[str, Tensor]:
    """Run the model once on x, in eval mode and without gradients; return a copy of each named module's output."""
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.clone()

        return hook

    children = dict(model.named_children())
    wanted = {name: children[name] for name in names}
    handles = [module.register_forward_hook(keep(name)) for name, module in wanted.items()]
    try:
        with t.no_grad():
            model(x)
    finally:
        for h in handles:
            h.remove()
    return maps
