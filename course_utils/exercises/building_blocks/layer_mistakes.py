"""Ways to get a layer wrong, made from a right one, and the mistakes that several layers share, each said once."""

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.both import made_on
from course_utils.exercises.bank import Bank

Right = type[nn.Module]

# --- a right layer with one change ----------------------------------------------------------------------------------


def changed(right: Right, change: Callable[[Any], Any]) -> Right:
    """Make a layer that is changed after it is built."""

    class Changed(right):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            with torch.no_grad():
                change(self)

    return Changed


def drawn(right: Right, draw: Callable[[Any, Tensor], Any]) -> Right:
    """Make a layer whose first numbers are drawn in another way: draw(layer, parameter)."""
    return changed(right, lambda layer: [draw(layer, one) for one in layer.parameters()])


def built_with(right: Right, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Right:
    """Make a layer that is built with other settings than it is given, by name."""

    class BuiltWith(right):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(**change(signature(right).bind(*args, **settings).arguments))

    return BuiltWith


def with_defaults(right: Right, **defaults: Any) -> Right:
    """Make a layer with other defaults."""
    return built_with(right, lambda given: defaults | given)


def computing(right: Right, function: Callable[[Any, Tensor], Any]) -> Right:
    """Make a layer that computes something else."""

    class Computing(right):
        def forward(self, x: Tensor) -> Tensor:
            return function(self, x)

    return Computing


def unit(function: Callable[[Tensor], Any]) -> Right:
    """Make a layer that has no settings and computes this."""
    return computing(nn.Module, lambda layer, x: function(x))


def reading(right: Right, **other: Callable[[Any], Any]) -> Right:
    """Make a layer whose forward finds something else under these names: other(layer) each."""

    class Reading(right):
        def forward(self, x: Tensor) -> Tensor:
            twin = type(self).__new__(type(self))
            vars(twin).update(vars(self) | {name: made(self) for name, made in other.items()})
            return super(Reading, twin).forward(x)

    return Reading


def given(right: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """Make a function, or a layer, that gets another x than it is given."""
    if not isinstance(right, type):
        return made_on(right, lambda right: lambda x, *others: right(change(x), *others))

    class Given(right):
        def forward(self, x: Tensor) -> Any:
            return super().forward(change(x))

    return Given


def then(right: Any, change: Callable[[Any], Any]) -> Any:
    """Make a function, or a layer, whose result is changed."""
    if not isinstance(right, type):
        return made_on(right, lambda right: lambda *inputs: change(right(*inputs)))

    class Then(right):
        def forward(self, x: Tensor) -> Any:
            return change(super().forward(x))

    return Then


# --- mistakes of several layers -------------------------------------------------------------------------------------


# What to look at for those that write into their input: no one operation is named, because all of them look the same.
IN_PLACE = "operations in place, such as x *= …, x[…] = … or clamp_(): the caller still needs x"


def fixed_dtype(bank: Bank, right: Any, hint: int, does: str = "answers") -> None:
    """Add one that knows a single dtype."""
    look_at = "calls like .float(), and tensors that you make: they want the input's dtype"
    bank.add("fixed_dtype", f"always {does} in float32", look_at, hint, then(right, Tensor.float))


def detached(bank: Bank, right: Any, hint: int, calls: str = ".detach(), .data or no_grad") -> None:
    """Add one without a gradient."""
    bank.add("detached", "cuts the gradient off", f"calls like {calls}", hint, given(right, Tensor.detach))


def in_usual_order(x: Tensor, shape: Sequence[int]) -> Tensor:
    """Take x's values for lying in memory in the usual order of such a shape, whatever x.stride() says."""
    return x.as_strided(shape, torch.empty(shape, device="meta").stride())


def misread(bank: Bank, right: Any, hint: int) -> None:
    """Add one that works out from the shape where x's values lie in memory."""
    bank.add(
        "memory_order",
        "works out from the shape where x's values lie in memory, which is right only for the usual order",
        "as_strided: x.stride() knows how far apart neighbours lie, and reshape and flatten need not be told",
        hint,
        given(right, lambda x: in_usual_order(x, x.shape)),
    )


def learned(bank: Bank, right: Right, look_at: str) -> None:
    """Add one with a parameter, of layers that have none."""
    one_more = changed(right, lambda layer: setattr(layer, "weight", nn.Parameter(torch.ones(1))))
    bank.add("learned", "has a parameter", look_at, 1, one_more)


def silent(bank: Bank, right: Right, hint: int) -> None:
    """Add one that says nothing about its settings."""
    says_nothing = type("Silent", (right,), {"extra_repr": lambda self: ""})
    bank.add("silent", "has no extra_repr", "extra_repr: it returns text", hint, says_nothing)


def padding_first(bank: Bank, right: Right, hint: int) -> None:
    """Add one with its last two arguments the other way round."""
    names = [*signature(right).parameters]
    names[-2:] = names[:-3:-1]

    class PaddingFirst(right):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(**dict(zip(names, args, strict=False)), **settings)

    order = "the signature: kernel_size, stride, padding"
    bank.add("padding_first", "expects padding before stride", order, hint, PaddingFirst)


Made = Callable[[str, Callable[[tuple], tuple]], Any]


def with_setting(right: Right) -> Made:
    """Make layers that change a setting once they are built, by its name."""
    return lambda name, change: changed(right, lambda layer: setattr(layer, name, change(getattr(layer, name))))


def stopping(right: Right, stop: Callable[[dict[str, Any]], Any]) -> tuple[Right, Right]:
    """Make layers that stop at what they are given, by name: one when it is built, one when it is called."""

    class Noting(right):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            self.given = signature(right).bind(*args, **settings).arguments

    def called(layer: Noting, x: Tensor) -> Tensor:
        stop(layer.given)
        return right.forward(layer, x)

    return changed(Noting, lambda layer: stop(layer.given)), computing(Noting, called)


def tuples_only(bank: Bank, right: Right) -> None:
    """Add one that takes its kernel_size apart without asking whether it's a number."""
    look_at = "kernel_size: a number stands for height and width alike"
    stops = stopping(right, lambda given: len(given["kernel_size"]))
    bank.add("tuples_only", "takes no number for kernel_size", look_at, 3, *stops)


MINUS_ZERO = (
    "puts x into the slice padding:-padding, which is empty where padding is 0",
    "the slice that x is put into: padding : padding + size is right for 0, too",
)
"""What is said of those that count the far end of the padding from the end."""

PAIRS = "what a tuple means: (for the height, for the width), for {} by itself"


def pair(value: Any) -> tuple[Any, Any]:
    """Make a pair of a number."""
    return value if isinstance(value, tuple) else (value, value)


def confused_pairs(means: Callable[..., None], names: Sequence[str], made: Made) -> None:
    """Add those that take a pair for something else: made(name, change) uses change(pair) for the setting `name`."""
    for name in names:
        id_ = name.removesuffix("_size")
        means(f"{id_}_turned", f"takes {name} as (width, height)", made(name, lambda both: both[::-1]))
        means(f"{id_}_square", f"uses the first number of {name} only", made(name, lambda both: (both[0], both[0])))


# --- mistakes of layers with weights --------------------------------------------------------------------------------


def fan_in(layer: Any) -> int:
    """Say how many numbers one output sums over."""
    return layer.weight[0].numel()


def weight_detached(bank: Bank, right: Right) -> None:
    """Add one whose weight learns nothing."""
    calls = "calls like .detach(), .data or no_grad in forward"
    cut_off = reading(right, weight=lambda layer: layer.weight.detach())
    bank.add("detached", "cuts the gradient of its weight off", calls, 3, cut_off)
    bank.add("no_gradient", "cuts all gradients off", calls, 3, then(right, Tensor.detach))


def weight_transposed(bank: Bank, right: Right, kept: str, look_at: str) -> None:
    """Add one that keeps its weight with the inputs first, and computes with it as it should."""

    def turned(layer: Any) -> Tensor:
        return layer.weight.transpose(0, 1)

    keeping = changed(right, lambda layer: setattr(layer, "weight", nn.Parameter(turned(layer).contiguous())))
    belief = f"keeps its weight as {kept}"
    bank.add("transposed", belief, f"the weight's shape: {look_at}", 1, reading(keeping, weight=turned))


def bias_first(bank: Bank, right: Right, look_at: str) -> None:
    """Add one that declares its two parameters the other way round."""
    turned = changed(right, lambda layer: setattr(layer, "_parameters", dict(reversed(layer._parameters.items()))))
    bank.add("bias_first", "declares bias before weight", look_at, 2, turned)


def plain_tensors(right: Right, *names: str) -> Right:
    """Make a layer whose parameters of these names are plain tensors."""

    def change(layer: nn.Module) -> None:
        for name in names:
            one = getattr(layer, name)
            delattr(layer, name)
            setattr(layer, name, None if one is None else one.detach().clone())

    return changed(right, change)


def first_numbers(bank: Bank, right: Right, start: str, hint: int, seed_hint: int) -> None:
    """Add those about the numbers that a layer starts with; start: where to look."""
    positive = "the range of the first numbers: half of them are to be negative, and what torch.rand draws never is"
    stretch = "the range of the first numbers: drawn from 0 to 1, they still want stretching and shifting"
    seeds = "what fixes the draw in __init__, such as manual_seed: each layer wants numbers of its own"

    def same(layer: nn.Module) -> None:
        bound, source = fan_in(layer) ** -0.5, torch.Generator().manual_seed(0)
        for one in layer.parameters():
            one.uniform_(-bound, bound, generator=source)

    normal = drawn(right, lambda layer, one: one.normal_())
    above_zero = drawn(right, lambda layer, one: one.uniform_(0, fan_in(layer) ** -0.5))
    to_one = drawn(right, lambda layer, one: one.uniform_(0, 1))
    weight_alone = changed(right, lambda layer: layer.weight.normal_())
    belief = "draws its first numbers from a normal distribution, not uniformly"
    bank.add("normal", belief, start, hint, normal, weight_alone)
    halved = drawn(right, lambda layer, one: one.uniform_(-0.5, 0.5).mul_(fan_in(layer) ** -0.5))
    bank.add("halved", "starts with half the range, as rand − 0.5 does: it reaches from −½ to ½", start, hint, halved)
    bank.add("positive", "starts with positive numbers only", positive, 3, above_zero)
    bank.add("zero_to_one", "starts with numbers from 0 to 1", stretch, 3, to_one)
    kaiming = drawn(right, lambda layer, one: one.uniform_(-1, 1).mul_((6 / fan_in(layer)) ** 0.5))
    bank.add(
        "kaiming",
        "starts up to √(6/fan_in), as nn.init.kaiming_uniform_ does unless it is given a=√5",
        start,
        3,
        kaiming,
    )
    its_dtype = "the dtype of the first numbers: .float() makes float32 of what NumPy draws"
    wide = changed(right, lambda layer: layer.double())
    bank.add(
        "float64_weights", "has weights of float64, which stop at ordinary inputs, of float32", its_dtype, hint, wide
    )
    bank.add("same_weights", "starts with the same numbers every time", seeds, seed_hint, changed(right, same))


def starting_within(right: Right) -> Callable[[Callable[[Any], float]], Right]:
    """Make layers whose numbers start between −bound(layer) and bound(layer)."""
    return lambda bound: drawn(right, lambda layer, one: one.uniform_(-bound(layer), bound(layer)))
