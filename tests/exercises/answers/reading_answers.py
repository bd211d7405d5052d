# %% right: channels first
def reading_answers():
    answers = {}
    answers["initialisation"] = "b"
    answers["why_it_helps"] = {"A", "C", "D"}
    answers["learned"] = 128
    answers["buffers"] = 129
    return answers


# %% right: einops fan
def reading_answers() -> dict:
    answers = dict(initialisation="B", learned=2 * 64, buffers=2 * 64 + 1)
    answers["why_it_helps"] = ["a", "c", "d"]
    return answers


# %% right: engineer
CHANNELS = 64


ANSWERS = {
    "initialisation": "b",
    "why_it_helps": {"a", "c", "d"},
    "learned": 2 * CHANNELS,
    "buffers": 2 * CHANNELS + 1,
}


def reading_answers() -> dict[str, str | set[str] | int]:
    return ANSWERS


# %% right: golfer
reading_answers = lambda: dict(
    zip(
        ["initialisation", "why_it_helps", "learned", "buffers"],
        ["b", ("a", "c", "d"), 128, 129],
        strict=True,
    )
)


# %% right: inheritor
def reading_answers(**changes):
    answers = {"initialisation": "b", "why_it_helps": set("acd"), "learned": 128, "buffers": 129}
    return answers | changes


# %% right: numpy convert
def reading_answers():
    a, b, c, d = "abcd"
    return {
        "initialisation": b,
        "why_it_helps": [d, c, a],
        "learned": 128.0,
        "buffers": 129,
    }


# %% right: textbook
def reading_answers():
    return {
        "initialisation": "b",
        "why_it_helps": {"a", "c", "d"},
        "learned": 128,
        "buffers": 129,
    }


# %% right: torchvision reader
from typing import Any


def reading_answers() -> dict[str, Any]:
    return {
        "why_it_helps": frozenset("dca"),
        "buffers": 64 + 64 + 1,
        "learned": sum(p.numel() for p in nn.BatchNorm2d(64).parameters()),
        "initialisation": "b",
    }
