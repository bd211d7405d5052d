"""Every exercise passes every gate. Beside each test stands the wrong code that it catches.

The answers by which an exercise is tried lie in answers/NAME.py, the known mistakes in its own module.
"""

import ast
import inspect
import io
import random
import re
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from functools import cache, partial
from time import process_time

import cloudpickle
import nbformat
import pytest
import torch
from confined import verdicts_of
from world import World, snapshot

from course_utils import exercises, tests
from course_utils.authoring.answers import ROOT, AnswerCell, answers, notebook_of, run_cell, solved_notebook
from course_utils.authoring.answers import cells as cells_of
from course_utils.authoring.trying import (
    Trial,
    missed,
    solution_of,
    trial,
    try_mistakes,
    try_mutants,
    try_right,
    try_spellings,
    try_wrong,
    unspelled,
    unsteady,
)
from course_utils.checking.observation import same
from course_utils.checking.plain import render_plain
from course_utils.checking.table import Table
from course_utils.checking.values import Kept
from course_utils.checking.wording import word
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise, _at_another_seed, _at_the_usual_seed, examine
from course_utils.exercises.registry import load, notebooks

NAMES = [entry.name for entries in notebooks().values() for entry in entries]
QUESTIONS = [name for name in NAMES if name.endswith("_answers")]
CODE = [name for name in NAMES if name not in QUESTIONS]
CORE = ("BatchNorm2d", "ResidualBlock", "BlockGroup", "ResNet34")
# seed, threads, default dtype: each value of each meets the others' at least once.
WORLDS = [(0, 2, torch.float32), (11, 1, torch.float64), (222, 2, torch.float64)]
# Random seeds are tried for a second of processor time, and at least a few; many_seeds.py tries 300 in every style.
FEWEST, SEEDS, SECONDS = 4, 100, 1.0
LIMITS = {"ResNet34": 3.0, "ResNet": 3.0, "make_resnet": 3.0}  # CPU seconds; all others answer within one

every = pytest.mark.parametrize("name", NAMES)
every_code = pytest.mark.parametrize("name", CODE)


@pytest.fixture(autouse=True)
def only_one_exercises_tables(request: pytest.FixtureRequest):
    """Forget the tables of the exercise before: those of all exercises are gigabytes."""
    name = getattr(request.node, "callspec", None) and request.node.callspec.params.get("name")
    if name not in {_last.get("name"), None}:
        for one in (_at_the_usual_seed, _at_another_seed, mistakes, spellings, wrong_ones):
            one.cache_clear()
        _last["name"] = name


_last: dict[str, str] = {}


@cache
def mistakes(name: str) -> tuple[Trial, ...]:
    return tuple(try_mistakes(load(name)))


@cache
def spellings(name: str) -> tuple[Trial, ...]:
    return tuple(try_spellings(load(name)))


@cache
def wrong_ones(name: str) -> tuple[Trial, ...]:
    return tuple(try_wrong(load(name)))


def problems(trials) -> list[str]:
    return [f"{one.title} {one.problem}" for one in trials if one.problem]


def cells(name: str, *kinds: str) -> list[AnswerCell]:
    return [cell for cell in answers(name) if cell.kind in kinds]


# --- what is right is accepted --------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize(("seed", "threads", "dtype"), WORLDS, ids=str)
def test_right_answers_of_any_style_pass(name: str, seed: int, threads: int, dtype: torch.dtype):
    """Catches a look that compares what right code may vary: names, tuple or list, float64 by default."""
    with World(dtype, threads):
        assert not problems(try_right(load(name), seed))


@every
def test_the_public_functions_accept_what_the_solution_does(name: str, capsys):
    """Catches a public function that does not reach the looks, and a solution that has gone wrong."""
    solution = getattr(solved_notebook(notebook_of(name)), name)
    for test in tests.EXERCISES[name]:
        test(solution)
        assert f"✓ {name}" in capsys.readouterr().out


@every_code
def test_there_are_six_right_answers_in_different_words(name: str):
    """Catches a file of answers that holds one answer six times."""
    codes = {ast.dump(ast.parse(cell.source)) for cell in cells(name, "right")}
    assert len(codes) >= 6


