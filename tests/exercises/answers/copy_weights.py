# %% mistake: no_buffers
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine = list(my_resnet.parameters())
    theirs = list(pretrained_resnet.parameters())
    if len(mine) != len(theirs):
        raise ValueError("not the same number of tensors")
    for a, b in zip(mine, theirs):
        if a.shape != b.shape:
            raise ValueError(f"shapes differ: {a.shape} and {b.shape}")
    with t.no_grad():
        for a, b in zip(mine, theirs):
            a.copy_(b)


# repair
# -     mine = list(my_resnet.parameters())
# -     theirs = list(pretrained_resnet.parameters())
# +     mine = [*my_resnet.parameters(), *my_resnet.buffers()]
# +     theirs = [*pretrained_resnet.parameters(), *pretrained_resnet.buffers()]


# %% mistake: no_counter
def copy_weights(my_resnet, pretrained_resnet):
    mine = {k: v for k, v in my_resnet.state_dict().items() if not k.endswith("num_batches_tracked")}
    theirs = {k: v for k, v in pretrained_resnet.state_dict().items() if not k.endswith("num_batches_tracked")}

    if len(mine) != len(theirs):
        raise ValueError(f"{len(mine)} tensors here, {len(theirs)} there")
    for (my_name, my_tensor), (their_name, their_tensor) in zip(mine.items(), theirs.items()):
        if my_tensor.shape != their_tensor.shape:
            raise ValueError(f"{my_name} does not fit {their_name}")

    for my_tensor, their_tensor in zip(mine.values(), theirs.values()):
        my_tensor.copy_(their_tensor)


# repair
# -     mine = {k: v for k, v in my_resnet.state_dict().items() if not k.endswith("num_batches_tracked")}
# -     theirs = {k: v for k, v in pretrained_resnet.state_dict().items() if not k.endswith("num_batches_tracked")}
# +     mine = my_resnet.state_dict()
# +     theirs = pretrained_resnet.state_dict()


# %% mistake: no_parameters
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_buffers = dict(my_resnet.named_buffers())
    their_buffers = dict(pretrained_resnet.named_buffers())
    if len(my_buffers) != len(their_buffers):
        raise ValueError("different number of tensors")
    if any(x.shape != y.shape for x, y in zip(my_buffers.values(), their_buffers.values())):
        raise ValueError("different shapes")
    new = dict(zip(my_buffers, their_buffers.values()))
    my_resnet.load_state_dict(new, strict=False)


# repair
# -     my_buffers = dict(my_resnet.named_buffers())
# -     their_buffers = dict(pretrained_resnet.named_buffers())
# +     my_buffers = my_resnet.state_dict()
# +     their_buffers = pretrained_resnet.state_dict()


# %% mistake: does_nothing
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine = my_resnet.state_dict()
    theirs = pretrained_resnet.state_dict()
    if len(mine) != len(theirs):
        raise ValueError("The networks do not have equally many tensors.")
    pairs = list(zip(mine.keys(), theirs.keys()))
    for my_key, their_key in pairs:
        if mine[my_key].shape != theirs[their_key].shape:
            raise ValueError(f"{my_key} and {their_key} have different shapes.")
    for my_key, their_key in pairs:
        mine[my_key] = theirs[their_key].clone()


# repair
# -         mine[my_key] = theirs[their_key].clone()
# +         mine[my_key].copy_(theirs[their_key])


# %% mistake: wrong_way
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine = my_resnet.state_dict().values()
    theirs = pretrained_resnet.state_dict().values()
    if len(mine) != len(theirs):
        raise ValueError(f"{len(mine)} != {len(theirs)}")
    for m, p in zip(mine, theirs):
        if m.shape != p.shape:
            raise ValueError(f"{tuple(m.shape)} != {tuple(p.shape)}")
    for m, p in zip(mine, theirs):
        p.copy_(m)


# repair
# -         p.copy_(m)
# +         m.copy_(p)


