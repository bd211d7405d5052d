"""feature_maps: the outputs of named modules, fetched by hooks that are gone afterwards."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.look import Look, Observe
from course_utils.checking.observation import Remark
from course_utils.checking.tensors import broken, came_back, run
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise, Variant
from course_utils.exercises.hook_mistakes import REMOVE, add_clearing, add_last_only, remove_none, tidied
from course_utils.exercises.hooked_looks import (
    LEFT_IN_TRAINING,
    hooks_tidied,
    leaves_training,
    mode_afterwards,
    model_untouched,
)
from course_utils.exercises.look_inside.small_resnet import SmallResNet, tiny_images, tiny_resnet
from course_utils.exercises.observers import goes_on, kind, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "You know the tool from notebook 2: a forward hook gets to see a module's output. Where can it leave what it "
    "has seen, so that you find it after the call?",
    "Make an empty dict. For each name, `model.get_submodule(name)` is the module, and its hook writes a copy of "
    "the output into the dict: `output.detach().clone()`, because an in-place ReLU after it would change the "
    "original. Then run `model.eval()` once under `torch.no_grad()`, and remove the hooks in a `finally`.",
    "A function inside yours makes the hook for one name:\n"
    "```python\n"
    "def keep(name):\n"
    "    def hook(module, inputs, output):\n"
    "        maps[name] = output.detach().clone()\n"
    "\n"
    "    return hook\n"
    "```\n"
    "Then find all modules (this ends at an unknown name), register the hooks, and remove them whatever happens:\n"
    "```python\n"
    "modules = [model.get_submodule(name) for name in names]\n"
    "handles = [module.register_forward_hook(keep(name)) for name, module in zip(names, modules)]\n"
    "try:\n"
    "    with t.no_grad():\n"
    "        model.eval()(x)\n"
    "finally:\n"
    "    for handle in handles:\n"
    "        handle.remove()\n"
    "```",
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


def _keys(maps: Any) -> str:
    return ", ".join(sorted(map(str, maps))) if isinstance(maps, dict) else kind(maps)


def _names(candidate: Any, seed: int) -> str | Remark:
    maps = _call(candidate, _model(seed), seed)
    return Remark("nothing", came_back(maps)) if maps is None else _keys(maps) or "an empty dict"


def _values(names: Sequence[str], training: bool = False) -> Observe:
    """Make an observer of the maps of these modules, all from one call."""

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        @cache
        def maps() -> dict:
            made = _call(candidate, _model(seed).train(training), seed, names, batch=3)
            if isinstance(made, dict):
                return made
            raise broken("it returns a dict", f"it returned {came_back(made)}")

        def one(name: str) -> Any:
            found = maps().get(name, "no map")
            return found if isinstance(found, Tensor | str) else kind(found)

        return {f"the map of {name}, batch of 3": partial(one, name) for name in names}

    return observe


def _runs(candidate: Any, seed: int) -> int:
    model = _model(seed)
    calls: list[int] = []
    model.fc.register_forward_hook(lambda *_: calls.append(1))
    _call(candidate, model, seed)
    return len(calls)


def _graph(candidate: Any, seed: int) -> Remark | None:
    maps = _call(candidate, _model(seed), seed)
    pairs = maps.items() if isinstance(maps, dict) else ()
    kept = [name for name, one in pairs if isinstance(one, Tensor) and one.requires_grad]
    return Remark("graph", f"that of {kept[0]} requires gradients") if kept else None


def _recording(candidate: Any, seed: int) -> Remark | None:
    model = _model(seed)
    recording: list[bool] = []
    model.fc.register_forward_hook(lambda *_: recording.append(torch.is_grad_enabled()))
    _call(candidate, model, seed)
    told = "torch was recording a graph while the model ran: see torch.no_grad"
    return Remark("recording", told) if any(recording) else None


def _unknown(candidate: Any, seed: int) -> str:
    maps = _call(candidate, _model(seed), seed, ("layer1", "layer9"))
    return f"asked for layer1 and layer9, which is not there, it returned {_keys(maps) or 'nothing'}"


_DICT = "it returns a dict from each of the names to a tensor"
_WHOLE = "each map is the whole output of the module of that name, however deep it lies"
_SHAPE = "each map is the module's output as it is, whatever its shape"
_BEFORE = "a map is what the module gave, before the next step changes it in place (a ReLU does, and so does +=)"
_EVAL = "the model runs in eval mode, whichever mode it comes in"
_ONCE = "the model runs once, however many names there are"
_NO_GRADIENTS = "the model runs without gradients: no graph is recorded, which saves memory and time"
_QUIET = "a name that the model does not have is an error, and not left out quietly"

LOOKS = (
    Look("names", _DICT, one_row(_names, "the names in it, by the alphabet")),
    Look("values", _WHOLE, _values(_DEEP), depth=20),
    Look("any shape", _SHAPE, _values(_FLAT), depth=20),
    Look("in-place ReLU", _BEFORE, _values(_IN_PLACE), depth=20),
    Look("eval mode", _EVAL, _values(_DEEP, training=True), depth=20),
    Look("one run", _ONCE, one_row(_runs, f"how often the model runs for {len(_DEEP)} names")),
    Look("no graph", "the maps are values only: no graph hangs on them", one_row(_graph)),
    Look("no gradients", _NO_GRADIENTS, one_row(_recording)),
    *hooks_tidied(_model, _call),
    Look("unknown name", _QUIET, goes_on(_unknown)),
    model_untouched(_model, _call),
    mode_afterwards(_model, _call),
)


# --- the bank -------------------------------------------------------------------------------------------------------

_Found = Mapping[str, nn.Module]


def _by_hooks(
    keep: Callable[[tuple, Tensor], Any] = lambda inputs, output: output.detach().clone(),
    *,
    find: Callable[[_Found, str], _Found] = lambda parts, name: {name: parts[name]},
    prepare: Callable[[nn.Module], Any] = nn.Module.eval,
    gradients: bool = False,
    late: bool = False,
    answer: Callable[[dict[str, Tensor]], Any] = lambda maps: maps,
    **tidying: Any,
) -> Callable[[nn.Module, Tensor, Sequence[str]], Any]:
    """Make a feature_maps: what a hook keeps, which modules get one, how the model runs, how it tidies up.

    late: all hooks have the last one's name.
    """

    def feature_maps(model: nn.Module, x: Tensor, names: Sequence[str]) -> Any:
        maps: dict[str, Any] = {}

        def hook(name: str, module: nn.Module, inputs: tuple, output: Tensor) -> None:
            maps[names[-1] if late else name] = keep(inputs, output)

        parts = dict(model.named_modules())
        found = {each: part for name in names for each, part in find(parts, name).items()}
        handles = [module.register_forward_hook(partial(hook, name)) for name, module in found.items()]
        with tidied(model, handles, **tidying), torch.set_grad_enabled(gradients):
            prepare(model)
            model(x)
        return answer(maps)

    return feature_maps


_right = _by_hooks()

BANK = Bank()
WAYS = Ways(BANK, _by_hooks)
_KEPT = WAYS.at("what the hook keeps: a copy, output.detach().clone()")
_WHOLE_OUTPUT = WAYS.at("what the hook keeps: the whole output")
_OFF = WAYS.at(REMOVE)
_RUN = "how the model runs: once, model.eval(), under torch.no_grad()"
_WHO = WAYS.at("how a name becomes a module: model.get_submodule(name)")


@BANK.mistake("runs the whole model once for each name", _RUN, 2)
def _run_for_each(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    return {name: _right(model, x, [name])[name] for name in names}


def _beginning(parts: _Found, name: str) -> _Found:
    return {each: part for each, part in parts.items() if each.startswith(name)}


def _beginning_if_any(parts: _Found, name: str) -> _Found:
    parts[name]
    return _beginning(parts, name)


WAYS.at("the name in the hook: a function that makes the hook for one name gives each its own").add(
    "late_binding",
    "writes every map under the last name: a hook made in a loop looks the name up when it is called",
    3,
    late=True,
)
_KEPT.add(
    "not_copied",
    "keeps the very tensor that the next step, an in-place ReLU for one, then changes",
    2,
    keep=lambda inputs, output: output.detach(),
)
WAYS.at("the hook's arguments: module, inputs, output").add(
    "inputs",
    "keeps what goes into each module, not what comes out",
    1,
    keep=lambda inputs, output: inputs[0].detach().clone(),
)
_NO_GRAD = WAYS.at("torch.no_grad() around the call of the model: no graph is recorded then")
_NO_GRAD.add(
    "with_graph",
    "keeps the graph behind every map, and so all the memory of the call",
    2,
    keep=lambda inputs, output: output.clone(),
    gradients=True,
)
_NO_GRAD.add("gradients_on", "records a graph for gradients that nobody needs", 2, gradients=True)
_WHOLE_OUTPUT.add(
    "first_image", "keeps the first image of the batch only", 3, keep=lambda inputs, output: output[:1].detach().clone()
)
_WHOLE_OUTPUT.add(
    "without_batch",
    "keeps the maps of the first image, without the batch axis",
    3,
    keep=lambda inputs, output: output[0].detach().clone(),
)
_WHOLE_OUTPUT.add(
    "mean_over_channels", "averages over the channels", 3, keep=lambda inputs, output: output.detach().mean(1)
)
WAYS.at("what is asked for: a dict from names to maps").add(
    "as_list", "returns a list", 1, answer=lambda maps: list(maps.values())
)
WAYS.at(_RUN).add(
    "no_eval",
    "leaves the model in training mode: batch norm uses, and moves, other statistics",
    2,
    prepare=lambda model: model,
)
_WHO.add(
    "children_only",
    "finds the model's direct children only",
    2,
    {"find": lambda parts, name: {each: part for each, part in parts[""].named_children() if each == name}},
    {"find": lambda parts, name: {name: dict(parts[""].named_children())[name]}},
    {"find": lambda parts, name: {name: getattr(parts[""], name)}},
)
_WHO.add(
    "quiet",
    "leaves out, without a word, a name that it does not find",
    2,
    find=lambda parts, name: {name: parts[name]} if name in parts else {},
)
_WHO.add(
    "prefix",
    "takes every module whose name begins like one of the names",
    2,
    {"find": _beginning},
    {"find": _beginning_if_any},
)
_OFF.add("never_removed", "leaves its hooks on the model", 2, remove=remove_none)
_OFF.add("not_after_error", "leaves its hooks on the model when an error ends the call", 2, after_errors=())
add_clearing(_OFF, 2)
add_last_only(_OFF, 3)

EXERCISE = Exercise(
    name="feature_maps",
    hints=HINTS,
    right=_right,
    tests={"test_feature_maps": LOOKS},
    mistakes=BANK.all,
    variants=(Variant(leaves_training(_right), LEFT_IN_TRAINING),),
)
