"""What goes wrong in grading through nobody's submission."""


class GradingError(Exception):
    """Grading cannot start or go on; the message says why and what to do. What has been graded stays graded."""


class CannotConvert(GradingError):  # noqa: N818  (it says what happened)
    """nbgrader cannot work with one submission; the others are not concerned."""
