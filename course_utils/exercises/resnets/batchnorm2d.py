"""BatchNorm2d: the oracle is torch.nn's own, with the student's weights and statistics in it."""

import copy
import re
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_own_steps, insist_own_work
from course_utils.checking.student import asking
from course_utils.checking.tensors import agree, broken, describe, insist_equal, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.networks import gradients_by_name, insist_follows_device, insist_gradients

HINTS = (
    "Write down which axes of (batch, channels, height, width) one channel's mean is taken over. What shape is left?",
    "Make weight and bias with nn.Parameter and the three others with self.register_buffer. In forward, "
    "self.training decides whose mean and variance you use: the batch's (and then the running ones move a little "
    "towards them) or the running ones (and nothing moves).",
    "In training: mean = x.mean(dim=(0, 2, 3)), var = x.var(dim=(0, 2, 3), unbiased=False); move the buffers inside "
    "torch.no_grad(), with the unbiased variance. Then (x - mean) / torch.sqrt(var + eps) * weight + bias, each "
    "of the four reshaped to (1, channels, 1, 1).",
)

_FINISHED = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
_FINISHED_STEPS = ("batch_norm", "native_batch_norm", "instance_norm", "layer_norm", "group_norm")
_TENSORS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
_START = {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1, "num_batches_tracked": 0}
_VECTOR = ("channels",)
_SHAPES = ((3, 4, 5, 6), (1, 2, 3, 7), (6, 1, 2, 3))


def _build(candidate: Any, channels: int, **settings: float) -> nn.Module:
    given = "".join(f", {name}={value}" for name, value in settings.items())
    with asking(f"building BatchNorm2d({channels}{given})"):
        return candidate(channels, **settings)


def _filled(candidate: Any, draws: Draws, channels: int, **settings: float) -> nn.Module:
    return draws.fill(_build(candidate, channels, **settings))


def _twin(mine: nn.Module, channels: int, **settings: float) -> nn.BatchNorm2d:
    """Give torch's batch norm the student's weights and statistics, by name: the exercise fixes the names."""
    right = nn.BatchNorm2d(channels, **settings).to(mine.weight.dtype if _has(mine, "weight") else None)
    with torch.no_grad():
        for name in _TENSORS:
            if not _has(mine, name):
                raise broken(f"it has a tensor called {name}", f"yours is {getattr(mine, name, 'not there')!r:.40}")
            getattr(right, name).copy_(getattr(mine, name))
    return right.train(mine.training)


def _has(module: nn.Module, name: str) -> bool:
    return isinstance(getattr(module, name, None), Tensor)


def _kind(module: nn.Module, name: str) -> str:
    """Say how the module holds a tensor."""
    if name in dict(module.named_parameters()):
        return "parameter"
    if name in dict(module.named_buffers()):
        return "buffer" if name in module.state_dict() else "buffer that state_dict leaves out"
    return "plain attribute" if hasattr(module, name) else "nothing"


# --- test_batchnorm2d_module ----------------------------------------------------------------------------------------


def _own_work(candidate: Any, seed: int) -> None:
    insist_own_work(candidate, lambda: _build(candidate, 3), _FINISHED)


def _parameters(candidate: Any, seed: int) -> None:
    module = _build(candidate, 3)
    promise = "its parameters are weight and bias, in this order, with one number for each channel"
    names = [name for name, _ in module.named_parameters()]
    if names != ["weight", "bias"]:
        raise broken(promise, f"its parameters are {', '.join(names) or 'none'}")
    _insist_start(module, ("weight", "bias"), promise)


def _buffers(candidate: Any, seed: int) -> None:
    module = _build(candidate, 3)
    names = ("running_mean", "running_var", "num_batches_tracked")
    promise = "running_mean, running_var and num_batches_tracked are buffers: saved and moved with it, but not trained"
    for name in names:
        kind = _kind(module, name)
        if kind != "buffer":
            raise broken(promise, f"{name} is {'a ' * (kind != 'nothing')}{kind}: see self.register_buffer")
    extra = {name for name, _ in module.named_buffers()} - set(names)
    if extra:
        raise broken(promise, f"there is one too many: {', '.join(sorted(extra))}")
    if module.num_batches_tracked.is_floating_point():
        raise broken("num_batches_tracked counts in whole numbers", "it is a float: torch.tensor(0) is an integer")
    _insist_start(module, names, promise)


