"""without_block: a context manager in which only the shortcut of one residual block is left (Veit et al. 2016)."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.student import Stopped
from course_utils.checking.tensors import run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.hook_mistakes import clear_all, remove_all, remove_none, tidied
from course_utils.exercises.hooked_looks import (
    changed,
    fail,
    hooks_left,
    insist_comes_through,
    others_stay,
    within,
)
from course_utils.exercises.look_inside.small_resnet import SmallResNet, tiny_images, tiny_resnet

HINTS = (
    "What does the block compute when its convolutions add nothing? Which part of it do you need for that, and what "
    "stands behind the sum?",
    "The output is then relu(downsample(x)), or relu(x) where downsample is None. A forward hook that *returns* "
    "something replaces the module's output by it; its second argument holds the module's inputs. Take the hook off "
    "again in a `finally`.",
    "block = model.get_submodule(name); def shortcut(block, inputs, output): x = inputs[0]; return (x if "
    "block.downsample is None else block.downsample(x)).relu(). Then handle = block.register_forward_hook(shortcut), "
    "try: yield, finally: handle.remove(). The decorator is contextlib.contextmanager.",
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


def _inside(told: str, *names: str) -> Callable[[Any, int], dict[str, Any]]:
    """Make an observer of what the model answers without one of these blocks."""

    def logits(candidate: Any, seed: int, name: str) -> Tensor:
        model = _model(seed)
        return _use(candidate, model, name, lambda: _logits(model, seed))

    return lambda candidate, seed: {
        f"without {name}, a block {told}: the logits of the model": lambda name=name: logits(candidate, seed, name)
        for name in names
    }


def _back(candidate: Any, seed: int) -> dict[str, Any]:
    def logits(name: str) -> Tensor:
        model = _model(seed)
        _use(candidate, model, name, lambda: _logits(model, seed))
        return _logits(model, seed)

    return {f"after taking out {name}": lambda name=name: logits(name) for name in _BLOCKS}


def _back_after_an_error(candidate: Any, seed: int) -> dict[str, Any]:
    def logits() -> Tensor:
        model = _model(seed)
        insist_comes_through(lambda: _use(candidate, model, _SECOND, fail), "in the with-block")
        return _logits(model, seed)

    return {"is the last step in a `finally`?": logits}


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


def _unknown(candidate: Any, seed: int) -> dict[str, Any]:
    def nothing() -> Remark | None:
        try:
            _use(candidate, _model(seed), "layer1.7")
        except Stopped:  # any error tells the caller
            return None
        return Remark("nothing", "layer1.7 is not there, and nothing happened")

    return {"": nothing}


def _as_it_was(candidate: Any, seed: int) -> dict[str, Any]:
    def differences() -> Remark | None:
        model = _model(seed)
        before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        blocks = {name: model.get_submodule(name) for name in _BLOCKS}
        _use_all(candidate, model, seed)
        return _moved(model, blocks) or changed(model, before) or _in_training(model) or hooks_left(model)

    return {"": differences}


def _moved(model: nn.Module, blocks: dict[str, nn.Module]) -> Remark | None:
    moved = [name for name, block in blocks.items() if model.get_submodule(name) is not block]
    return Remark(str(moved), f"{moved[0]} is another module now, not the one that was there") if moved else None


def _in_training(model: nn.Module) -> Remark | None:
    training = any(module.training for module in model.modules())
    return Remark("training", "it was in eval mode, and is in training mode now") if training else None


_ONLY = (
    "inside the with-block only the shortcut of the block is left: its output is the ReLU of what the shortcut makes "
    "of x"
)
_TWO = "two of them, one inside the other, take out two blocks, and each puts back its own"
_ERROR = "the model is whole again even when the with-block ends in an error"
_SAME = "afterwards the model is as it was: the same blocks, weights, mode, and no hooks"


def _look(name: str, promise: str, observe: Callable[[Any, int], dict[str, Any]]) -> Look:
    return Look(name, promise, observe, axes=("batch", "classes"), depth=20)


LOOKS = (
    _look("block that keeps the shape", _ONLY, _inside("without a downsample", _KEEPS, _SECOND)),
    _look("block with a downsample", _ONLY, _inside("with a downsample", _PROJECTS)),
    _look("back again", "after the with-block the model is whole again", _back),
    _look("back after an error", _ERROR, _back_after_an_error),
    _look("nested", _TWO, _nested),
    others_stay(_model, _use_all),
    _look("unknown block", "a block that the model does not have is an error", _unknown),
    _look("model untouched", _SAME, _as_it_was),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_WHAT = "what comes out of the block: relu(shortcut(x))"
_SHORTCUT = "the shortcut: downsample(x), all of it, or x itself where downsample is None"
_END = "how the with-block ends: `finally` puts everything back"


def _shortcut(block: nn.Module, x: Tensor) -> Tensor:
    return x if block.downsample is None else block.downsample(x)


def _only_shortcut(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return _shortcut(block, inputs[0]).relu()


def _replacing(
    hook: Callable[[nn.Module, tuple[Tensor, ...], Tensor], Tensor | None] = _only_shortcut,
    find: Callable[[nn.Module, str], nn.Module] = nn.Module.get_submodule,
    **tidying: Any,
) -> Any:
    """Make a context manager in which something else comes out of a block, and that tidies up in some way."""

    @contextmanager
    def without_block(model: nn.Module, name: str) -> Iterator[None]:
        handle = find(model, name).register_forward_hook(hook)
        with tidied(model, [handle], **tidying):
            yield

    return without_block


@BANK.mistake(
    "hands x on as it is, also where the block has a downsample: the shapes do not fit then",
    _SHORTCUT,
    1,
    by=_replacing,
)
def _identity(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return inputs[0]


@BANK.mistake(
    "leaves out the ReLU behind the sum, so that a downsample's negative values get through", _WHAT, 1, by=_replacing
)
def _no_relu(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return _shortcut(block, inputs[0])


@BANK.mistake(
    "takes out the shortcut, and leaves the convolutions",
    "which of the two branches stays: the shortcut",
    1,
    by=_replacing,
)
def _left_only(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    left = block.bn2(block.conv2(block.bn1(block.conv1(inputs[0])).relu()))
    return left.relu()


@BANK.mistake("takes out both branches: zeros come out", _WHAT, 1, by=_replacing)
def _zeros(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return torch.zeros_like(output)


@BANK.mistake("runs the downsample's convolution and leaves out its batch norm", _SHORTCUT, 2, by=_replacing)
def _bare_projection(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return (inputs[0] if block.downsample is None else block.downsample[0](inputs[0])).relu()


@BANK.mistake(
    "changes nothing: inside the with-block the block works on",
    "what takes the block's place: a hook has to *return* the new output, and setattr wants the block's own parent",
    2,
    by=_replacing,
)
def _nothing(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    return None


def _whole_layer(model: nn.Module, name: str) -> nn.Module:
    """Find the layer in which the block is, and give its first block, whichever was meant."""
    return model.get_submodule(name.rpartition(".")[0])[0]


def _or_nothing(model: nn.Module, name: str) -> nn.Module:
    return dict(model.named_modules()).get(name, nn.Identity())


def _to_training(model: nn.Module, handles: Any) -> None:
    remove_all(model, handles)
    model.train()


def _silencing(weight: float) -> Any:
    """Make one that silences the block by its last batch norm, and gives that another weight than it had."""

    @contextmanager
    def without_block(model: nn.Module, name: str) -> Iterator[None]:
        norm = model.get_submodule(name).bn2
        nn.init.zeros_(norm.weight)
        nn.init.zeros_(norm.bias)
        try:
            yield
        finally:
            nn.init.constant_(norm.weight, weight)

    return without_block


@contextmanager
def _exchanged_for_good(model: nn.Module, name: str) -> Iterator[None]:
    """Put a module in the block's place, and leave it there."""
    parent, _, own = name.rpartition(".")
    block = model.get_submodule(name)
    setattr(model.get_submodule(parent), own, nn.Sequential(block.downsample or nn.Identity(), nn.ReLU()))
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
    parent, _, own = name.rpartition(".")
    setattr(model.get_submodule(parent), own, copy.deepcopy(model.get_submodule(name)))


