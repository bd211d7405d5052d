# %% Ben: the error is returned
# truth: For an unknown depth the ValueError is returned like a result and not raised.
# repair: raise the ValueError.
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
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
    else:
        return ValueError("wrong depth")


# %% Ben: the model is printed
# truth: The network is built and printed, but not returned, so the caller gets None.
# repair: Return the model.
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    blocks = {
        18: [2, 2, 2, 2],
        34: [3, 4, 6, 3],
        50: [3, 4, 6, 3],
        101: [3, 4, 23, 3],
        152: [3, 8, 36, 3],
    }
    if depth not in blocks:
        raise ValueError("wrong depth")
    if depth < 50:
        model = ResNet(BasicBlock, blocks[depth], num_classes, zero_init_residual)
    else:
        model = ResNet(Bottleneck, blocks[depth], num_classes, zero_init_residual)
    print(type(model).__name__, depth)


# %% Nadia: 1000 classes whatever is asked for
# truth: num_classes is not passed on to ResNet, so there are always 1000 classes.
# repair: Pass num_classes on.
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    configs = {
        18: {"block": BasicBlock, "layers": [2, 2, 2, 2]},
        34: {"block": BasicBlock, "layers": [3, 4, 6, 3]},
        50: {"block": Bottleneck, "layers": [3, 4, 6, 3]},
        101: {"block": Bottleneck, "layers": [3, 4, 23, 3]},
        152: {"block": Bottleneck, "layers": [3, 8, 36, 3]},
    }
    if depth not in configs:
        raise ValueError(f"depth should be one of {sorted(configs)}")
    return ResNet(**configs[depth], zero_init_residual=zero_init_residual)


# %% Nadia: the class by its name
# truth: The blocks are given as text and not as classes, so ResNet asks a str for its expansion and raises
# AttributeError.
# repair: Write BasicBlock and Bottleneck without quotes.
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    configs = {
        18: ("BasicBlock", [2, 2, 2, 2]),
        34: ("BasicBlock", [3, 4, 6, 3]),
        50: ("Bottleneck", [3, 4, 6, 3]),
        101: ("Bottleneck", [3, 4, 23, 3]),
        152: ("Bottleneck", [3, 8, 36, 3]),
    }
    if depth not in configs:
        raise ValueError(f"depth should be one of {sorted(configs)}")
    block, layers = configs[depth]
    return ResNet(block, layers, num_classes=num_classes, zero_init_residual=zero_init_residual)


# %% Carlo: no else at the end
# truth: For an unknown depth no branch is taken and the local name layers is not set, so UnboundLocalError is raised in
# place of ValueError.
# repair: Add an else that raises ValueError.
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    block: type = BasicBlock
    if depth == 18:
        layers: list[int] = [2, 2, 2, 2]
    elif depth == 34:
        layers = [3, 4, 6, 3]
    elif depth == 50:
        block = Bottleneck
        layers = [3, 4, 6, 3]
    elif depth == 101:
        block = Bottleneck
        layers = [3, 4, 23, 3]
    elif depth == 152:
        block = Bottleneck
        layers = [3, 8, 36, 3]
    return ResNet(block, layers, num_classes, zero_init_residual)


# %% Carlo: two at once, 34 blocks of the wrong kind and the flag is lost
# truth: Two mistakes: ResNet34 gets Bottlenecks, which makes a ResNet50 of it, and zero_init_residual is not passed on.
# repair: Give 34 BasicBlocks, and pass zero_init_residual on.
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    if depth == 18:
        return ResNet(BasicBlock, [2, 2, 2, 2], num_classes)
    if depth == 34:
        return ResNet(Bottleneck, [3, 4, 6, 3], num_classes)
    if depth == 50:
        return ResNet(Bottleneck, [3, 4, 6, 3], num_classes)
    if depth == 101:
        return ResNet(Bottleneck, [3, 4, 23, 3], num_classes)
    if depth == 152:
        return ResNet(Bottleneck, [3, 8, 36, 3], num_classes)
    raise ValueError("depth")


# %% Pia: a slip in the table
# truth: ResNet152 has 26 blocks in layer3 where the paper has 36, and so only 122 layers.
# repair: Write [3, 8, 36, 3].
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    cfg = {
        18: (BasicBlock, [2, 2, 2, 2]),
        34: (BasicBlock, [3, 4, 6, 3]),
        50: (Bottleneck, [3, 4, 6, 3]),
        101: (Bottleneck, [3, 4, 23, 3]),
        152: (Bottleneck, [3, 8, 26, 3]),
    }
    if depth not in cfg.keys():
        raise ValueError("Unsupported depth")
    block, layers = cfg[depth]
    model = ResNet(block, layers, num_classes=num_classes, zero_init_residual=zero_init_residual)
    return model


