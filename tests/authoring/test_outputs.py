"""Outputs are made by running a notebook, and kept for as long as its code stays the same."""

from pathlib import Path

import nbformat
import pytest

from course_utils.authoring.errors import AuthoringError
from course_utils.authoring.outputs import code_digest, execute, keep_outputs
from course_utils.data.fashion_mnist import GOING_ON


def notebook_of(*sources):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def executed(*sources, output="hello\n"):
    notebook = notebook_of(*sources)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text=output)]
    notebook.metadata["course"] = {"executed": code_digest(notebook)}
    return notebook


def test_outputs_are_kept_while_the_code_is_the_same():
    fresh = notebook_of("print('hello')", "x = 1")
    fresh.cells.insert(0, nbformat.v4.new_markdown_cell("New words do not change what code does."))
    assert keep_outputs(fresh, executed("print('hello')", "x = 1"))
    assert fresh.cells[1].outputs[0].text == "hello\n"


@pytest.mark.parametrize("sources", [("print('hello')", "x = 2"), ("print('hello')",), ("print('hello')\0x = 1", "")])
def test_outputs_are_dropped_when_any_cell_has_changed(sources):
    fresh = notebook_of(*sources)
    assert not keep_outputs(fresh, executed("print('hello')", "x = 1"))
    assert all(not cell.outputs for cell in fresh.cells)


def test_outputs_of_code_edited_in_the_built_notebook_are_not_trusted():
    built = executed("print('hello')")
    built.cells[0].source = "print('HELLO')"
    assert not keep_outputs(notebook_of("print('hello')"), built)
    assert not keep_outputs(notebook_of("print('HELLO')"), built)


def test_a_failing_cell_is_named_with_its_exception(tmp_path):
    notebook = notebook_of("x = 1", "assert x == 2, 'x is not two'")
    notebook.cells[1].metadata["nbgrader"] = {"grade_id": "test_x"}
    with pytest.raises(AuthoringError) as caught:
        execute(notebook, tmp_path)
    assert "cell 'test_x' failed" in str(caught.value)
    assert "AssertionError: x is not two" in str(caught.value)


def test_of_a_widget_only_what_stands_for_it_is_stored(tmp_path):
    folder = tmp_path / "solutions" / "sums"
    folder.mkdir(parents=True)
    notebook = notebook_of(
        "import ipywidgets\nfrom course_utils.widgets.stage import show_widget\n"
        "show_widget(ipywidgets.Button, lambda: '<b>still</b>', lambda: 'in words')"
    )
    execute(notebook, folder)
    (output,) = notebook.cells[0].outputs
    assert output.data == {"text/html": "<b>still</b>", "text/plain": "in words"}


def test_running_happens_in_the_given_folder_and_leaves_nothing_of_this_machine_or_moment(tmp_path):
    folder = tmp_path / "solutions" / "sums"
    folder.mkdir(parents=True)
    notebook = notebook_of(
        "print('1 %', end='\\r', flush=True)\nprint('done')", "from pathlib import Path; Path.cwd().name"
    )
    execute(notebook, folder)
    assert notebook.cells[0].outputs == [nbformat.v4.new_output("stream", text="done\n")]
    assert notebook.cells[1].outputs[0].data == {"text/plain": "'sums'"}
    assert all(cell.metadata == {} for cell in notebook.cells)
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.metadata.course == {"executed": code_digest(notebook)}


def test_outputs_with_paths_of_this_machine_or_addresses_are_refused(tmp_path):
    """Catches, too, figures that a few images gave where the whole data set was not to be had."""
    folder = tmp_path / "solutions" / "sums"
    folder.mkdir(parents=True)
    notebook = notebook_of(
        "from pathlib import Path\nprint(Path.home() / 'x')", "Path.cwd()", "object()", f"print('{GOING_ON}: 1,500')"
    )
    with pytest.raises(AuthoringError) as caught:
        execute(notebook, folder)
    message = str(caught.value)
    assert f"shows '{Path.home()}/'" in message
    assert f"'Path.cwd()' shows '{tmp_path}/'" in message
    assert "'object()' shows ' at 0x" in message
    assert f"shows '{GOING_ON}'" in message
