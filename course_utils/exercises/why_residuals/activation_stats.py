"""activation_stats: a context manager that keeps mean, std and share of zeros of what layers put out in training."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look, Observe
from course_utils.checking.observation import Named, Remark
from course_utils.checking.shared import shared
from course_utils.checking.student import asking
from course_utils.checking.tensors import agree, broken
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise, Variant
from course_utils.exercises.hook_mistakes import (
    IN_FINALLY,
    REMOVE,
    add_clearing,
    add_last_only,
    add_not_after_interrupt,
    add_swallowing,
    early,
    remove_none,
    tidied,
)
from course_utils.exercises.hooked_looks import (
    Interrupt,
    fail,
    hooks_removed,
    interrupt,
    manager,
    others_stay,
    removed_after_an_error,
)
from course_utils.exercises.observers import each_row, kind, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "It's `hooks_on` of notebook 2 again, with two differences: every layer needs a hook that knows *its* list, "
    "and the with-block is given something: what comes after `yield`.",
    "Make the dict first, a new empty list for each name. A function `hook_for(name)` that returns a hook gives "
    "each hook its own name. In the hook: nothing unless `module.training`, otherwise three numbers, each made a "
    "float with `.item()`. Then `try: yield` the dict, and in the `finally` remove the handles.",
    "In the hook:\n"
    "```python\n"
    "zeros = (output == 0).float().mean()\n"
    "stats[name].append(Stats(output.mean().item(), output.std().item(), zeros.item()))\n"
    "```\n"
    "Around it:\n"
    "```python\n"
    "handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]\n"
    "try:\n"
    "    yield stats\n"
    "finally:\n"
    "    for handle in handles:\n"
    "        handle.remove()\n"
    "```",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_FIELDS = ("mean", "std", "share of zeros")
_NAMES = ("first", "middle", "last")
_TINY = 1e-12  # below what torch.isclose takes for 0
_CHANGES_NOTHING = "the hooks look and change nothing"

_Layers = Mapping[str, nn.Module]
_Body = Callable[[nn.Module, list[Tensor]], Any]


class _Net(nn.Module):
    """Three layers to look at; the last one is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.relu, self.head = nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        for layer in (self.conv, self.relu, self.head, self.head):
            x = layer(x)
            if not isinstance(x, Tensor):
                gave = f"{kind(x)} came out of a layer"
                raise broken(_CHANGES_NOTHING, f"{gave}: what a hook returns takes the output's place")
        return x


def _net(seed: int) -> nn.Module:
    """Make one of whose values some are very small, and not 0."""
    net = Draws(seed, torch.float32).fill(_Net())
    with torch.no_grad():
        net.conv.weight[0] *= _TINY
        net.conv.bias[0] = 0
    return net


def _batches(seed: int) -> list[Tensor]:
    draws = Draws(seed + 100, torch.float32)
    return [draws.normal(size, 1, 5, 4) + 0.5 for size in (2, 3, 2)]


def _train(net: nn.Module, batches: list[Tensor]) -> None:
    for x in batches:
        net(x)


def _change_modes(net: nn.Module, batches: list[Tensor]) -> None:
    for training, x in zip((False, True, False), batches, strict=True):
        net.train(training)(x)


def _call(candidate: Any, net: nn.Module, seed: int) -> Any:
    layers = dict(zip(_NAMES, (net.conv, net.relu, net.head), strict=True))
    return manager(candidate, (layers,), "activation_stats(layers)")


def _use(candidate: Any, net: nn.Module, seed: int, body: _Body = _train) -> Any:
    """Run `body` in the student's with-block; give what the block has handed out."""
    made = _call(candidate, net, seed)
    with asking("entering, using and leaving `with activation_stats(layers) as stats:`"), made as stats:
        body(net, _batches(seed))
    return stats


