"""Read what the student's process has answered: bring the stand-ins up to date, then make the values."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from course_utils.grading.judge.proxies import Mirror, make_class
from course_utils.grading.judge.slots import HOOKS, INTERNAL, holder, slots
from course_utils.grading.run.wire import unpack

if TYPE_CHECKING:
    from course_utils.grading.judge.calls import CallMaking
    from course_utils.grading.judge.session import Session

_OURS = INTERNAL | {"key", "session"}  # no student's attribute has these names
_PLAIN_KINDS = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


class Answer:
    """Reads one answer: first the modules, then the values that refer to them."""

    def __init__(self, session: "Session", head: dict, body: memoryview, call: "CallMaking | None" = None) -> None:
        self._session, self._head, self._body, self._call = session, head, body, call
        self._known = session.known
        self._results: list[Tensor] = []
        self._modules()
        self._values = iter(())

    def result(self) -> Any:
        """Give the result."""
        told = list(_tensors_told(self._head["result"]))
        self._results = [unpack(one["t"], self._body) for one in told]
        flowing = [at for at, one in enumerate(told) if one["g"] and self._results[at].is_floating_point()]
        if flowing and self._call is not None:
            joined = self._call.join([self._results[at] for at in flowing])
            for at, tensor in zip(flowing, joined, strict=True):
                self._results[at] = tensor
        self._values = iter(self._results)
        return self.value(self._head["result"])

    def value(self, told: dict) -> Any:  # noqa: PLR0911  (one for each kind of value)
        """Give a value that was described."""
        (kind, inner), *_ = told.items()
        match kind:
            case "v":
                return inner
            case "f":
                return float(inner)
            case "list" | "tuple" | "set" | "frozenset":
                return _PLAIN_KINDS[kind](self.value(one) for one in inner)
            case "dict":
                return {self.value(key): self.value(value) for key, value in inner}
            case "t":
                return next(self._values, None) if self._results else unpack(inner, self._body)
            case "m":
                return self._known.module(inner)
            case "c":
                return self._known.classes[inner]
            case "judge":
                return self._known.owned(inner)
        return self._known.thing(told)

    # --- modules ----------------------------------------------------------------------------------------------------

    def _modules(self) -> None:
        """Make or update all modules of the answer."""
        for key, cls in self._head.get("classes", {}).items():
            self._known.classes[key] = make_class(self._session, key, cls)
        told = self._head.get("modules", {})
        self._alive = [self._known.module(key) or self._make(key, each) for key, each in told.items()]
        for (key, each), module in zip(told.items(), self._alive, strict=True):
            self._update(key, module, each)

    def _make(self, key: str, told: dict) -> nn.Module:
        cls = self._known.classes[told["class"]]
        module = cls.__new__(cls)
        nn.Module.__init__(module)
        object.__setattr__(module, "key", key)
        self._known.hold(key, module)
        return module

    def _update(self, key: str, module: nn.Module, told: dict) -> None:
        plain = {name: self.value(value) for name, value in told["plain"].items() if name not in _OURS}
        parts = {name: None if part is None else self._known.module(part) for name, part in told["parts"]}
        # Past nn.Module's own __setattr__, which would look at each value.
        vars(module).update(
            plain, training=told["training"] is True, _modules=parts, _non_persistent_buffers_set=set(told["unsaved"])
        )
        self._known.note_training(key, module.training)
        before = dict(slots(module))
        wanted = [tuple(entry["slot"]) for entry in told["held"]]
        for kind, name in set(before) - set(wanted):
            holder(module, kind).pop(name, None)
        for entry in told["held"]:
            self._fill(key, module, entry, before)
        _in_order(module._parameters, [name for kind, name in wanted if kind == "parameter"])
        _in_order(module._buffers, [name for kind, name in wanted if kind == "buffer"])
        if not isinstance(module, Mirror):
            self._hooks(key, module, told["hooks"])

    def _fill(self, key: str, module: nn.Module, entry: dict, before: dict) -> None:
        slot = tuple(entry["slot"])
        old, new = before.get(slot), entry.get("new", ...)
        tensor = None
        if "id" in entry:
            tensor = self._known.tensors.get(entry["id"])
            if new is not ...:
                tensor = _refilled(old if tensor is None else tensor, unpack(new, self._body), slot[0], entry["grad"])
            elif tensor is None:
                tensor = old
            self._known.tensors[entry["id"]] = tensor
            if "shares" in entry:
                _share(tensor, self._known.tensors.get(entry["shares"]))
        if tensor is not old or slot not in before:
            kind, name = slot
            holder(module, kind)[name] = tensor
        if new is not ... or tensor is not old:
            self._known.agreed.on(key, slot, tensor)

    def _hooks(self, key: str, module: nn.Module, told: list) -> None:
        """Take over what the student's code has done to the hooks: the judge's own are known by their numbers."""
        for kind in HOOKS:
            held = getattr(module, kind)
            mine = {f"j{number}": number for number in held if isinstance(number, int)}
            wanted = [
                (mine[number], held[mine[number]]) if number in mine else (f"s{number}", self.value(hook))
                for name, number, hook in told
                if name == kind and (number in mine or not number.startswith("j"))
            ]
            held.clear()
            held.update(wanted)
        self._known.note_hooks(key, module)

    # --- what has passed by -----------------------------------------------------------------------------------------

    def replay(self, given: list[Tensor]) -> Callable[[], None]:
        """Give a function that calls the hooks on the stand-ins' parts, as if they had run here."""
        events = self._head.get("events", ())
        moments = [unpack(one, self._body) for one in self._head.get("kept", ())]
        for at, where, index in self._head.get("origins", ()):
            moments[at] = (given if where == "given" else self._results)[index]
        steps = [(kind, self._known.module(key), _passed(value, moments)) for kind, key, value in events]
        # Hooks on the judge's own modules have been called already, from over there.
        steps = [step for step in steps if isinstance(step[1], Mirror)]

        def run() -> None:
            for kind, module, value in steps:
                if kind == "enter":
                    for number, hook in list(module._forward_pre_hooks.items()):
                        args, kwargs = tuple(value[0]), value[1]
                        hook(module, args, kwargs) if number in module._forward_pre_hooks_with_kwargs else hook(
                            module, args
                        )
                else:
                    for hook in list(module._forward_hooks.values()):
                        hook(module, (), value)

        return run


