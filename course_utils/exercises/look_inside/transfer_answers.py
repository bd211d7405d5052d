"""The questions about transfer: what learns when a network is frozen, and what still moves."""

from course_utils.exercises.questions import Question, make_questions

EXERCISE = make_questions(
    "transfer_answers",
    (
        Question(
            "learned",
            195,
            {
                192: "and the bias: one number for each class",
                64: "each of the three classes has a weight for each feature",
                272_019: "that is all there is; the frozen part does not learn",
                271_824: "those are the frozen ones",
                455: "that was the old head, for seven classes",
                650: "the old head is gone: a new one stands in its place",
            },
            "a linear layer from 64 features to 3 classes: a weight for each pair, and a bias for each class",
        ),
        Question(
            "still_moving",
            "c",
            {
                "a": "the running statistics are no parameters: requires_grad_(False) does not reach them",
                "b": "weight and bias of a batch norm are parameters: requires_grad_(False) has frozen them too",
            },
            "the choices are a, b and c",
        ),
        Question(
            "scratch",
            frozenset("ab"),
            {
                "c": "both are evaluated on the same images of the same classes",
                "d": "the seven old classes went away with the old head: it tells three apart, like the other",
            },
            "there is at least one more",
        ),
    ),
)
