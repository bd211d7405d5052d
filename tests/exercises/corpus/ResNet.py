# %% Ben: the channels are never updated
# truth: self.inplanes stays 64, so the blocks after the first expect 64 channels where more come, and calling the
# network raises.
# repair: Set self.inplanes to the channels that the first block gives.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        # the stem
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        # the four layers
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block, planes, n_blocks, stride):
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, 1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = []
        blocks.append(block(self.inplanes, planes, stride, downsample))
        for i in range(n_blocks - 1):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual):
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.zeros_(m.bn3.weight)
                if isinstance(m, BasicBlock):
                    nn.init.zeros_(m.bn2.weight)

    def forward(self, x):
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = x.flatten(1)
        return self.fc(x)


# %% Ben: a class where a module belongs
# truth: self.relu is the class nn.ReLU and no module, so self.relu(x) builds a ReLU in place of applying one, and the
# max pool gets a module and raises TypeError.
# repair: Write nn.ReLU() with parentheses.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        # the stem
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        # the four layers
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if isinstance(m, Bottleneck) and zero_init_residual:
                nn.init.zeros_(m.bn3.weight)
            if isinstance(m, BasicBlock) and zero_init_residual:
                nn.init.zeros_(m.bn2.weight)

    def _make_layer(self, block, planes, n_blocks, stride):
        out = planes * block.expansion
        downsample = None
        if stride != 1 or self.inplanes != out:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = out
        for i in range(n_blocks - 1):
            blocks.append(block(out, planes))
        return nn.Sequential(*blocks)

    def forward(self, x):
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = x.flatten(1)
        return self.fc(x)


# %% Ben: a list given to Sequential
# truth: nn.Sequential gets one list in place of the blocks, so building the network raises TypeError: list is not a
# Module subclass.
# repair: Unpack the list: nn.Sequential(*blocks).
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        # the stem
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        # the four layers
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if isinstance(m, Bottleneck) and zero_init_residual:
                nn.init.zeros_(m.bn3.weight)
            if isinstance(m, BasicBlock) and zero_init_residual:
                nn.init.zeros_(m.bn2.weight)

    def _make_layer(self, block, planes, n_blocks, stride):
        out = planes * block.expansion
        downsample = None
        if stride != 1 or self.inplanes != out:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = out
        for i in range(n_blocks - 1):
            blocks.append(block(out, planes))
        return nn.Sequential(blocks)

    def forward(self, x):
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = x.flatten(1)
        return self.fc(x)


# %% Nadia: no Flatten before Dense
# truth: The averages keep their two axes of size 1, so the linear layer multiplies along the wrong axis and raises.
# repair: Flatten the averages before fc.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
        filters = 64
        for index, (units, count) in enumerate(zip((64, 128, 256, 512), layers), start=1):
            strides = 1 if index == 1 else 2
            stack = []
            for position in range(count):
                shortcut = None
                if position == 0 and (strides != 1 or filters != units * block.expansion):
                    shortcut = nn.Sequential(
                        nn.Conv2d(filters, units * block.expansion, kernel_size=(1, 1), stride=strides, bias=False),
                        nn.BatchNorm2d(units * block.expansion),
                    )
                stack.append(block(filters, units, strides if position == 0 else 1, shortcut))
                filters = units * block.expansion
            setattr(self, f"layer{index}", nn.Sequential(*stack))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(filters, num_classes)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(layer, (BasicBlock, Bottleneck)):
                last = layer.bn3 if isinstance(layer, Bottleneck) else layer.bn2
                nn.init.constant_(last.weight, 0)

    def forward(self, inputs):
        outputs = self.maxpool(self.relu(self.bn1(self.conv1(inputs))))
        outputs = self.layer1(outputs)
        outputs = self.layer2(outputs)
        outputs = self.layer3(outputs)
        outputs = self.layer4(outputs)
        outputs = self.avgpool(outputs)
        return self.fc(outputs)


