"""A class is graded: fast, shut in, judged from outside, into nbgrader's own gradebook."""

from course_utils import no_grammar  # noqa: F401  (before anything imports nbformat)