def _insist_start(module: nn.Module, names: tuple[str, ...], promise: str) -> None:
    for name in names:
        shape = () if name == "num_batches_tracked" else (3,)
        tensor = getattr(module, name)
        if tuple(tensor.shape) != shape:
            raise broken(promise, f"for 3 channels {name} should have shape {shape}, it has {tuple(tensor.shape)}")
        if not bool((tensor == _START[name]).all()):
            raise broken(f"{name} starts at {_START[name]}", f"it starts at {tensor.tolist()}")


def _extra_repr(candidate: Any, seed: int) -> None:
    module = _build(candidate, 37, eps=0.25, momentum=0.75)
    with asking("printing BatchNorm2d(37, eps=0.25, momentum=0.75)"):
        said = module.extra_repr()
    if not isinstance(said, str):
        raise broken("extra_repr returns text: print(model) needs a str", f"it returned a {type(said).__name__}")
    swapped = [name for name, value in (("eps", "0.25"), ("momentum", "0.75")) if not _labelled(said, name, value)]
    if swapped:
        raise broken("each value of extra_repr stands behind its own name", f"it says {said!r}: see {swapped[0]}")
    missing = [value for value in ("37", "0.25", "0.75") if value not in said]
    if missing:
        raise broken(
            "extra_repr tells num_features, eps and momentum, so that print(model) shows them",
            f"for BatchNorm2d(37, eps=0.25, momentum=0.75) it gives {said!r}: {', '.join(missing)} is not in it",
        )


def _labelled(text: str, name: str, value: str) -> bool:
    """Say whether a name, if the text has it, is followed by its value."""
    return name not in text or re.search(rf"{name}\W*{re.escape(value)}", text) is not None


def _state_dict(candidate: Any, seed: int) -> None:
    mine, right = _filled(candidate, Draws(seed), 3), nn.BatchNorm2d(3).double()
    for source, target, way in ((mine, right, "yours into torch's"), (right, mine, "torch's into yours")):
        Draws(seed + 1).fill(source)
        with asking(f"loading the state dict of {way} BatchNorm2d"):
            target.load_state_dict(source.state_dict())
        for name, value in right.state_dict().items():
            insist_equal(mine.state_dict()[name], value, f"{name} arrives when a state dict is loaded", axes=_VECTOR)


# --- test_batchnorm2d_forward ---------------------------------------------------------------------------------------


def _own_steps(candidate: Any, seed: int) -> None:
    module, x = _build(candidate, 3), Draws(seed, torch.float32).normal(2, 3, 4, 5)
    for training in (True, False):
        module.train(training)
        insist_own_steps(lambda: run_on(module, x), _FINISHED_STEPS)


def _compare(candidate: Any, draws: Draws, *shape: int, training: bool, promise: str, **settings: float) -> None:
    mine = _filled(candidate, draws, shape[1], **settings).train(training)
    right = _twin(mine, shape[1], **settings)
    x = draws.normal(*shape) * 2 + 1
    expected = right(x.clone())
    insist_equal(run_on(mine, x.clone()), expected, promise, given=f"x has shape {describe(shape)}")


def _training_values(candidate: Any, seed: int) -> None:
    draws = Draws(seed)
    promise = (
        "in training mode each channel is normalised with the batch's own mean and variance, then scaled and shifted"
    )
    for shape in _SHAPES:
        _compare(candidate, draws, *shape, training=True, promise=promise)


def _eval_values(candidate: Any, seed: int) -> None:
    draws = Draws(seed + 1)
    promise = "in eval mode it normalises with running_mean and running_var, then scales and shifts"
    for shape in (*_SHAPES, (1, 3, 1, 1)):
        _compare(candidate, draws, *shape, training=False, promise=promise)


