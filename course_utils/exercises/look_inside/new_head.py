"""NewHead: a frozen copy of a network with a new last layer."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.observation import Named, Remark
from course_utils.checking.shortcuts import insist_module_class
from course_utils.checking.student import asking
from course_utils.checking.tensors import agree, broken, describe, run_on, with_article
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.look_inside.small_resnet import CLASSES, FEATURES, SmallResNet, tiny_images, tiny_resnet

HINTS = (
    "Three things: what should an optimiser be allowed to change, what happens to `model` when you change your copy of "
    "it, and what does a batch norm do in training mode, whether or not its parameters are frozen?",
    "In __init__: copy.deepcopy(model), requires_grad_(False) for all of the copy, nn.Identity() in the place of its "
    "fc, and a new nn.Linear. Then override train(mode): it calls super().train(mode), and after that puts the frozen "
    "part into eval mode again.",
    "__init__: self.backbone = copy.deepcopy(model).requires_grad_(False); self.backbone.fc = nn.Identity(); "
    "self.head = nn.Linear(model.fc.in_features, n_classes); self.train(). "
    "train: super().train(mode); self.backbone.eval(); return self. forward: self.head(self.backbone(x)).",
)


class RightNewHead(nn.Module):
    """A frozen copy in eval mode, and a new linear layer."""

    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone = copy.deepcopy(model).requires_grad_(False)
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.train()

    def train(self, mode: bool = True) -> nn.Module:
        """Switch everything but the backbone, which stays in eval mode."""
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Give the new logits."""
        return self.head(self.backbone(x))


# --- the looks ------------------------------------------------------------------------------------------------------

Rows = dict[str, Callable[[], Any]]

_SIZES = (3, CLASSES, 1)  # numbers of classes: another, the same as before, and a single one


def _model(seed: int) -> SmallResNet:
    return tiny_resnet(seed, blocks=1, widths=(FEATURES,))  # one block is enough, and quick to copy


def _built(candidate: Any, model: nn.Module, n_classes: int = 3) -> nn.Module:
    with asking(f"building NewHead(model, {n_classes})"):
        net = candidate(model, n_classes)
    if not isinstance(net, nn.Module):
        raise broken("the class makes an nn.Module", f"it made {with_article(type(net).__name__)}")
    return net.double()


def _net(candidate: Any, seed: int, mode: str = "", n_classes: int = 3) -> nn.Module:
    """Build one, give its head weights that hide nothing, and switch its mode by calling `mode`, if any."""
    net = _built(candidate, _model(seed), n_classes)
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


def _class(candidate: Any, seed: int) -> Rows:
    return {"": lambda: insist_module_class(candidate)}


def _what_learns(candidate: Any, seed: int) -> Rows:
    def learning(n_classes: int) -> Remark:
        net = _built(candidate, _model(seed), n_classes)
        shapes = {name: tuple(one.shape) for name, one in net.named_parameters() if one.requires_grad}
        told = [f"{name} {shape}" for name, shape in shapes.items()]
        more = f" and {len(told) - 4} more" if len(told) > 4 else ""
        return Remark(str(sorted(shapes.values())), f"{', '.join(told[:4]) or 'nothing'}{more}")

    told = f"model.fc takes {FEATURES} features, n_classes is "
    return {f"{told}{n_classes}: what requires gradients": partial(learning, n_classes) for n_classes in _SIZES}


def _logits(mode: str, *sizes: int) -> Callable[[Any, int], Rows]:
    """Make an observer of the logits: as built (""), or after a call of train() or eval()."""

    def logits(candidate: Any, seed: int, n_classes: int) -> Tensor:
        return run_on(_net(candidate, seed, mode, n_classes), tiny_images(seed, 5))

    shape = describe(tiny_images(0, 5).shape)
    return lambda candidate, seed: {
        f"n_classes is {size}, x has shape {shape}": partial(logits, candidate, seed, size) for size in sizes
    }


def _switches(candidate: Any, seed: int) -> Rows:
    def given(mode: str) -> str:
        net = _net(candidate, seed)
        result = _switch(net, mode)
        return "the module" if result is net else "nothing" if result is None else with_article(type(result).__name__)

    def flag(mode: str) -> bool:
        return _net(candidate, seed, mode).training

    return {
        **{f"what {mode}() gives": partial(given, mode) for mode in ("train", "eval")},
        **{f"its flag `training` after {mode}()": partial(flag, mode) for mode in ("train", "eval")},
    }


