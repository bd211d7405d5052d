"""The command `course`: open the course, build its notebooks, test the whole project."""

import importlib.util
import os
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from course_utils import no_grammar  # noqa: F401  (before a command imports nbformat, or starts JupyterLab)

ROOT = Path(__file__).resolve().parents[1]
FIRST_NOTEBOOK = "notebooks/00_start_here/00_start_here.ipynb"

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The ResNet course, from the command line.")


@app.callback()
def _stop_outside_the_course() -> None:
    if not (ROOT / "pyproject.toml").exists():
        _stop(f"`course` works on a clone of the course, and {ROOT} is none. Install it there: pip install -e .")


PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command("open", context_settings=PASS_ON)
def open_course(context: typer.Context) -> None:
    """Open the course in JupyterLab; what follows `open` goes to JupyterLab, such as --no-browser."""
    if not (ROOT / FIRST_NOTEBOOK).exists():
        _stop(f"{FIRST_NOTEBOOK} is missing. Bring it back with `git restore notebooks`, or run `course build`.")
    from jupyterlab.labapp import LabApp

    settings = [
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
    ]
    # Settings of JupyterLab in which the course differs: no pop-ups about Jupyter's news and newer versions.
    places = [str(ROOT / "course_utils" / "jupyterlab"), os.environ.get("JUPYTER_CONFIG_PATH")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, places))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        settings.append("--allow-root")  # as in most containers; JupyterLab would refuse to start
    LabApp.launch_instance(argv=settings + context.args)  # in this process, so that Ctrl-C is JupyterLab's own


@app.command()
def update() -> None:
    """Bring a newer course; what you've written stays."""
    from course_utils.update import UpdateError
    from course_utils.update import update as bring

    try:
        for line in bring(ROOT):
            typer.echo(line)
    except UpdateError as error:
        _stop(str(error))


@app.command()
def build(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Folders in solutions/; all of them by default.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if anything is out of date.")] = False,
    execute: Annotated[bool, typer.Option("--execute", help="Run every notebook, its code changed or not.")] = False,
) -> None:
    """Build the notebooks from the texts in solutions/: with outputs there, blank for students in notebooks/."""
    _need("nbgrader", "jupytext", extra="instructor")
    from course_utils.authoring import build as authoring
    from course_utils.authoring.errors import AuthoringError

    try:
        if check:
            differences = authoring.find_differences(ROOT, assignments)
            for difference in differences:
                typer.echo(difference, err=True)
            raise typer.Exit(1 if differences else 0)
        for path in authoring.build(ROOT, assignments, run_all=execute):
            typer.echo(f"wrote {path.relative_to(ROOT)}")
    except AuthoringError as error:
        _stop(str(error))


@app.command()
def publish(
    repo: Annotated[str, typer.Option(help="The students': OWNER/NAME on GitHub, or any address that git can clone.")],
    branch: Annotated[str, typer.Option(help="The branch that students get.")] = "main",
    with_solutions: Annotated[
        bool, typer.Option("--with-solutions", help="Students may see the solutions: it is this folder's repository.")
    ] = False,
    book: Annotated[bool, typer.Option("--book", help="The web book is on its GitHub Pages: link to it.")] = False,
) -> None:
    """Write the students' address into the README, the badges and the notebooks' first cells; commit it then."""
    _need("nbgrader", "jupytext", extra="instructor")
    from course_utils.authoring.errors import AuthoringError
    from course_utils.authoring.publish import publish as write_everywhere

    try:
        for change in write_everywhere(ROOT, repo, branch, with_solutions, book) or [
            "Nothing to change: this is the address already."
        ]:
            typer.echo(change)
        if not with_solutions:
            typer.echo(
                f"Commit this. Then `course students FOLDER`, and push that FOLDER to {repo}: it has no solutions. "
                "This folder has them: push it to a private repository only."
            )
    except AuthoringError as error:
        _stop(str(error))


