"""Right answers to notebook 3 in many styles; later ones look their earlier classes up by name, as a notebook does."""

import copy
import math
from collections.abc import Callable
from functools import reduce
from itertools import accumulate, pairwise

import torch
from einops import einsum
from torch import nn
from torch.nn import functional

ANSWERS: dict[str, list] = {}


def right(exercise: str) -> Callable:
    """Note an answer under its exercise."""

    def note(answer):
        ANSWERS.setdefault(exercise, []).append(answer)
        return answer

    return note


# --- receptive_field ---


@right("receptive_field")
def by_steps(layers):
    field = step = 1
    for size, stride in layers:
        field, step = field + (size - 1) * step, step * stride
    return field


@right("receptive_field")
def from_the_end(layers):
    field = 1
    for size, stride in reversed(layers):
        field = (field - 1) * stride + size
    return field


@right("receptive_field")
def recursive(layers):
    if not layers:
        return 1
    (size, stride), *rest = layers
    return (recursive(rest) - 1) * stride + size


@right("receptive_field")
def reduced(layers):
    return reduce(lambda field, layer: (field - 1) * layer[1] + layer[0], layers[::-1], 1)


@right("receptive_field")
def accumulated(layers):
    steps = accumulate((stride for _, stride in layers), int.__mul__, initial=1)
    return 1 + sum((size - 1) * step for (size, _), step in zip(layers, steps, strict=False))


@right("receptive_field")
def with_products(layers):
    strides = [stride for _, stride in layers]
    return 1 + sum((size - 1) * math.prod(strides[:index]) for index, (size, _) in enumerate(layers))


@right("family_answers")
def family_answers():
    return {
        "three_3x3": 27,
        "one_7x7": 49,
        "two_3x3": 1179648,
        "bottleneck": 69632,
        "last_against_first": 1,
        "strided_1x1": 75,
    }


@right("family_answers")
def family_answers_in_floats():
    return {key: float(value) for key, value in family_answers().items()}


# --- BasicBlock and Bottleneck ---


@right("BasicBlock")
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


@right("BasicBlock")
class WithFunctions(BasicBlock):
    def forward(self, x):
        identity = x
        if self.downsample:
            identity = self.downsample(x)
        return functional.relu(self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x))))) + identity)


@right("BasicBlock")
class DownsampleFirst(nn.Module):
    """Declares its parts in another order, which no state dict minds."""

    expansion: int = 1

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.add_module("downsample", downsample)
        self.bn2, self.bn1 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, (3, 3), padding="same", bias=False)
        self.conv1 = nn.Conv2d(inplanes, planes, (3, 3), (stride, stride), padding=(1, 1), bias=False)

    def forward(self, x):
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (out + (x if self.downsample is None else self.downsample(x))).clamp(min=0)


@right("BasicBlock")
class WithIdentity(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        for number, (channels, step) in enumerate([(inplanes, stride), (planes, 1)], 1):
            setattr(self, f"conv{number}", nn.Conv2d(channels, planes, 3, step, 1, bias=False))
            setattr(self, f"bn{number}", nn.BatchNorm2d(planes))
        self.downsample = nn.Identity() if downsample is None else downsample

    def forward(self, x):
        left = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.downsample(x) + self.bn2(self.conv2(left)))


@right("BasicBlock")
class WithKeywordSettings(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        settings = {"kernel_size": 3, "padding": 1, "bias": False}
        self.conv1 = nn.Conv2d(inplanes, planes, stride=stride, **settings)
        self.conv2 = nn.Conv2d(planes, planes * self.expansion, **settings)
        self.bn1, self.bn2 = nn.BatchNorm2d(planes), nn.BatchNorm2d(planes * self.expansion)
        self.relu1, self.relu2, self.downsample = nn.ReLU(), nn.ReLU(), downsample

    def forward(self, x):
        skip = self.downsample(x) if self.downsample is not None else x
        for step in (self.conv1, self.bn1, self.relu1, self.conv2, self.bn2):
            x = step(x)
        return self.relu2(x.add(skip))


@right("BasicBlock")
class WithHelpers(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.downsample = downsample
        self._add(1, inplanes, planes, stride)
        self._add(2, planes, planes, 1)

    def _add(self, number, inplanes, planes, stride):
        self.register_module(f"conv{number}", nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False))
        self.register_module(f"bn{number}", nn.BatchNorm2d(planes))

    def forward(self, x):
        return functional.relu(self._left(x) + self._right(x))

    def _left(self, x):
        return self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))

    def _right(self, x):
        return x if self.downsample is None else self.downsample(x)


@right("Bottleneck")
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.downsample = downsample

    def forward(self, x):
        out = functional.relu(self.bn1(self.conv1(x)))
        out = functional.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return functional.relu(out + (x if self.downsample is None else self.downsample(x)))


