"""What several students' code does, with the words and the shortest example for telling a class of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from course_utils.checking.values import Mistake
from course_utils.exercises.named_mistakes import NamedMistake
from course_utils.exercises.registry import every_exercise
from course_utils.grading.course.answers import Group, WrongAnswer
from course_utils.grading.course.naming import promises

_FIRST = 3  # things to teach next

Shortest = Callable[[Sequence[WrongAnswer]], str]
"""Gives the shortest code of some answers."""


@dataclass(frozen=True)
class Topic:
    """What several students' code does: how many, what is known of it, and the code that shows it.

    does: what it does, in words; show: what to look at with the class. called: the mistake's id, or the group's name.
    shares: of a group, the promises that it breaks, the first one first; text: what one of it reads.
    """

    students: int
    exercise: str
    does: str
    show: str
    example: str
    called: str
    shares: tuple[str, ...] = ()
    text: str = ""


def known_topics(wrong: Sequence[WrongAnswer], named: Sequence[NamedMistake], shortest: Shortest) -> list[Topic]:
    """List the known mistakes that were seen, and in how many submissions; the most frequent first."""
    seen: dict[tuple[str, str], list[WrongAnswer]] = {}
    for one in wrong:
        for mistake in one.mistakes:
            seen.setdefault((one.exercise, mistake), []).append(one)
    banks: dict[tuple[str, str], Mistake] = {
        (exercise.name, one.id): one for exercise in every_exercise() for one in exercise.mistakes
    } | {(one.exercise, one.id): one.mistake for one in named}
    found = []
    for (exercise, mistake), answers in seen.items():
        if (exercise, mistake) in banks:
            words = banks[exercise, mistake]
            clear = [one for one in answers if one.mistakes == (mistake,)]
            topic = Topic(len(answers), exercise, words.belief, words.look_at, shortest(clear or answers), mistake)
            found.append(topic)
    return sorted(found, key=lambda one: (-one.students, one.exercise, one.called))


def nameless_topic(group: Group, shortest: Shortest) -> Topic:
    """Give what is known of a group: what right code does that theirs does not, and what one of them reads."""
    broken = promises(group)
    return Topic(
        len(group.answers),
        group.exercise,
        "stops with an error" if group.stops else "does something that has no name yet",
        broken[0] if broken else "",
        shortest(group.answers),
        group.name,
        tuple(broken),
        group.answers[0].text,
    )


def to_teach(topics: Sequence[Topic]) -> list[tuple[Topic, bool]]:
    """Give what most students get wrong, and of each whether another one is as frequent; a tie is never cut in two."""
    ranked = sorted(topics, key=lambda one: -one.students)
    least = ranked[min(_FIRST, len(ranked)) - 1].students if ranked else 0
    counts = Counter(one.students for one in ranked)
    chosen = [one for one in ranked if one.students >= max(least, 2)]
    if len(chosen) > 2 * _FIRST:  # a tie of many is no order: the table has them all
        chosen = [one for one in chosen if one.students > least]
    return [(one, counts[one.students] > 1) for one in chosen]
