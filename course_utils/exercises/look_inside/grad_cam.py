"""grad_cam: where in an image the evidence for a class lies (Selvaraju et al. 2016, arXiv:1610.02391)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.shared import shared
from course_utils.checking.tensors import broken, came_back, describe, run, show_number
from course_utils.checking.values import Step
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise, Variant
from course_utils.exercises.hook_mistakes import IN_FINALLY, REMOVE, add_clearing, remove_none, tidied
from course_utils.exercises.hooked_looks import (
    LEFT_IN_TRAINING,
    hooks_tidied,
    leaves_training,
    mode_afterwards,
    model_untouched,
)
from course_utils.exercises.look_inside.small_resnet import CLASSES, SmallResNet, tiny_images, tiny_resnet, twin_of
from course_utils.exercises.observers import one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "You need two things from the layer: the maps that it gives on the way forward, and how much the class's "
    "logit changes with each value in them. A hook can fetch the first, and `torch.autograd.grad` works out the "
    "second.",
    "Run the model in eval mode on `image[None]`, with a hook that keeps the layer's output *with* its graph. "
    "Then `torch.autograd.grad(logits[0, class_index], maps)[0]` is the gradient. Each channel weighs what its "
    "gradient is on average over height and width; sum the weighted channels, and let ReLU drop what speaks "
    "against the class. If all parameters of the model are frozen, there's a graph only if the image itself "
    "requires gradients.",
    "The model gets `image[None].clone().requires_grad_()`. With the maps and their gradient:\n"
    "```python\n"
    "weights = gradient.mean(dim=(2, 3), keepdim=True)\n"
    "heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()\n"
    'heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]\n'
    "```\n"
    "Finally, divide by the maximum if that's above 0.",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_MAP = {"axes": ("height", "width"), "depth": 50}
_NEARLY_1 = 0.999  # the largest value may be made safe by adding a small number before it divides
_SIZES = ((8, 6), (7, 13), (9, 9))  # wide, tall, square: not a multiple of the maps' size


@dataclass(frozen=True)
class _Case:
    """What a map is asked for."""

    layer: str
    class_index: int
    size: tuple[int, int] = (8, 6)

    @property
    def given(self) -> str:
        height, width = self.size
        return f"layer {self.layer!r}, class {self.class_index}, an image of {height} by {width} pixels"

    def image(self, seed: int) -> Tensor:
        return tiny_images(seed, 1, *self.size)[0]

    def ask(self, candidate: Any, model: nn.Module, image: Tensor) -> Tensor:
        doing = f"calling grad_cam(model, {self.layer!r}, image of shape {tuple(image.shape)}, {self.class_index})"
        heat = run(candidate, model, self.layer, image, self.class_index, doing=doing)
        if isinstance(heat, Tensor):
            return heat
        raise broken("it returns one map, a tensor of shape (height, width)", f"it returned {came_back(heat)}")


_BY_SIZE = tuple(_Case("layer2", 2, size) for size in _SIZES)
_BY_CLASS = tuple(_Case("layer1", class_index) for class_index in range(CLASSES))
_BY_LAYER = (_BY_CLASS[2], _Case("layer2.0.conv1", 2))
_PLAIN = _BY_SIZE[0]


_make = partial(tiny_resnet, blocks=1)


def _model(seed: int) -> SmallResNet:
    """Copy a model that nobody has touched: that is quicker than to make one."""
    return twin_of(shared(_make, seed))


def _frozen_model(seed: int) -> SmallResNet:
    return _model(seed).requires_grad_(False)


def _without_evidence(seed: int) -> SmallResNet:
    """Give class 0 such weights that every channel speaks against it."""
    model = _model(seed)
    with torch.no_grad():
        model.fc.weight[0] = -model.fc.weight[0].abs()  # the last layer's maps are 0 or above
    return model


def _heat(candidate: Any, case: _Case, seed: int, make: Callable[[int], nn.Module] = _model) -> Tensor:
    return case.ask(candidate, make(seed), case.image(seed))


def _is_map(heat: Tensor) -> bool:
    """Say whether it has values to look at; what is no map is another look's matter."""
    plain = heat.is_floating_point() and heat.layout is torch.strided and heat.device.type == "cpu"
    return plain and heat.numel() > 0


