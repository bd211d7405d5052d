"""What is kept of each graded submission, beside nbgrader's own files: by what it is known again, and its verdicts."""

import glob
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from course_utils.grading.judge.verdicts import Verdict

_VERSION = 4  # of what is kept, and of how submissions are judged: another number grades all again

ACCEPTED, REFUSED = "accepted", "refused"


@dataclass(frozen=True)
class Record:
    """One graded submission.

    digest: of what was handed in and of the tests. verdicts: by notebook and test cell. repairs: what was mended
    before grading. troubles: what a human should know. decision: ACCEPTED or REFUSED, if one has decided so.
    """

    digest: str
    verdicts: Mapping[str, Mapping[str, Verdict]]
    repairs: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    decision: str = ""

    @property
    def wants_human(self) -> list[tuple[str, str]]:
        """List what a human has to decide, or has decided: (notebook, test cell)."""
        return [
            (name, cell)
            for name, verdicts in self.verdicts.items()
            for cell, verdict in verdicts.items()
            if verdict.wants_human
        ]

    @property
    def could_be_graded(self) -> bool:
        """Say whether anything of it could be graded."""
        return any(verdict.kind != "ungraded" for verdict in self.by_cell.values())

    @property
    def by_cell(self) -> dict[str, Verdict]:
        """Give the verdicts by test cell."""
        return {cell: verdict for one in self.verdicts.values() for cell, verdict in one.items()}


class Records:
    """The records of an assignment, a file each."""

    def __init__(self, root: Path, assignment: str) -> None:
        self._folder = _folder(root) / assignment

    def get(self, student: str) -> Record | None:
        """Give a student's record; None if there is none that can be read."""
        try:
            told = json.loads(self._path(student).read_text("utf-8"))
            verdicts = {
                notebook: {name: Verdict(**_tupled(each)) for name, each in cells.items()}
                for notebook, cells in told.pop("verdicts").items()
            }
            return Record(verdicts=verdicts, **_tupled(told))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def put(self, student: str, record: Record) -> None:
        """Write a student's record, whole or not at all."""
        path = self._path(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(record)), "utf-8")
        part.replace(path)

    def remove(self, student: str) -> None:
        """Forget a student's record: the submission is being graded again."""
        self._path(student).unlink(missing_ok=True)

    def all(self) -> dict[str, Record]:
        """Give all records by student."""
        found = {path.stem: self.get(path.stem) for path in sorted(self._folder.glob("*.json"))}
        return {student: record for student, record in found.items() if record is not None}

    def _path(self, student: str) -> Path:
        return self._folder / f"{student}.json"


def assignments_graded(root: Path) -> list[str]:
    """List the assignments of which anything has been graded."""
    return sorted(path.name for path in _folder(root).glob("*") if path.is_dir())


def assignments_with(root: Path, student: str) -> list[str]:
    """List the assignments of which a student has been graded."""
    return sorted(path.parent.name for path in _folder(root).glob(f"*/{glob.escape(student)}.json"))


def _folder(root: Path) -> Path:
    return root / ".grading" / "records"


def _tupled(told: dict) -> dict:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


def digest_of(files: Mapping[str, bytes], tests: Mapping[str, Mapping[str, str]]) -> str:
    """Give what tells one submission, graded by one set of tests, from any other."""
    found = hashlib.sha256(f"{_VERSION} {json.dumps(tests, sort_keys=True)}".encode())
    for name, data in sorted(files.items()):
        found.update(f"\0{name}\0{len(data)}\0".encode() + data)
    return found.hexdigest()
