"""`python course.py`: it makes .venv once, repairs what is broken, and says clearly what it needs.

Most tests use stand-ins for `venv` and `pip` that do their work in milliseconds and write down how they were called.
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
from pathlib import Path

import pytest

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

FAKE_PIP = """\
import os, sys, time
from pathlib import Path

if sys.argv[1] == "--version":
    sys.exit()
with open(os.environ["CALLS"], "a") as calls:
    calls.write("pip " + sys.argv[-1] + " " + os.environ.get("PIP_CONSTRAINT", "") + "\\n")
print("pip at work", flush=True)
time.sleep(float(os.environ.get("PIP_SLEEPS", "0")))
if "PIP_SAYS" in os.environ:
    Path(sys.argv[sys.argv.index("--log") + 1]).write_text(os.environ["PIP_SAYS"])
    sys.exit(1)
course = Path(sys.executable).parent / "course"
course.write_text("#!/bin/sh\\necho course $@ PATH=$PATH\\nexit ${COURSE_EXITS:-0}\\n")
course.chmod(0o755)
"""


class Course:
    """A copy of course.py in a folder of its own, with stand-ins for venv and pip."""

    def __init__(self, folder: Path):
        self.folder = folder / "course"
        self.folder.mkdir()
        shutil.copy(COURSE_PY, self.folder)
        (self.folder / "pyproject.toml").write_text("[project]")
        self.calls_file = folder / "calls"
        (folder / "fakes").mkdir()
        (folder / "fakes/venv.py").write_text(FAKE_VENV)
        (folder / "pip.py").write_text(FAKE_PIP)
        self.fakes = folder / "fakes"
        self.environment = dict(
            os.environ, PYTHONPATH=str(self.fakes), CALLS=str(self.calls_file), FAKE_PIP=str(folder / "pip.py")
        )
        self.environment.pop("PIP_CONSTRAINT", None)

    def begin(self, *arguments: str, **environment: str) -> subprocess.Popen:
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
        """Return how venv and pip were called since the last time this was asked."""
        calls = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        self.calls_file.write_text("")
        return [call.strip() for call in calls]


def wait_for_pip(process: subprocess.Popen) -> None:
    assert any("pip at work" in line for line in iter(process.stdout.readline, "")), process.stderr.read()


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
    return copied


def test_the_first_start_makes_the_environment_and_opens_the_course_with_its_programs_first_on_path(course):
    first = course.start()
    assert first.returncode == 0
    assert course.calls() == ["venv", "pip ."]
    assert f"course open PATH={course.folder}/.venv/bin:" in first.stdout


def test_the_second_start_runs_neither_venv_nor_pip(course):
    course.start()
    course.calls()
    assert "course open" in course.start().stdout
    assert course.calls() == []


def test_each_subcommand_gets_the_extras_it_needs_and_keeps_those_already_there(course):
    course.start("publish", "--check")
    course.start("test", "-k", "x y")
    course.start()
    assert course.calls() == ["venv", "pip .[instructor]", "pip .[dev,instructor,site]"]


def test_arguments_and_exit_code_are_passed_through(course):
    done = course.start("test", "-k", "word", COURSE_EXITS="7")
    assert "course test -k word PATH" in done.stdout
    assert done.returncode == 7


def test_help_installs_nothing(course):
    done = course.start("--help")
    assert "python course.py test" in done.stdout
    assert course.calls() == []


def test_the_readers_own_pip_settings_reach_pip(course):
    course.start(PIP_CONSTRAINT="mine.txt")
    assert course.calls() == ["venv", "pip . mine.txt"]


def test_pip_runs_again_when_pyproject_names_other_packages(course):
    course.start()
    (course.folder / "pyproject.toml").write_text("[project] # more")
    course.start()
    assert course.calls() == ["venv", "pip .", "pip ."]


def test_after_an_interrupted_installation_pip_goes_on_in_the_same_environment(course):
    process = course.begin(PIP_SLEEPS="20")
    wait_for_pip(process)
    os.killpg(process.pid, signal.SIGINT)
    _, words = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Nothing is lost" in words
    assert "course open" in course.start().stdout
    assert course.calls() == ["venv", "pip .", "pip ."]


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
    assert course.calls() == ["pip ."]


def test_a_folder_that_is_no_environment_is_not_touched(course):
    (course.folder / ".venv").mkdir()
    (course.folder / ".venv/diary.txt").write_text("dear diary")
    done = course.start()
    assert done.returncode == 1
    assert "Rename it" in done.stderr
    assert (course.folder / ".venv/diary.txt").read_text() == "dear diary"


def test_of_two_starts_at_once_the_second_waits_and_finds_everything_ready(course):
    first = course.begin(PIP_SLEEPS="1.5")
    wait_for_pip(first)
    second = course.start()
    first.communicate(timeout=10)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Another start of the course is preparing .venv just now" in second.stdout
    assert course.calls() == ["venv", "pip ."]


OFFLINE = (
    "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution found for x"
)


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (OFFLINE, "package index cannot be reached"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "is full"),
        ("ERROR: No matching distribution found for torch>=2.6", "There is no torch for Python 3."),
        ("ERROR: something else", "say why"),
    ],
)
def test_a_failed_installation_is_explained_in_one_paragraph_and_goes_on_next_time(course, log, words):
    done = course.start(PIP_SAYS=log)
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "course open" in course.start().stdout
    assert course.calls() == ["venv", "pip .", "pip ."]


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


def test_an_authors_command_runs_in_the_environment_that_it_is_called_from(tmp_path):
    """Catches a second environment of 6 GB beside one that has all that is needed."""
    folder = tmp_path / "course"
    (folder / "course_utils").mkdir(parents=True)
    shutil.copy(COURSE_PY, folder)
    shutil.copy(COURSE_PY.parent / "course_utils" / "versions.json", folder / "course_utils")
    (folder / "course_utils" / "cli.py").write_text("import sys; print('got', sys.argv[1:], 'in', sys.executable)")
    for command in ("build", "try"):
        done = subprocess.run(
            [sys.executable, "course.py", command, "x"], cwd=folder, capture_output=True, text=True, check=False
        )
        assert f"got ['{command}', 'x'] in {sys.executable}" in done.stdout, done.stderr
    assert not (folder / ".venv").exists()


def test_it_works_with_the_real_venv_and_the_real_pip(course):
    (course.folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (course.folder / "backend.py").write_text(BACKEND)
    (course.fakes / "venv.py").unlink()
    done = course.start("publish", "x", PIP_NO_INDEX="1")
    assert "the stub got ['publish', 'x']" in done.stdout, done.stderr
    started = time.monotonic()
    assert "the stub got ['open']" in course.start().stdout
    assert time.monotonic() - started < 2