@every
def test_random_seeds_give_no_false_alarm(name: str):
    """Catches a tolerance that is too tight, and draws in which right code meets an accident."""
    exercise, answer = load(name), cells(name, "right")[0].run()
    began, tried = process_time(), 0
    while tried < FEWEST or (tried < SEEDS and process_time() - began < SECONDS):
        seed, tried = random.SystemRandom().randrange(2**31), tried + 1
        for test in exercise.tests:
            report = examine(exercise, test, answer, seed)
            assert report.verdict == "right", f"seed {seed}: {report.outcomes}"


@every
def test_the_students_world_is_as_it_was(name: str):
    """Catches looks that leave random states, gradient mode, dtype, threads, hooks or the earlier answers changed."""
    exercise = load(name)
    candidates = [cell.run() for cell in cells(name, "right")[:2]] + [one.candidate for one in exercise.mistakes[:3]]
    for candidate in candidates:
        space = getattr(inspect.unwrap(getattr(candidate, "forward", candidate)), "__globals__", {})
        with World(torch.float64, 2), torch.no_grad():
            before, names = snapshot(), dict(space)
            for test in exercise.tests:
                examine(exercise, test, candidate, seed=5)
            assert snapshot() == before
            assert dict(space) == names


_BLOCKS = {
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
    "autocast": partial(torch.autocast, "cpu", torch.bfloat16),
    "anomaly detection": partial(torch.autograd.set_detect_anomaly, True),
    "another device": partial(torch.device, "meta"),
}


@every
@pytest.mark.parametrize("block", _BLOCKS)
def test_a_right_answer_passes_inside_such_a_block(name: str, block: str):
    """Catches a world of the cell that reaches the looks: 16 bits, no gradients, a device without numbers."""
    answer = cells(name, "right")[0].run()
    with _BLOCKS[block]():
        assert all(examine(load(name), test, answer).verdict == "right" for test in load(name).tests)


def _called_past_their_hooks(name: str) -> str:
    """Give the solution with `self.part.forward(…)` wherever it calls one of its parts."""
    source = solution_of(name)
    parts = set(re.findall(r"self\.(\w+) = ", source))
    return re.sub(r"self\.(\w+)\(", lambda call: f"self.{call[1]}{'.forward' * (call[1] in parts)}(", source)


PAST_HOOKS = {name: source for name in CODE if ".forward(" in (source := _called_past_their_hooks(name))}


@pytest.mark.parametrize("name", PAST_HOOKS)
def test_a_right_answer_may_call_its_parts_past_their_hooks(name: str):
    """Catches a look that sees a layer's values by its hooks only: `self.conv.forward(x)` runs none."""
    answer = run_cell(PAST_HOOKS[name], name, "past hooks")
    for test in load(name).tests:
        assert examine(load(name), test, answer).verdict == "right"


_LOADED = """
import torch
from course_utils import tests
before = torch.get_rng_state()
for name, found in tests.EXERCISES.items():
    tests.HINTS[name], [test.__doc__ for test in found]
    assert torch.equal(torch.get_rng_state(), before), name
"""


def test_to_load_an_exercise_draws_none_of_the_students_random_numbers():
    """Catches the first test cell of a notebook, after which `manual_seed(0)` of a cell above gives other numbers."""
    subprocess.run([sys.executable, "-c", _LOADED], check=True)


@pytest.mark.parametrize("name", [name for name in NAMES if load(name).parts])
def test_right_answers_pass_though_all_earlier_ones_are_still_stubs(name: str):
    """Catches an exercise whose test runs the student's earlier classes."""
    exercise = load(name)
    for cell in cells(name, "right"):
        candidate = cell.run()
        space = getattr(vars(candidate).get("__init__", candidate), "__globals__", {})
        for earlier in set(exercise.parts) & set(space):
            if f"class {earlier}" in cell.source:  # it is called in the student's own way there
                continue
            space[earlier] = type(earlier, (torch.nn.Module,), {"__init__": _stub})
        assert all(examine(exercise, test, candidate).verdict == "right" for test in exercise.tests), cell.title


def _stub(self, *args, **settings):
    raise NotImplementedError


# --- what is wrong is caught, and named -----------------------------------------------------------------------------


@every_code
def test_every_known_mistake_is_caught_and_named(name: str):
    """Catches a look that is gone, and a diagnosis that names a neighbour."""
    assert not problems(mistakes(name))


class _ForgetsReturn(ast.NodeTransformer):
    """Take the word return out of one function, or method, and leave what stands behind it."""

    def __init__(self, name: str) -> None:
        self.name, self.forgotten, self._inside = name, 0, False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if self._inside or node.name != self.name:
            return node
        self._inside = True
        node = self.generic_visit(node)
        self._inside = False
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.forgotten += 1
        return ast.Expr(node.value)


