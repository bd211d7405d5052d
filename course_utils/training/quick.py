"""One switch for all long work: done in full, or just far enough to see that it runs."""

import os

VARIABLE = "COURSE_QUICK"


def quick() -> bool:
    """Say whether long work is to be cut short: in nbgrader's runs, and where COURSE_QUICK is set (and not 0).

    nbgrader sets NBGRADER_EXECUTION when it grades or validates; no grade depends on a training.
    """
    return os.environ.get(VARIABLE, "0") not in {"", "0"} or bool(os.environ.get("NBGRADER_EXECUTION"))
