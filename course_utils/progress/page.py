"""Show a student's progress: a table in a notebook, the same in words elsewhere."""

import time
from collections.abc import Callable, Sequence
from html import escape

from course_utils.checking.surface import in_colab, show_html, surface
from course_utils.progress.log import FILE, Log, read
from course_utils.progress.standing import Chapter, Course, Exercise, next_step, standing
from course_utils.student_folder import student_folder

_GREEN = "#1f9254"


def show_progress(course: Course) -> None:
    """Show how far you are in each notebook, what to do next, and what is left to the finish.

    course: notebook → exercise → its tests, as `tests.NOTEBOOKS` gives it.
    """
    place = student_folder()
    try:
        log = read(place) if place else Log(())
    except OSError as error:
        print(f"Your progress cannot be read: {place}/{FILE} ({error.strerror}).")
        return
    chapters = standing(course, log.runs, log.hints)
    last = [_left(chapters), *_remarks(log)]
    text = "\n".join([*map(_in_words, chapters), _next(chapters, log), *last])
    if surface() == "html":
        show_html(_page(chapters, [_next(chapters, log, _link), *map(escape, last)]), text)
    else:
        print(text)


def _name_only(_: str, exercise: str) -> str:
    return exercise


def _next(chapters: Sequence[Chapter], log: Log, named: Callable[[str, str], str] = _name_only) -> str:
    """Say what comes next; `named` writes an exercise of a notebook."""
    step = next_step(chapters)
    if step is None:
        return "You've reached the finish: every exercise is done. Congratulations!"
    if not log.runs:
        return f"Nothing here yet: your first step is {named(*step)}, in {step[0]}."
    days = int((time.time() - max(run.at for run in log.runs)) // 86400)
    when = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    return f"You were last here {when}. Next: {named(*step)}, in {step[0]}."


def _left(chapters: Sequence[Chapter]) -> str:
    """Say how far it is to the finish; when nothing is left, what has been done."""
    count, spent = sum(len(chapter.exercises) for chapter in chapters), sum(chapter.minutes for chapter in chapters)
    left = {chapter.notebook: len(chapter.exercises) - chapter.done for chapter in chapters}
    if not any(left.values()):
        return (
            f"All {count} exercises, {_spent(spent)}: each layer of a ResNet34 is your own work now, you've measured "
            "why its skips help, and you've built what came after it."
        )
    each = ", ".join(f"{number} in {notebook}" for notebook, number in left.items() if number)
    return f"To the finish: {sum(left.values())} of {count} exercises ({each})."


def _remarks(log: Log) -> list[str]:
    lost = "1 line of it was" if log.lost == 1 else f"{log.lost} lines of it were"
    return [f"(my_work/{FILE} was damaged: {lost} left out. Nothing else is lost.)"] if log.lost else []


def _in_words(chapter: Chapter) -> str:
    started = [_exercise_in_words(one) for one in chapter.exercises if one.tries]
    return f"{_head(chapter)}{': ' + ', '.join(started) if started else ''}"


def _head(chapter: Chapter) -> str:
    spent = f", {_spent(chapter.minutes)}" if chapter.minutes >= 1 else ""
    exercises = "exercise" if len(chapter.exercises) == 1 else "exercises"
    return f"{chapter.notebook} · {chapter.done} of {len(chapter.exercises)} {exercises}{spent}"


def _spent(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _exercise_in_words(one: Exercise) -> str:
    tries = "1 try" if one.tries == 1 else f"{one.tries} tries"
    hints = {0: "", 1: ", 1 hint"}.get(one.hints, f", {one.hints} hints")
    return f"{one.name} ({'done' if one.done else f'{one.passed} of {one.tests} tests'}, {tries}{hints})"


def _page(chapters: Sequence[Chapter], lines: Sequence[str]) -> str:
    """Give the page; `lines` are HTML."""
    rows = "".join(map(_row, chapters))
    said = "".join(f'<div style="margin-top:.4em">{line}</div>' for line in lines)
    return f'<div role="region" aria-label="Your progress" style="line-height:1.6;max-width:62em">{rows}{said}</div>'


def _row(chapter: Chapter) -> str:
    share = 100 * chapter.done / len(chapter.exercises)
    shape = "height:6px;border-radius:3px"
    bar = (
        f'<div style="{shape};background:rgba(128,128,128,.25);margin:.2em 0 .4em" aria-hidden="true">'
        f'<div style="{shape};width:{share:.0f}%;background:{_GREEN}"></div></div>'
    )
    chips = " ".join(_chip(chapter.notebook, each) for each in chapter.exercises)
    return f'<div style="margin:.2em 0 1em"><b>{escape(_head(chapter))}</b>{bar}{chips}</div>'


def _chip(notebook: str, one: Exercise) -> str:
    mark, border = ("✓", f"1px solid {_GREEN}") if one.done else ("◐" if one.tries else "○", "1px solid #8888")
    words = escape(_exercise_in_words(one) if one.tries else f"{one.name} (not tried yet)")
    style = (
        f"display:inline-block;border:{border};border-radius:1em;padding:0 .7em;margin:.1em 0;font-size:90%;"
        f"color:inherit;text-decoration:none;opacity:{1 if one.tries else 0.75}"
    )
    attributes = f'title="{words}" aria-label="{words}" style="{style}"'
    if in_colab():  # it has no other notebook at a relative address
        return f'<span role="img" {attributes}>{mark} {one.name}</span>'
    return f'<a href="{_cell(notebook, one.name)}" {attributes}>{mark} {one.name}</a>'


def _link(notebook: str, exercise: str) -> str:
    if in_colab():
        return exercise
    return f'<a href="{_cell(notebook, exercise)}" style="text-decoration:underline">{exercise}</a>'


def _cell(notebook: str, exercise: str) -> str:
    """Give the address of an exercise's cell, from any notebook."""
    return f"../{notebook}/{notebook}.ipynb#cell-id={exercise}"
