# %% Mia: parameters and nothing else
# truth: Only parameters are copied; the buffers (running statistics and counts) stay as they were.
# repair: go through state_dict(), or copy the buffers as well
def copy_weights(my_resnet, pretrained_resnet):
    mine = list(my_resnet.parameters())
    theirs = list(pretrained_resnet.parameters())
    if len(mine) != len(theirs):
        raise ValueError("different number of tensors")
    for i in range(len(mine)):
        if mine[i].shape != theirs[i].shape:
            raise ValueError("different shapes")
    with t.no_grad():
        for i in range(len(mine)):
            mine[i].copy_(theirs[i])


# %% Mia: load_state_dict by name
# truth: load_state_dict looks for equal names, and the two networks name their parts differently, so it raises
# RuntimeError; copying has to go by order.
# repair: pair the names of mine with the tensors of theirs by order, after comparing number and shapes
def copy_weights(my_resnet, pretrained_resnet):
    my_resnet.load_state_dict(pretrained_resnet.state_dict())


# %% Kenji: assigns to the loop's name
# truth: variable = value only gives the loop's name another meaning, so nothing is copied.
# repair: variable.copy_(value)
def copy_weights(my_resnet, pretrained_resnet):
    variables = list(my_resnet.state_dict().values())
    weights = list(pretrained_resnet.state_dict().values())
    if len(variables) != len(weights):
        raise ValueError(f"expected {len(variables)} weights, got {len(weights)}")
    for variable, value in zip(variables, weights):
        if variable.shape != value.shape:
            raise ValueError(f"expected shape {variable.shape}, got {value.shape}")
    for variable, value in zip(variables, weights):
        variable = value


# %% Anton: checks and copies in one loop
# truth: Each pair is checked just before it's copied, so an error at a later pair leaves the first ones copied already.
# repair: check all pairs first, then copy in a second loop
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    dst = list(my_resnet.state_dict().values())
    src = list(pretrained_resnet.state_dict().values())
    if len(dst) != len(src):
        raise ValueError("number of tensors differs: %d and %d" % (len(dst), len(src)))
    for i in range(len(dst)):
        if dst[i].shape != src[i].shape:
            raise ValueError("shape of tensor %d differs" % i)
        dst[i].copy_(src[i])


# %% Lars: counts and doesn't compare
# truth: Only the number of tensors is compared; a tensor of another shape is stretched by copy_ without an error, or
# stops it halfway.
# repair: compare all shapes before anything is copied
def copy_weights(my_resnet, pretrained_resnet):
    a, b = my_resnet.state_dict(), pretrained_resnet.state_dict()
    if len(a) != len(b):
        raise ValueError(f"{len(a)} != {len(b)}")
    for x, y in zip(a.values(), b.values()):
        x.copy_(y)


# %% Lars: strict=False
# truth: With strict=False, names that don't match are skipped without a word, and no name matches, so nothing is
# copied and nothing raises.
# repair: pair the names of mine with the tensors of theirs by order, after comparing number and shapes
def copy_weights(my_resnet, pretrained_resnet):
    my_resnet.load_state_dict(pretrained_resnet.state_dict(), strict=False)


# %% Priya: an assert that only counts
# truth: Only the number is compared, by assert; a wrong shape is left to load_state_dict, which raises after it has
# copied whatever fits.
# repair: compare all shapes as well before anything is copied, and raise ValueError
def copy_weights(my_resnet, pretrained_resnet):
    mydict = my_resnet.state_dict()
    pretraineddict = pretrained_resnet.state_dict()
    assert len(mydict) == len(pretraineddict), "Mismatching state dictionaries."
    state_dict_to_load = {
        mykey: pretrainedvalue
        for (mykey, myvalue), (pretrainedkey, pretrainedvalue) in zip(mydict.items(), pretraineddict.items())
    }
    my_resnet.load_state_dict(state_dict_to_load)


# %% Priya: shares the memory
# truth: .data = … makes both networks use the same memory, so training one changes the other.
# repair: copy the values with copy_
def copy_weights(my_resnet, pretrained_resnet):
    my_tensors = list(my_resnet.parameters()) + list(my_resnet.buffers())
    pretrained_tensors = list(pretrained_resnet.parameters()) + list(pretrained_resnet.buffers())
    if len(my_tensors) != len(pretrained_tensors):
        raise ValueError("number of tensors does not match")
    for p, q in zip(my_tensors, pretrained_tensors):
        if p.size() != q.size():
            raise ValueError("size mismatch: {} vs {}".format(p.size(), q.size()))
    for p, q in zip(my_tensors, pretrained_tensors):
        p.data = q.data


# %% Kenji: from mine to theirs
# truth: The direction is reversed: the new network's weights overwrite the trained ones.
# repair: copy from pretrained_resnet into my_resnet
def copy_weights(my_resnet, pretrained_resnet):
    source = my_resnet.state_dict()
    target = pretrained_resnet.state_dict()
    if len(source) != len(target):
        raise ValueError("the layers do not match")
    if any(source[a].shape != target[b].shape for a, b in zip(source, target)):
        raise ValueError("the shapes do not match")
    for a, b in zip(source, target):
        target[b].copy_(source[a])


