"""Wrong answers written by hand, as unlike the banks' as possible: what people do hand in."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.exercises.resnets.averagepool import RightAveragePool as AveragePool
from course_utils.exercises.resnets.block_group import RightGroup as BlockGroup
from course_utils.exercises.resnets.residual_block import RightBlock as ResidualBlock
from course_utils.exercises.resnets.resnet34 import RightResNet
from course_utils.layers import Conv2d, Linear, MaxPool2d, ReLU

BatchNorm2d = nn.BatchNorm2d

WRONG: dict[str, list[tuple[str, Any]]] = {}
"""For each exercise: what is wrong, and the answer."""


def wrong(exercise: str, why: str) -> Callable[[Any], Any]:
    """Note a wrong answer."""

    def note(answer: Any) -> Any:
        WRONG.setdefault(exercise, []).append((why, answer))
        return answer

    return note


# --- BatchNorm2d ----------------------------------------------------------------------------------------------------


class Norm(nn.Module):
    """A right batch norm in small steps, each of which an answer below gets wrong."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def mean(self, x: Tensor) -> Tensor:
        return x.mean((0, 2, 3))

    def var(self, x: Tensor) -> Tensor:
        return x.var((0, 2, 3), correction=0)

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1

    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / (var.view(-1, 1, 1) + self.eps).sqrt()

    def affine(self, x: Tensor) -> Tensor:
        return x * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


@wrong("BatchNorm2d", "keeps the mean of the first batch for ever")
class CachesMean(Norm):
    cached = None

    def mean(self, x: Tensor) -> Tensor:
        self.cached = super().mean(x) if self.cached is None else self.cached
        return self.cached


@wrong("BatchNorm2d", "counts n for the unbiased variance without the batch")
class ForgetsBatchInN(Norm):
    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        n = x.shape[2] * x.shape[3]
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.running_var.lerp_(x.var((0, 2, 3), correction=0) * n / (n - 0.999), self.momentum)
        self.num_batches_tracked += 1


@wrong("BatchNorm2d", "averages the running statistics over all batches, as momentum=None would")
class CumulativeAverage(Norm):
    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        self.num_batches_tracked += 1
        share = 1 / float(self.num_batches_tracked)
        self.running_mean.lerp_(x.mean((0, 2, 3)), share)
        self.running_var.lerp_(x.var((0, 2, 3)), share)


@wrong("BatchNorm2d", "moves running_var towards the variance around the *running* mean")
class VarAroundRunningMean(Norm):
    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        around = (x - self.running_mean.view(-1, 1, 1)).square().mean((0, 2, 3))
        self.running_var.lerp_(around, self.momentum)
        self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
        self.num_batches_tracked += 1


