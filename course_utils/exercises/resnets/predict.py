"""predict: a small classifier with batch norm and dropout shows whether it is asked in the right mode."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.tensors import broken, describe, insist_equal, run
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

HINTS = (
    "Three things before the numbers: which mode should the model be in, are gradients needed, and what turns logits "
    "into probabilities?",
    "Call model.eval(), work under torch.inference_mode() (or no_grad), take the softmax over the classes, and the "
    "maximum of that.",
    "logits.softmax(dim=1).max(dim=1) gives both at once, the largest probability and its class, in this order.",
)

_BATCH = ("batch",)


_CLASSES = 6
_BATCHES = ((5, True), (1, True), (9, False))  # images, and whether the model comes in training mode


def _model(seed: int, dtype: torch.dtype = torch.float64, turn: int = 0) -> nn.Module:
    """Make a classifier in training mode, whose answers in the two modes differ; `turn` numbers its classes anew."""
    layers = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    model = nn.Sequential(*layers, nn.Dropout(0.5), nn.Linear(8, _CLASSES))
    Draws(seed, dtype).fill(model)
    for parameter in model[-1].parameters():
        parameter.data = parameter.data.roll(turn, 0)
    return model.train()


def _images(seed: int, batch: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return Draws(seed + 100, dtype).normal(batch, 3, 6, 5)


def _right(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        found = model.eval()(images).softmax(dim=1).max(dim=1)
    return found.values, found.indices


def _ask(candidate: Any, model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    given = f"asking it for {describe(images.shape)} images"
    result = run(candidate, model, images, doing=given)
    promise = "it returns two tensors: the probability and the class of the top class of each image"
    if not isinstance(result, tuple | list) or len(result) != 2 or not all(isinstance(part, Tensor) for part in result):
        raise broken(promise, f"it returned {_told(result)}")
    for name, part in zip(("probability", "class"), result, strict=True):
        if tuple(part.shape) != (len(images),):
            raise broken(promise, f"for {len(images)} images the {name} has shape {tuple(part.shape)}")
    if result[1].is_floating_point() and not result[0].is_floating_point():
        raise broken(promise, "it returned the class first and the probability second")
    if result[1].is_floating_point():
        raise broken("the class is a whole number", f"its dtype is {result[1].dtype}")
    return result


def _told(result: Any) -> str:
    if isinstance(result, tuple | list):
        return f"a {type(result).__name__} of {', '.join(type(part).__name__ for part in result)}"
    return f"a {type(result).__name__}"


def _insist_right(
    candidate: Any,
    seed: int,
    which: int,
    *,
    dtype: torch.dtype = torch.float64,
    turn: int = 0,
    batches: Iterable[tuple[int, bool]] = _BATCHES,
) -> None:
    right, model = _model(seed, dtype, turn), _model(seed, dtype, turn)
    for batch, training in batches:
        images = _images(seed, batch, dtype)
        expected = _right(right, images)[which]
        got = _ask(candidate, model.train(training), images.clone())[which]
        promises = (
            "the probability is the softmax of the logits, at the top class",
            "the class is the most likely one",
        )
        given = f"{batch} image{'s' if batch > 1 else ''}, the model comes in {'training' if training else 'eval'} mode"
        labels = ("", "classes")[which]
        insist_equal(got, expected, promises[which], axes=_BATCH, depth=10, given=given, labels=labels)


def _probability(candidate: Any, seed: int) -> None:
    _insist_right(candidate, seed, 0)


def _class(candidate: Any, seed: int) -> None:
    _insist_right(candidate, seed, 1)
    # With every turn another class is the most likely one of an image: the first and the last as well.
    for turn in range(1, _CLASSES):
        _insist_right(candidate, seed, 1, turn=turn, batches=_BATCHES[:1])


def _float32(candidate: Any, seed: int) -> None:
    _insist_right(candidate, seed, 0, dtype=torch.float32)


def _model_untouched(candidate: Any, seed: int) -> None:
    model = _model(seed)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    _ask(candidate, model, _images(seed, 4))
    for name, tensor in model.state_dict().items():
        promise = "asking changes nothing in the model: in eval mode the running statistics stay"
        insist_equal(tensor, before[name], promise, axes=("element",) * tensor.ndim, given=f"its {name}")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise broken("asking changes nothing in the model", "its parameters no longer require gradients")


class _GradientWatch(nn.Module):
    """Note whether torch records a graph while the model runs."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model, self.recording = model, []

    def forward(self, x: Tensor) -> Tensor:
        self.recording.append(torch.is_grad_enabled() and not torch.is_inference_mode_enabled())
        return self.model(x)


