# %% mistake: one_list
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = dict.fromkeys(layers, [])

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(output.mean().item(), output.std().item(), zeros))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -     stats = dict.fromkeys(layers, [])
# +     stats = {name: [] for name in layers}


# %% mistake: last_name
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    result = {}
    handles = []
    for name, layer in layers.items():
        result[name] = []

        def hook(module, inputs, output):
            if not module.training:
                return
            n_zeros = (output == 0).sum().item()
            result[name].append(Stats(output.mean().item(), output.std().item(), n_zeros / output.numel()))

        handles.append(layer.register_forward_hook(hook))
    try:
        yield result
    finally:
        for h in handles:
            h.remove()


# repair
# -         def hook(module, inputs, output):
# +         def hook(module, inputs, output, name=name):


# %% mistake: last_call
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats: dict[str, list[Stats]] = {name: [] for name in layers}

    def make_hook(name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            if module.training:
                out = output.detach()
                stats[name] = [Stats(out.mean().item(), out.std().item(), (out == 0).float().mean().item())]

        return hook

    handles = []
    try:
        for name, layer in layers.items():
            handles.append(layer.register_forward_hook(make_hook(name)))
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 stats[name] = [Stats(out.mean().item(), out.std().item(), (out == 0).float().mean().item())]
# +                 stats[name].append(Stats(out.mean().item(), out.std().item(), (out == 0).float().mean().item()))


# %% mistake: eval_too
from functools import partial


@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    def note(entries, module, inputs, output):
        out = output.detach()
        entries.append(Stats(mean=out.mean().item(), std=out.std().item(), zeros=out.eq(0).float().mean().item()))

    stats = {name: [] for name in layers}
    handles = [layers[name].register_forward_hook(partial(note, stats[name])) for name in layers]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -         out = output.detach()
# +         if not module.training:
# +             return
# +         out = output.detach()


# %% mistake: eval_only
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                return
            stats[name].append(Stats(output.mean().item(), output.std().item(), (output == 0).float().mean().item()))

        return hook

    handles = []
    for name, layer in layers.items():
        handles.append(layer.register_forward_hook(hook_for(name)))
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -             if module.training:
# +             if not module.training:


# %% mistake: inputs
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, args, output):
            if module.training:
                x = args[0].detach()
                stats[name].append(Stats(x.mean().item(), x.std().item(), (x == 0).float().mean().item()))

        return hook

    handles = [module.register_forward_hook(hook_for(name)) for name, module in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 x = args[0].detach()
# +                 x = output.detach()


# %% mistake: graphs
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}
    handles = []

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                stats[name].append(Stats(output.mean(), output.std(), (output == 0).float().mean()))

        return hook

    for name, layer in layers.items():
        handles.append(layer.register_forward_hook(hook_for(name)))
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 stats[name].append(Stats(output.mean(), output.std(), (output == 0).float().mean()))
# +                 zeros = (output == 0).float().mean()
# +                 stats[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))


# %% mistake: tensors
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    found: dict[str, list[Stats]] = {}

    def watch(name: str) -> Callable:
        @t.no_grad()
        def hook(module, inputs, output):
            if module.training:
                found[name].append(Stats(output.mean(), output.std(), (output == 0).float().mean()))

        return hook

    handles = []
    for name, layer in layers.items():
        found[name] = []
        handles.append(layer.register_forward_hook(watch(name)))
    try:
        yield found
    finally:
        [handle.remove() for handle in handles]


# repair
# -                 found[name].append(Stats(output.mean(), output.std(), (output == 0).float().mean()))
# +                 zeros = (output == 0).float().mean()
# +                 found[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))


# %% mistake: count_of_zeros
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                mean, std = output.mean().item(), output.std().item()
                zeros = float((output == 0).sum())
                stats[name].append(Stats(mean, std, zeros))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 zeros = float((output == 0).sum())
# +                 zeros = float((output == 0).sum()) / output.numel()


# %% mistake: share_of_others
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                share = output.count_nonzero().item() / output.numel()
                stats[name].append(Stats(output.mean().item(), output.std().item(), share))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 share = output.count_nonzero().item() / output.numel()
# +                 share = (output == 0).sum().item() / output.numel()


