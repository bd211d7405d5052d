# Any Python, however old, must be able to read this file, so that it can say which one it needs: no f-strings here.
# ruff: noqa: RUF005, UP010, UP030, UP032, UP036
"""The one command of the course. It runs where it's called from, if all packages are there; else in its own `.venv`.

python course.py              open the course in JupyterLab
python course.py update       bring a newer course; what you've written stays
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

import ast
import collections
import contextlib
import errno
import hashlib
import importlib.metadata
import importlib.util
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS, LINUX = os.name == "nt", sys.platform.startswith("linux")
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
COURSE = BIN / ("course.exe" if WINDOWS else "course")
UV = BIN / ("uv.exe" if WINDOWS else "uv")
# What .venv is ready for. It is written last, so an interrupted start never looks like a finished one.
STAMP = VENV / "course.json"
LOG = VENV / "install.log"
PIP = [str(PYTHON), "-m", "pip", "install", "--no-color", "--progress-bar", "off"]

EXTRAS = {"open": set(), "update": set(), "test": {"instructor", "site", "dev"}, "site": {"site", "instructor"}}
EXTRAS_OF_OTHER_COMMANDS = {"instructor"}

# uv comes from the reader's own index into .venv, even where one is on PATH: it is then of a known version, and there
# is one way to test. Its cache is shared with any other uv.
UV_PACKAGE = "uv>=0.8"

# What pip is told in its files and variables, and the variables in which uv is told the same: it doesn't read pip's.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX", "constraint": "UV_CONSTRAINT", "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE", "client-cert": "SSL_CLIENT_CERT", "proxy": "ALL_PROXY",
}  # fmt: skip

# The environment was measured at 1.2 GB; on Linux, PyTorch's build for NVIDIA cards brings CUDA along: 5.7 GB.
GB, GB_WITH_CUDA = 2, 8
GOES_ON = "Nothing is lost: the next start goes on from here."


def main(arguments):
    """Make the environment ready for the subcommand, run it, and return its exit code."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    command = arguments or ["open"]
    extras = EXTRAS.get(command[0], EXTRAS_OF_OTHER_COMMANDS)
    if has_all_that_is_needed(extras):
        return run_here(command)
    try:
        prepare(extras)
    except KeyboardInterrupt:
        print("\nStopped. " + GOES_ON, file=sys.stderr)
        return 130
    except OSError as error:
        sys.exit(words_for(error))
    return run(command)


def run(command):
    """Run `course` of the course's own environment."""
    print("Using the course's own Python environment, {}.".format(VENV), flush=True)
    return wait_for([str(COURSE)] + command, PATH=first_in("PATH", BIN), VIRTUAL_ENV=str(VENV))


def run_here(command):
    """Run `course` of this folder in the environment that this file was called from."""
    print("Using the Python environment {}, which has all that is needed.".format(sys.prefix), flush=True)
    # Not `-m course_utils.cli`: that would take the course of the folder it is called from, if there is one.
    code = "import sys; sys.path[0] = {!r}; from course_utils.cli import app; app(prog_name='course')".format(str(ROOT))
    paths = {"PATH": first_in("PATH", Path(sys.executable).parent), "PYTHONPATH": first_in("PYTHONPATH", ROOT)}
    return wait_for([sys.executable, "-c", code] + command, **paths)


def first_in(variable, folder):
    """Return a list of folders from the environment with this one first (nbgrader looks for alembic on PATH)."""
    return os.pathsep.join(filter(None, [str(folder), os.environ.get(variable)]))


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


def has_all_that_is_needed(extras):
    """Say whether this Python itself has the packages that pyproject.toml names, with these extras, in their ranges."""
    try:
        from packaging.requirements import Requirement

        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
    except ImportError:
        return False  # JupyterLab brings them along, so it is not there either
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = itertools.chain(project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras))
    return all(is_installed(Requirement(name)) for name in wanted)