def _scaled_to_1(heat: Tensor) -> Tensor:
    """Give a map whose largest value is nearly 1 as if it were 1."""
    heat = heat.detach()
    return heat / heat.max() if _is_map(heat) and _NEARLY_1 < heat.max() < 1 else heat


def _each(
    name: str, promise: str, cases: tuple[_Case, ...], seen: Callable[[Tensor], Any] = _scaled_to_1, **settings: Any
) -> Look:
    """Look at the maps of some cases, or at something of them."""

    def observe(candidate: Any, seed: int) -> dict[str, Any]:
        return {case.given: lambda case=case: seen(shared(_heat, candidate, case, seed)) for case in cases}

    return Look(name, promise, observe, **settings)


def _shape(heat: Tensor) -> str:
    return f"shape {describe(heat.shape, _MAP['axes'])}"


def _outside(heat: Tensor) -> Remark | None:
    """Tell of values that no map has."""
    if not _is_map(heat):
        return None
    low, high = (limit.item() for limit in heat.detach().aminmax())
    told = f"they go from {show_number(low, 3)} to {show_number(high, 3)}"
    return Remark("outside", told) if low < 0 or high > 1 + 1e-6 else None


def _learns(heat: Tensor) -> Remark | None:
    return Remark("graph", "it requires gradients: see .detach()") if heat.requires_grad else None


def _image_after(candidate: Any, seed: int) -> Remark | None:
    image, before = _PLAIN.image(seed), _PLAIN.image(seed)
    _PLAIN.ask(candidate, _model(seed), image)
    if image.requires_grad:
        return Remark("learns", "it requires gradients now")
    return None if torch.equal(image, before) else Remark("changed", "it changed")


def _call(candidate: Any, model: nn.Module, seed: int) -> None:
    _PLAIN.ask(candidate, model, _PLAIN.image(seed))


def _of(case: _Case, make: Callable[[int], nn.Module]) -> Callable[[Any, int], Tensor]:
    return lambda candidate, seed: _scaled_to_1(_heat(candidate, case, seed, make))


_SHAPE = "it returns one map, a tensor of shape (height, width): the image's own"
_VALUE = (
    "the map is the sum of the layer's channels, each weighted by its mean gradient, without what is below 0, "
    "resized, and scaled so that its largest value is 1"
)
_CLASS = "the map is that of the class that was asked for, whether or not it is the most likely one"
_NONE = "where nothing speaks for the class the map is 0 everywhere"
_AGAINST = one_row(_of(_Case("layer2", 0), _without_evidence), "every channel speaks against class 0")
_FROZEN = "it works with a model whose parameters are all frozen, too, and leaves them frozen"


def _fixed(candidate: Any, seed: int) -> dict[str, Any]:
    def thawed() -> Remark | None:
        model = _frozen_model(seed)
        _call(candidate, model, seed)
        learns = next((name for name, one in model.named_parameters() if one.requires_grad), None)
        return learns and Remark("thawed", f"{learns} requires gradients now: the model is not frozen any more")

    seen = one_row(_of(_PLAIN, _frozen_model), "the model's parameters do not require gradients")
    return seen(candidate, seed) | {"the model's parameters afterwards": thawed}


LOOKS = (
    _each("shape", _SHAPE, _BY_SIZE, _shape),
    _each("value", _VALUE, _BY_LAYER + _BY_SIZE, **_MAP),
    _each("the class asked for", _CLASS, _BY_CLASS, **_MAP),
    _each("range", "values go from 0 to 1", _BY_CLASS, _outside),
    Look("nothing for the class", _NONE, _AGAINST, **_MAP),
    Look("frozen model", _FROZEN, _fixed, **_MAP),
    _each("values only", "the map is values only: no graph hangs on it", _BY_CLASS[:1], _learns),
    Look("image untouched", "the image stays as it was", one_row(_image_after)),
    *hooks_tidied(_model, _call),
    model_untouched(_model, _call),
    mode_afterwards(_model, _call),
)


