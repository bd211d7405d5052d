"""Run one submitted notebook in a warm, confined kernel, and have each of its test cells judged."""

import asyncio
import atexit
import json
import math
import os
import re
import socket
import tempfile
import threading
import time
import warnings
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import torch
import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbformat.warnings import MissingIDFieldWarning

from course_utils.grading.judge.judging import TestCall, judge, read_test_cell
from course_utils.grading.judge.names import renamed
from course_utils.grading.judge.needed import needed
from course_utils.grading.judge.session import Session
from course_utils.grading.judge.tampering import tampering
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.judge.verdicts import Verdict, keep_at_most, write_outputs, zero
from course_utils.grading.run import provisioner
from course_utils.grading.run.disk import remove, too_much
from course_utils.grading.run.elsewhere import ACCELERATORS
from course_utils.grading.run.limits import MB
from course_utils.grading.run.places import environment, readable
from course_utils.grading.run.wire import Line

_SERVE = "__import__('course_utils.grading.run.observer').grading.run.observer.perform_here()"
_WATCH = 0.25  # seconds between two looks at what a submission uses
_LINES_TOLD = 3  # of those that reach into the process
_EXTRA = 5  # seconds that a kernel may take to start, beyond what its notebook may


warnings.filterwarnings("ignore", category=MissingIDFieldWarning)  # nbgrader's notebooks have none


def run(task: Task) -> Result:
    """Run and judge a notebook. Whatever the student's code does, there is a verdict for every test cell.

    Raises:
        CannotStart: there is no kernel to be had on this machine: nothing is known of the submission.
    """
    began = time.monotonic()
    torch.set_num_threads(1)  # one thread and several submissions beat several threads on one
    notebook = nbformat.reads(task.notebook, as_version=4)
    folder = Path(tempfile.mkdtemp(prefix="grading-")).resolve()
    try:
        troubles, verdicts = _run_in(folder, notebook, task)
    finally:
        remove(folder)
    return Result(json.dumps(notebook), verdicts, time.monotonic() - began, troubles)


def _run_in(folder: Path, notebook: NotebookNode, task: Task) -> tuple[tuple[str, ...], dict[str, Verdict]]:
    work, private = folder / "work", folder / "private"
    for place in (work, private):
        place.mkdir()
    for name, data in task.files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    reaching = tampering(notebook, task.released, task.helpers)
    client = _Client(notebook, work, private, task)
    verdicts = client.verdicts
    if reason := client.run():
        verdicts |= {name: zero(reason) for name in task.tests if name not in verdicts}
        client.troubles.append(reason)
    if reaching and any(verdict.passed for verdict in verdicts.values()):
        reason = f"the notebook reaches into the process that it runs in ({_some(reaching)})"
        verdicts = {name: replace(one, held=reason) if one.passed else one for name, one in verdicts.items()}
        client.troubles.append(f"held: {reason}")
    write_outputs(notebook, verdicts, client.said)
    keep_at_most(notebook, task.limits.kept * MB)
    return tuple(client.troubles), verdicts


def _some(lines: list[str]) -> str:
    more = len(lines) - _LINES_TOLD
    return "; ".join(lines[:_LINES_TOLD]) + f"; and {more} more" * (more > 0)


class _KernelClient(AsyncKernelClient):
    """Does not wait, as Jupyter's does, for 0.2 s of silence: nbclient knows which cell a message belongs to."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and what it shows can be heard."""
        deadline = time.monotonic() + (timeout or math.inf)
        while time.monotonic() < deadline and await self.is_alive():
            self.kernel_info()
            with suppress(Empty):
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
        raise RuntimeError("no answer")


