"""Wrong answers that no bank foresees are caught all the same, and shortcuts are refused kindly."""

import builtins

import pytest
import torch
from examining import EXERCISES, first_broken
from right_answers import fresh
from torch import nn
from torch.nn import functional
from torchvision.models import resnet34
from torchvision.models.resnet import BasicBlock
from wrong_answers import WRONG, Net

from course_utils import tests

CASES = [(exercise, why, answer) for exercise, answers in WRONG.items() for why, answer in answers]


@pytest.mark.parametrize(("exercise", "why", "answer"), CASES, ids=[f"{one}: {why}" for one, why, _ in CASES])
def test_a_wrong_answer_from_outside_the_bank_is_caught(exercise: str, why: str, answer: object):
    assert first_broken(EXERCISES[exercise], answer), f"{exercise} that {why} passes"


def test_there_are_many_of_them():
    assert len(CASES) >= 25


class ThinNorm(nn.BatchNorm2d):
    pass


class WrappedNorm(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.inner = nn.BatchNorm2d(num_features, eps, momentum)

    def forward(self, x):
        return self.inner(x)


class HiddenNorm(nn.Module):
    """Forwards to a batch norm that it keeps out of sight, and borrows its tensors."""

    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        inner = nn.BatchNorm2d(num_features, eps, momentum)
        self._parameters, self._buffers = inner._parameters, inner._buffers
        self.hidden = (inner,)

    def forward(self, x):
        return self.hidden[0].train(self.training)(x)

    def extra_repr(self):
        return self.hidden[0].extra_repr()


class FunctionalNorm(nn.Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def normalise(self, x):
        return functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def forward(self, x):
        self.num_batches_tracked += self.training
        return self.normalise(x)

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class TorchNorm(FunctionalNorm):
    def normalise(self, x):
        statistics = self.running_mean, self.running_var
        return torch.batch_norm(
            x, self.weight, self.bias, *statistics, self.training, self.momentum, self.eps, cudnn_enabled=False
        )


class FunctionalNormInEval(FunctionalNorm):
    def normalise(self, x):
        if not self.training:
            return super().normalise(x)
        with torch.no_grad():
            self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)
            self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)
        var, mean = torch.var_mean(x, (0, 2, 3), correction=0, keepdim=True)
        return (x - mean) / (var + self.eps).sqrt() * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)


class InstanceNormTrick(FunctionalNorm):
    def normalise(self, x):
        batch, channels = x.shape[:2]
        together = x.transpose(0, 1).reshape(1, channels, -1)
        if not self.training:
            return torch.instance_norm(
                together, self.weight, self.bias, self.running_mean, self.running_var, False, 0.1, self.eps, False
            ).reshape(channels, batch, *x.shape[2:]).transpose(0, 1)  # fmt: skip
        return torch.instance_norm(
            together, self.weight, self.bias, self.running_mean, self.running_var, True, self.momentum, self.eps, False
        ).reshape(channels, batch, *x.shape[2:]).transpose(0, 1)  # fmt: skip


class ThinPool(nn.AdaptiveAvgPool2d):
    def __init__(self):
        super().__init__(1)

    def forward(self, x):
        return super().forward(x).flatten(1)


class WrappedPool(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        return self.pool(x).flatten(1)


class FunctionalPool(nn.Module):
    def forward(self, x):
        return functional.adaptive_avg_pool2d(x, (1, 1)).flatten(1)


class WholePool(nn.Module):
    def forward(self, x):
        return functional.avg_pool2d(x, x.shape[2:]).flatten(1)


class ThinBlock(BasicBlock):
    def __init__(self, in_feats, out_feats, first_stride=1):
        down = nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, first_stride, bias=False), nn.BatchNorm2d(out_feats))
        super().__init__(in_feats, out_feats, first_stride, down if in_feats != out_feats or first_stride > 1 else None)


class WrappedBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.block = ThinBlock(in_feats, out_feats, first_stride)

    def forward(self, x):
        return self.block(x)


class WrappedResNet(nn.Module):
    def __init__(
        self, n_blocks_per_group=None, out_features_per_group=None, first_strides_per_group=None, n_classes=1000
    ):
        super().__init__()
        self.net = resnet34(num_classes=n_classes)

    def forward(self, x):
        return self.net(x)


