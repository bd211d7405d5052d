# %% right: plain
def family_answers():
    return {
        "three_3x3": 27,
        "one_7x7": 49,
        "two_3x3": 1179648,
        "bottleneck": 69632,
        "last_against_first": 1,
        "strided_1x1": 75,
    }


# %% right: in floats
def base_family_answers():
    return {
        "three_3x3": 27,
        "one_7x7": 49,
        "two_3x3": 1179648,
        "bottleneck": 69632,
        "last_against_first": 1,
        "strided_1x1": 75,
    }


def family_answers():
    return {key: float(value) for key, value in base_family_answers().items()}
