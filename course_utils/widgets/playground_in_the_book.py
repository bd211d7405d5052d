"""The batch norm playground where no Python answers: its slider for the batch, and a page for some of the batches."""

from dataclasses import replace

from torch import nn

from course_utils.widgets.batchnorm_playground import page
from course_utils.widgets.batchnorm_steps import BATCHES, CHANGE, Settings, run_steps

# Close together where the data change, because that's where much happens.
_BATCHES = (1, 5, CHANGE - 1, *range(CHANGE, CHANGE + 6), CHANGE + 8, CHANGE + 12, CHANGE + 18, CHANGE + 24, BATCHES)
_SHOW = (
    "const box = this.closest('[role=group]'); "
    "box.querySelectorAll('[data-batch]').forEach((one, place) => {one.hidden = place != this.value; "
    "if (!one.hidden) {this.setAttribute('aria-valuetext', one.dataset.batch); "
    "box.querySelector('output').textContent = one.dataset.batch}})"
)


def playground_in_the_book() -> str:
    """Give it as HTML that asks nobody for anything; without scripts it's the page of the first setting."""
    start = Settings()
    first = _BATCHES.index(start.batch)
    pages = "".join(_page(replace(start, batch=batch), batch != start.batch) for batch in _BATCHES)
    return (
        '<div role="group" aria-label="batch norm, batch by batch"><label style="display:flex;gap:.6em">look at batch '
        f'<input type="range" min="0" max="{len(_BATCHES) - 1}" value="{first}" aria-valuetext="{start.batch}" '
        f'style="flex:0 1 20em;min-width:6em" oninput="{_SHOW}"> <output>{start.batch}</output></label>'
        f"{pages}</div>"
    )


def _page(settings: Settings, hidden: bool) -> str:
    steps = run_steps(nn.BatchNorm2d, settings)
    return f'<div data-batch="{settings.batch}"{" hidden" * hidden}>{page(steps, settings)}</div>'
