"""A student's way through the core notebook, in JupyterLab and a real browser: stub, mistake, right answer."""

import shutil
from dataclasses import dataclass, field

import nbformat
import pytest
from accessibility import violations
from lab import ROOT, Notebook, lab_in, until
from nbformat import NotebookNode
from playwright.sync_api import expect

from course_utils.authoring.student_repository import make_student_repository
from course_utils.exercises.exercise import HINT_TITLES
from course_utils.tests import EXERCISES

NAME = "02_resnets/02_resnets.ipynb"
SOLVED = {
    cell.metadata.nbgrader.grade_id: cell.source
    for cell in nbformat.read(ROOT / "solutions" / NAME, as_version=4).cells
    if cell.metadata.get("nbgrader", {}).get("solution")
}
TESTS = {exercise: [test.__name__ for test in EXERCISES[exercise]] for exercise in SOLVED}
# What a student writes instead of the right line, and what the panel says of it.
MISTAKES = {
    "BatchNorm2d": (", self.momentum)", ", 1 - self.momentum)", "takes momentum the wrong way round"),
    "AveragePool": ("return x.mean(", "return x.amax(", "takes the largest value of each map"),
    "ResidualBlock": (
        "self.relu(self.left(x) + self.right(x))",
        "self.relu(self.left(x)) + self.right(x)",
        "applies ReLU before the sum",
    ),
}
PANEL = "[role=status]"


@dataclass
class Way:
    """What was seen on the way: each test's first output, by state, and what axe found, by theme and panel."""

    stub: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    right: dict[str, str] = field(default_factory=dict)
    hints: list[list[str]] = field(default_factory=list)
    axe: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    saved: NotebookNode | None = None


class Student:
    """Works through the notebook, cell by cell, and notes what is shown."""

    def __init__(self, notebook: Notebook, keep) -> None:
        self.notebook, self.keep, self.way = notebook, keep, Way()

    def work(self) -> Way:
        for place, cell in enumerate(list(self.notebook.cells)):
            grading = cell.metadata.get("nbgrader", {})
            if grading.get("solution"):
                self.attempt(grading["grade_id"])
            elif cell.cell_type == "code" and not grading:
                self.notebook.run(place)
        self.way.saved = self.notebook.save()
        return self.way

    def attempt(self, exercise):
        if exercise in MISTAKES:
            self.notebook.run(exercise)
            self.test(exercise, self.way.stub)
            right, wrong, _ = MISTAKES[exercise]
            assert right in SOLVED[exercise], f"the solution of {exercise} reads differently now"
            self.answer(exercise, SOLVED[exercise].replace(right, wrong), self.way.wrong)
            if exercise == "ResidualBlock":
                self.look()
        self.answer(exercise, SOLVED[exercise], self.way.right)

    def answer(self, exercise, source, seen):
        self.notebook.write(exercise, source)
        self.notebook.run(exercise)
        self.test(exercise, seen)

    def test(self, exercise, seen):
        for test in TESTS[exercise]:
            seen[test] = self.notebook.run(test).first.inner_text()

    def look(self):
        """Have hints, and blue, red and green panels at once, and look at each of them in both themes."""
        self.notebook.run("BlockGroup")
        self.notebook.run("test_block_group")
        hints = self.open_hints("ResidualBlock")
        for theme in ("light", "dark"):
            self.notebook.show_in(theme)
            for cell in ("test_averagepool", "test_residual_block", "test_block_group", hints):
                panel = self.notebook.outputs(cell).locator(PANEL).first
                panel.scroll_into_view_if_needed()
                self.keep(self.notebook.page, f"{cell}_{theme}")
                place = f"[data-windowed-list-index='{self.notebook.place(cell)}'] {PANEL}"
                self.way.axe[theme, panel.inner_text()[0]] = violations(self.notebook.page, place)

    def open_hints(self, exercise):
        place = self.notebook.add(f'utils.hints("{exercise}")')
        hints = self.notebook.run(place)
        for title in HINT_TITLES:
            self.way.hints.append(hints.locator(f"{PANEL} > b").all_inner_texts())
            hints.get_by_role("button", name=title).click()
            expect(hints.locator(PANEL, has_text=title)).to_be_visible()
        return place


