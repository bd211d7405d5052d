"""How well wrong answers are told that nobody here has seen: what two readers said of each, and that it still holds."""

from collections import Counter

import pytest
import torch
from corpus_of_answers import answers_in_corpus, gist, judgements, names_in_corpus

from course_utils.runtime import SETS

NAMES = names_in_corpus()
NEWEST = torch.__version__.partition("+")[0] == SETS["newest"]["packages"]["torch"]

# What older versions have to say: torch 2.11 doesn't tell a size's type, and NumPy 1 makes float64 of a float32
# without axes and a 0, which an earlier look sees.
_NO_SIZE = (
    "five depths: what is no whole number stands where a size belongs: True, False, None or a number with a point. "
    "Without a name, arguments are taken in their order"
)
IN_OLDER_VERSIONS = {
    ("make_resnet", "Ines: two arguments change places"): _NO_SIZE,
    ("make_resnet", "Nadia: an argument in the wrong place"): _NO_SIZE,
    ("ReLU", "Kenji: np.maximum"): "float32: Wrong",
}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_told_is_what_the_readers_judged(name: str):
    """Catches a change of a bank, a look or a cause by which a student is told something that nobody has judged."""
    known = judgements()
    told = {one.title: " | ".join(map(gist, one.reports())) for one in answers_in_corpus(name)}
    judged = {title: known[name, title].gist for title in told}
    if not NEWEST:
        judged |= {title: told[title] for title in told if told[title] == IN_OLDER_VERSIONS.get((name, title))}
    assert told == judged


def test_few_are_misled_and_most_are_told_what_is_wrong(capsys):
    """Catches a diagnosis that grows bolder than it is right."""
    ends = {name: Counter() for name in NAMES}
    for one in judgements().values():
        ends[one.exercise].update(one.readers)
    total = sum(ends.values(), Counter())
    with capsys.disabled():
        print()
        for name, counts in [*ends.items(), ("all", total)]:
            print(
                f"{name:22}", ", ".join(f"{counts[kind]} {kind}" for kind in ("exact", "partly", "silent", "misleads"))
            )
    assert total["misleads"] == 0
    assert total["exact"] >= 0.9 * total.total()
