"""What axe-core finds wrong with a page, by the rules of WCAG 2.1 A and AA."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page, within: str | None = None, rules: list[str] | None = None) -> list[str]:
    """Name each rule that is broken, with the element and the reason.

    within: a selector of what to look at; the whole page by default. rules: only these, by axe's names.
    """
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _AA}
    found = Axe().run(page, within, {"runOnly": only, "resultTypes": ["violations"]}).response
    return [
        f"{broken['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary'].splitlines()[-1].strip()}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]
