"""The students' version of an assignment, made by nbgrader's own generate_assignment."""

from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets.config.loader import PyFileConfigLoader

from course_utils.authoring.errors import AuthoringError


def make_release(course: Path, assignment: str) -> None:
    """Make `course`/notebooks/`assignment` from `course`/solutions/`assignment`, as `course`/nbgrader_config.py says.

    Raises:
        AuthoringError: nbgrader refused; the message is its own.
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = assignment
    # As with `nbgrader generate_assignment --no-db`: a release needs no gradebook.
    config.SaveCells.enabled = False
    config.GenerateAssignment.no_database = True
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    result = capture_log(converter)
    if not result["success"]:
        raise AuthoringError(f"nbgrader could not make the release of {assignment}:\n{result['log']}")
