"""Widgets and pictures in JupyterLab and a real browser: by keyboard, on any screen, in light and dark."""

import nbformat
import pytest
from accessibility import cut_off, violations
from lab import ROOT, Notebook, lab_in
from playwright.sync_api import expect

from course_utils.authoring.student_repository import make_student_repository
from course_utils.exercises.exercise import HINT_TITLES
from course_utils.progress.log import read

CELLS = {
    "imports": "import torch\nfrom torch import nn\nfrom torchvision.transforms.functional import to_tensor\n"
    "from course_utils import drawings, tests, utils\n"
    "from course_utils.exercises.look_inside.small_resnet import SmallResNet",
    "hints": "utils.hints('BatchNorm2d')",
    "playground": "utils.batchnorm_playground()",
    "explorer": "utils.explore(SmallResNet(10), {'noise': torch.rand(1, 28, 28)})",
    "photo": "colours = nn.Sequential(nn.Conv2d(3, 3, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())\n"
    "utils.classify_photo({'colours': colours}, to_tensor)",
    "map": "drawings.course_map()",
    "axes": "drawings.norm_axes()",
    "diagram": "utils.resnet34_diagram()",
    "parameters": "utils.print_param_count(SmallResNet(10), SmallResNet(7))",
    "summary": "utils.summary(SmallResNet(10), torch.rand(1, 1, 28, 28))",
    "tester": "utils.show_tester(lambda block: True, 'ResidualBlock')",
    "progress": "utils.show_progress(tests.NOTEBOOKS)",
}
SCREENS = [360, 640, 768, 1280]  # 640: 1280 at 200 %


@pytest.fixture(scope="module")
def opened(page, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    make_student_repository(ROOT, folder / "course")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "course" / "notebooks" / "widgets" / "widgets.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    with lab_in(folder / "course", folder) as lab:
        opened = Notebook(page, lab, "notebooks/widgets/widgets.ipynb")
        page.keyboard.press("ControlOrMeta+b")  # away with the file browser, which takes half of a telephone
        yield opened


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
    log = read(opened.path.parents[2] / "my_work")
    assert [(hint.exercise, hint.rung) for hint in log.hints] == [("BatchNorm2d", rung) for rung in (1, 2, 3)]


def test_arrow_keys_move_the_sliders_by_name_and_the_numbers_follow(opened, shown):
    """Catches ipywidgets' own sliders: their labels stand beside them, and a screen reader is told no name."""
    status = shown["playground"].get_by_role("status")
    expect(status).to_contain_text("Batch 14")
    moved = {
        "look at batch": ("ArrowLeft", "Batch 13"),
        "momentum": ("End", "0.00 ×"),
        "weight": ("Home", "deviation 2.00"),
    }
    for name, (key, words) in moved.items():
        shown["playground"].get_by_role("slider", name=name).focus()
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
    path.fill("../../resnet_inputs/koala.jpg")
    path.press("Enter")
    expect(shown["photo"].get_by_role("img")).to_have_attribute("alt", "photo of koala")


@pytest.fixture
def screen(opened, shown, request):
    """Show the notebook on a screen as wide as asked for, and so high that all is in sight: axe judges nothing else."""
    opened.page.set_viewport_size({"width": request.param, "height": 14_000})
    yield opened.page
    opened.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("screen", SCREENS, indirect=True)
def test_nothing_is_cut_off_and_all_is_accessible_in_light_and_dark(opened, shown, screen, keep):
    """Catches a slider's page that is wider than a telephone, a box that no keyboard scrolls, and text too faint."""
    assert {name: found for name, output in shown.items() for each in output.all() if (found := cut_off(each))} == {}
    for theme in ("light", "dark"):
        opened.show_in(theme)
        keep(screen, f"widgets_{screen.viewport_size['width']}_{theme}")
        assert violations(screen, ".jp-Notebook .jp-OutputArea-output") == []


def test_the_progress_page_leads_to_an_exercise(opened, shown):
    """Catches a link that JupyterLab opens as a page of its own, or that leads to the notebook's beginning."""
    link = shown["progress"].get_by_role("link", name="BatchNorm2d (not tried yet)")
    notebook = opened.page.locator(".jp-NotebookPanel", has_text="ResNet34, built by hand").filter(visible=True)
    link.click()
    expect(notebook.locator(".jp-Cell.jp-mod-rendered").last).to_be_attached()
    # With all cells in the page, JupyterLab scrolls before they are as high as they'll be: a second click is right.
    opened.page.locator(".lm-TabBar-tab", has_text="widgets.ipynb").click()
    link.click()
    expect(notebook.locator(".jp-Cell", has_text="class BatchNorm2d(nn.Module)").first).to_be_in_viewport()


def test_the_widgets_ask_nobody_else_for_anything(opened, shown):
    assert opened.troubles == []