@app.command()
def hub(
    url: Annotated[str, typer.Argument(help="Where your JupyterHub is, such as https://hub.example.edu.")],
) -> None:
    """Print the links that open each notebook on a JupyterHub with nbgitpuller."""
    from course_utils.authoring.address import read_address
    from course_utils.authoring.errors import AuthoringError

    try:
        for path in sorted((ROOT / "notebooks").glob("*/*.ipynb")):
            typer.echo(f"{path.stem}: {read_address(ROOT).on_hub(url, path.relative_to(ROOT).as_posix())}")
    except AuthoringError as error:
        _stop(str(error))


@app.command()
def site(
    folder: Annotated[Path, typer.Argument(help="Where the pages go; what is there is replaced.")] = ROOT
    / "build/site",
) -> None:
    """Build the web book: static pages of all notebooks, with search, and with the solutions folded away."""
    _need("sphinx", "myst_nb", "sphinx_book_theme", extra="site")
    from course_utils.authoring.errors import AuthoringError
    from course_utils.authoring.site import build_site

    try:
        build_site(ROOT, folder)
    except AuthoringError as error:
        _stop(str(error))
    typer.echo(f"wrote {folder}/index.html")


@app.command("try")
def try_exercise(
    name: Annotated[str, typer.Argument(help="An exercise's name, such as ResidualBlock.")],
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the changes that are made by machine.")] = False,
) -> None:
    """Try an exercise without a notebook: what students would read, what is not told apart, what is not caught."""
    _need("jupytext", extra="instructor")
    from course_utils.authoring.errors import AuthoringError
    from course_utils.authoring.trial_page import try_and_tell

    try:
        sound = try_and_tell(name, mutants=not quick)
    except KeyError:
        _stop(f"There is no exercise called {name}. Is its line in its room's __init__.py?")
    except AuthoringError as error:
        _stop(f"{error} `course try {name} --quick` does without.")
    raise typer.Exit(0 if sound else 1)


@app.command("students")
def make_students_repository(
    folder: Annotated[Path, typer.Argument(help="A new folder, or one that this command has made before.")],
) -> None:
    """Make or update a git repository of the course without its solutions, for a graded class."""
    from course_utils.authoring.errors import AuthoringError
    from course_utils.authoring.student_repository import make_student_repository

    try:
        typer.echo(make_student_repository(ROOT, folder))
    except AuthoringError as error:
        _stop(str(error))


@app.command()
def trial(
    folder: Annotated[Path, typer.Argument(help="A new folder, beside the course.")],
    assignment: Annotated[str, typer.Argument(help="A folder in solutions/.")] = "02_resnets",
    students: Annotated[int, typer.Option(min=6, help="How many hand in.")] = 30,
) -> None:
    """Make a class to try grading on, in a folder of its own: nothing of it comes near the real one's marks."""
    _need("nbgrader", extra="instructor")
    from course_utils.authoring.errors import AuthoringError
    from course_utils.authoring.trial_class import make_trial

    try:
        needs_a_human = make_trial(ROOT, folder, assignment, students)
    except AuthoringError as error:
        _stop(str(error))
    typer.echo(f"{students} students have handed in. Try: cd {folder} && course grade {assignment}. Delete it then.")
    typer.echo(needs_a_human)


@app.command()
def grade(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    assignment: Annotated[str, typer.Argument(help="A folder in solutions/, released with nbgrader.")],
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks to run at a time; one for each core.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler to use instead.")] = None,
    student: Annotated[list[str] | None, typer.Option(help="Grade only these (repeat it); all by default.")] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade unchanged submissions again.")] = False,
    unconfined: Annotated[bool, typer.Option("--unconfined", help="Go on where nothing can be shut in.")] = False,
) -> None:
    """Grade what was handed in, into nbgrader's gradebook: fast, shut in, and safe to interrupt and run again."""
    _need("nbgrader", "distributed", extra="instructor")
    root = _graded_course()
    from course_utils.grading.judge import forkserver

    if scheduler is None:
        # The workers import for seconds, and so does this process.
        forkserver.begin()
    from course_utils.grading.course.command import grade as grade_class
    from course_utils.grading.course.errors import GradingError
    from course_utils.grading.course.grade import Options

    options = Options(tuple(student or ()), regrade, confined=not unconfined)
    try:
        complete = grade_class(root, assignment, options, jobs, scheduler)
    except GradingError as error:
        _stop(str(error))
    raise typer.Exit(0 if complete else 1)