# %% mistake: below_zero_too
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                dead = (output <= 0).float().mean().item()
                stats[name].append(Stats(output.mean().item(), output.std().item(), dead))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 dead = (output <= 0).float().mean().item()
# +                 dead = (output == 0).float().mean().item()


# %% mistake: percent
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    all_stats = {key: [] for key in layers}

    def hook_for(key):
        def hook(module, inputs, output):
            if not module.training:
                return
            output = output.detach()
            zeros = 100 * (output == 0).sum().item() / output.numel()
            all_stats[key].append(Stats(output.mean().item(), output.std().item(), zeros))

        return hook

    handles = [layers[key].register_forward_hook(hook_for(key)) for key in layers]
    try:
        yield all_stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -             zeros = 100 * (output == 0).sum().item() / output.numel()
# +             zeros = (output == 0).sum().item() / output.numel()


# %% mistake: variance
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                variance, mean = t.var_mean(output.detach())
                zeros = (output == 0).float().mean()
                stats[name].append(Stats(mean.item(), variance.item(), zeros.item()))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 stats[name].append(Stats(mean.item(), variance.item(), zeros.item()))
# +                 stats[name].append(Stats(mean.item(), variance.sqrt().item(), zeros.item()))


# %% mistake: std_of_first
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                stats[name].append(
                    Stats(
                        mean=output.mean().item(),
                        std=output[0].std().item(),
                        zeros=(output == 0).float().mean().item(),
                    )
                )

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                         std=output[0].std().item(),
# +                         std=output.std().item(),


# %% mistake: mean_size
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                values = output.detach().flatten()
                size = values.abs().mean().item()
                stats[name].append(Stats(size, values.std().item(), (values == 0).float().mean().item()))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 size = values.abs().mean().item()
# +                 size = values.mean().item()


# %% mistake: swapped
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                std, mean = t.std_mean(output.detach())
                zeros = (output == 0).float().mean()
                stats[name].append(Stats(std.item(), mean.item(), zeros.item()))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 stats[name].append(Stats(std.item(), mean.item(), zeros.item()))
# +                 stats[name].append(Stats(mean.item(), std.item(), zeros.item()))


# %% mistake: rounded
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                numbers = output.mean(), output.std(), (output == 0).float().mean()
                stats[name].append(Stats(*(round(number.item(), 2) for number in numbers)))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 stats[name].append(Stats(*(round(number.item(), 2) for number in numbers)))
# +                 stats[name].append(Stats(*(number.item() for number in numbers)))


# %% mistake: rounded
@contextmanager
def activation_stats(layers):
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                numbers = output.mean(), output.std(), (output == 0).float().mean()
                stats[name].append(Stats(*[float(f"{number.item():.2f}") for number in numbers]))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 stats[name].append(Stats(*[float(f"{number.item():.2f}") for number in numbers]))
# +                 stats[name].append(Stats(*[number.item() for number in numbers]))


# %% mistake: changes_output
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                entry = Stats(output.mean().item(), output.std().item(), (output == 0).float().mean().item())
                stats[name].append(entry)
                return entry

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 stats[name].append(entry)
# -                 return entry
# +                 stats[name].append(entry)


# %% mistake: hands_out_nothing
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                mean = output.mean().item()
                std = output.std().item()
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(mean, std, zeros))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# repair
# -         yield
# +         yield stats


# %% mistake: hands_out_a_copy
import copy


@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                mean = output.mean().item()
                std = output.std().item()
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(mean, std, zeros))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield copy.deepcopy(stats)
    finally:
        for handle in handles:
            handle.remove()


# repair
# -         yield copy.deepcopy(stats)
# +         yield stats


# %% mistake: hooks_left
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                values = output.detach()
                stats[name].append(
                    Stats(values.mean().item(), values.std().item(), (values == 0).float().mean().item())
                )

        return hook

    for name, layer in layers.items():
        layer.register_forward_hook(hook_for(name))
    yield stats


# repair
# -     for name, layer in layers.items():
# -         layer.register_forward_hook(hook_for(name))
# -     yield stats
# +     handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
# +     try:
# +         yield stats
# +     finally:
# +         for handle in handles:
# +             handle.remove()


