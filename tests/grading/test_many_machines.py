"""A class on several worker processes, one of which is lost for good while it works."""

import pytest
import stand_in
from many_machines import grade_with_a_loss, make_class
from small_school import make_school

from course_utils.grading.judge import work as real
from course_utils.grading.run.confinement import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not confined here: {missing()}")


@pytest.mark.parametrize(
    ("students", "work"), [(12, real.work), (200, stand_in.work)], ids=["really run", "answered from a table"]
)
def test_every_score_is_right_and_recorded_once_though_a_worker_is_killed(students, work, tmp_path):
    school = make_school(tmp_path)
    deserved = make_class(school, students)
    saved, scores, _ = grade_with_a_loss(school, students, work)
    assert scores == deserved
    assert saved == dict.fromkeys(deserved, 1)
