"""What GitHub, Codespaces and VS Code read of the project is valid, safe, and calls only what is there."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from typer.main import get_command

from course_utils import cli
from course_utils.authoring.address import Address, read_address, write_address
from course_utils.runtime import SETS

try:
    import tomllib
except ImportError:
    import tomli as tomllib  # pytest itself brings it along before Python 3.11

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / ".github/workflows").glob("*.yml")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
NEWEST = SETS["newest"]["python"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="GitHub runs these steps with bash, and so do the tests")


def steps(workflow):
    return [step for job in WORKFLOWS[workflow]["jobs"].values() for step in job["steps"]]


def script(workflow, name):
    (step,) = [step for step in steps(workflow) if step.get("name") == name]
    return step["run"]


# ---- valid and safe ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("github-workflows", ".github/workflows/*.yml"),
        ("github-issue-forms", ".github/ISSUE_TEMPLATE/[!c]*.yml"),
        ("github-issue-config", ".github/ISSUE_TEMPLATE/config.yml"),
        ("dependabot", ".github/dependabot.yml"),
        ("citation-file-format", "CITATION.cff"),
    ],
)
def test_each_file_fits_the_schema_of_its_kind(schema, pattern):
    """Catches a misspelt key, which GitHub would find only after the push, and an issue form that isn't shown."""
    files = [str(path) for path in ROOT.glob(pattern)]
    assert files
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", f"vendor.{schema}", *files])
    assert done.exit_code == 0, done.output


def test_the_workflows_are_safe():
    """Catches an action that is named by a tag, a token left in the checkout, text of strangers in a script."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    zizmor = [shutil.which("zizmor", path=places) or "zizmor", "--offline", "--strict-collection", "--no-progress"]
    done = subprocess.run([*zizmor, str(ROOT / ".github")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_action_is_named_by_commit_and_version():
    """Catches a commit of which nobody knows what it is, and a tag that its owner can move."""
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        used = re.findall(r"uses: (.*)", path.read_text("utf-8"))
        assert used
        assert [line for line in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def test_a_workflow_may_read_and_ends():
    """Catches a job that can write without saying why, two runs at once, and one that hangs for six hours."""
    for workflow in WORKFLOWS.values():
        assert workflow["permissions"] == {"contents": "read"}
        assert workflow["concurrency"]["group"]
        assert all(job["timeout-minutes"] <= 120 for job in workflow["jobs"].values())
    may_write = {
        (name, job, right)
        for name, workflow in WORKFLOWS.items()
        for job, said in workflow["jobs"].items()
        for right, level in said.get("permissions", {}).items()
        if level == "write"
    }
    assert may_write == {
        ("publish", "address", "contents"),
        ("publish", "deploy", "pages"),
        ("publish", "deploy", "id-token"),
        ("colab", "drift", "issues"),
    }


def test_a_private_repository_is_never_published_and_pays_for_nothing():
    """Catches a class's solutions on a public page, and its minutes used up. Jobs after a skipped one are skipped."""
    jobs = WORKFLOWS["publish"]["jobs"]
    assert "!github.event.repository.private" in jobs["address"]["if"]
    assert "default_branch" in jobs["address"]["if"]
    assert (jobs["book"]["needs"], jobs["deploy"]["needs"]) == ("address", "book")
    assert all("always()" not in job.get("if", "") for job in jobs.values())
    asked_for = "${{ !github.event.repository.private || github.event_name == 'workflow_dispatch' }}"
    assert [WORKFLOWS[name]["jobs"][job]["if"] for name, job in (("tests", "test"), ("colab", "drift"))] == [
        asked_for
    ] * 2


# ---- what they call is there -------------------------------------------------------------------------------------


