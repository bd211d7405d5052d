"""The questions about the diagram of ResNet34: counts, projections, the last map, and how branches meet."""

from course_utils.exercises.questions import Question, make_questions

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
            14: "count the strides: the first convolution, the max pool, and the last three groups",
            224: "every stride of 2 halves it",
            1: "before the average pool, not after it",
        },
        "224 is halved by each stride of 2: how many are there?",
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
            "a": "it's the sum that needs that; to join channels, only height and width have to agree",
            "b": "gradients flow through a concatenation without loss",
        },
        "the choices are a, b and c",
    ),
)

EXERCISE = make_questions("diagram_answers", _DIAGRAM)
