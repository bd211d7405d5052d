"""What the drawings show is so: their numbers against torch and torchvision."""

import torch
from torch import nn
from torch.nn import functional
from torchvision import models

from course_utils.drawings import bottlenecks, paths
from course_utils.drawings.family import FAMILY
from course_utils.drawings.function_classes import PLAIN, PLAIN_GOAL, RESIDUAL, RESIDUAL_GOAL, nearest
from course_utils.drawings.grad_cam_steps import GRADIENTS, MAPS, enlarge, weighted_sum, weights
from course_utils.drawings.growth_steps import BLOCKS, factor, share, stream
from course_utils.drawings.receptive_field import depends_on
from course_utils.drawings.sliding_window import IMAGE, WEIGHT, convolve, pad
from course_utils.drawings.strides import windows


def _weights(block: nn.Module) -> list[int]:
    return [m.weight.numel() for m in block.children() if isinstance(m, nn.Conv2d)]


def test_the_blocks_have_torchvisions_weights():
    """Catches a wrong width, and a count that forgets the groups."""
    with torch.device("meta"):
        family = {
            bottlenecks.BASIC: models.resnet34(),
            bottlenecks.BOTTLENECK: models.resnet50(),
            bottlenecks.RESNEXT: models.resnext50_32x4d(),
        }
    for drawn, model in family.items():
        assert [convolution.weights for convolution in drawn] == _weights(model.layer1[1])


def test_the_family_costs_what_torchvision_counts_and_has_its_blocks():
    """Catches the paper's multiply-adds, which are those of a stride on the 1×1, and a network with the other block."""
    for one in FAMILY:
        found = getattr(models, f"ResNet{one.depth}_Weights").IMAGENET1K_V1.meta["_ops"]
        assert round(found, 1) == one.multiply_adds
        with torch.device("meta"):
            block = getattr(models, f"resnet{one.depth}")().layer1[0]
        assert isinstance(block, models.resnet.Bottleneck) == one.bottlenecks


def test_the_windows_are_those_of_the_strides_that_are_named():
    """Catches a window that begins two numbers after the one before."""
    assert torch.arange(10, 16).as_strided((4, 3), (1, 1)).tolist() == windows(6, 3)


def test_the_window_computes_a_convolution():
    """Catches a flipped window, and a stride that isn't the drawn one."""
    image, weight = (torch.tensor(rows).float()[None, None] for rows in (IMAGE, WEIGHT))
    for drawn, settings in (
        (convolve(IMAGE, 1), {}),
        (convolve(pad(IMAGE), 2), {"padding": 1, "stride": 2}),
    ):
        assert torch.equal(functional.conv2d(image, weight, **settings)[0, 0], torch.tensor(drawn).float())


def test_one_output_depends_on_the_pixels_that_are_drawn():
    """Catches a stride that widens its own layer instead of those above it."""
    for strides in ((1, 1, 1), (2, 1, 1)):
        image = torch.zeros(1, 1, 49, requires_grad=True)
        values = image
        for stride in strides:
            values = functional.conv1d(values, torch.ones(1, 1, 3), stride=stride, padding=1)
        middle = values.shape[-1] // 2
        values[0, 0, middle].backward()
        reached = image.grad[0, 0].nonzero().flatten() - middle * strides[0]
        assert reached.tolist() == depends_on(strides)[-1]


def test_grad_cams_numbers_are_grad_cams():
    """Catches gradients whose mean isn't whole, a sum with a wrong weight, and another way of resizing."""
    maps, gradients = (torch.tensor(rows).double() for rows in (MAPS, GRADIENTS))
    alphas = gradients.mean(dim=(1, 2))
    assert alphas.tolist() == weights()
    total = (alphas[:, None, None] * maps).sum(dim=0)
    assert total.tolist() == weighted_sum()
    fine = functional.interpolate(total.relu()[None, None], scale_factor=2, mode="bilinear")[0, 0]
    assert torch.allclose(torch.tensor(enlarge(total.relu().tolist())).double(), fine)


def test_three_blocks_make_eight_paths_from_the_shortest_to_the_longest():
    """Catches a path that is left out or drawn twice."""
    words = paths().words
    told = words.partition("They lead through: ")[2].partition(". So")[0].split("; ")
    assert told == ["no block", "f₁", "f₂", "f₃", "f₁ and f₂", "f₁ and f₃", "f₂ and f₃", "f₁ and f₂ and f₃"]


def test_the_larger_set_is_farther_from_the_goal_on_the_left_and_nearer_on_the_right():
    """Catches ellipses that show the opposite of what the words say."""

    def distances(networks, goal):
        points = [torch.tensor(nearest(ellipse, goal)) for ellipse in networks]
        return [(point - torch.tensor(goal)).norm() for point in points]

    shallow, deep = distances(PLAIN, PLAIN_GOAL)
    assert deep > 1.5 * shallow
    shallow, deep = distances(RESIDUAL, RESIDUAL_GOAL)
    assert deep < shallow


def test_the_stream_grows_the_share_shrinks_and_their_squares_add_up_as_drawn():
    """Catches a stream that grows like l, a share that follows its variance, and lengths that add up themselves."""
    generator = torch.Generator().manual_seed(0)
    sums = torch.randn(max(BLOCKS), 100_000, generator=generator).double().cumsum(dim=0)
    norm, back = nn.BatchNorm1d(1, affine=False).double(), torch.randn(100_000, 1, generator=generator).double()

    def through(values: torch.Tensor) -> torch.Tensor:
        values = values.clone()[:, None].requires_grad_()
        return torch.autograd.grad(norm(values), values, back)[0]

    unit = through(sums[0] / sums[0].std()).norm()
    past = unit * functional.normalize(torch.randn(100_000, 1, generator=generator).double(), dim=0)
    for block in BLOCKS:
        behind = sums[block - 1]
        assert abs(behind.std() / stream(block) - 1) < 0.02
        assert abs(through(behind).norm() / unit / share(block) - 1) < 0.02
        assert abs((past + through(behind)).square().sum() / unit**2 / factor(block) - 1) < 0.02
