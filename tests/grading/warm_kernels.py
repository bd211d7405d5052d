"""Kernels for nbgrader's own runs, forked from a process that has imported torch: that takes 3 s of a processor each.

What Jupyter starts by the kernelspec is a small program that has a kernel forked, passes Ctrl-C on, and ends with it.
"""

import atexit
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

SOCKET = "socket"


@cache
def warm_kernels() -> str:
    """Give the folder, for JUPYTER_PATH, of a kernelspec whose kernels are forked; they end with this process."""
    folder = tempfile.TemporaryDirectory()
    spec = Path(folder.name, "kernels", "python3", "kernel.json")
    spec.parent.mkdir(parents=True)
    program = [sys.executable, "-I", "-S", __file__]
    argv = [*program, str(Path(folder.name, SOCKET)), "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    server = subprocess.Popen(
        [sys.executable, __file__, "serve", folder.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    server.stdout.readline()  # it listens

    def end() -> None:
        server.communicate()
        folder.cleanup()

    atexit.register(end)
    return folder.name


def serve(folder: str) -> None:
    """Fork a kernel for each program that asks, until whoever has started this has ended."""
    import einops  # noqa: F401
    import ipykernel.kernelapp  # noqa: F401
    import jaxtyping  # noqa: F401
    import torchvision  # noqa: F401

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(Path(folder, SOCKET)))
        listener.listen()
        print(flush=True)
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            line, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _be_a_kernel(line)
                return
            line.close()
            _bury()


def _bury() -> None:
    """Take note of kernels that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be_a_kernel(line: socket.socket) -> None:
    """Do what `python -m ipykernel_launcher` would do where the program that asks has been started."""
    asked, streams, *_ = socket.recv_fds(line, 1 << 20, 3)
    os.setsid()
    for stream, place in enumerate(streams):
        os.dup2(place, stream)
    told = json.loads(asked)
    os.chdir(told["folder"])
    os.environ.clear()
    os.environ.update(told["environment"])
    line.sendall(str(os.getpid()).encode())
    threading.Thread(target=lambda: (line.recv(1), os._exit(1)), daemon=True).start()  # that program has been killed
    own = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.argv, sys.path[:1] = ["ipykernel_launcher", *told["arguments"]], [told["folder"], *own]
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


def ask(place: str, *arguments: str) -> None:
    """Have a kernel forked, and end when it does."""
    told = {"folder": str(Path.cwd()), "environment": dict(os.environ), "arguments": arguments}
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(place)
        socket.send_fds(line, [json.dumps(told).encode()], [0, 1, 2])
        pid = int(line.recv(20))
        signal.signal(signal.SIGINT, lambda *_: os.kill(pid, signal.SIGINT))
        line.recv(1)


if __name__ == "__main__":
    serve(sys.argv[2]) if sys.argv[1] == "serve" else ask(*sys.argv[1:])
