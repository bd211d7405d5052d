"""ResNet: the oracle is torchvision's class, with the student's weights in it by name."""

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models.resnet import ResNet

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws, Undrawn
from course_utils.checking.shortcuts import insist_own_work
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, insist_equal, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import insist_copies_work, insist_input_untouched, insist_small, observe_module
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

_DEPTH = 20


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
        self.conv1, self.bn1 = _Repeat(inplanes, planes, stride), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2, self.bn2 = _Repeat(planes, planes), nn.BatchNorm2d(planes)
        self.downsample = downsample


class LightBottleneck(RightBottleneck):
    """A Bottleneck without convolution weights, and with an expansion of 2: nobody may count on 4."""

    expansion = 2

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None, *_: Any, **__: Any
    ) -> None:
        nn.Module.__init__(self)
        self.conv1, self.bn1 = _Repeat(inplanes, planes), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = _Repeat(planes, planes, stride), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = _Repeat(planes, planes * 2), nn.BatchNorm2d(planes * 2)
        self.relu = nn.ReLU()
        self.downsample = downsample


class _Repeat(nn.Module):
    """Stand for a convolution: the right shape, no weights."""

    def __init__(self, inplanes: int, planes: int, stride: int = 1) -> None:
        super().__init__()
        self.planes, self.times, self.stride = planes, -(-planes // inplanes), stride

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, :: self.stride, :: self.stride].repeat(1, self.times, 1, 1)[:, : self.planes]


_Kind = tuple[type[nn.Module], tuple[int, ...], int]
# block, layers, num_classes: no layer is as long as another that could be taken for it.
_BASIC: _Kind = (LightBasicBlock, (1, 2, 1, 3), 7)
_WIDE: _Kind = (LightBottleneck, (2, 1, 3, 1), 5)
_KINDS = (_BASIC, _WIDE)
_SHORT = (1, 1, 1, 1)


def _told(kind: _Kind) -> str:
    return f"ResNet({_name(kind[0])}, {list(kind[1])}, num_classes={kind[2]})"


def _name(block: type[nn.Module]) -> str:
    return "Bottleneck" if issubclass(block, RightBottleneck) else "BasicBlock"


@cache
def _right(kind: _Kind) -> nn.Module:
    """Build what each check gives the student's weights."""
    return RightResNet(*kind)


def _make(candidate: Any, kind: _Kind) -> nn.Module:
    with asking(f"building {_told(kind)}"), Undrawn():
        module = candidate(kind[0], list(kind[1]), num_classes=kind[2])
    if not isinstance(module, nn.Module):
        raise broken("the class makes an nn.Module", f"it made a {type(module).__name__}")
    return module


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_work(candidate, lambda: _make(candidate, _BASIC))


def _size(candidate: Any, seed: int) -> None:
    """Tell a network that ignores its arguments before every other check takes seconds to build it again."""
    insist_small(_make(candidate, _BASIC), _told(_BASIC), "it is made of the blocks that it is given")


def _names(candidate: Any, seed: int) -> None:
    for kind in _KINDS:
        by_name.insist_same_names(_make(candidate, kind), _right(kind), _told(kind))


def _values(candidate: Any, draws: Draws, training: bool, kinds: tuple[_Kind, ...] = _KINDS) -> None:
    for kind in kinds:
        mine = draws.fill(_make(candidate, kind)).train(training)
        promise = f"with equal weights it gives torchvision's logits ({'training' if training else 'eval'} mode)"
        x = draws.normal(2, 3, 44, 33)
        by_name.insist_same_forward(mine, _right(kind), x, promise, depth=_DEPTH, what=_told(kind))


def _eval(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed), training=False)


def _training(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed + 1), training=True)


def _float32(candidate: Any, seed: int) -> None:
    _values(candidate, Draws(seed + 2, torch.float32), training=False, kinds=(_BASIC,))


def _gradients(candidate: Any, seed: int) -> None:
    for kind in _KINDS:
        mine = Draws(seed + 3).fill(_make(candidate, kind)).eval()
        x = Draws(seed).normal(2, 3, 40, 33)
        by_name.insist_same_gradients(mine, _right(kind), x, _DEPTH, _told(kind))


def _defaults(candidate: Any, seed: int) -> None:
    with asking("building ResNet(BasicBlock, [1, 1, 1, 1])"), Undrawn():
        mine = candidate(LightBasicBlock, list(_SHORT))
    got = run_on(mine.float().eval(), torch.ones(1, 3, 32, 32)).shape
    if tuple(got) != (1, 1000):
        raise broken("num_classes is 1000 unless said otherwise", f"the logits have shape {tuple(got)}")


