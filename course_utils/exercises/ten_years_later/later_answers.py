"""The questions about batch norm's pitfalls, and about the residual stream."""

from course_utils.exercises.questions import Question, make_questions

EXERCISE = make_questions(
    "later_answers",
    (
        Question(
            "stream",
            24,
            {
                12: "look at the formula of one block again: how many times is something added to x?",
                13: "count the sums, and look at the formula of one block again",
                36: "what's inside attention and the mlp doesn't count: only sums on the road",
                2: "that's one block",
            },
            "how many sums has one block, and how many blocks are there?",
        ),
        Question(
            "alone",
            "b",
            {
                "a": "in training mode a batch norm takes mean and variance from the batch, the other images included",
                "c": "in training mode the running statistics aren't used at all, settled or not",
            },
            "answer with one letter: 'a', 'b' or 'c'",
        ),
        Question(
            "pair",
            2,
            {
                1: "the smaller of the two numbers comes out below 0, the larger above",
                0: "two numbers minus their mean: one lies as far below 0 as the other above",
                3: "the mean lies half-way between the two numbers: neither of them is on it",
                4: "each number of the output is worked out from two numbers, one for each vector",
                5: "the five channels don't meet: look at one of them",
            },
            "take two numbers, subtract their mean, divide by their standard deviation, and look at what's left",
        ),
        Question(
            "norms",
            frozenset({"b", "c"}),
            {"a": "a batch norm in training mode averages over the batch"},
            "two of them never look at the other images of the batch: over which axes does each one average?",
        ),
    ),
)
