# %% Pia: the old bias is not scaled
# truth: The convolution's own bias is added as it is and not multiplied by the batch norm's scale; that matters only
# for convolutions with a bias.
# repair: Multiply b_conv by scale.
def fold_batchnorm(conv, bn):
    # prepare filters
    fusedconv = copy.deepcopy(conv)
    scale = bn.weight.div(t.sqrt(bn.eps + bn.running_var))
    fusedconv.weight = nn.Parameter(conv.weight.detach() * scale.detach().reshape(-1, 1, 1, 1))
    # prepare spatial bias
    b_conv = conv.bias if conv.bias is not None else t.zeros_like(bn.running_mean)
    b_bn = bn.bias - bn.weight.mul(bn.running_mean).div(t.sqrt(bn.running_var + bn.eps))
    fusedconv.bias = nn.Parameter((b_conv + b_bn).detach())
    return fusedconv


# %% Pia: a new convolution that knows no groups
# truth: The new convolution is made without the old one's groups and dilation, so the weights of grouped convolutions
# don't fit and dilated ones give other values.
# repair: Pass groups and dilation on.
def fold_batchnorm(conv, bn):
    with t.no_grad():
        # init
        fusedconv = nn.Conv2d(
            conv.in_channels,
            conv.out_channels,
            kernel_size=conv.kernel_size,
            stride=conv.stride,
            padding=conv.padding,
            bias=True,
            padding_mode=conv.padding_mode,
            device=conv.weight.device,
            dtype=conv.weight.dtype,
        )
        # prepare filters
        w_conv = conv.weight.clone().view(conv.out_channels, -1)
        w_bn = t.diag(bn.weight.div(t.sqrt(bn.eps + bn.running_var)))
        fusedconv.weight.copy_(t.mm(w_bn, w_conv).view(fusedconv.weight.size()))
        # prepare spatial bias
        b_conv = conv.bias if conv.bias is not None else t.zeros_like(bn.running_mean)
        b_bn = bn.bias - bn.weight.mul(bn.running_mean).div(t.sqrt(bn.running_var + bn.eps))
        fusedconv.bias.copy_(t.mm(w_bn, b_conv.reshape(-1, 1)).reshape(-1) + b_bn)
    return fusedconv


# %% Ben: every convolution has a bias?
# truth: conv.bias is used without asking whether there is one, so a convolution without bias raises TypeError with
# None.
# repair: Use 0 if conv.bias is None.
def fold_batchnorm(conv, norm):
    # scale and shift of the batch norm
    s = norm.weight / t.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * s
    # new conv
    new = copy.deepcopy(conv)
    new.weight = nn.Parameter(conv.weight * s.reshape(-1, 1, 1, 1))
    new.bias = nn.Parameter(conv.bias * s + shift)
    return new


# %% Ben: the mean is added
# truth: The running mean is added where it should be subtracted, so the bias has the wrong sign in that part.
# repair: Subtract norm.running_mean * s.
def fold_batchnorm(conv, norm):
    # scale and shift of the batch norm
    s = norm.weight / t.sqrt(norm.running_var + norm.eps)
    shift = norm.bias + norm.running_mean * s
    # new conv
    new = copy.deepcopy(conv)
    new.weight = nn.Parameter(conv.weight * s.reshape(-1, 1, 1, 1))
    if conv.bias is None:
        new.bias = nn.Parameter(shift)
    else:
        new.bias = nn.Parameter(conv.bias * s + shift)
    return new


# %% Ben: half-written, weights only
# truth: Partly written: Only the weights are folded; the bias is still the old convolution's, and None where it had
# none.
# repair: Fold the bias, too: norm.bias + (old bias - running_mean) * s.
def fold_batchnorm(conv, norm):
    # scale of the batch norm
    s = norm.weight / t.sqrt(norm.running_var + norm.eps)
    # new conv
    new = copy.deepcopy(conv)
    new.weight = nn.Parameter(conv.weight * s.reshape(-1, 1, 1, 1))
    # TODO: bias
    return new


# %% Nadia: the output channels are the first axis
# truth: The scale is multiplied along the last axis, where Keras keeps the output channels; here that axis is the
# kernel's width, so it raises, or scales the wrong axis.
# repair: Reshape the scale to (out, 1, 1, 1).
def fold_batchnorm(conv, norm):
    gamma, beta = norm.weight.detach(), norm.bias.detach()
    moving_mean, moving_variance = norm.running_mean, norm.running_var
    scale = gamma / t.sqrt(moving_variance + norm.eps)
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight.detach() * scale)
    bias = t.zeros_like(beta) if conv.bias is None else conv.bias.detach()
    folded.bias = nn.Parameter((bias - moving_mean) * scale + beta)
    return folded


# %% Nadia: epsilon outside of the root
# truth: eps is added to the standard deviation and not to the variance under the root, so all values are slightly off,
# and more so where the variance is small.
# repair: Add eps to the variance before taking the root.
def fold_batchnorm(conv, norm):
    gamma, beta = norm.weight.detach(), norm.bias.detach()
    moving_mean, moving_std = norm.running_mean, t.sqrt(norm.running_var)
    scale = gamma / (moving_std + norm.eps)
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight.detach() * scale[:, None, None, None])
    bias = t.zeros_like(beta) if conv.bias is None else conv.bias.detach()
    folded.bias = nn.Parameter((bias - moving_mean) * scale + beta)
    return folded


