# %% mistake: no_eps
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    std = norm.running_var.sqrt()
    scale = norm.weight / std
    shift = norm.bias - norm.running_mean * scale
    new = copy.deepcopy(conv)
    new.weight = nn.Parameter(conv.weight * scale[:, None, None, None])
    new.bias = nn.Parameter(shift if conv.bias is None else shift + scale * conv.bias)
    return new


# repair
# -     std = norm.running_var.sqrt()
# +     std = (norm.running_var + norm.eps).sqrt()


# %% mistake: eps_outside
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    s = norm.weight / (t.sqrt(norm.running_var) + norm.eps)
    b = t.zeros_like(norm.running_mean) if conv.bias is None else conv.bias
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(rearrange(s, "c -> c 1 1 1") * conv.weight)
    folded.bias = nn.Parameter(s * (b - norm.running_mean) + norm.bias)
    return folded


# repair
# -     s = norm.weight / (t.sqrt(norm.running_var) + norm.eps)
# +     s = norm.weight / t.sqrt(norm.running_var + norm.eps)


# %% mistake: default_eps
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    eps = 1e-5
    scale = norm.weight * t.rsqrt(norm.running_var + eps)
    old = 0 if conv.bias is None else conv.bias
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias = nn.Parameter(norm.bias + (old - norm.running_mean) * scale)
    return folded


# repair
# -     eps = 1e-5
# +     eps = norm.eps


# %% mistake: no_root
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    gamma, beta = norm.weight, norm.bias
    mean, var = norm.running_mean, norm.running_var
    scale = gamma / (var + norm.eps)
    out = copy.deepcopy(conv)
    out.weight = nn.Parameter(conv.weight * scale.reshape(-1, 1, 1, 1))
    bias = beta - mean * scale
    if conv.bias is not None:
        bias = bias + conv.bias * scale
    out.bias = nn.Parameter(bias)
    return out


# repair
# -     scale = gamma / (var + norm.eps)
# +     scale = gamma / (var + norm.eps).sqrt()


# %% mistake: no_norm_weight
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = (norm.running_var + norm.eps) ** -0.5
    old_bias = conv.bias if conv.bias is not None else 0
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * rearrange(scale, "out -> out 1 1 1"))
    folded.bias = nn.Parameter(norm.bias + (old_bias - norm.running_mean) * scale)
    return folded


# repair
# -     scale = (norm.running_var + norm.eps) ** -0.5
# +     scale = norm.weight * (norm.running_var + norm.eps) ** -0.5


# %% mistake: input_channels
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    old = 0 if conv.bias is None else conv.bias
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * rearrange(scale, "c -> 1 c 1 1"))
    folded.bias = nn.Parameter(norm.bias + (old - norm.running_mean) * scale)
    return folded


# repair
# -     folded.weight = nn.Parameter(conv.weight * rearrange(scale, "c -> 1 c 1 1"))
# +     folded.weight = nn.Parameter(conv.weight * rearrange(scale, "c -> c 1 1 1"))


# %% mistake: last_axis
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    s = norm.weight / (norm.running_var + norm.eps).sqrt()
    b = 0 if conv.bias is None else conv.bias
    new_conv = copy.deepcopy(conv)
    new_conv.weight = nn.Parameter(s * conv.weight)
    new_conv.bias = nn.Parameter(s * (b - norm.running_mean) + norm.bias)
    return new_conv


# repair
# -     new_conv.weight = nn.Parameter(s * conv.weight)
# +     new_conv.weight = nn.Parameter(s[:, None, None, None] * conv.weight)


# %% mistake: weight_as_it_was
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    folded = copy.deepcopy(conv)
    old = t.zeros_like(scale) if conv.bias is None else conv.bias
    folded.bias = nn.Parameter(norm.bias + (old - norm.running_mean) * scale)
    return folded


# repair
# -     folded = copy.deepcopy(conv)
# +     folded = copy.deepcopy(conv)
# +     folded.weight = nn.Parameter(conv.weight * scale[:, None, None, None])


# %% mistake: no_mean
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    bias = norm.bias.clone()
    if conv.bias is not None:
        bias = bias + scale * conv.bias
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(scale[:, None, None, None] * conv.weight)
    folded.bias = nn.Parameter(bias)
    return folded


# repair
# -     bias = norm.bias.clone()
# +     bias = norm.bias - norm.running_mean * scale


# %% mistake: mean_not_scaled
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    s = norm.weight / t.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * rearrange(s, "out -> out 1 1 1"))
    folded.bias = nn.Parameter(shift) if conv.bias is None else nn.Parameter(s * conv.bias + shift)
    return folded


