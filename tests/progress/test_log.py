"""The log of test runs: noted where progress is kept, readable after any accident, in nobody's way."""

import json
import os
import subprocess
import sys

import pytest
from torch import nn

from course_utils import tests
from course_utils.progress import log
from course_utils.progress.log import FILE, Hint, Run, append, note_hint, read


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "student_folder", lambda: tmp_path / "my_work")
    return tmp_path / "my_work"


class ReLU(nn.Module):
    def forward(self, x):
        return (x + x.abs()) / 2


class Twice(nn.Module):
    def forward(self, x):
        return 2 * x


class Blank(nn.Module):
    def forward(self, x):
        raise NotImplementedError()


def test_right_and_wrong_answers_are_noted_each_time_they_are_tested(place):
    with pytest.raises(AssertionError):
        tests.test_relu(Twice)
    tests.test_relu(ReLU)
    assert [(run.exercise, run.test, run.passed) for run in read(place).runs] == [
        ("ReLU", "test_relu", False),
        ("ReLU", "test_relu", True),
    ]


def test_a_stub_is_no_try_and_hidden_tests_leave_no_trace(place):
    with pytest.raises(AssertionError):
        tests.test_relu(Blank)
    tests.test_relu(ReLU, quiet=True)
    assert not (place / FILE).exists()


def test_nothing_is_noted_where_there_is_no_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(log, "student_folder", lambda: None)
    monkeypatch.chdir(tmp_path)
    tests.test_relu(ReLU)
    assert not any(tmp_path.iterdir())


def test_opened_hints_stand_beside_the_runs(place):
    note_hint("ReLU", 2, place)
    append(Run("ReLU", "test_relu", True, 100.0), place)
    found = read(place)
    assert [(hint.exercise, hint.rung) for hint in found.hints] == [("ReLU", 2)]
    assert len(found.runs) == 1
    assert found.lost == 0


def test_a_damaged_hint_is_lost_alone(place):
    note_hint("ReLU", 1, place)
    with (place / FILE).open("a") as file:
        file.write('\n{"exercise": "ReLU", "rung": 2}\n{"exercise": 3, "rung": 2, "at": 1.0}\n["rung"]')
    append(Hint("ReLU", 3, 5.0), place)
    found = read(place)
    assert [hint.rung for hint in found.hints] == [1, 3]
    assert found.lost == 3


def test_a_line_cut_in_half_loses_itself_and_no_other(place):
    runs = [Run("ReLU", "test_relu", passed, 100.0 + passed) for passed in (False, True)]
    append(runs[0], place)
    append(runs[1], place)
    whole = (place / FILE).read_bytes()
    (place / FILE).write_bytes(whole[:-20])
    append(runs[1], place)
    found = read(place)
    assert found.runs == tuple(runs)
    assert found.lost == 1


@pytest.mark.parametrize(
    "line", ["[]", "7", '{"exercise": "ReLU"}', '{"exercise":1,"test":2,"passed":3,"at":"x"}', "\x00"]
)
def test_lines_that_are_no_runs_are_counted_and_left_out(place, line):
    append(Run("ReLU", "test_relu", True, 1.0), place)
    with (place / FILE).open("a") as file:
        file.write("\n" + line)
    assert (len(read(place).runs), read(place).lost) == (1, 1)


def test_no_file_is_an_empty_log(place):
    assert read(place).runs == ()


def test_two_notebooks_that_write_at_once_lose_no_line(place):
    program = (
        "import sys; from pathlib import Path; from course_utils.progress.log import Run, append\n"
        "for number in range(300): append(Run(sys.argv[1], 'test', True, number), Path(sys.argv[2]))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, name, str(place)]) for name in ("one", "two")]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = read(place)
    assert found.lost == 0
    for name in ("one", "two"):
        assert [run.at for run in found.runs if run.exercise == name] == list(range(300))


def test_a_folder_that_cannot_be_written_is_named_and_the_test_still_says_its_own(place, capsys):
    place.write_text("a file where the folder should be")
    tests.test_relu(ReLU)
    said = capsys.readouterr().out
    assert "my_work/progress.jsonl cannot be written" in said
    with pytest.raises(AssertionError, match="ReLU"):
        tests.test_relu(Twice)


def test_the_file_holds_nothing_but_exercise_test_result_and_time(place):
    tests.test_relu(ReLU)
    assert set(json.loads((place / FILE).read_text())) == {"exercise", "test", "passed", "at"}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a full disk can only be acted where there is /dev/full")  # noqa: PTH110
def test_a_full_disk_is_named_and_loses_nothing(place, capsys):
    place.mkdir()
    (place / FILE).symlink_to("/dev/full")
    tests.test_relu(ReLU)
    assert "No space left" in capsys.readouterr().out