@right("Bottleneck")
class InPlace(Bottleneck):
    def forward(self, x):
        out = functional.relu_(self.bn1(self.conv1(x)))
        out = functional.relu_(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += self.downsample(x) if self.downsample else x
        return out.relu_()


@right("Bottleneck")
class InALoop(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        widths = [inplanes, planes, planes, planes * self.expansion]
        for number, (before, after) in enumerate(pairwise(widths), 1):
            middle = number == 2
            conv = nn.Conv2d(before, after, 3 if middle else 1, stride if middle else 1, int(middle), bias=False)
            setattr(self, f"conv{number}", conv)
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.downsample = downsample

    def forward(self, x):
        out = x
        for number in (1, 2, 3):
            out = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(out))
            if number < 3:
                out = out.relu()
        return (out + (x if self.downsample is None else self.downsample(x))).relu()


@right("Bottleneck")
class SkipFirst(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.downsample, self.relu = downsample, nn.ReLU()
        self.bn1, self.bn2, self.bn3 = (nn.BatchNorm2d(planes * factor) for factor in (1, 1, 4))
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, stride=stride, bias=False)
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)

    def forward(self, x):
        skip = self.downsample(x) if self.downsample is not None else x
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        return self.relu(self.bn3(self.conv3(x)) + skip)


@right("Bottleneck")
class WithMatrices(Bottleneck):
    """Writes the 1×1 convolution as what it is, one matrix for every pixel."""

    def forward(self, x):
        out = self.bn1(einsum(x, self.conv1.weight[:, :, 0, 0], "b i h w, o i -> b o h w")).relu()
        out = self.bn2(self.conv2(out)).relu()
        skip = x if self.downsample is None else self.downsample(x)
        return (self.bn3(self.conv3(out)) + skip).relu()


@right("Bottleneck")
class OnBasicBlock(BasicBlock):
    """Makes use of the other block: its first half is replaced."""

    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__(inplanes, planes, 1, downsample)
        self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.conv3, self.bn3 = nn.Conv2d(planes, 4 * planes, 1, bias=False), nn.BatchNorm2d(4 * planes)

    def forward(self, x):
        left = nn.functional.relu(self.bn2(self.conv2(nn.functional.relu(self.bn1(self.conv1(x))))))
        left = self.bn3(self.conv3(left))
        return nn.functional.relu(left + (self.downsample(x) if self.downsample is not None else x))


# --- ResNet ---


@right("ResNet")
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        wide, downsample = planes * block.expansion, None
        if stride != 1 or self.inplanes != wide:
            conv = nn.Conv2d(self.inplanes, wide, 1, stride, bias=False)
            downsample = nn.Sequential(conv, nn.BatchNorm2d(wide))
        made = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = wide
        made += [block(wide, planes) for _ in range(1, blocks)]
        return nn.Sequential(*made)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


@right("ResNet")
class WithMean(ResNet):
    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(x.mean((-2, -1)))


@right("ResNet")
class InOneLoop(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64)
        wide = 64
        for number, count in enumerate(layers):
            layer, planes = nn.Sequential(), 64 * 2**number
            for index in range(count):
                stride, before, wide = 1 + (index == 0 < number), wide, planes * block.expansion
                layer.append(block(before, planes, stride=stride, downsample=self.projection(before, wide, stride)))
            self.add_module(f"layer{number + 1}", layer)
        self.fc = nn.Linear(wide, num_classes)
        self.apply(self.start)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, block):
                    torch.nn.init.zeros_((m.bn3 if hasattr(m, "bn3") else m.bn2).weight)

    @staticmethod
    def projection(before, after, stride):
        if (before, stride) == (after, 1):
            return None
        return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    @staticmethod
    def start(m):
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out")

    def forward(self, x):
        x = functional.max_pool2d(self.bn1(self.conv1(x)).relu(), kernel_size=3, stride=2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(functional.adaptive_avg_pool2d(x, 1)[:, :, 0, 0])


@right("ResNet")
class AsSequential(nn.Sequential):
    """Needs no forward of its own: its parts run in order."""

    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        inner = ResNet(block, layers, num_classes, zero_init_residual)
        super().__init__()
        for name, module in inner.named_children():
            if name == "fc":
                self.flatten = nn.Flatten()
            self.add_module(name, module)


@right("ResNet")
class DrawnByHand(ResNet):
    """Draws the weights with torch alone."""

    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__(block, layers, num_classes, zero_init_residual)
        with torch.no_grad():
            for m in self.modules():
                if isinstance(m, nn.Conv2d):
                    out, _, height, width = m.weight.shape
                    m.weight.normal_(0, math.sqrt(2 / (out * height * width)))


@right("ResNet")
class HeadFirst(nn.Module):
    """Declares everything in another order, and keeps nothing that it does not need."""

    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        e = block.expansion
        self.fc = nn.Linear(512 * e, num_classes)
        ends = [(64, 64), (64 * e, 128), (128 * e, 256), (256 * e, 512)]
        self.layer4, self.layer3, self.layer2, self.layer1 = (
            self.blocks(block, *ends[n], 2 if n else 1, layers[n]) for n in (3, 2, 1, 0)
        )
        self.bn1, self.conv1 = nn.BatchNorm2d(64), nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        for name, m in self.named_modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, 0, "fan_out", "relu")
            last = "bn3" if issubclass(block, Bottleneck) else "bn2"
            if zero_init_residual and name.endswith(last):
                m.weight.data.zero_()

    def blocks(self, block, inplanes, planes, stride, count):
        out = planes * block.expansion
        parts = [nn.Conv2d(inplanes, out, 1, stride, bias=False), nn.BatchNorm2d(out)]
        down = nn.Sequential(*parts) if stride > 1 or inplanes != out else None
        return nn.Sequential(
            *(block(out, planes) if n else block(inplanes, planes, stride, down) for n in range(count))
        )

    def forward(self, x):
        x = nn.MaxPool2d(3, 2, 1)(torch.relu(self.bn1(self.conv1(x))))
        return self.fc(self.layer4(self.layer3(self.layer2(self.layer1(x)))).flatten(2).mean(2))


