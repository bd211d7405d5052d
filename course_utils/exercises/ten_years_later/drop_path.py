"""drop_path: the oracle is torchvision's stochastic_depth; told is what all draws have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import torch
from torch import Tensor
from torchvision.ops import stochastic_depth

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look, Observe
from course_utils.checking.shortcuts import codes_run, insist_own_steps
from course_utils.checking.student import Stopped, asking
from course_utils.checking.tensors import broken, came_back, describe, run, show_number
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import detached, fixed_dtype
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.observers import each_row, one_row

HINTS = (
    "How many random numbers does a batch of 8 samples need? One for each sample, however many numbers a sample has. "
    "Then: what does a sample become that's dropped, and what one that stays?",
    "Draw `t.rand(len(branch))` and compare with the probability: where it's at least as large, the sample stays. Give "
    "that mask one axis of size 1 for each further axis of the branch, so that it's multiplied sample by sample.",
    "With the draw:\n"
    "```python\n"
    "kept = t.rand(len(branch), device=branch.device) >= probability\n"
    "kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))\n"
    "return branch * kept / (1 - probability)\n"
    "```\n"
    "Before it, the cases without a draw: `if not training: return branch`, and `t.zeros_like(branch)` where the "
    "probability is 1.",
)


def right_drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    """Do what torchvision does for each row."""
    return stochastic_depth(branch, probability, "row", training)


# --- the looks ------------------------------------------------------------------------------------------------------

_SHAPES = ((40, 4, 5, 2), (40, 5, 3), (40, 3))  # images, tokens, vectors
_CALLS = 16  # in how many of them a whole batch may be dropped, or stay
_MANY = (4000, 2)
_CHANCES = (0.25, 0.75)
_FINISHED = ("dropout", "dropout1d", "dropout2d", "dropout3d", "feature_dropout", "alpha_dropout")
_DTYPES = (torch.float64, torch.float32, torch.float16)
_FOLLOWS = "what is drawn is on the device of the branch"
_STAYS_BEHIND = "what is drawn is on torch's default device"
_AS_IT_IS = "the branch comes back as it is"


@dataclass(frozen=True)
class _Case:
    """One way to call the function."""

    shape: tuple[int, ...]
    probability: float
    training: bool = True
    dtype: torch.dtype = torch.float64

    @property
    def told(self) -> str:
        return f"drop_path(branch, {self.probability}, {self.training}): branch has shape {describe(self.shape, ())}"

    def branch(self, seed: int) -> Tensor:
        """Draw a branch whose numbers aren't near 0."""
        return Draws(seed, self.dtype).uniform(1, 2, *self.shape)

    def output(self, candidate: Any, branch: Tensor) -> Tensor:
        doing = f"calling drop_path(branch, {self.probability}, {self.training})"
        found = run(candidate, branch, self.probability, self.training, doing=doing)
        if not isinstance(found, Tensor):
            raise broken("it gives the branch back, as one tensor", f"it gave {came_back(found)}")
        if found.shape != branch.shape:
            raise broken("what comes out has the shape of the branch", f"its shape is {describe(found.shape, ())}")
        return found

    def factors(self, candidate: Any, seed: int) -> Tensor:
        """Give what each number is multiplied by: a row for each sample."""
        branch = self.branch(seed)
        return (self.output(candidate, branch.clone()).detach().double() / branch).flatten(1)


def _rows(see: Callable[[Any, int, _Case], Any], *cases: _Case) -> Observe:
    return each_row(see, {case.told: case for case in cases})


def _comes_back(candidate: Any, seed: int, case: _Case) -> str:
    """Say what comes back where nothing is to be left to chance."""
    factors = case.factors(candidate, seed)
    if factors.isnan().any():
        return "NaN comes back"
    if (factors == 0).any():
        return "all is 0" if (factors == 0).all() else "some of it is dropped"
    near = round(factors[0, 0].item(), 4)
    if (factors - near).abs().max() > 1e-4:
        return "other numbers come back"
    return _AS_IT_IS if near == 1 else f"each number comes back {show_number(near, 3)} times as large"


