"""The questions of the notebook on why residuals work: what is ruled out, and what is left to learn."""

from course_utils.exercises.questions import Question, make_questions

EXERCISE = make_questions(
    "why_answers",
    (
        Question(
            "overfitting",
            "b",
            {
                "a": "a network that overfits is worse on the test images as well: this cannot tell the two apart",
                "c": "more parameters make overfitting possible; they do not show whether it happens",
            },
            "the choices are a, b and c",
        ),
        Question(
            "could_copy",
            "c",
            {
                "a": "it might, but that is not certain; which weights are *sure* to make it as good?",
                "b": "more steps change what is found, not what the network could do",
            },
            "the choices are a, b and c",
        ),
        Question(
            "gradients",
            frozenset("ab"),
            {
                "c": "where gradients vanish, the last layers still learn, and the loss falls slowly as well: this "
                "can't tell the two apart",
                "d": "that's true, but a flat slope makes gradients smaller: it's an argument for "
                "vanishing gradients, not against",
            },
            "there is at least one more that speaks against it",
        ),
        Question(
            "residual",
            "c",
            {
                "a": "then the sum would be H(x) + 2x",
                "b": "the sign is the wrong way round: add x to it, and see what comes out",
                "d": "the two branches are added, not multiplied",
            },
            "the choices are a, b, c and d",
        ),
        Question(
            "growth",
            28,
            {
                27: "close: the last factor is 28/27, and nearly everything before it cancels",
                2**27: "that's a plain network in which each block doubles it; here only the first one does",
            },
            "write each factor as (l + 1)/l, and multiply the first three: what cancels?",
        ),
    ),
)