# %% mistake: clears_all
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                values = output.detach()
                zeros = (values == 0).sum().item() / values.numel()
                stats[name].append(Stats(values.mean().item(), values.std().item(), zeros))

        return hook

    for name, layer in layers.items():
        layer.register_forward_hook(hook_for(name))
    try:
        yield stats
    finally:
        for layer in layers.values():
            layer._forward_hooks.clear()


# repair
# -     for name, layer in layers.items():
# -         layer.register_forward_hook(hook_for(name))
# +     handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
# -         for layer in layers.values():
# -             layer._forward_hooks.clear()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: removes_last
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                zeros = (output == 0).float().mean()
                stats[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))

        return hook

    for name, layer in layers.items():
        handle = layer.register_forward_hook(hook_for(name))
    try:
        yield stats
    finally:
        handle.remove()


# repair
# -     for name, layer in layers.items():
# -         handle = layer.register_forward_hook(hook_for(name))
# +     handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
# -         handle.remove()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: not_after_error
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                zeros = (output == 0).float().mean()
                stats[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    yield stats
    for handle in handles:
        handle.remove()


# repair
# -     yield stats
# -     for handle in handles:
# -         handle.remove()
# +     try:
# +         yield stats
# +     finally:
# +         for handle in handles:
# +             handle.remove()


# %% mistake: not_after_interrupt
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}
    handles = []

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                zeros = (output == 0).float().mean()
                stats[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))

        return hook

    def remove_hooks():
        for handle in handles:
            handle.remove()

    for name, layer in layers.items():
        handles.append(layer.register_forward_hook(hook_for(name)))
    try:
        yield stats
    except Exception:
        remove_hooks()
        raise
    remove_hooks()


# repair
# -     except Exception:
# -         remove_hooks()
# -         raise
# -     remove_hooks()
# +     finally:
# +         remove_hooks()


# %% mistake: swallows
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                zeros = (output == 0).float().mean()
                stats[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    except Exception as error:
        print("stopped:", error)
    finally:
        for handle in handles:
            handle.remove()


# repair
# -     except Exception as error:
# -         print("stopped:", error)


# %% mistake: early
class activation_stats:
    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self.stats: dict[str, list[Stats]] = {name: [] for name in layers}
        self.handles = [layer.register_forward_hook(self.hook_for(name)) for name, layer in layers.items()]

    def hook_for(self, name: str) -> Callable:
        def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
            if module.training:
                zeros = (output == 0).float().mean()
                self.stats[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))

        return hook

    def __enter__(self) -> dict[str, list[Stats]]:
        return self.stats

    def __exit__(self, *error) -> None:
        for handle in self.handles:
            handle.remove()


# repair
# -         self.stats: dict[str, list[Stats]] = {name: [] for name in layers}
# -         self.handles = [layer.register_forward_hook(self.hook_for(name)) for name, layer in layers.items()]
# +         self.layers = layers
# +         self.stats: dict[str, list[Stats]] = {name: [] for name in layers}
# -         return self.stats
# +         self.handles = [layer.register_forward_hook(self.hook_for(name)) for name, layer in self.layers.items()]
# +         return self.stats


# %% right: plain
@contextmanager
def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats: dict[str, list[Stats]] = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                values = output.detach()
                zeros = (values == 0).float().mean().item()
                stats[name].append(Stats(values.mean().item(), values.std().item(), zeros))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# %% right: with partial
from functools import partial

import torch


@contextmanager
def activation_stats(layers):
    def record(entries, module, inputs, output):
        if not module.training:
            return
        with torch.no_grad():
            zeros = torch.count_nonzero(output == 0) / output.numel()
            entries.append((float(output.mean()), float(output.std(correction=0)), float(zeros)))

    stats, handles = {}, []
    try:
        for name, layer in layers.items():
            stats[name] = []
            handles.append(layer.register_forward_hook(partial(record, stats[name])))
        yield stats
    finally:
        [handle.remove() for handle in handles]


# %% right: as aclass
class activation_stats:
    def __init__(self, layers):
        self.layers = layers

    def __enter__(self):
        self.stats = {name: [] for name in self.layers}
        self.handles = []
        for name, layer in self.layers.items():
            self.handles.append(layer.register_forward_hook(lambda m, i, o, name=name: self.note(name, m, o)))
        return self.stats

    def note(self, name, module, output):
        if module.training:
            numbers = output.detach().flatten()
            self.stats[name].append(
                [numbers.mean().item(), numbers.std().item(), 1 - numbers.count_nonzero().item() / numbers.numel()]
            )

    def __exit__(self, kind, error, trace):
        for handle in self.handles:
            handle.remove()