def _without_return(name: str) -> str:
    """Give the solution with a return forgotten, in the function itself or in the class's forward; "" without any."""
    tree, forget = (
        ast.parse(solution_of(name)),
        _ForgetsReturn("forward" if isinstance(load(name).right, type) else name),
    )
    changed = ast.unparse(forget.visit(tree))
    return changed if forget.forgotten else ""


FORGOTTEN = {name: source for name in CODE if (source := _without_return(name))}


@pytest.mark.parametrize("name", FORGOTTEN)
def test_a_forgotten_return_is_told_as_one(name: str):
    """Catches "got nothing", and the story of a known mistake that gives back another wrong thing."""
    answer = run_cell(FORGOTTEN[name], name, "forgotten return")
    told = [render_plain(word(examine(load(name), test, answer))) for test in load(name).tests]
    wrong = [" ".join(one.split()) for one in told if one.startswith("✗")]
    assert wrong
    for one in wrong:
        assert "is a `return` missing?" in one
        assert "behaves" not in one.replace("behaves exactly like one that gives nothing back", "")


@every_code
@pytest.mark.parametrize(("seed", "threads", "dtype"), WORLDS[1:], ids=str)
def test_every_known_mistake_is_caught_under_other_seeds(name: str, seed: int, threads: int, dtype: torch.dtype):
    """Catches a mistake that only some inputs betray."""
    with World(dtype, threads):
        assert not missed(load(name), seed)


@every_code
def test_every_known_mistake_is_named_in_other_words_too(name: str):
    """Catches a bank that knows its own code only: these were written without looking at it."""
    assert not unspelled(load(name))
    unknown = [f"{one.title} {one.problem}" for one in spellings(name) if one.problem and not one.note]
    known = [f"{one.title} is named now" for one in spellings(name) if one.note and not one.problem]
    assert not unknown + known


@every_code
def test_every_known_mistake_has_a_repair_that_works(name: str):
    """Catches a diagnosis of something that is not what is wrong: who mends what it names would still be refused."""
    spelled = cells(name, "mistake")
    assert not [cell.title for cell in spelled if not cell.repair]
    repaired = [cell.repaired() for cell in spelled]
    refused = [cell.title for cell in repaired if not trial(load(name), "right", cell.title, cell.run()).accepted]
    assert not refused


def test_few_second_spellings_are_told_otherwise():
    """Catches exceptions that pile up."""
    noted = [(name, cell.title) for name in CODE for cell in cells(name, "mistake") if cell.note]
    total = sum(len(cells(name, "mistake")) for name in CODE)
    print(f"second spellings: {total}, told otherwise: {len(noted)}")
    assert len(noted) <= 0.03 * total, noted


@every
def test_wrong_answers_are_refused(name: str):
    """Catches what people did hand in, and no bank has."""
    assert not [one.title for one in wrong_ones(name) if one.accepted]


@every
def test_every_small_change_of_the_solution_is_caught(name: str):
    """Catches a look that sees less than it seems to: the changes are made by machine."""
    found = try_mutants(load(name))
    print(f"{name}: {found.made} changes, {found.caught} caught")
    assert not found.survivors
    assert not found.unused, "these are caught now, or are not made any more"
    assert found.made


# --- the grader -----------------------------------------------------------------------------------------------------


@every
def test_the_grader_says_word_for_word_what_the_notebook_says(name: str):
    """Catches any difference between the notebook and `course grade`: each answer goes through the confined process."""
    exercise = load(name)
    here = {"right": tuple(try_right(exercise)), "mistake": spellings(name), "wrong": wrong_ones(name)}
    pairs = [pair for kind, trials in here.items() for pair in zip(cells(name, kind), trials, strict=True)]
    told = verdicts_of(exercise, [cell for cell, _ in pairs])
    for cell, one in pairs:
        for test, report in zip(exercise.tests, one.reports, strict=True):
            there = told[cell, test]
            assert there.kind == report.verdict, f"{cell.kind} {cell.title}, {test}:\n{there.text}"
            assert there.text == render_plain(word(report)), f"{cell.kind} {cell.title}, {test}"