def _whole(candidate: Any, seed: int, case: _Case) -> str:
    """Say whether a sample's numbers share their fate, and whether the batch's samples do."""
    each = [case.factors(candidate, seed).reshape(case.shape) == 0 for _ in range(_CALLS)]
    if not torch.stack(each).any():
        return "nothing is dropped"
    if any(_in_part(gone.flatten(1)) for gone in each):
        in_part = any(_in_part(gone.flatten(2)) for gone in each if gone.ndim > 2)
        return f"of a sample, some {'numbers' if in_part else 'channels'} are dropped, and others stay"
    if all(gone.all() or not gone.any() for gone in each):
        return "all samples are dropped together, or none is"
    return "each sample is dropped, or stays, as a whole"


def _in_part(gone: Tensor) -> bool:
    return bool((gone.any(-1) != gone.all(-1)).any())


def _share(candidate: Any, seed: int, case: _Case) -> str:
    """Say how much is dropped: of 4,000 samples the share is within 0.04 of the probability, six times its spread."""
    gone = (case.factors(candidate, seed) == 0).double().mean().item()
    if gone in {0, 1}:
        return "all of the samples are dropped, or none"
    near = next((one for one in (0.25, 0.5, 0.75) if abs(gone - one) < 0.04), round(gone, 1))
    return f"about {near:.0%} is dropped"


def _stays(candidate: Any, seed: int, case: _Case) -> list[float]:
    """List the factors of what isn't dropped."""
    factors = torch.cat([case.factors(candidate, seed) for _ in range(_CALLS)])
    return sorted({round(one, 4) for one in factors.flatten().tolist() if one})


def _drawn_anew(candidate: Any, seed: int) -> str:
    first, *others = (_Case((40, 2), 0.5).factors(candidate, seed) for _ in range(_CALLS))
    same = all(torch.equal(first, one) for one in others)
    return "each call treats the same samples alike" if same else "another call drops other samples"


def _gradient(candidate: Any, seed: int) -> str:
    """The gradient of the sum is what each number is multiplied by, whatever was drawn."""
    case = _Case((64, 3), 0.5)
    branch = case.branch(seed).requires_grad_()
    output = case.output(candidate, branch * 1)  # times 1: in-place work on a leaf would raise here
    with asking("running the backward pass"):
        found = torch.autograd.grad(output.sum(), branch, allow_unused=True)[0] if output.requires_grad else None
    if found is None:
        return "no gradient reaches the branch"
    fits = torch.allclose(found, (output / branch).detach())
    return "the gradient is the factor of each number" if fits else "the gradient isn't the factor of each number"


def _untouched(candidate: Any, seed: int) -> str:
    touched = False
    for case in (_Case(_SHAPES[0], 0.5), _Case(_SHAPES[0], 0.5, False)):
        branch = case.branch(seed)
        case.output(candidate, branch)
        touched |= not torch.equal(branch, case.branch(seed))
    return "the branch has changed" if touched else "the branch is as it was"


def _dtype(candidate: Any, seed: int, case: _Case) -> str:
    return f"what comes back is {case.output(candidate, case.branch(seed)).dtype}"


def _on_another_device(candidate: Any, seed: int) -> str:
    """Let torch make its tensors on the meta device, which has shapes but no numbers, and call it on one elsewhere."""
    case = _Case(_SHAPES[1], 0.5)
    branch = case.branch(seed)
    try:
        with torch.device("meta"):
            output = case.output(candidate, branch)
    except (NotImplementedError, Stopped) as error:
        told = str(error.__cause__ or error)
        if any(word in told for word in ("meta tensors", "Meta tensors", "register_meta")):
            # Asking a tensor without numbers for a number, as .item() does, is no mistake: it may go anywhere then.
            return _FOLLOWS
        if "device" in told:
            return _STAYS_BEHIND
        raise
    return _FOLLOWS if output.device == branch.device else _STAYS_BEHIND


