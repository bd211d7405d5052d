"""activation_stats: a context manager that keeps mean, std and share of zeros of what layers put out in training."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, insist_equal, run
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

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

_FIELDS = ("mean", "std", "share of zeros")
_DIGITS = 1e-5  # statistics of a few hundred float32 numbers, in any order of summation


class _Net(nn.Module):
    """Two layers to look at; the second one is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.relu, self.head = nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.head(self.relu(self.conv(x))))


_Layers = dict[str, nn.Module]
_NAMES = ("first", "middle", "last")


def _given(seed: int) -> tuple[nn.Module, _Layers, list[Tensor]]:
    """Make a net, names for three of its layers, and a few batches."""
    draws = Draws(seed, torch.float32)
    net = draws.fill(_Net())
    layers = dict(zip(_NAMES, (net.conv, net.relu, net.head), strict=True))
    return net, layers, [draws.normal(size, 1, 5, 4) + 0.5 for size in (2, 3, 2)]


class _Outputs:
    """The outputs of layers as they were, kept by a hook of the test's own."""

    def __init__(self, layers: _Layers) -> None:
        self.seen: dict[str, list[Tensor]] = {name: [] for name in layers}
        for name, layer in layers.items():
            layer.register_forward_hook(self._keep(name))

    def _keep(self, name: str) -> Callable[..., None]:
        def hook(layer: nn.Module, inputs: tuple, output: Tensor) -> None:
            self.seen[name].append(output.detach().clone())

        return hook


def _use(candidate: Any, layers: _Layers, body: Callable[[], Any]) -> Any:
    """Run `body` in the student's with-block; give what the block has handed out."""
    manager = _manager(candidate, layers)
    with asking("entering and leaving `with activation_stats(layers) as stats:`"), manager as stats:
        body()
    return stats


def _manager(candidate: Any, layers: _Layers) -> Any:
    manager = run(candidate, layers, doing="calling activation_stats(layers)")
    if not hasattr(manager, "__enter__"):
        gave = "None" if manager is None else f"something of type {type(manager).__name__}"
        raise broken(
            "activation_stats works in a with statement", f"it returned {gave}: is @contextmanager missing above it?"
        )
    return manager


def _recorded(candidate: Any, seed: int, use: Callable[[nn.Module, list[Tensor]], Any]) -> tuple[Any, dict]:
    """Give what the student's with-block has recorded while `use(net, batches)` ran, and the outputs themselves."""
    net, layers, batches = _given(seed)
    outputs = _Outputs(layers)
    stats = _use(candidate, layers, lambda: use(net, batches))
    if not isinstance(stats, dict):
        gave = "nothing stands there" if stats is None else f"that is of type {type(stats).__name__}"
        raise broken("the with-block hands out a dict", f"`as stats` gets what stands behind `yield`: {gave}")
    return stats, outputs.seen


def _trains(net: nn.Module, batches: list[Tensor]) -> None:
    for x in batches:
        net(x).sum().backward()


def _keys(candidate: Any, seed: int) -> None:
    stats, _ = _recorded(candidate, seed, _trains)
    if list(stats) != list(_NAMES):
        got = ", ".join(map(repr, stats)) or "no keys"
        raise broken(
            "the dict has the names of the layers as its keys, in their order", f"expected {_NAMES}, got {got}"
        )


def _one_for_each_call(candidate: Any, seed: int) -> None:
    stats, outputs = _recorded(candidate, seed, _trains)
    for name in _NAMES:
        wanted, got = len(outputs[name]), len(stats.get(name, ()))
        if wanted != got:
            raise broken(
                "each call of a layer adds one entry to the layer's own list",
                f"{name!r} was called {wanted} times, and entries in its list: {got}",
            )


def _values(candidate: Any, seed: int) -> None:
    stats, outputs = _recorded(candidate, seed, _trains)
    for name in _NAMES:
        for number, (entry, output) in enumerate(zip(stats.get(name, ()), outputs[name], strict=False), 1):
            place = f"{name!r}, call {number}: an output of shape {tuple(output.shape)}"
            for field, wanted, got in zip(_FIELDS, _right_entries(output), _three(entry, place), strict=True):
                if not any(_close(got, one) for one in wanted):
                    raise broken(
                        "an entry holds the mean, the std and the share of zeros of the output, in this order",
                        place,
                        f"{field}: expected {_told(wanted[0])}, got {_told(got)}",
                    )


