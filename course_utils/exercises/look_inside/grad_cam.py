"""grad_cam: where in an image the evidence for a class lies (Selvaraju et al. 2016, arXiv:1610.02391)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.tensors import broken, insist_equal, run, show_number
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.look_inside.small_resnet import CLASSES, SmallResNet, tiny_images, tiny_resnet
from course_utils.exercises.resnets.hooked import (
    hooks_left,
    insist_error_comes_through,
    insist_no_hooks_left,
    insist_others_stay,
    insist_weights_stay,
)

HINTS = (
    "Two things are needed of the layer: the maps that it gives on the way forward, and how much the class's logit "
    "changes with each value in them. The first a hook can fetch, the second torch.autograd.grad works out.",
    "Run the model in eval mode on image[None], with a hook that keeps the layer's output *with* its graph. Then "
    "gradient = torch.autograd.grad(logits[0, class_index], maps)[0]. Each channel weighs what its gradient is on "
    "average over height and width; sum the weighted channels, and let ReLU drop what speaks against the class. If "
    "all parameters of the model are frozen, there is a graph only if the image itself requires gradients.",
    "x = image[None].clone().requires_grad_(); weights = gradient.mean(dim=(2, 3), keepdim=True); heat = (weights * "
    "maps).sum(dim=1, keepdim=True).relu(); then functional.interpolate(heat, size=image.shape[1:], "
    'mode="bilinear")[0, 0], without its graph (.detach()), divided by its maximum if that is above 0.',
)

_DEPTH = 40
_AXES = ("height", "width")
_LAYERS = ("layer1", "layer2", "layer2.0.conv1")
_SIZES = ((8, 6), (7, 13), (9, 9))  # wide, tall, square: not a multiple of the maps' size


def _model(seed: int) -> SmallResNet:
    return tiny_resnet(seed, blocks=1)


def _image(seed: int, height: int = 8, width: int = 6) -> Tensor:
    return tiny_images(seed, 1, height, width)[0]


@dataclass(frozen=True)
class _Steps:
    """The steps of Grad-CAM, each of which a known mistake exchanges for another."""

    score: Callable[[Tensor, int], Tensor] = lambda logits, index: logits[0, index]
    weigh: Callable[[Tensor], Tensor] = lambda gradient: gradient.mean((2, 3), keepdim=True)
    combine: Callable[[Tensor, Tensor], Tensor] = lambda weights, maps: (weights * maps).sum(1, keepdim=True)
    cut: Callable[[Tensor], Tensor] = torch.relu
    resize: Callable[[Tensor, torch.Size], Tensor] = lambda heat, size: functional.interpolate(
        heat, size=size, mode="bilinear"
    )
    scale: Callable[[Tensor], Tensor] = lambda heat: heat / heat.max() if heat.max() > 0 else heat
    prepare: Callable[[nn.Module], Any] = nn.Module.eval
    image_learns: bool = True
    remove: Callable[[nn.Module, Any], Any] = lambda model, handle: handle.remove()
    always: bool = True
    gradient: Callable[[Tensor, Tensor], Tensor] = lambda score, maps: torch.autograd.grad(score, maps)[0]
    find: Callable[[nn.Module, str], nn.Module] = nn.Module.get_submodule
    answer: Callable[[Tensor], Any] = field(default=lambda heat: heat[0, 0].detach())

    def __call__(self, model: nn.Module, layer: str, image: Tensor, class_index: int) -> Any:
        seen: list[Tensor] = []
        handle = self.find(model, layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
        done = False
        try:
            self.prepare(model)
            logits = model(image[None].clone().requires_grad_(self.image_learns))
            done = True
        finally:
            if done or self.always:
                self.remove(model, handle)
        maps = seen[0]
        weights = self.weigh(self.gradient(self.score(logits, class_index), maps))
        heat = self.cut(self.combine(weights, maps)).detach()
        return self.answer(self.scale(self.resize(heat, image.shape[1:])))


right_grad_cam = _Steps()


def _ask(candidate: Any, model: nn.Module, layer: str, image: Tensor, class_index: int) -> Tensor:
    doing = f"calling grad_cam(model, {layer!r}, image of shape {tuple(image.shape)}, {class_index})"
    heat = run(candidate, model, layer, image, class_index, doing=doing)
    promise = "it returns one map, a tensor of shape (height, width): the image's own"
    if not isinstance(heat, Tensor):
        raise broken(promise, f"it returned {'nothing' if heat is None else f'a {type(heat).__name__}'}")
    if heat.shape != image.shape[1:]:
        raise broken(promise, f"the image has shape {tuple(image.shape)}, the map {tuple(heat.shape)}")
    return heat


def _insist(candidate: Any, seed: int, layer: str, image: Tensor, class_index: int, *, promise: str) -> None:
    model = _model(seed)
    expected = right_grad_cam(_model(seed), layer, image, class_index)
    got = _ask(candidate, model, layer, image.clone(), class_index)
    given = f"layer {layer!r}, class {class_index}, an image of {image.shape[1]} by {image.shape[2]} pixels"
    insist_equal(got, expected, promise, axes=_AXES, depth=_DEPTH, given=given)


def _shape(candidate: Any, seed: int) -> None:
    for height, width in _SIZES:
        _ask(candidate, _model(seed), "layer2", _image(seed, height, width), 0)


def _value(candidate: Any, seed: int) -> None:
    promise = (
        "the map is the sum of the layer's channels, each weighted by its mean gradient, without what is below 0, "
        "resized, and scaled so that its largest value is 1"
    )
    for layer in _LAYERS:
        _insist(candidate, seed, layer, _image(seed), 1, promise=promise)
    for height, width in _SIZES:
        _insist(candidate, seed, "layer2", _image(seed, height, width), 2, promise=promise)


def _class(candidate: Any, seed: int) -> None:
    for class_index in range(CLASSES):
        promise = "the map is that of the class that was asked for, whether or not it is the most likely one"
        _insist(candidate, seed, "layer1", _image(seed), class_index, promise=promise)


def _range(candidate: Any, seed: int) -> None:
    promise = "values go from 0 to 1"
    for class_index in range(CLASSES):
        heat = _ask(candidate, _model(seed), "layer1", _image(seed), class_index)
        if heat.min() < 0 or heat.max() > 1 + 1e-6:
            low, high = (show_number(limit.item(), 3) for limit in (heat.min(), heat.max()))
            raise broken(promise, f"they go from {low} to {high}")


def _no_evidence(candidate: Any, seed: int) -> None:
    """Take the class's weights so that every channel speaks against it: there is nothing to show."""
    model = _without_evidence(seed)
    heat = _ask(candidate, model, "layer2", _image(seed), 0)
    if not torch.equal(heat, torch.zeros_like(heat)):
        seen = "NaN" if heat.isnan().any() else f"values from {heat.min().item():.3g} to {heat.max().item():.3g}"
        raise broken("where nothing speaks for the class the map is 0 everywhere", f"it has {seen}")


