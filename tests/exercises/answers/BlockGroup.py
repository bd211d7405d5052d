# %% mistake: stride_on_every_block
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = Sequential(
            ResidualBlock(in_feats, out_feats, first_stride),
            *[ResidualBlock(out_feats, out_feats, first_stride) for _ in range(n_blocks - 1)],
        )

    def forward(self, x):
        return self.blocks(x)


# repair
# -             *[ResidualBlock(out_feats, out_feats, first_stride) for _ in range(n_blocks - 1)],
# +             *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)],


# %% mistake: stride_on_last_block
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        blocks = []
        for i in range(n_blocks):
            feats = in_feats if i == 0 else out_feats
            stride = first_stride if i == n_blocks - 1 else 1
            blocks.append(ResidualBlock(feats, out_feats, stride))
        self.blocks = Sequential(*blocks)

    def forward(self, x):
        return self.blocks(x)


# repair
# -             stride = first_stride if i == n_blocks - 1 else 1
# +             stride = first_stride if i == 0 else 1


# %% mistake: stride_ignored
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        blocks = [ResidualBlock(in_feats, out_feats)]
        blocks += [ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x):
        return self.blocks(x)


# repair
# -         blocks = [ResidualBlock(in_feats, out_feats)]
# +         blocks = [ResidualBlock(in_feats, out_feats, first_stride)]


# %% mistake: stride_always_2
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.first = ResidualBlock(in_feats, out_feats, first_stride=2)
        self.others = Sequential(*(ResidualBlock(out_feats, out_feats) for _ in range(1, n_blocks)))

    def forward(self, x):
        x = self.first(x)
        return self.others(x)


# repair
# -         self.first = ResidualBlock(in_feats, out_feats, first_stride=2)
# +         self.first = ResidualBlock(in_feats, out_feats, first_stride=first_stride)


# %% mistake: default_stride_2
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 2) -> None:
        super().__init__()
        self.blocks = Sequential(
            ResidualBlock(in_feats, out_feats, first_stride),
            *[ResidualBlock(out_feats, out_feats, 1) for _ in range(n_blocks - 1)],
        )

    def forward(self, x):
        return self.blocks(x)


# repair
# -     def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 2) -> None:
# +     def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:


# %% mistake: one_too_many
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        first = ResidualBlock(in_feats, out_feats, first_stride)
        rest = [ResidualBlock(out_feats, out_feats) for _ in range(n_blocks)]
        self.blocks = Sequential(first, *rest)

    def forward(self, x):
        return self.blocks(x)


# repair
# -         rest = [ResidualBlock(out_feats, out_feats) for _ in range(n_blocks)]
# +         rest = [ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)]


# %% mistake: one_too_few
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        blocks = [ResidualBlock(in_feats, out_feats, first_stride)]
        for _ in range(1, n_blocks - 1):
            blocks.append(ResidualBlock(out_feats, out_feats))
        self.blocks = Sequential(*blocks)

    def forward(self, x):
        return self.blocks(x)


# repair
# -         for _ in range(1, n_blocks - 1):
# +         for _ in range(1, n_blocks):


# %% mistake: only_one
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.block = ResidualBlock(in_feats, out_feats, first_stride)

    def forward(self, x):
        return self.block(x)


# repair
# -         self.block = ResidualBlock(in_feats, out_feats, first_stride)
# +         self.block = ResidualBlock(in_feats, out_feats, first_stride)
# +         self.others = Sequential(*[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)])
# -         return self.block(x)
# +         return self.others(self.block(x))


# %% mistake: always_three
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.block1 = ResidualBlock(in_feats, out_feats, first_stride)
        self.block2 = ResidualBlock(out_feats, out_feats)
        self.block3 = ResidualBlock(out_feats, out_feats)

    def forward(self, x):
        return self.block3(self.block2(self.block1(x)))


# repair
# -         self.block2 = ResidualBlock(out_feats, out_feats)
# -         self.block3 = ResidualBlock(out_feats, out_feats)
# +         self.others = Sequential(*[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)])
# -         return self.block3(self.block2(self.block1(x)))
# +         return self.others(self.block1(x))