# %% Ines: KeyError where ValueError is asked for
# truth: An unknown depth is looked up in a dictionary without a check, so KeyError is raised and not ValueError.
# repair: Check the depth first, and raise ValueError.
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    plans = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}
    return ResNet(Bottleneck if depth >= 50 else BasicBlock, plans[depth], num_classes, zero_init_residual)


# %% Ines: two arguments change places
# truth: zero_init_residual and num_classes are passed on in each other's place, so the number of classes is False, and
# building the linear layer raises TypeError.
# repair: Pass num_classes first, then zero_init_residual.
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    plans = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}
    if depth not in plans:
        raise ValueError(depth)
    return ResNet(Bottleneck if depth >= 50 else BasicBlock, plans[depth], zero_init_residual, num_classes)


# %% Ben: half-written, 101 and 152 are missing
# truth: Partly written: Only 18, 34 and 50 are there yet; 101 and 152 raise ValueError.
# repair: Add 101 and 152.
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    if depth == 18:
        return ResNet(BasicBlock, [2, 2, 2, 2], num_classes, zero_init_residual)
    elif depth == 34:
        return ResNet(BasicBlock, [3, 4, 6, 3], num_classes, zero_init_residual)
    elif depth == 50:
        return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, zero_init_residual)
    # TODO the big ones
    else:
        raise ValueError("wrong depth")


# %% Nadia: two at once, a block is missing and the classes are lost
# truth: Two mistakes: ResNet101 has 22 blocks in layer3 where the paper has 23, and num_classes is not passed on.
# repair: Write [3, 4, 23, 3], and pass num_classes on.
def make_resnet(depth, num_classes=1000, zero_init_residual=False):
    configs = {
        18: {"block": BasicBlock, "layers": [2, 2, 2, 2]},
        34: {"block": BasicBlock, "layers": [3, 4, 6, 3]},
        50: {"block": Bottleneck, "layers": [3, 4, 6, 3]},
        101: {"block": Bottleneck, "layers": [3, 4, 22, 3]},
        152: {"block": Bottleneck, "layers": [3, 8, 36, 3]},
    }
    if depth not in configs:
        raise ValueError(f"depth should be one of {sorted(configs)}")
    return ResNet(**configs[depth], zero_init_residual=zero_init_residual)


# %% Viktor: a switch without default
# truth: Another depth falls through and gives None, where ValueError was asked for.
# repair: raise ValueError at the end
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    """Build ResNet18, 34, 50, 101 or 152; raise ValueError for any other depth."""
    match depth:
        case 18:
            return ResNet(BasicBlock, [2, 2, 2, 2], num_classes, zero_init_residual)
        case 34:
            return ResNet(BasicBlock, [3, 4, 6, 3], num_classes, zero_init_residual)
        case 50:
            return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, zero_init_residual)
        case 101:
            return ResNet(Bottleneck, [3, 4, 23, 3], num_classes, zero_init_residual)
        case 152:
            return ResNet(Bottleneck, [3, 8, 36, 3], num_classes, zero_init_residual)


resnet18, resnet34, resnet50, resnet101, resnet152 = (partial(make_resnet, depth) for depth in (18, 34, 50, 101, 152))


# %% Nadia: an argument in the wrong place
# truth: num_classes isn't handed on, and zero_init_residual stands in its place, so the network gets False (0) or True
# (1) classes.
# repair: ResNet(block, layers, num_classes, zero_init_residual)
def make_resnet(depth: int, num_classes: int = 1000, zero_init_residual: bool = False) -> ResNet:
    """Build ResNet18, 34, 50, 101 or 152; raise ValueError for any other depth."""
    configs = {
        18: (BasicBlock, [2, 2, 2, 2]),
        34: (BasicBlock, [3, 4, 6, 3]),
        50: (Bottleneck, [3, 4, 6, 3]),
        101: (Bottleneck, [3, 4, 23, 3]),
        152: (Bottleneck, [3, 8, 36, 3]),
    }
    try:
        block, layers = configs[depth]
    except KeyError:
        raise ValueError(f"no ResNet of depth {depth}") from None
    return ResNet(block, layers, zero_init_residual)


resnet18, resnet34, resnet50, resnet101, resnet152 = (partial(make_resnet, depth) for depth in (18, 34, 50, 101, 152))