def _without_evidence(seed: int) -> SmallResNet:
    model = _model(seed)
    with torch.no_grad():
        model.fc.weight[0] = -model.fc.weight[0].abs()  # the last layer's maps are 0 or above
    return model


def _frozen(candidate: Any, seed: int) -> None:
    model = _model(seed).requires_grad_(False)
    image = _image(seed)
    expected = right_grad_cam(_model(seed), "layer2", image, 1)
    got = _ask(candidate, model, "layer2", image.clone(), 1)
    insist_equal(
        got,
        expected,
        "it works with a model whose parameters are all frozen, too",
        axes=_AXES,
        depth=_DEPTH,
        given="the model's parameters do not require gradients",
    )


def _values_only(candidate: Any, seed: int) -> None:
    image = _image(seed)
    before = image.clone()
    if _ask(candidate, _model(seed), "layer1", image, 0).requires_grad:
        raise broken("the map is values only: no graph hangs on it", "it requires gradients: see .detach()")
    if image.requires_grad or not torch.equal(image, before):
        raise broken("the image stays as it was", "it requires gradients now" if image.requires_grad else "it changed")


def _call(candidate: Any, model: nn.Module, seed: int) -> Callable[[], Any]:
    return lambda: candidate(model, "layer2", _image(seed), 1)


def _hooks(candidate: Any, seed: int) -> None:
    model = _model(seed)
    insist_no_hooks_left(model, _call(candidate, model, seed))


def _after_an_error(candidate: Any, seed: int) -> None:
    model = _model(seed)
    insist_error_comes_through(model, _call(candidate, model, seed))


def _others_stay(candidate: Any, seed: int) -> None:
    model = _model(seed)
    insist_others_stay(model, _call(candidate, model, seed))


def _model_untouched(candidate: Any, seed: int) -> None:
    model = _model(seed)
    insist_weights_stay(model, _call(candidate, model, seed))


