"""NewHead: a frozen copy of a network with a new last layer."""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look, Observe
from course_utils.checking.observation import Named, Remark
from course_utils.checking.shortcuts import insist_module_class
from course_utils.checking.student import asking
from course_utils.checking.tensors import agree, broken, describe, run_on
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.hooked_looks import changed, state_of
from course_utils.exercises.look_inside.small_resnet import CLASSES, FEATURES, SmallResNet, tiny_images, tiny_resnet
from course_utils.exercises.networks import insist_built
from course_utils.exercises.observers import each_row, kind, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "Three things: what should an optimiser be allowed to change, what happens to `model` when you change your "
    "copy of it, and what does a batch norm do in training mode, whether or not its parameters are frozen?",
    "In `__init__`: `copy.deepcopy(model)`, `requires_grad_(False)` for all of the copy, `nn.Identity()` in the "
    "place of its `fc`, and a new `nn.Linear`. Then override `train(mode)`: it calls `super().train(mode)`, and "
    "after that puts the frozen part into eval mode again.",
    "`forward` returns `self.head(self.backbone(x))`. In `__init__`:\n"
    "```python\n"
    "self.backbone = copy.deepcopy(model).requires_grad_(False)\n"
    "self.backbone.fc = nn.Identity()\n"
    "self.head = nn.Linear(model.fc.in_features, n_classes)\n"
    "self.train()\n"
    "```\n"
    "And in `train`:\n"
    "```python\n"
    "super().train(mode)\n"
    "self.backbone.eval()\n"
    "return self\n"
    "```",
)


class RightNewHead(nn.Module):
    """A frozen copy in eval mode, and a new linear layer."""

    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        features = model.fc.in_features
        self.backbone = self.headless(model).requires_grad_(False)
        self.head = nn.Linear(features, n_classes)
        self.train()

    def headless(self, model: nn.Module) -> nn.Module:
        """Take the last layer off a copy."""
        backbone = copy.deepcopy(model)
        backbone.fc = nn.Identity()
        return backbone

    def train(self, mode: bool = True) -> nn.Module:
        """Switch everything but the backbone, which stays in eval mode."""
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Give the new logits."""
        return self.head(self.backbone(x))


# --- the looks ------------------------------------------------------------------------------------------------------


def _model(seed: int) -> SmallResNet:
    return tiny_resnet(seed, blocks=1, widths=(FEATURES,))  # one block is enough, and quick to copy


def _built(candidate: Any, model: nn.Module, n_classes: int = 3) -> nn.Module:
    with asking(f"building NewHead(model, {n_classes})"):
        net = candidate(model, n_classes)
    if not isinstance(net, nn.Module):
        raise broken("the class makes an nn.Module", f"it made {kind(net)}")
    insist_built(net, candidate)
    return net


def _net(candidate: Any, seed: int, mode: str = "", n_classes: int = 3) -> nn.Module:
    """Build one, give its head weights that hide nothing, and switch its mode by calling `mode`, if any."""
    net = _built(candidate, _model(seed), n_classes).double()
    draws = Draws(seed)
    with torch.no_grad():
        for _, tensor in _head(net, n_classes):
            tensor.copy_(draws.normal(*tensor.shape))
    if mode:
        _switch(net, mode)
    return net


def _switch(net: nn.Module, mode: str) -> Any:
    with asking(f"calling {mode}() on it"):
        return getattr(net, mode)()


def _head(net: nn.Module, n_classes: int = 3) -> list[tuple[str, nn.Parameter]]:
    """Find the head's tensors by their shapes, the weight first; in the rest of the model none has 3 rows, or 1."""
    found = [(name, one) for name, one in net.named_parameters() if one.ndim < 3 and len(one) == n_classes]
    return sorted(found, key=lambda pair: -pair[1].ndim)


def _what_learns(candidate: Any, seed: int, n_classes: int) -> Remark:
    net = _built(candidate, _model(seed), n_classes)
    shapes = {name: tuple(one.shape) for name, one in net.named_parameters() if one.requires_grad}
    told = [f"{name} {shape}" for name, shape in shapes.items()]
    more = f" and {len(told) - 4} more" if len(told) > 4 else ""
    return Remark(str(sorted(shapes.values())), f"{', '.join(told[:4]) or 'nothing'}{more}")