# %% mistake: shared_block
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = Sequential(
            ResidualBlock(in_feats, out_feats, first_stride),
            *[ResidualBlock(out_feats, out_feats)] * (n_blocks - 1),
        )

    def forward(self, x):
        return self.blocks(x)


# repair
# -             *[ResidualBlock(out_feats, out_feats)] * (n_blocks - 1),
# +             *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)],


# %% mistake: in_feats_everywhere
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = Sequential(
            *(ResidualBlock(in_feats, out_feats, first_stride if i == 0 else 1) for i in range(n_blocks))
        )

    def forward(self, x):
        return self.blocks(x)


# repair
# -         self.blocks = Sequential(
# -             *(ResidualBlock(in_feats, out_feats, first_stride if i == 0 else 1) for i in range(n_blocks))
# -         )
# +         feats = [in_feats] + [out_feats] * (n_blocks - 1)
# +         self.blocks = Sequential(
# +             *(ResidualBlock(feats[i], out_feats, first_stride if i == 0 else 1) for i in range(n_blocks))
# +         )


# %% mistake: channels_at_the_end
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            stride = first_stride if i == 0 else 1
            is_last = i == n_blocks - 1
            self.blocks.append(ResidualBlock(in_feats, out_feats if is_last else in_feats, stride))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -             is_last = i == n_blocks - 1
# -             self.blocks.append(ResidualBlock(in_feats, out_feats if is_last else in_feats, stride))
# +             self.blocks.append(ResidualBlock(in_feats if i == 0 else out_feats, out_feats, stride))


# %% mistake: out_feats_ignored
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = Sequential(
            ResidualBlock(in_feats, in_feats, first_stride),
            *[ResidualBlock(in_feats, in_feats) for _ in range(n_blocks - 1)],
        )

    def forward(self, x):
        return self.blocks(x)


# repair
# -             ResidualBlock(in_feats, in_feats, first_stride),
# -             *[ResidualBlock(in_feats, in_feats) for _ in range(n_blocks - 1)],
# +             ResidualBlock(in_feats, out_feats, first_stride),
# +             *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)],


# %% mistake: swapped_feats
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        layers = [ResidualBlock(out_feats, in_feats, first_stride)]
        for _ in range(n_blocks - 1):
            layers.append(ResidualBlock(in_feats, in_feats))
        self.layers = Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


# repair
# -         layers = [ResidualBlock(out_feats, in_feats, first_stride)]
# -         for _ in range(n_blocks - 1):
# -             layers.append(ResidualBlock(in_feats, in_feats))
# +         layers = [ResidualBlock(in_feats, out_feats, first_stride)]
# +         for _ in range(n_blocks - 1):
# +             layers.append(ResidualBlock(out_feats, out_feats))


# %% mistake: extra_relu
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = Sequential(
            ReLU(),
            ResidualBlock(in_feats, out_feats, first_stride),
            *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)],
        )

    def forward(self, x):
        return self.blocks(x)


# repair
# -             ReLU(),
# -             ResidualBlock(in_feats, out_feats, first_stride),
# +             ResidualBlock(in_feats, out_feats, first_stride),


# %% mistake: extra_norm
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = Sequential(
            ResidualBlock(in_feats, out_feats, first_stride),
            *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)],
        )
        self.norm = BatchNorm2d(out_feats)

    def forward(self, x):
        return self.norm(self.blocks(x))


# repair
# -         )
# -         self.norm = BatchNorm2d(out_feats)
# +         )
# -         return self.norm(self.blocks(x))
# +         return self.blocks(x)


# %% mistake: unregistered
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = [ResidualBlock(in_feats, out_feats, first_stride)]
        for _ in range(n_blocks - 1):
            self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -         self.blocks = [ResidualBlock(in_feats, out_feats, first_stride)]
# +         self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats, first_stride)])


# %% mistake: parallel
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.first = ResidualBlock(in_feats, out_feats, first_stride)
        self.rest = nn.ModuleList([ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)])

    def forward(self, x):
        x = self.first(x)
        if len(self.rest) == 0:
            return x
        return sum(block(x) for block in self.rest)


