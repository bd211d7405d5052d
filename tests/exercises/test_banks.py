"""The banks of known mistakes: each is caught and recognised as itself, and right answers of any style pass."""

from collections import Counter

import pytest
import torch
from examining import BANKS, EXERCISES, World, broken_checks, first_broken, name_of, report_on
from right_answers import STUDENTS, fresh, notebook

from course_utils.checking.values import Mistake
from course_utils.exercises.exercise import Exercise

# seed, threads, default dtype: each value of each meets the others' at least once.
WORLDS = [(0, 2, torch.float32), (11, 1, torch.float64), (222, 2, torch.float64)]
CORE = {"BatchNorm2d", "ResidualBlock", "BlockGroup", "ResNet34"}
SLOW = {"BlockGroup", "ResNet34"}
QUESTIONS = {"reading_answers", "diagram_answers"}


@pytest.mark.parametrize(("seed", "threads", "dtype"), WORLDS, ids=str)
@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=name_of)
def test_every_mistake_is_caught_by_what_it_does(
    exercise: Exercise, mistake: Mistake, seed: int, threads: int, dtype: torch.dtype
):
    with World(dtype, threads):
        assert first_broken(exercise, mistake.candidate, seed), f"{mistake.id} passes all checks of behaviour"


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=name_of)
def test_every_mistake_is_diagnosed_as_itself(exercise: Exercise, mistake: Mistake):
    reports = [report_on(exercise.name, test, mistake.id) for test in exercise.tests]
    wrong = [report for report in reports if report.verdict == "wrong"]
    assert wrong
    for report in wrong:
        found = report.diagnosis and [one.id for one in report.diagnosis.mistakes]
        assert found == [mistake.id], f"{mistake.id} is taken for {found}"


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=name_of)
def test_a_right_answer_passes_whatever_its_style(exercise: Exercise, student: str):
    # The two slow ones take turns: each student in one world, each world with several students.
    turn = STUDENTS.index(student) % len(WORLDS)
    for seed, threads, dtype in [WORLDS[turn]] if exercise.name in SLOW else WORLDS:
        with World(dtype, threads):
            assert not broken_checks(exercise, getattr(notebook(student), exercise.name), seed)


@pytest.mark.parametrize("exercise", [one for one in EXERCISES.values() if one.name not in QUESTIONS], ids=name_of)
def test_there_are_at_least_six_right_answers_in_different_words(exercise: Exercise):
    codes = {_bytecode(getattr(notebook(student), exercise.name)) for student in STUDENTS}
    assert len(codes) >= 6


def _bytecode(thing) -> tuple[bytes, ...]:
    functions = vars(thing).values() if isinstance(thing, type) else [thing, type(thing).__dict__.get("__call__")]
    unwrapped = (getattr(function, "__wrapped__", function) for function in functions)
    return tuple(function.__code__.co_code for function in unwrapped if hasattr(function, "__code__"))


@pytest.mark.parametrize("later", ["ResidualBlock", "BlockGroup", "ResNet34"])
@pytest.mark.parametrize("student", STUDENTS)
def test_a_right_answer_passes_though_all_earlier_ones_are_still_stubs(student: str, later: str):
    space = fresh(student)
    for earlier in EXERCISES[later].parts:
        if earlier in vars(space):
            setattr(space, earlier, type(earlier, (torch.nn.Module,), {"__init__": _stub}))
    assert not broken_checks(EXERCISES[later], getattr(space, later), only={"parameters", "eval", "identity"})


def _stub(self, *args, **kwargs):
    raise NotImplementedError


@pytest.mark.parametrize("student", STUDENTS)
def test_the_earlier_answers_are_the_students_own_again_afterwards(student: str):
    space = fresh(student)
    before = dict(vars(space))
    broken_checks(EXERCISES["ResNet34"], space.ResNet34, only={"parameters"})
    assert dict(vars(space)) == before


@pytest.mark.parametrize("exercise", [one for one in EXERCISES.values() if one.name not in QUESTIONS], ids=name_of)
def test_a_bank_is_large_enough(exercise: Exercise):
    assert len(exercise.mistakes) >= (15 if exercise.name in CORE else 8)


def test_no_two_mistakes_of_a_bank_share_an_id_or_their_words():
    for exercise in EXERCISES.values():
        for field in ("id", "belief"):
            counts = Counter(getattr(mistake, field) for mistake in exercise.mistakes)
            assert not [value for value, count in counts.items() if count > 1], exercise.name


@pytest.mark.parametrize(("exercise", "mistake"), BANKS, ids=name_of)
def test_a_mistake_has_words_and_points_to_a_hint_that_exists(exercise: Exercise, mistake: Mistake):
    assert mistake.belief.strip()
    assert mistake.look_at.strip()
    assert 1 <= mistake.hint <= len(exercise.hints)