def _logits(mode: str, *sizes: int) -> Observe:
    """Make an observer of the logits: as built (""), or after a call of train() or eval()."""

    def logits(candidate: Any, seed: int, n_classes: int) -> Tensor:
        return run_on(_net(candidate, seed, mode, n_classes), tiny_images(seed, 5))

    shape = describe(tiny_images(0, 5).shape)
    return each_row(logits, {f"n_classes is {size}, x has shape {shape}": size for size in sizes})


def _switches(candidate: Any, seed: int) -> dict[str, Any]:
    def given(mode: str) -> str:
        net = _net(candidate, seed)
        result = _switch(net, mode)
        return "the module" if result is net else kind(result)

    return {
        **{f"what {mode}() gives": lambda mode=mode: given(mode) for mode in _MODES},
        **{
            f"its flag `training` after {mode}()": lambda mode=mode: _net(candidate, seed, mode).training
            for mode in _MODES
        },
    }


_MODES = ("train", "eval")


def _statistics(candidate: Any, seed: int, inside_another: bool) -> Named:
    net = _net(candidate, seed)
    if inside_another:
        _switch(nn.Sequential(nn.Identity(), net), "train")
    for turn in range(2):
        run_on(net, tiny_images(seed + turn, 4))
    return Named(tuple(net.named_buffers()), "buffer")


def _saved(candidate: Any, seed: int) -> dict[str, Any]:
    def loaded() -> str:
        net, fresh = _net(candidate, seed, "eval"), _net(candidate, seed + 1, "eval")
        with asking("loading its state dict into another one"):
            fresh.load_state_dict(net.state_dict())
        got, expected = (run_on(one, tiny_images(seed, 3)) for one in (fresh, net))
        return "the same output" if agree(got, expected, 12) else "another output"

    return {
        "the number of tensors in its state_dict": lambda: len(_net(candidate, seed).state_dict()),
        "what another one gives with this state_dict": loaded,
    }


def _own_dtype(candidate: Any, seed: int) -> str:
    """Run it as it is built, on a model in the default dtype."""
    dtype = torch.get_default_dtype()
    net = _built(candidate, _model(seed).to(dtype))
    return f"logits of shape {describe(run_on(net, tiny_images(seed, 2, dtype=dtype)).shape, ('batch', 'classes'))}"


def _loss(net: nn.Module, seed: int) -> Tensor:
    return functional.cross_entropy(run_on(net, tiny_images(seed, 4)), torch.tensor([0, 2, 1, 2]))


def _gradients(candidate: Any, seed: int) -> Named:
    net = _net(candidate, seed, "train")
    loss = _loss(net, seed)
    if not loss.requires_grad:
        raise broken("gradients reach the new head", "the logits have no graph: did the head run under no_grad?")
    with asking("running the backward pass"):
        loss.backward()
    return Named(tuple((name, one.grad) for name, one in _head(net)), "gradient")


def _model_after(candidate: Any, seed: int) -> Remark | None:
    model = _model(seed)
    before, fc = state_of(model), model.fc
    _train_one_step(_built(candidate, model, CLASSES).double(), seed)
    change = changed(model, before)
    if model.fc is not fc:
        told = f"its fc is now {'another Linear' if isinstance(model.fc, nn.Linear) else kind(model.fc)}"
    elif change or all(part.training for part in model.modules()):
        told = change.text if change else ""
    else:
        told = "it is in another mode now"
    return Remark(told, f"{told}: work on a copy, copy.deepcopy(model)") if told else None


def _train_one_step(net: nn.Module, seed: int) -> None:
    _switch(net, "train")
    loss = _loss(net, seed)
    if loss.requires_grad:
        with asking("training it for one step"):
            loss.backward()
            torch.optim.SGD([one for one in net.parameters() if one.requires_grad], lr=0.5).step()


def _fresh(candidate: Any, seed: int) -> Remark | None:
    model = _model(seed)
    weight = model.fc.weight.detach().clone()
    learning = [one for one in _built(candidate, model, CLASSES).double().parameters() if one.requires_grad]
    if not learning:
        return Remark("none", "nothing in it learns, so there is none")
    kept = any(one.shape == weight.shape and torch.allclose(one, weight) for one in learning)
    return Remark("old", "its weight is that of the old fc") if kept else None


