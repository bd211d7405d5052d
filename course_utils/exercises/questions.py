"""The reading questions: one function that returns the answers, and a sentence for each wrong choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_utils.checking.tensors import broken, run
from course_utils.checking.values import Check
from course_utils.exercises.exercise import Exercise


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

    def look(self, candidate: Any, seed: int) -> None:
        """Check the answer; a key that is not there has not been attempted."""
        answers = run(candidate, doing="asking for your answers")
        if not isinstance(answers, dict):
            raise broken("the answers come as one dict", f"they come as a {type(answers).__name__}")
        if self.key not in answers or answers[self.key] in (..., None):
            raise NotImplementedError
        given = _normal(answers[self.key])
        if given != self.answer:
            raise broken(f"the answer to {self.key!r} is right", f"you said {_told(given)}", self._reply(given))

    def _reply(self, given: Any) -> str:
        if not isinstance(self.answer, frozenset):
            return self.replies.get(given, self.otherwise)
        if not isinstance(given, frozenset):
            return "more than one letter can be right here: return a set, such as {'a', 'c'}"
        extra = sorted(given - self.answer)
        return self.replies.get(extra[0], self.otherwise) if extra else self.otherwise


def _normal(answer: Any) -> Any:
    if isinstance(answer, str):
        return answer.strip().lower()
    if isinstance(answer, set | frozenset | list | tuple):
        return frozenset(str(one).strip().lower() for one in answer)
    return answer


def _told(given: Any) -> str:
    return ", ".join(sorted(given)) or "nothing" if isinstance(given, frozenset) else str(given)


def make_questions(name: str, questions: tuple[Question, ...]) -> Exercise:
    """Make the exercise `name`, a function that returns the answers by key; its test is test_<name>."""

    def right() -> dict[str, Any]:
        return {question.key: question.answer for question in questions}

    checks = tuple(Check(question.key, question.look) for question in questions)
    hints = ("Answer from the text above; a wrong answer costs nothing and tells you why.",)
    return Exercise(name=name, hints=hints, right=right, tests={f"test_{name}": checks})
