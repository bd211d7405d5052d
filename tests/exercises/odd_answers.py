"""Answers that nobody would think of: a right answer in which one thing is made odd, by chance.

    python tests/exercises/odd_answers.py [NUMBER (10000)] [SEED]

judges as many, over all exercises in turn, and prints each at which the course itself stumbles: an error that is no
verdict, a check that says that it could not be made, a name of the machinery, a hang, a changed world.
"""

import random
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from textwrap import indent
from typing import Any

from world import snapshot

from course_utils import tests
from course_utils.authoring.answers import answers, run_cell
from course_utils.checking.telling import NotRightYet
from course_utils.exercises.registry import notebooks

CODE = [one.name for entries in notebooks().values() for one in entries if not one.name.endswith("_answers")]
_SLOW = 60  # seconds, for all tests of one exercise
_MACHINERY = re.compile(r"could not be checked|Traceback|site-packages|course_utils|object at 0x")

THINGS = """
import copy, sys, threading, warnings
import numpy, torch
from torch import nn

class Broken:
    def __getattr__(self, name): raise ZeroDivisionError("no " + name)
    def __repr__(self): raise ZeroDivisionError("no repr")
    def __eq__(self, other): raise ZeroDivisionError("no ==")
    def __bool__(self): raise ZeroDivisionError("no bool")
    __hash__ = None

class Silent(Exception):
    def __str__(self): raise ZeroDivisionError("no words")

class Own(torch.Tensor):
    pass

class Stop(BaseException):
    pass

def endless(*args, **settings): return endless(*args, **settings)
def numbers():
    yield 1
around = []
around.append(around)
deep = []
for _ in range(5000): deep = [deep]
"""

_VALUES = """
None | 3 | -1 | 0.5 | True | "x" | "" | b"x" | [] | () | {} | {1} | [[1, 2], [3]] | 10**30 | float("nan") | ...
NotImplemented | object() | Broken() | Silent() | torch | torch.Tensor | nn.ReLU | nn.ReLU() | nn.Linear(3, 2)
nn.Identity | nn.Sequential() | nn.ModuleList([nn.ReLU()]) | nn.LazyLinear(3) | lambda *args: args | numbers()
numbers | iter([1]) | around | deep | range(3) | type | numpy.ones((2, 3)) | numpy.float32(2) | print | torch.ones(())
torch.ones(0) | torch.ones(1, 1) | torch.ones(2, 3, 4, 5) | torch.ones(3, dtype=torch.int64) | torch.tensor(True)
torch.ones(2, 3, dtype=torch.complex64) | torch.ones(4, dtype=torch.float16) | torch.ones(4, dtype=torch.bfloat16)
torch.full((2, 3), float("nan")) | torch.full((2, 3, 4, 4), float("inf")) | torch.ones(3, 3).to_sparse()
torch.ones(2, 3, device="meta") | nn.Parameter(torch.ones(3)) | nn.Parameter(torch.ones(3), requires_grad=False)
torch.ones(2, 3).as_subclass(Own) | torch.ones(1, 3, 1, 1) | torch.ones(2, 3, requires_grad=True) * 2
torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]) | torch.Generator() | torch.float32 | dict(a=Broken())
[Broken(), Broken()] | torch.Size([1]) | nn.BatchNorm2d(3) | nn.UninitializedParameter() | nn.Conv2d
staticmethod(len)
"""
_OF_RESULT = """
[it] | (it, it) | {"it": it} | it[0] | it.tolist() | it.detach().numpy() | it.sum() | it.unsqueeze(0) | it.mT
it.half() | it.to("meta") | str(it) | -it | it.to_sparse() | it.double() | it.detach() | it.as_subclass(Own) | it + 0j
it.flatten() | it.expand(2, *it.shape) | it.contiguous().data | it * float("nan") | it.__class__ | lambda: it
iter(it) | copy.deepcopy(it) | it.bool() | it.long() | it.flip(0) | it[:0] | nn.Parameter(it.detach()) | id(it)
repr(it)
"""
_DEEDS = """
raise KeyError | raise SystemExit(3) | raise Silent | raise Silent() | raise Stop | raise GeneratorExit
raise StopIteration | raise MemoryError | raise AssertionError | raise AssertionError("mine")
raise NotImplementedError | raise RecursionError | raise Warning("careful") | raise OSError(2, "no file")
raise ImportError("no module") | raise UnicodeDecodeError("utf-8", b"x", 0, 1, "bad")
raise torch.OutOfMemoryError("x") | raise TypeError("'list' object") | endless() | sys.exit() | 1 / 0 | undefined_name
self.undefined_name | torch.ones(2) + torch.ones(3) | torch.manual_seed(1) | print("x" * 1000)
torch.set_default_dtype(torch.float64) | torch.set_grad_enabled(False) | torch.set_num_threads(1)
warnings.warn("mine") | args[0].zero_() | args[0].add_(1) | args[0].data = torch.ones(1) | args[0].requires_grad_()
self.double() | self.half() | self.to("meta") | self.eval() | self.train() | self.train = 3 | self.training = "x"
self.forward = None | del self._parameters | self._modules = None | self._buffers = [] | self.__dict__.clear()
self.__class__ = nn.ReLU | self.register_buffer("extra", None) | self.register_parameter("none", None)
self.add_module("own", None) | self.itself = self | self.register_buffer("a", torch.ones(()))
self.requires_grad_(False) | self.apply(lambda m: 1 / 0) | self.zero_grad() | self.named_parameters = 3
self.state_dict = dict | self.weight = torch.ones(3) | self.bias = 3 | self.weight = None | del self.weight
self.parameters = lambda: [1] | self.lazy = nn.LazyLinear(3) | self.broken = Broken() | self.modules = None
type(self).forward = None | self.register_forward_hook(lambda *a: 1 / 0) | self.register_forward_hook(lambda *a: "x")
self.register_full_backward_hook(lambda *a: 3) | torch.nn.functional.relu = None | torch.Tensor.mean = None
nn.Module.__call__ = None | torch.allclose = lambda *a: True | args = args[:-1] | args = (*args, 3) | args = ("x",)
args = (None,) * len(args) | args = [Broken()]
args = tuple(torch.as_tensor(a).half() if isinstance(a, torch.Tensor) else a for a in args) | settings["odd"] = 1
threading.Thread(target=print).start() | raise KeyboardInterrupt_("x") | exec("raise ValueError('from exec')")
eval("1 +") | [].pop() | {}["a"] | int("x") | "x" + 1 | None + 1 | None()
"""
_HEADS = """
(self) | () | (x, y, z, w, v) | (self, x, *, needed) | (*args) | (**settings) | (self, x, y=1, /) | (x)
"""


