"""What axe-core finds wrong with a page, by the rules of WCAG 2.1 A and AA; and what is cut off in it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page, within: str = "html", but: str | None = None, rules: list[str] | None = None) -> list[str]:
    """Name each rule that is broken, with the element and the reason.

    within, but: selectors of what to look at, and of what in it to leave out. rules: only these, by axe's names.
    """
    where = {"include": [[within]], "exclude": [[but]] if but else []}
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _AA}
    found = Axe().run(page, where, {"runOnly": only, "resultTypes": ["violations"]}).response
    # Of what is scrolled out of sight, axe judges no colours, and says so only in silence.
    asked = not rules or "color-contrast" in rules
    if asked and not any(rule["id"] == "color-contrast" for rule in found["passes"] + found["violations"]):
        return ["color-contrast: nothing in sight to be judged"]
    return [
        f"{broken['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary'].splitlines()[-1].strip()}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]


# Formulas are twice in a page: for the eye, and hidden for a screen reader.
_CUT_OFF = """(place) => [...place.querySelectorAll("*")].filter((each) => {
    const {overflowX, display} = getComputedStyle(each);
    if (overflowX === "visible" || display.startsWith("inline") || each.closest("input, mjx-container")) return false;
    if (each.clientWidth < 2 || each.scrollWidth <= each.clientWidth + 1) return false;
    return each.tabIndex < 0 || !/auto|scroll/.test(overflowX);
}).map((each) => `${each.tagName}.${each.className}: ${each.scrollWidth} in ${each.clientWidth}`)"""


def cut_off(place: Locator) -> list[str]:
    """Name what is wider than it shows, and that no keyboard can scroll."""
    return place.evaluate(_CUT_OFF)
