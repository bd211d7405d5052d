"""`nbgrader generate_feedback`, with what a human has decided, or is still to decide, as the gradebook has it now."""

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import GetGrades

from course_utils.grading.course.late import settle_or_stop
from course_utils.grading.judge.verdicts import WANTS_HUMAN

_WAITS = "○ These points wait for a person, who reads your notebook and decides. They do not count before that."
_DECIDED = "○ A person has looked at this and decided: {score:g} of {points:g} points."


class GradesThatStand(GetGrades):
    """nbgrader's own scores; those that wait for a human are left out, and not shown as if they stood."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Put the scores into a notebook and its heading."""
        self._held: list[NotebookNode] = []
        told = resources["nbgrader"]
        with Gradebook(told["db_url"]) as book:
            late = settle_or_stop(book, self, told["student"]).late.get(told["assignment"], {})
        nb, resources = super().preprocess(nb, resources)
        if told["student"] in late:
            nb.cells.insert(0, new_markdown_cell(f"**Handed in {late[told['student']]}**"))
        if self._held:
            told["score"] -= sum(cell.metadata.nbgrader["score"] for cell in self._held)
            told["max_score"] -= sum(cell.metadata.nbgrader["points"] for cell in self._held)
            told["notebook"] += f" · {len(self._held)} tests wait for a person"
            for cell in self._held:
                cell.metadata.nbgrader["grade"] = False  # nbgrader's page would show a score
        return nb, resources

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._get_score(cell, resources)
        at = cell.metadata.nbgrader["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        waits = self.gradebook.find_grade(*at).needs_manual_grade
        if waits:
            self._held.append(cell)
        if cell.cell_type == "code" and (waits or cell.metadata.get(WANTS_HUMAN)):
            text = _WAITS if waits else _DECIDED.format_map(cell.metadata.nbgrader)
            cell.outputs = [*cell.get("outputs", ()), new_output("stream", name="stdout", text=text + "\n")]
