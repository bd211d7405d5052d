"""Stand-ins for two small packages, where they cannot be installed: notebooks run on, with a little less to see."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any


class _Axes:
    """Takes the place of jaxtyping's Float, Int and so on: `Float[Tensor, "batch classes"]` is just Tensor."""

    def __class_getitem__(cls, item: tuple[Any, str]) -> Any:
        return item[0]


class _Words(str):
    """Takes the place of what torchinfo's summary gives, whose columns can be set."""

    def __init__(self, _: str) -> None:
        self.formatting = SimpleNamespace()


def _summary(model: Any, *_: Any, **__: Any) -> _Words:
    """Take the place of torchinfo's summary."""
    count = sum(parameter.numel() for parameter in model.parameters())
    words = f"{type(model).__name__}: {count:,} parameters (torchinfo, which says more, is not installed here)"
    return _Words(words)


_CONTENTS = {
    "jaxtyping": dict.fromkeys(("Bool", "Float", "Int", "Num", "UInt8"), _Axes),
    "torchinfo": {"summary": _summary},
}


def stand_in(name: str) -> None:
    """Let `import NAME` find the stand-in from now on."""
    module = ModuleType(name, "A stand-in of the course's.")
    vars(module).update(_CONTENTS[name])
    sys.modules[name] = module
