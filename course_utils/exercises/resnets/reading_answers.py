"""The questions on the reading: what batch norm is good for, and what it learns."""

from course_utils.exercises.questions import Question, make_questions

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
            "b": "this was the paper's own explanation; Santurkar et al. added shifting noise after each batch norm, "
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
)

EXERCISE = make_questions("reading_answers", _READING)
