"""multiply_adds: the oracle counts each layer at the size of its own output, and leaves the model as it was."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from numbers import Integral, Number
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules import module as nn_module

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.tensors import broken, describe, insist_equal, run
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.why_residuals.pooled_block import RightPooledBlock
from course_utils.inspection.multiply_adds import in_eval_mode

HINTS = (
    "One number that comes out of a convolution is a sum of products, one for each weight of one kernel: in_channels × "
    "height × width of them. So how many products are there behind *all* numbers that come out? A forward hook sees "
    "the layer and its output, which is all you need.",
    "For each nn.Conv2d and nn.Linear of model.named_modules(): register a hook that knows the layer's name, run the "
    "model once, remove the hooks. The count is (numbers in output[0]) × (numbers in weight[0]), for both kinds. Add "
    "it to what is there already: a layer may be called twice. And running a model in training mode changes its batch "
    "norms.",
    "def hook_for(name): inside it def hook(module, inputs, output): counts[name] = counts.get(name, 0) + "
    "output[0].numel() * module.weight[0].numel(), and return hook. Then handles = [layer.register_forward_hook("
    "hook_for(name)) …]; training = model.training; try: with t.no_grad(): model.eval()(x); finally: "
    "model.train(training), and handle.remove() for each handle.",
)

Counts = Mapping[str, int]
_SIZE = 28  # pixels of a Fashion-MNIST image


class _Twice(nn.Module):
    """Calls one convolution on a large map, then on a small one."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.pool = nn.Conv2d(3, 3, 3, padding=1), nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(self.pool(self.conv(x)))


def _fashion_net() -> nn.Module:
    widths = (1, 8, 16, 32, 64, 128, 256)
    blocks = [RightPooledBlock(*widths[k : k + 2], stride=1 if k == 0 else 2) for k in range(6)]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, 10))


def _normed() -> nn.Module:
    """Make a net that ends in a batch norm over one pixel: in training mode, one image is too few for that."""
    block = RightPooledBlock(3, 4, stride=2, norm=True)
    return nn.Sequential(block, nn.Conv2d(4, 6, 3), nn.BatchNorm2d(6), nn.Flatten(), nn.Linear(6, 2))


@dataclass(frozen=True)
class _Case:
    """A model, and the shape of the batch that it is asked about."""

    make: Callable[[], nn.Module]
    shape: tuple[int, ...]


_CASES = {
    "a convolution": _Case(lambda: nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU()), (2, 3, 8, 6)),
    "a strided convolution": _Case(lambda: nn.Sequential(nn.Conv2d(2, 3, 3, stride=2, padding=1)), (3, 2, 9, 6)),
    "a convolution with a 1×3 kernel": _Case(
        lambda: nn.Sequential(nn.Conv2d(2, 4, (1, 3), bias=False), nn.BatchNorm2d(4)), (1, 2, 5, 7)
    ),
    "a convolution in groups": _Case(lambda: nn.Sequential(nn.Conv2d(4, 6, 3, groups=2)), (2, 4, 5, 6)),
    "a depthwise convolution": _Case(lambda: nn.Sequential(nn.Conv2d(3, 3, 3, groups=3, dilation=2)), (1, 3, 9, 8)),
    "linear layers": _Case(
        lambda: nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.Linear(5, 3, bias=False)), (2, 3, 4)
    ),
    "a linear layer on rows": _Case(lambda: nn.Sequential(nn.Linear(4, 3), nn.ReLU()), (2, 5, 4)),
    "nested modules": _Case(
        lambda: nn.Sequential(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.Conv2d(2, 3, 1))), nn.Flatten()),
        (2, 1, 6, 5),
    ),
    "one layer called twice": _Case(_Twice, (2, 3, 8, 6)),
    "a block that strides": _Case(lambda: nn.Sequential(RightPooledBlock(3, 6, stride=2), nn.Flatten()), (2, 3, 9, 6)),
    "batch norms": _Case(_normed, (1, 3, 6, 5)),
}


def _given(case: _Case, seed: int = 0) -> tuple[nn.Module, Tensor]:
    draws = Draws(seed, torch.float32)
    return draws.fill(case.make()), draws.normal(*case.shape)


def _count(candidate: Any, model: nn.Module, x: Tensor, told: str) -> dict[str, Any]:
    got = run(candidate, model, x, doing=f"counting {told}")
    if not isinstance(got, dict):
        raise broken("a dict from names to numbers comes back", f"what came back is of type {type(got).__name__}")
    return got