# %% mistake: by_name
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if len(mine) != len(theirs):
        raise ValueError("number of tensors differs")
    for a, b in zip(mine.values(), theirs.values()):
        if a.shape != b.shape:
            raise ValueError(f"shape {a.shape} vs. {b.shape}")
    my_resnet.load_state_dict(theirs, strict=False)


# repair
# -     my_resnet.load_state_dict(theirs, strict=False)
# +     my_resnet.load_state_dict(dict(zip(mine, theirs.values())))


# %% mistake: by_name_strictly
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_tensors = list(my_resnet.state_dict().values())
    their_tensors = list(pretrained_resnet.state_dict().values())
    if len(my_tensors) != len(their_tensors):
        raise ValueError("lengths")
    if [x.shape for x in my_tensors] != [x.shape for x in their_tensors]:
        raise ValueError("shapes")
    my_resnet.load_state_dict(pretrained_resnet.state_dict())


# repair
# -     my_resnet.load_state_dict(pretrained_resnet.state_dict())
# +     my_resnet.load_state_dict(dict(zip(my_resnet.state_dict(), their_tensors)))


# %% mistake: shared
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine = [*my_resnet.parameters(), *my_resnet.buffers()]
    theirs = [*pretrained_resnet.parameters(), *pretrained_resnet.buffers()]
    if len(mine) != len(theirs):
        raise ValueError(f"expected {len(mine)} tensors, got {len(theirs)}")
    for i, (a, b) in enumerate(zip(mine, theirs)):
        if a.shape != b.shape:
            raise ValueError(f"tensor {i}: expected {a.shape}, got {b.shape}")
    for a, b in zip(mine, theirs):
        a.data = b.data


# repair
# -         a.data = b.data
# +         a.data.copy_(b.data)


# %% mistake: frozen
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine = list(my_resnet.parameters()) + list(my_resnet.buffers())
    theirs = list(pretrained_resnet.parameters()) + list(pretrained_resnet.buffers())
    if len(mine) != len(theirs):
        raise ValueError("The number of tensors is not the same")
    for to, source in zip(mine, theirs):
        if to.shape != source.shape:
            raise ValueError(f"Cannot copy {source.shape} into {to.shape}")
    for to, source in zip(mine, theirs):
        to.requires_grad = False
        to.copy_(source.data)


# repair
# -         to.requires_grad = False
# -         to.copy_(source.data)
# +         with t.no_grad():
# +             to.copy_(source.data)


# %% mistake: unchecked
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine = my_resnet.state_dict().values()
    theirs = pretrained_resnet.state_dict().values()
    for my_tensor, their_tensor in zip(mine, theirs):
        my_tensor.copy_(their_tensor)


# repair
# -     for my_tensor, their_tensor in zip(mine, theirs):
# -         my_tensor.copy_(their_tensor)
# +     if [one.shape for one in mine] != [one.shape for one in theirs]:
# +         raise ValueError("the tensors do not fit")
# +     for my_tensor, their_tensor in zip(mine, theirs):
# +         my_tensor.copy_(their_tensor)


# %% mistake: shapes_unchecked
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    my_state = my_resnet.state_dict()
    their_state = pretrained_resnet.state_dict()
    if len(my_state) != len(their_state):
        raise ValueError(f"{len(their_state)} tensors do not fit into {len(my_state)}")
    with t.no_grad():
        for key, value in zip(my_state, their_state.values()):
            my_state[key].copy_(value)


# repair
# -     with t.no_grad():
# +     for mine, theirs in zip(my_state.values(), their_state.values()):
# +         if mine.shape != theirs.shape:
# +             raise ValueError(f"{theirs.shape} does not fit into {mine.shape}")
# +     with t.no_grad():


