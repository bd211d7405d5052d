"""copy_weights: two small networks of the same layers under different names stand in for the two ResNets."""

import copy
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking.diagnosis import Looks
from course_utils.checking.draws import Draws
from course_utils.checking.shared import shared
from course_utils.checking.tensors import broken, insist_equal, run
from course_utils.checking.values import Check, Mistake
from course_utils.exercises.exercise import Exercise

HINTS = (
    "The names differ, the order does not. Which method lists a module's parameters *and* buffers, in order and with "
    "their names?",
    "Take both state dicts. Compare their lengths, then the shapes pair by pair, and raise an error before anything is "
    "copied. Then make one state dict out of your names and their tensors.",
    "zip(mine.items(), theirs.items()) gives the pairs; {my_name: their_tensor for (my_name, _), (_, their_tensor) in "
    "pairs} goes into my_resnet.load_state_dict.",
)


def _mine(classes: int = 4, norm: bool = True) -> nn.Module:
    layers = [nn.Conv2d(3, 6, 3, bias=False), nn.BatchNorm2d(6) if norm else nn.Identity(), nn.ReLU()]
    tail = nn.Sequential(nn.Conv2d(6, 5, 1, bias=False), nn.BatchNorm2d(5), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return nn.Sequential(nn.Sequential(*layers), tail, nn.Linear(5, classes))


def _theirs(classes: int = 4) -> nn.Module:
    """Make the same layers in the same order, under torchvision's kind of names."""
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(3, 6, 3, bias=False),
            bn1=nn.BatchNorm2d(6),
            relu=nn.ReLU(),
            conv2=nn.Conv2d(6, 5, 1, bias=False),
            bn2=nn.BatchNorm2d(5),
            pool=nn.AdaptiveAvgPool2d(1),
            flat=nn.Flatten(),
            fc=nn.Linear(5, classes),
        )
    )


def _pair(seed: int) -> tuple[nn.Module, nn.Module]:
    draws = Draws(seed, torch.float32)
    mine, theirs = draws.fill(_mine()), draws.fill(_theirs())
    for number, name in enumerate(("bn1", "bn2"), 7):
        getattr(theirs, name).num_batches_tracked.fill_(number)
    return mine, theirs


def _copied(candidate: Any, seed: int) -> tuple[nn.Module, nn.Module]:
    mine, theirs = _pair(seed)
    result = run(candidate, mine, theirs, doing="copying between two networks of equal shapes")
    if isinstance(result, nn.Module) and result is not mine:
        raise broken("the weights arrive in my_resnet itself", "copy_weights gave back another network")
    return mine, theirs


def _insist_same(mine: nn.Module, theirs: nn.Module, kind: str, pick: Callable[[nn.Module], Any]) -> None:
    for (name, got), (other, expected) in zip(pick(mine), pick(theirs), strict=True):
        insist_equal(
            got, expected, f"every {kind} is copied", axes=("element",) * expected.ndim, given=f"{name} against {other}"
        )


def _parameters(candidate: Any, seed: int) -> None:
    _insist_same(*shared(_copied, candidate, seed), "parameter", nn.Module.named_parameters)


def _buffers(candidate: Any, seed: int) -> None:
    promise = "buffer (running statistics and counter)"
    _insist_same(*shared(_copied, candidate, seed), promise, nn.Module.named_buffers)


def _output(candidate: Any, seed: int) -> None:
    mine, theirs = shared(_copied, candidate, seed)
    x = Draws(seed, torch.float32).normal(2, 3, 6, 7)
    promise = "afterwards the two networks give the same output"
    insist_equal(mine.eval()(x), theirs.eval()(x), promise, axes=("batch", "classes"), depth=10)


def _source_untouched(candidate: Any, seed: int) -> None:
    mine, theirs = _pair(seed)
    before = copy.deepcopy(theirs)
    run(candidate, mine, theirs, doing="copying between two networks of equal shapes")
    for (name, got), expected in zip(theirs.state_dict().items(), before.state_dict().values(), strict=True):
        promise = "the pretrained network stays as it was"
        insist_equal(got, expected, promise, axes=("element",) * expected.ndim, given=f"its {name}")


def _own_storage(candidate: Any, seed: int) -> None:
    both = _in_both(*shared(_copied, candidate, seed))
    if both:
        raise broken(
            "mine gets a copy: training it later leaves the pretrained network alone",
            f"{both[0]} now is the very same memory in both networks",
        )


def _in_both(mine: nn.Module, theirs: nn.Module) -> list[str]:
    places = {tensor.data_ptr() for tensor in theirs.state_dict().values()}
    return [name for name, tensor in mine.state_dict().items() if tensor.data_ptr() in places]