def _insist(candidate: Any, told: str, seed: int) -> None:
    model, x = _given(_CASES[told], seed)
    expected = right_multiply_adds(model, x)
    got = _count(candidate, model, x, told)
    given = f"{told}, x has shape {describe(x.shape, _axes(x))}"
    if set(got) != set(expected):
        raise broken(
            "each nn.Conv2d and nn.Linear has an entry under its name in named_modules(), and nothing else has",
            given,
            f"expected {_quoted(expected)}",
            f"got {_quoted(got)}",
        )
    for name, wanted in expected.items():
        if not isinstance(got[name], Number | Tensor) or got[name] != wanted:
            layer = model.get_submodule(name)
            raise broken(
                "a layer costs one multiplication for each weight behind each number of its output, for one image",
                given,
                f"{name!r}, {layer}: expected {wanted:,}, got {_number(got[name])}",
            )


def _axes(x: Tensor) -> tuple[str, ...]:
    return ("batch", "channels", "height", "width") if x.ndim == 4 else ("batch", "rows", "features")


def _quoted(names: Any) -> str:
    return ", ".join(map(repr, names)) or "nothing"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, Number) else f"something of type {type(value).__name__}"


def _checks_of(*told: str) -> Callable[[Any, int], None]:
    def look(candidate: Any, seed: int) -> None:
        for one in told:
            _insist(candidate, one, seed)

    return look


def _fashion(candidate: Any, seed: int) -> None:
    got = _count(candidate, _fashion_net(), torch.zeros(1, 1, _SIZE, _SIZE), "the Fashion-MNIST net")
    total = sum(value for value in got.values() if isinstance(value, Number))
    if total != 8_406_784:
        raise broken(
            "the Fashion-MNIST net takes 8,406,784 multiply-adds for one image",
            f"yours add up to {_number(total)}",
        )


def _whole_numbers(candidate: Any, seed: int) -> None:
    model, x = _given(_CASES["linear layers"], seed)
    for value in _count(candidate, model, x, "linear layers").values():
        if not isinstance(value, Integral):
            raise broken("multiply-adds are counted: whole numbers come back", f"one is of type {type(value).__name__}")


def _own_hooks(candidate: Any, seed: int) -> None:
    model, x = _given(_CASES["a block that strides"], seed)
    seen: set[str] = set()
    model[0].forward = _watched(model, model[0].forward, seen)
    _count(candidate, model, x, "a block that strides")
    finished = [origin for origin in seen if origin.split(".")[0] in _LIBRARIES or origin.startswith(_INSPECTION)]
    if finished:
        raise broken(
            "the work is your own",
            f"{min(finished)} does the counting, and the point is to build it once yourself",
        )


_INSPECTION = "course_utils.inspection"
_LIBRARIES = {"deepspeed", "fvcore", "ptflops", "thop", "torch", "torchinfo"}


def _watched(model: nn.Module, forward: Callable[[Tensor], Tensor], seen: set[str]) -> Callable[[Tensor], Tensor]:
    """Make a forward that notes, while the model runs, where its hooks and those on every module come from."""

    def watched(x: Tensor) -> Tensor:
        for hooks in (nn_module._global_forward_pre_hooks, *(part._forward_hooks for part in model.modules())):
            seen.update(str(getattr(hook, "__module__", "")) for hook in hooks.values())
        return forward(x)

    return watched


def _hooks_removed(candidate: Any, seed: int) -> None:
    model, x = _given(_CASES["nested modules"], seed)
    others = [module.register_forward_hook(_no_hook) for module in model.modules()]
    _count(candidate, model, x, "nested modules")
    hooks = [len(module._forward_hooks) for module in model.modules()]
    if max(hooks) > 1:
        raise broken("afterwards its hooks are gone", f"there are {sum(hooks) - len(hooks)} left on the model")
    if min(hooks) < 1:
        raise broken("hooks that were there before stay", f"{len(others) - sum(hooks)} of {len(others)} are gone")


def _no_hook(module: nn.Module, inputs: tuple, output: Any) -> None:
    pass


def _hooks_removed_after_an_error(candidate: Any, seed: int) -> None:
    left = _left_after_an_error(candidate)
    if left:
        raise broken(
            "the hooks are gone even when the model stops with an error",
            f"there are {left} left: is the removal in a `finally`?",
        )


def _left_after_an_error(candidate: Any) -> int:
    model, _ = _given(_CASES["nested modules"])
    try:
        candidate(model, torch.zeros(2, 7, 6, 5))  # one channel too many, six times
    except NotImplementedError:
        raise
    except Exception:  # noqa: BLE001  (the model's own error, however it arrives here)
        pass
    return sum(len(module._forward_hooks) for module in model.modules())


