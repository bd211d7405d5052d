"""A student who loves one-liners: lambdas, star-arguments, subclasses of nn.Sequential, nested comprehensions."""

# ruff: noqa: N812, B022  (F is what most notebooks call it)

import contextlib
from collections import OrderedDict
from itertools import pairwise

import torch as t
import torch.nn.functional as F
from torch import nn


class Sequential(nn.Module):
    def __init__(self, *modules):
        super().__init__()
        for index, module in enumerate(modules):
            self._modules[str(index)] = module

    def __getitem__(self, index):
        return self._modules[self._name(index)]

    def __setitem__(self, index, module):
        self._modules[self._name(index)] = module

    def _name(self, index):
        return list(self._modules)[index]

    def forward(self, x):
        for module in self._modules.values():
            x = module(x)
        return x


reading_answers = lambda: dict(zip(  # noqa: E731
    ["initialisation", "why_it_helps", "learned", "buffers", "additive", "concatenating"],
    ["b", ("a", "c", "d"), 128, 129, "a", "c"], strict=True,
))  # fmt: skip
diagram_answers = lambda: {"no_bias": "b", "thirty_four": 33, "projections": 3, "last_map": 7}  # noqa: E731


class NamedSequential(Sequential):
    def __init__(self, *modules):
        nn.Module.__init__(self)
        first, *_ = modules
        [
            self.add_module(str(name), m)
            for name, m in (first.items() if isinstance(first, OrderedDict) else enumerate(modules))
        ]


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        vars(self).update(num_features=num_features, eps=eps, momentum=momentum)
        self.weight, self.bias = (nn.Parameter(make(num_features)) for make in (t.ones, t.zeros))
        for name, start in dict(running_mean=t.zeros, running_var=t.ones).items():  # noqa: C408
            self.register_buffer(name, start(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        shape, axes = (1, -1, 1, 1), (0, 2, 3)
        if self.training:
            mean, std2 = x.mean(axes), x.std(axes, correction=0) ** 2
            self.update(mean.detach(), x.detach().var(axes), self.momentum)
        mean, var = (mean, std2) if self.training else (self.running_mean, self.running_var)
        return t.addcmul(
            self.bias.view(shape),
            (x - mean.view(shape)) / t.sqrt(var.view(shape) + self.eps),
            self.weight.view(shape),
        )

    def update(self, mean, var, m):
        self.running_mean += m * (mean - self.running_mean)
        self.running_var += m * (var - self.running_var)
        self.num_batches_tracked += 1

    extra_repr = lambda self: f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"  # noqa: E731


class AveragePool(nn.Module):
    forward = lambda self, x: x.flatten(2).mean(-1)  # noqa: E731


class ResidualBlock(nn.Module):
    def __init__(self, i, o, first_stride=1):
        super().__init__()
        conv = lambda *a, **k: nn.Conv2d(*a, **k, bias=False)  # noqa: E731
        self.l = nn.Sequential(
            conv(i, o, 3, first_stride, 1), BatchNorm2d(o), nn.ReLU(), conv(o, o, 3, padding=1), BatchNorm2d(o)
        )
        change = [conv(i, o, 1, first_stride), BatchNorm2d(o)]
        self.r = nn.Sequential(*change * (first_stride != 1 or i != o))

    forward = lambda self, x: F.relu(self.l(x) + self.r(x))  # noqa: E731


class BlockGroup(nn.Sequential):
    def __init__(self, n, i, o, first_stride=1):
        super().__init__(*(ResidualBlock(o if b else i, o, 1 if b else first_stride) for b in range(n)))


class ResNet34(nn.Sequential):
    def __init__(self, n=[3, 4, 6, 3], w=[64, 128, 256, 512], s=[1, 2, 2, 2], n_classes=1000):  # noqa: B006
        stem = nn.Conv2d(3, 64, 7, 2, 3, bias=False), BatchNorm2d(64), nn.ReLU(True), nn.MaxPool2d(3, 2, 1)
        groups = (BlockGroup(b, i, o, k) for b, (i, o), k in zip(n, pairwise([64, *w]), s, strict=True))
        super().__init__(*stem, *groups, AveragePool(), nn.Linear(w[-1], n_classes))


def copy_weights(my_resnet, pretrained_resnet):
    pairs = [*zip(my_resnet.state_dict().values(), pretrained_resnet.state_dict().values(), strict=True)]
    if not all(a.shape == b.shape for a, b in pairs):
        raise ValueError("shapes")
    with t.no_grad():
        [a.copy_(b) for a, b in pairs]


predict = t.no_grad()(lambda model, images: [*model.eval()(images).softmax(-1).max(-1)])


def raise_on_nan(module, inputs, output):
    if (output != output).any():  # noqa: PLR0124
        raise ValueError(module._get_name())


@contextlib.contextmanager
def hooks_on(model, hook):
    handles = []
    model.apply(lambda m: handles.append(m.register_forward_hook(hook)))
    with contextlib.suppress():
        try:
            yield
        finally:
            [h.remove() for h in handles]
