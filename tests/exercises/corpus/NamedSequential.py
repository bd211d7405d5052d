# %% Mia: super().__init__() only for the list
# truth: With an OrderedDict super().__init__() is never called, so the module has no place for its parts and
# add_module raises.
# repair: call super().__init__() in the first branch too
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if isinstance(modules[0], OrderedDict):
            for name in modules[0]:
                self.add_module(name, modules[0][name])
        else:
            super().__init__(*modules)


# %% Priya: add_module with a number
# truth: The places are given to add_module as numbers, and a name has to be a text, so modules given one by one raise.
# repair: pass str(idx)
class NamedSequential(Sequential):
    def __init__(self, *args):
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for key, module in args[0].items():
                self.add_module(key, module)
        else:
            for idx, module in enumerate(args):
                self.add_module(idx, module)


# %% Kenji: the dict is kept as an attribute
# truth: The OrderedDict is kept as a plain attribute, so nothing is registered: no parameter is found, and forward,
# which runs the registered modules, returns its input.
# repair: add each module with add_module(name, module)
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            super().__init__()
            self.layers = modules[0]
        else:
            super().__init__(*modules)


# %% Lars: the names are dropped
# truth: Only the dict's values are passed on, so the modules are called 0, 1, … instead of by their names.
# repair: register each module under its key
class NamedSequential(Sequential):
    def __init__(self, *modules):
        d = modules[0] if len(modules) == 1 and isinstance(modules[0], OrderedDict) else None
        super().__init__(*(d.values() if d is not None else modules))


# %% Mia: asks the tuple
# truth: modules is always a tuple, so the test for an OrderedDict never holds, and the dict itself is registered as
# if it were a module.
# repair: ask whether modules[0] is an OrderedDict, and take the items from it
class NamedSequential(Sequential):
    def __init__(self, *modules):
        if isinstance(modules, OrderedDict):
            super().__init__()
            for name, module in modules.items():
                self.add_module(name, module)
        else:
            super().__init__(*modules)


# %% Tom: the names get lost
# truth: Only the values of the OrderedDict are handed on, so the modules are called 0, 1, 2 … and not by its keys.
# repair: super().__init__(), then self.add_module(name, module) for each item
class NamedSequential(Sequential):
    """A Sequential that also takes one OrderedDict: its keys become the modules' names."""

    def __init__(self, *modules: nn.Module | OrderedDict[str, nn.Module]) -> None:
        if len(modules) == 1 and isinstance(modules[0], OrderedDict):
            super().__init__(*modules[0].values())
        else:
            super().__init__(*modules)


# %% Nadia: asks the tuple
# truth: modules is the tuple of all arguments and never an OrderedDict, so the first branch never runs, and an
# OrderedDict ends in Sequential's TypeError.
# repair: len(modules) == 1 and isinstance(modules[0], OrderedDict), then modules[0].items()
class NamedSequential(Sequential):
    """A Sequential that also takes one OrderedDict: its keys become the modules' names."""

    def __init__(self, *modules: nn.Module | OrderedDict[str, nn.Module]) -> None:
        if isinstance(modules, OrderedDict):
            super().__init__()
            for name, module in modules.items():
                self.add_module(name, module)
        else:
            super().__init__(*modules)
