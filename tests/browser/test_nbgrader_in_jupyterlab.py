"""nbgrader's own pages in JupyterLab, as an instructor and a student find them: they load, and do their work."""

import pytest
from lab import Notebook, copy_course, lab_in
from playwright.sync_api import Page, expect

ASSIGNMENT = "00_start_here"
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab in the whole course, with an exchange folder as a JupyterHub would have one."""
    folder = tmp_path_factory.mktemp("instructor")
    exchange = folder / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)  # nbgrader insists
    config = folder / "jupyter_config" / "nbgrader_config.py"
    config.parent.mkdir()
    config.write_text(f"c.Exchange.root = {str(exchange)!r}\n")
    with lab_in(copy_course(folder / "course"), folder) as lab:
        yield lab


def open_from_menu(page: Page, name: str) -> None:
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menu").get_by_role("menuitem", name=name).click()


def test_validate_tells_a_student_what_fails_in_the_courses_words(page, lab, keep):
    notebook = Notebook(page, lab, f"notebooks/{NOTEBOOK}")
    stub = notebook.cells[notebook.place("centre_images")].source
    notebook.write("centre_images", stub.replace("raise NotImplementedError()", "return images"))
    notebook.save()
    page.locator(".jp-NotebookPanel-toolbar").get_by_text("Validate", exact=True).click()
    answer = page.locator(".jp-Dialog")
    expect(answer).to_contain_text("✗ centre_images")
    expect(answer).to_contain_text("each image has its own mean")
    keep(page, "validated")
    answer.get_by_role("button", name="Ok").click()
    expect(answer).to_have_count(0)


def test_formgrader_releases_an_assignment_and_the_assignment_list_fetches_it(page, lab, keep):
    page.goto(lab.url("lab?reset"))  # whatever an earlier test has left open
    open_from_menu(page, "Formgrader")
    formgrader = page.frame_locator("iframe[src*=formgrader]")
    row = formgrader.locator("tr", has_text=ASSIGNMENT)
    for action, words in ((".assign", "Successfully created"), (".release", "Successfully released")):
        row.locator(f"{action} a").click()
        answer = formgrader.locator(".modal-dialog")
        expect(answer).to_contain_text(words)
        answer.get_by_role("button", name="OK").click()
        expect(answer).to_have_count(0)
    expect(row).to_contain_text("released")
    keep(page, "formgrader")

    open_from_menu(page, "Assignment List")
    page.locator("#released_assignments_list").get_by_role("button", name="Fetch").click()
    expect(page.locator("#fetched_assignments_list")).to_contain_text(ASSIGNMENT)
    keep(page, "assignment_list")
    assert (lab.course / NOTEBOOK).is_file()
