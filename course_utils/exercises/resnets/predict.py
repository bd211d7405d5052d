"""predict: a small classifier with batch norm and dropout shows whether it is asked in the right mode."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look, Observe
from course_utils.checking.observation import Remark
from course_utils.checking.tensors import came_back, describe, run
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise, Variant
from course_utils.exercises.hooked_looks import LEFT_IN_TRAINING, leaves_training, mode_afterwards, model_untouched
from course_utils.exercises.observers import each_row, kind, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "Three things before the numbers: which mode should the model be in, do you need gradients, and what turns "
    "logits into probabilities?",
    "Call `model.eval()`, work under `torch.inference_mode()` (or `torch.no_grad()`), take the softmax over the "
    "classes, and the maximum of that.",
    "This gives both at once, the largest probability and its class, in this order:\n"
    "```python\n"
    "logits.softmax(dim=1).max(dim=1)\n"
    "```",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_Batch = tuple[int, bool, int]  # images; whether the model comes in training mode; turn
_CLASSES = 6
_BATCHES = ((5, True, 0), (1, True, 3), (9, False, 0))
# With every turn another class is the most likely one of an image: the first and the last as well.
_TURNS = tuple((5, True, turn) for turn in range(1, _CLASSES))


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


def _ask(candidate: Any, model: nn.Module, images: Tensor) -> Any:
    return run(candidate, model, images, doing=f"asking it for {describe(images.shape)} images")


def _form(thing: Any) -> str:
    """Say what a part of the answer is, in few words."""
    if isinstance(thing, Tensor):
        return f"{'fractions' if thing.is_floating_point() else 'whole numbers'} of shape {tuple(thing.shape)}"
    return kind(thing)


def _ill_formed(result: Any, images: int) -> Remark | None:
    """Say what keeps it from being a probability and a class for each image."""
    if not isinstance(result, tuple | list):
        return Remark(_form(result), f"it returned {came_back(result)}")
    fact = ", ".join(map(_form, result))
    if len(result) != 2 or not all(isinstance(part, Tensor) for part in result):
        kinds = ", ".join(type(part).__name__ for part in result)
        return Remark(fact, f"it returned a {type(result).__name__} of {kinds or 'nothing'}")
    for name, part in zip(("probability", "class"), result, strict=True):
        if tuple(part.shape) != (images,):
            return Remark(fact, f"the {name} has shape {tuple(part.shape)}")
    probability, class_ = result
    if not class_.is_floating_point():
        return None
    if not probability.is_floating_point():
        return Remark(fact, "it returned the class first")
    return Remark(fact, f"the class is a whole number: its dtype is {class_.dtype}")


def _part(result: Any, which: int) -> Any:
    """Take the probability (0) or the class (1) out of what was returned; any whole numbers will do for the class."""
    if not isinstance(result, tuple | list):
        return _form(result)
    if len(result) <= which:
        return "nothing"
    part = result[which]
    return part.long() if which and isinstance(part, Tensor) and not part.is_floating_point() else part


def _given(images: int, training: bool, turn: int) -> str:
    many = f"{images} image{'s' if images > 1 else ''}"
    given = f"{many}, the model comes in {'training' if training else 'eval'} mode"
    return f"{given}, its classes are numbered from {turn} on" if turn else given


def _asked(see: Callable[[Any, int], Any], batches: Sequence[_Batch], dtype: torch.dtype = torch.float64) -> Observe:
    """Ask for each batch, and look at the answer: see(result, images)."""

    def one(candidate: Any, seed: int, batch: _Batch) -> Any:
        images, training, turn = batch
        model = _model(seed, dtype, turn).train(training)
        return see(_ask(candidate, model, _images(seed, images, dtype)), images)

    return each_row(one, {_given(*batch): batch for batch in batches})


def _probability(result: Any, images: int) -> Any:
    return _part(result, 0)


def _class(result: Any, images: int) -> Any:
    return _part(result, 1)


def _call(candidate: Any, model: nn.Module, seed: int) -> None:
    _ask(candidate, model, _images(seed, 4))


class _GradientWatch(nn.Module):
    """Note whether torch records a graph while the model runs."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model, self.recording = model, []

    def forward(self, x: Tensor) -> Tensor:
        self.recording.append(torch.is_grad_enabled() and not torch.is_inference_mode_enabled())
        return self.model(x)


