"""The judge's side of one test: ask the student's process to do things, and keep the stand-ins up to date."""

import builtins
import io
import linecache
import math
import pickle
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import cloudpickle
import torch
from torch import Tensor, nn

from course_utils import exercises
from course_utils.grading.answer import Answer
from course_utils.grading.asked import State, World
from course_utils.grading.calls import CallMaking
from course_utils.grading.proxies import Mirror, RemoteClass, Thing, Thrown, make_class, modes
from course_utils.grading.slots import HOOKS, Agreed, light, slots, tensor_of
from course_utils.grading.wire import Gone, Late, Line

# The right parts that a student's code is given go over as they are: the student's process has no exercises to import.
cloudpickle.register_pickle_by_value(exercises)

_GRACE = 15  # seconds that an interrupted call has to end
_LAST_LINE = 100_000  # of a cell; a number beyond it is made up
_LONGEST = 20_000  # characters of an error's text


class TookTooLong(Exception):  # noqa: N818
    """The student's code has used up the time of its test."""


class Session:
    """One test's conversation with the student's process."""

    def __init__(self, line: Line, seconds: float = math.inf, interrupt: Callable[[], None] = lambda: None) -> None:
        self._line, self._interrupt = line, interrupt
        self._deadline = time.monotonic() + seconds
        self.trouble: Exception | None = None
        self._modules: WeakValueDictionary[str, nn.Module] = WeakValueDictionary()
        self._keys: WeakKeyDictionary[nn.Module, str] = WeakKeyDictionary()
        self._told: set[str] = set()
        self._classes: dict[str, type] = {}
        self._things: dict[str, Thing] = {}
        self.agreed = Agreed()
        self._training: dict[str, bool] = {}
        self._tensors: WeakValueDictionary[int, Tensor] = WeakValueDictionary()
        self._random: Tensor | None = None
        self._hooked: dict[str, tuple] = {}
        self._calls: WeakValueDictionary[str, CallMaking] = WeakValueDictionary()
        self._own: list[Any] = []
        self.referring: dict[type, Any] = {}
        self._count = 0

    # --- what the judge asks ----------------------------------------------------------------------------------------

    def start(self, expression: str, parts: dict[str, Any]) -> Any:
        """Give a stand-in for the candidate; the student's code sees `parts` in the place of earlier answers."""
        with torch._C.DisableTorchFunction():
            head, body = self._ask(do="start", expression=expression, parts=self.dump(parts))
            if head.get("stub") is True:
                return _stub(head)
            return Answer(self, head, body).result()

    def call(self, key: str, method: str, args: tuple, kwargs: dict) -> Any:
        """Call a method in the student's process."""
        watchers, changing = modes()
        device = str(torch.get_default_device())
        with torch._C.DisableTorchFunction():
            watch = ("functions",) * bool(watchers) + ("modules",) * _has_hooks_inside(self._modules.get(key))
            making = CallMaking(self, args, kwargs, self._modules.get(key))
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
        gone = [key for key in self._told if key not in self._modules and key not in self._calls]
        self._told.difference_update(gone)
        for key in gone:
            self.agreed.forget(key)
        try:
            self._line.send("ask", pickle.dumps({**request, "drop": gone}))
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
        return self._own[head["callback"]](*args, **kwargs)

    def dump(self, value: Any, tensors: list[Tensor] | None = None, adopting: bool = False) -> bytes:
        """Pickle a value of the judge's; tensors go into a list of their own, if there is one."""
        out = io.BytesIO()
        _Pickler(out, self, tensors, adopting).dump(value)
        return out.getvalue()

    def _error(self, told: dict) -> BaseException:
        """Make the student's error again: same name, same text, and a traceback that ends in the student's line."""
        if isinstance(told["judge"], int):
            return self._own[told["judge"]]
        kinds, text = [str(kind) for kind in told["kinds"]], str(told["text"])[:_LONGEST]
        base = next((b for kind in kinds if isinstance(b := getattr(builtins, kind, None), type)), Exception)
        base = base if issubclass(base, Exception) else Exception
        kind = base if base.__name__ == kinds[0] else type(kinds[0], (base,), {"__module__": "__main__"})
        try:
            error = kind(text)
        except TypeError:  # UnicodeDecodeError and the like want more than a text
            error = type(kinds[0], (Exception,), {})(text)
        return _at_line(error, int(told["line"]), str(told["source"]))

    # --- what is known ----------------------------------------------------------------------------------------------

    def adopt(self, module: nn.Module) -> str:
        """Give the student's process a copy of a module of the judge's, kept up to date from now on."""
        if module in self._keys:
            return self._keys[module]
        keys = []
        for part in module.modules():
            if part not in self._keys:
                self._count += 1
                self.know(f"j{self._count}", part)
            keys.append(self._keys[part])
            for slot, tensor in slots(part):
                self.agreed.on(keys[-1], slot, tensor)
        with _without_hooks(module):
            Answer(self, *self._ask(do="adopt", module=self.dump(module, adopting=True), keys=keys))
        return self._keys[module]

    def adopted(self) -> list[nn.Module]:
        """List the modules of the judge's that the student's code may still hold."""
        return [module for key, module in self._modules.items() if key.startswith("j")]

    def know(self, key: str, module: nn.Module) -> None:
        """Remember a module under its key."""
        self._modules[key], self._keys[module] = module, key
        self._told.add(key)

    def module(self, key: str) -> nn.Module | None:
        """Give the module with this key."""
        return self._modules.get(key)

    def key(self, module: nn.Module) -> str | None:
        """Give a module's key."""
        return self._keys.get(module)

    def own(self, thing: Any) -> int:
        """Give the number of something of the judge's that the student's code may hold, and not look into."""
        for number, one in enumerate(self._own):
            if one is thing:
                return number
        self._own.append(thing)
        return len(self._own) - 1

    def owned(self, number: int) -> Any:
        """Give it back."""
        return self._own[number]

    def class_of(self, key: str) -> type:
        """Give the stand-in for a class."""
        return self._classes[key]

    def learn(self, classes: dict[str, dict]) -> None:
        """Make stand-ins for classes."""
        for key, told in classes.items():
            self._classes[key] = make_class(self, key, told)

    def tensor(self, number: int) -> Tensor | None:
        """Give the tensor that has this number in the student's process."""
        return self._tensors.get(number)

    def number(self, number: int, tensor: Tensor) -> None:
        """Remember which tensor it is."""
        self._tensors[number] = tensor

    def thing(self, told: dict) -> Any:
        """Give the stand-in for a thing that is no module."""
        key = str(told["o"])
        if key not in self._things:
            cls = self.class_of(told["class"])
            kind = type(cls)(cls.__name__, (cls, _Callable), {}) if told["callable"] else cls
            kind.__module__ = cls.__module__
            thing = object.__new__(kind)
            thing.key = key
            if told["name"]:
                thing.__name__ = str(told["name"])
            self._things[key] = thing
        return self._things[key]

    def plain(self, told: Any) -> Any:
        """Give a value without tensors and things in it."""
        return Answer(self, {}, memoryview(b"")).value(told)

    def news_of(self, key: str, module: nn.Module) -> State | None:
        """Tell what of a module the student's process does not know yet; None if it knows all."""
        changes = tuple(
            (slot, None if tensor is None else light(tensor), tensor is not None and tensor.requires_grad)
            for slot, tensor in slots(module)
            if self.agreed.changed(key, slot, tensor)
        )
        hooks = self._hooks_of(key, module)
        if not changes and hooks is None and self._training.get(key) == module.training:
            return None
        self._training[key] = module.training
        return State(key, module.training, changes, hooks)

    def note_training(self, key: str, training: bool) -> None:
        """Note that both sides have a module in the same mode."""
        self._training[key] = training

    def _hooks_of(self, key: str, module: nn.Module) -> tuple[tuple[str, int, int, bool], ...] | None:
        """List the judge's own hooks on a module of the judge's, if the student's process has others."""
        if isinstance(module, Mirror):
            return None
        hooks = tuple(
            (kind, number, self.own(hook), number in module._forward_pre_hooks_with_kwargs)
            for kind in HOOKS
            for number, hook in getattr(module, kind).items()
            if isinstance(number, int)
        )
        if self._hooked.get(key, ()) == hooks:
            return None
        self._hooked[key] = hooks
        return hooks

    def take_random(self, state: Tensor) -> None:
        """Go on with the random numbers where the student's process has stopped."""
        self._random = state
        torch.set_rng_state(state)

    def note_hooks(self, key: str, module: nn.Module) -> None:
        """Note that both sides have the same hooks on a module."""
        self._hooked.pop(key, None)
        self._hooks_of(key, module)

    def register_call(self, call: "CallMaking") -> int:
        """Number a call, so that its gradients can be asked for."""
        self._count += 1
        self._calls[str(self._count)] = call
        self._told.add(str(self._count))
        return self._count

    def gradients(self, number: int, grads: tuple[Tensor | None, ...]) -> list[Tensor | None]:
        """Ask for the gradients of a call's inputs."""
        with torch._C.DisableTorchFunction():
            given = [None if grad is None else light(grad) for grad in grads]
            head, body = self._ask(do="backward", number=number, grads=given)
            if "error" in head:
                raise self._error(head["error"])
            return list(Answer(self, head, body).result())