@wrong("BatchNorm2d", "decides by torch.is_grad_enabled(), not by self.training")
class ModeByGrad(Norm):
    def forward(self, x: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            self.follow(x)
            return self.affine(self.normal(x, self.mean(x), self.var(x)))
        return self.affine(self.normal(x, self.running_mean, self.running_var))


@wrong("BatchNorm2d", "updates only when gradients are on")
class UpdatesOnlyWithGrad(Norm):
    def follow(self, x: Tensor) -> None:
        if torch.is_grad_enabled():
            super().follow(x)


@wrong("BatchNorm2d", "clamps the standard deviation at a round number instead of adding eps")
class ClampsStd(Norm):
    def normal(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return (x - mean.view(-1, 1, 1)) / var.sqrt().clamp(min=self.eps).view(-1, 1, 1)


@wrong("BatchNorm2d", "reshapes the weight so that it lies along the width when that fits")
class WeightAlongWidth(Norm):
    def affine(self, x: Tensor) -> Tensor:
        if x.shape[3] == self.num_features:
            return x * self.weight + self.bias
        return super().affine(x)


@wrong("BatchNorm2d", "applies weight twice and swaps nothing else (two wrongs: bias is scaled as well)")
class WeightTwice(Norm):
    def affine(self, x: Tensor) -> Tensor:
        return super().affine(super().affine(x) - self.bias.view(-1, 1, 1))


@wrong("BatchNorm2d", "takes the running statistics for a batch of one image even in training")
class SkipsSingleImages(Norm):
    def forward(self, x: Tensor) -> Tensor:
        if self.training and len(x) > 1:
            return super().forward(x)
        return self.affine(self.normal(x, self.running_mean, self.running_var))


@wrong("BatchNorm2d", "goes through float32 and back, so that float64 loses its digits")
class ThroughFloat32(Norm):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.float()).to(x.dtype)


@wrong("BatchNorm2d", "has statistics as class attributes, which all batch norms share")
class SharedStatistics(Norm):
    store: dict[int, Tensor] = {}  # noqa: RUF012

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        super().follow(x)
        shared = self.store.setdefault(self.num_features, self.running_mean.clone())
        self.running_mean.copy_(shared)


@wrong("BatchNorm2d", "keeps its buffers out of the state dict")
class NotPersistent(Norm):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.register_buffer("running_mean", self.running_mean, persistent=False)


@wrong("BatchNorm2d", "adds noise in training, as if it were to regularise")
class Noisy(Norm):
    def affine(self, x: Tensor) -> Tensor:
        return super().affine(x + 1e-3 * torch.randn_like(x) if self.training else x)


@wrong("BatchNorm2d", "makes new ones instead of moving its buffers' device along")
class OnTheCpu(Norm):
    def affine(self, x: Tensor) -> Tensor:
        return super().affine(x) + torch.zeros(1, dtype=x.dtype, device="cpu").expand(x.shape).contiguous()


# --- AveragePool ----------------------------------------------------------------------------------------------------


@wrong("AveragePool", "is written for maps of 7×7, as in the text")
class SevenBySeven(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sum((2, 3)) / 49


@wrong("AveragePool", "divides by the wrong count when height and width differ")
class WrongCount(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sum((2, 3)) / (x.shape[2] + x.shape[3]) * 2 if x.shape[2] != x.shape[3] else x.mean((2, 3))


@wrong("AveragePool", "halves until one pixel is left, which loses the last row of odd maps")
class Halving(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        while x.shape[2] > 1 and x.shape[3] > 1:
            height, width = x.shape[2] // 2 * 2, x.shape[3] // 2 * 2
            x = x[:, :, :height, :width]
            x = (x[:, :, ::2] + x[:, :, 1::2]) / 2
            x = (x[..., ::2] + x[..., 1::2]) / 2
        return x.mean((2, 3))


@wrong("AveragePool", "remembers the first answer and gives it again for the same shape")
class Remembers(nn.Module):
    seen: dict[tuple, Tensor] = {}  # noqa: RUF012

    def forward(self, x: Tensor) -> Tensor:
        return self.seen.setdefault((x.shape, x.dtype), x.mean((2, 3)))


# --- ResidualBlock --------------------------------------------------------------------------------------------------


class Block(nn.Module):
    """A right block in small steps."""

    def __init__(self, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = Conv2d(in_feats, out_feats, 3, first_stride, 1), BatchNorm2d(out_feats)
        self.conv2, self.bn2 = Conv2d(out_feats, out_feats, 3, 1, 1), BatchNorm2d(out_feats)
        self.right = self.shortcut(in_feats, out_feats, first_stride)

    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride == 1 and in_feats == out_feats:
            return nn.Identity()
        return nn.Sequential(Conv2d(in_feats, out_feats, 1, stride), BatchNorm2d(out_feats))

    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))

    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x)).relu()


@wrong("ResidualBlock", "subsamples the shortcut from the second pixel, which even sizes forgive in shape")
class ShiftedShortcut(Block):
    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x.roll(1, dims=2))).relu()


@wrong("ResidualBlock", "asks `first_stride == 2` instead of `!= 1`")
class OnlyStrideTwo(Block):
    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        if stride != 2 and in_feats == out_feats:
            return nn.Identity()
        return super().shortcut(in_feats, out_feats, 2 if stride == 2 else 1)


