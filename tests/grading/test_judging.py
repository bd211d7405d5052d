"""The judge decides outside: by tables that come as plain data, and whatever else comes is a zero with a reason."""

import io
import json
import socket
import struct
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cloudpickle
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.utils import determine_grade
from torch import nn

from course_utils.checking import shortcuts
from course_utils.checking.marks import agree
from course_utils.checking.observation import Named, Remark, same, settled
from course_utils.checking.values import Finding, Map, NotAttempted, PromiseBroken, Raised, Unchecked, Wrong
from course_utils.exercises.registry import exercise_of, load
from course_utils.grading.judge import session
from course_utils.grading.judge.judging import TestCall, judge, read_test_cell
from course_utils.grading.judge.session import Session
from course_utils.grading.judge.verdicts import Verdict, keep_at_most, outputs_of, zero
from course_utils.grading.run.observations import tell, understand
from course_utils.grading.run.observer import _Received, perform
from course_utils.grading.run.wire import Gone, Late, Line, Packer


@pytest.fixture(autouse=True)
def _one_after_the_other(monkeypatch):
    """One process stands for two here: their random numbers are the same, and must not be drawn at the same time."""
    monkeypatch.setattr(session, "make_right", lambda *_: None)


@contextmanager
def student(names: dict[str, Any], observe=perform) -> Iterator[Session]:
    """Give a session with somebody who has this notebook's names; a thread stands for the process."""
    mine, theirs = socket.socketpair()
    thread = threading.Thread(target=observe, args=(Line(theirs), names), daemon=True)
    thread.start()
    try:
        yield Session(Line(mine), 60)
    finally:
        mine.close()
        thread.join(10)
        theirs.close()


def written(code: str) -> dict[str, Any]:
    """Run a cell as a notebook would, the course's usual imports before it."""
    names = {"__name__": "__main__"}
    exec("import torch as t\nfrom torch import nn", names)
    exec(compile(textwrap.dedent(code), "<cell>", "exec"), names)
    return names


def verdict_on(test: str, names: dict[str, Any], *seeds: int) -> Verdict:
    with student(names) as session:
        return judge([TestCall(test, exercise_of(test), seed) for seed in seeds or (0,)], session)


def test_each_seed_of_a_test_counts_until_one_fails():
    """Catches a judge that stops after the visible test, and one that goes on after the first that fails."""
    code = """
        class ReLU(nn.Module):
            calls, right = [], {}

            def forward(self, x):
                self.calls.append(1)
                return x.clamp(min=0) if len(self.calls) <= self.right else x
        """
    counting = written(code.format(10**6))
    assert verdict_on("test_relu", counting).passed
    calls = len(counting["ReLU"].calls)
    for seeds, passed in (((0,), True), ((0, 7), False), ((0, 7, 8), False)):
        verdict = verdict_on("test_relu", written(code.format(calls)), *seeds)
        assert verdict.passed == passed
        assert verdict.text.startswith("✓" if passed else "✗")


