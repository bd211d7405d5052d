"""The questions about paths: how many ways lead through a ResNet."""

from course_utils.exercises.questions import Question, make_questions

EXERCISE = make_questions(
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
