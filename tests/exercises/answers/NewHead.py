# %% mistake: batch_norms_train
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.features = copy.deepcopy(model)
        for p in self.features.parameters():
            p.requires_grad = False
        self.features.fc = nn.Identity()
        self.fc = nn.Linear(model.fc.in_features, n_classes)
        self.train()

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        return self

    def forward(self, x):
        return self.fc(self.features(x))


# repair
# -         super().train(mode)
# +         super().train(mode)
# +         self.features.eval()


# %% mistake: eval_once
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.frozen = copy.deepcopy(model)
        self.frozen.fc = nn.Identity()
        self.frozen.requires_grad_(False)
        self.frozen.eval()
        self.head = nn.Linear(model.fc.in_features, n_classes)

    def train(self, mode: bool = True) -> "NewHead":
        return super().train(mode)

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        features = self.frozen(x)
        return self.head(features)


# repair
# -         return super().train(mode)
# +         super().train(mode)
# +         self.frozen.eval()
# +         return self


# %% mistake: only_in_train
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone = copy.deepcopy(model)
        self.backbone.fc = nn.Identity()
        for param in self.backbone.parameters():
            param.requires_grad_(False)
        self.new_fc = nn.Linear(model.fc.in_features, n_classes)

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.new_fc(self.backbone(x))


# repair
# -         self.new_fc = nn.Linear(model.fc.in_features, n_classes)
# +         self.new_fc = nn.Linear(model.fc.in_features, n_classes)
# +         self.backbone.eval()


# %% mistake: not_frozen
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        n_features = model.fc.in_features
        self.base = copy.deepcopy(model)
        self.base.fc = nn.Identity()
        self.base.eval()
        self.head = nn.Linear(n_features, n_classes)

    def train(self, mode=True):
        super().train(mode)
        self.base.eval()
        return self

    def forward(self, x):
        return self.head(self.base(x))


# repair
# -         self.base.eval()
# -         self.head = nn.Linear(n_features, n_classes)
# +         self.base.requires_grad_(False)
# +         self.base.eval()
# +         self.head = nn.Linear(n_features, n_classes)


# %% mistake: convolutions_only
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone = copy.deepcopy(model)
        self.backbone.fc = nn.Identity()
        for module in self.backbone.modules():
            if isinstance(module, nn.Conv2d):
                module.requires_grad_(False)
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.train()

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.backbone.train(False)
        return self

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.head(self.backbone(x))


# repair
# -         for module in self.backbone.modules():
# -             if isinstance(module, nn.Conv2d):
# -                 module.requires_grad_(False)
# +         self.backbone.requires_grad_(False)


# %% mistake: head_frozen
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.net = copy.deepcopy(model)
        self.net.fc = nn.Identity()
        self.classifier = nn.Linear(model.fc.in_features, n_classes)
        self.requires_grad_(False)
        self.net.eval()

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.net.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.net(x))


# repair
# -         self.requires_grad_(False)
# +         self.net.requires_grad_(False)


# %% mistake: on_old_logits
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.old = copy.deepcopy(model).eval()
        for p in self.old.parameters():
            p.requires_grad = False
        self.new = nn.Linear(self.old.fc.out_features, n_classes)

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.old.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        x = self.old(x)
        x = self.new(x)
        return x


# repair
# -         self.new = nn.Linear(self.old.fc.out_features, n_classes)
# +         self.new = nn.Linear(self.old.fc.in_features, n_classes)
# +         self.old.fc = nn.Identity()


# %% mistake: in_place
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        in_features = model.fc.in_features
        model.fc = nn.Identity()
        model.requires_grad_(False)
        self.model = model
        self.head = nn.Linear(in_features, n_classes)
        self.train()

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.model.eval()
        return self

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.head(self.model(x))


# repair
# -         model.fc = nn.Identity()
# +         model = copy.deepcopy(model)
# +         model.fc = nn.Identity()


# %% mistake: shared
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone = copy.copy(model)
        self.backbone._modules = model._modules.copy()
        self.backbone.fc = nn.Identity()
        self.backbone.requires_grad_(False)
        self.backbone.eval()
        self.head = nn.Linear(model.fc.in_features, n_classes)

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.head(self.backbone(x))


# repair
# -         self.backbone = copy.copy(model)
# -         self.backbone._modules = model._modules.copy()
# +         self.backbone = copy.deepcopy(model)


# %% mistake: old_head
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.body = copy.deepcopy(model)
        head = self.body.fc
        self.body.fc = nn.Identity()
        self.body.requires_grad_(False)
        if head.out_features != n_classes:
            head = nn.Linear(head.in_features, n_classes)
        self.head = head
        self.body.eval()

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.body.eval()
        return self

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.head(self.body(x))


# repair
# -         if head.out_features != n_classes:
# -             head = nn.Linear(head.in_features, n_classes)
# +         head = nn.Linear(head.in_features, n_classes)


# %% mistake: hidden
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        backbone = copy.deepcopy(model)
        backbone.fc = nn.Identity()
        backbone.requires_grad_(False)
        backbone.eval()
        self.parts = {"backbone": backbone}
        self.head = nn.Linear(model.fc.in_features, n_classes)

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.parts["backbone"].eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        features = self.parts["backbone"](x)
        return self.head(features)


