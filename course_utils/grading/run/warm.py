"""The warm process: it has imported everything once, and forks a fresh kernel for each submission.

Each worker has one; those of one machine are forked from the first, so that only that one has to import anything.

It never runs a line of a student's, and has no tests and no right answers in it: what is forked from it has none to
find. It runs as a program of its own, `python -c …` from the root folder, and ends with whoever started it.
"""

import array
import gc
import json
import os
import signal
import socket
import sys
import traceback
import types
from contextlib import suppress
from pathlib import Path
from typing import Any

COURSE = Path(__file__).resolve().parents[3]
# Of the grader's environment, which may hold passwords, a submission sees these.
PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "RESNET34_WEIGHTS", "FASHION_MNIST", "TZ")
READY, ANOTHER = b"ready", b"another"  # what it says when it can be asked; what it is asked for one more of its kind
LARGEST = 1 << 16  # bytes of a request, or an answer


def main(control_fd: int) -> None:
    """Import, then serve whoever has started this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this
    _prepare()
    gc.freeze()  # else each submission's first large collection would copy all that is imported
    _serve(control_fd)


def _serve(control_fd: int) -> None:
    """Fork a kernel for each request until the other end hangs up."""
    with suppress(ConnectionError), socket.socket(fileno=control_fd) as control:
        control.sendall(READY)
        while True:
            data, rights, *_ = control.recvmsg(LARGEST, socket.CMSG_SPACE(2 * array.array("i").itemsize))
            if not data:
                return
            fds = [fd for _, _, raw in rights for fd in array.array("i", raw)]
            pid = os.fork()
            if pid == 0:
                control.close()
                try:
                    _serve(*fds) if data == ANOTHER else _be_a_kernel(json.loads(data), *fds)
                except BaseException:  # noqa: BLE001  (a forked process must not go on as its parent)
                    traceback.print_exc()
                finally:
                    os._exit(1)
            for fd in fds:
                os.close(fd)
            if data != ANOTHER:
                control.sendall(json.dumps({"pid": pid}).encode())
            _bury()


def _prepare() -> None:
    """Import what a kernel and a notebook need; put what would give answers away out of reach."""
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # ipykernel's debugger would warn at each start
    import torch

    # After one operation with two threads, every forked child would hang.
    torch.set_num_threads(1)
    _without_answers()
    import debugpy  # noqa: F401  (ipykernel would import it in each child)
    import einops  # noqa: F401
    import ipykernel.debugger
    import ipykernel.kernelapp  # noqa: F401
    import jaxtyping  # noqa: F401
    import rich.columns
    import rich.table  # noqa: F401
    import torchinfo  # noqa: F401
    import torchvision  # noqa: F401

    from course_utils import utils  # noqa: F401
    from course_utils.checking import draws, inside, look, shortcuts  # noqa: F401  (looks refer to them)
    from course_utils.grading.run import confinement, elsewhere, observer  # noqa: F401

    shortcuts.note_libraries()
    _remember_what_looking_needs()


def _remember_what_looking_needs() -> None:
    """Take note of all that looks are made of: while they look, what a notebook has put in its place does not count."""
    import cloudpickle  # noqa: F401  (and its modules)
    import torchvision

    from course_utils.checking import library

    library.remember(torchvision.models.resnet)
    names = {"functools", "pickle", "copyreg", "types", "operator", "contextlib", "dataclasses", "copy", "inspect"}
    names |= {name for name in sys.modules if name.startswith(("cloudpickle", "course_utils.checking"))}
    for name in sorted(names):
        library.remember_all(sys.modules[name])


def _without_answers() -> None:
    """Stand in for the modules of the course that know right answers, in this process and those forked from it."""
    import course_utils
    from course_utils import layers

    tests = types.ModuleType("course_utils.tests")
    tests.__getattr__ = _silent_test  # type: ignore[method-assign]
    carried = types.ModuleType("course_utils.carried")
    carried.my_layers = lambda: (layers.ReLU, layers.Linear, layers.Conv2d, layers.MaxPool2d)
    for module in (tests, carried):
        sys.modules[module.__name__] = module
        setattr(course_utils, module.__name__.split(".")[1], module)


def _silent_test(name: str) -> Any:
    if not name.startswith("test_"):
        raise AttributeError(name)
    return lambda *_, **__: print(f"{name}: when a class is graded, only the graded test cells are run.")


def _bury() -> None:
    """Take note of children that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be_a_kernel(asked: dict[str, Any], line_fd: int, log_fd: int) -> None:
    os.setsid()
    os.dup2(log_fd, 1)
    os.dup2(log_fd, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(line_fd, 3)
    os.closerange(4, 4096)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from course_utils.grading.run import confinement, elsewhere, observer
    from course_utils.grading.run.wire import Line

    observer.LINE = Line(socket.socket(fileno=3))
    confinement.confine(confinement.Limits(**asked["limits"]), asked["readable"], asked["writable"], asked["how"])
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    app.initialize(["-f", asked["connection_file"], "--HistoryManager.hist_file=:memory:"])
    elsewhere.make_at_home(app.shell, asked["asks_for_devices"])
    app.start()
