"""NewHead: a frozen copy of a network with a new last layer. The oracle reads the head and recomputes the rest."""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shortcuts import insist_module_class
from course_utils.checking.student import asking
from course_utils.checking.tensors import broken, describe, insist_equal, run_on
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.look_inside.small_resnet import CLASSES, FEATURES, SmallResNet, tiny_images, tiny_resnet
from course_utils.exercises.networks import insist_gradients

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

_DEPTH = 12
_LOGITS = ("batch", "classes")
_SIZES = (3, CLASSES, 1)  # numbers of classes: another, the same as before, and a single one


def _model(seed: int) -> SmallResNet:
    return tiny_resnet(seed, blocks=1, widths=(FEATURES,))  # one block is enough, and quick to copy


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


def _build(candidate: Any, model: nn.Module, n_classes: int) -> nn.Module:
    with asking(f"building {candidate.__name__}(model, {n_classes})"):
        net = candidate(model, n_classes)
    if not isinstance(net, nn.Module):
        raise broken("the class makes an nn.Module", f"it made a {type(net).__name__}")
    return net.double()


def _head(net: nn.Module, n_classes: int) -> tuple[Tensor, Tensor]:
    """Give weight and bias of the new head, the only two tensors that may learn."""
    promise = "exactly the new head learns: one weight and one bias require gradients, nothing else does"
    learning = {name: tensor for name, tensor in net.named_parameters() if tensor.requires_grad}
    wanted = [(n_classes,), (n_classes, FEATURES)]
    if sorted((tuple(tensor.shape) for tensor in learning.values()), key=len) == wanted:
        bias, weight = sorted(learning.values(), key=Tensor.dim)
        return weight, bias
    told = [f"{name} {tuple(tensor.shape)}" for name, tensor in learning.items()]
    more = f" and {len(told) - 4} more" if len(told) > 4 else ""
    raise broken(
        promise,
        f"model.fc takes {FEATURES} features, n_classes is {n_classes}: expected shapes {wanted[1]} and {wanted[0]}",
        f"what requires gradients: {', '.join(told[:4]) or 'nothing'}{more}",
    )


def _features(model: SmallResNet, x: Tensor) -> Tensor:
    """Give what reaches the last layer of the model in eval mode."""
    body = copy.deepcopy(model).eval()
    body.fc = nn.Identity()
    with torch.no_grad():
        return body(x)


def _class(candidate: Any, seed: int) -> None:
    insist_module_class(candidate)


def _what_learns(candidate: Any, seed: int) -> None:
    for n_classes in _SIZES:
        _head(_build(candidate, _model(seed), n_classes), n_classes)


def _logits(mode: str) -> Callable[[Any, int], None]:
    """Make a check of the logits: as "built", or after a call of train() or eval()."""

    def look(candidate: Any, seed: int) -> None:
        for n_classes in _SIZES if mode == "eval" else (3,):
            model, x = _model(seed), tiny_images(seed, 5)
            net = _build(candidate, model, n_classes)
            head = _head(net, n_classes)
            if mode != "built":
                _switch(net, mode)
            promise = {
                "built": "it puts the new head on what model would give its own fc in eval mode, right from the start",
                "eval": "in eval mode it puts the new head on what model would give its own fc",
                "train": "in training mode, too, the frozen part works as in eval mode: its batch norms use their "
                "running statistics",
            }[mode]
            expected = functional.linear(_features(model, x), *head)
            given = f"n_classes is {n_classes}, x has shape {describe(x.shape)}"
            insist_equal(run_on(net, x.clone()), expected, promise, axes=_LOGITS, depth=_DEPTH, given=given)

    return look


def _switch(net: nn.Module, mode: str) -> None:
    with asking(f"calling {mode}() on it"):
        result = getattr(net, mode)()
    promise = f"{mode}() gives the module back, as nn.Module's own does: net.{mode}()(x) must work"
    if result is not net:
        raise broken(promise, f"it gave a {type(result).__name__}")
    if net.training != (mode == "train"):
        raise broken(f"after {mode}() the module is in that mode itself", f"its flag `training` is {net.training}")


