# %% mistake: 50_of_basic
LAYERS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    try:
        layers = LAYERS[depth]
    except KeyError:
        raise ValueError(f"no ResNet has {depth} layers") from None
    block = BasicBlock if depth <= 50 else Bottleneck
    return ResNet(block, layers, num_classes, zero_init_residual)


# repair
# -     block = BasicBlock if depth <= 50 else Bottleneck
# +     block = BasicBlock if depth < 50 else Bottleneck


# %% mistake: 34_of_bottlenecks
LAYERS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    try:
        layers = LAYERS[depth]
    except KeyError:
        raise ValueError(f"no ResNet has {depth} layers") from None
    block = Bottleneck if depth >= 34 else BasicBlock
    return ResNet(block, layers, num_classes, zero_init_residual)


# repair
# -     block = Bottleneck if depth >= 34 else BasicBlock
# +     block = Bottleneck if depth > 34 else BasicBlock


# %% mistake: all_of_basic
LAYERS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    try:
        layers = LAYERS[depth]
    except KeyError:
        raise ValueError(f"no ResNet has {depth} layers") from None
    return ResNet(BasicBlock, layers, num_classes, zero_init_residual)


# repair
# -     return ResNet(BasicBlock, layers, num_classes, zero_init_residual)
# +     block = BasicBlock if depth < 50 else Bottleneck
# +     return ResNet(block, layers, num_classes, zero_init_residual)


# %% mistake: all_of_bottlenecks
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    table = {
        18: [2, 2, 2, 2],
        34: [3, 4, 6, 3],
        50: [3, 4, 6, 3],
        101: [3, 4, 23, 3],
        152: [3, 8, 36, 3],
    }
    if depth not in table:
        raise ValueError(f"unknown depth {depth}")
    return ResNet(Bottleneck, table[depth], num_classes=num_classes, zero_init_residual=zero_init_residual)


# repair
# -     return ResNet(Bottleneck, table[depth], num_classes=num_classes, zero_init_residual=zero_init_residual)
# +     block = BasicBlock if depth in (18, 34) else Bottleneck
# +     return ResNet(block, table[depth], num_classes=num_classes, zero_init_residual=zero_init_residual)


# %% mistake: 18_as_34
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    match depth:
        case 18 | 34:
            block, layers = BasicBlock, [3, 4, 6, 3]
        case 50:
            block, layers = Bottleneck, [3, 4, 6, 3]
        case 101:
            block, layers = Bottleneck, [3, 4, 23, 3]
        case 152:
            block, layers = Bottleneck, [3, 8, 36, 3]
        case _:
            raise ValueError(depth)
    return ResNet(block, layers, num_classes, zero_init_residual)


# repair
# -         case 18 | 34:
# -             block, layers = BasicBlock, [3, 4, 6, 3]
# +         case 18:
# +             block, layers = BasicBlock, [2, 2, 2, 2]
# +         case 34:
# +             block, layers = BasicBlock, [3, 4, 6, 3]


# %% mistake: 101_as_50
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    if depth == 18:
        return ResNet(BasicBlock, [2, 2, 2, 2], num_classes, zero_init_residual)
    elif depth == 34:
        return ResNet(BasicBlock, [3, 4, 6, 3], num_classes, zero_init_residual)
    elif depth == 50 or depth == 101:
        return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, zero_init_residual)
    elif depth == 152:
        return ResNet(Bottleneck, [3, 8, 36, 3], num_classes, zero_init_residual)
    raise ValueError("depth must be 18, 34, 50, 101 or 152")


# repair
# -     elif depth == 50 or depth == 101:
# -         return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, zero_init_residual)
# +     elif depth == 50:
# +         return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, zero_init_residual)
# +     elif depth == 101:
# +         return ResNet(Bottleneck, [3, 4, 23, 3], num_classes, zero_init_residual)


# %% mistake: swapped
LAYERS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 8, 36, 3], 152: [3, 4, 23, 3]}


def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    try:
        layers = LAYERS[depth]
    except KeyError:
        raise ValueError(f"no ResNet has {depth} layers") from None
    block = BasicBlock if depth < 50 else Bottleneck
    return ResNet(block, layers, num_classes, zero_init_residual)


# repair
# - LAYERS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 8, 36, 3], 152: [3, 4, 23, 3]}
# + LAYERS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


# %% mistake: 152_with_4
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    match depth:
        case 18:
            block, layers = BasicBlock, [2, 2, 2, 2]
        case 34:
            block, layers = BasicBlock, [3, 4, 6, 3]
        case 50:
            block, layers = Bottleneck, [3, 4, 6, 3]
        case 101:
            block, layers = Bottleneck, [3, 4, 23, 3]
        case 152:
            block, layers = Bottleneck, [3, 4, 36, 3]
        case _:
            raise ValueError(depth)
    return ResNet(block, layers, num_classes, zero_init_residual)


# repair
# -             block, layers = Bottleneck, [3, 4, 36, 3]
# +             block, layers = Bottleneck, [3, 8, 36, 3]