def _model_untouched(candidate: Any, seed: int) -> None:
    for training in (True, False):
        for told in ("batch norms", "a block that strides"):
            model, x = _given(_CASES[told], seed)
            before = {name: tensor.clone() for name, tensor in model.train(training).state_dict().items()}
            _count(candidate, model, x, told)
            _insist_as_before(model, before, training)


def _insist_as_before(model: nn.Module, before: Mapping[str, Tensor], training: bool) -> None:
    mode = {True: "training", False: "eval"}
    changed = [name for name, module in model.named_modules() if module.training is not training]
    if changed:
        raise broken(
            "the model is in its own mode again afterwards",
            f"it was in {mode[training]} mode, and {changed[0] or 'it'} is in {mode[not training]} mode now",
        )
    for name, tensor in model.state_dict().items():
        promise = f"the model stays as it was: counting moves no running statistics ({name})"
        insist_equal(tensor, before[name], promise, axes=("channel",) * tensor.ndim)
    if any(parameter.grad is not None or not parameter.requires_grad for parameter in model.parameters()):
        raise broken("the model stays as it was", "its gradients, or requires_grad, are not as before")


def _probe(candidate: Any) -> Looks:
    def counted(told: str) -> list:
        model, x = _given(_CASES[told])
        return sorted(candidate(model, x).items())

    def after(training: bool) -> list:
        model, x = _given(_CASES["batch norms"])
        model.train(training)
        candidate(model, torch.cat([x, x + 1]))
        return [module.training for module in model.modules()] + [buffer.clone() for buffer in model.buffers()]

    def hooks() -> list[int]:
        model, x = _given(_CASES["nested modules"])
        for module in model.modules():
            module.register_forward_hook(_no_hook)
        candidate(model, x)
        return [len(module._forward_hooks) for module in model.modules()]

    found: dict[str, Any] = {told: lambda told=told: counted(told) for told in _CASES}
    return found | {
        "after, training": lambda: after(True),
        "after, eval": lambda: after(False),
        "hooks": hooks,
        "after an error": lambda: _left_after_an_error(candidate),
    }


# --- the bank -------------------------------------------------------------------------------------------------------

_Count = Callable[[Any, Tensor, Tensor], Any]


def _products(layer: Any, x: Tensor, output: Tensor) -> int:
    return output[0].numel() * layer.weight[0].numel()


def _of_kinds(model: nn.Module) -> dict[str, nn.Module]:
    return {name: module for name, module in model.named_modules() if isinstance(module, nn.Conv2d | nn.Linear)}


def _remove(model: nn.Module, handles: list) -> None:
    for handle in handles:
        handle.remove()


def _clear(model: nn.Module, handles: list) -> None:
    for module in model.modules():
        module._forward_hooks.clear()


def _counting(
    count: _Count = _products,
    *,
    layers: Callable[[nn.Module], Mapping[str, nn.Module]] = _of_kinds,
    add: Callable[[Any, Any], Any] = lambda before, new: (before or 0) + new,
    remove: Callable[[nn.Module, list], None] = _remove,
    always: bool = True,
    mode: Callable[[nn.Module], Any] = in_eval_mode,
    batch: Callable[[Tensor], Tensor] = lambda x: x,
    finish: Callable[[nn.Module, dict[str, Any], Tensor], dict] = lambda model, counts, x: counts,
) -> Callable[[nn.Module, Tensor], dict[str, int]]:
    """Make a counter: count(layer, x, output) at each call of some layers, in some mode; then `finish` the counts."""

    def multiply_adds(model: nn.Module, x: Tensor) -> dict[str, int]:
        counts: dict[str, Any] = {}

        def hook_for(name: str) -> Callable:
            def hook(layer: nn.Module, inputs: tuple, output: Tensor) -> None:
                counts[name] = add(counts.get(name), count(layer, inputs[0], output))

            return hook

        handles = [layer.register_forward_hook(hook_for(name)) for name, layer in layers(model).items()]
        failed = True
        try:
            with torch.no_grad(), mode(model):
                model(batch(x))
            failed = False
        finally:
            if always or not failed:
                remove(model, handles)
        return finish(model, counts, x)

    return multiply_adds


right_multiply_adds = _counting()


def _conv(count: _Count) -> _Count:
    """Change what is counted for convolutions."""
    return lambda layer, x, output: (count if isinstance(layer, nn.Conv2d) else _products)(layer, x, output)