def _probe(candidate: Any) -> Looks:
    def heat(layer: str, class_index: int, *size: int) -> Tensor:
        return candidate(_model(1), layer, _image(1, *size), class_index).detach()

    def left(others: bool) -> list[int]:
        model = _model(1)
        for module in model.modules() if others else ():
            module.register_forward_hook(lambda *_: None)
        candidate(model, "layer2", _image(1), 1)
        return [hooks_left(module) for module in model.modules()]

    def left_after_an_error() -> int:
        model = _model(1)
        try:
            candidate(model, "layer2", _image(1)[:, :0], 1)  # no pixel: the model cannot run
        except Exception:  # noqa: BLE001  (whichever it is, the hooks count)
            return hooks_left(model)
        return -1

    def after() -> list[Any]:
        model = _model(1)
        candidate(model, "layer2", _image(1), 1)
        return [[p.grad is None for p in model.parameters()], *(buffer.clone() for buffer in model.buffers())]

    def image_after() -> bool:
        image = _image(1)
        candidate(_model(1), "layer2", image, 1)
        return image.requires_grad

    looks = {
        f"{layer}, class {index}": lambda layer=layer, index=index: heat(layer, index)
        for layer, index in (("layer1", 0), ("layer1", 1), ("layer1", 2), ("layer1", 3), ("layer2", 1))
    }
    return looks | {
        "tall": lambda: heat("layer2", 2, 7, 13),
        "a layer inside": lambda: heat("layer2.0.conv1", 1),
        "no evidence": lambda: candidate(_without_evidence(1), "layer2", _image(1), 0).detach(),
        "frozen": lambda: candidate(_model(1).requires_grad_(False), "layer2", _image(1), 1).detach(),
        "left": lambda: left(others=False),
        "others": lambda: left(others=True),
        "left after an error": left_after_an_error,
        "model after": after,
        "image after": image_after,
        "graph": lambda: candidate(_model(1), "layer1", _image(1), 0).requires_grad,
    }


# --- the bank -------------------------------------------------------------------------------------------------------


def _clear(model: nn.Module, handle: Any) -> None:
    for module in model.modules():
        module._forward_hooks.clear()


def _backward(score: Tensor, maps: Tensor) -> Tensor:
    """Work out the gradient in the way that also fills .grad of every parameter."""
    maps.retain_grad()
    score.backward()
    return maps.grad


def _min_max(heat: Tensor) -> Tensor:
    heat = heat - heat.min()
    return heat / heat.max() if heat.max() > 0 else heat


def _saliency(model: nn.Module, layer: str, image: Tensor, class_index: int) -> Tensor:
    """Take the gradient of the image itself."""
    x = image[None].clone().requires_grad_()
    gradient = torch.autograd.grad(model.eval()(x)[0, class_index], x)[0]
    heat = gradient[0].abs().amax(0)
    return heat / heat.max()


def _image_learns_for_good(model: nn.Module, layer: str, image: Tensor, class_index: int) -> Tensor:
    return right_grad_cam(model, layer, image.requires_grad_(), class_index).detach()


def _resized(**settings: Any) -> Callable[[Tensor, torch.Size], Tensor]:
    return lambda heat, size: functional.interpolate(heat, size=size, **settings)


def _as_it_is(heat: Tensor, *_: Any) -> Tensor:
    return heat


_WEIGHTS = "the weight of a channel: the mean of its gradient over height and width"
_SCORE = "what you take the gradient of: the logit of class_index"
_CUT = "what happens to values below 0: they speak against the class, and ReLU drops them"
_RESIZE = 'how the map becomes as large as the image: functional.interpolate with mode="bilinear"'
_SCALE = "the last step: divide by the largest value, if there is one above 0"
_TIDY = "what is left on the model: hooks, gradients, its mode"