# repair
# -     shift = norm.bias - norm.running_mean
# +     shift = norm.bias - norm.running_mean * s


# %% mistake: mean_added
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight.div(t.sqrt(norm.running_var + norm.eps))
    shift = norm.bias + norm.running_mean * scale
    old = 0 if conv.bias is None else conv.bias
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(t.einsum("oihw,o->oihw", conv.weight, scale))
    folded.bias = nn.Parameter(old * scale + shift)
    return folded


# repair
# -     shift = norm.bias + norm.running_mean * scale
# +     shift = norm.bias - norm.running_mean * scale


# %% mistake: old_bias_forgotten
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * scale
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * scale[:, None, None, None])
    folded.bias = nn.Parameter(shift)
    return folded


# repair
# -     shift = norm.bias - norm.running_mean * scale
# +     old_bias = 0 if conv.bias is None else conv.bias
# +     shift = norm.bias + (old_bias - norm.running_mean) * scale


# %% mistake: old_bias_not_scaled
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * scale
    if conv.bias is not None:
        shift = shift + conv.bias
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias = nn.Parameter(shift)
    return folded


# repair
# -         shift = shift + conv.bias
# +         shift = shift + conv.bias * scale


# %% mistake: no_norm_bias
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    factor = norm.weight / t.sqrt(norm.running_var + norm.eps)
    old = t.zeros_like(factor) if conv.bias is None else conv.bias
    result = copy.deepcopy(conv)
    result.weight = nn.Parameter(rearrange(factor, "c -> c 1 1 1") * conv.weight)
    result.bias = nn.Parameter(factor * (old - norm.running_mean))
    return result


# repair
# -     result.bias = nn.Parameter(factor * (old - norm.running_mean))
# +     result.bias = nn.Parameter(norm.bias + factor * (old - norm.running_mean))


# %% mistake: no_bias
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        stride=conv.stride,
        padding=conv.padding,
        dilation=conv.dilation,
        groups=conv.groups,
        padding_mode=conv.padding_mode,
        bias=False,
    )
    folded.weight = nn.Parameter(conv.weight * rearrange(scale, "out -> out 1 1 1"))
    return folded


# repair
# -     folded.weight = nn.Parameter(conv.weight * rearrange(scale, "out -> out 1 1 1"))
# +     folded.weight = nn.Parameter(conv.weight * rearrange(scale, "out -> out 1 1 1"))
# +     old_bias = 0 if conv.bias is None else conv.bias
# +     folded.bias = nn.Parameter(norm.bias + (old_bias - norm.running_mean) * scale)


# %% mistake: plain_settings
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    old = 0 if conv.bias is None else conv.bias
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        dilation=conv.dilation,
        groups=conv.groups,
        padding_mode=conv.padding_mode,
    )
    folded.weight = nn.Parameter(conv.weight * rearrange(scale, "c -> c 1 1 1"))
    folded.bias = nn.Parameter(norm.bias + (old - norm.running_mean) * scale)
    return folded


# repair
# -         conv.kernel_size,
# -         dilation=conv.dilation,
# +         conv.kernel_size,
# +         stride=conv.stride,
# +         padding=conv.padding,
# +         dilation=conv.dilation,


# %% mistake: no_groups
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    s = norm.weight / t.sqrt(norm.running_var + norm.eps)
    b = 0 if conv.bias is None else conv.bias
    new = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        bias=True,
        padding_mode=conv.padding_mode,
    )
    new.weight = nn.Parameter(s[:, None, None, None] * conv.weight)
    new.bias = nn.Parameter(s * b + (norm.bias - s * norm.running_mean))
    return new


# repair
# -         conv.dilation,
# +         conv.dilation,
# +         conv.groups,


# %% mistake: no_dilation
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    old = t.zeros_like(scale) if conv.bias is None else conv.bias
    folded = nn.Conv2d(
        in_channels=conv.in_channels,
        out_channels=conv.out_channels,
        kernel_size=conv.kernel_size,
        stride=conv.stride,
        padding=conv.padding,
        groups=conv.groups,
        padding_mode=conv.padding_mode,
        device=conv.weight.device,
        dtype=conv.weight.dtype,
    )
    with t.no_grad():
        folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
        folded.bias.copy_(norm.bias + (old - norm.running_mean) * scale)
    return folded


# repair
# -         padding=conv.padding,
# +         padding=conv.padding,
# +         dilation=conv.dilation,


