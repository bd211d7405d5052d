"""A student who reuses their own classes: a base of one's own, mixins, super().forward, closures, `*args, **kwargs`."""

# ruff: noqa: N812  (F is what most notebooks call it)

from collections import OrderedDict
from contextlib import contextmanager
from functools import reduce

import torch as t
from torch import nn
from torch.nn import functional as F

from course_utils.layers import Conv2d, Linear, MaxPool2d


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


def reading_answers(**changes):
    answers = {"initialisation": "b", "why_it_helps": set("acd"), "learned": 128, "buffers": 129}
    return answers | {"additive": "a", "concatenating": "c"} | changes


def diagram_answers(**changes):
    return {"no_bias": "b", "thirty_four": 33, "projections": 3, "last_map": 7} | changes


class NamedSequential(Sequential):
    def __init__(self, *args, **kwargs):
        super().__init__(*args[1:], **kwargs) if isinstance(args[0], OrderedDict) else super().__init__(*args, **kwargs)
        if isinstance(args[0], OrderedDict):
            for name in args[0]:
                self.register_module(name, args[0][name])


class AffinePerChannel(nn.Module):
    """Weight and bias, without statistics."""

    def __init__(self, num_features):
        super().__init__()
        self.num_features = num_features
        self.weight = nn.Parameter(t.ones(num_features))
        self.bias = nn.Parameter(t.zeros(num_features))

    def forward(self, x):
        return x.mul(self.weight.reshape(-1, 1, 1)).add(self.bias.reshape(-1, 1, 1))


class BatchNorm2d(AffinePerChannel):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__(num_features)
        self.eps, self.momentum = eps, momentum
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0))

    def forward(self, x):
        mean, var = self.statistics(x) if self.training else (self.running_mean, self.running_var)
        wide = (1, self.num_features, 1, 1)
        return super().forward((x - mean.reshape(wide)).div(var.reshape(wide).add(self.eps).pow(0.5)))

    def statistics(self, x):
        mean = x.mean([0, 2, 3])
        var = x.var([0, 2, 3], unbiased=False)
        with t.no_grad():
            m = self.momentum
            self.running_mean.copy_(m * mean + (1 - m) * self.running_mean)
            self.running_var.copy_(m * var + (1 - m) * self.running_var)
            self.num_batches_tracked.copy_(self.num_batches_tracked + 1)
        return mean, var

    def extra_repr(self):
        return f"({self.num_features}, eps={self.eps:.1e}, eps={self.eps}, momentum={self.momentum})"


class AveragePool(nn.Module):
    def forward(self, x):
        while x.ndim > 2:
            x = x.mean(dim=-1)
        return x


class ConvNorm(Sequential):
    def __init__(self, in_feats, out_feats, size, stride=1):
        conv = Conv2d(in_feats, out_feats, size, stride=stride, padding=size // 2)
        super().__init__(conv, BatchNorm2d(out_feats))


class ResidualBlock(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.build(*args, **kwargs)

    def build(self, in_feats, out_feats, first_stride=1):
        self.first = ConvNorm(in_feats, out_feats, 3, first_stride)
        self.second = ConvNorm(out_feats, out_feats, 3)
        if in_feats != out_feats or first_stride != 1:
            self.shortcut = ConvNorm(in_feats, out_feats, 1, first_stride)

    def forward(self, x):
        shortcut = self.shortcut(x) if hasattr(self, "shortcut") else x
        return F.relu(self.second(F.relu(self.first(x))) + shortcut)


class BlockGroup(Sequential):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__(ResidualBlock(in_feats, out_feats, first_stride))
        while len(self._modules) < n_blocks:
            self.add_module(f"{len(self._modules)}", ResidualBlock(out_feats, out_feats))


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],  # noqa: B006
        out_features_per_group=[64, 128, 256, 512],  # noqa: B006
        first_strides_per_group=[1, 2, 2, 2],  # noqa: B006
        n_classes=1000,
    ):
        super().__init__()
        self.conv = ConvNorm(3, 64, 7, 2)
        self.pool = MaxPool2d(3, 2, 1)
        self.body = self.groups(n_blocks_per_group, out_features_per_group, first_strides_per_group)
        self.head = Sequential(AveragePool(), Linear(out_features_per_group[-1], n_classes))

    @classmethod
    def groups(cls, numbers, widths, strides):
        groups, width = [], 64
        for number, out, stride in zip(numbers, widths, strides, strict=True):
            groups.append(BlockGroup(number, width, out, stride))
            width = out
        return Sequential(*groups)

    def forward(self, x):
        steps = (self.conv, F.relu, self.pool, self.body, self.head)
        return reduce(lambda value, step: step(value), steps, x)


def copy_weights(my_resnet, pretrained_resnet):
    before = {name: tensor.clone() for name, tensor in my_resnet.state_dict().items()}
    theirs = pretrained_resnet.state_dict()
    try:
        if len(before) != len(theirs):
            raise ValueError("the numbers of tensors differ")
        my_resnet.load_state_dict(dict(zip(before, theirs.values(), strict=True)), strict=True)
    except RuntimeError as error:
        my_resnet.load_state_dict(before)  # put everything back
        raise ValueError("the shapes differ") from error


def predict(model, images):
    with t.inference_mode():
        p = F.softmax(model.eval()(images), dim=1)
        best, where = p.sort(dim=1)[0][:, -1], p.sort(dim=1)[1][:, -1]
    return best, where.int()


class RaiseOnNan:
    """A hook may be any callable."""

    def __call__(self, module, inputs, output):
        if t.any(t.isnan(output)):
            raise ValueError(f"{type(module).__name__} made a NaN")


raise_on_nan = RaiseOnNan()


def _hooks_on(model, hook):
    handles = tuple(map(lambda module: module.register_forward_hook(hook), model.modules()))  # noqa: C417
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


hooks_on = contextmanager(_hooks_on)
