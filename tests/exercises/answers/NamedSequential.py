# %% mistake: numbers_only
class NamedSequential(Sequential):
    def __init__(self, *modules: nn.Module | OrderedDict[str, nn.Module]) -> None:
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            modules = modules[0].values()
        super().__init__(*modules)


# repair
# -             modules = modules[0].values()
# -         super().__init__(*modules)
# +             super().__init__()
# +             for name, module in modules[0].items():
# +                 self.add_module(name, module)
# +         else:
# +             super().__init__(*modules)


# %% mistake: names_only
class NamedSequential(Sequential):
    def __init__(self, *modules):
        super().__init__()
        (named,) = modules
        for name, module in named.items():
            self.add_module(name, module)


# repair
# -         super().__init__()
# -         (named,) = modules
# -         for name, module in named.items():
# -             self.add_module(name, module)
# +         if len(modules) == 1 and isinstance(modules[0], OrderedDict):
# +             super().__init__()
# +             (named,) = modules
# +             for name, module in named.items():
# +                 self.add_module(name, module)
# +         else:
# +             super().__init__(*modules)


# %% mistake: dict_as_module
class NamedSequential(Sequential):
    def __init__(self, *modules):
        super().__init__()
        if isinstance(modules, OrderedDict):
            for name, module in modules.items():
                self._modules[name] = module
        else:
            for index, module in enumerate(modules):
                self._modules[str(index)] = module


# repair
# -         if isinstance(modules, OrderedDict):
# -             for name, module in modules.items():
# +         if len(modules) == 1 and isinstance(modules[0], OrderedDict):
# +             for name, module in modules[0].items():


# %% mistake: plain_attribute
class NamedSequential(Sequential):
    def __init__(self, *modules):
        super().__init__()
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            self.layers = dict(modules[0])
        else:
            self.layers = {str(i): module for i, module in enumerate(modules)}

    def _name(self, index):
        return list(self.layers)[index]

    def __getitem__(self, index):
        return self.layers[self._name(index)]

    def __setitem__(self, index, module):
        self.layers[self._name(index)] = module

    def forward(self, x):
        for module in self.layers.values():
            x = module(x)
        return x


# repair
# -             self.layers = dict(modules[0])
# -         else:
# -             self.layers = {str(i): module for i, module in enumerate(modules)}
# +             self._modules.update(modules[0])
# +         else:
# +             self._modules.update({str(i): module for i, module in enumerate(modules)})
# -         return list(self.layers)[index]
# +         return list(self._modules)[index]
# -         return self.layers[self._name(index)]
# +         return self._modules[self._name(index)]
# -         self.layers[self._name(index)] = module
# +         self._modules[self._name(index)] = module
# -         for module in self.layers.values():
# +         for module in self._modules.values():


# %% mistake: sorted
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            super().__init__()
            named = modules[0]
            for name in sorted(named):
                self._modules[name] = named[name]
        else:
            super().__init__(*modules)


# repair
# -             for name in sorted(named):
# +             for name in named:


# %% mistake: reversed
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            super().__init__()
            items = list(modules[0].items())
            while items:
                name, module = items.pop()
                self.add_module(name, module)
        else:
            super().__init__(*modules)


# repair
# -                 name, module = items.pop()
# +                 name, module = items.pop(0)


# %% mistake: last_missing
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            super().__init__()
            names = list(modules[0].keys())
            for i in range(len(names) - 1):
                self.add_module(names[i], modules[0][names[i]])
        else:
            super().__init__(*modules)


# repair
# -             for i in range(len(names) - 1):
# +             for i in range(len(names)):


# %% mistake: prefixed
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            super().__init__()
            for index, (name, module) in enumerate(modules[0].items()):
                self._modules[f"{index}_{name}"] = module
        else:
            super().__init__(*modules)


# repair
# -             for index, (name, module) in enumerate(modules[0].items()):
# -                 self._modules[f"{index}_{name}"] = module
# +             for name, module in modules[0].items():
# +                 self._modules[name] = module


# %% right: channels first
class NamedSequential(Sequential):
    def __init__(self, *modules):
        nn.Module.__init__(self)
        items = modules[0].items() if type(modules[0]) is OrderedDict else enumerate(modules)
        for name, module in items:
            self._modules[str(name)] = module


# %% right: einops fan
class NamedSequential(Sequential):
    def __init__(self, *modules: nn.Module) -> None:
        named = len(modules) == 1 and isinstance(modules[0], dict)
        super().__init__(*([] if named else modules))
        if named:
            self._modules.update(modules[0])


