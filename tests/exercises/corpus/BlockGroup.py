# %% Mia: a list times n
# truth: [block] * (n_blocks - 1) holds one block several times, so all blocks but the first share one set of weights.
# repair: make a new block for each, with a loop or a comprehension
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        first = [ResidualBlock(in_feats, out_feats, first_stride)]
        others = [ResidualBlock(out_feats, out_feats)] * (n_blocks - 1)
        all_blocks = first + others
        self.blocks = Sequential(*all_blocks)

    def forward(self, x):
        return self.blocks(x)


# %% Mia: a ModuleList is called
# truth: nn.ModuleList keeps modules and has no forward, so calling it raises.
# repair: loop over the blocks, or keep them in a Sequential
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        blocks = []
        blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
        for i in range(n_blocks - 1):
            blocks.append(ResidualBlock(out_feats, out_feats))
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x):
        return self.blocks(x)


# %% Mia: Sequential of a list
# truth: The list itself is given to Sequential as its one module; a * is missing in front of it.
# repair: Sequential(*blocks)
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        blocks = []
        for i in range(n_blocks):
            if i == 0:
                blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                blocks.append(ResidualBlock(out_feats, out_feats))
        self.blocks = Sequential(blocks)

    def forward(self, x):
        return self.blocks(x)


# %% Kenji: layers in a Python list
# truth: The blocks are kept in a plain list, so they aren't registered: no parameters, no state_dict.
# repair: keep them in an nn.ModuleList
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.stack = [ResidualBlock(in_feats, out_feats, first_stride)]
        self.stack += [ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)]

    def forward(self, inputs):
        outputs = inputs
        for layer in self.stack:
            outputs = layer(outputs)
        return outputs


