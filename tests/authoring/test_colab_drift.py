"""Colab's published lists against the versions that are tested: what differs is told, in one issue."""

import pytest

from course_utils.authoring.colab_drift import as_issue, drift, read_published
from course_utils.authoring.errors import AuthoringError
from course_utils.runtime import SETS

COLAB = SETS["colab"]
# As it is published: with a head, an address in place of a version, letters of both kinds, and hundreds of others.
FREEZE = f"""\
# Do not modify this file directly; it is generated via
#  $ python3 -m pip freeze
google-colab @ file:///colabtools/dist/google-colab-1.0.0.tar.gz
ipykernel=={COLAB["packages"]["ipykernel"]}
IPython=={COLAB["packages"]["ipython"]}
torch @ https://download.pytorch.org/whl/cu128/torch-{COLAB["packages"]["torch"]}%2Bcu128-cp313-cp313-linux_x86_64.whl#sha256=0f
torchvision=={COLAB["packages"]["torchvision"]}+cu128
"""
SYSTEM = f"Ubuntu 22.04.4 LTS\nPython {COLAB['python']}.9\nR version 4.5.1 (2025-06-13)\n"


@pytest.fixture
def published(tmp_path):
    """Write lists as Colab's, and give their address."""

    def write(freeze=FREEZE, system=SYSTEM):
        (tmp_path / "pip-freeze.txt").write_text(freeze)
        (tmp_path / "os-info.txt").write_text(system)
        return tmp_path.as_uri()

    return write


def test_what_is_tested_is_no_drift_however_the_list_writes_it(published):
    """Catches a version that isn't read out of an address, +cu128 and capital letters taken for a difference."""
    has = read_published(published())
    assert has["torch"] == f"{COLAB['packages']['torch']}+cu128"
    assert {"torchvision", "ipython", "ipykernel", "python"} <= set(has)
    assert drift(has) == []
    assert as_issue([]) == ""


def test_another_minor_version_is_told_and_a_patch_is_not(published):
    """Catches an alarm at each patch, and a Python that moves on unseen."""
    freeze = FREEZE.replace("torchvision==0.26.0", "torchvision==0.27.0").replace("==6.17.1", "==6.17.4")
    differences = drift(read_published(published(freeze, SYSTEM.replace("3.13", "3.14"))))
    assert differences == [("torchvision", "0.26.0", "0.27.0+cu128"), ("python", "3.13", "3.14.9")]
    assert "| torchvision | 0.26.0 | 0.27.0+cu128 |\n| python |" in as_issue(differences)
    assert "course_utils/versions.json" in as_issue(differences)


@pytest.mark.parametrize("broken", [{"freeze": "<html>moved</html>"}, {"system": "Ubuntu"}])
def test_lists_that_are_written_otherwise_are_no_good_news(published, broken):
    """Catches a check that finds no drift for ever, because it no longer reads anything."""
    with pytest.raises(AuthoringError, match="written in another way"):
        read_published(published(**broken))


def test_lists_that_are_not_there_are_named(tmp_path):
    """Catches a traceback in place of the address that can't be read."""
    with pytest.raises(AuthoringError, match=r"can't be read: .*pip-freeze"):
        read_published(tmp_path.as_uri())