def _recorded(candidate: Any, seed: int, body: _Body) -> dict[str, list]:
    """Give what the student's with-block has recorded, as it is right after it."""
    stats = _use(candidate, _net(seed), seed, body)
    if stats is None:
        raise broken("the with-block hands out a dict", "`as stats` gets what comes after `yield`, and nothing does")
    if not isinstance(stats, dict):
        raise broken("what the with-block hands out is a dict", f"it is {kind(stats)}")
    for name, entries in stats.items():
        if hasattr(entries, "_fields"):
            raise broken("the dict holds a list for each layer", f"{name!r}: one Stats alone, and no list of them")
        if not isinstance(entries, list | tuple):
            raise broken("the dict holds a list for each layer", f"{name!r}: {kind(entries)}")
    return {name: [*entries] for name, entries in stats.items()}


def _trained(candidate: Any, seed: int) -> dict[str, list]:
    return shared(_recorded, candidate, seed, _train)


def _names(candidate: Any, seed: int) -> list[str]:
    return [repr(name)[:80] for name in _trained(candidate, seed)]


def _calls(candidate: Any, seed: int, body: _Body) -> dict[str, int]:
    stats = shared(_recorded, candidate, seed, body)
    return {f"entries for {name!r}": len(stats.get(name, ())) for name in _NAMES}


def _numbers_of(*fields: str) -> Observe:
    return each_row(_numbers, {f"the {one} of each output": one for one in fields})


def _numbers(candidate: Any, seed: int, field: str) -> Named:
    stats = _trained(candidate, seed)
    found = {name: [_number(_three(entry, name)[field]) for entry in stats.get(name, ())] for name in _NAMES}
    return Named(tuple((repr(name), torch.tensor(numbers)) for name, numbers in found.items()), "list")


def _three(entry: Any, name: str) -> dict[str, Any]:
    if isinstance(entry, tuple | list) and len(entry) == len(_FIELDS):
        return dict(zip(_FIELDS, entry, strict=True))
    what = f"{len(entry)} things" if isinstance(entry, tuple | list) else kind(entry)
    raise broken("an entry is Stats(mean, std, zeros)", f"one of {name!r} is {what}")


def _number(value: Any) -> float:
    """Read a number or a tensor with one number: of which kind it is, "plain floats" tells."""
    with suppress(Exception):
        return float(value.detach() if isinstance(value, Tensor) else value)
    raise broken("an entry is Stats(mean, std, zeros), three numbers", f"one of them is {kind(value)}")


def _not_plain(candidate: Any, seed: int) -> Remark | None:
    for name, entries in _trained(candidate, seed).items():
        for field, value in (_three(entries[0], name) if entries else {}).items():
            if not isinstance(value, int | float):
                graph = isinstance(value, Tensor) and value.requires_grad
                why = ", which holds on to its graph, and with it to the whole batch" if graph else ""
                told = f"{kind(value)}{why}"
                return Remark(told, f"{name!r}, {field}: {told}")
    return None


def _changed(candidate: Any, seed: int) -> Remark | None:
    net, outputs = _net(seed), []
    expected = net(_batches(seed)[0])
    _use(candidate, net, seed, lambda net, batches: outputs.append(net(batches[0])))
    if not outputs or not agree(outputs[0], expected, 10):
        return Remark("changed", "inside the with-block the model gives another output")
    return None if outputs[0].requires_grad else Remark("changed", "the output has lost its gradient")


def _more(candidate: Any, seed: int) -> Remark | None:
    first, second = (len(_recorded(candidate, seed, _train).get(_NAMES[0], ())) for _ in range(2))
    told = f"the first one recorded {first} calls, the second {second}"
    return None if first == second else Remark("more", told)


_KEYS = "the dict has the names of the layers as its keys, in their order"
_CALLS = "each call of a layer adds one entry to the layer's own list"
_THREE = "three batches in training mode, 'last' is called twice for each"
_ENTRY = "an entry holds the mean, the std and the share of zeros of the output, in this order"
_TRAINING = "calls in training mode are recorded, and those in eval mode are not"
_MODES = "a batch in eval mode, one in training mode, one in eval mode again"
_ERROR = "the hooks are gone even when an error ends the with-block"
_KEY = "the hooks are gone even when the interrupt key ends the with-block"


