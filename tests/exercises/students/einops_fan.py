"""A student who says every axis by name: einops throughout, E[x²] − E[x]² as the variance, buffers set anew."""

from collections import OrderedDict
from contextlib import ExitStack, contextmanager

import torch as t
from einops import einsum, rearrange, reduce, repeat
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_utils.layers import Conv2d, Linear, MaxPool2d, ReLU

from course_utils.layers import ReLU as Rectifier  # isort: skip  (a second name for one thing, as notebooks have)


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


def reading_answers() -> dict:
    answers = dict(initialisation="B", learned=2 * 64, buffers=2 * 64 + 1, additive="A", concatenating="c ")  # noqa: C408
    answers["why_it_helps"] = ["a", "c", "d"]
    return answers


def diagram_answers() -> dict:
    return {"no_bias": "b", "thirty_four": 1 + 2 * 16, "projections": 3, "last_map": 224 // 32}


class NamedSequential(Sequential):
    def __init__(self, *modules: nn.Module) -> None:
        named = len(modules) == 1 and isinstance(modules[0], dict)
        super().__init__(*([] if named else modules))
        if named:
            self._modules.update(modules[0])


class BatchNorm2d(nn.Module):
    running_mean: Float[Tensor, " channels"]
    running_var: Float[Tensor, " channels"]
    num_batches_tracked: Int[Tensor, ""]

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(repeat(t.tensor(1.0), "-> c", c=num_features).clone())
        self.bias = nn.Parameter(repeat(t.tensor(0.0), "-> c", c=num_features).clone())
        self.register_buffer("running_mean", t.zeros(num_features))
        self.register_buffer("running_var", t.ones(num_features))
        self.register_buffer("num_batches_tracked", t.tensor(0, dtype=t.int64))

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
        if self.training:
            mean = reduce(x, "b c h w -> c", "mean")
            var = reduce(x**2, "b c h w -> c", "mean") - mean**2
            n = x.numel() / x.size(1)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean.detach()
            self.running_var = (1 - m) * self.running_var + m * var.detach() * n / (n - 1)
            self.num_batches_tracked = self.num_batches_tracked + 1
        else:
            mean, var = self.running_mean, self.running_var
        mean, var, weight, bias = (rearrange(v, "c -> 1 c 1 1") for v in (mean, var, self.weight, self.bias))
        return weight * (x - mean) * (var + self.eps).rsqrt() + bias

    def extra_repr(self) -> str:
        return ", ".join(f"{key}={getattr(self, key)}" for key in ["num_features", "eps", "momentum"])


class AveragePool(nn.Module):
    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c"]:
        return einsum(x, "b c h w -> b c") / (x.shape[-1] * x.shape[-2])


class ResidualBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.left = Sequential(
            Sequential(Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats), Rectifier()),
            Sequential(Conv2d(out_feats, out_feats, 3, padding=1), BatchNorm2d(out_feats)),
        )
        same = (in_feats, first_stride) == (out_feats, 1)
        conv = () if same else (Conv2d(in_feats, out_feats, 1, first_stride), BatchNorm2d(out_feats))
        self.right = Sequential(*conv)

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c2 h2 w2"]:
        both = rearrange([self.left(x), self.right(x)], "branch b c h w -> branch b c h w")
        return reduce(both, "branch b c h w -> b c h w", "sum").relu()


class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        first = ResidualBlock(in_feats, out_feats, first_stride)
        rest = [ResidualBlock(out_feats, out_feats) for _ in range(1, n_blocks)]
        self.blocks = Sequential(first, Sequential(*rest))

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c2 h2 w2"]:
        return self.blocks(x)


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],  # noqa: B006
        out_features_per_group: list[int] = [64, 128, 256, 512],  # noqa: B006
        first_strides_per_group: list[int] = [1, 2, 2, 2],  # noqa: B006
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        in_features = [64, *out_features_per_group]
        groups = zip(n_blocks_per_group, in_features, out_features_per_group, first_strides_per_group, strict=False)
        self.network = Sequential(
            Conv2d(3, 64, 7, 2, 3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2, 1),
            *[BlockGroup(*group) for group in groups],
            AveragePool(),
            Linear(in_features[-1], n_classes),
        )

    def forward(self, x: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b n"]:
        return self.network(x)


def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    assert len(mine) == len(theirs), "another number of tensors"
    assert all(a.shape == b.shape for a, b in zip(mine.values(), theirs.values(), strict=True)), "other shapes"
    my_resnet.load_state_dict(OrderedDict(zip(mine.keys(), theirs.values(), strict=True)))


@t.inference_mode()
def predict(model: nn.Module, images: Float[Tensor, "b 3 h w"]) -> tuple[Tensor, Tensor]:
    model.eval()
    scores = model(images).exp()
    shares = scores / rearrange(scores.sum(-1), "b -> b 1")
    return reduce(shares, "b n -> b", "max"), shares.argmax(dim=-1)


def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    count = int(reduce(output.isnan().long(), "... ->", "sum"))
    if count:
        raise ValueError(f"{type(module).__name__}: {count} of {output.numel()} values are NaN")


@contextmanager
def hooks_on(model: nn.Module, hook):
    with ExitStack() as stack:
        for module in model.modules():
            stack.callback(module.register_forward_hook(hook).remove)
        yield
