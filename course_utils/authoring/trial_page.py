"""`course try`: tell in the terminal what came of trying an exercise."""

import textwrap
from collections.abc import Iterable

import torch
from rich.console import Console

from course_utils.authoring.answers import answers
from course_utils.authoring.trying import (
    Trial,
    try_mistakes,
    try_mutants,
    try_right,
    try_spellings,
    try_wrong,
    unspelled,
    unsteady,
)
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.registry import load

SLOW = 1.0  # seconds of a processor that a test function may take


def try_and_tell(name: str, mutants: bool = True) -> bool:
    """Try an exercise, tell each thing as soon as it is known, and say whether all gates are passed.

    Raises:
        KeyError: there is no such exercise.
    """
    torch.set_num_threads(1)
    exercise, console = load(name), Console(highlight=False)
    mistakes = list(try_mistakes(exercise))
    _tell_messages(console, mistakes)
    sound = [_tell_trials(console, *each) for each in _gates(exercise, mistakes)]
    for title, rows in unsteady(exercise, exercise.mistakes):
        console.print(f"[red]✗[/] {title} does not look the same twice: {'; '.join(rows)}")
        sound.append(False)
    without = [one.id for one in unspelled(exercise)]
    if without:
        console.print(f"[red]✗[/] no second spelling in answers/{name}.py: {', '.join(without)}")
    if mutants:
        sound.append(_tell_mutants(console, exercise))
    return all(sound) and not without


def _gates(exercise: Exercise, mistakes: list[Trial]) -> Iterable[tuple[str, Iterable[Trial]]]:
    yield "right answers accepted", try_right(exercise)
    yield "right answers accepted under another seed", try_right(exercise, seed=7)
    yield "known mistakes caught and named", mistakes
    yield "second spellings caught and named", try_spellings(exercise)
    yield "other wrong answers refused", try_wrong(exercise)


def _tell_messages(console: Console, mistakes: list[Trial]) -> None:
    """Show what a student would read to each mistake of the bank."""
    for one in mistakes:
        console.rule(one.title, align="left")
        for panel in one.panels():
            console.print(panel, markup=False)
    console.rule()


def _tell_trials(console: Console, gate: str, trials: Iterable[Trial]) -> bool:
    trials = list(trials)
    problems = [one for one in trials if one.problem and not one.note]
    mark = "[red]✗[/]" if problems else "[green]✓[/]"
    slowest = max((one.seconds for one in trials), default=0.0)
    late = f", [yellow]the slowest took {slowest:.1f} s[/]" if slowest > SLOW else f", at most {slowest:.2f} s each"
    console.print(f"{mark} {gate}: {len(trials) - len(problems)} of {len(trials)}{late}")
    for one in problems:
        console.print(f"    {one.title} {one.problem}", markup=False)
        for panel in one.panels():
            console.print(textwrap.indent(panel, " " * 8), markup=False)
    for one in trials:
        if len(one.named) and not one.problem and max(map(len, one.named)) > 1:
            others = sorted({other for found in one.named for other in found} - {one.title})
            console.print(f"    {one.title} is not told apart from {', '.join(others)}", markup=False)
    return not problems


def _tell_mutants(console: Console, exercise: Exercise) -> bool:
    found = try_mutants(exercise)
    mark = "[red]✗[/]" if found.survivors or found.unused else "[green]✓[/]"
    console.print(f"{mark} small changes of the solution caught: {found.caught} of {found.made}")
    for change in found.survivors:
        console.print(f"    survives: {change}", markup=False)
    for change in found.unused:
        console.print(f"    said to change nothing, and is caught or not made any more: {change}", markup=False)
    return not found.survivors and not found.unused and bool(answers(exercise.name))