def _statistics(candidate: Any, seed: int) -> Rows:
    def after(inside_another: bool) -> Named:
        net = _net(candidate, seed)
        if inside_another:
            _switch(nn.Sequential(nn.Identity(), net), "train")
        for turn in range(2):
            run_on(net, tiny_images(seed + turn, 4))
        return Named(tuple(net.named_buffers()), "buffer")

    return {
        "used as it was built": lambda: after(False),
        "after train(), called on a module around it": lambda: after(True),
    }


def _saved(candidate: Any, seed: int) -> Rows:
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


def _loss(net: nn.Module, seed: int) -> Tensor:
    return functional.cross_entropy(run_on(net, tiny_images(seed, 4)), torch.tensor([0, 2, 1, 2]))


def _gradients(candidate: Any, seed: int) -> Rows:
    def gradients() -> Named:
        net = _net(candidate, seed, "train")
        loss = _loss(net, seed)
        if not loss.requires_grad:
            raise broken("gradients reach the new head", "the logits have no graph: did the head run under no_grad?")
        with asking("running the backward pass"):
            loss.backward()
        return Named(tuple((name, one.grad) for name, one in _head(net)), "gradient")

    return {"the gradients of the cross-entropy": gradients}


def _model_after(candidate: Any, seed: int) -> Rows:
    def differences() -> Remark | None:
        model = _model(seed)
        before, fc = copy.deepcopy(model), model.fc
        _train_one_step(_built(candidate, model, CLASSES), seed)
        return _difference(model, before, fc)

    return {"": differences}


def _train_one_step(net: nn.Module, seed: int) -> None:
    _switch(net, "train")
    loss = _loss(net, seed)
    if loss.requires_grad:
        with asking("training it for one step"):
            loss.backward()
            torch.optim.SGD([one for one in net.parameters() if one.requires_grad], lr=0.5).step()


def _difference(model: nn.Module, before: nn.Module, fc: nn.Module) -> Remark | None:
    if model.fc is not fc:
        kind = type(model.fc).__name__
        now = f"another {kind}" if isinstance(model.fc, nn.Linear) else with_article(kind)
        return Remark("fc", f"its fc is now {now}: work on a copy, copy.deepcopy(model)")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        return Remark("frozen", "its parameters no longer require gradients: work on a copy, copy.deepcopy(model)")
    if [part.training for part in model.modules()] != [part.training for part in before.modules()]:
        return Remark("mode", "it is in another mode now: work on a copy, copy.deepcopy(model)")
    then = before.state_dict()
    changed = [name for name, now in model.state_dict().items() if name not in then or not torch.equal(now, then[name])]
    return Remark("values", f"after training the new one: {changed[0]} has changed") if changed else None


def _fresh(candidate: Any, seed: int) -> Rows:
    def old() -> Remark | None:
        model = _model(seed)
        weight = model.fc.weight.detach().clone()
        learning = [one for one in _built(candidate, model, CLASSES).parameters() if one.requires_grad]
        kept = any(one.shape == weight.shape and torch.allclose(one, weight) for one in learning)
        return Remark("old", "its weight is that of the old fc") if kept else None

    return {"": old}


_LEARNS = "exactly the new head learns: one weight and one bias require gradients, nothing else does"
_EVAL = "in eval mode it puts the new head on what model would give its own fc"
_TRAIN = "in training mode, too, the frozen part works as in eval mode: its batch norms use their running statistics"
_BUILT = "it puts the new head on what model would give its own fc in eval mode, right from the start"
_SWITCHES = "train() and eval() switch the module itself, too, and give it back: net.train()(x) must work"
_SAVED = "the frozen part belongs to the module: it is saved with it, and moves along to another device or dtype"
_KEEPS = "the frozen part keeps its running statistics, however often it runs in training mode"


def _look(name: str, promise: str, observe: Callable[[Any, int], Rows], *axes: str) -> Look:
    return Look(name, promise, observe, axes=axes, depth=12)


LOOKS = (
    Look("class", "the answer is a class that derives from nn.Module", _class, structural=True),
    _look("what learns", _LEARNS, _what_learns),
    _look("model untouched", "the model that is given stays as it was: others go on using it", _model_after),
    _look("eval mode", _EVAL, _logits("eval", 3, 1), "batch", "classes"),
    _look("training mode", _TRAIN, _logits("train", 3), "batch", "classes"),
    _look("as built", _BUILT, _logits("", 3), "batch", "classes"),
    _look("switches", _SWITCHES, _switches),
    _look("saved", _SAVED, _saved),
    _look("statistics", _KEEPS, _statistics, "channels"),
    _look("gradients", "gradients reach the new head as they should", _gradients),
    _look("new head", "the head is new, even when there are as many classes as before", _fresh),
)