def is_installed(requirement):
    """Say whether this Python has such a package, in a version that will do."""
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return requirement.specifier.contains(version, prereleases=True)


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
    check_space(GB_WITH_CUDA if has_nvidia_card() else GB)
    print("Making the course's own Python environment in {} ...".format(VENV), flush=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        sys.exit("Python could not make the environment {}. Its last lines, above, say why.".format(VENV))
    write_stamp()


def check_space(gigabytes):
    """Stop before the disk fills up, unless PyTorch, the great bulk of it, is installed already."""
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    has_torch = any(VENV.glob("lib/*/site-packages/torch/__init__.py")) or (VENV / "Lib/site-packages/torch").exists()
    if free < gigabytes and not has_torch:
        sys.exit(
            "The course's packages, PyTorch above all, need about {} GB; the disk of {} has {:.1f} GB free. Make some "
            "room and start again.".format(gigabytes, ROOT, free)
        )


def has_nvidia_card():
    """Say whether PyTorch's build with CUDA is wanted; uv looks for the driver in the same places."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


# ---- the packages -------------------------------------------------------------------------------------------------


def install(extras):
    """Install the course with these extras into .venv: by uv, or else by pip, which is slower and takes all of CUDA."""
    what = ["--editable", ".[{}]".format(",".join(sorted(extras))) if extras else "."]
    with contextlib.suppress(FileNotFoundError):
        LOG.unlink()
    if not (get_uv() and uv_installs(what)):
        pip_installs(what)
    write_stamp(extras=sorted(extras), pyproject=digest_of_pyproject())


def get_uv():
    """Have pip install uv, and say whether that worked."""
    code, said = follow(PIP + [UV_PACKAGE], "Getting uv, which installs the rest")
    if code != 0:
        stop_if_hopeless(said)
        print("uv cannot be had here: pip installs the packages, which takes longer.")
    return code == 0


def uv_installs(what):
    """Have uv install the course, and say whether that worked."""
    settings = pip_settings_for_uv()
    command = [str(UV), "pip", "install", "--verbose", "--python", str(PYTHON)]
    backend = ["--torch-backend", "auto"]  # without an NVIDIA card this is a build without CUDA, a sixth of the size
    trial = command + ["--dry-run", "--requirement", "pyproject.toml"] + backend
    quickly = dict(settings, UV_HTTP_RETRIES="1", UV_HTTP_CONNECT_TIMEOUT="4")
    if follow(trial, "Choosing the build of PyTorch for this computer", **quickly)[0] != 0:
        backend = []
        cuda = ", which brings CUDA along ({} GB)".format(GB_WITH_CUDA) if LINUX else ""
        print("PyTorch's own index cannot be used here: its usual build is taken{}.".format(cuda))
        check_space(GB_WITH_CUDA if LINUX else GB)
    if sys.dont_write_bytecode:
        command.append("--compile-bytecode")  # Python won't keep what it compiles: each start would compile all again
    code, said = follow(command + backend + what, "Installing the packages", **settings)
    if code != 0:
        stop_if_hopeless(said)
        print("uv could not install the packages ({} says why): pip tries it.".format(LOG))
    return code == 0


def pip_installs(what):
    """Have pip install the course, or stop and say why it cannot be done."""
    check_space(GB_WITH_CUDA if LINUX else GB)
    code, said = follow(PIP + what, "Installing the packages")
    if code != 0:
        stop_if_hopeless(said)
        print("".join(said[-15:]), file=sys.stderr)
        sys.exit("The packages could not be installed; the lines above end {}. {}".format(LOG, GOES_ON))


def pip_settings_for_uv():
    """Return what pip is told, in its files and variables, as variables of uv; what uv is told itself goes first."""
    lines = subprocess.check_output([str(PYTHON), "-m", "pip", "config", "list"], cwd=str(ROOT)).decode().splitlines()
    values = {}
    for section in ("global.", "install.", ":env:."):  # the later one counts, as for pip
        for name, _, value in (line.partition("=") for line in lines if line.startswith(section)):
            values[name[len(section) :]] = " ".join(ast.literal_eval(value).split())
    settings = {UV_NAMES[name]: value for name, value in values.items() if name in UV_NAMES}
    if "UV_INDEX" in settings:
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # of all indexes the newest version, as pip does it
    return {name: value for name, value in settings.items() if name not in os.environ}


def follow(command, doing, **environment):
    """Run a program; return its exit code, and the last lines that it said. One line tells how far it is."""
    progress = Progress(doing)
    process = subprocess.Popen(
        command, cwd=str(ROOT), env=dict(os.environ, **environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    reader = threading.Thread(target=progress.read, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        while reader.is_alive():
            progress.show()
            reader.join(0.2)
    finally:
        if reader.is_alive():  # Ctrl-C
            process.terminate()
        code = process.wait()
        progress.end()
    return code, list(progress.said)


class Progress:
    """What a program is doing, how far it is, and for how long: on a terminal, one line that changes."""

    def __init__(self, doing):
        self.doing, self.started, self.now = doing, time.monotonic(), ""
        self.megabytes, self.coming = {}, []
        self.said = collections.deque(maxlen=200)
        if not sys.stdout.isatty():
            print(doing + " ...", flush=True)

    def read(self, lines):
        """Read what the program says, and keep all of it in the log, if the disk has room for one."""
        for line in (line.decode("utf-8", "replace") for line in lines):
            with contextlib.suppress(OSError), LOG.open("a", encoding="utf-8") as log:
                log.write(line)
            if not line.startswith(("DEBUG", "TRACE")):
                self.said.append(line)
                self.notice(line)

    def notice(self, line):
        """Take from a line what is being done; uv names the large downloads, and then each that has come."""
        word = re.match(r" *(Downloading|Downloaded|Collecting|Building|Prepared|Installed|Installing) +(\S+)", line)
        if not word:
            return
        size = re.search(r"\(([\d.]+)([KMG])iB\)", line)
        if word.group(1) == "Downloading" and size:
            self.megabytes[word.group(2)] = float(size.group(1)) * {"K": 1e-3, "M": 1, "G": 1e3}[size.group(2)]
            self.coming.append(word.group(2))
        elif word.group(1) == "Downloaded" and word.group(2) in self.coming:
            self.coming.remove(word.group(2))
        self.now = re.split(r"-\d", " ".join(word.groups()))[0]  # of a file, the package alone

    def show(self):
        """Say how far it is."""
        now = self.now
        if self.coming:
            total, left = sum(self.megabytes.values()), sum(self.megabytes[name] for name in self.coming)
            largest = max(self.coming, key=self.megabytes.get)
            now = "{:.0f} of {:.0f} MB are here, {} is coming".format(total - left, total, largest)
        self.write("{}{}".format(self.doing, ": " + now if now else ""))

    def end(self):
        """Leave a line of what was done, and how long it took."""
        self.write(self.doing)
        if sys.stdout.isatty():
            print()

    def write(self, text):
        """Write the line anew, where it can be."""
        if sys.stdout.isatty():
            width = shutil.get_terminal_size().columns - 1
            minutes, seconds = divmod(int(time.monotonic() - self.started), 60)
            print("\r" + "{:2d}:{:02d} {}".format(minutes, seconds, text)[:width].ljust(width), end="", flush=True)


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
    return (
        "The disk of {} is full, or that of your home, where downloads are kept. Make some room ({} GB in all; {} GB "
        "with CUDA) and start again. {}".format(ROOT, GB, GB_WITH_CUDA, GOES_ON)
    )


def stop_if_hopeless(said):
    """Stop with words for what has failed, if these last lines of a program tell a cause that stops any other, too."""
    end = "".join(said)
    if re.search(r"No space left on device|os error 112\b", end) or shutil.disk_usage(str(ROOT)).free < 50e6:
        sys.exit(words_for_full_disk())
    if re.search(
        r"connection broken by|ConnectionError|Max retries exceeded|timed out|Could not fetch URL|dns error", end
    ):
        sys.exit(
            "The course's packages could not be installed: the package index cannot be reached. Check the network "
            "(behind a proxy: set HTTPS_PROXY) and start again. {}".format(GOES_ON)
        )
    unknown = re.search(
        r"No matching distribution found for (torch\w*)|(torch\w*)\S* has no wheels with a matching", end
    )
    if unknown:
        sys.exit(
            "The course's packages could not be installed: there is no {} for Python {}.{} on this system. A 64-bit "
            "Python between 3.10 and 3.13 is the safest choice: start the course with one.".format(
                unknown.group(1) or unknown.group(2), *sys.version_info
            )
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
