"""ResNet: the oracle is torchvision's class; both are filled by name."""

from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models.resnet import ResNet

from course_utils.checking.draws import Draws, Undrawn
from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import (
    Case,
    copies,
    gradients_flow,
    own_work,
    shape,
    statistics,
    untouched,
    values,
)
from course_utils.exercises.networks import insist_small
from course_utils.exercises.resnet_family import by_name
from course_utils.exercises.resnet_family.basic_block import RightBasicBlock
from course_utils.exercises.resnet_family.bottleneck import RightBottleneck

HINTS = (
    "The stem and the head are notebook 2's. What is new is a helper that makes one of the four layers, because it has "
    "to remember how many channels came out of the last block.",
    "Keep that number in self.inplanes, 64 at first. Only the first block of a layer may get a stride and a "
    "downsample; it gets one when the stride is not 1, or when self.inplanes is not planes * block.expansion. "
    "After it, self.inplanes is planes * block.expansion.",
    "self.layer1 = self._make_layer(block, 64, layers[0]), then 128, 256, 512 with stride=2; self.fc = "
    "nn.Linear(512 * block.expansion, num_classes). At the end of __init__ loop over self.modules(): a Conv2d gets "
    'nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu"); and if zero_init_residual, '
    "nn.init.zeros_ the weight of bn3 of each Bottleneck and of bn2 of each BasicBlock.",
)


class RightResNet(ResNet):
    """torchvision's network with the arguments of the exercise."""

    def __init__(
        self, block: type[nn.Module], layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
    ) -> None:
        super().__init__(block, layers, num_classes, zero_init_residual)


class LightBasicBlock(RightBasicBlock):
    """A BasicBlock whose convolutions have no weights: a network of them answers at once.

    It takes, and does not use, what torchvision's ResNet gives beyond the first four arguments.
    """

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None, *_: Any, **__: Any
    ) -> None:
        nn.Module.__init__(self)
        self.conv1, self.bn1 = Conv2d(inplanes, planes, stride), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2, self.bn2 = Conv2d(planes, planes), nn.BatchNorm2d(planes)
        self.downsample = downsample


class LightBottleneck(RightBottleneck):
    """A Bottleneck without convolution weights, and with an expansion of 2: nobody may count on 4."""

    expansion = 2

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None, *_: Any, **__: Any
    ) -> None:
        nn.Module.__init__(self)
        self.conv1, self.bn1 = Conv2d(inplanes, planes), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = Conv2d(planes, planes, stride), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = Conv2d(planes, planes * 2), nn.BatchNorm2d(planes * 2)
        self.relu = nn.ReLU()
        self.downsample = downsample


