# %% mistake: never_removed
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    for module in model.modules():
        module.register_forward_hook(hook)
    yield


# repair
# -     for module in model.modules():
# -         module.register_forward_hook(hook)
# -     yield
# +     handles = [module.register_forward_hook(hook) for module in model.modules()]
# +     try:
# +         yield
# +     finally:
# +         for handle in handles:
# +             handle.remove()


# %% mistake: not_after_error
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    handles = []
    for module in model.modules():
        handles.append(module.register_forward_hook(hook))
    yield
    for handle in handles:
        handle.remove()


# repair
# -     yield
# -     for handle in handles:
# -         handle.remove()
# +     try:
# +         yield
# +     finally:
# +         for handle in handles:
# +             handle.remove()


# %% mistake: children_only
@contextmanager
def hooks_on(model, hook):
    handles = [child.register_forward_hook(hook) for child in model.children()]
    try:
        yield
    finally:
        for h in handles:
            h.remove()


# repair
# -     handles = [child.register_forward_hook(hook) for child in model.children()]
# +     handles = [module.register_forward_hook(hook) for module in model.modules()]


# %% mistake: leaves_only
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    handles = []
    for module in model.modules():
        if len(list(module.children())) == 0:
            handles.append(module.register_forward_hook(hook))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# repair
# -         if len(list(module.children())) == 0:
# -             handles.append(module.register_forward_hook(hook))
# +         handles.append(module.register_forward_hook(hook))


# %% mistake: without_model
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    handles = []
    for name, module in model.named_modules():
        if name:
            handles.append(module.register_forward_hook(hook))
    try:
        yield
    finally:
        while handles:
            handles.pop().remove()


# repair
# -     for name, module in model.named_modules():
# -         if name:
# -             handles.append(module.register_forward_hook(hook))
# +     for module in model.modules():
# +         handles.append(module.register_forward_hook(hook))


