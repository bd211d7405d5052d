"""activation_stats: a context manager that keeps mean, std and share of zeros of what layers put out in training."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.observation import Named, Remark
from course_utils.checking.shared import shared
from course_utils.checking.student import asking
from course_utils.checking.tensors import agree, broken, with_article
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise, Variant
from course_utils.exercises.hook_mistakes import Remove, clear_all, remove_all, remove_last, remove_none
from course_utils.exercises.hooked_looks import (
    fail,
    hooks_left,
    hooks_removed,
    manager,
    others_stay,
    removed_after_an_error,
)

HINTS = (
    "It is hooks_on of notebook 2 again, with two differences: every layer needs a hook that knows *its* list, and the "
    "with-block hands something out: what stands behind `yield`.",
    "Make the dict first, a new empty list for each name. A function hook_for(name) that returns a hook gives each "
    "hook its own name. In the hook: nothing unless module.training, otherwise three numbers, each made a float with "
    ".item(). Then try: yield the dict, finally: remove the handles.",
    "In the hook: stats[name].append(Stats(output.mean().item(), output.std().item(), (output == 0).float().mean()"
    ".item())). Around it: handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]; "
    "try: yield stats; finally: for handle in handles: handle.remove().",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_FIELDS = ("mean", "std", "share of zeros")
_NAMES = ("first", "middle", "last")
_ENTRY = "an entry holds the mean, the std and the share of zeros of the output, in this order"
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
                gave = f"{with_article(type(x).__name__)} came out of a layer"
                raise broken(_CHANGES_NOTHING, f"{gave}: what a hook returns takes the output's place")
        return x


def _net(seed: int) -> nn.Module:
    return Draws(seed, torch.float32).fill(_Net())


def _batches(seed: int) -> list[Tensor]:
    draws = Draws(seed + 100, torch.float32)
    return [draws.normal(size, 1, 5, 4) + 0.5 for size in (2, 3, 2)]


def _train(net: nn.Module, batches: list[Tensor]) -> None:
    for x in batches:
        net(x)


def _manager(candidate: Any, net: nn.Module) -> Any:
    layers = dict(zip(_NAMES, (net.conv, net.relu, net.head), strict=True))
    return manager(candidate, (layers,), "activation_stats(layers)")


def _use(candidate: Any, net: nn.Module, seed: int, body: _Body = _train) -> Any:
    """Run `body` in the student's with-block; give what the block has handed out."""
    made = _manager(candidate, net)
    with asking("entering and leaving `with activation_stats(layers) as stats:`"), made as stats:
        body(net, _batches(seed))
    return stats


def _recorded(candidate: Any, seed: int, body: _Body) -> dict[str, list]:
    """Give what the student's with-block has recorded, as it is right after it."""
    stats = _use(candidate, _net(seed), seed, body)
    if stats is None:
        raise broken(
            "the with-block hands out a dict", "`as stats` gets what stands behind `yield`: nothing stands there"
        )
    if not isinstance(stats, dict):
        raise broken("what the with-block hands out is a dict", f"it is of type {type(stats).__name__}")
    for name, entries in stats.items():
        if not isinstance(entries, list | tuple):
            raise broken("the dict holds a list for each layer", f"{name!r}: {with_article(type(entries).__name__)}")
    return {name: [*entries] for name, entries in stats.items()}


def _change_modes(net: nn.Module, batches: list[Tensor]) -> None:
    for training, x in zip((False, True, False), batches, strict=True):
        net.train(training)(x)


def _trained(candidate: Any, seed: int) -> dict[str, list]:
    return shared(_recorded, candidate, seed, _train)


def _names(candidate: Any, seed: int) -> dict[str, Any]:
    return {"": lambda: [repr(name)[:80] for name in _trained(candidate, seed)]}


def _calls(told: str, body: _Body) -> Callable[[Any, int], dict[str, Any]]:
    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {told: lambda: _counts(shared(_recorded, candidate, seed, body))}

    return observe


def _counts(stats: Mapping[str, list]) -> dict[str, int]:
    return {f"entries for {name!r}": len(stats.get(name, ())) for name in _NAMES}


def _numbers_of(*fields: str) -> Callable[[Any, int], dict[str, Any]]:
    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {f"the {one} of each output": partial(_numbers, candidate, seed, one) for one in fields}

    return observe


