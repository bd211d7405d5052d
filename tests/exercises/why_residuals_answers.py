"""Right answers to notebook 4 in many styles."""

import copy
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812  (as students import it)
from einops import reduce
from torch import nn

ANSWERS: dict[str, list] = {}


def right(exercise: str) -> Callable:
    """Note an answer under its exercise."""

    def note(answer):
        ANSWERS.setdefault(exercise, []).append(answer)
        return answer

    return note


@right("why_answers")
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "b", "c"},
        "residual": "c",
        "zero": 0,
        "strided_head": 1226882 - (256 * 10 + 10) + (256 * 10 * 3 * 3 + 10),
    }


@right("why_answers")
def why_answers_in_capitals_and_floats():
    capitals = {"overfitting": "B", "could_copy": "C ", "gradients": ["A", "B", "C"], "residual": "C"}
    return {**capitals, "zero": 0.0, "strided_head": 1.247362e6}


# --- ThinBlock ---


@right("ThinBlock")
class ThinBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.relu = nn.ReLU()
        self.stride, self.extra, self.residual = stride, out_feats - in_feats, residual

    def forward(self, x):
        out = self.left(x)
        if self.residual:
            skip = x[:, :, :: self.stride, :: self.stride]
            out = out + F.pad(skip, (0, 0, 0, 0, 0, self.extra))
        return self.relu(out)


@right("ThinBlock")
class ConvsBeforeNorms(nn.Module):
    """Declares both convolutions first, and names everything as torchvision does."""

    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out_feats), nn.BatchNorm2d(out_feats)
        self.stride, self.residual = stride, residual

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.residual:
            small = x[..., :: self.stride, :: self.stride]
            out[:, : x.shape[1]] += small
        return F.relu(out)


@right("ThinBlock")
class WithCat(ThinBlock):
    def forward(self, x):
        out = self.left(x)
        if not self.residual:
            return out.relu()
        x = x[:, :, :: self.stride, :: self.stride]
        b, _, h, w = x.shape
        return (out + torch.cat([x, x.new_zeros(b, self.extra, h, w)], dim=1)).relu()


@right("ThinBlock")
class WithShortcutModule(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, residual=True):
        super().__init__()
        conv = partial(nn.Conv2d, kernel_size=3, padding=1, bias=False)
        layers = [conv(in_feats, out_feats, stride=stride), nn.BatchNorm2d(out_feats), nn.ReLU(inplace=True)]
        layers += [conv(out_feats, out_feats), nn.BatchNorm2d(out_feats)]
        self.layers = nn.ModuleList(layers)
        self.shortcut = (
            nn.Sequential(nn.MaxPool2d(1, stride), nn.ZeroPad3d((0, 0, 0, 0, 0, out_feats - in_feats)))
            if residual
            else None
        )

    def forward(self, x):
        out = x
        for layer in self.layers:
            out = layer(out)
        return torch.clamp(out if self.shortcut is None else out + self.shortcut(x), min=0)


@right("ThinBlock")
class WithLambda(ThinBlock):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, residual: bool = True) -> None:
        super().__init__(in_feats, out_feats, stride, residual)
        if residual and stride == 1 and in_feats == out_feats:
            self.skip = nn.Identity()
        elif residual:
            self.skip = self._skip
        else:
            self.skip = torch.zeros_like

    def _skip(self, x):
        return F.pad(F.avg_pool2d(x, 1, self.stride), [0, 0, 0, 0, 0, self.extra])

    def forward(self, x):
        left = self.left(x)
        return self.relu(left + (self.skip(x) if self.residual else 0))


@right("ThinBlock")
class WithFactor(ThinBlock):
    """Multiplies the shortcut by a buffer-free 0 or 1."""

    def forward(self, x):
        skip = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))
        return torch.relu(self.left(x) + float(self.residual) * skip)


# --- PooledBlock ---


@right("PooledBlock")
class PooledBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, kernel_size=3, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=not norm),
            nn.BatchNorm2d(out_feats) if norm else nn.Identity(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
            nn.Conv2d(in_feats, out_feats, kernel_size=1) if in_feats != out_feats else nn.Identity(),
        )
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.left(x) + self.shortcut(x))


@right("PooledBlock")
class ShortcutFirst(nn.Module):
    """Declares the shortcut first, and leaves absent layers out of its Sequentials."""

    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        shortcut = [nn.AvgPool2d(stride, ceil_mode=True)] if stride > 1 else []
        if in_feats != out_feats:
            shortcut.append(nn.Conv2d(in_feats, out_feats, 1))
        self.shortcut = nn.Sequential(*shortcut)
        self.convs = nn.Sequential(
            *self._conv(in_feats, out_feats, 1, norm), nn.ReLU(), *self._conv(out_feats, out_feats, stride, norm)
        )

    @staticmethod
    def _conv(in_feats, out_feats, stride, norm):
        conv = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=not norm)
        return [conv, nn.BatchNorm2d(out_feats)] if norm else [conv]

    def forward(self, x):
        return F.relu(self.shortcut(x) + self.convs(x))


