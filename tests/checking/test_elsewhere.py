"""Code runs as on a GPU: what is made where x is goes along, and what is left on the CPU stops it as it would there."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from course_utils.checking.elsewhere import AsOnAGpu


@pytest.mark.parametrize(
    "zeros",
    [
        lambda x: x.new_zeros(2, 3),
        torch.zeros_like,
        lambda x: torch.zeros(2, 3, device=x.device),
        lambda x: torch.zeros(2, 3).to(x.device),
        lambda x: torch.zeros(2, 3).to(x),
        lambda x: torch.zeros(2, 3).type_as(x),
        lambda x: torch.zeros(2, 3, dtype=torch.float64).to(x.device, x.dtype),
        lambda x: torch.zeros(2, 3).to(device=x.device),
        lambda x: x.new_zeros(2, 3).copy_(torch.zeros(2, 3)),
        lambda x: torch.tensor(0.0),
        lambda x: 0 * x[torch.arange(2)],
        lambda x: functional.pad(x, (0, 3))[:, 3:],
        lambda x: x * 0 if x.cpu().sum().item() else x,
    ],
)
def test_what_is_made_where_x_is_goes_along(zeros):
    """Catches a right way to make zeros that is refused, as .to(x.device) was."""
    layer, x = nn.Linear(3, 3), torch.ones(2, 3)
    with AsOnAGpu():
        x = layer(x)
        assert (x + zeros(x)).device == x.device


@pytest.mark.parametrize(
    "zeros",
    [
        lambda x: torch.zeros(2, 3),
        lambda x: torch.zeros(2, 3, device="cpu"),
        lambda x: x.new_zeros(2, 3, device=torch.device("cpu")),
        lambda x: torch.zeros(1, 3).expand(2, 3) * 2,
        lambda x: torch.zeros_like(x, device="cpu"),
        lambda x: x.cpu(),
        lambda x: x.to("cpu"),
        lambda x: torch.tensor([0.0, 0.0, 0.0]),
        lambda x: torch.stack([torch.zeros(3), torch.zeros(3)]),
    ],
)
def test_what_is_left_on_the_cpu_stops_the_code(zeros):
    """Catches zeros that say device="cpu", which no other default device tells."""
    x = torch.ones(2, 3)
    with AsOnAGpu():
        made = zeros(x)
        assert made.device.type == "cpu"
        with pytest.raises(RuntimeError, match="to be on the same device"):
            torch.cat([x, made])
