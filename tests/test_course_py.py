"""`python course.py`: it makes .venv once, repairs what is broken, and says clearly what it needs.

Most tests use stand-ins for `venv`, `pip` and `uv` that do their work in milliseconds and write down how they were
called.
"""

import errno
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from installed import needs_nbgrader
from uv import find_uv_bin

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are made of symbolic links and shell scripts")

COURSE_PY = Path(__file__).resolve().parents[1] / "course.py"
OLD_PYTHONS = sorted(
    str(path)
    for pattern in (
        "bin/python2.7",
        "bin/python3.[6-9]",
        ".pyenv/versions/*/bin/python2.7",
        ".pyenv/versions/*/bin/python3.[69]",
    )
    for folder in (Path("/usr"), Path("/usr/local"), Path.home())
    for path in folder.glob(pattern)
)

FAKE_VENV = """\
import os, sys
from pathlib import Path

def log(text):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(text + "\\n")

log("venv")
if os.environ.get("VENV_FAILS"):
    sys.exit("Error: no environment today")
folder = Path(sys.argv[-1])
site = folder / "lib/python{}.{}/site-packages/pip".format(*sys.version_info)
for path in (folder / "bin", site):
    path.mkdir(parents=True, exist_ok=True)
python = folder / "bin/python"
python.unlink(missing_ok=True)
python.symlink_to(os.path.realpath(sys.executable))
(folder / "pyvenv.cfg").write_text(
    "include-system-site-packages = false\\nhome = " + os.path.dirname(os.path.realpath(sys.executable))
)
(site / "__init__.py").touch()
(site / "__main__.py").write_text(Path(os.environ["FAKE_PIP"]).read_text())
"""

# Pip and uv: `pip install uv` makes the second of the first.
FAKE_INSTALLER = """\
import os, sys, time
from pathlib import Path

def log(text):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(text + "\\n")

name = "uv" if Path(sys.argv[0]).name == "uv" else "pip"
words = sys.argv[1:]
if words == ["--version"]:
    sys.exit()
if words == ["config", "list"]:
    sys.exit(print(os.environ.get("PIP_CONFIG", "")))
if words[-1].startswith("uv>="):
    log("get uv")
    if "NO_UV" in os.environ:
        sys.exit(os.environ["NO_UV"])
    uv = Path(sys.executable).parent / "uv"
    uv.write_text("#!" + sys.executable + "\\n" + Path(__file__).read_text())
    uv.chmod(0o755)
    sys.exit()
if "--dry-run" in words:
    log("choose" + "".join(" " + word for word in words if word == "auto"))
    sys.exit(os.environ.get("NO_TORCH_INDEX"))
told = [one + "=" + os.environ[one] for one in os.environ.get("TOLD", "").split() if one in os.environ]
log(" ".join([name, words[-1], *(word for word in words if word in ("auto", "--compile-bytecode")), *told]))
print("at work", flush=True)
time.sleep(float(os.environ.get("INSTALLER_SLEEPS", "0")))
if name.upper() + "_SAYS" in os.environ:
    sys.exit(os.environ[name.upper() + "_SAYS"])
course = Path(sys.executable).parent / "course"
course.write_text("#!/bin/sh\\necho course $@ PATH=$PATH\\nexit ${COURSE_EXITS:-0}\\n")
course.chmod(0o755)
"""

PYPROJECT = """\
[project]
dependencies = ["on-no-index"]
optional-dependencies = {instructor = [], site = [], dev = []}
"""
FIRST = ["venv", "get uv", "choose auto"]  # what comes before uv installs


