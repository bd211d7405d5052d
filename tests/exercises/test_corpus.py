"""How well wrong answers are told that nobody here has seen: what two readers said of each, and that it still holds."""

from collections import Counter

import pytest
from corpus_of_answers import answers_in_corpus, gist, judgements, names_in_corpus

NAMES = names_in_corpus()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_told_is_what_the_readers_judged(name: str):
    """Catches a change of a bank, a look or a cause by which a student is told something that nobody has judged."""
    known = judgements()
    told = {one.title: " | ".join(map(gist, one.reports())) for one in answers_in_corpus(name)}
    assert told == {title: known[name, title].gist for title in told}


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
