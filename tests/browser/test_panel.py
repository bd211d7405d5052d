"""The panel under the styles of VS Code's and Colab's outputs, light and dark, wide, narrow and enlarged."""

from functools import cache

import pytest
import torch
from accessibility import violations
from playwright.sync_api import Page, expect
from torch import nn

from course_utils.checking.page import render_html
from course_utils.checking.printing import Printed
from course_utils.checking.values import Kept, NotAttempted, Raised, Report, Unchecked
from course_utils.checking.wording import word
from course_utils.exercises.exercise import examine
from course_utils.exercises.registry import load
from course_utils.inspection import param_count, summary
from course_utils.inspection.multiply_adds import layer_costs
from course_utils.progress import other_styles
from course_utils.progress import page as progress
from course_utils.progress.log import Run
from course_utils.progress.standing import standing

# What these two put around an output: the fonts, and the colours of the page and of code.
STYLES = {
    "VS Code, light": "body{background:#fff;color:#3b3b3b;font:13px 'Segoe UI',sans-serif}"
    "code{font-family:monospace;color:#a31515;background:#0000001a;padding:1px 3px;border-radius:4px}",
    "VS Code, dark": "body{background:#1f1f1f;color:#ccc;font:13px 'Segoe UI',sans-serif}"
    "code{font-family:monospace;color:#d7ba7d;background:#ffffff1a;padding:1px 3px;border-radius:4px}",
    "Colab, light": "html{background:#fff;color:#212121}body,pre,code{font-size:14px;line-height:20px}",
    "Colab, dark": "html{background:#383838;color:#e3e3e3}body,pre,code{font-size:14px;line-height:20px}",
}
PAGE = "<!doctype html><html lang=en><head><title>x</title><style>{}</style></head><body><main>{}</main></body></html>"
PRINTED = Printed(("x is torch.Size([2, 3, 8, 6])",) * 3, 9)


@cache
def panels() -> str:
    """Give one panel of each kind."""
    block, checks = load("ResidualBlock"), ("value", "shape")
    line = Raised("calling Block() on x", "ValueError: no", 12, f"return self.{'a_long_name_' * 7}(x).view(batch, -1)")
    reports = [
        examine(block, "test_residual_block", block.mistakes[0].candidate),
        examine(block, "test_residual_block", block.right),
        Report(
            "Block", 1, 1, (("value", line), ("shape", Kept())), block.hints, promises=dict.fromkeys(checks, "holds")
        ),
        Report("Block", 1, 1, (("value", Unchecked("KeyError: 'weight'")),), block.hints),
        Report("Block", 1, 1, (("value", NotAttempted()),), block.hints),
    ]
    return "".join(render_html(word(report), PRINTED) for report in reports)


@cache
def other_pages() -> str:
    """Give what else the course shows as HTML without pictures: tables of models, progress, other styles."""
    mine, right = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()), nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.ReLU())
    done = [Run(name, f"test_{name}", True, float(at)) for at, name in enumerate(("one", "two"))]
    course = {"00_start": {name: [f"test_{name}"] for name in ("one", "two", "three")}}
    return "".join((
        param_count.to_html(param_count.compare([mine, right])),
        param_count.to_html(param_count.compare([right, right])),
        summary.to_html(layer_costs(mine, torch.zeros(1, 1, 4, 4))),
        progress._page(standing(course, [*done, Run("three", "test_three", False, 3.0)]), ["Next: three."]),
        other_styles._page([("uses `flatten`", "def peak(maps):\n    return maps.flatten(-2)\n")]),
    ))  # fmt: skip


@pytest.fixture(params=STYLES)
def shown(request, page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.set_content(PAGE.format(STYLES[request.param], panels()))
    return page


@pytest.mark.parametrize("unfolded", [False, True], ids=["folded", "unfolded"])
def test_the_panel_is_accessible(shown, keep, request, unfolded):
    """Catches text that is too faint on one of the four backgrounds, and a list or picture without words."""
    shown.evaluate(f"document.querySelectorAll('details').forEach(one => one.open = {str(unfolded).lower()})")
    keep(shown, f"panel_{request.node.callspec.id}")
    assert violations(shown, "main") == []


@pytest.mark.parametrize("style", STYLES)
def test_tables_progress_and_other_styles_are_accessible(page, keep, style):
    """Catches a colour that a page of VS Code's or Colab's makes too faint, such as black on its dark theme."""
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.set_content(PAGE.format(STYLES[style], other_pages()))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    keep(page, f"other_{style}")
    assert violations(page, "main") == []


@pytest.mark.parametrize("width", [360, 640], ids=["narrow", "1280 at 200 %"])
def test_nothing_is_cut_off_where_there_is_little_room(shown, keep, request, width):
    """Catches a long line of code, or a row of pictures, that pushes the panel out of the window."""
    shown.set_viewport_size({"width": width, "height": 1600})
    shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    keep(shown, f"panel_{request.node.callspec.id}")
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_by_keyboard_the_evidence_opens_and_each_check_says_what_it_asks_for(shown):
    """Catches a fold, or an explanation, that only a mouse can reach."""
    panel = shown.get_by_role("status").first
    sentence = panel.get_by_text("with stride 1 and equal channels").last
    shown.keyboard.press("Tab")
    expect(panel.locator("summary")).to_be_focused()
    shown.keyboard.press("Enter")
    expect(panel.get_by_text("values differ")).to_be_visible()
    expect(sentence).to_be_hidden()
    for _ in range(20):
        if "identity" in shown.evaluate("document.activeElement.innerText"):
            break
        shown.keyboard.press("Tab")
    expect(sentence).to_be_visible()


def test_a_screen_reader_meets_the_verdict_then_what_to_do_then_the_evidence(shown):
    """Catches an order that only the eye understands, and a check without its sentence."""
    tree = shown.locator("main").aria_snapshot()
    verdict, step, seen = (tree.index(words) for words in ("behaves exactly like", "look at where", "what was seen"))
    assert verdict < step < seen
    shown.locator("summary").first.click()
    tree = shown.locator("main").aria_snapshot()
    assert 'listitem "with stride 1 and equal channels the input itself is added, then ReLU": identity' in tree
