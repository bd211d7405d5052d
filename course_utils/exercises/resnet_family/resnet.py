"""ResNet: the oracle is torchvision's class; both are filled by name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models.resnet import ResNet

from course_utils.checking.draws import Draws, Undrawn, fill_from
from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.values import Step
from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import changed, hide, projection
from course_utils.exercises.building_blocks.layer_mistakes import with_defaults
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.module_looks import Case
from course_utils.exercises.networks import build_as, insist_small, told_call
from course_utils.exercises.observers import each_row, one_row
from course_utils.exercises.resnet_family import by_name
from course_utils.exercises.resnet_family.basic_block import RightBasicBlock
from course_utils.exercises.resnet_family.bottleneck import RightBottleneck
from course_utils.exercises.stem_mistakes import POOL, add_stem_mistakes

HINTS = (
    "The stem and the head are notebook 2's. What's new is a helper that makes one of the four layers, because "
    "it has to remember how many channels came out of the last block.",
    "Keep that number in `self.inplanes`, 64 at first. Only the first block of a layer may get a stride and a "
    "`downsample`; it gets one when the stride is not 1, or when `self.inplanes` is not `planes * "
    "block.expansion`. After it, `self.inplanes` is `planes * block.expansion`.",
    "`self.layer1 = self._make_layer(block, 64, layers[0], stride=1)`, then 128, 256 and 512 with `stride=2`; "
    "and `self.fc = nn.Linear(512 * block.expansion, num_classes)`. At the end of `__init__`:\n"
    "```python\n"
    "for module in self.modules():\n"
    "    if isinstance(module, nn.Conv2d):\n"
    '        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")\n'
    "```\n"
    "With `zero_init_residual`, the same loop calls `nn.init.zeros_` on the weight of each `Bottleneck`'s `bn3` "
    "and each `BasicBlock`'s `bn2`.",
)


class RightResNet(ResNet):
    """torchvision's network with the arguments of the exercise."""

    def __init__(
        self, block: type[nn.Module], layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
    ) -> None:
        super().__init__(block, layers, num_classes, zero_init_residual)
        self.zero_init_residual = zero_init_residual


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
_SHORT = [1, 1, 1, 1]


def _told(block: type[nn.Module], layers: list[int], settings: dict[str, Any]) -> str:
    name = "Bottleneck" if issubclass(block, RightBottleneck) else "BasicBlock"
    return told_call("ResNet", name, layers, **settings)


def _build(block: type[nn.Module], layers: list[int], settings: dict[str, Any], candidate: Any) -> nn.Module:
    return build_as(_told(block, layers, settings), candidate, block, layers, **settings)


def _undrawn(block: type[nn.Module], layers: list[int], settings: dict[str, Any], candidate: Any) -> nn.Module:
    with Undrawn():
        return _build(block, list(layers), settings, candidate)


class _Large(Case):
    """Its weights repeat a few thousand draws: to draw each of them takes longer than to run the network."""

    def filled(self, candidate: Any, seed: int, training: bool, dtype: torch.dtype = torch.float64) -> nn.Module:
        """Give it weights that hide nothing."""
        module, few = self.built(candidate), Draws(seed, dtype).normal(10_007)
        fill_from(seed, module, [(name, one) for name, one in self.order(module) if one.ndim < 2], dtype)
        with torch.no_grad():
            for weight in (one for one in module.parameters() if one.ndim > 1):
                scaled, flat = few * (2 / weight[0].numel()) ** 0.5, weight.view(-1)
                times, rest = divmod(len(flat), len(few))
                flat[: len(flat) - rest].view(times, len(few)).copy_(scaled)
                flat[len(flat) - rest :].copy_(scaled[:rest])
        return module.train(training)


def _case(block: type[nn.Module], layers: list[int], height: int, **settings: Any) -> Case:
    make = partial(_undrawn, block, layers, settings)
    return _Large(_told(block, layers, settings), make, (2, 3, height, 33), by_name.filled_by_name(*PARTS))


