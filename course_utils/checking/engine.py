"""Run every check of a test on a student's code, each on its own, and report what came out."""

from collections.abc import Iterable
from typing import Any

from course_utils.checking.shared import built_in_here
from course_utils.checking.student import outcome_of
from course_utils.checking.values import Check, Kept, Outcome, Outcomes, Wrong
from course_utils.checking.world import world_unchanged


def run_checks(checks: Iterable[Check], candidate: Any, seed: int) -> Outcomes:
    """Run the `checks` on `candidate`; one that fails does not hide the others, unless it is decisive.

    Ctrl-C is not caught: an endless loop in the student's code can be interrupted.
    """
    outcomes: list[tuple[str, Outcome]] = []
    with built_in_here():
        for check in checks:
            outcomes.append((check.name, run_check(check, candidate, seed)))
            if check.decisive and isinstance(outcomes[-1][1], Wrong):
                break
    return tuple(outcomes)


def run_check(check: Check, candidate: Any, seed: int) -> Outcome:
    """Run one check in a world of its own."""
    with world_unchanged():
        try:
            return Kept(check.look(candidate, seed) or "")
        except Exception as error:  # noqa: BLE001  (whatever the student's code raises is an outcome, not a crash)
            return outcome_of(error)