_SIZES = {  # numbers of classes: another, the same as before, and a single one
    f"model.fc takes {FEATURES} features, n_classes is {size}: what requires gradients": size
    for size in (3, CLASSES, 1)
}
_USES = {"used as it was built": False, "after train(), called on a module around it": True}
_LEARNS = "exactly the new head learns: one weight and one bias require gradients, nothing else does"
_EVAL = "in eval mode its new head gets exactly what the model would have given its own fc"
_TRAIN = "in training mode, too, the frozen part works as in eval mode: its batch norms use their running statistics"
_BUILT = "its new head gets exactly what the model would have given its own fc in eval mode, right from the start"
_DTYPE = "it runs as it is built: the head has the dtype that nn.Linear gives it"
_SWITCHES = "train() and eval() switch the module itself, too, and give it back: net.train()(x) must work"
_SAVED = "the frozen part belongs to the module: it is saved with it, and moves along to another device or dtype"
_KEEPS = "the frozen part keeps its running statistics, however often it runs in training mode"
_STAYS = "the model that is given stays as it was: others go on using it"
_NEW = "the head is new, even when there are as many classes as before"
_REACH = "gradients reach the new head as they should"


def _class(candidate: Any, seed: int) -> None:
    insist_module_class(candidate)


def _look(name: str, promise: str, observe: Observe, *axes: str) -> Look:
    return Look(name, promise, observe, axes=axes, depth=12)


LOOKS = (
    Look("a module class", "the answer is a class that derives from nn.Module", one_row(_class), structural=True),
    _look("what learns", _LEARNS, each_row(_what_learns, _SIZES)),
    _look("model untouched", _STAYS, one_row(_model_after)),
    _look("eval mode", _EVAL, _logits("eval", 3, 1), "batch", "classes"),
    _look("training mode", _TRAIN, _logits("train", 3), "batch", "classes"),
    _look("right after building", _BUILT, _logits("", 3), "batch", "classes"),
    _look("own dtype", _DTYPE, one_row(_own_dtype, "model and x are in the default dtype")),
    _look("train() and eval()", _SWITCHES, _switches),
    _look("saved", _SAVED, _saved),
    _look("running statistics", _KEEPS, each_row(_statistics, _USES), "channels"),
    _look("gradients", _REACH, one_row(_gradients, "the gradients of the cross-entropy")),
    _look("new head", _NEW, one_row(_fresh)),
)


# --- the bank -------------------------------------------------------------------------------------------------------


def _changed(change: Callable[[Any, nn.Module, int], Any], right: type = RightNewHead) -> type[nn.Module]:
    """Make one that is changed after it is built: change(net, model, n_classes)."""

    class Changed(right):
        def __init__(self, model: nn.Module, n_classes: int) -> None:
            super().__init__(model, n_classes)
            change(self, model, n_classes)

    return Changed


BANK = Bank()
WAYS = Ways(BANK, _changed)
_MODE = "train(): what calls it, and in which mode the frozen batch norms are after it"
_COPY = "whose parts you freeze and exchange: those of a copy, copy.deepcopy(model)"
_FROZEN = WAYS.at("what requires_grad_(False) is called on, and when")


@BANK.mistake(
    "freezes the parameters and lets the batch norms go on in training mode: they use each batch's own statistics, "
    "and move the running ones",
    _MODE,
    1,
)
class _BatchNormsTrain(RightNewHead):
    train = nn.Module.train


@BANK.mistake("takes the head off the very model that it is given", _COPY, 1)
class _InPlace(RightNewHead):
    def headless(self, model: nn.Module) -> nn.Module:
        model.fc = nn.Identity()
        return model


@BANK.mistake("is made of the model's own parts, which are now frozen in the model too", _COPY, 1)
class _Shared(RightNewHead):
    def headless(self, model: nn.Module) -> nn.Module:
        return nn.Sequential(*list(model.children())[:-1], nn.Flatten())


@BANK.mistake("has a train() without a return", "the last line of train()", 3)
class _TrainGivesNothing(RightNewHead):
    def train(self, mode: bool = True) -> None:
        super().train(mode)


@BANK.mistake(
    "stays in eval mode as a whole: its own flag never says training",
    "what train() switches: all but the frozen part",
    2,
)
class _AlwaysEval(RightNewHead):
    def train(self, mode: bool = True) -> nn.Module:
        return super().train(False)


