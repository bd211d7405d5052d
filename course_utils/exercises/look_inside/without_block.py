"""without_block: a context manager in which only the shortcut of one residual block is left (Veit et al. 2016)."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look, Observe
from course_utils.checking.observation import Remark
from course_utils.checking.tensors import run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.hook_mistakes import (
    add_clearing,
    add_not_after_interrupt,
    add_swallowing,
    remove_all,
    remove_none,
    tidied,
)
from course_utils.exercises.hooked_looks import (
    Interrupt,
    changed,
    fail,
    hooks_left,
    insist_comes_through,
    interrupt,
    others_stay,
    state_of,
    within,
)
from course_utils.exercises.look_inside.small_resnet import SmallResNet, tiny_images, tiny_resnet
from course_utils.exercises.observers import each_row, goes_on, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "What does the block compute when its convolutions add nothing? Which part of it do you need for that, and "
    "what comes after the sum?",
    "The output is then `relu(downsample(x))`, or `relu(x)` where `downsample` is `None`. A forward hook that "
    "*returns* something replaces the module's output by it; its second argument holds the module's inputs. Take "
    "the hook off again in a `finally`.",
    "The hook:\n"
    "```python\n"
    "def only_shortcut(block, inputs, output):\n"
    "    x = inputs[0]\n"
    "    return (x if block.downsample is None else block.downsample(x)).relu()\n"
    "```\n"
    "And under the decorator `@contextmanager`:\n"
    "```python\n"
    "handle = model.get_submodule(name).register_forward_hook(only_shortcut)\n"
    "try:\n"
    "    yield\n"
    "finally:\n"
    "    handle.remove()\n"
    "```",
)

# --- the looks ------------------------------------------------------------------------------------------------------

# The first and a later block that keep the shape, and one with a projection.
_KEEPS, _SECOND, _PROJECTS = "layer1.1", "layer2.1", "layer2.0"
_BLOCKS = (_KEEPS, _SECOND, _PROJECTS)


def _model(seed: int) -> SmallResNet:
    return tiny_resnet(seed).eval()


def _logits(model: nn.Module, seed: int) -> Tensor:
    with torch.no_grad():
        return run_on(model, tiny_images(seed, 4), "the model")


def _use(candidate: Any, model: nn.Module, name: str, body: Callable[[], Any] = lambda: None) -> Any:
    return within(candidate, (model, name), f"without_block(model, {name!r})", body)


def _use_all(candidate: Any, model: nn.Module, seed: int) -> None:
    for name in _BLOCKS:
        _use(candidate, model, name)


def _inside(candidate: Any, seed: int, name: str) -> Tensor:
    model = _model(seed)
    return _use(candidate, model, name, lambda: _logits(model, seed))


def _after(candidate: Any, seed: int, name: str) -> Tensor:
    model = _model(seed)
    _use(candidate, model, name, lambda: _logits(model, seed))
    return _logits(model, seed)


def _after_an_error(candidate: Any, seed: int) -> Tensor:
    model = _model(seed)
    insist_comes_through(lambda: _use(candidate, model, _SECOND, fail), "an error in the with-block")
    return _logits(model, seed)


def _after_an_interrupt(candidate: Any, seed: int) -> Tensor:
    model = _model(seed)
    use = partial(_use, candidate, model, _SECOND, interrupt)
    insist_comes_through(use, "an interrupt in the with-block", Interrupt)
    return _logits(model, seed)


def _nested(candidate: Any, seed: int) -> dict[str, Any]:
    @cache
    def logits() -> list[Tensor]:
        model, seen = _model(seed), []

        def body() -> None:
            seen.append(_use(candidate, model, _PROJECTS, lambda: _logits(model, seed)))
            seen.append(_logits(model, seed))

        _use(candidate, model, _KEEPS, body)
        return [*seen, _logits(model, seed)]

    told = ("inside, without both", f"inside, without {_KEEPS} only", "after both")
    return {name: lambda place=place: logits()[place] for place, name in enumerate(told)}


def _unknown(candidate: Any, seed: int) -> str:
    _use(candidate, _model(seed), "layer1.7")
    return "layer1.7 is not there, and nothing happened"


def _differences(candidate: Any, seed: int) -> Remark | None:
    model = _model(seed)
    before, blocks = state_of(model), {name: model.get_submodule(name) for name in _BLOCKS}
    _use_all(candidate, model, seed)
    moved = [name for name, block in blocks.items() if model.get_submodule(name) is not block]
    if moved:
        return Remark(str(moved), f"{moved[0]} is another module now, not the one that was there")
    in_training = Remark("training", "it was in eval mode, and is in training mode now")
    training = any(module.training for module in model.modules())
    return changed(model, before) or (in_training if training else hooks_left(model))


def _without(told: str, *names: str) -> Observe:
    return each_row(_inside, {f"without {name}, a block {told}: the logits of the model": name for name in names})


_ONLY = (
    "inside the with-block only the shortcut of the block is left: its output is the ReLU of what the shortcut makes "
    "of x"
)
_WHOLE = "after the with-block the model is whole again"
_TWO = "two of them, one inside the other, take out two blocks, and each puts back its own"
_ERROR = "the model is whole again even when the with-block ends in an error"
_KEY = "the model is whole again even when the interrupt key ends the with-block"
_SAME = "afterwards the model is as it was: the same blocks, weights, mode, and no hooks"


def _look(name: str, promise: str, observe: Observe) -> Look:
    return Look(name, promise, observe, axes=("batch", "classes"), depth=20)


LOOKS = (
    _look("block that keeps the shape", _ONLY, _without("without a downsample", _KEEPS, _SECOND)),
    _look("block with a downsample", _ONLY, _without("with a downsample", _PROJECTS)),
    _look("whole again", _WHOLE, each_row(_after, {f"after taking out {name}": name for name in _BLOCKS})),
    _look("whole again after an error", _ERROR, one_row(_after_an_error, "is the last step in a `finally`?")),
    _look("after an interrupt", _KEY, one_row(_after_an_interrupt, "the interrupt key (■) ends the with-block")),
    _look("nested", _TWO, _nested),
    others_stay(_model, _use_all),
    _look("unknown block", "a block that the model does not have is an error", goes_on(_unknown)),
    _look("model untouched", _SAME, one_row(_differences)),
)


# --- the bank -------------------------------------------------------------------------------------------------------


def _shortcut(block: nn.Module, x: Tensor) -> Tensor:
    return x if block.downsample is None else block.downsample(x)


def _replacing(
    output: Callable[[nn.Module, Tensor, Tensor], Tensor | None] = lambda block, x, output: _shortcut(block, x).relu(),
    find: Callable[[nn.Module, str], nn.Module] = nn.Module.get_submodule,
    **tidying: Any,
) -> Any:
    """Make one in which output(block, x, its own output) comes out of a block, and that tidies up in some way."""

    @contextmanager
    def without_block(model: nn.Module, name: str) -> Iterator[None]:
        handle = find(model, name).register_forward_hook(lambda block, inputs, own: output(block, inputs[0], own))
        with tidied(model, [handle], **tidying):
            yield

    return without_block


BANK = Bank()
WAYS = Ways(BANK, _replacing)
_WHAT = WAYS.at("what comes out of the block: relu(shortcut(x))")
_SHORTCUT = WAYS.at("the shortcut: downsample(x), all of it, or x itself where downsample is None")
_NAME = "how the name becomes a block: model.get_submodule(name)"
_END = WAYS.at("how the with-block ends: `finally` puts everything back")


def _left(block: nn.Module, x: Tensor, output: Tensor) -> Tensor:
    return block.bn2(block.conv2(block.bn1(block.conv1(x)).relu())).relu()


def _bare_projection(block: nn.Module, x: Tensor, output: Tensor) -> Tensor:
    return (x if block.downsample is None else block.downsample[0](x)).relu()


def _to_training(model: nn.Module, handles: Any) -> None:
    remove_all(model, handles)
    model.train()


@contextmanager
def _silencing(model: nn.Module, name: str, weight: float) -> Iterator[None]:
    """Silence the block by its last batch norm, and give that another weight than it had."""
    norm = model.get_submodule(name).bn2
    nn.init.zeros_(norm.weight)
    nn.init.zeros_(norm.bias)
    try:
        yield
    finally:
        nn.init.constant_(norm.weight, weight)


def _exchange(model: nn.Module, name: str, block: nn.Module) -> None:
    parent, _, own = name.rpartition(".")
    setattr(model.get_submodule(parent), own, block)


@contextmanager
def _exchanged_for_good(model: nn.Module, name: str) -> Iterator[None]:
    block = model.get_submodule(name)
    _exchange(model, name, nn.Sequential(block.downsample or nn.Identity(), nn.ReLU()))
    yield


@BANK.mistake(
    "puts a copy in the block's place: whoever holds on to the block itself (an optimiser does) has lost it",
    "what is put back: the very module that was there",
    2,
)
@contextmanager
def _copy_back(model: nn.Module, name: str) -> Iterator[None]:
    with _replacing()(model, name):
        yield
    _exchange(model, name, copy.deepcopy(model.get_submodule(name)))


_SHORTCUT.add(
    "identity",
    "hands x on as it is, also where the block has a downsample: the shapes do not fit then",
    1,
    output=lambda block, x, output: x,
)
_WHAT.add(
    "no_relu",
    "leaves out the ReLU after the sum, so that a downsample's negative values get through",
    1,
    output=lambda block, x, output: _shortcut(block, x),
)
WAYS.at("which of the two branches stays: the shortcut").add(
    "left_only", "takes out the shortcut, and leaves the convolutions", 1, output=_left
)
_WHAT.add(
    "zeros", "takes out both branches: zeros come out", 1, output=lambda block, x, output: torch.zeros_like(output)
)
WAYS.at("what else of the last batch norm goes into the sum: with weight 0, its bias is left").add(
    "bias_left",
    "sets the weight of the last batch norm to 0 and leaves its bias, which is still added to the shortcut",
    1,
    output=lambda block, x, output: (block.bn2.bias.view(-1, 1, 1) + _shortcut(block, x)).relu(),
)
_SHORTCUT.add(
    "bare_projection", "runs the downsample's convolution and leaves out its batch norm", 2, output=_bare_projection
)
WAYS.at(
    "what takes the block's place: a hook has to *return* the new output, and setattr wants the block's own parent"
).add("nothing", "changes nothing: inside the with-block the block works on", 2, output=lambda block, x, output: None)
# Neither of the next two can undo the sum: a ReLU came after it.
_WHAT.add(
    "subtracts",
    "subtracts the shortcut from the block's output",
    1,
    {"output": lambda block, x, output: output - _shortcut(block, x)},
    {"output": lambda block, x, output: (output - _shortcut(block, x)).relu()},
)
_WHAT.add(
    "adds",
    "adds the shortcut once more to the block's output",
    1,
    {"output": lambda block, x, output: output + _shortcut(block, x).relu()},
    {"output": lambda block, x, output: output + _shortcut(block, x)},
    {"output": lambda block, x, output: (output + _shortcut(block, x)).relu()},
)
BANK.add(
    "weights_lost",
    "silences the block by setting weights to zero, and does not give back those that were there",
    "what is put back: the very weights, or better, do not touch them at all",
    2,
    partial(_silencing, weight=1),
    partial(_silencing, weight=0),
)
WAYS.at(_NAME).add(
    "first_of_layer",
    "always takes out the first block of the layer",
    3,
    find=lambda model, name: model.get_submodule(name.rpartition(".")[0])[0],
)
WAYS.at(f"{_NAME} raises an error").add(
    "quiet",
    "does nothing, without a word, for a block that is not there",
    3,
    find=lambda model, name: dict(model.named_modules()).get(name, nn.Identity()),
)
BANK.add(
    "never_back", "leaves the block taken out", _END.look_at, 2, _replacing(remove=remove_none), _exchanged_for_good
)
_END.add("not_after_error", "leaves the block taken out when the with-block ends in an error", 2, after_errors=())
add_not_after_interrupt(WAYS, "leaves the block taken out when the interrupt key ends the with-block")
add_clearing(_END, 3)
add_swallowing(WAYS, BaseException, Exception)
WAYS.at("calls of train(): none is needed").add("training", "leaves the model in training mode", 3, remove=_to_training)

EXERCISE = Exercise(
    name="without_block", hints=HINTS, right=_replacing(), tests={"test_without_block": LOOKS}, mistakes=BANK.all
)