# %% mistake: 152_as_101
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    table = {
        18: (BasicBlock, [2, 2, 2, 2]),
        34: (BasicBlock, [3, 4, 6, 3]),
        50: (Bottleneck, [3, 4, 6, 3]),
        101: (Bottleneck, [3, 4, 23, 3]),
        152: (Bottleneck, [3, 8, 23, 3]),
    }
    if depth not in table:
        raise ValueError(f"unknown depth {depth}")
    block, layers = table[depth]
    return ResNet(block, layers, num_classes=num_classes, zero_init_residual=zero_init_residual)


# repair
# -         152: (Bottleneck, [3, 8, 23, 3]),
# +         152: (Bottleneck, [3, 8, 36, 3]),


# %% mistake: classes_fixed
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    table = {
        18: (BasicBlock, [2, 2, 2, 2]),
        34: (BasicBlock, [3, 4, 6, 3]),
        50: (Bottleneck, [3, 4, 6, 3]),
        101: (Bottleneck, [3, 4, 23, 3]),
        152: (Bottleneck, [3, 8, 36, 3]),
    }
    if depth not in table:
        raise ValueError(f"unknown depth {depth}")
    block, layers = table[depth]
    return ResNet(block, layers, zero_init_residual=zero_init_residual)


# repair
# -     return ResNet(block, layers, zero_init_residual=zero_init_residual)
# +     return ResNet(block, layers, num_classes, zero_init_residual=zero_init_residual)


# %% mistake: zero_never
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    match depth:
        case 18:
            block, layers = BasicBlock, [2, 2, 2, 2]
        case 34:
            block, layers = BasicBlock, [3, 4, 6, 3]
        case 50:
            block, layers = Bottleneck, [3, 4, 6, 3]
        case 101:
            block, layers = Bottleneck, [3, 4, 23, 3]
        case 152:
            block, layers = Bottleneck, [3, 8, 36, 3]
        case _:
            raise ValueError(depth)
    return ResNet(block, layers, num_classes)


# repair
# -     return ResNet(block, layers, num_classes)
# +     return ResNet(block, layers, num_classes, zero_init_residual)


# %% mistake: zero_always
LAYERS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    try:
        layers = LAYERS[depth]
    except KeyError:
        raise ValueError(f"no ResNet has {depth} layers") from None
    block = BasicBlock if depth < 50 else Bottleneck
    return ResNet(block, layers, num_classes, zero_init_residual=True)


# repair
# -     return ResNet(block, layers, num_classes, zero_init_residual=True)
# +     return ResNet(block, layers, num_classes, zero_init_residual=zero_init_residual)


# %% mistake: settings_of_basic_only
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    if depth == 18:
        return ResNet(BasicBlock, [2, 2, 2, 2], num_classes, zero_init_residual)
    elif depth == 34:
        return ResNet(BasicBlock, [3, 4, 6, 3], num_classes, zero_init_residual)
    elif depth == 50:
        return ResNet(Bottleneck, [3, 4, 6, 3])
    elif depth == 101:
        return ResNet(Bottleneck, [3, 4, 23, 3])
    elif depth == 152:
        return ResNet(Bottleneck, [3, 8, 36, 3])
    raise ValueError("depth must be 18, 34, 50, 101 or 152")


# repair
# -         return ResNet(Bottleneck, [3, 4, 6, 3])
# +         return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, zero_init_residual)
# -         return ResNet(Bottleneck, [3, 4, 23, 3])
# +         return ResNet(Bottleneck, [3, 4, 23, 3], num_classes, zero_init_residual)
# -         return ResNet(Bottleneck, [3, 8, 36, 3])
# +         return ResNet(Bottleneck, [3, 8, 36, 3], num_classes, zero_init_residual)


# %% mistake: zero_by_default
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = True) -> ResNet:
    if depth == 18:
        return ResNet(BasicBlock, [2, 2, 2, 2], num_classes, zero_init_residual)
    elif depth == 34:
        return ResNet(BasicBlock, [3, 4, 6, 3], num_classes, zero_init_residual)
    elif depth == 50:
        return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, zero_init_residual)
    elif depth == 101:
        return ResNet(Bottleneck, [3, 4, 23, 3], num_classes, zero_init_residual)
    elif depth == 152:
        return ResNet(Bottleneck, [3, 8, 36, 3], num_classes, zero_init_residual)
    raise ValueError("depth must be 18, 34, 50, 101 or 152")


# repair
# - def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = True) -> ResNet:
# + def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:


# %% mistake: key_error
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    table = {
        18: (BasicBlock, [2, 2, 2, 2]),
        34: (BasicBlock, [3, 4, 6, 3]),
        50: (Bottleneck, [3, 4, 6, 3]),
        101: (Bottleneck, [3, 4, 23, 3]),
        152: (Bottleneck, [3, 8, 36, 3]),
    }
    block, layers = table[depth]
    return ResNet(block, layers, num_classes=num_classes, zero_init_residual=zero_init_residual)