@right("PooledBlock")
class WithFunctions(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=not norm)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=not norm)
        self.norms = nn.ModuleList([nn.BatchNorm2d(out_feats) for _ in range(2 * norm)])
        self.idconv = None if in_feats == out_feats else nn.Conv2d(in_feats, out_feats, 1)
        self.stride = stride

    def forward(self, x):
        out = self.conv1(x)
        if self.norms:
            out = self.norms[0](out)
        out = self.conv2(F.relu(out))
        if self.norms:
            out = self.norms[1](out)
        skip = F.avg_pool2d(x, self.stride, ceil_mode=True) if self.stride != 1 else x
        return F.relu(out + (self.idconv(skip) if self.idconv else skip))


@right("PooledBlock")
class MixesFirst(nn.Module):
    """Mixes, then pools: averaging pixels and mixing channels may change places."""

    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__()
        self.block1 = self.half(in_feats, out_feats, 1, norm)
        self.block2 = self.half(out_feats, out_feats, stride, norm)
        self.mix = nn.Conv2d(in_feats, out_feats, 1) if in_feats != out_feats else nn.Identity()
        self.pool = nn.AvgPool2d(stride, ceil_mode=True)

    def half(self, ni, nf, stride, norm):
        layers = nn.Sequential(nn.Conv2d(ni, nf, 3, stride=stride, padding=1, bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(nf))
        return layers

    def forward(self, x):
        return self.block2(self.block1(x).relu()).add(self.pool(self.mix(x))).relu()


@right("PooledBlock")
class WithEinops(PooledBlock):
    """Averages by hand, and divides by the number of pixels that are really there."""

    def __init__(self, in_feats, out_feats, stride=1, norm=False):
        super().__init__(in_feats, out_feats, stride, norm)
        self.s = stride
        self.shortcut = self.shortcut[1]

    def forward(self, x):
        h, w = x.shape[-2:]
        count = F.pad(torch.ones_like(x), (0, -w % self.s, 0, -h % self.s))
        total = reduce(
            F.pad(x, (0, -w % self.s, 0, -h % self.s)), "b c (h i) (w j) -> b c h w", "sum", i=self.s, j=self.s
        )
        count = reduce(count, "b c (h i) (w j) -> b c h w", "sum", i=self.s, j=self.s)
        return self.relu(self.left(x) + self.shortcut(total / count))


@right("PooledBlock")
class Inheritor(nn.Sequential):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1, norm: bool = False):
        super().__init__()
        widths = (in_feats, out_feats, out_feats)
        for number in (1, 2):
            step = stride if number == 2 else 1
            self.append(
                nn.Conv2d(
                    *widths[number - 1 : number + 1],
                    (3, 3),
                    (step, step),
                    "same" if step == 1 else (1, 1),
                    bias=not norm,
                )
            )
            if norm:
                self.append(nn.BatchNorm2d(out_feats))
            if number == 1:
                self.append(nn.ReLU())
        self.register_module("mix", None)
        if in_feats != out_feats:
            self.mix = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=1, padding=0)
        self.stride = stride

    def forward(self, x):
        out = x
        for name, module in self.named_children():
            if name != "mix":
                out = module(out)
        if self.stride > 1:
            x = nn.functional.avg_pool2d(x, kernel_size=self.stride, stride=self.stride, ceil_mode=True)
        return torch.relu(out + (x if self.mix is None else self.mix(x)))


# --- multiply_adds ---


@right("multiply_adds")
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


@right("multiply_adds")
def by_the_formula(model: nn.Module, x: torch.Tensor) -> dict[str, int]:
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


@right("multiply_adds")
def on_a_copy(model, x):
    model = copy.deepcopy(model).eval()
    counts = Counter()
    for name, m in model.named_modules():
        if type(m) in (nn.Conv2d, nn.Linear):
            m.register_forward_hook(
                lambda m, i, o, name=name: counts.update({name: o[0].numel() * m.weight[0].numel()})
            )
    model(x)
    return dict(counts)


@contextmanager
def evaluating(model):
    before = model.training
    try:
        yield model.eval()
    finally:
        model.train(before)


@right("multiply_adds")
def with_an_exit_stack(model, x):
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


class _Counter:
    def __init__(self):
        self.total = 0

    def __call__(self, module, inputs, output):
        per_output = module.in_features if isinstance(module, nn.Linear) else module.weight[0].numel()
        self.total += math.prod(output.shape[1:]) * per_output


@right("multiply_adds")
def with_a_class(model, x):
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


@right("multiply_adds")
def shapes_first(model, x):
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


# --- activation_stats ---


class Stats(NamedTuple):
    mean: float
    std: float
    zeros: float


@right("activation_stats")
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


@right("activation_stats")
@contextmanager
def with_partial(layers):
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


@right("activation_stats")
class AsAClass:
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


@right("activation_stats")
@contextmanager
def with_exit_stack(layers):
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


@right("activation_stats")
@contextmanager
def with_numpy(layers):
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


@right("activation_stats")
@contextmanager
def catching_everything(layers):
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


def _hook(entries):
    def hook(module, _inputs, output):
        if module.training:
            x = output.detach().double()
            entries.append(Stats(x.mean().item(), x.var().sqrt().item(), (x == 0).sum().item() / x.numel()))

    return hook