# %% Nadia: the variance taken for the standard deviation
# truth: The scale divides by the variance plus eps, without the square root.
# repair: Take the square root.
def fold_batchnorm(conv, norm):
    gamma, beta = norm.weight.detach(), norm.bias.detach()
    scale = gamma / (norm.running_var + norm.eps)
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight.detach() * scale[:, None, None, None])
    bias = t.zeros_like(beta) if conv.bias is None else conv.bias.detach()
    folded.bias = nn.Parameter((bias - norm.running_mean) * scale + beta)
    return folded


# %% Carlo: two at once, no eps and the mean is not scaled
# truth: Two mistakes: eps is forgotten under the root, and the running mean is subtracted without being multiplied by
# the scale.
# repair: Add norm.eps to the variance, and multiply the mean by scale[i].
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    folded: nn.Conv2d = copy.deepcopy(conv)
    with t.no_grad():
        scale: Tensor = norm.weight / t.sqrt(norm.running_var)
        if folded.bias is None:
            folded.bias = nn.Parameter(t.zeros_like(norm.bias))
        for i in range(0, conv.out_channels):
            folded.weight[i] *= scale[i]
            folded.bias[i] = folded.bias[i] * scale[i] + norm.bias[i] - norm.running_mean[i]
    return folded


# %% Carlo: the given convolution is changed
# truth: folded is another name for conv and no copy, so the convolution that was given is overwritten.
# repair: Make folded a deep copy of conv.
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    folded: nn.Conv2d = conv
    with t.no_grad():
        scale: Tensor = norm.weight / t.sqrt(norm.running_var + norm.eps)
        if folded.bias is None:
            folded.bias = nn.Parameter(t.zeros_like(norm.bias))
        for i in range(0, conv.out_channels):
            folded.weight[i] *= scale[i]
            folded.bias[i] = (folded.bias[i] - norm.running_mean[i]) * scale[i] + norm.bias[i]
    return folded


# %% Ines: a shallow copy shares its weights
# truth: copy.copy makes a new module around the old one's own parameters, so whatever is changed in it changes the
# convolution that was given, too.
# repair: Use copy.deepcopy.
@t.no_grad()
def fold_batchnorm(conv, norm):
    s = norm.weight * (norm.running_var + norm.eps).rsqrt()
    b = (conv.bias if conv.bias is not None else 0) - norm.running_mean
    folded = copy.copy(conv)
    folded.weight.mul_(s[:, None, None, None])
    folded.bias = nn.Parameter(b * s + norm.bias)
    return folded


# %% Ines: a tensor where a Parameter belongs
# truth: A plain tensor is assigned to folded.weight, where only an nn.Parameter can stand, so it raises TypeError.
# repair: Wrap weight and bias in nn.Parameter.
def fold_batchnorm(conv, norm):
    s = norm.weight * (norm.running_var + norm.eps).rsqrt()
    b = (conv.bias if conv.bias is not None else 0) - norm.running_mean
    folded = copy.deepcopy(conv)
    folded.weight = conv.weight * s[:, None, None, None]
    folded.bias = b * s + norm.bias
    return folded


# %% Ben: eval, to be on the safe side
# truth: The batch norm that is given is switched to eval mode and left there, so whoever trains it further has its
# statistics stand still; it should stay as it is.
# repair: Leave norm.eval() away: the formula uses the running statistics anyway.
def fold_batchnorm(conv, norm):
    # running statistics, not the batch's
    norm.eval()
    s = norm.weight / t.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * s
    # new conv
    new = copy.deepcopy(conv)
    new.weight = nn.Parameter(conv.weight * s.reshape(-1, 1, 1, 1))
    if conv.bias is None:
        new.bias = nn.Parameter(shift)
    else:
        new.bias = nn.Parameter(conv.bias * s + shift)
    return new


# %% Nadia: two at once, no beta and the given layer is changed
# truth: Two mistakes: The batch norm's bias is not added, and the weights are written into the convolution that was
# given.
# repair: Add beta, and fold into a deep copy.
def fold_batchnorm(conv, norm):
    gamma, beta = norm.weight.detach(), norm.bias.detach()
    scale = gamma / (norm.running_var + norm.eps) ** 0.5
    folded = conv
    folded.weight = nn.Parameter(conv.weight.detach() * scale[:, None, None, None])
    bias = t.zeros_like(beta) if conv.bias is None else conv.bias.detach()
    folded.bias = nn.Parameter((bias - norm.running_mean) * scale)
    return folded


# %% Tom: no eps and no old bias
# truth: Two mistakes: the eps under the root is missing, and a bias that the convolution already has is dropped.
# repair: t.sqrt(norm.running_var + norm.eps), and norm.bias + (old_bias - norm.running_mean) * scale
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """Return one convolution that gives what norm(conv(x)) gives in eval mode; conv and norm stay as they are."""
    a = norm.weight / t.sqrt(norm.running_var)
    d = norm.bias - norm.running_mean * a
    folded = copy.deepcopy(conv)
    folded.weight = nn.Parameter(conv.weight * a[:, None, None, None])
    folded.bias = nn.Parameter(d)
    return folded


# %% Viktor: a reference is no copy
# truth: folded = conv is the same object, so the convolution that was handed over is changed. A new one was asked for.
# repair: folded = copy.deepcopy(conv)
def fold_batchnorm(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """Return one convolution that gives what norm(conv(x)) gives in eval mode; conv and norm stay as they are."""
    folded = conv
    scale = norm.weight / t.sqrt(norm.running_var + norm.eps)
    bias = t.zeros_like(norm.running_mean) if conv.bias is None else conv.bias
    folded.bias = nn.Parameter((bias - norm.running_mean) * scale + norm.bias)
    folded.weight = nn.Parameter(conv.weight * scale.view(-1, 1, 1, 1))
    return folded
