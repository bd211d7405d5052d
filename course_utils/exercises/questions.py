"""The reading questions: one function that returns the answers, and a sentence for each wrong choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_utils.exercises.exercise import Exercise
from course_utils.feedback.tensors import broken, run
from course_utils.feedback.values import Check


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


_MODULES = (
    Question(
        "found",
        "c",
        {
            "a": "a plain tensor is not registered: parameters() does not see it",
            "b": "a list hides what is in it: nn.Module watches assignments, and this one assigns a list",
        },
        "the choices are a, b and c",
    ),
    Question(
        "call",
        "b",
        {
            "a": "it often works, and skips what __call__ does besides: the hooks of the last chapter of notebook 2",
            "c": "the class makes a module; x is for the module, not for the class",
        },
        "the choices are a, b and c",
    ),
    Question(
        "linear_count",
        35,
        {
            30: "and the bias: one number for each output",
            36: "the bias has one number for each output, not for each input",
            11: "each output has a weight for each input",
        },
        "6 inputs and 5 outputs: a weight for each pair, and a bias for each output",
    ),
    Question(
        "super_init",
        frozenset("ab"),
        {
            "c": "forward is called later; __init__ does not run it",
            "d": "a class without __init__ of its own inherits nn.Module's, which is run",
        },
        "there is at least one more",
    ),
)

_READING = (
    Question(
        "initialisation",
        "b",
        {
            "a": "it does keep two numbers for each channel, but that is not why the scale of the weights matters less",
            "c": "nothing is learned about the initialisation; what happens when all weights grow tenfold?",
        },
        "the choices are a, b and c",
    ),
    Question(
        "why_it_helps",
        frozenset("acd"),
        {
            "b": "this was the paper's own explanation; Santurkar et al. added shifting noise behind each batch norm, "
            "and training was as fast"
        },
        "there is at least one more that has good evidence",
    ),
    Question(
        "learned",
        128,
        {
            64: "each channel has a weight *and* a bias",
            256: "the running mean and variance are not learned: no gradient ever reaches them",
            257: "the running statistics and the counter are buffers: no gradient ever reaches them",
        },
        "count the numbers that an optimiser would change, for 64 channels",
    ),
    Question(
        "buffers",
        129,
        {
            128: "there is one more: how many batches has it seen?",
            64: "mean *and* variance are kept for each channel",
            65: "mean *and* variance are kept for each channel",
        },
        "count the numbers in running_mean, running_var and num_batches_tracked, for 64 channels",
    ),
    Question(
        "additive",
        "a",
        {
            "b": "that is what concatenation does: it keeps both, and pays for it with channels",
            "c": "both kinds pass the gradient on; for the sum it is simply copied into both branches",
        },
        "the choices are a, b and c",
    ),
    Question(
        "concatenating",
        "c",
        {
            "a": "it is the sum that needs equal shapes: channels can be joined whatever their number",
            "b": "gradients flow through a concatenation without loss",
        },
        "the choices are a, b and c",
    ),
)

_DIAGRAM = (
    Question(
        "no_bias",
        "b",
        {
            "a": "a bias costs next to nothing: one number for each output channel",
            "c": "the weight of a batch norm scales; what happens to a constant when the mean is subtracted?",
        },
        "the choices are a, b and c",
    ),
    Question(
        "thirty_four",
        33,
        {
            34: "one of the 34 layers is not a convolution",
            36: "the 1×1 convolutions of the projections are not counted in the name",
            32: "the first convolution counts as well",
        },
        "2 in each of 3 + 4 + 6 + 3 blocks, and one more; the projections do not count",
    ),
    Question(
        "projections",
        3,
        {
            4: "look at the first group again: 64 channels come in, 64 go out, with stride 1",
            16: "most blocks change nothing about the shape",
        },
        "a projection is needed where a block changes the number of channels or the size of the map",
    ),
    Question(
        "last_map",
        7,
        {
            14: "count the strides: the first convolution, the max pool, and groups 2, 3 and 4",
            224: "every stride of 2 halves it",
            1: "before the average pool, not after it",
        },
        "224 is halved by each stride of 2: how many are there?",
    ),
)


def make_questions(name: str, questions: tuple[Question, ...]) -> Exercise:
    """Make the exercise `name`, a function that returns the answers by key; its test is test_<name>."""

    def right() -> dict[str, Any]:
        return {question.key: question.answer for question in questions}

    checks = tuple(Check(question.key, question.look) for question in questions)
    hints = ("Answer from the text above; a wrong answer costs nothing and tells you why.",)
    return Exercise(name=name, hints=hints, right=right, tests={f"test_{name}": checks})


MODULES = make_questions("module_answers", _MODULES)
READING = make_questions("reading_answers", _READING)
DIAGRAM = make_questions("diagram_answers", _DIAGRAM)
