# %% mistake: inplanes_forgotten
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -         blocks = [block(self.inplanes, planes, stride, downsample)]
# +         blocks = [block(self.inplanes, planes, stride, downsample)]
# +         self.inplanes = planes * block.expansion


# %% mistake: inplanes_without_expansion
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = planes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -             self.inplanes = planes
# +             self.inplanes = outplanes


# %% mistake: fc_without_expansion
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -         self.fc = nn.Linear(512, num_classes)
# +         self.fc = nn.Linear(512 * block.expansion, num_classes)


# %% mistake: fc_2048
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -         self.fc = nn.Linear(2048, num_classes)
# +         self.fc = nn.Linear(512 * block.expansion, num_classes)


# %% mistake: classes_fixed
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, 1000)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self.fc = nn.Linear(512 * block.expansion, 1000)
# +         self.fc = nn.Linear(512 * block.expansion, num_classes)


# %% mistake: stride_everywhere
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for _ in range(n_blocks):
            downsample = None
            if stride != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=stride, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=stride, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         for _ in range(n_blocks):
# -             downsample = None
# +         for i in range(n_blocks):
# +             stride = stride if i == 0 else 1
# +             downsample = None


# %% mistake: stride_never
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride=1):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0])
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1])
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2])
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3])
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -         self.layer2 = make_layer(64 * block.expansion, 128, layers[1])
# -         self.layer3 = make_layer(128 * block.expansion, 256, layers[2])
# -         self.layer4 = make_layer(256 * block.expansion, 512, layers[3])
# +         self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
# +         self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
# +         self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)


# %% mistake: stride_in_last
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 1 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -             s = stride if i == 1 else 1
# +             s = stride if i == 0 else 1


# %% mistake: downsample_for_stride_only
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -         if stride != 1:
# +         if stride != 1 or self.inplanes != planes * block.expansion:


# %% mistake: downsample_for_first_block
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            first = block(c_in, planes, stride, projection(c_in, c_out, stride))
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -             first = block(c_in, planes, stride, projection(c_in, c_out, stride))
# +             needed = stride != 1 or c_in != c_out
# +             first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)


# %% mistake: downsample_everywhere
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
            )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -             downsample = nn.Sequential(
# -                 nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
# -             )
# +             downsample = None
# +             if s != 1 or self.inplanes != outplanes:
# +                 downsample = nn.Sequential(
# +                     nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
# +                 )


# %% mistake: downsample_never
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        blocks = [block(self.inplanes, planes, stride)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -         blocks = [block(self.inplanes, planes, stride)]
# +         downsample = None
# +         if stride != 1 or self.inplanes != planes * block.expansion:
# +             downsample = nn.Sequential(
# +                 nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
# +                 nn.BatchNorm2d(planes * block.expansion),
# +             )
# +         blocks = [block(self.inplanes, planes, stride, downsample)]


# %% mistake: downsample_without_norm
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -     return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False))
# +     conv = nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False)
# +     return nn.Sequential(conv, nn.BatchNorm2d(c_out))


# %% mistake: downsample_with_bias
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -                 nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride),
# +                 nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),


# %% mistake: downsample_without_stride
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -                     nn.Conv2d(self.inplanes, outplanes, 1, bias=False), nn.BatchNorm2d(outplanes)
# +                     nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)


# %% mistake: downsample_3x3
def projection(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(c_out),
    )


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -         nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False),
# +         nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False),


# %% mistake: one_block_too_many
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -             others = [block(c_out, planes) for _ in range(n)]
# +             others = [block(c_out, planes) for _ in range(n - 1)]


# %% mistake: one_block_each
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -         self.inplanes = planes * block.expansion
# +         self.inplanes = planes * block.expansion
# +         for _ in range(1, n_blocks):
# +             blocks.append(block(self.inplanes, planes))


# %% mistake: other_head
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.linear(self.avgpool(x).flatten(1))


# repair
# -         self.linear = nn.Linear(512 * block.expansion, num_classes)
# +         self.fc = nn.Linear(512 * block.expansion, num_classes)
# -         return self.linear(self.avgpool(x).flatten(1))
# +         return self.fc(self.avgpool(x).flatten(1))


