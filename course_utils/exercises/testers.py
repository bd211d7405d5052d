"""What exercises share in which the student writes the test: right and wrong classes to judge, and what is looked at.

The student's function, `accepts`, gets one class after the other and says of each whether it is right. It runs in the
student's process; all that comes back are its answers, by number. Which numbers are right is known here alone.
"""

import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import ceil
from time import process_time
from types import ModuleType
from typing import Any

import torch
from torch import nn

from course_utils.checking.disguise import disguised
from course_utils.checking.look import Look
from course_utils.checking.observation import Remark
from course_utils.checking.shared import shared
from course_utils.checking.student import Stopped
from course_utils.checking.tensors import broken, came_back, run
from course_utils.checking.values import Step
from course_utils.exercises.exercise import Exercise

SHARE = 0.75
"""How many of each kind of wrong class a good tester refuses, at least."""

_SECONDS = 5  # that one answer may take: a hundred times what it needs
_NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Card:
    """A class to judge. sign: its number or letter in the grid; kind: where it is wrong ("": it is right).

    words: what it does wrong ("never projects"), or how it is written.
    """

    sign: str
    kind: str
    words: str
    candidate: type[nn.Module]


@dataclass(frozen=True, eq=False)
class Deck:
    """The classes that a tester judges. what: how one is called ("block"); tested: the exercise that asks for it."""

    what: str
    tested: Exercise
    cards: tuple[Card, ...]

    @property
    def right(self) -> tuple[Card, ...]:
        """The right ones."""
        return tuple(card for card in self.cards if not card.kind)

    @property
    def kinds(self) -> dict[str, tuple[Card, ...]]:
        """The wrong ones, by where they are wrong."""
        kinds = dict.fromkeys(card.kind for card in self.cards if card.kind)
        return {kind: tuple(card for card in self.cards if card.kind == kind) for kind in kinds}


Wrong = Mapping[str, Sequence[str | tuple[str, type[nn.Module]]]]
"""Kinds of mistakes: ids of the exercise's known ones, and others with their words."""


def deck_of(what: str, tested: Exercise, wrong: Wrong, right: Mapping[str, type[nn.Module]]) -> Deck:
    """Make a deck: wrong ones are numbered, right ones (by how they are written) have letters."""
    known = {one.id: (one.belief, one.candidate) for one in tested.mistakes}
    mistakes = [
        (kind, *(known[one] if isinstance(one, str) else one)) for kind, several in wrong.items() for one in several
    ]
    cards = [Card(str(number), *each) for number, each in enumerate(mistakes, 1)]
    cards += [Card(chr(ord("A") + number), "", *each) for number, each in enumerate(right.items())]
    return Deck(what, tested, tuple(cards))


def scale_and_shift(norm: Any, x: torch.Tensor) -> torch.Tensor:
    """Be a batch norm's forward by one scale and one shift for each channel: right, but not torch's to the last bit."""
    mean, var = norm.running_mean, norm.running_var
    if norm.training:
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), correction=0)
        with torch.no_grad():
            norm.running_mean.lerp_(mean, norm.momentum)
            norm.running_var.lerp_(x.var((0, 2, 3)), norm.momentum)
            norm.num_batches_tracked += 1
    scale = norm.weight / (var + norm.eps).sqrt()
    return x * scale[:, None, None] + (norm.bias - mean * scale)[:, None, None]


def needed(kind: Sequence[Card]) -> int:
    """Say how many of a kind have to be refused."""
    return ceil(SHARE * len(kind))


# --- asking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Asked:
    """What goes over to the student's process: the classes, in the order of the cards, and not a word about them."""

    what: str
    name: str
    signs: tuple[str, ...]
    candidates: tuple[type[nn.Module], ...]

    def answers(self, accepts: Any, seed: int, signs: Sequence[str]) -> dict[str, Any]:
        """Ask about some, each once for all rows of a table: True or False, in words what else came, or an error.

        In another order each time, so that it is of no use to count the calls.
        """
        order = random.SystemRandom().sample(signs, len(signs))
        found = {sign: shared(self.answer, accepts, seed, sign) for sign in order}
        return {sign: found[sign] for sign in signs}

    def answer(self, accepts: Any, seed: int, sign: str) -> Any:
        """Ask about one; random numbers begin anew, so that what came before makes no difference."""
        number = self.signs.index(sign)
        torch.default_generator.manual_seed(1000 * seed + number)
        random.seed(1000 * seed + number)
        began = process_time()
        with _own_judgement():
            try:
                came = run(accepts, disguised(self.candidates[number], self.name), doing=f"judging a {self.what}")
            except Stopped as error:
                return error
        if process_time() - began > _SECONDS:
            raise broken(
                f"it judges a {self.what} in a moment",
                f"one took it {process_time() - began:.0f} s: small tensors show as much as large ones",
            )
        return _plain(came)


def _plain(came: Any) -> Any:
    """Take True and False as they come, from NumPy or torch too; of anything else give what it is, in words."""
    of_torch = isinstance(came, torch.Tensor) and came.dtype == torch.bool and came.numel() == 1
    of_numpy = type(came).__module__ == "numpy" and type(came).__name__ in {"bool", "bool_"}
    return bool(came) if isinstance(came, bool) or of_torch or of_numpy else came_back(came)