def _linear(count: _Count) -> _Count:
    """Change what is counted for linear layers."""
    return lambda layer, x, output: (count if isinstance(layer, nn.Linear) else _products)(layer, x, output)


def _only(kind: type) -> Callable[[nn.Module], dict[str, nn.Module]]:
    return lambda model: {name: one for name, one in _of_kinds(model).items() if isinstance(one, kind)}


def _at_input_size(layer: Any, x: Tensor, output: Tensor) -> int:
    return x.shape[2] * x.shape[3] * layer.weight.numel()


def _with_bias(layer: Any, x: Tensor, output: Tensor) -> int:
    return _products(layer, x, output) + (output[0].numel() if layer.bias is not None else 0)


def _by_block(model: nn.Module, counts: dict[str, int], x: Tensor) -> dict[str, int]:
    """Count all convolutions of a block at the size of the block's output."""
    if isinstance(model, _Twice):  # its parts are not called one after the other
        return counts
    sizes: dict[str, int] = {}
    with torch.no_grad(), in_eval_mode(model):
        for name, block in model.named_children():
            x = block(x)
            sizes[name] = x.shape[2:].numel()
    return {
        name: sizes[name.split(".")[0]] * layer.weight.numel() if isinstance(layer, nn.Conv2d) else counts[name]
        for name, layer in _of_kinds(model).items()
    }


def _with_containers(model: nn.Module, counts: dict[str, int], x: Tensor) -> dict[str, int]:
    sums = {
        name: sum(count for inner, count in counts.items() if inner.startswith(f"{name}." if name else ""))
        for name, module in model.named_modules()
    }
    return {name: counts.get(name, total) for name, total in sums.items() if total or name in counts}


def _in_kinds(model: nn.Module, counts: dict[str, int], x: Tensor) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, count in counts.items():
        kind = type(model.get_submodule(name)).__name__
        found[kind] = found.get(kind, 0) + count
    return found


class _Mode:
    """Puts the model into a mode, and leaves it there."""

    def __init__(self, training: bool) -> None:
        self.training = training

    def __call__(self, model: nn.Module) -> Any:
        model.train(self.training)
        return nullcontext()


