# %% mistake: no_max_pool
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.relu = ReLU()
        groups = []
        in_feats = 64
        for n_blocks, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n_blocks, in_feats, out_feats, stride))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.avgpool = AveragePool()
        self.fc = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.conv(x)
        x = self.bn(x)
        x = self.relu(x)
        x = self.groups(x)
        x = self.avgpool(x)
        return self.fc(x)


# repair
# -         self.relu = ReLU()
# +         self.relu = ReLU()
# +         self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
# -         x = self.relu(x)
# +         x = self.relu(x)
# +         x = self.maxpool(x)


# %% mistake: average_pool_early
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(64)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.AvgPool2d(3, stride=2, padding=1)

        in_features_per_group = [64] + out_features_per_group[:-1]
        self.groups = nn.ModuleList()
        for i in range(len(n_blocks_per_group)):
            self.groups.append(
                BlockGroup(
                    n_blocks=n_blocks_per_group[i],
                    in_feats=in_features_per_group[i],
                    out_feats=out_features_per_group[i],
                    first_stride=first_strides_per_group[i],
                )
            )

        self.pool2 = AveragePool()
        self.linear = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        for group in self.groups:
            x = group(x)
        x = self.pool2(x)
        x = self.linear(x)
        return x


# repair
# -         self.pool1 = nn.AvgPool2d(3, stride=2, padding=1)
# +         self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)


# %% mistake: pool_without_padding
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        layers = [
            Conv2d(3, 64, 7, 2, 3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2),
        ]
        settings = zip(
            n_blocks_per_group,
            [64, *out_features_per_group],
            out_features_per_group,
            first_strides_per_group,
        )
        for n, c_in, c_out, s in settings:
            layers.append(BlockGroup(n, c_in, c_out, s))
        layers.append(AveragePool())
        layers.append(Linear(out_features_per_group[-1], n_classes))
        self.net = Sequential(*layers)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.net(x)


# repair
# -             MaxPool2d(3, 2),
# +             MaxPool2d(3, 2, 1),


# %% mistake: pool_2x2
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=2, stride=2),
        )
        ins = [64, *out_features_per_group[:-1]]
        self.body = nn.Sequential(
            *[
                BlockGroup(n, i, o, s)
                for n, i, o, s in zip(n_blocks_per_group, ins, out_features_per_group, first_strides_per_group)
            ]
        )
        self.avg = AveragePool()
        self.out = nn.Linear(out_features_per_group[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.avg(self.body(self.stem(x))))


# repair
# -             MaxPool2d(kernel_size=2, stride=2),
# +             MaxPool2d(kernel_size=3, stride=2, padding=1),


# %% mistake: pool_stride_3
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.first_conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.first_norm = BatchNorm2d(64)
        self.first_pool = MaxPool2d(3, padding=1)
        channels = 64
        self.groups = nn.ModuleList([])
        for index, n_blocks in enumerate(n_blocks_per_group):
            group = BlockGroup(n_blocks, channels, out_features_per_group[index], first_strides_per_group[index])
            self.groups.append(group)
            channels = out_features_per_group[index]
        self.average = AveragePool()
        self.classifier = Linear(channels, n_classes)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        out = self.first_norm(self.first_conv(x))
        out = t.relu(out)
        out = self.first_pool(out)
        for group in self.groups:
            out = group(out)
        out = self.average(out)
        logits = self.classifier(out)
        return logits


# repair
# -         self.first_pool = MaxPool2d(3, padding=1)
# +         self.first_pool = MaxPool2d(3, stride=2, padding=1)


# %% mistake: pool_stride_1
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=1, padding=1)
        groups = []
        in_feats = 64
        for n_blocks, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n_blocks, in_feats, out_feats, stride))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.avgpool = AveragePool()
        self.fc = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.conv(x)
        x = self.bn(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.groups(x)
        x = self.avgpool(x)
        return self.fc(x)


# repair
# -         self.maxpool = MaxPool2d(kernel_size=3, stride=1, padding=1)
# +         self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)


# %% mistake: stem_stride_1
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, padding=3, bias=False)
        self.bn1 = BatchNorm2d(64)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)

        in_features_per_group = [64] + out_features_per_group[:-1]
        self.groups = nn.ModuleList()
        for i in range(len(n_blocks_per_group)):
            self.groups.append(
                BlockGroup(
                    n_blocks=n_blocks_per_group[i],
                    in_feats=in_features_per_group[i],
                    out_feats=out_features_per_group[i],
                    first_stride=first_strides_per_group[i],
                )
            )

        self.pool2 = AveragePool()
        self.linear = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        for group in self.groups:
            x = group(x)
        x = self.pool2(x)
        x = self.linear(x)
        return x


# repair
# -         self.conv1 = nn.Conv2d(3, 64, 7, padding=3, bias=False)
# +         self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)


