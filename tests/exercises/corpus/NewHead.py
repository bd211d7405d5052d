# %% Ben: no copy
# truth: The model that was given is itself frozen and loses its fc; it should be left alone.
# repair: Work on copy.deepcopy(model).
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        n = model.fc.in_features
        self.model = model
        for p in self.model.parameters():
            p.requires_grad = False
        self.model.fc = nn.Identity()
        self.head = nn.Linear(n, n_classes)
        self.model.eval()

    def train(self, mode=True):
        super().train(mode)
        self.model.eval()
        return self

    def forward(self, x):
        x1 = self.model(x)
        x2 = self.head(x1)
        return x2


# %% Ben: train returns nothing
# truth: train switches the modes, but returns None and not the module, so model.train() and model.eval() cannot be
# chained.
# repair: Return self from train.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.model = copy.deepcopy(model)
        for p in self.model.parameters():
            p.requires_grad = False
        self.model.fc = nn.Identity()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.model.eval()

    def train(self, mode=True):
        super().train(mode)
        self.model.eval()

    def forward(self, x):
        x1 = self.model(x)
        x2 = self.head(x1)
        return x2


# %% Ben: train calls itself
# truth: train calls self.train, which is itself and not nn.Module's, so it never ends and raises RecursionError.
# repair: Call super().train(mode).
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.model = copy.deepcopy(model)
        for p in self.model.parameters():
            p.requires_grad = False
        self.model.fc = nn.Identity()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.model.eval()

    def train(self, mode=True):
        self.train(mode)
        self.model.eval()
        return self

    def forward(self, x):
        x1 = self.model(x)
        x2 = self.head(x1)
        return x2


# %% Ben: the old layer gets a new number
# truth: Setting out_features of the old fc changes a number and not the weights, so as many logits as before come out,
# and the layer is frozen with the rest.
# repair: Put a new nn.Linear with n_classes outputs in fc's place, after freezing.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.model = copy.deepcopy(model)
        for p in self.model.parameters():
            p.requires_grad = False
        self.model.fc.out_features = n_classes
        self.model.eval()

    def train(self, mode=True):
        super().train(mode)
        self.model.eval()
        return self

    def forward(self, x):
        return self.model(x)


# %% Nadia: trainable = False
# truth: trainable is Keras' word and means nothing to PyTorch, so all parameters of the copy go on learning.
# repair: Call self.backbone.requires_grad_(False).
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.backbone = copy.deepcopy(model)
        units = self.backbone.fc.in_features
        self.backbone.fc = nn.Identity()
        self.backbone.trainable = False
        self.backbone.eval()
        self.dense = nn.Linear(units, n_classes)

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, inputs):
        features = self.backbone(inputs)
        return self.dense(features)


# %% Nadia: Dense with a softmax
# truth: forward gives probabilities and not logits.
# repair: Return dense's output as it is.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.backbone = copy.deepcopy(model)
        units = self.backbone.fc.in_features
        self.backbone.fc = nn.Identity()
        self.backbone.requires_grad_(False)
        self.backbone.eval()
        self.dense = nn.Linear(units, n_classes)

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, inputs):
        features = self.backbone(inputs)
        return functional.softmax(self.dense(features), dim=1)


# %% Carlo: frozen once, in the constructor
# truth: eval() is called on the copy in __init__ only, so the first train() puts its batch norms in training mode and
# their statistics move.
# repair: Call self.backbone.eval() in train, after super().train(mode).
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone: nn.Module = copy.deepcopy(model)
        self.backbone.fc = nn.Identity()
        for parameter in self.backbone.parameters():
            parameter.requires_grad = False
        self.backbone.eval()
        self.head = nn.Linear(model.fc.in_features, n_classes)

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.backbone(x))


# %% Carlo: 512 features, as in ResNet34
# truth: The new layer is made for 512 features whatever the model gives, so models with another number raise when
# called.
# repair: Ask model.fc.in_features.
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone: nn.Module = copy.deepcopy(model)
        self.backbone.fc = nn.Identity()
        for parameter in self.backbone.parameters():
            parameter.requires_grad = False
        self.backbone.eval()
        self.head = nn.Linear(512, n_classes)

    def train(self, mode: bool = True) -> "NewHead":
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.backbone(x))


# %% Carlo: half-written, train is still nn.Module's
# truth: Partly written: The copy is frozen and has its new head, but train is not overridden yet, so train() puts the
# copy's batch norms in training mode.
# repair: Override train: super().train(mode), then self.backbone.eval(), then return self.
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        super().__init__()
        self.backbone: nn.Module = copy.deepcopy(model)
        self.backbone.fc = nn.Identity()
        for parameter in self.backbone.parameters():
            parameter.requires_grad = False
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.train()

    # TODO: train

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.backbone(x))


# %% Pia: frozen after the new layer came in
# truth: The parameters are frozen after the new fc was put in, so the new layer is frozen, too, and nothing learns.
# repair: Freeze first, and put the new layer in afterwards.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        # ConvNet as fixed feature extractor
        self.model_conv = copy.deepcopy(model)
        num_ftrs = self.model_conv.fc.in_features
        self.model_conv.fc = nn.Linear(num_ftrs, n_classes)
        for param in self.model_conv.parameters():
            param.requires_grad = False
        self.model_conv.eval()

    def train(self, mode=True):
        super().train(mode)
        self.model_conv.eval()
        return self

    def forward(self, x):
        return self.model_conv(x)