def _right_entries(output: Tensor) -> tuple[tuple[float, ...], ...]:
    """Give the right values of the three; for the std, those with and without Bessel's correction."""
    stds = tuple(output.std(correction=correction).item() for correction in (1, 0))
    return (output.mean().item(),), stds, ((output == 0).double().mean().item(),)


def _three(entry: Any, place: str) -> tuple:
    if isinstance(entry, tuple | list) and len(entry) == len(_FIELDS):
        return tuple(entry)
    what = f"{len(entry)} things" if isinstance(entry, tuple | list) else f"of type {type(entry).__name__}"
    raise broken("an entry is Stats(mean, std, zeros)", place, f"the entry is {what}")


def _close(got: Any, wanted: float) -> bool:
    number = _number(got)
    return number is not None and abs(number - wanted) <= _DIGITS * (1 + abs(wanted))


def _told(got: Any) -> str:
    number = _number(got)
    return (
        f"something of type {type(got).__name__}" if number is None else f"{number:.4f}".replace("-", "\N{MINUS SIGN}")
    )


def _number(value: Any) -> float | None:
    """Read a number or a tensor with one number; None for anything else."""
    with suppress(TypeError, ValueError, RuntimeError):
        return float(value.detach() if isinstance(value, Tensor) else value)
    return None


def _plain_floats(candidate: Any, seed: int) -> None:
    stats, _ = _recorded(candidate, seed, _trains)
    for name, entries in stats.items():
        for field, value in zip(_FIELDS, _three(entries[0], repr(name)) if entries else (), strict=False):
            if isinstance(value, float):
                continue
            graph = ", which holds on to its graph, and with it to the whole batch" if _has_graph(value) else ""
            raise broken(
                "plain floats are kept: .item() makes one", f"{name!r}, {field}: of type {type(value).__name__}{graph}"
            )


