"""Answers that are nearly the same, found on this machine: by their words, and by rare mistakes that two share.

Neither is a proof of anything: who has worked together, or learned from one page, writes alike.
"""

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import process
from rapidfuzz.distance import Indel

from course_utils.grading.course.answers import WrongAnswer, groups

_ALIKE = 0.95  # of the words of two answers, in the same order
_LONG_ENOUGH = 120  # words of code from which two people are expected to differ
_USUAL = 0.8  # where half of a class is as much alike as this, an exercise leaves nothing to choose
_TWO = 2  # students who make a mistake that is rare; more of them may have it from the text
_FEWEST = 8  # students, in a class in which "rare" means anything
_MOST = 20  # pairs that are shown


@dataclass(frozen=True)
class Pair:
    """Two students' answers: how much alike each exercise's are, which rare mistakes they share, and both codes.

    codes: of the exercise in which they are most alike.
    """

    students: tuple[str, str]
    exercises: Mapping[str, float]
    shared: tuple[str, ...] = ()
    codes: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Alike:
    """What was found: the pairs that are most alike, and how many more there are.

    cannot_tell: the exercises whose answers are too short, or too much alike by nature.
    """

    pairs: tuple[Pair, ...]
    more: int
    cannot_tell: tuple[str, ...]


def alike(answers: Mapping[str, Mapping[str, str]], wrong: Sequence[WrongAnswer]) -> Alike:
    """Find the pairs that are alike in long answers, or share two rare mistakes or more.

    answers: each student's code (see `examples`), by exercise and student: what was handed out blank is left out.
    """
    near: dict[tuple[str, str], dict[str, float]] = {}
    cannot_tell = []
    for exercise, codes in answers.items():
        found = _near(codes)
        if found is None:
            cannot_tell.append(exercise)
        for pair, share in found or ():
            near.setdefault(pair, {})[exercise] = share
    shared = _shared_rare(wrong, max(map(len, answers.values()), default=0))
    pairs = [
        _pair(pair, near.get(pair, {}), shared.get(pair, ()), answers)
        for pair in dict.fromkeys([*near, *(pair for pair, them in shared.items() if len(them) > 1)])
    ]
    pairs.sort(key=lambda pair: (-len(pair.shared), -len(pair.exercises), -max(pair.exercises.values(), default=0)))
    return Alike(tuple(pairs[:_MOST]), len(pairs[_MOST:]), tuple(cannot_tell))


def _pair(
    students: tuple[str, str],
    exercises: Mapping[str, float],
    shared: Sequence[str],
    answers: Mapping[str, Mapping[str, str]],
) -> Pair:
    told = max(exercises, key=exercises.__getitem__, default=next(iter(shared), ""))
    one, other = (answers.get(told, {}).get(student, "") for student in students)
    return Pair(students, dict(exercises), tuple(shared), (one, other))


def _near(codes: Mapping[str, str]) -> list[tuple[tuple[str, str], float]] | None:
    """Compare the answers to an exercise; None where likeness says nothing."""
    spelled = _as_texts({student: words(code) for student, code in codes.items()})
    lengths = sorted(map(len, spelled.values()))
    if not lengths or lengths[len(lengths) // 2] < _LONG_ENOUGH:
        return None
    students, texts = list(spelled), list(spelled.values())
    table = process.cdist(texts, texts, scorer=Indel.normalized_similarity)
    shares = sorted(table[one, other] for one, other in combinations(range(len(texts)), 2))
    if len(students) >= _FEWEST and shares[len(shares) // 2] > _USUAL:
        return None
    return [
        ((students[one], students[other]), float(table[one, other]))
        for one, other in combinations(range(len(texts)), 2)
        if table[one, other] >= _ALIKE and min(len(texts[one]), len(texts[other])) >= _LONG_ENOUGH
    ]


def words(code: str) -> list[str]:
    """Give the words of a piece of code; those that its author chose by their number, as a name is soon changed.

    What arguments are annotated with is left out: it was handed out.
    """
    try:
        tree = ast.parse(code)
        for node in ast.walk(tree):
            if isinstance(node, ast.arg):
                node.annotation = None
            elif isinstance(node, ast.FunctionDef):
                node.returns = None
        bare = ast.unparse(tree)
    except (SyntaxError, RecursionError):
        return []
    own: dict[str, str] = {}
    chosen = _chosen(tree)
    return [own.setdefault(word, f"name {len(own)}") if word in chosen else word for word in _tokens(bare)]


def _tokens(code: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER):
            yield token.string.strip() or tokenize.tok_name[token.type]


def _chosen(tree: ast.Module) -> set[str]:
    """Name what the code itself defines: variables, arguments and attributes."""
    stored = (node for node in ast.walk(tree) if isinstance(getattr(node, "ctx", None), ast.Store))
    names = {getattr(node, "id", getattr(node, "attr", "")) for node in stored}
    return names | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} - {"self"}


def _as_texts(found: Mapping[str, list[str]]) -> dict[str, str]:
    """Write each word as one letter of an alphabet as large as is needed: this is what is compared fast."""
    letters: dict[str, str] = {}
    return {
        student: "".join(letters.setdefault(word, chr(0x4E00 + len(letters))) for word in each)
        for student, each in found.items()
    }


def _shared_rare(wrong: Sequence[WrongAnswer], students: int) -> dict[tuple[str, str], list[str]]:
    """List, for each pair, the exercises in which the two make the same mistake and nobody else does."""
    found: dict[tuple[str, str], list[str]] = {}
    if students < _FEWEST:
        return found
    known: dict[tuple[str, tuple[str, ...]], list[WrongAnswer]] = {}
    for one in wrong:
        if one.mistakes:
            known.setdefault((one.exercise, one.mistakes), []).append(one)
    for same in (*known.values(), *(group.answers for group in groups(wrong))):
        who = sorted({one.student for one in same})
        if len(who) == _TWO:
            found.setdefault((who[0], who[1]), []).append(same[0].exercise)
    return found
