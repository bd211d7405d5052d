"""A ResNet34 as a student writes it, with switches for what students get wrong; used by several test files."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class RunningParameters(nn.BatchNorm2d):
    """Running statistics as parameters."""

    def __init__(self, channels: int):
        super().__init__(channels)
        for name in ("running_mean", "running_var"):
            value = getattr(self, name)
            delattr(self, name)
            setattr(self, name, nn.Parameter(value, requires_grad=False))


class NoCount(nn.BatchNorm2d):
    """No `num_batches_tracked`."""

    def __init__(self, channels: int):
        super().__init__(channels)
        self.num_batches_tracked = None


class ResidualBlock(nn.Module):
    def __init__(self, fan_in: int, fan_out: int, stride: int, how: "Options"):
        super().__init__()
        if how.right_first:
            self.right = self._right(fan_in, fan_out, stride, how)
        left = [
            nn.Conv2d(fan_in, fan_out, 3, stride=how.left_stride or stride, padding=1, bias=how.conv_bias),
            how.norm(fan_out),
            nn.ReLU(inplace=how.inplace),
            nn.Conv2d(fan_out, fan_out, 3, padding=1, bias=how.conv_bias),
            how.norm(fan_out),
        ]
        self.left = nn.Sequential(*left)
        if not how.right_first:
            self.right = self._right(fan_in, fan_out, stride, how)
        self.relu = nn.ReLU(inplace=how.inplace)
        self.how = how

    @staticmethod
    def _right(fan_in, fan_out, stride, how):
        changes_shape = fan_in != fan_out or stride != 1
        if not (changes_shape if how.project is None else how.project):
            return nn.Identity()
        conv = nn.Conv2d(fan_in, fan_out, 1, stride=stride, bias=how.conv_bias)
        return nn.Sequential(conv, how.norm(fan_out)) if how.projection_norm else nn.Sequential(conv)

    def forward(self, x: Tensor) -> Tensor:
        left, right = self.left(x), self.right(x)
        match self.how.merge:
            case "functional":
                return functional.relu(left + right)
            case "relu before the sum":
                return functional.relu(left) + right
            case "relu module before the sum":
                return self.relu(left) + right
            case "no relu":
                return left + right
            case "module":
                return self.relu(left + right)


class Options:
    """How this ResNet is written; the defaults are right."""

    right_first = False
    conv_bias = False
    projection_norm = True
    project: bool | None = None
    left_stride: int | None = None
    norm = nn.BatchNorm2d
    inplace = False
    merge = "module"
    max_pool: nn.Module | None = nn.MaxPool2d(3, stride=2, padding=1)
    softmax: str | None = None
    n_blocks = (3, 4, 6, 3)
    widths = (64, 128, 256, 512)
    strides = (1, 2, 2, 2)
    n_classes = 1000
    plain_list = False
    stem_width = 64

    def __init__(self, **changes):
        for name, value in changes.items():
            assert hasattr(type(self), name), name
            setattr(self, name, value)


class BlockGroup(nn.Module):
    def __init__(self, n: int, fan_in: int, fan_out: int, stride: int, how: Options):
        super().__init__()
        blocks = [ResidualBlock(fan_in, fan_out, stride, how)]
        blocks += [ResidualBlock(fan_out, fan_out, 1, how) for _ in range(n - 1)]
        self.blocks = blocks if how.plain_list else nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x


class AveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=(2, 3))


class StudentResNet(nn.Module):
    def __init__(self, **changes):
        super().__init__()
        how = Options(**changes)
        stem = [nn.Conv2d(3, how.stem_width, 7, stride=2, padding=3, bias=how.conv_bias), how.norm(how.stem_width)]
        stem.append(nn.ReLU(inplace=how.inplace))
        if how.max_pool:
            stem.append(how.max_pool)
        self.stem = nn.Sequential(*stem)
        ins = (how.stem_width, *how.widths)
        settings = zip(how.n_blocks, ins, how.widths, how.strides, strict=False)
        self.groups = nn.Sequential(*[BlockGroup(*setting, how) for setting in settings])
        self.head = nn.Sequential(AveragePool(), nn.Linear(how.widths[-1], how.n_classes))
        if how.softmax == "module":
            self.head.append(nn.Softmax(dim=1))
        self.how = how

    def forward(self, x: Tensor) -> Tensor:
        x = self.head(self.groups(self.stem(x)))
        return x.softmax(dim=1) if self.how.softmax == "functional" else x


def on_meta(make, *args, **kwargs):
    """Build a model without memory or time, for tests that look at shapes only."""
    with torch.device("meta"):
        return make(*args, **kwargs)