def _numbers(candidate: Any, seed: int, field: str) -> Named:
    stats = _trained(candidate, seed)
    found = {name: [_number(_three(entry, name)[field]) for entry in stats.get(name, ())] for name in _NAMES}
    return Named(tuple((repr(name), torch.tensor(numbers)) for name, numbers in found.items()), "list")


def _three(entry: Any, name: str) -> dict[str, Any]:
    if isinstance(entry, tuple | list) and len(entry) == len(_FIELDS):
        return dict(zip(_FIELDS, entry, strict=True))
    what = f"{len(entry)} things" if isinstance(entry, tuple | list) else f"of type {type(entry).__name__}"
    raise broken("an entry is Stats(mean, std, zeros)", f"one of {name!r} is {what}")


def _number(value: Any) -> float:
    """Read a number or a tensor with one number: of which kind it is, "plain floats" tells."""
    with suppress(Exception):
        return float(value.detach() if isinstance(value, Tensor) else value)
    raise broken(
        "an entry is Stats(mean, std, zeros), three numbers", f"one of them is {with_article(type(value).__name__)}"
    )


def _plain_floats(candidate: Any, seed: int) -> dict[str, Any]:
    return {"": lambda: _not_plain(_trained(candidate, seed))}


def _not_plain(stats: Mapping[str, list]) -> Remark | None:
    for name, entries in stats.items():
        for field, value in (_three(entries[0], name) if entries else {}).items():
            if not isinstance(value, int | float):
                graph = isinstance(value, Tensor) and value.requires_grad
                why = ", which holds on to its graph, and with it to the whole batch" if graph else ""
                kind = type(value).__name__
                return Remark(f"{kind}{why}", f"{name!r}, {field}: of type {kind}{why}")
    return None


def _changes(candidate: Any, seed: int) -> dict[str, Any]:
    def changed() -> Remark | None:
        net, outputs = _net(seed), []
        expected = net(_batches(seed)[0])
        _use(candidate, net, seed, lambda net, batches: outputs.append(net(batches[0])))
        if not outputs or not agree(outputs[0], expected, 10):
            return Remark("changed", "inside the with-block the model gives another output")
        return None if outputs[0].requires_grad else Remark("changed", "the output has lost its gradient")

    return {"": changed}


def _after_an_interrupt(candidate: Any, seed: int) -> dict[str, Any]:
    def left() -> Remark | None:
        net = _net(seed)
        try:
            _use(candidate, net, seed, _interrupt)
        except _Interrupt:
            return hooks_left(net, "is the removal in a `finally`?")
        return Remark("swallowed", "the interrupt was swallowed: nobody would ever learn of it")

    return {"": left}


class _Interrupt(KeyboardInterrupt):
    """What the interrupt key raises."""


def _interrupt(*_: Any) -> None:
    raise _Interrupt


def _not_before(candidate: Any, seed: int) -> dict[str, Any]:
    def early() -> Remark | None:
        net = _net(seed)
        made = _manager(candidate, net)
        left = hooks_left(net)
        del made  # not before: what is collected may take its hooks off
        return left

    return {"": early}


def _used_again(candidate: Any, seed: int) -> dict[str, Any]:
    def more() -> Remark | None:
        first, second = (len(_recorded(candidate, seed, _train).get(_NAMES[0], ())) for _ in range(2))
        told = f"the first one recorded {first} calls, the second {second}"
        return None if first == second else Remark("more", told)

    return {"": more}


LOOKS = (
    Look("names", "the dict has the names of the layers as its keys, in their order", _names),
    Look(
        "one for each call",
        "each call of a layer adds one entry to the layer's own list",
        _calls("three batches in training mode, 'last' is called twice for each", _train),
    ),
    Look("values", _ENTRY, _numbers_of("mean", "share of zeros"), axes=("call",)),
    Look("std", _ENTRY, _numbers_of("std"), axes=("call",)),
    Look("plain floats", "plain floats are kept: .item() makes one", _plain_floats),
    Look("used again", "each with-block starts with empty lists", _used_again),
    Look(
        "training only",
        "calls in training mode are recorded, and those in eval mode are not",
        _calls("a batch in eval mode, one in training mode, one in eval mode again", _change_modes),
    ),
    Look("changes nothing", _CHANGES_NOTHING, _changes),
    hooks_removed(_net, _use, promise="after the with-block the hooks are gone", why=""),
    removed_after_an_error(
        _net,
        partial(_use, body=fail),
        "after an error",
        "the hooks are gone even when an error ends the with-block",
        "in the with-block",
    ),
    Look(
        "after an interrupt",
        "the hooks are gone even when the interrupt key ends the with-block",
        _after_an_interrupt,
    ),
    others_stay(_net, _use, promise="hooks that were there before stay"),
    Look("not before", "nothing is registered before the with statement is entered", _not_before),
)


