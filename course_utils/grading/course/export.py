"""`nbgrader export`, without scores that do not stand yet: what waits for a human has none."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import CsvExportPlugin

from course_utils.grading.course.late import settle_or_stop


class ExportWhatStands(CsvExportPlugin):
    """nbgrader's own columns, and waits_for: where a human has to decide first, the scores are empty."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file: a line for each student and assignment, with the term file's penalties as they are now."""
        settle_or_stop(gradebook, self)
        rows = [
            _row(gradebook, assignment, student)
            for assignment in _asked(gradebook.assignments, "name", self.assignment)
            for student in _asked(gradebook.students, "id", self.student)
        ]
        with Path(self.to or "grades.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, _COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)


_COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score", "waits_for"),
)


def _asked(all_of_them: list[Any], key: str, asked: list[Any]) -> Iterator[Any]:
    wanted = set(map(str, asked))
    return (one for one in all_of_them if not wanted or getattr(one, key) in wanted)


def _row(gradebook: Gradebook, assignment: Assignment, student: Student) -> dict[str, Any]:
    told = {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "max_score": assignment.max_score,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:  # nothing was handed in
        return told | {"raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0}
    told["timestamp"] = submission.timestamp
    if submission.needs_manual_grade:
        return told | {"waits_for": "a human's decision"}
    penalty = submission.late_submission_penalty or 0.0
    score = max(0.0, submission.score - penalty)
    return told | {"raw_score": submission.score, "late_submission_penalty": penalty, "score": score}
