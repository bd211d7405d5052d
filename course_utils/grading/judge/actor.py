"""In the student's process: answer the judge, who asks the student's code to do things, one at a time.

Nothing here is trusted: what it says of itself is only ever evidence of what the student's code does.
"""

import copy
import io
import pickle
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from course_utils.checking.parts import right_parts
from course_utils.checking.student import is_stub
from course_utils.checking.world import world_unchanged
from course_utils.grading.judge.asked import Call, State, World
from course_utils.grading.judge.reply import Given, Reply
from course_utils.grading.judge.slots import HOOKS, Agreed, heavy, holder, slots
from course_utils.grading.run.wire import Gone, Line

LINE: Line | None = None  # to the judge; set when the process is made


def perform_here() -> None:
    """Be at the judge's service, as the cell that runs in this notebook."""
    from IPython import get_ipython

    perform(LINE, get_ipython().user_ns)


def perform(line: Line, names: dict[str, Any]) -> None:
    """Answer until the judge says that it is done; `names` is the notebook's namespace."""
    actor = Actor(line, names)
    with world_unchanged():
        while actor.answer():
            pass


class JudgesError(Exception):
    """Stands for an error that the judge has thrown into the student's with-block."""


class JudgesThing:
    """Stands for a callable of the judge's: calling it asks the judge."""

    def __init__(self, actor: "Actor", number: int) -> None:
        self._actor, self._number = actor, number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Let the judge do it."""
        return self._actor.call_back(self._number, args, kwargs)


class Actor:
    """What of the student's the judge has got to know, and the requests that can be made of it."""

    def __init__(self, line: Line, names: dict[str, Any]) -> None:
        self._line, self._names = line, names
        self._things: dict[str, Any] = {}
        self._keys: dict[int, str] = {}
        self.agreed = Agreed()
        self._calls: dict[int, tuple[list[Tensor], list[Tensor]]] = {}
        self._judges: dict[int, Any] = {}
        self._count = 0
        self._parts = ExitStack()
        self._numbers: dict[int, tuple[weakref.ref, int]] = {}
        self._told: dict[str, Any] = {}

    def answer(self) -> bool:
        """Answer one request; False when it was the last."""
        try:
            head, body = self._line.receive()
        except Gone:
            return False
        if head == "end":
            self._parts.close()
            self._line.send({"end": True})
            return False
        reply = Reply(self)
        try:
            reply.result(self._do(bytes(body), reply))
        except BaseException as error:  # noqa: BLE001  (SystemExit and KeyboardInterrupt too: the judge wants to know)
            reply.error(error)
        reply.send(self._line)
        return True

    def _do(self, request: bytes, reply: Reply) -> Any:
        asked = pickle.loads(request)
        for key in asked.pop("drop", ()):
            self._forget(key)
        return getattr(self, f"_do_{asked.pop('do')}")(reply, **asked)

    # --- the requests -----------------------------------------------------------------------------------------------

    def _do_start(self, reply: Reply, expression: str, parts: bytes) -> Any:
        """Find the candidate, and put right parts in the place of the student's earlier answers."""
        candidate = eval(compile(expression, "<test cell>", "eval"), self._names)
        self._parts.enter_context(right_parts(candidate, self._load(parts)))
        stub = isinstance(candidate, type | Callable) and not isinstance(candidate, nn.Module) and is_stub(candidate)
        reply.head["stub"] = stub
        return candidate

    def _do_adopt(self, reply: Reply, module: bytes, keys: list[str]) -> None:
        """Take a copy of one of the judge's modules; its parts get these keys."""
        twin = self._load(module)
        for key, part in zip(keys, twin.modules(), strict=True):
            self._things[key], self._keys[id(part)] = part, key
            for slot, tensor in slots(part):
                self.agreed.on(key, slot, tensor)
        reply.involve(twin)

    def _do_call(self, reply: Reply, call: Call) -> Any:
        """Call a method of a thing in the judge's world; see what changes."""
        self._take_over(call.states)
        given = [Given(*each) for each in call.tensors]
        args, kwargs = _Unpickler(call.args, self, [each.tensor for each in given]).load()
        wanted = [
            given[at].leaf if kind == "tensor" else self._things[at]._parameters[name] for kind, at, name in call.leaves
        ]
        lists = [(at, list(arg)) for at, arg in enumerate(args) if isinstance(arg, list)]
        thing = self._things[call.target]
        try:
            with _world(call.world, self._load(call.world.modes), reply), _watching(thing, call.watch, reply):
                result = _invoke(thing, call.method, args, kwargs)
        finally:
            for key in call.involved:
                reply.involve(self._things[key])
            reply.given(given)
            reply.lists([(at, args[at]) for at, before in lists if not _same_items(before, args[at])])
        outputs = [tensor for tensor in _tensors_in(result) if tensor.requires_grad] if torch.is_grad_enabled() else []
        if wanted and outputs:
            self._calls[call.number] = wanted, outputs
        return result

    def _do_backward(self, _: Reply, number: int, grads: list[Tensor | None]) -> Any:
        leaves, outputs = self._calls[number]
        pairs = [(one, heavy(grad)) for one, grad in zip(outputs, grads, strict=True) if grad is not None]
        return torch.autograd.grad(
            [one for one, _ in pairs], leaves, [grad for _, grad in pairs], allow_unused=True, retain_graph=True
        )

    def _do_get(self, _: Reply, target: str, name: str) -> Any:
        return getattr(self._things[target], name)

    # --- what the requests share ------------------------------------------------------------------------------------

    def _load(self, data: bytes) -> Any:
        return _Unpickler(data, self).load()

    def key_of(self, thing: Any) -> str:
        """Give a thing's key; it gets one when it is first told of."""
        key = self._keys.get(id(thing))
        if key is None:
            self._count += 1
            key = f"s{self._count}"
            self._things[key], self._keys[id(thing)] = thing, key
        return key

    def known(self, key: str) -> Any:
        """Give the thing that has this key."""
        return self._things[key]

    def judges(self, number: int) -> Any:
        """Give the stand-in for a thing of the judge's."""
        return self._judges.setdefault(number, JudgesThing(self, number))

    def judges_error(self, number: int, kind: str) -> BaseException:
        """Give the stand-in for an error of the judge's, which derives from the same of Python's own."""
        base = getattr(__import__("builtins"), kind, Exception)
        return self._judges.setdefault(number, type("JudgesError", (JudgesError, base), {})())

    def number_of(self, thing: Any) -> int | None:
        """Give the number of one of the judge's own."""
        return next((number for number, one in self._judges.items() if one is thing), None)

    def identity(self, tensor: Tensor) -> int:
        """Give a number that is this tensor object's own."""
        known, number = self._numbers.get(id(tensor), (None, 0))
        if known is None or known() is not tensor:
            self._count += 1
            number = self._count
            self._numbers[id(tensor)] = weakref.ref(tensor), number
        return number

    def is_news(self, key: str, told: Any) -> bool:
        """Say whether the judge has not been told just this about a thing, and remember that it is told now."""
        if self._told.get(key) == told:
            return False
        self._told[key] = told
        return True

    def call_back(self, number: int, args: tuple, kwargs: dict) -> Any:
        """Ask the judge to call something of its own with these arguments; answer what it asks meanwhile."""
        reply = Reply(self)
        reply.result([list(args), kwargs])
        reply.head["callback"] = number
        reply.send(self._line)
        while True:
            head, body = self._line.receive()
            if head == "back":
                return _Unpickler(bytes(body), self).load()
            inner = Reply(self)
            try:
                inner.result(self._do(bytes(body), inner))
            except BaseException as error:  # noqa: BLE001  (as above)
                inner.error(error)
            inner.send(self._line)

    def _take_over(self, states: Iterable[State]) -> None:
        """Bring modules to the state that the judge has them in."""
        for state in states:
            module = self._things[state.key]
            module.training = state.training
            if state.key in self._told:
                self._told[state.key]["training"] = state.training  # the judge need not be told its own doing
            if state.hooks is not None:
                self._take_hooks(module, state.hooks)
            for (kind, name), light, requires_grad in state.changes:
                held, value = holder(module, kind), heavy(light)
                old = held.get(name)
                if value is None or old is None or kind == "plain" or value.device != old.device:
                    held[name] = nn.Parameter(value) if kind == "parameter" and value is not None else value
                else:
                    old.data = value
                    if old.is_leaf:
                        old.requires_grad_(requires_grad)
                self.agreed.on(state.key, (kind, name), held[name])

    def _take_hooks(self, module: nn.Module, hooks: Iterable[tuple[str, int, int, bool]]) -> None:
        """Put stand-ins for the judge's hooks on a module, and leave the student's where they are."""
        for kind in HOOKS:
            held = getattr(module, kind)
            for number in [one for one in held if isinstance(one, str)]:
                del held[number]
        for kind, number, own, with_kwargs in hooks:
            getattr(module, kind)[f"j{number}"] = self.judges(own)
            if with_kwargs:
                module._forward_pre_hooks_with_kwargs[f"j{number}"] = True

    def _forget(self, key: str) -> None:
        if key.isdigit():
            self._calls.pop(int(key), None)
        elif key in self._things:
            self._keys.pop(id(self._things.pop(key)), None)
            self._told.pop(key, None)
            self.agreed.forget(key)


