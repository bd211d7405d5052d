# %% right: plain
def module_answers():
    return {"found": "c", "call": "b", "linear_count": 35, "super_init": {"a", "b"}}


# %% wrong: says b to found
def module_answers():
    return {"found": "b", "call": "b", "linear_count": 35, "super_init": {"a", "b"}}


# %% wrong: says a to call
def module_answers():
    return {"found": "c", "call": "a", "linear_count": 35, "super_init": {"a", "b"}}


# %% wrong: says 30 to linear_count
def module_answers():
    return {"found": "c", "call": "b", "linear_count": 30, "super_init": {"a", "b"}}


# %% wrong: says a, b, c to super_init
def module_answers():
    return {"found": "c", "call": "b", "linear_count": 35, "super_init": {"a", "b", "c"}}