def _after(name: str, promise: str, body: _Body, what: str, **settings: Any) -> Look:
    return removed_after_an_error(_net, partial(_use, body=body), name, promise, what=what, **settings)


LOOKS = (
    Look("names", _KEYS, one_row(_names)),
    Look("one for each call", _CALLS, each_row(_calls, {_THREE: _train})),
    Look("values", _ENTRY, _numbers_of("mean", "share of zeros"), axes=("call",)),
    Look("std", _ENTRY, _numbers_of("std"), axes=("call",)),
    Look("plain floats", "plain floats are kept: .item() makes one", one_row(_not_plain)),
    Look("used again", "each with-block starts with empty lists", one_row(_more)),
    Look("training only", _TRAINING, each_row(_calls, {_MODES: _change_modes})),
    Look("changes nothing", _CHANGES_NOTHING, one_row(_changed)),
    hooks_removed(_net, _use, promise="after the with-block the hooks are gone", why=""),
    _after("after an error", _ERROR, fail, "an error in the with-block"),
    _after("after an interrupt", _KEY, interrupt, "the interrupt", error=Interrupt),
    others_stay(_net, _use, promise="hooks that were there before stay"),
    hooks_removed(_net, _call, "not before", "nothing is registered before the with statement is entered", ""),
)


# --- the bank: right code with one thing changed --------------------------------------------------------------------

_Number = Callable[[Tensor, int], Tensor]


def _recording(
    correction: int = 1,
    *,
    mean: _Number = lambda values, correction: values.mean(),
    std: _Number = lambda values, correction: values.std(correction=correction),
    zeros: _Number = lambda values, correction: (values == 0).float().mean(),
    entry: Callable[[list[Tensor]], Any] = lambda numbers: [number.item() for number in numbers],
    of: Callable[[tuple, Tensor], Tensor] = lambda inputs, output: output,
    lists: Callable[[_Layers], dict[str, list]] = lambda layers: {name: [] for name in layers},
    name_of: Callable[[str, _Layers], str] = lambda name, layers: name,
    when: Callable[[nn.Module], bool] = lambda layer: layer.training,
    keep: Callable[[list, Any], None] = list.append,
    give: Callable[[Tensor], Any] = lambda output: None,
    hand_out: Callable[[dict], Any] = lambda stats: stats,
    **tidying: Any,
) -> Any:
    """Make a context manager: three numbers (values, correction of the std) of a layer's output at each call."""

    @contextmanager
    def activation_stats(layers: _Layers) -> Iterator[Any]:
        stats = lists(layers)

        def hook(name: str, layer: nn.Module, inputs: tuple, output: Tensor) -> Any:
            if when(layer):
                numbers = [number(of(inputs, output), correction) for number in (mean, std, zeros)]
                keep(stats[name_of(name, layers)], entry(numbers))
            return give(output)

        handles = [layer.register_forward_hook(partial(hook, name)) for name, layer in layers.items()]
        with tidied(nn.ModuleList(layers.values()), handles, **tidying):
            yield hand_out(stats)

    return activation_stats


def _one_list(layers: _Layers) -> dict[str, list]:
    entries: list = []
    return dict.fromkeys(layers, entries)


def _last_only(entries: list, new: Any) -> None:
    entries[:] = [new]


BANK = Bank()
WAYS = Ways(BANK, _recording, ({"correction": 1}, {"correction": 0}))
_OFF = WAYS.at(REMOVE)
_ZEROS = WAYS.at("the third number: how many of the values are exactly 0, divided by how many there are")
_ITEM = WAYS.at("what is kept: .item() makes a float")
_YIELD = "what comes after `yield`"

