"""The reading questions: one function that returns the answers, and a sentence for each wrong choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import isclose, isfinite
from typing import Any

from course_utils.checking.look import Look
from course_utils.checking.tensors import broken, run
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.observers import kind


@dataclass(frozen=True)
class Question:
    """A question of a notebook: its key, the right answer, and what to say to a wrong one.

    answer: a letter, a set of letters, or a number.
    replies: what to say to a wrong letter (a letter too many, for a set), or to a wrong number.
    otherwise: what to say to any other wrong answer.
    """

    key: str
    answer: str | int | frozenset[str]
    replies: Mapping[Any, str]
    otherwise: str

    @property
    def look(self) -> Look:
        """Look at the answer; a key that is not there has not been attempted."""
        promise = f"the answer to {self.key!r} is right"
        return Look(self.key, promise, partial(_observe, self.key), explain=_said, advise=self._reply)

    def _reply(self, got: Any) -> str:
        if not isinstance(self.answer, frozenset):
            return self.replies.get(got, self.otherwise) if isinstance(got, str | int) else self.otherwise
        if not isinstance(got, list):
            return "more than one letter can be right here: return a set, such as {'a', 'c'}"
        extra = sorted(set(got) - self.answer)
        return self.replies.get(extra[0], self.otherwise) if extra else self.otherwise


def _observe(key: str, candidate: Any, seed: int) -> dict[str, Any]:
    return {"": partial(_given, key, candidate)}


def _given(key: str, candidate: Any) -> Any:
    answers = run(candidate, doing="asking for your answers")
    if not isinstance(answers, dict):
        raise broken("the answers come as one dict", f"they come as {kind(answers)}")
    if key not in answers or answers[key] in (..., None):
        raise NotImplementedError
    return _normal(answers[key])


def _normal(answer: Any) -> Any:
    if isinstance(answer, str):
        return answer.strip().lower()
    if isinstance(answer, set | frozenset | list | tuple):
        return sorted({str(one).strip().lower() for one in answer})
    if isinstance(answer, float) and isfinite(answer) and isclose(answer, round(answer), rel_tol=1e-9):
        return round(answer)  # worked out in floats
    return answer


def _said(got: Any, expected: Any) -> tuple[str, ...]:
    return (f"you said {_told(got)}",)


def _told(got: Any) -> str:
    return ", ".join(got) or "nothing" if isinstance(got, list) else str(got)


def make_questions(name: str, questions: tuple[Question, ...]) -> Exercise:
    """Make the exercise `name`, a function that returns the answers by key; its test is test_<name>."""

    def right() -> dict[str, Any]:
        return {question.key: question.answer for question in questions}

    looks = tuple(question.look for question in questions)
    hints = ("Answer from the text above; a wrong answer costs nothing and tells you why.",)
    return Exercise(name=name, hints=hints, right=right, tests={f"test_{name}": looks}, seeded=False)
