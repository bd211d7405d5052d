"""accepts_norm: a test of batch norms, tried on the known mistakes of BatchNorm2d and on right ones."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnets import batchnorm2d
from course_utils.exercises.tester_mistakes import (
    Check,
    Same,
    Seen,
    Try,
    add_shared_mistakes,
    close,
    everything,
    make_tester,
    with_slopes,
)
from course_utils.exercises.testers import STEPS, deck_of, looks, scale_and_shift
from course_utils.exercises.ways import Ways

HINTS = (
    "PyTorch's own `nn.BatchNorm2d` is an oracle. What can you see of a batch norm besides the numbers that come out?",
    "Give an `nn.BatchNorm2d` and the one to judge the same random weights and statistics. In both modes compare what "
    "comes out, and then what each remembers: its whole `state_dict`. Build some with another `eps` and `momentum`. "
    "And ask for the gradient of `x`: it can be wrong where the output is right.",
    "In a `try` whose `except Exception` returns `False`, for `settings` such as `{}` and "
    '`{"eps": 0.5, "momentum": 0.3}`, and for both modes:\n'
    "```python\n"
    "mine, theirs = nn.BatchNorm2d(3, **settings).double(), norm_class(3, **settings).double()\n"
    "for one in mine.state_dict().values():\n"
    "    one.copy_(t.rand(one.shape) + 0.5)\n"
    "theirs.load_state_dict(mine.state_dict())\n"
    "x = t.randn(4, 3, 2, 5, dtype=t.float64, requires_grad=True)\n"
    "expected, got = mine.train(training)(x), theirs.train(training)(x)\n"
    "gradients = [t.autograd.grad(y.square().sum(), x)[0] for y in (expected, got)]\n"
    "```\n"
    "Then compare with `t.allclose`, the two state dicts too.",
)


# --- right ones in other styles --------------------------------------------------------------------------------------


class _Own(nn.Module):
    """Registers what a batch norm has; a style writes `forward`."""

    def __init__(self, num_features: int, eps: float = 1e-05, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class _ScaleAndShift(_Own):
    forward = scale_and_shift


class _KeepingAxes(_Own):
    def forward(self, x: Tensor) -> Tensor:
        wide = (1, -1, 1, 1)
        if self.training:
            mean = x.mean(dim=(0, 2, 3), keepdim=True)
            var = ((x - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
            n, m = x.numel() / x.shape[1], self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean.detach().flatten()
            self.running_var = (1 - m) * self.running_var + m * var.detach().flatten() * n / (n - 1)
            self.num_batches_tracked = self.num_batches_tracked + 1
        else:
            mean, var = self.running_mean.view(wide), self.running_var.view(wide)
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight.view(wide) + self.bias.view(wide)


class _ChannelsLast(_Own):
    def forward(self, x: Tensor) -> Tensor:
        rows = x.permute(0, 2, 3, 1)
        if self.training:
            flat = rows.reshape(-1, x.shape[1])
            mean, var = flat.mean(0), flat.var(0, unbiased=False)
            with torch.no_grad():
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (flat.var(0) - self.running_var)
                self.num_batches_tracked.add_(1)
            normal = (rows - mean) / torch.sqrt(var + self.eps)
        else:
            normal = (rows - self.running_mean) / torch.sqrt(self.running_var + self.eps)
        return (normal * self.weight + self.bias).permute(0, 3, 1, 2)


class _Functional(_Own):
    def forward(self, x: Tensor) -> Tensor:
        self.num_batches_tracked += int(self.training)
        settings = self.weight, self.bias, self.training, self.momentum, self.eps
        return functional.batch_norm(x, self.running_mean, self.running_var, *settings)


class _TwoMethods(_Own):
    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.of_batch(x) if self.training else (self.running_mean, self.running_var + self.eps)
        wide = [one[:, None, None] for one in (mean, var, self.weight, self.bias)]
        return torch.addcmul(wide[3], (x - wide[0]) / wide[1] ** 0.5, wide[2])

    def of_batch(self, x: Tensor) -> tuple[Tensor, Tensor]:
        var, mean = torch.var_mean(x, dim=(0, 2, 3), correction=0)
        count = x.shape[0] * x.shape[2] * x.shape[3]
        with torch.no_grad():
            for kept, new in ((self.running_mean, mean), (self.running_var, var * count / (count - 1))):
                kept.mul_(1 - self.momentum).add_(new, alpha=self.momentum)
            self.num_batches_tracked += 1
        return mean, var + self.eps


_RIGHT = {
    "PyTorch's own": nn.BatchNorm2d,
    "one scale and one shift for each channel, and lerp_ for the buffers": _ScaleAndShift,
    "axes that are kept, and buffers that are new tensors after each step": _KeepingAxes,
    "channels in the last axis while it computes": _ChannelsLast,
    "PyTorch's function on buffers of its own": _Functional,
    "a method for the batch's statistics, and powers for roots": _TwoMethods,
}

# --- wrong ones that no bank has: they stop --------------------------------------------------------------------------


class _SquareOnly(nn.BatchNorm2d):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x + torch.zeros_like(x).transpose(2, 3))


class _NoSettings(nn.BatchNorm2d):
    def __init__(self, num_features: int) -> None:
        super().__init__(num_features)


_WRONG = {
    "in the axes": (
        *("per_image", "per_pixel", "all_channels", "per_image_all", "over_channels", "no_width", "no_height"),
    ),
    "in one of the two modes": (
        *("batch_in_eval", "running_in_training", "updates_in_eval", "affine_in_training_only", "eps_in_training_only"),
        "running_updated_first",
    ),
    "in what it remembers": (
        *("momentum_reversed", "moves_one", "never_updates", "no_counter", "counts_images"),
        *("running_std", "n_is_map"),
    ),
    "in the formula": (
        *("eps_outside_root", "eps_after_division", "no_eps", "no_affine", "bias_before_scale"),
        *("divides_by_variance", "unbiased_normalisation"),
    ),
    "in what it is built with": ("eps_ignored", "momentum_ignored", "other_eps", "keras_momentum"),
    "in what it takes": (
        "not_reshaped",
        "axes_of_size_1",
        ("stops where a map is not square", _SquareOnly),
        ("is built with the number of channels alone", _NoSettings),
    ),
    "in the way back": ("no_gradient", "statistics_detached", "graph_in_buffers", "buffers_are_parameters"),
}

DECK = deck_of("batch norm", batchnorm2d.EXERCISE, _WRONG, _RIGHT)
LOOKS = looks(DECK)


# --- right code, and the bank ----------------------------------------------------------------------------------------


def _all(mine: Seen, theirs: Seen, same: Same = close) -> bool:
    return everything(mine, theirs, same) and with_slopes(mine, theirs, same)


def _try(*shape: int, **settings: float) -> Try:
    return Try((shape[1], *settings.values()), shape)


_USUAL, _OTHER = _try(4, 3, 2, 5), _try(3, 4, 3, 2, eps=0.5, momentum=0.3)
_BOTH = (_USUAL, _OTHER)


def _accepting(tries: Sequence[Try] = _BOTH, check: Check = _all, **way: Any) -> Any:
    return make_tester(nn.BatchNorm2d, tries, check, slopes=True, **way)


BANK = Bank()
WAYS = Ways(BANK, _accepting)
add_shared_mistakes(WAYS, "batch norm", ({},), lambda same: partial(_all, same=same))
WAYS.at("the settings: eps and momentum may be others than usual").add(
    "defaults_only",
    "tries the usual eps and momentum alone",
    2,
    tries=(_USUAL,),
)
WAYS.at("what a step in training leaves behind: the buffers, or what eval mode gives after it").add(
    "memory_unseen",
    "never looks at what a call in training mode leaves behind",
    2,
    modes=(False, True),
    check=with_slopes,
)
WAYS.at("the way back: the output may be right where the gradient is not").add(
    "no_gradients", "asks for no gradient", 2, check=everything
)

EXERCISE = Exercise(
    name="accepts_norm",
    hints=HINTS,
    right=_accepting(),
    tests={"test_accepts_norm": LOOKS},
    mistakes=BANK.all,
    steps=STEPS,
    seeded=False,  # the classes to judge are the same under every seed, and `steady` asks about them under three
)
