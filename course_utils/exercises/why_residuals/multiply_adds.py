"""multiply_adds: the oracle counts each layer at the size of its own output, and leaves the model as it was."""

import copy
import math
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Number
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules import module as nn_module

from course_utils.checking.draws import Draws, Undrawn
from course_utils.checking.look import Look, Observe
from course_utils.checking.observation import Remark
from course_utils.checking.shared import shared
from course_utils.checking.student import Stopped
from course_utils.checking.tensors import IMAGE_AXES, broken, came_back, describe, run
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.hook_mistakes import IN_FINALLY, REMOVE, add_clearing, remove_none, tidied
from course_utils.exercises.hooked_looks import hooks_removed, model_untouched, others_stay
from course_utils.exercises.observers import each_row, kind, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "One number that comes out of a convolution is a sum of products, one for each weight of one kernel: input "
    "channels × height × width of them. So how many products are there behind *all* numbers that come out? A "
    "forward hook sees the layer and its output, which is all you need.",
    "For each `nn.Conv2d` and `nn.Linear` of `model.named_modules()`: register a hook that knows the layer's "
    "name, run the model once, remove the hooks. The count is (numbers in `output[0]`) × (numbers in "
    "`weight[0]`), for both kinds. Add it to what's there already, because a layer may be called twice. And "
    "running a model in training mode changes its batch norms.",
    "The hooks:\n"
    "```python\n"
    "def hook_for(name):\n"
    "    def hook(module, inputs, output):\n"
    "        counts[name] = counts.get(name, 0) + output[0].numel() * module.weight[0].numel()\n"
    "\n"
    "    return hook\n"
    "```\n"
    "Then run the model, and put everything back:\n"
    "```python\n"
    "training = model.training\n"
    "try:\n"
    "    with t.no_grad():\n"
    "        model.eval()(x)\n"
    "finally:\n"
    "    model.train(training)\n"
    "    for handle in handles:\n"
    "        handle.remove()\n"
    "```",
)

# --- the looks ------------------------------------------------------------------------------------------------------


class _Twice(nn.Module):
    """Calls one convolution on a large map, then on a small one."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.pool = nn.Conv2d(3, 3, 3, padding=1), nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(self.pool(self.conv(x)))


class _Block(nn.Module):
    """Works on the large map and on the small one: its second convolution strides."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.norm = nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after)
        self.conv2, self.match = nn.Conv2d(after, after, 3, stride, 1), nn.Conv2d(before, after, 1)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        left = self.conv2(self.norm(self.conv1(x)).relu())
        return (left + self.match(functional.avg_pool2d(x, self.stride, ceil_mode=True))).relu()


def _net(*widths: int) -> nn.Module:
    """Make a residual net for grey images; every block but the first strides."""
    with Undrawn():
        pairs = zip((1, *widths), widths, strict=False)
        blocks = [_Block(*pair, stride=2 if number else 1) for number, pair in enumerate(pairs)]
        return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], 10))


@dataclass(frozen=True)
class _Case:
    """A model, and the shape of the batch that it is asked about."""

    told: str
    make: Callable[[], nn.Module]
    shape: tuple[int, ...]

    @property
    def given(self) -> str:
        axes = IMAGE_AXES if len(self.shape) == 4 else ("batch", "rows", "features")
        return f"{self.told}: x has shape {describe(self.shape, axes)}"


_CONVOLUTIONS = (
    _Case("a convolution", lambda: nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU()), (2, 3, 8, 6)),
    _Case("a strided convolution", lambda: nn.Sequential(nn.Conv2d(2, 3, 3, stride=2, padding=1)), (3, 2, 9, 6)),
    _Case("a convolution with a 1×3 kernel", lambda: nn.Sequential(nn.Conv2d(2, 4, (1, 3), bias=False)), (2, 2, 5, 7)),
)
_GROUPS = (
    _Case("a convolution in groups", lambda: nn.Sequential(nn.Conv2d(4, 6, 3, groups=2)), (2, 4, 5, 6)),
    _Case("a depthwise convolution", lambda: nn.Sequential(nn.Conv2d(3, 3, 3, groups=3, dilation=2)), (2, 3, 9, 8)),
)
_FLAT = _Case(
    "linear layers", lambda: nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.Linear(5, 3, bias=False)), (2, 3, 4)
)
_ROWS = _Case("a linear layer on rows", lambda: nn.Sequential(nn.Linear(4, 3), nn.ReLU()), (2, 5, 4))
_NESTED = _Case(
    "nested modules",
    lambda: nn.Sequential(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.Conv2d(2, 3, 1))), nn.Flatten()),
    (2, 1, 6, 5),
)
_STRIDES = _Case("a block that strides", lambda: _net(3, 6), (2, 1, 9, 6))
_TWICE = _Case("one layer called twice", _Twice, (2, 3, 8, 6))
_FASHION = _Case("the Fashion-MNIST net", lambda: _net(8, 16, 32, 64, 128, 256), (1, 1, 28, 28))


