"""Drive JupyterLab as a student does: open a notebook, write into its cells, run them, save."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import nbformat
from nbformat import NotebookNode
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds: nothing takes as long, unless the machine is very busy or something is broken
SETTINGS = {
    # All cells are in the page, also those that are scrolled out of sight.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


def copy_course(folder: Path) -> Path:
    """Copy the course's files into a new folder, those that git knows or would know."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


class Lab:
    """A running JupyterLab, or another server of Jupyter's, in `course`."""

    def __init__(self, course: Path, process: subprocess.Popen, address: str, token: str) -> None:
        self.course, self.process, self.address, self.token = course, process, address, token

    def url(self, path: str) -> str:
        """Give the address of a page of it."""
        return f"{self.address}{path}{'&' if '?' in path else '?'}token={self.token}"

    def ask(self, path: str, method: str = "GET") -> Any:
        """Ask its REST API."""
        request = urllib.request.Request(
            f"{self.address}api/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read() or "null")

    def end_sessions(self) -> None:
        """Stop all kernels."""
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")


OPEN = "course_utils.cli", "open"


@contextmanager
def lab_in(course: Path, scratch: Path, program: Sequence[str] = OPEN) -> Iterator[Lab]:
    """Start a program in `course`, JupyterLab by the course's own command; no settings count but those in `scratch`."""
    token = secrets.token_hex(8)
    _write_settings(scratch / "settings")
    places = {
        f"{name}_DIR": str(scratch / name.lower())
        for name in ("JUPYTER_CONFIG", "JUPYTER_DATA", "JUPYTER_RUNTIME", "JUPYTERLAB_WORKSPACES", "IPYTHON")
    }
    places |= {"JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"), "IPYTHONDIR": places.pop("IPYTHON_DIR")}
    exposed = "--LabApp.expose_app_in_browser=True"  # so that a test can change the theme at once
    command = [sys.executable, "-m", *program, "--no-browser", "--ServerApp.port=0", exposed]
    # Scripts of this environment come first, as `python course.py` has it: nbgrader looks for alembic on PATH.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    paths = os.pathsep.join(map(str, (course, ROOT)))
    own = {"PYTHONPATH": paths, "JUPYTER_TOKEN": token, "PATH": path, "TORCH_HOME": str(scratch / "torch")}
    with (scratch / "jupyterlab.log").open("w") as log:
        process = subprocess.Popen(command, cwd=course, env=os.environ | places | own, stdout=log, stderr=log)
        try:
            file = Path(places["JUPYTER_RUNTIME_DIR"], f"jpserver-{process.pid}.json")
            address = until(lambda: _address(file), lambda: process.poll() is None)
            lab = Lab(course, process, address, token)
            yield lab
            lab.end_sessions()
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _address(file: Path) -> str | None:
    """Read where the server listens, once it has written all of the file."""
    try:
        return json.loads(file.read_text())["url"]
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _write_settings(folder: Path) -> None:
    for name, values in SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))


def until(found: Callable[[], Any], alive: Callable[[], bool] = lambda: True) -> Any:
    """Wait until something is found, and give it; give up when what should bring it is not alive any more."""
    end = time.monotonic() + PATIENCE
    while not (it := found()):
        if not alive() or time.monotonic() > end:
            raise TimeoutError(f"not found in {PATIENCE} seconds, or not any more")
        time.sleep(0.05)
    return it


class Notebook:
    """A notebook that is open in JupyterLab, in a page of the browser."""

    def __init__(self, page: Page, lab: Lab, path: str) -> None:
        self.page, self.path = page, lab.course / path
        self.troubles: list[str] = []
        """Requests that left this machine, and errors of the page's own."""
        page.on("request", lambda request: self._note_stranger(request.url))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.cells = nbformat.read(self.path, as_version=4).cells
        """As they were when it was opened."""
        page.goto(lab.url(f"lab/tree/{path}?reset"))
        # JupyterLab's body has no height and hides what overflows: axe would take every text in it for hidden.
        page.add_style_tag(content="html, body { height: 100% }")
        expect(self.cell(0)).to_be_visible()
        kernel = page.locator(".jp-NotebookPanel .jp-KernelName")
        expect(kernel).to_be_visible()
        expect(kernel).not_to_contain_text("No Kernel")
        expect(page.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator")).to_have_attribute(
            "data-status", "idle"
        )

    def _note_stranger(self, url: str) -> None:
        if urlparse(url).hostname not in {"localhost", "127.0.0.1", None}:
            self.troubles.append(url)

    def cell(self, cell: int | str) -> Locator:
        """Find a cell by its place, by the name that nbgrader knows it by, or by the beginning of its code."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self.place(cell))

    def place(self, cell: int | str) -> int:
        """Give a cell's place, the first cell's being 0."""
        if isinstance(cell, int):
            return cell
        return next(
            place
            for place, each in enumerate(self.cells)
            if each.metadata.get("nbgrader", {}).get("grade_id") == cell or each.source.startswith(cell)
        )

    def add(self, source: str) -> int:
        """Add a cell at the end, and give its place."""
        self.cells.append(nbformat.v4.new_code_cell(source))
        place = len(self.cells) - 1
        self.cell(place - 1).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("b")
        self.write(place, source)
        return place

    def write(self, cell: int | str, source: str) -> None:
        """Replace what stands in a cell, by pasting: typed text would be indented and closed by the editor."""
        editor = self.cell(cell).locator(".cm-content")
        editor.click()
        editor.press("ControlOrMeta+a")
        editor.evaluate(
            """(editor, text) => {
                const clipboard = new DataTransfer();
                clipboard.setData("text/plain", text);
                editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true}));
            }""",
            source,
        )

    def run(self, cell: int | str) -> Locator:
        """Run a cell, wait for its end, and give its outputs."""
        if (folded := self.cell(cell).locator(".jp-InputPlaceholder")).count():
            folded.click()  # a folded cell has no editor to press a key in
        prompt = self.cell(cell).locator(".jp-InputPrompt")
        before = prompt.inner_text()
        self.cell(cell).locator(".cm-content").press("Control+Enter")
        self.page.wait_for_function(
            r"([prompt, before]) => prompt.textContent !== before && /\[\d+\]/.test(prompt.textContent)",
            arg=[prompt.element_handle(), before],
            polling=50,  # ms; else it looks at every frame, for which the whole notebook is drawn 60 times a second
        )
        return self.outputs(cell)

    def outputs(self, cell: int | str) -> Locator:
        """Give what a cell shows below its code."""
        return self.cell(cell).locator(".jp-OutputArea-output")

    def save(self) -> NotebookNode:
        """Save, and give what is in the file then."""
        with self.page.expect_response(
            lambda answer: answer.request.method == "PUT" and self.path.name in answer.url
        ) as answer:
            self.page.keyboard.press("ControlOrMeta+s")
        assert answer.value.ok
        return nbformat.read(self.path, as_version=4)

    def show_in(self, theme: str) -> None:
        """Change to the light or the dark theme."""
        self.page.emulate_media(color_scheme=theme)
        change = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"
        self.page.evaluate(change, f"JupyterLab {theme.title()}")
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", str(theme == "light").lower())
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)