def _own_work(candidate: Any, seed: int) -> None:
    def call() -> None:
        _Case((4, 3), 0.5).output(candidate, torch.ones(4, 3))

    insist_own_steps(call, _FINISHED, "drop_path")
    if stochastic_depth.__code__ in codes_run(call):
        raise broken(
            "the work is your own", "torchvision's stochastic_depth does it: the point is to do it once yourself"
        )


_BOTH = tuple(_Case(_MANY, chance) for chance in _CHANCES)

LOOKS = (
    Look("own work", "the work is your own", one_row(_own_work), structural=True),
    Look(
        "not in training",
        "not in training the branch comes back as it is",
        _rows(_comes_back, *(_Case(shape, chance, False) for shape in _SHAPES for chance in (0.5, 1.0))),
    ),
    Look(
        "probability 0",
        "with probability 0 the branch comes back as it is, in training as well",
        _rows(_comes_back, *(_Case(shape, 0.0) for shape in _SHAPES)),
    ),
    Look(
        "probability 1",
        "in training, with probability 1, all is 0, and nothing is NaN",
        _rows(_comes_back, *(_Case(shape, 1.0) for shape in _SHAPES)),
    ),
    Look(
        "whole samples",
        "in training, each sample is dropped, or stays, as a whole, and on its own account",
        _rows(_whole, *(_Case(shape, 0.5) for shape in _SHAPES)),
    ),
    Look("how many", "in training, a share of about `probability` of the samples is dropped", _rows(_share, *_BOTH)),
    Look(
        "what stays",
        "in training, what stays is divided by 1 − probability",
        _rows(_stays, *(_Case((40, 3, 2), chance) for chance in _CHANCES)),
    ),
    Look("drawn anew", "each call draws anew which samples are dropped", one_row(_drawn_anew, "16 calls in a row")),
    Look("gradient", "the gradient flows back through what stays", one_row(_gradient, "the gradient of the sum")),
    Look("branch untouched", "the branch is left as it was: the caller may still need it", one_row(_untouched)),
    Look(
        "dtype",
        "what comes back has the dtype of the branch",
        each_row(_dtype, {f"the branch is {one}": _Case((4, 3), 0.5, True, one) for one in _DTYPES}),
    ),
    Look("any device", "it works on any device", one_row(_on_another_device, "a branch that is on another device")),
)

# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_DRAW = "what is drawn: one random number for each sample, len(branch) in all"
_STAYS = "what a sample that stays is divided by: 1 − probability"
_CHANCE = "the comparison with probability: it's the chance to be dropped"
_WHEN = "when something is dropped at all: if training, and only then"
_AXES = "the mask's shape: the batch, then one axis of size 1 for each further axis of the branch"

_Function = Callable[[Tensor, float, bool], Tensor]


def _by_sample(branch: Tensor) -> tuple[int, ...]:
    return (len(branch), *[1] * (branch.ndim - 1))


def _ways(
    draw: Callable[[Tensor], tuple[int, ...]] = _by_sample,
    keep: Callable[[Tensor, float], Tensor] = torch.ge,
    scale: Callable[[Tensor, float], Tensor] = lambda kept, p: kept / (1 - p) if p < 1 else kept,
    drops: Callable[[bool], bool] = bool,
    otherwise: Callable[[Tensor, float], Tensor] = lambda branch, p: branch,
) -> tuple[_Function, ...]:
    """Make ways to drop: the shape that is drawn, what stays, how it's scaled, when, and what comes back otherwise.

    Each is made in four ways: some treat the probabilities 0 and 1 first, some draw on torch's default device.
    """

    def dropping(asks_first: bool, follows: bool) -> _Function:
        def function(branch: Tensor, probability: float, training: bool) -> Tensor:
            if not drops(training):
                return otherwise(branch, probability)
            if asks_first and probability in {0, 1}:
                return branch * (1 - probability)
            noise = torch.rand(draw(branch), device=branch.device if follows else None)
            return branch * scale(keep(noise, probability).to(branch.dtype), probability)

        return function

    return tuple(dropping(*way) for way in product((False, True), (True, False)))


