"""Start kernels by forking a warm process: Jupyter's own seam for starting them differently."""

import asyncio
import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.provisioning import KernelProvisionerBase, KernelProvisionerFactory

from course_utils.grading.run.warm import ANOTHER, COURSE, LARGEST, PASSED_ON, READY

NAME = "course-warm"
# The course takes the place of "", the folder that a kernel is in: a submission's files must not pass for libraries.
# (The option -P leaves "" out, too, but Python 3.10 doesn't know it.)
_PROGRAM = "import sys; sys.path[0] = {course!r}; from course_utils.grading.run.warm import main; main({fd})"
_SECONDS_TO_WARM_UP = 180


class CannotStart(RuntimeError):  # noqa: N818
    """The warm process cannot be had; nothing is wrong with the submission."""


@contextmanager
def _or_cannot_start() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise CannotStart(f"the warm process does not answer ({error})") from error


class Warm:
    """The warm process of this one: a copy of the first of this machine, where there is one."""

    def __init__(self, first: "Warm | None" = None) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_SECONDS_TO_WARM_UP)
        self._ready = False
        self._process = None
        with theirs:
            if first is None:
                self._process = self._started(theirs)
            else:
                first._send(ANOTHER, [theirs.fileno()])

    def _started(self, theirs: socket.socket) -> subprocess.Popen:
        program = _PROGRAM.format(course=str(COURSE), fd=theirs.fileno())
        return subprocess.Popen(
            [sys.executable, "-c", program],
            cwd="/",
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            # What it is started with can be read in /proc/self/environ by all that it forks.
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )

    def wait(self) -> None:
        """Wait until it has imported everything."""
        with _or_cannot_start():
            if not self._ready and self._control.recv(LARGEST) != READY:
                self.end()
                raise CannotStart("the process that imports torch once for all submissions did not start")
        self._ready = True

    def fork(self, asked: dict[str, Any], fds: list[int]) -> int:
        """Have a kernel forked; give its process id."""
        self.wait()
        self._send(json.dumps(asked).encode(), fds)
        with _or_cannot_start():
            return json.loads(self._control.recv(LARGEST))["pid"]

    def _send(self, data: bytes, fds: list[int]) -> None:
        with _or_cannot_start():
            self._control.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", fds).tobytes())])

    @property
    def lives(self) -> bool:
        """Say whether it is still there, and can be asked."""
        if self._control.fileno() < 0:
            return False
        look = select.poll()
        look.register(self._control, 0)
        return not look.poll(0)

    def end(self) -> None:
        """End it, and with it whatever it has forked: it ends when nobody can ask it any more."""
        self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()


_warm: list[Warm] = []
_first: list[Warm] = []


def warm_process() -> Warm:
    """Give this process's warm process; it is started when it is first asked for, or has died."""
    if _warm and not _warm[0].lives:
        _warm.pop().end()
    if not _warm:
        _warm.append(Warm(next((one for one in _first if one.lives), None)))
        atexit.register(_warm[0].end)
    return _warm[0]


def warm_process_for_all() -> None:
    """Start the first warm process of this machine, of which all that are forked from this process get copies."""
    _first.append(Warm())


class _Provisioner(KernelProvisionerBase):
    """A kernel that is forked from the warm process."""

    pid: int | None = None
    _handle: int | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self.parent.write_connection_file()
        self.connection_info = self.parent.get_connection_info()
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        """Fork it; `asked` and `fds` come from whoever starts the kernel."""
        asked = {**kwargs["asked"], "connection_file": self.parent.connection_file}
        self.pid = warm_process().fork(asked, kwargs["fds"])
        # A number could be given to another process once this one has ended; a handle cannot.
        self._handle = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else None
        return self.connection_info

    @property
    def has_process(self) -> bool:
        return self.pid is not None

    async def poll(self) -> int | None:
        if self.pid is None:
            return 0
        if self._handle is not None:
            return 0 if select.select([self._handle], [], [], 0)[0] else None
        with suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return None
        return 0

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(0.01)
        await self.cleanup()
        return 0

    async def send_signal(self, signum: int) -> None:
        if self.pid is None or await self.poll() is not None:
            return
        with suppress(ProcessLookupError, PermissionError):
            if signum == signal.SIGINT:
                os.kill(self.pid, signum)
            else:
                os.killpg(self.pid, signum)

    async def kill(self, restart: bool = False) -> None:  # noqa: ARG002
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)  # there is nothing in it to save

    async def cleanup(self, restart: bool = False) -> None:  # noqa: ARG002
        self.pid = None
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def register() -> None:
    """Make the provisioner known to Jupyter in this process."""
    KernelProvisionerFactory.instance().provisioners[NAME] = EntryPoint(
        NAME, f"{__name__}:{_Provisioner.__name__}", "jupyter_client.kernel_provisioners"
    )