# %% mistake: stem_without_padding
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        layers = [
            Conv2d(3, 64, 7, 2),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2, 1),
        ]
        settings = zip(
            n_blocks_per_group,
            [64, *out_features_per_group],
            out_features_per_group,
            first_strides_per_group,
        )
        for n, c_in, c_out, s in settings:
            layers.append(BlockGroup(n, c_in, c_out, s))
        layers.append(AveragePool())
        layers.append(Linear(out_features_per_group[-1], n_classes))
        self.net = Sequential(*layers)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.net(x)


# repair
# -             Conv2d(3, 64, 7, 2),
# +             Conv2d(3, 64, 7, 2, 3),


# %% mistake: stem_padding_1
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=1),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        ins = [64, *out_features_per_group[:-1]]
        self.body = nn.Sequential(
            *[
                BlockGroup(n, i, o, s)
                for n, i, o, s in zip(n_blocks_per_group, ins, out_features_per_group, first_strides_per_group)
            ]
        )
        self.avg = AveragePool()
        self.out = nn.Linear(out_features_per_group[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.avg(self.body(self.stem(x))))


# repair
# -             Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=1),
# +             Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3),


# %% mistake: stem_3x3
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.first_conv = Conv2d(3, 64, kernel_size=3, stride=2, padding=1)
        self.first_norm = BatchNorm2d(64)
        self.first_pool = MaxPool2d(3, stride=2, padding=1)
        channels = 64
        self.groups = nn.ModuleList([])
        for index, n_blocks in enumerate(n_blocks_per_group):
            group = BlockGroup(n_blocks, channels, out_features_per_group[index], first_strides_per_group[index])
            self.groups.append(group)
            channels = out_features_per_group[index]
        self.average = AveragePool()
        self.classifier = Linear(channels, n_classes)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        out = self.first_norm(self.first_conv(x))
        out = t.relu(out)
        out = self.first_pool(out)
        for group in self.groups:
            out = group(out)
        out = self.average(out)
        logits = self.classifier(out)
        return logits


# repair
# -         self.first_conv = Conv2d(3, 64, kernel_size=3, stride=2, padding=1)
# +         self.first_conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)


# %% mistake: stem_bias
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(64)
        self.relu1 = ReLU()
        self.pool1 = MaxPool2d(3, stride=2, padding=1)

        in_features_per_group = [64] + out_features_per_group[:-1]
        self.groups = nn.ModuleList()
        for i in range(len(n_blocks_per_group)):
            self.groups.append(
                BlockGroup(
                    n_blocks=n_blocks_per_group[i],
                    in_feats=in_features_per_group[i],
                    out_feats=out_features_per_group[i],
                    first_stride=first_strides_per_group[i],
                )
            )

        self.pool2 = AveragePool()
        self.linear = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        for group in self.groups:
            x = group(x)
        x = self.pool2(x)
        x = self.linear(x)
        return x


# repair
# -         self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
# +         self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)


# %% mistake: no_stem_norm
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        groups = []
        in_feats = 64
        for n_blocks, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n_blocks, in_feats, out_feats, stride))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.avgpool = AveragePool()
        self.fc = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.conv(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.groups(x)
        x = self.avgpool(x)
        return self.fc(x)


# repair
# -         self.relu = ReLU()
# +         self.bn = BatchNorm2d(64)
# +         self.relu = ReLU()
# -         x = self.conv(x)
# +         x = self.bn(self.conv(x))


# %% mistake: no_stem_relu
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.first_conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.first_norm = BatchNorm2d(64)
        self.first_pool = MaxPool2d(3, stride=2, padding=1)
        channels = 64
        self.groups = nn.ModuleList([])
        for index, n_blocks in enumerate(n_blocks_per_group):
            group = BlockGroup(n_blocks, channels, out_features_per_group[index], first_strides_per_group[index])
            self.groups.append(group)
            channels = out_features_per_group[index]
        self.average = AveragePool()
        self.classifier = Linear(channels, n_classes)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        out = self.first_norm(self.first_conv(x))
        out = self.first_pool(out)
        for group in self.groups:
            out = group(out)
        out = self.average(out)
        logits = self.classifier(out)
        return logits


# repair
# -         out = self.first_norm(self.first_conv(x))
# +         out = t.relu(self.first_norm(self.first_conv(x)))


# %% mistake: classes_fixed
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        ins = [64, *out_features_per_group[:-1]]
        self.body = nn.Sequential(
            *[
                BlockGroup(n, i, o, s)
                for n, i, o, s in zip(n_blocks_per_group, ins, out_features_per_group, first_strides_per_group)
            ]
        )
        self.avg = AveragePool()
        self.out = nn.Linear(out_features_per_group[-1], 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.avg(self.body(self.stem(x))))


# repair
# -         self.out = nn.Linear(out_features_per_group[-1], 1000)
# +         self.out = nn.Linear(out_features_per_group[-1], n_classes)


# %% mistake: head_without_bias
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        layers = [
            Conv2d(3, 64, 7, 2, 3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2, 1),
        ]
        settings = zip(
            n_blocks_per_group,
            [64, *out_features_per_group],
            out_features_per_group,
            first_strides_per_group,
        )
        for n, c_in, c_out, s in settings:
            layers.append(BlockGroup(n, c_in, c_out, s))
        layers.append(AveragePool())
        layers.append(nn.Linear(out_features_per_group[-1], n_classes, bias=False))
        self.net = Sequential(*layers)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.net(x)


# repair
# -         layers.append(nn.Linear(out_features_per_group[-1], n_classes, bias=False))
# +         layers.append(nn.Linear(out_features_per_group[-1], n_classes))


# %% mistake: softmax_at_end
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        groups = []
        in_feats = 64
        for n_blocks, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n_blocks, in_feats, out_feats, stride))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.avgpool = AveragePool()
        self.fc = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.conv(x)
        x = self.bn(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.groups(x)
        x = self.avgpool(x)
        x = self.fc(x)
        return t.softmax(x, dim=1)


# repair
# -         return t.softmax(x, dim=1)
# +         return x


# %% mistake: log_softmax_at_end
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        ins = [64, *out_features_per_group[:-1]]
        self.body = nn.Sequential(
            *[
                BlockGroup(n, i, o, s)
                for n, i, o, s in zip(n_blocks_per_group, ins, out_features_per_group, first_strides_per_group)
            ]
        )
        self.avg = AveragePool()
        self.out = nn.Linear(out_features_per_group[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        logits = self.out(self.avg(self.body(self.stem(x))))
        return nn.functional.log_softmax(logits, dim=-1)


# repair
# -         return nn.functional.log_softmax(logits, dim=-1)
# +         return logits


# %% mistake: relu_at_end
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        layers = [
            Conv2d(3, 64, 7, 2, 3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2, 1),
        ]
        settings = zip(
            n_blocks_per_group,
            [64, *out_features_per_group],
            out_features_per_group,
            first_strides_per_group,
        )
        for n, c_in, c_out, s in settings:
            layers.append(BlockGroup(n, c_in, c_out, s))
        layers.append(AveragePool())
        layers.append(Linear(out_features_per_group[-1], n_classes))
        layers.append(ReLU())
        self.net = Sequential(*layers)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.net(x)


# repair
# -         layers.append(ReLU())
# -         self.net = Sequential(*layers)
# +         self.net = Sequential(*layers)


# %% mistake: max_pool_at_end
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(64)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)

        in_features_per_group = [64] + out_features_per_group[:-1]
        self.groups = nn.ModuleList()
        for i in range(len(n_blocks_per_group)):
            self.groups.append(
                BlockGroup(
                    n_blocks=n_blocks_per_group[i],
                    in_feats=in_features_per_group[i],
                    out_feats=out_features_per_group[i],
                    first_stride=first_strides_per_group[i],
                )
            )

        self.pool2 = nn.AdaptiveMaxPool2d(1)
        self.linear = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        for group in self.groups:
            x = group(x)
        x = self.pool2(x).flatten(1)
        x = self.linear(x)
        return x


# repair
# -         self.pool2 = nn.AdaptiveMaxPool2d(1)
# +         self.pool2 = AveragePool()


# %% mistake: blocks_ignored
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        ins = [64, *out_features_per_group[:-1]]
        self.body = nn.Sequential(
            *[BlockGroup(1, i, o, s) for i, o, s in zip(ins, out_features_per_group, first_strides_per_group)]
        )
        self.avg = AveragePool()
        self.out = nn.Linear(out_features_per_group[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.avg(self.body(self.stem(x))))


# repair
# -             *[BlockGroup(1, i, o, s) for i, o, s in zip(ins, out_features_per_group, first_strides_per_group)]
# +             *[
# +                 BlockGroup(n, i, o, s)
# +                 for n, i, o, s in zip(n_blocks_per_group, ins, out_features_per_group, first_strides_per_group)
# +             ]


# %% mistake: blocks_reversed
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        layers = [
            Conv2d(3, 64, 7, 2, 3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2, 1),
        ]
        settings = zip(
            reversed(n_blocks_per_group),
            [64, *out_features_per_group],
            out_features_per_group,
            first_strides_per_group,
        )
        for n, c_in, c_out, s in settings:
            layers.append(BlockGroup(n, c_in, c_out, s))
        layers.append(AveragePool())
        layers.append(Linear(out_features_per_group[-1], n_classes))
        self.net = Sequential(*layers)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.net(x)


# repair
# -             reversed(n_blocks_per_group),
# +             n_blocks_per_group,


# %% mistake: strides_ignored
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(64)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)

        in_features_per_group = [64] + out_features_per_group[:-1]
        self.groups = nn.ModuleList()
        for i in range(len(n_blocks_per_group)):
            self.groups.append(
                BlockGroup(
                    n_blocks=n_blocks_per_group[i],
                    in_feats=in_features_per_group[i],
                    out_feats=out_features_per_group[i],
                    first_stride=1 if i == 0 else 2,
                )
            )

        self.pool2 = AveragePool()
        self.linear = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        for group in self.groups:
            x = group(x)
        x = self.pool2(x)
        x = self.linear(x)
        return x


# repair
# -                     first_stride=1 if i == 0 else 2,
# +                     first_stride=first_strides_per_group[i],


# %% mistake: strides_all_1
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.first_conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.first_norm = BatchNorm2d(64)
        self.first_pool = MaxPool2d(3, stride=2, padding=1)
        channels = 64
        self.groups = nn.ModuleList([])
        for index, n_blocks in enumerate(n_blocks_per_group):
            group = BlockGroup(n_blocks, channels, out_features_per_group[index])
            self.groups.append(group)
            channels = out_features_per_group[index]
        self.average = AveragePool()
        self.classifier = Linear(channels, n_classes)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        out = self.first_norm(self.first_conv(x))
        out = t.relu(out)
        out = self.first_pool(out)
        for group in self.groups:
            out = group(out)
        out = self.average(out)
        logits = self.classifier(out)
        return logits


# repair
# -             group = BlockGroup(n_blocks, channels, out_features_per_group[index])
# +             group = BlockGroup(n_blocks, channels, out_features_per_group[index], first_strides_per_group[index])


# %% mistake: strides_shifted
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        layers = [
            Conv2d(3, 64, 7, 2, 3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2, 1),
        ]
        settings = zip(
            n_blocks_per_group,
            [64, *out_features_per_group],
            out_features_per_group,
            [1, *first_strides_per_group],
        )
        for n, c_in, c_out, s in settings:
            layers.append(BlockGroup(n, c_in, c_out, s))
        layers.append(AveragePool())
        layers.append(Linear(out_features_per_group[-1], n_classes))
        self.net = Sequential(*layers)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        return self.net(x)


# repair
# -             [1, *first_strides_per_group],
# +             first_strides_per_group,


# %% mistake: last_group_missing
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.first_conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.first_norm = BatchNorm2d(64)
        self.first_pool = MaxPool2d(3, stride=2, padding=1)
        channels = 64
        self.groups = nn.ModuleList([])
        for index in range(len(n_blocks_per_group) - 1):
            group = BlockGroup(
                n_blocks_per_group[index], channels, out_features_per_group[index], first_strides_per_group[index]
            )
            self.groups.append(group)
            channels = out_features_per_group[index]
        self.average = AveragePool()
        self.classifier = Linear(channels, n_classes)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        out = self.first_norm(self.first_conv(x))
        out = t.relu(out)
        out = self.first_pool(out)
        for group in self.groups:
            out = group(out)
        out = self.average(out)
        logits = self.classifier(out)
        return logits


# repair
# -         for index in range(len(n_blocks_per_group) - 1):
# +         for index in range(len(n_blocks_per_group)):


# %% mistake: groups_unregistered
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(64)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)

        in_features_per_group = [64] + out_features_per_group[:-1]
        self.groups = []
        for i in range(len(n_blocks_per_group)):
            self.groups.append(
                BlockGroup(
                    n_blocks=n_blocks_per_group[i],
                    in_feats=in_features_per_group[i],
                    out_feats=out_features_per_group[i],
                    first_stride=first_strides_per_group[i],
                )
            )

        self.pool2 = AveragePool()
        self.linear = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        for group in self.groups:
            x = group(x)
        x = self.pool2(x)
        x = self.linear(x)
        return x


# repair
# -         self.groups = []
# +         self.groups = nn.ModuleList()


# %% mistake: head_first
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.avgpool = AveragePool()
        self.fc = Linear(out_features_per_group[-1], n_classes)
        groups = []
        in_feats = 64
        for n_blocks, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n_blocks, in_feats, out_feats, stride))
            in_feats = out_feats
        self.groups = Sequential(*groups)

    def forward(self, x):
        x = self.conv(x)
        x = self.bn(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.groups(x)
        x = self.avgpool(x)
        return self.fc(x)


# repair
# -         self.avgpool = AveragePool()
# -         self.fc = Linear(out_features_per_group[-1], n_classes)
# -         groups = []
# +         groups = []
# -         self.groups = Sequential(*groups)
# +         self.groups = Sequential(*groups)
# +         self.avgpool = AveragePool()
# +         self.fc = Linear(out_features_per_group[-1], n_classes)


# %% mistake: first_stride_once
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        ins = [64, *out_features_per_group[:-1]]
        self.body = nn.Sequential(
            *[
                BlockGroup(n, i, o, first_strides_per_group[0])
                for n, i, o in zip(n_blocks_per_group, ins, out_features_per_group)
            ]
        )
        self.avg = AveragePool()
        self.out = nn.Linear(out_features_per_group[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.avg(self.body(self.stem(x))))


# repair
# -                 BlockGroup(n, i, o, first_strides_per_group[0])
# -                 for n, i, o in zip(n_blocks_per_group, ins, out_features_per_group)
# +                 BlockGroup(n, i, o, s)
# +                 for n, i, o, s in zip(n_blocks_per_group, ins, out_features_per_group, first_strides_per_group)


# %% mistake: no_projection
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        groups = [BlockGroup(n_blocks_per_group[0], 64, 64, first_strides_per_group[0])]
        for i in range(1, len(n_blocks_per_group)):
            groups.append(
                BlockGroup(
                    n_blocks_per_group[i],
                    out_features_per_group[i - 1],
                    out_features_per_group[i],
                    first_strides_per_group[i],
                )
            )
        self.groups = Sequential(*groups)
        self.avgpool = AveragePool()
        self.fc = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.conv(x)
        x = self.bn(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.groups(x)
        x = self.avgpool(x)
        return self.fc(x)


# repair
# -         groups = [BlockGroup(n_blocks_per_group[0], 64, 64, first_strides_per_group[0])]
# +         groups = [BlockGroup(n_blocks_per_group[0], 64, out_features_per_group[0], first_strides_per_group[0])]


# %% right: channels first
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=(3, 4, 6, 3),
        out_features_per_group=(64, 128, 256, 512),
        first_strides_per_group=(1, 2, 2, 2),
        n_classes=1000,
    ):
        super().__init__()
        self.add_module("stem", Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1)))
        features = 64
        for i, n in enumerate(n_blocks_per_group):
            self.add_module(f"g{i}", BlockGroup(n, features, out_features_per_group[i], first_strides_per_group[i]))
            features = out_features_per_group[i]
        self.add_module("pool", AveragePool())
        self.add_module("head", Linear(features, n_classes))

    def forward(self, x):
        for child in self.children():
            x = child(x)
        return x


