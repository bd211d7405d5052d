"""`course report`: one page about a graded class, for the next lecture. It needs no network, and names nobody."""

from pathlib import Path

from course_utils.grading.course import report_page
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.gradebook import Course
from course_utils.grading.course.records import Records


def report(root: Path, assignment: str, names: bool = False) -> Path:
    """Write the page about an assignment, and say where it is.

    names: name the students whose submission needs a human.

    Raises:
        GradingError: nothing has been graded yet.
    """
    course = Course(root, assignment)
    cells = course.cells()
    records = Records(root, assignment).all()
    if not records:
        raise GradingError(f"Nothing of {assignment} has been graded yet: course grade {assignment}")
    page = report_page.render(assignment, cells, records, names)
    path = root / ".grading" / f"{assignment}.html"
    path.write_text(page, "utf-8")
    return path