# %% mistake: no_padding_mode
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    settings = {name: getattr(conv, name) for name in ("kernel_size", "stride", "padding", "dilation", "groups")}
    folded = nn.Conv2d(conv.in_channels, conv.out_channels, **settings)
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    bias = norm.bias - norm.running_mean * scale
    if conv.bias is not None:
        bias = bias + conv.bias * scale
    folded.weight = nn.Parameter(conv.weight * scale[:, None, None, None])
    folded.bias = nn.Parameter(bias)
    return folded


# repair
# -     folded = nn.Conv2d(conv.in_channels, conv.out_channels, **settings)
# +     folded = nn.Conv2d(conv.in_channels, conv.out_channels, padding_mode=conv.padding_mode, **settings)


# %% mistake: three_settings
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    folded = nn.Conv2d(
        conv.in_channels, conv.out_channels, conv.kernel_size, stride=conv.stride, padding=conv.padding, bias=True
    )
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    old_bias = 0 if conv.bias is None else conv.bias
    folded.weight = nn.Parameter(conv.weight * rearrange(scale, "out -> out 1 1 1"))
    folded.bias = nn.Parameter(norm.bias + (old_bias - norm.running_mean) * scale)
    return folded


# repair
# -         conv.in_channels, conv.out_channels, conv.kernel_size, stride=conv.stride, padding=conv.padding, bias=True
# -     )
# +         conv.in_channels, conv.out_channels, conv.kernel_size, stride=conv.stride, padding=conv.padding, bias=True,
# +         dilation=conv.dilation, groups=conv.groups, padding_mode=conv.padding_mode,
# +     )


# %% mistake: fixed_dtype
@t.no_grad()
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        stride=conv.stride,
        padding=conv.padding,
        dilation=conv.dilation,
        groups=conv.groups,
        padding_mode=conv.padding_mode,
    )
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    old = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale[:, None, None, None])
    folded.bias.copy_(norm.bias + (old - norm.running_mean) * scale)
    return folded


# repair
# -         padding_mode=conv.padding_mode,
# +         padding_mode=conv.padding_mode,
# +         dtype=conv.weight.dtype,


# %% mistake: changes_the_original
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    old = 0 if conv.bias is None else conv.bias
    conv.weight = nn.Parameter(conv.weight * rearrange(scale, "c -> c 1 1 1"))
    conv.bias = nn.Parameter(norm.bias + (old - norm.running_mean) * scale)
    return conv


# repair
# -     scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
# +     conv = copy.deepcopy(conv)
# +     scale = norm.weight / t.sqrt(norm.running_var + norm.eps)


# %% mistake: changes_the_norm
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    s = norm.weight / t.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - s * norm.running_mean
    b = 0 if conv.bias is None else conv.bias
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(rearrange(s, "c -> c 1 1 1") * conv.weight)
    folded.bias = nn.Parameter(s * b + shift)
    norm.weight.data.fill_(1)
    norm.bias.data.fill_(0)
    return folded


# repair
# -     norm.weight.data.fill_(1)
# -     norm.bias.data.fill_(0)
# -     return folded
# +     return folded


# %% mistake: sequence
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    return nn.Sequential(conv, norm)


# repair
# -     return nn.Sequential(conv, norm)
# +     scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
# +     old_bias = 0 if conv.bias is None else conv.bias
# +     folded = copy.deepcopy(conv)
# +     folded.weight = nn.Parameter(conv.weight * rearrange(scale, "out -> out 1 1 1"))
# +     folded.bias = nn.Parameter(norm.bias + (old_bias - norm.running_mean) * scale)
# +     return folded


# %% right: with copy
import torch


def fold_batchnorm(conv, norm):
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * scale[:, None, None, None])
    old = torch.zeros_like(norm.bias) if conv.bias is None else conv.bias
    folded.bias = nn.Parameter((old - norm.running_mean) * scale + norm.bias)
    return folded


# %% right: with new
import torch


def fold_batchnorm(conv, norm):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
        padding_mode=conv.padding_mode,
        dtype=conv.weight.dtype,
    )
    with torch.no_grad():
        scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        folded.weight.copy_(conv.weight * scale.reshape(-1, 1, 1, 1))
        folded.bias.copy_(norm.bias - norm.running_mean * scale)
        if conv.bias is not None:
            folded.bias += conv.bias * scale
    return folded


# %% right: with data
import torch


def fold_batchnorm(conv, norm):
    folded = copy.deepcopy(conv)
    deviation = torch.sqrt(norm.running_var + norm.eps)
    folded.weight.data = torch.einsum("o,oihw->oihw", norm.weight.data / deviation, conv.weight.data)
    old = conv.bias.data if conv.bias is not None else 0
    folded.bias = nn.Parameter((old - norm.running_mean) / deviation * norm.weight.data + norm.bias.data)
    return folded


