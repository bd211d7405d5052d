"""The way back of the gradient: through the block in a plain network, through it and past it in a residual one."""

from __future__ import annotations

from course_utils.drawings.svg import BLUE, INK, ORANGE, Drawing, arrow, box, line, node, text

_THROUGH = {"stroke": ORANGE, "stroke_dasharray": "7 4", "stroke_width": 2.5}
_PAST = {"stroke": BLUE, "stroke_dasharray": "2 4", "stroke_width": 3}


def gradients() -> Drawing:
    """Draw a plain and a residual block: forward in ink, back in dashes and dots, and the derivative below."""
    words = (
        "Left, a plain block: x goes through F to y. On the way back the gradient has one way, through F, and is "
        "multiplied by ∂F/∂x. Right, a residual block: x goes through F and also past it, and the two are added to "
        "y. On the way back the gradient has two ways: through F, multiplied by ∂F/∂x, and past F, multiplied by I, "
        "the identity, which leaves it as it is. So ∂y/∂x is ∂F/∂x on the left, and I + ∂F/∂x on the right. Three "
        "blocks with derivatives J₁, J₂ and J₃ make J₃J₂J₁ in the plain network. In the residual one they make (I + "
        "J₃)(I + J₂)(I + J₁), which is I + J₁ + J₂ + J₃ and four products: in the first of these eight terms no "
        "block takes part."
    )
    skip = (340, 82), (340, 206), (277, 206)
    around = (284, 222), (356, 222), (356, 66), (282, 66)
    parts = (
        text(16, 30, "Plain", bold=True, text_anchor="start", font_size=15),
        *_branch(96),
        arrow((108, 150), (108, 246)),
        text(108, 264, "y"),
        text(96, 298, "∂y/∂x = ∂F/∂x", bold=True),
        text(200, 30, "Residual", bold=True, text_anchor="start", font_size=15),
        *_branch(253),
        line((265, 82), skip[0]),
        arrow(*skip),
        arrow((265, 150), (265, 194)),
        node(265, 206, "+"),
        arrow((265, 218), (265, 246)),
        text(265, 264, "y"),
        arrow(*around, **_PAST),
        text(364, 150, "× I", text_anchor="start", fill=BLUE, bold=True),
        text(286, 298, "∂y/∂x = I + ∂F/∂x", bold=True),
        *_key(328, "forward", stroke=INK, stroke_width=1.3),
        *_key(350, "back, through F", **_THROUGH),
        *_key(372, "back, past F", **_PAST),
        text(16, 410, "Three blocks, with Jₖ for the ∂F/∂x of block k:", text_anchor="start"),
        text(16, 436, "plain", text_anchor="start"),
        text(96, 436, "J₃ J₂ J₁", text_anchor="start", bold=True),
        text(16, 462, "residual", text_anchor="start"),
        text(96, 462, "(I + J₃)(I + J₂)(I + J₁)", text_anchor="start", bold=True),
        text(96, 484, "= I + J₁ + J₂ + J₃ + four products", text_anchor="start"),
    )
    return Drawing("The way back of the gradient", words, parts, height=504)


def _branch(middle: float) -> list[str]:
    """Draw x, F, and the way back through F."""
    forward, back = middle + 12, middle - 18
    return [
        text(forward, 60, "x"),
        arrow((forward, 68), (forward, 110)),
        box((middle - 44, 110, 88, 40), "part", "F"),
        arrow((back, 246), (back, 152), **_THROUGH),
        arrow((back, 108), (back, 66), **_THROUGH),
        text(back - 8, 94, "× ∂F/∂x", text_anchor="end", fill=ORANGE, bold=True),
    ]


def _key(y: float, words: str, **look: object) -> tuple[str, str]:
    return arrow((16, y - 5), (76, y - 5), **look), text(96, y, words, text_anchor="start")