def _invoke(thing: Any, method: str, args: tuple, kwargs: dict) -> Any:
    if method == "__deepcopy__":
        return copy.deepcopy(thing)
    if method == "__exit__" and isinstance(args[0], JudgesError):
        return thing.__exit__(type(args[0]), args[0], None)
    result = thing(*args, **kwargs) if method == "__call__" else getattr(thing, method)(*args, **kwargs)
    called = type(thing).forward if isinstance(thing, nn.Module) else thing
    if method == "__call__" and result is None and not isinstance(called, type) and is_stub(called):
        raise NotImplementedError
    return result


def _same_items(before: list, after: Any) -> bool:
    return len(before) == len(after) and all(one is other for one, other in zip(before, after, strict=True))


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, actor: Actor, tensors: list[Tensor] = ()) -> None:
        super().__init__(io.BytesIO(data))
        self._actor, self._tensors = actor, tensors

    def persistent_load(self, pid: tuple) -> Any:
        """Resolve what the judge refers to."""
        kind, *rest = pid
        if kind == "tensor":
            return self._tensors[rest[0]]
        if kind == "thing":
            return self._actor.known(rest[0])
        return self._actor.judges(*rest) if kind == "judge" else self._actor.judges_error(*rest)


@contextmanager
def _world(world: World, modes: list[Any], reply: Reply) -> Iterator[None]:
    """Make the judge's settings those of the student's process, and report what has become of them."""
    dtype = torch.get_default_dtype()
    torch.set_default_dtype(world.dtype)
    if world.random is not None:
        torch.set_rng_state(heavy(world.random))
    before = torch.get_rng_state()
    device = torch.device(world.device)
    with ExitStack() as stack:
        if device.type != "cpu":
            stack.enter_context(device)
        for mode in modes:
            stack.enter_context(mode)
        torch.set_grad_enabled(world.gradients)
        try:
            yield
        finally:
            reply.head["gradients"] = torch.is_grad_enabled()
            after = torch.get_rng_state()
            reply.random = None if torch.equal(before, after) else after
            torch.set_grad_enabled(True)
            torch.set_default_dtype(dtype)


class _Names(TorchFunctionMode):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.names.add(getattr(func, "__name__", ""))
        return func(*args, **(kwargs or {}))


@contextmanager
def _watching(thing: Any, watch: Iterable[str], reply: Reply) -> Iterator[None]:
    """Note which of torch's functions are called, or what goes into and comes out of each module."""
    handles: list[Any] = []
    with ExitStack() as stack:
        if "functions" in watch:
            seen = stack.enter_context(_Names())
        if "modules" in watch:
            for module in list(thing.modules())[1:]:
                handles += [
                    module.register_forward_pre_hook(reply.enter, with_kwargs=True),
                    module.register_forward_hook(reply.leave),
                ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()
            if "functions" in watch:
                reply.head["functions"] = sorted(seen.names)


def _tensors_in(value: Any) -> Iterable[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif type(value) in (list, tuple, set, frozenset):
        for one in value:
            yield from _tensors_in(one)
    elif type(value) is dict:
        for one in value.values():
            yield from _tensors_in(one)
