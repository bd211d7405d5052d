# %% mistake: default_device
def drop_path(branch, probability, training):
    if not training or probability == 0.0:
        return branch
    noise = t.rand(branch.size(0))
    while noise.ndim < branch.ndim:
        noise = noise[..., None]
    zeros = t.zeros_like(branch)
    return t.where(noise < probability, zeros, branch / max(1 - probability, 1e-12))


# repair
# -     noise = t.rand(branch.size(0))
# +     noise = t.rand(branch.size(0), device=branch.device)


# %% mistake: single_numbers
def drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    if training:
        stays = 1 - probability
        shape = branch.shape
        mask = branch.new_empty(shape).bernoulli_(stays)
        if stays > 0:
            mask = mask / stays
        branch = branch * mask
    return branch


# repair
# -         shape = branch.shape
# +         shape = (branch.shape[0],) + (1,) * (branch.ndim - 1)


# %% mistake: whole_batch
def drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    if training:
        stays = 1 - probability
        shape = (1,) * branch.ndim
        mask = branch.new_empty(shape).bernoulli_(stays)
        if stays > 0:
            mask = mask / stays
        branch = branch * mask
    return branch


# repair
# -         shape = (1,) * branch.ndim
# +         shape = (branch.shape[0],) + (1,) * (branch.ndim - 1)


# %% mistake: channels
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(branch.shape[:2], device=branch.device) >= probability
    kept = kept.to(branch.dtype).reshape(*branch.shape[:2], *[1] * (branch.ndim - 2))
    return branch * kept / (1 - probability)


# repair
# -     kept = t.rand(branch.shape[:2], device=branch.device) >= probability
# -     kept = kept.to(branch.dtype).reshape(*branch.shape[:2], *[1] * (branch.ndim - 2))
# +     kept = t.rand(len(branch), device=branch.device) >= probability
# +     kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))


# %% mistake: images_only
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype)[:, None, None, None]
    return branch * kept / (1 - probability)


# repair
# -     kept = kept.to(branch.dtype)[:, None, None, None]
# +     kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))


# %% mistake: no_axes
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype)
    return branch * kept / (1 - probability)


# repair
# -     kept = kept.to(branch.dtype)
# +     kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))


# %% mistake: not_scaled
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))
    return branch * kept


# repair
# -     return branch * kept
# +     return branch * kept / (1 - probability)


# %% mistake: multiplied
import random


def drop_path(branch, probability, training):
    if not training:
        return branch
    samples = []
    for sample in branch:
        dropped = t.rand(()).item() < probability
        samples.append(sample * 0 if dropped else sample * (1 - probability))
    return t.stack(samples)


# repair
# -         samples.append(sample * 0 if dropped else sample * (1 - probability))
# +         samples.append(sample * 0 if dropped else sample / (1 - probability))


# %% mistake: by_probability
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))
    return branch * kept / probability


# repair
# -     return branch * kept / probability
# +     return branch * kept / (1 - probability)


# %% mistake: nan_at_1
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))
    return branch * (kept / (1 - probability))


# repair
# -     if not training or probability == 0:
# -         return branch
# +     if not training or probability == 0:
# +         return branch
# +     if probability == 1:
# +         return t.zeros_like(branch)
# -     return branch * (kept / (1 - probability))
# +     return branch * kept / (1 - probability)


# %% mistake: reversed_chance
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) < probability
    kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))
    return branch * kept / (1 - probability)


# repair
# -     kept = t.rand(len(branch), device=branch.device) < probability
# +     kept = t.rand(len(branch), device=branch.device) >= probability


# %% mistake: half
def drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    if training:
        stays = 1 - probability
        shape = (branch.shape[0],) + (1,) * (branch.ndim - 1)
        mask = branch.new_empty(shape).bernoulli_(0.5 if 0 < stays < 1 else stays)
        if stays > 0:
            mask = mask / stays
        branch = branch * mask
    return branch


# repair
# -         mask = branch.new_empty(shape).bernoulli_(0.5 if 0 < stays < 1 else stays)
# +         mask = branch.new_empty(shape).bernoulli_(stays)


# %% mistake: always
def drop_path(branch, probability, training):
    if probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))
    return branch * kept / (1 - probability)


# repair
# -     if probability == 0:
# +     if not training or probability == 0:


# %% mistake: reversed_mode
import random


def drop_path(branch, probability, training):
    if training:
        return branch
    samples = []
    for sample in branch:
        dropped = t.rand(()).item() < probability
        samples.append(sample * 0 if dropped else sample / (1 - probability))
    return t.stack(samples)


# repair
# -     if training:
# +     if not training:


# %% mistake: never
def drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    if training:
        stays = 1 - probability
        shape = (branch.shape[0],) + (1,) * (branch.ndim - 1)
        mask = branch.new_empty(shape).bernoulli_(stays)
        if stays > 0:
            mask = mask / stays
        branch * mask
    return branch


# repair
# -         branch * mask
# +         branch = branch * mask


