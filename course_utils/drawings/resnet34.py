"""Draw ResNet34 at three nested levels: the network, one of its groups, and one of that group's blocks.

A page has them side by side; a telephone has the block below the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, zip_longest
from textwrap import wrap

from course_utils.checking.surface import show_html, surface
from course_utils.drawings.svg import Drawing, arrow, box, column, element, line, lines, node, text


@dataclass(frozen=True)
class Group:
    """A BlockGroup of ResNet34; `side` is its output's height and width for an image of 224×224."""

    n_blocks: int
    in_feats: int
    out_feats: int
    first_stride: int
    side: int


def _groups() -> tuple[Group, ...]:
    n_blocks, channels, strides = (3, 4, 6, 3), (64, 64, 128, 256, 512), (1, 2, 2, 2)
    sides = list(accumulate(strides, lambda side, stride: side // stride, initial=POOLED_SIDE))
    return tuple(map(Group, n_blocks, channels, channels[1:], strides, sides[1:]))


IMAGE_SIDE, N_CLASSES = 224, 1000
STEM_SIDE, POOLED_SIDE = IMAGE_SIDE // 2, IMAGE_SIDE // 4
GROUPS = _groups()
ZOOMED = 1  # the group whose inside is shown: the first that changes stride and channels

_PANEL_TOP = 70
_NOTE = {"text_anchor": "start", "font_size": 13}
_IDENTITY = "or the identity, where", "stride is 1 and the", "channels stay equal"
_RULES = (
    "Only the first block changes the stride and the channels. "
    "Convolutions have no bias, and padding that keeps the size at stride 1."
)
_TITLE = "ResNet34 at three levels"
_SHADE = "rgba(128, 128, 128, 0.06)"
_DASHES = {"stroke": "currentColor", "stroke_opacity": 0.45, "stroke_dasharray": "5 4"}


def resnet34_diagram() -> None:
    """Show the diagram: as a picture in a notebook, as a drawing in characters elsewhere."""
    if surface() == "html":
        show_html(resnet34_drawing()._repr_html_(), description())
    else:
        print(resnet34_text())


def description() -> str:
    """Say in words everything that the diagram shows, for those who cannot see it."""
    groups = "; ".join(
        f"{group.n_blocks} blocks with {group.out_feats} channels at {group.side}×{group.side}, stride "
        f"{group.first_stride}"
        for group in GROUPS
    )
    return (
        f"Left, the network: an image of 3×{IMAGE_SIDE}×{IMAGE_SIDE} passes a 7×7 convolution with stride 2 to 64 "
        f"channels at {STEM_SIDE}×{STEM_SIDE}, batch norm, ReLU, and a 3×3 max pool with stride 2 to "
        f"{POOLED_SIDE}×{POOLED_SIDE}; then four block groups ({groups}); then an average pool to 512 numbers and a "
        f"linear layer to {N_CLASSES} logits. Middle, one group: its first residual block changes the stride and the "
        "channels, the others keep both. Right, that first block: the left branch is a 3×3 convolution with the "
        "block's stride, batch norm, ReLU, a 3×3 convolution, batch norm; the right branch is a 1×1 convolution with "
        "the same stride and batch norm, or the identity where stride is 1 and the channels stay equal; the branches "
        "are added, and a ReLU follows the sum."
    )


def resnet34_drawing() -> Drawing:
    """Draw the network, one of its groups and one of that group's blocks side by side."""
    group = GROUPS[ZOOMED]
    network, group_top = _network(x=8, width=206)
    inside, block_top = _group(group, x=232, y=116, width=170)
    parts = (
        _beam(214, (group_top, 50), 232, 424),
        _panel(232, 170, 424),
        _beam(390, (block_top, 50), 434, 524),
        _panel(434, 316, 524),
        *network,
        *_heading(232, "BlockGroup", f"{group.n_blocks} blocks, {_change(group)}"),
        *inside,
        *_heading(434, "ResidualBlock", _change(group)),
        *_block(group, x=434, y=116),
        lines(232, 518, *wrap(_RULES, 26), **_NOTE),
    )
    return Drawing(_TITLE, description(), parts, height=644, width=758, narrow=_narrow())


def _narrow() -> Drawing:
    """Draw the same with the block below the others, so that a telephone shows all of it in a readable size."""
    group = GROUPS[ZOOMED]
    network, group_top = _network(x=8, width=206)
    inside, _ = _group(group, x=228, y=116, width=164)
    block = (
        _panel(42, 316, 524),
        *_heading(42, "ResidualBlock", f"the first in BlockGroup {ZOOMED}: {_change(group)}"),
        *_block(group, x=42, y=116),
    )
    parts = (
        _beam(214, (group_top, 50), 228, 424),
        _panel(228, 164, 424),
        *network,
        *_heading(228, f"BlockGroup {ZOOMED}", f"{group.n_blocks} blocks"),
        *inside,
        lines(228, 518, *wrap(_RULES, 24), **_NOTE),
        element("g", "".join(block), transform="translate(0 630)"),
    )
    return Drawing(_TITLE, "The same as in a wide page.", parts, height=1240)  # where it's shown, it has the alt text


def _change(group: Group) -> str:
    return f"{group.in_feats} → {group.out_feats}, stride {group.first_stride}"


def _network(x: int, width: int) -> tuple[list[str], int]:
    """Draw the left column; return its parts and where the zoomed group begins."""
    steps = [
        ("conv", "Conv 7×7", f"64×{STEM_SIDE}×{STEM_SIDE}", "stride 2"),
        ("norm", "BatchNorm2d", "", None),
        ("relu", "ReLU", "", None),
        ("pool", "MaxPool 3×3", f"64×{POOLED_SIDE}×{POOLED_SIDE}", "stride 2"),
        *[
            (
                "part",
                f"BlockGroup {i}",
                f"{g.out_feats}×{g.side}×{g.side}",
                f"{g.n_blocks} blocks, stride {g.first_stride}",
            )
            for i, g in enumerate(GROUPS)
        ],
        ("pool", "AveragePool", f"{GROUPS[-1].out_feats}", None),
        ("linear", "Linear", f"{N_CLASSES} logits", None),
    ]
    middle, y, tops = x + width // 2, _PANEL_TOP, []
    parts = _heading(x, "ResNet34", f"image 3×{IMAGE_SIDE}×{IMAGE_SIDE}")
    for kind, label, shape, more in steps:
        height = 50 if more else 34
        first_line = y + (21 if more else height // 2 + 5)
        parts.append(box((x, y, width, height), kind))
        parts.append(text(x + 12, first_line, label, text_anchor="start"))
        if shape:
            parts.append(text(x + width - 12, first_line, shape, text_anchor="end", font_size=13))
        if more:
            parts.append(text(x + 12, y + 40, more, **_NOTE))
        tops.append(y)
        y += height + 14
    parts += [arrow((middle, top - 14), (middle, top)) for top in tops[1:]]
    return parts, tops[4 + ZOOMED]


def _group(group: Group, x: int, y: int, width: int) -> tuple[list[str], int]:
    """Draw a group's blocks below one another; return the parts and where the first block begins."""
    middle, height, step = x + width // 2, 50, 82
    before, after = _shapes(group)
    parts = [text(middle, y - 18, before, font_size=13)]
    y += 14
    for block in range(group.n_blocks):
        top = y + block * step
        in_feats, stride = (group.in_feats, group.first_stride) if block == 0 else (group.out_feats, 1)
        change = f"{in_feats} → {group.out_feats}, stride {stride}"
        parts.append(arrow((middle, top - (step - height if block else 24)), (middle, top)))
        parts.append(box((x + 12, top, width - 24, height), "part", "ResidualBlock", change))
    end = y + (group.n_blocks - 1) * step + height
    parts.append(arrow((middle, end), (middle, end + 26)))
    parts.append(text(middle, end + 44, after, font_size=13))
    return parts, y


def _block(group: Group, x: int, y: int) -> list[str]:
    """Draw a block's two branches, their sum and the ReLU after it."""
    left, right, middle, width = x + 84, x + 232, x + 158, 142
    conv = f"{group.in_feats} → {group.out_feats}"
    left_branch, left_end = column(
        left,
        y,
        width,
        [
            ("conv", f"Conv 3×3, stride {group.first_stride}", conv),
            ("norm", "BatchNorm2d"),
            ("relu", "ReLU"),
            ("conv", "Conv 3×3", f"{group.out_feats} → {group.out_feats}"),
            ("norm", "BatchNorm2d"),
        ],
    )
    right_branch, right_end = column(
        right, y, width, [("conv", f"Conv 1×1, stride {group.first_stride}", conv), ("norm", "BatchNorm2d")]
    )
    total = y + 350
    before, after = _shapes(group)
    last, end = column(middle, total + 12, 120, [("relu", "ReLU")])
    return [
        text(middle, y - 24, f"x: {before}", font_size=13),
        line((middle, y - 16), (middle, y)),
        line((left, y), (right, y)),
        text(left - 8, y + 6, "left", text_anchor="end", font_size=13),
        text(right + 8, y + 6, "right", text_anchor="start", font_size=13),
        *left_branch,
        *right_branch,
        lines(right, right_end + 26, *_IDENTITY, font_size=13),
        line((right, right_end), (right, right_end + 10)),
        arrow((right, right_end + 72), (right, total), (middle + 12, total)),
        arrow((left, left_end), (left, total), (middle - 12, total)),
        node(middle, total, "+"),
        *last,
        arrow((middle, end), (middle, end + 24)),
        text(middle, end + 42, after, font_size=13),
    ]


def _shapes(group: Group) -> tuple[str, str]:
    """Write the shapes of a group's input and output."""
    before = group.side * group.first_stride
    return f"{group.in_feats}×{before}×{before}", f"{group.out_feats}×{group.side}×{group.side}"


def _panel(x: int, width: int, height: int) -> str:
    """Draw the frame around a level's inside."""
    return element("rect", x=x, y=_PANEL_TOP, width=width, height=height, rx=10, fill=_SHADE, **_DASHES)


def _beam(from_x: int, edge: tuple[int, int], x: int, height: int) -> str:
    """Draw the beam from a box's right edge, given by top and height, to the frame at `x`."""
    top, bottom, end = edge[0], sum(edge), _PANEL_TOP + height
    beam = (from_x, top), (x, _PANEL_TOP), (x, end), (from_x, bottom)
    paper = line(*beam, fill="rgba(128, 128, 128, 0.12)", stroke="none")
    return paper + line(*beam[:2], **_DASHES) + line(*beam[2:], **_DASHES)


def _heading(x: int, words: str, more: str) -> list[str]:
    return [text(x, 36, words, bold=True, text_anchor="start", font_size=17), text(x, 57, more, **_NOTE)]


def resnet34_text() -> str:
    """Return the diagram in characters, at most 80 columns wide."""
    group = GROUPS[ZOOMED]
    before, after = _shapes(group)
    change = f"{group.in_feats}→{group.out_feats}, /{group.first_stride}"
    network = [
        ("ResNet34", ""),
        ("image", f"3×{IMAGE_SIDE}×{IMAGE_SIDE}"),
        ("Conv 7×7 /2", f"64×{STEM_SIDE}×{STEM_SIDE}"),
        ("BatchNorm2d, ReLU", ""),
        ("MaxPool 3×3 /2", f"64×{POOLED_SIDE}×{POOLED_SIDE}"),
        *[(f"BlockGroup {i}: {g.n_blocks}× /{g.first_stride}", _shapes(g)[1]) for i, g in enumerate(GROUPS)],
        ("AveragePool", f"{GROUPS[-1].out_feats}"),
        ("Linear", f"{N_CLASSES}"),
    ]
    others = [f"block {group.out_feats}→{group.out_feats}"] * (group.n_blocks - 1)
    inside = [f"BlockGroup {ZOOMED}", before, f"block {change}", *others, after]
    block = [
        f"ResidualBlock {change}",
        before,
        "├─ left ──────┬─ right",
        f"Conv 3×3 /{group.first_stride}   Conv 1×1 /{group.first_stride}",
        "BatchNorm2d   BatchNorm2d",
        "ReLU          (or identity)",
        "Conv 3×3      │",
        "BatchNorm2d   │",
        "├───── + ─────┘",
        "ReLU",
        after,
    ]
    left = [f"{label:<19}{shape:>10}" for label, shape in network]
    lines = zip_longest(left, inside, block, fillvalue="")
    drawing = "\n".join(f"{a:<29}  {b:<18}  {c}".rstrip() for a, b, c in lines)
    return f"{drawing}\n/2 is stride 2; the middle shows BlockGroup {ZOOMED}, the right its first block."
