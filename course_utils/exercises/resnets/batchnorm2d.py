"""BatchNorm2d: the oracle is torch.nn's own."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look, Observe
from course_utils.checking.observation import Remark
from course_utils.checking.student import Stopped, asking
from course_utils.checking.tensors import insist_equal, run_on
from course_utils.checking.values import Step
from course_utils.exercises.bank import Bank
from course_utils.exercises.building_blocks.layer_mistakes import (
    bias_first,
    changed,
    fixed_dtype,
    misread,
    plain_tensors,
    with_defaults,
)
from course_utils.exercises.building_blocks.small_layers import extra_repr, layer, own_steps, state_dict
from course_utils.exercises.exercise import Exercise, Variant
from course_utils.exercises.module_looks import Case, any_order, gradients_flow, own_work, untouched, values
from course_utils.exercises.networks import build, insist_follows_device
from course_utils.exercises.observers import each_row, one_row

HINTS = (
    "Write down which axes of (batch, channels, height, width) one channel's mean is taken over. What shape is left?",
    "Make weight and bias with `nn.Parameter`, and the three others with `self.register_buffer`. In `forward`, "
    "`self.training` decides whose mean and variance you use: the batch's (then the running ones move a little "
    "towards them) or the running ones (and nothing moves).",
    "In training:\n"
    "```python\n"
    "mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)\n"
    "```\n"
    "Move the buffers inside `torch.no_grad()`, with the unbiased variance. In both modes, with each of the four "
    "reshaped to `(1, channels, 1, 1)`:\n"
    "```python\n"
    "return (x - mean) / t.sqrt(var + eps) * weight + bias\n"
    "```",
)

_FINISHED = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
_FINISHED_STEPS = ("batch_norm", "native_batch_norm", "instance_norm", "layer_norm", "group_norm")
_PARAMETERS, _BUFFERS = ("weight", "bias"), ("running_mean", "running_var", "num_batches_tracked")
_TENSORS = (*_PARAMETERS, *_BUFFERS)
_STATISTICS = _BUFFERS[:2]
_VECTOR = ("channels",)
_SHAPES = ((3, 4, 5, 6), (1, 2, 3, 7), (6, 1, 2, 3))
_MODES = (True, False)


# --- what the looks share -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Norm(Case):
    """A case of one mode: each of its tensors gets numbers by its name, whether it is registered or not."""

    training: bool = True

    def filled(self, candidate: Any, seed: int, training: bool = True, dtype: torch.dtype = torch.float64) -> Any:
        """Build a new one, and fill it; the mode is its own."""
        module = self.make(candidate).to(dtype)
        for place, name in enumerate(_TENSORS):
            one, draws = getattr(module, name, None), Draws(seed + place, dtype)
            counter = name == "num_batches_tracked"
            if not isinstance(one, Tensor | int if counter else Tensor):
                continue
            if counter:
                value = torch.full_like(one, 3) if isinstance(one, Tensor) else 3
            else:
                value = draws.uniform(0.5, 2, *one.shape) if name == "running_var" else draws.normal(*one.shape)
            with asking(f"setting its {name}"), torch.no_grad():
                one.copy_(value) if isinstance(one, nn.Parameter) else setattr(module, name, value)
        return module.train(self.training)

    def x(self, seed: int, dtype: torch.dtype = torch.float64) -> Tensor:
        """Draw its input."""
        return super().x(seed, dtype) * 2 + 1


def _in_torchs_order(module: nn.Module) -> list[tuple[str, Tensor]]:
    own = dict(module.named_parameters())
    return [(name, own[name]) for name in _PARAMETERS if name in own]


def _norm(training: bool, shape: tuple[int, ...], **settings: Any) -> _Norm:
    told = ", ".join([str(shape[1]), *(f"{name}={value}" for name, value in settings.items())])
    return _Norm(
        f"BatchNorm2d({told}) in {'training' if training else 'eval'} mode",
        lambda candidate: build(candidate, shape[1], **settings),
        shape,
        _in_torchs_order,
        training,
    )


def _norms(*shapes: tuple[int, ...], modes: Sequence[bool] = (True,), **settings: Any) -> tuple[_Norm, ...]:
    return tuple(_norm(training, shape, **settings) for training in modes for shape in shapes)


_TRAINING, _EVALUATING = _norms((4, 3, 2, 5), modes=_MODES)


def _value(module: nn.Module, name: str) -> Tensor | None:
    """Give the value of one of its tensors; a plain number counts as one."""
    value = getattr(module, name, None)
    value = torch.tensor(value) if isinstance(value, int | float) else value
    return value.detach().double() if isinstance(value, Tensor) else None


def _kind(module: nn.Module, name: str) -> str:
    """Say how the module holds a tensor."""
    if name in dict(module.named_parameters()):
        return "parameter"
    if name in dict(module.named_buffers()):
        return "buffer" if name in module.state_dict() else "buffer that state_dict leaves out"
    if name in module._buffers:
        return "buffer that holds None"
    return f"{'plain attribute' if hasattr(module, name) else 'nothing'}: see self.register_buffer"


# --- test_batchnorm2d_module ----------------------------------------------------------------------------------------

_THREE = layer("BatchNorm2d", (2, 3, 4, 5), 3)


def _after(prepare: Callable[[Any, int], nn.Module], rows: Mapping[str, Callable[[nn.Module], Any]]) -> Observe:
    """Prepare a module, and see(module) for each row."""
    return each_row(lambda candidate, seed, see: see(prepare(candidate, seed)), rows)


def _as_built(names: Sequence[str], rows: Mapping[str, Callable[[nn.Module], Any]]) -> Observe:
    """Look at a new module in these ways, and at the first values of its tensors of these names."""
    first = {f"what {name} starts as": partial(_value, name=name) for name in names}
    return _after(lambda candidate, _: _THREE.built(candidate), {**rows, **first})


def _counts_in(module: nn.Module) -> str:
    count = getattr(module, "num_batches_tracked", 0)
    floats = isinstance(count, float) or (isinstance(count, Tensor) and count.is_floating_point())
    return "floats: torch.tensor(0) is an integer" if floats else "whole numbers"


MODULE = (
    own_work(_THREE, _FINISHED),
    Look(
        "parameters",
        "its parameters are weight (ones) and bias (zeros), in this order, with one number for each channel",
        _as_built(_PARAMETERS, {"parameters of BatchNorm2d(3)": lambda module: [*dict(module.named_parameters())]}),
        axes=_VECTOR,
    ),
    Look(
        "buffers",
        "running_mean, running_var and num_batches_tracked are buffers (saved and moved with it, but not trained) "
        "that start at 0, 1 and 0",
        _as_built(
            _BUFFERS,
            {f"how {name} is held": partial(_kind, name=name) for name in _BUFFERS}
            | {"buffers beside these": lambda module: sorted(dict(module.named_buffers()).keys() - _BUFFERS)}
            | {"num_batches_tracked counts in": _counts_in},
        ),
        axes=_VECTOR,
    ),
    extra_repr(layer("BatchNorm2d", (), 37, eps=0.25, momentum=0.75), told="num_features, eps and momentum"),
    state_dict(_THREE, dict.fromkeys(_TENSORS[:-1], (3,)) | {"num_batches_tracked": ()}),
)


# --- test_batchnorm2d_forward ---------------------------------------------------------------------------------------


def _finite(candidate: Any, seed: int) -> bool:
    ones = torch.ones(2, 3, 4, 5, dtype=torch.float64)
    return bool(run_on(_TRAINING.filled(candidate, seed), ones, _TRAINING.told).isfinite().all())


_FAR, _NEAR = 4096, 0.05


def _far_from_0(candidate: Any, seed: int) -> Remark | None:
    """Compare its answers to x and to x + 4096, which is exact: right ones differ by 0.001 or so, by rounding."""
    module, x = _TRAINING.filled(candidate, seed, dtype=torch.float32), _TRAINING.x(seed, torch.float32)
    x = (x * 64).round() / 64
    change = (run_on(module, x, _TRAINING.told) - run_on(module, x + _FAR, _TRAINING.told)).abs().max().item()
    if change <= _NEAR:
        return None
    return Remark("it loses digits", f"the output for x + {_FAR} is not that for x: it differs by up to {change:.2g}")


def _moved(candidate: Any, seed: int) -> Remark | None:
    module = build(candidate, 3)
    try:
        insist_follows_device(module, torch.ones(2, 3, 4, 5))
    except Stopped:
        left = [name for name in _STATISTICS if _kind(module, name).startswith("plain")]
        if not left:
            raise
        return Remark("left behind", f"{' and '.join(left)} stay behind: a buffer moves with its module")
    return None


_EPS = values("", "", _norms((2, 3, 4, 3), modes=_MODES, eps=0.5), True).observe

FORWARD = (
    own_steps(_THREE, _FINISHED_STEPS),
    untouched((_TRAINING, _EVALUATING)),
    values(
        "training mode",
        "in training mode each channel is normalised with the batch's own mean and variance, then scaled and shifted",
        _norms(*_SHAPES),
        True,
    ),
    values(
        "eval mode",
        "in eval mode it normalises with running_mean and running_var, then scales and shifts",
        _norms(*_SHAPES, (1, 3, 1, 1), modes=(False,)),
        False,
    ),
    Look(
        "eps",
        "eps is added to the variance, under the square root, and keeps a constant channel finite",
        lambda *given: {**_EPS(*given), "for an x of ones all numbers are finite": partial(_finite, *given)},
    ),
    values("float32", "it works in float32 as well", _norms((4, 3, 5, 4), modes=_MODES), True, torch.float32),
    Look(
        "far from 0",
        "adding one number to all of x makes no difference in training, even a large one",
        one_row(_far_from_0, "x has whole 64ths, in float32"),
    ),
    any_order(_TRAINING),
    gradients_flow((_TRAINING, _EVALUATING), depth=10),
    Look("any device", "it works on any device", one_row(_moved, "moved to another device")),
)


# --- test_batchnorm2d_running_mean ----------------------------------------------------------------------------------


def _trained(candidate: Any, seed: int, **settings: Any) -> nn.Module:
    """Train two steps, the second without gradients."""
    case = _norm(True, (4, 3, 2, 3), **settings)
    module = case.filled(candidate, seed)
    run_on(module, case.x(seed) * 3, case.told)
    with torch.no_grad():
        run_on(module, case.x(seed + 1)[:2] - 2, case.told)
    return module


def _statistic(name: str, *momenta: float) -> Observe:
    # The default comes last: what is wrong with it alone is then told apart from what is done with momentum.
    cases = {f"momentum {one}": {"momentum": one} for one in momenta} | {"the default momentum, 0.1": {}}
    return each_row(
        lambda candidate, seed, settings: _value(_trained(candidate, seed, **settings), name),
        {f"after two training steps with {told}": settings for told, settings in cases.items()},
    )


_STAY = "in eval mode the statistics stay as they are"


def _left_alone(candidate: Any, seed: int, name: str) -> None:
    module = _EVALUATING.filled(candidate, seed)
    before = copy.deepcopy(_value(module, name))
    run_on(module, _EVALUATING.x(seed), _EVALUATING.told)
    after = _value(module, name)
    if before is not None and after is not None:  # where they go is another question: that they move is told
        insist_equal(after, before, _STAY, axes=_VECTOR, given=f"{name} after a call in eval mode")


def _graph(candidate: Any, seed: int) -> Remark | None:
    module = _TRAINING.filled(candidate, seed)
    run_on(module, _TRAINING.x(seed).requires_grad_() * 1, _TRAINING.told)
    held = [name for name in _STATISTICS if getattr(getattr(module, name, None), "requires_grad", False)]
    if held:
        told = f"{held[0]}.requires_grad is True: every batch ever seen would stay in memory"
        return Remark("a graph is kept", told)
    with asking("copying it with copy.deepcopy after a training step"):
        copy.deepcopy(module)
    return None


def _held(module: nn.Module, name: str) -> str:
    kind, one = _kind(module, name), getattr(module, name, None)
    return f"{kind} of {one.dtype}" if kind == "buffer" and name in _STATISTICS else kind


RUNNING = (
    Look(
        "running mean",
        "each training step makes running_mean (1 − momentum) of its old value plus momentum of the batch's mean",
        _statistic("running_mean", 0.3, 1.0),
        axes=_VECTOR,
    ),
    Look(
        "running variance",
        "each training step moves running_var towards the batch's variance by the share momentum",
        _statistic("running_var", 0.3),
        axes=_VECTOR,
    ),
    Look(
        "batch counter",
        "num_batches_tracked goes up by one in each training step",
        _statistic("num_batches_tracked"),
        axes=(),
    ),
    Look(
        "eval changes nothing",
        _STAY,
        each_row(_left_alone, {f"{name} after a call in eval mode": name for name in _BUFFERS}),
    ),
    Look("no graph", "the running statistics keep no autograd graph", one_row(_graph, "after a training step")),
    Look(
        "buffers stay buffers",
        "after a training step the running statistics are still buffers of the same dtype",
        _after(_trained, {f"how {name} is held after a training step": partial(_held, name=name) for name in _BUFFERS}),
    ),
)


# --- right code in steps, of which each mistake changes one ---------------------------------------------------------


def _wide(value: Tensor) -> Tensor:
    return value.view(-1, 1, 1) if value.ndim == 1 else value


def _mean_and_var(x: Tensor, axes: tuple[int, ...] = (0, 2, 3), correction: int = 0) -> tuple[Tensor, Tensor]:
    """Take both by hand: x.var would warn of a single number."""
    mean = x.mean(axes, keepdim=True)
    return mean, (x - mean).square().sum(axes, keepdim=True) / (x.numel() // mean.numel() - correction)


class _Steps(nn.BatchNorm2d):
    axes = followed = (0, 2, 3)  # of the batch's statistics, and of those that the running ones follow
    correction = 1  # of the variance that running_var follows

    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.statistics(x)
        if self.follows():
            self.follow(x)
        return self.scale((x - _wide(mean)) / _wide(self.divisor(var)))

    def statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.batch(x) if self.training else self.kept()

    def batch(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return _mean_and_var(x, self.axes)

    def kept(self) -> tuple[Tensor, Tensor]:
        return self.running_mean.clone(), self.running_var.clone()

    def follows(self) -> bool:
        return self.training

    @torch.no_grad()
    def follow(self, x: Tensor) -> None:
        mean, var = _mean_and_var(x, self.followed, self.correction)
        self.move(mean.expand_as(x).mean((0, 2, 3)), var.expand_as(x).mean((0, 2, 3)))
        self.count(x)

    def move(self, mean: Tensor, var: Tensor) -> None:
        self.running_mean.lerp_(mean, self.share())
        self.running_var.lerp_(var, self.share())

    def share(self) -> float:
        return self.momentum

    def count(self, x: Tensor) -> None:
        self.num_batches_tracked += 1

    def divisor(self, var: Tensor) -> Tensor:
        return (var + self.eps).sqrt()

    def scale(self, x: Tensor) -> Tensor:
        return x * _wide(self.weight) + _wide(self.bias)


def _with(**steps: Any) -> type[_Steps]:
    """Take some steps in another way."""
    return type("BatchNorm2d", (_Steps,), steps)


def _either(**steps: Any) -> list[type[_Steps]]:
    """Do so, with a running_var that follows the unbiased variance or the biased one."""
    return [_with(**steps, correction=correction) for correction in (1, 0)]


VARIANTS = (
    Variant(
        _with(correction=0),
        "running_var follows the biased variance; PyTorch's follows the unbiased one (n/(n−1) larger)",
    ),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_starting = partial(changed, _Steps)


def _over(*axes: int) -> list[type[_Steps]]:
    """Take the training statistics over other axes; the running ones are right, or follow the same, averaged."""
    return [*_either(axes=axes), *_either(axes=axes, followed=axes)]


def _kept_whole(*axes: int) -> list[type[_Steps]]:
    """Do so, with running statistics that take the shape of such a mean, or stop at it."""

    def following(keepdim: bool, in_place: bool) -> type[_Steps]:
        @torch.no_grad()
        def follow(self: _Steps, x: Tensor) -> None:
            for name, new in zip(_STATISTICS, self.batch(x), strict=True):
                old, step = getattr(self, name) * (1 - self.momentum), new * self.momentum
                step = step if keepdim else step.squeeze(axes)
                setattr(self, name, old.add_(step) if in_place else old + step)
            self.count(x)

        return _with(axes=axes, follow=follow)

    return [following(keepdim, in_place) for keepdim in (True, False) for in_place in (True, False)]


def _unreshaped(*names: str, in_eval: Sequence[str] = ()) -> type[_Steps]:
    """Let these meet x as they are; those of in_eval only in eval mode."""

    def forward(self: _Steps, x: Tensor) -> Tensor:
        given = [*(self.statistics(x) if self.training else self.kept()), self.weight, self.bias]
        flat = {name: one.flatten() for name, one in zip((*_STATISTICS, *_PARAMETERS), given, strict=True)}
        as_they_are = names if self.training else (*names, *in_eval)
        mean, var, weight, bias = (one if name in as_they_are else _wide(one) for name, one in flat.items())
        if self.training:
            self.follow(x)
        return (x - mean) / (var + self.eps).sqrt() * weight + bias

    return _with(forward=forward)


def _reshaped(names: Sequence[str], shape: tuple[int, ...], correction: int) -> type[_Steps]:
    """Keep these with axes of size 1 around the channels."""

    def change(self: _Steps) -> None:
        for name in names:
            getattr(self, name).data = getattr(self, name).data.view(shape)

    def move(self: _Steps, *new: Tensor) -> None:
        for name, one in zip(_STATISTICS, new, strict=True):
            getattr(self, name).lerp_(one.view_as(getattr(self, name)), self.share())

    return changed(_with(move=move, correction=correction), change)


def _nothing(self: _Steps, *given: Tensor) -> tuple:
    return given  # a function that is empty looks like one still to be written


axes = BANK.about("the axes of mean and variance in training: batch, height and width go, the channels stay", 1)
axes("per_image", "normalises each image on its own, as instance norm does", *_over(2, 3), *_kept_whole(2, 3))
axes("per_pixel", "averages over the batch only, so that each pixel has a mean of its own", *_over(0), *_kept_whole(0))
axes("all_channels", "takes one mean for all channels together", *_over(0, 1, 2, 3))
axes("per_image_all", "normalises each image over all its channels, as layer norm does", *_over(1, 2, 3))
axes("over_channels", "averages over the channels instead of over the batch", *_over(1))
axes("no_width", "averages over batch and height and leaves the width out", *_over(0, 2))
axes("no_height", "averages over batch and width and leaves the height out", *_over(0, 3))

BANK.add(
    "not_reshaped",
    "leaves mean, variance, weight or bias without a reshape, so that their numbers line up with the width of x",
    "the shape of mean, variance, weight and bias where they meet x: (1, channels, 1, 1)",
    3,
    _unreshaped(*_STATISTICS, *_PARAMETERS),
    _unreshaped(*_STATISTICS),
    _unreshaped(*_PARAMETERS),
    _unreshaped(*_PARAMETERS, in_eval=_STATISTICS),
    _unreshaped(in_eval=_STATISTICS),
)
BANK.add(
    "axes_of_size_1",
    "keeps parameters or statistics with further axes of size 1, as in (1, channels, 1, 1): torch's have one axis",
    "the shapes in __init__: (num_features,). The place for a reshape, or a view, is forward",
    3,
    *(
        _reshaped(names, shape, correction)
        for names in (_PARAMETERS, _STATISTICS, _PARAMETERS + _STATISTICS)
        for shape in ((1, -1, 1, 1), (-1, 1, 1))
        for correction in (1, 0)
    ),
)
decides = BANK.about("what self.training decides", 2)
decides(
    "batch_in_eval",
    "uses the batch's own statistics in eval mode too",
    _with(statistics=lambda self, x: self.batch(x)),
)
decides(
    "running_in_training",
    "normalises with the running statistics in training too",
    _with(statistics=lambda self, x: self.kept()),
)
BANK.add(
    "momentum_reversed",
    "takes momentum the wrong way round: in PyTorch it is the share of the *new* value",
    "which of old and new is multiplied by momentum",
    2,
    *_either(share=lambda self: 1 - self.momentum),
)


def _moving(*, mean: float | None = None, var: float | None = None) -> list[type[_Steps]]:
    """Move one of the two by 1 − momentum (1), or not at all (0)."""

    def move(self: _Steps, *new: Tensor) -> None:
        for name, one, other in zip(_STATISTICS, new, (mean, var), strict=True):
            share = self.momentum if other is None else other * (1 - self.momentum)
            getattr(self, name).lerp_(one, share)

    return _either(move=move)


in_one = BANK.about("the two updates, side by side: both statistics move alike", 2)
in_one(
    "momentum_reversed_in_one",
    "takes momentum the wrong way round for one of the two running statistics",
    *_moving(mean=1),
    *_moving(var=1),
)
in_one("moves_one", "moves only one of running_mean and running_var", *_moving(mean=0), *_moving(var=0))
BANK.add(
    "momentum_ignored",
    "always uses momentum 0.1, whatever it is given",
    "where the update gets momentum from",
    2,
    *_either(share=lambda self: 0.1),
)
BANK.add(
    "eps_ignored",
    "always uses eps 1e-5, whatever it is given",
    "where forward gets eps from",
    3,
    _with(divisor=lambda self, var: (var + 1e-5).sqrt()),
)


def _correcting(by: Callable[[Tensor], float], correction: int = 0) -> type[_Steps]:
    """Let running_var follow the variance times by(x)."""

    def follow(self: _Steps, x: Tensor) -> None:
        with torch.no_grad():
            mean, var = _mean_and_var(x, correction=correction)
            self.move(mean.flatten(), var.flatten() * by(x))
            self.count(x)

    return _with(follow=follow)


def _n_is(count: Callable[[Tensor], int]) -> type[_Steps]:
    return _correcting(lambda x: count(x) / max(count(x) - 1, 1))


factor = BANK.about("n in n / (n − 1): how many values a channel has, batch × height × width", 3)
factor("n_is_batch", "takes n for the number of images in n / (n − 1), the factor of running_var", _n_is(len))
factor(
    "n_is_map", "leaves the batch out of n in n / (n − 1), the factor of running_var", _n_is(lambda x: x[0, 0].numel())
)
factor("n_is_all", "counts the channels in n as well in n / (n − 1), the factor of running_var", _n_is(Tensor.numel))
factor(
    "corrected_twice",
    "multiplies a variance that is unbiased already by n / (n − 1)",
    _correcting(lambda x: x[:, 0].numel() / (x[:, 0].numel() - 1), correction=1),
)
BANK.add(
    "running_updated_first",
    "moves the running statistics first and then normalises the batch with them",
    "which mean and variance the output is made with in training",
    2,
    # follow() moves these two in place
    *_either(statistics=lambda self, x: (self.running_mean, self.running_var) if self.training else self.kept()),
)
_UPDATES = {"follows": lambda self: True}
_MOVED = {"statistics": lambda self, x: self.batch(x) if self.training else (self.running_mean, self.running_var)}
_UNCOUNTED = {"count": lambda self, x: self.num_batches_tracked.add_(int(self.training))}
BANK.add(
    "updates_in_eval",
    "goes on moving its running statistics in eval mode",
    "where the update stands",
    2,
    *(one for more in ({}, _MOVED) for count in ({}, _UNCOUNTED) for one in _either(**_UPDATES, **more, **count)),
)
BANK.add(
    "never_updates",
    "never moves its running statistics",
    "the training branch: it has two jobs",
    2,
    _with(follow=_nothing),
    _with(move=_nothing),
)
BANK.add(
    "no_counter", "never counts its batches", "num_batches_tracked in the training branch", 2, _with(count=_nothing)
)
BANK.add(
    "counts_images",
    "counts images, not batches",
    "how much num_batches_tracked grows by",
    2,
    _with(count=lambda self, x: self.num_batches_tracked.add_(len(x))),
)
BANK.add(
    "graph_in_buffers",
    "keeps the autograd graph in its running statistics, so that memory grows with every batch",
    "the update: it belongs inside torch.no_grad(), or takes detached values",
    3,
    _with(follow=_Steps.follow.__wrapped__),
)
BANK.add(
    "eps_outside_root",
    "adds eps after the square root",
    "where eps stands: under the root",
    3,
    _with(divisor=lambda self, var: var.sqrt() + self.eps),
)
BANK.add(
    "eps_after_division",
    "adds eps to the quotient, after the division",
    "the brackets: eps is added to the variance, under the root",
    3,
    _with(divisor=lambda self, var: var.sqrt(), scale=lambda self, x: _Steps.scale(self, x + self.eps)),
)
BANK.add(
    "no_eps",
    "leaves eps out",
    "the denominator: a constant channel has variance 0",
    3,
    _with(divisor=lambda self, var: var.sqrt()),
)
BANK.add(
    "eps_in_training_only",
    "adds eps in training mode only",
    "the denominator in eval mode: eps belongs there, too",
    3,
    *_either(divisor=lambda self, var: (var + self.eps * self.training).sqrt()),
)
BANK.add("no_affine", "never uses weight and bias", "the last step: scale and shift", 3, _with(scale=lambda self, x: x))
BANK.add(
    "affine_in_training_only",
    "scales and shifts in training only",
    "the eval branch: weight and bias belong there too",
    3,
    _with(scale=lambda self, x: _Steps.scale(self, x) if self.training else x),
)
BANK.add(
    "bias_before_scale",
    "adds the bias before it scales",
    "the order of the last step",
    3,
    _with(scale=lambda self, x: (x + _wide(self.bias)) * _wide(self.weight)),
)
BANK.add(
    "divides_by_variance",
    "divides by the variance, not by its root",
    "the denominator",
    3,
    _with(divisor=lambda self, var: var + self.eps),
)
BANK.add(
    "unbiased_normalisation",
    "normalises with the unbiased variance (n − 1 below the line), which is what Tensor.var gives by default",
    "the variance that x is divided by: PyTorch takes the biased one there (n below the line)",
    3,
    _with(batch=lambda self, x: _mean_and_var(x, correction=1)),
)
BANK.add(
    "difference_of_squares",
    "takes the variance as mean(x²) − mean(x)², which loses its digits where the mean is large",
    "the variance: the mean of (x − mean)², or x.var, loses none",
    3,
    _with(batch=lambda self, x: (_mean_and_var(x)[0], _mean_and_var(x * x)[0] - _mean_and_var(x)[0].square())),
)
BANK.add(
    "no_gradient",
    "computes everything under no_grad, so that no gradient flows",
    "where no_grad begins and ends: only the update of the buffers belongs inside",
    3,
    _with(forward=torch.no_grad()(_Steps.forward)),
)
BANK.add(
    "statistics_detached",
    "treats the batch's mean and variance as constants, so that no gradient flows through them",
    "where no_grad or detach begins and ends: only the update of the buffers belongs inside",
    3,
    _with(batch=lambda self, x: _Steps.batch(self, x.detach())),
)
BANK.add(
    "running_std",
    "keeps a running standard deviation where running_var belongs",
    "what running_var follows",
    2,
    *_either(move=lambda self, mean, var: _Steps.move(self, mean, var.sqrt())),
)
BANK.add("no_repr", "has an extra_repr that says nothing", "extra_repr", 2, _with(extra_repr=lambda self: ""))
fixed_dtype(BANK, _Steps, hint=3)
misread(BANK, _Steps, hint=3)


def _in_place(self: _Steps, x: Tensor) -> Tensor:
    """Use x.var, which remembers x for the backward pass."""
    mean, var = (x.mean((0, 2, 3)), x.var((0, 2, 3), correction=0)) if self.training else self.kept()
    if self.training:
        self.follow(x)
    x.sub_(_wide(mean)).div_(_wide(self.divisor(var)))
    return x.mul_(_wide(self.weight)).add_(_wide(self.bias))


BANK.add(
    "changes_input",
    "writes into its input",
    "in-place operations on x (+=, *=, sub_ …)",
    3,
    _with(forward=lambda self, x: x.copy_(_Steps.forward(self, x.clone()))),
    _with(forward=_in_place),
)
bias_first(BANK, _Steps, "the order of the two in __init__")
BANK.add(
    "weight_starts_at_zero",
    "starts with weight 0, so that every output is 0",
    "the start value of weight",
    2,
    _starting(lambda self: self.weight.zero_()),
)
BANK.add(
    "var_starts_at_zero",
    "starts running_var at 0",
    "the start value of running_var: a variance of 1 changes nothing",
    2,
    _starting(lambda self: self.running_var.zero_()),
)
BANK.add(
    "float_counter",
    "counts in floats",
    "the start value of num_batches_tracked",
    2,
    _starting(lambda self: setattr(self, "num_batches_tracked", torch.tensor(0.0))),
)
BANK.add(
    "other_eps",
    "has eps 1e-3 by default",
    "the signature: the default is 1e-05",
    2,
    with_defaults(_Steps, eps=1e-3),
)
BANK.add(
    "keras_momentum",
    "has momentum 0.9 or 0.99 by default",
    "the signature: PyTorch's default is 0.1",
    2,
    *(with_defaults(one, momentum=momentum) for one in _either() for momentum in (0.9, 0.99)),
)
registered = BANK.about("how the two are registered", 2)
registered(
    "buffers_are_parameters",
    "makes running_mean and running_var parameters, so that an optimiser would train them",
    _starting(lambda self: [setattr(self, name, nn.Parameter(self._buffers.pop(name))) for name in _STATISTICS]),
)
registered(
    "plain_statistics",
    "keeps running_mean and running_var as plain attributes, so that they are neither saved nor moved",
    plain_tensors(_Steps, *_STATISTICS),
)
BANK.add(
    "plain_attributes",
    "keeps its statistics as plain attributes, so that they are neither saved nor moved",
    "how the three are registered",
    2,
    plain_tensors(_Steps, *_BUFFERS),
)
BANK.add(
    "plain_counter",
    "keeps num_batches_tracked as a plain attribute, so that it is not saved",
    "how the counter is registered",
    2,
    plain_tensors(_Steps, "num_batches_tracked"),
)

STEPS = (
    Step(
        "the module",
        "`__init__` makes the parameters and the buffers, under the names that torch has for them",
        ("parameters", "buffers", "state dict"),
        hint=2,
    ),
    Step(
        "training output",
        "in training mode `forward` normalises with this batch's mean and variance, then scales and shifts",
        ("training mode", "far from 0", "any memory layout"),
        hint=1,
    ),
    Step(
        "eval output",
        "in eval mode it normalises with the running mean and variance, then scales and shifts",
        ("eval mode", "eps", "float32", "gradients", "any device", "input untouched"),
        hint=2,
    ),
    Step(
        "running statistics",
        "in training mode `forward` moves the running mean and variance, without a graph, and counts the batch",
        (
            "running mean",
            "running variance",
            "batch counter",
            "eval changes nothing",
            "no graph",
            "buffers stay buffers",
        ),
        hint=3,
    ),
    Step("what print shows", "`extra_repr` tells `num_features`, `eps` and `momentum`", ("extra_repr",)),
)

EXERCISE = Exercise(
    name="BatchNorm2d",
    hints=HINTS,
    right=nn.BatchNorm2d,
    tests={
        "test_batchnorm2d_module": MODULE,
        "test_batchnorm2d_forward": FORWARD,
        "test_batchnorm2d_running_mean": RUNNING,
    },
    mistakes=BANK.all,
    steps=STEPS,
    variants=VARIANTS,
)