def _trainable(candidate: Any, seed: int) -> None:
    mine, _ = shared(_copied, candidate, seed)
    for name, parameter in mine.named_parameters():
        if not (parameter.requires_grad and parameter.is_leaf):
            raise broken("the parameters can still be trained", f"{name} takes no gradient any more")


# What must be refused, and why: my network, theirs.
_MISFITS: dict[str, Callable[[], tuple[nn.Module, nn.Module]]] = {
    "theirs has one layer more": lambda: (_mine(), nn.Sequential(_theirs(), nn.Linear(4, 4))),
    "mine has one layer more": lambda: (nn.Sequential(_mine(), nn.Linear(4, 4)), _theirs()),
    "mine has no first batch norm": lambda: (_mine(norm=False), _theirs()),
    "the last layers have 4 and 3 classes": lambda: (_mine(4), _theirs(3)),
    "the last layers have 3 classes and 4": lambda: (_mine(3), _theirs(4)),
    # Copying a tensor of shape (1, …) into (4, …) is no error in torch: it is repeated four times.
    "the last layers have 4 classes and 1": lambda: (_mine(4), _theirs(1)),
}


def _insist_refused(candidate: Any, seed: int, cases: list[str]) -> None:
    for case in cases:
        outcome, changed = _refusal(candidate, seed, case)
        if outcome == "copied":
            raise broken("networks that do not fit raise an error", f"{case}, and copy_weights said nothing")
        if changed:
            raise broken(
                "the check comes first: where they do not fit, nothing is copied",
                f"{case}: copy_weights raised an error, but {changed} had been changed by then",
            )


def _refusal(candidate: Any, seed: int, case: str) -> tuple[str, str]:
    """Try to copy what does not fit; say whether it was refused, and the first tensor that changed all the same."""
    mine, theirs = _MISFITS[case]()
    Draws(seed).fill(mine), Draws(seed + 1).fill(theirs)
    before = {name: tensor.clone() for name, tensor in mine.state_dict().items()}
    outcome = "refused"
    try:
        candidate(mine, theirs)
        outcome = "copied"
    except NotImplementedError:
        raise
    except Exception:  # noqa: BLE001  (any error is a refusal)
        pass
    changed = [name for name, tensor in mine.state_dict().items() if not torch.equal(tensor, before[name])]
    return outcome, changed[0] if changed else ""


def _lengths(candidate: Any, seed: int) -> None:
    _insist_refused(candidate, seed, list(_MISFITS)[:3])


def _shapes(candidate: Any, seed: int) -> None:
    _insist_refused(candidate, seed, list(_MISFITS)[3:])


def _probe(candidate: Any) -> Looks:
    def after(look: Callable[[nn.Module, nn.Module], Any]) -> Callable[[], Any]:
        def run_it() -> Any:
            mine, theirs = _pair(1)
            candidate(mine, theirs)
            return look(mine, theirs)

        return run_it

    looks = {
        "mine": after(lambda mine, theirs: [t.clone() for t in mine.state_dict().values()]),
        "theirs": after(lambda mine, theirs: [t.clone() for t in theirs.state_dict().values()]),
        "shared": after(lambda mine, theirs: bool(_in_both(mine, theirs))),
        "trainable": after(lambda mine, theirs: [p.requires_grad for p in mine.parameters()]),
    }
    return looks | {case: lambda case=case: _observed_refusal(candidate, case) for case in _MISFITS}


def _observed_refusal(candidate: Any, case: str) -> tuple[str, bool]:
    outcome, changed = _refusal(candidate, 1, case)
    return outcome, bool(changed)


# --- right code, and the bank: right code that copies in another way ------------------------------------------------


def _check(mine: list[Tensor], theirs: list[Tensor]) -> None:
    if [tensor.shape for tensor in mine] != [tensor.shape for tensor in theirs]:
        raise ValueError("the networks do not fit")