# --- make_resnet ---

PLANS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


@right("make_resnet")
def from_a_table(depth, num_classes=1000, zero_init_residual=False):
    if depth not in PLANS:
        raise ValueError(depth)
    return ResNet(BasicBlock if depth < 50 else Bottleneck, PLANS[depth], num_classes, zero_init_residual)


@right("make_resnet")
def with_match(depth, num_classes=1000, zero_init_residual=False):
    match depth:
        case 18:
            plan = BasicBlock, [2, 2, 2, 2]
        case 34:
            plan = BasicBlock, [3, 4, 6, 3]
        case 50 | 101 | 152:
            plan = Bottleneck, [3, 8 if depth == 152 else 4, {50: 6, 101: 23, 152: 36}[depth], 3]
        case _:
            raise ValueError("no such ResNet")
    return ResNet(*plan, num_classes=num_classes, zero_init_residual=zero_init_residual)


@right("make_resnet")
def with_ifs(depth, num_classes=1000, zero_init_residual=False):
    if depth in (18, 34):
        block = BasicBlock
    elif depth in (50, 101, 152):
        block = Bottleneck
    else:
        raise ValueError(f"{depth}?")
    layers = PLANS[depth]
    return ResNet(block, layers, num_classes, zero_init_residual=zero_init_residual)


@right("make_resnet")
def with_try(depth, *args, **settings):
    try:
        layers = PLANS[depth]
    except KeyError:
        raise ValueError(f"depth must be one of {list(PLANS)}") from None
    return ResNet((BasicBlock, Bottleneck)[depth >= 50], layers, *args, **settings)


@right("make_resnet")
def with_builders(depth, num_classes=1000, zero_init_residual=False):
    builders = {
        18: lambda **s: ResNet(BasicBlock, [2, 2, 2, 2], **s),
        34: lambda **s: ResNet(BasicBlock, [3, 4, 6, 3], **s),
        50: lambda **s: ResNet(Bottleneck, [3, 4, 6, 3], **s),
        101: lambda **s: ResNet(Bottleneck, [3, 4, 23, 3], **s),
        152: lambda **s: ResNet(Bottleneck, [3, 8, 36, 3], **s),
    }
    if builder := builders.get(depth):
        return builder(num_classes=num_classes, zero_init_residual=zero_init_residual)
    raise ValueError("depth")


@right("make_resnet")
def by_counting(depth, num_classes=1000, zero_init_residual=False):
    for plan in PLANS.values():
        for block, convolutions in ((BasicBlock, 2), (Bottleneck, 3)):
            if sum(plan) * convolutions + 2 == depth and (depth in PLANS):
                return ResNet(block, plan, num_classes, zero_init_residual)
    raise ValueError("no plan has that depth")


# --- shortcut ---


class Zeros(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


class Joined(Zeros):
    def forward(self, x):
        x = functional.avg_pool2d(x, 1, self.stride)
        batch, _, height, width = x.shape
        return torch.cat([x, x.new_zeros(batch, self.extra, height, width)], dim=1)


class Filled(Zeros):
    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        out = torch.zeros(x.shape[0], x.shape[1] + self.extra, *x.shape[2:], dtype=x.dtype, device=x.device)
        out[:, : x.shape[1]] = x
        return out


class FixedConvolution(Zeros):
    """Writes option A as a convolution whose weights nobody learns."""

    def forward(self, x):
        eye = torch.eye(x.shape[1] + self.extra, x.shape[1], dtype=x.dtype)[:, :, None, None]
        return functional.conv2d(x, eye, stride=self.stride)


def projection(i, o, s):
    return nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o))


