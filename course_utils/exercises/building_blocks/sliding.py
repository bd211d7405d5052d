"""What the four rungs of convolution from scratch have in common: their looks, and the mistakes that each can make."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from course_utils.checking.both import made_on
from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.observation import Named
from course_utils.checking.shortcuts import insist_own_steps
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, describe, insist_equal, run, run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import (
    IN_PLACE,
    MINUS_ZERO,
    fixed_dtype,
    in_usual_order,
    then,
)
from course_utils.exercises.observers import each_row, one_row

Function = Callable[..., Tensor]
Settings = tuple[Any, ...]
"""What comes after x and weight: (), (padding,) or (stride, padding)."""

# x and weight, one dimension: sizes that differ in every axis, one image, one channel, a window of one.
LINES = (((2, 3, 9), (4, 3, 2)), ((1, 2, 7), (3, 2, 4)), ((3, 1, 8), (1, 1, 3)), ((2, 4, 5), (2, 4, 1)))

_FINISHED_STEPS = (
    *("conv1d", "conv2d", "conv3d", "convolution", "_convolution", "conv_tbc"),
    *("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
)
_AXES = {3: ("batch", "channels", "width"), 4: ("batch", "channels", "height", "width")}


# --- the looks ------------------------------------------------------------------------------------------------------


def _transposed(x: Tensor) -> Tensor:
    """Give the same numbers, with the batch as the fastest axis in memory."""
    return x.permute(*reversed(range(x.ndim))).contiguous().permute(*reversed(range(x.ndim)))


def _every_second(x: Tensor) -> Tensor:
    return x.repeat_interleave(2, dim=-1)[..., ::2]


@dataclass(frozen=True)
class _Call:
    """One call: the shapes of x and weight, what comes after them, and which view of memory x is."""

    shape: tuple[int, ...]
    weight: tuple[int, ...]
    settings: Settings
    view: Callable[[Tensor], Tensor] | None = None

    def draw(self, seed: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
        """Draw x and weight."""
        x = Draws(seed + 100, dtype).normal(*self.shape)
        return self.view(x) if self.view else x, Draws(seed, dtype).normal(*self.weight)

    def run(self, candidate: Any, x: Tensor, weight: Tensor) -> Tensor:
        """Call the student's function, and insist on one tensor."""
        given = ", ".join(["x", "weight", *map(str, self.settings)])
        doing = f"calling it with ({given}), x of shape {describe(x.shape, _AXES[x.ndim])}"
        result = run(candidate, x, weight, *self.settings, doing=doing)
        return run_on(lambda _: result, x)

    @property
    def given(self) -> str:
        """Say what is given, as a row's name."""
        is_a_view = f"is a view with strides {self.draw(0)[0].stride()}, of"
        x = f"x {is_a_view if self.view else 'has'} shape {describe(self.shape, _AXES[len(self.shape)])}"
        names = ("stride", "padding")[-len(self.settings) :]
        settings = (f"{name}={value}" for name, value in zip(names, self.settings, strict=False))
        return ", ".join([x, f"weight {self.weight}", *settings])


def looks(shapes: Sequence[tuple], settings: Sequence[Settings], promise: str) -> tuple[Look, ...]:
    """Look at one rung: all settings with the first of the shapes, the first and the last ones with the others."""
    ends = tuple(dict.fromkeys((settings[0], settings[-1])))
    calls = [_Call(*shapes[0], each) for each in settings]
    calls += [_Call(*others, each) for others in shapes[1:] for each in ends]
    plain = [_Call(*shapes[0], each) for each in ends]
    views = [replace(call, view=view) for view in (_transposed, _every_second) for call in plain]
    on_views = "it works on any view: `x.stride()` tells how far apart neighbours lie in memory"
    return (
        _own_work(plain[0]),
        _values("value", promise, calls),
        _values("any memory layout", on_views, views),
        _values("float32", promise, plain, torch.float32),
        _gradient(plain[-1]),
        _inputs_untouched(plain[-1]),
    )


def _own_work(call: _Call) -> Look:
    def insist(candidate: Any, seed: int) -> None:
        caller = getattr(candidate, "__name__", "your function")
        insist_own_steps(lambda: call.run(candidate, *call.draw(seed)), _FINISHED_STEPS, caller)

    return Look("own work", "the work is your own", one_row(insist), structural=True)