def _passed(told: Any, moments: list[Tensor]) -> Any:
    if isinstance(told, list):
        return tuple(_passed(one, moments) for one in told)
    if isinstance(told, dict) and "moment" in told:
        return moments[told["moment"]]
    if isinstance(told, dict):
        return {name: _passed(one, moments) for name, one in told["dict"]}
    return None


def _refilled(old: Tensor | None, value: Tensor, kind: str, requires_grad: Any) -> Tensor:
    """Give the old tensor with its new value, or a new one."""
    if old is None or not old.is_leaf:
        if kind == "parameter":
            return nn.Parameter(value, requires_grad=requires_grad is True and value.is_floating_point())
        old = value
    old.data = value
    if value.is_floating_point():
        old.requires_grad_(requires_grad is True)
    return old


def _share(tensor: Tensor, first: Tensor | None) -> None:
    """Let two tensors share their memory here, if they do in the student's process."""
    if first is None:
        return
    alike = (tensor.shape, tensor.dtype, tensor.device) == (first.shape, first.dtype, first.device)
    apart = tensor.device.type == "cpu" and tensor.data_ptr() != first.data_ptr()
    if tensor is not first and alike and apart and torch.equal(tensor, first):
        tensor.data = first.data


def _in_order(held: dict, names: list[str]) -> None:
    if list(held) != names:
        items = [(name, held[name]) for name in names]
        held.clear()
        held.update(items)


def _tensors_told(told: Any) -> Iterator[dict]:
    if isinstance(told, dict):
        if "t" in told:
            yield told
        for name in ("list", "tuple", "set", "frozenset", "dict"):
            yield from _tensors_told(told.get(name))
    elif isinstance(told, list):
        for one in told:
            yield from _tensors_told(one)