@every
def test_looks_hold_no_right_answer(name: str):
    """Catches an observer that mentions the oracle or the bank: looks go over to the student's process."""
    cloudpickle.register_pickle_by_value(exercises)
    exercise = load(name)
    secrets = [exercise.right, *(one.candidate for one in exercise.mistakes)]
    spy = Spy([one for one in secrets if not getattr(one, "__module__", "").startswith("torch.")])
    for looks in exercise.tests.values():
        spy.dump(tuple((look.observe, look.inside) for look in looks))
    assert not spy.found


class Spy(cloudpickle.Pickler):
    """Notes which of some things are pickled."""

    def __init__(self, secrets: list) -> None:
        super().__init__(io.BytesIO())
        self.secrets, self.found = secrets, []

    def persistent_id(self, thing):
        if any(thing is secret for secret in self.secrets) or isinstance(thing, Bank):
            self.found.append(thing)


@every_code
def test_what_is_looked_at_twice_looks_the_same(name: str):
    """Catches a row that is different each time, by which no mistake can be known again.

    A run looks at a few mistakes, by chance; `course try` looks at all.
    """
    exercise = load(name)
    few = random.SystemRandom().sample(exercise.mistakes, min(8, len(exercise.mistakes)))
    assert not list(unsteady(exercise, few))


@every
def test_an_exercise_that_draws_nothing_shows_the_same_under_any_seed(name: str):
    """Catches an exercise that is called without seeds and isn't: the grader would pass over its hidden test."""
    exercise = load(name)
    for looks in exercise.tests.values() if not exercise.seeded else ():
        for candidate in (exercise.right, *(one.candidate for one in exercise.mistakes[::5])):
            one, other = (Table(looks, candidate, seed, exercise.parts).everything() for seed in (0, 7))
            for look, first, second in zip(looks, one, other, strict=True):
                assert all(same(first[row], second[row], look.depth) for row in first), look.name


@every
def test_few_looks_have_a_judge_of_their_own(name: str):
    """Catches looks that are badly chosen: what is seen should decide by being the same or not."""
    looks = load(name).checks
    assert sum(look.judge is not None for look in looks) <= len(looks) / 4


# --- words ----------------------------------------------------------------------------------------------------------

MACHINERY = re.compile(
    r"Traceback|site-packages|tensor\(\[|<function|<class|grad_fn| None |object at|Right[A-Z]|\b_[a-z]+\b"
)


@every_code
def test_messages_fit_and_name_nothing_of_the_machinery(name: str):
    """Catches a line of 90 columns, a panel of 20 lines, and the name of a stand-in."""
    for one in (*mistakes(name), *spellings(name)):
        for panel in one.panels():
            assert max(map(len, panel.splitlines())) <= 80, panel
            assert len(panel.splitlines()) <= 18, panel
            if one.kind == "mistake":
                assert not MACHINERY.search(panel.partition("→")[0]), panel


@every_code
def test_most_messages_say_what_the_mistake_does(name: str):
    """Catches a bank of which students never read a word."""
    panels = [(one.title, panel) for one in mistakes(name) for panel in one.panels()]
    beliefs = {one.id: " ".join(one.belief.split()) for one in load(name).mistakes}
    named = [beliefs[title] in " ".join(panel.split()) for title, panel in panels]
    assert sum(named) >= 0.8 * len(named)


@every
def test_each_check_says_in_words_what_it_asks_for(name: str):
    """Catches a look that nobody explains: its promise is the sentence that its name in the panel shows."""
    for look in load(name).checks:
        assert len(look.promise.split()) >= 4, look.name
        assert len(look.promise) <= 170, look.name
        assert len(look.name) <= 30
        assert look.promise != look.name


@every_code
def test_a_bank_is_large_enough_and_well_written(name: str):
    """Catches an empty belief, a hint that does not exist, and two mistakes of one name."""
    bank = load(name).mistakes
    assert len(bank) >= (15 if name in CORE else 8)
    for field in ("id", "belief"):
        counts = Counter(getattr(one, field) for one in bank)
        assert not [value for value, count in counts.items() if count > 1]
    for one in bank:
        assert one.belief.strip()
        assert one.look_at.strip()
        assert 1 <= one.hint <= len(load(name).hints)