# repair
# -         x = self.first(x)
# -         if len(self.rest) == 0:
# -             return x
# -         return sum(block(x) for block in self.rest)
# +         x = self.first(x)
# +         for block in self.rest:
# +             x = block(x)
# +         return x


# %% mistake: only_first_runs
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats, first_stride)])
        self.blocks.extend(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
            return x


# repair
# -             x = block(x)
# -             return x
# +             x = block(x)
# +         return x


# %% mistake: last_forgotten
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.n_blocks = n_blocks
        self.blocks = Sequential(
            ResidualBlock(in_feats, out_feats, first_stride),
            *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)],
        )

    def forward(self, x):
        for i in range(self.n_blocks - 1):
            x = self.blocks[i](x)
        return x


# repair
# -         for i in range(self.n_blocks - 1):
# +         for i in range(self.n_blocks):


# %% mistake: backwards
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.first = ResidualBlock(in_feats, out_feats, first_stride)
        self.rest = nn.ModuleList(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1))

    def forward(self, x):
        x = self.first(x)
        for block in reversed(self.rest):
            x = block(x)
        return x


# repair
# -         for block in reversed(self.rest):
# +         for block in self.rest:


# %% mistake: outer_skip
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = Sequential(
            ResidualBlock(in_feats, out_feats, first_stride),
            *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)],
        )

    def forward(self, x):
        return self.blocks(x) + x


# repair
# -         return self.blocks(x) + x
# +         return self.blocks(x)


# %% mistake: rest_first
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.rest = Sequential(*[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)])
        self.first = ResidualBlock(in_feats, out_feats, first_stride)

    def forward(self, x):
        return self.rest(self.first(x))


# repair
# -         self.rest = Sequential(*[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)])
# -         self.first = ResidualBlock(in_feats, out_feats, first_stride)
# +         self.first = ResidualBlock(in_feats, out_feats, first_stride)
# +         self.rest = Sequential(*[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)])


# %% mistake: changes_input
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats, first_stride)])
        for _ in range(n_blocks - 1):
            self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            y = block(x)
            if y.shape == x.shape:
                x.copy_(y)
            else:
                x = y
        return x


# repair
# -             y = block(x)
# -             if y.shape == x.shape:
# -                 x.copy_(y)
# -             else:
# -                 x = y
# +             x = block(x)


# %% right: channels first
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.n_blocks = n_blocks
        for i in range(n_blocks):
            self.add_module(f"block{i}", ResidualBlock(in_feats, out_feats, first_stride))
            in_feats, first_stride = out_feats, 1

    def forward(self, x):
        for i in range(self.n_blocks):
            x = getattr(self, f"block{i}")(x)
        return x


# %% right: einops fan
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        first = ResidualBlock(in_feats, out_feats, first_stride)
        rest = [ResidualBlock(out_feats, out_feats) for _ in range(1, n_blocks)]
        self.blocks = Sequential(first, Sequential(*rest))

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c2 h2 w2"]:
        return self.blocks(x)


# %% right: engineer: makes the first block by itself, since it alone is different, and refuses a group without blocks
class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        if n_blocks < 1:
            raise ValueError(f"a group needs at least one block, got n_blocks={n_blocks}")
        self.first = ResidualBlock(in_feats=in_feats, out_feats=out_feats, first_stride=first_stride)
        self.others = Sequential(*(self._later(out_feats) for _ in range(n_blocks - 1)))

    @staticmethod
    def _later(feats: int) -> ResidualBlock:
        return ResidualBlock(in_feats=feats, out_feats=feats, first_stride=1)

    def forward(self, x: Float[Tensor, "b i h w"]) -> Float[Tensor, "b o h2 w2"]:
        return self.others(self.first(x))


# %% right: golfer: is a Sequential itself, so it needs no forward
class BlockGroup(nn.Sequential):
    def __init__(self, n, i, o, first_stride=1):
        super().__init__(*(ResidualBlock(o if b else i, o, 1 if b else first_stride) for b in range(n)))


