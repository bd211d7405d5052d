"""A test function leaves the student's world as it was, whether the answer passes, fails or stops."""

import contextlib
import random
import warnings
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.modules import module as nn_module

from course_utils import tests
from course_utils.authoring.answers import run_solution, solved_notebook
from course_utils.checking.library import library_as_imported
from course_utils.checking.world import default_device, world_unchanged

NOTEBOOK = "02_resnets"
NAMES = tests.NOTEBOOKS[NOTEBOOK]
SOLVED = solved_notebook(NOTEBOOK)  # run in a usual world


def fresh() -> ModuleType:
    """Run the solved notebook from the top: its classes live in a namespace of their own, under their usual names."""
    return run_solution(NOTEBOOK)


def _module_that(act):
    """Make a pool that does something to the world in its forward, and then answers."""

    class AveragePool(nn.Module):
        def forward(self, x):
            act()
            return x.mean((2, 3))

    return AveragePool


def _fails() -> None:
    raise RuntimeError("on purpose")


def _global_hooks() -> dict[str, dict]:
    return {
        name: dict(value)
        for name, value in vars(nn_module).items()
        if name.startswith("_global") and hasattr(value, "items")
    }


def _world() -> list:
    return [
        torch.get_rng_state().tolist(),
        random.getstate(),
        str(np.random.get_state()),
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.get_default_dtype(),
        default_device(),
        torch.get_num_threads(),
        torch.is_anomaly_enabled(),
        nn.functional.relu,
        torch.Tensor.mean,
        _global_hooks(),
    ]


def _wrong(name: str):
    """Give an answer that is wrong in kind for every exercise: it runs, and gives back what it gets."""
    if name[0].isupper():
        settings = {"__init__": lambda self, *args, **settings: nn.Module.__init__(self), "forward": lambda self, x: x}
        return type(name, (nn.Module,), settings)
    return lambda *args: args


@pytest.fixture
def unusual_world():
    """Set everything to what nobody would have by chance; put it back afterwards."""
    before = torch.get_num_threads()
    hook = nn_module.register_module_forward_hook(lambda *args: None)
    torch.manual_seed(31)
    random.seed(32)
    np.random.seed(33)
    torch.set_num_threads(2)
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    yield
    torch.set_grad_enabled(True)
    torch.set_default_device(None)
    torch.set_default_dtype(torch.float32)
    torch.set_num_threads(before)
    hook.remove()


@pytest.mark.parametrize("name", NAMES)
def test_the_world_is_as_before_after_a_pass(name: str, unusual_world: None):
    answer, before = getattr(SOLVED, name), _world()
    for test in tests.EXERCISES[name]:
        test(answer, quiet=True)
    assert _world() == before


@pytest.mark.parametrize("name", NAMES)
def test_the_world_is_as_before_after_a_failure(name: str, unusual_world: None):
    answer, before = _wrong(name), _world()
    failed = 0
    for test in tests.EXERCISES[name]:
        with pytest.raises(AssertionError):
            test(answer)
        failed += 1
    assert failed
    assert _world() == before


