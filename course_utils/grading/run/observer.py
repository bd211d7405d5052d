"""In the student's process: look at the student's code for the judge, and tell what is seen.

Nothing here is trusted: a table that is told from here is only ever evidence of what the student's code does.
"""

import io
import pickle
from collections.abc import Mapping
from typing import Any

from torch import nn

from course_utils.checking.shortcuts import note_right_part
from course_utils.checking.student import is_stub, outcome_of
from course_utils.checking.table import Table
from course_utils.checking.world import world_unchanged
from course_utils.grading.run.observations import tell
from course_utils.grading.run.wire import Gone, Line, Packer

LINE: Line | None = None  # to the judge; set when the process is made


def perform_here() -> None:
    """Be at the judge's service, as the cell that runs in this notebook."""
    from IPython import get_ipython

    perform(LINE, get_ipython().user_ns)


def perform(line: Line, names: Mapping[str, Any]) -> None:
    """Answer until the judge says that it is done; `names` is the notebook's namespace."""
    observer = _Observer(names)
    with world_unchanged():
        while True:
            try:
                head, body = line.receive()
            except Gone:
                return
            if head == "end":
                line.send({"end": True})
                return
            packer = Packer()
            try:
                told = observer.answer(head, bytes(body), packer)
            except BaseException as error:  # noqa: BLE001  (SystemExit and KeyboardInterrupt too: the judge wants to know)
                packer, told = Packer(), {"failed": tell(outcome_of(error), Packer())}
            line.send(told, *packer.buffers)


class _Received(pickle.Unpickler):
    """Reads what the judge has sent; the classes that come with it are the course's own."""

    def find_class(self, module: str, name: str) -> Any:
        """Find what the pickle names; cloudpickle makes its classes by one function."""
        found = super().find_class(module, name)
        return (lambda *told: note_right_part(found(*told))) if name == "_make_skeleton_class" else found


class _Observer:
    """The candidate that the judge asks about, and its tables by number."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._candidate: Any = None
        self._parts: Mapping[str, Any] = {}
        self._tables: dict[int, Table] = {}

    def answer(self, asked: Mapping[str, Any], body: bytes, packer: Packer) -> dict[str, Any]:
        """Answer one request; `body` is a pickle of what it needs of the judge's."""
        match asked:
            case {"do": "find", "candidate": expression, "renamed": renamed}:
                parts = _Received(io.BytesIO(body)).load()
                parts |= {own: parts[name] for own, name in renamed.items() if name in parts}
                return {"stub": self._find(expression, parts)}
            case {"do": "look", "table": number, "seed": seed}:
                looks = _Received(io.BytesIO(body)).load()
                made = self._tables[number] = Table(looks, self._candidate, seed, self._parts)
                return {
                    "rows": [[[name, tell(one, packer)] for name, one in rows.items()] for rows in made.everything()]
                }
            case {"do": "inside", "table": number, "look": look, "row": row}:
                return {"inside": tell(self._tables[number].inside(look, row), packer)}
        return {}

    def _find(self, expression: str, parts: Mapping[str, Any]) -> bool:
        """Find what the test cell hands to its test, and say whether it is a stub.

        parts: right stand-ins for the student's earlier answers.
        """
        self._candidate, self._parts = eval(compile(expression, "<test cell>", "eval"), dict(self._names)), parts
        return callable(self._candidate) and not isinstance(self._candidate, nn.Module) and is_stub(self._candidate)
