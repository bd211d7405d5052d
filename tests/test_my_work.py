"""Work outlives a runtime: on Drive or in a zip it's kept, and comes back without losing what is here."""

import os
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from course_utils import carried, my_work
from course_utils.checking.telling import NotRightYet
from course_utils.my_work import bring_back_my_work, keep_my_work
from course_utils.progress import log
from course_utils.progress.log import Run, append, read, recording

OLD, NEW = 1_700_000_000, 1_700_000_100


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The student's folder, in a runtime that is no service's."""
    for module in (my_work, log, carried):
        monkeypatch.setattr(module, "student_folder", lambda: tmp_path / "runtime" / "my_work")
    for variable in ("COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "runtime").mkdir()
    monkeypatch.chdir(tmp_path / "runtime")
    return tmp_path / "runtime" / "my_work"


def write(folder: Path, **files: str) -> None:
    """Write files NAME.py; all are equally old."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
        os.utime(folder / f"{name}.py", (OLD, OLD))


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def kept_zip(capsys) -> Path:
    keep_my_work()
    assert "Download it" in capsys.readouterr().out
    (path,) = Path.cwd().glob("my_work_*.zip")
    return path


def runtime_is_lost(place: Path) -> None:
    for path in place.iterdir():
        path.unlink()


# ---- a zip ----------------------------------------------------------------------------------------------------------


def test_a_zip_brings_back_layers_and_progress_in_another_runtime(place, capsys):
    """Catches work that is written and cannot be read again."""
    write(place, ReLU="class ReLU: pass", Linear="class Linear: pass")
    append(Run("ReLU", "test_relu", True, 1.0), place)
    before, path = contents(place), kept_zip(capsys)
    runtime_is_lost(place)
    bring_back_my_work(path)
    assert contents(place) == before
    assert "Back in my_work: Linear.py, ReLU.py, progress.jsonl." in capsys.readouterr().out
    bring_back_my_work(str(path))
    assert contents(place) == before
    assert "All of this is in my_work already." in capsys.readouterr().out


@pytest.mark.parametrize("here_is_newer", [True, False])
def test_of_two_versions_the_newer_one_counts_and_the_other_one_stays(place, capsys, here_is_newer):
    """Catches work of today that is overwritten by what was kept yesterday."""
    write(place, ReLU="kept")
    path = kept_zip(capsys)
    (place / "ReLU.py").write_text("here")
    moment = NEW if here_is_newer else OLD - 100
    os.utime(place / "ReLU.py", (moment, moment))
    bring_back_my_work(path)
    assert (place / "ReLU.py").read_text() == ("here" if here_is_newer else "kept")
    assert sorted(contents(place).values()) == ["here", "kept"]


def test_progress_of_both_runtimes_adds_up(place, capsys):
    """Catches a log that replaces the other: a day's runs would be gone, or count twice."""
    append(Run("ReLU", "test_relu", True, 1.0), place)
    path = kept_zip(capsys)
    runtime_is_lost(place)
    append(Run("Linear", "test_linear", True, 2.0), place)
    for _ in range(2):
        bring_back_my_work(path)
    assert sorted(run.exercise for run in read(place).runs) == ["Linear", "ReLU"]
    assert read(place).lost == 0


