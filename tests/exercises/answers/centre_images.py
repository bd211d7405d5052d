# %% mistake: one_mean_for_all
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    return images - images.mean()


# repair
# -     return images - images.mean()
# +     return images - images.mean(dim=(1, 2, 3), keepdim=True)


# %% mistake: each_channel
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    means = images.mean(dim=(-2, -1), keepdim=True)
    return images - means


# repair
# -     means = images.mean(dim=(-2, -1), keepdim=True)
# +     means = images.mean(dim=(-3, -2, -1), keepdim=True)


# %% mistake: like_batch_norm
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    channels = images.shape[1]
    channel_means = images.transpose(0, 1).reshape(channels, -1).mean(dim=1)
    return images - channel_means[None, :, None, None]


# repair
# -     channels = images.shape[1]
# -     channel_means = images.transpose(0, 1).reshape(channels, -1).mean(dim=1)
# -     return images - channel_means[None, :, None, None]
# +     image_means = images.reshape(images.shape[0], -1).mean(dim=1)
# +     return images - image_means[:, None, None, None]


# %% mistake: over_channels
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    return images - t.mean(images, dim=1, keepdim=True)


# repair
# -     return images - t.mean(images, dim=1, keepdim=True)
# +     return images - t.mean(images, dim=(1, 2, 3), keepdim=True)


# %% mistake: mean_image
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    average = images.sum(dim=0) / len(images)
    return images - average


# repair
# -     average = images.sum(dim=0) / len(images)
# +     average = images.sum(dim=(1, 2, 3), keepdim=True) / images[0].numel()


# %% mistake: no_keepdim
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    mean = t.mean(images, (1, 2, 3))
    return images - mean


# repair
# -     mean = t.mean(images, (1, 2, 3))
# +     mean = t.mean(images, (1, 2, 3), keepdim=True)


# %% mistake: added
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    m = images.flatten(1).mean(1)
    return images + m.view(-1, 1, 1, 1)


# repair
# -     return images + m.view(-1, 1, 1, 1)
# +     return images - m.view(-1, 1, 1, 1)


# %% mistake: returns_means
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    return images.mean(dim=[1, 2, 3])


# repair
# -     return images.mean(dim=[1, 2, 3])
# +     return images - images.mean(dim=[1, 2, 3], keepdim=True)


# %% mistake: standardised
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    axes = (1, 2, 3)
    centred = images - images.mean(dim=axes, keepdim=True)
    return centred / images.std(dim=axes, keepdim=True)


# repair
# -     centred = images - images.mean(dim=axes, keepdim=True)
# -     return centred / images.std(dim=axes, keepdim=True)
# +     return images - images.mean(dim=axes, keepdim=True)


# %% mistake: divided
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    b, c, h, w = images.shape
    means = images.reshape(b, c * h * w).mean(dim=1)
    return images / means[:, None, None, None]


# repair
# -     return images / means[:, None, None, None]
# +     return images - means[:, None, None, None]


# %% mistake: sum
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    totals = images.sum(dim=(1, 2, 3), keepdim=True)
    return images - totals


# repair
# -     return images - totals
# +     return images - totals / images[0].numel()


# %% mistake: in_place
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    for image in images:
        image -= image.mean()
    return images


# repair
# -     for image in images:
# -         image -= image.mean()
# -     return images
# +     return t.stack([image - image.mean() for image in images])


# %% mistake: fixed_dtype
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    images = images.to(t.float32)
    return images - images.mean(dim=(1, 2, 3), keepdim=True)


# repair
# -     images = images.to(t.float32)
# -     return images - images.mean(dim=(1, 2, 3), keepdim=True)
# +     return images - images.mean(dim=(1, 2, 3), keepdim=True)


# %% mistake: fixed_dtype
def centre_images(images):
    centred = t.zeros(images.shape)
    for i, image in enumerate(images):
        centred[i] = image - image.mean()
    return centred


# repair
# -     centred = t.zeros(images.shape)
# +     centred = t.zeros_like(images)


# %% mistake: channels_and_height
def centre_images(images):
    mean = t.mean(images, (1, 2), True)
    return images - mean


# repair
# -     mean = t.mean(images, (1, 2), True)
# +     mean = t.mean(images, (1, 2, 3), True)


# %% mistake: channels_and_width
def centre_images(images):
    mean = images.mean(1, keepdim=True).mean(3, keepdim=True)
    return images - mean


# repair
# -     mean = images.mean(1, keepdim=True).mean(3, keepdim=True)
# +     mean = t.mean(images, (1, 2, 3), True)


# %% mistake: rows
def centre_images(images):
    mean = images.mean(-1)[..., None]
    return images - mean


# repair
# -     mean = images.mean(-1)[..., None]
# +     mean = t.mean(images, (1, 2, 3), True)


# %% mistake: columns
def centre_images(images):
    mean = images.mean(-2)[:, :, None]
    return images - mean


# repair
# -     mean = images.mean(-2)[:, :, None]
# +     mean = t.mean(images, (1, 2, 3), True)


# %% mistake: lines_up_with_channels
def centre_images(images):
    means = images.flatten(1).mean(1)
    return images - means.reshape(1, -1, 1, 1)


# repair
# -     return images - means.reshape(1, -1, 1, 1)
# +     return images - means.reshape(-1, 1, 1, 1)


# %% right: keepdim
centre_images = lambda images: images - images.mean(dim=(1, 2, 3), keepdim=True)


# %% right: negative axes
centre_images = lambda images: images - images.mean((-3, -2, -1), keepdim=True)


# %% right: einops
from einops import reduce


centre_images = lambda images: images - reduce(images, "b c h w -> b 1 1 1", "mean")


# %% right: one by one
import torch


def centre_images(images):
    return torch.stack([image - image.mean() for image in images])


# %% right: flattened
def centre_images(images):
    rows = images.flatten(1)
    return (rows - rows.mean(1, keepdim=True)).view_as(images)


# %% right: indexed
def centre_images(images):
    return images - images.mean(dim=(1, 2, 3))[:, None, None, None]


# %% right: sum
centre_images = lambda images: images - images.sum((1, 2, 3), keepdim=True) / images[0].numel()


# %% right: rearranged
from einops import rearrange


centre_images = lambda images: images - rearrange(images.flatten(1).mean(1), "b -> b 1 1 1")


# %% right: out of place
import torch


centre_images = lambda images: torch.sub(images, torch.mean(images, dim=(1, 2, 3), keepdim=True))


# %% wrong: has a mean that lines up with the width, although square batches raise no error
centre_images = lambda images: images - images.mean((1, 2, 3))


# %% equivalent: the order of axes makes no difference
# dim=(2, 1, 3)
# dim=(1, 3, 2)


# %% mistake: memory_order
def centre_images(images):
    batch, channels, height, width = images.shape
    size = channels * height * width
    rows = images.as_strided((batch, size), (size, 1))
    centred = rows - rows.mean(dim=1, keepdim=True)
    return centred.reshape(images.shape)


# repair
# -     rows = images.as_strided((batch, size), (size, 1))
# +     rows = images.reshape(batch, size)