def _eps(candidate: Any, seed: int) -> None:
    draws = Draws(seed + 2)
    for training in (True, False):
        promise = "eps is added to the variance, under the square root"
        _compare(candidate, draws, 2, 3, 4, 3, training=training, promise=promise, eps=0.5)
    mine = _filled(candidate, draws, 2)
    output = run_on(mine, torch.ones(2, 2, 3, 4, dtype=torch.float64))
    if not bool(output.isfinite().all()):
        raise broken("eps keeps a constant channel finite", "for an x of ones the output has inf or NaN in it")


def _float32(candidate: Any, seed: int) -> None:
    for training in (True, False):
        mode = "training" if training else "eval"
        promise = f"it works in float32 as well ({mode} mode)"
        _compare(candidate, Draws(seed + 3, torch.float32), 4, 3, 5, 4, training=training, promise=promise)


def _gradients(candidate: Any, seed: int) -> None:
    draws = Draws(seed + 4)
    for training in (True, False):
        mine = _filled(candidate, draws, 3).train(training)
        right, x = _twin(mine, 3), draws.normal(4, 3, 2, 5)
        given = f"in {'training' if training else 'eval'} mode"
        insist_gradients(gradients_by_name(mine, x), gradients_by_name(right, x), depth=10, given=given)


def _input_untouched(candidate: Any, seed: int) -> None:
    draws = Draws(seed + 5)
    mine, x = _filled(candidate, draws, 3), draws.normal(2, 3, 4, 5)
    for training in (True, False):
        before = x.clone()
        run_on(mine.train(training), x)
        insist_equal(x, before, "the input is left as it was: others may still need it")


def _follows_its_device(candidate: Any, seed: int) -> None:
    insist_follows_device(_build(candidate, 3), torch.ones(2, 3, 4, 5))


# --- test_batchnorm2d_running_mean ----------------------------------------------------------------------------------


def _after_training(candidate: Any, seed: int, **settings: float) -> tuple[nn.Module, nn.BatchNorm2d, list[Tensor]]:
    """Train two steps, the second without gradients; return the module, its twin, and the batches."""
    draws = Draws(seed)
    mine = _filled(candidate, draws, 3, **settings).train()
    right = _twin(mine, 3, **settings)
    batches = [draws.normal(4, 3, 2, 3) * 3 + 1, draws.normal(2, 3, 4, 1) - 2]
    for x, recording in zip(batches, (True, False), strict=True):
        with torch.set_grad_enabled(recording):
            run_on(mine, x.clone())
            right(x.clone())
    return mine, right, batches


def _running_mean(candidate: Any, seed: int) -> None:
    for settings in ({}, {"momentum": 0.3}, {"momentum": 1.0}):
        mine, right, _ = _after_training(candidate, seed, **settings)
        promise = (
            "each training step makes running_mean (1 − momentum) of its old value plus momentum of the batch's mean"
        )
        insist_equal(mine.running_mean, right.running_mean, promise, axes=_VECTOR, given=_told(settings))


def _running_var(candidate: Any, seed: int) -> str | None:
    biased = False
    for settings in ({}, {"momentum": 0.3}):
        mine, right, batches = _after_training(candidate, seed, **settings)
        start = _filled(candidate, Draws(seed), 3).running_var
        other = _biased_update(start, batches, settings.get("momentum", 0.1))
        if agree(mine.running_var, other):
            biased = True
            continue
        promise = "each training step moves running_var towards the batch's variance by the share momentum"
        insist_equal(mine.running_var, right.running_var, promise, axes=_VECTOR, given=_told(settings))
    return (
        "running_var follows the biased variance; PyTorch's follows the unbiased one (n/(n−1) larger)"
        if biased
        else None
    )


def _biased_update(start: Tensor, batches: list[Tensor], momentum: float) -> Tensor:
    var = start.detach().clone()
    for x in batches:
        var = torch.lerp(var, x.var(dim=(0, 2, 3), correction=0), momentum)
    return var


def _told(settings: dict[str, float]) -> str:
    return f"after two training steps with momentum {settings.get('momentum', 0.1)}"


def _counter(candidate: Any, seed: int) -> None:
    mine, right, _ = _after_training(candidate, seed)
    promise = "num_batches_tracked goes up by one in each training step"
    insist_equal(mine.num_batches_tracked, right.num_batches_tracked, promise, axes=())