def _input_untouched(candidate: Any, seed: int) -> None:
    insist_input_untouched(Draws(seed).fill(_make(candidate, _BASIC)), Draws(seed).normal(2, 3, 40, 33))


def _copies(candidate: Any, seed: int) -> None:
    insist_copies_work(lambda: _make(candidate, _BASIC), Draws(seed).normal(3, 3, 40, 33))


def _list_untouched(candidate: Any, seed: int) -> None:
    layers = list(_BASIC[1])
    with asking(f"building {_told(_BASIC)}"), Undrawn():
        candidate(_BASIC[0], layers, _BASIC[2])
    if layers != list(_BASIC[1]):
        raise broken("the list of layers stays as it was", f"{list(_BASIC[1])} became {layers}")


def _real(candidate: Any, seed: int) -> None:
    """Compare short networks of real blocks with torchvision's: in float32, on one small image."""
    for name, (block, _) in _BLOCKS.items():
        mine, told = _fresh(candidate, block), f"ResNet({name}, {list(_SHORT)}, num_classes=10)"
        with torch.device("meta"), Undrawn():
            right = RightResNet(block, list(_SHORT), 10)
        by_name.insist_same_names(mine, right, told)
        right.load_state_dict(mine.state_dict(), assign=True)
        x = Draws(seed, torch.float32).normal(1, 3, 48, 33)
        with torch.no_grad():
            expected, got = right.eval()(x), run_on(mine.eval(), x, told)
        promise = "with the real blocks and equal weights it gives what torchvision's network gives"
        insist_equal(got, expected, promise, axes=("batch", "classes"), depth=5, given=told)


# --- how the weights start ------------------------------------------------------------------------------------------

_BLOCKS = {"BasicBlock": (RightBasicBlock, "bn2"), "Bottleneck": (RightBottleneck, "bn3")}
_NEAR = 0.05  # of the spread: seven standard errors for the smallest convolution that is looked at


def _fresh(candidate: Any, block: type[nn.Module], **settings: bool) -> nn.Module:
    with asking(f"building a ResNet of {_name(block)}s with {settings or 'defaults'}"):
        return candidate(block, list(_SHORT), num_classes=10, **settings).float()


def _convolutions(candidate: Any, seed: int) -> None:
    torch.manual_seed(seed)
    model = _fresh(candidate, RightBasicBlock)
    for name, conv in model.named_modules():
        if isinstance(conv, nn.Conv2d) and (start := _start(conv.weight)) != "normal, fan_out":
            fan = conv.weight[:, 0].numel()
            raise broken(
                "convolutions start Kaiming-normal with mode fan_out: standard deviation √(2 / fan_out)",
                f"{name} sends to {fan} weights: expected {(2 / fan) ** 0.5:.4f}, got {conv.weight.std():.4f}: {start}",
            )


def _start(weight: Tensor) -> str:
    """Say how a convolution's weights were drawn, by their spread and their largest value."""
    spread = weight.std().item()
    fans = {"fan_out": weight[:, 0].numel(), "fan_in": weight[0].numel()}
    fits = [fan for fan, size in fans.items() if abs(spread / (2 / size) ** 0.5 - 1) < _NEAR]
    # A uniform distribution ends at √3 standard deviations; thousands of normal draws go beyond 3.
    shape = "normal" if weight.abs().max() > 2.2 * spread else "uniform"
    return f"{shape}, {fits[0] if fits else 'another spread'}"


def _norms(candidate: Any, seed: int) -> None:
    for block, _ in _BLOCKS.values():
        with Undrawn():
            model = _fresh(candidate, block)
        for name, norm in model.named_modules():
            if isinstance(norm, nn.BatchNorm2d) and not _is_fresh(norm):
                raise broken(
                    "every batch norm starts with weight 1 and bias 0 unless zero_init_residual is given",
                    f"ResNet({_name(block)}, …): {name} starts with weight {norm.weight[0].item():g}, "
                    f"bias {norm.bias[0].item():g}",
                )


def _is_fresh(norm: nn.Module) -> bool:
    return bool((norm.weight == 1).all() and (norm.bias == 0).all())