# --- the bank -------------------------------------------------------------------------------------------------------


def _resize(heat: Tensor, size: Sequence[int], mode: str = "bilinear", **settings: Any) -> Tensor:
    return functional.interpolate(heat, size=size, mode=mode, **settings)


def _steps(
    *,
    score: Callable[[Tensor, int], Tensor] = lambda logits, index: logits[0, index],
    weigh: Callable[[Tensor], Tensor] = lambda gradient: gradient.mean((2, 3), keepdim=True),
    combine: Callable[[Tensor, Tensor], Tensor] = torch.mul,
    cut: Callable[[Tensor], Tensor] = torch.relu,
    resize: Callable[..., Tensor] = _resize,
    scale: Callable[[Tensor], Tensor] = lambda heat: heat / heat.max() if heat.max() > 0 else heat,
    prepare: Callable[[nn.Module], Any] = nn.Module.eval,
    given: Callable[[Tensor], Tensor] = lambda image: image.clone().requires_grad_(),
    gradient: Callable[[Tensor, Tensor], Tensor] = lambda score, maps: torch.autograd.grad(score, maps)[0],
    answer: Callable[[Tensor], Any] = lambda heat: heat[0, 0],
    of: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = lambda before, after: (after, after),
    early: bool = False,
    **tidying: Any,
) -> Callable[[nn.Module, str, Tensor, int], Any]:
    """Make a grad_cam of its steps, each of which a known mistake exchanges for another.

    of: the tensors, of what the layer gets and gives, that the gradient is taken for, and that is weighted.
    early: scales before it resizes.
    """

    def grad_cam(model: nn.Module, layer: str, image: Tensor, class_index: int) -> Any:
        seen: list[Tensor] = []

        def keep(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
            seen.extend((inputs[0], output))
            return output.clone()  # the model goes on with a copy: an in-place ReLU behind the layer changes that alone

        handle = model.get_submodule(layer).register_forward_hook(keep)
        with tidied(model, [handle], **tidying):
            prepare(model)
            logits = model(given(image)[None])
        source, maps = of(*seen)
        weights = weigh(gradient(score(logits, class_index), source))
        heat = cut(combine(weights, maps).sum(1, keepdim=True)).detach()
        steps = (scale, partial(resize, size=image.shape[1:]))
        for step in steps if early else steps[::-1]:
            heat = step(heat)
        return answer(heat)

    return grad_cam


BANK = Bank()
WAYS = Ways(BANK, _steps)
_WEIGHTS = WAYS.at("the weight of a channel: the mean of its gradient over height and width")
_SCORE = WAYS.at("what you take the gradient of: the logit of class_index")
_CUT = WAYS.at("what happens to values below 0: they speak against the class, and ReLU drops them")
_RESIZE = WAYS.at('how the map becomes as large as the image: functional.interpolate with mode="bilinear"')
_SCALE = WAYS.at("the last step: divide by the largest value, if there is one above 0")
_TIDY = WAYS.at(REMOVE)


def _backward(score: Tensor, maps: Tensor) -> Tensor:
    """Work out the gradient in the way that also fills .grad of every parameter."""
    maps.retain_grad()
    score.backward()
    return maps.grad


def _min_max(heat: Tensor) -> Tensor:
    heat = heat - heat.min()
    return heat / heat.max() if heat.max() > 0 else heat


@BANK.mistake(
    "shows the gradient of the image's pixels, and never looks at the layer",
    "what becomes the heat: the layer's maps, which a hook keeps, each channel times the mean of its gradient",
    1,
)
def _saliency(model: nn.Module, layer: str, image: Tensor, class_index: int) -> Tensor:
    """Take the gradient of the image itself."""
    x = image[None].clone().requires_grad_()
    gradient = torch.autograd.grad(model.eval()(x)[0, class_index], x)[0]
    heat = gradient[0].abs().amax(0)
    return heat / heat.max()


def _as_it_is(thing: Any, *_: Any, **__: Any) -> Any:
    return thing


WAYS.at("what requires_grad_() is called on: a clone").add(
    "image_learns", "makes the caller's own image require gradients, for good", 3, given=Tensor.requires_grad_
)
_CUT.add("no_relu", "lets what speaks against the class stay in the map", 2, cut=_as_it_is)
_CUT.add("absolute", "takes the absolute value, so that for and against look alike", 2, cut=torch.abs)
WAYS.at("where ReLU stands: after the sum over the channels").add(
    "relu_on_weights",
    "drops the channels whose weight is negative before it sums, not the pixels below 0 after it",
    2,
    *(
        {"weigh": lambda gradient: gradient.mean((2, 3), keepdim=True).relu(), "cut": cut}
        for cut in (_as_it_is, torch.relu)
    ),
)
WAYS.at("where ReLU stands: after the sum over the channels").add(
    "relu_before_sum",
    "drops what is below 0 in each weighted channel before it sums, so that nothing is ever subtracted",
    2,
    combine=lambda weights, maps: (weights * maps).relu(),
)
_WEIGHTS.add(
    "absolute_weights",
    "weighs each channel by the size of its gradient alone: one that speaks against the class counts for it",
    2,
    {"weigh": lambda gradient: gradient.mean((2, 3), keepdim=True).abs()},
    {"weigh": lambda gradient: gradient.abs().mean((2, 3), keepdim=True)},
)
_WEIGHTS.add("unweighted", "averages the layer's channels, and asks nothing about the class", 1, weigh=torch.ones_like)
_WEIGHTS.add(
    "gradient_times_map",
    "multiplies the maps with the gradient pixel by pixel, without averaging it first",
    2,
    weigh=_as_it_is,
)
_WEIGHTS.add(
    "largest_gradient",
    "weighs each channel by the largest of its gradients",
    2,
    weigh=lambda gradient: gradient.amax((2, 3), keepdim=True),
)
_WEIGHTS.add(
    "mean_over_channels",
    "averages the gradient over the channels, which weighs pixels and not channels",
    3,
    weigh=lambda gradient: gradient.mean(1, keepdim=True),
)
WAYS.at("the order of the axes: (batch, channels, height, width); the mean is over the last two").add(
    "channels_last",
    "averages the gradient as if its channels were the last axis, which weighs columns and not channels",
    3,
    {"weigh": lambda gradient: gradient.mean((0, 1, 2))},
    {"weigh": lambda gradient: gradient.mean((1, 3), keepdim=True)},
)
_WEIGHTS.add(
    "one_weight",
    "averages the gradient over the channels, too: one weight for all of them",
    2,
    weigh=lambda gradient: gradient.mean(),
)
WAYS.at("what the hook keeps and the gradient is taken for: the layer's output").add(
    "gradient_of_input",
    "weighs the layer's maps by the gradient of what goes into the layer",
    2,
    of=lambda before, after: (before, after),
)
WAYS.at("what the hook keeps: its third argument, the layer's output").add(
    "layer_input",
    "looks at what goes into the layer, not at what comes out",
    1,
    of=lambda before, after: (before, before),
)
WAYS.at("what is weighted and summed: the layer's maps").add(
    "gradient_alone", "shows the gradient and leaves the maps out", 2, weigh=_as_it_is, combine=_as_it_is
)
_SCORE.add(
    "probability",
    "takes the gradient of the probability, which the other classes' logits change too",
    2,
    score=lambda logits, index: logits.softmax(1)[0, index],
)
_SCORE.add(
    "top_class", "explains the most likely class, whichever is asked for", 2, score=lambda logits, index: logits.max()
)
_SCORE.add("all_classes", "takes the gradient of all logits together", 2, score=lambda logits, index: logits.sum())
_SCORE.add(
    "loss",
    "takes the gradient of the loss, which falls where the evidence grows",
    1,
    score=lambda logits, index: functional.cross_entropy(logits, torch.tensor([index])),
)
_RESIZE.add("not_resized", "returns the map as small as the layer gives it", 3, resize=_as_it_is)
_RESIZE.add(
    "nearest", "resizes in steps: every pixel takes its nearest value", 3, resize=partial(_resize, mode="nearest")
)
_RESIZE.add(
    "align_corners",
    "resizes with align_corners=True, which stretches the map by half a cell",
    3,
    resize=partial(_resize, align_corners=True),
)
WAYS.at("the size for interpolate: height *and* width of the image").add(
    "square",
    "makes a square map, as high as the image and as wide as it is high",
    3,
    resize=lambda heat, size: _resize(heat, (size[0], size[0])),
)
WAYS.at("the order of the last two steps: resize, then divide by the largest value").add(
    "scaled_first",
    "divides by the largest value before it resizes, which pulls the peak down: the map need not reach 1",
    3,
    early=True,
)
_SCALE.add("not_scaled", "does not scale the map", 3, scale=_as_it_is)
_SCALE.add(
    "min_max",
    "subtracts the smallest value first: even the spot with the least evidence must mean 0 then, which it need not",
    3,
    scale=_min_max,
)
_SCALE.add(
    "scaled_to_sum",
    "divides by the sum of all values",
    3,
    scale=lambda heat: heat / heat.sum() if heat.sum() > 0 else heat,
)
_SCALE.add(
    "divides_by_zero", "divides by the largest value also when that is 0", 3, scale=lambda heat: heat / heat.max()
)
WAYS.at("model.eval(), before the model runs").add(
    "training_mode",
    "leaves the model in training mode: batch norm uses the statistics of this one image",
    2,
    prepare=_as_it_is,
)
WAYS.at("the image: if it requires gradients itself (a clone of it), there is always a graph").add(
    "frozen_fails", "needs parameters that require gradients: with a frozen model there is no graph", 2, given=_as_it_is
)
WAYS.at("requires_grad of the parameters: a graph is there if a copy of the image requires gradients").add(
    "thaws",
    "makes all parameters require gradients, so that a frozen model is frozen no more",
    2,
    given=_as_it_is,
    prepare=lambda model: model.eval().requires_grad_(True),
)
WAYS.at("how the gradient is worked out: torch.autograd.grad(score, maps) touches nothing else").add(
    "gradients_left", "leaves gradients in the .grad of the model's parameters", 1, gradient=_backward
)
WAYS.at("the shape that is asked for: (height, width)").add(
    "with_channels", "keeps the axes of batch and channel in the map", 3, answer=_as_it_is
)
_TIDY.add("hook_left", "leaves its hook on the model", 2, remove=remove_none)
WAYS.at(IN_FINALLY).add(
    "not_after_error", "leaves its hook on the model when an error ends the call", 2, after_errors=()
)
add_clearing(_TIDY, 2)

STEPS = (
    Step(
        "the map",
        "the layer's maps, weighted by their mean gradients, added up, resized and scaled",
        ("shape", "value", "the class asked for", "range"),
        hint=2,
    ),
    Step("nothing for the class", "a map of zeros stays a map of zeros", ("nothing for the class",), hint=3),
    Step("frozen model", "it works where no parameter requires gradients", ("frozen model",), hint=2),
    Step(
        "nothing left behind",
        "no hook, no graph, no gradient: model and image are as they were",
        tuple(look.name for look in LOOKS[6:] if not look.structural),
        hint=3,
    ),
)

EXERCISE = Exercise(
    name="grad_cam",
    hints=HINTS,
    right=_steps(),
    tests={"test_grad_cam": LOOKS},
    mistakes=BANK.all,
    variants=(Variant(leaves_training(_steps()), LEFT_IN_TRAINING),),
    steps=STEPS,
)
