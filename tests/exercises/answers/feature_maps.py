# %% mistake: not_copied
def feature_maps(
    model: nn.Module, x: Float[Tensor, "batch in_channels height width"], names: Sequence[str]
) -> dict[str, Tensor]:
    maps = {}

    def make_hook(name):
        def hook(module, inputs, output):
            maps[name] = output.detach()

        return hook

    handles = []
    try:
        for name in names:
            handles.append(model.get_submodule(name).register_forward_hook(make_hook(name)))
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -             maps[name] = output.detach()
# +             maps[name] = output.detach().clone()


# %% mistake: inputs
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    seen: dict[str, Tensor] = {}

    def keep(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            seen[name] = inputs[0].detach().clone()

        return hook

    modules = [model.get_submodule(name) for name in names]
    handles = [module.register_forward_hook(keep(name)) for name, module in zip(names, modules, strict=True)]
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return seen


# repair
# -             seen[name] = inputs[0].detach().clone()
# +             seen[name] = output.detach().clone()


# %% mistake: late_binding
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}
    handles = []
    modules = {name: model.get_submodule(name) for name in names}
    for name, module in modules.items():

        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        handles.append(module.register_forward_hook(hook))
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -     for name, module in modules.items():
# -
# -         def hook(module, inputs, output):
# -             maps[name] = output.detach().clone()
# -
# -         handles.append(module.register_forward_hook(hook))
# +
# +     def keep(name):
# +         def hook(module, inputs, output):
# +             maps[name] = output.detach().clone()
# +
# +         return hook
# +
# +     for name, module in modules.items():
# +         handles.append(module.register_forward_hook(keep(name)))


# %% mistake: never_removed
from functools import partial


def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}

    def save(name, module, inputs, output):
        maps[name] = output.detach().clone()

    for module, name in [(model.get_submodule(name), name) for name in names]:
        module.register_forward_hook(partial(save, name))
    model.eval()
    with t.no_grad():
        model(x)
    return maps


# repair
# -     for module, name in [(model.get_submodule(name), name) for name in names]:
# -         module.register_forward_hook(partial(save, name))
# -     model.eval()
# -     with t.no_grad():
# -         model(x)
# +     handles = []
# +     for module, name in [(model.get_submodule(name), name) for name in names]:
# +         handles.append(module.register_forward_hook(partial(save, name)))
# +     model.eval()
# +     try:
# +         with t.no_grad():
# +             model(x)
# +     finally:
# +         for handle in handles:
# +             handle.remove()


# %% mistake: not_after_error
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}

    def hook_for(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    handles = [model.get_submodule(name).register_forward_hook(hook_for(name)) for name in names]
    with t.no_grad():
        model.eval()(x)
    for handle in handles:
        handle.remove()
    return maps


# repair
# -     with t.no_grad():
# -         model.eval()(x)
# -     for handle in handles:
# -         handle.remove()
# +     try:
# +         with t.no_grad():
# +             model.eval()(x)
# +     finally:
# +         for handle in handles:
# +             handle.remove()


# %% mistake: clears_all
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    result = {}

    def make(name):
        def hook(module, args, output):
            result[name] = output.clone().detach()

        return hook

    try:
        for name in names:
            model.get_submodule(name).register_forward_hook(make(name))
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for module in model.modules():
            module._forward_hooks.clear()
    return result


# repair
# -     try:
# -         for name in names:
# -             model.get_submodule(name).register_forward_hook(make(name))
# +     handles = []
# +     try:
# +         for name in names:
# +             handles.append(model.get_submodule(name).register_forward_hook(make(name)))
# -         for module in model.modules():
# -             module._forward_hooks.clear()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: removes_last
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    handle = None
    try:
        for name in names:
            handle = model.get_submodule(name).register_forward_hook(keep(name))
        with t.no_grad():
            model.eval()(x)
    finally:
        if handle is not None:
            handle.remove()
    return maps


# repair
# -     handle = None
# -     try:
# -         for name in names:
# -             handle = model.get_submodule(name).register_forward_hook(keep(name))
# +     handles = []
# +     try:
# +         for name in names:
# +             handles.append(model.get_submodule(name).register_forward_hook(keep(name)))
# -         if handle is not None:
# -             handle.remove()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: no_eval
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}

    def hook_for(name: str) -> Callable:
        return lambda module, inputs, output: maps.update({name: output.detach().clone()})

    modules = [(name, model.get_submodule(name)) for name in names]
    handles = [module.register_forward_hook(hook_for(name)) for name, module in modules]
    try:
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -             model(x)
# +             model.eval()(x)