# %% Anton: the loop starts at zero
# truth: n_blocks more blocks are added after the first, so there's one too many.
# repair: let the loop run from 1 to n_blocks
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.first = ResidualBlock(in_feats, out_feats, first_stride)
        self.rest = nn.ModuleList()
        for i in range(0, n_blocks):
            self.rest.append(ResidualBlock(out_feats, out_feats, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for i in range(len(self.rest)):
            x = self.rest[i](x)
        return x


# %% Priya: every block strides
# truth: first_stride is given to every block instead of to the first one only, so the map shrinks again and again.
# repair: give the others a stride of 1
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super(BlockGroup, self).__init__()
        layers = []
        inplanes = in_feats
        for _ in range(n_blocks):
            layers.append(ResidualBlock(inplanes, out_feats, first_stride))
            inplanes = out_feats
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


# %% Anton: return inside the loop
# truth: The return stands inside the loop, so forward ends after the first block and the others never run.
# repair: move the return behind the loop
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            channels = in_feats if i == 0 else out_feats
            stride = first_stride if i == 0 else 1
            self.blocks.append(ResidualBlock(channels, out_feats, stride))

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
            return x


# %% Mia: every block gets the same x
# truth: Each block gets the group's input instead of the output of the block before: only the last block's answer
# counts, or the channels don't fit.
# repair: put the result back into x
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
        for number in range(n_blocks - 1):
            self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            result = block(x)
        return result


# %% Priya: d2l's stride of 2
# truth: The stride isn't taken from first_stride: as in d2l it's 2 wherever the channels change, and 1 elsewhere.
# repair: give first_stride to the first block
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        blk = []
        for i in range(n_blocks):
            if i == 0 and in_feats != out_feats:
                blk.append(ResidualBlock(in_feats, out_feats, 2))
            else:
                blk.append(ResidualBlock(out_feats, out_feats))
        self.net = nn.Sequential(*blk)

    def forward(self, X):
        return self.net(X)


# %% Mia: block1, block2, …
# truth: A text and a number are joined with +, which raises TypeError.
# repair: write "block" + str(i)
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.n_blocks = n_blocks
        self.block0 = ResidualBlock(in_feats, out_feats, first_stride)
        for i in range(1, n_blocks):
            setattr(self, "block" + i, ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for i in range(self.n_blocks):
            block = getattr(self, "block" + str(i))
            x = block(x)
        return x


# %% Lars: strides the last block, and one block short
# truth: Two mistakes: the stride sits on the last block instead of the first, and range(n_blocks - 2) makes one block
# too few (for two blocks or more).
# repair: give first_stride to the first block, and make n_blocks - 1 others
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        b = [ResidualBlock(in_feats, out_feats)] + [ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 2)]
        b[-1] = ResidualBlock(in_feats if len(b) == 1 else out_feats, out_feats, first_stride)
        self.blocks = Sequential(*b)

    def forward(self, x):
        return self.blocks(x)


# %% Kenji: the number of blocks is still fixed
# truth: Partly written: there are always two blocks, whatever n_blocks says.
# repair: make n_blocks - 1 blocks after the first
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        # TODO: loop over n_blocks
        self.block_1 = ResidualBlock(in_feats, out_feats, first_stride)
        self.block_2 = ResidualBlock(out_feats, out_feats)

    def forward(self, inputs):
        outputs = self.block_1(inputs)
        outputs = self.block_2(outputs)
        return outputs


# %% Lars: in_feats all the way
# truth: Every block is made for in_feats inputs, so from the second on the channels don't fit where the group changes
# them.
# repair: make the blocks after the first with out_feats inputs
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = Sequential(
            *(ResidualBlock(in_feats, out_feats, first_stride if i == 0 else 1) for i in range(n_blocks))
        )

    def forward(self, x):
        return self.blocks(x)


# %% Priya: half of the old super
# truth: super(BlockGroup).__init__() lacks self, so it sets up nothing, and the first module can't be registered.
# repair: super().__init__(), or super(BlockGroup, self).__init__()
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super(BlockGroup).__init__()
        layers = [ResidualBlock(in_feats, out_feats, first_stride)]
        for _ in range(1, n_blocks):
            layers.append(ResidualBlock(out_feats, out_feats))
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


# %% Mia: only the first block
# truth: Partly written: there's the first block alone, whatever n_blocks says.
# repair: add n_blocks - 1 blocks of out_feats channels, and run them after the first
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.first_block = ResidualBlock(in_feats, out_feats, first_stride)
        # the other blocks

    def forward(self, x):
        x = self.first_block(x)
        return x


# %% Mia: a plain list with one block too many
# truth: Two mistakes: the blocks are kept in a plain list, so nothing is registered; and there's one block too many.
# repair: keep them in an nn.ModuleList, and add n_blocks - 1 blocks after the first
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = []
        self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
        for i in range(n_blocks):
            self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# %% Kenji: a list times n, and strides everywhere
# truth: Two mistakes: the blocks after the first are one and the same block, and it strides too.
# repair: make a new block for each, with a stride of 1
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        stack = [ResidualBlock(in_feats, out_feats, first_stride)]
        stack += [ResidualBlock(out_feats, out_feats, first_stride)] * (n_blocks - 1)
        self.stack = Sequential(*stack)

    def forward(self, inputs):
        return self.stack(inputs)


# %% Tom: one block too many
# truth: After the first block come n_blocks more, so there is one too many.
# repair: range(n_blocks - 1)
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        """Make n_blocks ResidualBlocks; only the first has the stride and the change of channels."""
        super().__init__()
        blocks = [ResidualBlock(in_feats, out_feats, first_stride)]
        for _ in range(n_blocks):
            blocks.append(ResidualBlock(out_feats, out_feats))
        self.blocks = Sequential(*blocks)

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Run the blocks one after the other."""
        return self.blocks(x)


# %% Nadia: a plain list
# truth: The blocks lie in a plain Python list, which registers nothing: the group has no parameters, and train(),
# eval() and state_dict() don't reach the blocks.
# repair: self.blocks = Sequential(*blocks)
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        """Make n_blocks ResidualBlocks; only the first has the stride and the change of channels."""
        super().__init__()
        self.blocks = [ResidualBlock(in_feats, out_feats, first_stride)]
        self.blocks += [ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)]

    def forward(
        self, x: Float[Tensor, "batch in_feats height width"]
    ) -> Float[Tensor, "batch out_feats out_height out_width"]:
        """Run the blocks one after the other."""
        for block in self.blocks:
            x = block(x)
        return x