# %% right: inheritor
class BlockGroup(Sequential):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__(ResidualBlock(in_feats, out_feats, first_stride))
        while len(self._modules) < n_blocks:
            self.add_module(f"{len(self._modules)}", ResidualBlock(out_feats, out_feats))


# %% right: numpy convert
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        feats = [in_feats] + n_blocks * [out_feats]
        strides = [first_stride] + (n_blocks - 1) * [1]
        blocks = [ResidualBlock(feats[i], feats[i + 1], strides[i]) for i in range(n_blocks)]
        self.blocks = nn.ModuleDict({f"block_{i}": block for i, block in enumerate(blocks)})

    def forward(self, x):
        for block in self.blocks.values():
            x = block(x)
        return x


# %% right: textbook
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# %% right: torchvision reader
class BlockGroup(nn.Sequential):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        layers = [ResidualBlock(in_feats, out_feats, first_stride)]
        layers.extend(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1))
        super().__init__(*layers)


# %% right: a group that gives its blocks names
class ResidualBlock(nn.Module):
    def __init__(self, in_feats, out_feats, first_stride=1, name="", **more):
        super().__init__()


class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        feats = [in_feats] + [out_feats] * n_blocks
        strides = [first_stride] + [1] * (n_blocks - 1)
        blocks = [
            ResidualBlock(feats[i], feats[i + 1], first_stride=strides[i], name=f"block {i}", number=i)
            for i in range(n_blocks)
        ]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x):
        return self.blocks(x)


# %% right: a group whose block has other names for its arguments
class ResidualBlock(nn.Module):
    def __init__(self, channels, new_channels, first_stride=1):
        super().__init__()


class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        first = ResidualBlock(channels=in_feats, new_channels=out_feats, first_stride=first_stride)
        self.blocks = nn.Sequential(first, *[ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)])

    def forward(self, x):
        return self.blocks(x)


# %% wrong: has one list of blocks as a class attribute: each new group lengthens all
class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        first = ResidualBlock(in_feats, out_feats, first_stride)
        super().__init__(first, *(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))


class BlockGroup(nn.Module):
    blocks: list[nn.Module] = []

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.blocks.clear()
        self.blocks.extend(RightGroup(n_blocks, in_feats, out_feats, first_stride))
        self.registered = nn.ModuleList(self.blocks)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x


# %% wrong: builds its blocks in the first forward
class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        first = ResidualBlock(in_feats, out_feats, first_stride)
        super().__init__(first, *(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))


class BlockGroup(nn.Module):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__()
        self.settings, self.group = (n_blocks, in_feats, out_feats, first_stride), None

    def forward(self, x: Tensor) -> Tensor:
        if self.group is None:
            self.group = RightGroup(*self.settings).to(x.dtype)
        return self.group(x)


# %% wrong: runs its blocks without gradients once they keep the shape
import torch


class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        first = ResidualBlock(in_feats, out_feats, first_stride)
        super().__init__(first, *(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))


class BlockGroup(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        x = self[0](x)
        with torch.no_grad():
            for block in list(self)[1:]:
                x = block(x)
        return x


# %% wrong: pulls every second pixel out instead of striding in the block
class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        first = ResidualBlock(in_feats, out_feats, first_stride)
        super().__init__(first, *(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))


class BlockGroup(RightGroup):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(n_blocks, in_feats, out_feats, first_stride)
        for layer in self[0].modules():
            if isinstance(layer, nn.Conv2d):
                layer.stride = (1, 1)
        self.step = first_stride

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x[:, :, :: self.step, :: self.step])


# %% wrong: is right for up to three blocks and leaves the rest out
class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        first = ResidualBlock(in_feats, out_feats, first_stride)
        super().__init__(first, *(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))


class BlockGroup(RightGroup):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(min(n_blocks, 3), in_feats, out_feats, first_stride)


# %% wrong: projects in every block because channels are compared with the group's in_feats
class BlockGroup(nn.Sequential):
    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        super().__init__(*(ResidualBlock(in_feats if i == 0 else out_feats, out_feats) for i in range(n_blocks)))
        if first_stride > 1:
            self.insert(0, nn.MaxPool2d(1, first_stride))


