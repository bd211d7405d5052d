"""The explorer finds the blocks of any residual network, counts what each costs, and leaves the model alone."""

import re
from itertools import pairwise

import pytest
import torch
from torch import nn

from course_utils.inspection.multiply_adds import layer_costs
from course_utils.widgets.answers import Naming
from course_utils.widgets.explorer import explore
from course_utils.widgets.stage_pages import described, overview_page, overview_text
from course_utils.widgets.stages import blocks_of, rows_of, stages_of

IMAGES = {
    "flat <1>": torch.zeros(3, 12, 16),
    "noise": torch.rand(3, 12, 16, generator=torch.Generator().manual_seed(0)),
}


def test_the_solutions_and_torchvisions_resnet34_are_cut_into_the_same_stages(solution):
    from torchvision.models import resnet34

    image = torch.rand(3, 64, 48)
    mine, theirs = (stages_of(model.eval(), image) for model in (solution.ResNet34(), resnet34()))
    for stages in (mine, theirs):
        assert [len(row) for row in rows_of(stages)] == [1, 3, 4, 6, 3, 1]
        assert sum(stage.parameters for stage in stages) == 21_797_672
    assert [stage.parameters for stage in mine] == [stage.parameters for stage in theirs]
    assert [stage.multiply_adds for stage in mine] == [stage.multiply_adds for stage in theirs]
    assert [stage.outputs.shape for stage in mine] == [stage.outputs.shape for stage in theirs]
    assert theirs[4].module == "layer2.0"
    assert mine[4].multiply_adds > 0


def test_stages_hand_on_what_they_get_and_miss_no_layer(net):
    stages = stages_of(net, IMAGES["noise"])
    assert [stage.name for stage in stages] == ["stem", "block 1", "block 2", "block 3", "head"]
    assert [stage.module for stage in stages[1:-1]] == ["rows.0", "rows.1", "rows.2"]
    for before, after in pairwise(stages):
        assert torch.equal(before.outputs, after.inputs)
    layers = layer_costs(net, IMAGES["noise"][None])
    assert sorted(layer.name for stage in stages for layer in stage.layers) == sorted(layer.name for layer in layers)
    assert [layer.name for layer in stages[0].layers] == ["first", "norm"]
    assert [layer.name for layer in stages[-1].layers] == ["last"]


def test_a_block_whose_number_begins_like_anothers_keeps_its_layers_to_itself(net):
    stages = stages_of(type(net)(blocks=12), IMAGES["noise"])
    assert {len(stage.layers) for stage in stages[1:12]} == {2}
    assert stages[2].module == "rows.1"
    assert stages[11].module == "rows.10"


def test_the_model_is_left_as_it_was(net):
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    stages_of(net, IMAGES["noise"])
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())
    assert all(module.training and not module._forward_hooks for module in net.modules())


def test_a_model_without_blocks_is_told_so(net):
    for plain in (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3)), net.rows[0]):
        with pytest.raises(ValueError, match="Expected a residual network"):
            blocks_of(plain)
    with pytest.raises(ValueError, match=r"stopped on x of shape \(1, 1, 8, 8\)"):
        stages_of(net, torch.zeros(1, 8, 8))


def test_each_button_shows_its_stage_and_says_so_not_by_colour_alone(net, widget_of):
    _, *rows, page = widget_of(explore, net, IMAGES).children
    buttons = [button for row in rows for button in row.children[1].children]
    assert [button.description for button in buttons] == ["stem", "block 1", "block 2", "block 3", "head"]
    for button in buttons:
        button.click()
        assert f"{button.description}" in page.value.split("</h4>")[0]
        assert [one.icon for one in buttons].count("check") == 1
        assert button.icon == "check"
        assert button.tooltip.startswith(button.description)
    assert [row.children[0].value for row in rows] == ["4×6×8", "4×6×8", "6×3×4", "10"]


def test_another_image_changes_the_maps_of_the_stage_that_is_open(net, widget_of):
    image, *rows, page = widget_of(explore, net, IMAGES).children
    rows[2].children[1].children[0].click()
    flat = re.search(r"base64,([^\"]+)", page.value)[1]
    image.value = "noise"
    assert "noise after block 3" in page.value
    assert flat not in page.value


def test_a_page_tells_shapes_costs_and_maps_and_a_name_cannot_be_taken_for_html(net):
    stages = stages_of(net, IMAGES["noise"])
    block, head = (
        described(stages[3], stages, "flat <1>", Naming()),
        described(stages[-1], stages, "flat <1>", Naming(note="no <names>")),
    )
    assert "block 3 (rows.2): 4×6×8 → 6×3×4" in block
    assert f"{stages[3].parameters:,} parameters" in block
    assert 'alt="flat &lt;1&gt; after block 3: 6 channels of 3×4' in block
    assert "flat &lt;1&gt;: the most likely classes" in head
    assert "<1>" not in block + head
    assert "no &lt;names&gt;" in head


def test_without_buttons_all_stages_are_listed_and_maps_shown_where_the_shape_changes(net):
    stages = stages_of(net, IMAGES["noise"])
    page, text = overview_page(stages, "noise", Naming()), overview_text(stages)
    assert page.count('<th scope="row"') >= len(stages)
    assert page.count("<figure") == 3
    lines = text.splitlines()
    assert len(lines) == 1 + len(stages)
    assert lines[2].split() == ["block", "1", "4×6×8", "292", "13,824"]