class Course:
    """A copy of course.py in a folder of its own, with stand-ins for venv and pip."""

    def __init__(self, folder: Path):
        self.folder = folder / "course"
        self.folder.mkdir()
        shutil.copy(COURSE_PY, self.folder)
        (self.folder / "pyproject.toml").write_text(PYPROJECT)
        self.calls_file = folder / "calls"
        (folder / "fakes").mkdir()
        (folder / "fakes/venv.py").write_text(FAKE_VENV)
        (folder / "pip.py").write_text(FAKE_INSTALLER)
        self.fakes = folder / "fakes"
        self.environment = dict(
            os.environ, PYTHONPATH=str(self.fakes), CALLS=str(self.calls_file), FAKE_PIP=str(folder / "pip.py")
        )
        for variable in ("PIP_CONSTRAINT", "PYTHONDONTWRITEBYTECODE"):
            self.environment.pop(variable, None)

    def begin(self, *arguments: str, **environment: str) -> subprocess.Popen:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored, where a job in the background runs this
        return subprocess.Popen(
            [sys.executable, "course.py", *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        process = self.begin(*arguments, **environment)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def calls(self) -> list[str]:
        """Return how venv, pip and uv were called since the last time this was asked."""
        calls = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        self.calls_file.write_text("")
        return [call.strip() for call in calls]


def wait_until_it_installs(course: Course) -> None:
    log, last = course.folder / ".venv/install.log", time.monotonic() + 20
    while not (log.exists() and "at work" in log.read_text()):
        assert time.monotonic() < last
        time.sleep(0.02)


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


@pytest.fixture
def module(course, monkeypatch):
    """The copied course.py, imported, for conditions that cannot be made on every machine."""
    spec = importlib.util.spec_from_file_location("copied_course", course.folder / "course.py")
    copied = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copied)
    for name in ("PYTHONPATH", "CALLS", "FAKE_PIP"):
        monkeypatch.setenv(name, course.environment[name])
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return copied


def test_the_first_start_makes_the_environment_and_opens_the_course_with_its_programs_first_on_path(course):
    first = course.start()
    assert first.returncode == 0
    assert course.calls() == [*FIRST, "uv . auto"]
    assert f"course open PATH={course.folder}/.venv/bin:" in first.stdout


def test_the_second_start_installs_nothing(course):
    course.start()
    course.calls()
    assert "course open" in course.start().stdout
    assert course.calls() == []


def test_each_subcommand_gets_the_extras_it_needs_and_keeps_those_already_there(course):
    course.start("publish", "--check")
    course.start("test", "-k", "x y")
    course.start()
    installed = [call for call in course.calls() if call.startswith("uv ")]
    assert installed == ["uv .[instructor] auto", "uv .[dev,instructor,site] auto"]


def test_arguments_and_exit_code_are_passed_through(course):
    done = course.start("test", "-k", "word", COURSE_EXITS="7")
    assert "course test -k word PATH" in done.stdout
    assert done.returncode == 7


def test_help_installs_nothing(course):
    done = course.start("--help")
    assert "python course.py test" in done.stdout
    assert course.calls() == []


PIP_CONFIG = """\
global.extra-index-url='https://a/simple https://b/simple'
global.index-url='https://of-all/simple'
install.index-url='https://of-install/simple'
install.constraint='one.txt\\ntwo.txt'
:env:.constraint='mine.txt'
:env:.default-timeout='180'"""


def test_what_pip_is_told_in_its_files_and_variables_reaches_uv(course):
    """Catches an installation from PyPI past a company's mirror, and CI's constraints forgotten."""
    told = "UV_DEFAULT_INDEX UV_INDEX UV_INDEX_STRATEGY UV_CONSTRAINT"
    course.start(TOLD=told, PIP_CONFIG=PIP_CONFIG)
    assert course.calls()[-1] == (
        "uv . auto UV_DEFAULT_INDEX=https://of-install/simple UV_INDEX=https://a/simple https://b/simple "
        "UV_INDEX_STRATEGY=unsafe-best-match UV_CONSTRAINT=mine.txt"
    )


def test_what_uv_is_told_itself_goes_first(course):
    """Catches uv's own variables overwritten by pip's."""
    course.start(TOLD="UV_CONSTRAINT", PIP_CONFIG=":env:.constraint='pips.txt'", UV_CONSTRAINT="uvs.txt")
    assert course.calls()[-1] == "uv . auto UV_CONSTRAINT=uvs.txt"


def test_without_pytorchs_own_index_the_usual_build_is_taken_and_one_line_says_so(course):
    """Catches a start that fails where only PyPI, or a mirror of it, can be reached."""
    done = course.start(NO_TORCH_INDEX="dns error")
    assert course.calls() == [*FIRST, "uv ."]
    assert done.stdout.count("PyTorch's own index cannot be used here") == 1
    assert "course open" in done.stdout


def test_where_there_is_no_uv_pip_installs(course):
    """Catches a start that fails behind a mirror, or on a system, that has no uv."""
    done = course.start(NO_UV="ERROR: No matching distribution found for uv")
    assert course.calls() == ["venv", "get uv", "pip ."]
    assert done.stdout.count("uv cannot be had here") == 1
    assert "course open" in done.stdout


def test_where_uv_fails_pip_tries(course):
    """Catches an end where pip would do it: with certificates, say, that only the system knows."""
    done = course.start(UV_SAYS="invalid peer certificate: UnknownIssuer")
    assert course.calls() == [*FIRST, "uv . auto", "pip ."]
    assert done.stdout.count("pip tries it") == 1
    assert "course open" in done.stdout


def test_what_python_will_not_keep_compiled_is_compiled_at_once(course):
    """Catches seconds lost at every start where PYTHONDONTWRITEBYTECODE is set: uv, unlike pip, compiles nothing."""
    course.start(PYTHONDONTWRITEBYTECODE="1")
    assert course.calls()[-1] == "uv . --compile-bytecode auto"


def test_on_a_terminal_one_line_tells_how_far_it_is_and_the_log_has_all(module, capsys, monkeypatch):
    """Catches a wall of text, a line that stands still, and a log without what uv said."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    (module.ROOT / ".venv").mkdir()
    says = "DEBUG how\nDownloading torch (180.5MiB)\nDownloading triton (1.5GiB)\n Downloaded triton"
    progress = module.Progress("Installing")
    progress.read(line.encode() for line in says.splitlines(keepends=True))
    progress.show()
    progress.end()
    written = capsys.readouterr().out
    assert "\r 0:00 Installing: 1500 of 1680 MB are here, torch is coming" in written
    assert written.count("\n") == 1
    assert module.LOG.read_text() == says


def test_packages_are_installed_again_when_pyproject_names_other_packages(course):
    course.start()
    (course.folder / "pyproject.toml").write_text(PYPROJECT + "# more")
    course.start()
    assert course.calls() == [*FIRST, "uv . auto", *FIRST[1:], "uv . auto"]


def test_an_interrupted_installation_goes_on_in_the_same_environment(course):
    process = course.begin(INSTALLER_SLEEPS="20")
    wait_until_it_installs(course)
    os.killpg(process.pid, signal.SIGINT)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Nothing is lost" in words
    assert "course open" in course.start().stdout
    assert course.calls() == [*FIRST, "uv . auto", *FIRST[1:], "uv . auto"]


def break_python(venv):
    (venv / "bin/python").unlink()


def move_folder(venv):
    stamp = json.loads((venv / "course.json").read_text())
    (venv / "course.json").write_text(json.dumps(stamp | {"folder": "/somewhere/else"}))


def other_python(venv):
    stamp = json.loads((venv / "course.json").read_text())
    (venv / "course.json").write_text(json.dumps(stamp | {"python": "3.9"}))


def half_made(venv):
    (venv / "course.json").unlink()
    shutil.rmtree(next(venv.glob("lib/*/site-packages/pip")))


def only_begun(venv):
    shutil.rmtree(venv)
    venv.mkdir()


@pytest.mark.parametrize("breakage", [break_python, move_folder, other_python, half_made, only_begun])
def test_a_broken_environment_is_made_anew(course, breakage):
    course.start("test")
    breakage(course.folder / ".venv")
    course.calls()
    assert "course open" in course.start().stdout
    assert course.calls()[0] == "venv"


@pytest.mark.parametrize("name", ["course.json", "bin/course"])
def test_a_working_environment_that_nobody_finished_is_kept_and_completed(course, name):
    course.start()
    (course.folder / ".venv" / name).unlink()
    course.calls()
    assert "course open" in course.start().stdout
    assert course.calls() == [*FIRST[1:], "uv . auto"]


def test_a_folder_that_is_no_environment_is_not_touched(course):
    (course.folder / ".venv").mkdir()
    (course.folder / ".venv/diary.txt").write_text("dear diary")
    done = course.start()
    assert done.returncode == 1
    assert "Rename it" in done.stderr
    assert (course.folder / ".venv/diary.txt").read_text() == "dear diary"


def test_of_two_starts_at_once_the_second_waits_and_finds_everything_ready(course):
    first = course.begin(INSTALLER_SLEEPS="1.5")
    wait_until_it_installs(course)
    second = course.start()
    first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Another start of the course is preparing .venv just now" in second.stdout
    assert course.calls() == [*FIRST, "uv . auto"]


OFFLINE = (
    "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution found for x"
)
NO_WHEELS = "cause: Because torch>=2.7.1 has no wheels with a matching Python ABI tag (e.g., `cp316`) and"


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"NO_UV": OFFLINE}, "package index cannot be reached"),
        ({"UV_SAYS": "  cause: dns error\n  cause: error resolving DNS"}, "package index cannot be reached"),
        ({"UV_SAYS": "cause: failed to copy file: No space left on device (os error 28)"}, "is full"),
        ({"UV_SAYS": NO_WHEELS}, "there is no torch for Python 3."),
        ({"UV_SAYS": "x", "PIP_SAYS": "ERROR: [Errno 28] No space left on device"}, "is full"),
        ({"UV_SAYS": "x", "PIP_SAYS": "ERROR: No matching distribution found for torch>=2.6"}, "there is no torch for"),
        ({"UV_SAYS": "x", "PIP_SAYS": "ERROR: something else"}, "ERROR: something else"),
    ],
)
def test_a_failed_installation_is_explained_in_one_paragraph_and_goes_on_next_time(course, says, words):
    """The messages were seen: on a full disk, without a network, with a Python that torch isn't made for."""
    done = course.start(**says)
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.endswith(
        "Nothing is lost: the next start goes on from here.\n" if "no torch" not in words else "one.\n"
    )
    course.calls()
    assert "course open" in course.start().stdout
    assert course.calls() == [*FIRST[1:], "uv . auto"]


def test_a_failed_venv_is_explained(course):
    done = course.start(VENV_FAILS="1")
    assert done.returncode == 1
    assert "Python could not make the environment" in done.stderr


def test_a_python_without_ensurepip_is_told_debians_remedy(module, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find_spec(name))
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.\d+-venv"):
        module.main([])


def test_too_little_room_is_told_before_anything_is_made(module, course, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**11, 10**11 - 10**9, 10**9))
    with pytest.raises(SystemExit, match=r"need about \d GB; the disk of .* has 1\.0 GB free"):
        module.main([])
    assert not (course.folder / ".venv").exists()