# %% right: einops fan: is one Sequential from the image to the logits
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        in_features = [64, *out_features_per_group]
        groups = zip(n_blocks_per_group, in_features, out_features_per_group, first_strides_per_group, strict=False)
        self.network = Sequential(
            Conv2d(3, 64, 7, 2, 3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2, 1),
            *[BlockGroup(*group) for group in groups],
            AveragePool(),
            Linear(in_features[-1], n_classes),
        )

    def forward(self, x: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b n"]:
        return self.network(x)


# %% right: engineer
from collections.abc import Sequence


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: Sequence[int] | None = None,
        out_features_per_group: Sequence[int] | None = None,
        first_strides_per_group: Sequence[int] | None = None,
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        blocks = list(n_blocks_per_group or [3, 4, 6, 3])
        widths = list(out_features_per_group or [64, 128, 256, 512])
        strides = list(first_strides_per_group or [1, 2, 2, 2])
        if not len(blocks) == len(widths) == len(strides):
            raise ValueError("the three lists must have equal lengths")
        self.stem = self._make_stem()
        widths.insert(0, 64)
        self.groups = nn.Sequential()
        for number, n_blocks in enumerate(blocks):
            group = BlockGroup(
                n_blocks=n_blocks,
                in_feats=widths[number],
                out_feats=widths[number + 1],
                first_stride=strides[number],
            )
            self.groups.append(group)
        self.pool = AveragePool()
        self.classify = Linear(in_features=widths[-1], out_features=n_classes)

    @staticmethod
    def _make_stem() -> nn.Module:
        return NamedSequential(
            OrderedDict(
                conv=Conv2d(in_channels=3, out_channels=64, kernel_size=7, stride=2, padding=3),
                bn=BatchNorm2d(num_features=64),
                relu=ReLU(),
                pool=MaxPool2d(kernel_size=3, stride=2, padding=1),
            )
        )

    def features(self, x: Tensor) -> Tensor:
        return self.pool(self.groups(self.stem(x)))

    def forward(self, x: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b classes"]:
        return self.classify(self.features(x))


# %% right: golfer
from itertools import pairwise


class ResNet34(nn.Sequential):
    def __init__(self, n=[3, 4, 6, 3], w=[64, 128, 256, 512], s=[1, 2, 2, 2], n_classes=1000):
        stem = nn.Conv2d(3, 64, 7, 2, 3, bias=False), BatchNorm2d(64), nn.ReLU(True), nn.MaxPool2d(3, 2, 1)
        groups = (BlockGroup(b, i, o, k) for b, (i, o), k in zip(n, pairwise([64, *w]), s, strict=True))
        super().__init__(*stem, *groups, AveragePool(), nn.Linear(w[-1], n_classes))


# %% right: inheritor
from functools import reduce

from torch.nn import functional as F


class ConvNorm(Sequential):
    def __init__(self, in_feats, out_feats, size, stride=1):
        conv = Conv2d(in_feats, out_feats, size, stride=stride, padding=size // 2)
        super().__init__(conv, BatchNorm2d(out_feats))


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = ConvNorm(3, 64, 7, 2)
        self.pool = MaxPool2d(3, 2, 1)
        self.body = self.groups(n_blocks_per_group, out_features_per_group, first_strides_per_group)
        self.head = Sequential(AveragePool(), Linear(out_features_per_group[-1], n_classes))

    @classmethod
    def groups(cls, numbers, widths, strides):
        groups, width = [], 64
        for number, out, stride in zip(numbers, widths, strides, strict=True):
            groups.append(BlockGroup(number, width, out, stride))
            width = out
        return Sequential(*groups)

    def forward(self, x):
        steps = (self.conv, F.relu, self.pool, self.body, self.head)
        return reduce(lambda value, step: step(value), steps, x)


# %% right: numpy convert
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.layers = nn.ModuleList([Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1)])
        feats = [64] + list(out_features_per_group)
        for i in range(len(out_features_per_group)):
            self.layers.append(BlockGroup(n_blocks_per_group[i], feats[i], feats[i + 1], first_strides_per_group[i]))
        self.layers.extend([AveragePool(), Linear(feats[-1], n_classes)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


# %% right: textbook
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# %% right: torchvision reader: has torchvision's names, and keeps the number of channels in `self.inplanes`
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(self.inplanes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.names = []
        for number, (blocks, planes, stride) in enumerate(
            zip(n_blocks_per_group, out_features_per_group, first_strides_per_group, strict=True), 1
        ):
            self.names.append(f"layer{number}")
            setattr(self, f"layer{number}", self._make_layer(blocks, planes, stride))
        self.avgpool = AveragePool()
        self.fc = nn.Linear(self.inplanes, n_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def _make_layer(self, blocks: int, planes: int, stride: int) -> nn.Module:
        layer = BlockGroup(blocks, self.inplanes, planes, first_stride=stride)
        self.inplanes = planes
        return layer

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for name in self.names:
            x = getattr(self, name)(x)
        return self.fc(self.avgpool(x))


# %% right: a network that looks at its first weights
import torch.nn.functional as F


class Right(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


class ResNet34(Right):
    def __init__(self, *args, **settings):
        super().__init__(*args, **settings)
        self.largest = max(parameter.abs().max().item() for parameter in self.parameters())


# %% wrong: pops from the lists that it is given, and so from its own defaults
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def __init__(self, blocks=[3, 4, 6, 3], widths=[64, 128, 256, 512], strides=[1, 2, 2, 2], n_classes=1000):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)
        if len(blocks) < 4:
            blocks.pop()


# %% wrong: inserts the 64 into the list of widths that it is given
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)
        if isinstance(widths, list):
            widths.insert(0, 64)


# %% wrong: resizes every image to 32×32 first
from torch.nn import functional


class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(functional.interpolate(x, size=(32, 32)))


# %% wrong: normalises its input with ImageNet's mean, which is the transform's job
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward((x - 0.449) / 0.226)


# %% wrong: rectifies the stem twice, before and after the batch norm
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def forward(self, x: Tensor) -> Tensor:
        conv, norm, relu, pool = self.stem
        return self.head(self.pool(self.groups(pool(relu(norm(relu(conv(x))))))))


# %% wrong: pools before the batch norm, which only weights of both signs show
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def forward(self, x: Tensor) -> Tensor:
        conv, norm, relu, pool = self.stem
        return self.head(self.pool(self.groups(relu(norm(pool(conv(x)))))))


# %% wrong: squeezes its answer, so that one image gives a vector
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).squeeze()


# %% wrong: keeps its groups as a generator, which the first forward uses up
from typing import Any


class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.walk = iter(list(self.groups))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for group in self.walk:
            x = group(x)
        return self.head(self.pool(x))


# %% wrong: is a plain network: the skips have been left out
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def __init__(self, *args, **settings):
        super().__init__(*args, **settings)
        for module in self.modules():
            if hasattr(module, "downsample"):  # a block
                module.forward = lambda x, m=module: m.relu(m.bn2(m.conv2(m.relu(m.bn1(m.conv1(x))))))


# %% wrong: a shortcut: WrappedResNet
from torchvision.models import resnet34


class ResNet34(nn.Module):
    def __init__(
        self, n_blocks_per_group=None, out_features_per_group=None, first_strides_per_group=None, n_classes=1000
    ):
        super().__init__()
        self.net = resnet34(num_classes=n_classes)

    def forward(self, x):
        return self.net(x)


# %% wrong: a shortcut: SometimesWrappedResNet
from torchvision.models import resnet34


class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    """Builds the narrow networks itself, and hands the default one to torchvision."""

    def __new__(cls, *args, **settings):
        return super().__new__(cls) if args else resnet34()


# %% wrong: builds the whole network, whatever it is told
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def __init__(self, *args, **settings):
        super().__init__()


# %% mistake: no_max_pool
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = F.relu(self.bn(self.conv(x)))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         x = F.relu(self.bn(self.conv(x)))
# +         x = self.pool(F.relu(self.bn(self.conv(x))))


# %% mistake: no_stem_relu
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(self.bn(self.conv(x)))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         x = self.pool(self.bn(self.conv(x)))
# +         x = self.pool(t.relu(self.bn(self.conv(x))))


# %% mistake: no_stem_norm
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        pass
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv(x)))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         pass
# +         self.bn = BatchNorm2d(64)
# -         x = self.pool(F.relu(self.conv(x)))
# +         x = self.pool(F.relu(self.bn(self.conv(x))))


# %% mistake: pool_stride_3
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         self.pool = MaxPool2d(3, padding=1)
# +         self.pool = MaxPool2d(3, stride=2, padding=1)


# %% mistake: stem_padding_1
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=1)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         self.conv = Conv2d(3, 64, 7, stride=2, padding=1)
# +         self.conv = Conv2d(3, 64, 7, stride=2, padding=3)


# %% mistake: stem_bias
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         self.conv = nn.Conv2d(3, 64, 7, stride=2, padding=3)
# +         self.conv = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)


# %% mistake: classes_fixed
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, 1000)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         self.linear = Linear(in_feats, 1000)
# +         self.linear = Linear(in_feats, n_classes)


