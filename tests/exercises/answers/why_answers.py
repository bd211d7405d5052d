# %% right: plain
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "b"},
        "residual": "c",
        "growth": 28,
    }


# %% right: in capitals, and worked out in floats
def why_answers():
    capitals = {"overfitting": "B", "could_copy": "C ", "gradients": ["A", "B"], "residual": "C"}
    product = 1.0
    for block in range(1, 28):
        product *= 1 + 1 / block  # 28 but for what is rounded
    return {**capitals, "growth": product}


# %% wrong: says a to overfitting
def why_answers():
    return {
        "overfitting": "a",
        "could_copy": "c",
        "gradients": {"a", "b"},
        "residual": "c",
        "growth": 28,
    }


# %% wrong: says a, d to gradients
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "d"},
        "residual": "c",
        "growth": 28,
    }


# %% wrong: says a, b, c to gradients
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "b", "c"},
        "residual": "c",
        "growth": 28,
    }


# %% wrong: says 27 to growth
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "b"},
        "residual": "c",
        "growth": 27,
    }
