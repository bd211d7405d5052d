"""What the judge has decided about one test cell, and the outputs that say so to nbgrader and to the student."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_utils.checking.marks import Marks
from course_utils.checking.plain import render_plain
from course_utils.checking.values import Raised, Report, Wrong
from course_utils.checking.wording import word
from course_utils.grading.run.limits import MB

WANTS_HUMAN = "wants_human"  # in a graded cell's metadata: a human decides, or has decided, about its points
_LINE = 1000  # characters that are left of an error's line

RULE, NOT_SEEN, DECIDED = "rule", "not seen", "decided"


@dataclass(frozen=True)
class Verdict:
    """One test cell's verdict.

    passed: whether it gets its points; text: what the student reads; exercise: its name.
    mistakes: ids of the diagnosed mistakes.
    how: how they fit (see `Diagnosis`), or why none does: RULE where only a rule about how the code is made is broken,
        NOT_SEEN where there was no code to look at, DECIDED where a human has decided.
    seen: the marks of what a wrong answer does.
    kind: "right", "wrong", "unfinished", or "ungraded" where a human has to look.
    held: why the points that it has earned do not count before a human has decided; "" where they do.
    """

    passed: bool
    text: str
    kind: str
    exercise: str = ""
    mistakes: tuple[str, ...] = ()
    how: str = ""
    seen: Marks = field(default_factory=dict)
    held: str = ""

    @property
    def wants_human(self) -> bool:
        """Say whether a human has to decide about its points."""
        return self.kind == "ungraded" or bool(self.held)

    @classmethod
    def of_report(cls, report: Report, how: str = "", seen: Marks | None = None) -> "Verdict":
        """Take over what a test has found."""
        found = report.diagnosis
        mistakes = tuple(one.id for one in found.mistakes) if found else ()
        if report.verdict == "wrong":
            only_rules = report.rules.issuperset(report.named(Wrong, Raised))
            how = found.how if found else RULE if only_rules else how
        text = render_plain(word(report))
        return cls(report.verdict == "right", text, report.verdict, report.exercise, mistakes, how, seen or {})

    @classmethod
    def of_outputs(cls, outputs: Iterable[NotebookNode]) -> "Verdict":
        """Read a cell that ran in the student's process, as nbgrader would: an error is a zero."""
        errors = [one for one in outputs if one.output_type == "error"]
        text = "\n".join(line for one in errors for line in one.traceback) or "passed"
        return cls(not errors, text, "wrong" if errors else "right")


def zero(reason: str, exercise: str = "") -> Verdict:
    """Give the verdict on what cannot be graded."""
    return Verdict(False, f"○ not graded: {reason}.", "ungraded", exercise)


def outputs_of(verdict: Verdict, said: str = "") -> list[NotebookNode]:
    """Make the outputs of a test cell: an error is what nbgrader takes for a zero."""
    outputs = [new_output("stream", name="stdout", text=said)] if said else []
    if verdict.passed:
        held = f"○ held: {verdict.held}.\n" if verdict.held else ""
        return [*outputs, new_output("stream", name="stdout", text=f"{verdict.text}\n{held}")]
    name = "NotGraded" if verdict.kind == "ungraded" else "NotRightYet"
    lines = verdict.text.splitlines()
    return [*outputs, new_output("error", ename=name, evalue=lines[0], traceback=lines)]


def write_outputs(notebook: NotebookNode, verdicts: Mapping[str, Verdict], said: Mapping[str, str]) -> None:
    """Give each test cell the outputs by which nbgrader scores it: an error is a zero."""
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in verdicts and cell.cell_type == "code":
            cell.outputs = outputs_of(verdicts[name], said.get(name, ""))
            cell.metadata[WANTS_HUMAN] = verdicts[name].wants_human


def keep_at_most(notebook: NotebookNode, most: int) -> None:
    """Leave out what a notebook shows beyond so many characters, and say so; of an error, its first line is left."""
    for cell in filter(lambda one: one.cell_type == "code", notebook.cells):
        kept, left_out = [], 0
        for output in cell.outputs:
            size = len(json.dumps(output))
            if size <= most:
                kept.append(output)
                most -= size
                continue
            left_out += size
            if output.output_type == "error" and not any(one.output_type == "error" for one in kept):
                name, line = output.ename[:_LINE], output.evalue[:_LINE]
                kept.append(new_output("error", ename=name, evalue=line, traceback=[line]))
        note = f"(Left out when graded, where little is kept of what a notebook shows: {left_out / MB:.1f} MB.)\n"
        cell.outputs = [*kept, *[new_output("stream", name="stdout", text=note)] * bool(left_out)]