def shortcut_with(padded):
    def shortcut(option, in_channels, out_channels, stride=1):
        if option not in ("A", "B", "C"):
            raise ValueError(option)
        if option == "C":
            return projection(in_channels, out_channels, stride)
        if in_channels == out_channels and stride == 1:
            return nn.Identity()
        return (
            padded(out_channels - in_channels, stride)
            if option == "A"
            else projection(in_channels, out_channels, stride)
        )

    return shortcut


ANSWERS["shortcut"] = [shortcut_with(padded) for padded in (Zeros, Joined, Filled, FixedConvolution)]


@right("shortcut")
def a_never_asks(option, in_channels, out_channels, stride=1):
    """Takes the padding module where nothing changes as well: it then changes nothing."""
    match option, stride, in_channels == out_channels:
        case "A", _, _:
            return Zeros(out_channels - in_channels, stride)
        case "B", 1, True:
            return nn.Sequential()
        case "B" | "C", _, _:
            return projection(in_channels, out_channels, stride)
    raise ValueError("A, B or C")


@right("shortcut")
def from_makers(option, in_channels, out_channels, stride=1):
    changes = stride != 1 or in_channels != out_channels
    makers = {
        "A": lambda: Joined(out_channels - in_channels, stride) if changes else nn.Identity(),
        "B": lambda: projection(in_channels, out_channels, stride) if changes else nn.Identity(),
        "C": lambda: projection(in_channels, out_channels, stride),
    }
    if option not in makers:
        raise ValueError(f"unknown option {option}")
    return makers[option]()


# --- fold_batchnorm ---


@right("fold_batchnorm")
def with_copy(conv, norm):
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * scale[:, None, None, None])
    old = torch.zeros_like(norm.bias) if conv.bias is None else conv.bias
    folded.bias = nn.Parameter((old - norm.running_mean) * scale + norm.bias)
    return folded


@right("fold_batchnorm")
def with_new(conv, norm):
    folded = nn.Conv2d(
        conv.in_channels, conv.out_channels, conv.kernel_size, conv.stride, conv.padding, conv.dilation, conv.groups,
        bias=True, padding_mode=conv.padding_mode, dtype=conv.weight.dtype,
    )  # fmt: skip
    with torch.no_grad():
        scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        folded.weight.copy_(conv.weight * scale.reshape(-1, 1, 1, 1))
        folded.bias.copy_(norm.bias - norm.running_mean * scale)
        if conv.bias is not None:
            folded.bias += conv.bias * scale
    return folded


@right("fold_batchnorm")
def with_data(conv, norm):
    folded = copy.deepcopy(conv)
    deviation = torch.sqrt(norm.running_var + norm.eps)
    folded.weight.data = torch.einsum("o,oihw->oihw", norm.weight.data / deviation, conv.weight.data)
    old = conv.bias.data if conv.bias is not None else 0
    folded.bias = nn.Parameter((old - norm.running_mean) / deviation * norm.weight.data + norm.bias.data)
    return folded


@right("fold_batchnorm")
def by_asking_the_norm(conv, norm):
    """Finds scale and shift by giving the norm zeros and ones."""
    channels = conv.out_channels
    with torch.no_grad():
        ask = lambda value: norm(torch.full((1, channels, 1, 1), value, dtype=conv.weight.dtype)).flatten()  # noqa: E731
        shift = ask(0.0)
        scale = ask(1.0) - shift
        folded = copy.deepcopy(conv)
        folded.weight.mul_(scale.view(channels, 1, 1, 1))
        folded.bias = nn.Parameter(shift if conv.bias is None else shift + scale * conv.bias)
    return folded


@right("fold_batchnorm")
@torch.no_grad()
def with_matrix(conv, norm):
    scale = torch.diag(norm.weight / torch.sqrt(norm.eps + norm.running_var))
    folded = copy.deepcopy(conv)
    folded.weight.copy_((scale @ conv.weight.flatten(1)).view_as(conv.weight))
    bias = 0 if conv.bias is None else conv.bias
    folded.bias = nn.Parameter(scale @ (bias - norm.running_mean) + norm.bias)
    return folded


@right("fold_batchnorm")
def with_loop(conv, norm):
    folded = copy.deepcopy(conv)
    if folded.bias is None:
        folded.bias = nn.Parameter(torch.zeros(conv.out_channels, dtype=conv.weight.dtype))
    with torch.no_grad():
        for channel in range(conv.out_channels):
            factor = norm.weight[channel] / (norm.running_var[channel] + norm.eps) ** 0.5
            folded.weight[channel] *= factor
            folded.bias[channel] -= norm.running_mean[channel]
            folded.bias[channel] *= factor
            folded.bias[channel] += norm.bias[channel]
    return folded