class _Client(NotebookClient):
    """Runs cells as Jupyter does, and hands test cells to the judge."""

    def __init__(self, notebook: NotebookNode, work: Path, private: Path, task: Task) -> None:
        provisioner.register()
        manager = AsyncKernelManager(transport="ipc", shutdown_wait_time=0, client_factory=_KernelClient)
        manager._kernel_spec = KernelSpec(metadata={"kernel_provisioner": {"provisioner_name": provisioner.NAME}})
        manager.context.setsockopt(zmq.MAXMSGSIZE, task.limits.output * MB)  # a larger message is never read
        manager.connection_file = str(private / "kernel.json")
        manager.ip = str(private / "k")
        slow = f"This cell took longer than {task.limits.cell} s."
        super().__init__(
            notebook, km=manager, allow_errors=True,
            interrupt_on_timeout=True, timeout=task.limits.cell, startup_timeout=60, iopub_timeout=15,
            coalesce_streams=False, store_widget_state=False, record_timing=False, raise_on_iopub_timeout=True,
            skip_cells_with_tag="no cell has this tag",
            error_on_timeout={"ename": "CellTimeoutError", "evalue": slow, "traceback": [slow]},
            on_cell_executed=_tidy_up,
        )  # fmt: skip
        self.verdicts: dict[str, Verdict] = {}
        self.said: dict[str, str] = {}
        self.troubles: list[str] = []
        self._work, self._private, self._task = work, private, task
        self._needed = needed(notebook, task.released, task.tests)
        self._renamed = renamed(notebook, task.stubs)
        self._absent: set[str] = set()  # names that tests have asked for in vain
        self._shown = 0
        self._stopped = ""  # the reason, if it was
        self._deadline = math.inf
        self._judges = ThreadPoolExecutor(1)
        # The judge's end, kept for as long as the notebook runs.
        self._socket, self._theirs = socket.socketpair()
        # The cell in which the kernel serves the judge, until it has ended.
        self._serving: NotebookNode | None = None
        self._line = Line(self._socket, lambda: self._serving is None)

    def run(self) -> str:
        """Run the notebook; say why it did not come to its end, if it did not."""
        with self._judges, self._socket, (self._private / "kernel.log").open("wb") as log:
            done = threading.Event()
            watch = threading.Thread(target=self._watch, args=(done,), daemon=True)
            asked = {
                "folder": str(self._work),
                "environment": environment(self._work),
                "limits": vars(self._task.limits),
                "readable": [*readable(), str(self._private)],
                "writable": [str(self._work), str(self._private), *_DEVICES],
                "how": self._task.confined,
                "asks_for_devices": self._asks_for_devices,
            }
            provisioner.warm_process().wait()
            self._deadline = time.monotonic() + self._task.limits.notebook + _EXTRA
            watch.start()
            try:
                self.execute(asked=asked, fds=[self._theirs.fileno(), log.fileno()], cleanup_kc=True)
            except provisioner.CannotStart:
                raise
            except Exception as error:  # noqa: BLE001  (what comes from the other process can break all that listens)
                return self._stopped or _reason(error)
            finally:
                done.set()
                watch.join()
                self._theirs.close()
                atexit.unregister(self._cleanup_kernel)  # nbclient forgets to, and a worker would keep all it has run
        return self._stopped

    @property
    def _asks_for_devices(self) -> bool:
        """Say whether a cell of the student's own names an accelerator, or a file of theirs does."""
        own = [cell.source for cell in self.nb.cells if cell.source not in self._task.released]
        texts = (*own, *self._task.helpers.values())
        return any(re.search(rf"\b({'|'.join(ACCELERATORS)})\b", text) for text in texts)

    # --- cells ------------------------------------------------------------------------------------------------------

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel, and leave its end of the line to it alone: it closes when the process ends."""
        await super().async_start_new_kernel(**kwargs)
        self._theirs.close()

    async def async_start_new_kernel_client(self) -> Any:
        """Wait for the kernel; as long as it has run nothing of the student's, it is not their doing if it fails."""
        try:
            return await super().async_start_new_kernel_client()
        except Exception as error:
            said = (self._private / "kernel.log").read_text(errors="replace")[-_SAID:]
            raise provisioner.CannotStart(f"a fresh kernel did not start ({error}): {said}") from error

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, **kwargs: Any) -> NotebookNode:
        """Run a cell; a test cell of the release is judged instead."""
        if self._stopped:
            raise DeadKernelError(self._stopped)
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name not in self._task.tests or cell.cell_type != "code":
            if cell_index in self._needed:
                await self._stand_in(cell_index)
                return await super().async_execute_cell(cell, cell_index, **kwargs)
            if cell.cell_type == "code":
                cell.outputs = [new_output("stream", name="stdout", text=_NOT_RUN)]
            return cell
        calls = read_test_cell(self._task.tests[name])
        await self._stand_in(cell_index, but={call.candidate for call in calls or ()})
        if calls is None:
            await super().async_execute_cell(cell, cell_index, **kwargs)
            self.verdicts[name] = Verdict.of_outputs(cell.outputs)
            self.troubles.append(f"{name} is no call of the course's tests: it ran unjudged, in the student's process")
            return cell
        for _, some in groupby(calls, lambda call: (call.test, call.candidate)):
            try:
                verdict, said = await self._judged(tuple(some), cell_index)
            finally:
                self.nb.cells[cell_index] = cell  # nbclient has put its stand-in there
            self.said[name] = (self.said.get(name, "") + said)[:_SAID]
            if name not in self.verdicts or not verdict.passed:  # a second test that passes says nothing
                self.verdicts[name] = verdict
            if not verdict.passed:
                break
        return cell

    async def _stand_in(self, index: int, but: Collection[str] = ()) -> None:
        """Define what is missing as it was released: later answers may name it, and tests put a right one there."""
        cell = self.nb.cells[index]
        for name in sorted(self._absent.difference(but)):
            self._absent.remove(name)
            stub = NotebookNode(cell_type="code", source=self._task.stubs[name], metadata=NotebookNode(), outputs=[])
            try:
                await super().async_execute_cell(stub, index)
            finally:
                self.nb.cells[index] = cell

    async def _judged(self, calls: tuple[TestCall, ...], index: int) -> tuple[Verdict, str]:
        """Let the kernel serve the judge, in the place of the test cell."""
        loop = asyncio.get_running_loop()
        interrupt = lambda: asyncio.run_coroutine_threadsafe(self.km.interrupt_kernel(), loop)  # noqa: E731
        session = Session(self._line, self._task.limits.test, interrupt, self._renamed)
        stand_in = self._serving = NotebookNode(cell_type="code", source=_SERVE, metadata=NotebookNode(), outputs=[])
        deciding = loop.run_in_executor(self._judges, judge, calls, session, self._task.named)
        serving = asyncio.ensure_future(super().async_execute_cell(stand_in, index))
        serving.add_done_callback(lambda _: setattr(self, "_serving", None))
        try:
            await serving
        finally:
            verdict = await deciding
        if session.no_such_name and calls[0].candidate in self._task.stubs:
            self._absent.add(calls[0].candidate)
        said = "".join(one.text for one in stand_in.outputs if one.output_type == "stream" and one.name == "stdout")
        return verdict, said

    def _get_timeout(self, cell: NotebookNode | None) -> int | None:
        # A judged cell's time is the judge's to keep.
        return self._task.limits.test + 30 if cell is self._serving and cell else super()._get_timeout(cell)

    # --- limits -----------------------------------------------------------------------------------------------------

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Count what the submission shows, and stop it when that is too much."""
        self._shown += len(str(msg.get("content", "")))
        if self._shown > self._task.limits.output * MB:
            self._stop(f"it showed more than {self._task.limits.output} MB of output")
            return None
        return super().process_message(msg, cell, cell_index)

    def _watch(self, done: threading.Event) -> None:
        """Stop the submission when its time is over or it has taken too much."""
        while not done.wait(_WATCH):
            if time.monotonic() > self._deadline:
                self._stop(f"the notebook took longer than {self._task.limits.notebook} s")
            elif reason := too_much(self._work.parent, self._task.limits) or self._too_many_threads():
                self._stop(reason)

    def _too_many_threads(self) -> str:
        pid, most = self._pid, self._task.limits.threads
        with suppress(OSError):
            if pid and Path(f"/proc/{pid}/task").stat().st_nlink - 2 > most:
                return f"it started more than {most} threads"
        return ""

    def _stop(self, reason: str) -> None:
        self._stopped = self._stopped or reason
        pid = self._pid
        with suppress(OSError):
            if pid:
                os.killpg(pid, 9)

    @property
    def _pid(self) -> int | None:
        """Give the kernel's process id, as long as there is a kernel: nbclient forgets its manager at the end."""
        return getattr(getattr(self.km, "provisioner", None), "pid", None)