# repair
# -     block, layers = table[depth]
# +     if depth not in table:
# +         raise ValueError(f"unknown depth {depth}")
# +     block, layers = table[depth]


# %% mistake: else
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    if depth == 18:
        return ResNet(BasicBlock, [2, 2, 2, 2], num_classes, zero_init_residual)
    elif depth == 34:
        return ResNet(BasicBlock, [3, 4, 6, 3], num_classes, zero_init_residual)
    elif depth == 50:
        return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, zero_init_residual)
    elif depth == 101:
        return ResNet(Bottleneck, [3, 4, 23, 3], num_classes, zero_init_residual)
    else:
        return ResNet(Bottleneck, [3, 8, 36, 3], num_classes, zero_init_residual)


# repair
# -     else:
# -         return ResNet(Bottleneck, [3, 8, 36, 3], num_classes, zero_init_residual)
# +     elif depth == 152:
# +         return ResNet(Bottleneck, [3, 8, 36, 3], num_classes, zero_init_residual)
# +     raise ValueError("depth must be 18, 34, 50, 101 or 152")


# %% mistake: kept
import functools


@functools.cache
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    match depth:
        case 18:
            block, layers = BasicBlock, [2, 2, 2, 2]
        case 34:
            block, layers = BasicBlock, [3, 4, 6, 3]
        case 50:
            block, layers = Bottleneck, [3, 4, 6, 3]
        case 101:
            block, layers = Bottleneck, [3, 4, 23, 3]
        case 152:
            block, layers = Bottleneck, [3, 8, 36, 3]
        case _:
            raise ValueError(depth)
    return ResNet(block, layers, num_classes, zero_init_residual)


# repair
# - @functools.cache
# - def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
# + def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:


# %% mistake: default_classes
def make_resnet(depth, num_classes=10, zero_init_residual=False):
    block = {18: BasicBlock, 34: BasicBlock, 50: Bottleneck, 101: Bottleneck, 152: Bottleneck}
    layers = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}
    if depth not in block:
        raise ValueError(f"no ResNet{depth}")
    return ResNet(block[depth], layers[depth], num_classes, zero_init_residual)


# repair
# - def make_resnet(depth, num_classes=10, zero_init_residual=False):
# + def make_resnet(depth, num_classes=1000, zero_init_residual=False):


# %% right: from a table
PLANS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    if depth not in PLANS:
        raise ValueError(depth)
    return ResNet(BasicBlock if depth < 50 else Bottleneck, PLANS[depth], num_classes, zero_init_residual)


# %% right: with match
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    match depth:
        case 18:
            plan = BasicBlock, [2, 2, 2, 2]
        case 34:
            plan = BasicBlock, [3, 4, 6, 3]
        case 50 | 101 | 152:
            plan = Bottleneck, [3, 8 if depth == 152 else 4, {50: 6, 101: 23, 152: 36}[depth], 3]
        case _:
            raise ValueError("no such ResNet")
    return ResNet(*plan, num_classes=num_classes, zero_init_residual=zero_init_residual)


# %% right: with ifs
PLANS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    if depth in (18, 34):
        block = BasicBlock
    elif depth in (50, 101, 152):
        block = Bottleneck
    else:
        raise ValueError(f"{depth}?")
    layers = PLANS[depth]
    return ResNet(block, layers, num_classes, zero_init_residual=zero_init_residual)


# %% right: with try
PLANS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def make_resnet(depth, *args, **settings):
    try:
        layers = PLANS[depth]
    except KeyError:
        raise ValueError(f"depth must be one of {list(PLANS)}") from None
    return ResNet((BasicBlock, Bottleneck)[depth >= 50], layers, *args, **settings)


# %% right: with builders
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    builders = {
        18: lambda **s: ResNet(BasicBlock, [2, 2, 2, 2], **s),
        34: lambda **s: ResNet(BasicBlock, [3, 4, 6, 3], **s),
        50: lambda **s: ResNet(Bottleneck, [3, 4, 6, 3], **s),
        101: lambda **s: ResNet(Bottleneck, [3, 4, 23, 3], **s),
        152: lambda **s: ResNet(Bottleneck, [3, 8, 36, 3], **s),
    }
    if builder := builders.get(depth):
        return builder(num_classes=num_classes, zero_init_residual=zero_init_residual)
    raise ValueError("depth")


# %% right: by counting
PLANS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    for plan in PLANS.values():
        for block, convolutions in ((BasicBlock, 2), (Bottleneck, 3)):
            if sum(plan) * convolutions + 2 == depth and (depth in PLANS):
                return ResNet(block, plan, num_classes, zero_init_residual)
    raise ValueError("no plan has that depth")


# %% wrong: torchvision's own network as a builder
make_resnet = lambda depth: getattr(models, f"resnet{depth}")()


# %% equivalent: any error refuses, whatever its kind and its words
# raise ValueError()