def _statistics(candidate: Any, seed: int) -> None:
    before = [buffer.clone() for buffer in _model(seed).buffers()]
    promise = "the frozen part keeps its running statistics, however often it runs in training mode"
    for built in (True, False):  # as built; and inside another module, which passes train() on
        net = _build(candidate, _model(seed), 3)
        if not built:
            nn.Sequential(nn.Identity(), net).train()
        for turn in range(2):
            run_on(net, tiny_images(seed + turn, 4))
        buffers = dict(net.named_buffers())
        if len(buffers) != len(before):
            raise broken(_SAVED, f"expected {len(before)} buffers in it, those of model, got {len(buffers)}")
        for (name, now), then in zip(buffers.items(), before, strict=True):
            given = "used as it was built" if built else "after train(), called on a module around it"
            insist_equal(now, then, promise, axes=("channel",) * now.ndim, given=f"{given}: {name}")


_SAVED = "the frozen part belongs to the module: it is saved with it, and moves along to another device or dtype"


def _saved(candidate: Any, seed: int) -> None:
    model = _model(seed)
    net, fresh = _build(candidate, model, 3), _build(candidate, _model(seed + 1), 3)
    expected = len(model.state_dict())
    if len(net.state_dict()) != expected:
        raise broken(_SAVED, f"expected {expected} tensors in its state_dict, got {len(net.state_dict())}")
    with asking("loading its state dict into another one"):
        fresh.load_state_dict(net.state_dict())
    x = tiny_images(seed, 3)
    insist_equal(run_on(fresh.eval(), x), run_on(net.eval(), x), _SAVED, axes=_LOGITS, depth=_DEPTH)


def _gradients(candidate: Any, seed: int) -> None:
    model, x = _model(seed), tiny_images(seed, 4)
    net = _build(candidate, model, 3)
    weight, bias = _head(net, 3)
    features = _features(model, x)
    twin = weight.detach().clone().requires_grad_(), bias.detach().clone().requires_grad_()
    targets = torch.tensor([0, 2, 1, 2])
    expected = torch.autograd.grad(functional.cross_entropy(functional.linear(features, *twin), targets), twin)
    output = run_on(net.train(), x.clone())
    if not output.requires_grad:
        raise broken("gradients reach the new head", "the logits have no graph: did the head run under no_grad?")
    with asking("running the backward pass"):
        got = torch.autograd.grad(functional.cross_entropy(output, targets), (weight, bias))
    names = ("the head's weight", "the head's bias")
    insist_gradients(dict(zip(names, got, strict=True)), dict(zip(names, expected, strict=True)), _DEPTH)


def _model_untouched(candidate: Any, seed: int) -> None:
    model = _model(seed)
    body, fc = model.layer1[0].conv1.weight, model.fc
    before = copy.deepcopy(model)
    net = _build(candidate, model, CLASSES)
    with asking("training it for one step"):
        optimiser = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.5)
        functional.cross_entropy(net.train()(tiny_images(seed, 3)), torch.tensor([0, 1, 2])).backward()
        optimiser.step()
    promise = "the model that is given stays as it was: others go on using it"
    if model.fc is not fc:
        raise broken(promise, f"its fc is now {_told(model.fc)}: work on a copy, copy.deepcopy(model)")
    if not (body.requires_grad and fc.weight.requires_grad):
        raise broken(promise, "its parameters no longer require gradients: work on a copy, copy.deepcopy(model)")
    if [part.training for part in model.modules()] != [part.training for part in before.modules()]:
        raise broken(promise, "it is in another mode now: work on a copy, copy.deepcopy(model)")
    for (name, now), then in zip(model.state_dict().items(), before.state_dict().values(), strict=True):
        insist_equal(now, then, promise, axes=("value",) * now.ndim, given=f"after training the new one: {name}")


def _told(module: nn.Module) -> str:
    name = type(module).__name__
    return f"another {name}" if isinstance(module, nn.Linear) else f"an {name}" if name[0] in "AEIOU" else f"a {name}"