def _eval_leaves_them(candidate: Any, seed: int) -> None:
    draws = Draws(seed + 6)
    mine = _filled(candidate, draws, 3).eval()
    before = {name: getattr(mine, name).detach().clone() for name in _TENSORS[2:] if _has(mine, name)}
    run_on(mine, draws.normal(4, 3, 2, 5))
    for name, value in before.items():
        insist_equal(getattr(mine, name), value, f"in eval mode {name} stays as it is", axes=_VECTOR)


def _no_graph(candidate: Any, seed: int) -> None:
    mine, x = _filled(candidate, Draws(seed), 3).train(), Draws(seed + 7).normal(2, 3, 4, 5)
    run_on(mine, x.requires_grad_())
    for name in ("running_mean", "running_var"):
        if getattr(mine, name).requires_grad:
            raise broken(
                "the running statistics keep no autograd graph",
                f"{name}.requires_grad is True after a training step: every batch ever seen would stay in memory",
            )
    with asking("copying it with copy.deepcopy after a training step"):
        copy.deepcopy(mine)


def _still_buffers(candidate: Any, seed: int) -> None:
    mine, _, _ = _after_training(candidate, seed)
    promise = "after a training step the running statistics are still buffers of the same dtype"
    for name in _TENSORS[2:]:
        if _kind(mine, name) != "buffer":
            raise broken(promise, f"{name} is now a {_kind(mine, name)}")
    if mine.running_mean.dtype != torch.float64 or mine.running_var.dtype != torch.float64:
        raise broken(promise, f"float64 statistics became {mine.running_mean.dtype} and {mine.running_var.dtype}")


# --- the bank -------------------------------------------------------------------------------------------------------


def _probe(candidate: Any) -> Looks:
    """Observe everything a batch norm does, on inputs that tell the mistakes apart."""
    x = Draws(2).normal(3, 3, 4, 2) * 2 + 1
    looks: dict[str, Any] = {}
    for mode in (True, False):
        looks |= {
            f"{'training' if mode else 'eval'}: {name}": look for name, look in _looks(candidate, x, mode).items()
        }
    for name in _TENSORS:
        looks[f"kind of {name}"] = lambda name=name: _kind(candidate(3), name)
        looks[f"start of {name}"] = lambda name=name: _start(candidate(3), name)
    return looks | {
        "order": lambda: [name for name, _ in candidate(3).named_parameters()],
        "repr": lambda: _repr_values(candidate(37, eps=0.25, momentum=0.75)),
        "momentum 0.3": lambda: _statistics(_whole(candidate, momentum=0.3), x),
        "counter": lambda: _counted(_whole(candidate), x),
        "graph": lambda: _keeps_graph(_whole(candidate), x),
        "device": lambda: _moved(candidate(3), x),
        "constant": lambda: bool(candidate(3)(torch.ones(2, 3, 4, 5)).isfinite().all()),
    }


def _looks(candidate: Any, x: Tensor, training: bool) -> Looks:
    def make(**settings: float) -> nn.Module:
        return _whole(candidate, **settings).train(training)

    return {
        "output": lambda: make()(x.clone()).detach(),
        "eps 0.5": lambda: make(eps=0.5)(x.clone()).detach(),
        "batch of one": lambda: make()(x[:1].clone()).detach(),
        "gradients": lambda: _gradients_of(make(), x),
        "input after": lambda: _input_after(make(), x),
        "statistics": lambda: _statistics(make(), x),
    }


def _gradients_of(module: nn.Module, x: Tensor) -> list[Tensor]:
    """Leave out what should not be a parameter: how its gradient comes out is nobody's intention."""
    found = gradients_by_name(module, x)
    return [found[name] for name in ("the input", "weight", "bias")]


def _whole(candidate: Any, **settings: float) -> nn.Module:
    """Fill a module, and give its dtype to tensors that it does not register: theirs is nobody's intention."""
    module = Draws(1).fill(candidate(3, **settings))
    for name in ("running_mean", "running_var"):
        if _kind(module, name) == "plain attribute":
            object.__setattr__(module, name, getattr(module, name).double())
    return module