def _ask(candidate: Any, model: nn.Module, case: _Case) -> Any:
    return run(candidate, model, Draws(0, torch.float32).normal(*case.shape), doing=f"counting {case.told}")


def _counted(candidate: Any, case: _Case) -> tuple[nn.Module, dict]:
    """Give a model, and what the student counts for it."""
    model = case.make()
    got = _ask(candidate, model, case)
    if isinstance(got, Number):
        raise broken("a dict from names to numbers comes back", f"what came back is {kind(got)}")
    if not isinstance(got, dict):
        raise broken("what comes back is a dict from names to numbers", f"it is {came_back(got)}")
    return model, got


def _rows(see: Callable[[Any, int, _Case], Any], *cases: _Case) -> Observe:
    return each_row(see, {case.given: case for case in cases})


def _names(candidate: Any, seed: int, case: _Case) -> list[str]:
    return sorted(repr(name)[:80] for name in shared(_counted, candidate, case)[1])


def _costs(name: str, *cases: _Case) -> Look:
    promise = "a layer costs one multiplication for each weight behind each number of its output, for one image"
    return Look(name, promise, _rows(_by_layer, *cases))


def _by_layer(candidate: Any, seed: int, case: _Case) -> dict[str, str]:
    model, got = shared(_counted, candidate, case)
    layers = {name: f", {layer}" for name, layer in model.named_modules() if not [*layer.children()]}
    return {f"{name!r}{layers.get(name, '')}": _number(value) for name, value in got.items()}


def _number(value: Any) -> str:
    """Write a number down: 12.0 is right here, and another look's matter."""
    if isinstance(value, Tensor) and value.numel() == 1:
        value = value.item()
    if isinstance(value, Integral) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    return f"{value:,}" if isinstance(value, int | float) else kind(value)


def _in_float64(candidate: Any, seed: int) -> str:
    got = run(candidate, _NESTED.make().double(), torch.zeros(_NESTED.shape).double(), doing=f"counting {_IN_FLOAT64}")
    return "a dict" if isinstance(got, dict) else kind(got)


def _total(candidate: Any, seed: int) -> str:
    return _number(sum(value for value in _counted(candidate, _FASHION)[1].values() if isinstance(value, Number)))


def _no_whole_number(candidate: Any, seed: int) -> Remark | None:
    values = shared(_counted, candidate, _FLAT)[1].values()
    other = next((kind(value) for value in values if not isinstance(value, Integral)), None)
    return other and Remark(other, f"one is {other}")


_INSPECTION = "course_utils.inspection"
_LIBRARIES = {"deepspeed", "fvcore", "ptflops", "thop", "torch", "torchinfo"}


def _own_hooks(candidate: Any, seed: int) -> None:
    model = _STRIDES.make()
    seen: set[str] = set()
    model[0].forward = _watched(model, model[0].forward, seen)
    _ask(candidate, model, _STRIDES)
    finished = [origin for origin in seen if origin.split(".")[0] in _LIBRARIES or origin.startswith(_INSPECTION)]
    if finished:
        told = f"{min(finished)} does the counting, and the point is to build it once yourself"
        raise broken("the work is your own", told)


def _watched(model: nn.Module, forward: Callable[[Tensor], Tensor], seen: set[str]) -> Callable[[Tensor], Tensor]:
    """Make a forward that notes, while the model runs, where its hooks and those on every module come from."""

    def watched(x: Tensor) -> Tensor:
        for hooks in (nn_module._global_forward_pre_hooks, *(part._forward_hooks for part in model.modules())):
            seen.update(str(getattr(hook, "__module__", "")) for hook in hooks.values())
        return forward(x)

    return watched


