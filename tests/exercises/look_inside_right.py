"""Right answers to notebook 5 in many styles."""

import copy
import itertools
from collections.abc import Callable
from contextlib import ExitStack, contextmanager

import torch
from torch import nn
from torch.nn import functional

ANSWERS: dict[str, list] = {}


def right(exercise: str) -> Callable:
    """Note an answer under its exercise."""

    def note(answer):
        ANSWERS.setdefault(exercise, []).append(answer)
        return answer

    return note


@right("transfer_answers")
def transfer_answers():
    return {"learned": 195, "still_moving": "c", "scratch": {"a", "b"}}


@right("paths_answers")
def paths_answers():
    return {"paths": 2**9, "paths_left": 2**8, "plain": 0}


# --- NewHead ---


@right("NewHead")
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.backbone = copy.deepcopy(model).requires_grad_(False)
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.train()

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x):
        return self.head(self.backbone(x))


@right("NewHead")
class KeepsTheNameFc(nn.Module):
    """Exchanges the layer in the copy, freezes what is not the new one, and switches only that."""

    def __init__(self, model, n_classes):
        super().__init__()
        self.net = copy.deepcopy(model)
        for parameter in self.net.parameters():
            parameter.requires_grad = False
        self.net.fc = nn.Linear(self.net.fc.in_features, n_classes)
        self.net.eval()

    def train(self, mode=True):
        self.training = mode
        self.net.fc.train(mode)
        return self

    def forward(self, x):
        return self.net(x)


@right("NewHead")
class EvalInForward(nn.Module):
    """Puts the frozen part into eval mode each time before it runs, under no_grad."""

    def __init__(self, model, n_classes):
        super().__init__()
        features = model.fc.in_features
        self.body = copy.deepcopy(model)
        self.body.fc = nn.Sequential()
        self.body.requires_grad_(False)
        self.classifier = nn.Linear(features, n_classes)

    def forward(self, x):
        self.body.eval()
        with torch.no_grad():
            features = self.body(x)
        return self.classifier(features)


@right("NewHead")
class OnlyNormsStay(nn.Module):
    """Puts nothing but the batch norms into eval mode."""

    def __init__(self, model, n_classes):
        super().__init__()
        self.head = nn.Linear(model.fc.weight.shape[1], n_classes)
        self.features = copy.deepcopy(model)
        del self.features.fc
        self.features.fc = nn.Flatten()
        for _, parameter in self.features.named_parameters():
            parameter.requires_grad_(False)
        self._still()

    def _still(self):
        for module in self.features.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.training = False

    def train(self, mode=True):
        out = super().train(mode)
        self._still()
        return out

    def forward(self, x):
        return self.head(self.features(x))


@right("NewHead")
class OfChildren(nn.Module):
    """Makes a Sequential of the copy's children, all but the last."""

    def __init__(self, model, n_classes):
        super().__init__()
        children = list(copy.deepcopy(model).children())
        self.body = nn.Sequential(*children[:-1], nn.Flatten())
        self.body.requires_grad_(False).eval()
        self.head = nn.Linear(children[-1].in_features, n_classes)

    def train(self, mode=True):
        super().train(mode)
        self.body.train(False)
        return self

    def forward(self, x):
        return self.head(self.body(x))


@right("NewHead")
class WithOwnParameters(nn.Module):
    """Has no nn.Linear: weight and bias are parameters of its own, and start at zero."""

    def __init__(self, model, n_classes):
        super().__init__()
        self.model = copy.deepcopy(model)
        self.model.fc = nn.Identity()
        self.model.requires_grad_(False)
        self.weight = nn.Parameter(torch.zeros(n_classes, model.fc.in_features))
        self.bias = nn.Parameter(torch.zeros(n_classes))
        self.train(True)

    def train(self, mode=True):
        super().train(mode)
        self.model.eval()
        return self

    def forward(self, x):
        return functional.linear(self.model(x).detach(), self.weight, self.bias)