# %% right: engineer
class NamedSequential(Sequential):
    def __init__(self, *modules: nn.Module | OrderedDict[str, nn.Module]) -> None:
        super().__init__()
        for name, module in self._pairs(*modules):
            setattr(self, name, module)

    @staticmethod
    def _pairs(*modules: nn.Module | OrderedDict[str, nn.Module]) -> Iterator[tuple[str, nn.Module]]:
        match modules:
            case (OrderedDict() as named,):
                yield from named.items()
            case _:
                yield from ((str(number), module) for number, module in enumerate(modules))


# %% right: golfer
class NamedSequential(Sequential):
    def __init__(self, *modules):
        nn.Module.__init__(self)
        first, *_ = modules
        [
            self.add_module(str(name), m)
            for name, m in (first.items() if isinstance(first, OrderedDict) else enumerate(modules))
        ]


# %% right: inheritor
class NamedSequential(Sequential):
    def __init__(self, *args, **kwargs):
        super().__init__(*args[1:], **kwargs) if isinstance(args[0], OrderedDict) else super().__init__(*args, **kwargs)
        if isinstance(args[0], OrderedDict):
            for name in args[0]:
                self.register_module(name, args[0][name])


# %% right: numpy convert
class NamedSequential(Sequential):
    def __init__(self, *modules):
        super().__init__(*(modules if not isinstance(modules[0], OrderedDict) else modules[0].values()))
        if isinstance(modules[0], OrderedDict):
            self._modules = type(self._modules)(zip(modules[0].keys(), self._modules.values(), strict=True))


# %% right: textbook
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if isinstance(modules[0], OrderedDict):
            super().__init__()
            for name, module in modules[0].items():
                self._modules[name] = module
        else:
            super().__init__(*modules)


# %% right: torchvision reader
from typing import Any


class NamedSequential(Sequential):
    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for key, module in args[0].items():
                self.add_module(key, module)
        else:
            for idx, module in enumerate(args):
                self.add_module(str(idx), module)


# %% wrong: keeps the student's dict itself: what is assigned later changes the dict as well
from typing import Any


class Row(nn.Module):
    """The given Sequential."""

    def __init__(self, *modules: nn.Module) -> None:
        super().__init__()
        for index, module in enumerate(modules):
            self._modules[str(index)] = module

    def __getitem__(self, index: int) -> nn.Module:
        return self._modules[list(self._modules)[index]]

    def __setitem__(self, index: int, module: nn.Module) -> None:
        self._modules[list(self._modules)[index]] = module

    def forward(self, x: Tensor) -> Tensor:
        for module in self._modules.values():
            x = module(x)
        return x


class NamedSequential(Row):
    def __init__(self, *modules: Any) -> None:
        named = isinstance(modules[0], OrderedDict)
        super().__init__(*(modules[0].values() if named else modules))
        if named:
            for name, module in modules[0].items():
                self.add_module(name, module)


# %% wrong: assigns under the number, beside the name
from typing import Any


class Row(nn.Module):
    """The given Sequential."""

    def __init__(self, *modules: nn.Module) -> None:
        super().__init__()
        for index, module in enumerate(modules):
            self._modules[str(index)] = module

    def __getitem__(self, index: int) -> nn.Module:
        return self._modules[list(self._modules)[index]]

    def __setitem__(self, index: int, module: nn.Module) -> None:
        self._modules[list(self._modules)[index]] = module

    def forward(self, x: Tensor) -> Tensor:
        for module in self._modules.values():
            x = module(x)
        return x


class NamedSequential(Row):
    def __init__(self, *modules: Any) -> None:
        super().__init__(*([] if isinstance(modules[0], OrderedDict) else modules))
        if isinstance(modules[0], OrderedDict):
            self._modules.update(modules[0])

    def __setitem__(self, index: int, module: nn.Module) -> None:
        self._modules[str(index)] = module


# %% wrong: a shortcut: nn.Sequential
NamedSequential = nn.Sequential


# %% wrong: a shortcut: ThinSequential
class NamedSequential(nn.Sequential):
    pass


# %% mistake: numbers_only
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if isinstance(modules[0], OrderedDict):
            super().__init__()
            for name, module in modules[0].items():
                self._modules[str(len(self._modules))] = module
        else:
            super().__init__(*modules)


# repair
# -                 self._modules[str(len(self._modules))] = module
# +                 self._modules[name] = module


# %% mistake: names_only
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if True:
            super().__init__()
            for name, module in modules[0].items():
                self._modules[name] = module
        else:
            super().__init__(*modules)


# repair
# -         if True:
# +         if len(modules) == 1 and isinstance(modules[0], OrderedDict):


# %% equivalent: what no modules at all should do is not part of the exercise
# if isinstance(modules[0], OrderedDict)
# len(modules) <= 1 and


# %% equivalent: an OrderedDict and more beside it is not part of the exercise
# len(modules) >= 1 and


# %% equivalent: the first of one is the last of one
# modules[-1]