# --- the bank -------------------------------------------------------------------------------------------------------

BANK = Bank()
_MODE = "train(): what calls it, and in which mode the frozen batch norms are after it"
_FROZEN = "what requires_grad_(False) is called on, and when"
_COPY = "whose parts you freeze and exchange: those of a copy, copy.deepcopy(model)"
_INSTEAD = "what the new head stands on: the features that model.fc gets, model.fc.in_features of them"


class _NoTrain(RightNewHead):
    """Leaves train() as nn.Module has it."""

    def train(self, mode: bool = True) -> nn.Module:
        return nn.Module.train(self, mode)


@BANK.mistake("puts the frozen part into eval mode once: the next train() undoes it", _MODE, 2)
class _EvalOnce(_NoTrain):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.backbone.eval()


@BANK.mistake(
    "puts the frozen part into eval mode in train() only: as it is built, nobody has called that yet",
    "the end of __init__: which mode is the copy in?",
    3,
)
class _OnlyInTrain(RightNewHead):
    """Remembers the mode in train(), and does not call it: as built, the copy is in the mode of the model."""

    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.backbone.train(model.training)


@BANK.mistake("freezes nothing: every parameter goes on learning", _FROZEN, 1)
class _NotFrozen(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.backbone.requires_grad_(True)


@BANK.mistake("freezes the convolutions, and leaves the batch norms' weights and biases free", _FROZEN, 2)
class _ConvolutionsOnly(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        for part in self.backbone.modules():
            part.requires_grad_(not isinstance(part, nn.Conv2d | SmallResNet | nn.Sequential) and not _holds(part))


def _holds(part: nn.Module) -> bool:
    return any(True for _ in part.children())


@BANK.mistake("freezes everything, the new head as well: nothing can learn", _FROZEN, 2)
class _HeadFrozen(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.requires_grad_(False)


@BANK.mistake("puts the new head on top of the old one", _INSTEAD, 2)
class _OnOldLogits(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.backbone.fc = copy.deepcopy(model.fc).requires_grad_(False)
        self.head = nn.Linear(model.fc.out_features, n_classes)


@BANK.mistake("takes the head off the very model that it is given", _COPY, 1)
class _InPlace(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        nn.Module.__init__(self)
        self.backbone, features = model.requires_grad_(False), model.fc.in_features
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(features, n_classes)
        self.train()


@BANK.mistake("is made of the model's own parts, which are now frozen in the model too", _COPY, 1)
class _Shared(RightNewHead):
    """A new Sequential of the model's own parts: they are frozen in the model as well."""

    def __init__(self, model: nn.Module, n_classes: int) -> None:
        nn.Module.__init__(self)
        parts = list(model.children())[:-1]
        self.backbone = nn.Sequential(*parts, nn.Flatten()).requires_grad_(False)
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.train()


@BANK.mistake(
    "keeps the old head when there are as many classes as before",
    "what happens when n_classes equals the old number: other classes, so a new head",
    2,
)
class _OldHead(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        if n_classes == model.fc.out_features:
            self.head = copy.deepcopy(model.fc)


@BANK.mistake(
    "keeps the frozen part where PyTorch does not see it, so that it is neither saved nor moved",
    "how the frozen part is kept: as an attribute that is a module, not in a list or a dict",
    2,
)
class _Hidden(RightNewHead):
    """Keeps the backbone in a list, so that it is no part of the module."""

    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.hidden = [self.backbone.double()]
        del self.backbone

    def train(self, mode: bool = True) -> nn.Module:
        return nn.Module.train(self, mode)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.hidden[0].eval()(x))


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


@BANK.mistake("runs its head under no_grad as well", "what stands under no_grad: the frozen part at most", 1)
class _NoGraph(RightNewHead):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            return super().forward(x)


@BANK.mistake("gives probabilities", "what is asked for: logits, without softmax", 3)
class _Softmax(RightNewHead):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


@BANK.mistake("gives its head no bias", "the arguments of nn.Linear", 3)
class _NoBias(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.head = nn.Linear(model.fc.in_features, n_classes, bias=False)


BANK.add(
    "batch_norms_train",
    "freezes the parameters and lets the batch norms go on in training mode: they use each batch's own statistics, "
    "and move the running ones",
    _MODE,
    1,
    _NoTrain,
)

EXERCISE = Exercise(name="NewHead", hints=HINTS, right=RightNewHead, tests={"test_new_head": LOOKS}, mistakes=BANK.all)
