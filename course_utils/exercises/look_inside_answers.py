"""The questions of notebook 5: what learns when a network is frozen, and how many ways lead through a ResNet."""

from course_utils.exercises.questions import Question, make_questions

TRANSFER = make_questions(
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

PATHS = make_questions(
    "paths_answers",
    (
        Question(
            "paths",
            512,
            {
                9: "each block can be taken or passed by, independently of the others: the choices multiply",
                10: "each block can be taken or passed by, independently of the others: the choices multiply",
                18: "two ways at each block, and they multiply: 2 × 2 × …",
                81: "two choices at each of nine blocks: which is the base, which the exponent?",
                256: "that would be eight blocks",
            },
            "at each of the 9 blocks there are two ways on, through it and past it",
        ),
        Question(
            "paths_left",
            256,
            {
                511: "it is not one path that is lost: every path that led through the block is",
                512: "the paths through the block are gone",
                8: "count the paths, not the blocks",
                0: "those that led past the block are still there",
            },
            "how many of the paths led through the block that is gone, and how many past it?",
        ),
        Question(
            "plain",
            0,
            {
                1: "that one path led through the layer that is gone",
                256: "a plain network has no ways past its layers",
            },
            "a plain network has one path, through all of its layers",
        ),
    ),
)