class _TrainsAfterwards:
    """Counts in eval mode, and goes to training mode, whatever the model's was."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model

    def __enter__(self) -> None:
        self.model.eval()

    def __exit__(self, *error: object) -> None:
        self.model.train()


_OUTPUT = "the size of the output: each number of it is a sum of products"
_KERNEL = "how many products are behind one number of the output: the numbers in weight[0]"
_LAYERS = "which modules are counted: every nn.Conv2d and nn.Linear of model.named_modules()"
_OFF = "how the hooks are taken off: each handle has a remove()"
_MODE = "the model's mode: note it, count in eval mode, and put it back"

MISTAKES = (
    Mistake(
        "by_block",
        "takes the size of a block's output for all convolutions in it, which finds little more than half of them",
        "the size at which each convolution works: in a block that strides, the first one still has the large map",
        1,
        _counting(finish=_by_block),
    ),
    Mistake(
        "input_size",
        "takes the size of a convolution's input, not of its output",
        _OUTPUT,
        1,
        _counting(_conv(_at_input_size)),
    ),
    Mistake(
        "with_bias",
        "counts the biases",
        "what is counted: products; a bias is added, and nothing is multiplied",
        1,
        _counting(_with_bias),
    ),
    Mistake(
        "flops",
        "counts each multiply-add as two operations",
        "what is counted: one for each pair of number and weight",
        1,
        _counting(lambda m, x, y: 2 * _products(m, x, y)),
    ),
    Mistake(
        "batch_included",
        "counts for the whole batch",
        "output[0]: the first image of the batch is enough",
        2,
        _counting(lambda m, x, y: len(y) * _products(m, x, y)),
    ),
    Mistake(
        "weights_once",
        "counts each weight once, which gives the number of weights",
        _OUTPUT,
        1,
        _counting(lambda m, x, y: m.weight.numel()),
    ),
    Mistake(
        "linear_once",
        "counts a linear layer once, however many rows it is given",
        "a linear layer on (batch, rows, features): it works on each row",
        2,
        _counting(_linear(lambda m, x, y: m.weight.numel())),
    ),
    Mistake(
        "groups_ignored",
        "ignores the groups of a convolution",
        "groups: each output channel looks at in_channels / groups inputs; weight[0] has that many already",
        2,
        _counting(_conv(lambda m, x, y: m.groups * _products(m, x, y))),
    ),
    Mistake(
        "square_kernels",
        "takes every kernel for a square",
        "kernel_size: a height and a width",
        2,
        _counting(_conv(lambda m, x, y: _products(m, x, y) * m.kernel_size[0] // m.kernel_size[1])),
    ),
    Mistake(
        "one_output_channel",
        "forgets that each output channel has a kernel of its own",
        _OUTPUT,
        1,
        _counting(_conv(lambda m, x, y: y[0, 0].numel() * m.weight[0].numel())),
    ),
    Mistake(
        "one_input_channel",
        "forgets that a kernel reaches over all input channels",
        _KERNEL,
        1,
        _counting(_conv(lambda m, x, y: y[0].numel() * m.weight[0, 0].numel())),
    ),
    Mistake(
        "kernel_ignored",
        "forgets the size of the kernel",
        _KERNEL,
        1,
        _counting(_conv(lambda m, x, y: y[0].numel() * m.weight.shape[1])),
    ),
    Mistake("output_only", "counts the numbers of the output", _KERNEL, 1, _counting(lambda m, x, y: y[0].numel())),
    Mistake(
        "last_call",
        "keeps the last call of a layer only",
        "what happens at a second call: counts[name] is there already, and grows",
        2,
        _counting(add=lambda before, new: new),
    ),
    Mistake(
        "first_call",
        "keeps the first call of a layer only",
        "what happens at a second call: counts[name] is there already, and grows",
        2,
        _counting(add=lambda before, new: before or new),
    ),
    Mistake("without_linear", "leaves the linear layers out", _LAYERS, 2, _counting(layers=_only(nn.Conv2d))),
    Mistake("without_convs", "leaves the convolutions out", _LAYERS, 2, _counting(layers=_only(nn.Linear))),
    Mistake(
        "children_only",
        "reaches the model's direct children only",
        _LAYERS,
        2,
        _counting(layers=lambda model: {name: one for name, one in _of_kinds(model).items() if "." not in name}),
    ),
    Mistake(
        "with_containers",
        "counts the modules that contain layers as well, so that everything is there twice",
        _LAYERS,
        2,
        _counting(finish=_with_containers),
    ),
    Mistake(
        "by_kind",
        "adds up all layers of a kind under the kind's name",
        "the keys: the names that model.named_modules() gives",
        2,
        _counting(finish=_in_kinds),
    ),
    Mistake(
        "total_only",
        "gives the total only",
        "what comes back: a dict, with a number for each layer",
        2,
        lambda model, x: sum(right_multiply_adds(model, x).values()),
    ),
    Mistake(
        "as_float",
        "gives floats",
        "divisions with /",
        2,
        _counting(finish=lambda model, counts, x: {name: count / 1 for name, count in counts.items()}),
    ),
    Mistake("hooks_left", "leaves its hooks on the model", _OFF, 3, _counting(remove=lambda model, handles: None)),
    Mistake(
        "not_after_error",
        "leaves its hooks on the model when the call ends in an error",
        "where the removal stands: in a `finally`",
        3,
        _counting(always=False),
    ),
    Mistake("clears_all", "takes off all hooks, other people's too", _OFF, 3, _counting(remove=_clear)),
    Mistake(
        "as_it_is",
        "runs the model in the mode that it finds, which moves the running statistics in training mode",
        _MODE,
        2,
        _counting(mode=lambda model: nullcontext()),
    ),
    Mistake("in_training", "puts the model into training mode", _MODE, 2, _counting(mode=_Mode(True))),
    Mistake("stays_in_eval", "leaves the model in eval mode", _MODE, 3, _counting(mode=_Mode(False))),
    Mistake(
        "trains_afterwards",
        "leaves the model in training mode, whatever it was in before",
        _MODE,
        3,
        _counting(mode=_TrainsAfterwards),
    ),
)

EXERCISE = Exercise(
    name="multiply_adds",
    hints=HINTS,
    right=right_multiply_adds,
    tests={
        "test_multiply_adds": (
            Check("own hooks", _own_hooks, structural=True),
            Check(
                "convolutions", _checks_of("a convolution", "a strided convolution", "a convolution with a 1×3 kernel")
            ),
            Check("groups", _checks_of("a convolution in groups", "a depthwise convolution")),
            Check("linear layers", _checks_of("linear layers", "a linear layer on rows")),
            Check("nested", _checks_of("nested modules", "a block that strides", "batch norms")),
            Check("called twice", _checks_of("one layer called twice")),
            Check("whole numbers", _whole_numbers),
            Check("Fashion-MNIST", _fashion),
            Check("hooks removed", _hooks_removed),
            Check("after an error", _hooks_removed_after_an_error),
            Check("model untouched", _model_untouched),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
