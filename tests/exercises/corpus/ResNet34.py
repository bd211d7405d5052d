# %% Mia: the index before the first
# truth: in_feats is out_features_per_group[i - 1], and for i = 0 that's the last entry, 512, instead of the stem's 64
# channels.
# repair: use 64 for the first group
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        groups = []
        for i in range(len(n_blocks_per_group)):
            in_feats = out_features_per_group[i - 1]
            out_feats = out_features_per_group[i]
            groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
        self.groups = Sequential(*groups)
        self.averagepool = AveragePool()
        self.linear = Linear(out_features_per_group[-1], n_classes)

    def forward(self, x):
        x = self.conv(x)
        x = self.bn(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.groups(x)
        x = self.averagepool(x)
        x = self.linear(x)
        return x


# %% Mia: no max pool
# truth: The max pool of the stem is missing, so every map is twice as high and wide as it should be.
# repair: put MaxPool2d(3, stride=2, padding=1) behind the stem's ReLU
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.relu = ReLU()
        groups = []
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.averagepool = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.relu(self.bn(self.conv(x)))
        x = self.groups(x)
        x = self.averagepool(x)
        return self.linear(x)


# %% Kenji: activation="softmax"
# truth: The network ends in a softmax, so it gives probabilities instead of logits.
# repair: return the linear layer's output as it is
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
        filters = [64] + out_features_per_group
        stages = []
        for n, f_in, f_out, strides in zip(n_blocks_per_group, filters, filters[1:], first_strides_per_group):
            stages.append(BlockGroup(n, f_in, f_out, strides))
        self.stages = Sequential(*stages)
        self.pool = AveragePool()
        self.dense = Linear(filters[-1], n_classes)

    def forward(self, inputs):
        features = self.pool(self.stages(self.stem(inputs)))
        return t.softmax(self.dense(features), axis=-1)


# %% Kenji: Flatten before Dense
# truth: The maps are flattened instead of averaged, so the linear layer gets channels × height × width features where
# it's made for channels, and raises for most image sizes.
# repair: use AveragePool in place of flatten
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
        filters = [64] + out_features_per_group
        stages = []
        for n, f_in, f_out, strides in zip(n_blocks_per_group, filters, filters[1:], first_strides_per_group):
            stages.append(BlockGroup(n, f_in, f_out, strides))
        self.stages = Sequential(*stages)
        self.dense = Linear(filters[-1], n_classes)

    def forward(self, inputs):
        outputs = self.stages(self.stem(inputs))
        outputs = outputs.reshape(outputs.shape[0], -1)
        return self.dense(outputs)


# %% Priya: 1000 classes, always
# truth: The last layer always gives 1000 logits; n_classes is ignored.
# repair: Linear(…, n_classes)
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super(ResNet34, self).__init__()
        self.inplanes = 64
        self.conv1 = Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(self.inplanes)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        layers = []
        for blocks, planes, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            layers.append(BlockGroup(blocks, self.inplanes, planes, stride))
            self.inplanes = planes
        self.layers = nn.Sequential(*layers)
        self.avgpool = AveragePool()
        self.fc = Linear(self.inplanes, 1000)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layers(x)
        x = self.avgpool(x)
        return self.fc(x)


# %% Priya: 512 features, always
# truth: The last layer is made for 512 features instead of the last group's out_features, so another list of widths
# raises.
# repair: Linear(out_features_per_group[-1], n_classes)
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super(ResNet34, self).__init__()
        self.inplanes = 64
        self.conv1 = Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(self.inplanes)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        layers = []
        for blocks, planes, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            layers.append(BlockGroup(blocks, self.inplanes, planes, stride))
            self.inplanes = planes
        self.layers = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = Linear(512, n_classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layers(x)
        x = t.flatten(self.avgpool(x), 1)
        return self.fc(x)


# %% Priya: layer1 to layer4, written out
# truth: There are always four groups: a network with more entries in its lists loses the later ones, and one with
# fewer raises.
# repair: loop over the lists
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super(ResNet34, self).__init__()
        layers, planes, strides = n_blocks_per_group, out_features_per_group, first_strides_per_group
        self.conv1 = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(64)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = BlockGroup(layers[0], 64, planes[0], strides[0])
        self.layer2 = BlockGroup(layers[1], planes[0], planes[1], strides[1])
        self.layer3 = BlockGroup(layers[2], planes[1], planes[2], strides[2])
        self.layer4 = BlockGroup(layers[3], planes[2], planes[3], strides[3])
        self.avgpool = AveragePool()
        self.fc = Linear(planes[3], n_classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = self.fc(x)
        return x


# %% Anton: inserts into the caller's list
# truth: insert(0, 64) changes the list that was passed in, or the default list that all calls share, so the second
# network made with it is another one.
# repair: make a new list: [64] + out_features_per_group
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ) -> None:
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.norm = BatchNorm2d(64)
        self.relu = ReLU()
        self.pool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        feats = out_features_per_group
        feats.insert(0, 64)
        self.groups = nn.ModuleList()
        for i in range(len(n_blocks_per_group)):
            self.groups.append(BlockGroup(n_blocks_per_group[i], feats[i], feats[i + 1], first_strides_per_group[i]))
        self.average = AveragePool()
        self.linear = Linear(feats[len(n_blocks_per_group)], n_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.relu(self.norm(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# %% Lars: strides? what strides
# truth: first_strides_per_group is never used, so no group strides and the last maps are eight times too high and wide.
# repair: give each BlockGroup its stride
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        o = out_features_per_group
        self.net = Sequential(
            Conv2d(3, 64, 7, 2, 3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(3, 2, 1),
            *map(BlockGroup, n_blocks_per_group, [64, *o], o),
            AveragePool(),
            Linear(o[-1], n_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% Mia: the groups are in a list
# truth: The groups are kept in a plain list, so they aren't registered and none of their parameters is found.
# repair: keep them in a Sequential or an nn.ModuleList
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.groups = []
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.averagepool = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn(self.conv(x))))
        for group in self.groups:
            x = group(x)
        x = self.averagepool(x)
        return self.linear(x)


# %% Kenji: the pool is a class
# truth: The class AveragePool stands in the Sequential instead of an object of it.
# repair: write AveragePool()
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        filters = [64] + out_features_per_group
        stages = []
        for n, f_in, f_out, strides in zip(n_blocks_per_group, filters, filters[1:], first_strides_per_group):
            stages.append(BlockGroup(n, f_in, f_out, strides))
        self.model = Sequential(
            Conv2d(3, 64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
            *stages,
            AveragePool,
            Linear(filters[-1], n_classes),
        )

    def forward(self, inputs):
        return self.model(inputs)


# %% Anton: the head is declared first
# truth: The linear layer is declared before the stem and the groups, so copying weights by order puts everything in
# the wrong place.
# repair: declare it last
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ) -> None:
        super().__init__()
        self.average = AveragePool()
        self.linear = Linear(out_features_per_group[-1], n_classes)
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.norm = BatchNorm2d(64)
        self.relu = ReLU()
        self.pool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        previous = 64
        for i in range(len(n_blocks_per_group)):
            current = out_features_per_group[i]
            self.groups.append(BlockGroup(n_blocks_per_group[i], previous, current, first_strides_per_group[i]))
            previous = current

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.relu(self.norm(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# %% Mia: a stem without ReLU and padding
# truth: Two mistakes: the stem has no ReLU after its batch norm, and the max pool has no padding, so its maps are one
# pixel too small.
# repair: apply ReLU before the pool, and give the pool padding=1
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn = BatchNorm2d(64)
        self.maxpool = MaxPool2d(kernel_size=3, stride=2)
        groups = []
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.averagepool = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.conv(x)
        x = self.bn(x)
        x = self.maxpool(x)
        x = self.groups(x)
        x = self.averagepool(x)
        return self.linear(x)


# %% Lars: no head yet
# truth: Partly written: stem and groups are right, and there's neither AveragePool nor Linear, so the maps come out
# instead of logits.
# repair: put AveragePool() and Linear(out_features_per_group[-1], n_classes) behind the groups
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        o = out_features_per_group
        self.stem = Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        self.groups = Sequential(*map(BlockGroup, n_blocks_per_group, [64, *o], o, first_strides_per_group))

    def forward(self, x):
        return self.groups(self.stem(x))


# %% Anton: BlockGroup's arguments in another order
# truth: BlockGroup takes (n_blocks, in_feats, out_feats, first_stride) and gets n_blocks in third place, so there are
# 64 or more blocks with the wrong channels, and running it raises.
# repair: pass n_blocks first
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ) -> None:
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.norm = BatchNorm2d(64)
        self.relu = ReLU()
        self.pool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.groups = nn.ModuleList()
        previous = 64
        for i in range(len(n_blocks_per_group)):
            current = out_features_per_group[i]
            self.groups.append(BlockGroup(previous, current, n_blocks_per_group[i], first_strides_per_group[i]))
            previous = current
        self.average = AveragePool()
        self.linear = Linear(previous, n_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.relu(self.norm(self.conv(x))))
        for group in self.groups:
            x = group(x)
        return self.linear(self.average(x))


# %% Mia: the pool steps by three
# truth: The stem's max pool has no stride, so it moves by its kernel size, 3, instead of 2.
# repair: MaxPool2d(kernel_size=3, stride=2, padding=1)
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.stem = Sequential(
            Conv2d(3, 64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, padding=1),
        )
        groups = []
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.averagepool = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.stem(x)
        x = self.groups(x)
        x = self.averagepool(x)
        x = self.linear(x)
        return x


# %% Mia: forward returns nothing
# truth: forward computes the logits and has no return, so it gives None.
# repair: return x at the end of forward
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.stem = Sequential(
            Conv2d(3, 64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        groups = []
        in_feats = 64
        for i in range(len(n_blocks_per_group)):
            out_feats = out_features_per_group[i]
            groups.append(BlockGroup(n_blocks_per_group[i], in_feats, out_feats, first_strides_per_group[i]))
            in_feats = out_feats
        self.groups = Sequential(*groups)
        self.averagepool = AveragePool()
        self.linear = Linear(in_feats, n_classes)

    def forward(self, x):
        x = self.stem(x)
        x = self.groups(x)
        x = self.averagepool(x)
        x = self.linear(x)


# %% Priya: log_softmax, and a stem with a bias
# truth: Two mistakes: the network ends in a log_softmax instead of giving logits, and nn.Conv2d in the stem has its
# default bias.
# repair: return the linear layer's output, and make the stem's convolution without a bias
import torch.nn.functional as F


class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super(ResNet34, self).__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(self.inplanes)
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        layers = []
        for blocks, planes, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            layers.append(BlockGroup(blocks, self.inplanes, planes, stride))
            self.inplanes = planes
        self.layers = nn.Sequential(*layers)
        self.avgpool = AveragePool()
        self.fc = Linear(self.inplanes, n_classes)

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        x = self.layers(x)
        x = self.fc(self.avgpool(x))
        return F.log_softmax(x, dim=1)


# %% Lars: the stem is as wide as the first group
# truth: The stem has out_features_per_group[0] channels; it should have 64, whatever the lists say.
# repair: 64 in the stem, and as the first group's in_feats
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        o, w = out_features_per_group, out_features_per_group[0]
        self.net = Sequential(
            Conv2d(3, w, 7, 2, 3),
            BatchNorm2d(w),
            ReLU(),
            MaxPool2d(3, 2, 1),
            *map(BlockGroup, n_blocks_per_group, [w, *o], o, first_strides_per_group),
            AveragePool(),
            Linear(o[-1], n_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% Priya: AvgPool2d(7)
# truth: The last pool has a fixed window of 7×7, so only images of about 224×224 work: smaller ones raise, larger
# ones give too many features.
# repair: use AveragePool()
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super(ResNet34, self).__init__()
        self.inplanes = 64
        self.conv1 = Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(self.inplanes)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        layers = []
        for blocks, planes, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            layers.append(BlockGroup(blocks, self.inplanes, planes, stride))
            self.inplanes = planes
        self.layers = nn.Sequential(*layers)
        self.avgpool = nn.AvgPool2d(7, stride=1)
        self.fc = Linear(self.inplanes, n_classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layers(x)
        x = self.avgpool(x)
        x = x.view(x.size(0), -1)
        return self.fc(x)


# %% Priya: ResNet18's numbers
# truth: The default of n_blocks_per_group is [2, 2, 2, 2], which makes a ResNet18.
# repair: the default [3, 4, 6, 3]
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[2, 2, 2, 2],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super(ResNet34, self).__init__()
        self.inplanes = 64
        self.conv1 = Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3)
        self.bn1 = BatchNorm2d(self.inplanes)
        self.relu = ReLU()
        self.maxpool = MaxPool2d(kernel_size=3, stride=2, padding=1)
        layers = []
        for blocks, planes, stride in zip(n_blocks_per_group, out_features_per_group, first_strides_per_group):
            layers.append(BlockGroup(blocks, self.inplanes, planes, stride))
            self.inplanes = planes
        self.layers = nn.Sequential(*layers)
        self.avgpool = AveragePool()
        self.fc = Linear(self.inplanes, n_classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layers(x)
        x = self.avgpool(x)
        return self.fc(x)


# %% Kenji: the dense layer is made in the call
# truth: The linear layer is made inside forward, with new random weights at every call: it isn't among the
# parameters, and the answers change from call to call.
# repair: make it once, in __init__
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
        filters = [64] + out_features_per_group
        stages = []
        for n, f_in, f_out, strides in zip(n_blocks_per_group, filters, filters[1:], first_strides_per_group):
            stages.append(BlockGroup(n, f_in, f_out, strides))
        self.stages = Sequential(*stages)
        self.units = n_classes

    def forward(self, inputs):
        outputs = AveragePool()(self.stages(self.stem(inputs)))
        return Linear(outputs.shape[1], self.units)(outputs)


# %% Anton: the stem works
# truth: Partly written: the stem is right, and forward raises NotImplementedError after it.
# repair: make the groups, AveragePool and Linear, and run them after the stem
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.conv = Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.norm = BatchNorm2d(64)
        self.relu = ReLU()
        self.pool = MaxPool2d(kernel_size=3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.relu(self.norm(self.conv(x))))
        raise NotImplementedError("groups")


# %% Kenji: no max pool, and a softmax
# truth: Two mistakes: the stem has no max pool, and the network ends in a softmax.
# repair: put MaxPool2d(3, 2, 1) behind the stem's ReLU, and return the logits
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        self.stem = Sequential(Conv2d(3, 64, 7, stride=2, padding=3), BatchNorm2d(64), ReLU())
        filters = [64] + out_features_per_group
        stages = []
        for n, f_in, f_out, strides in zip(n_blocks_per_group, filters, filters[1:], first_strides_per_group):
            stages.append(BlockGroup(n, f_in, f_out, strides))
        self.stages = Sequential(*stages)
        self.dense = Linear(filters[-1], n_classes)

    def forward(self, inputs):
        features = self.stages(self.stem(inputs)).mean(axis=(2, 3))
        return nn.Softmax(dim=-1)(self.dense(features))


# %% Lars: no strides, and the head first
# truth: Two mistakes: first_strides_per_group is never used, and the linear layer is declared before everything else.
# repair: give each BlockGroup its stride, and declare the linear layer last
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group=[3, 4, 6, 3],
        out_features_per_group=[64, 128, 256, 512],
        first_strides_per_group=[1, 2, 2, 2],
        n_classes=1000,
    ):
        super().__init__()
        o = out_features_per_group
        self.fc = Linear(o[-1], n_classes)
        self.stem = Sequential(Conv2d(3, 64, 7, 2, 3), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        self.groups = Sequential(*[BlockGroup(n, i, j) for n, i, j in zip(n_blocks_per_group, [64, *o], o)])

    def forward(self, x):
        return self.fc(self.groups(self.stem(x)).mean((2, 3)))


# %% Nadia: softmax at the end
# truth: forward ends in a softmax and gives probabilities, where logits were asked for.
# repair: leave the softmax out
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        """Make the stem, one BlockGroup for each entry of the three lists, AveragePool and Linear."""
        super().__init__()
        self.stem = Sequential(
            Conv2d(3, 64, kernel_size=7, stride=2, padding=3),
            BatchNorm2d(64),
            ReLU(),
            MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        groups = []
        in_features = 64
        for n_blocks, out_features, stride in zip(
            n_blocks_per_group, out_features_per_group, first_strides_per_group, strict=True
        ):
            groups.append(BlockGroup(n_blocks, in_features, out_features, stride))
            in_features = out_features
        self.groups = Sequential(*groups)
        self.pool = AveragePool()
        self.classifier = Linear(in_features, n_classes)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        """Give one logit for each class."""
        x = self.groups(self.stem(x))
        x = self.classifier(self.pool(x))
        return t.softmax(x, dim=-1)


# %% Viktor: a stem without padding, and a fixed 512
# truth: Two mistakes: the 7×7 convolution has no padding of 3, so all maps are too small and shifted; and the linear
# layer always takes 512 features, which fails for other out_features_per_group.
# repair: padding=3 in the first convolution, and Linear(out_features_per_group[-1], n_classes)
class ResNet34(nn.Module):
    def __init__(
        self,
        n_blocks_per_group: list[int] = [3, 4, 6, 3],
        out_features_per_group: list[int] = [64, 128, 256, 512],
        first_strides_per_group: list[int] = [1, 2, 2, 2],
        n_classes: int = 1000,
    ) -> None:
        """Make the stem, one BlockGroup for each entry of the three lists, AveragePool and Linear."""
        super().__init__()
        self.stem = Sequential(Conv2d(3, 64, 7, 2), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1))
        groups = []
        for i in range(len(n_blocks_per_group)):
            in_feats = 64 if i == 0 else out_features_per_group[i - 1]
            groups.append(
                BlockGroup(n_blocks_per_group[i], in_feats, out_features_per_group[i], first_strides_per_group[i])
            )
        self.groups = Sequential(*groups)
        self.head = Sequential(AveragePool(), Linear(512, n_classes))

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch n_classes"]:
        """Give one logit for each class."""
        return self.head(self.groups(self.stem(x)))
