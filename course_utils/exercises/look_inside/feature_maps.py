"""feature_maps: the outputs of named modules, fetched by hooks that are gone afterwards."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.tensors import broken, insist_equal, run
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.look_inside.small_resnet import SmallResNet, tiny_images, tiny_resnet
from course_utils.exercises.resnets.hooked import (
    OwnError,
    hooks_left,
    insist_error_comes_through,
    insist_no_hooks_left,
    insist_others_stay,
    insist_weights_stay,
)

HINTS = (
    "You know the tool from notebook 2: a forward hook gets to see a module's output. Where can it leave what it has "
    "seen, so that you find it after the call?",
    "Make an empty dict. For each name, model.get_submodule(name) is the module, and its hook writes a copy of the "
    "output into the dict: output.detach().clone(), because an in-place ReLU behind it would change the original. Then "
    "run model.eval() once under torch.no_grad(), and remove the hooks in a `finally`.",
    "A function inside yours makes the hook for one name: def keep(name): def hook(module, inputs, output): "
    "maps[name] = output.detach().clone(); return hook. Then handles = [model.get_submodule(name)"
    ".register_forward_hook(keep(name)) for name in names], try: with torch.no_grad(): model.eval()(x), "
    "finally: for handle in handles: handle.remove().",
)

_DEPTH = 20
_DEEP = ("conv1", "layer1.0", "layer1.0.conv2", "layer2", "layer2.0.downsample")
_IN_PLACE = ("bn1", "layer1.0.bn1", "layer2.0.bn2")  # an in-place ReLU comes next, or an in-place sum
_FLAT = ("fc", "avgpool")


def _model(seed: int) -> SmallResNet:
    return tiny_resnet(seed, blocks=1)


def _seen(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    """Do it right."""
    maps: dict[str, Tensor] = {}
    handles = [model.get_submodule(name).register_forward_hook(_keeper(maps, name)) for name in names]
    try:
        with torch.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


def _keeper(maps: dict[str, Tensor], name: str) -> Callable[..., None]:
    def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
        maps[name] = output.detach().clone()

    return hook


def _ask(candidate: Any, model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    doing = f"calling feature_maps(model, x, [{', '.join(map(repr, names))}])"
    maps = run(candidate, model, x, list(names), doing=doing)
    promise = "it returns a dict from each of the names to a tensor"
    if not isinstance(maps, dict):
        raise broken(promise, f"it returned a {type(maps).__name__}")
    if set(maps) != set(names):
        raise broken(promise, f"asked for {', '.join(names)}", f"got {', '.join(map(str, maps)) or 'an empty dict'}")
    for name, value in maps.items():
        if not isinstance(value, Tensor):
            raise broken(promise, f"at {name!r} there is a {type(value).__name__}")
    return maps


def _insist(candidate: Any, seed: int, names: Sequence[str], promise: str, *, training: bool = False) -> None:
    model, x = _model(seed).train(training), tiny_images(seed, 3)
    expected = _seen(_model(seed), x, names)
    got = _ask(candidate, model, x.clone(), names)
    for name in names:
        wanted = expected[name]
        axes = ("batch", "channels", "height", "width")[: wanted.ndim]
        insist_equal(got[name], wanted, promise, axes=axes, depth=_DEPTH, given=f"the map of {name}, batch of 3")


def _values(candidate: Any, seed: int) -> None:
    _insist(candidate, seed, _DEEP, "each map is the whole output of the module of that name, however deep it lies")


def _flat(candidate: Any, seed: int) -> None:
    _insist(candidate, seed, _FLAT, "each map is the module's output as it is, whatever its shape")


def _in_place(candidate: Any, seed: int) -> None:
    _insist(
        candidate,
        seed,
        _IN_PLACE,
        "a map is what the module gave, before the next step changes it in place (a ReLU does, and so does +=)",
    )


def _eval_mode(candidate: Any, seed: int) -> None:
    promise = "the model runs in eval mode, whichever mode it comes in"
    _insist(candidate, seed, _DEEP, promise, training=True)


def _once(candidate: Any, seed: int) -> None:
    model = _model(seed)
    calls: list[int] = []
    model.fc.register_forward_hook(lambda *_: calls.append(1))
    _ask(candidate, model, tiny_images(seed, 1), _DEEP)
    if len(calls) != 1:
        raise broken("the model runs once, however many names there are", f"it ran {len(calls)} times for 5 names")


def _no_graph(candidate: Any, seed: int) -> None:
    maps = _ask(candidate, _model(seed), tiny_images(seed, 1), _DEEP)
    kept = [name for name, one in maps.items() if one.requires_grad]
    if kept:
        raise broken("the maps are values only: no graph hangs on them", f"that of {kept[0]} requires gradients")


def _call(candidate: Any, model: nn.Module, seed: int) -> Callable[[], Any]:
    return lambda: _ask(candidate, model, tiny_images(seed, 2), _DEEP)


def _removed(candidate: Any, seed: int) -> None:
    model = _model(seed)
    insist_no_hooks_left(model, _call(candidate, model, seed))


def _after_an_error(candidate: Any, seed: int) -> None:
    model = _model(seed)
    insist_error_comes_through(model, lambda: candidate(model, tiny_images(seed, 2), list(_DEEP)))


def _others_stay(candidate: Any, seed: int) -> None:
    model = _model(seed)
    insist_others_stay(model, _call(candidate, model, seed))


def _model_untouched(candidate: Any, seed: int) -> None:
    model = _model(seed)
    insist_weights_stay(model, _call(candidate, model, seed))


def _unknown(candidate: Any, seed: int) -> None:
    try:
        got = candidate(_model(seed), tiny_images(seed, 1), ["layer1", "layer9"])
    except NotImplementedError:
        raise
    except Exception:  # noqa: BLE001  (any error tells the caller)
        return
    raise broken(
        "a name that the model does not have is an error, and not left out quietly",
        f"asked for layer1 and layer9, which is not there, it returned {', '.join(map(str, got or ())) or 'nothing'}",
    )


def _probe(candidate: Any) -> Looks:
    def maps(names: Sequence[str], training: bool = False) -> Any:
        found = candidate(_model(1).train(training), tiny_images(1, 2), list(names))
        return [found[name].detach().clone() for name in names]

    def runs() -> int:
        model, calls = _model(1), []
        model.fc.register_forward_hook(lambda *_: calls.append(1))
        candidate(model, tiny_images(1, 1), list(_DEEP))
        return len(calls)

    def left(others: bool = False, error: bool = False) -> list[int]:
        model = _model(1)
        for module in model.modules() if others else ():
            module.register_forward_hook(lambda *_: None)
        if error:
            model.fc.register_forward_pre_hook(_fail)
        with suppress(OwnError):
            candidate(model, tiny_images(1, 1), list(_DEEP))
        return [hooks_left(module) for module in model.modules()]

    def statistics() -> list[Tensor]:
        model = _model(1)
        candidate(model, tiny_images(1, 2), list(_DEEP))
        return [buffer.clone() for buffer in model.buffers()]

    return {
        "deep": lambda: maps(_DEEP),
        "in place": lambda: maps(_IN_PLACE),
        "flat": lambda: maps(_FLAT),
        "training": lambda: maps(_DEEP, training=True),
        "runs": runs,
        "left": left,
        "others": lambda: left(others=True),
        "left after an error": lambda: left(error=True),
        "graph": lambda: candidate(_model(1), tiny_images(1, 1), ["layer1"])["layer1"].requires_grad,
        "kind": lambda: type(candidate(_model(1), tiny_images(1, 1), ["layer1"])).__name__,
        "unknown": lambda: sorted(candidate(_model(1), tiny_images(1, 1), ["layer1", "layer9"])),
        "statistics": statistics,
    }


def _fail(module: nn.Module, inputs: Any) -> None:
    raise OwnError


# --- the bank -------------------------------------------------------------------------------------------------------


def _by_hooks(
    keep: Callable[[tuple, Tensor], Any] = lambda inputs, output: output.detach().clone(),
    *,
    find: Callable[[nn.Module, Sequence[str]], dict[str, nn.Module]] | None = None,
    prepare: Callable[[nn.Module], Any] = nn.Module.eval,
    gradients: bool = False,
    remove: Callable[[nn.Module, list], Any] = lambda model, handles: [handle.remove() for handle in handles],
    always: bool = True,
    answer: Callable[[dict[str, Tensor]], Any] = lambda maps: maps,
) -> Callable[[nn.Module, Tensor, Sequence[str]], Any]:
    """Make another feature_maps: what a hook keeps, which modules get one, how the model runs, what is tidied up."""

    def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> Any:
        maps: dict[str, Any] = {}

        def hook_for(name: str) -> Callable[..., None]:
            def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
                maps[name] = keep(inputs, output)

            return hook

        found = find(model, names) if find else {name: model.get_submodule(name) for name in names}
        handles = [module.register_forward_hook(hook_for(name)) for name, module in found.items()]
        done = False
        try:
            with torch.set_grad_enabled(gradients):
                prepare(model)
                model(x)
            done = True
        finally:
            if done or always:
                remove(model, handles)
        return answer(maps)

    return feature_maps


def _run_for_each(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    return {name: _seen(model, x, [name])[name] for name in names}


def _late_binding(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}
    handles = []
    for name in names:
        handles.append(
            model.get_submodule(name).register_forward_hook(
                lambda module, inputs, output: maps.update({name: output.detach().clone()})  # noqa: B023
            )
        )
    try:
        with torch.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


def _where(matches: Callable[[str, str], bool]) -> Callable[[nn.Module, Sequence[str]], dict[str, nn.Module]]:
    """Give the modules whose names match one of those asked for, and say nothing of a name that matches none."""

    def find(model: nn.Module, names: Sequence[str]) -> dict[str, nn.Module]:
        return {name: part for name, part in model.named_modules() if any(matches(name, asked) for asked in names)}

    return find


def _children(model: nn.Module, names: Sequence[str]) -> dict[str, nn.Module]:
    return {name: part for name, part in model.named_children() if name in names}


def _clear(model: nn.Module, handles: list) -> None:
    for module in model.modules():
        module._forward_hooks.clear()


def _stay(model: nn.Module) -> nn.Module:
    return model


_KEPT = "what the hook keeps: a copy, output.detach().clone()"
_OFF = "how the hooks are taken off: each handle has a remove(), and a `finally` reaches it in any case"
_RUN = "how the model runs: once, model.eval(), under torch.no_grad()"
_WHO = "how a name becomes a module: model.get_submodule(name)"

MISTAKES = (
    Mistake(
        "not_copied",
        "keeps the very tensor that the next step, an in-place ReLU for one, then changes",
        _KEPT,
        2,
        _by_hooks(lambda inputs, output: output.detach()),
    ),
    Mistake(
        "inputs",
        "keeps what goes into each module, not what comes out",
        "the hook's arguments: module, inputs, output",
        1,
        _by_hooks(lambda inputs, output: inputs[0].detach().clone()),
    ),
    Mistake(
        "late_binding",
        "writes every map under the last name: a hook made in a loop looks the name up when it is called",
        "the name in the hook: a function that makes the hook for one name gives each its own",
        3,
        _late_binding,
    ),
    Mistake("never_removed", "leaves its hooks on the model", _OFF, 2, _by_hooks(remove=lambda model, handles: None)),
    Mistake(
        "not_after_error", "leaves its hooks on the model when an error ends the call", _OFF, 2, _by_hooks(always=False)
    ),
    Mistake("clears_all", "takes off all hooks, other people's too", _OFF, 2, _by_hooks(remove=_clear)),
    Mistake(
        "removes_last",
        "takes off the last hook only",
        _OFF,
        3,
        _by_hooks(remove=lambda model, handles: handles[-1].remove()),
    ),
    Mistake(
        "no_eval",
        "leaves the model in training mode: batch norm uses, and moves, other statistics",
        _RUN,
        2,
        _by_hooks(prepare=_stay),
    ),
    Mistake(
        "with_graph",
        "keeps the graph behind every map, and so all the memory of the call",
        _KEPT,
        2,
        _by_hooks(lambda inputs, output: output.clone(), gradients=True),
    ),
    Mistake("run_for_each", "runs the whole model once for each name", _RUN, 2, _run_for_each),
    Mistake("children_only", "finds the model's direct children only", _WHO, 2, _by_hooks(find=_children)),
    Mistake(
        "quiet",
        "leaves out, without a word, a name that it does not find",
        _WHO,
        2,
        _by_hooks(find=_where(lambda name, asked: name == asked)),
    ),
    Mistake(
        "prefix",
        "takes every module whose name begins like one of the names",
        _WHO,
        2,
        _by_hooks(find=_where(lambda name, asked: name.startswith(asked))),
    ),
    Mistake(
        "first_image",
        "keeps the first image of the batch only",
        "what the hook keeps: the whole output",
        3,
        _by_hooks(lambda inputs, output: output[:1].detach().clone()),
    ),
    Mistake(
        "without_batch",
        "keeps the maps of the first image, without the batch axis",
        "what the hook keeps: the whole output",
        3,
        _by_hooks(lambda inputs, output: output[0].detach().clone()),
    ),
    Mistake(
        "mean_over_channels",
        "averages over the channels",
        "what the hook keeps: the whole output",
        3,
        _by_hooks(lambda inputs, output: output.detach().mean(1)),
    ),
    Mistake(
        "as_list",
        "returns a list",
        "what is asked for: a dict from names to maps",
        1,
        _by_hooks(answer=lambda maps: list(maps.values())),
    ),
)

EXERCISE = Exercise(
    name="feature_maps",
    hints=HINTS,
    right=_seen,
    tests={
        "test_feature_maps": (
            Check("values", _values),
            Check("any shape", _flat),
            Check("in-place ReLU", _in_place),
            Check("eval mode", _eval_mode),
            Check("one run", _once),
            Check("no graph", _no_graph),
            Check("hooks removed", _removed),
            Check("removed after an error", _after_an_error),
            Check("others stay", _others_stay),
            Check("unknown name", _unknown),
            Check("model untouched", _model_untouched),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
