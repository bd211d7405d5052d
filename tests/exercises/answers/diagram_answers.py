# %% right: channels first
def diagram_answers():
    size = 224
    for _ in range(5):
        size //= 2
    return {"no_bias": "b", "thirty_four": 34 - 1, "projections": 4 - 1, "last_map": size} | dict(
        additive="A", concatenating=" C"
    )


# %% right: einops fan
def diagram_answers() -> dict:
    return {
        "no_bias": "b",
        "thirty_four": 1 + 2 * 16,
        "projections": 3,
        "last_map": 224 // 32,
        "additive": "a",
        "concatenating": "c ",
    }


# %% right: engineer
def diagram_answers() -> dict[str, str | int]:
    blocks = sum([3, 4, 6, 3])
    return {
        "no_bias": "b",
        "thirty_four": 2 * blocks + 1,
        "projections": 3,
        "last_map": 7,
        "additive": "a",
        "concatenating": "c",
    }


# %% right: golfer
diagram_answers = lambda: {
    "no_bias": "b",
    "thirty_four": 33,
    "projections": 3,
    "last_map": 7,
    "additive": "a",
    "concatenating": "c",
}


# %% right: inheritor
def diagram_answers(**changes):
    return {
        "no_bias": "b",
        "thirty_four": 33,
        "projections": 3,
        "last_map": 7,
        "additive": "a",
        "concatenating": "c",
    } | changes


# %% right: numpy convert
def diagram_answers():
    return {
        "no_bias": "b",
        "thirty_four": 33,
        "projections": 3,
        "last_map": 224 / 2**5,
        "additive": "a",
        "concatenating": "c",
    }


# %% right: textbook
def diagram_answers():
    return {"no_bias": "b", "thirty_four": 33, "projections": 3, "last_map": 7, "additive": "a", "concatenating": "c"}


# %% right: torchvision reader
from typing import Any


def diagram_answers() -> dict[str, Any]:
    return {"no_bias": "b", "thirty_four": 33, "projections": 3, "last_map": 7, "additive": "a", "concatenating": "c"}


# %% equivalent: rounded down, 225 / 32 is 7 as well
# 225 // 2 ** 5
