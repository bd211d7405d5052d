# %% right: plain
def later_answers():
    return {"stream": 24, "alone": "b", "pair": 2, "norms": {"b", "c"}}


# %% right: worked out, in capitals, as a list
def later_answers():
    return {"norms": ["C", "B"], "pair": len({-1, 1}), "alone": " B ", "stream": 12 * 2.0}


# %% wrong: one sum for each block
def later_answers():
    return {"stream": 12, "alone": "b", "pair": 2, "norms": {"b", "c"}}


# %% wrong: running statistics
def later_answers():
    return {"stream": 24, "alone": "c", "pair": 2, "norms": {"b", "c"}}


# %% wrong: no difference
def later_answers():
    return {"stream": 24, "alone": "a", "pair": 2, "norms": {"b", "c"}}


# %% wrong: too many values
def later_answers():
    return {"stream": 24, "alone": "b", "pair": 4, "norms": {"b", "c"}}


# %% wrong: all norms
def later_answers():
    return {"stream": 24, "alone": "b", "pair": 2, "norms": {"a", "b", "c"}}


# %% wrong: a string where a set belongs
def later_answers():
    return {"stream": 24, "alone": "b", "pair": 2, "norms": "b"}
