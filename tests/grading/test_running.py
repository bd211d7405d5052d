"""A worker: it keeps nothing of what it has run, and a machine that fails it is nobody's zero."""

import gc
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from unittest.mock import patch

import psutil
import pytest
import stand_in
from many_machines import make_class, process
from nbgrader.api import Gradebook
from small_school import POINTS, RIGHT, TESTS, hand_in, make_school, notebook, scores

from course_utils.grading.course import farm, workers
from course_utils.grading.course.errors import GradingError
from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.judge import running
from course_utils.grading.judge.running import run
from course_utils.grading.judge.session import Session
from course_utils.grading.judge.task import Task
from course_utils.grading.run.confinement import missing
from course_utils.grading.run.limits import Limits
from course_utils.grading.run.provisioner import CannotStart

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not confined here: {missing()}")
NO_KERNEL = Limits(memory=0)  # so little that Jupyter itself does not start


def held() -> set[int]:
    return {id(one) for one in gc.get_objects() if type(one) in (running._Client, Session)}


def test_a_worker_keeps_nothing_of_what_it_has_run():
    """It may run thousands: a megabyte kept of each, and it is out of memory in the middle of the night."""
    before = held()  # by other tests, which run notebooks where Python handles signals
    crash = RIGHT | {"ReLU": "import os; os._exit(1)"}
    for answers, limits in ((RIGHT, Limits()), (crash, Limits()), (RIGHT, NO_KERNEL)):
        # In a thread, as Dask's workers do it.
        with ThreadPoolExecutor(1) as thread, suppress(CannotStart):
            thread.submit(run, Task(json.dumps(notebook(answers)), tests=TESTS, limits=limits)).result()
    gc.collect()
    assert not held() - before


def test_where_no_kernel_starts_a_notebook_is_queued_again_and_then_left_ungraded(tmp_path, monkeypatch):
    school = make_school(tmp_path)
    hand_in(school, "anna", notebook(RIGHT))
    tries, run_once = [], workers._Process.run
    monkeypatch.setattr(workers._Process, "run", lambda one, task: (tries.append(task), run_once(one, task))[1])
    with workers.Here(1) as here:
        (lost,) = Grading(school, "two", Options(limits=NO_KERNEL)).run(here)
        assert lost.record is None
        assert "run this again" in lost.problem
        assert "kernel did not start" in lost.problem
        assert len(tries) == 1 + workers.AGAIN
        with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as gradebook:
            (known,) = gradebook.find_submission("two", "anna").notebooks
            assert {grade.auto_score for grade in known.grades} == {None}  # nbgrader knows of it, and has no mark
        (graded,) = Grading(school, "two", Options()).run(here)
    assert graded.record is not None
    assert scores(school)["anna"] == POINTS


def listening() -> list[str]:
    """List the ports that this process and all that it has started listen at."""
    this = psutil.Process()
    found = []
    for one in (this, *this.children(recursive=True)):
        with suppress(psutil.Error):
            found += [f"{one.name()}: {each.laddr}" for each in one.net_connections("inet") if not each.raddr]
    return found


def test_nobody_else_can_talk_to_the_workers(tmp_path):
    """Catches a cluster that listens at a port of the machine, where another user's code is run as the grader."""
    before = listening()
    tasks = [(number, Task(json.dumps(notebook(RIGHT)), tests=TESTS)) for number in range(3)]
    with workers.Here(2) as here:
        for _, result in here.run(tasks):
            assert listening() == before
            assert all(verdict.passed for verdict in result.verdicts.values())
        limits = [psutil.Process(one._process.pid).rlimit(psutil.RLIMIT_AS)[1] for one in here._all]
    assert all(0 < most < 64 * 2**30 for most in limits), "a judge's memory has no limit"


def test_a_worker_that_dies_costs_nobody_a_mark():
    """Catches results that are lost with the process that worked them out, and workers that are not replaced."""
    with workers.Here(1) as here:
        for label, result in here.run((number, Task(json.dumps(notebook(RIGHT)), tests=TESTS)) for number in range(3)):
            assert all(verdict.passed for verdict in result.verdicts.values()), label
            here._all[-1]._process.kill()
    assert len(here._all) > 1


def test_a_scheduler_that_dies_ends_the_run_with_a_sentence(tmp_path):
    """Catches a run that waits for ever for what nobody hands out any more."""
    school = make_school(tmp_path)
    make_class(school, 9)
    with process("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1") as scheduler:
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://[\d.:]+", line)))
        with (
            process("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"),
            patch.object(farm, "work", stand_in.work),
            farm.Farm(address) as cluster,
        ):
            graded = Grading(school, "two", Options()).run(cluster)
            next(graded)
            scheduler.kill()
            began = time.monotonic()
            with pytest.raises(GradingError, match="scheduler is gone"):
                list(graded)
            assert time.monotonic() - began < 30
