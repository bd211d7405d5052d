# %% mistake: never
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    nan = float("nan")
    if (output == nan).any():
        raise ValueError(f"{module.__class__.__name__} gave a NaN")


# repair
# -     nan = float("nan")
# -     if (output == nan).any():
# +     if t.isnan(output).any():


# %% mistake: all
def raise_on_nan(module, inputs, output):
    if output.isnan().all():
        raise ValueError("NaN in " + type(module).__name__)


# repair
# -     if output.isnan().all():
# +     if output.isnan().any():


# %% mistake: inputs
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    for x in inputs:
        if t.isnan(x).any():
            raise ValueError(f"NaN found at {type(module).__name__}")


# repair
# -     for x in inputs:
# -         if t.isnan(x).any():
# -             raise ValueError(f"NaN found at {type(module).__name__}")
# +     if t.isnan(output).any():
# +         raise ValueError(f"NaN found at {type(module).__name__}")


# %% mistake: either
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    if any(tensor.isnan().any() for tensor in (*inputs, output)):
        raise ValueError(f"There is a NaN in {module.__class__.__name__}!")


# repair
# -     if any(tensor.isnan().any() for tensor in (*inputs, output)):
# +     if output.isnan().any():


# %% mistake: infinity_too
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    if not output.isfinite().all():
        raise ValueError(f"{type(module).__name__}: NaN in output")


# repair
# -     if not output.isfinite().all():
# +     if output.isnan().any():


# %% mistake: first_value
import math


def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    if math.isnan(output.reshape(-1)[0].item()):
        raise ValueError(f"NaN in layer {type(module).__name__}")


# repair
# -     if math.isnan(output.reshape(-1)[0].item()):
# +     if t.isnan(output).any():


# %% mistake: sum
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    total = output.sum()
    if t.isnan(total):
        raise ValueError(f"output of {type(module).__name__} has a NaN")


# repair
# -     total = output.sum()
# -     if t.isnan(total):
# +     if t.isnan(output).any():


# %% mistake: reversed
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    ok = not t.isnan(output).any()
    if ok:
        raise ValueError(f"NaN in {type(module).__name__}")


# repair
# -     if ok:
# +     if not ok:


# %% mistake: nameless
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    if t.any(t.isnan(output)):
        raise ValueError("the output contains NaN")


# repair
# -         raise ValueError("the output contains NaN")
# +         raise ValueError(f"the output of {type(module).__name__} contains NaN")


# %% mistake: assertion
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    assert not output.isnan().any(), f"NaN in {type(module).__name__}"


# repair
# -     assert not output.isnan().any(), f"NaN in {type(module).__name__}"
# +     if output.isnan().any():
# +         raise ValueError(f"NaN in {type(module).__name__}")


# %% mistake: runtime_error
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    n_nans = output.isnan().sum().item()
    if n_nans > 0:
        raise RuntimeError(f"{type(module).__name__} has {n_nans} NaNs in its output")


# repair
# -         raise RuntimeError(f"{type(module).__name__} has {n_nans} NaNs in its output")
# +         raise ValueError(f"{type(module).__name__} has {n_nans} NaNs in its output")


# %% mistake: returns_output
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    if t.isnan(output).any():
        raise ValueError(f"found NaN after {module.__class__.__name__}")
    return output


# repair
# -     return output


# %% mistake: repairs
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor | None:
    bad = t.isnan(output)
    if bad.any():
        return output.masked_fill(bad, 0.0)


# repair
# -         return output.masked_fill(bad, 0.0)
# +         raise ValueError(f"NaN in the output of {type(module).__name__}")


# %% right: channels first
import math


def raise_on_nan(module, inputs, output):
    for value in output.flatten().tolist():
        if math.isnan(value):
            raise ValueError("NaN: " + type(module).__name__)


# %% right: einops fan
from einops import reduce


def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    count = int(reduce(output.isnan().long(), "... ->", "sum"))
    if count:
        raise ValueError(f"{type(module).__name__}: {count} of {output.numel()} values are NaN")