# %% right: by asking the norm
import torch


def fold_batchnorm(conv, norm):
    """Finds scale and shift by giving the norm zeros and ones."""
    channels = conv.out_channels
    with torch.no_grad():
        ask = lambda value: norm(torch.full((1, channels, 1, 1), value, dtype=conv.weight.dtype)).flatten()
        shift = ask(0.0)
        scale = ask(1.0) - shift
        folded = copy.deepcopy(conv)
        folded.weight.mul_(scale.view(channels, 1, 1, 1))
        folded.bias = nn.Parameter(shift if conv.bias is None else shift + scale * conv.bias)
    return folded


# %% right: with matrix
import torch


@torch.no_grad()
def fold_batchnorm(conv, norm):
    scale = torch.diag(norm.weight / torch.sqrt(norm.eps + norm.running_var))
    folded = copy.deepcopy(conv)
    folded.weight.copy_((scale @ conv.weight.flatten(1)).view_as(conv.weight))
    bias = 0 if conv.bias is None else conv.bias
    folded.bias = nn.Parameter(scale @ (bias - norm.running_mean) + norm.bias)
    return folded


# %% right: with loop
import torch


def fold_batchnorm(conv, norm):
    folded = copy.deepcopy(conv)
    if folded.bias is None:
        folded.bias = nn.Parameter(torch.zeros(conv.out_channels, dtype=conv.weight.dtype))
    with torch.no_grad():
        for channel in range(conv.out_channels):
            factor = norm.weight[channel] / (norm.running_var[channel] + norm.eps) ** 0.5
            folded.weight[channel] *= factor
            folded.bias[channel] -= norm.running_mean[channel]
            folded.bias[channel] *= factor
            folded.bias[channel] += norm.bias[channel]
    return folded


# %% wrong: a shortcut: fuse_conv_bn_eval
from torch.nn.utils.fusion import fuse_conv_bn_eval


fold_batchnorm = fuse_conv_bn_eval


# %% right: zeros for the missing bias
def fold_batchnorm(conv, bn):
    # prepare filters
    fusedconv = copy.deepcopy(conv)
    scale = bn.weight.div(t.sqrt(bn.eps + bn.running_var))
    fusedconv.weight = nn.Parameter(conv.weight.detach() * scale.detach().reshape(-1, 1, 1, 1))
    # prepare spatial bias
    b_conv = conv.bias if conv.bias is not None else t.zeros(conv.weight.size(0))
    b_bn = bn.bias - bn.weight.mul(bn.running_mean).div(t.sqrt(bn.running_var + bn.eps))
    fusedconv.bias = nn.Parameter((b_conv * scale + b_bn).detach())
    return fusedconv


# %% right: a new convolution that takes over all settings
def fold_batchnorm(conv, bn):
    with t.no_grad():
        # init
        fusedconv = nn.Conv2d(
            conv.in_channels,
            conv.out_channels,
            kernel_size=conv.kernel_size,
            stride=conv.stride,
            padding=conv.padding,
            dilation=conv.dilation,
            groups=conv.groups,
            bias=True,
            padding_mode=conv.padding_mode,
        ).to(conv.weight.dtype)
        # prepare filters
        scale = bn.weight.div(t.sqrt(bn.eps + bn.running_var))
        fusedconv.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
        # prepare spatial bias
        b_conv = conv.bias if conv.bias is not None else t.zeros_like(bn.running_mean)
        fusedconv.bias.copy_((b_conv - bn.running_mean) * scale + bn.bias)
    return fusedconv


# %% mistake: bias_as_it_was
def fold_batchnorm(conv, norm):
    s = norm.weight.detach() / t.sqrt(norm.running_var + norm.eps)
    out = copy.deepcopy(conv)
    with t.no_grad():
        out.weight.mul_(s[:, None, None, None])
    return out


# repair
# -     return out
# +         old = 0 if conv.bias is None else conv.bias
# +         out.bias = nn.Parameter((old - norm.running_mean) * s + norm.bias)
# +     return out


# %% mistake: switches_modes
def fold_batchnorm(conv, norm):
    conv = copy.deepcopy(conv)
    norm.eval()
    std = (norm.running_var + norm.eps) ** 0.5
    before = conv.bias if conv.bias is not None else t.zeros_like(std)
    conv.weight = nn.Parameter(conv.weight * (norm.weight / std).reshape(-1, 1, 1, 1))
    conv.bias = nn.Parameter((before - norm.running_mean) / std * norm.weight + norm.bias)
    return conv


# repair
# -     norm.eval()
