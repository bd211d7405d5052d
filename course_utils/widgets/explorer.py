"""The architecture explorer: a residual network as rows of buttons, and what is behind the one that was pressed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from jaxtyping import Float
from torch import Tensor, nn

from course_utils.inspection.parameters import shape_text
from course_utils.widgets.answers import Naming, naming_of
from course_utils.widgets.stage import redraw, show_widget
from course_utils.widgets.stage_pages import described, overview_page, overview_text
from course_utils.widgets.stages import Stage, Stages, rows_of, stages_of

if TYPE_CHECKING:
    from ipywidgets import Button, Widget

Images = Mapping[str, Float[Tensor, "3 height width"]]


def explore(model: nn.Module, images: Images) -> None:
    """Walk through a residual network: press a block, and see its shapes, its costs, and its feature maps.

    model: with blocks of any name, such as your own ResNet34. images: by name, as the network wants them; the first is
    shown to begin with. Where there are no buttons, all blocks are listed, with the feature maps after each group.
    Raises ValueError for a model without blocks, or one that cannot run on the images.
    """
    name = next(iter(images))
    stages = stages_of(model, images[name])
    naming = naming_of([model], {len(stages[-1].outputs)})
    show_widget(
        lambda: _explorer(model, images, stages, naming),
        lambda: overview_page(stages, name, naming),
        lambda: overview_text(stages),
    )


def _explorer(model: nn.Module, images: Images, stages: Stages, naming: Naming) -> Widget:
    from ipywidgets import HTML, Dropdown, Layout, VBox

    image = Dropdown(options=list(images), description="image", layout=Layout(width="auto", max_width="24em"))
    page = HTML()
    buttons = [_button(stage) for stage in stages]
    chosen = 1

    def draw() -> str:
        return described(stages[chosen], stages, image.value, naming)

    def press(number: int, _: object = None) -> None:
        nonlocal chosen
        chosen = number
        for place, button in enumerate(buttons):
            # Not by colour alone.
            button.button_style, button.icon = ("primary", "check") if place == number else ("", "")
        redraw(page, draw)

    def change_image(_: object) -> None:
        nonlocal stages
        stages = stages_of(model, images[image.value])
        redraw(page, draw)

    for number, button in enumerate(buttons):
        button.on_click(partial(press, number))
    image.observe(change_image, names="value")
    press(chosen)
    by_name = dict(zip([stage.name for stage in stages], buttons, strict=True))
    return VBox([image, *(_row([by_name[stage.name] for stage in row], row[-1]) for row in rows_of(stages)), page])


def _button(stage: Stage) -> Button:
    from ipywidgets import Button, Layout

    tooltip = f"{stage.name} {stage.module}: shapes, costs and feature maps"
    return Button(description=stage.name, tooltip=tooltip, layout=Layout(width="auto", margin="0"))


def _row(buttons: list[Button], last: Stage) -> Widget:
    """Put the buttons beside the shape; on a telephone below it, in two columns."""
    from ipywidgets import HTML, GridBox, HBox, Layout

    shape = HTML(f"{shape_text(last.outputs.shape)}", layout=Layout(flex="none", width="7em"))
    columns = Layout(flex="1 1 15em", min_width="0", grid_template_columns="repeat(auto-fill, 7em)", grid_gap="4px")
    return HBox([shape, GridBox(buttons, layout=columns)], layout=Layout(flex_flow="row wrap", margin="0 0 4px"))