# %% wrong: shuffles its later blocks in training (order dependence)
import torch


class RightGroup(nn.Sequential):
    """Right blocks in a row; only the first changes channels and size."""

    def __init__(self, n_blocks: int, in_feats: int, out_feats: int, first_stride: int = 1) -> None:
        first = ResidualBlock(in_feats, out_feats, first_stride)
        super().__init__(first, *(ResidualBlock(out_feats, out_feats) for _ in range(n_blocks - 1)))


class BlockGroup(RightGroup):
    def forward(self, x: Tensor) -> Tensor:
        rest = list(self)[1:]
        x = self[0](x)
        for index in torch.randperm(len(rest)) if self.training else range(len(rest)):
            x = rest[index](x)
        return x


# %% mistake: stride_on_every_block
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats, first_stride))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -                 self.blocks.append(ResidualBlock(out_feats, out_feats, first_stride))
# +                 self.blocks.append(ResidualBlock(out_feats, out_feats))


# %% mistake: one_too_many
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks + 1):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -         for i in range(n_blocks + 1):
# +         for i in range(n_blocks):


# %% mistake: one_too_few
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(max(1, n_blocks - 1)):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -         for i in range(max(1, n_blocks - 1)):
# +         for i in range(n_blocks):


# %% mistake: in_feats_everywhere
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(in_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -                 self.blocks.append(ResidualBlock(in_feats, out_feats))
# +                 self.blocks.append(ResidualBlock(out_feats, out_feats))


# %% mistake: stride_ignored
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -                 self.blocks.append(ResidualBlock(in_feats, out_feats))
# +                 self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))


# %% mistake: unregistered
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = []
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -         self.blocks = []
# +         self.blocks = nn.ModuleList()


# %% mistake: last_forgotten
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks[: max(1, len(self.blocks) - 1)]:
            x = block(x)
        return x


# repair
# -         for block in self.blocks[: max(1, len(self.blocks) - 1)]:
# +         for block in self.blocks:


# %% mistake: swapped_feats
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(out_feats, in_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(in_feats, in_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -                 self.blocks.append(ResidualBlock(out_feats, in_feats, first_stride))
# -             else:
# -                 self.blocks.append(ResidualBlock(in_feats, in_feats))
# +                 self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
# +             else:
# +                 self.blocks.append(ResidualBlock(out_feats, out_feats))


# %% mistake: outer_skip
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList()
        for i in range(n_blocks):
            if i == 0:
                self.blocks.append(ResidualBlock(in_feats, out_feats, first_stride))
            else:
                self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        start = x
        for block in self.blocks:
            x = block(x)
        return x + start if start.shape == x.shape else x


# repair
# -         start = x
# -         for block in self.blocks:
# +         for block in self.blocks:
# -         return x + start if start.shape == x.shape else x
# +         return x


# %% mistake: stride_where_channels_change
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        stride = 1 if in_feats == out_feats else 2
        self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats, stride)])
        for _ in range(n_blocks - 1):
            self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -         stride = 1 if in_feats == out_feats else 2
# -         self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats, stride)])
# +         self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats, first_stride)])


# %% mistake: same_input_for_all
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats, first_stride)])
        for _ in range(n_blocks - 1):
            self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            y = block(x)
        return y


# repair
# -             y = block(x)
# -         return y
# +             x = block(x)
# +         return x


# %% mistake: always_two
class BlockGroup(nn.Module):
    def __init__(self, n_blocks, in_feats, out_feats, first_stride=1):
        super().__init__()
        self.blocks = nn.ModuleList([ResidualBlock(in_feats, out_feats, first_stride)])
        self.blocks.append(ResidualBlock(out_feats, out_feats))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


# repair
# -         self.blocks.append(ResidualBlock(out_feats, out_feats))
# +         for _ in range(n_blocks - 1):
# +             self.blocks.append(ResidualBlock(out_feats, out_feats))
