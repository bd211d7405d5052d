"""Mistakes as students make them, in code of their own: the diagnosis must know them, not only the bank's versions."""

# ruff: noqa: E501  (one mistake a line)

import pytest
from examining import EXERCISES
from notebook_cell import run_cell
from right_answers import source_of

from course_utils.exercises.exercise import examine

_TRAIN_MEAN, _TRAIN_VAR = "mean = x.mean(dim=(0, 2, 3))", "** 2).mean(dim=(0, 2, 3))"
_AFFINE = "return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)"
_MEAN_UPDATE = "self.running_mean.mul_(1 - self.momentum).add_(self.momentum * mean)"
_VAR_UPDATE = "self.running_var.mul_(1 - self.momentum).add_(self.momentum * var * n / (n - 1))"
_CONV1 = "Conv2d(in_feats, out_feats, 3, stride=first_stride, padding=1)"
_CONV2 = "Conv2d(out_feats, out_feats, 3, stride=1, padding=1)"
_NEEDS = "first_stride != 1 or in_feats != out_feats"
_PROJECT = "return F.relu(y + self.bn3(self.conv3(x)))"
_SAME = "return F.relu(y + x)"
_OTHERS = "self.blocks.append(ResidualBlock(out_feats, out_feats))"
_FIRST = "self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))"
_RUN = "for block in self.blocks:"
_GROUP = "BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i])"
_TOP = "values, indices = torch.max(probabilities, dim=1)"

