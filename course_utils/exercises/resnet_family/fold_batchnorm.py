"""fold_batchnorm: the oracle is the pair itself, convolution then batch norm in eval mode."""

import copy
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import fusion

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, describe, insist_equal, run, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

HINTS = (
    "In eval mode a batch norm does the same to every pixel of a channel: times a number, plus a number. Write the two "
    "numbers down: scale = weight / √(running_var + eps), and what is left over.",
    "norm(conv(x)) = scale · (W∗x + b − mean) + bias. So the new weight is scale · W, one scale for each *output* "
    "channel, and the new bias is bias + (b − mean) · scale, with b = 0 where the convolution has none.",
    "folded = copy.deepcopy(conv) keeps stride, padding and all the rest. Then folded.weight = nn.Parameter("
    "conv.weight * rearrange(scale, 'c -> c 1 1 1')) and folded.bias = nn.Parameter(norm.bias + (old - "
    "norm.running_mean) * scale), where old is 0 if conv.bias is None else conv.bias.",
)

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


def _fold(candidate: Any, conv: nn.Conv2d, norm: nn.BatchNorm2d, name: str) -> nn.Module:
    folded = run(candidate, conv, norm, doing=f"folding a batch norm into a convolution ({name})")
    if not isinstance(folded, nn.Conv2d):
        raise broken("one convolution comes back: an nn.Conv2d", f"it gave a {type(folded).__name__}")
    return folded


def _insist_fits(candidate: Any, names: tuple[str, ...], seed: int, dtype: torch.dtype = torch.float64) -> None:
    for name in names:
        conv, norm, x = _pair(name, seed, dtype)
        expected = norm(conv(x)).detach()
        got = run_on(_fold(candidate, conv, norm, name), x, "the folded convolution").detach()
        given = f"the convolution ({name}): {conv}, x has shape {describe(x.shape)}"
        insist_equal(got, expected, "the folded convolution gives what the two gave together", depth=4, given=given)


def _own_work(candidate: Any, seed: int) -> None:
    conv, norm, _ = _pair("no bias", seed)
    finished = {fusion.fuse_conv_bn_eval.__code__, fusion.fuse_conv_bn_weights.__code__}
    if finished & _codes_run(lambda: candidate(conv, norm)):
        raise broken(
            "the work is your own",
            "it calls torch.nn.utils.fusion, which already does this exercise: the point is to do it once yourself",
        )


def _codes_run(call: Callable[[], Any]) -> set[Any]:
    """Collect the code of every Python function that runs during a call; one that fails is for others to tell."""
    seen, before = set(), sys.getprofile()
    sys.setprofile(lambda frame, event, arg: seen.add(frame.f_code))
    try:
        with suppress(Exception):
            call()
    finally:
        sys.setprofile(before)
    return seen


def _without_bias(candidate: Any, seed: int) -> None:
    _insist_fits(candidate, ("no bias", "equal channels", "1×1"), seed)


def _with_bias(candidate: Any, seed: int) -> None:
    _insist_fits(candidate, ("with a bias",), seed + 1)


def _settings(candidate: Any, seed: int) -> None:
    names = ("stride and padding", "not square", "groups", "dilation", "reflected padding")
    _insist_fits(candidate, names, seed + 2)


def _float32(candidate: Any, seed: int) -> None:
    _insist_fits(candidate, ("no bias", "with a bias"), seed + 3, torch.float32)


def _originals_untouched(candidate: Any, seed: int) -> None:
    for name in ("no bias", "with a bias"):
        conv, norm, _ = _pair(name, seed)
        before = [copy.deepcopy(one.state_dict()) for one in (conv, norm)]
        folded = _fold(candidate, conv, norm, name)
        with torch.no_grad():
            folded.weight.add_(1)  # if the weight is shared, the original has changed now
        for told, one, kept in zip(("convolution", "batch norm"), (conv, norm), before, strict=True):
            _insist_as_before(one, kept, f"the {told} that it is given stays as it was")
        if not all(parameter.requires_grad for parameter in (*conv.parameters(), *norm.parameters())):
            raise broken("the two that it is given stay as they were", "their parameters no longer require gradients")
        if conv.training or norm.training:
            raise broken("the two that it is given stay in eval mode", "one of them is in training mode afterwards")


def _insist_as_before(module: nn.Module, before: dict[str, Tensor], promise: str) -> None:
    now = module.state_dict()
    if set(now) != set(before):
        raise broken(promise, f"it now has {', '.join(now)}")
    for name, tensor in before.items():
        insist_equal(now[name], tensor, f"{promise} ({name})", axes=("element",) * tensor.ndim)


