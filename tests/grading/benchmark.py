"""Grade a class of 30 by nbgrader alone and by `course grade`: how long, how much memory, and are the scores the same?

    python tests/grading/benchmark.py [--students 30] [--jobs 2] [--keep FOLDER] [--assignment 02_resnets]

works in a copy of the course; what it prints is in INSTRUCTORS.md. Run it on a machine that does nothing else. It ends
with an error if a score differs, or if feedback and export do not work on what `course grade` has left.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from small_school import graded

from course_utils.authoring.trial_class import make_class

ASSIGNMENT = "02_resnets"
ROOT = Path(__file__).resolve().parents[2]
MB = 2**20
SLEEP = 40  # seconds of the one who is dead slow; the limit for a cell is 60


@dataclass
class Measured:
    """What a command took: seconds, seconds of processors, and the largest memory (MB) by kind of process."""

    seconds: float = 0.0
    processors: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)


def copy_of_course(folder: Path) -> Path:
    """Copy what a grader needs, without anything graded."""
    folder.mkdir(parents=True)
    for name in ("course_utils", "notebooks", "solutions", "resnet_inputs", "nbgrader_config.py", "pyproject.toml"):
        whole = ROOT / name
        (shutil.copytree if whole.is_dir() else shutil.copy)(whole, folder / name)
    return folder


def command(course: Path, *arguments: str) -> str:
    """Run a Python module in a course; stop if it fails."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(course), "OMP_NUM_THREADS": "1"}
    whole = [sys.executable, "-m", *arguments]
    done = subprocess.run(whole, cwd=course, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


@contextmanager
def measured() -> Iterator[Measured]:
    """Measure what is done in the block by the processes that it starts; once a second, look at their memory."""
    found, done = Measured(), threading.Event()
    watch = threading.Thread(target=_watch, args=(done, found), daemon=True)
    began, before = time.monotonic(), _processors()
    watch.start()
    yield found
    found.seconds, found.processors = time.monotonic() - began, _processors() - before
    done.set()
    watch.join()


def _processors() -> float:
    """Give the seconds that all processes have used that have ended, and that were waited for, down to the last one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(done: threading.Event, found: Measured) -> None:
    """Keep the largest memory of each kind of process; what several share is counted in parts (PSS)."""
    while not done.wait(1):
        now: dict[str, list[float]] = defaultdict(list)
        for pid in _descendants():
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                kind = _kind(Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace"))
            except OSError:
                continue
            now[kind].append(next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")))
        together = {f"largest {kind}": max(sizes) for kind, sizes in now.items()}
        together["all together"] = sum(map(sum, now.values()))
        for kind, size in together.items():
            found.memory[kind] = max(size, found.memory.get(kind, 0))


def _kind(line: str) -> str:
    if "grading.run.warm" in line:
        return "warm process or submission"
    if "forkserver" in line:
        return "worker that judges"
    if "ipykernel" in line:
        return "kernel"
    return "driver" if "course_utils.cli" in line or "nbgrader" in line else "other"


def _descendants() -> list[int]:
    children = defaultdict(list)
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children[parent].append(int(entry.name))
    found = [os.getpid()]
    for pid in found:
        found += children[pid]
    return found[1:]


def grade_by_course(course: Path, assignment: str, jobs: int, *more: str) -> str:
    """Run the command that is measured."""
    return command(course, "course_utils.cli", "grade", assignment, "--jobs", str(jobs), *more)


def time_of_the_others(course: Path, assignment: str, jobs: int, students: int) -> tuple[float, float]:
    """Grade again, first as they are, then with one who is dead slow: seconds until all others are done."""
    found = []
    for slow in (False, True):
        if slow:
            path = course / "submitted" / "student00" / assignment / f"{assignment}.ipynb"
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.insert(3, nbformat.v4.new_code_cell(f"import time\ntime.sleep({SLEEP})"))
            nbformat.write(notebook, path)
        shutil.rmtree(course / ".grading")
        program = (
            "import time; from pathlib import Path; from course_utils.grading.course.workers import Here;"
            "from course_utils.grading.course.grade import Grading, Options\n"
            f"names = tuple(f'student{{each:02}}' for each in range({students}))\n"
            f"grading = Grading(Path('.').resolve(), {assignment!r}, Options(students=names))\n"
            "if __name__ == '__main__':\n"
            f"    with Here({jobs}) as workers:\n"
            "        began = time.monotonic()\n"
            "        done = {one.student: time.monotonic() - began for one in grading.run(workers)}\n"
            "    del done['student00']; print(max(done.values()))\n"
        )
        (course / "others.py").write_text(program)
        found.append(float(command(course, "others")))
    return found[0], found[1]


def main() -> None:
    """Measure, compare, tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="work here, and leave it")
    parser.add_argument("--assignment", default=ASSIGNMENT)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        measure(asked.keep or Path(temporary), asked.assignment, asked.students, asked.jobs)


def measure(folder: Path, assignment: str, students: int, jobs: int) -> None:
    """Grade one assignment in both ways, compare, and look at what `course grade` has left."""
    course = copy_of_course(folder / "course")
    command(course, "nbgrader", "generate_assignment", assignment, "--force")
    make_class(course, students, assignment)
    alone = Path(shutil.copytree(course, folder / "alone"))
    print(f"{students} submissions of {assignment}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    began = time.monotonic()  # looking at the processes would take a tenth of it
    grade_by_course(course, assignment, jobs, "--student", "student00")
    print(f"course grade, one submission: {time.monotonic() - began:.1f} s")
    shutil.rmtree(course / ".grading")
    with measured() as ours:
        print(grade_by_course(course, assignment, jobs))
    tell("course grade", ours, students)
    with measured() as plain:
        command(alone, "nbgrader", "autograde", assignment)
    tell("nbgrader autograde", plain, students)
    print(f"ratio {plain.seconds / ours.seconds:.1f}, load {os.getloadavg()[0]:.1f}")
    different = compare(course, alone, assignment)
    command(course, "nbgrader", "generate_feedback", assignment)
    command(course, "nbgrader", "export", "--to", "grades.csv")
    pages = list(course.glob(f"feedback/*/{assignment}/*.html"))
    lines = len((course / "grades.csv").read_text().splitlines()) - 1
    print(f"feedback for {len(pages)} students, {lines} lines exported")
    few = min(8, students)
    before, after = time_of_the_others(course, assignment, jobs, few)
    print(f"{few - 1} students are done after {before:.1f} s; beside one who sleeps {SLEEP} s, after {after:.1f} s")
    if different:
        sys.exit("scores differ, see above")


def tell(name: str, found: Measured, students: int) -> None:
    """Print one measurement."""
    print(f"{name}: {found.seconds:.1f} s, {found.seconds / students:.2f} s each")
    print(f"  seconds of processors, each: {found.processors / students:.2f}")
    print("  memory (MB): " + ", ".join(f"{kind} {size:.0f}" for kind, size in sorted(found.memory.items())))


def compare(course: Path, alone: Path, assignment: str) -> int:
    """Print each score that differs, of any student; return how many do."""
    ours, plain = (
        {(student, cell): score for student, cell, score in graded(place, assignment)} for place in (course, alone)
    )
    different = sorted(at for at in ours | plain if ours.get(at) != plain.get(at))
    for at in different:
        print(f"  {at}: course grade {ours.get(at)}, nbgrader {plain.get(at)}")
    print(f"{len(different)} of {len(plain)} scores differ, {sum(map(bool, plain.values()))} of them are above 0")
    return len(different)


if __name__ == "__main__":
    main()