def right_copy(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    """Copy by order, after a check."""
    _copying()(my_resnet, pretrained_resnet)


def _copying(
    tensors: Callable[[nn.Module], list[Tensor]] = lambda module: list(module.state_dict().values()),
    check: Callable[[list[Tensor], list[Tensor]], None] = _check,
    after: Callable[[nn.Module, nn.Module], None] | None = None,
) -> Callable[[nn.Module, nn.Module], None]:
    """Make a copy_weights that copies some tensors, checks in some way, and does something more in the end."""

    def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
        mine, theirs = tensors(my_resnet), tensors(pretrained_resnet)
        check(mine, theirs)
        with torch.no_grad():
            for target, source in zip(mine, theirs, strict=False):
                target.copy_(source)
        if after is not None:
            after(my_resnet, pretrained_resnet)

    return copy_weights


def _check_lengths(mine: list[Tensor], theirs: list[Tensor]) -> None:
    if len(mine) != len(theirs):
        raise ValueError("the networks do not fit")


def _check_shapes_of_pairs(mine: list[Tensor], theirs: list[Tensor]) -> None:
    if any(one.shape != other.shape for one, other in zip(mine, theirs, strict=False)):
        raise ValueError("the networks do not fit")


def _no_check(mine: list[Tensor], theirs: list[Tensor]) -> None:
    pass


def _without_counter(module: nn.Module) -> list[Tensor]:
    return [tensor for tensor in module.state_dict().values() if tensor.is_floating_point()]


def _share(mine: nn.Module, theirs: nn.Module) -> None:
    for one, other in zip(mine.parameters(), theirs.parameters(), strict=True):
        one.data = other.data


def _freeze(mine: nn.Module, theirs: nn.Module) -> None:
    mine.requires_grad_(requires_grad=False)


def _wrong_way(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    right_copy(pretrained_resnet, my_resnet)


def _by_name(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_resnet.load_state_dict(pretrained_resnet.state_dict(), strict=False)


def _by_name_strictly(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_resnet.load_state_dict(pretrained_resnet.state_dict())


def _by_load(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    _check_lengths(list(mine.values()), list(theirs.values()))
    my_resnet.load_state_dict(dict(zip(mine, theirs.values(), strict=True)))


def _by_load_unchecked(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    pairs = zip(my_resnet.state_dict(), pretrained_resnet.state_dict().values(), strict=False)
    my_resnet.load_state_dict(dict(pairs))


def _rebinds(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    _check(list(my_resnet.state_dict().values()), list(pretrained_resnet.state_dict().values()))


_ALL = "what you list: parameters *and* buffers"
_CHECK = "the check before the copy: as many tensors on both sides, and equal shapes pair by pair"
_FIRST = "when the check comes: before the first tensor is copied"

MISTAKES = (
    Mistake(
        "no_buffers",
        "copies the parameters and silently skips the buffers",
        _ALL,
        1,
        _copying(lambda module: list(module.parameters())),
    ),
    Mistake("no_counter", "skips num_batches_tracked", _ALL, 1, _copying(_without_counter)),
    Mistake(
        "no_parameters",
        "copies the buffers and skips the parameters",
        _ALL,
        1,
        _copying(lambda module: list(module.buffers())),
    ),
    Mistake(
        "does_nothing",
        "checks and then copies nothing: assigning to a name or a dict entry changes no network",
        "how the tensors get into my_resnet",
        3,
        _rebinds,
    ),
    Mistake("wrong_way", "copies from my_resnet into the pretrained one", "the order of the arguments", 3, _wrong_way),
    Mistake(
        "by_name",
        "copies what has the same name on both sides, which is nothing",
        "the keys: yours on one side, theirs on the other",
        3,
        _by_name,
    ),
    Mistake(
        "by_name_strictly",
        "loads a state dict that has their names",
        "the keys: yours on one side, theirs on the other",
        3,
        _by_name_strictly,
    ),
    Mistake(
        "shared",
        "makes both networks share one memory",
        "assignments to .data or to a parameter: copy_ or load_state_dict copies",
        3,
        _copying(after=_share),
    ),
    Mistake("frozen", "leaves the parameters frozen", "requires_grad", 3, _copying(after=_freeze)),
    Mistake("unchecked", "copies as far as it can and checks nothing", _CHECK, 2, _copying(check=_no_check)),
    Mistake(
        "shapes_unchecked",
        "checks the lengths and not the shapes: torch repeats a tensor of size 1 without a word",
        _CHECK,
        2,
        _copying(check=_check_lengths),
    ),
    Mistake(
        "lengths_unchecked",
        "checks the shapes of the pairs and not the lengths: zip stops at the shorter one",
        _CHECK,
        2,
        _copying(check=_check_shapes_of_pairs),
    ),
    Mistake(
        "load_checks_too_late",
        "lets load_state_dict find a wrong shape, which it does after it has copied the rest",
        _FIRST,
        2,
        _by_load,
    ),
    Mistake(
        "load_unchecked",
        "lets load_state_dict find everything, which it does after it has copied the rest",
        _FIRST,
        2,
        _by_load_unchecked,
    ),
    Mistake(
        "backwards",
        "copies in reverse order",
        "the order of the pairs",
        3,
        _copying(
            lambda module: (
                list(reversed(module.state_dict().values()))
                if isinstance(module[0], nn.Conv2d)
                else list(module.state_dict().values())
            )
        ),
    ),
)

EXERCISE = Exercise(
    name="copy_weights",
    hints=HINTS,
    right=right_copy,
    tests={
        "test_copy_weights": (
            Check("parameters", _parameters),
            Check("buffers", _buffers),
            Check("output", _output),
            Check("source untouched", _source_untouched),
            Check("own memory", _own_storage),
            Check("trainable", _trainable),
            Check("lengths checked", _lengths),
            Check("shapes checked", _shapes),
        ),
    },
    mistakes=MISTAKES,
    probe=_probe,
)