# %% Nadia: softmax as the last activation
# truth: forward applies softmax, so it gives probabilities and not logits.
# repair: Return fc's output as it is.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
        filters = 64
        for index, (units, count) in enumerate(zip((64, 128, 256, 512), layers), start=1):
            strides = 1 if index == 1 else 2
            stack = []
            for position in range(count):
                shortcut = None
                if position == 0 and (strides != 1 or filters != units * block.expansion):
                    shortcut = nn.Sequential(
                        nn.Conv2d(filters, units * block.expansion, kernel_size=(1, 1), stride=strides, bias=False),
                        nn.BatchNorm2d(units * block.expansion),
                    )
                stack.append(block(filters, units, strides if position == 0 else 1, shortcut))
                filters = units * block.expansion
            setattr(self, f"layer{index}", nn.Sequential(*stack))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(filters, num_classes)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(layer, (BasicBlock, Bottleneck)):
                last = layer.bn3 if isinstance(layer, Bottleneck) else layer.bn2
                nn.init.constant_(last.weight, 0)

    def forward(self, inputs):
        outputs = self.maxpool(self.relu(self.bn1(self.conv1(inputs))))
        outputs = self.layer1(outputs)
        outputs = self.layer2(outputs)
        outputs = self.layer3(outputs)
        outputs = self.layer4(outputs)
        outputs = self.avgpool(outputs).flatten(1)
        return functional.softmax(self.fc(outputs), dim=-1)


# %% Nadia: he_uniform in place of he_normal
# truth: The convolutions are drawn from a uniform distribution with fan_in, as Keras' he_uniform does, and not from a
# normal one with fan_out.
# repair: Use nn.init.kaiming_normal_ with mode="fan_out".
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
        filters = 64
        for index, (units, count) in enumerate(zip((64, 128, 256, 512), layers), start=1):
            strides = 1 if index == 1 else 2
            stack = []
            for position in range(count):
                shortcut = None
                if position == 0 and (strides != 1 or filters != units * block.expansion):
                    shortcut = nn.Sequential(
                        nn.Conv2d(filters, units * block.expansion, kernel_size=(1, 1), stride=strides, bias=False),
                        nn.BatchNorm2d(units * block.expansion),
                    )
                stack.append(block(filters, units, strides if position == 0 else 1, shortcut))
                filters = units * block.expansion
            setattr(self, f"layer{index}", nn.Sequential(*stack))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(filters, num_classes)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            if zero_init_residual and isinstance(layer, (BasicBlock, Bottleneck)):
                last = layer.bn3 if isinstance(layer, Bottleneck) else layer.bn2
                nn.init.constant_(last.weight, 0)

    def forward(self, inputs):
        outputs = self.maxpool(self.relu(self.bn1(self.conv1(inputs))))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            outputs = stage(outputs)
        return self.fc(self.avgpool(outputs).flatten(1))


# %% Carlo: a ModuleList is called
# truth: layer1 to layer4 are nn.ModuleLists, which hold modules but cannot be called, so forward raises.
# repair: Return nn.Sequential(*blocks) from _make_layer.
class ResNet(nn.Module):
    def __init__(
        self, block: type, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
    ) -> None:
        super().__init__()
        self.inplanes: int = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block: type, planes: int, n_blocks: int, stride: int) -> nn.Module:
        blocks = nn.ModuleList()
        for i in range(0, n_blocks):
            s: int = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != planes * block.expansion:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, planes * block.expansion, 1, s, bias=False),
                    nn.BatchNorm2d(planes * block.expansion),
                )
            blocks.append(block(self.inplanes, planes, s, downsample))
            self.inplanes = planes * block.expansion
        return blocks

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, BasicBlock) and zero_init_residual == True:
                nn.init.constant_(m.bn2.weight, 0.0)
            elif isinstance(m, Bottleneck) and zero_init_residual == True:
                nn.init.constant_(m.bn3.weight, 0.0)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        return self.fc(x)


# %% Carlo: the zeros go to the biases
# truth: zero_init_residual sets the last batch norms' biases to 0, which they are anyway, and not their weights, so no
# block starts as the identity.
# repair: Set bn2.weight and bn3.weight to 0.
class ResNet(nn.Module):
    def __init__(
        self, block: type, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
    ) -> None:
        super().__init__()
        self.inplanes: int = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block: type, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        for i in range(0, n_blocks):
            s: int = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != planes * block.expansion:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, planes * block.expansion, 1, s, bias=False),
                    nn.BatchNorm2d(planes * block.expansion),
                )
            layer.append(block(self.inplanes, planes, s, downsample))
            self.inplanes = planes * block.expansion
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, BasicBlock) and zero_init_residual == True:
                nn.init.constant_(m.bn2.bias, 0.0)
            elif isinstance(m, Bottleneck) and zero_init_residual == True:
                nn.init.constant_(m.bn3.bias, 0.0)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        return self.fc(x)