def _zero_init(candidate: Any, seed: int) -> None:
    for told, (block, last) in _BLOCKS.items():
        zeros = _zeroed(candidate, block, zero_init_residual=True)
        wanted = [f"layer{layer}.0.{last}" for layer in (1, 2, 3, 4)]
        if zeros != wanted:
            raise broken(
                f"with zero_init_residual=True the last batch norm before the sum starts with weight 0: {last} of "
                f"every {told}, and no other",
                f"ResNet({told}, {list(_SHORT)}, …): the ones with weight 0 are {', '.join(zeros) or 'none'}",
            )


def _zeroed(candidate: Any, block: type[nn.Module], **settings: bool) -> list[str]:
    with Undrawn():
        model = _fresh(candidate, block, **settings)
    norms = [(name, norm) for name, norm in model.named_modules() if isinstance(norm, nn.BatchNorm2d)]
    return sorted(name for name, norm in norms if bool((norm.weight == 0).all()))


# What it takes to tell the mistakes apart, and no more: a network is built for each look.
_LOOKS = ("eval", "training", "layers")


def _probe(candidate: Any) -> Looks:
    found: dict[str, Any] = {}
    for kind in _KINDS:
        make = lambda kind=kind: _make(candidate, kind)  # noqa: E731
        found[f"{_told(kind)}: state"] = lambda make=make: by_name.outline(make())
        looks = observe_module(make, Draws(2).normal(2, 3, 33, 25), _told(kind), gradient=False)
        found |= {name: look for name, look in looks.items() if name.endswith(_LOOKS)}
    found["starts"] = lambda: _starts(_fresh(candidate, LightBasicBlock))
    for told, (block, _) in _BLOCKS.items():
        found[f"zeros of {told}"] = lambda block=block: _zeroed(candidate, block)
        found[f"zero_init of {told}"] = lambda block=block: _zeroed(candidate, block, zero_init_residual=True)
    return found


def _starts(model: nn.Module) -> list[str]:
    return [_start(part.weight) for part in model.modules() if isinstance(part, nn.Conv2d)]


# --- the bank -------------------------------------------------------------------------------------------------------


def _changed(change: Any) -> type[RightResNet]:
    """Make a network whose parts are changed after it is built: change(network, num_classes)."""

    class Changed(RightResNet):
        def __init__(
            self, block: Any, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
        ) -> None:
            super().__init__(block, layers, num_classes, zero_init_residual)
            change(self, num_classes)

    return Changed


def _with(name: str, make: Any) -> type[RightResNet]:
    """Make a network in which one part is another: make(network, num_classes)."""
    return _changed(lambda network, num_classes: setattr(network, name, make(network, num_classes)))


def _layered(
    stride_of: Any = None, needed: Any = None, down: Any = None, after: Any = None, count: Any = None
) -> type[RightResNet]:
    """Make a network that makes its layers differently; `wide` is how many channels leave a block.

    stride_of(stride, number): the stride of a block; needed(inplanes, wide, stride, number): whether it
    has a downsample;
    down(inplanes, wide, stride) makes it; after(inplanes, planes, wide): the channels to go on with;
    count(blocks): how many blocks there are.
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


def _projection(inplanes: int, planes: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inplanes, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))


def _started(change: Any) -> type[RightResNet]:
    """Make a network that starts differently: change(network, zero_init_residual)."""

    class Started(RightResNet):
        def __init__(
            self, block: Any, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
        ) -> None:
            super().__init__(block, layers, num_classes, zero_init_residual)
            change(self, zero_init_residual)

    return Started


def _zero(*names: str, always: bool = False) -> Any:
    """Make a change that sets the weights of these batch norms of each block to 0, and all others to 1."""

    def change(network: nn.Module, wanted: bool) -> None:
        for name, part in network.named_modules():
            if isinstance(part, nn.BatchNorm2d):
                zero = name.startswith("layer") and name.split(".", 2)[2] in names and (wanted or always)
                nn.init.constant_(part.weight, 0.0 if zero else 1.0)

    return change


def _zero_everything(network: nn.Module, wanted: bool) -> None:
    for part in network.modules():
        if wanted and isinstance(part, nn.BatchNorm2d):
            nn.init.zeros_(part.weight)


def _draw(draw: Any) -> Any:
    def change(network: nn.Module, wanted: bool) -> None:
        for part in network.modules():
            if isinstance(part, nn.Conv2d):
                draw(part.weight)

    return change


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


def _head(end: Any) -> type[RightResNet]:
    return _with("fc", lambda network, n: end(network.fc))


class _Softmax(nn.Linear):
    """Stand for a softmax behind the last layer, without a name of its own."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__(linear.in_features, linear.out_features)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


