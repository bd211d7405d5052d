# %% Mia: no try and finally
# truth: When an error ends the block, the lines after yield never run, so the hooks stay.
# repair: put the yield into try, and the removal into finally
@contextmanager
def hooks_on(model, hook):
    handles = []
    for module in model.modules():
        handle = module.register_forward_hook(hook)
        handles.append(handle)
    yield
    for handle in handles:
        handle.remove()


# %% Mia: children only
# truth: children() gives the direct parts only: nested modules and the model itself get no hook.
# repair: model.modules() in place of model.children()
@contextmanager
def hooks_on(model, hook):
    handles = []
    for module in model.children():
        handles.append(module.register_forward_hook(hook))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# %% Lars: clears all hooks
# truth: _forward_hooks.clear() takes off every hook, also those that somebody else had put there before.
# repair: remove exactly the handles of these hooks
@contextmanager
def hooks_on(model, hook):
    for m in model.modules():
        m.register_forward_hook(hook)
    try:
        yield
    finally:
        for m in model.modules():
            m._forward_hooks.clear()


# %% Anton: one handle for all
# truth: handle is overwritten in every turn of the loop, so only the last module's hook is removed.
# repair: keep all handles in a list, and remove each
@contextmanager
def hooks_on(model: nn.Module, hook):
    handle = None
    for module in model.modules():
        handle = module.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# %% Anton: yields in the loop
# truth: yield stands inside the loop, so the block begins when only the first module has its hook, and leaving it
# raises because the function yields again.
# repair: yield once, after the loop
@contextmanager
def hooks_on(model: nn.Module, hook):
    handles = []
    try:
        for module in model.modules():
            handles.append(module.register_forward_hook(hook))
            yield
    finally:
        for h in handles:
            h.remove()


# %% Priya: a pre-hook
# truth: register_forward_pre_hook calls the hook before forward, with two arguments instead of three, so the hook
# raises.
# repair: register_forward_hook
@contextmanager
def hooks_on(model, hook):
    handles = [m.register_forward_pre_hook(hook) for _, m in model.named_modules()]
    try:
        yield
    finally:
        [h.remove() for h in handles]


# %% Kenji: no decorator
# truth: @contextmanager is missing, so calling the function gives a generator, which can't be used in a with.
# repair: put @contextmanager above the function
def hooks_on(model, hook):
    handles = [module.register_forward_hook(hook) for module in model.modules()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# %% Priya: leaves only, and nothing is cleaned up on errors
# truth: Two mistakes: only modules without parts of their own get the hook, and an error in the block leaves the
# hooks behind because there's no finally.
# repair: put the hook on every module, and remove the handles in finally
@contextmanager
def hooks_on(model, hook):
    handles = []
    for name, module in model.named_modules():
        if len(list(module.children())) == 0:
            handles.append(module.register_forward_hook(hook))
    yield model
    for h in handles:
        h.remove()


# %% Mia: catches the error and prints it
# truth: except swallows the error that ends the block, so whoever wrote the block never sees it; raise_on_nan would
# have no effect.
# repair: leave except out; finally is enough
@contextmanager
def hooks_on(model, hook):
    handles = []
    for module in model.modules():
        handles.append(module.register_forward_hook(hook))
    try:
        yield
    except Exception as error:
        print("error:", error)
    finally:
        for handle in handles:
            handle.remove()


# %% Mia: removing comes next
# truth: Partly written: the hooks are put on, and never removed.
# repair: keep the handles, and remove each in finally
@contextmanager
def hooks_on(model, hook):
    for module in model.modules():
        module.register_forward_hook(hook)
    yield
    # TODO: take them off


# %% Viktor: no finally
# truth: If an error ends the with-block, the lines behind yield never run, and all hooks stay.
# repair: put yield into try, and the removal into finally
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    """Have `hook` on every module of `model` inside the with-block, and on none afterwards."""
    handles = []
    for module in model.modules():
        handles.append(module.register_forward_hook(hook))
    yield
    for handle in handles:
        handle.remove()


# %% Tom: children only
# truth: children() gives the direct children: nested modules and the model itself get no hook.
# repair: model.modules()
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    """Have `hook` on every module of `model` inside the with-block, and on none afterwards."""
    handles = [child.register_forward_hook(hook) for child in model.children()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
