"""The small residual net of notebook 5. Its exercises are tested on a tiny one, and the checkpoint is a trained one."""

import copy
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock

from course_utils.checking.draws import Draws


class SmallResNet(nn.Module):
    """torchvision's ResNet in small, under the same names: `conv1 bn1 relu layer1 layer2 … avgpool fc`.

    The stem is one 3×3 convolution without stride, as small images want it; then every layer halves the map. Depth and
    widths are those of the ResNet20 in He et al. 2015, section 4.2, which halves in its last two layers only, and so
    works four times as much.
    """

    def __init__(
        self, n_classes: int, *, in_channels: int = 1, blocks: int = 3, widths: Sequence[int] = (16, 32, 64)
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, widths[0], kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU(inplace=True)
        self.layers = []
        for number, (before, width) in enumerate(zip((widths[0], *widths), widths, strict=False), 1):
            name = f"layer{number}"
            first = _block(before, width, stride=2)
            self.add_module(name, nn.Sequential(first, *(_block(width, width) for _ in range(blocks - 1))))
            self.layers.append(name)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(widths[-1], n_classes)

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        """Give one logit for each class."""
        x = self.relu(self.bn1(self.conv1(x)))
        for name in self.layers:
            x = self.get_submodule(name)(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))


def _block(in_channels: int, out_channels: int, stride: int = 1) -> BasicBlock:
    if (in_channels, stride) == (out_channels, 1):
        return BasicBlock(in_channels, out_channels)
    projection = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False)
    return BasicBlock(in_channels, out_channels, stride, nn.Sequential(projection, nn.BatchNorm2d(out_channels)))


IN_CHANNELS, CLASSES, FEATURES = 2, 4, 6


def tiny_resnet(
    seed: int, dtype: torch.dtype = torch.float64, *, blocks: int = 2, widths: Sequence[int] = (4, FEATURES)
) -> SmallResNet:
    """Make a net that exercises are tested on: 2 channels in, 4 classes, in training mode.

    Its weights and statistics are random, and the same for the same seed.
    """
    model = SmallResNet(CLASSES, in_channels=IN_CHANNELS, blocks=blocks, widths=widths)
    Draws(seed, dtype).fill(model)
    return model.train()


def twin_of(module: nn.Module) -> nn.Module:
    """Copy a module that holds nothing but parameters, buffers and modules, in a tenth of the time of deepcopy."""
    twin = copy.copy(module)
    vars(twin).update({name: kept.copy() for name, kept in vars(module).items() if isinstance(kept, dict)})
    for name, one in module.named_parameters(recurse=False):
        twin._parameters[name] = nn.Parameter(one.detach().clone(), one.requires_grad)
    for name, one in module.named_buffers(recurse=False):
        twin._buffers[name] = one.clone()
    for name, one in module.named_children():
        twin._modules[name] = twin_of(one)
    return twin


def tiny_images(seed: int, batch: int, height: int = 7, width: int = 6, dtype: torch.dtype = torch.float64) -> Tensor:
    """Draw images for `tiny_resnet`, not square unless asked for."""
    return Draws(seed + 100, dtype).normal(batch, IN_CHANNELS, height, width)
