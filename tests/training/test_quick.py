"""Long work is cut short where the environment says so."""

import pytest

from course_utils.training.quick import quick


@pytest.mark.parametrize(("value", "said"), [(None, False), ("", False), ("0", False), ("1", True)])
def test_long_work_is_cut_short_when_the_environment_says_so(monkeypatch, value, said):
    if value is None:
        monkeypatch.delenv("COURSE_QUICK", raising=False)
    else:
        monkeypatch.setenv("COURSE_QUICK", value)
    assert quick() is said
