"""`course build`: what it writes, what it leaves alone, and what it refuses."""

import json

import nbformat
import pytest
from toy_course import SOURCE, make_course

from course_utils.authoring.build import build, find_differences
from course_utils.authoring.errors import AuthoringError


def everything_in(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def change_source(course, old, new):
    text = course / "solutions/sums/sums.py"
    assert old in text.read_text()
    text.write_text(text.read_text().replace(old, new))


def read(path):
    return nbformat.read(path, as_version=4)


def test_the_release_has_the_figure_but_no_text_source_and_no_gradebook_is_left_behind(course):
    assert sorted(str(path.relative_to(course)) for path in course.rglob("*") if path.is_file()) == [
        "nbgrader_config.py",
        "notebooks/sums/figure.svg",
        "notebooks/sums/sums.ipynb",
        "solutions/sums/figure.svg",
        "solutions/sums/sums.ipynb",
        "solutions/sums/sums.py",
    ]


def test_the_release_has_a_stub_in_place_of_the_solution_and_neither_hidden_tests_nor_outputs(course):
    release = read(course / "notebooks/sums/sums.ipynb")
    assert [cell.id for cell in release.cells] == [cell.id for cell in read(course / "solutions/sums/sums.ipynb").cells]
    assert release.cells[2].source == 'def add(a, b):\n    """Add two numbers."""\n    raise NotImplementedError()'
    assert release.cells[3].source == "assert add(1, 2) == 3"
    code = [cell for cell in release.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert "secret_total" not in (course / "notebooks/sums/sums.ipynb").read_text()


def test_the_solved_notebook_holds_the_outputs(course):
    solved = read(course / "solutions/sums/sums.ipynb")
    assert solved.cells[1].outputs[0].text == "two words\nand more\n"
    assert solved.cells[4].outputs[0].data["text/plain"] == "42"


def test_building_again_changes_nothing(course):
    before = everything_in(course)
    assert build(course) == []
    assert everything_in(course) == before
    assert find_differences(course) == []


def test_running_again_changes_nothing_either(course):
    before = everything_in(course)
    assert build(course, run_all=True) == []
    assert everything_in(course) == before


def test_new_words_are_built_without_running_the_notebook(course, monkeypatch):
    change_source(course, "# A tiny course.", "# A tiny, friendly course.")
    monkeypatch.setattr("course_utils.authoring.build.execute", lambda *_: pytest.fail("the code has not changed"))
    assert [path.name for path in build(course)] == ["sums.ipynb", "sums.ipynb"]
    assert "friendly" in (course / "notebooks/sums/sums.ipynb").read_text()
    assert read(course / "solutions/sums/sums.ipynb").cells[4].outputs


def test_new_code_is_run(course):
    change_source(course, "add(20, 22)", "add(20, 23)")
    build(course)
    assert read(course / "solutions/sums/sums.ipynb").cells[4].outputs[0].data["text/plain"] == "43"


def test_a_source_that_is_wrong_changes_no_file(course):
    change_source(course, "secret_total = a + b", "# END SOLUTION\n    secret_total = a + b")
    before = everything_in(course)
    with pytest.raises(AuthoringError, match="in pairs"):
        build(course)
    assert everything_in(course) == before


def test_a_run_that_fails_is_kept_aside_and_all_other_files_are_as_they_were(course):
    change_source(course, "secret_total = a + b", "print('ten minutes of training')\n    secret_total = a - b")
    before = everything_in(course)
    with pytest.raises(AuthoringError, match=r"(?s)cell 'test_add' failed.*shown until then is in .*sums\.ipynb"):
        build(course)
    kept = course / "build" / "sums.ipynb"
    assert "ten minutes of training" in kept.read_text("utf-8")
    kept.unlink()
    kept.parent.rmdir()
    assert everything_in(course) == before


def test_the_check_names_a_notebook_whose_outputs_are_stale_and_does_not_run_it(course):
    change_source(course, "add(20, 22)", "add(20, 23)")
    before = everything_in(course)
    assert find_differences(course) == [
        "solutions/sums/sums.ipynb: its outputs are not those of the source's code",
        "notebooks/sums/sums.ipynb: not what the source makes",
    ]
    assert everything_in(course) == before


def test_the_check_names_missing_changed_and_unexplained_files(course):
    (course / "notebooks/sums/figure.svg").unlink()
    (course / "notebooks/sums/old.svg").touch()
    release = course / "notebooks/sums/sums.ipynb"
    release.write_text(release.read_text().replace("tiny", "huge"))
    assert find_differences(course, ["sums"]) == [
        "notebooks/sums/figure.svg: not what the source makes",
        "notebooks/sums/sums.ipynb: not what the source makes",
        "notebooks/sums/old.svg: no source makes it",
    ]


@pytest.mark.parametrize("path", ["notebooks/sums/sums.ipynb", "solutions/sums/sums.ipynb"])
def test_work_done_in_a_built_notebook_is_not_overwritten(course, path):
    notebook = read(course / path)
    notebook.cells[2].source = "def add(a, b):\n    return b + a"
    nbformat.write(notebook, course / path)
    change_source(course, "# A tiny course.", "# A course.")
    before = everything_in(course)
    with pytest.raises(AuthoringError, match="was edited since it was built"):
        build(course)
    assert everything_in(course) == before


def test_a_release_that_somebody_has_run_is_not_overwritten(course):
    path = course / "notebooks/sums/sums.ipynb"
    notebook = read(path)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="two words\n")]
    nbformat.write(notebook, path)
    with pytest.raises(AuthoringError, match="was edited since it was built"):
        build(course)


def test_a_built_notebook_with_a_merge_conflict_is_named(course):
    (course / "solutions/sums/sums.ipynb").write_text("<<<<<<< HEAD\n{}")
    with pytest.raises(AuthoringError, match=r"sums\.ipynb is no notebook any more"):
        build(course)


def test_a_gradebook_among_the_sources_is_refused(course):
    (course / "solutions/sums/gradebook.db").touch()
    with pytest.raises(AuthoringError, match="would be given to students"):
        build(course)


def test_a_solved_notebook_without_its_text_is_refused(course):
    (course / "solutions/sums/lost.ipynb").write_text(json.dumps(nbformat.v4.new_notebook()))
    with pytest.raises(AuthoringError, match=r"lost\.ipynb has no source lost\.py"):
        build(course)


def test_an_unknown_assignment_is_refused_and_the_known_ones_are_named(course):
    with pytest.raises(AuthoringError, match=r"solutions/summs/.*there are: sums"):
        build(course, ["summs"])


def test_nbgraders_own_refusal_is_passed_on(tmp_path):
    make_course(tmp_path, SOURCE.split("# %% nbgrader")[0])
    (tmp_path / "nbgrader_config.py").write_text("c.CourseDirectory.source_directory = 'elsewhere'\n")
    with pytest.raises(AuthoringError, match="nbgrader could not make the release of sums"):
        build(tmp_path)
