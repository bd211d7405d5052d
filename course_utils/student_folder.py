"""The folder in which a student's own things are kept between notebooks: layers that pass, and the progress."""

from pathlib import Path

from course_utils.checking.surface import surface

COURSE = Path(__file__).resolve().parents[1]


def student_folder() -> Path | None:
    """Give the folder `my_work`; None where nothing is kept.

    That is outside notebooks, in nbgrader's runs (a grade must not depend on what lies about), and in the course's own
    solutions, which are to come out the same everywhere.
    """
    here = Path.cwd().resolve()
    if surface() != "html" or COURSE / "solutions" in (here, *here.parents):
        return None
    return (COURSE if (COURSE / "pyproject.toml").is_file() else here) / "my_work"


def own_file(name: str) -> Path | None:
    """Give the file of this name in the student's folder; None where nothing is kept."""
    place = student_folder()
    return place / name if place else None
