"""A real browser for these tests, and a folder for its pictures."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab import PATIENCE, ROOT
from playwright.sync_api import Browser, Page, expect, sync_playwright

# The sandbox needs rights that containers lack; all else keeps Chromium from talking to its makers.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # /dev/shm is small in many containers, and a page that fills it crashes
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
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        program = program or playwright.chromium.executable_path
        if not Path(program).exists():
            pytest.fail(
                "The browser's tests need Chromium: `apt install chromium`, or `playwright install chromium` in the "
                "course's environment.",
                pytrace=False,
            )
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
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
