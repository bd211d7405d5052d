"""A real browser for these tests, and a folder for its pictures."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from lab import PATIENCE, ROOT
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

# The sandbox needs rights that containers lack; all else keeps Chromium from talking to its makers.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Not for the whole session: while Playwright runs, no other test of the same process could use asyncio.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Chromium: the system's, or the one that `playwright install chromium` has brought."""
    installed = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=installed, args=FLAGS)
        except Error as error:
            pytest.fail(
                "The browser's tests need Chromium: `apt install chromium`, or `playwright install chromium` in the "
                f"course's environment. ({str(error).splitlines()[0]})",
                pytrace=False,
            )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """Open one page for all tests of a file."""
    with chromium.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce") as page:
        page.set_default_timeout(PATIENCE * 1000)
        yield page


@pytest.fixture(scope="session")
def keep() -> Callable[[Page, str], None]:
    """Keep a picture of a page in build/browser, for whoever wants to see what the test saw."""
    folder = ROOT / "build" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return lambda page, name: page.screenshot(path=folder / f"{name}.png")
