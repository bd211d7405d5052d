"""Warm processes: those of one machine are copies of the first, and end with whoever has asked for them."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from course_utils.grading.run import provisioner
from course_utils.grading.run.provisioner import CannotStart, Warm, warm_process

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes in Linux's /proc")


@pytest.fixture
def first():
    warm = Warm()
    warm.wait()
    yield warm
    warm.end()


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def within_seconds(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_copy_imports_nothing_outlives_the_first_and_ends_with_its_owner(first: Warm):
    began = time.monotonic()
    copy = Warm(first)
    copy.wait()
    assert time.monotonic() - began < 1  # importing takes seconds
    (pid,) = children(first._process.pid)
    first.end()
    assert copy.lives
    assert not is_gone(pid)
    copy.end()
    assert within_seconds(lambda: is_gone(pid))


def test_an_owner_that_leaves_without_a_word_is_noticed(first: Warm):
    if os.fork() == 0:
        Warm(first).wait()
        os._exit(0)
    assert os.wait()[1] == 0
    assert within_seconds(lambda: all(map(is_gone, children(first._process.pid))))
    copy = Warm(first)
    copy.wait()
    assert copy.lives
    copy.end()


def test_where_the_first_is_gone_another_is_started(first: Warm, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(provisioner, "_first", [first])
    monkeypatch.setattr(provisioner, "_warm", [])
    copy = warm_process()
    copy.wait()
    assert copy._process is None
    assert warm_process() is copy
    os.kill(children(first._process.pid)[0], 9)
    assert within_seconds(lambda: not copy.lives)
    with pytest.raises(CannotStart):
        copy.fork({}, [])
    again = warm_process()
    again.wait()
    assert again is not copy
    assert again._process is None
    first._process.kill()
    again.end()
    assert within_seconds(lambda: not first.lives)
    own = warm_process()
    own.wait()
    assert own._process is not None
    own.end()
