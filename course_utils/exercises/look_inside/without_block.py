"""without_block: a context manager in which only the shortcut of one residual block is left (Veit et al. 2016)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, insist_equal, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.look_inside.small_resnet import SmallResNet, tiny_images, tiny_resnet
from course_utils.exercises.resnets.hooked import OwnError, hooks_left

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

_DEPTH = 20
# The first and a later block that keep the shape, and one with a projection.
_KEEPS, _SECOND, _PROJECTS = "layer1.1", "layer2.1", "layer2.0"
_BLOCKS = (_KEEPS, _SECOND, _PROJECTS)
_LOGITS = ("batch", "classes")


def _model(seed: int) -> SmallResNet:
    return tiny_resnet(seed).eval()


@contextmanager
def right_without_block(model: nn.Module, name: str) -> Iterator[None]:
    """Do it right."""
    with _replacing()(model, name):
        yield


def _logits(model: nn.Module, x: Tensor) -> Tensor:
    with torch.no_grad():
        return run_on(model, x.clone(), "the model")


def _without(model: nn.Module, x: Tensor, *names: str) -> Tensor:
    """Give what the model answers without these blocks."""
    handles = [model.get_submodule(name).register_forward_hook(_only_shortcut) for name in names]
    logits = _logits(model, x)
    for handle in handles:
        handle.remove()
    return logits


def _only_shortcut(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return _shortcut(block, inputs[0]).relu()


def _shortcut(block: nn.Module, x: Tensor) -> Tensor:
    return x if block.downsample is None else block.downsample(x)


def _used(candidate: Any, model: nn.Module, name: str, body: Callable[[], Any]) -> Any:
    with asking(f"entering and leaving `with without_block(model, {name!r}):`"):
        manager = candidate(model, name)
        if not hasattr(manager, "__enter__"):
            raise broken(
                "without_block works in a with statement",
                f"it returned a {type(manager).__name__}: is @contextmanager missing above it?",
            )
        with manager:
            return body()


def _inside(*names: str) -> Callable[[Any, int], None]:
    """Make a check of what the model answers without one of these blocks."""

    def look(candidate: Any, seed: int) -> None:
        for name in names:
            model, x = _model(seed), tiny_images(seed, 4)
            expected = _without(_model(seed), x, name)
            got = _used(candidate, model, name, lambda model=model, x=x: _logits(model, x))
            kind = "with a downsample" if name == _PROJECTS else "without a downsample"
            insist_equal(
                got,
                expected,
                "inside the with-block only the shortcut of the block is left: its output is the ReLU of what the "
                "shortcut makes of x",
                axes=_LOGITS,
                depth=_DEPTH,
                given=f"without {name}, a block {kind}: the logits of the model",
            )

    return look


def _back(candidate: Any, seed: int) -> None:
    for name in _BLOCKS:
        model, x = _model(seed), tiny_images(seed, 3)
        expected = _logits(_model(seed), x)
        _used(candidate, model, name, lambda model=model, x=x: _logits(model, x))
        promise = "after the with-block the model is whole again"
        insist_equal(_logits(model, x), expected, promise, axes=_LOGITS, depth=_DEPTH, given=f"after taking out {name}")


def _fail() -> None:
    raise OwnError


def _back_after_an_error(candidate: Any, seed: int) -> None:
    model, x = _model(seed), tiny_images(seed, 3)
    expected = _logits(_model(seed), x)
    try:
        with candidate(model, _SECOND):
            _fail()
    except OwnError:
        pass
    else:
        raise broken("an error in the with-block comes through", "it was swallowed: nobody would ever learn of it")
    promise = "the model is whole again even when the with-block ends in an error"
    given = "is the last step in a `finally`?"
    insist_equal(_logits(model, x), expected, promise, axes=_LOGITS, depth=_DEPTH, given=given)


def _nested(candidate: Any, seed: int) -> None:
    model, x = _model(seed), tiny_images(seed, 3)
    whole = _logits(_model(seed), x)
    outer, inner, both = _KEEPS, _PROJECTS, {}

    def body() -> None:
        both["both"] = _used(candidate, model, inner, lambda: _logits(model, x))
        both["outer"] = _logits(model, x)

    _used(candidate, model, outer, body)
    for key, names, told in (("both", (outer, inner), "without both"), ("outer", (outer,), f"without {outer} only")):
        promise = "two of them, one inside the other, take out two blocks, and each puts back its own"
        expected = _without(_model(seed), x, *names)
        insist_equal(both[key], expected, promise, axes=_LOGITS, depth=_DEPTH, given=f"inside, {told}")
    promise = "after two of them, one inside the other, the model is whole again"
    insist_equal(_logits(model, x), whole, promise, axes=_LOGITS, depth=_DEPTH)


def _model_untouched(candidate: Any, seed: int) -> None:
    model = _model(seed)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    blocks = {name: model.get_submodule(name) for name in _BLOCKS}
    for name in _BLOCKS:
        _used(candidate, model, name, lambda: None)
    promise = "afterwards the model is as it was: the same blocks, weights, mode, and no hooks"
    moved = [name for name, block in blocks.items() if model.get_submodule(name) is not block]
    if moved:
        raise broken(promise, f"{moved[0]} is another module now, not the one that was there")
    after = model.state_dict()
    changed = [name for name in before if name not in after or not torch.equal(before[name], after[name])]
    if changed or len(after) != len(before):
        raise broken(promise, f"{(changed or ['its state_dict'])[0]} has changed")
    if any(module.training for module in model.modules()):
        raise broken(promise, "it was in eval mode, and is in training mode now")
    if hooks_left(model):
        raise broken(promise, f"there are {hooks_left(model)} hooks on it")


def _others_stay(candidate: Any, seed: int) -> None:
    model = _model(seed)
    for module in model.modules():
        module.register_forward_hook(lambda *_: None)
    before = hooks_left(model)
    for name in _BLOCKS:
        _used(candidate, model, name, lambda: None)
    if hooks_left(model) != before:
        raise broken(
            "hooks that others have put on the model stay",
            f"there were {before} before, there are {hooks_left(model)} now",
        )


def _unknown(candidate: Any, seed: int) -> None:
    try:
        with candidate(_model(seed), "layer1.7"):
            pass
    except NotImplementedError:
        raise
    except Exception:  # noqa: BLE001  (any error tells the caller)
        return
    raise broken("a block that the model does not have is an error", "layer1.7 is not there, and nothing happened")


def _probe(candidate: Any) -> Looks:
    x = tiny_images(1, 3)

    def inside(*names: str) -> Tensor:
        model = _model(1)
        with candidate(model, names[0]):
            if len(names) == 1:
                return _logits(model, x)
            with candidate(model, names[1]):
                return _logits(model, x)

    def after(name: str, body: Callable[[], Any] = lambda: None) -> tuple[Tensor, bool]:
        model, came_through = _model(1), False
        try:
            with candidate(model, name):
                body()
        except OwnError:
            came_through = True
        return _logits(model, x), came_through

    def left(others: bool) -> list[int]:
        model = _model(1)
        for module in model.modules() if others else ():
            module.register_forward_hook(lambda *_: None)
        with candidate(model, _KEEPS):
            pass
        return [hooks_left(module) for module in model.modules()]

    def unknown() -> str:
        with candidate(_model(1), "layer1.7"):
            return "nothing happened"

    def state() -> list[Any]:
        model = _model(1)
        blocks = [model.get_submodule(name) for name in _BLOCKS]
        for name in _BLOCKS:
            with suppress(RuntimeError), candidate(model, name):
                pass
        same = [model.get_submodule(name) is block for name, block in zip(_BLOCKS, blocks, strict=True)]
        return [same, [module.training for module in model.modules()], *model.state_dict().values()]

    return {
        **{f"without {name}": lambda name=name: inside(name) for name in _BLOCKS},
        "without two": lambda: inside(_KEEPS, _PROJECTS),
        "after": lambda: after(_PROJECTS),
        "after an error": lambda: after(_SECOND, _fail),
        "hooks left": lambda: left(others=False),
        "others": lambda: left(others=True),
        "unknown": unknown,
        "state": state,
    }


# --- the bank -------------------------------------------------------------------------------------------------------

Hook = Callable[[nn.Module, tuple[Tensor, ...], Tensor], Tensor]


def _replacing(
    hook: Hook = _only_shortcut,
    find: Callable[[nn.Module, str], nn.Module] = nn.Module.get_submodule,
    remove: Callable[[nn.Module, Any], Any] = lambda model, handle: handle.remove(),
    *,
    always: bool = True,
    swallow: type[Exception] | tuple = (),
) -> Any:
    """Make a context manager in which something else comes out of a block, and that tidies up in some way."""

    @contextmanager
    def without_block(model: nn.Module, name: str) -> Iterator[None]:
        handle = find(model, name).register_forward_hook(hook)
        failed = True
        try:
            with suppress(swallow):
                yield
            failed = False
        finally:
            if always or not failed:
                remove(model, handle)

    return without_block


def _identity(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return inputs[0]


def _no_relu(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return _shortcut(block, inputs[0])


def _left_only(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    left = block.bn2(block.conv2(block.bn1(block.conv1(inputs[0])).relu()))
    return left.relu()


def _zeros(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return torch.zeros_like(output)


def _bare_projection(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return (inputs[0] if block.downsample is None else block.downsample[0](inputs[0])).relu()


def _minus_shortcut(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    """Subtract where nothing can be subtracted any more: the ReLU came after the sum."""
    return output - _shortcut(block, inputs[0])


def _twice(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return output + _only_shortcut(block, inputs, output)


def _nothing(block: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    return None


def _whole_layer(model: nn.Module, name: str) -> nn.Module:
    """Find the layer in which the block is, and give its first block, whichever was meant."""
    return model.get_submodule(name.rpartition(".")[0])[0]


def _or_nothing(model: nn.Module, name: str) -> nn.Module:
    return dict(model.named_modules()).get(name, nn.Identity())


def _clear(model: nn.Module, handle: Any) -> None:
    for module in model.modules():
        module._forward_hooks.clear()


def _to_training(model: nn.Module, handle: Any) -> None:
    handle.remove()
    model.train()


@contextmanager
def _second_norm_to_zero(model: nn.Module, name: str) -> Iterator[None]:
    """Silence the block by its last batch norm, and give that what a fresh one has."""
    norm = model.get_submodule(name).bn2
    with torch.no_grad():
        norm.weight.zero_()
        norm.bias.zero_()
        try:
            yield
        finally:
            norm.weight.fill_(1)


@contextmanager
def _a_copy_comes_back(model: nn.Module, name: str) -> Iterator[None]:
    parent, own = model.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2]
    block = model.get_submodule(name)
    handle = block.register_forward_hook(_only_shortcut)
    try:
        yield
    finally:
        handle.remove()
        fresh = type(block)(block.conv1.in_channels, block.conv1.out_channels, block.stride, block.downsample)
        fresh.load_state_dict(block.state_dict())
        setattr(parent, own, fresh.to(block.conv1.weight.dtype).eval())
        _copy_exactly(block, fresh)


def _copy_exactly(source: nn.Module, target: nn.Module) -> None:
    with torch.no_grad():
        for mine, theirs in zip(target.state_dict().values(), source.state_dict().values(), strict=True):
            mine.copy_(theirs)


_WHAT = "what comes out of the block: relu(shortcut(x))"
_SHORTCUT = "the shortcut: downsample(x), all of it, or x itself where downsample is None"
_END = "how the with-block ends: `finally` puts everything back"

MISTAKES = (
    Mistake(
        "identity",
        "hands x on as it is, also where the block has a downsample: the shapes do not fit then",
        _SHORTCUT,
        1,
        _replacing(_identity),
    ),
    Mistake(
        "no_relu",
        "leaves out the ReLU behind the sum, so that a downsample's negative values get through",
        _WHAT,
        1,
        _replacing(_no_relu),
    ),
    Mistake(
        "left_only",
        "takes out the shortcut, and leaves the convolutions",
        "which of the two branches stays: the shortcut",
        1,
        _replacing(_left_only),
    ),
    Mistake("zeros", "takes out both branches: zeros come out", _WHAT, 1, _replacing(_zeros)),
    Mistake(
        "bare_projection",
        "runs the downsample's convolution and leaves out its batch norm",
        _SHORTCUT,
        2,
        _replacing(_bare_projection),
    ),
    Mistake(
        "subtracts",
        "subtracts the shortcut from the block's output",
        _WHAT,
        1,
        _replacing(_minus_shortcut),
    ),
    Mistake("adds", "adds the shortcut once more to the block's output", _WHAT, 1, _replacing(_twice)),
    Mistake(
        "nothing",
        "changes nothing: inside the with-block the block works on",
        "what takes the block's place: a hook has to *return* the new output, and setattr wants the block's own parent",
        2,
        _replacing(_nothing),
    ),
    Mistake(
        "first_of_layer",
        "always takes out the first block of the layer",
        "how the name becomes a block: model.get_submodule(name)",
        3,
        _replacing(find=_whole_layer),
    ),
    Mistake(
        "never_back",
        "leaves the block taken out",
        _END,
        2,
        _replacing(remove=lambda model, handle: None),
    ),
    Mistake(
        "not_after_error",
        "leaves the block taken out when the with-block ends in an error",
        _END,
        2,
        _replacing(always=False),
    ),
    Mistake(
        "swallows",
        "swallows errors of the with-block",
        "what happens to an exception: finally, not except",
        2,
        _replacing(swallow=Exception),
    ),
    Mistake("clears_all", "takes off all hooks, other people's too", _END, 3, _replacing(remove=_clear)),
    Mistake(
        "weights_lost",
        "silences the block by setting weights to zero, and does not give back those that were there",
        "what is put back: the very weights, or better, do not touch them at all",
        2,
        _second_norm_to_zero,
    ),
    Mistake(
        "copy_back",
        "puts a copy in the block's place: whoever holds on to the block itself (an optimiser does) has lost it",
        "what is put back: the very module that was there",
        2,
        _a_copy_comes_back,
    ),
    Mistake(
        "quiet",
        "does nothing, without a word, for a block that is not there",
        "how the name becomes a block: model.get_submodule(name) raises an error",
        3,
        _replacing(find=_or_nothing),
    ),
    Mistake(
        "training",
        "leaves the model in training mode",
        "calls of train(): none is needed",
        3,
        _replacing(remove=_to_training),
    ),
)

EXERCISE = Exercise(
    name="without_block",
    hints=HINTS,
    right=right_without_block,
    tests={
        "test_without_block": (
            Check("block that keeps the shape", _inside(_KEEPS, _SECOND)),
            Check("block with a downsample", _inside(_PROJECTS)),
            Check("back again", _back),
            Check("back after an error", _back_after_an_error),
            Check("nested", _nested),
            Check("others stay", _others_stay),
            Check("unknown block", _unknown),
            Check("model untouched", _model_untouched),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