def _an_ordinary_layer(candidate: Any, seed: int) -> None:
    conv, norm, x = _pair("with a bias", seed)
    folded = _fold(candidate, conv, norm, "with a bias")
    for name in ("weight", "bias"):
        if not isinstance(getattr(folded, name), nn.Parameter):
            raise broken(f"{name} is a parameter of the folded convolution", "nn.Parameter(…) makes one")
    expected = run_on(folded, x, "the folded convolution")
    with asking("copying the folded convolution with copy.deepcopy"):
        twin = copy.deepcopy(folded)
    insist_equal(run_on(twin, x), expected, "a deepcopy gives the same output")


def _probe(candidate: Any) -> Looks:
    found: dict[str, Any] = {}
    for name in _CONVS:
        found[name] = lambda name=name: _output(candidate, name)
        found[f"{name}: after"] = lambda name=name: _after(candidate, name)
    found["float32"] = lambda: _output(candidate, "with a bias", torch.float32)
    found["parameters"] = lambda: sorted(name for name, _ in candidate(*_pair("no bias", 1)[:2]).named_parameters())
    return found | {"kind": lambda: type(candidate(*_pair("no bias", 1)[:2])).__name__}


def _output(candidate: Any, name: str, dtype: torch.dtype = torch.float64) -> Tensor:
    conv, norm, x = _pair(name, 1, dtype)
    return candidate(conv, norm)(x).detach()


def _after(candidate: Any, name: str) -> list[Tensor]:
    """Give what is left of the two after the folded convolution was changed."""
    conv, norm, _ = _pair(name, 1)
    folded = candidate(conv, norm)
    with torch.no_grad():
        next(folded.parameters()).add_(1)
    return [*conv.state_dict().values(), *norm.state_dict().values()]


# --- the bank -------------------------------------------------------------------------------------------------------

_AS_IT_IS: Callable[[nn.Conv2d], nn.Conv2d] = copy.deepcopy


def _folding(
    scale: Callable[[nn.BatchNorm2d], Tensor] = lambda n: n.weight / (n.running_var + n.eps).sqrt(),
    weight: Callable[[Tensor, Tensor], Tensor] = lambda w, s: w * s.view(-1, 1, 1, 1),
    bias: Callable[[Any, nn.BatchNorm2d, Tensor], Any] = lambda b, n, s: n.bias + (b - n.running_mean) * s,
    onto: Callable[[nn.Conv2d], nn.Conv2d] = _AS_IT_IS,
) -> Callable[[nn.Conv2d, nn.BatchNorm2d], nn.Conv2d]:
    """Make a way to fold: the norm's scale, the new weight, the new bias (from the old one, or 0), and onto what."""

    def fold(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
        with torch.no_grad():
            factor, old = scale(norm), 0 if conv.bias is None else conv.bias
            new_weight, new_bias = weight(conv.weight, factor), bias(old, norm, factor)
            folded = onto(conv)
            folded.weight = nn.Parameter(new_weight)
            folded.bias = None if new_bias is None else nn.Parameter(new_bias)
        return folded

    return fold


def _rebuilt(*settings: str) -> Callable[[nn.Conv2d], nn.Conv2d]:
    """Make a new convolution that keeps only some settings of the old one."""

    def onto(conv: nn.Conv2d) -> nn.Conv2d:
        kept = {name: getattr(conv, name) for name in settings}
        return nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, **kept)

    return onto


def _with_inputs(w: Tensor, s: Tensor) -> Tensor:
    return (w.transpose(0, 1) * s.view(-1, 1, 1, 1)).transpose(0, 1)