# %% mistake: model_only
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    handle = model.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# repair
# -     handle = model.register_forward_hook(hook)
# +     handles = [module.register_forward_hook(hook) for module in model.modules()]
# -         handle.remove()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: twice
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    handles = []
    for module in model.modules():
        module_handle = module.register_forward_hook(hook)
        handles += [module_handle, module.register_forward_hook(hook)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# repair
# -         handles += [module_handle, module.register_forward_hook(hook)]
# +         handles += [module_handle]


# %% mistake: clears_all
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    for module in model.modules():
        module.register_forward_hook(hook)
    try:
        yield
    finally:
        for module in model.modules():
            module._forward_hooks.clear()


# repair
# -     for module in model.modules():
# -         module.register_forward_hook(hook)
# -     try:
# +     handles = [module.register_forward_hook(hook) for module in model.modules()]
# +     try:
# -         for module in model.modules():
# -             module._forward_hooks.clear()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: removes_last
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    for module in model.modules():
        handle = module.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


# repair
# -     for module in model.modules():
# -         handle = module.register_forward_hook(hook)
# +     handles = []
# +     for module in model.modules():
# +         handles.append(module.register_forward_hook(hook))
# -         handle.remove()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: removes_first
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    first_handle = None
    for module in model.modules():
        handle = module.register_forward_hook(hook)
        if first_handle is None:
            first_handle = handle
    try:
        yield
    finally:
        first_handle.remove()


# repair
# -     first_handle = None
# -     for module in model.modules():
# -         handle = module.register_forward_hook(hook)
# -         if first_handle is None:
# -             first_handle = handle
# +     handles = []
# +     for module in model.modules():
# +         handles.append(module.register_forward_hook(hook))
# -         first_handle.remove()
# +         for handle in handles:
# +             handle.remove()


# %% mistake: swallows
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    handles = [m.register_forward_hook(hook) for m in model.modules()]
    try:
        yield
    except Exception as error:
        print("error in the with-block:", error)
    for handle in handles:
        handle.remove()


# repair
# -     except Exception as error:
# -         print("error in the with-block:", error)
# -     for handle in handles:
# -         handle.remove()
# +     finally:
# +         for handle in handles:
# +             handle.remove()


# %% mistake: pre_hook
@contextmanager
def hooks_on(model: nn.Module, hook: Callable) -> Iterator[None]:
    handles = [module.register_forward_pre_hook(hook) for module in model.modules()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# repair
# -     handles = [module.register_forward_pre_hook(hook) for module in model.modules()]
# +     handles = [module.register_forward_hook(hook) for module in model.modules()]


# %% mistake: early
class hooks_on:
    def __init__(self, model: nn.Module, hook: Callable) -> None:
        self.handles = [module.register_forward_hook(hook) for module in model.modules()]

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error) -> None:
        for handle in self.handles:
            handle.remove()


# repair
# -         self.handles = [module.register_forward_hook(hook) for module in model.modules()]
# +         self.model, self.hook = model, hook
# -         return None
# +         self.handles = [module.register_forward_hook(self.hook) for module in self.model.modules()]


# %% right: channels first
@contextmanager
def hooks_on(model, hook):
    handles = {}
    for name, module in model.named_modules():
        handles[name] = module.register_forward_hook(hook)
    try:
        yield handles
    finally:
        for name in list(handles):
            handles.pop(name).remove()


# %% right: einops fan
from contextlib import ExitStack


@contextmanager
def hooks_on(model: nn.Module, hook):
    with ExitStack() as stack:
        for module in model.modules():
            stack.callback(module.register_forward_hook(hook).remove)
        yield


# %% right: engineer
from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

from torch.utils.hooks import RemovableHandle


class hooks_on(AbstractContextManager):
    def __init__(self, model: nn.Module, hook: Callable) -> None:
        self._model = model
        self._hook = hook
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> hooks_on:
        for module in self._model.modules():
            self._handles.append(module.register_forward_hook(self._hook))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        return False


# %% right: golfer
import contextlib


@contextlib.contextmanager
def hooks_on(model, hook):
    handles = []
    model.apply(lambda m: handles.append(m.register_forward_hook(hook)))
    with contextlib.suppress():
        try:
            yield
        finally:
            [h.remove() for h in handles]


# %% right: inheritor
def _hooks_on(model, hook):
    handles = tuple(map(lambda module: module.register_forward_hook(hook), model.modules()))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


hooks_on = contextmanager(_hooks_on)


# %% right: numpy convert
def _walk(module):
    yield module
    for child in module.children():
        yield from _walk(child)


@contextmanager
def hooks_on(model, hook):
    handles = [module.register_forward_hook(hook) for module in _walk(model)]
    try:
        yield None
    except BaseException:
        raise
    finally:
        for handle in handles[::-1]:
            handle.remove()


# %% right: textbook
@contextmanager
def hooks_on(model, hook):
    handles = []
    for module in model.modules():
        handles.append(module.register_forward_hook(hook))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# %% right: torchvision reader
from typing import Any


class hooks_on:
    def __init__(self, model: nn.Module, hook: Any) -> None:
        self.model, self.hook, self.handles = model, hook, []

    def __enter__(self) -> None:
        self.handles = [m.register_forward_hook(self.hook) for m in self.model.modules()]

    def __exit__(self, *_: object) -> None:
        while self.handles:
            self.handles.pop().remove()


# %% wrong: keeps its handles in a default argument, and nesting mixes them up
from typing import Any


@contextmanager
def hooks_on(model: nn.Module, hook: Any, handles: list = []) -> Any:
    handles.extend(module.register_forward_hook(hook) for module in model.modules())
    try:
        yield
    finally:
        while handles:
            handles.pop().remove()


# %% wrong: registers again for each class, so that twins of one class are left out
from typing import Any


@contextmanager
def hooks_on(model: nn.Module, hook: Any) -> Any:
    one_each = {type(module): module for module in model.modules()}
    handles = [module.register_forward_hook(hook) for module in one_each.values()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


# %% wrong: puts the hooks on by replacing forward
from typing import Any


@contextmanager
def hooks_on(model: nn.Module, hook: Any) -> Any:
    for module in model.modules():
        original = module.forward
        module.forward = lambda x, m=module, f=original: (y := f(x), hook(m, (x,), y))[0]
    yield


# %% wrong: removes on ordinary errors, but the first of two handles twice
from typing import Any


@contextmanager
def hooks_on(model: nn.Module, hook: Any) -> Any:
    handles = [module.register_forward_hook(hook) for module in model.modules()]
    try:
        yield
    finally:
        for handle in handles:
            handles.remove(handle)
            handle.remove()


# %% mistake: never_removed
@contextmanager
def hooks_on(model, hook):
    handles = []
    for module in model.modules():
        handles.append(module.register_forward_hook(hook))
    try:
        yield
    finally:
        for handle in handles:
            pass


# repair
# -             pass
# +             handle.remove()


# %% mistake: not_after_error
@contextmanager
def hooks_on(model, hook):
    handles = []
    for module in model.modules():
        handles.append(module.register_forward_hook(hook))
    yield
    if True:
        for handle in handles:
            handle.remove()


# repair
# -     yield
# -     if True:
# +     try:
# +         yield
# +     finally:


# %% mistake: children_only
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


# repair
# -     for module in model.children():
# +     for module in model.modules():


# %% right: apply
@contextmanager
def hooks_on(model, hook):
    hs = []
    model.apply(lambda m: hs.append(m.register_forward_hook(hook)))
    try:
        yield
    finally:
        for h in hs:
            h.remove()