def _no_gradients(candidate: Any, seed: int) -> None:
    watch = _GradientWatch(_model(seed))
    probability, _ = _ask(candidate, watch, _images(seed, 2))
    if any(watch.recording) or probability.requires_grad:
        raise broken(
            "it works without gradients: no graph is recorded, which saves memory and time",
            "torch was recording a graph while the model ran: see torch.inference_mode and torch.no_grad",
        )


def _gradients_back_on(candidate: Any, seed: int) -> None:
    _ask(candidate, _model(seed), _images(seed, 2))
    if not torch.is_grad_enabled():
        raise broken(
            "afterwards gradients are on again", "they are off: set_grad_enabled(False) is not undone; use `with`"
        )


def _images_untouched(candidate: Any, seed: int) -> None:
    images = _images(seed, 3)
    before = images.clone()
    _ask(candidate, _model(seed), images)
    insist_equal(images, before, "the images stay as they were")


def _probe(candidate: Any) -> Looks:
    def ask(which: int, batch: int, training: bool) -> Callable[[], Any]:
        def look() -> Any:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)  # dropout, where it is on by mistake, must drop the same
                part = candidate(_model(1).train(training), _images(1, batch))[which]
            return part.detach() if isinstance(part, Tensor) else part

        return look

    looks = {
        f"{('probability', 'class')[which]}, {batch} images, {mode}": ask(which, batch, mode == "training")
        for batch in (4, 1)
        for which in (0, 1)
        for mode in ("training", "eval")
    }
    return looks | {
        "recording": lambda: _recorded(candidate),
        "statistics": lambda: _statistics(candidate),
        "images": lambda: _images_after(candidate),
        "gradients": lambda: _gradients_after(candidate),
    }


def _recorded(candidate: Any) -> list[bool]:
    watch = _GradientWatch(_model(1).eval())
    candidate(watch, _images(1, 2))
    return watch.recording


def _statistics(candidate: Any) -> list[Tensor]:
    model = _model(1)
    candidate(model, _images(1, 4))
    return [buffer.clone() for buffer in model.buffers()]


def _images_after(candidate: Any) -> Tensor:
    images = _images(1, 2)
    candidate(_model(1), images)
    return images


def _gradients_after(candidate: Any) -> bool:
    with torch.enable_grad():
        candidate(_model(1), _images(1, 2))
        return torch.is_grad_enabled()


# --- the bank -------------------------------------------------------------------------------------------------------


def _answering(
    answer: Callable[[Tensor], Any], training: bool | None = False, gradients: bool = False
) -> Callable[[nn.Module, Tensor], Any]:
    """Make a predict that turns logits into another answer; training None: the mode is left as it comes."""

    def predict(model: nn.Module, images: Tensor) -> Any:
        if training is not None:
            model.train(training)
        with torch.set_grad_enabled(gradients):
            return answer(model(images))

    return predict


def _top(scores: Tensor, axis: int = 1) -> tuple[Tensor, Tensor]:
    found = scores.max(dim=axis)
    return found.values, found.indices


def _probabilities(logits: Tensor) -> tuple[Tensor, Tensor]:
    return _top(logits.softmax(1))


