"""Whatever is handed in is told in words, and leaves the world as it was: odd answers by chance (see odd_answers)."""

import random

import pytest
from odd_answers import CODE, THINGS, OddAnswer, odd_answers

NUMBER = 10  # for each exercise; `python tests/exercises/odd_answers.py` judges ten thousand


@pytest.mark.parametrize("name", CODE)
def test_odd_answers_are_told_in_words(name: str):
    """Catches "could not be checked", a traceback of the library, a hang, and a world that a student's code changes."""
    seed = random.SystemRandom().randrange(2**31)
    odd = odd_answers(name, random.Random(seed))
    for _ in range(NUMBER):
        answer = next(odd)
        assert not answer.trouble(), f"seed {seed}:\n{answer.source}"


@pytest.mark.parametrize(
    "source",
    [
        "ReLU = Broken()",
        "class ReLU(nn.Module):\n    def forward(self, x): raise Silent",
        "class ReLU(nn.Module):\n    def forward(self, x): torch.nn.functional.relu = None; return x",
        "class ReLU(nn.Module):\n    def forward(self, x): torch.Tensor.mean = None; return x",
        "class ReLU(nn.Module):\n    def forward(self, x): return torch.nested.nested_tensor([torch.ones(2)])",
    ],
    ids=["an object that refuses", "an error without words", "torch patched", "a tensor patched", "a nested tensor"],
)
def test_what_made_the_course_stumble_once_does_not_again(source: str):
    """Catches each of these for good; chance finds them now and then."""
    assert not OddAnswer("ReLU", f"{THINGS}\n{source}").trouble()