@every
def test_an_exercise_is_registered_as_it_is(name: str):
    """Catches a line in the room's list that names another test, and two looks of one name."""
    exercise: Exercise = load(name)
    entry = next(entry for entries in notebooks().values() for entry in entries if entry.name == name)
    assert tuple(exercise.tests) == entry.tests
    assert tests.HINTS[name] == exercise.hints
    for looks in exercise.tests.values():
        assert len({look.name for look in looks}) == len(looks)
    for title in ("right", "mistake", "wrong"):
        titles = [(cell.title, cell.source) for cell in cells(name, title)]
        assert len(set(titles)) == len(titles)


@every_code
def test_a_stub_is_not_attempted_yet_and_shows_the_first_hint(name: str):
    """Catches a stub that is called wrong."""
    if isinstance(load(name).right, type):
        stubs = [type(name, (torch.nn.Module,), {"__init__": _stub, "forward": _stub})]
    else:
        stubs = [_stub_function]
    for stub in stubs:
        for test in load(name).tests:
            report = examine(load(name), test, stub)
            assert report.verdict == "unfinished", report.outcomes
            panel = render_plain(word(report))
            assert "not attempted yet" in panel
            assert load(name).hints[0].split()[0] in panel


def _stub_function(*args, **settings):
    raise NotImplementedError


@every
def test_the_stub_that_the_notebook_gives_is_not_attempted_yet(name: str):
    """Catches "not finished yet" over a cell in which nobody has written: a class that builds on a given one."""
    notebook = notebook_of(name)
    given = nbformat.read(ROOT / "notebooks" / notebook / f"{notebook}.ipynb", as_version=4).cells
    stub = next(cell.source for cell in given if cell.metadata.get("nbgrader", {}).get("grade_id") == name)
    for test in load(name).tests:
        assert "not attempted yet" in render_plain(word(examine(load(name), test, run_cell(stub, name, "stub"))))


@every
def test_a_test_function_answers_at_once(name: str):
    """Catches a test that students wait for."""
    exercise, limit = load(name), LIMITS.get(name, 1.0)
    right = cells(name, "right")[0].run()
    for test in tests.EXERCISES[name]:
        assert _seconds(test, right, limit) < limit, "when all is right"
        for mistake in exercise.mistakes[:1] + exercise.mistakes[-1:]:
            assert _seconds(test, mistake.candidate, limit) < limit, mistake.id


def _seconds(test, answer, limit: float) -> float:
    """Take the best of three: another process may have needed the core."""
    best = 2 * limit
    for _ in range(3):
        start = process_time()
        with suppress(AssertionError):
            test(answer, quiet=True)
        best = min(best, process_time() - start)
        if best < limit:
            break
    return best


# --- steps ----------------------------------------------------------------------------------------------------------

STEPPED = [name for name in CODE if load(name).steps]
stepped = pytest.mark.parametrize("name", STEPPED)


def test_every_long_exercise_has_steps_and_its_text_lists_them():
    """Catches an exercise of difficulty 4 or 5 that is one lump, and a text without the steps that the panel names."""
    for name in CODE:
        source = [cell.source for cell in cells_of(notebook_of(name))]
        place = next(number for number, text in enumerate(source) if f"{{{{hints {name}}}}}" in text)
        heading = next(text for text in reversed(source[: place + 1]) if re.search(r"^#+ ", text, re.MULTILINE))
        hard = "**Difficulty** ●●●●" in heading
        assert bool(load(name).steps) == (f"{{{{steps {name}}}}}" in source[place]), name
        assert load(name).steps or not hard, name
    assert "BatchNorm2d" in STEPPED


@stepped
def test_the_steps_make_up_the_whole_exercise(name: str):
    """Catches a check that no step covers: all steps would be done, and the exercise wrong."""
    exercise = load(name)
    covered = Counter(check for step in exercise.steps for check in step.checks)
    assert covered == Counter({look.name for look in exercise.checks if not look.structural})
    assert all({*step.begins} <= {look.name for look in exercise.checks} for step in exercise.steps)
    assert all(step.checks or step.begins for step in exercise.steps)
    assert all(0 <= step.hint <= len(exercise.hints) and step.does for step in exercise.steps)


@stepped
def test_no_known_mistake_has_all_its_steps_done(name: str):
    """Catches a step that is ticked though what it asks for is wrong."""
    for one in mistakes(name):
        for report in one.reports:
            broken = {said for said, outcome in report.outcomes if not isinstance(outcome, Kept)} - report.rules
            ticked = {check for step, done in report.steps if done for check in step.checks}
            assert not broken & ticked, one.title
            if broken and report.steps:
                assert not all(done for _, done in report.steps), one.title