def _graded_course() -> Path:
    """Give the course that is graded: the current folder, as for nbgrader."""
    here = Path.cwd()
    if not (here / "nbgrader_config.py").exists():
        _stop(f"{here} is no course: it has no nbgrader_config.py. Go to the course's folder first, as for nbgrader.")
    return here


_Student = Annotated[str, typer.Argument(help="Whose submission it is: the name of a folder in submitted/.")]
_Assignment = Annotated[str | None, typer.Argument(help="Which one, where several are in question.")]


@app.command()
def accept(student: _Student, assignment: _Assignment = None) -> None:
    """Have the points count that were held of a submission, as they were found."""
    _decide(student, assignment, "accepted")


@app.command()
def refuse(student: _Student, assignment: _Assignment = None) -> None:
    """Give 0 for what was held of a submission, or could not be graded."""
    _decide(student, assignment, "refused")


def _decide(student: str, assignment: str | None, decision: str) -> None:
    _need("nbgrader", extra="instructor")
    from course_utils.grading.course.alone import alone
    from course_utils.grading.course.decide import decide
    from course_utils.grading.course.errors import GradingError

    root = _graded_course()
    try:
        with alone(root):
            typer.echo(decide(root, student, assignment, decision))
    except GradingError as error:
        _stop(str(error))


@app.command()
def collect(
    assignment: Annotated[str, typer.Argument(help="A folder in solutions/, released with nbgrader.")],
    files: Annotated[list[Path], typer.Argument(help="Zips from Canvas, Moodle or ILIAS, folders, notebooks.")],
    roster: Annotated[Path | None, typer.Option(help="CSV with id, name, email; or the LMS's gradebook.")] = None,
    student: Annotated[str | None, typer.Option(help="All of it is this student's.")] = None,
) -> None:
    """Bring what was handed in to submitted/, whatever an LMS has made of its names; run it again at any time."""
    _need("nbgrader", extra="instructor")
    from course_utils.grading.course.collect import collect as take
    from course_utils.grading.course.collect import summary
    from course_utils.grading.course.errors import GradingError

    try:
        report = take(_graded_course(), assignment, files, roster, student)
    except GradingError as error:
        _stop(str(error))
    for line in [*report.lines, *summary(report, assignment)]:
        typer.echo(_printable(line))
    raise typer.Exit(1 if report.lost else 0)


class Lms(str, Enum):
    """Where marks go."""

    CANVAS, MOODLE, CSV = "canvas", "moodle", "csv"


@app.command("return")
def return_marks(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    assignment: Annotated[str, typer.Argument(help="A folder in solutions/ that has been graded.")],
    to: Annotated[Lms, typer.Option(help="Whose gradebook it is; csv: names and marks, for any other.")],
    gradebook: Annotated[Path | None, typer.Option(help="The LMS's own file, as it was exported.")] = None,
    column: Annotated[str | None, typer.Option(help="The title of Canvas's column, if several fit.")] = None,
    per_exercise: Annotated[
        bool, typer.Option("--per-exercise", help="Write the points of each exercise, too.")
    ] = False,
    scale: Annotated[bool, typer.Option("--scale", help="Make the marks shares of the LMS's maximum.")] = False,
) -> None:
    """Write the marks into the LMS's own gradebook, and a zip of feedback; what waits for a human stays empty."""
    _need("nbgrader", extra="instructor")
    from course_utils.grading.course.errors import GradingError
    from course_utils.grading.course.give_back import Wishes, give_back

    try:
        result = give_back(_graded_course(), assignment, to.value, gradebook, Wishes(per_exercise, column, scale))
    except GradingError as error:
        _stop(str(error))
    for line in result.lines:
        typer.echo(_printable(line))
    typer.echo(f"{assignment}: {result.marks} marks written.")
    for path in result.wrote:
        typer.echo(f"wrote {path}")


