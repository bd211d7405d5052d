# %% right: plain
def later_answers():
    return {"stream": 24, "alone": "b", "pair": 2, "norms": {"b", "c"}}


# %% right: worked out, in capitals, as a list
def later_answers():
    return {"norms": ["C", "B"], "pair": len({-1, 1}), "alone": " B ", "stream": 12 * 2.0}


# %% wrong: says 12 to stream
def later_answers():
    return {"stream": 12, "alone": "b", "pair": 2, "norms": {"b", "c"}}


# %% wrong: says c to alone
def later_answers():
    return {"stream": 24, "alone": "c", "pair": 2, "norms": {"b", "c"}}


# %% wrong: says a to alone
def later_answers():
    return {"stream": 24, "alone": "a", "pair": 2, "norms": {"b", "c"}}


# %% wrong: says 4 to pair
def later_answers():
    return {"stream": 24, "alone": "b", "pair": 4, "norms": {"b", "c"}}


# %% wrong: says a, b, c to norms
def later_answers():
    return {"stream": 24, "alone": "b", "pair": 2, "norms": {"a", "b", "c"}}


# %% wrong: says b to norms
def later_answers():
    return {"stream": 24, "alone": "b", "pair": 2, "norms": "b"}