STEM = "the first convolution: 7×7, stride 2, padding 3, no bias"
POOL = "the max pool: 3×3, stride 2, padding 1"
ASKS = "the condition for a downsample: the stride, or the channels, or both"
DOWN = "the downsample: a 1×1 convolution without bias, with the stride, then a batch norm"
STRIDES = "the stride of a layer: for its first block only; 1 for layer1, 2 for the others"
INPLANES = "self.inplanes: what it is before and after each block"
START = 'nn.init.kaiming_normal_(…, mode="fan_out", nonlinearity="relu") for every Conv2d'
ZERO = "which batch norm is the last before the sum, and when it is set to zero"

_FORWARD_MISTAKES = (
    Mistake(
        "inplanes_forgotten",
        "never updates the number of channels that come in, so that every block counts on 64",
        INPLANES,
        2,
        _layered(after=lambda inplanes, planes, wide: inplanes),
    ),
    Mistake(
        "inplanes_without_expansion",
        "goes on with planes channels after a block, and forgets its expansion",
        INPLANES,
        2,
        _layered(after=lambda inplanes, planes, wide: planes),
    ),
    Mistake(
        "fc_without_expansion",
        "ends in a Linear of 512 features, and forgets the block's expansion",
        "what comes into fc: 512 * block.expansion",
        3,
        _with("fc", lambda network, n: nn.Linear(512, n)),
    ),
    Mistake(
        "fc_2048",
        "ends in a Linear of 2048 features whatever the block",
        "what comes into fc: 512 * block.expansion",
        3,
        _with("fc", lambda network, n: nn.Linear(2048, n)),
    ),
    Mistake(
        "classes_fixed",
        "always has 1000 classes",
        "num_classes",
        3,
        _with("fc", lambda network, n: nn.Linear(network.fc.in_features, 1000)),
    ),
    Mistake(
        "stride_everywhere", "strides in every block of a layer", STRIDES, 2, _layered(lambda given, number: given)
    ),
    Mistake("stride_never", "never strides in its layers", STRIDES, 2, _layered(lambda given, number: 1)),
    Mistake(
        "stride_in_last",
        "strides in the second block of a layer, not in the first",
        STRIDES,
        2,
        _layered(lambda given, number: given if number == 1 else 1),
    ),
    Mistake(
        "downsample_for_stride_only",
        "makes a downsample only when the stride is not 1",
        ASKS,
        2,
        _layered(needed=lambda inplanes, planes, stride, number: stride != 1),
    ),
    Mistake(
        "downsample_for_first_block",
        "makes a downsample for the first block of every layer, needed or not",
        ASKS,
        2,
        _layered(needed=lambda inplanes, planes, stride, number: number == 0),
    ),
    Mistake(
        "downsample_everywhere",
        "makes a downsample for every block",
        ASKS,
        2,
        _layered(needed=lambda inplanes, planes, stride, number: True),
    ),
    Mistake(
        "downsample_never",
        "never makes a downsample",
        ASKS,
        2,
        _layered(needed=lambda inplanes, planes, stride, number: False),
    ),
    Mistake(
        "downsample_without_norm",
        "has no batch norm in its downsample",
        DOWN,
        2,
        _layered(down=lambda i, o, s: nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False))),
    ),
    Mistake(
        "downsample_with_bias",
        "has a bias in its downsample",
        DOWN,
        2,
        _layered(down=lambda i, o, s: nn.Sequential(nn.Conv2d(i, o, 1, s), nn.BatchNorm2d(o))),
    ),
    Mistake(
        "downsample_without_stride",
        "does not stride in its downsample",
        DOWN,
        2,
        _layered(down=lambda i, o, s: _projection(i, o, 1)),
    ),
    Mistake(
        "downsample_3x3",
        "has a 3×3 convolution in its downsample",
        DOWN,
        2,
        _layered(down=lambda i, o, s: nn.Sequential(nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o))),
    ),
    Mistake(
        "one_block_too_many",
        "makes one block too many in each layer",
        "the loop over the blocks after the first: there are n − 1 of them",
        1,
        _layered(count=lambda blocks: blocks + 1),
    ),
    Mistake(
        "one_block_each",
        "makes one block in each layer",
        "the loop over the blocks after the first",
        1,
        _layered(count=lambda blocks: 1),
    ),
    Mistake("other_head", "calls its last layer linear", "the names: conv1, bn1, layer1 … layer4, fc", 1, _OtherHead),
    Mistake("layer_skipped", "leaves layer4 out of forward", "forward: which layers run", 1, _LayerSkipped),
    Mistake("no_max_pool", "has no max pool", POOL, 1, _with("maxpool", lambda network, n: nn.Identity())),
    Mistake(
        "pool_without_padding",
        "does not pad its max pool",
        POOL,
        1,
        _with("maxpool", lambda network, n: nn.MaxPool2d(3, 2)),
    ),
    Mistake("pool_2x2", "pools over 2×2 pixels", POOL, 1, _with("maxpool", lambda network, n: nn.MaxPool2d(2))),
    Mistake(
        "no_stem_relu",
        "has no ReLU before the max pool",
        "the steps between conv1 and layer1",
        1,
        _with("relu", lambda network, n: nn.Identity()),
    ),
    Mistake("stem_bias", "has a bias in the first convolution", STEM, 1, _stem(bias=True)),
    Mistake("stem_stride_1", "does not stride in the first convolution", STEM, 1, _stem(stride=1)),
    Mistake("stem_padding_1", "pads the first convolution by 1", STEM, 1, _stem(padding=1)),
    Mistake(
        "max_pool_at_end",
        "takes the maximum of each map at the end",
        "avgpool",
        1,
        _with("avgpool", lambda network, n: nn.AdaptiveMaxPool2d(1)),
    ),
    Mistake("softmax_at_end", "ends in a softmax", "the end of forward: logits are asked for", 1, _head(_Softmax)),
    Mistake(
        "fc_without_bias",
        "has no bias in its last layer",
        "fc: no batch norm follows it",
        1,
        _with("fc", lambda network, n: nn.Linear(network.fc.in_features, n, bias=False)),
    ),
)