def test_every_command_of_a_step_is_there():
    """Catches a subcommand or an option that was renamed, a module that moved, and a set of versions that is gone."""
    scripts = [step["run"] for name in WORKFLOWS for step in steps(name) if "run" in step]
    commands = [f"python course.py {one}" for one in commands_of_the_matrix()]
    commands += [line for one in scripts for line in one.splitlines() if "python" in line and "$COMMAND" not in line]
    assert len(commands) > 8
    for line in commands:
        words = shlex.split(line.strip().removeprefix(".venv/bin/"))
        if words[:2] == ["python", "course.py"]:
            parse_course_command(words[2:])
        elif words[1] == "-m":
            assert words[2] in {"pip", "playwright"} or importlib.util.find_spec(words[2])
        else:
            compile(words[2], line, "exec")
            exec(words[2].split(";")[0], {})


def commands_of_the_matrix():
    matrix = WORKFLOWS["tests"]["jobs"]["test"]["strategy"]["matrix"]
    return {*matrix["command"], *(one["command"] for one in matrix["include"])}


def parse_course_command(words):
    name, *arguments = [word.replace("$book", "--book") for word in words]
    command = get_command(cli.app).commands[name]
    arguments = [word for word in arguments if word != "--help"]
    parsed = command.make_context(name, arguments).params
    assert parsed.get("versions") in {None, *SETS}


def test_three_systems_are_tested_with_the_oldest_and_the_newest():
    """Catches a system or a set that falls out, and a Python other than the one that versions.json says."""
    assert commands_of_the_matrix() == {"test", "test --versions oldest", "test --versions colab"}
    systems = WORKFLOWS["tests"]["jobs"]["test"]["strategy"]["matrix"]["system"]
    assert [name.split("-")[0] for name in systems] == ["ubuntu", "windows", "macos"]
    pythons = [
        step["with"]["python-version"] for name in WORKFLOWS for step in steps(name) if "setup-python" in str(step)
    ]
    assert set(pythons) == {NEWEST}


def test_the_book_has_the_real_weights_or_is_not_made():
    """Catches a published book whose photos have numbers for names, because a download failed."""
    lines = [step["run"] for step in WORKFLOWS["publish"]["jobs"]["book"]["steps"] if "run" in step]
    (weights,) = [line for line in lines if "import trained_resnet34 as load; load()" in line]
    run, pages = "python course.py build --execute", "python course.py site build/site"
    assert lines.index(weights) < lines.index(run) < lines.index(pages)


def test_a_codespace_gets_the_course_with_its_first_notebook_open():
    """Catches a container with another Python, a notebook that moved, and extensions that VS Code isn't told of."""
    assert CONTAINER["image"].endswith(f":{NEWEST}")
    assert CONTAINER["updateContentCommand"] == "pip install --editable ."
    (_, _, code) = shlex.split(CONTAINER["postCreateCommand"])
    exec(code.split(";")[0], {})
    asked = CONTAINER["customizations"]
    assert all((ROOT / name).is_file() for name in asked["codespaces"]["openFiles"])
    recommended = json.loads((ROOT / ".vscode/extensions.json").read_text("utf-8"))["recommendations"]
    assert asked["vscode"]["extensions"] == recommended


# ---- one source for each version ---------------------------------------------------------------------------------


def test_before_a_commit_the_same_ruff_looks_as_in_the_tests():
    """Catches two versions that format differently: what one writes, the other refuses."""
    ruff, own = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert f"ruff=={ruff['rev'].removeprefix('v')}" in PROJECT["optional-dependencies"]["dev"]
    (check,) = own["hooks"]
    assert check["entry"] == "python course.py build --check"
    parse_course_command(shlex.split(check["entry"])[2:])
    assert all(re.search(check["files"], name) for name in ("solutions/a/a.py", "notebooks/a/a.ipynb", "address.json"))


def test_the_changes_tell_of_this_version_first_and_nothing_else_has_its_number():
    """Catches a release that the list of changes doesn't know, and a second place that would go stale."""
    version, _, development = PROJECT["version"].partition(".dev")
    newest = re.search(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)[1]
    assert newest.startswith(f"{version}, ")
    assert ("not released yet" in newest) == bool(development)
    assert "version" not in yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


# ---- the steps, run ----------------------------------------------------------------------------------------------