_NOT_RUN = "(Not run when graded: no exercise depends on this cell.)\n"
_SAID = 20_000  # characters of a test cell's own output that are kept
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def _tidy_up(cell: NotebookNode, execute_reply: dict[str, Any], **_: Any) -> None:
    """Join what was printed, and show an error that only the reply tells of, such as that the time was over."""
    cell.outputs = list(_joined(cell.outputs))
    told = execute_reply["content"]
    shown = [output.get("ename") for output in cell.outputs]
    if told["status"] == "error" and told["ename"] not in shown:
        error = {"ename": told["ename"], "evalue": told["evalue"], "traceback": told["traceback"]}
        cell.outputs.append(new_output("error", **error))


def _joined(outputs: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Make one output of neighbouring streams; of what carriage returns overwrite, the last is left.

    nbclient's own way is a regular expression that takes hours for a line of a million characters.
    """
    for (kind, name), some in groupby(outputs, lambda one: (one.output_type, one.get("name"))):
        if kind != "stream":
            yield from some
            continue
        lines = "".join(one.text for one in some).split("\n")
        yield new_output("stream", name=name, text="\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines))


def _reason(error: Exception) -> str:
    if isinstance(error, DeadKernelError):
        return "its process ended in the middle (it crashed, left by itself, or used more memory or time than it may)"
    if isinstance(error, CellTimeoutError):
        return "a cell did not stop when it was asked to"
    return f"its process could not be talked to any more ({type(error).__name__}: {str(error)[:200]})"