@contextmanager
def _own_judgement() -> Iterator[None]:
    """Let nobody ask the course's own tests in this block.

    Raises:
        PromiseBroken: somebody did.
    """
    tests = sys.modules.get("course_utils.tests", ModuleType("tests"))
    called: list[str] = []

    def refusing(name: str) -> Any:
        if not name.startswith("test_"):
            raise AttributeError(name)

        def refuse(*_: Any, **__: Any) -> None:
            called.append(name)
            raise AssertionError(f"{name} is off limits here")

        return refuse

    saved = dict(vars(tests))
    vars(tests).update({name: refusing(name) for name in saved if name.startswith("test_")}, __getattr__=refusing)
    try:
        yield
    finally:
        vars(tests).clear()
        vars(tests).update(saved)
    if called:
        raise broken(
            "the work is your own",
            f"it calls tests.{called[0]}, which does it all already: what would it try, and with what numbers?",
        )


# --- the looks ------------------------------------------------------------------------------------------------------


STEPS = (
    Step(
        "an answer",
        "it says True or False, the same each time, and an error is a False",
        ("an answer", "errors", "steady"),
        hint=2,
    ),
    Step("no false alarm", "every correct one is accepted", ("no false alarm",), hint=1),
    Step(
        "mistakes caught", "of each kind of faulty one at least three in four are refused", ("mistakes caught",), hint=2
    ),
)
"""The steps of an exercise that has these looks."""


def looks(deck: Deck) -> tuple[Look, ...]:
    """Look at a tester: what it gives, whether it stands a block's error, whom it refuses, and whom it lets through."""
    what, kinds = deck.what, deck.kinds
    asked = Asked(
        what, deck.tested.name, tuple(card.sign for card in deck.cards), tuple(card.candidate for card in deck.cards)
    )
    right = tuple(card.sign for card in deck.right)
    wrong = {f"{what}s that are wrong {kind}": tuple(card.sign for card in cards) for kind, cards in kinds.items()}
    some = (right[0], *(signs[0] for signs in wrong.values()))
    return (
        Look("an answer", f"it says True or False of every {what}", _rows({"what comes back": (_kinds, asked)})),
        Look(
            "errors",
            f"a {what} that stops with an error is refused, and the error goes no further",
            _rows({f"{what}s that stop with an error": (_let_out, asked, right)}),
        ),
        Look(
            "steady",
            f"it says the same of a {what} each time",
            _rows({f"a {what} is judged three times": (_unsteady, asked, some)}),
        ),
        Look(
            "no false alarm",
            f"every correct {what} is accepted, however it is written",
            _rows({f"correct {what}s": (_answers, asked, right)}),
            explain=partial(_refused, deck),
        ),
        Look(
            "mistakes caught",
            f"of each kind of faulty {what} at least three in four are refused",
            _rows({name: (_answers, asked, signs) for name, signs in wrong.items()}),
            judge=partial(_slipped, deck),
        ),
    )


def _rows(rows: Mapping[str, tuple[Any, ...]]) -> Callable[[Any, int], dict[str, Any]]:
    """Make an observer of rows: see(candidate, seed, *of)."""
    return lambda candidate, seed: {name: partial(see, candidate, seed, *of) for name, (see, *of) in rows.items()}


def _kinds(candidate: Any, seed: int, asked: Asked) -> list[str]:
    answers = asked.answers(candidate, seed, asked.signs).values()
    came = {"True or False" if isinstance(one, bool) else one for one in answers if not isinstance(one, Stopped)}
    return sorted(came or {"True or False"})  # where it stops, another look tells


def _let_out(candidate: Any, seed: int, asked: Asked, right: Sequence[str]) -> None:
    answers = asked.answers(candidate, seed, asked.signs)
    stopped = {sign: one for sign, one in answers.items() if isinstance(one, Stopped)}
    for sign in right:
        if sign in stopped:  # that is an error of its own
            raise stopped[sign]
    if stopped:
        sign, error = next(iter(stopped.items()))
        raise broken(
            f"a {asked.what} that stops with an error is refused, and the error goes no further",
            f"{len(stopped)} of the {asked.what}s stop with an error, and it stops with them",
            f"{sign} in the grid, for one: {type(error.__cause__).__name__}",
        )


def _answers(candidate: Any, seed: int, asked: Asked, signs: Sequence[str]) -> dict[str, Any]:
    answers = asked.answers(candidate, seed, signs)
    return {sign: one if isinstance(one, bool) else _NO_ANSWER for sign, one in answers.items()}


def _unsteady(candidate: Any, seed: int, asked: Asked, signs: Sequence[str]) -> Remark | None:
    first = asked.answers(candidate, seed, signs)
    for sign in signs:
        said = [first[sign], *(asked.answer(candidate, seed + more, sign) for more in (1, 2))]
        if all(isinstance(one, bool) for one in said) and len(set(said)) > 1:
            words = " then ".join("accepted" if one else "refused" for one in said)
            return Remark("another answer", f"{sign} in the grid is {words}")
    return None


# --- outside --------------------------------------------------------------------------------------------------------


def _refused(deck: Deck, got: Any, expected: Any) -> tuple[str, ...]:
    refused = [card for card in deck.right if not isinstance(got, dict) or got.get(card.sign) is not True]
    if not refused:  # more came back than was asked for
        return ("there are answers to questions that aren't in the list",)
    signs = ", ".join(card.sign for card in refused)
    return (
        f"{len(refused)} of {len(deck.right)} are refused: {signs} in the grid",
        f"{refused[0].sign}: {refused[0].words}",
    )


def _slipped(deck: Deck, got: Any, expected: Any) -> tuple[str, ...] | None:
    cards = next(cards for cards in deck.kinds.values() if cards[0].sign in expected)
    through = [card.sign for card in cards if not isinstance(got, dict) or got.get(card.sign) is not False]
    refused, least = len(cards) - len(through), needed(cards)
    if refused >= least:
        return None
    return (
        f"{refused} of {len(cards)} are refused, at least {least} should be",
        f"{', '.join(through)} in the grid slip{'s' if len(through) == 1 else ''} through",
    )
