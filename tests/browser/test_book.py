"""The web book of the real course, as files and in a browser: accessible in both themes, and nothing from elsewhere."""

import os
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from accessibility import cut_off, violations
from lab import ROOT
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect

from course_utils.authoring.site import build_site

NOTEBOOKS = sorted(path.stem for path in (ROOT / "solutions").glob("*/*.py"))
# Code has thousands of coloured words, of twenty colours: one of each kind is looked at on each page.
MARK_REPEATED_WORDS = """() => {
    const kinds = new Set();
    for (const word of document.querySelectorAll("pre span[class]")) {
        if (kinds.has(word.className)) word.dataset.again = "";
        kinds.add(word.className);
    }
}"""
# What is scrolled sideways and doesn't fade where it goes on, and what fades though it's whole. Drawings have a way of
# their own.
WRONGLY_SIGNED = """() => {
    const boxes = [...document.querySelectorAll(".bd-article *")];
    const wrong = boxes.filter((box) => {
        const style = getComputedStyle(box);
        if (!box.clientWidth || box.role === "region" || !/auto|scroll/.test(style.overflowX)) return false;
        const fades = style.maskImage !== "none" && parseFloat(style.getPropertyValue("--goes-on")) > 0;
        return fades !== box.scrollWidth > box.clientWidth;
    });
    return wrong.map((box) => `${box.tagName} of ${box.scrollWidth} in ${box.clientWidth}: ${box.textContent}`);
}"""
NARROW = [640, 768, 360]  # 1280 at 200 %, a tablet, a phone
THEME_AND_CLOSED = "[document.documentElement.dataset.theme, document.querySelectorAll('details:not([open])').length]"
SMALL = ["index.html", "search.html"]  # their header and sidebars are those of all pages


class Page(HTMLParser):
    """What a page loads, links to, defines as places, and shows as images."""

    def __init__(self, path: Path):
        super().__init__()
        self.loads, self.links, self.places, self.without_alt = [], [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.places |= {values.get("id"), values.get("name")}
        if tag in {"script", "img", "iframe", "source"} or (tag == "link" and values.get("rel") != "canonical"):
            self.loads.append(values.get("src") or values.get("href") or "")
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag == "img" and not values.get("alt"):
            self.without_alt.append(values.get("src", "")[:80])


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The real course's book, its pages, and how many seconds of one processor it took."""
    folder = tmp_path_factory.mktemp("book") / "site"
    begin = os.times()
    build_site(ROOT, folder)
    seconds = sum(now - then for now, then in zip(os.times()[:4], begin[:4], strict=True))
    return folder, {path: Page(path) for path in folder.rglob("*.html")}, seconds


def test_it_is_built_in_less_than_a_minute_and_has_a_page_for_each_notebook(book):
    _, pages, seconds = book
    names = {path.stem for path in (ROOT / "solutions").glob("*/*.py")}
    assert names <= {path.stem for path in pages}
    assert seconds < 60


def test_no_page_loads_anything_from_elsewhere(book):
    for path, page in book[1].items():
        assert [address for address in page.loads if re.match(r"(https?:)?//", address)] == [], path.name


def test_every_link_within_the_book_leads_somewhere(book):
    _, pages, _ = book
    broken = []
    for path, page in pages.items():
        for link in page.links:
            target, _, place = link.partition("#")
            if re.match(r"\w+:", link) or target in {"genindex.html"}:
                continue
            there = (path.parent / unquote(target)).resolve() if target else path
            if not there.exists() or (place and there in pages and unquote(place) not in pages[there].places):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_every_image_has_words_in_its_place(book):
    assert {path.name: page.without_alt for path, page in book[1].items() if page.without_alt} == {}


def test_solutions_are_folded_and_what_only_a_notebook_needs_is_gone(book):
    page = (book[0] / "02_resnets" / "02_resnets.html").read_text(encoding="utf-8")
    assert page.count("Show the solution") >= 10
    assert "show_solution" not in page
    for word in ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "seed=7, quiet=True", "runtime.prepare"):
        assert word not in re.sub("<[^>]*>", "", page)


@dataclass
class Seen:
    """What was seen of a page in a browser."""

    strangers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    light: list[str] = field(default_factory=list)
    dark: list[str] = field(default_factory=list)
    narrow: list[str] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    "What is wider than a narrow screen."
    wrongly_signed: list[str] = field(default_factory=list)
    "What goes on beyond a narrow screen's edge without a sign, or has the sign and is whole."


@pytest.fixture(scope="module")
def seen(book, page, keep):
    """Each page of the book in the browser: the notebooks' own, the start page and the search."""
    names = [f"{name}/{name}.html" for name in NOTEBOOKS] + SMALL
    return {name: look(page, (book[0] / name).as_uri(), keep, closely=name in SMALL) for name in names}


