"""nbgrader's own commands, each in a process that is forked from one that has imported nbgrader: that takes 2 s."""

import atexit
import json
import os
import runpy
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from warm_kernels import warm_kernels

ROOT = Path(__file__).resolve().parents[2]


def nbgrader(course: Path, *arguments: str) -> str:
    """Run a command in a course's folder, insist that it succeeds, and give all that it says."""
    run = forked if hasattr(os, "fork") else started
    done = run(course, *arguments)
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def started(course: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run a command in a course's folder; all that it says is in `stdout`."""
    whole = [sys.executable, "-m", "nbgrader", *arguments]
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.run(whole, cwd=course, env=environment(course), **said, check=False)


def forked(course: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Do the same in a process that has nbgrader imported when it begins, and with kernels that have torch imported."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        kernels = {"JUPYTER_PATH": warm_kernels()} if arguments[0] in {"autograde", "validate"} else {}
        asked = {"folder": str(course), "environment": environment(course) | kernels, "said": said.name}
        server = _server()
        print(json.dumps(asked | {"arguments": arguments}), file=server.stdin, flush=True)
        return subprocess.CompletedProcess(arguments, int(server.stdout.readline()), said.read())


def environment(course: Path = ROOT) -> dict[str, str]:
    """Give what a command starts with: the modules of its course, or else of this one, and a path to alembic."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | {"PATH": path, "PYTHONPATH": os.pathsep.join([str(course), str(ROOT)])}


@cache
def _server() -> subprocess.Popen:
    """Start the process that others are forked from, which ends with this one."""
    pipe = subprocess.PIPE
    server = subprocess.Popen([sys.executable, __file__], env=environment(), stdin=pipe, stdout=pipe, text=True)
    atexit.register(server.communicate)
    return server


def serve() -> None:
    """Fork a process for each line that is read; say how it has ended."""
    import nbgrader.apps  # noqa: F401

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run(**json.loads(line))
            return
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(folder: str, environment: dict[str, str], said: str, arguments: list[str]) -> None:
    for stream, place in enumerate((os.devnull, said, said)):
        os.dup2(os.open(place, os.O_RDWR | os.O_APPEND), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = arguments
    sys.path[0] = folder  # as `python -m` has it
    runpy.run_module("nbgrader", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve()