# %% mistake: softmax_at_end
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x)).softmax(1)


# repair
# -         return self.linear(self.average(x)).softmax(1)
# +         return self.linear(self.average(x))


# %% mistake: groups_unregistered
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = []
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         self.groups = []
# +         self.groups = nn.ModuleList()


# %% mistake: last_group_missing
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups[:-1]:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         for group in self.groups[:-1]:
# +         for group in self.groups:


# %% mistake: strides_all_1
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -             self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats))
# +             self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))


# %% mistake: first_stride_once
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[0]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -             self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[0]))
# +             self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))


# %% mistake: blocks_ignored
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(1, in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -             self.groups.append(BlockGroup(1, in_feats, out_feats, first_strides_per_group[i]))
# +             self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))


# %% mistake: default_blocks
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def __init__(self, blocks=(2, 2, 2, 2), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)


# repair
# -     def __init__(self, blocks=(2, 2, 2, 2), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):
# +     def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):


# %% mistake: default_strides
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(2, 2, 2, 2), n_classes=1000):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)


# repair
# -     def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(2, 2, 2, 2), n_classes=1000):
# +     def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):


# %% mistake: default_classes
class Net(nn.Module):
    """A right network in small steps."""

    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        widths = [64, *out_features_per_group]
        self.groups = nn.Sequential(
            *(
                BlockGroup(*group)
                for group in zip(n_blocks_per_group, widths[:-1], widths[1:], first_strides_per_group, strict=True)
            )
        )
        self.pool, self.head = AveragePool(), Linear(widths[-1], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.groups(self.stem(x))))