def _choices(text: str) -> list[str]:
    return [one.strip() for one in text.replace("\n", "|").split("|") if one.strip()]


VALUES, OF_RESULT, DEEDS, HEADS = map(_choices, (_VALUES, _OF_RESULT, _DEEDS, _HEADS))


@dataclass(frozen=True)
class OddAnswer:
    """The cell, and the exercise that it would answer."""

    exercise: str
    source: str

    def trouble(self) -> str:
        """Judge it by all tests of the exercise; say at what the course stumbles."""
        try:
            candidate = run_cell(self.source, self.exercise, "odd")
        except BaseException:  # noqa: BLE001  (the cell itself stops, as the student sees)
            return ""
        before = snapshot()
        for test in tests.EXERCISES[self.exercise]:
            if found := _stumbles(test, candidate):
                return f"{test.__name__}: {found}"
        now = snapshot()
        return (
            ""
            if now == before
            else f"the world has changed: {[a for a, b in zip(before, now, strict=True) if a != b]}"[:300]
        )


def _stumbles(test: Callable, candidate: Any) -> str:
    signal.signal(signal.SIGALRM, _too_slow)
    signal.alarm(_SLOW)
    try:
        with redirect_stdout(StringIO()):
            test(candidate, quiet=True)
    except NotRightYet as told:
        found = _MACHINERY.search(str(told))
        return f"it says {found[0]!r}:\n{told}" if found else ""
    except BaseException as error:  # noqa: BLE001  (any other error is what is looked for)
        return f"{type(error).__name__}: {error!r}"[:300]
    finally:
        signal.alarm(0)
    return ""


def _too_slow(*_: Any) -> None:
    raise TimeoutError


def odd_answers(exercise: str, chance: random.Random) -> Iterator[OddAnswer]:
    """Make odd answers to an exercise without end."""
    right = [cell.source for cell in answers(exercise) if cell.kind == "right"]
    while True:
        yield OddAnswer(exercise, f"{THINGS}\n{_made_odd(chance.choice(right), exercise, chance)}")


def _made_odd(source: str, name: str, chance: random.Random) -> str:
    if chance.random() < 0.05:
        return f"{name} = {chance.choice(VALUES)}"
    methods = re.findall(r"^    def (\w+)", source, re.MULTILINE) if f"class {name}" in source else []
    place = f"{name}.{chance.choice(methods)}" if methods else name
    return f"{source}\n_right = {place}\n{_odd_function(chance)}\n{place} = _odd\n"


def _odd_function(chance: random.Random) -> str:
    """Write a function that does what the right one does, but for one odd thing."""
    call = "it = _right(*args, **settings)"
    itself = "self = args[0] if args else None"
    kind = chance.choice(("value", "result", "before", "after", "attribute", "head", "prefix"))
    value, deed = chance.choice(VALUES), chance.choice(DEEDS)
    body = {
        "value": f"return {value}",
        "result": f"{call}\nreturn {chance.choice(OF_RESULT)}",
        "before": f"{itself}\n{deed}\n{call}\nreturn it",
        "after": f"{itself}\n{call}\n{deed}\nreturn it",
        "attribute": f"{itself}\n{call}\nsetattr(self, {_attribute(chance)}, {value})\nreturn it",
        "prefix": f"{call}\nyield it" if chance.random() < 0.5 else f"{call}\nreturn it",
    }
    if kind == "head":
        return f"def _odd{chance.choice(HEADS)}:\n    return {value}"
    maker = chance.choice(("async def", "@staticmethod\ndef", "@classmethod\ndef", "@property\ndef", "def"))
    return f"{maker if kind == 'prefix' else 'def'} _odd(*args, **settings):\n{indent(body[kind], '    ')}"


def _attribute(chance: random.Random) -> str:
    """Name an attribute that the module has, or one that no module should have."""
    own = "chance(list(vars(self)) + [n for n, _ in self.named_parameters(recurse=False)] or ['x'])"
    return chance.choice((f"(lambda chance: {own})(__import__('random').choice)", '"weight"', '"training"', '"odd"'))


def main() -> None:
    """Judge many."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    streams = {name: odd_answers(name, chance) for name in CODE}
    troubles = 0
    for each in range(number):
        odd = next(streams[CODE[each % len(CODE)]])
        if found := odd.trouble():
            troubles += 1
            print(f"--- {odd.exercise}\n{odd.source.removeprefix(THINGS)}\n=> {found}\n", flush=True)
    print(f"{number} odd answers, {troubles} at which the course stumbles")
    sys.exit(troubles > 0)


if __name__ == "__main__":
    main()
