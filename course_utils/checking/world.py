"""Leave the student's world as it was: random state, gradient mode, default dtype, threads and hooks."""

import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
from torch.nn.modules import module as nn_module

from course_utils.checking.library import library_as_imported

# Hooks that act on every module (`torch.nn.modules.module.register_module_forward_hook` and its kin).
_GLOBAL_HOOKS = [name for name in vars(nn_module) if name.startswith("_global_") and name.endswith("_hooks")]


@contextmanager
def world_unchanged() -> Iterator[None]:
    """Run a block in a plain world, and undo that afterwards.

    There, gradients are on, floats are float32 (autocast or not), the device is the CPU, torch is unpatched, there are
    one thread and no global hooks, and torch itself warns of nothing.

    One thread, because tensors as small as a check's gain nothing from a second one, and lose much on a busy machine.
    """
    hooks = {name: getattr(nn_module, name).copy() for name in _GLOBAL_HOOKS}
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float32)
        for name in hooks:
            getattr(nn_module, name).clear()
        with (
            library_as_imported(),
            _random_states(),
            _without_torchs_own_warnings(),
            torch.inference_mode(mode=False),
            torch.enable_grad(),
            _without_autocast(),
            _on_the_cpu(),
        ):
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_num_threads(threads)
        for name, saved in hooks.items():
            getattr(nn_module, name).clear()
            getattr(nn_module, name).update(saved)


def plain_again(seed: int) -> None:
    """Make the world plain again inside a block of `world_unchanged`, for the next of many things that are done there.

    It costs a hundredth of that: torch's names are not looked at. What draws by mistake draws the same each time,
    because torch's own random numbers start from `seed`.
    """
    torch.default_generator.manual_seed(seed)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    for name in _GLOBAL_HOOKS:
        if hooks := getattr(nn_module, name):
            hooks.clear()


@contextmanager
def _without_torchs_own_warnings() -> Iterator[None]:
    """Keep quiet what torch warns of: a look chose the input, as a single value whose variance is asked for."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"[\s\S]*Triggered internally at")
        yield


def _without_autocast() -> AbstractContextManager[Any]:
    """Turn autocast off, where it is on: nothing is to be rounded to 16 bits on the way."""
    return torch.autocast("cpu", enabled=False) if torch.is_autocast_enabled("cpu") else nullcontext()


def default_device() -> str:
    """Name the kind of device on which tensors are made: "cpu", "meta" and so on; "none" if this machine lacks it."""
    try:
        return torch.empty(0).device.type  # get_default_device of torch 2.7 sees no `with torch.device(…):` around it
    except (AssertionError, RuntimeError):
        return "none"


def _on_the_cpu() -> AbstractContextManager[Any]:
    """Make the CPU the default device; where it is, a context would only slow each of torch's calls down."""
    return nullcontext() if default_device() == "cpu" else torch.device("cpu")


@contextmanager
def _random_states() -> Iterator[None]:
    """Put back the random state of Python, NumPy and torch; accelerators are not used by any check."""
    numpy_random = getattr(sys.modules.get("numpy"), "random", None)
    python_state, numpy_state = random.getstate(), numpy_random and numpy_random.get_state()
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        random.setstate(python_state)
        if numpy_random:
            numpy_random.set_state(numpy_state)