@pytest.fixture(scope="module")
def opened(page, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    make_student_repository(ROOT, folder / "course")
    with lab_in(folder / "course", folder) as lab:
        yield Notebook(page, lab, f"notebooks/{NAME}")


def test_cells_show_the_line_numbers_that_panels_speak_of(opened):
    """Catches "look at your line 7" above a cell whose lines have to be counted by finger."""
    expect(opened.cell("BatchNorm2d").locator(".cm-lineNumbers")).to_be_visible()


@pytest.fixture(scope="module")
def way(opened, keep):
    return Student(opened, keep).work()


def test_a_stub_is_not_attempted_yet(way):
    assert len(way.stub) >= len(MISTAKES)
    assert {test: text for test, text in way.stub.items() if "not attempted yet" not in text} == {}


def test_a_mistake_turns_red_and_is_named(way):
    for exercise, (_, _, words) in MISTAKES.items():
        (text,) = [text for test, text in way.wrong.items() if test in TESTS[exercise] and "✗" in text]
        assert words in text


def test_every_right_answer_turns_green(way):
    assert {test: text for test, text in way.right.items() if not text.startswith("✓")} == {}
    assert set(way.right) == {test for exercise in SOLVED for test in TESTS[exercise]}


def test_the_saved_notebook_is_finished_and_without_errors(way):
    cells = [cell for cell in way.saved.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    assert [cell.source for cell in cells if any(output.output_type == "error" for output in cell.outputs)] == []
    tests = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [cell.source for cell in tests if "✓" not in cell.outputs[0].data["text/plain"]] == []


def test_the_page_asks_nobody_else_for_anything_and_pops_nothing_up(opened, way):
    assert opened.troubles == []
    assert opened.page.locator(".Toastify__toast").all_inner_texts() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("mark", ["✓", "✗", "○", "H"], ids=["right", "wrong", "stub", "hint"])
def test_panels_are_accessible(way, theme, mark):
    assert way.axe[theme, mark] == []


def test_a_slider_of_the_playground_goes_to_the_next_batch_by_keyboard(opened, way, keep):
    playground = opened.outputs("utils.batchnorm_playground")
    slider = playground.locator(".widget-slider", has_text="look at batch").get_by_role("slider")
    batch = int(slider.get_attribute("aria-valuetext"))
    shown = playground.locator("[role=status]")
    expect(shown).to_contain_text(f"Batch {batch},")
    slider.press("ArrowRight")
    expect(shown).to_contain_text(f"Batch {batch + 1},")
    keep(opened.page, "playground")


def test_a_button_of_the_explorer_shows_what_is_behind_it(opened, way, keep):
    explorer = opened.outputs("utils.explore")
    explorer.get_by_role("button", name="head").click()
    expect(explorer).to_contain_text("head: 512×7×7 → 1000")
    keep(opened.page, "explorer")


def test_an_uploaded_photo_is_named_by_both_networks(opened, way, keep, tmp_path):
    photo = tmp_path / "holiday.jpg"
    shutil.copy(ROOT / "resnet_inputs" / "lemur.jpg", photo)
    chooser = opened.outputs("utils.classify_photo(")
    with opened.page.expect_file_chooser() as asked:
        chooser.get_by_role("button", name="Choose a photo").click()
    asked.value.set_files(photo)
    expect(chooser.get_by_role("img", name="holiday")).to_be_visible()
    expect(chooser).to_contain_text("the probabilities of the two")
    keep(opened.page, "photo")


def test_hints_open_one_at_a_time_and_are_noted(opened, way):
    assert way.hints == [list(HINT_TITLES[:opened]) for opened in range(len(HINT_TITLES))]
    log = opened.path.parents[2] / "my_work" / "progress.jsonl"
    until(lambda: log.read_text().count('"rung"') == len(HINT_TITLES))


PRINTS = """class AveragePool(nn.Module):
    def forward(self, x):
        print("x is", x.shape)
        return x.amax(dim=(2, 3))"""


@pytest.fixture(scope="module")
def failed(opened, way):
    """The outputs of a test cell whose answer is wrong, and prints."""
    opened.write("AveragePool", PRINTS)
    opened.run("AveragePool")
    return opened.run("test_averagepool")


def test_a_panel_says_what_is_wrong_then_what_to_do_and_folds_what_was_seen(opened, failed, keep):
    """Catches evidence above the advice, prints above the verdict, and a red text below that says it once more."""
    expect(failed).to_have_count(1)
    verdict, step, *folded = failed.inner_text().splitlines()
    assert "takes the largest value of each map" in verdict
    assert step.startswith("→ look at")
    assert folded == ["what was seen", "what your code printed: 1 line"]
    failed.get_by_text("what was seen").click()
    failed.get_by_text("what your code printed").click()
    expect(failed.get_by_text("values differ")).to_be_visible()
    expect(failed.locator("pre")).to_contain_text("x is torch.Size([2, 3, ")
    keep(opened.page, "unfolded")


def test_a_panel_fits_into_a_narrow_window(opened, failed, keep):
    """Catches a panel that is cut off at 360 pixels, or at 200 %."""
    opened.page.keyboard.press("ControlOrMeta+b")  # away with the file browser
    opened.page.set_viewport_size({"width": 360, "height": 800})
    panel = failed.locator(PANEL)
    panel.scroll_into_view_if_needed()
    keep(opened.page, "narrow")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    opened.page.keyboard.press("ControlOrMeta+b")


def test_run_all_above_goes_on_below_exercises_that_are_not_done(opened, failed):
    """Catches a notebook that runs nothing below a bonus that was left out, or below a wrong answer."""
    stub = "class NamedSequential(Sequential):\n    def __init__(self, *modules):\n        raise NotImplementedError()"
    opened.write("NamedSequential", stub)
    last = opened.place("ResidualBlock")
    above = [place for place, cell in enumerate(opened.cells[:last]) if cell.cell_type == "code"]
    before = _number(opened, above[-1])
    opened.cell(last).locator(".jp-InputPrompt").click()
    opened.page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    opened.page.get_by_role("menuitem", name="Run All Above Selected Cell").click()
    until(lambda: _number(opened, above[-1]) > before)
    assert "not attempted yet" in opened.outputs("test_named_sequential").first.inner_text()
    assert "✗" in opened.outputs("test_averagepool").first.inner_text()
    numbers = [_number(opened, place) for place in above]
    assert numbers == [*range(numbers[0], numbers[0] + len(above))]


def _number(notebook, place):
    """Give the number of a cell's last run; 0 while it is running."""
    digits = notebook.cell(place).locator(".jp-InputPrompt").inner_text().strip("[]: *")
    return int(digits or 0)
