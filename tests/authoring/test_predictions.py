"""Before an experiment the reader predicts what comes of it; after it the text tells."""

import re

import pytest

from course_utils.authoring.answers import cells

# A piece of the code of each experiment: what it finds is not known to who has read up to there.
# (What two vectors come out as, in notebook 6, is a question of later_answers.)
EXPERIMENTS = [
    ("01_building_blocks", "start = t.randn(100, 256)"),
    ("01_building_blocks", "net = TinyNet()"),
    ("01_building_blocks", "by_autograd = "),
    ("01_building_blocks", "mine = conv2d_from_scratch(x, weight, padding=1)"),
    ("02_resnets", "utils.batchnorm_playground("),
    ("02_resnets", "utils.classify_photos("),
    ("02_resnets", "rprint(table)"),
    ("02_resnets", "utils.first_divergence("),
    ("03_resnet_family", "receptive_field(convolutions)"),
    ("03_resnet_family", "theirs.load_state_dict(mine.state_dict(), strict=True)"),
    ("03_resnet_family", "count_identities(model, "),
    ("03_resnet_family", "seconds = time_in_turns("),
    ("04_why_residuals", "results = training.run_degradation("),
    ("04_why_residuals", "patient = training.read_results("),
    ("04_why_residuals", 'training.plot_first_epoch(watched, "AB")'),
    ("04_why_residuals", "steps = training.watch_first_steps("),
    ("04_why_residuals", "growth = growth_of(kinds"),
    ("04_why_residuals", "growths = {depth: growth_of("),
    ("04_why_residuals", "def gradient_likeness("),
    ("05_transfer_and_look_inside", "rivals = {"),
    ("05_transfer_and_look_inside", "seen_as = {"),
    ("05_transfer_and_look_inside", "scores_by = {"),
    ("05_transfer_and_look_inside", "with without_block(small, block)"),
    ("05_transfer_and_look_inside", "with instead(small, block, cut)"),
    ("05_transfer_and_look_inside", "training.thin_resnet(20"),
    ("06_ten_years_later", "forgetful = copy.deepcopy(small)"),
    ("06_ten_years_later", "learn_in_batches(norm, size, max_lr)"),
    ("06_ten_years_later", "training.later_table(stored)"),
]
_ASKS = re.compile(r"predict first|which\W+of|before you run|is something still different", re.IGNORECASE)
_TELLS = re.compile(
    r"what to notice|look (?:again|back)\.|look at that|surprised\?|did you see it|what do we see"
    r"|what it shows|they must agree|equal length|numbers of \*your\*",
    re.IGNORECASE,
)
_WORDS = 3  # cells of text before the code in which the question may be


@pytest.mark.parametrize(("notebook", "code"), EXPERIMENTS)
def test_an_experiment_is_predicted_before_it_runs_and_told_after_it(notebook: str, code: str):
    """Catches an experiment that is only watched, and a question whose answer is left open."""
    found = cells(notebook)
    (place,) = [number for number, cell in enumerate(found) if cell.cell_type == "code" and code in cell.source]
    before = [cell.source for cell in found[max(0, place - _WORDS) : place]]
    after = [cell.source for cell in found[place + 1 : place + 3]]
    assert any(_ASKS.search(text) and "?" in text for text in before)
    assert any(_TELLS.search(text) for text in after)
