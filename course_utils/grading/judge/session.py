"""The judge's side of one test: ask the student's process to do things, and keep the stand-ins up to date."""

import io
import math
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.grading.judge.answer import Answer
from course_utils.grading.judge.asked import World
from course_utils.grading.judge.calls import CallMaking
from course_utils.grading.judge.known import Known
from course_utils.grading.judge.pickling import Pickler
from course_utils.grading.judge.proxies import Mirror, modes
from course_utils.grading.judge.slots import HOOKS, light
from course_utils.grading.judge.thrown import error_of, stub_of
from course_utils.grading.run.wire import Gone, Late, Line

_GRACE = 15  # seconds that an interrupted call has to end


class TookTooLong(Exception):  # noqa: N818
    """The student's code has used up the time of its test."""


class Session:
    """One test's conversation with the student's process."""

    def __init__(self, line: Line, seconds: float = math.inf, interrupt: Callable[[], None] = lambda: None) -> None:
        self._line, self._interrupt = line, interrupt
        self._deadline = time.monotonic() + seconds
        self.trouble: Exception | None = None
        self._random: Tensor | None = None
        self.known = Known()
        self.referring: dict[type, Any] = {}  # how to refer to objects of a type, see pickling

    # --- what the judge asks ----------------------------------------------------------------------------------------

    def start(self, expression: str, parts: dict[str, Any]) -> Any:
        """Give a stand-in for the candidate; the student's code sees `parts` in the place of earlier answers."""
        with torch._C.DisableTorchFunction():
            head, body = self._ask(do="start", expression=expression, parts=self.dump(parts))
            if head.get("stub") is True:
                return stub_of(head)
            return Answer(self, head, body).result()

    def call(self, key: str, method: str, args: tuple, kwargs: dict) -> Any:
        """Call a method in the student's process."""
        watchers, changing = modes()
        device = str(torch.get_default_device())
        with torch._C.DisableTorchFunction():
            watch = ("functions",) * bool(watchers) + ("modules",) * _has_hooks_inside(self.known.module(key))
            making = CallMaking(self, args, kwargs, self.known.module(key))
            call = making.asked(key, method, watch, self._world(device, changing))
            head, body = self._ask(do="call", call=call)
            result, replay = making.take(head, body)
        for name in head.get("functions", ()):
            _tell(watchers, str(name))
        replay()
        if torch.is_grad_enabled() != head.get("gradients", True):
            torch.set_grad_enabled(not torch.is_grad_enabled())
        if "error" in head:
            raise self._error(head["error"])
        return result

    def _world(self, device: str, modes: list[Any]) -> World:
        now = torch.get_rng_state()
        news = self._random is None or not torch.equal(now, self._random)
        self._random = now
        return World(
            gradients=torch.is_grad_enabled(),
            dtype=torch.get_default_dtype(),
            device=device,
            random=light(now) if news else None,
            modes=self.dump(modes),
        )

    def get(self, key: str, name: str) -> Any:
        """Get an attribute of a thing."""
        with torch._C.DisableTorchFunction():
            head, body = self._ask(do="get", target=key, name=name)
            if "error" in head:
                raise AttributeError(name)
            return Answer(self, head, body).result()

    def end(self) -> None:
        """Let the student's process go on with the notebook; what was found is not changed by how this ends."""
        if isinstance(self.trouble, Gone):
            self._line.hang_up()  # nothing that comes over it can be made sense of any more
            return
        with suppress(Gone, Late):
            self._line.send("end")
            self._line.receive(time.monotonic() + _GRACE)

    # --- the conversation -------------------------------------------------------------------------------------------

    def _ask(self, **request: Any) -> tuple[dict, memoryview]:
        if self.trouble is not None:
            raise self.trouble
        try:
            self._line.send("ask", pickle.dumps({**request, "drop": self.known.gone()}))
            while True:
                head, body = self._receive()
                if "callback" not in head:
                    if request["do"] == "start" and "error" in head:
                        raise self._error(head["error"])
                    return head, body
                self._line.send("back", self.dump(self._called_back(head, body)))
        except Gone as error:
            self.trouble = error
            raise
        except (KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
            self.trouble = Gone(f"an answer that makes no sense ({type(error).__name__})")
            raise self.trouble from error

    def _receive(self) -> tuple[dict, memoryview]:
        try:
            head, body = self._line.receive(self._deadline)
        except Late:
            self._interrupt()
            self.trouble = TookTooLong("it took too long, and was stopped")
            try:
                self._line.receive(time.monotonic() + _GRACE)
            except (Late, Gone):
                self.trouble = Gone("it took too long, and did not stop when it was asked to")
            raise self.trouble from None
        if not isinstance(head, dict):
            raise Gone("an answer that is none")
        return head, body

    def _called_back(self, head: dict, body: memoryview) -> Any:
        args, kwargs = Answer(self, head, body).result()
        return self.known.owned(head["callback"])(*args, **kwargs)

    def dump(self, value: Any, tensors: list[Tensor] | None = None, adopting: bool = False) -> bytes:
        """Pickle a value of the judge's; tensors go into a list of their own, if there is one."""
        out = io.BytesIO()
        Pickler(out, self, tensors, adopting).dump(value)
        return out.getvalue()

    def _error(self, told: dict) -> BaseException:
        """Give the error that was told of: one of the judge's own, on its way through the student's code, or theirs."""
        return self.known.owned(told["judge"]) if isinstance(told["judge"], int) else error_of(told)

    # --- what goes over, and comes back -----------------------------------------------------------------------------

    def adopt(self, module: nn.Module) -> str:
        """Give the student's process a copy of a module of the judge's, kept up to date from now on."""
        key = self.known.key(module)
        if key is None:
            keys = [self.known.adopt(part) for part in module.modules()]
            with _without_hooks(module):
                Answer(self, *self._ask(do="adopt", module=self.dump(module, adopting=True), keys=keys))
            key = keys[0]
        return key

    def plain(self, told: Any) -> Any:
        """Give a value without tensors and things in it."""
        return Answer(self, {}, memoryview(b"")).value(told)

    def take_random(self, state: Tensor) -> None:
        """Go on with the random numbers where the student's process has stopped."""
        self._random = state
        torch.set_rng_state(state)

    def gradients(self, number: int, grads: tuple[Tensor | None, ...]) -> list[Tensor | None]:
        """Ask for the gradients of a call's inputs."""
        with torch._C.DisableTorchFunction():
            given = [None if grad is None else light(grad) for grad in grads]
            head, body = self._ask(do="backward", number=number, grads=given)
            if "error" in head:
                raise self._error(head["error"])
            return list(Answer(self, head, body).result())


def _has_hooks_inside(module: nn.Module | None) -> bool:
    if module is None:
        return False
    inside = [part for part in list(module.modules())[1:] if isinstance(part, Mirror)]
    return any(part._forward_hooks or part._forward_pre_hooks for part in inside)


@contextmanager
def _without_hooks(module: nn.Module) -> Iterator[None]:
    """Take the hooks off a module and its parts for the block: they go over as references."""
    held = [getattr(part, kind) for part in module.modules() for kind in HOOKS]
    kept = [dict(hooks) for hooks in held]
    for hooks in held:
        hooks.clear()
    try:
        yield
    finally:
        for hooks, own in zip(held, kept, strict=True):
            hooks.update(own)


def _tell(watchers: list[Any], name: str) -> None:
    def named() -> None:
        return None

    named.__name__ = name
    for mode in watchers:
        mode.__torch_function__(named, ())