class Conv2d(nn.Module):
    """Stand for a convolution: the right shape, no weights."""

    def __init__(self, inplanes: int, planes: int, stride: int = 1) -> None:
        super().__init__()
        self.planes, self.times, self.stride = planes, -(-planes // inplanes), stride

    def forward(self, x: Tensor) -> Tensor:
        """Repeat the channels until there are enough of them."""
        return x[:, :, :: self.stride, :: self.stride].repeat(1, self.times, 1, 1)[:, : self.planes]


# --- the looks ------------------------------------------------------------------------------------------------------

PARTS = ("conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc")
_LOGITS = {"axes": ("batch", "classes"), "depth": 20}
_SHORT = (1, 1, 1, 1)


def _told(block: type[nn.Module], layers: tuple[int, ...], settings: dict[str, Any]) -> str:
    name = "Bottleneck" if issubclass(block, RightBottleneck) else "BasicBlock"
    return f"ResNet({', '.join([name, str(list(layers)), *(f'{key}={one}' for key, one in settings.items())])})"


def _build(block: type[nn.Module], layers: list[int], settings: dict[str, Any], candidate: Any) -> nn.Module:
    told = _told(block, tuple(layers), settings)
    with asking(f"building {told}"):
        module = candidate(block, layers, **settings)
    if not isinstance(module, nn.Module):
        raise broken("the class makes an nn.Module", f"{told} gave a {type(module).__name__}")
    return module


def _undrawn(block: type[nn.Module], layers: tuple[int, ...], settings: dict[str, Any], candidate: Any) -> nn.Module:
    with Undrawn():
        return _build(block, list(layers), settings, candidate)


class _Large(Case):
    """Its weights repeat a few thousand draws: to draw each of them takes longer than to run the network."""

    def filled(self, candidate: Any, seed: int, training: bool, dtype: torch.dtype = torch.float64) -> nn.Module:
        """Give it weights that hide nothing."""
        module, draws = self.built(candidate), Draws(seed, dtype)
        draws.fill_in_order(module, [(name, one) for name, one in self.order(module) if one.ndim < 2])
        few = draws.normal(10_007)
        with torch.no_grad():
            for weight in (one for one in module.parameters() if one.ndim > 1):
                scaled, flat = few * (2 / weight[0].numel()) ** 0.5, weight.view(-1)
                times, rest = divmod(len(flat), len(few))
                flat[: len(flat) - rest].view(times, len(few)).copy_(scaled)
                flat[len(flat) - rest :].copy_(scaled[:rest])
        return module.train(training)


def _case(block: type[nn.Module], layers: tuple[int, ...], height: int, **settings: Any) -> Case:
    make = partial(_undrawn, block, layers, settings)
    return _Large(_told(block, layers, settings), make, (2, 3, height, 33), by_name.filled_by_name(*PARTS))


# No layer is as long as another that could be taken for it.
_BASIC = _case(LightBasicBlock, (1, 2, 1, 3), 44, num_classes=7)
_WIDE = _case(LightBottleneck, (2, 1, 3, 1), 44, num_classes=5)
_DEFAULT = _case(LightBasicBlock, _SHORT, 40)
_BLOCKS = (RightBasicBlock, RightBottleneck)
_REAL = tuple(_case(block, _SHORT, 48, num_classes=10) for block in _BLOCKS)
_BOTH = (_BASIC, _WIDE)


def _size(candidate: Any, seed: int) -> dict[str, Any]:
    """Tell a network that ignores its arguments before each other look takes seconds."""
    return {"": lambda: insist_small(_BASIC.built(candidate), _BASIC.told, _SIZE)}


_SIZE = "it is made of the blocks that it is given"
_OF_BLOCKS = Look("size", _SIZE, _size, decisive=True)


def _list_after(candidate: Any, seed: int) -> dict[str, Any]:
    def given() -> list[int]:
        layers = [1, 2, 1, 3]
        with Undrawn():
            _build(LightBasicBlock, layers, {"num_classes": 7}, candidate)
        return layers

    return {f"{_BASIC.told}: the list of layers afterwards": given}


def _logits(mode: str) -> str:
    return f"with equal weights it gives torchvision's logits ({mode} mode)"


LOOKS = (
    own_work(_BASIC),
    _OF_BLOCKS,
    by_name.names((*_BOTH, *_REAL), PARTS),
    values("eval", _logits("eval"), _BOTH, False, **_LOGITS),
    values("training", _logits("training"), _BOTH, True, **_LOGITS),
    statistics(_BOTH, depth=20),
    replace(shape((_DEFAULT,), "num_classes is 1000 unless said otherwise", ("batch", "classes")), name="defaults"),
    gradients_flow(_BOTH, False, depth=200),
    values("float32", "it works in float32 as well", (_BASIC,), False, torch.float32, **_LOGITS),
    untouched((_BASIC,)),
    copies((_BASIC,)),
    Look("list untouched", "the list of layers stays as it was", _list_after),
    values(
        "real blocks",
        "with the real blocks and equal weights it gives what torchvision's network gives",
        _REAL,
        False,
        torch.float32,
        **_LOGITS,
    ),
)


# --- how the weights start ------------------------------------------------------------------------------------------

_NEAR = 0.05  # of the spread: seven standard errors for the smallest convolution that is looked at


class _WithConvolutions(LightBasicBlock):
    """A block with convolutions to draw weights for, small ones: it is never called."""

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None, *_: Any, **__: Any
    ) -> None:
        super().__init__(inplanes, planes, stride, downsample)
        self.conv1, self.conv2 = nn.Conv2d(32, 64, 3, bias=False), nn.Conv2d(64, 32, 3, bias=False)