def _has_graph(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _training_only(candidate: Any, seed: int) -> None:
    def use(net: nn.Module, batches: list[Tensor]) -> None:
        _trains(net.eval(), batches[:1])
        _trains(net.train(), batches[1:2])
        _trains(net.eval(), batches[2:])

    stats, _ = _recorded(candidate, seed, use)
    for name, wanted in zip(_NAMES, (1, 1, 2), strict=True):
        got = len(stats.get(name, ()))
        if got != wanted:
            raise broken(
                "calls in training mode are recorded, and those in eval mode are not",
                f"calls of {name!r} in training mode: {wanted}, in eval mode: {2 * wanted}, entries in its list: {got}",
            )


def _output_untouched(candidate: Any, seed: int) -> None:
    net, layers, (x, *_) = _given(seed)
    expected = net(x).detach()
    found: list[Tensor] = []
    _use(candidate, layers, lambda: found.append(net(x)))
    insist_equal(found[0].detach(), expected, "the hooks look and change nothing", depth=9)
    if not found[0].requires_grad:
        raise broken("the hooks look and change nothing", "the output has lost its gradient")


def _hooks_left(layers: _Layers) -> int:
    return sum(len(layer._forward_hooks) + len(layer._forward_pre_hooks) for layer in layers.values())


def _hooks_removed(candidate: Any, seed: int) -> None:
    net, layers, batches = _given(seed)
    _Outputs(layers)
    _use(candidate, layers, lambda: _trains(net, batches))
    left = _hooks_left(layers) - len(layers)
    if left > 0:
        raise broken("after the with-block the hooks are gone", f"there are {left} left")
    if left < 0:
        raise broken("hooks that were there before stay", f"{-left} of {len(layers)} are gone")


class _Stop(KeyboardInterrupt):
    """What the interrupt key raises."""


class _OwnError(Exception):
    """What a training run may raise."""


def _hooks_removed_after_an_interrupt(candidate: Any, seed: int) -> None:
    for error, told in ((_OwnError, "an error"), (_Stop, "the interrupt key")):
        left, came_through = _stopped(candidate, error)
        if left:
            raise broken(
                f"the hooks are gone even when {told} ends the with-block",
                f"there are {left} left: is the removal in a `finally`?",
            )
        if not came_through:
            raise broken(f"{told} in the with-block comes through", "it was swallowed: nobody would ever learn of it")


def _stopped(candidate: Any, error: type[BaseException]) -> tuple[int, bool]:
    """Raise in the with-block; give how many hooks are left, and whether the error came through."""
    _, layers, _ = _given(0)
    try:
        with _manager(candidate, layers):
            _raise(error)
    except error:
        return _hooks_left(layers), True
    return _hooks_left(layers), False


def _raise(error: type[BaseException]) -> None:
    raise error


def _not_before(candidate: Any, seed: int) -> None:
    _, layers, _ = _given(seed)
    manager = _manager(candidate, layers)
    left = _hooks_left(layers)
    del manager
    if left:
        raise broken("nothing is registered before the with statement is entered", f"there are {left} hooks")


def _used_again(candidate: Any, seed: int) -> None:
    counts = [len(_recorded(candidate, seed, _trains)[0].get(_NAMES[0], ())) for _ in range(2)]
    if counts[0] != counts[1]:
        raise broken(
            "each with-block starts with empty lists",
            f"the first one recorded {counts[0]} calls, the second {counts[1]}",
        )


def _probe(candidate: Any) -> Looks:
    def recorded(use: Callable[[nn.Module, list[Tensor]], Any]) -> list:
        stats, outputs = _recorded(candidate, 0, use)
        stds = [_right_entries(output)[1] for one in outputs.values() for output in one]
        return [[name, *(_seen(entry, stds) for entry in entries)] for name, entries in stats.items()]

    def early() -> int:
        _, layers, _ = _given(0)
        manager = candidate(layers)
        found = _hooks_left(layers)
        del manager
        return found

    def left() -> int:
        net, layers, batches = _given(0)
        _Outputs(layers)
        _use(candidate, layers, lambda: _trains(net, batches))
        return _hooks_left(layers)

    def output() -> Tensor:
        net, layers, (x, *_) = _given(0)
        found: list[Tensor] = []
        _use(candidate, layers, lambda: found.append(net(x)))
        return found[0].detach()

    return {
        "training": lambda: recorded(_trains),
        "eval": lambda: recorded(lambda net, batches: _trains(net.eval(), batches)),
        "kinds": lambda: _kinds(_recorded(candidate, 0, _trains)[0]),
        "left": left,
        "after an error": lambda: _stopped(candidate, _OwnError),
        "after an interrupt": lambda: _stopped(candidate, _Stop),
        "early": early,
        "output": output,
        "again": lambda: [len(_recorded(candidate, 0, _trains)[0][_NAMES[0]]) for _ in range(2)],
    }


def _seen(entry: Any, stds: list[tuple[float, ...]]) -> Any:
    """Give an entry's numbers; the two right kinds of std, with and without Bessel's correction, count as one."""
    if not isinstance(entry, tuple | list) or len(entry) != len(_FIELDS):
        return type(entry).__name__
    numbers = [_number(value) for value in entry]
    numbers[1] = next((one[0] for one in stds if any(_close(entry[1], kind) for kind in one)), numbers[1])
    return torch.tensor([float("nan") if number is None else number for number in numbers])


def _kinds(stats: Mapping[str, list]) -> list:
    return [
        [type(value).__name__ + str(_has_graph(value)) for value in entries[0]] for entries in stats.values() if entries
    ]


# --- the bank -------------------------------------------------------------------------------------------------------

_Entry = Callable[[tuple, Tensor], Any]


def _entry(inputs: tuple, output: Tensor) -> tuple[float, ...]:
    return output.mean().item(), output.std().item(), (output == 0).float().mean().item()


def _remove(layers: Mapping[str, nn.Module], handles: list) -> None:
    for handle in handles:
        handle.remove()


def _clear(layers: Mapping[str, nn.Module], handles: list) -> None:
    for layer in layers.values():
        layer._forward_hooks.clear()


def _recording(
    entry: _Entry = _entry,
    *,
    lists: Callable[[Mapping[str, nn.Module]], dict[str, list]] = lambda layers: {name: [] for name in layers},
    name_of: Callable[[str, Mapping[str, nn.Module]], str] = lambda name, layers: name,
    when: Callable[[nn.Module], bool] = lambda layer: layer.training,
    keep: Callable[[list, Any], None] = list.append,
    give: Callable[[Tensor], Any] = lambda output: None,
    remove: Callable[[Mapping[str, nn.Module], list], None] = _remove,
    on: type[BaseException] | tuple = BaseException,
    swallow: type[BaseException] | tuple = (),
    hand_out: Callable[[dict], Any] = lambda stats: stats,
) -> Any:
    """Make a context manager; `on` are the errors after which it removes its hooks, `swallow` those that it keeps."""

    @contextmanager
    def activation_stats(layers: Mapping[str, nn.Module]) -> Iterator[Any]:
        stats = lists(layers)

        def hook_for(name: str) -> Callable:
            def hook(layer: nn.Module, inputs: tuple, output: Tensor) -> Any:
                if when(layer):
                    keep(stats[name_of(name, layers)], entry(inputs, output))
                return give(output)

            return hook

        handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers.items()]
        try:
            with suppress(swallow):
                yield hand_out(stats)
        except on:
            remove(layers, handles)
            raise
        else:
            remove(layers, handles)

    return activation_stats