def _graph(candidate: Any, seed: int) -> Remark | None:
    watch = _GradientWatch(_model(seed))
    result = _ask(candidate, watch, _images(seed, 2))
    parts = result if isinstance(result, tuple | list) else [result]
    if not any(watch.recording) and not any(isinstance(part, Tensor) and part.requires_grad for part in parts):
        return None
    see = "see torch.inference_mode and torch.no_grad"
    return Remark("recording", f"torch was recording a graph while the model ran: {see}")


def _gradients_off(candidate: Any, seed: int) -> Remark | None:
    _ask(candidate, _model(seed), _images(seed, 2))
    told = "they are off: set_grad_enabled(False) is not undone; use `with`"
    return None if torch.is_grad_enabled() else Remark("off", told)


def _images_afterwards(candidate: Any, seed: int) -> Tensor:
    images = _images(seed, 3)
    _ask(candidate, _model(seed), images)
    return images


# What this one and `mode_afterwards` find is noted, and not wrong: no text says how large logits are, or in which mode
# the model is left.


def _large_logits(candidate: Any, seed: int) -> Remark | None:
    model = _model(seed).eval()
    for parameter in model[-1].parameters():
        parameter.data *= 10_000
    probability = _part(_ask(candidate, model, _images(seed, 5)), 0)
    lost = isinstance(probability, Tensor) and probability.is_floating_point() and not probability.isfinite().all()
    return Remark("not finite", "its probabilities have become NaN") if lost else None


_TWO = "it returns two tensors: the probability and the class of the top class of each image"
_TOP = "the class is the most likely one"
_SOFTMAX_OF = "the probability is the softmax of the logits, at the top class"
_UNTOUCHED = "asking changes nothing in the model: in eval mode the running statistics stay"
_NO_GRAPH = "it works without gradients: no graph is recorded, which saves memory and time"
_EACH_IMAGE: dict[str, Any] = {"axes": ("batch",), "depth": 10}

LOOKS = (
    Look("two tensors", _TWO, _asked(_ill_formed, _BATCHES)),
    Look("class", _TOP, _asked(_class, _BATCHES + _TURNS), labels="classes", **_EACH_IMAGE),
    Look("probability", _SOFTMAX_OF, _asked(_probability, _BATCHES), **_EACH_IMAGE),
    Look("float32", _SOFTMAX_OF, _asked(_probability, _BATCHES, torch.float32), **_EACH_IMAGE),
    model_untouched(_model, _call, promise=_UNTOUCHED),
    Look("no gradients", _NO_GRAPH, one_row(_graph)),
    Look("gradients back on", "afterwards gradients are on again", one_row(_gradients_off)),
    Look("images untouched", "the images stay as they were", one_row(_images_afterwards)),
    Look("large logits", "the probability of large logits is a number", one_row(_large_logits), structural=True),
    mode_afterwards(_model, _call),
)


# --- the bank -------------------------------------------------------------------------------------------------------


def _top(scores: Tensor, axis: int = 1) -> tuple[Tensor, Tensor]:
    found = scores.max(dim=axis)
    return found.values, found.indices


def _answering(
    scores: Callable[[Tensor], Tensor] = lambda logits: logits.softmax(1),
    answer: Callable[[Tensor], Any] = _top,
    prepare: Callable[[nn.Module], Any] = nn.Module.eval,
    gradients: bool = False,
) -> Callable[[nn.Module, Tensor], Any]:
    """Make a predict: what becomes of the logits, what is answered of that, how the model runs."""

    def predict(model: nn.Module, images: Tensor) -> Any:
        prepare(model)
        with torch.set_grad_enabled(gradients):
            return answer(scores(model(images)))

    return predict