def _convolutions(candidate: Any, seed: int) -> dict[str, Any]:
    def starts() -> list[Remark]:
        model = _build(_WithConvolutions, list(_SHORT), {"num_classes": 10}, candidate)
        found: dict[str, str] = {}
        for name, conv in sorted(model.named_modules()):
            if isinstance(conv, nn.Conv2d):
                spread = f"its standard deviation is {conv.weight.std():.4f}, √(2 / fan_out) is {_spread(conv, 0):.4f}"
                found.setdefault(_start(conv), f"{_start(conv)} (as {name}: {spread})")
        return [Remark(fact, text) for fact, text in sorted(found.items())]

    return {f"ResNet(BasicBlock, {list(_SHORT)}, num_classes=10)": starts}


def _spread(conv: nn.Module, axis: int) -> float:
    """Give Kaiming's standard deviation: axis 0 is for mode fan_out, 1 for fan_in."""
    return (2 / conv.weight.select(1 - axis, 0).numel()) ** 0.5


def _start(conv: nn.Module) -> str:
    """Say how a convolution's weights were drawn, by their spread and their largest value."""
    spread = conv.weight.std().item()
    modes = [mode for axis, mode in enumerate(("fan_out", "fan_in")) if abs(spread / _spread(conv, axis) - 1) < _NEAR]
    # A uniform distribution ends at √3 standard deviations; thousands of normal draws go beyond 3.
    shape = "normal" if conv.weight.abs().max() > 2.2 * spread else "uniform"
    return f"{shape}, {modes[0] if modes else 'another spread'}"


def _norms(candidate: Any, case: Case) -> dict[str, nn.Module]:
    return {name: one for name, one in case.make(candidate).named_modules() if isinstance(one, nn.BatchNorm2d)}


def _unlike_fresh(candidate: Any, case: Case) -> Remark | None:
    """Name the batch norms that do not start as nn.BatchNorm2d itself does."""
    starts = [
        f"{name} starts with weight {one.weight[0].item():g}, bias {one.bias[0].item():g}"
        for name, one in sorted(_norms(candidate, case).items())
        if not ((one.weight == 1).all() and (one.bias == 0).all())
    ]
    others = f", and {len(starts) - 1} more start otherwise" if starts[1:] else ""
    return Remark(str(starts), f"{starts[0]}{others}") if starts else None


def _zeroed(candidate: Any, case: Case) -> list[str]:
    return sorted(name for name, one in _norms(candidate, case).items() if (one.weight == 0).all())


def _of_each(cases: tuple[Case, ...], look: Any, candidate: Any, seed: int) -> dict[str, Any]:
    return {case.told: partial(look, candidate, case) for case in cases}


_ZEROING = tuple(_case(block, _SHORT, 48, num_classes=10, zero_init_residual=True) for block in _BLOCKS)