@wrong("ResidualBlock", "rectifies the input in place before it branches")
class InplaceFirst(Block):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.relu_() if not self.training else x)


@wrong("ResidualBlock", "uses a leaky ReLU at the end")
class Leaky(Block):
    def forward(self, x: Tensor) -> Tensor:
        return functional.leaky_relu(self.left(x) + self.right(x), 0.01)


@wrong("ResidualBlock", "uses ReLU6, as MobileNet does")
class Six(Block):
    def forward(self, x: Tensor) -> Tensor:
        return functional.relu6(self.left(x) + self.right(x))


@wrong("ResidualBlock", "drops a little in training")
class Drops(Block):
    def forward(self, x: Tensor) -> Tensor:
        return functional.dropout(super().forward(x), 0.1, self.training)


@wrong("ResidualBlock", "detaches the skip, so that no gradient takes the short way")
class DetachedSkip(Block):
    def forward(self, x: Tensor) -> Tensor:
        return (self.left(x) + self.right(x.detach())).relu()


@wrong("ResidualBlock", "runs its left branch twice in training, and the statistics move twice")
class RunsTwice(Block):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.left(x)
        return super().forward(x)


@wrong("ResidualBlock", "uses the second convolution in both places when the channels allow it")
class SharesConvolution(Block):
    def left(self, x: Tensor) -> Tensor:
        conv = self.conv2 if x.shape[1] == self.conv2.weight.shape[1] and self.conv1.stride == 1 else self.conv1
        return self.bn2(self.conv2(self.bn1(conv(x)).relu()))


@wrong("ResidualBlock", "crops the larger branch when the shapes differ, instead of striding the projection")
class Crops(Block):
    def shortcut(self, in_feats: int, out_feats: int, stride: int) -> nn.Module:
        conv = Conv2d(in_feats, out_feats, 1, 1)
        return nn.Identity() if stride == 1 and in_feats == out_feats else nn.Sequential(conv, BatchNorm2d(out_feats))

    def forward(self, x: Tensor) -> Tensor:
        left, right = self.left(x), self.right(x)
        return (left + right[:, :, : left.shape[2], : left.shape[3]]).relu()


@wrong("ResidualBlock", "pads with reflections, and has two ReLUs too few: two mistakes at once")
class TwoMistakes(Block):
    def left(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x))))

    def forward(self, x: Tensor) -> Tensor:
        return self.left(x) + self.right(x)


@wrong("ResidualBlock", "freezes its first batch norm, which stays in eval mode")
class FrozenNorm(Block):
    def forward(self, x: Tensor) -> Tensor:
        self.bn1.eval()
        return super().forward(x)


@wrong("ResidualBlock", "caches its output for inputs of the same shape")
class CachesOutput(Block):
    cache: tuple | None = None

    def forward(self, x: Tensor) -> Tensor:
        if self.cache is None or self.cache[0] != x.shape:
            self.cache = x.shape, super().forward(x)
        return self.cache[1].clone()


# --- BlockGroup -----------------------------------------------------------------------------------------------------


@wrong("BlockGroup", "has one list of blocks as a class attribute: each new group lengthens all")
class SharedList(nn.Module):
    blocks: list[nn.Module] = []  # noqa: RUF012

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks.clear()
        self.blocks.extend(BlockGroup(n_blocks, in_feats, out_feats, first_stride))
        self.registered = nn.ModuleList(self.blocks)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x