# --- the bank: right code with one thing changed --------------------------------------------------------------------

_Entry = Callable[[Tensor, int], tuple]


def _entry(values: Tensor, correction: int) -> tuple[float, ...]:
    return values.mean().item(), values.std(correction=correction).item(), (values == 0).float().mean().item()


def _output(inputs: tuple, output: Tensor) -> Tensor:
    return output


def _recording(
    entry: _Entry = _entry,
    correction: int = 1,
    *,
    of: Callable[[tuple, Tensor], Tensor] = _output,
    lists: Callable[[_Layers], dict[str, list]] = lambda layers: {name: [] for name in layers},
    name_of: Callable[[str, _Layers], str] = lambda name, layers: name,
    when: Callable[[nn.Module], bool] = lambda layer: layer.training,
    keep: Callable[[list, Any], None] = list.append,
    give: Callable[[Tensor], Any] = lambda output: None,
    remove: Remove = remove_all,
    on: type[BaseException] | tuple = BaseException,
    swallow: type[BaseException] | tuple = (),
    hand_out: Callable[[dict], Any] = lambda stats: stats,
) -> Any:
    """Make a context manager; `on` are the errors after which it removes its hooks, `swallow` those that it keeps."""

    @contextmanager
    def activation_stats(layers: _Layers) -> Iterator[Any]:
        stats = lists(layers)

        def hook_for(name: str) -> Callable:
            def hook(layer: nn.Module, inputs: tuple, output: Tensor) -> Any:
                if when(layer):
                    keep(stats[name_of(name, layers)], entry(of(inputs, output), correction))
                return give(output)

            return hook

        model = nn.ModuleList(layers.values())
        handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
        try:
            with suppress(swallow):
                yield hand_out(stats)
        except on:
            remove(model, handles)
            raise
        else:
            remove(model, handles)

    return activation_stats


def _one_list(layers: _Layers) -> dict[str, list]:
    shared: list = []
    return dict.fromkeys(layers, shared)


def _last_only(entries: list, new: Any) -> None:
    entries[:] = [new]


def _tensors(values: Tensor, correction: int) -> tuple[Tensor, ...]:
    return values.mean(), values.std(correction=correction), (values == 0).float().mean()


def _rounded(values: Tensor, correction: int) -> tuple[float, ...]:
    return tuple(round(value, 2) for value in _entry(values, correction))


def _swapped(values: Tensor, correction: int) -> tuple[float, ...]:
    mean, std, zeros = _entry(values, correction)
    return std, mean, zeros


def _with(**other: Callable[[Tensor, int], Any]) -> _Entry:
    """Make an entry with another number in one of the three places."""

    def entry(values: Tensor, correction: int) -> tuple[float, ...]:
        numbers = dict(zip(("mean", "std", "zeros"), _entry(values, correction), strict=True))
        numbers |= {place: float(number(values.detach(), correction)) for place, number in other.items()}
        return tuple(numbers.values())

    return entry


BANK = Bank()
_ZEROS = "the third number: how many of the values are exactly 0, divided by how many there are"
_OFF = "how the hooks are taken off: each handle has a remove()"
_ITEM = "what is kept: .item() makes a float"
_FINALLY = "where the removal stands: in a `finally`, which runs whatever happens"


def _add(id_: str, belief: str, look_at: str, hint: int, *ways: Mapping[str, Any], **way: Any) -> None:
    """Add a mistake that can be made in these ways, each with both kinds of std."""
    made = [_recording(correction=correction, **one) for one in ways or (way,) for correction in (1, 0)]
    BANK.add(id_, belief, look_at, hint, *made)