def _values(name: str, promise: str, calls: Sequence[_Call], dtype: torch.dtype = torch.float64) -> Look:
    def one(candidate: Any, seed: int, call: _Call) -> Tensor:
        return call.run(candidate, *call.draw(seed, dtype))

    return Look(name, promise, each_row(one, {call.given: call for call in calls}), axes=_AXES[len(calls[0].shape)])


_FLOWS = "gradients flow back to x and to weight as they should"


def _gradient(call: _Call) -> Look:
    def gradients(candidate: Any, seed: int) -> Named:
        leaves = [one.requires_grad_() for one in call.draw(seed)]
        # Times 1: in-place work on a leaf would raise here, and has a look of its own.
        output = call.run(candidate, *(one * 1 for one in leaves))
        if not output.requires_grad:
            raise broken(_FLOWS, "the output has no graph: no gradient reaches x or weight")
        with asking("running the backward pass"):
            found = torch.autograd.grad((output * output).sum(), leaves, allow_unused=True)
        named = zip(("the gradient of x", "the gradient of weight"), leaves, found, strict=True)
        return Named(tuple((name, torch.zeros_like(leaf) if one is None else one) for name, leaf, one in named))

    return Look("gradient", _FLOWS, one_row(gradients, call.given), axes=(), depth=10)


def _inputs_untouched(call: _Call) -> Look:
    def insist(candidate: Any, seed: int) -> None:
        inputs = call.draw(seed)
        call.run(candidate, *inputs)
        for name, got, expected in zip(("x", "weight"), inputs, call.draw(seed), strict=True):
            insist_equal(got, expected, f"{name} is left as it was", axes=())

    return Look("inputs untouched", "x and weight are left as they were", one_row(insist))


# --- stand-ins for the student's earlier rungs: own work, as they are to be, without torch's convolutions -------------