# %% Carlo: every block of a layer has the stride
# truth: All blocks of layer2 to layer4 get stride 2 and a downsample, so the map shrinks in each block and there are
# projections where none belong.
# repair: Give the stride to the first block of a layer only, and stride 1 to the others.
class ResNet(nn.Module):
    def __init__(
        self, block: type, layers: list[int], num_classes: int = 1000, zero_init_residual: bool = False
    ) -> None:
        super().__init__()
        self.inplanes: int = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._choose_weights(zero_init_residual)

    def _make_layer(self, block: type, planes: int, n_blocks: int, stride: int) -> nn.Sequential:
        layer = nn.Sequential()
        for i in range(0, n_blocks):
            downsample = None
            if stride != 1 or self.inplanes != planes * block.expansion:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, planes * block.expansion, 1, stride, bias=False),
                    nn.BatchNorm2d(planes * block.expansion),
                )
            layer.append(block(self.inplanes, planes, stride, downsample))
            self.inplanes = planes * block.expansion
        return layer

    def _choose_weights(self, zero_init_residual: bool) -> None:
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, BasicBlock) and zero_init_residual == True:
                nn.init.constant_(m.bn2.weight, 0.0)
            elif isinstance(m, Bottleneck) and zero_init_residual == True:
                nn.init.constant_(m.bn3.weight, 0.0)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = t.flatten(x, 1)
        return self.fc(x)


# %% Pia: the CIFAR stem
# truth: conv1 is the 3×3 convolution with stride 1 that CIFAR versions have, and the max pool is not used, so the
# weights of conv1 don't fit and maps are four times as high and as wide.
# repair: Make conv1 7×7 with stride 2 and padding 3, and call maxpool in forward.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.in_planes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0], stride=1)
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, num_blocks, stride):
        strides = [stride] + [1] * (num_blocks - 1)
        layers = []
        for stride in strides:
            shortcut = None
            if stride != 1 or self.in_planes != block.expansion * planes:
                shortcut = nn.Sequential(
                    nn.Conv2d(self.in_planes, block.expansion * planes, kernel_size=1, stride=stride, bias=False),
                    nn.BatchNorm2d(block.expansion * planes),
                )
            layers.append(block(self.in_planes, planes, stride, shortcut))
            self.in_planes = planes * block.expansion
        return nn.Sequential(*layers)

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.layer1(out)
        out = self.layer2(out)
        out = self.layer3(out)
        out = self.layer4(out)
        out = self.avgpool(out)
        out = out.view(out.size(0), -1)
        return self.fc(out)


# %% Pia: a projection only where the stride is 2
# truth: A downsample is made where the stride is not 1, and not where only the channels change, so layer1 of
# Bottlenecks adds 64 to 256 channels and raises.
# repair: Make a downsample if self.inplanes differs from planes * block.expansion, too.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(self.inplanes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        if stride != 1:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        layers = []
        layers.append(block(self.inplanes, planes, stride, downsample))
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def forward(self, x):
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
        return self.fc(x)


# %% Pia: two at once, fc for 512 features and no padding in the pool
# truth: Two mistakes: fc is made for 512 features whatever the block, which is a quarter of what Bottlenecks give; and
# the max pool lacks its padding, so maps come out smaller.
# repair: Make fc with 512 * block.expansion features, and give the pool padding=1.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(self.inplanes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        layers = []
        layers.append(block(self.inplanes, planes, stride, downsample))
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def forward(self, x):
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
        return self.fc(x)