# The exercise, the mistake that it should be told as, and what is written in place of what is right.
MADE: list[tuple[str, str, dict[str, str]]] = [
    ("BatchNorm2d", "no_eps", {" + self.eps)": ")"}),
    ("BatchNorm2d", "eps_outside_root", {"torch.sqrt(var.view(1, -1, 1, 1) + self.eps)": "(torch.sqrt(var.view(1, -1, 1, 1)) + self.eps)"}),
    ("BatchNorm2d", "divides_by_variance", {"torch.sqrt(var.view(1, -1, 1, 1) + self.eps)": "(var.view(1, -1, 1, 1) + self.eps)"}),
    ("BatchNorm2d", "no_affine", {_AFFINE: "return x"}),
    ("BatchNorm2d", "bias_before_scale", {_AFFINE: "return (x + self.bias.view(1, -1, 1, 1)) * self.weight.view(1, -1, 1, 1)"}),
    ("BatchNorm2d", "momentum_reversed", {_MEAN_UPDATE: "self.running_mean.mul_(self.momentum).add_((1 - self.momentum) * mean)", _VAR_UPDATE: "self.running_var.mul_(self.momentum).add_((1 - self.momentum) * var * n / (n - 1))"}),
    ("BatchNorm2d", "momentum_reversed", {_MEAN_UPDATE: "self.running_mean.mul_(self.momentum).add_((1 - self.momentum) * mean)", _VAR_UPDATE: "self.running_var.mul_(self.momentum).add_((1 - self.momentum) * var)"}),
    ("BatchNorm2d", "batch_in_eval", {"else:\n            mean = self.running_mean\n            var = self.running_var": "else:\n            mean = x.mean(dim=(0, 2, 3))\n            var = x.var(dim=(0, 2, 3), unbiased=False)"}),
    ("BatchNorm2d", "updates_in_eval", {"if self.training:": "mean, var = self.running_mean.clone(), self.running_var.clone()\n        if True:", "else:\n            mean = self.running_mean\n            var = self.running_var": "    if not self.training:\n                mean, var = old_mean, old_var", "mean, var = self.running_mean.clone(), self.running_var.clone()\n": "old_mean, old_var = self.running_mean.clone(), self.running_var.clone()\n"}),
    ("BatchNorm2d", "running_in_training", {"x = (x - mean.view": "mean, var = old_mean, old_var\n        x = (x - mean.view", "if self.training:": "old_mean, old_var = self.running_mean.clone(), self.running_var.clone()\n        if self.training:"}),
    ("BatchNorm2d", "running_updated_first", {"x = (x - mean.view": "mean, var = self.running_mean.clone(), self.running_var.clone()\n        x = (x - mean.view"}),
    ("BatchNorm2d", "never_updates", {_MEAN_UPDATE: "pass", _VAR_UPDATE: "pass", "self.num_batches_tracked.add_(1)": "pass"}),
    ("BatchNorm2d", "no_counter", {"self.num_batches_tracked.add_(1)": "pass"}),
    ("BatchNorm2d", "counts_images", {"self.num_batches_tracked.add_(1)": "self.num_batches_tracked.add_(len(x))"}),
    ("BatchNorm2d", "graph_in_buffers", {"with torch.no_grad():": "if True:", _MEAN_UPDATE: "self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean"}),
    ("BatchNorm2d", "statistics_detached", {_TRAIN_MEAN: "mean = x.detach().mean(dim=(0, 2, 3))", "var = ((x - mean": "var = ((x.detach() - mean"}),
    ("BatchNorm2d", "unbiased_normalisation", {"var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))": "var = x.var(dim=(0, 2, 3))", " * n / (n - 1)": ""}),
    ("BatchNorm2d", "all_channels", {_TRAIN_MEAN: "mean = x.mean().expand(x.shape[1])", "var = ((x - mean.view(1, -1, 1, 1)) ** 2).mean(dim=(0, 2, 3))": "var = x.var(unbiased=False).expand(x.shape[1])", _MEAN_UPDATE: "self.running_mean.lerp_(x.mean((0, 2, 3)), self.momentum)", _VAR_UPDATE: "self.running_var.lerp_(x.var((0, 2, 3)), self.momentum)"}),
    ("BatchNorm2d", "plain_attributes", {'self.register_buffer("running_mean", torch.zeros(num_features))': "self.running_mean = torch.zeros(num_features)", 'self.register_buffer("running_var", torch.ones(num_features))': "self.running_var = torch.ones(num_features)", 'self.register_buffer("num_batches_tracked", torch.tensor(0))': "self.num_batches_tracked = torch.tensor(0)"}),
    ("BatchNorm2d", "buffers_are_parameters", {'self.register_buffer("running_mean", torch.zeros(num_features))': "self.running_mean = nn.Parameter(torch.zeros(num_features))", 'self.register_buffer("running_var", torch.ones(num_features))': "self.running_var = nn.Parameter(torch.ones(num_features))"}),
    ("BatchNorm2d", "changes_input", {"x = (x - mean.view(1, -1, 1, 1)) /": "x[...] = (x - mean.view(1, -1, 1, 1)) /", _AFFINE: "x *= self.weight.view(1, -1, 1, 1)\n        x += self.bias.view(1, -1, 1, 1)\n        return x"}),
    ("BatchNorm2d", "fixed_dtype", {_AFFINE: f"{_AFFINE[:7]}({_AFFINE[7:]}).float()"}),
    ("AveragePool", "keeps_axes", {"dim=(2, 3)": "dim=(2, 3), keepdim=True"}),
    ("AveragePool", "squeezes", {"torch.mean(x, dim=(2, 3))": "torch.mean(x, dim=(2, 3), keepdim=True).squeeze()"}),
    ("AveragePool", "over_batch", {"dim=(2, 3)": "dim=(0, 2, 3)"}),
    ("AveragePool", "maximum", {"torch.mean": "torch.amax"}),
    ("AveragePool", "square_only", {"torch.mean(x, dim=(2, 3))": "x.sum((2, 3)) / x.shape[-2] ** 2"}),
    ("ResidualBlock", "no_last_relu", {_PROJECT: "return y + self.bn3(self.conv3(x))", _SAME: "return y + x"}),
    ("ResidualBlock", "relu_before_sum", {_PROJECT: "return F.relu(y) + self.bn3(self.conv3(x))", _SAME: "return F.relu(y) + x"}),
    ("ResidualBlock", "relu_both_before_sum", {_PROJECT: "return F.relu(y) + F.relu(self.bn3(self.conv3(x)))", _SAME: "return F.relu(y) + F.relu(x)"}),
    ("ResidualBlock", "relu_twice", {_PROJECT: "return F.relu(F.relu(y) + self.bn3(self.conv3(x)))", _SAME: "return F.relu(F.relu(y) + x)"}),
    ("ResidualBlock", "no_middle_relu", {"F.relu(self.bn1(self.conv1(x)))": "self.bn1(self.conv1(x))"}),
    ("ResidualBlock", "no_skip", {_PROJECT: "return F.relu(y)", _SAME: "return F.relu(y)"}),
    ("ResidualBlock", "multiplied", {_PROJECT: "return F.relu(y * self.bn3(self.conv3(x)))", _SAME: "return F.relu(y * x)"}),
    ("ResidualBlock", "concatenated", {_PROJECT: "return F.relu(torch.cat([y, self.bn3(self.conv3(x))], 1))", _SAME: "return F.relu(torch.cat([y, x], 1))"}),
    ("ResidualBlock", "stride_on_both", {_CONV2: _CONV2.replace("stride=1", "stride=first_stride")}),
    ("ResidualBlock", "stride_on_second", {_CONV1: _CONV1.replace("first_stride", "1"), _CONV2: _CONV2.replace("stride=1", "stride=first_stride")}),
    ("ResidualBlock", "left_without_stride", {_CONV1: _CONV1.replace("stride=first_stride, ", "")}),
    ("ResidualBlock", "right_without_stride", {"Conv2d(in_feats, out_feats, 1, stride=first_stride)": "Conv2d(in_feats, out_feats, 1)"}),
    ("ResidualBlock", "stride_ignored", {"stride=first_stride": "stride=1"}),
    ("ResidualBlock", "projection_for_stride_only", {_NEEDS: "first_stride != 1"}),
    ("ResidualBlock", "projection_for_channels_only", {_NEEDS: "in_feats != out_feats"}),
    ("ResidualBlock", "projection_when_both", {_NEEDS: "first_stride != 1 and in_feats != out_feats"}),
    ("ResidualBlock", "projection_always", {_NEEDS: "True"}),
    ("ResidualBlock", "projection_never", {_NEEDS: "False"}),
    ("ResidualBlock", "projection_without_norm", {"self.bn3 = BatchNorm2d(out_feats)": "pass", "self.bn3(self.conv3(x))": "self.conv3(x)"}),
    ("ResidualBlock", "projection_3x3", {"Conv2d(in_feats, out_feats, 1, stride=first_stride)": _CONV1}),
    ("ResidualBlock", "convs_with_bias", {"= Conv2d(": "= nn.Conv2d("}),
    ("ResidualBlock", "no_padding", {", padding=1": ""}),
    ("ResidualBlock", "shared_norm", {"self.bn2 = BatchNorm2d(out_feats)": "pass", "self.bn2(": "self.bn1("}),
    ("ResidualBlock", "changes_input", {"return F.relu(y + x)": "x += y\n        return x.relu_()"}),
    ("BlockGroup", "stride_on_every_block", {_OTHERS: _OTHERS.replace("out_feats)", "out_feats, first_stride)", 1)}),
    ("BlockGroup", "one_too_many", {"range(n_blocks)": "range(n_blocks + 1)"}),
    ("BlockGroup", "one_too_few", {"range(n_blocks)": "range(max(1, n_blocks - 1))"}),
    ("BlockGroup", "in_feats_everywhere", {_OTHERS: _OTHERS.replace("out_feats,", "in_feats,")}),
    ("BlockGroup", "stride_ignored", {_FIRST: _FIRST.replace(", first_stride", "")}),
    ("BlockGroup", "unregistered", {"nn.ModuleList()": "[]"}),
    ("BlockGroup", "last_forgotten", {_RUN: "for block in self.blocks[: max(1, len(self.blocks) - 1)]:"}),
    ("BlockGroup", "swapped_feats", {"ResidualBlock(in_feats, out_feats, first_stride)": "ResidualBlock(out_feats, in_feats, first_stride)", "ResidualBlock(out_feats, out_feats)": "ResidualBlock(in_feats, in_feats)"}),
    ("BlockGroup", "outer_skip", {"return x": "return x + start if start.shape == x.shape else x", _RUN: "start = x\n        for block in self.blocks:"}),
    ("ResNet34", "no_max_pool", {"self.pool(F.relu(self.bn(self.conv(x))))": "F.relu(self.bn(self.conv(x)))"}),
    ("ResNet34", "no_stem_relu", {"F.relu(self.bn(self.conv(x)))": "self.bn(self.conv(x))"}),
    ("ResNet34", "no_stem_norm", {"self.bn(self.conv(x))": "self.conv(x)", "self.bn = BatchNorm2d(64)": "pass"}),
    ("ResNet34", "pool_stride_3", {"MaxPool2d(3, stride=2, padding=1)": "MaxPool2d(3, padding=1)"}),
    ("ResNet34", "stem_padding_1", {"stride=2, padding=3": "stride=2, padding=1"}),
    ("ResNet34", "stem_bias", {"self.conv = Conv2d": "self.conv = nn.Conv2d"}),
    ("ResNet34", "classes_fixed", {"Linear(in_feats, n_classes)": "Linear(in_feats, 1000)"}),
    ("ResNet34", "softmax_at_end", {"return self.linear(self.average(x))": "return self.linear(self.average(x)).softmax(1)"}),
    ("ResNet34", "groups_unregistered", {"nn.ModuleList()": "[]"}),
    ("ResNet34", "last_group_missing", {"for group in self.groups:": "for group in self.groups[:-1]:"}),
    ("ResNet34", "strides_all_1", {_GROUP: "BlockGroup(n_blocks_per_group[i], in_feats, out_feats)"}),
    ("ResNet34", "first_stride_once", {"first_strides_per_group[i])": "first_strides_per_group[0])"}),
    ("ResNet34", "blocks_ignored", {"BlockGroup(n_blocks_per_group[i],": "BlockGroup(1,"}),
    ("copy_weights", "no_buffers", {"my_resnet.state_dict()": "dict(my_resnet.named_parameters())", "pretrained_resnet.state_dict()": "dict(pretrained_resnet.named_parameters())", "load_state_dict(new)": "load_state_dict(new, strict=False)"}),
    ("copy_weights", "load_checks_too_late", {"if mine[my_keys[i]].shape != theirs[their_keys[i]].shape:": "if False:"}),
    ("copy_weights", "wrong_way", {"new[my_keys[i]] = theirs[their_keys[i]]": "new[their_keys[i]] = mine[my_keys[i]]", "my_resnet.load_state_dict(new)": "pretrained_resnet.load_state_dict(new)"}),
    ("copy_weights", "does_nothing", {"my_resnet.load_state_dict(new)": "pass"}),
    ("predict", "no_eval", {"model.eval()": "pass"}),
    ("predict", "logits", {"F.softmax(logits, dim=1)": "logits"}),
    ("predict", "softmax_over_batch", {"F.softmax(logits, dim=1)": "F.softmax(logits, dim=0)"}),
    ("predict", "maximum_over_batch", {_TOP: _TOP.replace("dim=1", "dim=0")}),
    ("predict", "swapped", {"return values, indices": "return indices, values"}),
    ("predict", "gradients_on", {"with torch.no_grad():": "if True:"}),
    ("predict", "class_only", {"return values, indices": "return indices"}),
    ("raise_on_nan", "never", {"torch.isnan(output).any()": '(output == float("nan")).any()'}),
    ("raise_on_nan", "all", {".any()": ".all()"}),
    ("raise_on_nan", "inputs", {"torch.isnan(output)": "torch.isnan(inputs[0])"}),
    ("raise_on_nan", "sum", {"torch.isnan(output).any()": "torch.isnan(output.sum())"}),
    ("raise_on_nan", "infinity_too", {"torch.isnan(output).any()": "not torch.isfinite(output).all()"}),
    ("hooks_on", "never_removed", {"handle.remove()": "pass"}),
    ("hooks_on", "not_after_error", {"try:\n        yield\n    finally:": "yield\n    if True:"}),
    ("hooks_on", "children_only", {"model.modules()": "model.children()"}),
    ("NamedSequential", "numbers_only", {"self._modules[name] = module": "self._modules[str(len(self._modules))] = module"}),
    ("NamedSequential", "names_only", {"if isinstance(modules[0], OrderedDict):": "if True:"}),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "mistake", "changes"), MADE, ids=[f"{one}: {id_}" for one, id_, _ in MADE])
def test_a_mistake_in_a_students_own_code_is_named(exercise: str, mistake: str, changes: dict[str, str]):
    source = source_of("textbook", exercise)
    for right, wrong in changes.items():
        assert right in source, right
        source = source.replace(right, wrong)
    candidate = run_cell(source)[exercise]
    reports = [examine(EXERCISES[exercise], test, candidate) for test in EXERCISES[exercise].tests]
    wrong = [report for report in reports if report.verdict == "wrong"]
    assert wrong, "it passes"
    for report in wrong:
        assert report.diagnosis is not None, report.outcomes
        assert mistake in [one.id for one in report.diagnosis.mistakes]