START = (
    _OF_BLOCKS,
    Look(
        "convolutions",
        "convolutions start Kaiming-normal with mode fan_out: standard deviation √(2 / fan_out)",
        _convolutions,
    ),
    Look(
        "batch norms",
        "every batch norm starts with weight 1 and bias 0 unless zero_init_residual is given",
        partial(_of_each, _REAL, _unlike_fresh),
    ),
    Look(
        "zero_init_residual",
        "with zero_init_residual=True the last batch norm before the sum starts with weight 0: bn2 of every "
        "BasicBlock, bn3 of every Bottleneck, and no other",
        partial(_of_each, _ZEROING, _zeroed),
    ),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_STEM = "the first convolution: 7×7, stride 2, padding 3, no bias"
_POOL = "the max pool: 3×3, stride 2, padding 1"
_ASKS = "the condition for a downsample: the stride, or the channels, or both"
_DOWN = "the downsample: a 1×1 convolution without bias, with the stride, then a batch norm"
_STRIDES = "the stride of a layer: for its first block only; 1 for layer1, 2 for the others"
_INPLANES = "self.inplanes: what it is before and after each block"
_KAIMING = 'nn.init.kaiming_normal_(…, mode="fan_out", nonlinearity="relu") for every Conv2d'
_ZERO = "which batch norm is the last before the sum, and when it is set to zero"


def _changed(change: Any) -> type[RightResNet]:
    """Make a network whose parts are changed after it is built: change(network, num_classes, zero_init_residual)."""

    class Changed(RightResNet):
        def __init__(
            self, block: Any, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
        ) -> None:
            super().__init__(block, layers, num_classes, zero_init_residual)
            change(self, num_classes, zero_init_residual)

    return Changed


def _with(name: str, make: Any) -> type[RightResNet]:
    """Make a network in which one part is another: make(network, num_classes)."""
    return _changed(lambda network, classes, zero: setattr(network, name, make(network, classes)))


def _layered(
    stride_of: Any = None, needed: Any = None, down: Any = None, after: Any = None, count: Any = None
) -> type[RightResNet]:
    """Make a network that makes its layers differently; `wide` is how many channels leave a block.

    stride_of(stride, number): a block's stride; needed(inplanes, wide, stride, number): whether it has a downsample;
    down(inplanes, wide, stride) makes it; after(inplanes, planes, wide): the channels to go on with; count(blocks): how
    many blocks there are.
    """

    class Layered(RightResNet):
        def _make_layer(self, block: Any, planes: int, blocks: int, stride: int = 1, **settings: Any) -> nn.Module:
            wide, made = planes * block.expansion, nn.Sequential()
            for number in range((count or _as_given)(blocks)):
                own = (stride_of or _first_only)(stride, number)
                asked = (needed or _where_it_changes)(self.inplanes, wide, own, number)
                downsample = (down or _projection)(self.inplanes, wide, own) if asked else None
                made.append(block(self.inplanes, planes, own, downsample))
                self.inplanes = after(self.inplanes, planes, wide) if after else wide
            return made

    return Layered


def _as_given(blocks: int) -> int:
    return blocks


def _first_only(given: int, number: int) -> int:
    return given if number == 0 else 1


def _where_it_changes(inplanes: int, wide: int, stride: int, number: int) -> bool:
    return stride != 1 or inplanes != wide


# For each block, or for the first of a layer alone.
_ASKED = (_where_it_changes, lambda inplanes, wide, stride, number: number == 0 and (stride, wide) != (1, inplanes))


def _projection(inplanes: int, planes: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inplanes, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))


def _drawn(draw: Any) -> type[RightResNet]:
    """Make a network whose convolutions are drawn differently: draw(weight)."""

    def change(network: nn.Module, num_classes: int, zero_init_residual: bool) -> None:
        for part in network.modules():
            if isinstance(part, nn.Conv2d):
                draw(part.weight)

    return _changed(change)


def _zeroing(choose: Any, always: bool = False) -> type[RightResNet]:
    """Make a network that zeroes other batch norms: choose(block, its last one before the sum) lists them."""

    def change(network: nn.Module, num_classes: int, zero_init_residual: bool) -> None:
        for block in network.modules():
            if isinstance(block, _BLOCKS):
                last = block.bn3 if isinstance(block, RightBottleneck) else block.bn2
                nn.init.ones_(last.weight)
                for norm in choose(block, last) if zero_init_residual or always else ():
                    nn.init.zeros_(norm.weight)

    return _changed(change)


def _norms_in(module: nn.Module | None) -> list[nn.Module]:
    return [part for part in module.modules() if isinstance(part, nn.BatchNorm2d)] if module else []


class _OtherHead(RightResNet):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.linear = self.fc
        del self.fc

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.linear(self.avgpool(x).flatten(1))


class _LayerSkipped(RightResNet):
    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(self.avgpool(x).flatten(1))


def _stem(stride: int = 2, padding: int = 3, bias: bool = False) -> type[RightResNet]:
    def make(network: nn.Module, num_classes: int) -> nn.Conv2d:
        conv = nn.Conv2d(3, 64, 7, stride, padding, bias=bias)
        nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
        return conv

    return _with("conv1", make)