class _Early:
    """Registers when it is made, not when its with-block is entered."""

    def __init__(self, layers: Mapping[str, nn.Module]) -> None:
        self._manager = _recording()(layers)
        self._stats = self._manager.__enter__()

    def __enter__(self) -> dict:
        return self._stats

    def __exit__(self, *error: Any) -> Any:
        return self._manager.__exit__(*error)


def _one_list(layers: Mapping[str, nn.Module]) -> dict[str, list]:
    shared: list = []
    return dict.fromkeys(layers, shared)


def _last_only(entries: list, new: Any) -> None:
    entries[:] = [new]


def _tensors(inputs: tuple, output: Tensor) -> tuple[Tensor, ...]:
    return output.mean(), output.std(), (output == 0).float().mean()


def _detached(inputs: tuple, output: Tensor) -> tuple[Tensor, ...]:
    return _tensors(inputs, output.detach())


def _swapped(inputs: tuple, output: Tensor) -> tuple[float, ...]:
    mean, std, zeros = _entry(inputs, output)
    return std, mean, zeros


def _rounded(inputs: tuple, output: Tensor) -> tuple[float, ...]:
    return tuple(round(value, 2) for value in _entry(inputs, output))


def _with(mean: Any = None, std: Any = None, zeros: Any = None) -> _Entry:
    """Make an entry with other numbers in some of the three places, each a function of the output."""

    def entry(inputs: tuple, output: Tensor) -> tuple[float, ...]:
        own = [function and float(function(output.detach())) for function in (mean, std, zeros)]
        return tuple(right if one is None else one for one, right in zip(own, _entry(inputs, output), strict=True))

    return entry


_ZEROS = "the third number: how many of the values are exactly 0, divided by how many there are"
_OFF = "how the hooks are taken off: each handle has a remove()"
_FINALLY = "where the removal stands: in a `finally`, which runs whatever happens"