# %% right: engineer
import torch


class NotANumberError(ValueError):
    pass


def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    bad = torch.isnan(output)
    if bad.any().item():
        raise NotANumberError(f"{bad.sum()} NaN values in the output of {module.__class__.__qualname__}")


# %% right: golfer
def raise_on_nan(module, inputs, output):
    if (output != output).any():
        raise ValueError(module._get_name())


# %% right: inheritor
class RaiseOnNan:
    """A hook may be any callable."""

    def __call__(self, module, inputs, output):
        if t.any(t.isnan(output)):
            raise ValueError(f"{type(module).__name__} made a NaN")


raise_on_nan = RaiseOnNan()


# %% right: numpy convert
import torch


def raise_on_nan(module, inputs, output):
    if not torch.equal(output, output.nan_to_num(nan=0.0, posinf=float("inf"), neginf=float("-inf"))):
        raise ValueError("not a number in a " + module.__class__.__name__)


# %% right: textbook
import torch


def raise_on_nan(module, inputs, output):
    if torch.isnan(output).any():
        raise ValueError(f"NaN in {module.__class__.__name__}")


# %% right: torchvision reader
def raise_on_nan(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
    if not isinstance(output, Tensor) or not output.is_floating_point():
        return
    if output.isnan().sum().item() > 0:
        raise ValueError(f"found NaN in output of {module}")


# %% wrong: looks at the mean, which an infinity of each sign spoils
from typing import Any


def raise_on_nan(module: nn.Module, inputs: Any, output: Tensor) -> None:
    if output.float().mean().isnan():
        raise ValueError(type(module).__name__)


# %% wrong: names the first class that it ever met
from typing import Any


def raise_on_nan(module: nn.Module, inputs: Any, output: Tensor, seen: list[str] = []) -> None:
    seen.append(type(module).__name__)
    if output.isnan().any():
        raise ValueError(f"NaN in {seen[0]}")


# %% wrong: warns the first time and raises the second
from typing import Any


def raise_on_nan(module: nn.Module, inputs: Any, output: Tensor, seen: list[str] = []) -> None:
    if output.isnan().any():
        seen.append("")
        if len(seen) > 1:
            raise ValueError(type(module).__name__)


# %% wrong: looks at the first image of the batch
from typing import Any


def raise_on_nan(module: nn.Module, inputs: Any, output: Tensor) -> None:
    if len(output) and output[0].isnan().any():
        raise ValueError(type(module).__name__)


# %% mistake: never
def raise_on_nan(module, inputs, output):
    if (output == float("nan")).any():
        raise ValueError(f"NaN in {module.__class__.__name__}")


# repair
# -     if (output == float("nan")).any():
# +     if output.isnan().any():


# %% mistake: all
import torch


def raise_on_nan(module, inputs, output):
    if torch.isnan(output).all():
        raise ValueError(f"NaN in {module.__class__.__name__}")


# repair
# -     if torch.isnan(output).all():
# +     if torch.isnan(output).any():


# %% mistake: inputs
import torch


def raise_on_nan(module, inputs, output):
    if torch.isnan(inputs[0]).any():
        raise ValueError(f"NaN in {module.__class__.__name__}")


# repair
# -     if torch.isnan(inputs[0]).any():
# +     if torch.isnan(output).any():


# %% mistake: sum
import torch


def raise_on_nan(module, inputs, output):
    if torch.isnan(output.sum()):
        raise ValueError(f"NaN in {module.__class__.__name__}")


# repair
# -     if torch.isnan(output.sum()):
# +     if torch.isnan(output).any():


# %% mistake: infinity_too
import torch


def raise_on_nan(module, inputs, output):
    if not torch.isfinite(output).all():
        raise ValueError(f"NaN in {module.__class__.__name__}")


# repair
# -     if not torch.isfinite(output).all():
# +     if torch.isnan(output).any():