# repair
# -         self.parts = {"backbone": backbone}
# +         self.parts = nn.ModuleDict({"backbone": backbone})


# %% mistake: train_gives_nothing
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone = copy.deepcopy(model).requires_grad_(False).eval()
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.backbone.eval()

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.backbone.eval()

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.head(self.backbone(x))


# repair
# -         super().train(mode)
# -         self.backbone.eval()
# +         super().train(mode)
# +         self.backbone.eval()
# +         return self


# %% mistake: always_eval
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.feature_extractor = copy.deepcopy(model)
        self.feature_extractor.fc = nn.Identity()
        for p in self.feature_extractor.parameters():
            p.requires_grad = False
        self.linear = nn.Linear(model.fc.in_features, n_classes)
        self.eval()

    def train(self, mode: bool = True) -> "NewHead":
        return super().train(False)

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.linear(self.feature_extractor(x))


# repair
# -         self.eval()
# +         self.train()
# -         return super().train(False)
# +         super().train(mode)
# +         self.feature_extractor.eval()
# +         return self


# %% mistake: no_graph
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone = copy.deepcopy(model)
        self.backbone.requires_grad_(False)
        self.backbone.fc = nn.Identity()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.train()

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.backbone.eval()
        return self

    @t.no_grad()
    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.head(self.backbone(x))


# repair
# -     @t.no_grad()
# -     def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
# -         return self.head(self.backbone(x))
# +     def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
# +         with t.no_grad():
# +             features = self.backbone(x)
# +         return self.head(features)


# %% mistake: softmax
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone = copy.deepcopy(model)
        self.backbone.requires_grad_(False)
        self.backbone.fc = nn.Identity()
        self.backbone.eval()
        self.head = nn.Sequential(nn.Linear(model.fc.in_features, n_classes), nn.Softmax(dim=1))

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.head(self.backbone(x))


# repair
# -         self.head = nn.Sequential(nn.Linear(model.fc.in_features, n_classes), nn.Softmax(dim=1))
# +         self.head = nn.Linear(model.fc.in_features, n_classes)


# %% mistake: no_bias
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        frozen = copy.deepcopy(model)
        for parameter in frozen.parameters():
            parameter.requires_grad_(False)
        frozen.fc = nn.Identity()
        self.frozen = frozen.eval()
        self.head = nn.Linear(model.fc.in_features, n_classes, bias=False)

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.frozen.eval()
        return self

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        with t.no_grad():
            features = self.frozen(x)
        return self.head(features)


# repair
# -         self.head = nn.Linear(model.fc.in_features, n_classes, bias=False)
# +         self.head = nn.Linear(model.fc.in_features, n_classes)


# %% right: plain
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


# %% right: keeps the name fc
class NewHead(nn.Module):
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


# %% right: eval in forward
import torch


class NewHead(nn.Module):
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


# %% right: only norms stay
class NewHead(nn.Module):
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


# %% right: of children
class NewHead(nn.Module):
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


# %% right: with own parameters
import torch


class NewHead(nn.Module):
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


# %% right: in two parts
class _Frozen(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body.requires_grad_(False)
        self.train(False)

    def train(self, mode=True):
        return super().train(False)

    def forward(self, x):
        return self.body(x)


class NewHead(nn.Sequential):
    """Is a Sequential of a part that never trains and of the head."""

    def __init__(self, model, n_classes):
        body = copy.deepcopy(model)
        features, body.fc = body.fc.in_features, nn.Identity()
        super().__init__(_Frozen(body), nn.Linear(features, n_classes))


# %% equivalent: the backbone ends in means of ReLUs: none is negative
# fc = nn.ReLU()


# %% mistake: children_alone
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        *front, old = copy.deepcopy(model).children()
        self.body = nn.Sequential(*front)
        for weights in self.body.parameters():
            weights.requires_grad = False
        self.top = nn.Linear(old.in_features, n_classes)
        self.train()

    def train(self, mode=True):
        nn.Module.train(self, mode)
        self.body.train(False)
        return self

    def forward(self, x):
        return self.top(self.body(x))


# repair
# -         return self.top(self.body(x))
# +         return self.top(self.body(x).flatten(1))


# %% mistake: old_layer
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.body = copy.deepcopy(model)
        for weights in self.body.parameters():
            weights.requires_grad = False
        setattr(self.body.fc, "out_features", n_classes)
        self.train()

    def train(self, mode=True):
        nn.Module.train(self, mode)
        self.body.train(False)
        return self

    def forward(self, x):
        return self.body(x)


# repair
# -         setattr(self.body.fc, "out_features", n_classes)
# +         self.body.fc = nn.Linear(self.body.fc.in_features, n_classes)


# %% mistake: float64_head
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.body = copy.deepcopy(model)
        for weights in self.body.parameters():
            weights.requires_grad = False
        self.body.fc = nn.Linear(model.fc.in_features, n_classes, dtype=t.float64)
        self.train()

    def train(self, mode=True):
        nn.Module.train(self, mode)
        self.body.train(False)
        return self

    def forward(self, x):
        return self.body(x)


# repair
# -         self.body.fc = nn.Linear(model.fc.in_features, n_classes, dtype=t.float64)
# +         self.body.fc = nn.Linear(model.fc.in_features, n_classes)
