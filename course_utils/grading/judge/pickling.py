"""How values of the judge's go over: plain ones as they are, what lives on one side only as a reference."""

import io
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cloudpickle
from torch import Tensor, nn

from course_utils import exercises
from course_utils.grading.judge.proxies import Mirror, RemoteClass, Thing, Thrown
from course_utils.grading.judge.slots import light, tensor_of

if TYPE_CHECKING:
    from course_utils.grading.judge.session import Session

# The right parts that a student's code is given go over as they are: the student's process has no exercises to import.
cloudpickle.register_pickle_by_value(exercises)


class Pickler(cloudpickle.Pickler):
    """Pickles the judge's values; what lives on one side only goes over as a reference."""

    def __init__(self, out: io.BytesIO, session: "Session", tensors: list[Tensor] | None, adopting: bool) -> None:
        super().__init__(out)
        self._session, self._tensors, self._adopting = session, tensors, adopting
        self._numbers: dict[tuple, Any] = {}

    def persistent_id(self, value: Any) -> tuple | None:
        """Refer to tensors, modules and things of the judge's."""
        kind = type(value)
        # It is asked for every number and every text, tens of thousands of times for one test.
        refer = self._session.referring.get(kind, ...)
        if refer is ...:
            refer = self._session.referring[kind] = _how_to_refer(kind)
        return refer and refer(self, value)

    def reducer_override(self, value: Any) -> Any:
        """Let tensors go over as numbers, which is much faster than torch's own way."""
        if type(value) in (Tensor, nn.Parameter) and not vars(value) and value.is_leaf:
            plain = light(value)
            if not isinstance(plain, Tensor):
                # The same numbers twice are pickled once: what shares memory here does so there.
                plain = self._numbers.setdefault((value.data_ptr(), plain.shape, plain.dtype), plain)
                return tensor_of, (plain, type(value), value.requires_grad)
        return super().reducer_override(value)

    def thing(self, value: Any) -> tuple | None:
        """Refer to what lives in the student's process."""
        return ("thing", value.key) if "key" in vars(value) else None

    def module(self, value: nn.Module) -> tuple | None:
        """Refer to a module of the judge's, of which the student's process has or gets a copy."""
        return None if self._adopting else ("thing", self._session.adopt(value))

    def error(self, value: Thrown) -> tuple:
        """Refer to an error of the judge's."""
        base = next(kind for kind in type(value.error).__mro__ if kind.__module__ == "builtins")
        return "error", self._session.known.own(value.error), base.__name__

    def judges(self, value: Any) -> tuple:
        """Refer to what a test has made to note something down."""
        return "judge", self._session.known.own(value)

    def tensor(self, value: Tensor) -> tuple | None:
        """Refer to a tensor by its place in the list of its own."""
        if self._tensors is None:
            return None
        at = next((at for at, one in enumerate(self._tensors) if one is value), len(self._tensors))
        if at == len(self._tensors):
            self._tensors.append(value)
        return "tensor", at


def _how_to_refer(kind: type) -> Callable[[Pickler, Any], tuple | None] | None:
    """Give the method that refers to objects of a type; None where they go over as they are."""
    for base, refer in (
        (Tensor, Pickler.tensor),
        ((Mirror, Thing, RemoteClass), Pickler.thing),
        (nn.Module, Pickler.module),
        (Thrown, Pickler.error),
        ((type, types.FunctionType, types.ModuleType), None),
    ):
        if issubclass(kind, base):
            return refer
    return Pickler.judges if kind.__module__.startswith(exercises.__name__) else None
