"""Draw ResNet34 at three nested levels: the network, one of its groups, and one of that group's blocks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, zip_longest

from course_utils.checking.pictures import svg_image
from course_utils.checking.surface import show_html, surface


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

_WIDTH, _HEIGHT, _PANEL_TOP = 960, 610, 70
_TITLE = "ResNet34 at three levels"
_INK, _PAPER = "#1f2328", "#fbfaf6"
_FILLS = {
    "conv": "rgba(66, 133, 244, 0.25)",
    "norm": "rgba(244, 160, 0, 0.25)",
    "relu": "rgba(52, 168, 83, 0.28)",
    "pool": "rgba(171, 71, 188, 0.25)",
    "linear": "rgba(234, 67, 53, 0.25)",
    "part": "rgba(128, 128, 128, 0.18)",
}


def resnet34_diagram() -> None:
    """Show the diagram: as a picture in a notebook, as a drawing in characters elsewhere."""
    if surface() == "html":
        show_html(svg_image(resnet34_svg(), description(), "width:100%;max-width:1000px"), description())
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


def resnet34_svg() -> str:
    """Return the diagram as SVG, on paper of its own, so that it reads on light and dark pages alike."""
    group = GROUPS[ZOOMED]
    change = f"{group.in_feats} → {group.out_feats}, stride {group.first_stride}"
    network, group_top = _network(x=20, width=258)
    inside, block_top = _group(group, x=338, y=116, width=222)
    parts = [
        _panel(278, (group_top, 50), 338, 222, 424),
        _panel(548, (block_top, 48), 618, 326, 524),
        *network,
        *_heading(338, "BlockGroup", f"{group.n_blocks} blocks, {change}"),
        *inside,
        *_heading(618, "ResidualBlock", change),
        *_block(group, x=618, y=116),
        _text(338, 518, "Only the first block changes", anchor="start", size=13),
        _text(338, 536, "the stride and the channels.", anchor="start", size=13),
        _text(338, 572, "Convolutions have no bias, and", anchor="start", size=13),
        _text(338, 590, "padding that keeps the size at stride 1.", anchor="start", size=13),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="100%" role="img" '
        f'aria-label="{_TITLE}. {description()}" color="{_INK}" fill="{_INK}" font-family="system-ui, sans-serif" '
        f'font-size="14"><title>{_TITLE}</title><desc>{description()}</desc>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="14" fill="{_PAPER}"/>{"".join(parts)}</svg>'
    )


def _network(x: int, width: int) -> tuple[list[str], int]:
    """Draw the left column; return its parts and where the zoomed group begins."""
    steps = [
        ("conv", "Conv 7×7, stride 2", f"64×{STEM_SIDE}×{STEM_SIDE}", None),
        ("norm", "BatchNorm2d", "", None),
        ("relu", "ReLU", "", None),
        ("pool", "MaxPool 3×3, stride 2", f"64×{POOLED_SIDE}×{POOLED_SIDE}", None),
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
        parts.append(_rectangle(x, y, width, height, kind))
        first_line = y + (21 if more else height // 2 + 5)
        parts.append(_text(x + 12, first_line, label, anchor="start"))
        parts.append(_text(x + width - 12, first_line, shape, anchor="end", size=13))
        if more:
            parts.append(_text(x + 12, y + 40, more, anchor="start", size=13))
        tops.append(y)
        y += height + 14
    parts += [_arrow(middle, top - 14, middle, top) for top in tops[1:]]
    return parts, tops[4 + ZOOMED]


def _group(group: Group, x: int, y: int, width: int) -> tuple[list[str], int]:
    """Draw a group's blocks below one another; return the parts and where the first block begins."""
    middle, height, step = x + width // 2, 48, 82
    before, after = _shapes(group)
    parts = [_text(middle, y - 18, before, size=13)]
    y += 14
    for block in range(group.n_blocks):
        top = y + block * step
        parts.append(_arrow(middle, top - (step - height if block else 24), middle, top))
        parts.append(_rectangle(x + 12, top, width - 24, height, "part"))
        change = (group.in_feats, group.first_stride) if block == 0 else (group.out_feats, 1)
        parts.append(_text(middle, top + 20, "ResidualBlock" if block else _bold("ResidualBlock")))
        parts.append(_text(middle, top + 38, f"{change[0]} → {group.out_feats}, stride {change[1]}", size=13))
    end = y + (group.n_blocks - 1) * step + height
    parts.append(_arrow(middle, end, middle, end + 26))
    parts.append(_text(middle, end + 44, after, size=13))
    return parts, y