def _in_sequence(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Module:
    return nn.Sequential(conv, norm)


def _empties_norm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    folded = _folding()(conv, norm)
    with torch.no_grad():
        norm.weight.fill_(1)
        norm.bias.zero_()
    return folded


_SCALE = "the scale: norm.weight / √(running_var + eps)"
_AXIS = "the axes of conv.weight: output channels first; the scale belongs to them"
_BIAS = "the new bias: norm.bias + (old bias − running_mean) · scale"
_KEPT = "what the new convolution takes over: stride, padding, dilation, groups and padding_mode"
_LEFT = "what happens to the two that are given: nothing; work on a copy"

MISTAKES = (
    Mistake("no_eps", "forgets eps", _SCALE, 1, _folding(scale=lambda n: n.weight / n.running_var.sqrt())),
    Mistake(
        "eps_outside",
        "adds eps outside the root",
        _SCALE,
        1,
        _folding(scale=lambda n: n.weight / (n.running_var.sqrt() + n.eps)),
    ),
    Mistake(
        "default_eps",
        "takes 1e-5 for eps, whatever the batch norm's own",
        _SCALE,
        1,
        _folding(scale=lambda n: n.weight / (n.running_var + 1e-5).sqrt()),
    ),
    Mistake(
        "no_root",
        "divides by the variance, without the root",
        _SCALE,
        1,
        _folding(scale=lambda n: n.weight / (n.running_var + n.eps)),
    ),
    Mistake(
        "no_norm_weight",
        "forgets the batch norm's weight",
        _SCALE,
        1,
        _folding(scale=lambda n: (n.running_var + n.eps).rsqrt()),
    ),
    Mistake("input_channels", "scales the input channels", _AXIS, 2, _folding(weight=_with_inputs)),
    Mistake("last_axis", "lays the scale along the kernel's width", _AXIS, 3, _folding(weight=lambda w, s: w * s)),
    Mistake(
        "weight_as_it_was",
        "leaves the weight as it was",
        "the new weight: scale · W",
        2,
        _folding(weight=lambda w, s: w.clone()),
    ),
    Mistake("no_mean", "forgets running_mean", _BIAS, 2, _folding(bias=lambda b, n, s: n.bias + b * s)),
    Mistake(
        "mean_not_scaled",
        "subtracts running_mean without scaling it",
        _BIAS,
        2,
        _folding(bias=lambda b, n, s: n.bias + b * s - n.running_mean),
    ),
    Mistake(
        "mean_added", "adds running_mean", _BIAS, 2, _folding(bias=lambda b, n, s: n.bias + (b + n.running_mean) * s)
    ),
    Mistake(
        "old_bias_forgotten",
        "forgets the bias that the convolution has already",
        _BIAS,
        2,
        _folding(bias=lambda b, n, s: n.bias - n.running_mean * s),
    ),
    Mistake(
        "old_bias_not_scaled",
        "adds the convolution's old bias without scaling it",
        _BIAS,
        2,
        _folding(bias=lambda b, n, s: n.bias + b - n.running_mean * s),
    ),
    Mistake(
        "no_norm_bias",
        "forgets the batch norm's bias",
        _BIAS,
        2,
        _folding(bias=lambda b, n, s: (b - n.running_mean) * s),
    ),
    Mistake("no_bias", "gives the folded convolution no bias", _BIAS, 1, _folding(bias=lambda b, n, s: None)),
    Mistake(
        "plain_settings", "makes a new convolution and forgets stride and padding", _KEPT, 3, _folding(onto=_rebuilt())
    ),
    Mistake(
        "no_groups",
        "makes a new convolution and forgets groups",
        _KEPT,
        3,
        _folding(onto=_rebuilt("stride", "padding", "dilation", "padding_mode")),
    ),
    Mistake(
        "no_dilation",
        "makes a new convolution and forgets dilation",
        _KEPT,
        3,
        _folding(onto=_rebuilt("stride", "padding", "groups", "padding_mode")),
    ),
    Mistake(
        "no_padding_mode",
        "makes a new convolution and forgets padding_mode",
        _KEPT,
        3,
        _folding(onto=_rebuilt("stride", "padding", "dilation", "groups")),
    ),
    Mistake(
        "three_settings",
        "makes a new convolution with stride and padding only",
        _KEPT,
        3,
        _folding(onto=_rebuilt("stride", "padding")),
    ),
    Mistake(
        "fixed_dtype",
        "always makes a float32 convolution",
        "dtypes: a float64 convolution stays one",
        3,
        lambda conv, norm: _folding()(conv, norm).float(),
    ),
    Mistake(
        "changes_the_original",
        "folds into the convolution that it was given",
        _LEFT,
        3,
        _folding(onto=lambda conv: conv),
    ),
    Mistake("changes_the_norm", "sets the batch norm to weight 1 and bias 0 on the way", _LEFT, 3, _empties_norm),
    Mistake(
        "sequence",
        "puts the two in a row and folds nothing",
        "what comes back: one nn.Conv2d with a new weight and a bias",
        1,
        _in_sequence,
    ),
)

EXERCISE = Exercise(
    name="fold_batchnorm",
    hints=HINTS,
    right=_folding(),
    tests={
        "test_fold_batchnorm": (
            Check("own work", _own_work, structural=True),
            Check("no bias", _without_bias),
            Check("with a bias", _with_bias),
            Check("settings", _settings),
            Check("float32", _float32),
            Check("originals untouched", _originals_untouched),
            Check("an ordinary layer", _an_ordinary_layer),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
