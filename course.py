# Any Python, however old, must be able to read this file, so that it can say which one it needs: no f-strings here.
# ruff: noqa: RUF005, UP010, UP030, UP032, UP036
"""The one command of the course. At first use it makes the environment `.venv` beside this file.

python course.py              open the course in JupyterLab
python course.py test         check everything: lint, format and tests
python course.py SUBCOMMAND   any other subcommand of `course`, such as build; `course --help` in .venv lists them
"""

from __future__ import print_function

import sys

if sys.version_info < (3, 10):
    sys.exit(
        "The course needs Python 3.10 or newer; you have {}.{} ({}). Get a newer one at "
        "https://www.python.org/downloads/ and start the course with it: python3 course.py".format(
            sys.version_info[0], sys.version_info[1], sys.executable
        )
    )

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
COURSE = BIN / ("course.exe" if WINDOWS else "course")
# What .venv is ready for. It is written last, so an interrupted start never looks like a finished one.
STAMP = VENV / "course.json"
PIP_LOG = VENV / "pip.log"

EXTRAS = {"open": set(), "test": {"instructor", "site", "dev"}, "site": {"site", "instructor"}}
EXTRAS_OF_OTHER_COMMANDS = {"instructor"}

# Commands of authors run in the environment that they are called from, if it has all that they need.
IN_ANY_ENVIRONMENT = {"build", "try"}
NEEDED_BY_AUTHORS = (
    "torch", "torchvision", "einops", "jaxtyping", "PIL", "rich", "torchinfo", "ipywidgets", "pandas", "jinja2",
    "matplotlib", "typer", "nbgrader", "jupytext", "nbclient", "distributed",
)  # fmt: skip

# On Linux, PyTorch's usual build brings CUDA along: the whole environment was measured at 6.2 GB.
NEEDED_GB = 8 if sys.platform.startswith("linux") else 3
GOES_ON = "Nothing is lost: the next start goes on from here."


def main(arguments):
    """Make the environment ready for the subcommand, run it, and return its exit code."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    command = arguments or ["open"]
    if command[0] in IN_ANY_ENVIRONMENT and has_all_that_is_needed():
        return wait_for([sys.executable, "-m", "course_utils.cli"] + command, PYTHONPATH=str(ROOT))
    try:
        prepare(EXTRAS.get(command[0], EXTRAS_OF_OTHER_COMMANDS))
    except KeyboardInterrupt:
        print("\nStopped. " + GOES_ON, file=sys.stderr)
        return 130
    except OSError as error:
        sys.exit(words_for(error))
    return run(command)


def run(command):
    """Run `course` of the environment, its programs first on PATH (nbgrader looks for alembic there)."""
    path = str(BIN) + os.pathsep + os.environ.get("PATH", "")
    return wait_for([str(COURSE)] + command, PATH=path, VIRTUAL_ENV=str(VENV))


def wait_for(command, **environment):
    """Run a command, with these variables in its environment, and return its exit code."""
    process = subprocess.Popen(command, env=dict(os.environ, **environment))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C is meant for the running program: JupyterLab asks back before it stops


# ---- the environment ----------------------------------------------------------------------------------------------


def prepare(extras):
    """Make sure that .venv is there, works, and holds the course with these extras."""
    if is_ready(extras):
        return
    with tempfile.TemporaryFile(dir=str(ROOT)):
        pass  # raises where the folder cannot be written to
    with only_one_start():
        if is_ready(extras):
            return  # another start has just done it
        if not (is_sound() and pip_works()):
            make_venv()
        install(extras | set(read_stamp().get("extras", [])))


def has_all_that_is_needed():
    """Say whether this Python itself can import all that an author's command needs, with a torch that is new enough."""
    if not all(importlib.util.find_spec(name) for name in NEEDED_BY_AUTHORS):
        return False
    from importlib.metadata import version

    sets = json.loads((ROOT / "course_utils" / "versions.json").read_text(encoding="utf-8"))
    return as_numbers(version("torch")) >= as_numbers(sets["oldest"]["packages"]["torch"])


def as_numbers(version):
    """Return the first two parts of a version as numbers: 2.14.1 -> (2, 14)."""
    return tuple(int(part) for part in version.split(".")[:2])


def is_ready(extras):
    """Say whether the last installation was finished, for this pyproject.toml, and with these extras."""
    stamp = read_stamp()
    return (
        stamp.get("pyproject") == digest_of_pyproject()
        and extras <= set(stamp.get("extras", []))
        and COURSE.exists()
        and is_sound()
    )


def is_sound():
    """Say whether .venv has a Python that runs, of the version it was made with, in the folder it was made in."""
    version, stamp = version_in_venv(), read_stamp()
    return (
        version is not None
        and stamp.get("python", version) == version
        and stamp.get("folder", str(ROOT)) == str(ROOT)  # scripts name their folder: a moved .venv runs the old one's
    )


