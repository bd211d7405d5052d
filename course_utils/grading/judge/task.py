"""One notebook on its way to a worker and back. No torch is imported to make one: the driver needs none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from course_utils.exercises.named_mistakes import NamedMistake
from course_utils.grading.judge.verdicts import Verdict
from course_utils.grading.run.limits import Limits


@dataclass(frozen=True)
class Task:
    """One notebook to run.

    notebook: its JSON. files: what lies beside it. tests: the source of each test cell by grade_id, hidden tests and
    all. released: the sources of the released cells, which are not the student's own. stubs: those of the cells that
    are to be answered, by grade_id. named: the mistakes that have been named in this course.
    """

    notebook: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    tests: Mapping[str, str] = field(default_factory=dict)
    released: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    confined: bool = True
    stubs: Mapping[str, str] = field(default_factory=dict)
    named: tuple[NamedMistake, ...] = ()

    @property
    def helpers(self) -> dict[str, str]:
        """The student's own Python files, which their cells may import: the text of each, by name."""
        return {name: data.decode(errors="replace") for name, data in self.files.items() if name.endswith(".py")}


@dataclass(frozen=True)
class Result:
    """What came of it: the notebook with outputs, each test cell's verdict, seconds, and what a human should know."""

    notebook: str
    verdicts: Mapping[str, Verdict]
    seconds: float
    troubles: tuple[str, ...] = ()
