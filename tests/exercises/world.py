"""A world as a student's notebook may have set it, and what of it a test must leave as it was."""

import random

import numpy as np
import torch


class World:
    """A default dtype and a number of threads for the block."""

    def __init__(self, dtype: torch.dtype, threads: int) -> None:
        self.wanted = dtype, threads

    def __enter__(self) -> None:
        self.before = torch.get_default_dtype(), torch.get_num_threads()
        self._set(*self.wanted)

    def __exit__(self, *error: object) -> None:
        self._set(*self.before)

    @staticmethod
    def _set(dtype: torch.dtype, threads: int) -> None:
        torch.set_default_dtype(dtype)
        torch.set_num_threads(threads)


def snapshot() -> tuple:
    """Give all that can be compared of the world."""
    hooks = vars(torch.nn.modules.module)
    return (
        torch.get_rng_state().tolist(),
        random.getstate(),
        str(np.random.get_state()),
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        torch.get_num_threads(),
        {name: len(value) for name, value in hooks.items() if name.startswith("_global_") and name.endswith("_hooks")},
        torch.nn.functional.relu,
        torch.Tensor.mean,
        {name: len(vars(space)) for name, space in (("Tensor", torch.Tensor), ("Module", torch.nn.Module))},
        torch.nn.BatchNorm2d,
    )