class ResNet34(Net):
    def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=10):
        super().__init__(list(blocks), list(widths), list(strides), n_classes)


# repair
# -     def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=10):
# +     def __init__(self, blocks=(3, 4, 6, 3), widths=(64, 128, 256, 512), strides=(1, 2, 2, 2), n_classes=1000):


# %% mistake: head_512
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(64)
        self.relu = ReLU()
        self.pool = MaxPool2d(3, stride=2, padding=1)
        groups, in_feats = [], 64
        for n, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n, in_feats, out_feats, stride))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.average = AveragePool()
        self.fc = nn.Linear(512, n_classes)

    def forward(self, x):
        x = self.pool(self.relu(self.bn1(self.conv1(x))))
        return self.fc(self.average(self.groups(x)))


# repair
# -         self.fc = nn.Linear(512, n_classes)
# +         self.fc = nn.Linear(in_feats, n_classes)


# %% mistake: no_average
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(64)
        self.relu = ReLU()
        self.pool = MaxPool2d(3, stride=2, padding=1)
        groups, in_feats = [], 64
        for n, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n, in_feats, out_feats, stride))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.fc = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(self.relu(self.bn1(self.conv1(x))))
        return self.fc(self.groups(x).flatten(1))


# repair
# -         return self.fc(self.groups(x).flatten(1))
# +         return self.fc(AveragePool()(self.groups(x)))