# %% mistake: lengths_unchecked
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    pairs = list(zip(my_resnet.state_dict().items(), pretrained_resnet.state_dict().items()))
    for (my_name, mine), (their_name, theirs) in pairs:
        if mine.shape != theirs.shape:
            raise ValueError(f"{my_name}: {mine.shape}, {their_name}: {theirs.shape}")
    for (_, mine), (_, theirs) in pairs:
        mine.copy_(theirs)


# repair
# -     pairs = list(zip(my_resnet.state_dict().items(), pretrained_resnet.state_dict().items()))
# +     if len(my_resnet.state_dict()) != len(pretrained_resnet.state_dict()):
# +         raise ValueError("not equally many tensors")
# +     pairs = list(zip(my_resnet.state_dict().items(), pretrained_resnet.state_dict().items()))


# %% mistake: load_checks_too_late
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine = my_resnet.state_dict()
    theirs = pretrained_resnet.state_dict()
    if len(mine) != len(theirs):
        raise ValueError("my_resnet and pretrained_resnet do not have the same number of tensors")
    new_state = {}
    for my_name, their_name in zip(mine, theirs):
        new_state[my_name] = theirs[their_name]
    my_resnet.load_state_dict(new_state)


# repair
# -     for my_name, their_name in zip(mine, theirs):
# -         new_state[my_name] = theirs[their_name]
# +     for my_name, their_name in zip(mine, theirs):
# +         if mine[my_name].shape != theirs[their_name].shape:
# +             raise ValueError(f"{their_name} does not fit into {my_name}")
# +         new_state[my_name] = theirs[their_name]


# %% mistake: load_unchecked
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    names = my_resnet.state_dict().keys()
    tensors = pretrained_resnet.state_dict().values()
    my_resnet.load_state_dict(OrderedDict(zip(names, tensors)))


# repair
# -     my_resnet.load_state_dict(OrderedDict(zip(names, tensors)))
# +     if [one.shape for one in my_resnet.state_dict().values()] != [one.shape for one in tensors]:
# +         raise ValueError("the tensors do not fit")
# +     my_resnet.load_state_dict(OrderedDict(zip(names, tensors)))


# %% mistake: backwards
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine = list(my_resnet.state_dict().values())
    theirs = list(pretrained_resnet.state_dict().values())
    if len(mine) != len(theirs):
        raise ValueError("wrong number of tensors")
    for a, b in zip(mine, theirs):
        if a.shape != b.shape:
            raise ValueError("wrong shape")
    for my_tensor in mine:
        my_tensor.copy_(theirs.pop())


# repair
# -         my_tensor.copy_(theirs.pop())
# +         my_tensor.copy_(theirs.pop(0))


# %% right: channels first
def copy_weights(my_resnet, pretrained_resnet):
    def layers(model):
        return [m for m in model.modules() if m._parameters or m._buffers]

    pairs = []
    mine, theirs = layers(my_resnet), layers(pretrained_resnet)
    if len(mine) != len(theirs):
        raise ValueError(f"{len(mine)} layers against {len(theirs)}")
    for a, b in zip(mine, theirs, strict=True):
        for kind in ("_parameters", "_buffers"):
            first, second = getattr(a, kind), getattr(b, kind)
            if list(first) != list(second):
                raise ValueError(f"{a} is not {b}")
            for name in [name for name in first if first[name] is not None or second[name] is not None]:
                if first[name].shape != second[name].shape:
                    raise ValueError(f"{name}: {first[name].shape} is not {second[name].shape}")
                pairs.append((first[name], second[name]))
    for target, source in pairs:
        target.data = source.detach().clone()


# %% right: einops fan
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    assert len(mine) == len(theirs), "another number of tensors"
    assert all(a.shape == b.shape for a, b in zip(mine.values(), theirs.values(), strict=True)), "other shapes"
    my_resnet.load_state_dict(OrderedDict(zip(mine.keys(), theirs.values(), strict=True)))