def _printable(line: str) -> str:
    """Give a line in which a file's name cannot steer the terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)


@app.command()
def report(
    assignment: Annotated[str, typer.Argument(help="A folder in solutions/ that has been graded.")],
    names: Annotated[bool, typer.Option("--names", help="Name who waits for a human, was late, or is alike.")] = False,
    export: Annotated[
        Path | None,
        typer.Option("--export-mistakes", help="A new file: the groups and what was named, without code or names."),
    ] = None,
) -> None:
    """Write one page about a graded class: what to teach next, what was hard, what needs a human."""
    _need("nbgrader", "distributed", "rapidfuzz", extra="instructor")
    from course_utils.grading.course.errors import GradingError
    from course_utils.grading.course.naming import export_groups
    from course_utils.grading.course.report import report as write_report

    try:
        typer.echo(f"wrote {write_report(_graded_course(), assignment, names)}")
        if export is not None:
            typer.echo(export_groups(_graded_course(), assignment, export))
    except GradingError as error:
        _stop(str(error))


@app.command("name")
def name_mistake(
    group: Annotated[str, typer.Argument(help="A group that `course report` has shown, such as ReLU-3f2a91.")],
    belief: Annotated[str, typer.Argument(help='Completes "behaves exactly like one that …".')],
    look_at: Annotated[str, typer.Option(help='Completes "look at …".')],
    hint: Annotated[int, typer.Option(min=1, help="The rung of the exercise's ladder that helps.")],
) -> None:
    """Make what a group of wrong answers does a known mistake of this course."""
    _need("nbgrader", extra="instructor")
    from course_utils.grading.course.errors import GradingError
    from course_utils.grading.course.naming import name_group

    try:
        typer.echo(name_group(_graded_course(), group, belief, look_at, hint))
    except GradingError as error:
        _stop(str(error))


@app.command()
def bench(
    parts: Annotated[
        list[str] | None,
        typer.Argument(help="Of: import first build start (these by default), tests cells site (minutes each)."),
    ] = None,
) -> None:
    """Measure how long people wait, and print one table."""
    _need("nbgrader", "jupytext", extra="instructor")
    from rich.console import Console

    from course_utils.authoring.bench import QUICK, measure, table_of
    from course_utils.authoring.errors import AuthoringError

    try:
        Console().print(table_of(measure(parts or QUICK)))
    except AuthoringError as error:
        _stop(str(error))


@app.command("test", context_settings=PASS_ON)
def run_tests(
    context: typer.Context,
    versions: Annotated[
        str | None, typer.Option(help="Run the tests with other versions: oldest, colab or newest (versions.json).")
    ] = None,
) -> None:
    """Check style and formatting, then run the tests; what follows `test` goes to pytest."""
    _need("ruff", "pytest", extra="dev")
    if versions:
        raise typer.Exit(_test_with(versions, context.args))
    steps = [["ruff", "check"], ["ruff", "format", "--check"], ["pytest", *context.args]]
    codes = []
    for step in steps:
        typer.echo(f"— {' '.join(step)}")
        codes.append(_run([sys.executable, "-m", *step]))
    raise typer.Exit(next((code for code in codes if code), 0))


def _test_with(name: str, arguments: list[str]) -> int:
    """Run the tests in an environment of their own, with a set of versions."""
    _need("uv", extra="dev")
    from course_utils.authoring import versions as sets
    from course_utils.authoring.errors import AuthoringError

    try:
        chosen = sets.version_set(name)
        sets.make_environment(chosen)
    except AuthoringError as error:
        _stop(str(error))
    return _run(sets.command_for_tests(chosen, arguments))


def _run(command: list[str]) -> int:
    sys.stdout.flush()  # what was said so far comes before what the program says
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _need(*modules: str, extra: str) -> None:
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        _stop(f"This needs {' and '.join(missing)}: pip install -e '.[{extra}]', or start it by `python course.py …`.")


def _stop(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
