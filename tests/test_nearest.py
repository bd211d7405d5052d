"""A slip in an exercise's name is answered with the name, wherever notebooks take one."""

import pytest

from course_utils import tests, utils
from course_utils.nearest import did_you_mean

SLIPS = {"BatchNorm": "BatchNorm2d", "BatchNrom2d": "BatchNorm2d", "RESNET34": "ResNet34", "resnet": "ResNet"}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_finds_its_exercise(slip):
    """Catches a comparison that goes by capitals, and one that takes an exercise less alike."""
    assert did_you_mean(slip, tests.HINTS) == f" Did you mean {SLIPS[slip]!r}?"


def test_what_is_like_nothing_is_no_slip():
    """Catches a guess at any cost, which sends a student to an exercise that has nothing to do with it."""
    assert did_you_mean("optimizer", tests.HINTS) == ""


@pytest.mark.parametrize("ask", [utils.hints, utils.show_solution, utils.other_styles])
def test_each_that_takes_a_name_asks(ask, capsys):
    """Catches a list of forty-five names as the answer to one letter too few."""
    ask("BatchNorm")
    assert "Did you mean 'BatchNorm2d'?" in capsys.readouterr().out


def test_a_test_that_is_not_there_names_the_one_that_is():
    """Catches a bare AttributeError, to which IPython adds no suggestion."""
    with pytest.raises(AttributeError, match=r"no attribute 'test_average_pool'\. Did you mean 'test_averagepool'\?"):
        tests.test_average_pool  # noqa: B018
    with pytest.raises(AttributeError, match=r"no attribute 'helper'\.$"):
        tests.helper  # noqa: B018
