"""A student with habits from work: helpers, static methods, properties, keyword arguments, checks of what comes in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.parameter import Parameter
from torch.utils.hooks import RemovableHandle

from course_utils.layers import Conv2d, Linear, MaxPool2d, ReLU


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


CHANNELS = 64
ANSWERS = {
    "initialisation": "b",
    "why_it_helps": {"a", "c", "d"},
    "learned": 2 * CHANNELS,
    "buffers": 2 * CHANNELS + 1,
    "additive": "a",
    "concatenating": "c",
}


def reading_answers() -> dict[str, str | set[str] | int]:
    return ANSWERS


def diagram_answers() -> dict[str, str | int]:
    blocks = sum([3, 4, 6, 3])
    return {"no_bias": "b", "thirty_four": 2 * blocks + 1, "projections": 3, "last_map": 7}


class NamedSequential(Sequential):
    def __init__(self, *modules: nn.Module | OrderedDict[str, nn.Module]) -> None:
        super().__init__()
        for name, module in self._pairs(*modules):
            setattr(self, name, module)

    @staticmethod
    def _pairs(*modules: nn.Module | OrderedDict[str, nn.Module]) -> Iterator[tuple[str, nn.Module]]:
        match modules:
            case (OrderedDict() as named,):
                yield from named.items()
            case _:
                yield from ((str(number), module) for number, module in enumerate(modules))


class BatchNorm2d(nn.Module):
    running_mean: Float[Tensor, " channels"]
    running_var: Float[Tensor, " channels"]
    num_batches_tracked: Int[Tensor, ""]

    _AXES = (0, 2, 3)

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        if num_features < 1:
            raise ValueError(f"num_features must be positive, got {num_features}")
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = Parameter(torch.ones(num_features))
        self.bias = Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features), persistent=True)
        self.register_buffer("running_var", torch.ones(num_features), persistent=True)
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Float[Tensor, "b channels h w"]) -> Float[Tensor, "b channels h w"]:
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"expected (batch, {self.num_features}, height, width), got {tuple(x.shape)}")
        mean, var = self._follow(x) if self.training else (self.running_mean, self.running_var)
        normalised = (x - self._wide(mean)) / torch.sqrt(self._wide(var) + self.eps)
        return torch.einsum("bchw,c->bchw", normalised, self.weight) + self._wide(self.bias)

    def _follow(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean = x.mean(self._AXES)
        self._update(mean, x.var(self._AXES, unbiased=True))
        return mean, x.var(self._AXES, unbiased=False)

    @torch.no_grad()
    def _update(self, mean: Tensor, var: Tensor) -> None:
        self.running_mean.copy_(torch.lerp(self.running_mean, mean, self.momentum))
        self.running_var.copy_(torch.lerp(self.running_var, var, self.momentum))
        self.num_batches_tracked.add_(1)

    @staticmethod
    def _wide(v: Tensor) -> Tensor:
        return v.unsqueeze(-1).unsqueeze(-1)

    def extra_repr(self) -> str:
        return f"{self.num_features=}, {self.eps=}, {self.momentum=}".replace("self.", "")


class AveragePool(nn.Module):
    @staticmethod
    def forward(x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c"]:
        _, _, height, width = x.shape
        return x.sum(dim=(-2, -1)).div(height * width)


def conv3x3(in_feats: int, out_feats: int, stride: int = 1) -> Conv2d:
    return Conv2d(in_channels=in_feats, out_channels=out_feats, kernel_size=3, stride=stride, padding=1)


class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.in_feats, self.out_feats, self.first_stride = in_feats, out_feats, first_stride
        self.left = self._make_left()
        self.right = nn.Identity() if self.keeps_shape else self._make_right()
        self.activation = ReLU()

    @property
    def keeps_shape(self) -> bool:
        return self.first_stride == 1 and self.in_feats == self.out_feats

    def _make_left(self) -> nn.Module:
        return NamedSequential(
            OrderedDict(
                conv1=conv3x3(self.in_feats, self.out_feats, self.first_stride),
                bn1=BatchNorm2d(num_features=self.out_feats),
                relu=ReLU(),
                conv2=conv3x3(self.out_feats, self.out_feats),
                bn2=BatchNorm2d(num_features=self.out_feats),
            )
        )

    def _make_right(self) -> nn.Module:
        conv = Conv2d(self.in_feats, self.out_feats, kernel_size=1, stride=self.first_stride)
        return NamedSequential(OrderedDict(conv=conv, bn=BatchNorm2d(num_features=self.out_feats)))

    def forward(self, x: Float[Tensor, "b i h w"]) -> Float[Tensor, "b o h2 w2"]:
        return self.activation(torch.add(self.left(x), self.right(x)))


class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        if n_blocks < 1:
            raise ValueError(f"a group needs at least one block, got n_blocks={n_blocks}")
        self.first = ResidualBlock(in_feats=in_feats, out_feats=out_feats, first_stride=first_stride)
        self.others = Sequential(*(self._later(out_feats) for _ in range(n_blocks - 1)))

    @staticmethod
    def _later(feats: int) -> ResidualBlock:
        return ResidualBlock(in_feats=feats, out_feats=feats, first_stride=1)

    def forward(self, x: Float[Tensor, "b i h w"]) -> Float[Tensor, "b o h2 w2"]:
        return self.others(self.first(x))


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: Sequence[int] | None = None,
        out_features_per_group: Sequence[int] | None = None,
        first_strides_per_group: Sequence[int] | None = None,
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        blocks = list(n_blocks_per_group or [3, 4, 6, 3])
        widths = list(out_features_per_group or [64, 128, 256, 512])
        strides = list(first_strides_per_group or [1, 2, 2, 2])
        if not len(blocks) == len(widths) == len(strides):
            raise ValueError("the three lists must have equal lengths")
        self.stem = self._make_stem()
        widths.insert(0, 64)
        self.groups = nn.Sequential()
        for number, n_blocks in enumerate(blocks):
            group = BlockGroup(
                n_blocks=n_blocks,
                in_feats=widths[number],
                out_feats=widths[number + 1],
                first_stride=strides[number],
            )
            self.groups.append(group)
        self.pool = AveragePool()
        self.classify = Linear(in_features=widths[-1], out_features=n_classes)

    @staticmethod
    def _make_stem() -> nn.Module:
        return NamedSequential(
            OrderedDict(
                conv=Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3),
                bn=BatchNorm2d(num_features=64),
                relu=ReLU(),
                pool=MaxPool2d(kernel_size=3, stride=2, padding=1),
            )
        )

    def features(self, x: Tensor) -> Tensor:
        return self.pool(self.groups(self.stem(x)))

    def forward(self, x: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b classes"]:
        return self.classify(self.features(x))


def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    def check(mine: list[tuple[str, Tensor]], theirs: list[tuple[str, Tensor]]) -> None:
        if len(mine) != len(theirs):
            raise ValueError(f"{len(mine)} tensors here, {len(theirs)} there")
        for (my_name, m), (their_name, t) in zip(mine, theirs, strict=True):
            if m.shape != t.shape:
                raise ValueError(f"{my_name} {tuple(m.shape)} does not fit {their_name} {tuple(t.shape)}")

    kinds = (nn.Module.named_parameters, nn.Module.named_buffers)
    for kind in kinds:
        check(list(kind(my_resnet)), list(kind(pretrained_resnet)))
    for kind in kinds:
        for (_, m), (_, t) in zip(kind(my_resnet), kind(pretrained_resnet), strict=True):
            m.data.copy_(t.data)


def predict(model: nn.Module, images: Float[Tensor, "b 3 h w"]) -> tuple[Float[Tensor, " b"], Int[Tensor, " b"]]:
    model.eval()
    with torch.no_grad():
        log_probabilities = model(images).log_softmax(dim=1)
    classes = log_probabilities.argmax(dim=1)
    probabilities = log_probabilities.exp().gather(1, classes.unsqueeze(1)).squeeze(1)
    return probabilities, classes


class NotANumberError(ValueError):
    pass


def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    bad = torch.isnan(output)
    if bad.any().item():
        raise NotANumberError(f"{bad.sum()} NaN values in the output of {module.__class__.__qualname__}")


class hooks_on(AbstractContextManager):  # noqa: N801
    def __init__(self, model: nn.Module, hook: Callable) -> None:
        self._model = model
        self._hook = hook
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> hooks_on:
        for module in self._model.modules():
            self._handles.append(module.register_forward_hook(self._hook))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        return False