class _Callable:
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.session.call(self.key, "__call__", args, kwargs)


class _Pickler(cloudpickle.Pickler):
    """Pickles the judge's values; what lives on one side only goes over as a reference."""

    def __init__(self, out: io.BytesIO, session: Session, tensors: list[Tensor] | None, adopting: bool) -> None:
        super().__init__(out)
        self._session, self._tensors, self._adopting = session, tensors, adopting
        self._numbers: dict[tuple, Any] = {}

    def persistent_id(self, value: Any) -> tuple | None:
        """Refer to tensors, modules and things of the judge's."""
        kind = type(value)
        # It is asked for every number and every text, hundreds of thousands of times for one submission.
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
        return "error", self._session.own(value.error), base.__name__

    def judges(self, value: Any) -> tuple:
        """Refer to what a test has made to note something down."""
        return "judge", self._session.own(value)

    def tensor(self, value: Tensor) -> tuple | None:
        """Refer to a tensor by its place in the list of its own."""
        if self._tensors is None:
            return None
        at = next((at for at, one in enumerate(self._tensors) if one is value), len(self._tensors))
        if at == len(self._tensors):
            self._tensors.append(value)
        return "tensor", at


def _how_to_refer(kind: type) -> Callable[[_Pickler, Any], tuple | None] | None:
    """Give the method that refers to objects of a type; None where they go over as they are."""
    for base, refer in (
        (Tensor, _Pickler.tensor),
        ((Mirror, Thing, RemoteClass), _Pickler.thing),
        (nn.Module, _Pickler.module),
        (Thrown, _Pickler.error),
        ((type, types.FunctionType, types.ModuleType), None),
    ):
        if issubclass(kind, base):
            return refer
    return _Pickler.judges if kind.__module__.startswith(exercises.__name__) else None


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


def _at_line(error: Exception, line: int, source: str) -> Exception:
    """Give the error a traceback that ends in a line of the student's."""
    if not 0 < line <= _LAST_LINE:
        return error
    name = "<your code>"
    linecache.cache[name] = (1, None, ["\n"] * (line - 1) + [source + "\n"], name)
    try:
        exec(compile("\n" * (line - 1) + "raise error", name, "exec"), {"error": error})
    except Exception as raised:  # noqa: BLE001  (it is the one that was handed in)
        return raised
    return error


def _stub(head: dict) -> Any:
    """Give something that is as unfinished as what the student has handed in."""
    is_class = "c" in head["result"]
    name = str(head["classes"][head["result"]["c"]]["name"] if is_class else head["result"].get("name", "it"))

    def unfinished(self: Any = None, *args: Any, **kwargs: Any) -> None:
        pass

    if is_class:
        return type(name, (nn.Module,), {"forward": unfinished})
    unfinished.__name__ = name
    return unfinished