# %% right: engineer: checks parameters and buffers before it changes any, and says which two tensors don't fit
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    def check(mine: list[tuple[str, Tensor]], theirs: list[tuple[str, Tensor]]) -> None:
        if len(mine) != len(theirs):
            raise ValueError(f"{len(mine)} tensors here, {len(theirs)} there")
        for (my_name, m), (their_name, t) in zip(mine, theirs, strict=True):
            if m.shape != t.shape:
                raise ValueError(f"{my_name} {tuple(m.shape)} does not fit {their_name} {tuple(t.shape)}")

    kinds = (nn.Module.named_parameters, nn.Module.named_buffers)
    for kind in kinds:
        check(list(kind(my_resnet)), list(kind(pretrained_resnet)))
    for kind in kinds:
        for (_, m), (_, t) in zip(kind(my_resnet), kind(pretrained_resnet), strict=True):
            m.data.copy_(t.data)


# %% right: golfer: copies into the state dict's tensors: they are the model's own, so nothing has to be loaded
def copy_weights(my_resnet, pretrained_resnet):
    pairs = [*zip(my_resnet.state_dict().values(), pretrained_resnet.state_dict().values(), strict=True)]
    if not all(a.shape == b.shape for a, b in pairs):
        raise ValueError("shapes")
    with t.no_grad():
        [a.copy_(b) for a, b in pairs]


# %% right: inheritor
def copy_weights(my_resnet, pretrained_resnet):
    before = {name: tensor.clone() for name, tensor in my_resnet.state_dict().items()}
    theirs = pretrained_resnet.state_dict()
    try:
        if len(before) != len(theirs):
            raise ValueError("the numbers of tensors differ")
        my_resnet.load_state_dict(dict(zip(before, theirs.values(), strict=True)), strict=True)
    except RuntimeError as error:
        my_resnet.load_state_dict(before)  # put everything back
        raise ValueError("the shapes differ") from error


# %% right: numpy convert
def copy_weights(my_resnet, pretrained_resnet):
    mine = list(my_resnet.state_dict().items())
    theirs = list(pretrained_resnet.state_dict().items())
    if len(mine) != len(theirs):
        raise ValueError("number of tensors")
    for i in range(len(mine)):
        if mine[i][1].shape != theirs[i][1].shape:
            raise ValueError("shape of " + mine[i][0])
    for i in range(len(mine)):
        mine[i][1][...] = theirs[i][1]


# %% right: textbook
def copy_weights(my_resnet, pretrained_resnet):
    mine = my_resnet.state_dict()
    theirs = pretrained_resnet.state_dict()
    my_keys, their_keys = list(mine.keys()), list(theirs.keys())
    if len(my_keys) != len(their_keys):
        raise ValueError("different numbers of tensors")
    new = {}
    for i in range(len(my_keys)):
        if mine[my_keys[i]].shape != theirs[their_keys[i]].shape:
            raise ValueError(f"{my_keys[i]} does not fit {their_keys[i]}")
        new[my_keys[i]] = theirs[their_keys[i]]
    my_resnet.load_state_dict(new)


# %% right: torchvision reader
import torch


@torch.no_grad()
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> nn.Module:
    mine = [*my_resnet.parameters(), *my_resnet.buffers()]
    theirs = [*pretrained_resnet.parameters(), *pretrained_resnet.buffers()]
    if [m.shape for m in mine] != [t.shape for t in theirs]:
        raise RuntimeError("the two networks are not built alike")
    for m, t in zip(mine, theirs, strict=True):
        m.copy_(t)
    return my_resnet


# %% wrong: sorts the names of both, which pairs them by chance
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if len(mine) != len(theirs):
        raise ValueError("lengths")
    pairs = list(zip(sorted(mine), sorted(theirs), strict=True))
    if any(mine[a].shape != theirs[b].shape for a, b in pairs):
        raise ValueError("shapes")
    my_resnet.load_state_dict({a: theirs[b] for a, b in pairs})