def _moved(module: nn.Module, x: Tensor) -> Any:
    """Move the module to another device; what it does not register stays behind, whatever its forward makes of that."""
    if "plain attribute" in {_kind(module, name) for name in _TENSORS}:
        return "left behind"
    return module.to("meta")(x.float().to("meta")).shape


def _start(module: nn.Module, name: str) -> Any:
    value = getattr(module, name)
    return value.tolist(), value.is_floating_point()


def _repr_values(module: nn.Module) -> list[bool]:
    return [value in module.extra_repr() for value in ("37", "0.25", "0.75")]


def _input_after(module: nn.Module, x: Tensor) -> Tensor:
    x = x.clone()
    module(x)
    return x


def _statistics(module: nn.Module, x: Tensor) -> list[Tensor]:
    """Give the running statistics after one step; the biased update counts as torch's, as in the tests."""
    before = module.running_var.detach().clone()
    module(x.clone())
    var = module.running_var.detach()
    for momentum in (0.1, 0.3, 0.9, 0.7):
        if agree(var, _biased_update(before, [x], momentum)):
            var = torch.lerp(before, x.var(dim=(0, 2, 3)), momentum)
    return [module.running_mean.detach(), var]


def _counted(module: nn.Module, x: Tensor) -> Any:
    module(x.clone())
    return module.num_batches_tracked.item()


def _keeps_graph(module: nn.Module, x: Tensor) -> bool:
    module(x.clone().requires_grad_())
    return module.running_mean.requires_grad or module.running_var.requires_grad


class _Torch(nn.BatchNorm2d):
    """The oracle, with its two halves to hand: what the bank changes one at a time."""

    def track(self, x: Tensor) -> None:
        """Let only the statistics follow x, as torch would."""
        with torch.no_grad():
            super().forward(x)

    def batch(self, x: Tensor, eps: float | None = None) -> Tensor:
        """Normalise with the batch's statistics."""
        eps = self.eps if eps is None else eps
        return functional.batch_norm(x, None, None, self.weight, self.bias, training=True, eps=eps)

    def running(self, x: Tensor, eps: float | None = None) -> Tensor:
        """Normalise with the running statistics."""
        eps = self.eps if eps is None else eps
        return functional.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=eps)


def _over(*axes: int) -> type[_Torch]:
    """Make a batch norm that takes its training statistics over other axes."""

    class WrongAxes(_Torch):
        def forward(self, x: Tensor) -> Tensor:
            if not self.training:
                return super().forward(x)
            self.track(x)
            var, mean = torch.var_mean(x, dim=axes, correction=0, keepdim=True)
            normal = (x - mean) / (var + self.eps).sqrt()
            return normal * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)

    return WrongAxes


class _MomentumReversed(_Torch):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features, eps, 1 - momentum)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={1 - self.momentum}"