ACTS = {
    "seeds": lambda: (torch.manual_seed(0), random.seed(0), np.random.seed(0)),
    "gradients off": lambda: torch.set_grad_enabled(False),
    "dtype": lambda: torch.set_default_dtype(torch.float64),
    "threads": lambda: torch.set_num_threads(2 if torch.get_num_threads() == 1 else 1),
    "global hook": lambda: nn_module.register_module_forward_hook(lambda *args: None),
    "global pre-hook": lambda: nn_module.register_module_forward_pre_hook(lambda *args: None),
    "torch itself": lambda: setattr(nn.functional, "relu", None),
    "what a tensor inherits": lambda: setattr(torch.Tensor, "mean", None),
    "an error": _fails,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_what_the_answer_itself_does_to_the_world_is_undone(act):
    before = _world()
    with contextlib.suppress(AssertionError):  # with gradients off, say, the answer is wrong
        tests.test_averagepool(_module_that(act), quiet=True)
    assert _world() == before


def test_a_module_of_the_students_that_exists_already_stays_as_it_is():
    space = fresh()
    mine = space.ResidualBlock(3, 5, 2)
    norm = next(part for part in mine.modules() if isinstance(part, space.BatchNorm2d))
    mine.register_forward_hook(hook := lambda *args: None)
    mine(torch.randn(2, 3, 6, 6)).sum().backward()
    norm.eval()
    before = {name: tensor.clone() for name, tensor in mine.state_dict().items()}
    gradients = [parameter.grad.clone() for parameter in mine.parameters()]
    modes = [module.training for module in mine.modules()]
    for name in ("BatchNorm2d", "ResidualBlock", "BlockGroup", "ResNet34"):
        for test in tests.EXERCISES[name]:
            test(getattr(space, name), quiet=True)
    assert all(torch.equal(tensor, before[name]) for name, tensor in mine.state_dict().items())
    assert all(torch.equal(p.grad, g) for p, g in zip(mine.parameters(), gradients, strict=True))
    assert [module.training for module in mine.modules()] == modes
    assert list(mine._forward_hooks.values()) == [hook]
    assert type(norm) is space.BatchNorm2d


def _wrecks_what_it_is_given(module: nn.Module, *args: object) -> None:
    type(module).forward = None


def test_the_courses_own_modules_are_whole_again_after_an_answer_that_wrecks_their_class():
    """Catches a class of the course that stays as an answer left it: the right answer would then be called wrong."""
    tests.test_raise_on_nan(SOLVED.raise_on_nan, quiet=True)
    with pytest.raises(AssertionError):
        tests.test_raise_on_nan(_wrecks_what_it_is_given)
    tests.test_raise_on_nan(SOLVED.raise_on_nan, quiet=True)


def test_the_students_class_is_not_changed():
    space = fresh()
    before = dict(vars(space.ResidualBlock))
    tests.test_residual_block(space.ResidualBlock, quiet=True)
    assert dict(vars(space.ResidualBlock)) == before


def test_patched_names_of_torch_are_patched_again_afterwards():
    original = nn.BatchNorm2d
    try:
        nn.BatchNorm2d = patched = type("BatchNorm2d", (nn.Identity,), {})
        tests.test_batchnorm2d_forward(fresh().BatchNorm2d, quiet=True)
        assert nn.BatchNorm2d is patched
    finally:
        nn.BatchNorm2d = original


PATCHES = {
    "a class": (nn, "Linear", nn.Identity),
    "a function": (torch, "relu", abs),
    "a number, by what cannot be compared": (torch, "pi", torch.ones(2)),
    "a name that is gone": (nn, "ReLU", None),
}


@pytest.mark.parametrize("earlier", [False, True], ids=["from the start", "after a test that found nothing patched"])
@pytest.mark.parametrize(("space", "name", "own"), PATCHES.values(), ids=PATCHES.keys())
def test_inside_a_test_the_library_is_as_it_was_imported(space, name: str, own, earlier: bool):
    right = getattr(space, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nn, "an_own_name", 1, raising=False)
        if earlier:
            with library_as_imported():
                pass
        patch.delattr(space, name) if own is None else patch.setattr(space, name, own)
        with library_as_imported():
            assert getattr(space, name) is right
        assert getattr(space, name, None) is own


def test_nothing_is_written_to_stderr(capfd: pytest.CaptureFixture):
    """nbgrader takes a single word there for a failure."""
    for name in NAMES:
        for test in tests.EXERCISES[name]:
            test(getattr(SOLVED, name))
    assert capfd.readouterr().err == ""


def test_what_torch_warns_of_is_kept_away_and_what_the_student_warns_of_is_not(recwarn):
    """Catches "degrees of freedom is <= 0" above a panel, for one value that a look gave, and a student's own lost."""
    with world_unchanged():
        torch.ones(1).var()
        warnings.warn("mine", stacklevel=1)
    assert [str(one.message) for one in recwarn] == ["mine"]
    torch.ones(1).var()
    assert "degrees of freedom" in str(recwarn.pop().message) + str(recwarn.pop().message)
