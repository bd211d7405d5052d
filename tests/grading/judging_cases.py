"""The judge decides as the test cell would, though it sees the student's code only through another process."""

import os
import socket
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from course_utils import tests
from course_utils.exercises.exercise import Exercise, examine
from course_utils.grading.actor import perform
from course_utils.grading.judging import TestCall, judge, read_test_cell
from course_utils.grading.session import Session
from course_utils.grading.verdicts import Verdict, outputs_of, zero
from course_utils.grading.wire import Line, Packer, unpack

EXERCISES: dict[str, Exercise] = {one.name: one for one in tests._IN_ORDER}


@pytest.fixture(autouse=True)
def one_thread():
    """A process that has computed with two threads cannot be forked."""
    torch.set_num_threads(1)


@contextmanager
def student(names: dict[str, Any], seconds: float = 60) -> Iterator[Session]:
    """Give a session with a process that has this notebook's names."""
    mine, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        mine.close()
        try:
            perform(Line(theirs), names)
        finally:
            os._exit(0)
    theirs.close()
    try:
        yield Session(Line(mine), seconds, lambda: os.kill(pid, 2))
    finally:
        mine.close()
        os.waitpid(pid, 0)


def written(code: str) -> dict[str, Any]:
    """Run a cell as a notebook would, the course's usual imports before it."""
    names = {"__name__": "__main__"}
    exec("import torch as t\nfrom torch import nn", names)
    exec(compile(textwrap.dedent(code), "<cell>", "exec"), names)
    return names


def verdict_on(test: str, names: dict[str, Any], candidate: str | None = None, seconds: float = 60) -> Verdict:
    exercise = next(one for one in EXERCISES.values() if test in one.tests)
    with student(names, seconds) as session:
        return judge(TestCall(test, candidate or exercise.name), session)


SOME = (
    "BatchNorm2d",
    "ResidualBlock",
    "NamedSequential",
    "copy_weights",
    "predict",
    "raise_on_nan",
    "hooks_on",
    "ReLU",
)


@pytest.mark.parametrize("name", SOME)
def test_the_judge_comes_to_the_same_outcomes_as_the_test_itself(name: str):
    exercise = EXERCISES[name]
    for candidate in (exercise.right, *(mistake.candidate for mistake in exercise.mistakes[:3])):
        for test in exercise.tests:
            here = examine(exercise, test, candidate)
            with student({name: candidate}) as session:
                there = examine(exercise, test, session.start(name, dict(exercise.parts)))
                session.end()
            kinds = [[(check, type(outcome)) for check, outcome in one.outcomes] for one in (here, there)]
            assert kinds[0] == kinds[1]
            assert here.diagnosis == there.diagnosis


def test_the_students_own_line_is_told():
    names = written(
        """
        class ReLU(nn.Module):
            def forward(self, x):
                return x + undefined
        """
    )
    verdict = verdict_on("test_relu", names)
    assert not verdict.passed
    assert "undefined" in verdict.text


def test_a_stub_is_not_attempted_and_a_missing_answer_is_an_error():
    assert verdict_on("test_relu", written("class ReLU(nn.Module):\n    pass")).kind == "unfinished"
    verdict = verdict_on("test_relu", {})
    assert (verdict.passed, verdict.kind) == (False, "wrong")
    assert "ReLU" in verdict.text


def test_earlier_answers_are_right_ones_while_a_test_runs():
    names = written(
        """
        from contextlib import contextmanager

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
    assert verdict_on("test_residual_block", names).passed


def test_an_answer_that_lies_about_equality_is_not_believed():
    names = written(
        """
        class Liar(str):
            __eq__ = lambda self, other: True
            __ne__ = lambda self, other: False
            __hash__ = str.__hash__

        def reading_answers():
            keys = "initialisation", "why_it_helps", "learned", "buffers", "additive", "concatenating"
            return {key: Liar("x") for key in keys}
        """
    )
    assert not verdict_on("test_reading_answers", names).passed


def test_a_process_that_dies_in_a_test_is_a_zero_with_a_reason():
    verdict = verdict_on(
        "test_relu", written("import os\nclass ReLU(nn.Module):\n    def forward(self, x):\n        os._exit(0)")
    )
    assert (verdict.passed, verdict.kind) == (False, "ungraded")
    assert "lost" in verdict.text


def test_an_endless_loop_ends_with_its_test():
    began = time.monotonic()
    code = "class ReLU(nn.Module):\n    def forward(self, x):\n        while True: pass"
    verdict = verdict_on("test_relu", written(code), seconds=1)
    assert (verdict.passed, verdict.kind) == (False, "ungraded")
    assert "too long" in verdict.text
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage" * 10,
        b"\xff" * 12,
        b"\x02\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00{}",
        b"\x02\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00[]",
        b"\x15\x00\x00\x00\x00\x00\x00\x00\x15\x00\x00\x00" + b'{"result": {"t": [1]}}'[:21],
        b"\x14\x00\x00\x00\x00\x00\x00\x00\x14\x00\x00\x00" + b'{"result":{"m":"s9"}}'[:20],
    ],
)
def test_whatever_the_process_answers_the_judge_is_not_taken_in(answer: bytes):
    mine, theirs = socket.socketpair()
    theirs.sendall(answer)
    theirs.shutdown(socket.SHUT_WR)
    verdict = judge(TestCall("test_relu", "ReLU"), Session(Line(mine), 5))
    assert (verdict.passed, verdict.kind) == (False, "ungraded")


def test_tensors_arrive_as_they_were():
    packer = Packer()
    sent = [
        torch.randn(3, 4).t(),
        torch.tensor(3),
        torch.empty(0, 2),
        torch.randn(2).bfloat16(),
        torch.ones(2, 1)[:, :1],
    ]
    told = [packer.pack(tensor) for tensor in sent]
    body = memoryview(b"".join(packer.buffers))
    for one, tensor in zip(told, sent, strict=True):
        assert torch.equal(unpack(one, body), tensor)
        assert unpack(one, body).dtype == tensor.dtype


def test_only_calls_of_the_courses_tests_are_judged():
    calls = read_test_cell("tests.test_relu(ReLU)\n### BEGIN HIDDEN TESTS\ntests.test_relu(ReLU, seed=7, quiet=True)")
    assert calls == (TestCall("test_relu", "ReLU"), TestCall("test_relu", "ReLU", 7, True))
    for other in (
        "assert Double(2) == 4",
        "tests.test_relu(ReLU); x = 1",
        "tests.nothing(ReLU)",
        "tests.test_relu(",
        "",
    ):
        assert read_test_cell(other) is None


def test_nbgrader_takes_a_verdict_as_it_is_meant():
    from nbformat.v4 import new_code_cell
    from nbgrader.utils import determine_grade

    for verdict, points in (
        (Verdict(True, "✓ right", "right"), 3),
        (Verdict(False, "✗ no", "wrong"), 0),
        (zero("it"), 0),
    ):
        cell = new_code_cell("tests.test_relu(ReLU)", outputs=outputs_of(verdict, said="3.0\n"))
        cell.metadata.nbgrader = {"grade": True, "points": 3, "grade_id": "test_relu", "solution": False}
        assert determine_grade(cell) == (points, 3)
