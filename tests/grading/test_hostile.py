"""Hostile and mangled notebooks in a class: no unearned mark, a recorded score, nothing outside touched, an end."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat
import pytest
from hostile_cells import HOSTILE
from mangled_files import CHEATING, LOST, WHOLE
from nbgrader.api import Gradebook
from small_school import BLANK, POINTS, RIGHT, TESTS, hand_in, make_school, notebook, scores

from course_utils.exercises import exercise
from course_utils.exercises.registry import every_exercise
from course_utils.grading.course.grade import Graded, Grading, Options
from course_utils.grading.judge.running import run
from course_utils.grading.judge.task import Result, Task
from course_utils.grading.run.confinement import missing
from course_utils.grading.run.limits import Limits
from course_utils.grading.run.provisioner import warm_process
from course_utils.grading.run.warm import COURSE

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not confined here: {missing()}")

SECRET = "token-of-the-secret"
LIMITS = Limits(cell=4, test=8, notebook=16, memory=700, output=4, disk=20, files=2000)
MEMORY = 500  # MB by which this process, which judges, may grow over all of them


def file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)


class Outside:
    """What a submission must leave alone."""

    def __init__(self, folder: Path, school: Path) -> None:
        self.folder, self.school, self.secret = folder, school, folder / "secret"
        self.secret.write_text(SECRET)
        self.network = socket.create_server(("127.0.0.1", 0))
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind(("127.0.0.1", self.port))
        self.local = socket.socket(socket.AF_UNIX)
        self.local.bind(str(folder / "socket"))
        self.local.listen()
        for one in (self.network, self.datagrams, self.local):
            one.setblocking(False)
        self.neighbour = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"], cwd=folder)

    @property
    def port(self) -> int:
        return self.network.getsockname()[1]

    def fill_in(self, code: str) -> str:
        places = {"secret": self.secret, "outside": self.folder, "class": self.school, "port": self.port}
        code = textwrap.dedent(code)
        for name, value in {**places, "course": COURSE, "neighbour": self.neighbour.pid}.items():
            code = code.replace("{" + name + "}", str(value))
        return code.replace("{{", "{").replace("}}", "}")

    def state(self) -> dict:
        """Tell each watched file by what changes with it: the time of the change is nobody's to set."""
        watched = [self.folder, *self.folder.rglob("*"), self.school, *self.school.rglob("*")]
        watched += [COURSE / "course_utils" / "tests.py", COURSE / "course_utils" / "grading" / "run" / "observer.py"]
        found = {str(path): (path.lstat().st_ctime_ns, path.lstat().st_mode, path.lstat().st_size) for path in watched}
        found["litter"] = Path("/tmp/hostile-was-here").exists(), (Path.home() / ".ipython" / "hostile").exists()
        pid = self.neighbour.pid
        found["neighbour"] = self.neighbour.poll(), os.getpriority(os.PRIO_PROCESS, pid), os.sched_getaffinity(pid)
        return found

    def was_reached(self) -> bool:
        for one in (self.network, self.local):
            try:
                one.accept()
            except BlockingIOError:
                continue
            return True
        try:
            self.datagrams.recv(100)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self.neighbour.kill()
        self.neighbour.wait()
        for one in (self.network, self.datagrams, self.local):
            one.close()


class OneByOne:
    """A farm in this process, that looks around before and after each notebook."""

    def __init__(self, outside: Outside) -> None:
        self.outside, self.harm = outside, {}
        self.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def run(self, tasks):
        for label, task in tasks:
            yield label, self.watched(label[0].student, task)

    def watched(self, student: str, task: Task) -> Result:
        before, began = self.outside.state(), time.monotonic()
        result = run(task)
        after = self.outside.state()
        self.harm[student] = {
            "changed": sorted(path for path in before | after if before.get(path) != after.get(path)),
            "reached": self.outside.was_reached(),
            "read": SECRET in shown(result),
            "left running": still_running(),
            "folders left": list(Path(tempfile.gettempdir()).iterdir()),
            "without end": time.monotonic() - began > LIMITS.notebook + 30,
        }
        return result


NO_HARM = {"changed": [], "reached": False, "read": False, "left running": [], "folders left": [], "without end": False}


def still_running() -> list[int]:
    """List the processes that the warm process has forked, and those that have left it and its folder for elsewhere."""
    warm, found = warm_process()._process.pid, []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            folders = str((entry / "cwd").readlink()) + (entry / "environ").read_text(errors="replace")
        except OSError:
            continue
        if state != "Z" and (int(parent) == warm or f"{tempfile.gettempdir()}/" in folders):
            found.append(int(entry.name))
    return found


