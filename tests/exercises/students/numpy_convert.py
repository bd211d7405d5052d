"""A student who thinks in NumPy: `axis=`, `keepdims`, indexing with None, swapaxes, buffers written with [...]."""

from collections import OrderedDict
from contextlib import contextmanager

import torch
from torch import nn

from course_utils.layers import Conv2d, Linear, MaxPool2d, ReLU


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


def reading_answers():
    a, b, c, d = "abcd"
    return {
        "initialisation": b,
        "why_it_helps": [d, c, a],
        "learned": 128.0,
        "buffers": 129,
        "additive": a,
        "concatenating": c,
    }


def diagram_answers():
    return {"no_bias": "b", "thirty_four": 33, "projections": 3, "last_map": 224 / 2**5}


class NamedSequential(Sequential):
    def __init__(self, *modules):
        super().__init__(*(modules if not isinstance(modules[0], OrderedDict) else modules[0].values()))
        if isinstance(modules[0], OrderedDict):
            self._modules = type(self._modules)(zip(modules[0].keys(), self._modules.values(), strict=True))


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.tensor(num_features * [1.0]), requires_grad=True)
        self.bias = nn.Parameter(torch.tensor(num_features * [0.0]), requires_grad=True)
        self.register_buffer("running_mean", torch.zeros_like(self.weight.data))
        self.register_buffer("running_var", torch.ones_like(self.weight.data))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if not self.training:
            scale = self.weight / (self.running_var + self.eps) ** 0.5
            return scale[:, None, None] * x + (self.bias - self.running_mean * scale)[:, None, None]
        mean = x.mean(axis=(0, 2, 3), keepdims=True)
        centred = x - mean
        var = (centred * centred).mean(axis=(0, 2, 3), keepdims=True)
        n = x.nelement() // self.num_features
        keep = 1.0 - self.momentum
        with torch.no_grad():
            self.running_mean[...] = keep * self.running_mean + self.momentum * mean[0, :, 0, 0]
            self.running_var[:] = keep * self.running_var + self.momentum * var.flatten() * (n / (n - 1))
            self.num_batches_tracked[...] = self.num_batches_tracked + 1
        return self.weight[None, :, None, None] * centred / (var + self.eps).sqrt() + self.bias.reshape(1, -1, 1, 1)

    def extra_repr(self):
        return "%d, eps=%g, momentum=%g" % (self.num_features, self.eps, self.momentum)  # noqa: UP031


class AveragePool(nn.Module):
    def forward(self, x):
        return x.mean(axis=-1).mean(axis=-1)


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        layers = []
        for number, (feats, stride) in enumerate(zip((in_feats, out_feats), (first_stride, 1), strict=True)):
            if number:
                layers += [ReLU()]
            layers += [Conv2d(feats, out_feats, 3, stride, 1), BatchNorm2d(out_feats)]
        self.left = Sequential(*layers)
        self.right = Sequential()
        if in_feats - out_feats or first_stride - 1:
            self.right = Sequential(Conv2d(in_feats, out_feats, 1, first_stride, 0), BatchNorm2d(out_feats))

    def forward(self, x):
        y = self.left(x) + self.right(x)
        return y * (y > 0)


class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        feats = [in_feats] + n_blocks * [out_feats]
        strides = [first_stride] + (n_blocks - 1) * [1]
        blocks = [ResidualBlock(feats[i], feats[i + 1], strides[i]) for i in range(n_blocks)]
        self.blocks = nn.ModuleDict({f"block_{i}": block for i, block in enumerate(blocks)})

    def forward(self, x):
        for block in self.blocks.values():
            x = block(x)
        return x


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],  # noqa: B006
        out_features_per_group=[64, 128, 256, 512],  # noqa: B006
        first_strides_per_group=[1, 2, 2, 2],  # noqa: B006
        n_classes=1000,
    ):
        super().__init__()
        self.layers = nn.ModuleList([Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1)])
        feats = [64] + list(out_features_per_group)  # noqa: RUF005
        for i in range(len(out_features_per_group)):
            self.layers.append(BlockGroup(n_blocks_per_group[i], feats[i], feats[i + 1], first_strides_per_group[i]))
        self.layers.extend([AveragePool(), Linear(feats[-1], n_classes)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def copy_weights(my_resnet, pretrained_resnet):
    mine = list(my_resnet.state_dict().items())
    theirs = list(pretrained_resnet.state_dict().items())
    if len(mine) != len(theirs):
        raise ValueError("number of tensors")
    for i in range(len(mine)):
        if mine[i][1].shape != theirs[i][1].shape:
            raise ValueError("shape of " + mine[i][0])
    for i in range(len(mine)):
        mine[i][1][...] = theirs[i][1]


def predict(model, images):
    model = model.eval()
    with torch.no_grad():
        p = torch.nn.Softmax(dim=-1)(model(images))
    order = p.argsort(axis=1, descending=True)[:, 0]
    return p[torch.arange(len(images)), order], order


def raise_on_nan(module, inputs, output):
    if not torch.equal(output, output.nan_to_num(nan=0.0, posinf=float("inf"), neginf=float("-inf"))):
        raise ValueError("not a number in a " + module.__class__.__name__)


def _walk(module):
    yield module
    for child in module.children():
        yield from _walk(child)


@contextmanager
def hooks_on(model, hook):
    handles = [module.register_forward_hook(hook) for module in _walk(model)]
    try:
        yield None
    except BaseException:  # noqa: TRY203
        raise
    finally:
        for handle in handles[::-1]:
            handle.remove()