def _by_unfolding(x: Tensor, weight: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    windows = functional.pad(x, (padding, padding)).unfold(2, weight.shape[2], stride)
    return torch.einsum("bikj,oij->bok", windows, weight)


PARTS = {
    "conv1d_minimal": _by_unfolding,
    "conv1d_padded": lambda x, weight, padding=0: _by_unfolding(x, weight, 1, padding),
    "conv1d_strided": _by_unfolding,
}


# --- mistakes, as changes of what is right ----------------------------------------------------------------------------


def _with(right: Function, change: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> Function:
    """Make a function that gets other tensors than it is given."""
    return made_on(right, lambda right: lambda x, weight, *settings: right(*change(x, weight), *settings))


def _overwrites(right: Function, read: Callable[[Tensor], Tensor]) -> Function:
    def changed(x: Tensor, weight: Tensor, *settings: Any) -> Tensor:
        output = right(read(x), weight, *settings)
        x.mul_(2)
        return output

    return changed


def every_rung(bank: Bank, right: Function) -> None:
    """Add the mistakes that can be made on every rung."""
    gets, gives = partial(_with, right), partial(then, right)
    summed = bank.about("what is summed over: a sum is not divided", 1, by=gets)
    summed("mean_of_channels", "takes the mean over the channels", lambda x, weight: (x / x.shape[1], weight))
    summed("mean_of_window", "divides by the size of the window", lambda x, weight: (x / weight[0, 0].numel(), weight))
    fixed_dtype(bank, right, hint=2)
    bank.add(
        "flipped",
        "flips the weight, as mathematicians do",
        "the order inside a window: a network's convolution does not flip",
        1,
        gets(lambda x, weight: (x, weight.flip(tuple(range(2, weight.ndim))))),
    )
    bank.add(
        "first_channel",
        "looks at the first channel only",
        "what is summed over: all channels of the input too",
        1,
        gets(lambda x, weight: (x[:, :1], weight[:, :1])),
    )
    bank.add(
        "channels_apart",
        "adds up the channels of x and those of the weight each by themselves",
        "the letters in einsum: the channels of x and of the weight are one axis, so they share one name",
        2,
        gets(lambda x, weight: (x.sum(1, keepdim=True), weight.sum(1, keepdim=True))),
    )
    bank.add(
        "channels_last",
        "returns the channels as the last axis",
        "the order of the output's axes: batch, channels, and then places",
        3,
        gives(lambda y: y.movedim(1, -1)),
    )
    bank.add(
        "outputs_added",
        "adds up the output channels",
        "the output's axes: one channel for each of the weight's first axis",
        2,
        gives(lambda y: y.sum(1, keepdim=True)),
        gives(lambda y: y.sum(1)),
    )
    bank.add(
        "one_too_few",
        "leaves the last window out",
        "the number of windows: is there a + 1 missing?",
        1,
        gives(lambda y: y[..., :-1]),
        gives(lambda y: y[(..., *[slice(-1)] * (y.ndim - 2))]),  # in each direction
    )
    bank.add(
        "detached",
        "cuts the gradient off",
        "calls like .detach(), .data, .numpy() or no_grad",
        2,
        gives(Tensor.detach),
        gets(lambda x, weight: (x.detach(), weight)),
        gets(lambda x, weight: (x, weight.detach())),
    )
    bank.add(
        "overwrites",
        "changes its input",
        IN_PLACE,
        2,
        _overwrites(right, Tensor.clone),
        _overwrites(right, lambda x: x),  # the backward pass needs what is overwritten
    )


def side_by_side(bank: Bank, right: Function) -> None:
    """Add the mistake of windows that do not overlap."""
    bank.add(
        "side_by_side",
        "moves its window by its own size",
        "the step from one window to the next: 1, so that windows overlap",
        2,
        made_on(right, lambda right: lambda x, weight, *rest: right(x, weight, *rest)[..., :: weight.shape[-1]]),
    )


def contiguous(bank: Bank, right: Function) -> None:
    """Add the mistake of strides that are worked out, not asked for."""

    def assuming(padded: Callable[[Tensor], Tensor]) -> Function:
        def assumes(x: Tensor, weight: Tensor, *settings: Any) -> Tensor:
            # Padding makes a new tensor, which does lie in order.
            if not settings or settings[-1] == 0:
                x = in_usual_order(padded(x), x.shape)
            return right(x, weight, *settings)

        return assumes

    bank.add(
        "contiguous",
        "works out the strides from the shape, which is right only for a tensor that lies in memory in order",
        "the strides that you give to as_strided: x.stride() knows how far apart neighbours lie",
        2,
        assuming(lambda x: x),
        assuming(Tensor.clone),  # as padding by 0 does: a copy has no gaps, and keeps the order of its axes
    )


def stride_mistakes(bank: Bank, right: Function, convolve: Function, leads: str) -> None:
    """Add the mistakes about the stride, of functions that take (stride, padding).

    convolve: torch's own; leads: which of the windows' strides the stride multiplies.
    """

    def spread(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
        return convolve(x, weight, dilation=stride, padding=padding)

    def cut(y: Tensor, like: Tensor) -> Tensor:
        return y[(..., *map(slice, like.shape[2:]))]

    def unstrided(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
        return cut(right(x, weight, 1, padding), right(x, weight, stride, padding))

    def spread_and_too_few(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
        return cut(spread(x, weight, stride, padding), right(x, weight, stride, padding))

    def counted_unpadded(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
        return cut(right(x, weight, stride, padding), right(x, weight, stride))

    bank.add(
        "counted_unpadded",
        "counts its windows by the size of x without the padding",
        "the number of windows: (size + 2 · padding − kernel) // stride + 1",
        2,
        counted_unpadded,
    )
    bank.add(
        "stride_ignored",
        "moves its window by one, whatever stride says",
        f"the strides of the windows: {leads} to the next window",
        2,
        made_on(right, lambda right: lambda x, weight, stride=1, padding=0: right(x, weight, 1, padding)),
        unstrided,
    )
    bank.add(
        "stride_as_dilation",
        "spreads the window out by stride",
        f"which of the windows' strides the stride multiplies: {leads} to the next window",
        2,
        spread,
        spread_and_too_few,
    )


def too_many_windows(bank: Bank, right: Function) -> None:
    """Add the mistake of a view whose windows move by stride, and are as many as without."""

    def reaching(x: Tensor, weight: Tensor, stride: Any = 1, padding: Any = 0) -> Tensor:
        wide, sizes = _in_zeros(x, padding, lambda p, size: slice(p, p + size)), weight.shape[2:]
        counts = (have - size + 1 for have, size in zip(wide.shape[2:], sizes, strict=True))
        outer, own = wide.stride()[:2], wide.stride()[2:]
        apart = (step * each for step, each in zip(_each_way(x, stride), own, strict=True))
        wide.as_strided((*x.shape[:2], *counts, *sizes), (*outer, *apart, *own))  # it stops here
        return right(x, weight, stride, padding)

    bank.add(
        "too_many_windows",
        "makes as many windows as with stride 1, so that the last ones lie beyond the end of x",
        "the number of windows: (size + 2 · padding − kernel) // stride + 1",
        2,
        reaching,
    )


def _each_way(x: Tensor, setting: Any) -> tuple[int, ...]:
    return setting if isinstance(setting, tuple) else (setting,) * (x.ndim - 2)


def _in_zeros(x: Tensor, padding: Any, place: Callable[[int, int], slice]) -> Tensor:
    """Put x among zeros: place(padding, size) says where, along each axis."""
    around = [*zip(_each_way(x, padding), x.shape[2:], strict=True)]
    wide = x.new_zeros(*x.shape[:2], *(size + 2 * p for p, size in around))
    wide[(..., *(place(p, size) for p, size in around))] = x
    return wide


def minus_zero(bank: Bank, right: Function) -> None:
    """Add the mistake of an end of the padding that is counted from the end."""

    def stopping(x: Tensor, weight: Tensor, *settings: Any) -> Tensor:
        *before, padding = settings or (0,)
        return right(_in_zeros(x, padding, lambda p, size: slice(p, -p)), weight, *before)

    bank.add("minus_zero", *MINUS_ZERO, 2, stopping)


def padding_ignored(bank: Bank, candidate: Function) -> None:
    """Add the mistake of no padding at all."""
    bank.add("padding_ignored", "adds no padding, whatever padding says", "where padding is used", 1, candidate)


def padding_mistakes(bank: Bank, right: Function) -> None:
    """Add the mistakes about padding in one dimension."""

    def padded(ends: Callable[[int], tuple[int, int]], **filling: Any) -> Function:
        def of(right: Function) -> Function:
            def changed(x: Tensor, weight: Tensor, *settings: Any) -> Tensor:
                *before, padding = settings or (0,)
                return right(functional.pad(x, ends(padding), **filling), weight, *before)

            return changed

        return made_on(right, of)

    both_ends = bank.about("both ends: zeros come on the left and on the right", 1, by=padded)
    number = bank.about("the number of zeros: padding on each side", 1, by=padded)
    zeros = bank.about("what goes in the padding: zeros", 2)
    padding_ignored(bank, padded(lambda p: (0, 0)))
    minus_zero(bank, right)

    def channels_padded(x: Tensor, weight: Tensor, *settings: Any) -> Tensor:
        *before, padding = settings or (0,)
        return _by_unfolding(functional.pad(x, (0, 0, padding, padding)), weight, *before)

    bank.add(
        "channels_padded",
        "pads the channels, not the width",
        "the numbers that functional.pad is given: it begins with the last axis, so the first two are the width's",
        2,
        channels_padded,
    )
    both_ends("pads_left", "pads on the left only", lambda p: (p, 0))
    both_ends("pads_right", "pads on the right only", lambda p: (0, p))
    halves = (lambda p: (p // 2, p - p // 2)), (lambda p: (p - p // 2, p // 2)), (lambda p: (p // 2, p // 2))
    number("halved_padding", "shares the padding out between both ends", *halves)
    number("doubled_padding", "pads twice as much", lambda p: (2 * p, 2 * p))
    repeated = padded(lambda p: (p, p), mode="replicate")
    zeros("edges_repeated", "pads with the values at the ends, not with zeros", repeated)
    bank.add(
        "pads_the_output",
        "pads after the sliding",
        "the order: padding comes first, the windows slide over it",
        1,
        lambda x, weight, *settings: functional.pad(right(x, weight, *settings[:-1]), settings[-1:] * 2 or (0, 0)),
    )
    zeros("ones", "pads with ones", padded(lambda p: (p, p), value=1.0))