def zip_of(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    return path


STRANGE = {
    "a path out of the folder": "my_work/../../evil.py",
    "an absolute path": "/tmp/evil.py",
    "a path for Windows": "my_work/..\\..\\evil.py",
    "a drive of Windows": "my_work/C:evil.py",
    "a hidden file": "my_work/.bashrc",
    "a folder in it": "my_work/deep/evil.py",
    "homework": "Smith_02_resnets.ipynb",
}


@pytest.mark.parametrize("name", STRANGE.values(), ids=STRANGE)
def test_a_foreign_zip_changes_nothing(place, capsys, name):
    """Catches a zip that writes outside the student's folder, or half of which is unpacked."""
    write(place, ReLU="mine")
    zip_of(Path("foreign.zip"), **{"my_work/ReLU.py": "evil", name: "evil"})
    bring_back_my_work("foreign.zip")
    assert "foreign.zip is no file of keep_my_work, since there is" in capsys.readouterr().out
    assert contents(place) == {"ReLU.py": "mine"}
    assert not [path for path in place.parents[1].rglob("*") if "evil" in path.name or ".bashrc" in path.name]


def test_what_is_no_whole_zip_changes_nothing(place, capsys):
    """Catches tracebacks for a file that is missing, cut short, changed on the way, empty, or none at all."""
    write(place, ReLU="mine " * 999)
    whole = kept_zip(capsys).read_bytes()
    at = whole.index(b"my_work/ReLU.py") + 30
    broken = {"short": whole[:-30], "changed": whole[:at] + bytes(4) + whole[at + 4 :], "text": b"PK?"}
    for name, data in broken.items():
        Path(f"{name}.zip").write_bytes(data)
        bring_back_my_work(f"{name}.zip")
        said = capsys.readouterr().out
        assert f"{name}.zip is no zip, or not all of it has arrived. Your work here is as it was." in said
    bring_back_my_work("nowhere.zip")
    assert "there is no nowhere.zip here, so upload it first" in capsys.readouterr().out
    zip_of(Path("empty.zip"))
    bring_back_my_work("empty.zip")
    assert "it is empty" in capsys.readouterr().out
    assert contents(place) == {"ReLU.py": "mine " * 999}
    assert not list(place.parent.glob("bringing-back-*"))


def test_a_zip_that_macos_has_packed_anew_is_taken(place, capsys):
    """Catches a student whose browser unpacks every zip: what they upload has folders and macOS' own files in it."""
    zip_of(Path("again.zip"), **{"my_work/": "", "my_work/ReLU.py": "mine", "__MACOSX/my_work/._ReLU.py": "x"})
    bring_back_my_work("again.zip")
    assert contents(place) == {"ReLU.py": "mine"}


def test_a_full_disk_loses_nothing(place, capsys, monkeypatch):
    """Catches a file that is cut off where the old one was whole."""
    write(place, ReLU="kept")
    path = kept_zip(capsys)
    write(place, ReLU="here")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(my_work.shutil, "copyfileobj", full)
    bring_back_my_work(path)
    assert "could not be unpacked (No space left on device)" in capsys.readouterr().out
    monkeypatch.setattr(my_work, "ZipFile", full)
    keep_my_work()
    assert "could not be kept (No space left on device). All of it is still in my_work." in capsys.readouterr().out
    assert contents(place) == {"ReLU.py": "here"}


def test_where_there_is_nothing_to_keep_it_says_so(place, capsys, monkeypatch):
    """Catches an empty zip, and files of a graded run."""
    keep_my_work()
    assert "There is nothing in my_work to keep yet" in capsys.readouterr().out
    monkeypatch.setattr(my_work, "student_folder", lambda: None)
    keep_my_work()
    bring_back_my_work("my_work.zip")
    assert capsys.readouterr().out.count("Nothing is kept here") == 2
    assert list(Path.cwd().iterdir()) == []


# ---- Drive ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def drive(place, tmp_path, monkeypatch):
    """A stand-in for Colab with a Drive; gives the Drive, and the list of what was downloaded."""
    downloaded = []
    google, colab, mounting, files = (ModuleType(name) for name in ("google", "google.colab", "drive", "files"))
    mounting.mount = lambda place: Path(place, "MyDrive").mkdir(parents=True, exist_ok=True)
    files.download = downloaded.append
    google.colab, colab.drive, colab.files = colab, mounting, files
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.setattr(my_work, "MOUNT", tmp_path / "drive")
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release-colab")
    colab.downloaded = downloaded
    return colab


def test_on_colab_work_is_on_drive_from_then_on_and_back_in_the_next_runtime(place, drive, tmp_path, capsys):
    """Catches a copy that is made once: what passes after it would be lost."""
    write(place, ReLU="first")
    keep_my_work()
    write(place, Linear="later")
    assert (
        "From now on your work is on your Drive, in MyDrive/resnet-course/my_work: ReLU.py." in capsys.readouterr().out
    )
    keep_my_work()
    assert "on your Drive already" in capsys.readouterr().out
    place.unlink()  # a new runtime has no such link
    write(place, Conv2d="before it was asked for")
    keep_my_work()
    assert contents(place) == {"Conv2d.py": "before it was asked for", "Linear.py": "later", "ReLU.py": "first"}
    assert contents(tmp_path / "drive" / "MyDrive" / "resnet-course" / "my_work") == contents(place)


def test_newer_work_on_drive_is_not_overwritten_by_a_new_runtimes(place, drive, tmp_path):
    """Catches a new runtime whose first try replaces the finished layer on Drive."""
    kept = tmp_path / "drive" / "MyDrive" / "resnet-course" / "my_work"
    write(kept, ReLU="on Drive")
    os.utime(kept / "ReLU.py", (NEW, NEW))
    write(place, ReLU="here")
    keep_my_work()
    assert (place / "ReLU.py").read_text() == "on Drive"
    assert sorted(contents(place).values()) == ["here", "on Drive"]


def test_a_student_who_does_not_let_colab_use_the_drive_gets_a_file(place, drive, capsys):
    """Catches a refusal that ends in Colab's traceback, with nothing kept."""

    def refuse(_):
        raise ValueError("mount failed")

    drive.drive.mount = refuse
    write(place, ReLU="mine")
    keep_my_work()
    assert "Your Drive is not to be had (mount failed), so it's a file to download." in capsys.readouterr().out
    assert [Path(name).suffix for name in drive.downloaded] == [".zip"]


# ---- the offer ------------------------------------------------------------------------------------------------------


def passes(*_: object) -> None:
    """A test that passes."""


def test_it_is_offered_once_after_the_first_pass_and_never_where_it_is_kept(place, drive, capsys):
    """Catches an offer under every green panel, or after work was kept."""
    run_test = recording("ReLU", "test_relu", passes)
    run_test(None)
    assert capsys.readouterr().out == (
        "Colab forgets your work when this runtime ends. utils.keep_my_work() keeps it, and brings back what you have "
        "kept before.\n"
    )
    run_test(None)
    assert capsys.readouterr().out == ""
    (place / "progress.jsonl").unlink()
    keep_my_work()
    capsys.readouterr()
    run_test(None)
    assert capsys.readouterr().out == ""


def test_it_is_not_offered_elsewhere_nor_for_what_is_wrong(place, capsys, monkeypatch):
    """Catches an offer on a student's own computer, which forgets nothing."""
    recording("ReLU", "test_relu", passes)(None)
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    (place / "progress.jsonl").unlink()

    def fails(*_: object) -> None:
        raise NotRightYet

    with pytest.raises(TypeError):
        recording("ReLU", "test_relu", fails)(None)
    assert capsys.readouterr().out == ""
    recording("ReLU", "test_relu", passes)(None)
    assert capsys.readouterr().out.startswith("Kaggle forgets your work")


def test_on_colab_a_later_notebook_says_how_layers_come_back(place, drive, capsys):
    """Catches layers that are on Drive while the notebook says that there are none."""
    carried.my_layers()
    assert "utils.keep_my_work() finds them on your Drive" in capsys.readouterr().out
