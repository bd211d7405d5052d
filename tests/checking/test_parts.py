"""While one exercise is tested, the earlier ones that it uses are right; afterwards they are the student's again."""

import pytest

from course_utils.checking.parts import right_parts

NOTEBOOK = """
class Early:
    kind = "student's"

class Late:
    def __init__(self):
        self.part = Early()

class Later(Late):
    pass

def function():
    return Early()
"""


@pytest.fixture
def notebook():
    space = {"__name__": "__main__"}
    exec(NOTEBOOK, space)
    return space


class Right:
    kind = "right"


@pytest.mark.parametrize("use", [lambda space: space["Late"]().part, lambda space: space["function"]()])
@pytest.mark.parametrize("candidate", ["Late", "Later", "function"])
def test_the_students_code_sees_the_right_part_inside_and_its_own_outside(notebook, use, candidate):
    with right_parts(notebook[candidate], {"Early": Right}):
        assert use(notebook).kind == "right"
    assert use(notebook).kind == "student's"


def test_the_students_part_comes_back_after_an_error(notebook):
    with pytest.raises(ZeroDivisionError), right_parts(notebook["Late"], {"Early": Right}):
        1 / 0  # noqa: B018
    assert notebook["Early"].kind == "student's"


def test_names_that_the_notebook_has_not_are_not_added(notebook):
    with right_parts(notebook["Late"], {"Missing": Right}):
        assert "Missing" not in notebook
    assert "Missing" not in notebook


def test_the_class_under_test_is_not_replaced_by_the_right_one(notebook):
    late = notebook["Late"]
    with right_parts(late, {"Late": Right}):
        assert notebook["Late"] is late


@pytest.mark.parametrize(
    ("own", "call"),
    [
        ("width, height=2, *, label='', **more", lambda cls: cls(1, height=3, label="x", colour=4)),
        ("wide, height", lambda cls: cls(wide=1, height=3)),
    ],
    ids=["more arguments", "other names"],
)
def test_a_stand_in_is_called_as_the_students_own_part(own, call):
    class Stand:
        def __init__(self, width, height=2):
            self.size = width, height

    space = {"__name__": "__main__"}
    exec(f"class Part:\n    def __init__(self, {own}):\n        pass\ndef make(call):\n    return call(Part)\n", space)
    with right_parts(space["make"], {"Part": Stand}):
        made = space["make"](call)
    assert isinstance(made, Stand)
    assert made.size == (1, 3)


@pytest.mark.parametrize("own", ["self, *args, **settings", "self, wide"], ids=["not written yet", "too few arguments"])
def test_a_stand_in_takes_its_own_arguments_where_the_students_part_is_wrong(own):
    class Stand:
        def __init__(self, width, height=2):
            self.size = width, height

    space = {"__name__": "__main__"}
    exec(f"class Part:\n    def __init__({own}):\n        pass\ndef make():\n    return Part(1, 3)\n", space)
    with right_parts(space["make"], {"Part": Stand}):
        assert space["make"]().size == (1, 3)
