"""A student who has read torchvision: downsample, layer1 …, `out += identity`, in-place ReLU where harmless."""

from collections import OrderedDict
from typing import Any, Optional

import torch
from torch import Tensor, nn


class Sequential(nn.Module):
    def __init__(self, *modules: nn.Module) -> None:
        super().__init__()
        for index, module in enumerate(modules):
            self._modules[str(index)] = module

    def __getitem__(self, index: int) -> nn.Module:
        return self._modules[self._name(index)]

    def __setitem__(self, index: int, module: nn.Module) -> None:
        self._modules[self._name(index)] = module

    def _name(self, index: int) -> str:
        return list(self._modules)[index]

    def forward(self, x: Tensor) -> Tensor:
        for module in self._modules.values():
            x = module(x)
        return x


def reading_answers() -> dict[str, Any]:
    return {
        "why_it_helps": frozenset("dca"),
        "concatenating": " C",
        "additive": "a",
        "buffers": 64 + 64 + 1,
        "learned": sum(p.numel() for p in nn.BatchNorm2d(64).parameters()),
        "initialisation": "b",
    }


def diagram_answers() -> dict[str, Any]:
    return {"no_bias": "b", "thirty_four": 33, "projections": 3, "last_map": 7}


class NamedSequential(Sequential):
    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for key, module in args[0].items():
                self.add_module(key, module)
        else:
            for idx, module in enumerate(args):
                self.add_module(str(idx), module)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.empty(num_features))
        self.bias = nn.Parameter(torch.empty(num_features))
        self.register_buffer("running_mean", torch.empty(num_features))
        self.register_buffer("running_var", torch.empty(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.long))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.ones_(self.weight)
        nn.init.zeros_(self.bias)
        self.running_mean.zero_()
        self.running_var.fill_(1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            var, mean = torch.var_mean(x, dim=[0, 2, 3], unbiased=False, keepdim=True)
            unbiased = torch.var(x, dim=[0, 2, 3], unbiased=True)
            self.running_mean = torch.lerp(self.running_mean, mean.squeeze((0, 2, 3)), self.momentum).detach()
            self.running_var = torch.lerp(self.running_var, unbiased, self.momentum).detach()
            self.num_batches_tracked += 1
        else:
            mean = self.running_mean[None, :, None, None]
            var = self.running_var[None, :, None, None]
        out = (x - mean) / (var + self.eps) ** 0.5
        out *= self.weight[None, :, None, None]
        out += self.bias[None, :, None, None]
        return out

    def extra_repr(self) -> str:
        return "{num_features}, eps={eps}, momentum={momentum}".format(**self.__dict__)


class AveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(x.mean([2, 3], keepdim=True), 1)


class ResidualBlock(nn.Module):
    expansion: int = 1

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=first_stride, padding=1, bias=False)
        self.bn1 = BatchNorm2d(out_feats)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out_feats, out_feats, kernel_size=3, padding=1, bias=False)
        self.bn2 = BatchNorm2d(out_feats)
        self.downsample: Optional[nn.Module] = None  # noqa: UP045
        if first_stride != 1 or in_feats != out_feats * self.expansion:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=first_stride, bias=False),
                BatchNorm2d(out_feats),
            )

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class BlockGroup(nn.Sequential):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        layers = [ResidualBlock(in_feats, out_feats, first_stride)]
        layers.extend(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1))
        super().__init__(*layers)


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],  # noqa: B006
        out_features_per_group: list[int] = [64, 128, 256, 512],  # noqa: B006
        first_strides_per_group: list[int] = [1, 2, 2, 2],  # noqa: B006
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(self.inplanes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.names = []
        for number, (blocks, planes, stride) in enumerate(
            zip(n_blocks_per_group, out_features_per_group, first_strides_per_group, strict=True), 1
        ):
            self.names.append(f"layer{number}")
            setattr(self, f"layer{number}", self._make_layer(blocks, planes, stride))
        self.avgpool = AveragePool()
        self.fc = nn.Linear(self.inplanes, n_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def _make_layer(self, blocks: int, planes: int, stride: int) -> nn.Module:
        layer = BlockGroup(blocks, self.inplanes, planes, first_stride=stride)
        self.inplanes = planes
        return layer

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for name in self.names:
            x = getattr(self, name)(x)
        return self.fc(self.avgpool(x))


@torch.no_grad()
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> nn.Module:
    mine = [*my_resnet.parameters(), *my_resnet.buffers()]
    theirs = [*pretrained_resnet.parameters(), *pretrained_resnet.buffers()]
    if [m.shape for m in mine] != [t.shape for t in theirs]:
        raise RuntimeError("the two networks are not built alike")
    for m, t in zip(mine, theirs, strict=True):
        m.copy_(t)
    return my_resnet


def predict(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            probabilities = torch.softmax(model(images), dim=1)
        top = probabilities.topk(1, dim=1)
    finally:
        model.train(was_training)
    return top.values.squeeze(1), top.indices.squeeze(1)


def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    if not isinstance(output, Tensor) or not output.is_floating_point():
        return
    if output.isnan().sum().item() > 0:
        raise ValueError(f"found NaN in output of {module}")


class hooks_on:  # noqa: N801
    def __init__(self, model: nn.Module, hook: Any) -> None:
        self.model, self.hook, self.handles = model, hook, []

    def __enter__(self) -> None:
        self.handles = [m.register_forward_hook(self.hook) for m in self.model.modules()]

    def __exit__(self, *_: object) -> None:
        while self.handles:
            self.handles.pop().remove()
