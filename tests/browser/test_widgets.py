"""The widgets in JupyterLab and a real browser, by keyboard alone: what is pressed and moved changes what is seen."""

import nbformat
import pytest
from accessibility import violations
from lab import ROOT, Notebook, lab_in
from playwright.sync_api import expect

from course_utils.authoring.student_repository import make_student_repository
from course_utils.exercises.exercise import HINT_TITLES
from course_utils.progress.log import read

CELLS = {
    "imports": "import torch\nfrom torch import nn\nfrom torchvision.transforms.functional import to_tensor\n"
    "from course_utils import utils\nfrom course_utils.exercises.look_inside.small_resnet import SmallResNet",
    "hints": "utils.hints('BatchNorm2d')",
    "playground": "utils.batchnorm_playground()",
    "explorer": "utils.explore(SmallResNet(10), {'noise': torch.rand(1, 28, 28)})",
    "photo": "colours = nn.Sequential(nn.Conv2d(3, 3, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())\n"
    "utils.classify_photo({'colours': colours}, to_tensor)",
}


@pytest.fixture(scope="module")
def opened(page, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    make_student_repository(ROOT, folder / "course")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "course" / "notebooks" / "widgets.ipynb")
    with lab_in(folder / "course", folder) as lab:
        yield Notebook(page, lab, "notebooks/widgets.ipynb")


@pytest.fixture(scope="module")
def shown(opened):
    """Run all cells, and give what each shows."""
    return {name: opened.run(place) for place, name in enumerate(CELLS)}


def test_enter_opens_one_hint_after_the_other_and_the_progress_knows(opened, shown):
    button = shown["hints"].get_by_role("button")
    button.focus()
    for number, title in enumerate(HINT_TITLES):
        expect(button).to_contain_text(title)
        expect(shown["hints"].locator("b")).to_have_text(HINT_TITLES[:number])
        opened.page.keyboard.press("Enter")
    expect(button).to_contain_text("fold")
    log = read(opened.path.parents[1] / "my_work")
    assert [(hint.exercise, hint.rung) for hint in log.hints] == [("BatchNorm2d", rung) for rung in (1, 2, 3)]


def test_arrow_keys_move_the_sliders_and_the_numbers_follow(opened, shown):
    status, handles = shown["playground"].get_by_role("status"), shown["playground"].get_by_role("slider")
    expect(status).to_contain_text("Batch 14")
    for slider, key, words in ((5, "ArrowLeft", "Batch 13"), (4, "End", "0.00 ×"), (2, "Home", "deviation 2.00")):
        handles.nth(slider).focus()
        opened.page.keyboard.press(key)
        expect(status).to_contain_text(words)


def test_tab_and_enter_walk_from_block_to_block(opened, shown):
    heading = shown["explorer"].get_by_role("heading")
    expect(heading).to_contain_text("block 1 (layer1.0)")
    shown["explorer"].get_by_text("block 1", exact=True).focus()
    for number in range(2, 6):
        opened.page.keyboard.press("Tab")
        opened.page.keyboard.press("Enter")
        expect(heading).to_contain_text(f"block {number} (")


def test_photos_come_by_upload_and_by_path_and_a_bad_one_gets_a_sentence(opened, shown):
    bad = opened.path.with_name("bad.jpg")
    bad.write_bytes(b"no photo")
    for file, words in ((ROOT / "resnet_inputs" / "macaw.jpg", "macaw"), (bad, "bad.jpg cannot be read as an image")):
        with opened.page.expect_file_chooser() as chooser:
            shown["photo"].get_by_role("button").focus()
            opened.page.keyboard.press("Enter")
        chooser.value.set_files(file)
        expect(shown["photo"]).to_contain_text(words)
    path = shown["photo"].get_by_label("or its path")
    path.fill("../resnet_inputs/koala.jpg")
    path.press("Enter")
    expect(shown["photo"].get_by_role("img")).to_have_attribute("alt", "photo of koala")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_widgets_are_accessible_but_for_the_name_that_ipywidgets_gives_no_slider(opened, shown, keep, theme):
    opened.show_in(theme)
    found = []
    for name in ("hints", "playground", "explorer", "photo"):
        shown[name].scroll_into_view_if_needed()  # axe judges no colours out of sight
        keep(opened.page, f"widgets_{name}_{theme}")
        found += violations(opened.page, ".jp-Notebook .jupyter-widgets")
    assert [each for each in found if not each.startswith("aria-input-field-name: div[aria-valuemin=")] == []


def test_the_widgets_ask_nobody_else_for_anything(opened, shown):
    assert opened.troubles == []