class SometimesWrappedResNet(Net):
    """Builds the narrow networks itself, and hands the default one to torchvision."""

    def __new__(cls, *args, **settings):
        return super().__new__(cls) if args else resnet34()


class ThinSequential(nn.Sequential):
    pass


_NORMS = [ThinNorm, WrappedNorm, HiddenNorm, FunctionalNorm, TorchNorm, FunctionalNormInEval, InstanceNormTrick]
SHORTCUTS = {
    "BatchNorm2d": [nn.BatchNorm2d, *_NORMS],
    "AveragePool": [ThinPool, WrappedPool, FunctionalPool, WholePool],
    "ResidualBlock": [BasicBlock, ThinBlock, WrappedBlock],
    "ResNet34": [resnet34, WrappedResNet, SometimesWrappedResNet],
    "NamedSequential": [nn.Sequential, ThinSequential],
}


@pytest.mark.parametrize(
    ("exercise", "shortcut"),
    [(exercise, shortcut) for exercise, shortcuts in SHORTCUTS.items() for shortcut in shortcuts],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_shortcut_is_refused(exercise: str, shortcut: object):
    assert first_broken(EXERCISES[exercise], shortcut, structural=True)


@pytest.mark.parametrize(
    ("exercise", "shortcut"),
    [
        ("BatchNorm2d", ThinNorm),
        ("BatchNorm2d", WrappedNorm),
        ("AveragePool", WrappedPool),
        ("ResidualBlock", WrappedBlock),
        ("NamedSequential", ThinSequential),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_the_refusal_says_kindly_whose_class_it_is(exercise: str, shortcut: object):
    with pytest.raises(AssertionError, match=r"(torch|torchvision)'s\s+own") as refused:
        tests.EXERCISES[exercise][0](shortcut)
    assert "build it once yourself" in " ".join(str(refused.value).split())


@pytest.mark.parametrize(("exercise", "arguments"), [("BatchNorm2d", (3,)), ("AveragePool", ()), ("ResNet34", ())])
def test_an_instance_in_place_of_the_class_is_named(exercise: str, arguments: tuple):
    instance = getattr(fresh("textbook"), exercise)(*arguments)
    with pytest.raises(AssertionError, match="pass") as refused:
        tests.EXERCISES[exercise][0](instance)
    assert f"pass {exercise} without calling it" in " ".join(str(refused.value).split())


def test_stored_results_do_not_pass():
    """An answer that recorded what the oracle gave for the first seed fails with another."""
    right = fresh("textbook").AveragePool()
    outputs = []

    class Recorder(nn.Module):
        def forward(self, x):
            outputs.append(right(x))
            return outputs[-1]

    tests.test_averagepool(Recorder, quiet=True)
    stored = iter(outputs)

    class Replayer(nn.Module):
        def forward(self, x):
            return next(stored)

    with pytest.raises(AssertionError):
        tests.test_averagepool(Replayer, seed=1)


class Unchanged(FunctionalNorm):
    """A batch norm that gives back what it gets: as wrong as can be."""

    def forward(self, x):
        return x


def _yes(*args, **settings):
    return True


PATCHES = {
    "torch.allclose": [(torch, "allclose", _yes)],
    "torch.equal": [(torch, "equal", _yes)],
    "torch.testing": [(torch.testing, "assert_close", _yes)],
    "Tensor's own": [(torch.Tensor, name, _yes) for name in ("allclose", "equal")],
    "nn.BatchNorm2d": [(nn, "BatchNorm2d", Unchanged)],
    "all of nn": [(nn, name, Unchanged) for name in ("BatchNorm2d", "Sequential", "Identity", "ReLU")],
    "functional": [(functional, "batch_norm", lambda x, *args, **settings: x)],
    "builtins": [(builtins, "all", _yes)],
}


@pytest.mark.parametrize("patches", PATCHES.values(), ids=PATCHES.keys())
def test_patching_the_library_before_the_call_turns_no_wrong_answer_right(
    patches: list, monkeypatch: pytest.MonkeyPatch
):
    caught = []
    with monkeypatch.context() as patch:
        for owner, name, value in patches:
            patch.setattr(owner, name, value)
        for test in (tests.test_batchnorm2d_forward, tests.test_batchnorm2d_running_mean):
            try:
                test(Unchanged, quiet=True)
            except AssertionError:
                caught.append(test)
    assert len(caught) == 2
