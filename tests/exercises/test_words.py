"""Every message about a known mistake fits 80 columns, names the behaviour, and says where to look."""

import pytest
from examining import BANKS, EXERCISES, name_of, report_on

from course_utils.checking.plain import render_plain
from course_utils.checking.values import Mistake
from course_utils.checking.wording import word
from course_utils.exercises.exercise import Exercise


def messages(exercise: Exercise, mistake: Mistake) -> list[str]:
    """Give what each test that fails says to a mistake, as plain text."""
    reports = [report_on(exercise.name, test, mistake.id) for test in exercise.tests]
    return [render_plain(word(report)) for report in reports if report.verdict == "wrong"]


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=name_of)
def test_a_message_fits_eighty_columns_and_few_lines(exercise: Exercise, mistake: Mistake):
    for message in messages(exercise, mistake):
        lines = message.splitlines()
        assert max(map(len, lines)) <= 80, message
        assert len(lines) <= 16, message


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=name_of)
def test_a_message_shows_nothing_of_the_machinery(exercise: Exercise, mistake: Mistake):
    for message in messages(exercise, mistake):
        for word_ in (
            "Traceback",
            "site-packages",
            "tensor([",
            "<function",
            "<class",
            "grad_fn",
            " None ",
            "object at",
        ):
            assert word_ not in message, message


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=name_of)
def test_a_message_names_a_hint_and_a_place_to_look(exercise: Exercise, mistake: Mistake):
    for message in messages(exercise, mistake):
        assert "→" in message
        assert "hint" in message


def test_most_mistakes_are_told_what_they_do():
    """Count the messages in which the mistake's own words stand."""
    named, total = 0, 0
    for exercise, mistake in BANKS:
        for message in messages(exercise, mistake):
            total += 1
            named += " ".join(mistake.belief.split()) in " ".join(message.split())
    print(f"named: {named} of {total}")
    assert named >= 0.8 * total


def test_hints_fit_their_ladder():
    for exercise in EXERCISES.values():
        assert exercise.hints
        assert len(set(exercise.hints)) == len(exercise.hints)