# %% Mia: copy_ without no_grad
# truth: copy_ writes into a parameter while gradients are recorded, which raises.
# repair: do the copying under t.no_grad()
def copy_weights(my_resnet, pretrained_resnet):
    mine = list(my_resnet.parameters()) + list(my_resnet.buffers())
    theirs = list(pretrained_resnet.parameters()) + list(pretrained_resnet.buffers())
    if len(mine) != len(theirs):
        raise ValueError("not the same number of tensors")
    for my_tensor, their_tensor in zip(mine, theirs):
        if my_tensor.shape != their_tensor.shape:
            raise ValueError("not the same shape")
    for my_tensor, their_tensor in zip(mine, theirs):
        my_tensor.copy_(their_tensor)


# %% Mia: prints in place of raising
# truth: Where the networks don't fit, a message is printed and the function returns; it should raise ValueError.
# repair: raise ValueError with the message
def copy_weights(my_resnet, pretrained_resnet):
    mine = my_resnet.state_dict()
    theirs = pretrained_resnet.state_dict()
    if len(mine) != len(theirs):
        print("error: not the same number of tensors")
        return
    for my_name, their_name in zip(mine, theirs):
        if mine[my_name].shape != theirs[their_name].shape:
            print("error: the shapes are different:", my_name, their_name)
            return
    for my_name, their_name in zip(mine, theirs):
        mine[my_name].copy_(theirs[their_name])


# %% Anton: the copy itself is still to come
# truth: Partly written: number and shapes are compared, and nothing is copied yet.
# repair: copy each tensor with copy_ after the checks
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    dst = list(my_resnet.state_dict().values())
    src = list(pretrained_resnet.state_dict().values())
    if len(dst) != len(src):
        raise ValueError("number of tensors differs")
    for i in range(len(dst)):
        if dst[i].shape != src[i].shape:
            raise ValueError("shape of tensor %d differs" % i)
    # TODO: copy


# %% Priya: skips the counts
# truth: num_batches_tracked is left out, so these buffers keep their old values; all buffers are to be copied.
# repair: don't filter the names
def copy_weights(my_resnet, pretrained_resnet):
    my_state = my_resnet.state_dict()
    pre_state = pretrained_resnet.state_dict()
    if len(my_state) != len(pre_state):
        raise ValueError("number of tensors does not match")
    pairs = [(my_state[k], pre_state[v]) for k, v in zip(my_state, pre_state) if "num_batches_tracked" not in k]
    for p, q in pairs:
        if p.shape != q.shape:
            raise ValueError("size mismatch")
    for p, q in pairs:
        p.copy_(q)


# %% Mia: a copy under the same name
# truth: my_resnet = copy.deepcopy(…) only gives the local name another meaning; the network that was passed in isn't
# changed.
# repair: compare number and shapes, then copy each tensor into my_resnet's own
import copy


def copy_weights(my_resnet, pretrained_resnet):
    my_resnet = copy.deepcopy(pretrained_resnet)


# %% Anton: the same number of elements
# truth: Only the number of elements is compared, and the tensor is viewed in the other's shape, so a (2, 3) is poured
# into a (3, 2) without an error.
# repair: compare the shapes
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    dst = list(my_resnet.state_dict().values())
    src = list(pretrained_resnet.state_dict().values())
    if len(dst) != len(src):
        raise ValueError("number of tensors differs")
    for i in range(len(dst)):
        if dst[i].numel() != src[i].numel():
            raise ValueError("size of tensor %d differs" % i)
    for i in range(len(dst)):
        dst[i].copy_(src[i].view(dst[i].shape))


# %% Mia: parameters only, and nothing is compared
# truth: Two mistakes: the buffers aren't copied, and neither the number nor the shapes of the tensors are compared.
# repair: go through state_dict(), and raise ValueError if number or shapes differ, before anything is copied
def copy_weights(my_resnet, pretrained_resnet):
    for my_parameter, their_parameter in zip(my_resnet.parameters(), pretrained_resnet.parameters()):
        my_parameter.data = their_parameter.data.clone()


# %% Tom: parameters only, unchecked
# truth: Only parameters are copied, so the running statistics stay as they were; and neither the number nor the shapes
# are compared: zip stops quietly at the shorter one.
# repair: use state_dict(), and compare number and shapes before copying
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    """Copy all parameters and buffers of pretrained_resnet into my_resnet, by order.

    Raises ValueError, and copies nothing, if the two don't have equally many tensors of equal shapes.
    """
    with t.no_grad():
        for mine, theirs in zip(my_resnet.parameters(), pretrained_resnet.parameters()):
            mine.copy_(theirs)


# %% Nadia: as many numbers, and checked on the way
# truth: Two mistakes: it compares how many numbers a tensor has and not its shape, and reshapes, so a (2, 3) goes into
# a (3, 2); and it copies while it checks, so when an error comes the first tensors are already overwritten.
# repair: compare all .shape first, in a loop of its own, and copy only then
def copy_weights(my_resnet: nn.Module, pretrained_resnet: nn.Module) -> None:
    """Copy all parameters and buffers of pretrained_resnet into my_resnet, by order.

    Raises ValueError, and copies nothing, if the two don't have equally many tensors of equal shapes.
    """
    mine = list(my_resnet.state_dict().values())
    theirs = list(pretrained_resnet.state_dict().values())
    if len(mine) != len(theirs):
        raise ValueError(f"{len(mine)} tensors here, {len(theirs)} there")
    for target, source in zip(mine, theirs):
        if target.numel() != source.numel():
            raise ValueError(f"sizes differ: {target.numel()} and {source.numel()}")
        target.copy_(source.reshape(target.shape))