# %% right: with exit stack
from collections import defaultdict
from contextlib import ExitStack

import torch


@contextmanager
def activation_stats(layers):
    stats = defaultdict(list)
    with ExitStack() as stack:
        for name, layer in layers.items():
            entries = stats[name]

            def hook(module, args, output, entries=entries):
                if module.training:
                    std, mean = torch.std_mean(output.detach())
                    entries.append(Stats(mean.item(), std.item(), output.eq(0).double().mean().item()))

            stack.callback(layer.register_forward_hook(hook).remove)
        yield stats


# %% right: with numpy
@contextmanager
def activation_stats(layers):
    names = {layer: name for name, layer in layers.items()}
    stats = {name: [] for name in layers}

    def hook(module, inputs, output):
        if module.training is True:
            array = output.detach().cpu().numpy()
            stats[names[module]].append(Stats(array.mean().item(), array.std().item(), (array == 0).mean().item()))

    handles = [layer.register_forward_hook(hook) for layer in layers.values()]
    try:
        yield stats
    finally:
        while handles:
            handles.pop().remove()


# %% right: catching everything
def _hook(entries):
    def hook(module, _inputs, output):
        if module.training:
            x = output.detach().double()
            entries.append(Stats(x.mean().item(), x.var().sqrt().item(), (x == 0).sum().item() / x.numel()))

    return hook


@contextmanager
def activation_stats(layers):
    stats, handles = {}, []
    for name in layers:
        stats[name] = []
        handles.append(layers[name].register_forward_hook(_hook(stats[name])))
    try:
        yield stats
    except BaseException:
        for handle in handles:
            handle.remove()
        raise
    else:
        for handle in handles:
            handle.remove()


# %% wrong: has lists that outlive the with block
kept: dict[str, list] = {}


@contextmanager
def base_activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, list[Stats]]]:
    stats: dict[str, list[Stats]] = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                values = output.detach()
                zeros = (values == 0).float().mean().item()
                stats[name].append(Stats(values.mean().item(), values.std().item(), zeros))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def activation_stats(layers):
    with base_activation_stats(layers) as stats:
        for name in stats:
            stats[name] = kept.setdefault(name, [])
        yield stats


# %% mistake: last_name
@contextmanager
def activation_stats(layers):
    """Makes its hooks in a loop; each looks `name` up when the loop is over."""
    stats = {name: [] for name in layers}
    handles = []
    for name, layer in layers.items():

        def hook(module, inputs, output):
            if module.training:
                zeros = (output == 0).float().mean().item()
                stats[name].append(Stats(output.mean().item(), output.std(correction=0).item(), zeros))

        handles.append(layer.register_forward_hook(hook))
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -         def hook(module, inputs, output):
# +         def hook(module, inputs, output, name=name):


# %% mistake: graphs
@contextmanager
def activation_stats(layers):
    stats = {name: [] for name in layers}

    def hook_for(name):
        def hook(module, inputs, output):
            if module.training:
                stats[name].append(Stats(output.mean(), output.std(), (output == 0).float().mean()))

        return hook

    handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
    try:
        yield stats
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 stats[name].append(Stats(output.mean(), output.std(), (output == 0).float().mean()))
# +                 zeros = (output == 0).float().mean()
# +                 stats[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))


# %% equivalent: what is given back has no graph either way
# values = output


# %% mistake: nearly_zero
@contextmanager
def activation_stats(layers):
    found = {name: [] for name in layers}

    def watch(name):
        def hook(module, inputs, output):
            if module.training:
                dead = t.isclose(output, t.zeros_like(output)).sum().item() / output.numel()
                found[name].append(Stats(output.mean().item(), output.std().item(), dead))

        return hook

    handles = [layers[name].register_forward_hook(watch(name)) for name in layers]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


# repair
# -                 dead = t.isclose(output, t.zeros_like(output)).sum().item() / output.numel()
# +                 dead = 1 - output.count_nonzero().item() / output.numel()
