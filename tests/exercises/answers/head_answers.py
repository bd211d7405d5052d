# %% right: plain
def head_answers():
    return {"strided_head": 1226882 - (256 * 10 + 10) + (256 * 10 * 3 * 3 + 10)}


# %% right: as a float
def head_answers():
    return {"strided_head": 1.247362e6}


# %% wrong: says 1249932 to strided_head
def head_answers():
    return {"strided_head": 1249932}