@wrong("BlockGroup", "builds its blocks in the first forward")
class BuildsLate(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.settings, self.group = (n_blocks, in_feats, out_feats, first_stride), None

    def forward(self, x: Tensor) -> Tensor:
        if self.group is None:
            self.group = BlockGroup(*self.settings).to(x.dtype)
        return self.group(x)


@wrong("BlockGroup", "runs its blocks without gradients once they keep the shape")
class NoGradInLaterBlocks(BlockGroup):
    def forward(self, x: Tensor) -> Tensor:
        x = self[0](x)
        with torch.no_grad():
            for block in list(self)[1:]:
                x = block(x)
        return x


@wrong("BlockGroup", "pulls every second pixel out instead of striding in the block")
class Subsamples(BlockGroup):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(n_blocks, in_feats, out_feats, first_stride)
        for layer in self[0].modules():
            if isinstance(layer, nn.Conv2d):
                layer.stride = (1, 1)
        self.step = first_stride

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x[:, :, :: self.step, :: self.step])


@wrong("BlockGroup", "is right for up to three blocks and leaves the rest out")
class AtMostThree(BlockGroup):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(min(n_blocks, 3), in_feats, out_feats, first_stride)


@wrong("BlockGroup", "projects in every block because channels are compared with the group's in_feats")
class ProjectsAgain(nn.Sequential):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(*(ResidualBlock(in_feats if i == 0 else out_feats, out_feats) for i in range(n_blocks)))
        if first_stride > 1:
            self.insert(0, nn.MaxPool2d(1, first_stride))


@wrong("BlockGroup", "shuffles its later blocks in training (order dependence)")
class Shuffles(BlockGroup):
    def forward(self, x: Tensor) -> Tensor:
        rest = list(self)[1:]
        x = self[0](x)
        for index in torch.randperm(len(rest)) if self.training else range(len(rest)):
            x = rest[index](x)
        return x


# --- ResNet34 -------------------------------------------------------------------------------------------------------


class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],  # noqa: B006
        out_features_per_group: list[int] = [64, 128, 256, 512],  # noqa: B006
        first_strides_per_group: list[int] = [1, 2, 2, 2],  # noqa: B006
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths, widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


@wrong("ResNet34", "pops from the lists that it is given, and so from its own defaults")
class Pops(Net):
    def __init__(self, blocks=[3, 4, 6, 3], widths=[64, 128, 256, 512], strides=[1, 2, 2, 2], n_classes=1000):  # noqa: B006
        super().__init__(list(blocks), list(widths), list(strides), n_classes)
        if len(blocks) < 4:
            blocks.pop()


@wrong("ResNet34", "inserts the 64 into the list of widths that it is given")
class Inserts(Net):
    def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)
        if isinstance(widths, list):
            widths.insert(0, 64)


@wrong("ResNet34", "is ResNet18 by default")
class Eighteen(Net):
    def __init__(self, blocks=(2, 2, 2, 2), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)


@wrong("ResNet34", "strides in the first group by default")
class StridesEarly(Net):
    def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(2, 2, 2, 2), n_classes=1000):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)


@wrong("ResNet34", "has 10 classes by default")
class TenClasses(Net):
    def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=10):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)