# %% wrong: pairs tensors by their shapes
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), list(pretrained_resnet.state_dict().values())
    if sorted(map(str, (t.shape for t in mine.values()))) != sorted(map(str, (t.shape for t in theirs))):
        raise ValueError("they do not fit")
    for tensor in mine.values():
        tensor.copy_(next(t for t in theirs if t.shape == tensor.shape))


# %% wrong: compares numbers of values, so that a transposed shape passes
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if sum(t.numel() for t in mine.values()) > sum(t.numel() for t in theirs.values()):
        raise ValueError("they do not fit")
    for a, b in zip(mine.values(), theirs.values(), strict=False):
        a.copy_(b)


# %% wrong: asserts the number of modules only
import torch


def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    assert len(list(my_resnet.parameters())) == len(list(pretrained_resnet.parameters()))
    with torch.no_grad():
        for a, b in zip(my_resnet.state_dict().values(), pretrained_resnet.state_dict().values(), strict=False):
            a.copy_(b)


# %% wrong: averages the two, as if to be gentle
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if [t.shape for t in mine.values()] != [t.shape for t in theirs.values()]:
        raise ValueError("they do not fit")
    for a, b in zip(mine.values(), theirs.values(), strict=True):
        a.copy_((a + b) / 2 if a.is_floating_point() else b)


# %% wrong: empties the pretrained network's state on the way
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if [t.shape for t in mine.values()] != [t.shape for t in theirs.values()]:
        raise ValueError("they do not fit")
    for a, b in zip(mine.values(), theirs.values(), strict=True):
        a.copy_(b)
        b.zero_()


# %% mistake: no_buffers
def copy_weights(my_resnet, pretrained_resnet):
    mine = dict(my_resnet.named_parameters())
    theirs = dict(pretrained_resnet.named_parameters())
    my_keys, their_keys = list(mine.keys()), list(theirs.keys())
    if len(my_keys) != len(their_keys):
        raise ValueError("different numbers of tensors")
    new = {}
    for i in range(len(my_keys)):
        if mine[my_keys[i]].shape != theirs[their_keys[i]].shape:
            raise ValueError(f"{my_keys[i]} does not fit {their_keys[i]}")
        new[my_keys[i]] = theirs[their_keys[i]]
    my_resnet.load_state_dict(new, strict=False)


# repair
# -     mine = dict(my_resnet.named_parameters())
# -     theirs = dict(pretrained_resnet.named_parameters())
# +     mine = my_resnet.state_dict()
# +     theirs = pretrained_resnet.state_dict()


# %% mistake: load_checks_too_late
def copy_weights(my_resnet, pretrained_resnet):
    mine = my_resnet.state_dict()
    theirs = pretrained_resnet.state_dict()
    my_keys, their_keys = list(mine.keys()), list(theirs.keys())
    if len(my_keys) != len(their_keys):
        raise ValueError("different numbers of tensors")
    new = {}
    for i in range(len(my_keys)):
        if False:
            raise ValueError(f"{my_keys[i]} does not fit {their_keys[i]}")
        new[my_keys[i]] = theirs[their_keys[i]]
    my_resnet.load_state_dict(new)


# repair
# -         if False:
# +         if mine[my_keys[i]].shape != theirs[their_keys[i]].shape:


# %% mistake: wrong_way
def copy_weights(my_resnet, pretrained_resnet):
    mine = my_resnet.state_dict()
    theirs = pretrained_resnet.state_dict()
    my_keys, their_keys = list(mine.keys()), list(theirs.keys())
    if len(my_keys) != len(their_keys):
        raise ValueError("different numbers of tensors")
    new = {}
    for i in range(len(my_keys)):
        if mine[my_keys[i]].shape != theirs[their_keys[i]].shape:
            raise ValueError(f"{my_keys[i]} does not fit {their_keys[i]}")
        new[their_keys[i]] = mine[my_keys[i]]
    pretrained_resnet.load_state_dict(new)


