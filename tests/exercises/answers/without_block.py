# %% mistake: identity
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    parent_name, _, child = name.rpartition(".")
    block = model.get_submodule(name)
    parent = model.get_submodule(parent_name)
    setattr(parent, child, nn.Identity())
    try:
        yield
    finally:
        setattr(parent, child, block)


# repair
# -     setattr(parent, child, nn.Identity())
# +     setattr(parent, child, nn.Sequential(block.downsample or nn.Identity(), nn.ReLU()))


# %% mistake: no_relu
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def hook(block, inputs, output):
        if block.downsample is None:
            return inputs[0]
        return block.downsample(inputs[0])

    handle = model.get_submodule(name).register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# repair
# -             return inputs[0]
# -         return block.downsample(inputs[0])
# +             return inputs[0].relu()
# +         return block.downsample(inputs[0]).relu()


# %% mistake: left_only
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    block = model.get_submodule(name)
    parent_name, _, child = name.rpartition(".")
    parent = model.get_submodule(parent_name)
    left = nn.Sequential(block.conv1, block.bn1, nn.ReLU(), block.conv2, block.bn2, nn.ReLU())
    setattr(parent, child, left)
    try:
        yield
    finally:
        setattr(parent, child, block)


# repair
# -     left = nn.Sequential(block.conv1, block.bn1, nn.ReLU(), block.conv2, block.bn2, nn.ReLU())
# -     setattr(parent, child, left)
# +     shortcut = nn.Sequential(block.downsample or nn.Identity(), nn.ReLU())
# +     setattr(parent, child, shortcut)


# %% mistake: zeros
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    handle = model.get_submodule(name).register_forward_hook(lambda block, inputs, output: t.zeros_like(output))
    try:
        yield
    finally:
        handle.remove()


# repair
# -     handle = model.get_submodule(name).register_forward_hook(lambda block, inputs, output: t.zeros_like(output))
# +     def hook(block, inputs, output):
# +         x = inputs[0]
# +         return (x if block.downsample is None else block.downsample(x)).relu()
# +
# +     handle = model.get_submodule(name).register_forward_hook(hook)


# %% mistake: bare_projection
class OnlyShortcut(nn.Module):
    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.projection = nn.Identity() if block.downsample is None else block.downsample[0]

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.projection(x))


@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    parent_name, _, child = name.rpartition(".")
    parent, block = model.get_submodule(parent_name), model.get_submodule(name)
    setattr(parent, child, OnlyShortcut(block))
    try:
        yield
    finally:
        setattr(parent, child, block)


# repair
# -         self.projection = nn.Identity() if block.downsample is None else block.downsample[0]
# +         self.projection = nn.Identity() if block.downsample is None else block.downsample