@BANK.mistake("runs its head under no_grad as well", "what is under no_grad: the frozen part at most", 1)
class _NoGraph(RightNewHead):
    forward = torch.no_grad()(RightNewHead.forward)


@BANK.mistake("gives probabilities", "what is asked for: logits, without softmax", 3)
class _Softmax(RightNewHead):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


def _on_old_logits(net: Any, model: nn.Module, n_classes: int) -> None:
    net.backbone.fc = copy.deepcopy(model.fc).requires_grad_(False)
    net.head = nn.Linear(model.fc.out_features, n_classes)


def _norms_learn(net: Any, model: nn.Module, n_classes: int) -> None:
    for part in net.backbone.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.requires_grad_(True)


def _old_head(net: Any, model: nn.Module, n_classes: int) -> None:
    if n_classes == model.fc.out_features:
        net.head = copy.deepcopy(model.fc)


def _hide(net: Any, model: nn.Module, n_classes: int) -> None:
    """Keep it among the plain attributes: a module around it does not know of it."""
    vars(net)["backbone"] = net._modules.pop("backbone").double()


def _without_bias(net: Any, model: nn.Module, n_classes: int) -> None:
    net.head = nn.Linear(model.fc.in_features, n_classes, bias=False)


@BANK.mistake(
    "runs the model's children one after the other, without what forward does between them: it flattens the maps "
    "before fc",
    "what is kept of the model: all of a copy, with nn.Identity() in the place of its fc",
    2,
)
class _ChildrenAlone(RightNewHead):
    def headless(self, model: nn.Module) -> nn.Module:
        return nn.Sequential(*list(copy.deepcopy(model).children())[:-1])


def _old_layer(net: Any, model: nn.Module, learns: bool) -> None:
    net.head = copy.deepcopy(model.fc).requires_grad_(learns)


WAYS.at("what is in fc's place: a new nn.Linear(in_features, n_classes); to set out_features changes no weight").add(
    "old_layer",
    "keeps the old fc, with its old weights and as many outputs as before",
    2,
    *({"change": lambda net, model, _, learns=learns: _old_layer(net, model, learns)} for learns in (False, True)),
)
WAYS.at("the dtype of what is made anew: the model's own, which needs no .double()").add(
    "float64_head",
    "makes its head in float64, also for a model in float32",
    3,
    change=lambda net, *_: net.head.double(),
)
BANK.add(
    "eval_once",
    "puts the frozen part into eval mode once: the next train() undoes it",
    _MODE,
    2,
    _changed(lambda net, *_: net.backbone.eval(), _BatchNormsTrain),
)
WAYS.at("the end of __init__: which mode is the copy in?").add(
    "only_in_train",
    "puts the frozen part into eval mode in train() only: as it is built, nobody has called that yet",
    3,
    change=lambda net, model, _: net.backbone.train(model.training),
)
_FROZEN.add(
    "not_frozen",
    "freezes nothing: every parameter goes on learning",
    1,
    change=lambda net, *_: net.requires_grad_(True),
)
_FROZEN.add(
    "convolutions_only",
    "freezes the convolutions, and leaves the batch norms' weights and biases free",
    2,
    change=_norms_learn,
)
_FROZEN.add(
    "head_frozen",
    "freezes everything, the new head as well: nothing can learn",
    2,
    change=lambda net, *_: net.requires_grad_(False),
)
WAYS.at("what the new head stands on: the features that model.fc gets, model.fc.in_features of them").add(
    "on_old_logits", "puts the new head on top of the old one", 2, change=_on_old_logits
)
WAYS.at("what happens when n_classes equals the old number: other classes, so a new head").add(
    "old_head", "keeps the old head when there are as many classes as before", 2, change=_old_head
)
WAYS.at("how the frozen part is kept: as an attribute that is a module, not in a list or a dict").add(
    "hidden",
    "keeps the frozen part where PyTorch does not see it, so that it is neither saved nor moved",
    2,
    change=_hide,
)
WAYS.at("the arguments of nn.Linear").add("no_bias", "gives its head no bias", 3, change=_without_bias)

EXERCISE = Exercise(name="NewHead", hints=HINTS, right=RightNewHead, tests={"test_new_head": LOOKS}, mistakes=BANK.all)