def _block(group: Group, x: int, y: int) -> list[str]:
    """Draw a block's two branches, their sum and the ReLU after it."""
    left, right, middle, width = x + 88, x + 240, x + 163, 142
    conv = f"{group.in_feats} → {group.out_feats}"
    left_steps = [
        ("conv", f"Conv 3×3, stride {group.first_stride}", conv),
        ("norm", "BatchNorm2d", ""),
        ("relu", "ReLU", ""),
        ("conv", "Conv 3×3", f"{group.out_feats} → {group.out_feats}"),
        ("norm", "BatchNorm2d", ""),
    ]
    right_steps = [("conv", f"Conv 1×1, stride {group.first_stride}", conv), ("norm", "BatchNorm2d", "")]
    split, total = y, y + 350
    before, after = _shapes(group)
    parts = [
        _text(middle, y - 24, f"x: {before}", size=13),
        _line(f"M{middle} {y - 16} V{split} M{left} {split} H{right}"),
        _text(left - 8, split + 6, "left", anchor="end", size=13),
        _text(right + 8, split + 6, "right", anchor="start", size=13),
    ]
    left_end = _column(parts, left, split, width, left_steps)
    right_end = _column(parts, right, split, width, right_steps)
    parts += [
        _text(right, right_end + 26, "or the identity, where", size=13),
        _text(right, right_end + 43, "stride is 1 and the", size=13),
        _text(right, right_end + 60, "channels stay equal", size=13),
        _line(f"M{right} {right_end} v10 M{right} {right_end + 70} V{total} H{middle + 20}"),
        _line(f"M{left} {left_end} V{total} H{middle - 20}"),
        _arrow(middle - 20, total, middle - 14, total),
        _arrow(middle + 20, total, middle + 14, total),
        f'<circle cx="{middle}" cy="{total}" r="14" fill="none" stroke="currentColor"/>',
        _text(middle, total + 6, "+", size=18),
        _arrow(middle, total + 14, middle, total + 32),
        _rectangle(middle - 60, total + 32, 120, 32, "relu"),
        _text(middle, total + 53, "ReLU"),
        _arrow(middle, total + 64, middle, total + 88),
        _text(middle, total + 106, after, size=13),
    ]
    return parts


def _shapes(group: Group) -> tuple[str, str]:
    """Write the shapes of a group's input and output."""
    before = group.side * group.first_stride
    return f"{group.in_feats}×{before}×{before}", f"{group.out_feats}×{group.side}×{group.side}"


def _column(parts: list[str], x: int, y: int, width: int, steps: list[tuple[str, str, str]]) -> int:
    """Add a branch, centred on `x` and beginning at `y`, to `parts`; return where it ends."""
    for kind, label, more in steps:
        height, top = (46 if more else 32), y + 22
        parts += [_arrow(x, y, x, top), _rectangle(x - width // 2, top, width, height, kind)]
        parts.append(_text(x, top + (19 if more else 21), label))
        if more:
            parts.append(_text(x, top + 37, more, size=13))
        y = top + height
    return y


def _panel(from_x: int, edge: tuple[int, int], x: int, width: int, height: int) -> str:
    """Draw the frame around a level's inside, and the beam to it from a box's right edge, given by top and height."""
    top, bottom, end = edge[0], sum(edge), _PANEL_TOP + height
    dashes = 'stroke="currentColor" stroke-opacity="0.45" stroke-dasharray="5 4"'
    return (
        f'<path d="M{from_x} {top} L{x} {_PANEL_TOP} V{end} L{from_x} {bottom} Z" fill="rgba(128, 128, 128, 0.12)"/>'
        f'<path d="M{from_x} {top} L{x} {_PANEL_TOP} M{from_x} {bottom} L{x} {end}" fill="none" {dashes}/>'
        f'<rect x="{x}" y="{_PANEL_TOP}" width="{width}" height="{height}" rx="10" fill="rgba(128, 128, 128, 0.06)" '
        f"{dashes}/>"
    )


def _rectangle(x: int, y: int, width: int, height: int, kind: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{_FILLS[kind]}" stroke="currentColor" '
        'stroke-opacity="0.6"/>'
    )


def _heading(x: int, text: str, more: str) -> list[str]:
    return [_text(x, 36, _bold(text), anchor="start", size=17), _text(x, 57, more, anchor="start", size=13)]


def _text(x: int, y: int, text: str, anchor: str = "middle", size: int = 14) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}">{text}</text>'


def _bold(text: str) -> str:
    return f'<tspan font-weight="600">{text}</tspan>'


def _line(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.3"/>'


def _arrow(x: int, y: int, to_x: int, to_y: int) -> str:
    """Draw an arrow that is vertical or horizontal."""
    if x == to_x:
        head = f"M{to_x - 4} {to_y - 7} L{to_x} {to_y} L{to_x + 4} {to_y - 7} Z"
    else:
        back = to_x - 7 if to_x > x else to_x + 7
        head = f"M{back} {to_y - 4} L{to_x} {to_y} L{back} {to_y + 4} Z"
    return _line(f"M{x} {y} L{to_x} {to_y}") + f'<path d="{head}"/>'


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