# %% mistake: with_graph
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.clone()

        return hook

    with ExitStack() as stack:
        for name in names:
            handle = model.get_submodule(name).register_forward_hook(keep(name))
            stack.callback(handle.remove)
        model.eval()
        model(x)
    return maps


# repair
# -         model(x)
# +         with t.no_grad():
# +             model(x)


# %% mistake: run_for_each
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    model.eval()
    modules = {name: model.get_submodule(name) for name in names}
    maps = {}
    for name, module in modules.items():
        outputs = []
        handle = module.register_forward_hook(lambda m, i, o, outputs=outputs: outputs.append(o.detach().clone()))
        try:
            with t.no_grad():
                model(x)
        finally:
            handle.remove()
        maps[name] = outputs[-1]
    return maps


# repair
# -     for name, module in modules.items():
# -         outputs = []
# -         handle = module.register_forward_hook(lambda m, i, o, outputs=outputs: outputs.append(o.detach().clone()))
# -         try:
# -             with t.no_grad():
# -                 model(x)
# -         finally:
# -             handle.remove()
# -         maps[name] = outputs[-1]
# +     handles = []
# +     for name, module in modules.items():
# +         handles.append(module.register_forward_hook(lambda m, i, o, name=name: maps.update({name: o.detach().clone()})))
# +     try:
# +         with t.no_grad():
# +             model(x)
# +     finally:
# +         for handle in handles:
# +             handle.remove()


# %% mistake: children_only
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    children = dict(model.named_children())
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    handles = []
    try:
        for name in names:
            handles.append(children[name].register_forward_hook(keep(name)))
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -             handles.append(children[name].register_forward_hook(keep(name)))
# +             handles.append(model.get_submodule(name).register_forward_hook(keep(name)))


# %% mistake: quiet
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    handles = []
    for name, module in model.named_modules():
        if name in names:
            handles.append(module.register_forward_hook(keep(name)))
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -     for name, module in model.named_modules():
# -         if name in names:
# -             handles.append(module.register_forward_hook(keep(name)))
# +     for name in names:
# +         handles.append(model.get_submodule(name).register_forward_hook(keep(name)))


# %% mistake: prefix
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    wanted = {}
    for name in names:
        found = {full: module for full, module in model.named_modules() if full.startswith(name)}
        if not found:
            raise KeyError(name)
        wanted.update(found)
    handles = [module.register_forward_hook(keep(full)) for full, module in wanted.items()]
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -         found = {full: module for full, module in model.named_modules() if full.startswith(name)}
# -         if not found:
# -             raise KeyError(name)
# -         wanted.update(found)
# +         wanted[name] = model.get_submodule(name)


# %% mistake: first_image
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output[:1].detach().clone()

        return hook

    handles = [m.register_forward_hook(keep(n)) for n, m in [(n, model.get_submodule(n)) for n in names]]
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -             maps[name] = output[:1].detach().clone()
# +             maps[name] = output.detach().clone()


# %% mistake: without_batch
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps = {}

    class Keep:
        def __init__(self, name: str) -> None:
            self.name = name

        def __call__(self, module: nn.Module, inputs: tuple, output: Tensor) -> None:
            maps[self.name] = output[0].detach().clone()

    handles = []
    try:
        for name in names:
            handles += [model.get_submodule(name).register_forward_hook(Keep(name))]
        with t.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -             maps[self.name] = output[0].detach().clone()
# +             maps[self.name] = output.detach().clone()