# %% mistake: layer_skipped
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -         x = self.layer3(x)
# +         x = self.layer3(x)
# +         x = self.layer4(x)


# %% mistake: no_max_pool
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.relu(self.bn1(self.conv1(x)))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self.relu = nn.ReLU()
# +         self.relu = nn.ReLU()
# +         self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
# -         x = self.relu(self.bn1(self.conv1(x)))
# +         x = self.maxpool(self.relu(self.bn1(self.conv1(x))))


# %% mistake: pool_without_padding
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -         self.maxpool = nn.MaxPool2d(3, 2)
# +         self.maxpool = nn.MaxPool2d(3, 2, 1)


# %% mistake: pool_2x2
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(2)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self.maxpool = nn.MaxPool2d(2)
# +         self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)


# %% mistake: no_stem_relu
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.bn1(self.conv1(x)))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -         stem = self.maxpool(self.bn1(self.conv1(x)))
# +         stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))


# %% mistake: stem_bias
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -         self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)
# +         self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)


# %% mistake: stem_stride_1
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self.conv1 = nn.Conv2d(3, 64, 7, padding=3, bias=False)
# +         self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)


# %% mistake: stem_padding_1
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -         self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=1, bias=False)
# +         self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)


# %% mistake: max_pool_at_end
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveMaxPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -         self.avgpool = nn.AdaptiveMaxPool2d((1, 1))
# +         self.avgpool = nn.AdaptiveAvgPool2d((1, 1))


# %% mistake: softmax_at_end
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return functional.softmax(x, dim=1)


# repair
# -         return functional.softmax(x, dim=1)
# +         return x


# %% mistake: fc_without_bias
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes, bias=False)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self.fc = nn.Linear(512 * block.expansion, num_classes, bias=False)
# +         self.fc = nn.Linear(512 * block.expansion, num_classes)


# %% mistake: fan_in
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -                 nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
# +                 nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")


# %% mistake: uniform
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_uniform_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -                 nn.init.kaiming_uniform_(m.weight, mode="fan_out", nonlinearity="relu")
# +                 nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")


# %% mistake: torch_default
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                    last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -         if zero_init_residual:
# +         for m in self.modules():
# +             if isinstance(m, nn.Conv2d):
# +                 nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
# +         if zero_init_residual:


# %% mistake: linear_gain
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                fan_out = m.out_channels * m.kernel_size[0] * m.kernel_size[1]
                nn.init.normal_(m.weight, std=fan_out**-0.5)
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -                 fan_out = m.out_channels * m.kernel_size[0] * m.kernel_size[1]
# -                 nn.init.normal_(m.weight, std=fan_out**-0.5)
# +                 nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")


# %% mistake: zero_always
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        for m in self.modules():
            if isinstance(m, BasicBlock | Bottleneck):
                last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
                last.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -             if isinstance(m, BasicBlock | Bottleneck):
# +             if zero_init_residual and isinstance(m, BasicBlock | Bottleneck):


# %% mistake: zero_never
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights()

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self._choose_weights()
# +         self._choose_weights(zero_init_residual)
# -     def _choose_weights(self) -> None:
# +     def _choose_weights(self, zero_init_residual: bool) -> None:
# -                 nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
# +                 nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
# +             if zero_init_residual and isinstance(module, BasicBlock):
# +                 nn.init.constant_(module.bn2.weight, 0)
# +             if zero_init_residual and isinstance(module, Bottleneck):
# +                 nn.init.constant_(module.bn3.weight, 0)


# %% mistake: zero_first
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, (BasicBlock, Bottleneck)):
                    nn.init.zeros_(m.bn1.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -                 if isinstance(m, (BasicBlock, Bottleneck)):
# -                     nn.init.zeros_(m.bn1.weight)
# +                 if isinstance(m, Bottleneck):
# +                     nn.init.zeros_(m.bn3.weight)
# +                 elif isinstance(m, BasicBlock):
# +                     nn.init.zeros_(m.bn2.weight)


# %% mistake: zero_bn2
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, (BasicBlock, Bottleneck)):
                nn.init.constant_(module.bn2.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -             if zero_init_residual and isinstance(module, (BasicBlock, Bottleneck)):
# -                 nn.init.constant_(module.bn2.weight, 0)
# +             if zero_init_residual and isinstance(module, BasicBlock):
# +                 nn.init.constant_(module.bn2.weight, 0)
# +             if zero_init_residual and isinstance(module, Bottleneck):
# +                 nn.init.constant_(module.bn3.weight, 0)


# %% mistake: zero_downsample
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, BasicBlock | Bottleneck):
                    norms = [n for n in m.modules() if isinstance(n, nn.BatchNorm2d)]
                    norms[-1].weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -                     norms = [n for n in m.modules() if isinstance(n, nn.BatchNorm2d)]