# repair
# -         new[their_keys[i]] = mine[my_keys[i]]
# -     pretrained_resnet.load_state_dict(new)
# +         new[my_keys[i]] = theirs[their_keys[i]]
# +     my_resnet.load_state_dict(new)


# %% mistake: does_nothing
def copy_weights(my_resnet, pretrained_resnet):
    mine = my_resnet.state_dict()
    theirs = pretrained_resnet.state_dict()
    my_keys, their_keys = list(mine.keys()), list(theirs.keys())
    if len(my_keys) != len(their_keys):
        raise ValueError("different numbers of tensors")
    new = {}
    for i in range(len(my_keys)):
        if mine[my_keys[i]].shape != theirs[their_keys[i]].shape:
            raise ValueError(f"{my_keys[i]} does not fit {their_keys[i]}")
        new[my_keys[i]] = theirs[their_keys[i]]
    pass


# repair
# -     pass
# +     my_resnet.load_state_dict(new)


# %% equivalent: any error refuses, whatever its kind and its words
# raise ValueError()
# raise f'
# raise RuntimeError(


# %% equivalent: the number of tensors is checked twice: zip(…, strict=True) does it as well
# if True:; pass
#   pass
# if len(
# in zip(mine, theirs
# (zip(mine, theirs.values()


# %% mistake: raises_nothing
def copy_weights(my_resnet, pretrained_resnet):
    ours, pretrained = my_resnet.state_dict(), pretrained_resnet.state_dict()
    fits = [a.shape for a in ours.values()] == [b.shape for b in pretrained.values()]
    if not fits:
        return print("the two networks are different")
    my_resnet.load_state_dict({key: value for key, value in zip(ours, pretrained.values())})


# repair
# -         return print("the two networks are different")
# +         raise ValueError("the two networks are different")


# %% mistake: counted_too_late
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    with t.no_grad():
        for a, b in zip(mine.values(), theirs.values(), strict=True):
            assert a.shape == b.shape, (a.shape, b.shape)
            a.copy_(b)


# repair
# -     with t.no_grad():
# -         for a, b in zip(mine.values(), theirs.values(), strict=True):
# -             assert a.shape == b.shape, (a.shape, b.shape)
# +     pairs = list(zip(mine.values(), theirs.values(), strict=True))
# +     assert all(a.shape == b.shape for a, b in pairs)
# +     with t.no_grad():
# +         for a, b in pairs:


# %% mistake: shapes_in_the_loop
def copy_weights(my_resnet, pretrained_resnet):
    theirs = list(pretrained_resnet.state_dict().values())
    with t.no_grad():
        for i, p in enumerate(my_resnet.state_dict().values()):
            if i == len(theirs):
                break
            if p.shape != theirs[i].shape:
                raise ValueError(f"shapes differ: {p.shape} and {theirs[i].shape}")
            p.copy_(theirs[i])


# repair
# -     theirs = list(pretrained_resnet.state_dict().values())
# +     mine, theirs = (list(one.state_dict().values()) for one in (my_resnet, pretrained_resnet))
# +     if [p.shape for p in mine] != [p.shape for p in theirs]:
# +         raise ValueError("the networks don't fit")
# -             if i == len(theirs):
# -                 break
# -             if p.shape != theirs[i].shape:
# -                 raise ValueError(f"shapes differ: {p.shape} and {theirs[i].shape}")


# %% mistake: load_checks_too_late
def copy_weights(my_resnet, pretrained_resnet):
    mine, theirs = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if len(mine) != len(theirs):
        raise ValueError("not as many tensors")
    for (name, a), (other, b) in zip(mine.items(), theirs.items()):
        if a.shape != b.shape:
            raise ValueError(f"{name} has {a.shape}, {other} has {b.shape}")
        a.copy_(b)


# repair
# -         a.copy_(b)
# +     for a, b in zip(mine.values(), theirs.values()):
# +         a.copy_(b)