_add(
    "one_list",
    "has one list for all layers",
    "the dict: dict.fromkeys(names, []) has one list many times",
    2,
    lists=_one_list,
)
_add(
    "last_name",
    "puts every entry into the last layer's list",
    "how a hook knows its name: one made in a loop looks the name up later, when the loop has ended",
    2,
    name_of=lambda name, layers: [*layers][-1],
)
_add("last_call", "keeps the last call only", "what happens at a call: a list grows by append", 3, keep=_last_only)
_add("eval_too", "records calls in eval mode as well", "module.training", 2, when=lambda layer: True)
_add("eval_only", "records calls in eval mode only", "module.training", 2, when=lambda layer: not layer.training)
_add(
    "inputs",
    "looks at what goes into a layer",
    "the arguments of a hook: module, inputs, output",
    3,
    of=lambda inputs, output: inputs[0],
)
_add("graphs", "keeps tensors, each with the graph of its batch", _ITEM, 2, entry=_tensors)
_add("tensors", "keeps tensors", _ITEM, 2, entry=_tensors, of=lambda inputs, output: output.detach())
_add(
    "count_of_zeros", "counts the zeros, and does not divide", _ZEROS, 3, entry=_with(zeros=lambda y, _: (y == 0).sum())
)
_add(
    "share_of_others",
    "gives the share of the values that are not 0",
    _ZEROS,
    3,
    entry=_with(zeros=lambda y, _: (y != 0).float().mean()),
)
_add(
    "below_zero_too",
    "counts negative values as zeros",
    _ZEROS,
    3,
    entry=_with(zeros=lambda y, _: (y <= 0).float().mean()),
)
_add("percent", "gives the zeros in percent", _ZEROS, 3, entry=_with(zeros=lambda y, _: 100 * (y == 0).float().mean()))
_add(
    "variance",
    "gives the variance",
    "the second number: the standard deviation, the variance's root",
    3,
    entry=_with(std=lambda y, correction: y.var(correction=correction)),
)
_add(
    "std_of_first",
    "gives the std of one image",
    "the second number: of all values of the output",
    3,
    entry=_with(std=lambda y, correction: y[0].std(correction=correction)),
)
_add(
    "mean_size",
    "gives the mean of the absolute values",
    "the first number: the mean, in which signs cancel",
    3,
    entry=_with(mean=lambda y, _: y.abs().mean()),
)
_add("swapped", "puts the std before the mean", "the order: mean, std, zeros", 3, entry=_swapped)
_add("rounded", "rounds the numbers to two digits", "calls of round: a plot needs all digits", 3, entry=_rounded)
_add(
    "changes_output",
    "has hooks that return something, which then takes the output's place",
    "what the hook returns: nothing",
    1,
    {"give": lambda output: output.detach() * 2},
    {"give": Tensor.detach},
    {"give": lambda output: _entry(output, 1)},
)
_add("hands_out_nothing", "hands out nothing", "what stands behind `yield`", 1, hand_out=lambda stats: None)
_add(
    "hands_out_a_copy",
    "hands out a dict that is never filled",
    "what stands behind `yield`: the dict that the hooks fill",
    2,
    hand_out=lambda stats: {name: [] for name in stats},
)
_add("hooks_left", "leaves its hooks on the layers", _OFF, 1, remove=remove_none)
_add("clears_all", "takes off all hooks, other people's too", _OFF, 1, remove=clear_all)
_add("removes_last", "takes off the last hook only", _OFF, 1, remove=remove_last)
_add("not_after_error", "leaves its hooks on the layers when the with-block ends in an error", _FINALLY, 2, on=())
_add(
    "not_after_interrupt",
    "leaves its hooks on the layers when the interrupt key ends the with-block",
    "the kind of error that is caught: KeyboardInterrupt is no Exception; `finally` needs no kind",
    2,
    on=Exception,
)
_add(
    "swallows",
    "swallows errors of the with-block",
    "what happens to an exception: finally, not except",
    2,
    {"swallow": BaseException},
    {"swallow": Exception},
)


@BANK.mistake(
    "registers its hooks before the with-block is entered",
    "when the hooks are registered: a @contextmanager runs no line before that",
    2,
)
class _Early:
    """Registers when it is made, not when its with-block is entered."""

    def __init__(self, layers: _Layers) -> None:
        self._manager = _recording()(layers)
        self._stats = self._manager.__enter__()

    def __enter__(self) -> dict:
        return self._stats

    def __exit__(self, *error: Any) -> Any:
        return self._manager.__exit__(*error)


EXERCISE = Exercise(
    name="activation_stats",
    hints=HINTS,
    right=_recording(),
    tests={"test_activation_stats": LOOKS},
    mistakes=BANK.all,
    variants=(
        Variant(
            _recording(correction=0), "your std divides by the number of values, PyTorch's own by one less than that"
        ),
    ),
)
