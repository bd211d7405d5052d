"""fold_batchnorm: the oracle is the pair itself, convolution then batch norm in eval mode."""

import copy
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import fusion

from course_utils.checking.both import noting
from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.shortcuts import codes_run
from course_utils.checking.student import Stopped, asking
from course_utils.checking.tensors import broken, came_back, describe, insist_equal, run, run_on
from course_utils.checking.values import Step
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.observers import each_row, kind, one_row

HINTS = (
    "In eval mode a batch norm does the same to every pixel of a channel: times a number, plus a number. Write "
    "the two down: `scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)`, and what's left over.",
    "`norm(conv(x))` is scale · (W∗x + b − mean) + bias. So the new weight is scale · W, one scale for each "
    "*output* channel, and the new bias is bias + (b − mean) · scale, where b is 0 if the convolution has none.",
    "`copy.deepcopy(conv)` keeps stride, padding and all the rest. With `old = 0 if conv.bias is None else "
    "conv.bias`:\n"
    "```python\n"
    "folded = copy.deepcopy(conv)\n"
    'folded.weight = nn.Parameter(conv.weight * rearrange(scale, "c -> c 1 1 1"))\n'
    "folded.bias = nn.Parameter(norm.bias + (old - norm.running_mean) * scale)\n"
    "```",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_Make = Callable[[], nn.Conv2d]
# No two numbers of channels alike where a transposed weight could hide, and alike once, where it does.
_CONVS: dict[str, _Make] = {
    "no bias": partial(nn.Conv2d, 3, 5, 3, bias=False),
    "equal channels": partial(nn.Conv2d, 4, 4, 3, padding=1, bias=False),
    "with a bias": partial(nn.Conv2d, 2, 6, 3, padding=1),
    "stride and padding": partial(nn.Conv2d, 3, 4, 7, stride=2, padding=3, bias=False),
    "1×1": partial(nn.Conv2d, 6, 2, 1, bias=False),
    "not square": partial(nn.Conv2d, 3, 4, (1, 3), stride=(2, 1), padding=(0, 1)),
    "groups": partial(nn.Conv2d, 4, 6, 3, groups=2, bias=False),
    "dilation": partial(nn.Conv2d, 2, 3, 3, dilation=2, bias=False),
    "reflected padding": partial(nn.Conv2d, 2, 3, 3, padding=2, padding_mode="reflect"),
}
_EPS = 0.3  # large, so that it shows


def _pair(name: str, seed: int, dtype: torch.dtype = torch.float64) -> tuple[nn.Conv2d, nn.BatchNorm2d, Tensor]:
    """Make a convolution, a batch norm that has seen something, and an input."""
    draws = Draws(seed, dtype)
    conv = draws.fill(_CONVS[name]())
    norm = draws.fill(nn.BatchNorm2d(conv.out_channels, eps=_EPS))
    norm.running_mean.mul_(torch.linspace(-1.5, 1, conv.out_channels))  # means of both signs
    return conv.eval(), norm.eval(), draws.normal(2, conv.in_channels, 9, 8)


def _fold_any(candidate: Any, conv: nn.Conv2d, norm: nn.BatchNorm2d, name: str) -> Any:
    return run(candidate, conv, norm, doing=f"folding a batch norm into a convolution ({name})")


def _fold(candidate: Any, conv: nn.Conv2d, norm: nn.BatchNorm2d, name: str) -> nn.Conv2d:
    folded = _fold_any(candidate, conv, norm, name)
    if folded is None:
        raise broken("the result comes back", f"it gave {came_back(folded)}")
    if not isinstance(folded, nn.Conv2d):
        raise broken("one convolution comes back: an nn.Conv2d", f"it gave {came_back(folded)}")
    return folded


def _fits(name: str, *convs: str, dtype: torch.dtype = torch.float64) -> Look:
    """Look at what the folded convolution gives."""

    def output(candidate: Any, seed: int, conv: str) -> Tensor:
        *pair, x = _pair(conv, seed, dtype)
        return run_on(_fold(candidate, *pair, conv), x, "the folded convolution")

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return each_row(output, {_given(conv): conv for conv in convs})(candidate, seed)

    return Look(name, "the folded convolution gives what the two gave together", observe, depth=4)


def _given(name: str) -> str:
    conv, _, x = _pair(name, 0)
    return f"the convolution ({name}): {conv}, x has shape {describe(x.shape)}"


def _insist_own_work(candidate: Any, seed: int) -> None:
    conv, norm, _ = _pair("no bias", seed)
    finished = {fusion.fuse_conv_bn_eval.__code__, fusion.fuse_conv_bn_weights.__code__}
    if finished & codes_run(lambda: candidate(conv, norm)):
        raise broken(
            "the work is your own",
            "it calls torch.nn.utils.fusion, which already does this exercise: the point is to do it once yourself",
        )


def _insist_untouched(candidate: Any, seed: int, name: str) -> None:
    conv, norm, _ = _pair(name, seed)
    before = [copy.deepcopy(one.state_dict()) for one in (conv, norm)]
    folded = _fold(candidate, conv, norm, name)
    with asking("changing the weight of the folded convolution"), torch.no_grad():
        folded.weight.add_(1)  # if the weight is shared, the original has changed now
    for told, one, kept in zip(("convolution", "batch norm"), (conv, norm), before, strict=True):
        _insist_as_before(one, kept, f"the {told} that it is given stays as it was")
    if not all(parameter.requires_grad for parameter in (*conv.parameters(), *norm.parameters())):
        raise broken("the two that it is given stay as they were", "their parameters no longer require gradients")


def _insist_own_modes(candidate: Any, seed: int, training: bool) -> None:
    conv, norm, _ = _pair("no bias", seed)
    conv.train(training), norm.train(training)
    with suppress(Stopped):  # who asks a batch norm for its numbers can do so in eval mode only
        _fold(candidate, conv, norm, "no bias")
    for told, one in zip(("convolution", "batch norm"), (conv, norm), strict=True):
        if one.training != training:
            was, now = ("training", "eval") if training else ("eval", "training")
            raise broken(
                "the two that it is given stay in their mode", f"the {told} was in {was} mode, and is in {now}"
            )


def _insist_as_before(module: nn.Module, before: dict[str, Tensor], promise: str) -> None:
    now = module.state_dict()
    if set(now) != set(before):
        raise broken(promise, f"it now has {', '.join(now)}")
    for name, tensor in before.items():
        insist_equal(now[name], tensor, f"{promise} ({name})", axes=("element",) * tensor.ndim)


def _insist_ordinary(candidate: Any, seed: int) -> None:
    conv, norm, x = _pair("with a bias", seed)
    folded = _fold(candidate, conv, norm, "with a bias")
    for name in ("weight", "bias"):
        if not isinstance(getattr(folded, name, None), nn.Parameter):
            raise broken(f"{name} is a parameter of the folded convolution", "nn.Parameter(…) makes one")
    expected = run_on(folded, x, "the folded convolution")
    with asking("copying the folded convolution with copy.deepcopy"):
        twin = copy.deepcopy(folded)
    insist_equal(run_on(twin, x), expected, "a deepcopy gives the same output")


def _kind(candidate: Any, seed: int) -> str:
    folded = _fold_any(candidate, *_pair("no bias", seed)[:2], "no bias")
    return "an nn.Conv2d" if isinstance(folded, nn.Conv2d) else kind(folded)


def _an_ordinary_layer(candidate: Any, seed: int) -> dict[str, Any]:
    return one_row(_kind, "what comes back")(candidate, seed) | one_row(_insist_ordinary)(candidate, seed)


_MODES = "the two that are given stay in the mode that they are in"
_ORIGINALS = "the two that are given stay as they were"

LOOKS = (
    Look("own work", "the work is your own", one_row(_insist_own_work), structural=True),
    _fits("no bias", "no bias", "equal channels", "1×1"),
    _fits("with a bias", "with a bias"),
    _fits("stride and padding", "stride and padding", "not square", "groups", "dilation", "reflected padding"),
    _fits("float32", "no bias", "with a bias", dtype=torch.float32),
    Look("originals untouched", _ORIGINALS, each_row(_insist_untouched, ("no bias", "with a bias"))),
    Look("own mode", _MODES, each_row(_insist_own_modes, {"in eval mode": False, "in training mode": True})),
    Look("an ordinary layer", "the folded convolution is a layer like any other", _an_ordinary_layer),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_SCALE = "the scale: norm.weight / √(running_var + eps)"
_AXIS = "the axes of conv.weight: output channels first; the scale belongs to them"
_BIAS = "the new bias: norm.bias + (old bias − running_mean) · scale"
_KEPT = "what the new convolution takes over: stride, padding, dilation, groups and padding_mode"
_LEFT = "what happens to the two that are given: nothing; work on a copy"


_SETTINGS = ("stride", "padding", "dilation", "groups", "padding_mode")


def _assigned(new: nn.Conv2d, weight: Tensor) -> None:
    new.weight = nn.Parameter(weight)


@noting
def _folding(
    *,
    gain: Callable[[nn.BatchNorm2d], Tensor] = lambda n: n.weight,
    eps: Callable[[nn.BatchNorm2d], float] = lambda n: n.eps,
    std: Callable[[Tensor, float], Tensor] = lambda variance, eps: (variance + eps).sqrt(),
    weight: Callable[[Tensor, Tensor], Tensor] = lambda w, s: w * s.view(-1, 1, 1, 1),
    old: Callable[[Any, Tensor], Any] = torch.mul,
    mean: Callable[[Tensor, Tensor], Any] = torch.mul,
    shift: Callable[[nn.BatchNorm2d], Any] = lambda n: n.bias,
    keeps_bias: bool = False,
    no_bias: bool = False,
    copied: Callable[[nn.Conv2d], nn.Conv2d] = copy.deepcopy,
    put: Callable[[nn.Conv2d, Tensor], Any] = _assigned,
    **forgotten: bool,
) -> Callable[[nn.Conv2d, nn.BatchNorm2d], nn.Conv2d]:
    """Make a way to fold: the scale is gain / std, the bias is shift + old − mean (of the scale each), onto a copy.

    put: how the weight gets into the new convolution. forgotten: settings that a new convolution does not take over.
    """

    def rebuilt(conv: nn.Conv2d) -> nn.Conv2d:
        kept = {name: getattr(conv, name) for name in _SETTINGS if name not in forgotten}
        return nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, **kept).to(conv.weight.dtype)

    def fold(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
        with torch.no_grad():
            scale = gain(norm) / std(norm.running_var, eps(norm))
            before = torch.zeros_like(scale) if conv.bias is None else conv.bias
            new_weight = weight(conv.weight, scale)
            new_bias = shift(norm) + old(before, scale) - mean(norm.running_mean, scale)
            folded = rebuilt(conv) if forgotten else copied(conv)
            put(folded, new_weight)
            if not keeps_bias:
                folded.bias = None if no_bias else nn.Parameter(new_bias)
        return folded

    return fold


@BANK.mistake(
    "puts the two in a row and folds nothing", "what comes back: one nn.Conv2d with a new weight and a bias", 1
)
def _sequence(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Module:
    return nn.Sequential(conv, norm)


@BANK.mistake("switches the batch norm that it is given to eval mode, and leaves it there", _LEFT, 3)
def _switches_modes(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    return _folding()(conv, norm.eval())


@BANK.mistake("sets the batch norm to weight 1 and bias 0 on the way", _LEFT, 3)
def _changes_the_norm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    folded = _folding()(conv, norm)
    with torch.no_grad():
        norm.weight.fill_(1)
        norm.bias.zero_()
    return folded


_scales = BANK.about(_SCALE, 1, by=lambda way: _folding(**way))
_biases = BANK.about(_BIAS, 2, by=lambda way: _folding(**way))
_forgets = BANK.about(_KEPT, 3, by=lambda way: _folding(**way))

_scales("no_eps", "forgets eps", {"eps": lambda n: 0})
_scales("eps_outside", "adds eps outside the root", {"std": lambda variance, eps: variance.sqrt() + eps})
_scales("default_eps", "takes 1e-5 for eps, whatever the batch norm's own", {"eps": lambda n: 1e-5})
_scales("no_root", "divides by the variance, without the root", {"std": torch.add})
_scales("no_norm_weight", "forgets the batch norm's weight", {"gain": lambda n: torch.ones_like(n.weight)})
BANK.add(
    "input_channels",
    "scales the input channels",
    _AXIS,
    2,
    _folding(weight=lambda w, s: w * s.view(1, -1, 1, 1)),
)
BANK.add("last_axis", "lays the scale along the kernel's width", _AXIS, 3, _folding(weight=torch.mul))
BANK.add(
    "weight_as_it_was",
    "leaves the weight as it was",
    "the new weight: scale · W",
    2,
    _folding(weight=lambda w, s: w.clone()),
)
_biases("no_mean", "forgets running_mean", {"mean": lambda m, s: 0})
_biases("mean_not_scaled", "subtracts running_mean without scaling it", {"mean": lambda m, s: m})
_biases("mean_added", "adds running_mean", {"mean": lambda m, s: -m * s})
_biases("old_bias_forgotten", "forgets the bias that the convolution has already", {"old": lambda b, s: 0})
_biases("old_bias_not_scaled", "adds the convolution's old bias without scaling it", {"old": lambda b, s: b})
_biases("bias_as_it_was", "folds the weight and leaves the bias as it was", {"keeps_bias": True})
_biases("no_norm_bias", "forgets the batch norm's bias", {"shift": lambda n: 0})
BANK.add("no_bias", "gives the folded convolution no bias", _BIAS, 1, _folding(no_bias=True))
# With too large a weight it depends on how this gets in where the error comes, and what it says.
_PUTS = (
    _assigned,
    lambda new, weight: new.weight.copy_(weight),
    lambda new, weight: new.weight.copy_(weight.view(new.weight.shape)),
)
_forgets(
    "plain_settings",
    "makes a new convolution and forgets stride and padding",
    *(dict.fromkeys(names, True) for names in (_SETTINGS, ("stride", "padding"))),
)
_forgets("no_groups", "makes a new convolution and forgets groups", *({"groups": True, "put": put} for put in _PUTS))
_forgets("no_dilation", "makes a new convolution and forgets dilation", {"dilation": True})
_forgets("no_padding_mode", "makes a new convolution and forgets padding_mode", {"padding_mode": True})
_forgets(
    "three_settings",
    "makes a new convolution with stride and padding only",
    *({"dilation": True, "groups": True, "padding_mode": True, "put": put} for put in _PUTS),
)
BANK.add(
    "fixed_dtype",
    "always makes a float32 convolution",
    "dtypes: a float64 convolution stays one",
    3,
    lambda conv, norm: _folding()(conv, norm).float(),
)
BANK.add(
    "changes_the_original", "folds into the convolution that it was given", _LEFT, 3, _folding(copied=lambda conv: conv)
)

STEPS = (
    Step(
        "a convolution without a bias", "$a$ goes into its weight, $d$ becomes its bias", ("no bias", "float32"), hint=1
    ),
    Step("one with a bias", "the bias that is there is scaled as well", ("with a bias",), hint=2),
    Step("its settings", "stride, padding and groups stay", ("stride and padding", "an ordinary layer"), hint=3),
    Step("the two given", "conv and norm stay as they were", ("originals untouched", "own mode"), hint=3),
)

EXERCISE = Exercise(
    name="fold_batchnorm",
    hints=HINTS,
    right=_folding(),
    tests={"test_fold_batchnorm": LOOKS},
    mistakes=BANK.all,
    steps=STEPS,
)
