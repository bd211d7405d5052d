"""The questions of the notebook on the family: what a small kernel, a narrow middle and a stride cost."""

from course_utils.exercises.questions import Question, make_questions

EXERCISE = make_questions(
    "family_answers",
    (
        Question(
            "three_3x3",
            27,
            {
                9: "that is one of them",
                49: "that is the 7×7",
                81: "three layers of 9 weights: they add up, one after the other",
                7: "the question is about weights, not about pixels",
            },
            "count the weights of a 3×3 kernel; there are three, one after the other",
        ),
        Question(
            "one_7x7",
            49,
            {
                7: "the kernel has a height *and* a width",
                14: "height times width, not plus",
                27: "that is the three 3×3",
            },
            "count the weights of one 7×7 kernel",
        ),
        Question(
            "two_3x3",
            1_179_648,
            {
                589_824: "that is one of the two",
                4_608: "each of the 256 outputs has a kernel for each of the 256 inputs",
                2_304: "each of the 256 outputs has a kernel for each of the 256 inputs",
                1_180_160: "no bias: a batch norm follows",
                1_180_672: "count the convolutions only, and without bias",
            },
            "a convolution has inputs × outputs × height × width weights; here are two, both 256 → 256, 3×3",
        ),
        Question(
            "bottleneck",
            69_632,
            {
                53_248: "the last 1×1 convolution goes back to 256 channels: it counts as well",
                36_864: "that is the 3×3 convolution in the middle: the two 1×1 ones count as well",
                32_768: "those are the two 1×1 convolutions: the 3×3 one between them counts as well",
                70_016: "no bias: a batch norm follows",
                626_688: "the 3×3 convolution works on 64 channels, not on 256",
            },
            "three products: 256 × 64 × 1, then 64 × 64 × 9, then 64 × 256 × 1",
        ),
        Question(
            "last_against_first",
            1,
            {
                64: "the weights are 64 times as many; but at how many places is each of them used?",
                8: "both ends of the convolution are 8 times as wide; and the map?",
                1 / 8: "the map is 8 times smaller in height *and* in width; and the channels?",
                1 / 64: "the map has 64 times fewer pixels; and the weights?",
            },
            "multiply-adds are weights × places: compare 64 × 64 × 9 × 56 × 56 with 512 × 512 × 9 × 7 × 7",
        ),
        Question(
            "strided_1x1",
            75,
            {
                25: "that is the part that it does look at",
                50: "it leaves out every second row *and* every second column",
                0: "a 1×1 kernel sees one pixel, and then steps over the next",
            },
            "of each square of four pixels, how many does a 1×1 kernel with stride 2 look at?",
        ),
    ),
)