def shown(result: Result) -> str:
    """Give all that the executed notebook shows, but not its code, which an error's traceback repeats."""
    cells = nbformat.reads(result.notebook, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ()) if output.output_type != "error"]
    return str(outputs)


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """The first student is honest; the gradebook and this submission are what all others are after."""
    school = make_school(tmp_path_factory.mktemp("school"))
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as gradebook:
        gradebook.add_student("first", last_name=SECRET)
    hand_in(school, "first", notebook(RIGHT, f"# {SECRET}"))
    return school


@pytest.fixture(scope="module")
def farm(school, tmp_path_factory):
    outside = Outside(tmp_path_factory.mktemp("outside"), school)
    every_exercise()  # torch makes a folder of its own for temporary files when it is first used in some ways
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSWORD_OF_THE_GRADEBOOK", SECRET)
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("t")))
        farm = OneByOne(outside)
        yield farm
    outside.close()


@pytest.fixture(scope="module")
def first(school, farm):
    """The honest student's scores, whose gradebook and submission all others are after."""
    assert grade(school, farm, "first").record is not None
    return scores(school)["first"]


def grade(school: Path, farm: OneByOne, student: str, **options) -> Graded:
    grading = Grading(school, "two", Options(students=(student,), limits=LIMITS, **options))
    (done,) = grading.run(farm)
    return done


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_cell_gains_nothing_and_harms_nobody(name: str, school: Path, farm: OneByOne, first):
    student = file_name(name)
    hand_in(school, student, notebook(BLANK, farm.outside.fill_in(HOSTILE[name])))
    done = grade(school, farm, student)
    assert farm.harm[student] == NO_HARM
    assert set(done.record.verdicts["two"]) == set(POINTS)
    counting = {test for test, one in done.record.by_cell.items() if one.passed and not one.held}
    assert not counting
    assert sum(scores(school)[student].values()) == 0 or done.record.wants_human
    assert scores(school)["first"] == first == POINTS


@pytest.mark.parametrize("name", WHOLE)
def test_a_notebook_that_has_suffered_has_the_marks_of_its_answers(name: str, school: Path, farm: OneByOne):
    hand_in(school, file_name(name), WHOLE[name](notebook(RIGHT)))
    done = grade(school, farm, file_name(name))
    assert scores(school)[file_name(name)] == POINTS
    assert not done.record.wants_human


@pytest.mark.parametrize("name", LOST)
def test_what_is_no_notebook_is_a_zero_for_a_human(name: str, school: Path, farm: OneByOne, first):
    student = file_name(name)
    mangle, why = LOST[name]
    place = hand_in(school, student, mangle(notebook(RIGHT)) if mangle else b"")
    if mangle is None:
        place.unlink()
    if "link" in name:
        place.symlink_to(school / "submitted" / "first" / "two" / "two.ipynb")
    done = grade(school, farm, student)
    assert scores(school)[student] == dict.fromkeys(POINTS, 0)
    assert len(done.record.wants_human) == len(POINTS)
    assert any(why in trouble for trouble in done.record.troubles)
    assert scores(school)["first"] == first


@pytest.mark.parametrize("name", CHEATING)
def test_metadata_earns_no_points(name: str, school: Path, farm: OneByOne):
    hand_in(school, file_name(name), CHEATING[name](notebook(BLANK)))
    grade(school, farm, file_name(name))
    assert scores(school)[file_name(name)] == dict.fromkeys(POINTS, 0)


@pytest.mark.parametrize("time", [b"yesterday", b"\xff\xfe\x00", b"9" * 400])
def test_a_time_that_is_none_is_left_out(time: bytes, school: Path, farm: OneByOne):
    (hand_in(school, "timeless", notebook(RIGHT)).parent / "timestamp.txt").write_bytes(time)
    done = grade(school, farm, "timeless", regrade=True)
    assert scores(school)["timeless"] == POINTS
    assert "timestamp.txt holds no time: left out" in " ".join(done.record.troubles)


def test_a_folder_of_its_own_is_no_part_of_the_course(school: Path, farm: OneByOne):
    place = hand_in(school, "with_a_course", notebook(BLANK))
    package = place.parent / "course_utils"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "tests.py").write_text("test_relu = test_flatten = lambda *a, **k: None")
    (place.parent / "torch.py").write_text("raise SystemExit")
    grade(school, farm, "with_a_course")
    assert scores(school)["with_a_course"] == dict.fromkeys(POINTS, 0)
    hand_in(school, "with_a_course", notebook(RIGHT))
    grade(school, farm, "with_a_course")
    assert scores(school)["with_a_course"] == POINTS