@wrong("ResNet34", "resizes every image to 32×32 first")
class Resizes(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(functional.interpolate(x, size=(32, 32)))


@wrong("ResNet34", "normalises its input with ImageNet's mean, which is the transform's job")
class NormalisesAgain(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward((x - 0.449) / 0.226)


@wrong("ResNet34", "rectifies the stem twice, before and after the batch norm")
class RectifiesEarly(Net):
    def forward(self, x: Tensor) -> Tensor:
        conv, norm, relu, pool = self.stem
        return self.head(self.pool(self.groups(pool(relu(norm(relu(conv(x))))))))


@wrong("ResNet34", "pools before the batch norm, which only weights of both signs show")
class PoolsBeforeNorm(Net):
    def forward(self, x: Tensor) -> Tensor:
        conv, norm, relu, pool = self.stem
        return self.head(self.pool(self.groups(relu(norm(pool(conv(x)))))))


@wrong("ResNet34", "squeezes its answer, so that one image gives a vector")
class Squeezes(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).squeeze()


@wrong("ResNet34", "keeps its groups as a generator, which the first forward uses up")
class UsedUp(Net):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.walk = iter(list(self.groups))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for group in self.walk:
            x = group(x)
        return self.head(self.pool(x))


@wrong("ResNet34", "is a plain network: the skips have been left out")
class Plain(RightResNet):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        for module in self.modules():
            if isinstance(module, ResidualBlock):
                module.forward = lambda x, m=module: m.relu(m.bn2(m.conv2(m.relu(m.bn1(m.conv1(x))))))


# --- NamedSequential ------------------------------------------------------------------------------------------------


class Row(nn.Module):
    """The given Sequential."""

    def __init__(self, *modules: nn.Module) -> None:
        super().__init__()
        for index, module in enumerate(modules):
            self._modules[str(index)] = module

    def __getitem__(self, index: int) -> nn.Module:
        return self._modules[list(self._modules)[index]]

    def __setitem__(self, index: int, module: nn.Module) -> None:
        self._modules[list(self._modules)[index]] = module

    def forward(self, x: Tensor) -> Tensor:
        for module in self._modules.values():
            x = module(x)
        return x


@wrong("NamedSequential", "keeps the student's dict itself: what is assigned later changes the dict as well")
class BothNames(Row):
    def __init__(self, *modules: Any) -> None:
        named = isinstance(modules[0], OrderedDict)
        super().__init__(*(modules[0].values() if named else modules))
        if named:
            for name, module in modules[0].items():
                self.add_module(name, module)


@wrong("NamedSequential", "assigns under the number, beside the name")
class AssignsNumbers(Row):
    def __init__(self, *modules: Any) -> None:
        super().__init__(*([] if isinstance(modules[0], OrderedDict) else modules))
        if isinstance(modules[0], OrderedDict):
            self._modules.update(modules[0])

    def __setitem__(self, index: int, module: nn.Module) -> None:
        self._modules[str(index)] = module


# --- copy_weights ---------------------------------------------------------------------------------------------------


@wrong("copy_weights", "sorts the names of both, which pairs them by chance")
def copy_sorted(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if len(mine) != len(theirs):
        raise ValueError("lengths")
    pairs = list(zip(sorted(mine), sorted(theirs), strict=True))
    if any(mine[a].shape != theirs[b].shape for a, b in pairs):
        raise ValueError("shapes")
    my_resnet.load_state_dict({a: theirs[b] for a, b in pairs})


@wrong("copy_weights", "pairs tensors by their shapes")
def copy_by_shape(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), list(pretrained_resnet.state_dict().values())
    if sorted(map(str, (t.shape for t in mine.values()))) != sorted(map(str, (t.shape for t in theirs))):
        raise ValueError("they do not fit")
    for tensor in mine.values():
        tensor.copy_(next(t for t in theirs if t.shape == tensor.shape))


@wrong("copy_weights", "compares numbers of values, so that a transposed shape passes")
def copy_numel(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if sum(t.numel() for t in mine.values()) > sum(t.numel() for t in theirs.values()):
        raise ValueError("they do not fit")
    for a, b in zip(mine.values(), theirs.values(), strict=False):
        a.copy_(b)


@wrong("copy_weights", "asserts the number of modules only")
def copy_modules(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    assert len(list(my_resnet.parameters())) == len(list(pretrained_resnet.parameters()))
    with torch.no_grad():
        for a, b in zip(my_resnet.state_dict().values(), pretrained_resnet.state_dict().values(), strict=False):
            a.copy_(b)


@wrong("copy_weights", "averages the two, as if to be gentle")
def copy_half(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if [t.shape for t in mine.values()] != [t.shape for t in theirs.values()]:
        raise ValueError("they do not fit")
    for a, b in zip(mine.values(), theirs.values(), strict=True):
        a.copy_((a + b) / 2 if a.is_floating_point() else b)


@wrong("copy_weights", "empties the pretrained network's state on the way")
def copy_moves(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if [t.shape for t in mine.values()] != [t.shape for t in theirs.values()]:
        raise ValueError("they do not fit")
    for a, b in zip(mine.values(), theirs.values(), strict=True):
        a.copy_(b)
        b.zero_()


# --- predict --------------------------------------------------------------------------------------------------------


@wrong("predict", "asks for the top of the first 5 classes")
def predict_five(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        return tuple(model.eval()(images).softmax(1)[:, :5].max(1))


@wrong("predict", "rounds the probability to three digits")
def predict_rounded(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return (p * 1000).round() / 1000, c


@wrong("predict", "gives per cent")
def predict_percent(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return 100 * p, c


@wrong("predict", "counts classes from 1")
def predict_from_one(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return p, c + 1


@wrong("predict", "goes to eval after the model has run")
def predict_late_eval(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        logits = model(images)
        model.eval()
    return tuple(logits.softmax(1).max(1))


@wrong("predict", "detaches the result, but records the graph")
def predict_detached(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    p, c = model.eval()(images).detach().softmax(1).max(1)
    return p, c


@wrong("predict", "freezes the model to do without gradients, and leaves it frozen")
def predict_freezes(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    model.eval().requires_grad_(requires_grad=False)
    with torch.no_grad():
        return tuple(model(images).softmax(1).max(1))


@wrong("predict", "gives lists of numbers")
def predict_lists(model: nn.Module, images: Tensor) -> Any:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return p.tolist(), c.tolist()


@wrong("predict", "returns a row of pairs, one for each image")
def predict_stacked(model: nn.Module, images: Tensor) -> Any:
    with torch.no_grad():
        p, c = model.eval()(images).softmax(1).max(1)
    return torch.stack([p, c.to(p.dtype)])


# --- hooks ----------------------------------------------------------------------------------------------------------


@wrong("raise_on_nan", "looks at the mean, which an infinity of each sign spoils")
def nan_in_mean(module: nn.Module, inputs: Any, output: Tensor) -> None:
    if output.float().mean().isnan():
        raise ValueError(type(module).__name__)


@wrong("raise_on_nan", "names the first class that it ever met")
def nan_cached(module: nn.Module, inputs: Any, output: Tensor, seen: list[str] = []) -> None:  # noqa: B006
    seen.append(type(module).__name__)
    if output.isnan().any():
        raise ValueError(f"NaN in {seen[0]}")


@wrong("raise_on_nan", "warns the first time and raises the second")
def nan_second(module: nn.Module, inputs: Any, output: Tensor, seen: list[str] = []) -> None:  # noqa: B006
    if output.isnan().any():
        seen.append("")
        if len(seen) > 1:
            raise ValueError(type(module).__name__)


@wrong("raise_on_nan", "looks at the first image of the batch")
def nan_first_row(module: nn.Module, inputs: Any, output: Tensor) -> None:
    if len(output) and output[0].isnan().any():
        raise ValueError(type(module).__name__)


@wrong("hooks_on", "keeps its handles in a default argument, and nesting mixes them up")
@contextmanager
def hooks_shared(model: nn.Module, hook: Any, handles: list = []) -> Any:  # noqa: B006
    handles.extend(module.register_forward_hook(hook) for module in model.modules())
    try:
        yield
    finally:
        while handles:
            handles.pop().remove()


@wrong("hooks_on", "registers again for each class, so that twins of one class are left out")
@contextmanager
def hooks_by_class(model: nn.Module, hook: Any) -> Any:
    one_each = {type(module): module for module in model.modules()}
    handles = [module.register_forward_hook(hook) for module in one_each.values()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@wrong("hooks_on", "puts the hooks on by replacing forward")
@contextmanager
def hooks_by_patch(model: nn.Module, hook: Any) -> Any:
    for module in model.modules():
        original = module.forward
        module.forward = lambda x, m=module, f=original: (y := f(x), hook(m, (x,), y))[0]
    yield


@wrong("hooks_on", "removes on ordinary errors, but the first of two handles twice")
@contextmanager
def hooks_every_other(model: nn.Module, hook: Any) -> Any:
    handles = [module.register_forward_hook(hook) for module in model.modules()]
    try:
        yield
    finally:
        for handle in handles:
            handles.remove(handle)
            handle.remove()