def version_in_venv():
    """Return the version of .venv's Python as "3.12"; None if it does not run."""
    question = "import sys; print('{}.{}'.format(*sys.version_info))"
    try:
        return subprocess.check_output([str(PYTHON), "-I", "-c", question], stderr=subprocess.DEVNULL).decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def pip_works():
    """Say whether .venv's pip starts; one that was only half unpacked does not."""
    pip = [str(PYTHON), "-m", "pip", "--version"]
    return subprocess.call(pip, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def make_venv():
    """Make .venv anew, in place of a broken one."""
    if VENV.exists() and not (VENV / "pyvenv.cfg").exists() and (not VENV.is_dir() or any(VENV.iterdir())):
        sys.exit("{} is not a Python environment, and the course needs that name. Rename it, please.".format(VENV))
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python ({0}) cannot make environments: its venv module is incomplete. On Debian and Ubuntu this "
            "helps: sudo apt install python{1}.{2}-venv. Then start the course again.".format(
                sys.executable, *sys.version_info
            )
        )
    check_space()
    print("Making the course's own Python environment in {} ...".format(VENV))
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        sys.exit(words_for_failure("Python could not make the environment {}.".format(VENV), log=""))
    write_stamp()


def install(extras):
    """Install the course with these extras into .venv by pip, which shows its own progress."""
    check_space()
    what = ".[{}]".format(",".join(sorted(extras))) if extras else "."
    print("Installing the course's packages; the first time this takes some minutes ...")
    with contextlib.suppress(FileNotFoundError):
        PIP_LOG.unlink()
    pip = [str(PYTHON), "-m", "pip", "install", "--log", str(PIP_LOG), "--editable", what]
    if subprocess.call(pip, cwd=str(ROOT)) != 0:
        log = PIP_LOG.read_text(encoding="utf-8", errors="replace") if PIP_LOG.exists() else ""
        sys.exit(words_for_failure("pip could not install the course's packages.", log))
    write_stamp(extras=sorted(extras), pyproject=digest_of_pyproject())


def check_space():
    """Stop before the disk fills up, unless PyTorch, the great bulk of it, is installed already."""
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    has_torch = any(VENV.glob("lib/*/site-packages/torch/__init__.py")) or (VENV / "Lib/site-packages/torch").exists()
    if free < NEEDED_GB and not has_torch:
        sys.exit(
            "The course's packages, PyTorch above all, need about {} GB; the disk of {} has {:.1f} GB free. Make some "
            "room and start again. Or take PyTorch's small build without CUDA: python -m venv .venv, then "
            "{} -m pip install torch torchvision --index-url https://download.pytorch.org/whl/cpu, "
            "then start again.".format(NEEDED_GB, ROOT, free, PYTHON.relative_to(ROOT))
        )


# ---- the stamp ----------------------------------------------------------------------------------------------------


def read_stamp():
    """Return what .venv is ready for; an empty dictionary if nobody has said so."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(**ready_for):
    """Write down where and with which Python .venv was made, and what it is `ready_for`."""
    stamp = dict(ready_for, folder=str(ROOT), python=version_in_venv())
    part = STAMP.with_suffix(".part")
    part.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    part.replace(STAMP)


def digest_of_pyproject():
    """Return a hash of pyproject.toml: when the packages it names change, pip has to run again."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


# ---- two starts at once -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def only_one_start():
    """Wait until no other start works on .venv. The lock is on this very file, so that nothing is left behind."""
    with Path(__file__).open("r+b") as lock:
        if not take(lock):
            print("Another start of the course is preparing .venv just now; waiting for it (Ctrl-C to stop) ...")
            while not take(lock):
                time.sleep(0.3)
        yield


def take(lock):
    """Try to lock the open file, and say whether it worked; the system unlocks it when its process ends."""
    try:
        if WINDOWS:
            import msvcrt

            lock.seek(1 << 30)  # far behind the end: on Windows a locked byte cannot be read
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Any other error: this disk knows no locks. Better to go on without one than not at all.
        return error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True


# ---- what went wrong, in words ------------------------------------------------------------------------------------


def words_for(error):
    """Return what to tell the reader about this OSError."""
    if error.errno == errno.ENOSPC:
        return words_for_full_disk()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            "The course cannot write into its folder {} ({}). Copy the folder to a place of your own, or make it "
            "writable, and start again.".format(ROOT, error)
        )
    return "The course could not get ready: {}. {}".format(error, GOES_ON)


def words_for_full_disk():
    """Return what to tell the reader when no room is left."""
    return "The disk of {} is full. Make some room (about {} GB in all) and start again. {}".format(
        ROOT, NEEDED_GB, GOES_ON
    )


def words_for_failure(what, log):
    """Return what to tell the reader about a failed program, judging by the end of its log."""
    end = "\n".join(log.splitlines()[-200:])
    if "No space left on device" in end or shutil.disk_usage(str(ROOT)).free < 50e6:
        return words_for_full_disk()
    if re.search(r"connection broken by|ConnectionError|Max retries exceeded|timed out|Could not fetch URL", end):
        return (
            "{} The package index cannot be reached. Check the network (behind a proxy: set HTTPS_PROXY) and start "
            "again. {}".format(what, GOES_ON)
        )
    unknown = re.search(r"No matching distribution found for (torch\w*)", end)
    if unknown:
        return (
            "{} There is no {} for Python {}.{} on this system. A 64-bit Python between 3.10 and 3.13 is the safest "
            "choice: start the course with one.".format(what, unknown.group(1), *sys.version_info)
        )
    return "{} Its last lines, above, say why. {}".format(what, GOES_ON)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
