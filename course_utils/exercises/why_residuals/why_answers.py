"""The questions of the notebook on why residuals work: what is ruled out, what is left to learn, what a head costs."""

from course_utils.exercises.questions import Question, make_questions

EXERCISE = make_questions(
    "why_answers",
    (
        Question(
            "overfitting",
            "b",
            {
                "a": "a net that overfits is worse on the test images as well: this cannot tell the two apart",
                "c": "more parameters make overfitting possible; they do not show whether it happens",
            },
            "the choices are a, b and c",
        ),
        Question(
            "could_copy",
            "c",
            {
                "a": "it might, but that is not certain; which weights are *sure* to make it as good?",
                "b": "more steps change what is found, not what the net could do",
            },
            "the choices are a, b and c",
        ),
        Question(
            "gradients",
            frozenset("ab"),
            {
                "c": "where gradients vanish, the last layers still learn, and the loss falls slowly as well: this "
                "can't tell the two apart",
                "d": "that's true, and lets gradients vanish rather than the contrary: it speaks for it",
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
            "zero",
            0,
            {1: "add 1 to x, and x is not what comes out"},
            "what can you add to x so that x stays what it is?",
        ),
        Question(
            "strided_head",
            1_247_362,
            {
                1_249_932: "the old head is gone: its Linear(256, 10) has parameters, too",
                1_247_352: "the convolution has a bias: one number for each of its outputs",
                1_247_372: "the Linear layer has a bias as well, and it is gone",
                1_226_882: "that is the net as it was",
                23_050: "that is the new head alone: what about the rest of the net?",
                20_480: "that is how many more there are; how many are there in all?",
                1_224_312: "that is the net without any head",
            },
            "take away the parameters of Linear(256, 10), and add those of the convolution: one 256 × 3 × 3 kernel and "
            "one bias for each of its 10 outputs",
        ),
    ),
)