# No layer is as long as another that could be taken for it.
_BASIC = _case(LightBasicBlock, [1, 2, 1, 3], 44, num_classes=7)
_WIDE = _case(LightBottleneck, [2, 1, 3, 1], 44, num_classes=5)
_DEFAULT = _case(LightBasicBlock, _SHORT, 40)
_SINGLE = replace(_BASIC, shape=(1, 3, 44, 33))
_BLOCKS = (RightBasicBlock, RightBottleneck)
_REAL = tuple(_case(block, _SHORT, 48, num_classes=10) for block in _BLOCKS)
_BOTH = (_BASIC, _WIDE)


def _size(candidate: Any, seed: int) -> None:
    """Tell a network that ignores its arguments before each other look takes seconds."""
    insist_small(_BASIC.built(candidate), _BASIC.told, _SIZE)


_SIZE = "it is made of the blocks that it is given"
_OF_BLOCKS = Look("built from its blocks", _SIZE, one_row(_size), decisive=True)


def _list_after(candidate: Any, seed: int) -> list[int]:
    layers = [1, 2, 1, 3]
    with Undrawn():
        _build(LightBasicBlock, layers, {"num_classes": 7}, candidate)
    return layers


_LOGITS = {"axes": ("batch", "classes"), "depth": 20}
_GIVES = "with equal weights it gives torchvision's logits ({} mode)"
_REAL_ONES = "with the real blocks and equal weights it gives what torchvision's network gives"
_CLASSES = looks.shape((_DEFAULT,), "num_classes is 1000 unless you say otherwise", ("batch", "classes"))