class _MomentumIgnored(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        momentum, self.momentum = self.momentum, 0.1
        try:
            return super().forward(x)
        finally:
            self.momentum = momentum


class _EpsIgnored(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        eps, self.eps = self.eps, 1e-5
        try:
            return super().forward(x)
        finally:
            self.eps = eps


class _BatchInEval(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) if self.training else self.batch(x)


class _RunningInTraining(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.running_mean.clone(), self.running_var.clone()
        if self.training:
            self.track(x)
        return functional.batch_norm(x, mean, var, self.weight, self.bias, eps=self.eps)


class _RunningUpdatedFirst(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.track(x)
        return functional.batch_norm(
            x, self.running_mean.clone(), self.running_var.clone(), self.weight, self.bias, eps=self.eps
        )


class _UpdatesInEval(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return super().forward(x)
        output = functional.batch_norm(
            x, self.running_mean.clone(), self.running_var.clone(), self.weight, self.bias, eps=self.eps
        )
        self.train()
        self.track(x)
        self.eval()
        return output


class _NeverUpdates(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        return self.batch(x) if self.training else self.running(x)


class _NoCounter(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        count = self.num_batches_tracked.clone()
        output = super().forward(x)
        self.num_batches_tracked = count
        return output


class _CountsImages(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        count = self.num_batches_tracked.clone()
        output = super().forward(x)
        self.num_batches_tracked = count + len(x) * self.training
        return output


class _BuffersAreParameters(_Torch):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        for name in ("running_mean", "running_var"):
            value = getattr(self, name)
            delattr(self, name)
            setattr(self, name, nn.Parameter(value))

    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.running_mean.data, self.running_var.data
        if self.training:
            self.num_batches_tracked += 1
        return functional.batch_norm(
            x, mean, var, self.weight, self.bias, self.training, momentum=self.momentum, eps=self.eps
        )


def _plain(*names: str) -> type[_Torch]:
    """Make a batch norm that holds some of its buffers as plain attributes."""

    class PlainAttributes(_Torch):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            for name in names:
                value = getattr(self, name)
                delattr(self, name)
                object.__setattr__(self, name, value)

        def forward(self, x: Tensor) -> Tensor:
            mean, var = self.running_mean.to(x.dtype), self.running_var.to(x.dtype)
            output = functional.batch_norm(
                x, mean, var, self.weight, self.bias, self.training, momentum=self.momentum, eps=self.eps
            )
            new = {"running_mean": mean, "running_var": var, "num_batches_tracked": self.num_batches_tracked + 1}
            for name, value in new.items() if self.training else ():
                (object.__setattr__ if name in names else setattr)(self, name, value)
            return output

    return PlainAttributes


class _GraphInBuffers(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        mean = self.running_mean.clone()
        output = super().forward(x)
        if self.training:
            self.running_mean = torch.lerp(mean, x.mean(dim=(0, 2, 3)), self.momentum)
        return output


class _EpsOutsideRoot(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        var = x.var(dim=(0, 2, 3), correction=0) if self.training else self.running_var.clone()
        shift = self.bias.view(-1, 1, 1)
        output = super().forward(x)
        shrink = (var + self.eps).sqrt() / (var.sqrt() + self.eps)
        return (output - shift) * shrink.view(-1, 1, 1) + shift


class _NoEps(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.running_mean, self.running_var
        if self.training:
            self.track(x)
            var, mean = torch.var_mean(x, dim=(0, 2, 3), correction=0)
        # functional.batch_norm refuses eps 0, so this one is written out.
        normal = (x - mean.view(-1, 1, 1)) / var.sqrt().view(-1, 1, 1)
        return normal * self.weight.view(-1, 1, 1) + self.bias.view(-1, 1, 1)


class _NoAffine(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.running_mean, self.running_var
        if self.training:
            self.num_batches_tracked += 1
        return functional.batch_norm(x, mean, var, None, None, self.training, self.momentum, self.eps)


class _AffineOnlyInTraining(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return super().forward(x)
        return functional.batch_norm(x, self.running_mean, self.running_var, eps=self.eps)


class _BiasBeforeScale(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        return output + ((self.weight - 1) * self.bias).view(-1, 1, 1)


class _DividesByVariance(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        var = x.var(dim=(0, 2, 3), correction=0) if self.training else self.running_var.clone()
        shift = self.bias.view(-1, 1, 1)
        return (super().forward(x) - shift) / (var + self.eps).sqrt().view(-1, 1, 1) + shift


class _UnbiasedNormalisation(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        output = super().forward(x)
        if not self.training:
            return output
        biased, unbiased = (x.var(dim=(0, 2, 3), correction=one) + self.eps for one in (0, 1))
        shift = self.bias.view(-1, 1, 1)
        return (output - shift) * (biased / unbiased).sqrt().view(-1, 1, 1) + shift


class _StatisticsDetached(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        self.track(x)
        mean, var = x.mean(dim=(0, 2, 3)).detach(), x.var(dim=(0, 2, 3), correction=0).detach()
        return functional.batch_norm(x, mean, var, self.weight, self.bias, eps=self.eps)


class _ChangesInput(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        return x.copy_(super().forward(x.clone()))


class _FixedDtype(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).float()


class _BiasFirst(_Torch):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        weight = self.weight
        del self.weight
        self.weight = weight


class _WeightStartsAtZero(_Torch):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        nn.init.zeros_(self.weight)


class _VarStartsAtZero(_Torch):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.running_var.zero_()


class _RunningStd(_Torch):
    def forward(self, x: Tensor) -> Tensor:
        var = self.running_var.clone()
        output = super().forward(x)
        if self.training:
            self.running_var = torch.lerp(var, x.std(dim=(0, 2, 3)).detach(), self.momentum)
        return output


class _NoRepr(_Torch):
    def extra_repr(self) -> str:
        return ""


class _FloatCounter(_Torch):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.num_batches_tracked = torch.tensor(0.0)


class _OtherDefaults(_Torch):
    def __init__(self, num_features: int, eps: float = 1e-3, momentum: float = 0.1) -> None:
        super().__init__(num_features, eps, momentum)


class _KerasMomentum(_Torch):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.9) -> None:
        super().__init__(num_features, eps, momentum)


_AXES = "the axes of mean and variance in training: batch, height and width go, the channels stay"

MISTAKES = (
    Mistake("per_image", "normalises each image on its own, as instance norm does", _AXES, 1, _over(2, 3)),
    Mistake("per_pixel", "averages over the batch only, so that each pixel has a mean of its own", _AXES, 1, _over(0)),
    Mistake("all_channels", "takes one mean for all channels together", _AXES, 1, _over(0, 1, 2, 3)),
    Mistake(
        "per_image_all", "normalises each image over all its channels, as layer norm does", _AXES, 1, _over(1, 2, 3)
    ),
    Mistake("over_channels", "averages over the channels instead of over the batch", _AXES, 1, _over(1)),
    Mistake("no_width", "averages over batch and height and leaves the width out", _AXES, 1, _over(0, 2)),
    Mistake("no_height", "averages over batch and width and leaves the height out", _AXES, 1, _over(0, 3)),
    Mistake(
        "unbiased_normalisation",
        "normalises with the unbiased variance (n − 1 below the line), which is what Tensor.var gives by default",
        "the variance that x is divided by: PyTorch takes the biased one there (n below the line)",
        3,
        _UnbiasedNormalisation,
    ),
    Mistake(
        "divides_by_variance", "divides by the variance, not by its root", "the denominator", 3, _DividesByVariance
    ),
    Mistake(
        "eps_outside_root", "adds eps after the square root", "where eps stands: under the root", 3, _EpsOutsideRoot
    ),
    Mistake("no_eps", "leaves eps out", "the denominator: a constant channel has variance 0", 3, _NoEps),
    Mistake("eps_ignored", "always uses eps 1e-5, whatever it is given", "where forward gets eps from", 3, _EpsIgnored),
    Mistake("no_affine", "never uses weight and bias", "the last step: scale and shift", 3, _NoAffine),
    Mistake(
        "affine_in_training_only",
        "scales and shifts in training only",
        "the eval branch: weight and bias belong there too",
        3,
        _AffineOnlyInTraining,
    ),
    Mistake("bias_before_scale", "adds the bias before it scales", "the order of the last step", 3, _BiasBeforeScale),
    Mistake(
        "batch_in_eval",
        "uses the batch's own statistics in eval mode too",
        "what self.training decides",
        2,
        _BatchInEval,
    ),
    Mistake(
        "running_in_training",
        "normalises with the running statistics in training too",
        "what self.training decides",
        2,
        _RunningInTraining,
    ),
    Mistake(
        "running_updated_first",
        "moves the running statistics first and then normalises the batch with them",
        "which mean and variance the output is made with in training",
        2,
        _RunningUpdatedFirst,
    ),
    Mistake(
        "updates_in_eval",
        "goes on moving its running statistics in eval mode",
        "where the update stands",
        2,
        _UpdatesInEval,
    ),
    Mistake(
        "never_updates", "never moves its running statistics", "the training branch: it has two jobs", 2, _NeverUpdates
    ),
    Mistake(
        "momentum_reversed",
        "takes momentum the wrong way round: in PyTorch it is the share of the *new* value",
        "which of old and new is multiplied by momentum",
        2,
        _MomentumReversed,
    ),
    Mistake(
        "momentum_ignored",
        "always uses momentum 0.1, whatever it is given",
        "where the update gets momentum from",
        2,
        _MomentumIgnored,
    ),
    Mistake(
        "keras_momentum", "has momentum 0.9 by default", "the signature: PyTorch's default is 0.1", 2, _KerasMomentum
    ),
    Mistake("other_eps", "has eps 1e-3 by default", "the signature: the default is 1e-05", 2, _OtherDefaults),
    Mistake(
        "running_std",
        "keeps a running standard deviation where running_var belongs",
        "what running_var follows",
        2,
        _RunningStd,
    ),
    Mistake("no_counter", "never counts its batches", "num_batches_tracked in the training branch", 2, _NoCounter),
    Mistake("counts_images", "counts images, not batches", "how much num_batches_tracked grows by", 2, _CountsImages),
    Mistake("float_counter", "counts in floats", "the start value of num_batches_tracked", 2, _FloatCounter),
    Mistake(
        "buffers_are_parameters",
        "makes running_mean and running_var parameters, so that an optimiser would train them",
        "how the two are registered",
        2,
        _BuffersAreParameters,
    ),
    Mistake(
        "plain_attributes",
        "keeps its statistics as plain attributes, so that they are neither saved nor moved",
        "how the three are registered",
        2,
        _plain("running_mean", "running_var", "num_batches_tracked"),
    ),
    Mistake(
        "plain_statistics",
        "keeps running_mean and running_var as plain attributes, so that they are neither saved nor moved",
        "how the two are registered",
        2,
        _plain("running_mean", "running_var"),
    ),
    Mistake(
        "plain_counter",
        "keeps num_batches_tracked as a plain attribute, so that it is not saved",
        "how the counter is registered",
        2,
        _plain("num_batches_tracked"),
    ),
    Mistake(
        "graph_in_buffers",
        "keeps the autograd graph in its running statistics, so that memory grows with every batch",
        "the update: it belongs inside torch.no_grad(), or takes detached values",
        3,
        _GraphInBuffers,
    ),
    Mistake(
        "statistics_detached",
        "treats the batch's mean and variance as constants, so that no gradient flows through them",
        "where no_grad or detach begins and ends: only the update of the buffers belongs inside",
        3,
        _StatisticsDetached,
    ),
    Mistake(
        "changes_input",
        "writes its result into the input",
        "in-place operations on x (+=, *=, sub_ …)",
        3,
        _ChangesInput,
    ),
    Mistake("fixed_dtype", "always answers in float32", "calls like .float() or dtype=torch.float32", 3, _FixedDtype),
    Mistake("bias_first", "declares bias before weight", "the order of the two in __init__", 2, _BiasFirst),
    Mistake(
        "weight_starts_at_zero",
        "starts with weight 0, so that every output is 0",
        "the start value of weight",
        2,
        _WeightStartsAtZero,
    ),
    Mistake(
        "var_starts_at_zero",
        "starts running_var at 0",
        "the start value of running_var: a variance of 1 changes nothing",
        2,
        _VarStartsAtZero,
    ),
    Mistake("no_repr", "has an extra_repr that says nothing", "extra_repr", 2, _NoRepr),
)

EXERCISE = Exercise(
    name="BatchNorm2d",
    hints=HINTS,
    right=nn.BatchNorm2d,
    tests={
        "test_batchnorm2d_module": (
            Check("own work", _own_work, structural=True),
            Check("parameters", _parameters),
            Check("buffers", _buffers),
            Check("extra_repr", _extra_repr),
            Check("state dict", _state_dict),
        ),
        "test_batchnorm2d_forward": (
            Check("own steps", _own_steps, structural=True),
            Check("input untouched", _input_untouched),
            Check("training", _training_values),
            Check("eval", _eval_values),
            Check("eps", _eps),
            Check("float32", _float32),
            Check("gradients", _gradients),
            Check("device", _follows_its_device),
        ),
        "test_batchnorm2d_running_mean": (
            Check("running mean", _running_mean),
            Check("running variance", _running_var),
            Check("counter", _counter),
            Check("still in eval", _eval_leaves_them),
            Check("no graph", _no_graph),
            Check("still buffers", _still_buffers),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