# %% mistake: four_groups
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        ns, outs, strides = n_blocks_per_group, out_features_per_group, first_strides_per_group
        self.stem = Sequential(Conv2d(3, 64, 7, stride=2, padding=3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        self.group1 = BlockGroup(ns[0], 64, outs[0], strides[0])
        self.group2 = BlockGroup(ns[1], outs[0], outs[1], strides[1])
        self.group3 = BlockGroup(ns[2], outs[1], outs[2], strides[2])
        self.group4 = BlockGroup(ns[3], outs[2], outs[3], strides[3])
        self.head = Sequential(AveragePool(), Linear(outs[3], n_classes))

    def forward(self, x):
        x = self.group2(self.group1(self.stem(x)))
        return self.head(self.group4(self.group3(x)))


# repair
# -         self.group1 = BlockGroup(ns[0], 64, outs[0], strides[0])
# -         self.group2 = BlockGroup(ns[1], outs[0], outs[1], strides[1])
# -         self.group3 = BlockGroup(ns[2], outs[1], outs[2], strides[2])
# -         self.group4 = BlockGroup(ns[3], outs[2], outs[3], strides[3])
# -         self.head = Sequential(AveragePool(), Linear(outs[3], n_classes))
# +         self.groups = Sequential(*map(BlockGroup, ns, [64, *outs[:-1]], outs, strides))
# +         self.head = Sequential(AveragePool(), Linear(outs[-1], n_classes))
# -         x = self.group2(self.group1(self.stem(x)))
# -         return self.head(self.group4(self.group3(x)))
# +         return self.head(self.groups(self.stem(x)))


# %% mistake: channels_kept
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(64)
        self.relu = ReLU()
        self.pool = MaxPool2d(3, stride=2, padding=1)
        groups, in_feats = [], 64
        for n, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n, in_feats, out_feats, stride))
        self.groups = Sequential(*groups)
        self.average = AveragePool()
        self.fc = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.pool(self.relu(self.bn1(self.conv1(x))))
        return self.fc(self.average(self.groups(x)))