def test_a_file_of_its_own_takes_no_librarys_place(school: Path, farm: OneByOne):
    """Catches a folder of theirs that is looked through first: a file may be called as a library by accident."""
    relu = "import sched\n\n" + RIGHT["ReLU"].replace("min=0", "min=sched.scheduler is None")
    place = hand_in(school, "as_a_library", notebook(RIGHT | {"ReLU": relu}))
    (place.parent / "sched.py").write_text("scheduler = None")
    grade(school, farm, "as_a_library")
    assert scores(school)["as_a_library"] == POINTS


def test_a_right_answer_that_reaches_into_its_process_is_held_for_a_human(school: Path, farm: OneByOne):
    """Catches marks that count before a human has decided, and marks that are taken on suspicion."""
    hand_in(school, "reaching", notebook(RIGHT, "import gc\ngc.get_objects()"))
    done = grade(school, farm, "reaching")
    assert scores(school)["reaching"] == POINTS
    assert done.record.verdicts["two"]["test_relu"].kind == "right"
    assert "cell 3, line 2: gc.get_objects()" in done.record.verdicts["two"]["test_relu"].held
    assert len(done.record.wants_human) == len(POINTS)


def test_the_one_who_comes_last_is_graded_as_the_first(school: Path, farm: OneByOne, first):
    hand_in(school, "last", notebook(RIGHT))
    done = grade(school, farm, "last")
    assert scores(school)["last"] == scores(school)["first"] == POINTS
    assert done.record.troubles == ()


def test_a_world_that_one_leaves_upside_down_is_upright_for_the_next(monkeypatch):
    # As in a judge that has just started.
    monkeypatch.setattr(exercise, "_at_the_usual_seed", cache(exercise._at_the_usual_seed.__wrapped__))
    for body in ("t.set_grad_enabled(False)\n        return x.abs()", "return x.detach().relu()"):
        answers = RIGHT | {"ReLU": f"class ReLU(nn.Module):\n    def forward(self, x):\n        {body}"}
        verdict = run(Task(json.dumps(notebook(answers)), tests=TESTS, limits=LIMITS)).verdicts["test_relu"]
    assert verdict.mistakes == ("detached",)


def test_the_judge_is_not_made_to_hoard_memory(farm: OneByOne):
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - farm.memory
    assert grown < MEMORY * 1024, f"{grown // 1024} MB"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("while True: pass", "took longer than 4 s"),
        ("for _ in range(80): print('x' * 2**17, flush=True)", "MB of output"),
    ],
)
def test_a_notebook_says_in_its_feedback_why_it_was_stopped(code: str, why: str, farm: OneByOne):
    result = run(Task(json.dumps(notebook(BLANK, code)), tests=TESTS, limits=LIMITS))
    assert why in str(nbformat.reads(result.notebook, as_version=4))


# --- that these tests would notice: the same cells, not shut in ------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("reads: the gradebook", "read"),
        ("reads: another's submission", "read"),
        ("writes: a file", "changed"),
        ("writes: rights of a file", "changed"),
        ("reaches: the network", "reached"),
        ("hoards: programs of their own session", "left running"),
    ],
)
def test_without_confinement_the_harm_is_noticed(name: str, harm: str, school: Path, farm: OneByOne, first):
    code = farm.outside.fill_in(HOSTILE[name])
    # By now the gradebook of the whole class is larger than what is kept of a notebook's outputs.
    limits = replace(LIMITS, kept=LIMITS.output)
    task = Task(json.dumps(notebook(BLANK, code)), tests=TESTS, limits=limits, confined=False)
    farm.watched("unconfined", task)
    for pid in farm.harm["unconfined"]["left running"]:
        os.kill(pid, signal.SIGKILL)
    farm.outside.secret.chmod(0o644)
    farm.outside.secret.write_text(SECRET)
    assert farm.harm["unconfined"][harm]


def test_without_a_judge_the_mark_is_gained():
    tests = {name: f"{call}\n1" for name, call in TESTS.items()}
    hostile = json.dumps(notebook(BLANK, HOSTILE["patches: the test functions"].strip().replace("\n        ", "\n")))
    result = run(Task(hostile, tests=tests, limits=LIMITS))
    assert any(verdict.passed for verdict in result.verdicts.values())
