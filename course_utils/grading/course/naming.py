"""`course name`: make what a group of wrong answers does a known mistake of this course; and propose it to others."""

import json
from pathlib import Path

from course_utils.exercises.named_mistakes import FILE, NamedMistake, write_named
from course_utils.exercises.registry import load
from course_utils.grading.course.answers import Group, groups, known_in, wrong_answers
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.records import Records, assignments_graded


def name_group(root: Path, called: str, belief: str, look_at: str, hint: int) -> str:
    """Name a group that the report has shown; say what that does.

    belief: completes "behaves exactly like one that …"; look_at: "look at …"; hint: the rung that helps.

    Raises:
        GradingError: there is no such group, or no such hint.
    """
    named = known_in(root)
    found = [
        (assignment, group)
        for assignment in assignments_graded(root)
        for group in groups(wrong_answers(Records(root, assignment).all(), named))
    ]
    # By any of its answers: another one may have become the first since the report was written.
    fit = [(assignment, group) for assignment, group in found if called in {one.name for one in group.answers}]
    if not fit:
        names = ", ".join(group.name for _, group in found) or "none"
        raise GradingError(f"There is no group {called!r}. There are: {names} (course report).")
    assignment, group = fit[0]
    hints = len(load(group.exercise).hints)
    if not 1 <= hint <= hints:
        raise GradingError(f"{group.exercise} has hints 1 to {hints}.")
    write_named(root / FILE, [*named, NamedMistake(group.exercise, belief.strip(), look_at.strip(), hint, group.seen)])
    count = len(group.answers)
    return (
        f"{group.exercise}: {count} answer{'s' * (count != 1)} now known as one that {belief.strip()} ({FILE}).\n"
        f"For their feedback: course grade {assignment} (it grades these {count} again, and no others).\n"
        f"For students' own test cells: commit {FILE}; they have it when they next update the course."
    )


def export_groups(root: Path, assignment: str, file: Path) -> str:
    """Write what has no name yet, and what has been named here, as a proposal to the course: no code, nobody's name.

    Raises:
        GradingError: the file cannot be written.
    """
    named = known_in(root)
    shared = [one for one in groups(wrong_answers(Records(root, assignment).all(), named)) if len(one.answers) > 1]
    told = {
        "named": [_told(one.exercise, one.seen) | _words(one) for one in named],
        "without a name": [_told(one.exercise, one.seen) | {"students": len(one.answers)} for one in shared],
    }
    try:
        file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise GradingError(f"{file} cannot be written: {error.strerror}") from error
    return f"wrote {file}: {len(named)} named, {len(shared)} without a name; no code is in it, and no student's name"


def _words(one: NamedMistake) -> dict[str, object]:
    return {"belief": one.belief, "look_at": one.look_at, "hint": one.hint}


def _told(exercise: str, seen: object) -> dict[str, object]:
    return {"exercise": exercise, "seen": seen}


def promises(group: Group) -> list[str]:
    """Say what right code does that these answers do not; the first broken promise first."""
    tests = load(group.exercise).tests
    said = {(test, look.name): look.promise for test, looks in tests.items() for look in looks}
    return list(dict.fromkeys(said[place] for place in group.looks if place in said))