# %% Ines: one block, n times
# truth: [block(…)] * n repeats one object, so all later blocks of a layer share one set of weights, and the network has
# too few parameters.
# repair: Build a new block each time: a generator in place of the product.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1, self.bn1, self.relu = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        c = 64
        for i, n in enumerate(layers):
            p, s = 64 << i, 1 + (i > 0)
            e = p * block.expansion
            down = nn.Sequential(nn.Conv2d(c, e, 1, s, bias=False), nn.BatchNorm2d(e)) if s > 1 or c != e else None
            setattr(self, f"layer{i + 1}", nn.Sequential(block(c, p, s, down), *[block(e, p)] * (n - 1)))
            c = e
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(c, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif zero_init_residual and isinstance(m, BasicBlock | Bottleneck):
                nn.init.zeros_((m.bn3 if isinstance(m, Bottleneck) else m.bn2).weight)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# %% Ines: Kaiming's default mode
# truth: kaiming_normal_ is called without mode="fan_out", so the standard deviations follow the input channels, which
# matters wherever the two differ.
# repair: Pass mode="fan_out".
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1, self.bn1, self.relu = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        c = 64
        for i, n in enumerate(layers):
            p, s = 64 << i, 1 + (i > 0)
            e = p * block.expansion
            down = nn.Sequential(nn.Conv2d(c, e, 1, s, bias=False), nn.BatchNorm2d(e)) if s > 1 or c != e else None
            setattr(self, f"layer{i + 1}", nn.Sequential(block(c, p, s, down), *(block(e, p) for _ in range(n - 1))))
            c = e
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(c, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
            elif zero_init_residual and isinstance(m, BasicBlock | Bottleneck):
                nn.init.zeros_((m.bn3 if isinstance(m, Bottleneck) else m.bn2).weight)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# %% Ines: half-written, zero_init_residual for BasicBlocks only
# truth: Partly written: The last batch norm of BasicBlocks starts at 0 if asked to, that of Bottlenecks does not yet.
# repair: Set bn3.weight of each Bottleneck to 0, too.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1, self.bn1, self.relu = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        c = 64
        for i, n in enumerate(layers):
            p, s = 64 << i, 1 + (i > 0)
            e = p * block.expansion
            down = nn.Sequential(nn.Conv2d(c, e, 1, s, bias=False), nn.BatchNorm2d(e)) if s > 1 or c != e else None
            setattr(self, f"layer{i + 1}", nn.Sequential(block(c, p, s, down), *(block(e, p) for _ in range(n - 1))))
            c = e
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(c, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif zero_init_residual and isinstance(m, BasicBlock):
                nn.init.zeros_(m.bn2.weight)
            # TODO Bottleneck

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
        return self.fc(self.avgpool(x).flatten(1))


# %% Ben: two at once, bn1 is left out and the weights start anyhow
# truth: Two mistakes: forward skips the stem's batch norm, and the convolutions keep PyTorch's own start because they
# are never drawn with Kaiming-normal.
# repair: Call bn1 after conv1, and draw each convolution with kaiming_normal_ and mode="fan_out".
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        # the stem
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        # the four layers
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        # the weights
        for m in self.modules():
            if isinstance(m, Bottleneck) and zero_init_residual:
                nn.init.zeros_(m.bn3.weight)
            if isinstance(m, BasicBlock) and zero_init_residual:
                nn.init.zeros_(m.bn2.weight)

    def _make_layer(self, block, planes, n_blocks, stride):
        out = planes * block.expansion
        downsample = None
        if stride != 1 or self.inplanes != out:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = out
        for i in range(n_blocks - 1):
            blocks.append(block(out, planes))
        return nn.Sequential(*blocks)

    def forward(self, x):
        x = self.conv1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = x.flatten(1)
        return self.fc(x)


# %% Pia: squeeze in place of flatten
# truth: squeeze drops every axis of size 1, the batch's as well, so a single image gives logits without a batch axis.
# repair: Flatten from axis 1 on.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(self.inplanes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        layers = []
        layers.append(block(self.inplanes, planes, stride, downsample))
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = x.squeeze()
        return self.fc(x)


# %% Nadia: two at once, softmax at the end and no ReLU in the stem
# truth: Two mistakes: forward gives probabilities and not logits, and the stem's ReLU is left out.
# repair: Apply self.relu after bn1, and return fc's output as it is.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
        filters = 64
        for index, (units, count) in enumerate(zip((64, 128, 256, 512), layers), start=1):
            strides = 1 if index == 1 else 2
            stack = []
            for position in range(count):
                shortcut = None
                if position == 0 and (strides != 1 or filters != units * block.expansion):
                    shortcut = nn.Sequential(
                        nn.Conv2d(filters, units * block.expansion, kernel_size=(1, 1), stride=strides, bias=False),
                        nn.BatchNorm2d(units * block.expansion),
                    )
                stack.append(block(filters, units, strides if position == 0 else 1, shortcut))
                filters = units * block.expansion
            setattr(self, f"layer{index}", nn.Sequential(*stack))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(filters, num_classes)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            if zero_init_residual and isinstance(layer, (BasicBlock, Bottleneck)):
                last = layer.bn3 if isinstance(layer, Bottleneck) else layer.bn2
                nn.init.constant_(last.weight, 0)

    def forward(self, inputs):
        outputs = self.maxpool(self.bn1(self.conv1(inputs)))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            outputs = stage(outputs)
        return functional.softmax(self.fc(self.avgpool(outputs).flatten(1)), dim=-1)


# %% Ben: half-written, the weights are not chosen yet
# truth: Partly written: The convolutions and the last batch norms start as PyTorch makes them; nothing is drawn and
# nothing set to 0 yet.
# repair: Draw each convolution with kaiming_normal_ and mode="fan_out", and set the last batch norms' weights to 0 if
# asked to.
class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False):
        super().__init__()
        self.inplanes = 64
        # the stem
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        # the four layers
        self.layer1 = self._make_layer(block, 64, layers[0], 1)
        self.layer2 = self._make_layer(block, 128, layers[1], 2)
        self.layer3 = self._make_layer(block, 256, layers[2], 2)
        self.layer4 = self._make_layer(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        # TODO: choose the weights

    def _make_layer(self, block, planes, n_blocks, stride):
        out = planes * block.expansion
        downsample = None
        if stride != 1 or self.inplanes != out:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = out
        for i in range(n_blocks - 1):
            blocks.append(block(out, planes))
        return nn.Sequential(*blocks)

    def forward(self, x):
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = x.flatten(1)
        return self.fc(x)


# %% Tom: downsample only with a stride
# truth: A downsample is made only if the stride isn't 1. With Bottlenecks layer1 goes from 64 to 256 channels at stride
# 1, gets none, and the sum raises.
# repair: if stride != 1 or self.inplanes != planes * block.expansion
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        """Make conv1, bn1, relu, maxpool, layer1 … layer4, avgpool and fc, then choose the first weights."""
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
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
        """Make n_blocks blocks; the first has the stride, and a downsample if it changes the shape."""
        downsample = None
        if stride != 1:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes * block.expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        blocks = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(n_blocks - 1):
            blocks.append(block(self.inplanes, planes))
        return nn.Sequential(*blocks)

    def _choose_weights(self, zero_init_residual: bool) -> None:
        """Draw the convolutions' weights, and set the last batch norms to zero if asked to."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        if zero_init_residual:
            for module in self.modules():
                if isinstance(module, Bottleneck):
                    nn.init.zeros_(module.bn3.weight)
                elif isinstance(module, BasicBlock):
                    nn.init.zeros_(module.bn2.weight)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        """Give one logit for each class."""
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x).flatten(1)
        return self.fc(x)


# %% Viktor: the wrong start, twice
# truth: Two mistakes in how the weights start: kaiming_normal_ without mode uses fan_in instead of fan_out; and
# zero_init_residual zeroes the last batch norm's bias, which is 0 anyway, instead of its weight.
# repair: mode="fan_out", nonlinearity="relu", and nn.init.zeros_ on .weight
class ResNet(nn.Module):
    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: list[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
    ) -> None:
        """Make conv1, bn1, relu, maxpool, layer1 … layer4, avgpool and fc, then choose the first weights."""
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
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
        """Make n_blocks blocks; the first has the stride, and a downsample if it changes the shape."""
        result = nn.Sequential()
        out_planes = planes * block.expansion
        for i in range(n_blocks):
            s = stride if i == 0 else 1
            downsample = None
            if s != 1 or self.inplanes != out_planes:
                downsample = nn.Sequential(
                    nn.Conv2d(self.inplanes, out_planes, 1, s, bias=False), nn.BatchNorm2d(out_planes)
                )
            result.append(block(self.inplanes, planes, s, downsample))
            self.inplanes = out_planes
        return result

    def _choose_weights(self, zero_init_residual: bool) -> None:
        """Draw the convolutions' weights, and set the last batch norms to zero if asked to."""
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)
            if zero_init_residual and isinstance(m, BasicBlock):
                nn.init.zeros_(m.bn2.bias)
            if zero_init_residual and isinstance(m, Bottleneck):
                nn.init.zeros_(m.bn3.bias)

    def forward(self, x: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch num_classes"]:
        """Give one logit for each class."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = self.avgpool(x)
        return self.fc(x.view(x.shape[0], -1))