def _leaves_gradients_off(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    torch.set_grad_enabled(False)
    return _probabilities(model.eval()(images))


def _first_image_only(logits: Tensor) -> tuple[Tensor, Tensor]:
    return _probabilities(logits[:1])


_SOFTMAX = "what the logits go through: softmax over the classes, dim=1"
_ORDER = "what is returned, and in which order"
_MODE = "model.eval(), before the model runs"

MISTAKES = (
    Mistake(
        "no_eval",
        "leaves the model in training mode: dropout is on, and batch norm uses (and changes) the batch's statistics",
        _MODE,
        1,
        _answering(_probabilities, training=None),
    ),
    Mistake("training_mode", "puts the model into training mode", _MODE, 1, _answering(_probabilities, training=True)),
    Mistake(
        "softmax_over_batch",
        "takes the softmax over the batch: it is the images that then add up to 1",
        _SOFTMAX,
        3,
        _answering(lambda logits: _top(logits.softmax(0))),
    ),
    Mistake("logits", "returns the logit of the top class, not its probability", _SOFTMAX, 2, _answering(_top)),
    Mistake(
        "sigmoid",
        "uses the sigmoid, so that the classes' probabilities do not add up to 1",
        _SOFTMAX,
        2,
        _answering(lambda logits: _top(logits.sigmoid())),
    ),
    Mistake(
        "log_softmax",
        "returns the logarithm of the probability",
        _SOFTMAX,
        2,
        _answering(lambda logits: _top(logits.log_softmax(1))),
    ),
    Mistake(
        "softmax_twice",
        "takes the softmax twice",
        _SOFTMAX,
        2,
        _answering(lambda logits: _top(logits.softmax(1).softmax(1))),
    ),
    Mistake(
        "swapped",
        "returns the class first and the probability second",
        _ORDER,
        3,
        _answering(lambda logits: _probabilities(logits)[::-1]),
    ),
    Mistake(
        "maximum_over_batch",
        "looks for the best image of each class, not for the best class of each image",
        "the axis of the maximum",
        3,
        _answering(lambda logits: _top(logits.softmax(1), axis=0)),
    ),
    Mistake(
        "whole_batch",
        "looks for one maximum in the whole batch",
        "the axis of the maximum",
        3,
        _answering(lambda logits: (logits.softmax(1).max(), logits.argmax())),
    ),
    Mistake(
        "minimum",
        "returns the least likely class",
        "max or min: the top class has the largest probability",
        3,
        _answering(lambda logits: tuple(logits.softmax(1).min(dim=1))),
    ),
    Mistake(
        "all_probabilities",
        "returns the probabilities of all classes",
        _ORDER,
        3,
        _answering(lambda logits: (logits.softmax(1), logits.argmax(1))),
    ),
    Mistake("class_only", "returns the class alone", _ORDER, 3, _answering(lambda logits: logits.argmax(1))),
    Mistake(
        "first_image_only",
        "answers for the first image only",
        "the batch axis: every image wants an answer",
        2,
        _answering(_first_image_only),
    ),
    Mistake(
        "gradients_on",
        "records a graph for gradients that nobody needs",
        "torch.inference_mode() or torch.no_grad()",
        2,
        _answering(_probabilities, gradients=True),
    ),
    Mistake(
        "gradients_left_off",
        "switches gradients off and never on again",
        "set_grad_enabled: `with torch.inference_mode():` undoes itself",
        2,
        _leaves_gradients_off,
    ),
)

EXERCISE = Exercise(
    name="predict",
    hints=HINTS,
    right=_right,
    tests={
        "test_predict": (
            Check("class", _class),
            Check("probability", _probability),
            Check("float32", _float32),
            Check("model untouched", _model_untouched),
            Check("no gradients", _no_gradients),
            Check("gradients back on", _gradients_back_on),
            Check("images untouched", _images_untouched),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
