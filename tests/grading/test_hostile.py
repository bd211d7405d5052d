"""Hostile notebooks: no unearned mark, a verdict on every test, nothing read, written or reached outside, an end."""

import os
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import pytest
from hostile_cells import HOSTILE
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.confinement import missing
from course_utils.grading.limits import Limits
from course_utils.grading.provisioner import warm_process
from course_utils.grading.running import Result, Task, run
from course_utils.grading.warm import COURSE

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not confined here: {missing()}")

SECRET = "token-of-the-secret"
LIMITS = Limits(cell=5, test=20, notebook=90, memory=700, output=4, disk=20)
TESTS = {"test_relu": "tests.test_relu(ReLU)", "test_flatten": "tests.test_flatten(Flatten)"}
IMPORTS = "import torch as t\nfrom torch import nn\nfrom course_utils import tests"
BLANK = "class {0}(nn.Module):\n    def forward(self, x):\n        raise NotImplementedError()"
RIGHT = """class ReLU(nn.Module):
    def forward(self, x):
        return x * (x > 0)"""


def notebook(*cells: str) -> str:
    graded = [
        new_code_cell(source, metadata={"nbgrader": {"grade_id": name, "grade": True, "points": 1, "solution": False}})
        for name, source in TESTS.items()
    ]
    before = [IMPORTS, BLANK.format("ReLU"), BLANK.format("Flatten"), *cells]
    return nbformat.writes(new_notebook(cells=[*map(new_code_cell, before), *graded]))


def graded(*cells: str) -> Result:
    return run(Task(notebook(*cells), tests=TESTS, released=frozenset([IMPORTS]), limits=LIMITS))


class Outside:
    """What a submission must leave alone."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.secret = folder, folder / "secret"
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
        self.before = self.state()

    @property
    def port(self) -> int:
        return self.network.getsockname()[1]

    def fill_in(self, code: str) -> str:
        places = {"secret": self.secret, "outside": self.folder, "port": self.port, "course": COURSE}
        code = textwrap.dedent(code)
        for name, value in {**places, "neighbour": self.neighbour.pid}.items():
            code = code.replace("{" + name + "}", str(value))
        return code.replace("{{", "{").replace("}}", "}")

    def state(self):
        files = {path: (path.is_file() and path.read_bytes(), path.lstat().st_mode) for path in self.folder.rglob("*")}
        watched = COURSE / "course_utils" / "tests.py", COURSE / "course_utils" / "grading" / "actor.py"
        elsewhere = [Path("/tmp/hostile-was-here").exists(), (Path.home() / ".ipython" / "hostile").exists()]
        priority = os.getpriority(os.PRIO_PROCESS, self.neighbour.pid)
        return files, [path.read_bytes() for path in watched], elsewhere, self.neighbour.poll(), priority

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


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    outside = Outside(tmp_path_factory.mktemp("outside"))
    yield outside
    outside.close()


def living_children(pid: int) -> list[int]:
    """List the processes that descend from one and have not ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found += [int(entry.name), *living_children(int(entry.name))]
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_cell_gains_nothing_and_harms_nobody(name: str, outside: Outside):
    began = time.monotonic()
    result = graded(outside.fill_in(HOSTILE[name]))
    assert set(result.verdicts) == set(TESTS)
    assert not any(verdict.passed for verdict in result.verdicts.values())
    assert SECRET not in shown(result)
    assert outside.state() == outside.before
    assert not outside.was_reached()
    assert not living_children(warm_process()._process.pid)
    assert time.monotonic() - began < LIMITS.notebook + 30


def shown(result: Result) -> str:
    """Give all that the executed notebook shows, but not its code."""
    cells = nbformat.reads(result.notebook, as_version=4).cells
    texts = [str(output) for cell in cells for output in cell.get("outputs", ())]
    return "\n".join(text for text in texts if "Traceback" not in text and "error" not in text)


def test_an_honest_answer_beside_them_has_its_mark():
    verdicts = graded(RIGHT).verdicts
    assert verdicts["test_relu"].passed
    assert not verdicts["test_flatten"].passed


def test_an_answer_that_is_right_but_reaches_into_the_process_waits_for_a_human():
    result = graded(RIGHT, "import gc")
    assert result.verdicts["test_relu"].kind == "ungraded"
    assert "gc" in result.verdicts["test_relu"].text


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("while True: pass", "took longer than 5 s"),
        ("for _ in range(80): print('x' * 2**17, flush=True)", "MB of output"),
    ],
)
def test_a_notebook_says_in_its_feedback_why_it_was_stopped(code: str, why: str):
    assert why in str(nbformat.reads(graded(code).notebook, as_version=4))
