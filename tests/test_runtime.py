"""A runtime made ready: versions told, missing small packages installed on Colab, and done without where that fails."""

import subprocess
import sys

import pytest
import torch

from course_utils import runtime, stand_ins
from course_utils.runtime import prepare


@pytest.fixture
def lacks_both(monkeypatch):
    """A runtime without jaxtyping and torchinfo, on Colab; gives the commands that it is asked to run."""
    present = set()
    commands = []
    monkeypatch.setattr(runtime.importlib.util, "find_spec", lambda name: object() if name in present else None)
    monkeypatch.setattr(runtime.subprocess, "run", lambda command, **_: commands.append(command))
    for name in ("jaxtyping", "torchinfo"):
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release-colab")
    return present, commands


def test_the_versions_called_tested_are_those_of_this_test(capsys):
    """Catches a set of versions that nothing runs with: `course test --versions NAME` runs this in each of them."""
    prepare()
    said = capsys.readouterr().out
    assert said.startswith("Ready: python 3.")
    assert said.endswith("as tested.\n")


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        (("3.11.7", "2.14.1+cpu", "0.29.1"), "Ready: python 3.11, torch 2.14, torchvision 0.29, as tested."),
        (("3.13.5", "2.11.0", "0.26.0"), "Ready: python 3.13, torch 2.11, torchvision 0.26, as tested."),
        (("3.10.13", "2.7.1+cu126", "0.22.1"), "as tested."),
        (
            ("3.12.1", "2.11.0", "0.26.0"),
            "Ready: python 3.12, torch 2.11, torchvision 0.26. "
            "(Tested with torch 2.7, 2.11 and 2.14; others should do.)",
        ),
        (("3.11.7", "2.6.0", "0.21.0"), "too old, some cells will fail. The course needs torch 2.7 or newer."),
        (("3.11.7", "1.13.1", "0.14.1"), "too old"),
        (("3.14.0", "3.0.0", "0.40.0"), "others should do"),
    ],
)
def test_the_line_says_how_this_runtime_compares_with_what_is_tested(versions, words, monkeypatch, capsys):
    """Catches a Colab that is called untested, and a version that is compared as a text (2.6 > 2.14)."""
    python, torch, torchvision = versions
    monkeypatch.setattr(runtime, "version", {"torch": torch, "torchvision": torchvision}.get)
    monkeypatch.setattr(runtime.platform, "python_version", lambda: python)
    prepare()
    assert words in capsys.readouterr().out


def test_on_colab_what_is_missing_is_installed_alone_and_nothing_is_said(lacks_both, capsys, monkeypatch):
    present, commands = lacks_both
    run = runtime.subprocess.run
    monkeypatch.setattr(runtime.subprocess, "run", lambda command, **k: (run(command, **k), present.update(command)))
    prepare()
    (command,) = commands
    assert command[command.index("--no-deps") + 1 :] == ["jaxtyping", "wadler-lindig", "torchinfo"]
    assert "Not installed" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "trouble", [subprocess.CalledProcessError(1, "pip"), subprocess.TimeoutExpired("pip", 60), OSError()]
)
def test_where_it_cannot_be_installed_stand_ins_do(lacks_both, monkeypatch, capsys, trouble):
    def fail(*_, **__):
        raise trouble

    monkeypatch.setattr(runtime.subprocess, "run", fail)
    prepare()
    assert "Not installed here: jaxtyping, torchinfo. The course does without." in capsys.readouterr().out
    import torchinfo
    from jaxtyping import Float

    assert Float[torch.Tensor, "batch classes"] is torch.Tensor
    summary = torchinfo.summary(torch.nn.Linear(2, 1), (1, 2))
    assert "3 parameters" in summary
    summary.formatting.layer_name_width = 28  # as notebook 2 does


def test_elsewhere_nothing_is_installed_unasked(lacks_both, monkeypatch):
    monkeypatch.delenv("COLAB_RELEASE_TAG")
    prepare()
    assert lacks_both[1] == []


def test_the_stand_ins_know_every_name_that_the_course_imports():
    found = subprocess.run(
        ["grep", "-rhoE", "from jaxtyping import .*", "course_utils", "solutions", "--include=*.py"],
        cwd=runtime.__file__.rpartition("/course_utils/")[0], capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    names = {name.strip() for line in found.splitlines() for name in line.split("import")[1].split(",")}
    assert names <= set(stand_ins._CONTENTS["jaxtyping"])


def test_all_of_the_course_imports_with_stand_ins_alone():
    program = """
import sys
from course_utils.stand_ins import stand_in
stand_in("jaxtyping")
stand_in("torchinfo")
from course_utils import tests, training, utils
"""
    subprocess.run([sys.executable, "-c", program], check=True)
