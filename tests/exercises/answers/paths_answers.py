# %% right: plain
def paths_answers():
    return {"paths": 2**9, "paths_left": 2**8, "plain": 0}
