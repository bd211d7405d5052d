"""One call of the student's code: what it is given, what comes back, and how gradients flow back through it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from course_utils.grading.judge.answer import Answer
from course_utils.grading.judge.asked import Call, World
from course_utils.grading.judge.slots import light
from course_utils.grading.run.wire import unpack

if TYPE_CHECKING:
    from course_utils.grading.judge.session import Session


class CallMaking:
    """One call: what it is given, and what of its result gradients flow back through."""

    def __init__(self, session: "Session", args: tuple, kwargs: dict, target: nn.Module | None) -> None:
        self._session, known = session, session.known
        self.number = known.number()
        known.hold(str(self.number), self)
        self._args, self._tensors = args, []
        self._data = session.dump((args, kwargs), self._tensors)
        roots = [target, *_modules_in((args, kwargs)), *known.adopted()]
        parts: dict[int, nn.Module] = {}
        for root in roots:
            if root is not None and id(root) not in parts:
                parts.update((id(part), part) for part in root.modules())
        self._involved = {key: part for part in parts.values() if (key := known.key(part))}
        self._inputs: list[Tensor] = []
        self._leaves: list[tuple] = []
        if torch.is_grad_enabled():
            self._find_leaves()

    def _find_leaves(self) -> None:
        for at, tensor in enumerate(self._tensors):
            if tensor.requires_grad:
                self._inputs.append(tensor)
                self._leaves.append(("tensor", at, ""))
        seen: set[int] = set()
        for key, part in self._involved.items():
            for name, parameter in part._parameters.items():
                if parameter is not None and parameter.requires_grad and id(parameter) not in seen:
                    seen.add(id(parameter))
                    self._inputs.append(parameter)
                    self._leaves.append(("parameter", key, name))

    def asked(self, key: str, method: str, watch: tuple[str, ...], world: World) -> Call:
        """Give all that the student's process needs to know."""
        states = (self._session.known.news_of(key, part) for key, part in self._involved.items())
        return Call(
            number=self.number,
            target=key,
            method=method,
            args=self._data,
            tensors=tuple((light(one), one.requires_grad, one.is_leaf) for one in self._tensors),
            leaves=tuple(self._leaves),
            involved=tuple(self._involved),
            states=tuple(state for state in states if state is not None),
            world=world,
            watch=watch,
        )

    def take(self, head: dict, body: memoryview) -> tuple[Any, Callable[[], None]]:
        """Take over all that has changed; give the result, and what tells the hooks what has passed by."""
        decoder = Answer(self._session, head, body, self if self._inputs else None)
        result = decoder.result() if "result" in head else None
        with torch.no_grad():
            for at, described in head.get("given", ()):
                self._tensors[at].data.copy_(unpack(described, body))
        for at, value in head.get("lists", ()):
            self._args[at][:] = decoder.value(value)
        if "random" in head:
            self._session.take_random(unpack(head["random"], body))
        return result, decoder.replay(self._tensors)

    def join(self, values: list[Tensor]) -> tuple[Tensor, ...]:
        """Make results through which gradients flow back to what the call was given."""
        return _Join.apply(self, values, *self._inputs)

    def backward(self, grads: tuple[Tensor | None, ...]) -> list[Tensor | None]:
        """Ask for the gradients."""
        return self._session.gradients(self.number, grads)


class _Join(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, call: CallMaking, values: list[Tensor], *_: Tensor) -> tuple[Tensor, ...]:
        ctx.call = call
        ctx.set_materialize_grads(False)
        return tuple(values)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> tuple:
        return None, None, *ctx.call.backward(grads)


def _modules_in(value: Any) -> Iterator[nn.Module]:
    if isinstance(value, nn.Module):
        yield value
    elif isinstance(value, dict):
        yield from _modules_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _modules_in(one)