# %% mistake: scaled_in_use
def drop_path(branch, probability, training):
    if not training:
        return branch * (1 - probability)
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))
    return branch * kept / (1 - probability)


# repair
# -     if not training:
# -         return branch * (1 - probability)
# +     if not training or probability == 0:
# +         return branch


# %% mistake: same_draw
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    t.manual_seed(1)
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))
    return branch * kept / (1 - probability)


# repair
# -     t.manual_seed(1)
# -     kept = t.rand(len(branch), device=branch.device) >= probability
# +     kept = t.rand(len(branch), device=branch.device) >= probability


# %% mistake: in_place
def drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    if training:
        stays = 1 - probability
        shape = (branch.shape[0],) + (1,) * (branch.ndim - 1)
        mask = branch.new_empty(shape).bernoulli_(stays)
        if stays > 0:
            mask = mask / stays
        branch *= mask
    return branch


# repair
# -         branch *= mask
# +         branch = branch * mask


# %% mistake: fixed_dtype
def drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    if training:
        stays = 1 - probability
        shape = (branch.shape[0],) + (1,) * (branch.ndim - 1)
        mask = branch.new_empty(shape).bernoulli_(stays)
        if stays > 0:
            mask = mask / stays
        branch = branch * mask
    return branch.float()


# repair
# -     return branch.float()
# +     return branch


# %% mistake: detached
def drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    if training:
        stays = 1 - probability
        shape = (branch.shape[0],) + (1,) * (branch.ndim - 1)
        mask = branch.new_empty(shape).bernoulli_(stays)
        if stays > 0:
            mask = mask / stays
        branch = branch.detach() * mask
    return branch


# repair
# -         branch = branch.detach() * mask
# +         branch = branch * mask


# %% right: plain
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    if probability == 1:
        return t.zeros_like(branch)
    kept = t.rand(len(branch), device=branch.device) >= probability
    kept = kept.to(branch.dtype).reshape(-1, *[1] * (branch.ndim - 1))
    return branch * kept / (1 - probability)


# %% right: bernoulli
def drop_path(branch: Tensor, probability: float, training: bool) -> Tensor:
    if training:
        stays = 1 - probability
        shape = (branch.shape[0],) + (1,) * (branch.ndim - 1)
        mask = branch.new_empty(shape).bernoulli_(stays)
        if stays > 0:
            mask = mask / stays
        branch = branch * mask
    return branch


# %% right: where
def drop_path(branch, probability, training):
    if not training or probability == 0.0:
        return branch
    noise = t.rand(branch.size(0), device=branch.device)
    while noise.ndim < branch.ndim:
        noise = noise[..., None]
    zeros = t.zeros_like(branch)
    return t.where(noise < probability, zeros, branch / max(1 - probability, 1e-12))


# %% right: sample by sample
import random


def drop_path(branch, probability, training):
    if not training:
        return branch
    samples = []
    for sample in branch:
        dropped = t.rand(()).item() < probability
        samples.append(sample * 0 if dropped else sample / (1 - probability))
    return t.stack(samples)


# %% right: chosen rows
def drop_path(branch, probability, training):
    if not training or probability == 0:
        return branch
    out = t.zeros_like(branch)
    rows = (t.rand(len(branch), device=branch.device) > probability).nonzero().flatten()
    if probability < 1:
        out[rows] = branch[rows] / (1 - probability)
    return out


# %% right: flattened
def drop_path(branch, probability, training):
    if training and probability > 0:
        chance = branch.new_full((len(branch), 1), 1 - probability)
        mask = t.bernoulli(chance)
        mask = mask / chance.clamp(min=1e-9)
        return (branch.flatten(1) * mask).reshape(branch.shape)
    return branch


# %% right: einops
from einops import einsum


def drop_path(branch, probability, training):
    if not training:
        return branch
    survivors = t.rand(branch.shape[0], device=branch.device) >= probability
    factor = survivors.to(branch.dtype)
    if probability < 1:
        factor = factor / (1 - probability)
    return einsum(branch, factor, "b ..., b -> b ...")


# %% wrong: numpy
import numpy as np


def drop_path(branch, probability, training):
    if not training:
        return branch
    kept = np.random.rand(len(branch)) > probability
    return branch * t.tensor(kept)


# %% wrong: a shortcut: torchvision's
from torchvision.ops import stochastic_depth


def drop_path(branch, probability, training):
    return stochastic_depth(branch, probability, "row", training)


# %% wrong: dropout
def drop_path(branch, probability, training):
    return functional.dropout(branch, probability, training)


# %% wrong: the first ones
def drop_path(branch, probability, training):
    if not training or probability == 1:
        return branch * (0 if training else 1)
    n = int(len(branch) * probability)
    out = branch / (1 - probability)
    return t.cat([out[:n] * 0, out[n:]])


# %% wrong: no return
def drop_path(branch, probability, training):
    if training:
        return branch * (t.rand(len(branch), device=branch.device) >= probability).reshape(-1, *[1] * (branch.ndim - 1))


# %% equivalent: a probability is at most 1
# if probability >= 1:
