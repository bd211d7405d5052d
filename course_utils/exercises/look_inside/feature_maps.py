"""feature_maps: the outputs of named modules, fetched by hooks that are gone afterwards."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.student import Stopped
from course_utils.checking.tensors import broken, run, with_article
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.hook_mistakes import clear_all, remove_last, remove_none, tidied
from course_utils.exercises.hooked_looks import (
    failing,
    hooks_removed,
    model_untouched,
    others_stay,
    removed_after_an_error,
)
from course_utils.exercises.look_inside.small_resnet import SmallResNet, tiny_images, tiny_resnet

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

# --- the looks ------------------------------------------------------------------------------------------------------

_DEEP = ("conv1", "layer1.0", "layer1.0.conv2", "layer2", "layer2.0.downsample")
_IN_PLACE = ("bn1", "layer1.0.bn1", "layer2.0.bn2")  # an in-place ReLU comes next, or an in-place sum
_FLAT = ("fc", "avgpool")


def _model(seed: int) -> SmallResNet:
    return tiny_resnet(seed, blocks=1)


def _call(candidate: Any, model: nn.Module, seed: int, names: Sequence[str] = _DEEP, batch: int = 2) -> Any:
    doing = f"calling feature_maps(model, x, [{', '.join(map(repr, names))}])"
    return run(candidate, model, tiny_images(seed, batch), list(names), doing=doing)


def _names(candidate: Any, seed: int) -> dict[str, Any]:
    def names() -> str:
        maps = _call(candidate, _model(seed), seed)
        if not isinstance(maps, dict):
            return "nothing" if maps is None else with_article(type(maps).__name__)
        return ", ".join(sorted(map(str, maps))) or "an empty dict"

    return {"the names in it, by the alphabet": names}


def _values(names: Sequence[str], training: bool = False) -> Callable[[Any, int], dict[str, Any]]:
    """Make an observer of the maps of these modules, all from one call."""

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        @cache
        def maps() -> dict:
            made = _call(candidate, _model(seed).train(training), seed, names, batch=3)
            if isinstance(made, dict):
                return made
            raise broken("it returns a dict", f"it returned {with_article(type(made).__name__)}")

        return {f"the map of {name}, batch of 3": lambda name=name: maps().get(name, "no map") for name in names}

    return observe


def _runs(candidate: Any, seed: int) -> dict[str, Any]:
    def runs() -> int:
        model = _model(seed)
        calls: list[int] = []
        model.fc.register_forward_hook(lambda *_: calls.append(1))
        _call(candidate, model, seed)
        return len(calls)

    return {f"how often the model runs for {len(_DEEP)} names": runs}


def _graph(candidate: Any, seed: int) -> dict[str, Any]:
    def graph() -> Remark | None:
        maps = _call(candidate, _model(seed), seed)
        pairs = maps.items() if isinstance(maps, dict) else ()
        kept = [name for name, one in pairs if isinstance(one, Tensor) and one.requires_grad]
        return Remark("graph", f"that of {kept[0]} requires gradients") if kept else None

    return {"": graph}


def _unknown(candidate: Any, seed: int) -> dict[str, Any]:
    def got() -> Remark | None:
        try:
            maps = _call(candidate, _model(seed), seed, ("layer1", "layer9"))
        except Stopped:  # any error tells the caller
            return None
        names = ", ".join(sorted(map(str, maps or ()))) if isinstance(maps, dict) else type(maps).__name__
        return Remark(names, f"asked for layer1 and layer9, which is not there, it returned {names or 'nothing'}")

    return {"": got}


_QUIET = "a name that the model does not have is an error, and not left out quietly"
_BEFORE = "a map is what the module gave, before the next step changes it in place (a ReLU does, and so does +=)"
_EVAL = "the model runs in eval mode, whichever mode it comes in"

LOOKS = (
    Look("names", "it returns a dict from each of the names to a tensor", _names),
    Look(
        "values",
        "each map is the whole output of the module of that name, however deep it lies",
        _values(_DEEP),
        depth=20,
    ),
    Look("any shape", "each map is the module's output as it is, whatever its shape", _values(_FLAT), depth=20),
    Look("in-place ReLU", _BEFORE, _values(_IN_PLACE), depth=20),
    Look("eval mode", _EVAL, _values(_DEEP, training=True), depth=20),
    Look("one run", "the model runs once, however many names there are", _runs),
    Look("no graph", "the maps are values only: no graph hangs on them", _graph),
    hooks_removed(_model, _call),
    removed_after_an_error(_model, failing(_call)),
    others_stay(_model, _call),
    Look("unknown name", _QUIET, _unknown),
    model_untouched(_model, _call),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_KEPT = "what the hook keeps: a copy, output.detach().clone()"
_OFF = "how the hooks are taken off: each handle has a remove(), and a `finally` reaches it in any case"
_RUN = "how the model runs: once, model.eval(), under torch.no_grad()"
_WHO = "how a name becomes a module: model.get_submodule(name)"


def _by_hooks(
    keep: Callable[[tuple, Tensor], Any] = lambda inputs, output: output.detach().clone(),
    *,
    find: Callable[[nn.Module, Sequence[str]], dict[str, nn.Module]] | None = None,
    prepare: Callable[[nn.Module], Any] = nn.Module.eval,
    gradients: bool = False,
    answer: Callable[[dict[str, Tensor]], Any] = lambda maps: maps,
    **tidying: Any,
) -> Callable[[nn.Module, Tensor, Sequence[str]], Any]:
    """Make a feature_maps: what a hook keeps, which modules get one, how the model runs, how it tidies up."""

    def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> Any:
        maps: dict[str, Any] = {}

        def hook_for(name: str) -> Callable[..., None]:
            def hook(module: nn.Module, inputs: tuple, output: Tensor) -> None:
                maps[name] = keep(inputs, output)

            return hook

        found = find(model, names) if find else {name: model.get_submodule(name) for name in names}
        handles = [module.register_forward_hook(hook_for(name)) for name, module in found.items()]
        with tidied(model, handles, **tidying), torch.set_grad_enabled(gradients):
            prepare(model)
            model(x)
        return answer(maps)

    return feature_maps


_right = _by_hooks()


@BANK.mistake("runs the whole model once for each name", _RUN, 2)
def _run_for_each(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    return {name: _right(model, x, [name])[name] for name in names}


@BANK.mistake(
    "writes every map under the last name: a hook made in a loop looks the name up when it is called",
    "the name in the hook: a function that makes the hook for one name gives each its own",
    3,
)
def _late_binding(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}
    handles = []
    for name in names:
        hook = lambda module, inputs, output: maps.update({name: output.detach().clone()})  # noqa: B023, E731
        handles.append(model.get_submodule(name).register_forward_hook(hook))
    with tidied(model, handles), torch.no_grad():
        model.eval()(x)
    return maps


def _named(model: nn.Module, names: Sequence[str]) -> dict[str, nn.Module]:
    return {name: part for name, part in model.named_modules() if name in names}


def _beginning(model: nn.Module, names: Sequence[str]) -> dict[str, nn.Module]:
    return {name: part for name, part in model.named_modules() if name.startswith(tuple(names))}


def _beginning_if_any(model: nn.Module, names: Sequence[str]) -> dict[str, nn.Module]:
    if not all(_beginning(model, [name]) for name in names):
        raise KeyError(names)
    return _beginning(model, names)


def _children(model: nn.Module, names: Sequence[str]) -> dict[str, nn.Module]:
    return {name: part for name, part in model.named_children() if name in names}


BANK.add(
    "not_copied",
    "keeps the very tensor that the next step, an in-place ReLU for one, then changes",
    _KEPT,
    2,
    _by_hooks(lambda inputs, output: output.detach()),
)
BANK.add(
    "inputs",
    "keeps what goes into each module, not what comes out",
    "the hook's arguments: module, inputs, output",
    1,
    _by_hooks(lambda inputs, output: inputs[0].detach().clone()),
)
BANK.add("never_removed", "leaves its hooks on the model", _OFF, 2, _by_hooks(remove=remove_none))
BANK.add(
    "not_after_error", "leaves its hooks on the model when an error ends the call", _OFF, 2, _by_hooks(always=False)
)
BANK.add("clears_all", "takes off all hooks, other people's too", _OFF, 2, _by_hooks(remove=clear_all))
BANK.add(
    "removes_last",
    "takes off the last hook only",
    _OFF,
    3,
    _by_hooks(remove=remove_last),
)
BANK.add(
    "no_eval",
    "leaves the model in training mode: batch norm uses, and moves, other statistics",
    _RUN,
    2,
    _by_hooks(prepare=lambda model: model),
)
BANK.add(
    "with_graph",
    "keeps the graph behind every map, and so all the memory of the call",
    _KEPT,
    2,
    _by_hooks(lambda inputs, output: output.clone(), gradients=True),
)
BANK.add(
    "children_only",
    "finds the model's direct children only",
    _WHO,
    2,
    _by_hooks(find=_children),
    _by_hooks(find=lambda model, names: {name: dict(model.named_children())[name] for name in names}),
    _by_hooks(find=lambda model, names: {name: getattr(model, name) for name in names}),
)
BANK.add(
    "quiet",
    "leaves out, without a word, a name that it does not find",
    _WHO,
    2,
    _by_hooks(find=_named),
)
BANK.add(
    "prefix",
    "takes every module whose name begins like one of the names",
    _WHO,
    2,
    _by_hooks(find=_beginning),
    _by_hooks(find=_beginning_if_any),
)
BANK.add(
    "first_image",
    "keeps the first image of the batch only",
    "what the hook keeps: the whole output",
    3,
    _by_hooks(lambda inputs, output: output[:1].detach().clone()),
)
BANK.add(
    "without_batch",
    "keeps the maps of the first image, without the batch axis",
    "what the hook keeps: the whole output",
    3,
    _by_hooks(lambda inputs, output: output[0].detach().clone()),
)
BANK.add(
    "mean_over_channels",
    "averages over the channels",
    "what the hook keeps: the whole output",
    3,
    _by_hooks(lambda inputs, output: output.detach().mean(1)),
)
BANK.add(
    "as_list",
    "returns a list",
    "what is asked for: a dict from names to maps",
    1,
    _by_hooks(answer=lambda maps: list(maps.values())),
)

EXERCISE = Exercise(
    name="feature_maps", hints=HINTS, right=_right, tests={"test_feature_maps": LOOKS}, mistakes=BANK.all
)