WAYS.at("the dict: dict.fromkeys(names, []) has one list many times").add(
    "one_list", "has one list for all layers", 2, lists=_one_list
)
WAYS.at("how a hook knows its name: one made in a loop looks the name up later, when the loop has ended").add(
    "last_name", "puts every entry into the last layer's list", 2, name_of=lambda name, layers: [*layers][-1]
)
WAYS.at("what happens at a call: a list grows by append").add(
    "last_call", "keeps the last call only", 3, keep=_last_only
)
WAYS.at("module.training").add("eval_too", "records calls in eval mode as well", 2, when=lambda layer: True)
WAYS.at("module.training").add("eval_only", "records calls in eval mode only", 2, when=lambda layer: not layer.training)
WAYS.at("the arguments of a hook: module, inputs, output").add(
    "inputs", "looks at what goes into a layer", 3, of=lambda inputs, output: inputs[0]
)
_ITEM.add("graphs", "keeps tensors, each with the graph of its batch", 2, entry=tuple)
_ITEM.add("tensors", "keeps tensors", 2, entry=tuple, of=lambda inputs, output: output.detach())
_ZEROS.add("count_of_zeros", "counts the zeros, and does not divide", 3, zeros=lambda y, _: (y == 0).float().sum())
_ZEROS.add(
    "share_of_others", "gives the share of the values that are not 0", 3, zeros=lambda y, _: (y != 0).float().mean()
)
_ZEROS.add("below_zero_too", "counts negative values as zeros", 3, zeros=lambda y, _: (y <= 0).float().mean())
_ZEROS.add(
    "nearly_zero",
    "counts what is nearly 0 as a zero, too",
    3,
    zeros=lambda y, _: (y.abs() < 1e-4).float().mean(),
)
_ZEROS.add("percent", "gives the zeros in percent", 3, zeros=lambda y, _: 100 * (y == 0).float().mean())
WAYS.at("the second number: the standard deviation, the variance's root").add(
    "variance", "gives the variance", 3, std=lambda y, correction: y.var(correction=correction)
)
WAYS.at("the second number: of all values of the output").add(
    "std_of_first", "gives the std of one image", 3, std=lambda y, correction: y[0].std(correction=correction)
)
WAYS.at("the first number: the mean, in which signs cancel").add(
    "mean_size", "gives the mean of the absolute values", 3, mean=lambda y, _: y.abs().mean()
)
WAYS.at("the order: mean, std, zeros").add(
    "swapped", "puts the std before the mean", 3, entry=lambda numbers: [numbers[place].item() for place in (1, 0, 2)]
)
WAYS.at("what drops digits, such as round: a plot needs them all").add(
    "rounded",
    "rounds the numbers to two digits",
    3,
    entry=lambda numbers: [round(number.item(), 2) for number in numbers],
)
WAYS.at("what the hook returns: nothing").add(
    "changes_output",
    "has hooks that return something, which then takes the output's place",
    1,
    {"give": lambda output: output.detach() * 2},
    {"give": Tensor.detach},
    {"give": lambda output: [output.mean().item()]},
)
WAYS.at(_YIELD).add("hands_out_nothing", "hands out nothing", 1, hand_out=lambda stats: None)
WAYS.at(f"{_YIELD}: the dict that the hooks fill").add(
    "hands_out_a_copy", "hands out a dict that is never filled", 2, hand_out=lambda stats: {name: [] for name in stats}
)
_OFF.add("hooks_left", "leaves its hooks on the layers", 1, remove=remove_none)
WAYS.at(f"{IN_FINALLY}, which runs whatever happens").add(
    "not_after_error", "leaves its hooks on the layers when the with-block ends in an error", 2, after_errors=()
)
add_clearing(_OFF, 1)
add_last_only(_OFF, 1)
add_not_after_interrupt(WAYS, "leaves its hooks on the layers when the interrupt key ends the with-block")
add_swallowing(WAYS, BaseException, Exception)
BANK.add(
    "early",
    "registers its hooks before the with-block is entered",
    "when the hooks are registered: a @contextmanager runs no line before that",
    2,
    partial(early, _recording()),
)

_OTHER_STD = "your std divides by the number of values, PyTorch's own by one less than that"
EXERCISE = Exercise(
    name="activation_stats",
    hints=HINTS,
    right=_recording(),
    tests={"test_activation_stats": LOOKS},
    mistakes=BANK.all,
    variants=(Variant(_recording(correction=0), _OTHER_STD),),
)
