# %% right: plain
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "b"},
        "residual": "c",
        "zero": 0,
    }


# %% right: in capitals and floats
def why_answers():
    capitals = {"overfitting": "B", "could_copy": "C ", "gradients": ["A", "B"], "residual": "C"}
    return {**capitals, "zero": 0.0}


# %% wrong: says a to overfitting
def why_answers():
    return {
        "overfitting": "a",
        "could_copy": "c",
        "gradients": {"a", "b"},
        "residual": "c",
        "zero": 0,
    }


# %% wrong: says a, d to gradients
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "d"},
        "residual": "c",
        "zero": 0,
    }


# %% wrong: says a, b, c to gradients
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "b", "c"},
        "residual": "c",
        "zero": 0,
    }


# %% wrong: says 1 to zero
def why_answers():
    return {
        "overfitting": "b",
        "could_copy": "c",
        "gradients": {"a", "b"},
        "residual": "c",
        "zero": 1,
    }