_START_MISTAKES = (
    Mistake(
        "fan_in",
        "draws the convolutions' weights with mode fan_in",
        START,
        3,
        _started(_draw(lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"))),
    ),
    Mistake(
        "uniform",
        "draws the convolutions' weights from a uniform distribution",
        START,
        3,
        _started(_draw(lambda w: nn.init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"))),
    ),
    Mistake(
        "torch_default",
        "leaves the convolutions' weights as nn.Conv2d draws them",
        START,
        3,
        _started(_draw(lambda w: nn.init.kaiming_uniform_(w, a=5**0.5))),
    ),
    Mistake(
        "linear_gain",
        "forgets the factor 2 that makes up for the ReLU",
        START,
        3,
        _started(_draw(lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="linear"))),
    ),
    Mistake(
        "zero_always",
        "sets the last batch norm of each block to zero always",
        ZERO,
        3,
        _started(_zero("bn2", "bn3", always=True)),
    ),
    Mistake("zero_never", "ignores zero_init_residual", ZERO, 3, _started(_zero())),
    Mistake("zero_first", "zeroes the first batch norm of each block", ZERO, 3, _started(_zero("bn1"))),
    Mistake("zero_bn2", "zeroes bn2 of every block, in a Bottleneck too", ZERO, 3, _started(_zero("bn2"))),
    Mistake(
        "zero_downsample",
        "zeroes the batch norm of the downsample, the last one *declared*",
        ZERO,
        3,
        _started(_zero("downsample.1")),
    ),
    Mistake(
        "zero_both_ends",
        "zeroes the last batch norm of both branches",
        ZERO,
        3,
        _started(_zero("bn2", "bn3", "downsample.1")),
    ),
    Mistake("zero_everything", "zeroes every batch norm of the network", ZERO, 3, _started(_zero_everything)),
)

EXERCISE = Exercise(
    name="ResNet",
    hints=HINTS,
    right=RightResNet,
    tests={
        "test_resnet": (
            Check("own work", _own_work, structural=True),
            Check("size", _size, decisive=True),
            Check("names", _names),
            Check("eval", _eval),
            Check("training", _training),
            Check("defaults", _defaults),
            Check("gradients", _gradients),
            Check("float32", _float32),
            Check("input untouched", _input_untouched),
            Check("copies", _copies),
            Check("list untouched", _list_untouched),
            Check("real blocks", _real),
        ),
        "test_resnet_start": (
            Check("size", _size, decisive=True),
            Check("convolutions", _convolutions),
            Check("batch norms", _norms),
            Check("zero_init_residual", _zero_init),
        ),
    },
    mistakes=(*_FORWARD_MISTAKES, *_START_MISTAKES),
    probe=_probe,
    parts={"BasicBlock": RightBasicBlock, "Bottleneck": RightBottleneck},
)