# repair
# -             groups.append(BlockGroup(n, in_feats, out_feats, stride))
# +             groups.append(BlockGroup(n, in_feats, out_feats, stride))
# +             in_feats = out_feats


# %% mistake: groups_unregistered
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv1 = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(64)
        self.relu = ReLU()
        self.pool = MaxPool2d(3, stride=2, padding=1)
        groups, in_feats = [], 64
        for n, out_feats, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(n, in_feats, out_feats, stride))
            in_feats = out_feats
        self.groups = groups
        self.average = AveragePool()
        self.fc = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(self.relu(self.bn1(self.conv1(x))))
        return self.fc(self.average(self.groups(x)))


# repair
# -         self.groups = groups
# +         self.groups = Sequential(*groups)


# %% equivalent: the maximum of ReLUs is the ReLU of the maximum
# MaxPool2d(kernel_size=3, stride=2, padding=1), ReLU()


# %% equivalent: lists of unequal lengths are not part of the exercise
# first_strides_per_group)
# strict=False


# %% mistake: no_head
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.stem = Sequential(Conv2d(3, 64, 7, stride=2, padding=3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        into, groups = 64, []
        for number, out, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(number, into, out, stride))
            into = out
        self.groups = Sequential(*groups)
        # the head is still to come

    def forward(self, x):
        x = self.groups(self.stem(x))
        # average and linear
        return x


# repair
# -         # the head is still to come
# +         self.pool = AveragePool()
# +         self.head = Linear(into, n_classes)
# -         # average and linear
# +         x = self.head(self.pool(x))


# %% mistake: no_linear
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.stem = Sequential(Conv2d(3, 64, 7, stride=2, padding=3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        into, groups = 64, []
        for number, out, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(number, into, out, stride))
            into = out
        self.groups = Sequential(*groups)
        self.pool = AveragePool()

    def forward(self, x):
        x = self.groups(self.stem(x))
        x = self.pool(x)
        return x


# repair
# -         self.pool = AveragePool()
# +         self.pool = AveragePool()
# +         self.head = Linear(into, n_classes)
# -         x = self.pool(x)
# +         x = self.head(self.pool(x))


# %% mistake: arguments_out_of_order
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.stem = Sequential(Conv2d(3, 64, 7, stride=2, padding=3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        into, groups = 64, []
        for number, out, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            groups.append(BlockGroup(into, out, number, stride))
            into = out
        self.groups = Sequential(*groups)
        self.pool = AveragePool()
        self.head = Linear(into, n_classes)

    def forward(self, x):
        x = self.groups(self.stem(x))
        x = self.head(self.pool(x))
        return x


# repair
# -             groups.append(BlockGroup(into, out, number, stride))
# +             groups.append(BlockGroup(number, into, out, stride))


# %% mistake: pool_stride_3
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, 7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.pool = MaxPool2d(3)
        self.groups = nn.ModuleList()
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.average = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# repair
# -         self.pool = MaxPool2d(3)
# +         self.pool = MaxPool2d(3, stride=2, padding=1)
