"""The batch norm playground: sliders on the data and the layer, and what becomes of values and statistics."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from torch import Tensor, nn

from course_utils.widgets.batchnorm_steps import BATCHES, CHANGE, Settings, Steps, run_steps
from course_utils.widgets.stage import on_change, redraw, show_widget

if TYPE_CHECKING:
    from ipywidgets import ValueWidget, Widget

# name in Settings: the slider's label, what it does, and its smallest value, largest value and step
_SLIDERS = {
    "mean": ("data: mean", f"The mean of the data from batch {CHANGE} on", -4.0, 4.0, 0.25),
    "deviation": ("data: deviation", f"The standard deviation of the data from batch {CHANGE} on", 0.25, 2.5, 0.25),
    "weight": ("weight", "The layer's weight: the deviation of what comes out in training mode", -2.0, 2.0, 0.25),
    "bias": ("bias", "The layer's bias: the mean of what comes out in training mode", -3.0, 3.0, 0.25),
    "momentum": ("momentum", "The share of the batch in the new running statistics", 0.01, 1.0, 0.01),
    "batch": ("look at batch", "The batch whose values and statistics you see", 1, BATCHES, 1),
}
# ipywidgets writes a label beside a slider, and leaves what has the focus without a name. This gives it the label's.
_NAME_SLIDERS = """<style onload="
const box = this.closest('.widget-vbox');
const name = () => box.querySelectorAll('.widget-slider').forEach(one =>
    one.querySelector('[role=slider]')?.setAttribute('aria-label', one.querySelector('label').textContent));
new MutationObserver(name).observe(box, {childList: true, subtree: true});
name();">i {}</style>"""


def batchnorm_playground(norm_class: type[nn.Module] = nn.BatchNorm2d) -> None:
    """Play with a batch norm: change its data, weight, bias and momentum, and go through forty batches one by one.

    norm_class: torch's, or your own; it is made as norm_class(1, momentum=…). After ten batches the data change. You
    see the statistics of each batch, the running ones that follow, and the values of one batch before and after the
    layer, in training and in eval mode. Where there are no sliders, one setting is shown.
    """
    start = Settings()
    steps = run_steps(norm_class, start)  # an error in a class of one's own ends the cell here
    show_widget(
        lambda: _playground(norm_class, start), lambda: page(steps, start), lambda: "\n".join(told(steps, start))
    )


def page(steps: Steps, settings: Settings) -> str:
    """Draw everything for one setting: what is worth saying, and four pictures side by side if there is room."""
    from course_utils.training.figures import pictures_html
    from course_utils.widgets.batchnorm_pictures import pictures

    lines = "".join(f"<div>{line}</div>" for line in told(steps, settings))
    return (
        f'<div style="line-height:1.5"><div role="status" style="margin:.3em 0 .6em">{lines}</div>'
        f"{pictures_html(pictures(steps, settings))}</div>"
    )


def told(steps: Steps, settings: Settings) -> list[str]:
    """Say in words what the layer did with the batch that is looked at."""
    batch, old, new = (each[settings.batch - 1] for each in (steps.batches, steps.running, steps.running[1:]))
    since = settings.batch - CHANGE + 1
    data = f"number {since} of the new data" if since > 0 else "of the old data"
    mix = f"{1 - settings.momentum:.2f} × {{:.3f}} + {settings.momentum:.2f} × {{:.3f}} → {{:.3f}}"
    return [
        f"Batch {settings.batch}, {data}: mean {batch.mean:.3f}, variance {batch.variance:.3f}.",
        f"Running mean: {mix.format(old.mean, batch.mean, new.mean)}. "
        f"Running variance: {mix.format(old.variance, batch.variance, new.variance)}.",
        f"What comes out: in training mode, {_spread(steps.training)}; in eval mode, {_spread(steps.evaluating)}.",
    ]


def _spread(values: Tensor) -> str:
    mean = round(values.mean().item(), 2) + 0.0  # without this, −0.001 would read −0.00
    return f"mean {mean:.2f} and standard deviation {values.std(unbiased=False).item():.2f}"


def _playground(norm_class: type[nn.Module], start: Settings) -> Widget:
    from ipywidgets import HTML, GridBox, Layout, VBox

    sliders = {name: _slider(getattr(start, name), *row) for name, row in _SLIDERS.items()}
    picture = HTML()

    def draw() -> str:
        settings = Settings(**{name: slider.value for name, slider in sliders.items()})
        return page(run_steps(norm_class, settings), settings)

    show = partial(redraw, picture, draw)
    on_change(sliders, show)
    show()
    columns = Layout(grid_template_columns="repeat(auto-fill, minmax(min(100%, 28em), 1fr))", max_width="60em")
    names = HTML(_NAME_SLIDERS, layout=Layout(display="none"))
    return VBox([GridBox(list(sliders.values()), layout=columns), picture, names])


def _slider(  # noqa: PLR0913, PLR0917  (the columns of the table above)
    value: float, label: str, tooltip: str, smallest: float, largest: float, step: float
) -> ValueWidget:
    from ipywidgets import FloatSlider, IntSlider, Layout

    kind = IntSlider if isinstance(step, int) else FloatSlider
    # Where there is little room, the label takes a line of its own, and the slider all of the next.
    style, layout = {"description_width": "9em"}, Layout(width="auto", height="auto", flex_flow="row wrap")
    slider = kind(value=value, min=smallest, max=largest, step=step, description=label, style=style, layout=layout)
    slider.tooltip = tooltip  # set here, since ipywidgets 7 takes no such argument, and shows none
    return slider
