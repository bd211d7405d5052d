"""In the student's process: what a notebook finds on its owner's machine, and not here, costs it no marks.

Programs are not started, files of the student's own can be imported, devices that are not there give way to the CPU,
and a line that fails does not take along the rest of its cell.
"""

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from torch import Tensor
from torch.overrides import TorchFunctionMode

ACCELERATORS = ("cuda", "mps", "xpu")


def make_at_home(shell: InteractiveShell, asks_for_devices: bool) -> None:
    """Prepare the shell that runs a student's cells, in the folder where their files lie.

    asks_for_devices: whether the notebook names an accelerator; only then all of torch's calls are looked through.
    """
    sys.path.append(str(Path.cwd()))  # last, so that no file of theirs takes a library's place
    shell.system, shell.getoutput = _start_nothing, _give_nothing
    _go_on_after_errors(shell)
    if asks_for_devices:
        _OnTheCpu().__enter__()  # for good


def _start_nothing(command: str) -> None:
    print(f"(Not run when graded, where no programs can be started: {command})")


def _give_nothing(command: str, split: bool = True, depth: int = 0) -> SList | str:  # noqa: ARG001  (they are IPython's)
    _start_nothing(command)
    return SList() if split else ""


def _go_on_after_errors(shell: InteractiveShell) -> None:
    """Run what stands below a line that fails: it may be the answer, and the line may fail only here."""
    run_nodes, run_code = shell.run_ast_nodes, shell.run_code
    left = [0]  # of the cell's statements

    async def run_each(nodes: list[ast.stmt], *settings: Any, **more: Any) -> bool:
        left[0] = len(nodes)
        return await run_nodes(nodes, *settings, **more)

    async def run_one(code: Any, result: Any = None, *, async_: bool = False) -> bool:
        stopped = await run_code(code, result, async_=async_)
        left[0] -= 1
        # An interrupt, or an exit, ends the cell.
        if stopped and left[0] > 0 and result is not None and isinstance(result.error_in_exec, Exception):
            print("(This line failed when graded. What stands below it in the cell was run all the same.)")
            return False
        return stopped

    shell.run_ast_nodes, shell.run_code = run_each, run_one


def _is_here(device: str) -> bool:
    is_available = getattr(getattr(torch, device, None), "is_available", None)  # older torch has not all of them
    return is_available is not None and is_available()


class _OnTheCpu(TorchFunctionMode):
    """Has whatever is asked of a device that is not here done by the CPU, and says so once."""

    def __init__(self) -> None:
        super().__init__()
        self._missing = tuple(name for name in ACCELERATORS if not _is_here(name))
        self._told = False

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call a function of torch's with the CPU in the place of a missing device."""
        if func is Tensor.cuda and "cuda" in self._missing:
            self._tell("cuda")
            return args[0]
        here = {name: self._here(value) for name, value in (kwargs or {}).items()}
        return func(*map(self._here, args), **here)

    def _here(self, value: Any) -> Any:
        if isinstance(value, str | torch.device) and (name := str(value).partition(":")[0]) in self._missing:
            self._tell(name)
            return torch.device("cpu")
        return value

    def _tell(self, name: str) -> None:
        if not self._told:
            self._told = True
            print(f"(There is no {name} device when graded: the CPU does what is asked of it.)")