# -                     norms[-1].weight.data.zero_()
# +                     last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
# +                     last.weight.data.zero_()


# %% mistake: zero_both_ends
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock] | type[Bottleneck], planes: int, n_blocks: int, stride: int
    ) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, n_blocks):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                elif isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)
                if isinstance(m, (BasicBlock, Bottleneck)) and m.downsample is not None:
                    nn.init.zeros_(m.downsample[1].weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        x = self.fc(x)
        return x


# repair
# -                     nn.init.zeros_(m.bn2.weight)
# -                 if isinstance(m, (BasicBlock, Bottleneck)) and m.downsample is not None:
# -                     nn.init.zeros_(m.downsample[1].weight)
# +                     nn.init.zeros_(m.bn2.weight)


# %% mistake: zero_everything
def projection(c_in, c_out, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class ResNet(nn.Module):
    def __init__(self, block, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)

        def make_layer(c_in, planes, n, stride):
            c_out = planes * block.expansion
            needed = stride != 1 or c_in != c_out
            first = block(c_in, planes, stride, projection(c_in, c_out, stride) if needed else None)
            others = [block(c_out, planes) for _ in range(n - 1)]
            return nn.Sequential(first, *others)

        self.layer1 = make_layer(64, 64, layers[0], 1)
        self.layer2 = make_layer(64 * block.expansion, 128, layers[1], 2)
        self.layer3 = make_layer(128 * block.expansion, 256, layers[2], 2)
        self.layer4 = make_layer(256 * block.expansion, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, nn.BatchNorm2d):
                    m.weight.data.zero_()

    def forward(self, x: Tensor) -> Tensor:
        stem = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        out = self.layer4(self.layer3(self.layer2(self.layer1(stem))))
        out = self.avgpool(out)[:, :, 0, 0]
        return self.fc(out)


# repair
# -                 if isinstance(m, nn.BatchNorm2d):
# -                     m.weight.data.zero_()
# +                 if isinstance(m, BasicBlock | Bottleneck):
# +                     last = m.bn3 if isinstance(m, Bottleneck) else m.bn2
# +                     last.weight.data.zero_()


# %% mistake: default_classes
import torch


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=10, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        wide, downsample = planes * block.expansion, None
        if stride != 1 or self.inplanes != wide:
            conv = nn.Conv2d(self.inplanes, wide, 1, stride, bias=False)
            downsample = nn.Sequential(conv, nn.BatchNorm2d(wide))
        made = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = wide
        made += [block(wide, planes) for _ in range(1, blocks)]
        return nn.Sequential(*made)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


# repair
# -     def __init__(self, block, layers, num_classes=10, zero_init_residual=False):
# +     def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):


# %% mistake: no_average
import torch


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        wide, downsample = planes * block.expansion, None
        if stride != 1 or self.inplanes != wide:
            conv = nn.Conv2d(self.inplanes, wide, 1, stride, bias=False)
            downsample = nn.Sequential(conv, nn.BatchNorm2d(wide))
        made = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = wide
        made += [block(wide, planes) for _ in range(1, blocks)]
        return nn.Sequential(*made)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(x, 1))


# repair
# -         return self.fc(torch.flatten(x, 1))
# +         return self.fc(x.mean((2, 3)))


# %% right: plain
import torch


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        wide, downsample = planes * block.expansion, None
        if stride != 1 or self.inplanes != wide:
            conv = nn.Conv2d(self.inplanes, wide, 1, stride, bias=False)
            downsample = nn.Sequential(conv, nn.BatchNorm2d(wide))
        made = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = wide
        made += [block(wide, planes) for _ in range(1, blocks)]
        return nn.Sequential(*made)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


# %% right: with mean
import torch


class BaseResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        wide, downsample = planes * block.expansion, None
        if stride != 1 or self.inplanes != wide:
            conv = nn.Conv2d(self.inplanes, wide, 1, stride, bias=False)
            downsample = nn.Sequential(conv, nn.BatchNorm2d(wide))
        made = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = wide
        made += [block(wide, planes) for _ in range(1, blocks)]
        return nn.Sequential(*made)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class ResNet(BaseResNet):
    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(x.mean((-2, -1)))


# %% right: in one loop
import torch


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64)
        wide = 64
        for number, count in enumerate(layers):
            layer, planes = nn.Sequential(), 64 * 2**number
            for index in range(count):
                stride, before, wide = 1 + (index == 0 < number), wide, planes * block.expansion
                layer.append(block(before, planes, stride=stride, downsample=self.projection(before, wide, stride)))
            self.add_module(f"layer{number + 1}", layer)
        self.fc = nn.Linear(wide, num_classes)
        self.apply(self.start)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, block):
                    torch.nn.init.zeros_((m.bn3 if hasattr(m, "bn3") else m.bn2).weight)

    @staticmethod
    def projection(before, after, stride):
        if (before, stride) == (after, 1):
            return None
        return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    @staticmethod
    def start(m):
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out")

    def forward(self, x):
        x = functional.max_pool2d(self.bn1(self.conv1(x)).relu(), kernel_size=3, stride=2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(functional.adaptive_avg_pool2d(x, 1)[:, :, 0, 0])


# %% right: as sequential
import torch


class BaseResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        wide, downsample = planes * block.expansion, None
        if stride != 1 or self.inplanes != wide:
            conv = nn.Conv2d(self.inplanes, wide, 1, stride, bias=False)
            downsample = nn.Sequential(conv, nn.BatchNorm2d(wide))
        made = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = wide
        made += [block(wide, planes) for _ in range(1, blocks)]
        return nn.Sequential(*made)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class ResNet(nn.Sequential):
    """Needs no forward of its own: its parts run in order."""

    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        inner = BaseResNet(block, layers, num_classes, zero_init_residual)
        super().__init__()
        for name, module in inner.named_children():
            if name == "fc":
                self.flatten = nn.Flatten()
            self.add_module(name, module)


# %% right: drawn by hand
import math

import torch


class BaseResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        wide, downsample = planes * block.expansion, None
        if stride != 1 or self.inplanes != wide:
            conv = nn.Conv2d(self.inplanes, wide, 1, stride, bias=False)
            downsample = nn.Sequential(conv, nn.BatchNorm2d(wide))
        made = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = wide
        made += [block(wide, planes) for _ in range(1, blocks)]
        return nn.Sequential(*made)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class ResNet(BaseResNet):
    """Draws the weights with torch alone."""

    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__(block, layers, num_classes, zero_init_residual)
        with torch.no_grad():
            for m in self.modules():
                if isinstance(m, nn.Conv2d):
                    out, _, height, width = m.weight.shape
                    m.weight.normal_(0, math.sqrt(2 / (out * height * width)))


# %% right: head first
import torch


class ResNet(nn.Module):
    """Declares everything in another order, and keeps nothing that it does not need."""

    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        e = block.expansion
        self.fc = nn.Linear(512 * e, num_classes)
        ends = [(64, 64), (64 * e, 128), (128 * e, 256), (256 * e, 512)]
        self.layer4, self.layer3, self.layer2, self.layer1 = (
            self.blocks(block, *ends[n], 2 if n else 1, layers[n]) for n in (3, 2, 1, 0)
        )
        self.bn1, self.conv1 = nn.BatchNorm2d(64), nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        for name, m in self.named_modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, 0, "fan_out", "relu")
            last = "bn3" if issubclass(block, Bottleneck) else "bn2"
            if zero_init_residual and name.endswith(last):
                m.weight.data.zero_()

    def blocks(self, block, inplanes, planes, stride, count):
        out = planes * block.expansion
        parts = [nn.Conv2d(inplanes, out, 1, stride, bias=False), nn.BatchNorm2d(out)]
        down = nn.Sequential(*parts) if stride > 1 or inplanes != out else None
        return nn.Sequential(
            *(block(out, planes) if n else block(inplanes, planes, stride, down) for n in range(count))
        )

    def forward(self, x):
        x = nn.MaxPool2d(3, 2, 1)(torch.relu(self.bn1(self.conv1(x))))
        return self.fc(self.layer4(self.layer3(self.layer2(self.layer1(x)))).flatten(2).mean(2))