def test_little_room_is_enough_once_torch_is_there(course, module, monkeypatch):
    course.start()
    (course.folder / ".venv/course.json").unlink()
    torch = next((course.folder / ".venv").glob("lib/*/site-packages")) / "torch/__init__.py"
    torch.parent.mkdir()
    torch.touch()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**11, 10**11 - 10**9, 10**9))
    assert module.main([]) == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.EROFS, "cannot write into its folder"), (errno.EACCES, "Copy the folder"), (errno.ENOSPC, "is full")],
)
def test_a_folder_that_cannot_be_written_to_is_explained(module, course, monkeypatch, code, words):
    def refuse(**_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(module.tempfile, "TemporaryFile", refuse)
    with pytest.raises(SystemExit, match=words):
        module.main([])
    assert not (course.folder / ".venv").exists()


@pytest.mark.parametrize("python", OLD_PYTHONS)
def test_an_old_python_reads_the_file_and_asks_for_a_newer_one(python):
    done = subprocess.run([python, str(COURSE_PY)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(
        r"The course needs Python 3\.10 or newer; you have \d\.\d+ \(.*\)\. .*https://.*\n", done.stderr
    )


def test_python_3_9_is_too_old_even_where_none_is_at_hand():
    code = f"import sys; sys.version_info = (3, 9, 0); exec(open({str(COURSE_PY)!r}).read())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs Python 3.10 or newer; you have 3.9" in done.stderr


BACKEND = """\
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    info = "stub-1.dist-info/"
    with zipfile.ZipFile(folder + "/stub-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("stub.py", "def main():\\n    import sys; print('the stub got', sys.argv[1:])")
        metadata = "Metadata-Version: 2.1\\nName: stub\\nVersion: 1\\nProvides-Extra: instructor"
        wheel.writestr(info + "METADATA", metadata)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any")
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\ncourse = stub:main")
        wheel.writestr(info + "RECORD", "")
    return "stub-1-py3-none-any.whl"
"""


@pytest.mark.parametrize("command", ["open", pytest.param("build", marks=needs_nbgrader)])
def test_a_command_runs_in_the_environment_that_it_is_called_from_if_that_has_all_it_needs(command, tmp_path):
    """Catches a second environment of gigabytes beside one that has all that is needed, and another folder's course."""
    folder, elsewhere = tmp_path / "course", tmp_path / "elsewhere"
    for place, words in ((folder, "'got', sys.argv[1:], 'in', sys.executable"), (elsewhere, "'the wrong course'")):
        (place / "course_utils").mkdir(parents=True)
        (place / "course_utils" / "__init__.py").touch()
        (place / "course_utils" / "cli.py").write_text(f"import sys\ndef app(prog_name): print({words})")
    shutil.copy(COURSE_PY, folder)
    project = (COURSE_PY.parent / "pyproject.toml").read_text(encoding="utf-8")
    # Colab has an older one than those who install the course may have; so it lacks something, and nothing else.
    (folder / "pyproject.toml").write_text(re.sub(r"ipywidgets>=[\d.]+", "ipywidgets", project), encoding="utf-8")
    called = [sys.executable, folder / "course.py", command, "x"]
    done = subprocess.run(called, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert f"got ['{command}', 'x'] in {sys.executable}" in done.stdout, done.stderr
    assert done.stdout.count("Using the Python environment") == 1
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize(
    ("dependencies", "enough"),
    [
        ('["torch>=2.7.1", "jupyterlab>=4.2"]', True),
        ('["torch>=99"]', False),
        ('["torch", "on-no-index"]', False),
        ('["torch"]\n[project.optional-dependencies]\ninstructor = ["nbgrader>=99"]', False),
    ],
)
def test_an_environment_is_enough_only_with_every_package_in_its_range(module, course, dependencies, enough):
    """Catches a system's Python with too old a torch taken for the course's."""
    (course.folder / "pyproject.toml").write_text(f"[project]\ndependencies = {dependencies}\n")
    extras = {"instructor"} if "instructor" in dependencies else set()
    assert module.has_all_that_is_needed(extras) is enough


def make_wheel_of_uv(folder):
    """Make a wheel whose program is the uv that is installed here."""
    program = zipfile.ZipInfo("uv-99.data/scripts/uv")
    program.external_attr = 0o100755 << 16
    with zipfile.ZipFile(folder / "uv-99-py3-none-any.whl", "w") as wheel:
        wheel.writestr(program, f'#!/bin/sh\nexec "{find_uv_bin()}" "$@"\n')
        wheel.writestr("uv-99.dist-info/METADATA", "Metadata-Version: 2.1\nName: uv\nVersion: 99")
        wheel.writestr("uv-99.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any")
        wheel.writestr("uv-99.dist-info/RECORD", "")


def test_it_works_with_the_real_venv_pip_and_uv(course, tmp_path):
    """Catches an option that pip or uv doesn't know, and settings of pip that uv isn't told. Nothing is fetched."""
    (course.folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "stub"\nversion = "1"\noptional-dependencies = {instructor = []}\n'
    )
    (course.folder / "backend.py").write_text(BACKEND)
    (course.fakes / "venv.py").unlink()
    (course.fakes / "packaging.py").write_text("raise ImportError")  # this Python has nothing that is needed
    told = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    done = course.start("publish", "x", **told)
    assert "the stub got ['publish', 'x']" in done.stdout, done.stderr
    assert "pip installs the packages" in done.stdout

    make_wheel_of_uv(tmp_path)
    (course.folder / ".venv/course.json").unlink()
    done = course.start("publish", "y", **told)
    assert "the stub got ['publish', 'y']" in done.stdout, done.stderr
    assert " + stub==1" in (course.folder / ".venv/install.log").read_text().replace(" ~ ", " + ")

    started = time.monotonic()
    assert "the stub got ['open']" in course.start().stdout
    assert time.monotonic() - started < 2
