"""A worker: it keeps nothing of what it has run, and a machine that fails it is nobody's zero."""

import gc
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from distributed import as_completed
from nbgrader.api import Gradebook
from small_school import POINTS, RIGHT, TESTS, hand_in, make_school, notebook, scores

from course_utils.grading.course import farm
from course_utils.grading.course.grade import Grading, Options
from course_utils.grading.course.workers import AGAIN
from course_utils.grading.judge import running
from course_utils.grading.judge.running import run
from course_utils.grading.judge.session import Session
from course_utils.grading.judge.task import Result, Task
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
    tries = tmp_path / "tries"

    def noted(task: Task) -> Result:
        with tries.open("a") as file:
            file.write("once more\n")
        return run(task)

    monkeypatch.setattr(farm, "work", noted)
    with farm.Farm(1) as workers:
        (lost,) = Grading(school, "two", Options(limits=NO_KERNEL)).run(workers)
        assert lost.record is None
        assert "run this again" in lost.problem
        assert "kernel did not start" in lost.problem
        assert len(tries.read_text().splitlines()) == 1 + AGAIN
        with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as gradebook:
            (known,) = gradebook.find_submission("two", "anna").notebooks
            assert {grade.auto_score for grade in known.grades} == {None}  # nbgrader knows of it, and has no mark
        (graded,) = Grading(school, "two", Options()).run(workers)
    assert graded.record is not None
    assert scores(school)["anna"] == POINTS


def test_a_result_that_is_lost_with_its_worker_is_worked_out_again(monkeypatch):
    """Catches a submission that stays ungraded because the machine that had its result was switched off."""
    monkeypatch.setattr(farm, "as_completed", Meanwhile)
    with farm.Farm(1) as workers:
        ((label, result),) = workers.run([("anna", Task(json.dumps(notebook(RIGHT)), tests=TESTS))])
    assert label == "anna"
    assert all(verdict.passed for verdict in result.verdicts.values())


class Meanwhile(as_completed):
    """Gives a future when it is done, and the worker that did it is gone."""

    def __next__(self):
        future = super().__next__()
        for nanny in future.client.cluster.workers.values():
            nanny.process.process.terminate()
        while future.status == "finished":
            time.sleep(0.01)
        return future
