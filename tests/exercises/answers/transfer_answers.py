# %% right: plain
def transfer_answers():
    return {"learned": 195, "still_moving": "c", "scratch": {"a", "b"}}


# %% wrong: says 192 to learned
def transfer_answers():
    return {"learned": 192, "still_moving": "c", "scratch": {"a", "b"}}


# %% wrong: says a to still_moving
def transfer_answers():
    return {"learned": 195, "still_moving": "a", "scratch": {"a", "b"}}


# %% wrong: says a, c to scratch
def transfer_answers():
    return {"learned": 195, "still_moving": "c", "scratch": {"a", "c"}}