BANK = Bank()
WAYS = Ways(BANK, _answering)
_SOFTMAX = WAYS.at("what the logits go through: softmax over the classes, dim=1")
_ORDER = WAYS.at("what is returned, and in which order")
_MODE = WAYS.at("model.eval(), before the model runs")
_AXIS = WAYS.at("the axis of the maximum")


@BANK.mistake(
    "switches gradients off and never on again", "set_grad_enabled: `with torch.inference_mode():` undoes itself", 2
)
def _gradients_left_off(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    torch.set_grad_enabled(False)
    return _top(model.eval()(images).softmax(1))


WAYS.at("the batch axis: every image wants an answer").add(
    "first_image_only",
    "answers for the first image only",
    2,
    {"scores": lambda logits: logits[:1].softmax(1)},
    {"scores": lambda logits: logits[0].softmax(0), "answer": lambda scores: _top(scores, 0)},
)
_MODE.add(
    "no_eval",
    "leaves the model in training mode: dropout is on, and batch norm uses (and changes) the batch's statistics",
    1,
    prepare=lambda model: model,
)
_MODE.add("training_mode", "puts the model into training mode", 1, prepare=nn.Module.train)
_SOFTMAX.add(
    "softmax_over_batch",
    "takes the softmax over the batch: it is the images that then add up to 1",
    3,
    scores=lambda logits: logits.softmax(0),
)
_SOFTMAX.add("logits", "returns the logit of the top class, not its probability", 2, scores=lambda logits: logits)
_SOFTMAX.add(
    "sigmoid", "uses the sigmoid, so that the classes' probabilities do not add up to 1", 2, scores=torch.sigmoid
)
_SOFTMAX.add("log_softmax", "returns the logarithm of the probability", 2, scores=lambda logits: logits.log_softmax(1))
_SOFTMAX.add("softmax_twice", "takes the softmax twice", 2, scores=lambda logits: logits.softmax(1).softmax(1))
_ORDER.add("swapped", "returns the class first", 3, answer=lambda scores: _top(scores)[::-1])
_AXIS.add(
    "maximum_over_batch",
    "looks for the best image of each class, not for the best class of each image",
    3,
    answer=lambda scores: _top(scores, 0),
)
_AXIS.add(
    "whole_batch", "looks for one maximum in the whole batch", 3, answer=lambda scores: (scores.max(), scores.argmax())
)
WAYS.at("max or min: the top class has the largest probability").add(
    "minimum", "returns the least likely class", 3, answer=lambda scores: tuple(scores.min(dim=1))
)
_ORDER.add(
    "all_probabilities", "returns the probabilities of all classes", 3, answer=lambda scores: (scores, scores.argmax(1))
)
_ORDER.add(
    "pair_of_max",
    "returns all that max(dim=1) gives where one tensor belongs: that's a pair, the values and the indices",
    3,
    {"answer": lambda scores: (scores.argmax(1), scores.max(1))},
    {"answer": lambda scores: (scores.max(1), scores.argmax(1))},
)
_ORDER.add("class_only", "returns the class alone", 3, answer=lambda scores: scores.argmax(1))
WAYS.at("torch.inference_mode() or torch.no_grad()").add(
    "gradients_on", "records a graph for gradients that nobody needs", 2, gradients=True
)


VARIANTS = (
    Variant(
        _answering(scores=lambda logits: logits.exp() / logits.exp().sum(1, keepdim=True)),
        "exp of a large logit is infinite, above 88 in float32, and infinity divided by infinity is NaN: softmax "
        "subtracts the largest logit first",
    ),
    Variant(leaves_training(_answering()), LEFT_IN_TRAINING),
)

EXERCISE = Exercise(
    name="predict",
    hints=HINTS,
    right=_answering(),
    tests={"test_predict": LOOKS},
    mistakes=BANK.all,
    variants=VARIANTS,
)