@pytest.fixture
def github(tmp_path):
    """Run a step's script as GitHub does, with a `gh` that notes what it is asked and answers what it is told to."""
    noted, answer = tmp_path / "gh.log", tmp_path / "gh.answer"
    programs = {
        "gh": f'echo "$@" >> {noted}\ncase "$*" in *list*) cat {answer};; esac\n',
        "python": f'exec {sys.executable} "$@"\n',
    }
    (tmp_path / "bin").mkdir()
    for name, does in programs.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{does}")
        (tmp_path / "bin" / name).chmod(0o755)

    def run(code, where, answers="", **environment):
        noted.write_text("")
        answer.write_text(answers)
        path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **environment}
        done = subprocess.run(
            ["bash", "-ec", code], cwd=where, env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return noted.read_text()

    return run


@pytest.mark.parametrize(
    ("changed", "open_issue", "asked"),
    [
        (True, "", "issue create --title Moved --body-file drift.md"),
        (True, "7", "issue edit 7 --body-file drift.md"),
        (False, "7", "issue close 7"),
        (False, "", ""),
    ],
)
def test_one_issue_is_open_while_colab_differs_and_none_otherwise(changed, open_issue, asked, github, tmp_path):
    """Catches an issue a week, one that is never closed, and a comparison that reads other lists than it is given."""
    torch = "9.9.9" if changed else SETS["colab"]["packages"]["torch"]
    (tmp_path / "pip-freeze.txt").write_text(f"torch=={torch}\n")
    (tmp_path / "os-info.txt").write_text(f"Python {SETS['colab']['python']}.1\n")
    compare = script("colab", "Compare").replace(" > ", f" {tmp_path.as_uri()} > ")
    done = github(f"{compare}\n{script('colab', 'Tell')}", tmp_path, answers=open_issue, TITLE="Moved")
    lines = done.splitlines()
    assert lines[0].startswith("issue list --state open")
    assert " ".join(lines[1:])[: len(asked)] == asked
    assert bool(lines[1:]) == bool(asked)


COURSE_PY = """\
import sys
from pathlib import Path
from course_utils import cli
cli.ROOT = Path(__file__).parent
cli.app(sys.argv[1:])
"""
README = "git clone ADDRESS resnet-course && cd resnet-course\n<!-- colab -->\n<!-- /colab -->\n"


def test_a_copys_first_push_is_answered_by_a_commit_with_its_own_address(github, course, tmp_path):
    """Catches a fork whose badges lead upstream, a second commit at each push, and an address that is never pushed."""
    remote, outputs = tmp_path / "remote.git", tmp_path / "outputs"
    (course / "course.py").write_text(COURSE_PY)
    (course / "pyproject.toml").touch()
    (course / "README.md").write_text(README)
    write_address(course, Address("https://github.com/upstream/course"))
    start = (
        "git init -q -b main && git add . && git -c user.name=a -c user.email=b commit -qm x && git push -q origin main"
    )
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
    github(start.replace("git add", f"git remote add origin {remote.as_uri()} && git add"), course)
    here = {
        "GITHUB_REPOSITORY": "me/copy",
        "GITHUB_REF_NAME": "main",
        "BOOK": "true",
        "GITHUB_OUTPUT": str(outputs),
    }
    ask = script("publish", "Is the address in it the repository's own?")
    github(ask, course, **here)
    assert outputs.read_text() == "due=true\n"
    github(f"{script('publish', 'Write it')}\n{script('publish', 'Commit it')}", course, **here)
    github(ask, course, **here)
    assert outputs.read_text() == "due=true\ndue=false\n"
    after = tmp_path / "after"
    subprocess.run(["git", "clone", "-q", "-b", "main", remote, after], check=True)
    assert read_address(after) == Address("https://github.com/me/copy", "main", book=True)
    for name in ("README.md", "notebooks/sums/sums.ipynb"):
        assert "colab.research.google.com/github/me/copy/blob/main" in (after / name).read_text()
