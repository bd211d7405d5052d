# %% Ben: without @contextmanager
# truth: The decorator is missing, so the function gives a bare generator, which a with statement cannot use.
# repair: Put @contextmanager above the function.
def without_block(model, name):
    block = model.get_submodule(name)

    def hook(module, inputs, output):
        x = inputs[0]
        if module.downsample is not None:
            x = module.downsample(x)
        return x.relu()

    handle = block.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# %% Ben: no yield
# truth: The function never yields, so @contextmanager gets None in place of a generator, and the with statement raises
# TypeError.
# repair: Put a yield into the try.
@contextmanager
def without_block(model, name):
    block = model.get_submodule(name)

    def hook(module, inputs, output):
        x = inputs[0]
        if module.downsample is not None:
            x = module.downsample(x)
        return x.relu()

    handle = block.register_forward_hook(hook)
    try:
        print("operating on", name)
    finally:
        handle.remove()


# %% Ben: getattr with a dot in the name
# truth: getattr doesn't know dotted names, so "layer2.1" raises AttributeError.
# repair: Use model.get_submodule(name).
@contextmanager
def without_block(model, name):
    block = getattr(model, name)

    def hook(module, inputs, output):
        x = inputs[0]
        if module.downsample is not None:
            x = module.downsample(x)
        return x.relu()

    handle = block.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# %% Nadia: the input, whatever the shortcut is
# truth: relu of the input comes out even where the block has a downsample, so the shape does not change where it should
# and the next layer raises.
# repair: Use downsample(x) if there is one.
@contextmanager
def without_block(model, name):
    layer = model.get_submodule(name)

    def on_call(layer, inputs, outputs):
        return functional.relu(inputs[0])

    handle = layer.register_forward_hook(on_call)
    try:
        yield model
    finally:
        handle.remove()


# %% Nadia: the inputs are a tuple
# truth: A hook gets its inputs as a tuple, and the tuple itself is taken for the tensor, so the block's call raises.
# repair: Take inputs[0].
@contextmanager
def without_block(model, name):
    layer = model.get_submodule(name)

    def on_call(layer, inputs, outputs):
        shortcut = inputs
        if layer.downsample is not None:
            shortcut = layer.downsample(shortcut)
        return functional.relu(shortcut)

    handle = layer.register_forward_hook(on_call)
    try:
        yield
    finally:
        handle.remove()


# %% Carlo: not restored after an error
# truth: The hook is removed behind the yield without a finally, so it stays if an error ends the with-block.
# repair: Put yield into a try, and the removal into its finally.
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def replace(block: nn.Module, inputs: tuple, output: Tensor) -> Tensor:
        shortcut: Tensor = inputs[0]
        if block.downsample != None:
            shortcut = block.downsample(shortcut)
        return t.relu(shortcut)

    handle = model.get_submodule(name).register_forward_hook(replace)
    yield
    handle.remove()


# %% Carlo: only the weight of bn2 becomes zero
# truth: bn2's weight is set to 0 but its bias is not, so the bias is still added to the shortcut.
# repair: Set bn2's bias to 0 as well, and put both back.
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    last: nn.Module = model.get_submodule(name).bn2
    weight: Tensor = last.weight.data
    bias: Tensor = last.bias.data
    last.weight.data = t.zeros_like(weight)
    try:
        yield
    finally:
        last.weight.data = weight
        last.bias.data = bias


# %% Carlo: half-written, nothing is taken out yet
# truth: Partly written: The block is looked up and nothing is done with it, so the model is whole inside the
# with-block.
# repair: Register a hook that returns relu(shortcut(x)), and remove it in the finally.
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    block: nn.Module = model.get_submodule(name)
    try:
        # TODO operate
        yield
    finally:
        pass