class _Softmax(nn.Linear):
    """Stand for a softmax behind the last layer, without a name of its own."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__(linear.in_features, linear.out_features)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


BANK.add(
    "inplanes_forgotten",
    "never updates the number of channels that come in, so that every block counts on 64",
    _INPLANES,
    2,
    *(_layered(needed=one, after=lambda inplanes, planes, wide: inplanes) for one in _ASKED),
)
BANK.add(
    "inplanes_without_expansion",
    "goes on with planes channels after a block, and forgets its expansion",
    _INPLANES,
    2,
    *(_layered(needed=one, after=lambda inplanes, planes, wide: planes) for one in _ASKED),
)
BANK.add(
    "fc_without_expansion",
    "ends in a Linear of 512 features, and forgets the block's expansion",
    "what comes into fc: 512 * block.expansion",
    3,
    _with("fc", lambda network, n: nn.Linear(512, n)),
)
BANK.add(
    "fc_2048",
    "ends in a Linear of 2048 features whatever the block",
    "what comes into fc: 512 * block.expansion",
    3,
    _with("fc", lambda network, n: nn.Linear(2048, n)),
)
BANK.add(
    "classes_fixed",
    "always has 1000 classes",
    "num_classes",
    3,
    _with("fc", lambda network, n: nn.Linear(network.fc.in_features, 1000)),
)
BANK.add("stride_everywhere", "strides in every block of a layer", _STRIDES, 2, _layered(lambda given, number: given))
BANK.add("stride_never", "never strides in its layers", _STRIDES, 2, _layered(lambda given, number: 1))
BANK.add(
    "stride_in_last",
    "strides in the second block of a layer, not in the first",
    _STRIDES,
    2,
    _layered(lambda given, number: given if number == 1 else 1),
)
BANK.add(
    "downsample_for_stride_only",
    "makes a downsample only when the stride is not 1",
    _ASKS,
    2,
    _layered(needed=lambda inplanes, planes, stride, number: stride != 1),
)
BANK.add(
    "downsample_for_first_block",
    "makes a downsample for the first block of every layer, needed or not",
    _ASKS,
    2,
    _layered(needed=lambda inplanes, planes, stride, number: number == 0),
)
BANK.add(
    "downsample_everywhere",
    "makes a downsample for every block",
    _ASKS,
    2,
    _layered(needed=lambda inplanes, planes, stride, number: True),
)
BANK.add(
    "downsample_never",
    "never makes a downsample",
    _ASKS,
    2,
    _layered(needed=lambda inplanes, planes, stride, number: False),
)
BANK.add(
    "downsample_without_norm",
    "has no batch norm in its downsample",
    _DOWN,
    2,
    _layered(down=lambda i, o, s: nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False))),
)
BANK.add(
    "downsample_with_bias",
    "has a bias in its downsample",
    _DOWN,
    2,
    _layered(down=lambda i, o, s: nn.Sequential(nn.Conv2d(i, o, 1, s), nn.BatchNorm2d(o))),
)
BANK.add(
    "downsample_without_stride",
    "does not stride in its downsample",
    _DOWN,
    2,
    _layered(down=lambda i, o, s: _projection(i, o, 1)),
)
BANK.add(
    "downsample_3x3",
    "has a 3×3 convolution in its downsample",
    _DOWN,
    2,
    _layered(down=lambda i, o, s: nn.Sequential(nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o))),
)
BANK.add(
    "one_block_too_many",
    "makes one block too many in each layer",
    "the loop over the blocks after the first: there are n − 1 of them",
    1,
    _layered(count=lambda blocks: blocks + 1),
)
BANK.add(
    "one_block_each",
    "makes one block in each layer",
    "the loop over the blocks after the first",
    1,
    _layered(count=lambda blocks: 1),
)
BANK.add("other_head", "calls its last layer linear", "the names: conv1, bn1, layer1 … layer4, fc", 1, _OtherHead)
BANK.add("layer_skipped", "leaves layer4 out of forward", "forward: which layers run", 1, _LayerSkipped)
BANK.add("no_max_pool", "has no max pool", _POOL, 1, _with("maxpool", lambda network, n: nn.Identity()))
BANK.add(
    "pool_without_padding",
    "does not pad its max pool",
    _POOL,
    1,
    _with("maxpool", lambda network, n: nn.MaxPool2d(3, 2)),
)
BANK.add("pool_2x2", "pools over 2×2 pixels", _POOL, 1, _with("maxpool", lambda network, n: nn.MaxPool2d(2)))
BANK.add(
    "no_stem_relu",
    "has no ReLU before the max pool",
    "the steps between conv1 and layer1",
    1,
    _with("relu", lambda network, n: nn.Identity()),
)
BANK.add("stem_bias", "has a bias in the first convolution", _STEM, 1, _stem(bias=True))
BANK.add("stem_stride_1", "does not stride in the first convolution", _STEM, 1, _stem(stride=1))
BANK.add("stem_padding_1", "pads the first convolution by 1", _STEM, 1, _stem(padding=1))
BANK.add(
    "max_pool_at_end",
    "takes the maximum of each map at the end",
    "avgpool",
    1,
    _with("avgpool", lambda network, n: nn.AdaptiveMaxPool2d(1)),
)
BANK.add(
    "softmax_at_end",
    "ends in a softmax",
    "the end of forward: logits are asked for",
    1,
    _with("fc", lambda network, n: _Softmax(network.fc)),
)
BANK.add(
    "fc_without_bias",
    "has no bias in its last layer",
    "fc: no batch norm follows it",
    1,
    _with("fc", lambda network, n: nn.Linear(network.fc.in_features, n, bias=False)),
)
BANK.add(
    "fan_in",
    "draws the convolutions' weights with mode fan_in",
    _KAIMING,
    3,
    _drawn(lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu")),
)
BANK.add(
    "uniform",
    "draws the convolutions' weights from a uniform distribution",
    _KAIMING,
    3,
    _drawn(lambda w: nn.init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu")),
)
BANK.add(
    "torch_default",
    "leaves the convolutions' weights as nn.Conv2d draws them",
    _KAIMING,
    3,
    _drawn(lambda w: nn.init.kaiming_uniform_(w, a=5**0.5)),
)
BANK.add(
    "linear_gain",
    "forgets the factor 2 that makes up for the ReLU",
    _KAIMING,
    3,
    _drawn(lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="linear")),
)
BANK.add(
    "zero_always",
    "sets the last batch norm of each block to zero always",
    _ZERO,
    3,
    _zeroing(lambda block, last: [last], always=True),
)
BANK.add("zero_never", "ignores zero_init_residual", _ZERO, 3, _zeroing(lambda block, last: []))
BANK.add("zero_first", "zeroes the first batch norm of each block", _ZERO, 3, _zeroing(lambda block, last: [block.bn1]))
BANK.add(
    "zero_bn2", "zeroes bn2 of every block, in a Bottleneck too", _ZERO, 3, _zeroing(lambda block, last: [block.bn2])
)
BANK.add(
    "zero_downsample",
    "zeroes the batch norm of the downsample, the last one *declared*",
    _ZERO,
    3,
    _zeroing(lambda block, last: _norms_in(block)[-1:]),
    _zeroing(lambda block, last: _norms_in(block.downsample)),
)
BANK.add(
    "zero_both_ends",
    "zeroes the last batch norm of both branches",
    _ZERO,
    3,
    _zeroing(lambda block, last: [last, *_norms_in(block.downsample)]),
)
BANK.add(
    "zero_everything",
    "zeroes every batch norm of the network",
    _ZERO,
    3,
    _changed(lambda network, n, zero: [nn.init.zeros_(one.weight) for one in _norms_in(network) if zero]),
)

EXERCISE = Exercise(
    name="ResNet",
    hints=HINTS,
    right=RightResNet,
    tests={"test_resnet": LOOKS, "test_resnet_start": START},
    mistakes=BANK.all,
    parts={"BasicBlock": RightBasicBlock, "Bottleneck": RightBottleneck},
)