def test_right_code_is_looked_at_while_the_students_process_looks_at_theirs(monkeypatch):
    """Catches a judge that waits first: one submission alone then took two seconds more."""
    begun = threading.Event()
    monkeypatch.setattr(session, "make_right", lambda *_: begun.set())

    class Waits(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            assert begun.wait(5)
            return x.clamp(min=0)

    assert verdict_on("test_relu", {"ReLU": Waits}).passed


def test_the_students_own_line_is_told():
    """Catches lines of the looks that are taken for the student's: what came over the line has lost its path."""
    names = written("class ReLU(nn.Module):\n    def forward(self, x):\n        return x + undefined")
    verdict = verdict_on("test_relu", names)
    assert "NameError: name 'undefined' is not defined" in verdict.text
    assert "your line 3" in verdict.text


def test_a_stub_is_not_attempted_and_a_missing_answer_is_an_error():
    """Catches a judge that is lost without a candidate."""
    assert verdict_on("test_relu", written("class ReLU(nn.Module):\n    pass")).kind == "unfinished"
    verdict = verdict_on("test_relu", {})
    assert (verdict.passed, verdict.kind) == (False, "wrong")
    assert "name 'ReLU' is not defined" in verdict.text


def test_earlier_answers_are_right_ones_while_a_test_runs_and_the_students_own_afterwards():
    """Catches parts that do not go over, and parts that stay."""
    names = written(
        """
        class BatchNorm2d(nn.Module):
            def __init__(self, n):
                raise RuntimeError("mine is broken")

        class ResidualBlock(nn.Module):
            def __init__(self, i, o, first_stride=1):
                super().__init__()
                conv = lambda a, b, k, s: nn.Conv2d(a, b, k, s, k // 2, bias=False)
                first, second = conv(i, o, 3, first_stride), conv(o, o, 3, 1)
                self.left = nn.Sequential(first, BatchNorm2d(o), nn.ReLU(), second, BatchNorm2d(o))
                same = i == o and first_stride == 1
                self.right = nn.Identity() if same else nn.Sequential(conv(i, o, 1, first_stride), BatchNorm2d(o))

            def forward(self, x):
                return (self.left(x) + self.right(x)).relu()
        """
    )
    own = names["BatchNorm2d"]
    assert verdict_on("test_residual_block", names).passed
    assert names["BatchNorm2d"] is own


def test_an_answer_that_lies_about_equality_is_not_believed():
    """Catches observations that are still the student's objects when they are compared."""
    names = written(
        """
        class Liar(str):
            __eq__ = lambda self, other: True
            __ne__ = lambda self, other: False
            __hash__ = str.__hash__

        def reading_answers():
            keys = "initialisation", "why_it_helps", "learned", "buffers"
            return {key: Liar("x") for key in keys}
        """
    )
    assert not verdict_on("test_reading_answers", names).passed


OBSERVED = [
    *(None, True, 3, -(2**40), "a text", 0.1, float("nan"), float("inf"), [1, [2.5, "x"], []], {"a": [1], "b": None}),
    *(torch.randn(3, 4).t(), torch.tensor(3), torch.empty(0, 2), torch.randn(2).bfloat16(), torch.ones(2, 1)[:, :1]),
    Named((("left.weight", torch.ones(2)), ("right.weight", torch.zeros(3))), "parameter"),
    *(Remark("shared", "conv1 is shared"), NotAttempted(), NotAttempted("forward"), Unchecked("it stopped")),
    Raised("calling it", "ValueError: no", 7, "return x"),
    Wrong(Finding("it keeps its shape", ("expected 2", "got 3"), (Map("got", ((1.0, 2.0), (3.0, 4.0))),))),
]


@pytest.mark.parametrize("value", OBSERVED, ids=lambda value: type(value).__name__)
def test_an_observation_arrives_as_it_was(value: Any):
    """Catches a kind of observation that one side knows and the other does not."""
    packer = Packer()
    told = tell(settled(value), packer)
    arrived = understand(told, memoryview(b"".join(packer.buffers)))
    assert same(arrived, settled(value), depth=1)
    assert isinstance(arrived, type(settled(value)))


FORGED = {
    "no table": {"rows": 3},
    "rows that are none": {"rows": [3]},
    "too few looks": {"rows": []},
    "too many rows": {"rows": [[[str(number), {"v": 1}] for number in range(5000)]]},
    "no bytes": {"rows": [[["", {"t": ["float64", [2], "cpu", 0, 16]}]]]},
    "an odd dtype": {"rows": [[["", {"t": ["object", [2], "cpu", 0, 16]}]]]},
    "an endless shape": {"rows": [[["", {"t": ["float64", [2**62, 2**62], "cpu", 0, 0]}]]]},
    "an unknown kind": {"rows": [[["", {"z": 1}]]]},
    "two kinds at once": {"rows": [[["", {"v": 1, "l": []}]]]},
    "an outcome of success": {"rows": [[["", {"o": ["Kept", {"note": ""}]}]]]},
    "a number where a text belongs": {"rows": [[["", {"r": [1, 2]}]]]},
    "a huge number": {"rows": [[["", {"v": 10**30}]]]},
    "a list": [],
    "nothing": {},
}


@pytest.mark.parametrize("answer", FORGED.values(), ids=FORGED)
def test_a_forged_table_is_a_zero_and_no_crash(answer: Any):
    """Catches a judge that believes, or stumbles over, what no observer tells."""

    def forger(line: Line, names: dict) -> None:
        line.receive()
        line.send({"stub": False})
        line.receive()
        line.send(answer)

    with student({}, forger) as session:
        verdict = judge([TestCall("test_relu", "ReLU")], session)
    assert not verdict.passed
    assert verdict.kind in ("ungraded", "wrong")


@pytest.mark.parametrize("depth", [20, 5000])
def test_an_observation_that_is_nested_too_deeply_is_refused(depth: int):
    """Catches a reader that runs into Python's own limit."""
    told: Any = {"v": 1}
    for _ in range(depth):
        told = {"l": [told]}
    with pytest.raises(Gone):
        understand(told, memoryview(b""))


@pytest.mark.parametrize(
    "answer",
    [b"", b"garbage" * 10, b"\xff" * 12, b"\x02\0\0\0\0\0\0\0\x02\0\0\0{}", b"\x02\0\0\0\0\0\0\0\x02\0\0\0[]"],
)
def test_whatever_the_process_answers_the_judge_is_not_taken_in(answer: bytes):
    """Catches a line that waits for ever, or reads beyond its message."""
    mine, theirs = socket.socketpair()
    theirs.sendall(answer)
    theirs.shutdown(socket.SHUT_WR)
    verdict = judge([TestCall("test_relu", "ReLU")], Session(Line(mine), 5))
    assert (verdict.passed, verdict.kind) == (False, "ungraded")


def test_what_goes_over_explains_nothing():
    """Catches sentences about wrong answers, which give the right ones away, in the student's process."""
    sent: list[bytes] = []

    def listener(line: Line, names: dict) -> None:
        for reply in ({"stub": False}, {}):
            _, body = line.receive()
            sent.append(bytes(body))
            line.send(reply)

    with student({}, listener) as session:
        judge([TestCall("test_module_answers", "module_answers")], session)
    assert "registered" in str(next(question.advise for question in load("module_answers").checks).__self__)
    assert b"registered" not in b"".join(sent)


def test_answers_that_do_the_same_have_the_same_mark_where_no_mistake_is_known():
    """Catches a mark that depends on names or rounding, and one that is the same for all."""
    cell = "class ReLU(nn.Module):\n    def forward(self, x):\n        return {}"
    codes = ("x.clamp(min=0) * 1.375 + 0.1", "(x * (x > 0) * 11) / 8 + 0.1", "x.clamp(min=0) * 1.25 + 0.1")
    one, same, other = (verdict_on("test_relu", written(cell.format(code))) for code in codes)
    assert not one.mistakes
    assert agree(one.seen, same.seen)
    assert not agree(one.seen, other.seen)
    assert not verdict_on("test_relu", written(cell.format("x.clamp(min=0)"))).seen


def test_only_calls_of_the_courses_tests_are_judged():
    """Catches a test cell that is read as something else than what it does."""
    calls = read_test_cell("tests.test_relu(ReLU)\n### BEGIN HIDDEN TESTS\ntests.test_relu(ReLU, seed=7, quiet=True)")
    assert calls == (TestCall("test_relu", "ReLU"), TestCall("test_relu", "ReLU", 7))
    for other in (
        *("assert Double(2) == 4", "tests.test_relu(ReLU); x = 1", "tests.nothing(ReLU)", "tests.test_relu(", ""),
    ):
        assert read_test_cell(other) is None


def test_nbgrader_takes_a_verdict_as_it_is_meant():
    """Catches outputs that nbgrader reads as partial credit, or as a pass."""
    for verdict, points in (
        (Verdict(True, "✓ right", "right"), 3),
        (Verdict(False, "✗ no", "wrong"), 0),
        (zero("it"), 0),
    ):
        cell = new_code_cell("tests.test_relu(ReLU)", outputs=outputs_of(verdict, said="3.0\n"))
        cell.metadata.nbgrader = {"grade": True, "points": 3, "grade_id": "test_relu", "solution": False}
        assert determine_grade(cell) == (points, 3)


def test_who_does_not_listen_is_given_up():
    """Catches a judge that waits for ever until a stopped process takes what it is asked."""
    mine, theirs = socket.socketpair()
    with mine, theirs:
        session, began = Session(Line(mine), 1), time.monotonic()
        with pytest.raises(Gone, match="did not stop"):
            session._ask(bytes(10**7), do="look")
        session.end()
    assert time.monotonic() - began < 40


def test_what_has_come_too_late_is_read_to_its_end():
    """Catches a line on which all that follows is garbage: half of a message was read when the time was over."""
    mine, theirs = socket.socketpair()
    with mine, theirs:
        whole = json.dumps({"inside": 1}).encode()
        theirs.sendall(struct.pack("<QI", len(whole) + 3, len(whole)) + whole[:4])
        line = Line(mine)
        with pytest.raises(Late):
            line.receive(time.monotonic() + 0.1)
        theirs.sendall(whole[4:] + b"abc")
        Line(theirs).send({"rows": []})
        assert line.receive(time.monotonic() + 9) == ({"inside": 1}, b"abc")
        assert line.receive(time.monotonic() + 9) == ({"rows": []}, b"")


class MadeMeanwhile:
    """Becomes, when it is unpickled, a class of torch's under a student's name."""

    def __reduce__(self):
        return type, ("Mine", (nn.ReLU,), {"__module__": "course_utils.layers"})


def test_only_what_the_judge_has_sent_is_the_courses(monkeypatch):
    """Catches a class that is taken for a right part because it says so, or was made while right parts came."""
    monkeypatch.setattr(shortcuts, "_noted", {})
    shortcuts.note_libraries()
    sent = type("Right", (nn.ReLU,), {"__module__": "__main__"})
    right, mine = _Received(io.BytesIO(cloudpickle.dumps((sent, MadeMeanwhile())))).load()
    shortcuts.insist_own_class(right, (nn.ReLU,))
    with pytest.raises(PromiseBroken, match="the work is your own"):
        shortcuts.insist_own_class(mine, (nn.ReLU,))


def test_of_what_a_notebook_shows_little_is_kept():
    """Catches outputs, and errors, that fill the disk and the feedback; and a zero that turns into full marks."""
    huge = "x" * 3 * 2**20
    shown = [new_output("stream", name="stdout", text="short"), new_output("display_data", {"text/html": huge})]
    error = new_output("error", ename="E", evalue=huge, traceback=[huge] * 3)
    many = [new_output("stream", name="stdout", text="x" * 2**10)] * 3000
    notebook = new_notebook(
        cells=[new_code_cell(outputs=shown), new_code_cell(outputs=[error]), new_code_cell(outputs=many)]
    )
    keep_at_most(notebook, 2**20)
    assert len(json.dumps(notebook)) < 1.2 * 2**20
    assert notebook.cells[0].outputs[0].text == "short"
    assert "3.0 MB" in notebook.cells[0].outputs[1].text
    assert notebook.cells[1].outputs[0].output_type == "error"