# %% mistake: mean_over_channels
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}

    def keep(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            maps[name] = output.detach().mean(dim=1)

        return hook

    modules = {name: model.get_submodule(name) for name in names}
    handles = [module.register_forward_hook(keep(name)) for name, module in modules.items()]
    try:
        with t.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# repair
# -             maps[name] = output.detach().mean(dim=1)
# +             maps[name] = output.detach().clone()


# %% mistake: as_list
def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> list[Tensor]:
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    modules = [model.get_submodule(name) for name in names]
    handles = [module.register_forward_hook(keep(name)) for name, module in zip(names, modules, strict=True)]
    try:
        model.eval()
        with t.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return [maps[name] for name in names]


# repair
# -     return [maps[name] for name in names]
# +     return maps


# %% right: plain
import torch


def feature_maps(model, x, names):
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    handles = [model.get_submodule(name).register_forward_hook(keep(name)) for name in names]
    try:
        with torch.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


# %% right: with exit stack
import torch


def feature_maps(model, x, names):
    modules, maps = dict(model.named_modules()), {}
    with ExitStack() as stack, torch.no_grad():
        for name in names:
            hook = lambda _, __, out, name=name: maps.__setitem__(name, out.clone())
            stack.callback(modules[name].register_forward_hook(hook).remove)
        model.eval()
        model(x)
    return maps


# %% right: by module
import torch


def feature_maps(model, x, names):
    """One hook for all, which looks up who called it."""
    name_of = {model.get_submodule(name): name for name in names}
    seen = {}

    def note(module, _inputs, output):
        seen[name_of[module]] = output.detach().clone()

    was, handles = model.training, []
    try:
        for module in name_of:
            handles.append(module.register_forward_hook(note))
        model.train(False)
        with torch.no_grad():
            model(x)
    finally:
        [handle.remove() for handle in handles]
        model.train(was)
    return {name: seen[name] for name in names}


# %% right: with objects
import torch


class _Keeper:
    def __init__(self):
        self.value = None

    def __call__(self, module, inputs, output):
        self.value = torch.clone(output).detach()


@contextmanager
def _all_registered(hooks):
    handles = [module.register_forward_hook(hook) for module, hook in hooks.items()]
    try:
        yield
    finally:
        while handles:
            handles.pop().remove()


def feature_maps(model, x, names):
    keepers = {name: _Keeper() for name in names}
    with _all_registered({model.get_submodule(name): keeper for name, keeper in keepers.items()}):
        with torch.inference_mode():
            model.eval().forward(x)
    return {name: keeper.value for name, keeper in keepers.items()}


# %% right: decorated
import torch


@torch.no_grad()
def feature_maps(model, x, names):
    maps, handles = {}, {}
    try:
        for name in names:

            def hook(module, inputs, output, key=name):
                maps[key] = 1 * output

            handles[name] = getattr(model.get_submodule(name), "register_forward_hook")(hook)
        model.eval()
        model(x)
    finally:
        for handle in handles.values():
            handle.remove()
    return maps


# %% right: with own forwards
import torch


def feature_maps(model, x, names):
    """No hook at all: forward is wrapped for a while."""
    maps = {}

    def wrap(name, module):
        forward = module.forward

        def noting(*args):
            output = forward(*args)
            maps[name] = output.detach().clone()
            return output

        module.forward = noting

    chosen = {name: model.get_submodule(name) for name in names}
    for name, module in chosen.items():
        wrap(name, module)
    try:
        with torch.no_grad():
            model.eval()(x)
    finally:
        for module in chosen.values():
            del module.forward
    return maps


# %% equivalent: what is given back has no graph either way
# = output.clone()


# %% mistake: gradients_on
def feature_maps(model, x, names):
    found = {}
    parts = [(name, model.get_submodule(name)) for name in names]

    def keeper(name):
        def keep(module, given, came):
            found[name] = came.clone().detach()

        return keep

    handles = [part.register_forward_hook(keeper(name)) for name, part in parts]
    model.train(False)
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    return found


# repair
# -         model(x)
# +         with t.inference_mode():
# +             model(x)