# Neither can undo the sum: a ReLU came after it.
BANK.add(
    "subtracts",
    "subtracts the shortcut from the block's output",
    _WHAT,
    1,
    _replacing(lambda block, inputs, output: output - _shortcut(block, inputs[0])),
    _replacing(lambda block, inputs, output: (output - _shortcut(block, inputs[0])).relu()),
)
BANK.add(
    "adds",
    "adds the shortcut once more to the block's output",
    _WHAT,
    1,
    _replacing(lambda block, inputs, output: output + _only_shortcut(block, inputs, output)),
    _replacing(lambda block, inputs, output: output + _shortcut(block, inputs[0])),
    _replacing(lambda block, inputs, output: (output + _shortcut(block, inputs[0])).relu()),
)
BANK.add(
    "weights_lost",
    "silences the block by setting weights to zero, and does not give back those that were there",
    "what is put back: the very weights, or better, do not touch them at all",
    2,
    _silencing(1),
    _silencing(0),
)
BANK.add(
    "first_of_layer",
    "always takes out the first block of the layer",
    "how the name becomes a block: model.get_submodule(name)",
    3,
    _replacing(find=_whole_layer),
)
BANK.add("never_back", "leaves the block taken out", _END, 2, _replacing(remove=remove_none), _exchanged_for_good)
BANK.add(
    "not_after_error",
    "leaves the block taken out when the with-block ends in an error",
    _END,
    2,
    _replacing(always=False),
)
BANK.add(
    "swallows",
    "swallows errors of the with-block",
    "what happens to an exception: finally, not except",
    2,
    _replacing(swallow=Exception),
)
BANK.add("clears_all", "takes off all hooks, other people's too", _END, 3, _replacing(remove=clear_all))
BANK.add(
    "quiet",
    "does nothing, without a word, for a block that is not there",
    "how the name becomes a block: model.get_submodule(name) raises an error",
    3,
    _replacing(find=_or_nothing),
)
BANK.add(
    "training",
    "leaves the model in training mode",
    "calls of train(): none is needed",
    3,
    _replacing(remove=_to_training),
)

EXERCISE = Exercise(
    name="without_block", hints=HINTS, right=_replacing(), tests={"test_without_block": LOOKS}, mistakes=BANK.all
)
