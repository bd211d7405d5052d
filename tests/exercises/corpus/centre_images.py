# %% Mia: the result is computed and not returned
# truth: The last line computes the centred images, but there's no return, so the function gives None.
# repair: put return in front of images - mean
def centre_images(images):
    # mean of every picture
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    images - mean


# %% Kenji: axes of a channels-last batch
# truth: The mean goes over axes 1 and 2, which are height and width in Keras but channels and height here, so each
# column loses a mean of its own.
# repair: take the mean over the axes 1, 2 and 3
def centre_images(images):
    mean = images.mean(axis=(1, 2), keepdims=True)
    return images - mean


# %% Kenji: numpy does the arithmetic
# truth: images.numpy() is a view of the same memory, and -= writes into it, so the images that were passed in are
# changed.
# repair: subtract without -=, into a new array
import numpy as np


def centre_images(images):
    arr = images.numpy()
    arr -= np.mean(arr, axis=(1, 2, 3), keepdims=True)
    return t.from_numpy(arr)


# %% Anton: a loop that writes into its argument
# truth: images[i] -= … writes into the tensor that was passed in, so the caller's images are changed.
# repair: work on a clone of images
def centre_images(images):
    n = images.shape[0]
    for i in range(n):
        images[i] -= images[i].mean()
    return images


# %% Lars: one mean for each channel
# truth: The mean is taken over height and width alone, so each channel of each image loses its own mean instead of
# the image's one number.
# repair: average over the channels as well, dim=(1, 2, 3)
def centre_images(images):
    return images - images.mean((2, 3), keepdim=True)


# %% Priya: standardises while it's at it
# truth: Each image is divided by its standard deviation as well; only the mean was to be subtracted.
# repair: leave the division out
def centre_images(images: Float[Tensor, "batch channels height width"]):
    mean = images.mean(dim=[1, 2, 3], keepdim=True)
    std = images.std(dim=[1, 2, 3], keepdim=True)
    return (images - mean) / (std + 1e-8)


# %% Mia: the whole batch's mean, subtracted in place
# truth: Two mistakes: images.mean() is one number for the whole batch instead of one for each image, and -= changes
# the tensor that was passed in.
# repair: take each image's own mean, dim=(1, 2, 3) with keepdim=True, and subtract it without -=
def centre_images(images):
    average = images.mean()
    images -= average
    return images


# %% Nadia: channels last
# truth: The axes are those of TensorFlow's (batch, height, width, channels). Here (1, 2) are channels and height, so
# each column of an image gets a mean of its own.
# repair: take the mean over all three: images.mean(dim=(1, 2, 3), keepdim=True)
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    """Return the images, each with its own mean subtracted."""
    return images - images.mean(axis=(1, 2), keepdims=True)


# %% Viktor: a loop that ends one too early
# truth: range(len(images) - 1) leaves out the last image, which stays all zeros in the result.
# repair: range(len(images)), or no loop at all: images - images.mean(dim=(1, 2, 3), keepdim=True)
def centre_images(
    images: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    """Return the images, each with its own mean subtracted."""
    result = t.zeros_like(images)
    for i in range(len(images) - 1):
        result[i] = images[i] - images[i].mean()
    return result