def look(page: BrowserPage, address: str, keep, closely: bool) -> Seen:
    """Look at a page in both themes and at four widths; closely: have axe look at all of them."""
    seen = Seen()

    def note_request(request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            seen.strangers.append(request.url)

    def note_error(error):
        seen.errors.append(str(error))

    page.on("request", note_request)
    page.on("pageerror", note_error)
    page.set_viewport_size({"width": 1280, "height": 900})
    show_in(page, "light", address)
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    page.evaluate(MARK_REPEATED_WORDS)
    wait_for_colours(page)
    seen.light = violations(page, but="[data-again]")
    show_in(page, "dark")
    seen.dark = violations(page, but="[data-again]", rules=["color-contrast"])  # no other depends on the theme
    keep(page, f"book_{Path(address).stem}_dark")
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(400)  # the theme looks for what scrolls once nothing has moved for 300 ms
        if (beyond := page.evaluate("document.scrollingElement.scrollWidth - innerWidth")) > 0:
            seen.cut_off.append(f"{width}: {beyond} beyond the edge")
        seen.cut_off += [f"{width}: {each}" for each in cut_off(page.locator("main"))]
        seen.wrongly_signed += [f"{width}: {each}" for each in page.evaluate(WRONGLY_SIGNED)]
        if closely:
            seen.narrow += violations(page)
    keep(page, f"book_{Path(address).stem}_phone")
    page.remove_listener("request", note_request)
    page.remove_listener("pageerror", note_error)
    return seen


def show_in(page: BrowserPage, theme: str, address: str = "") -> None:
    """Show a page, or the one that is open, in a theme."""
    page.emulate_media(color_scheme=theme)
    if address:
        page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    wait_for_colours(page)


def wait_for_colours(page: BrowserPage) -> None:
    """Wait until nothing fades in or out any more; what follows the scrolling alone isn't waited for."""
    page.wait_for_function("document.getAnimations().every((each) => each.timeline !== document.timeline)")


def test_no_page_asks_the_network_for_anything_or_has_an_error_of_its_own(seen):
    assert {name: page.strangers + page.errors for name, page in seen.items() if page.strangers + page.errors} == {}


@pytest.mark.parametrize("way", ["light", "dark", "narrow"])
def test_every_page_is_accessible_with_all_that_is_folded_away_open(seen, way):
    assert {name: getattr(page, way) for name, page in seen.items() if getattr(page, way)} == {}


def test_nothing_is_cut_off_on_a_narrow_screen(seen):
    """Catches a page wider than a phone, and a box that hides its right side or that no keyboard scrolls."""
    assert {name: page.cut_off for name, page in seen.items() if page.cut_off} == {}


def test_what_is_scrolled_sideways_fades_where_it_goes_on_and_nothing_else_does(seen):
    """Catches a formula or a line of output that ends in the middle of a word as if that were all."""
    assert {name: page.wrongly_signed for name, page in seen.items() if page.wrongly_signed} == {}


def test_a_page_is_printed_light_with_its_folds_open_and_is_then_as_before(book, page):
    """Catches dark paper, and hints and solutions that nobody can unfold there."""
    show_in(page, "dark", (book[0] / "00_start_here" / "00_start_here.html").as_uri())
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {THEME_AND_CLOSED}; }})")
    before = page.evaluate(THEME_AND_CLOSED)
    assert before[0] == "dark"
    assert before[1] >= 4
    page.pdf()
    assert page.evaluate("printed") == ["light", 0]
    assert page.evaluate(THEME_AND_CLOSED) == before


def test_a_reader_goes_from_the_start_page_through_all_notebooks_and_back(book, page):
    page.goto((book[0] / "index.html").as_uri())
    way = []
    while page.locator("a.right-next").count():
        with page.expect_navigation():
            page.locator("a.right-next").click()
        way.append(Path(page.url).stem)
    assert way == NOTEBOOKS
    with page.expect_navigation():
        page.locator("a.left-prev").click()
    assert Path(page.url).stem == NOTEBOOKS[-2]


def test_tables_begin_at_the_left_like_all_other_outputs(book, page):
    """Catches tables that the theme has put in the middle of the column."""
    show_in(page, "light", (book[0] / "04_why_residuals" / "04_why_residuals.html").as_uri())
    begin = page.locator(".cell_output table").evaluate_all(
        "tables => tables.map(table => table.getBoundingClientRect().left"
        " - table.closest('.output').getBoundingClientRect().left)"
    )
    assert len(begin) >= 6
    assert max(begin) <= 1  # a frame's


def test_the_playgrounds_slider_shows_another_batch_by_keyboard(book, page):
    """Catches a slider that shows nothing new, or several batches at once, or that names its place, not its batch."""
    page.goto((book[0] / "02_resnets" / "02_resnets.html").as_uri())
    slider = page.get_by_role("slider", name="look at batch")
    slider.press("ArrowRight")
    expect(page.locator("[data-batch]:visible")).to_have_count(1)
    expect(page.locator("[data-batch]:visible")).to_contain_text("Batch 15, number 5 of the new data")
    assert slider.get_attribute("aria-valuetext") == "15"


def test_formulas_are_typeset(book, page):
    page.goto((book[0] / "02_resnets" / "02_resnets.html").as_uri())
    expect(page.locator("mjx-container").first).to_be_visible()


def test_the_search_finds_a_word_of_a_notebook(book, page):
    page.goto((book[0] / "search.html").as_uri() + "?q=disputed")
    expect(page.locator("#search-results")).to_contain_text("ResNet34, built by hand")
