"""While one exercise is tested, the earlier ones that it uses are right; afterwards they are the student's again."""

import pytest
from torch import nn

from course_utils.checking.parts import right_parts, stand_in_around

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


class _TorchsOwn(nn.Module):
    def __init__(self, size, *, bias=True):
        super().__init__()
        self.deep = nn.Sequential(nn.Linear(size, size, bias=bias))
        self.scale = nn.Parameter(self.deep[0].weight[0].detach())

    def forward(self, x):
        return self.deep(x)


class RightEarly(_TorchsOwn):
    pass


STUDENTS = """
from torch import nn

class Early(nn.Module):
    def __init__(self, size):
        super().__init__()

class Late(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Early(3)])

def missing():
    return Early()

def surplus():
    return Early(3)(1, 2)
"""


@pytest.fixture
def students():
    space = {"__name__": "__main__"}
    exec(STUDENTS, space)
    return space


@pytest.mark.parametrize(
    ("use", "words"), [("missing", "Early.__init__() missing 1"), ("surplus", "Early.forward() takes")]
)
def test_an_error_in_a_stand_in_names_the_students_class(students, use, words):
    """Catches "_BatchNorm.__init__() missing 1 required positional argument", said to a BatchNorm2d of one's own."""
    with right_parts(students["Late"], {"Early": RightEarly}), pytest.raises(TypeError) as caught:
        students[use]()
    assert words in str(caught.value)


def test_a_stand_in_has_the_students_name_and_all_that_the_right_one_has(students):
    """Catches "RightEarly" in a printed model, and a copy that lost its defaults."""
    with right_parts(students["Late"], {"Early": RightEarly}):
        late = students["Late"]()
        assert "(0): Early(" in str(late)
        assert students["Early"] is RightEarly  # a student may ask `block is BasicBlock`
    assert late.parts[0].deep[0].bias is not None
    assert RightEarly.__name__ == RightEarly.__qualname__ == "RightEarly"
    assert _TorchsOwn.__init__.__qualname__ == "_TorchsOwn.__init__"


@pytest.mark.parametrize("arguments", ["size", "n, extra=None"], ids=["its own arguments", "others"])
def test_layers_inside_a_stand_in_are_told_by_its_place(students, arguments):
    """Catches "blocks.1.conv1", said to a student whose block has left and right."""
    exec(STUDENTS.replace("__init__(self, size)", f"__init__(self, {arguments})"), students)
    with right_parts(students["Late"], {"Early": RightEarly}):
        late = students["Late"]()
    with right_parts(students["Late"], {"Early": RightEarly}):  # what is built is looked at more than once
        for name in ("parts.0.deep", "parts.0.deep.0"):
            assert stand_in_around(late, name) == ("parts.0", "a right Early in place of yours")
        for name in ("parts", "parts.0"):
            assert stand_in_around(late, name) == ("", "")
    assert stand_in_around(students["Late"](), "parts.0") == ("", "")