# %% Pia: all children but the last
# truth: The children without the last one are put into an nn.Sequential, which loses what forward does between them,
# such as flattening, so the new layer gets maps with four axes.
# repair: Keep the whole copy, and put nn.Identity() in fc's place.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        in_features = model.fc.in_features
        self.features = nn.Sequential(*list(copy.deepcopy(model).children())[:-1])
        for param in self.features.parameters():
            param.requires_grad = False
        self.fc = nn.Linear(in_features, n_classes)
        self.features.eval()

    def train(self, mode=True):
        super().train(mode)
        self.features.eval()
        return self

    def forward(self, x):
        x = self.features(x)
        return self.fc(x)


# %% Ines: no_grad over the head, too
# truth: The whole forward pass runs under no_grad, the new head included, so nothing can learn.
# repair: Call the head outside of no_grad.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.body = copy.deepcopy(model).requires_grad_(False).eval()
        self.body.fc, self.head = nn.Identity(), nn.Linear(self.body.fc.in_features, n_classes)

    def train(self, mode=True):
        super().train(mode).body.eval()
        return self

    @t.no_grad()
    def forward(self, x):
        return self.head(self.body(x))


# %% Ines: two at once, a shallow copy and no eval mode
# truth: Two mistakes: copy.copy shares the old model's dictionary of children, so the model that was given loses its
# fc; and the copy follows train() into training mode.
# repair: Use copy.deepcopy, and call self.body.eval() in train.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.body = copy.copy(model)
        self.body.fc = nn.Identity()
        self.body.requires_grad_(False)
        self.train()

    def train(self, mode=True):
        return super().train(mode)

    def forward(self, x):
        return self.head(self.body(x))


# %% Nadia: a head in float64
# truth: The new layer is made in float64 whatever the model is in, so with a float32 model, as the course's own is, it
# raises.
# repair: Leave .double() away.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.backbone = copy.deepcopy(model)
        units = self.backbone.fc.in_features
        self.backbone.fc = nn.Identity()
        self.backbone.requires_grad_(False)
        self.backbone.eval()
        self.dense = nn.Linear(units, n_classes).double()

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, inputs):
        features = self.backbone(inputs)
        return self.dense(features)


# %% Nadia: two at once, probabilities and batch norms that move
# truth: Two mistakes: forward ends in a softmax, and train puts the frozen part into training mode with the rest.
# repair: Return dense's output as it is, and call self.backbone.eval() in train.
class NewHead(nn.Module):
    def __init__(self, model, n_classes):
        super().__init__()
        self.backbone = copy.deepcopy(model)
        units = self.backbone.fc.in_features
        self.backbone.fc = nn.Identity()
        self.backbone.requires_grad_(False)
        self.backbone.eval()
        self.dense = nn.Linear(units, n_classes)

    def train(self, mode=True):
        super().train(mode)
        return self

    def forward(self, inputs):
        features = self.backbone(inputs)
        return functional.softmax(self.dense(features), dim=1)


# %% Nadia: freezes by an attribute called trainable
# truth: trainable is Keras; in PyTorch it's just a new attribute without any effect, so all parameters of the backbone
# go on learning.
# repair: self.backbone.requires_grad_(False)
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        """Freeze a copy of `model`, whose last layer `fc` gives way to a new nn.Linear with n_classes outputs."""
        super().__init__()
        self.backbone = copy.deepcopy(model)
        self.backbone.fc = nn.Identity()
        self.backbone.trainable = False
        self.backbone.eval()
        self.head = nn.Linear(model.fc.in_features, n_classes)

    def train(self, mode: bool = True) -> "NewHead":
        """Switch to training or eval mode; the frozen part stays in eval mode. Return the module itself."""
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        """Give one logit for each of the new classes."""
        return self.head(self.backbone(x))


# %% Tom: not a copy, and nothing returned
# truth: Two mistakes: the model itself is frozen and loses its fc, instead of a copy; and train returns None.
# repair: copy.deepcopy(model), and return self
class NewHead(nn.Module):
    def __init__(self, model: nn.Module, n_classes: int) -> None:
        """Freeze a copy of `model`, whose last layer `fc` gives way to a new nn.Linear with n_classes outputs."""
        super().__init__()
        self.head = nn.Linear(model.fc.in_features, n_classes)
        self.backbone = model
        self.backbone.fc = nn.Identity()
        for p in self.backbone.parameters():
            p.requires_grad = False
        self.backbone.eval()

    def train(self, mode: bool = True) -> "NewHead":
        """Switch to training or eval mode; the frozen part stays in eval mode. Return the module itself."""
        super().train(mode)
        self.backbone.eval()

    def forward(self, x: Float[Tensor, "batch in_channels height width"]) -> Float[Tensor, "batch n_classes"]:
        """Give one logit for each of the new classes."""
        return self.head(self.backbone(x))