def _fresh(candidate: Any, seed: int) -> None:
    model = _model(seed)
    weight, _ = _head(_build(candidate, model, CLASSES), CLASSES)
    if torch.allclose(weight, model.fc.weight):
        raise broken(
            "the head is new, even when there are as many classes as before", "its weight is that of the old fc"
        )


def _probe(candidate: Any) -> Looks:
    def net(n_classes: int = 3, mode: str = "") -> nn.Module:
        torch.manual_seed(0)  # a head that the loop below passes over starts alike all the same
        made = candidate(_model(1), n_classes).double()
        draws = Draws(2)
        with torch.no_grad():
            for parameter in made.parameters():
                if parameter.requires_grad and tuple(parameter.shape) in ((n_classes,), (n_classes, FEATURES)):
                    parameter.copy_(draws.normal(*parameter.shape))
        return getattr(made, mode)() if mode else made

    def logits(mode: str, n_classes: int = 3) -> Tensor:
        return net(n_classes, mode)(tiny_images(1, 5)).detach()

    def after() -> list[Any]:
        model = _model(1)
        fc = model.fc
        candidate(model, 3)
        flags = [parameter.requires_grad for parameter in model.parameters()]
        return [model.fc is fc, flags, [part.training for part in model.modules()]]

    def statistics(mode: str) -> list[Tensor]:
        made = net(3, mode)
        made(tiny_images(1, 5))
        return [buffer.clone() for buffer in made.buffers()]

    def old_head() -> bool:
        model = _model(1)
        old = model.fc.weight.clone()
        return any(torch.equal(p, old) for p in candidate(model, CLASSES).parameters())

    def shared() -> bool:
        model = _model(1)
        addresses = {parameter.data_ptr() for parameter in model.parameters()}
        return any(parameter.data_ptr() in addresses for parameter in candidate(model, 3).parameters())

    return {
        "logits, eval": lambda: logits("eval"),
        "logits, training": lambda: logits("train"),
        "logits, as built": lambda: logits(""),
        "one class": lambda: logits("eval", 1).shape[1],
        "as many classes": lambda: logits("eval", CLASSES).shape[1],
        "what learns": lambda: [tuple(p.shape) for p in net().parameters() if p.requires_grad],
        "statistics, as built": lambda: statistics(""),
        "statistics, training": lambda: statistics("train"),
        "model after": after,
        "saved": lambda: len(net().state_dict()),
        "graph": lambda: net(3, "train")(tiny_images(1, 2)).requires_grad,
        "train gives": lambda: type(net().train()).__name__,
        "flags": lambda: (_flag(net(), True), _flag(net(), False)),
        "old head": old_head,
        "shared": shared,
    }


def _flag(net: nn.Module, mode: bool) -> bool:
    net.train(mode)
    return net.training


# --- the bank -------------------------------------------------------------------------------------------------------


class _NoTrain(RightNewHead):
    """Leaves train() as nn.Module has it."""

    def train(self, mode: bool = True) -> nn.Module:
        return nn.Module.train(self, mode)


class _EvalOnce(_NoTrain):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.backbone.eval()


class _OnlyInTrain(RightNewHead):
    """Remembers the mode in train(), and does not call it: as built, the copy is in the mode of the model."""

    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.backbone.train(model.training)


