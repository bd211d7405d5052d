"""Right answers that do more than they are asked for, or check themselves, pass all the same."""

import pytest
from examining import EXERCISES, broken_checks
from notebook_cell import run_cell

ANSWERS = {
    "a batch norm that checks values": (
        "BatchNorm2d",
        """
        Right = BatchNorm2d
        class BatchNorm2d(Right):
            def forward(self, x):
                assert (x == x).all(), "no NaN, please"
                self.largest = x.abs().max().item()
                return super().forward(x)
        """,
    ),
    "a group that gives its blocks names": (
        "BlockGroup",
        """
        class ResidualBlock(nn.Module):
            def __init__(self, in_feats, out_feats, first_stride=1, name="", **more):
                super().__init__()

        class BlockGroup(nn.Module):
            def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
                super().__init__()
                feats = [in_feats] + [out_feats] * n_blocks
                strides = [first_stride] + [1] * (n_blocks - 1)
                blocks = [
                    ResidualBlock(feats[i], feats[i + 1], first_stride=strides[i], name=f"block {i}", number=i)
                    for i in range(n_blocks)
                ]
                self.blocks = nn.Sequential(*blocks)

            def forward(self, x):
                return self.blocks(x)
        """,
    ),
    "a group whose block has other names for its arguments": (
        "BlockGroup",
        """
        class ResidualBlock(nn.Module):
            def __init__(self, channels, new_channels, first_stride=1):
                super().__init__()

        class BlockGroup(nn.Module):
            def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
                super().__init__()
                first = ResidualBlock(channels=in_feats, new_channels=out_feats, first_stride=first_stride)
                self.blocks = nn.Sequential(first, *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)])

            def forward(self, x):
                return self.blocks(x)
        """,
    ),
    "a network that looks at its first weights": (
        "ResNet34",
        """
        Right = ResNet34
        class ResNet34(Right):
            def __init__(self, *args, **settings):
                super().__init__(*args, **settings)
                self.largest = max(parameter.abs().max().item() for parameter in self.parameters())
        """,
    ),
}


@pytest.mark.parametrize(("exercise", "source"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_right_answer_with_something_of_its_own_passes(exercise: str, source: str):
    assert not broken_checks(EXERCISES[exercise], run_cell(source)[exercise])


def test_a_block_that_leaves_its_statistics_on_the_cpu_is_still_caught():
    source = """
        Right = BatchNorm2d
        class BatchNorm2d(Right):
            def forward(self, x):
                return super().forward(x) + torch.zeros(3).reshape(-1, 1, 1)
        """
    assert "device" in broken_checks(EXERCISES["BatchNorm2d"], run_cell(source)["BatchNorm2d"])
