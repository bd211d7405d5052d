"""The judge decides as the test cell would, though it sees the student's code only through another process."""

import json
import math
import os
import socket
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from course_utils.exercises.exercise import Exercise, examine
from course_utils.exercises.registry import every_exercise
from course_utils.grading.judge.actor import perform
from course_utils.grading.judge.judging import TestCall, judge, read_test_cell
from course_utils.grading.judge.session import Session
from course_utils.grading.judge.verdicts import Verdict, outputs_of, zero
from course_utils.grading.run.wire import Line, Packer, unpack

sys.path.append(str(Path(__file__).parents[1] / "exercises"))
from test_false_alarms import ANSWERS

EXERCISES: dict[str, Exercise] = {one.name: one for one in every_exercise()}


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
        return judge([TestCall(test, candidate or exercise.name)], session)


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


def test_each_seed_of_a_test_counts_until_one_fails():
    code = """
        class ReLU(nn.Module):
            calls, right = [], {}

            def forward(self, x):
                self.calls.append(1)
                return x.clamp(min=0) if len(self.calls) <= self.right else x
        """
    counting = written(code.format(10**6))["ReLU"]
    examine(EXERCISES["ReLU"], "test_relu", counting)
    calls = [TestCall("test_relu", "ReLU", seed) for seed in (0, 7, 8)]
    for number, passed in ((1, True), (2, False), (3, False)):
        with student(written(code.format(len(counting.calls)))) as session:
            verdict = judge(calls[:number], session)
        assert verdict.passed == passed
        assert verdict.text.startswith("✓" if passed else "✗")


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


def test_an_earlier_answer_is_called_as_the_student_has_written_it():
    names = written(ANSWERS["a group whose block has other names for its arguments"][1])
    own = names["ResidualBlock"]
    verdict = verdict_on("test_block_group", names)
    assert verdict.passed, verdict.text
    assert names["ResidualBlock"] is own


def test_the_default_device_goes_over():
    names = written("make = lambda: t.empty(2)")
    with student(names) as session:
        make = session.start("make", {})
        with torch.device("meta"):
            assert make().is_meta
        assert not make().is_meta


def test_memory_that_two_modules_share_is_shared_here_too():
    names = written(
        """
        def share(mine, theirs):
            mine.weight.data = theirs.weight.data

        def copy(mine, theirs):
            mine.weight.data = theirs.weight.data.clone()
        """
    )
    for name, shared in (("share", True), ("copy", False)):
        mine, theirs = torch.nn.Linear(2, 3), torch.nn.Linear(2, 3)
        with student(names) as session:
            session.start(name, {})(mine, theirs)
        assert torch.equal(mine.weight, theirs.weight)
        assert (mine.weight.data_ptr() == theirs.weight.data_ptr()) == shared


def test_modules_that_share_memory_here_share_it_over_there():
    one, other = torch.nn.Linear(2, 3), torch.nn.Linear(2, 3)
    other.weight.data = one.weight.data
    names = written("def shared(pair):\n    return pair[0].weight.data_ptr() == pair[1].weight.data_ptr()")
    with student(names) as session:
        shared = session.start("shared", {})
        assert shared(torch.nn.Sequential(one, other))
        assert not shared(torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(2, 3)))


class Counting(Line):
    """Counts what is sent and received."""

    count = 0

    def send(self, head: Any, *buffers: bytes) -> None:
        self.count += len(json.dumps(head)) + sum(map(len, buffers))
        super().send(head, *buffers)

    def receive(self, deadline: float = math.inf) -> tuple[Any, memoryview]:
        head, body = super().receive(deadline)
        self.count += len(json.dumps(head)) + len(body)
        return head, body


def test_what_both_sides_know_is_not_said_again():
    """A network's state goes over once, not with each call: that was most of the time that grading took."""
    names = written(
        """
        class Net(nn.Sequential):
            def __init__(self):
                super().__init__(*[nn.Sequential(nn.Conv2d(9, 9, 3), nn.BatchNorm2d(9)) for _ in range(20)])
        """
    )
    with student(names) as session:
        session._line = line = Counting(session._line._end)
        net, x = session.start("Net", {})(), torch.ones(1, 9, 50, 50)
        for part in net.parameters():
            part.data.add_(1)
        sizes = []
        for change in (lambda: None, net.eval, lambda: None, lambda: None):
            before, _ = line.count, change()
            result = net(x)
            sizes.append(line.count - before - 4 * (x.numel() + result.numel()))
    weights = 4 * sum(part.numel() for part in net.parameters())
    first, changed, same, again = sizes
    assert first > weights > 3 * same > changed > same, sizes
    assert again == same < 3000, sizes


def test_a_change_that_leaves_no_trace_in_torch_goes_over():
    names = written("class Net(nn.Linear):\n    def __init__(self):\n        super().__init__(1, 1)")
    with student(names) as session, torch.no_grad():
        net = session.start("Net", {})()
        for number in (1.0, float("nan"), 2.0):
            for part in net.parameters():
                part.numpy()[...] = number
            assert torch.equal(net(torch.ones(1, 1)), torch.full((1, 1), 2 * number)) or number != number  # noqa: PLR0124


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
    verdict = judge([TestCall("test_relu", "ReLU")], Session(Line(mine), 5))
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