class _Frozen(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body.requires_grad_(False)
        self.train(False)

    def train(self, mode=True):
        return super().train(False)

    def forward(self, x):
        return self.body(x)


@right("NewHead")
class InTwoParts(nn.Sequential):
    """Is a Sequential of a part that never trains and of the head."""

    def __init__(self, model, n_classes):
        body = copy.deepcopy(model)
        features, body.fc = body.fc.in_features, nn.Identity()
        super().__init__(_Frozen(body), nn.Linear(features, n_classes))


# --- feature_maps ---


@right("feature_maps")
def feature_maps(model, x, names):
    maps = {}

    def keep(name):
        def hook(module, inputs, output):
            maps[name] = output.detach().clone()

        return hook

    handles = [model.get_submodule(name).register_forward_hook(keep(name)) for name in names]
    try:
        with torch.no_grad():
            model.eval()(x)
    finally:
        for handle in handles:
            handle.remove()
    return maps


@right("feature_maps")
def with_exit_stack(model, x, names):
    modules, maps = dict(model.named_modules()), {}
    with ExitStack() as stack, torch.no_grad():
        for name in names:
            hook = lambda _, __, out, name=name: maps.__setitem__(name, out.clone())  # noqa: E731
            stack.callback(modules[name].register_forward_hook(hook).remove)
        model.eval()
        model(x)
    return maps


@right("feature_maps")
def by_module(model, x, names):
    """One hook for all, which looks up who called it."""
    name_of = {model.get_submodule(name): name for name in names}
    seen = {}

    def note(module, _inputs, output):
        seen[name_of[module]] = output.detach().clone()

    was, handles = model.training, []
    try:
        for module in name_of:
            handles.append(module.register_forward_hook(note))
        model.train(False)
        with torch.no_grad():
            model(x)
    finally:
        [handle.remove() for handle in handles]
        model.train(was)
    return {name: seen[name] for name in names}


class _Keeper:
    def __init__(self):
        self.value = None

    def __call__(self, module, inputs, output):
        self.value = torch.clone(output).detach()


@right("feature_maps")
def with_objects(model, x, names):
    keepers = {name: _Keeper() for name in names}
    with _all_registered({model.get_submodule(name): keeper for name, keeper in keepers.items()}):
        model.eval().forward(x.requires_grad_(False))
    return {name: keeper.value for name, keeper in keepers.items()}


@contextmanager
def _all_registered(hooks):
    handles = [module.register_forward_hook(hook) for module, hook in hooks.items()]
    try:
        yield
    finally:
        while handles:
            handles.pop().remove()


@right("feature_maps")
@torch.no_grad()
def decorated(model, x, names):
    maps, handles = {}, {}
    try:
        for name in names:

            def hook(module, inputs, output, key=name):
                maps[key] = 1 * output

            handles[name] = getattr(model.get_submodule(name), "register_forward_hook")(hook)  # noqa: B009
        model.eval()
        model(x)
    finally:
        for handle in handles.values():
            handle.remove()
    return maps


@right("feature_maps")
def with_own_forwards(model, x, names):
    """No hook at all: forward is wrapped for a while."""
    maps = {}

    def wrap(name, module):
        forward = module.forward

        def noting(*args):
            output = forward(*args)
            maps[name] = output.detach().clone()
            return output

        module.forward = noting

    chosen = {name: model.get_submodule(name) for name in names}
    for name, module in chosen.items():
        wrap(name, module)
    try:
        with torch.no_grad():
            model.eval()(x)
    finally:
        for module in chosen.values():
            del module.forward
    return maps


# --- grad_cam ---


@right("grad_cam")
def grad_cam(model, layer, image, class_index):
    seen = []
    handle = model.get_submodule(layer).register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        logits = model.eval()(image[None].clone().requires_grad_())
    finally:
        handle.remove()
    maps = seen[0]
    gradient = torch.autograd.grad(logits[0, class_index], maps)[0]
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * maps).sum(dim=1, keepdim=True).relu().detach()
    heat = functional.interpolate(heat, size=image.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat


@right("grad_cam")
def with_einsum(model, layer, image, class_index):
    model.eval()
    box = {}

    def hook(module, inputs, output):
        box["maps"] = output

    handle = dict(model.named_modules())[layer].register_forward_hook(hook)
    try:
        score = model(image.detach().clone().requires_grad_(True).unsqueeze(0)).squeeze(0)[class_index]
    finally:
        handle.remove()
    (gradient,) = torch.autograd.grad(score, box["maps"])
    heat = torch.einsum("c,chw->hw", gradient[0].mean((1, 2)), box["maps"][0]).clamp(min=0).detach()
    heat = nn.Upsample(size=tuple(image.shape[-2:]), mode="bilinear", align_corners=False)(heat[None, None])
    return (heat / heat.max().clamp(min=1e-30)).reshape(image.shape[-2:])


@right("grad_cam")
def sum_for_mean(model, layer, image, class_index):
    """A sum is as good as a mean: the last step takes common factors out."""
    with _collecting(model, layer) as outputs:
        logits = model.eval()(image[None].clone().requires_grad_())
    gradient = torch.autograd.grad(logits[:, class_index].sum(), outputs[0])[0]
    heat = (gradient.sum((2, 3))[:, :, None, None] * outputs[0]).mean(1).relu()
    heat = functional.interpolate(heat[:, None], image.shape[1:], mode="bilinear", align_corners=False)
    heat = heat.detach()[0][0]
    top = heat.max().item()
    return heat if top == 0 else heat.div(top)


@contextmanager
def _collecting(model, layer):
    outputs = []
    handle = model.get_submodule(layer).register_forward_hook(lambda *given: outputs.append(given[2]))
    try:
        yield outputs
    finally:
        handle.remove()


@right("grad_cam")
def with_a_leaf(model, layer, image, class_index):
    """Cuts the graph at the layer: what it gives out is a leaf, so that no image has to learn."""
    leaf = []

    def cut(module, inputs, output):
        leaf.append(output.detach().clone().requires_grad_())
        return leaf[0] * 1

    handle = model.get_submodule(layer).register_forward_hook(cut)
    try:
        logits = model.eval()(image[None])
    finally:
        handle.remove()
    gradient = torch.autograd.grad(logits[0, class_index], leaf)[0]
    with torch.no_grad():
        heat = functional.relu((gradient.mean((-1, -2), keepdim=True) * leaf[0]).sum(1, keepdim=True))
        heat = functional.interpolate(heat, image.shape[1:], mode="bilinear").squeeze((0, 1))
        return heat / heat.max() if heat.any() else heat


@right("grad_cam")
def with_backward_and_a_copy(model, layer, image, class_index):
    """backward() fills .grad, but only that of a copy of the model."""
    model = copy.deepcopy(model).eval()
    kept = []

    def hook(module, inputs, output):
        output.retain_grad()
        kept.append(output)

    model.get_submodule(layer).register_forward_hook(hook)
    model(image.clone().requires_grad_()[None])[0][class_index].backward()
    maps, gradient = kept[0], kept[0].grad
    heat = torch.zeros_like(maps[0, 0])
    for channel in range(maps.shape[1]):
        heat = heat + gradient[0, channel].mean() * maps[0, channel]
    heat = functional.interpolate(heat.relu()[None, None].detach(), size=list(image.shape[1:]), mode="bilinear")[0, 0]
    return torch.nan_to_num(heat / heat.max())


@right("grad_cam")
def scaled_before(model, layer, image, class_index):
    """Divides twice: it does no harm."""
    with _collecting(model, layer) as outputs:
        logits = model.eval()(image.unsqueeze(0).clone().requires_grad_())
    gradient = torch.autograd.grad(logits[0][class_index], outputs[0])[0]
    heat = torch.relu(torch.tensordot(gradient.mean((2, 3))[0], outputs[0][0], dims=1))
    if heat.max() > 0:
        heat = heat / heat.max()
    height, width = image.shape[1:]
    heat = functional.interpolate(heat.detach().view(1, 1, *heat.shape), (height, width), mode="bilinear").view(
        height, width
    )
    return heat / max(heat.max(), torch.finfo(heat.dtype).tiny)


# --- without_block ---


@right("without_block")
@contextmanager
def without_block(model, name):
    def only_shortcut(block, inputs, output):
        x = inputs[0]
        return (x if block.downsample is None else block.downsample(x)).relu()

    handle = model.get_submodule(name).register_forward_hook(only_shortcut)
    try:
        yield
    finally:
        handle.remove()


@right("without_block")
@contextmanager
def exchanged(model, name):
    """Puts another module in the block's place."""
    parent_name, _, own = name.rpartition(".")
    parent = model.get_submodule(parent_name)
    block = getattr(parent, own)
    setattr(parent, own, nn.Identity() if block.downsample is None else nn.Sequential(block.downsample, nn.ReLU()))
    try:
        yield model
    finally:
        setattr(parent, own, block)


@right("without_block")
@contextmanager
def other_forward(model, name):
    block = model.get_submodule(name)
    block.forward = lambda x: functional.relu(block.downsample(x) if block.downsample else x)
    try:
        yield
    finally:
        del block.forward


@right("without_block")
class AsAClass:
    def __init__(self, model, name):
        self.block = dict(model.named_modules())[name]

    def __enter__(self):
        self.handle = self.block.register_forward_hook(self.skip)

    def __exit__(self, *error):
        self.handle.remove()

    @staticmethod
    def skip(block, inputs, _):
        (x,) = inputs
        return x.clamp(min=0) if block.downsample is None else block.downsample(x).clamp(min=0)


@right("without_block")
@contextmanager
def silenced(model, name):
    """Lets the second batch norm give zeros."""
    norm = model.get_submodule(name).bn2
    with _outputs_replaced(norm, torch.zeros_like):
        yield


@contextmanager
def _outputs_replaced(module, function):
    handle = module.register_forward_hook(lambda module, inputs, output: function(output))
    try:
        yield
    finally:
        handle.remove()


@right("without_block")
@contextmanager
def weights_kept(model, name):
    """Sets weight and bias of the second batch norm to zero, and gives them back."""
    norm = model.get_submodule(name).bn2
    saved = norm.weight.detach().clone(), norm.bias.detach().clone()
    with torch.no_grad():
        norm.weight.zero_()
        norm.bias.zero_()
    try:
        yield
    finally:
        with torch.no_grad():
            for parameter, before in zip((norm.weight, norm.bias), saved, strict=True):
                parameter.copy_(before)


@right("without_block")
@contextmanager
def in_the_sequential(model, name):
    """Finds the block by walking down its name."""
    *path, last = name.split(".")
    parent = model
    for step in path:
        parent = parent._modules[step]
    block = parent._modules[last]
    layers = itertools.chain([] if block.downsample is None else [block.downsample], [nn.ReLU()])
    parent._modules[last] = nn.Sequential(*layers)
    try:
        yield
    finally:
        parent._modules[last] = block
