# %% Kenji: compares with nan
# truth: NaN equals nothing, not even itself, so the comparison is never true and nothing is ever raised.
# repair: use t.isnan(output)
def raise_on_nan(module, inputs, output):
    if (output == float("nan")).any():
        raise ValueError(f"NaN in {type(module).__name__}")


# %% Mia: all
# truth: It raises only if every value is NaN; one is enough.
# repair: any() in place of all()
def raise_on_nan(module, inputs, output):
    is_nan = t.isnan(output)
    if is_nan.all():
        name = type(module).__name__
        raise ValueError("There is a NaN in " + name)


# %% Anton: infinities too
# truth: isfinite is false for infinities as well, so an infinity is taken for a NaN.
# repair: ask isnan
def raise_on_nan(module: nn.Module, inputs, output: Tensor) -> None:
    if not t.isfinite(output).all():
        raise ValueError("NaN in output of " + module.__class__.__name__)


# %% Priya: prints
# truth: The NaN is printed, and no error is raised.
# repair: raise ValueError with the message
def raise_on_nan(module, inputs, output):
    if t.isnan(output).any():
        print(f"NaN detected in {module.__class__.__name__}")


# %% Lars: assert
# truth: It raises AssertionError instead of ValueError.
# repair: raise ValueError
def raise_on_nan(module, inputs, output):
    assert not output.isnan().any(), type(module).__name__


# %% Mia: raises a text
# truth: raise is given a text instead of an error, which is a TypeError of Python's.
# repair: raise ValueError(…)
def raise_on_nan(module, inputs, output):
    if t.isnan(output).any():
        raise "NaN in the output of " + type(module).__name__


# %% Anton: looks at the inputs as well, and doesn't name the class
# truth: Two mistakes: NaNs in the inputs raise too, and the message doesn't name the module's class.
# repair: look at output alone, and put type(module).__name__ into the message
def raise_on_nan(module: nn.Module, inputs, output: Tensor) -> None:
    tensors = list(inputs) + [output]
    for tensor in tensors:
        if t.isnan(tensor).any():
            raise ValueError("found a NaN")


# %% Lars: the sum tells
# truth: The sum is NaN too when the output has both +inf and -inf and no NaN at all, so that raises as well.
# repair: ask output.isnan().any()
def raise_on_nan(module, inputs, output):
    if output.sum().isnan():
        raise ValueError(f"NaN in {type(module).__name__}")


# %% Nadia: equal to NaN
# truth: NaN isn't equal to anything, not even to NaN, so the comparison is never true and the hook never raises.
# repair: t.isnan(output).any()
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    """Raise ValueError, naming the module's class, if any value of `output` is NaN."""
    if (output == t.nan).any():
        raise ValueError(f"NaN in {module.__class__.__name__}")


# %% Tom: the name of an object
# truth: An object has no __name__, only its class does: building the message raises AttributeError, and ValueError
# never comes.
# repair: type(module).__name__
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    """Raise ValueError, naming the module's class, if any value of `output` is NaN."""
    if output.isnan().any():
        raise ValueError(f"NaN in the output of {module.__name__}")