class _NotFrozen(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.backbone.requires_grad_(True)


class _ConvsFrozen(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        for part in self.backbone.modules():
            part.requires_grad_(not isinstance(part, nn.Conv2d | SmallResNet | nn.Sequential) and not _holds(part))


def _holds(part: nn.Module) -> bool:
    return any(True for _ in part.children())


class _AllFrozen(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.requires_grad_(False)


class _HeadOnTop(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.backbone.fc = copy.deepcopy(model.fc).requires_grad_(False)
        self.head = nn.Linear(model.fc.out_features, n_classes)


class _InPlace(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        nn.Module.__init__(self)
        self.backbone, features = model.requires_grad_(False), model.fc.in_features
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(features, n_classes)
        self.train()


class _Shared(RightNewHead):
    """A new Sequential of the model's own parts: they are frozen in the model as well."""

    def __init__(self, model: nn.Module, n_classes: int) -> None:
        nn.Module.__init__(self)
        parts = list(model.children())[:-1]
        self.backbone = nn.Sequential(*parts, nn.Flatten()).requires_grad_(False)
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.train()


class _OldHead(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        if n_classes == model.fc.out_features:
            self.head = copy.deepcopy(model.fc)


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


class _TrainGivesNothing(RightNewHead):
    def train(self, mode: bool = True) -> None:
        super().train(mode)


class _AlwaysEval(RightNewHead):
    def train(self, mode: bool = True) -> nn.Module:
        return super().train(False)


class _HeadWithoutGraph(RightNewHead):
    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            return super().forward(x)


class _Softmax(RightNewHead):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


class _NoBias(RightNewHead):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__(model, n_classes)
        self.head = nn.Linear(model.fc.in_features, n_classes, bias=False)


_MODE = "train(): what calls it, and in which mode the frozen batch norms are after it"
_FROZEN = "what requires_grad_(False) is called on, and when"
_COPY = "whose parts you freeze and exchange: those of a copy, copy.deepcopy(model)"
_INSTEAD = "what the new head stands on: the features that model.fc gets, model.fc.in_features of them"

MISTAKES = (
    Mistake(
        "batch_norms_train",
        "freezes the parameters and lets the batch norms go on in training mode: they use each batch's own statistics, "
        "and move the running ones",
        _MODE,
        1,
        _NoTrain,
    ),
    Mistake(
        "eval_once",
        "puts the frozen part into eval mode once: the next train() undoes it",
        _MODE,
        2,
        _EvalOnce,
    ),
    Mistake(
        "only_in_train",
        "puts the frozen part into eval mode in train() only: as it is built, nobody has called that yet",
        "the end of __init__: which mode is the copy in?",
        3,
        _OnlyInTrain,
    ),
    Mistake("not_frozen", "freezes nothing: every parameter goes on learning", _FROZEN, 1, _NotFrozen),
    Mistake(
        "convolutions_only",
        "freezes the convolutions, and leaves the batch norms' weights and biases free",
        _FROZEN,
        2,
        _ConvsFrozen,
    ),
    Mistake("head_frozen", "freezes everything, the new head as well: nothing can learn", _FROZEN, 2, _AllFrozen),
    Mistake("on_old_logits", "puts the new head on top of the old one", _INSTEAD, 2, _HeadOnTop),
    Mistake("in_place", "takes the head off the very model that it is given", _COPY, 1, _InPlace),
    Mistake("shared", "is made of the model's own parts, which are now frozen in the model too", _COPY, 1, _Shared),
    Mistake(
        "old_head",
        "keeps the old head when there are as many classes as before",
        "what happens when n_classes equals the old number: other classes, so a new head",
        2,
        _OldHead,
    ),
    Mistake(
        "hidden",
        "keeps the frozen part where PyTorch does not see it, so that it is neither saved nor moved",
        "how the frozen part is kept: as an attribute that is a module, not in a list or a dict",
        2,
        _Hidden,
    ),
    Mistake("train_gives_nothing", "has a train() without a return", "the last line of train()", 3, _TrainGivesNothing),
    Mistake(
        "always_eval",
        "stays in eval mode as a whole: its own flag never says training",
        "what train() switches: all but the frozen part",
        2,
        _AlwaysEval,
    ),
    Mistake(
        "no_graph",
        "runs its head under no_grad as well",
        "what stands under no_grad: the frozen part at most",
        1,
        _HeadWithoutGraph,
    ),
    Mistake("softmax", "gives probabilities", "what is asked for: logits, without softmax", 3, _Softmax),
    Mistake("no_bias", "gives its head no bias", "the arguments of nn.Linear", 3, _NoBias),
)

EXERCISE = Exercise(
    name="NewHead",
    hints=HINTS,
    right=RightNewHead,
    tests={
        "test_new_head": (
            Check("class", _class, structural=True),
            Check("what learns", _what_learns),
            Check("model untouched", _model_untouched),
            Check("eval mode", _logits("eval")),
            Check("training mode", _logits("train")),
            Check("as built", _logits("built")),
            Check("statistics", _statistics),
            Check("gradients", _gradients),
            Check("new head", _fresh),
            Check("saved", _saved),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