def _moved(candidate: Any, seed: int, training: bool) -> Remark | None:
    model = _STRIDES.make().train(training)
    _ask(candidate, model, _STRIDES)
    other = [name for name, part in model.named_modules() if part.training is not training]
    return Remark(str(other), f"{other[0] or 'it'} is in {_MODES[not training]} mode now") if other else None


_MODES = {True: "training", False: "eval"}


def _nested(seed: int) -> nn.Module:
    return _NESTED.make()


def _call(candidate: Any, model: nn.Module, seed: int, case: _Case = _NESTED) -> None:
    _ask(candidate, model, case)


def _stopping(candidate: Any, model: nn.Module, seed: int) -> None:
    with suppress(Stopped):  # the model's own error, however it arrives here
        run(candidate, model, torch.zeros(2, 7, 6, 5), doing="counting a model that stops")


def _untouched(training: bool) -> Look:
    def make(seed: int) -> nn.Module:
        return Draws(seed, torch.float32).fill(_STRIDES.make()).train(training)

    promise = "the model stays as it was: counting moves no running statistics, and leaves no gradients"
    return model_untouched(make, partial(_call, case=_STRIDES), f"untouched in {_MODES[training]} mode", promise)


_ENTRIES = "each nn.Conv2d and nn.Linear has an entry under its name in named_modules(), and nothing else has"
_IN_FLOAT64 = "a model in float64, and x in float64"
_DTYPE = "it counts a model of any dtype: x is given in the model's own"
_WHOLE = "multiply-adds are counted: whole numbers come back"
_SUM = "the Fashion-MNIST network takes 8,406,784 multiply-adds for one image"
_ERROR = "the hooks are gone even when the model stops with an error"
_OWN_MODE = "the model is in its own mode again afterwards"

LOOKS = (
    Look("own counting", "the counting is your own, no finished counter's", one_row(_own_hooks), structural=True),
    Look("names", _ENTRIES, _rows(_names, _NESTED, _FLAT, _STRIDES)),
    _costs("convolutions", *_CONVOLUTIONS),
    _costs("groups", *_GROUPS),
    _costs("linear layers", _FLAT, _ROWS),
    _costs("nested", _NESTED, _STRIDES),
    _costs("called twice", _TWICE),
    Look("float64", _DTYPE, one_row(_in_float64, f"what comes back for {_IN_FLOAT64}")),
    Look("whole numbers", _WHOLE, one_row(_no_whole_number)),
    Look("Fashion-MNIST", _SUM, one_row(_total, f"{_FASHION.given}; its layers add up")),
    hooks_removed(_nested, _call, promise="afterwards its hooks are gone", why=""),
    others_stay(_nested, _call, promise="hooks that were there before stay"),
    hooks_removed(_nested, _stopping, "after an error", _ERROR, "is the removal in a `finally`?"),
    _untouched(True),
    _untouched(False),
    Look(
        "mode", _OWN_MODE, each_row(_moved, {f"it was in {told} mode": training for training, told in _MODES.items()})
    ),
)


# --- the bank -------------------------------------------------------------------------------------------------------

_Count = Callable[[Any, Tensor, Tensor], Any]


def _products(layer: Any, x: Tensor, output: Tensor) -> int:
    return output[0].numel() * layer.weight[0].numel()


def _of_kinds(model: nn.Module) -> dict[str, nn.Module]:
    return {name: module for name, module in model.named_modules() if isinstance(module, nn.Conv2d | nn.Linear)}


