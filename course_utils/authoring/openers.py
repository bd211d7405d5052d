"""How a notebook opens anywhere: badges for Colab and Binder under its title, a first cell that finds the course."""

from pathlib import Path

from nbformat import NotebookNode

from course_utils.authoring.address import Address

PLACE = "# {{first cell}}"
TAG = "first-cell"
_TEMPLATE = Path(__file__).with_name("first_cell.py")
UNPUBLISHED = (
    "*No one-click start on Colab, Binder or in a Codespace yet: this copy of the course has no address. "
    "[How it gets one](../../README.md#start).*"
)
_UNSET = 'REPOSITORY, BRANCH = "", "main"'


def add_openers(notebook: NotebookNode, path: str, address: Address) -> None:
    """Fill in the first cell where the notebook says `# {{first cell}}`, and put badges under its title.

    path: the notebook's place in the repository, for the badges; while the address is not set, a line says so.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source == PLACE:
            cell.source = first_cell(address)
            # Both show its first line only: what JupyterLab calls it, and what Colab does.
            cell.metadata |= {"tags": [TAG], "jupyter": {"source_hidden": True}, "cellView": "form"}
    line = badges(address, path) if address.url else UNPUBLISHED
    if line and notebook.cells and notebook.cells[0].cell_type == "markdown":
        title, _, rest = notebook.cells[0].source.partition("\n")
        notebook.cells[0].source = f"{title}\n\n{line}\n{rest}"


def badges(address: Address, path: str) -> str:
    """Give Colab's and Binder's own badges for a notebook, in markdown; nothing where they cannot open it."""
    if not address.name:
        return ""
    colab = _badge("Open in Colab", "https://colab.research.google.com/assets/colab-badge.svg", address.on_colab(path))
    return f"{colab} {_badge('Open on Binder', 'https://mybinder.org/badge_logo.svg', address.on_binder(path))}"


def whole_course(address: Address) -> str:
    """Give a line, in markdown, with what opens all notebooks at once; nothing where nothing can."""
    if not address.name:
        return ""
    badge = _badge("Open in GitHub Codespaces", "https://github.com/codespaces/badge.svg", address.in_codespace)
    book = f" Only to read: [the web book]({address.pages}), its solutions folded away." if address.pages else ""
    return f"{badge} all notebooks, in VS Code.{book}"


def _badge(words: str, image: str, link: str | None) -> str:
    return f"[![{words}]({image})]({link})"


def first_cell(address: Address) -> str:
    """Give the code that finds or fetches the course."""
    code = _TEMPLATE.read_text(encoding="utf-8").strip()
    return code.replace(_UNSET, f'REPOSITORY, BRANCH = "{address.url or ""}", "{address.branch}"')