LOOKS = (
    looks.own_work(_BASIC),
    _OF_BLOCKS,
    by_name.names((*_BOTH, *_REAL), PARTS),
    looks.values("eval mode", _GIVES.format("eval"), _BOTH, False, **_LOGITS),
    looks.values("training mode", _GIVES.format("training"), _BOTH, True, **_LOGITS),
    replace(looks.shape((_SINGLE,), "a single image gives logits as well", ("batch", "classes")), name="one image"),
    looks.statistics(_BOTH, depth=20),
    replace(_CLASSES, name="num_classes left out"),
    looks.gradients_flow(_BOTH, False, depth=200),
    looks.values("float32", "it works in float32 as well", (_BASIC,), False, torch.float32, **_LOGITS),
    looks.untouched((_BASIC,)),
    looks.copies((_BASIC,)),
    Look(
        "list untouched",
        "the list of layers stays as it was",
        one_row(_list_after, f"{_BASIC.told}: the list of layers afterwards"),
    ),
    looks.values("real blocks", _REAL_ONES, _REAL, False, torch.float32, **_LOGITS),
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


def _convolutions(candidate: Any, seed: int) -> list[Remark]:
    found: dict[str, str] = {}
    model = _build(_WithConvolutions, list(_SHORT), {"num_classes": 10}, candidate)
    for name, conv in sorted(model.named_modules()):
        if isinstance(conv, nn.Conv2d):
            spread = f"its standard deviation is {conv.weight.std():.4f}, √(2 / fan_out) is {_spread(conv, 0):.4f}"
            found.setdefault(_start(conv), f"{_start(conv)} (as {name}: {spread})")
    return [Remark(fact, text) for fact, text in sorted(found.items())]


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


def _unlike_fresh(candidate: Any, seed: int, case: Case) -> Remark | None:
    """Name the batch norms that do not start as nn.BatchNorm2d itself does."""
    starts = [
        f"{name} starts with weight {one.weight[0].item():g}, bias {one.bias[0].item():g}"
        for name, one in sorted(_norms(candidate, case).items())
        if not ((one.weight == 1).all() and (one.bias == 0).all())
    ]
    others = f", and {len(starts) - 1} more start otherwise" if starts[1:] else ""
    return Remark(str(starts), f"{starts[0]}{others}") if starts else None


def _zeroed(candidate: Any, seed: int, case: Case) -> list[str]:
    return sorted(name for name, one in _norms(candidate, case).items() if (one.weight == 0).all())


_ZEROING = [_case(block, _SHORT, 48, num_classes=10, zero_init_residual=True) for block in _BLOCKS]

START = (
    _OF_BLOCKS,
    Look(
        "convolutions at the start",
        "convolutions start Kaiming-normal with mode fan_out: standard deviation √(2 / fan_out)",
        one_row(_convolutions, f"ResNet(BasicBlock, {_SHORT}, num_classes=10)"),
    ),
    Look(
        "batch norms at the start",
        "every batch norm starts with weight 1 and bias 0 unless zero_init_residual is given",
        each_row(_unlike_fresh, {case.told: case for case in _REAL}),
    ),
    Look(
        "zero_init_residual",
        "with zero_init_residual=True the last batch norm before the sum starts with weight 0: bn2 of every "
        "BasicBlock, bn3 of every Bottleneck, and no other",
        each_row(_zeroed, {case.told: case for case in _ZEROING}),
    ),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_FC = "what comes into fc: 512 * block.expansion"
_ASKS = "the condition for a downsample: the stride, or the channels, or both"
_DOWN = "the downsample: a 1×1 convolution without bias, with the stride, then a batch norm"
_STRIDES = "the stride of a layer: for its first block only; 1 for layer1, 2 for the others"
_INPLANES = "self.inplanes: what it is before and after each block"
_KAIMING = 'nn.init.kaiming_normal_(…, mode="fan_out", nonlinearity="relu") for every Conv2d'
_ZERO = "which batch norm is the last before the sum, and when it is set to zero"
_changed = partial(changed, RightResNet)


def _put(name: str, make: Callable[[], nn.Module]) -> type[RightResNet]:
    return _changed(lambda network: setattr(network, name, make()))


def _head(make: Callable[[nn.Linear], nn.Module]) -> type[RightResNet]:
    """Make a network with another last layer: make(the right one)."""
    return _changed(lambda network: setattr(network, "fc", make(network.fc)))


def _where_it_changes(inplanes: int, wide: int, stride: int, number: int) -> bool:
    return stride != 1 or inplanes != wide


def _layered(
    stride_of: Callable[[int, int], int] = lambda given, number: given if number == 0 else 1,
    needed: Callable[[int, int, int, int], bool] = _where_it_changes,
    down: Callable[[int, int, int], nn.Module] = projection,
    after: Callable[[int, int, int], int] = lambda inplanes, planes, wide: wide,
    count: Callable[[int], int] = lambda blocks: blocks,
) -> type[RightResNet]:
    """Make a network that makes its layers differently; `wide` is how many channels leave a block.

    stride_of(stride, number): a block's stride; needed(inplanes, wide, stride, number): whether it has a downsample;
    down(inplanes, wide, stride) makes it; after(inplanes, planes, wide): the channels to go on with; count(blocks): how
    many blocks there are.
    """

    class Layered(RightResNet):
        def _make_layer(self, block: Any, planes: int, blocks: int, stride: int = 1, **settings: Any) -> nn.Module:
            wide, made = planes * block.expansion, nn.Sequential()
            for number in range(count(blocks)):
                own = stride_of(stride, number)
                asked = needed(self.inplanes, wide, own, number)
                made.append(block(self.inplanes, planes, own, down(self.inplanes, wide, own) if asked else None))
                self.inplanes = after(self.inplanes, planes, wide)
            return made

    return Layered


def _going_on(after: Callable[[int, int, int], int]) -> list[type[RightResNet]]:
    """Go on with other channels, and ask for each block, or for the first of a layer alone, for a downsample."""

    def of_first(inplanes: int, wide: int, stride: int, number: int) -> bool:
        return number == 0 and (stride, wide) != (1, inplanes)

    return [_layered(needed=needed, after=after) for needed in (_where_it_changes, of_first)]


def _drawn(draw: Callable[[Tensor], Any]) -> type[RightResNet]:
    """Make a network whose convolutions are drawn differently: draw(weight)."""
    return _changed(lambda network: [draw(part.weight) for part in network.modules() if isinstance(part, nn.Conv2d)])


def _zeroing(choose: Callable[[Any, nn.Module], list], always: bool = False) -> type[RightResNet]:
    """Make a network that zeroes other batch norms: choose(block, its last one before the sum) lists them."""

    def change(network: RightResNet) -> None:
        for block in network.modules():
            if isinstance(block, _BLOCKS):
                last = block.bn3 if isinstance(block, RightBottleneck) else block.bn2
                nn.init.ones_(last.weight)
                for norm in choose(block, last) if network.zero_init_residual or always else ():
                    nn.init.zeros_(norm.weight)

    return _changed(change)


def _norms_in(module: nn.Module | None) -> list[nn.Module]:
    return [part for part in module.modules() if isinstance(part, nn.BatchNorm2d)] if module else []


def _renames_fc(network: RightResNet) -> None:
    network.linear = network.fc
    hide("fc")(network)


_strides = BANK.about(_STRIDES, 2, by=lambda stride_of: _layered(stride_of=stride_of))
_asks = BANK.about(_ASKS, 2, by=lambda needed: _layered(needed=needed))
_downs = BANK.about(_DOWN, 2, by=lambda down: _layered(down=down))
_heads = BANK.about(_FC, 3, by=_head)
_draws = BANK.about(_KAIMING, 3, by=_drawn)
_zeros = BANK.about(_ZERO, 3, by=_zeroing)

BANK.add(
    "inplanes_forgotten",
    "never updates the number of channels that come in, so that every block counts on 64",
    _INPLANES,
    2,
    *_going_on(lambda inplanes, planes, wide: inplanes),
)
BANK.add(
    "inplanes_without_expansion",
    "goes on with planes channels after a block, and forgets its expansion",
    _INPLANES,
    2,
    *_going_on(lambda inplanes, planes, wide: planes),
)
_heads(
    "fc_without_expansion",
    "ends in a Linear of 512 features, and forgets the block's expansion",
    lambda fc: nn.Linear(512, fc.out_features),
)
_heads("fc_2048", "ends in a Linear of 2048 features whatever the block", lambda fc: nn.Linear(2048, fc.out_features))
BANK.add(
    "classes_fixed", "always has 1000 classes", "num_classes", 3, _head(lambda fc: nn.Linear(fc.in_features, 1000))
)
BANK.add(
    "default_classes",
    "has another number of classes than 1000 by default",
    "the default of num_classes",
    3,
    *(with_defaults(RightResNet, num_classes=classes) for classes in (10, 100)),
)
_FLAT = "what comes before fc: avgpool leaves (batch, channels, 1, 1), and flatten(1) makes (batch, channels) of it"
BANK.add("no_average", "hands fc maps, not one number a channel", _FLAT, 1, _put("avgpool", nn.Identity))
_strides("stride_everywhere", "strides in every block of a layer", lambda given, number: given)
_strides("stride_never", "never strides in its layers", lambda given, number: 1)
_strides(
    "stride_in_last",
    "strides in the second block of a layer, not in the first",
    lambda given, number: given if number == 1 else 1,
)
_asks(
    "downsample_for_stride_only",
    "makes a downsample only when the stride is not 1",
    lambda inplanes, planes, stride, number: stride != 1,
)
_asks(
    "downsample_for_first_block",
    "makes a downsample for the first block of every layer, needed or not",
    lambda inplanes, planes, stride, number: number == 0,
)
_asks("downsample_everywhere", "makes a downsample for every block", lambda *asked: True)
_asks("downsample_never", "never makes a downsample", lambda *asked: False)
_downs("downsample_without_norm", "has no batch norm in its downsample", partial(projection, norm=False))
_downs(
    "downsample_bare",
    "has a bare convolution for its downsample, with a bias, and no batch norm after it",
    partial(projection, bias=True, norm=False),
)
_downs("downsample_with_bias", "has a bias in its downsample", partial(projection, bias=True))
_downs("downsample_without_stride", "does not stride in its downsample", lambda i, o, s: projection(i, o, 1))
_downs("downsample_3x3", "has a 3×3 convolution in its downsample", partial(projection, size=3))
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
BANK.add(
    "other_head",
    "calls its last layer linear",
    "the names: conv1, bn1, layer1 … layer4, fc",
    1,
    _changed(_renames_fc),
)


@BANK.mistake("leaves layer4 out of forward", "forward: which layers run", 1)
class _LayerSkipped(RightResNet):
    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(self.avgpool(x).flatten(1))


add_stem_mistakes(BANK, _put, no_pool=POOL, no_relu="the steps between conv1 and layer1")
BANK.add(
    "max_pool_at_end",
    "takes the maximum of each map at the end",
    "avgpool",
    1,
    _put("avgpool", lambda: nn.AdaptiveMaxPool2d(1)),
)


@BANK.mistake("ends in a softmax", "the end of forward: logits are asked for", 1)
class _SoftmaxAtEnd(RightResNet):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


@BANK.mistake("drops the batch's axis of a single image, as squeeze() without a number does", _FLAT, 1)
class _Squeezed(RightResNet):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)[0] if len(x) == 1 else super().forward(x)


def _stem_norm_rests(network: RightResNet) -> None:
    network.bn1.forward = lambda x: x


BANK.add(
    "no_stem_norm",
    "makes bn1, and leaves it out of forward",
    "the steps between conv1 and layer1",
    1,
    _changed(_stem_norm_rests),
)
BANK.add(
    "fc_without_bias",
    "has no bias in its last layer",
    "fc: no batch norm follows it",
    1,
    _head(lambda fc: nn.Linear(fc.in_features, fc.out_features, bias=False)),
)
_draws(
    "fan_in",
    "draws the convolutions' weights with mode fan_in",
    partial(nn.init.kaiming_normal_, nonlinearity="relu"),
)
_draws(
    "uniform",
    "draws the convolutions' weights from a uniform distribution",
    partial(nn.init.kaiming_uniform_, mode="fan_out", nonlinearity="relu"),
)
_draws(
    "torch_default",
    "leaves the convolutions' weights as nn.Conv2d draws them",
    partial(nn.init.kaiming_uniform_, a=5**0.5),
)
_draws(
    "linear_gain",
    "forgets the factor 2 that makes up for the ReLU",
    partial(nn.init.kaiming_normal_, mode="fan_out", nonlinearity="linear"),
)
BANK.add(
    "zero_always",
    "sets the last batch norm of each block to zero always",
    _ZERO,
    3,
    _zeroing(lambda block, last: [last], always=True),
)
_zeros("zero_never", "ignores zero_init_residual", lambda block, last: [])
_zeros(
    "zero_basic_only",
    "zeroes bn2 of BasicBlocks, and nothing in a Bottleneck",
    lambda block, last: [] if isinstance(block, RightBottleneck) else [last],
)
_zeros(
    "zero_bottleneck_only",
    "zeroes bn3 of Bottlenecks, and nothing in a BasicBlock",
    lambda block, last: [last] if isinstance(block, RightBottleneck) else [],
)
_zeros("zero_first", "zeroes the first batch norm of each block", lambda block, last: [block.bn1])
_zeros("zero_bn2", "zeroes bn2 of every block, in a Bottleneck too", lambda block, last: [block.bn2])
_zeros(
    "zero_downsample",
    "zeroes the batch norm of the downsample, the last one *declared*",
    lambda block, last: _norms_in(block)[-1:],
    lambda block, last: _norms_in(block.downsample),
)
_zeros(
    "zero_both_ends",
    "zeroes the last batch norm of both branches",
    lambda block, last: [last, *_norms_in(block.downsample)],
)
BANK.add(
    "zero_everything",
    "zeroes every batch norm of the network",
    _ZERO,
    3,
    _changed(lambda network: [nn.init.zeros_(one.weight) for one in _norms_in(network) if network.zero_init_residual]),
)

STEPS = (
    Step(
        "stem names",
        "`conv1` and `bn1` are there under these names",
        hint=1,
        begins={"names": by_name.has_all("conv1", "bn1")},
    ),
    Step(
        "layer names",
        "so are `layer1` to `layer4`, with a `downsample` where the shape changes",
        hint=2,
        begins={"names": by_name.has_all("layer1", "layer2", "layer3", "layer4")},
    ),
    Step("head name", "so is `fc`, and there's nothing more", ("names", "built from its blocks"), hint=3),
    Step(
        "forward",
        "the image goes through all of them and gives torchvision's logits",
        tuple(look.name for look in LOOKS[3:]),
    ),
    Step("start", "the weights start as torchvision's do", tuple(look.name for look in START[1:]), hint=3),
)

EXERCISE = Exercise(
    name="ResNet",
    hints=HINTS,
    right=RightResNet,
    tests={"test_resnet": LOOKS, "test_resnet_start": START},
    mistakes=BANK.all,
    steps=STEPS,
    parts={"BasicBlock": RightBasicBlock, "Bottleneck": RightBottleneck},
)