def _add(id_: str, belief: str, look_at: str, hint: int, **way: Any) -> None:
    BANK.add(id_, belief, look_at, hint, *_ways(**way))


BANK.add(
    "default_device",
    "draws on torch's default device, wherever the branch is",
    "where you draw: t.rand(…, device=branch.device), so that it works on a graphics card, too",
    3,
    *_ways()[1::2],
)
_add("single_numbers", "drops single numbers, as dropout does", _DRAW, 1, draw=lambda b: b.shape)
_add("whole_batch", "drops the whole batch, or nothing of it", _DRAW, 1, draw=lambda b: (1,) * b.ndim)
_add(
    "channels",
    "drops the channels of a sample one by one",
    _DRAW,
    1,
    draw=lambda b: (*b.shape[:2], *[1] * (b.ndim - 2)),
)
_add("images_only", "takes every branch for one with four axes", _AXES, 2, draw=lambda b: (len(b), 1, 1, 1))
_add("no_axes", "gives the mask no axes beside the batch", _AXES, 2, draw=lambda b: (len(b),))
_add("not_scaled", "leaves what stays as large as it was", _STAYS, 3, scale=lambda kept, p: kept)
_add(
    "multiplied",
    "multiplies what stays by 1 − probability, where it should divide",
    _STAYS,
    3,
    scale=lambda kept, p: kept * (1 - p),
)
BANK.add(
    "by_probability",
    "divides what stays by the probability",
    _STAYS,
    3,
    *_ways(scale=lambda kept, p: kept / p),
    *_ways(scale=lambda kept, p: kept / p if p else kept),
)
BANK.add(
    "nan_at_1",
    "divides 0 by 0 where the probability is 1",
    "probability 1: all is dropped, and 1 − probability is 0",
    3,
    *_ways(scale=lambda kept, p: kept / torch.tensor(1 - p, dtype=kept.dtype, device=kept.device))[:2],
)
BANK.add(
    "reversed_chance",
    "keeps a sample with the chance with which it should drop it",
    _CHANCE,
    2,
    *_ways(keep=torch.lt),
    *_ways(keep=torch.lt, scale=lambda kept, p: kept / p if p else kept),
)
_add("half", "drops half of the samples, whatever the probability", _CHANCE, 2, keep=lambda noise, p: noise >= 0.5)
_add("always", "drops when not in training, too", _WHEN, 3, drops=lambda training: True)
_add("reversed_mode", "drops when not in training, and only then", _WHEN, 3, drops=lambda training: not training)
_add("never", "drops nothing, ever", _WHEN, 3, drops=lambda training: False)
BANK.add(
    "scaled_in_use",
    "multiplies the branch by 1 − probability when not in training, as the paper of 2016 does",
    "what is scaled: what stays, in training; nothing is scaled when not in training",
    3,
    *_ways(otherwise=lambda branch, p: branch * (1 - p)),
    *_ways(scale=lambda kept, p: kept, otherwise=lambda branch, p: branch * (1 - p)),
)


@BANK.mistake("draws the same samples each time", "what fixes the draw, such as manual_seed: each call draws anew", 2)
def _same_draw(branch: Tensor, probability: float, training: bool) -> Tensor:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return right_drop_path(branch, probability, training)


@BANK.mistake("changes the branch in place", "operations in place, such as *= or branch[…] = 0", 3)
def _in_place(branch: Tensor, probability: float, training: bool) -> Tensor:
    return branch.mul_(right_drop_path(torch.ones_like(branch), probability, training))


fixed_dtype(BANK, right_drop_path, hint=3)
detached(BANK, right_drop_path, hint=3)

EXERCISE = Exercise(
    name="drop_path",
    hints=HINTS,
    right=right_drop_path,
    tests={"test_drop_path": LOOKS},
    mistakes=BANK.all,
)
