"""What the student's process tells the judge after each request: a result or an error, and all that has changed."""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from course_utils.checking.student import own_line
from course_utils.grading.judge.slots import HOOKS, INTERNAL, Seen, Slot, heavy, memory_of, slots
from course_utils.grading.run.wire import SPECIAL, Line, Packer

if TYPE_CHECKING:
    from course_utils.grading.judge.actor import Actor

_LONGEST = 20_000  # characters of a text
_DEEPEST = 8  # lists in lists
_PLAIN_DEPTH, _PLAIN_LENGTH = 3, 1000  # of attributes that are told without being asked for


class Given:
    """A tensor that the judge gives: the leaf that gradients are asked for, and what the student's code gets."""

    def __init__(self, tensor: Any, requires_grad: bool, is_leaf: bool) -> None:
        tensor = heavy(tensor)
        self.leaf = tensor.requires_grad_() if requires_grad else tensor
        with torch.enable_grad():
            self.tensor = self.leaf if is_leaf or not requires_grad else self.leaf * 1
        self.before = Seen.of(self.tensor)


class Reply:
    """One answer: a result or an error, and the state of the modules that were involved."""

    def __init__(self, actor: "Actor") -> None:
        self.head: dict[str, Any] = {}
        self.random: Tensor | None = None
        self._actor = actor
        self._packer = Packer()
        self._involved: dict[int, nn.Module] = {}
        self._first: dict[int, int] = {}  # the number of the first tensor in each place of the memory
        self._events: list[list] = []
        self._moments: dict[tuple[int, int], int] = {}
        self._kept: list[Tensor] = []
        self._given: list[Given] = []
        self._tensors: list[Tensor] = []
        self._classes: dict[str, dict] = {}

    def result(self, value: Any) -> None:
        """Tell a result."""
        self.head["result"] = self._encode(value)

    def error(self, error: BaseException) -> None:
        """Tell what the student's code has raised."""
        line, source = own_line(error)
        try:
            text = str(error)[:_LONGEST]
        except Exception:  # noqa: BLE001  (an error whose text cannot be had is still an error)
            text = ""
        self.head["error"] = {
            "kinds": [kind.__name__ for kind in type(error).__mro__],
            "text": text,
            "line": line,
            "source": source[:200],
            "judge": self._actor.number_of(error),
        }

    def involve(self, module: Any) -> None:
        """Tell the state of a module and of its parts."""
        if isinstance(module, nn.Module) and id(module) not in self._involved:
            self._involved.update((id(part), part) for part in module.modules())

    def given(self, given: list[Given]) -> None:
        """Tell which of the given tensors have changed in place."""
        self._given = given

    def lists(self, changed: list[tuple[int, list]]) -> None:
        """Tell which of the given lists have changed."""
        self.head["lists"] = [[at, self._encode(list(value))] for at, value in changed]

    def enter(self, module: nn.Module, args: tuple, kwargs: dict) -> None:
        """Note what goes into a module."""
        self._events.append(["enter", self._actor.key_of(module), self._moment([list(args), kwargs])])

    def leave(self, module: nn.Module, _: tuple, output: Any) -> None:
        """Note what comes out of it."""
        self._events.append(["leave", self._actor.key_of(module), self._moment(output)])

    def send(self, line: Line) -> None:
        """Send it all."""
        self.head["given"] = [
            [at, self._tensor(each.tensor)] for at, each in enumerate(self._given) if not each.before.still(each.tensor)
        ]
        self.head["events"] = self._events
        self.head["origins"] = self._origins()
        kept = [self._tensor(tensor) for tensor in self._kept]
        self.head["kept"] = kept
        self.head["modules"] = self._modules()
        self.head["classes"] = self._classes
        if self.random is not None:
            self.head["random"] = self._tensor(self.random)
        line.send(self.head, *self._packer.buffers)

    def _origins(self) -> list[list]:
        """Say which noted tensors are given ones, and which are in the result."""
        found = []
        for (one, _), at in self._moments.items():
            found += [[at, "given", i] for i, each in enumerate(self._given) if id(each.tensor) == one]
            found += [[at, "result", i] for i, each in enumerate(self._tensors) if id(each) == one]
        return found

    def _moment(self, value: Any) -> Any:
        """Note a tensor as it is now; the same tensor, unchanged, is noted once."""
        if isinstance(value, Tensor):
            key = id(value), value._version
            if key not in self._moments:
                self._moments[key] = len(self._kept)
                self._kept.append(value.detach().clone())
                self._tensors_alive = [*getattr(self, "_tensors_alive", []), value]
            return {"moment": self._moments[key]}
        if isinstance(value, list | tuple):
            return [self._moment(one) for one in value]
        if isinstance(value, dict):
            return {"dict": [[str(name), self._moment(one)] for name, one in value.items()]}
        return None

    # --- values -----------------------------------------------------------------------------------------------------

    def _encode(self, value: Any, depth: int = 0) -> Any:
        """Describe a value as JSON; what is not plain is only ever told of by its key and kind."""
        kind = type(value)
        if value is None or kind in (bool, int, float):
            return {"v": value} if kind is not float else {"f": repr(value)}
        if kind is str and len(value) <= _LONGEST:
            return {"v": value}
        if kind in (list, tuple, set, frozenset, torch.Size) and depth < _DEEPEST and len(value) <= _LONGEST:
            name = "tuple" if kind is torch.Size else kind.__name__
            return {name: [self._encode(one, depth + 1) for one in value]}
        if kind is dict and depth < _DEEPEST and len(value) <= _LONGEST:
            return {"dict": [[self._encode(one, depth + 1) for one in pair] for pair in value.items()]}
        if isinstance(value, Tensor):
            self._tensors.append(value)
            return {"t": self._tensor(value), "g": value.requires_grad}
        return self._encode_thing(value)

    def _encode_thing(self, value: Any) -> Any:
        number = self._actor.number_of(value)
        if number is not None:
            return {"judge": number}
        if isinstance(value, nn.Module):
            self.involve(value)
            return {"m": self._actor.key_of(value)}
        if isinstance(value, type):
            return {"c": self._class(value)}
        described = {"class": self._class(type(value)), "callable": callable(value)}
        return {"o": self._actor.key_of(value), "name": str(getattr(value, "__name__", "")), **described}

    def _class(self, cls: type) -> str:
        """Give a class's key; the first time, tell its name, where its bases come from, and what readers ask for."""
        key = self._actor.key_of(cls)
        if self._actor.is_news(key, True):
            own = [base for base in cls.__mro__ if not _is_library(base)]
            plain = {
                name: self._encode(value)
                for base in reversed(own)
                for name, value in vars(base).items()
                if not name.startswith("_") and type(value) in (bool, int, float, str)
            }
            self._classes[key] = {
                "name": cls.__name__,
                "bases": [[base.__module__, base.__qualname__] for base in cls.__mro__],
                "special": [name for name in SPECIAL if any(name in vars(base) for base in own)],
                "plain": plain,
            }
        return key

    def _tensor(self, tensor: Tensor) -> list:
        return self._packer.pack(tensor)

    # --- modules ----------------------------------------------------------------------------------------------------

    def _modules(self) -> dict[str, dict]:
        """Describe the modules that are involved, where there is something new to say."""
        told: dict[str, dict] = {}
        seen: set[str] = set()
        while len(seen) < len(self._involved):
            for module in list(self._involved.values()):
                key = self._actor.key_of(module)
                if key in seen:
                    continue
                seen.add(key)
                described, held = self._module(key, module)
                if self._actor.is_news(key, described) or any("new" in entry for entry in held):
                    told[key] = {**described, "held": held}
        return told

    def _module(self, key: str, module: nn.Module) -> tuple[dict, list[dict]]:
        held = [self._held(key, slot, tensor) for slot, tensor in slots(module)]
        plain = {
            name: self._encode(value)
            for name, value in vars(module).items()
            if name not in INTERNAL and _is_plain(value)
        }
        hooks = [
            [kind, str(number), self._encode_thing(hook)]
            for kind in HOOKS
            for number, hook in getattr(module, kind).items()
        ]
        known = [[entry["slot"], entry.get("id"), entry.get("grad"), entry.get("shares")] for entry in held]
        told = {
            "class": self._class(type(module)),
            "training": bool(module.training),
            "parts": [
                [name, None if part is None else self._actor.key_of(part)] for name, part in module._modules.items()
            ],
            "slots": known,
            "unsaved": sorted(module._non_persistent_buffers_set),
            "plain": plain,
            "hooks": hooks,
        }
        return told, held

    def _held(self, key: str, slot: Slot, tensor: Tensor | None) -> dict[str, Any]:
        """Describe a tensor of a module: which one it is, whose memory it shares, and its numbers if they are new."""
        entry: dict[str, Any] = {"slot": slot}
        if tensor is not None:
            number = self._actor.identity(tensor)
            entry |= {"id": number, "grad": tensor.requires_grad}
            first = self._first.setdefault(memory_of(tensor) or -number, number)
            if first != number:
                entry["shares"] = first
        if self._actor.agreed.changed(key, slot, tensor):
            entry["new"] = None if tensor is None else self._tensor(tensor)
        return entry


def _is_plain(value: Any, depth: int = 0) -> bool:
    if isinstance(value, list | tuple) and depth < _PLAIN_DEPTH:
        return len(value) < _PLAIN_LENGTH and all(_is_plain(one, depth + 1) for one in value)
    return value is None or type(value) in (bool, int, float, str)


def _is_library(cls: type) -> bool:
    return cls.__module__.split(".")[0] in {"torch", "torchvision", "builtins", "typing", "collections", "abc"}
