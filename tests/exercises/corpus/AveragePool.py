# %% Kenji: axes 1 and 2
# truth: The mean goes over axes 1 and 2, which are channels and height here, so one number for each column is left
# instead of one for each channel.
# repair: average over axes 2 and 3
class AveragePool(nn.Module):
    def forward(self, inputs):
        return inputs.mean(axis=(1, 2))


# %% Mia: keepdim is left on
# truth: The two averaged axes stay behind with length 1: the shape is (batch, channels, 1, 1) instead of (batch,
# channels).
# repair: leave keepdim=True out
class AveragePool(nn.Module):
    def forward(self, x):
        average = x.mean(dim=(2, 3), keepdim=True)
        return average


# %% Priya: AdaptiveAvgPool2d and squeeze
# truth: Two mistakes: torch's own AdaptiveAvgPool2d does the work, which the test rules out; and squeeze() removes
# every axis of length 1, so a batch of one image loses its batch axis, and one channel its channel axis.
# repair: x.mean(dim=(2, 3)) in place of both
class AveragePool(nn.Module):
    def __init__(self):
        super(AveragePool, self).__init__()
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))

    def forward(self, x):
        return self.avgpool(x).squeeze()


# %% Lars: one number for each image
# truth: flatten(1) joins channels and pixels, so one number for each image is left instead of one for each channel.
# repair: flatten from axis 2 on, and average over the last axis
class AveragePool(nn.Module):
    def forward(self, x):
        return x.flatten(1).mean(-1)


# %% Anton: float32 whatever comes in
# truth: The sums are written into t.zeros(…), which is float32, so a float64 input comes back as float32.
# repair: make the result with x.new_zeros(…)
class AveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        B, C, H, W = x.shape
        result = t.zeros(B, C)
        for i in range(H):
            for j in range(W):
                result = result + x[:, :, i, j].float()
        return result / (H * W)


# %% Mia: mean(2, 3)
# truth: mean takes one dim, and the second number is taken for keepdim, so the height is averaged and kept and the
# width isn't averaged at all (or the call raises).
# repair: give both axes as one tuple: mean(dim=(2, 3))
class AveragePool(nn.Module):
    def forward(self, x):
        return x.mean(2, 3)


# %% Priya: avg_pool2d with a window of 7
# truth: Two mistakes: the window is fixed at 7×7, so any map of another size is averaged in pieces, or raises because
# it's smaller than the window; and torch's own avg_pool2d does the work, which the test rules out.
# repair: average over the whole map with x.mean(dim=(2, 3))
import torch.nn.functional as F


class AveragePool(nn.Module):
    def forward(self, x):
        out = F.avg_pool2d(x, 7)
        out = out.view(out.size(0), -1)
        return out


# %% Lars: divides by a square
# truth: The sum is divided by the height squared instead of by height × width, which is right for square maps only.
# repair: divide by x.shape[2] * x.shape[3]
class AveragePool(nn.Module):
    def forward(self, x):
        return x.sum((2, 3)) / x.shape[-2] ** 2


# %% Kenji: GlobalMaxPooling2D
# truth: The largest value of each channel is taken instead of the average.
# repair: use mean in place of amax
class AveragePool(nn.Module):
    def forward(self, inputs):
        return inputs.amax(axis=(2, 3))


# %% Mia: nothing comes back
# truth: forward computes the average and has no return, so it gives None.
# repair: return average
class AveragePool(nn.Module):
    def forward(self, x):
        # average over the height, then over the width
        average = x.mean(dim=2)
        average = average.mean(dim=2)


# %% Anton: an __init__ of its own, without super, and it sums
# truth: Two mistakes: super().__init__() isn't called, so the module is never set up and calling it raises; and the
# sum isn't divided by the number of pixels.
# repair: call super().__init__() first, and divide by height × width
class AveragePool(nn.Module):
    def __init__(self) -> None:
        self.axes = (2, 3)

    def forward(self, x: Tensor) -> Tensor:
        return x.sum(dim=self.axes)


# %% Mia: foward
# truth: The method is called foward, so the module has no forward, and calling it raises.
# repair: call it forward
class AveragePool(nn.Module):
    def foward(self, x):
        average = x.mean(dim=(2, 3))
        return average


# %% Anton: rows first
# truth: Partly written: the width is averaged, the height isn't yet, so the shape is (batch, channels, height).
# repair: average over the height as well
class AveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        rows = x.sum(dim=3) / x.size(3)
        # TODO: columns
        return rows


# %% Kenji: axes 1 and 2, with keepdims
# truth: Two mistakes: the mean goes over channels and height instead of height and width, and the averaged axes stay
# behind with length 1.
# repair: mean(axis=(2, 3)), without keepdims
class AveragePool(nn.Module):
    def forward(self, inputs):
        return inputs.mean(axis=(1, 2), keepdims=True)


# %% Nadia: height and width are axes 1 and 2
# truth: Axes 1 and 2 are the channels and the height here (in TensorFlow they're height and width), so one number for
# each column is left, and not one for each channel.
# repair: x.mean(dim=(2, 3))
class AveragePool(nn.Module):
    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch channels"]:
        """Average each channel over its height and width, so that any image size gives one vector."""
        return x.mean(axis=(1, 2))


# %% Viktor: all images are square
# truth: The sum is divided by the width squared instead of by height times width: wrong for each map that isn't square.
# repair: divide by x.shape[2] * x.shape[3], or take x.mean(dim=(2, 3))
class AveragePool(nn.Module):
    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch channels"]:
        """Average each channel over its height and width, so that any image size gives one vector."""
        n = x.shape[-1]
        return x.sum(dim=(2, 3)) / (n * n)
