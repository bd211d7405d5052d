"""BasicBlock: the oracle is torchvision's, with the student's weights in it by name."""

from functools import partial
from typing import Any

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock

from course_utils.checking.values import Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family.family_blocks import Absent, BlockChecks, Kind, changed

HINTS = (
    "It is notebook 2's ResidualBlock under other names, with one thing less to decide: whether and how to project "
    "comes from outside, as `downsample`.",
    "Six modules: conv1, bn1, relu, conv2, bn2, and self.downsample = downsample, which may be None. In forward, "
    "run the first five, then add either x or downsample(x), then apply relu again.",
    "conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False); conv2 is planes to planes with "
    "stride 1. The end of forward: skip = x if self.downsample is None else self.downsample(x), then "
    "return self.relu(out + skip).",
)


class RightBasicBlock(BasicBlock):
    """torchvision's block; a class of its own, so that it does not count as handing the work to torchvision."""


# Nothing changes; the skip is projected though it need not be; channels; size; both.
_KINDS = (Kind(4, 4, 1, False), Kind(4, 4, 1, True), Kind(3, 5, 1, True), Kind(4, 4, 2, True), Kind(3, 6, 2, True))
CHECKS = BlockChecks(RightBasicBlock, _KINDS, depth=6)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------


_changed = partial(changed, RightBasicBlock)


def _ending(end: Any, middle: Any = None) -> type[RightBasicBlock]:
    """Make a block with another end, end(block, left, x), or another activation between its convolutions."""

    class Ending(RightBasicBlock):
        def forward(self, x: Tensor) -> Tensor:
            left = self.bn2(self.conv2((middle or nn.functional.relu)(self.bn1(self.conv1(x)))))
            return end(self, left, x)

    return Ending


def skip(block: nn.Module, x: Tensor) -> Tensor:
    """Give what a right block adds."""
    return x if block.downsample is None else block.downsample(x)


def set_strides(**strides: int | None) -> Any:
    """Make a change that gives named convolutions a stride; None is the block's own."""

    def change(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
        for name, own in strides.items():
            getattr(block, name).stride = (own or stride,) * 2

    return change


def _bias(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1)
    block.conv2 = nn.Conv2d(planes, planes, 3, 1, 1)


def _late_widening(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1, block.bn1 = nn.Conv2d(inplanes, inplanes, 3, stride, 1, bias=False), nn.BatchNorm2d(inplanes)
    block.conv2 = nn.Conv2d(inplanes, planes, 3, 1, 1, bias=False)


def _no_padding(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.conv1.padding = block.conv2.padding = (0, 0)


def _shared_norm(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    block.bn2 = block.bn1


def drop_last_norm(name: str) -> Any:
    """Make a change that replaces a batch norm by nothing."""

    def change(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
        setattr(block, name, nn.Identity())

    return change


def decides_by_shape(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    """Leave the given downsample out where the shape does not ask for it."""
    if stride == 1 and inplanes == planes * type(block).expansion:
        block.downsample = None


def hides_downsample(block: nn.Module, inplanes: int, planes: int, stride: int) -> None:
    """Keep the given downsample where nn.Module does not see it."""
    module = block.downsample
    del block.downsample
    object.__setattr__(block, "downsample", module)


class _OtherName(RightBasicBlock):
    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__(inplanes, planes, stride)
        self.shortcut = nn.Identity() if downsample is None else downsample

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))) + self.shortcut(x))


class _NoExpansion(RightBasicBlock):
    expansion = Absent(1)


class _Expansion4(RightBasicBlock):
    expansion = 4


class _ChangesInput(RightBasicBlock):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return output if self.downsample is not None else x.copy_(output)


MEET = "where the two branches meet"
STRIDE = "which convolution gets the stride: the first 3×3 one, and no other"

MISTAKES = (
    Mistake(
        "relu_before_sum",
        "applies ReLU before the sum",
        MEET,
        3,
        _ending(lambda block, left, x: left.relu() + skip(block, x)),
    ),
    Mistake(
        "no_last_relu", "has no ReLU after the sum", MEET, 3, _ending(lambda block, left, x: left + skip(block, x))
    ),
    Mistake(
        "no_middle_relu",
        "has no ReLU between the two convolutions",
        "what stands between bn1 and conv2",
        2,
        _ending(lambda block, left, x: (left + skip(block, x)).relu(), middle=lambda x: x),
    ),
    Mistake("no_skip", "leaves the skip out", MEET, 2, _ending(lambda block, left, x: left.relu())),
    Mistake(
        "downsample_ignored",
        "always adds x itself, and never uses downsample",
        "what is added when downsample is given",
        2,
        _ending(lambda block, left, x: (left + x).relu()),
    ),
    Mistake(
        "downsample_and_input",
        "adds both x and downsample(x)",
        "what is added when downsample is given: it takes x's place",
        3,
        _ending(
            lambda block, left, x: (
                left + skip(block, x) + (x if block.downsample and x.shape == left.shape else 0)
            ).relu()
        ),
    ),
    Mistake(
        "downsample_on_output",
        "hands its own result to downsample, not x",
        "what goes into downsample",
        3,
        _ending(lambda block, left, x: ((x if block.downsample is None else block.downsample(left)) + left).relu()),
    ),
    Mistake(
        "decides_by_shape",
        "decides by the shapes whether to use downsample",
        "the question to ask: is downsample None?",
        2,
        _changed(decides_by_shape),
    ),
    Mistake(
        "downsample_unregistered",
        "keeps downsample where nn.Module cannot see it, as in a list",
        "how downsample is stored",
        2,
        _changed(hides_downsample),
    ),
    Mistake(
        "other_name",
        "has another name for downsample",
        "the names: self.downsample, also where it is None",
        2,
        _OtherName,
    ),
    Mistake(
        "stride_on_second", "strides in the second convolution", STRIDE, 3, _changed(set_strides(conv1=1, conv2=None))
    ),
    Mistake("stride_on_both", "strides in both convolutions", STRIDE, 3, _changed(set_strides(conv2=None))),
    Mistake("stride_ignored", "never uses stride", STRIDE, 3, _changed(set_strides(conv1=1))),
    Mistake(
        "bias",
        "has a bias in its convolutions",
        "bias=False: torch's Conv2d has one unless told otherwise",
        3,
        _changed(_bias),
    ),
    Mistake(
        "late_widening",
        "changes the number of channels in the second convolution",
        "the channels of conv1 and conv2",
        3,
        _changed(_late_widening),
    ),
    Mistake("no_padding", "does not pad its convolutions", "padding=1", 3, _changed(_no_padding)),
    Mistake(
        "shared_norm",
        "uses one batch norm twice",
        "bn1 and bn2: each has weights of its own",
        2,
        _changed(_shared_norm),
    ),
    Mistake(
        "no_last_norm", "has no batch norm after the second convolution", "bn2", 2, _changed(drop_last_norm("bn2"))
    ),
    Mistake(
        "no_expansion",
        "has an expansion only once it is built",
        "where expansion stands: in the class, above __init__",
        1,
        _NoExpansion,
    ),
    Mistake(
        "expansion_4",
        "says that its expansion is 4",
        "how many channels leave the block, for each of its planes",
        1,
        _Expansion4,
    ),
    Mistake(
        "changes_input",
        "writes its result into the input",
        "in-place operations (+=, add_, relu_) on x",
        3,
        _ChangesInput,
    ),
)

EXERCISE = Exercise(
    name="BasicBlock",
    hints=HINTS,
    right=RightBasicBlock,
    tests={"test_basic_block": CHECKS.all},
    mistakes=MISTAKES,
    probe=CHECKS.probe,
)