def _counting(
    count: _Count = _products,
    conv: _Count | None = None,
    linear: _Count | None = None,
    *,
    operations: int = 1,
    biases: int = 0,
    dtype: torch.dtype | None = None,
    layers: Callable[[str, nn.Module], bool] = lambda name, layer: True,
    add: Callable[[Any, Any], Any] = lambda before, new: (before or 0) + new,
    training: bool | None = False,
    after: bool | None = None,
    finish: Callable[[nn.Module, dict[str, Any], Tensor], Any] = lambda model, counts, x: counts,
    **tidying: Any,
) -> Callable[[nn.Module, Tensor], Any]:
    """Make a counter: count(layer, x, output) at each call of some layers; `finish` makes the answer of the counts.

    conv, linear: another count for one kind. operations: how many a product is; biases: how many a bias is.
    dtype: what the input is turned into; training: the mode that the model runs in, after: the one that it is left in;
    its own if None.
    """

    def multiply_adds(model: nn.Module, x: Tensor) -> Any:
        counts: dict[str, Any] = {}

        def hook(name: str, layer: nn.Module, inputs: tuple, output: Tensor) -> None:
            at = (conv if isinstance(layer, nn.Conv2d) else linear) or count
            more = biases * output[0].numel() * (layer.bias is not None)
            counts[name] = add(counts.get(name), operations * at(layer, inputs[0], output) + more)

        chosen = {name: layer for name, layer in _of_kinds(model).items() if layers(name, layer)}
        handles = [layer.register_forward_hook(partial(hook, name)) for name, layer in chosen.items()]
        own = model.training
        try:
            with tidied(model, handles, **tidying), torch.no_grad():
                model.train(own if training is None else training)(x if dtype is None else x.to(dtype))
        finally:
            model.train(own if after is None else after)
        return finish(model, counts, x)

    return multiply_adds


BANK = Bank()
WAYS = Ways(BANK, _counting)
_OFF = WAYS.at(REMOVE)
_OUTPUT = WAYS.at("the size of the output: each number of it is a sum of products")
_KERNEL = WAYS.at("how many products are behind one number of the output: the numbers in weight[0]")
_SECOND_CALL = WAYS.at("what happens at a second call: counts[name] is there already, and grows")
_LAYERS = WAYS.at("which modules are counted: every nn.Conv2d and nn.Linear of model.named_modules()")
_MODE = WAYS.at("the model's mode: note it, count in eval mode, and put it back")


def _weights(layer: Any, x: Tensor, output: Tensor) -> int:
    return layer.weight.numel()


def _of_output(times: Callable[[Any], int]) -> _Count:
    return lambda layer, x, output: output[0].numel() * times(layer)