# %% Pia: a copy comes back
# truth: What is put back is a deep copy and not the block itself, so the model does not have its very own modules and
# weights afterwards.
# repair: Keep the block itself and put it back.
class OnlyShortcut(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.downsample = block.downsample
        self.relu = nn.ReLU(inplace=False)

    def forward(self, x):
        identity = x
        if self.downsample is not None:
            identity = self.downsample(x)
        return self.relu(identity)


@contextmanager
def without_block(model, name):
    parent_name, _, child_name = name.rpartition(".")
    parent = model.get_submodule(parent_name)
    block = getattr(parent, child_name)
    backup = copy.deepcopy(block)
    setattr(parent, child_name, OnlyShortcut(block))
    try:
        yield
    finally:
        setattr(parent, child_name, backup)


# %% Pia: hung on the model itself
# truth: The replacement is set as an attribute of the model and not of the block's parent, and a name with a dot cannot
# be set there, so it raises KeyError.
# repair: Set it on the parent, under the last part of the name.
class OnlyShortcut(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.downsample = block.downsample
        self.relu = nn.ReLU(inplace=False)

    def forward(self, x):
        identity = x
        if self.downsample is not None:
            identity = self.downsample(x)
        return self.relu(identity)


@contextmanager
def without_block(model, name):
    block = model.get_submodule(name)
    model.add_module(name, OnlyShortcut(block))
    try:
        yield
    finally:
        model.add_module(name, block)


# %% Ines: no ReLU behind the shortcut
# truth: The shortcut comes out without its ReLU, which matters where a projection gives negative values.
# repair: Return the shortcut's relu.
@contextmanager
def without_block(model, name):
    block = model.get_submodule(name)
    skip = block.downsample or nn.Identity()
    h = block.register_forward_hook(lambda m, i, o: skip(*i))
    try:
        yield
    finally:
        h.remove()


# %% Ines: the hook returns nothing
# truth: The hook computes relu(shortcut(x)) but returns None, so the block's own output is left as it is.
# repair: Return the value.
@contextmanager
def without_block(model, name):
    def cut(block, args, out):
        x = args[0] if block.downsample is None else block.downsample(args[0])
        out = x.relu()

    h = model.get_submodule(name).register_forward_hook(cut)
    try:
        yield
    finally:
        h.remove()


# %% Ines: two at once, no ReLU and everybody's hooks cleared
# truth: Two mistakes: The shortcut comes out without its ReLU; and at the end all hooks of the block are cleared, those
# of others, too.
# repair: Return the shortcut's relu, and remove only the hook's own handle.
@contextmanager
def without_block(model, name):
    block = model.get_submodule(name)
    block.register_forward_hook(lambda m, i, o: i[0] if m.downsample is None else m.downsample(i[0]))
    try:
        yield
    finally:
        block._forward_hooks.clear()


# %% Ben: except, not finally
# truth: The hook is removed after an Exception only; an interrupt (the notebook's stop button) is none, and leaves the
# block taken out.
# repair: Remove the hook in a finally.
@contextmanager
def without_block(model, name):
    block = model.get_submodule(name)

    def hook(module, inputs, output):
        x = inputs[0]
        if module.downsample is not None:
            x = module.downsample(x)
        return x.relu()

    handle = block.register_forward_hook(hook)
    try:
        yield
    except Exception:
        handle.remove()
        raise
    handle.remove()


# %% Carlo: two at once, no ReLU and not restored after an error
# truth: Two mistakes: The shortcut comes out without its ReLU, and the hook stays if an error ends the with-block.
# repair: Return the shortcut's ReLU, and remove the hook in a finally.
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def replace(block: nn.Module, inputs: tuple, output: Tensor) -> Tensor:
        shortcut: Tensor = inputs[0]
        if block.downsample != None:
            shortcut = block.downsample(shortcut)
        return shortcut

    handle = model.get_submodule(name).register_forward_hook(replace)
    yield
    handle.remove()


# %% Viktor: a dotted name on the model
# truth: "layer2.1" is a child of layer2. setattr puts a new child of that name on the model itself, which nobody runs,
# so the block still works as before; and it is left there afterwards. The shortcut and the ReLU are missing besides.
# repair: register a forward hook on model.get_submodule(name) that returns relu(shortcut(x))
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    """Inside the with-block, leave of the named BasicBlock only its shortcut and the ReLU behind it."""
    old = model.get_submodule(name)
    setattr(model, name, nn.Identity())
    try:
        yield
    finally:
        setattr(model, name, old)


# %% Tom: forgot downsample, and finally
# truth: Two mistakes: a block with a downsample gives its bare input instead of downsample(x), so the shape is wrong; and
# after an error in the with-block the hook stays.
# repair: use block.downsample if it isn't None, and try … finally around yield
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    """Inside the with-block, leave of the named BasicBlock only its shortcut and the ReLU behind it."""

    def hook(module, inputs, output):
        return functional.relu(inputs[0])

    handle = model.get_submodule(name).register_forward_hook(hook)
    yield
    handle.remove()
