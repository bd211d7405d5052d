"""A submission in nbgrader's pages, as a grader's browser shows it: nothing of it runs, nothing is fetched for it."""

import pytest
from lab import lab_in
from own_commands import nbgrader
from playwright.sync_api import Page
from small_school import make_school
from submission_that_acts import ELSEWHERE, make_it

SERVER = "jupyter_server", "--allow-root"
FORMGRADER, FEEDBACK = "formgrader", "feedback"


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Where each of the two pages is, and the folder of the course."""
    folder = tmp_path_factory.mktemp("grader")
    school = folder / "school"
    school.mkdir()
    submission = make_it(make_school(school))
    nbgrader(school, "generate_feedback", "two")
    with lab_in(school, folder, SERVER) as lab:
        page = (school / "feedback" / "acts" / "two" / "two.html").as_uri()
        yield {FORMGRADER: lab.url(f"formgrader/submissions/{submission}/?index=0"), FEEDBACK: page}, school


def look_at(page: Page, address: str) -> list[str]:
    """Open a page, do what a grader might, and give the requests that it has made."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.route(lambda url: "cdnjs" in url, lambda route: route.abort())  # MathJax, which nbgrader takes from there
    page.goto(address)
    page.evaluate(
        """for (const each of document.querySelectorAll("#notebook *")) {
            if (each.tagName == "DETAILS") each.open = !each.open;
            if (each.tagName == "A" && !/^(https?|mailto)?:|^#/.test(each.getAttribute("href") || "#")) each.click();
            for (const name of ["mouseover", "focus", "toggle"]) each.dispatchEvent(new Event(name));
        }"""
    )
    page.wait_for_timeout(1000)
    return asked


@pytest.mark.parametrize("kind", [FORMGRADER, FEEDBACK])
def test_nothing_of_a_submission_runs_or_is_fetched(page, places, keep, kind):
    """Catches a page that shows what was handed in as it is: its scripts would act with all the grader's rights."""
    addresses, school = places
    asked = look_at(page, addresses[kind])
    keep(page, f"submission_in_{kind}")
    assert page.locator("#notebook").get_by_text("said in words").count()
    assert page.evaluate("window.acted") is None
    assert len(page.frames) == 1
    assert not [one for one in asked if ELSEWHERE in one or "evil" in one or "contents" in one], asked
    assert not (school / "mine.txt").exists()
    assert page.url.startswith(addresses[kind].partition("?")[0])
