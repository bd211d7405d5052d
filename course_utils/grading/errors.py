"""What goes wrong in grading through nobody's submission."""


class GradingError(Exception):
    """Grading cannot start or go on; the message says why and what to do. What has been graded stays graded."""
