"""Leave the student's world as it was: random state, gradient mode, default dtype, threads and hooks."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.nn.modules import module as nn_module

# Hooks that act on every module (`torch.nn.modules.module.register_module_forward_hook` and its kin).
_GLOBAL_HOOKS = [name for name in vars(nn_module) if name.startswith("_global_") and name.endswith("_hooks")]


@contextmanager
def world_unchanged() -> Iterator[None]:
    """Run a block in a plain world (gradients on, one thread, no global hooks), then put back what the student had.

    One thread, because tensors as small as a check's gain nothing from a second one, and lose much on a busy machine.
    """
    python_state = random.getstate()
    hooks = {name: getattr(nn_module, name).copy() for name in _GLOBAL_HOOKS}
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        # The accelerators' generators are not touched: every check runs on the CPU.
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            for name in hooks:
                getattr(nn_module, name).clear()
            yield
    finally:
        random.setstate(python_state)
        torch.set_default_dtype(dtype)
        torch.set_num_threads(threads)
        for name, saved in hooks.items():
            getattr(nn_module, name).clear()
            getattr(nn_module, name).update(saved)
