"""The question about the head of the network for Fashion-MNIST: what another one costs."""

from course_utils.exercises.questions import Question, make_questions

EXERCISE = make_questions(
    "head_answers",
    (
        Question(
            "strided_head",
            1_247_362,
            {
                1_249_932: "the old head is gone: its Linear(256, 10) has parameters, too",
                1_247_352: "the convolution has a bias: one number for each of its outputs",
                1_247_372: "the Linear layer has a bias as well, and it is gone",
                1_226_882: "that's the network as it was",
                23_050: "that's the new head alone: what about the rest of the network?",
                20_480: "that is how many more there are; how many are there in all?",
                1_224_312: "that's the network without any head",
            },
            "take away the parameters of Linear(256, 10), and add those of the convolution: one 256 × 3 × 3 kernel and "
            "one bias for each of its 10 outputs",
        ),
    ),
)
