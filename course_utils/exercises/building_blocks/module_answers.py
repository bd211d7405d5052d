"""The questions about nn.Module: what it sees, what a call does, what super().__init__() is for."""

from course_utils.exercises.questions import Question, make_questions

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
            "a": "it often works, and skips what __call__ does besides: the hooks of section 11 in notebook 2",
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

EXERCISE = make_questions("module_answers", _MODULES)
