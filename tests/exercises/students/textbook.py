"""A student who writes every formula out: manual variance, view, in-place buffers, one attribute a layer."""

# ruff: noqa: N812, PLR0402  (F is what most notebooks call it)

from collections import OrderedDict
from contextlib import contextmanager

import torch
import torch.nn as nn
import torch.nn.functional as F

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


def reading_answers():
    return {
        "initialisation": "b",
        "why_it_helps": {"a", "c", "d"},
        "learned": 128,
        "buffers": 129,
        "additive": "a",
        "concatenating": "c",
    }


def diagram_answers():
    return {"no_bias": "b", "thirty_four": 33, "projections": 3, "last_map": 7}


class NamedSequential(Sequential):
    def __init__(self, *modules):
        if isinstance(modules[0], OrderedDict):
            super().__init__()
            for name, module in modules[0].items():
                self._modules[name] = module
        else:
            super().__init__(*modules)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=(0, 2, 3))
            var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))
            n = x.shape[0] * x.shape[2] * x.shape[3]
            with torch.no_grad():
                self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)
                self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))
                self.num_batches_tracked.add_(1)
        else:
            mean = self.running_mean
            var = self.running_var
        x = (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + self.eps)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)

    def extra_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


class AveragePool(nn.Module):
    def forward(self, x):
        return torch.mean(x, dim=(2, 3))


class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.conv1 = Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)
        self.bn1 = BatchNorm2d(out_feats)
        self.conv2 = Conv2d(out_feats, out_feats, 3, stride=1, padding=1)
        self.bn2 = BatchNorm2d(out_feats)
        self.needs_projection = first_stride != 1 or in_feats != out_feats
        if self.needs_projection:
            self.conv3 = Conv2d(in_feats, out_feats, 1, stride=first_stride)
            self.bn3 = BatchNorm2d(out_feats)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.needs_projection:
            return F.relu(y + self.bn3(self.conv3(x)))
        return F.relu(y + x)


class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
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
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


def copy_weights(my_resnet, pretrained_resnet):
    mine = my_resnet.state_dict()
    theirs = pretrained_resnet.state_dict()
    my_keys, their_keys = list(mine.keys()), list(theirs.keys())
    if len(my_keys) != len(their_keys):
        raise ValueError("different numbers of tensors")
    new = {}
    for i in range(len(my_keys)):
        if mine[my_keys[i]].shape != theirs[their_keys[i]].shape:
            raise ValueError(f"{my_keys[i]} does not fit {their_keys[i]}")
        new[my_keys[i]] = theirs[their_keys[i]]
    my_resnet.load_state_dict(new)


def predict(model, images):
    model.eval()
    with torch.no_grad():
        logits = model(images)
        probabilities = F.softmax(logits, dim=1)
        values, indices = torch.max(probabilities, dim=1)
    return values, indices


def raise_on_nan(module, inputs, output):
    if torch.isnan(output).any():
        raise ValueError(f"NaN in {module.__class__.__name__}")


@contextmanager
def hooks_on(model, hook):
    handles = []
    for module in model.modules():
        handles.append(module.register_forward_hook(hook))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