# %% mistake: subtracts
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def remove_block(block: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
        x = inputs[0]
        shortcut = x if block.downsample is None else block.downsample(x)
        return functional.relu(output - shortcut)

    handle = model.get_submodule(name).register_forward_hook(remove_block)
    try:
        yield
    finally:
        handle.remove()


# repair
# -         return functional.relu(output - shortcut)
# +         return functional.relu(shortcut)


# %% mistake: adds
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    block = model.get_submodule(name)

    def hook(module, args, output):
        (x,) = args
        if block.downsample is not None:
            x = block.downsample(x)
        return (output + x).relu()

    handle = block.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# repair
# -         return (output + x).relu()
# +         return x.relu()


# %% mistake: nothing
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def hook(block, inputs, output):
        x = inputs[0]
        shortcut = x if block.downsample is None else block.downsample(x)
        output = shortcut.relu()

    handle = model.get_submodule(name).register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# repair
# -         output = shortcut.relu()
# +         return shortcut.relu()


# %% mistake: first_of_layer
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    layer, _, number = name.rpartition(".")
    blocks = dict(model.get_submodule(layer).named_children())
    if number not in blocks:
        raise AttributeError(f"no block {name}")
    block = next(iter(blocks.values()))

    def hook(module, inputs, output):
        x = inputs[0]
        return functional.relu(x if module.downsample is None else module.downsample(x))

    handle = block.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# repair
# -     block = next(iter(blocks.values()))
# +     block = model.get_submodule(name)


# %% mistake: never_back
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def only_shortcut(block, inputs, output):
        x = inputs[0]
        return (x if block.downsample is None else block.downsample(x)).relu()

    model.get_submodule(name).register_forward_hook(only_shortcut)
    yield


# repair
# -     model.get_submodule(name).register_forward_hook(only_shortcut)
# -     yield
# +     handle = model.get_submodule(name).register_forward_hook(only_shortcut)
# +     try:
# +         yield
# +     finally:
# +         handle.remove()


# %% mistake: not_after_error
class Shortcut(nn.Module):
    def __init__(self, downsample: nn.Module | None) -> None:
        super().__init__()
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        if self.downsample is not None:
            x = self.downsample(x)
        return t.relu(x)


@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    block = model.get_submodule(name)
    parent_name, _, child = name.rpartition(".")
    parent = model.get_submodule(parent_name)
    setattr(parent, child, Shortcut(block.downsample))
    yield
    setattr(parent, child, block)


# repair
# -     yield
# -     setattr(parent, child, block)
# +     try:
# +         yield
# +     finally:
# +         setattr(parent, child, block)


# %% mistake: swallows
class without_block:
    def __init__(self, model: nn.Module, name: str) -> None:
        self.block = model.get_submodule(name)

    def __enter__(self) -> None:
        self.handle = self.block.register_forward_hook(self.only_shortcut)

    def __exit__(self, *error) -> bool:
        self.handle.remove()
        return True

    @staticmethod
    def only_shortcut(block: nn.Module, inputs: tuple, output: Tensor) -> Tensor:
        x = inputs[0]
        return functional.relu(x if block.downsample is None else block.downsample(x))


# repair
# -         return True
# +         return False


# %% mistake: clears_all
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def hook(block, inputs, output):
        x = inputs[0]
        skip = x if block.downsample is None else block.downsample(x)
        return skip.relu()

    model.get_submodule(name).register_forward_hook(hook)
    try:
        yield
    finally:
        for module in model.modules():
            module._forward_hooks.clear()


# repair
# -     model.get_submodule(name).register_forward_hook(hook)
# +     handle = model.get_submodule(name).register_forward_hook(hook)
# -         for module in model.modules():
# -             module._forward_hooks.clear()
# +         handle.remove()


# %% mistake: weights_lost
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    norm = model.get_submodule(name).bn2
    saved = norm.state_dict()
    with t.no_grad():
        norm.weight.zero_()
        norm.bias.zero_()
    try:
        yield
    finally:
        norm.load_state_dict(saved)


# repair
# -     saved = norm.state_dict()
# +     saved = copy.deepcopy(norm.state_dict())


# %% mistake: copy_back
class JustTheSkip(nn.Module):
    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.skip = block.downsample or nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.skip(x).relu()


@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    parent_name, _, child = name.rpartition(".")
    parent = model.get_submodule(parent_name)
    block = model.get_submodule(name)
    backup = copy.deepcopy(block)
    setattr(parent, child, JustTheSkip(block))
    try:
        yield
    finally:
        setattr(parent, child, backup)


# repair
# -         setattr(parent, child, backup)
# +         setattr(parent, child, block)


# %% mistake: quiet
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def hook(block, inputs, output):
        x = inputs[0]
        return functional.relu(x if block.downsample is None else block.downsample(x))

    handles = [
        module.register_forward_hook(hook) for module_name, module in model.named_modules() if module_name == name
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# repair
# -     handles = [
# -         module.register_forward_hook(hook) for module_name, module in model.named_modules() if module_name == name
# -     ]
# +     handles = [model.get_submodule(name).register_forward_hook(hook)]


# %% mistake: training
@contextmanager
def without_block(model: nn.Module, name: str) -> Iterator[None]:
    def hook(block, inputs, output):
        x = inputs[0]
        return (x if block.downsample is None else block.downsample(x)).relu()

    handle = model.get_submodule(name).register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()
        model.train()


# repair
# -         handle.remove()
# -         model.train()
# +         handle.remove()


# %% right: plain
@contextmanager
def without_block(model, name):
    def only_shortcut(block, inputs, output):
        x = inputs[0]
        return (x if block.downsample is None else block.downsample(x)).relu()

    handle = model.get_submodule(name).register_forward_hook(only_shortcut)
    try:
        yield
    finally:
        handle.remove()


# %% right: exchanged
@contextmanager
def without_block(model, name):
    """Puts another module in the block's place."""
    parent_name, _, own = name.rpartition(".")
    parent = model.get_submodule(parent_name)
    block = getattr(parent, own)
    setattr(parent, own, nn.Identity() if block.downsample is None else nn.Sequential(block.downsample, nn.ReLU()))
    try:
        yield model
    finally:
        setattr(parent, own, block)


# %% right: other forward
@contextmanager
def without_block(model, name):
    block = model.get_submodule(name)
    block.forward = lambda x: functional.relu(block.downsample(x) if block.downsample else x)
    try:
        yield
    finally:
        del block.forward


# %% right: as aclass
class without_block:
    def __init__(self, model, name):
        self.block = dict(model.named_modules())[name]

    def __enter__(self):
        self.handle = self.block.register_forward_hook(self.skip)

    def __exit__(self, *error):
        self.handle.remove()

    @staticmethod
    def skip(block, inputs, _):
        (x,) = inputs
        return x.clamp(min=0) if block.downsample is None else block.downsample(x).clamp(min=0)


# %% right: silenced
import torch


@contextmanager
def _outputs_replaced(module, function):
    handle = module.register_forward_hook(lambda module, inputs, output: function(output))
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def without_block(model, name):
    """Lets the second batch norm give zeros."""
    norm = model.get_submodule(name).bn2
    with _outputs_replaced(norm, torch.zeros_like):
        yield


# %% right: weights kept
import torch


@contextmanager
def without_block(model, name):
    """Sets weight and bias of the second batch norm to zero, and gives them back."""
    norm = model.get_submodule(name).bn2
    saved = norm.weight.detach().clone(), norm.bias.detach().clone()
    with torch.no_grad():
        norm.weight.zero_()
        norm.bias.zero_()
    try:
        yield
    finally:
        with torch.no_grad():
            for parameter, before in zip((norm.weight, norm.bias), saved, strict=True):
                parameter.copy_(before)


# %% right: in the sequential
import itertools


@contextmanager
def without_block(model, name):
    """Finds the block by walking down its name."""
    *path, last = name.split(".")
    parent = model
    for step in path:
        parent = parent._modules[step]
    block = parent._modules[last]
    layers = itertools.chain([] if block.downsample is None else [block.downsample], [nn.ReLU()])
    parent._modules[last] = nn.Sequential(*layers)
    try:
        yield
    finally:
        parent._modules[last] = block


# %% equivalent: there is one of them: the first is the last
# inputs[-1]


# %% mistake: bias_left
@contextmanager
def without_block(model, name):
    norm = model.get_submodule(name).bn2
    kept = norm.weight.detach().clone()
    norm.weight.data.zero_()
    try:
        yield model
    finally:
        norm.weight.data.copy_(kept)


# repair
# -     kept = norm.weight.detach().clone()
# -     norm.weight.data.zero_()
# +     kept = norm.weight.detach().clone(), norm.bias.detach().clone()
# +     norm.weight.data.zero_(), norm.bias.data.zero_()
# -         norm.weight.data.copy_(kept)
# +         norm.weight.data.copy_(kept[0]), norm.bias.data.copy_(kept[1])


# %% mistake: not_after_interrupt
class _Stump(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.downsample = block.downsample

    def forward(self, x):
        return functional.relu(x if self.downsample is None else self.downsample(x))


@contextmanager
def without_block(model, name):
    whose, _, which = name.rpartition(".")
    parent, block = model.get_submodule(whose), model.get_submodule(name)
    setattr(parent, which, _Stump(block))
    parent.eval()
    try:
        yield
    except Exception:
        setattr(parent, which, block)
        raise
    else:
        setattr(parent, which, block)


# repair
# -     except Exception:
# -         setattr(parent, which, block)
# -         raise
# -     else:
# +     finally:
