"""What the judge and the student's process know of each other, by key."""

from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from torch import Tensor, nn

from course_utils.grading.judge.asked import State
from course_utils.grading.judge.proxies import Mirror, Thing
from course_utils.grading.judge.slots import HOOKS, Agreed, light, slots


class Known:
    """The judge's side of it: stand-ins for what is the student's, and what of its own has a copy over there.

    classes, tensors: stand-ins for the student's classes, by key, and tensors, by the number that they have there.
    agreed: the tensors of modules that both sides hold.
    """

    def __init__(self) -> None:
        self.classes: dict[str, type] = {}
        self.tensors: WeakValueDictionary[int, Tensor] = WeakValueDictionary()
        self.agreed = Agreed()
        self._things: dict[str, Thing] = {}
        self._held: WeakValueDictionary[str, Any] = WeakValueDictionary()
        self._keys: WeakKeyDictionary[nn.Module, str] = WeakKeyDictionary()
        self._told: set[str] = set()
        self._training: dict[str, bool] = {}
        self._hooks: dict[str, tuple] = {}
        self._own: list[Any] = []
        self._count = 0

    def hold(self, key: str, one: Any) -> None:
        """Remember a module or a call, for as long as it lives."""
        self._held[key] = one
        self._told.add(key)
        if isinstance(one, nn.Module):
            self._keys[one] = key

    def gone(self) -> list[str]:
        """List what has died since this was last asked."""
        gone = [key for key in self._told if key not in self._held]
        self._told.difference_update(gone)
        for key in gone:
            self.agreed.forget(key)
        return gone

    def number(self) -> int:
        """Give a number that nothing else has."""
        self._count += 1
        return self._count

    # --- modules and things -----------------------------------------------------------------------------------------

    def module(self, key: str) -> nn.Module | None:
        """Give the module with this key."""
        found = self._held.get(key)
        return found if isinstance(found, nn.Module) else None

    def key(self, module: nn.Module) -> str | None:
        """Give a module's key."""
        return self._keys.get(module)

    def adopt(self, part: nn.Module) -> str:
        """Give a module of the judge's a key; both sides are going to hold what it holds now."""
        key = self._keys.get(part) or f"j{self.number()}"
        self.hold(key, part)
        for slot, tensor in slots(part):
            self.agreed.on(key, slot, tensor)
        return key

    def adopted(self) -> list[nn.Module]:
        """List the modules of the judge's that the student's code may still hold."""
        return [module for key, module in self._held.items() if key.startswith("j")]

    def thing(self, told: dict) -> Thing:
        """Give the stand-in for a thing that is no module."""
        key = str(told["o"])
        if key not in self._things:
            cls = self.classes[told["class"]]
            kind = type(cls)(cls.__name__, (cls, _Callable), {}) if told["callable"] else cls
            kind.__module__ = cls.__module__
            thing = object.__new__(kind)
            thing.key = key
            if told["name"]:
                thing.__name__ = str(told["name"])
            self._things[key] = thing
        return self._things[key]

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

    # --- the state of modules ---------------------------------------------------------------------------------------

    def news_of(self, key: str, module: nn.Module) -> State | None:
        """Tell what of a module the student's process does not know yet; None if it knows all."""
        changes = tuple(
            (slot, None if tensor is None else light(tensor), tensor is not None and tensor.requires_grad)
            for slot, tensor in slots(module)
            if self.agreed.changed(key, slot, tensor)
        )
        hooks = self._new_hooks(key, module)
        if not changes and hooks is None and self._training.get(key) == module.training:
            return None
        self.note_training(key, module.training)
        return State(key, module.training, changes, hooks)

    def note_training(self, key: str, training: bool) -> None:
        """Note that both sides have a module in the same mode."""
        self._training[key] = training

    def note_hooks(self, key: str, module: nn.Module) -> None:
        """Note that both sides have the same hooks on a module."""
        self._hooks.pop(key, None)
        self._new_hooks(key, module)

    def _new_hooks(self, key: str, module: nn.Module) -> tuple[tuple[str, int, int, bool], ...] | None:
        """List the judge's own hooks on a module of the judge's, if the student's process has others."""
        if isinstance(module, Mirror):
            return None
        hooks = tuple(
            (kind, number, self.own(hook), number in module._forward_pre_hooks_with_kwargs)
            for kind in HOOKS
            for number, hook in getattr(module, kind).items()
            if isinstance(number, int)
        )
        if self._hooks.get(key, ()) == hooks:
            return None
        self._hooks[key] = hooks
        return hooks


class _Callable:
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.session.call(self.key, "__call__", args, kwargs)