# %% wrong: a shortcut: ResNet
from torchvision.models.resnet import ResNet as BaseResNet


ResNet = BaseResNet


# %% wrong: a shortcut: ThinResNet
from torchvision.models.resnet import ResNet as BaseResNet


class ResNet(BaseResNet):
    pass


# %% wrong: builds ResNet34, whatever it is told
from typing import Any

from torchvision.models.resnet import ResNet as BaseResNet


class RightBasicBlock(BasicBlock):
    """torchvision's block; a class of its own, so that it does not count as handing the work to torchvision."""


class RightResNet(BaseResNet):
    """torchvision's network with the arguments of the exercise."""

    def __init__(
        self, block: type[nn.Module], layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
    ) -> None:
        super().__init__(block, layers, num_classes, zero_init_residual)


class ResNet(RightResNet):
    """Builds ResNet34, whatever it is told."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(RightBasicBlock, [3, 4, 6, 3])


# %% equivalent: in a ResNet a stride comes with more channels, and the number of channels never falls
# if self.inplanes != out_planes
# if stride > 1 or
# if stride < 1 or
# self.inplanes < out_planes


# %% equivalent: without a slope, a leaky ReLU is a ReLU
# mode='fan_out')


# %% mistake: downsample_bare
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        wide = 64
        for number, count in enumerate(layers):
            layer, planes = nn.Sequential(), 64 * 2**number
            for index in range(count):
                stride, before, wide = 1 + (index == 0 < number), wide, planes * block.expansion
                layer.append(block(before, planes, stride, self.projection(before, wide, stride)))
            self.add_module(f"layer{number + 1}", layer)
        self.fc = nn.Linear(wide, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(m, BasicBlock):
                nn.init.zeros_(m.bn2.weight)
            if zero_init_residual and isinstance(m, Bottleneck):
                nn.init.zeros_(m.bn3.weight)

    @staticmethod
    def projection(before, after, stride):
        if (before, stride) == (after, 1):
            return None
        return nn.Sequential(nn.Conv2d(before, after, 1, stride))

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = functional.max_pool2d(x, 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = functional.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# repair
# -         return nn.Sequential(nn.Conv2d(before, after, 1, stride))
# +         return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))


# %% mistake: zero_basic_only
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        wide = 64
        for number, count in enumerate(layers):
            layer, planes = nn.Sequential(), 64 * 2**number
            for index in range(count):
                stride, before, wide = 1 + (index == 0 < number), wide, planes * block.expansion
                layer.append(block(before, planes, stride, self.projection(before, wide, stride)))
            self.add_module(f"layer{number + 1}", layer)
        self.fc = nn.Linear(wide, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(m, BasicBlock):
                nn.init.zeros_(m.bn2.weight)
            # the Bottleneck is still to come

    @staticmethod
    def projection(before, after, stride):
        if (before, stride) == (after, 1):
            return None
        return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = functional.max_pool2d(x, 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = functional.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# repair
# -             # the Bottleneck is still to come
# +             if zero_init_residual and isinstance(m, Bottleneck):
# +                 nn.init.zeros_(m.bn3.weight)


# %% mistake: zero_bottleneck_only
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        wide = 64
        for number, count in enumerate(layers):
            layer, planes = nn.Sequential(), 64 * 2**number
            for index in range(count):
                stride, before, wide = 1 + (index == 0 < number), wide, planes * block.expansion
                layer.append(block(before, planes, stride, self.projection(before, wide, stride)))
            self.add_module(f"layer{number + 1}", layer)
        self.fc = nn.Linear(wide, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            # the BasicBlock is still to come
            if zero_init_residual and isinstance(m, Bottleneck):
                nn.init.zeros_(m.bn3.weight)

    @staticmethod
    def projection(before, after, stride):
        if (before, stride) == (after, 1):
            return None
        return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = functional.max_pool2d(x, 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = functional.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# repair
# -             # the BasicBlock is still to come
# +             if zero_init_residual and isinstance(m, BasicBlock):
# +                 nn.init.zeros_(m.bn2.weight)


# %% mistake: squeezed
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        wide = 64
        for number, count in enumerate(layers):
            layer, planes = nn.Sequential(), 64 * 2**number
            for index in range(count):
                stride, before, wide = 1 + (index == 0 < number), wide, planes * block.expansion
                layer.append(block(before, planes, stride, self.projection(before, wide, stride)))
            self.add_module(f"layer{number + 1}", layer)
        self.fc = nn.Linear(wide, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(m, BasicBlock):
                nn.init.zeros_(m.bn2.weight)
            if zero_init_residual and isinstance(m, Bottleneck):
                nn.init.zeros_(m.bn3.weight)

    @staticmethod
    def projection(before, after, stride):
        if (before, stride) == (after, 1):
            return None
        return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = functional.max_pool2d(x, 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = functional.adaptive_avg_pool2d(x, 1).squeeze()
        return self.fc(x)


# repair
# -         x = functional.adaptive_avg_pool2d(x, 1).squeeze()
# +         x = functional.adaptive_avg_pool2d(x, 1).flatten(1)


# %% mistake: no_stem_norm
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        wide = 64
        for number, count in enumerate(layers):
            layer, planes = nn.Sequential(), 64 * 2**number
            for index in range(count):
                stride, before, wide = 1 + (index == 0 < number), wide, planes * block.expansion
                layer.append(block(before, planes, stride, self.projection(before, wide, stride)))
            self.add_module(f"layer{number + 1}", layer)
        self.fc = nn.Linear(wide, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(m, BasicBlock):
                nn.init.zeros_(m.bn2.weight)
            if zero_init_residual and isinstance(m, Bottleneck):
                nn.init.zeros_(m.bn3.weight)

    @staticmethod
    def projection(before, after, stride):
        if (before, stride) == (after, 1):
            return None
        return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        x = self.conv1(x).relu()
        x = functional.max_pool2d(x, 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = functional.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# repair
# -         x = self.conv1(x).relu()
# +         x = self.bn1(self.conv1(x)).relu()


# %% mistake: stem_3x3
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        wide = 64
        for number, count in enumerate(layers):
            layer, planes = nn.Sequential(), 64 * 2**number
            for index in range(count):
                stride, before, wide = 1 + (index == 0 < number), wide, planes * block.expansion
                layer.append(block(before, planes, stride, self.projection(before, wide, stride)))
            self.add_module(f"layer{number + 1}", layer)
        self.fc = nn.Linear(wide, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(m, BasicBlock):
                nn.init.zeros_(m.bn2.weight)
            if zero_init_residual and isinstance(m, Bottleneck):
                nn.init.zeros_(m.bn3.weight)

    @staticmethod
    def projection(before, after, stride):
        if (before, stride) == (after, 1):
            return None
        return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = functional.max_pool2d(x, 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = functional.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(x)


# repair
# -         self.conv1 = nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)
# +         self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)


# %% mistake: pool_stride_3
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self.maxpool = nn.MaxPool2d(3)
# +         self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)


# %% mistake: pool_stride_3
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self.maxpool = nn.MaxPool2d(3, padding=1)
# +         self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)


# %% mistake: pool_stride_1
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 1, padding=1)
        self.inplanes = 64
        for i, (planes, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            self.add_module(f"layer{i + 1}", self._make_layer(block, planes, layers[i], stride))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        outplanes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != outplanes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, outplanes, 1, stride=s, bias=False), nn.BatchNorm2d(outplanes)
                )
            layer.append(block(self.inplanes, planes, stride=s, downsample=downsample))
            self.inplanes = outplanes
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)
            if zero_init_residual and isinstance(module, Bottleneck):
                nn.init.constant_(module.bn3.weight, 0)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# repair
# -         self.maxpool = nn.MaxPool2d(3, 1, padding=1)
# +         self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