MISTAKES = (
    Mistake("no_relu", "lets what speaks against the class stay in the map", _CUT, 2, _Steps(cut=_as_it_is)),
    Mistake("absolute", "takes the absolute value, so that for and against look alike", _CUT, 2, _Steps(cut=torch.abs)),
    Mistake(
        "relu_on_weights",
        "drops the channels whose weight is negative before it sums, not the pixels below 0 after it",
        "where ReLU stands: after the sum over the channels",
        2,
        _Steps(weigh=lambda gradient: gradient.mean((2, 3), keepdim=True).relu()),
    ),
    Mistake(
        "unweighted",
        "averages the layer's channels, and asks nothing about the class",
        _WEIGHTS,
        1,
        _Steps(weigh=torch.ones_like),
    ),
    Mistake(
        "gradient_times_map",
        "multiplies the maps with the gradient pixel by pixel, without averaging it first",
        _WEIGHTS,
        2,
        _Steps(weigh=lambda gradient: gradient),
    ),
    Mistake(
        "largest_gradient",
        "weighs each channel by the largest of its gradients",
        _WEIGHTS,
        2,
        _Steps(weigh=lambda gradient: gradient.amax((2, 3), keepdim=True)),
    ),
    Mistake(
        "mean_over_channels",
        "averages the gradient over the channels, which weighs pixels and not channels",
        _WEIGHTS,
        3,
        _Steps(weigh=lambda gradient: gradient.mean(1, keepdim=True)),
    ),
    Mistake(
        "gradient_alone",
        "shows the gradient and leaves the maps out",
        "what is weighted and summed: the layer's maps",
        2,
        _Steps(weigh=lambda gradient: gradient, combine=lambda weights, maps: weights.sum(1, keepdim=True)),
    ),
    Mistake(
        "probability",
        "takes the gradient of the probability, which the other classes' logits change too",
        _SCORE,
        2,
        _Steps(score=lambda logits, index: logits.softmax(1)[0, index]),
    ),
    Mistake(
        "top_class",
        "explains the most likely class, whichever is asked for",
        _SCORE,
        2,
        _Steps(score=lambda logits, index: logits.max()),
    ),
    Mistake(
        "all_classes",
        "takes the gradient of all logits together",
        _SCORE,
        2,
        _Steps(score=lambda logits, index: logits.sum()),
    ),
    Mistake(
        "loss",
        "takes the gradient of the loss, which falls where the evidence grows",
        _SCORE,
        1,
        _Steps(score=lambda logits, index: functional.cross_entropy(logits, torch.tensor([index]))),
    ),
    Mistake("not_resized", "returns the map as small as the layer gives it", _RESIZE, 3, _Steps(resize=_as_it_is)),
    Mistake("nearest", "resizes in steps: every pixel takes its nearest value", _RESIZE, 3, _Steps(resize=_resized())),
    Mistake(
        "align_corners",
        "resizes with align_corners=True, which stretches the map by half a cell",
        _RESIZE,
        3,
        _Steps(resize=_resized(mode="bilinear", align_corners=True)),
    ),
    Mistake(
        "square",
        "makes a square map, as high as the image and as wide as it is high",
        "the size for interpolate: height *and* width of the image",
        3,
        _Steps(resize=lambda heat, size: functional.interpolate(heat, size=(size[0], size[0]), mode="bilinear")),
    ),
    Mistake("not_scaled", "does not scale the map", _SCALE, 3, _Steps(scale=_as_it_is)),
    Mistake(
        "min_max",
        "subtracts the smallest value first: even the spot with the least evidence must mean 0 then, which it need not",
        _SCALE,
        3,
        _Steps(scale=_min_max),
    ),
    Mistake(
        "scaled_to_sum",
        "divides by the sum of all values",
        _SCALE,
        3,
        _Steps(scale=lambda heat: heat / heat.sum() if heat.sum() > 0 else heat),
    ),
    Mistake(
        "divides_by_zero",
        "divides by the largest value also when that is 0",
        _SCALE,
        3,
        _Steps(scale=lambda heat: heat / heat.max()),
    ),
    Mistake(
        "training_mode",
        "leaves the model in training mode: batch norm uses the statistics of this one image",
        "model.eval(), before the model runs",
        2,
        _Steps(prepare=lambda model: model),
    ),
    Mistake(
        "frozen_fails",
        "needs parameters that require gradients: with a frozen model there is no graph",
        "the image: if it requires gradients itself (a clone of it), there is always a graph",
        2,
        _Steps(image_learns=False),
    ),
    Mistake(
        "gradients_left",
        "leaves gradients in the .grad of the model's parameters",
        "how the gradient is worked out: torch.autograd.grad(score, maps) touches nothing else",
        1,
        _Steps(gradient=_backward),
    ),
    Mistake("hook_left", "leaves its hook on the model", _TIDY, 2, _Steps(remove=lambda model, handle: None)),
    Mistake(
        "not_after_error",
        "leaves its hook on the model when an error ends the call",
        "where the removal stands: in a `finally`",
        2,
        _Steps(always=False),
    ),
    Mistake("clears_all", "takes off all hooks, other people's too", _TIDY, 2, _Steps(remove=_clear)),
    Mistake(
        "image_learns",
        "makes the caller's own image require gradients, for good",
        "what requires_grad_() is called on: a clone",
        3,
        _image_learns_for_good,
    ),
    Mistake(
        "saliency",
        "shows the gradient of the image's pixels, and never looks at the layer",
        "which tensor you take the gradient for: the layer's output",
        1,
        _saliency,
    ),
    Mistake(
        "with_channels",
        "keeps the axes of batch and channel in the map",
        "the shape that is asked for: (height, width)",
        3,
        _Steps(answer=lambda heat: heat.detach()),
    ),
)

EXERCISE = Exercise(
    name="grad_cam",
    hints=HINTS,
    right=right_grad_cam,
    tests={
        "test_grad_cam": (
            Check("shape", _shape),
            Check("value", _value),
            Check("class", _class),
            Check("range", _range),
            Check("no evidence", _no_evidence),
            Check("frozen model", _frozen),
            Check("values only", _values_only),
            Check("hooks removed", _hooks),
            Check("removed after an error", _after_an_error),
            Check("others stay", _others_stay),
            Check("model untouched", _model_untouched),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