MISTAKES = (
    Mistake(
        "one_list",
        "has one list for all layers",
        "the dict: dict.fromkeys(names, []) has one list many times",
        2,
        _recording(lists=_one_list),
    ),
    Mistake(
        "last_name",
        "puts every entry into the last layer's list",
        "how a hook knows its name: one made in a loop looks the name up later, when the loop has ended",
        2,
        _recording(name_of=lambda name, layers: [*layers][-1]),
    ),
    Mistake(
        "last_call",
        "keeps the last call only",
        "what happens at a call: a list grows by append",
        3,
        _recording(keep=_last_only),
    ),
    Mistake(
        "eval_too", "records calls in eval mode as well", "module.training", 2, _recording(when=lambda layer: True)
    ),
    Mistake(
        "eval_only",
        "records calls in eval mode only",
        "module.training",
        2,
        _recording(when=lambda layer: not layer.training),
    ),
    Mistake(
        "inputs",
        "looks at what goes into a layer",
        "the arguments of a hook: module, inputs, output",
        3,
        _recording(lambda inputs, output: _entry((), inputs[0])),
    ),
    Mistake(
        "graphs",
        "keeps tensors, each with the graph of its batch",
        "what is kept: .item() makes a float",
        2,
        _recording(_tensors),
    ),
    Mistake("tensors", "keeps tensors", "what is kept: .item() makes a float", 2, _recording(_detached)),
    Mistake(
        "count_of_zeros",
        "counts the zeros, and does not divide",
        _ZEROS,
        3,
        _recording(_with(zeros=lambda y: (y == 0).sum())),
    ),
    Mistake(
        "share_of_others",
        "gives the share of the values that are not 0",
        _ZEROS,
        3,
        _recording(_with(zeros=lambda y: (y != 0).float().mean())),
    ),
    Mistake(
        "below_zero_too",
        "counts negative values as zeros",
        _ZEROS,
        3,
        _recording(_with(zeros=lambda y: (y <= 0).float().mean())),
    ),
    Mistake(
        "percent",
        "gives the zeros in percent",
        _ZEROS,
        3,
        _recording(_with(zeros=lambda y: 100 * (y == 0).float().mean())),
    ),
    Mistake(
        "variance",
        "gives the variance",
        "the second number: the standard deviation, the variance's root",
        3,
        _recording(_with(std=lambda y: y.var())),
    ),
    Mistake(
        "std_of_first",
        "gives the std of one image",
        "the second number: of all values of the output",
        3,
        _recording(_with(std=lambda y: y[0].std())),
    ),
    Mistake(
        "mean_size",
        "gives the mean of the absolute values",
        "the first number: the mean, in which signs cancel",
        3,
        _recording(_with(mean=lambda y: y.abs().mean())),
    ),
    Mistake(
        "swapped",
        "puts the std before the mean",
        "the order: mean, std, zeros",
        3,
        _recording(_swapped),
    ),
    Mistake(
        "rounded",
        "rounds the numbers to two digits",
        "calls of round: a plot needs all digits",
        3,
        _recording(_rounded),
    ),
    Mistake(
        "changes_output",
        "has hooks that return something, which then takes the output's place",
        "what the hook returns: nothing",
        1,
        _recording(give=lambda output: output.detach() * 2),
    ),
    Mistake(
        "hands_out_nothing",
        "hands out nothing",
        "what stands behind `yield`",
        1,
        _recording(hand_out=lambda stats: None),
    ),
    Mistake(
        "hands_out_a_copy",
        "hands out a dict that is never filled",
        "what stands behind `yield`: the dict that the hooks fill",
        2,
        _recording(hand_out=lambda stats: {name: [] for name in stats}),
    ),
    Mistake("hooks_left", "leaves its hooks on the layers", _OFF, 1, _recording(remove=lambda layers, handles: None)),
    Mistake("clears_all", "takes off all hooks, other people's too", _OFF, 1, _recording(remove=_clear)),
    Mistake(
        "removes_last",
        "takes off the last hook only",
        _OFF,
        1,
        _recording(remove=lambda layers, handles: handles[-1].remove()),
    ),
    Mistake(
        "not_after_error",
        "leaves its hooks on the layers when the with-block ends in an error",
        _FINALLY,
        2,
        _recording(on=()),
    ),
    Mistake(
        "not_after_interrupt",
        "leaves its hooks on the layers when the interrupt key ends the with-block",
        "the kind of error that is caught: KeyboardInterrupt is no Exception; `finally` needs no kind",
        2,
        _recording(on=Exception),
    ),
    Mistake(
        "swallows",
        "swallows errors of the with-block",
        "what happens to an exception: finally, not except",
        2,
        _recording(swallow=BaseException),
    ),
    Mistake(
        "early",
        "registers its hooks before the with-block is entered",
        "when the hooks are registered: a @contextmanager runs no line before that",
        2,
        _Early,
    ),
)

EXERCISE = Exercise(
    name="activation_stats",
    hints=HINTS,
    right=_recording(),
    tests={
        "test_activation_stats": (
            Check("names", _keys),
            Check("one for each call", _one_for_each_call),
            Check("values", _values),
            Check("plain floats", _plain_floats),
            Check("training only", _training_only),
            Check("changes nothing", _output_untouched),
            Check("hooks removed", _hooks_removed),
            Check("after an interrupt", _hooks_removed_after_an_interrupt),
            Check("not before", _not_before),
            Check("used again", _used_again),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
