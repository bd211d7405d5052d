"""Pages about a residual network: one of its stages, or all of them; HTML, and text for a log."""

from __future__ import annotations

from html import escape

from course_utils.inspection.bars import bars_html
from course_utils.inspection.look_inside import row_of_maps
from course_utils.inspection.parameters import shape_text
from course_utils.inspection.sheets import sheets_html
from course_utils.inspection.summary import to_html
from course_utils.widgets.answers import Answers, Naming, most_likely
from course_utils.widgets.stages import Stage, Stages, rows_of

_HEADINGS = ("output", "parameters", "multiply-adds")
_CLASSES = 5  # how many of them are shown


def described(stage: Stage, stages: Stages, image: str, naming: Naming) -> str:
    """Give one stage as HTML: where it is, what it costs, what is inside, and what it makes of the image."""
    kind = f" ({stage.module})" if stage.module else ""
    title = f"{stage.name}{kind}: {shape_text(stage.inputs.shape)} → {shape_text(stage.outputs.shape)}"
    return (
        '<div style="line-height:1.5;margin:.4em 0">'
        f'<h4 style="margin:.4em 0">{escape(title)}</h4>'
        f"{bars_html(_shares(stage, stages), 'of the whole network')}{to_html(stage.layers)}"
        f"{_result(stage, image, naming)}</div>"
    )


def _shares(stage: Stage, stages: Stages) -> dict[str, float]:
    return {
        "parameters": stage.parameters / sum(one.parameters for one in stages),
        "multiply-adds": stage.multiply_adds / sum(one.multiply_adds for one in stages),
    }


def _result(stage: Stage, image: str, naming: Naming) -> str:
    """Show the feature maps, or what the logits say."""
    if stage.outputs.ndim == 3:  # channels, height, width
        return sheets_html([row_of_maps(f"{image} after {stage.name}", stage.outputs)])
    bars = most_likely(Answers({"": stage.outputs.softmax(0)[None]}, naming), 0, _CLASSES)
    chart = bars_html({name: shares[""] for name, shares in bars.items()}, f"{image}: the most likely classes")
    return f'<div style="margin:.6em 0">{chart}{escape(naming.note)}</div>'


def overview_page(stages: Stages, image: str, naming: Naming) -> str:
    """Give the whole network as HTML: a table of its stages, and the feature maps where their shape changes."""
    head = "".join(f'<th scope="col">{title}</th>' for title in ("", *_HEADINGS))
    body = "".join(_line_of_table(stage) for stage in stages)
    table = f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    last = [row[-1] for row in rows_of(stages)]
    return f'<div style="line-height:1.5">{table}{"".join(_result(stage, image, naming) for stage in last)}</div>'


def _line_of_table(stage: Stage) -> str:
    cells = "".join(f'<td style="text-align:right">{text}</td>' for text in _cells(stage))
    return f'<tr><th scope="row" style="text-align:left;white-space:nowrap">{stage.name}</th>{cells}</tr>'


def overview_text(stages: Stages) -> str:
    """Give the whole network as lines of text."""
    rows = [("", *_HEADINGS), *((stage.name, *_cells(stage)) for stage in stages)]
    return "\n".join(f"{name:9}{shape:>12}{parameters:>13}{cost:>15}" for name, shape, parameters, cost in rows)


def _cells(stage: Stage) -> tuple[str, str, str]:
    return shape_text(stage.outputs.shape), f"{stage.parameters:,}", f"{stage.multiply_adds:,}"