def _strided(layer: Any, output: Tensor) -> int:
    return math.prod(size // step for size, step in zip(output.shape[2:], layer.stride, strict=True))


def _by_block(model: nn.Module, counts: dict[str, int], x: Tensor) -> dict[str, int]:
    """Count all convolutions of a block at the size of the block's output."""
    if isinstance(model, _Twice):  # its parts are not called one after the other
        return counts
    sizes: dict[str, int] = {}
    twin = copy.deepcopy(model).eval()
    for name, block in twin.named_children():
        x = block(x)
        sizes[name] = x.shape[2:].numel()
    return {
        name: sizes[name.split(".")[0]] * layer.weight.numel() if isinstance(layer, nn.Conv2d) else counts[name]
        for name, layer in _of_kinds(model).items()
    }


def _with_containers(model: nn.Module, counts: dict[str, int], x: Tensor) -> dict[str, int]:
    sums = {
        name: sum(count for inner, count in counts.items() if inner.startswith(f"{name}." if name else ""))
        for name, module in model.named_modules()
    }
    return {name: counts.get(name, total) for name, total in sums.items() if total or name in counts}


def _in_kinds(model: nn.Module, counts: dict[str, int], x: Tensor) -> dict[str, int]:
    found = Counter()
    for name, count in counts.items():
        found[type(model.get_submodule(name)).__name__] += count
    return dict(found)


WAYS.at("the size at which each convolution works: in a block that strides, the first one still has the large map").add(
    "by_block",
    "takes the size of a block's output for all convolutions in it, which finds little more than half of them",
    1,
    finish=_by_block,
)
_OUTPUT.add(
    "input_size",
    "takes the size of a convolution's input, not of its output",
    1,
    conv=lambda layer, x, output: x.shape[2:].numel() * layer.weight.numel(),
)
WAYS.at("what is counted: products; a bias is added, and nothing is multiplied").add(
    "with_bias",
    "counts the biases",
    1,
    *({"biases": operations} for operations in (1, 2)),
)
WAYS.at("what is counted: one for each pair of number and weight").add(
    "flops", "counts each multiply-add as two operations", 1, operations=2
)
WAYS.at("output[0]: the first image of the batch is enough").add(
    "batch_included",
    "counts for the whole batch",
    2,
    count=lambda layer, x, output: len(output) * _products(layer, x, output),
)
WAYS.at("the size of the output: the stride has made it small already").add(
    "stride_twice",
    "divides the size of the output by the stride once more",
    2,
    {"conv": lambda layer, x, output: _strided(layer, output) * layer.weight.numel()},
    {"conv": lambda layer, x, output: _products(layer, x, output) // math.prod(layer.stride)},
    {"conv": lambda layer, x, output: _products(layer, x, output) // layer.stride[0]},
)
_OUTPUT.add("weights_once", "counts each weight once, which gives the number of weights", 1, count=_weights)
WAYS.at("a linear layer on (batch, rows, features): it works on each row").add(
    "linear_once", "counts a linear layer once, however many rows it is given", 2, linear=_weights
)
WAYS.at("groups: each output channel looks at in_channels / groups inputs; weight[0] has that many already").add(
    "groups_ignored",
    "ignores the groups of a convolution",
    2,
    conv=_of_output(lambda layer: layer.groups * layer.weight[0].numel()),
)
WAYS.at("kernel_size: a height and a width").add(
    "square_kernels",
    "takes every kernel for a square",
    2,
    conv=_of_output(lambda layer: layer.weight.shape[1] * layer.kernel_size[0] ** 2),
)
_OUTPUT.add(
    "one_output_channel",
    "forgets that each output channel has a kernel of its own",
    1,
    conv=lambda layer, x, output: output[0, 0].numel() * layer.weight[0].numel(),
)
_KERNEL.add(
    "one_input_channel",
    "forgets that a kernel reaches over all input channels",
    1,
    conv=_of_output(lambda layer: layer.weight[0, 0].numel()),
)
_KERNEL.add("kernel_ignored", "forgets the size of the kernel", 1, conv=_of_output(lambda layer: layer.weight.shape[1]))
_KERNEL.add("output_only", "counts the numbers of the output", 1, count=_of_output(lambda layer: 1))
_SECOND_CALL.add("last_call", "keeps the last call of a layer only", 2, add=lambda before, new: new)
_SECOND_CALL.add("first_call", "keeps the first call of a layer only", 2, add=lambda before, new: before or new)
_LAYERS.add(
    "without_linear", "leaves the linear layers out", 2, layers=lambda name, layer: isinstance(layer, nn.Conv2d)
)
_LAYERS.add("without_convs", "leaves the convolutions out", 2, layers=lambda name, layer: isinstance(layer, nn.Linear))
_LAYERS.add("children_only", "reaches the model's direct children only", 2, layers=lambda name, layer: "." not in name)
_LAYERS.add(
    "with_containers",
    "counts the modules that contain layers as well, so that everything is there twice",
    2,
    finish=_with_containers,
)
WAYS.at("the keys: the names that model.named_modules() gives").add(
    "by_kind", "adds up all layers of a kind under the kind's name", 2, finish=_in_kinds
)
WAYS.at("what comes back: a dict, with a number for each layer").add(
    "total_only", "gives the total only", 2, finish=lambda model, counts, x: sum(counts.values())
)
WAYS.at("what makes a float of a whole number: a division with /, or a count that starts at 0.0").add(
    "as_float", "gives floats", 2, count=lambda layer, x, output: _products(layer, x, output) / 1
)
_OFF.add("hooks_left", "leaves its hooks on the model", 3, remove=remove_none)
WAYS.at(IN_FINALLY).add(
    "not_after_error", "leaves its hooks on the model when the call ends in an error", 3, after_errors=()
)
add_clearing(_OFF, 3)
WAYS.at("what the model is run on: x as it is given, in the dtype of the model").add(
    "float32_only",
    "makes a float32 tensor of x: a model in another dtype stops",
    2,
    dtype=torch.float32,
)
_MODE.add(
    "as_it_is",
    "runs the model in the mode that it finds, which moves the running statistics in training mode",
    2,
    training=None,
)
_MODE.add("in_training", "puts the model into training mode", 2, {"training": True, "after": True}, {"training": True})
_MODE.add("stays_in_eval", "leaves the model in eval mode", 3, after=False)
_MODE.add("trains_afterwards", "leaves the model in training mode, whatever it was in before", 3, after=True)

EXERCISE = Exercise(
    name="multiply_adds", hints=HINTS, right=_counting(), tests={"test_multiply_adds": LOOKS}, mistakes=BANK.all
)
