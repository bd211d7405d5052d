# %% mistake: bias
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return out + skip


# repair
# -         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1)
# +         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)


# %% mistake: projection_bias
class PreActBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__()
        self.ready = nn.Sequential(nn.BatchNorm2d(in_feats), nn.ReLU())
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
        )
        self.same = stride == 1 and in_feats == out_feats
        if not self.same:
            self.right = nn.Conv2d(in_feats, out_feats, 1, stride)

    def forward(self, x):
        ready = self.ready(x)
        if self.same:
            return x + self.left(ready)
        return self.right(ready) + self.left(ready)


# repair
# -             self.right = nn.Conv2d(in_feats, out_feats, 1, stride)
# +             self.right = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)


# %% mistake: projection_norm
class PreActBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__()
        self.ready = nn.Sequential(nn.BatchNorm2d(in_feats), nn.ReLU())
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
        )
        self.same = stride == 1 and in_feats == out_feats
        if not self.same:
            self.right = nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, stride, bias=False), nn.BatchNorm2d(out_feats))

    def forward(self, x):
        ready = self.ready(x)
        if self.same:
            return x + self.left(ready)
        return self.right(ready) + self.left(ready)


# repair
# -             self.right = nn.Sequential(nn.Conv2d(in_feats, out_feats, 1, stride, bias=False), nn.BatchNorm2d(out_feats))
# +             self.right = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)


# %% mistake: projects_always
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, (3, 3), (stride, stride), (1, 1), bias=False)
        self.conv2 = nn.Conv2d(out_feats, out_feats, (3, 3), padding=(1, 1), bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(in_feats), nn.BatchNorm2d(out_feats)])
        self.relu = nn.ReLU(inplace=True)
        self.project = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.relu(self.norms[0](x))
        left = self.relu(self.norms[1](self.conv1(ready)))
        left = self.conv2(left)
        left += x if self.project is None else self.project(ready)
        return left


# repair
# -         self.project = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)
# +         changes = (in_feats, 1) != (out_feats, stride)
# +         self.project = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False) if changes else None


# %% mistake: projects_for_channels_only
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return out + skip


# repair
# -         if in_feats != out_feats:
# +         if in_feats != out_feats or stride > 1:


# %% mistake: projects_for_stride_only
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.n1, self.n2 = nn.BatchNorm2d(in_feats), nn.BatchNorm2d(out_feats)
        self.c1 = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False)
        self.c2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        if stride == 1:
            self.skip = nn.Identity()
        else:
            self.skip = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.n1(x).relu()
        source = x if isinstance(self.skip, nn.Identity) else ready
        skip = self.skip(source)
        hidden = self.n2(self.c1(ready)).relu()
        return sum([skip, self.c2(hidden)])


# repair
# -         if stride == 1:
# +         if stride == 1 and in_feats == out_feats:


# %% mistake: never_projects
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return out + skip


# repair
# -         self.shortcut = None
# +         self.shortcut = None
# +         if in_feats != out_feats or stride > 1:
# +             self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)


# %% mistake: no_padding
class PreActBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__()
        self.ready = nn.Sequential(nn.BatchNorm2d(in_feats), nn.ReLU())
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, bias=False),
        )
        self.same = stride == 1 and in_feats == out_feats
        if not self.same:
            self.right = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.ready(x)
        if self.same:
            return x + self.left(ready)
        return self.right(ready) + self.left(ready)


# repair
# -             nn.Conv2d(in_feats, out_feats, 3, stride, bias=False),
# +             nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
# -             nn.Conv2d(out_feats, out_feats, 3, bias=False),
# +             nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),


# %% mistake: shared_norm
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.n1 = nn.BatchNorm2d(in_feats)
        self.c1 = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False)
        self.c2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        if stride == 1 and in_feats == out_feats:
            self.skip = nn.Identity()
        else:
            self.skip = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.n1(x).relu()
        source = x if isinstance(self.skip, nn.Identity) else ready
        skip = self.skip(source)
        hidden = self.n1(self.c1(ready)).relu()
        return sum([skip, self.c2(hidden)])


# repair
# -         self.n1 = nn.BatchNorm2d(in_feats)
# +         self.n1, self.n2 = nn.BatchNorm2d(in_feats), nn.BatchNorm2d(out_feats)
# -         hidden = self.n1(self.c1(ready)).relu()
# +         hidden = self.n2(self.c1(ready)).relu()


# %% mistake: late_widening
class NormReLUConv(nn.Module):
    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.norm = nn.BatchNorm2d(n_in)
        self.conv = nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False)

    def forward(self, x):
        ready = self.norm(x).clamp(min=0)
        return self.conv(ready), ready


class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.first = NormReLUConv(in_feats, in_feats, stride)
        self.second = NormReLUConv(in_feats, out_feats)
        self.skip = nn.ModuleList()
        if stride != 1 or in_feats != out_feats:
            self.skip.append(nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False))

    def forward(self, x):
        left, ready = self.first(x)
        left, _ = self.second(left)
        right = x
        for projection in self.skip:
            right = projection(ready)
        return t.add(left, right)


# repair
# -         self.first = NormReLUConv(in_feats, in_feats, stride)
# -         self.second = NormReLUConv(in_feats, out_feats)
# +         self.first = NormReLUConv(in_feats, out_feats, stride)
# +         self.second = NormReLUConv(out_feats, out_feats)


# %% mistake: unregistered
class NormReLUConv(nn.Module):
    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.norm = nn.BatchNorm2d(n_in)
        self.conv = nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False)

    def forward(self, x):
        ready = self.norm(x).clamp(min=0)
        return self.conv(ready), ready


class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.first = NormReLUConv(in_feats, out_feats, stride)
        self.second = NormReLUConv(out_feats, out_feats)
        self.skip = []
        if stride != 1 or in_feats != out_feats:
            self.skip.append(nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False))

    def forward(self, x):
        left, ready = self.first(x)
        left, _ = self.second(left)
        right = x
        for projection in self.skip:
            right = projection(ready)
        return t.add(left, right)


# repair
# -         self.skip = []
# +         self.skip = nn.ModuleList()


# %% mistake: of_2015
class PreActBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__()
        self.ready = nn.Identity()
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_feats),
        )
        self.same = stride == 1 and in_feats == out_feats
        if not self.same:
            self.right = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.ready(x)
        if self.same:
            return t.relu(x + self.left(ready))
        return t.relu(self.right(ready) + self.left(ready))


# repair
# -         self.ready = nn.Identity()
# -         self.left = nn.Sequential(
# -             nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
# -             nn.BatchNorm2d(out_feats),
# -             nn.ReLU(),
# -             nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
# -             nn.BatchNorm2d(out_feats),
# -         )
# +         self.ready = nn.Sequential(nn.BatchNorm2d(in_feats), nn.ReLU())
# +         self.left = nn.Sequential(
# +             nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
# +             nn.BatchNorm2d(out_feats),
# +             nn.ReLU(),
# +             nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
# +         )
# -             return t.relu(x + self.left(ready))
# +             return x + self.left(ready)
# -         return t.relu(self.right(ready) + self.left(ready))
# +         return self.right(ready) + self.left(ready)


# %% mistake: default_stride_2
class NormReLUConv(nn.Module):
    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.norm = nn.BatchNorm2d(n_in)
        self.conv = nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False)

    def forward(self, x):
        ready = self.norm(x).clamp(min=0)
        return self.conv(ready), ready


class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=2):
        super().__init__()
        self.first = NormReLUConv(in_feats, out_feats, stride)
        self.second = NormReLUConv(out_feats, out_feats)
        self.skip = nn.ModuleList()
        if stride != 1 or in_feats != out_feats:
            self.skip.append(nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False))

    def forward(self, x):
        left, ready = self.first(x)
        left, _ = self.second(left)
        right = x
        for projection in self.skip:
            right = projection(ready)
        return t.add(left, right)


# repair
# - class PreActBlock(nn.Module):
# -     def __init__(self, in_feats, out_feats, stride=2):
# + class PreActBlock(nn.Module):
# +     def __init__(self, in_feats, out_feats, stride=1):


# %% mistake: stride_on_second
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return out + skip


# repair
# -         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, padding=1, bias=False)
# +         self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
# -         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, stride=stride, padding=1, bias=False)
# +         self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)


# %% mistake: stride_on_both
class NormReLUConv(nn.Module):
    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.norm = nn.BatchNorm2d(n_in)
        self.conv = nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False)

    def forward(self, x):
        ready = self.norm(x).clamp(min=0)
        return self.conv(ready), ready


class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.first = NormReLUConv(in_feats, out_feats, stride)
        self.second = NormReLUConv(out_feats, out_feats, stride)
        self.skip = nn.ModuleList()
        if stride != 1 or in_feats != out_feats:
            self.skip.append(nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False))

    def forward(self, x):
        left, ready = self.first(x)
        left, _ = self.second(left)
        right = x
        for projection in self.skip:
            right = projection(ready)
        return t.add(left, right)


# repair
# -         self.second = NormReLUConv(out_feats, out_feats, stride)
# +         self.second = NormReLUConv(out_feats, out_feats)


# %% mistake: changes_input
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.projects = bool(stride - 1 or in_feats - out_feats)
        if self.projects:
            self.projection = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=stride, bias=False)
        self.norm_in = nn.BatchNorm2d(in_feats)
        self.norm_out = nn.BatchNorm2d(out_feats)
        self.wide = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False)
        self.deep = nn.Conv2d(out_feats, out_feats, kernel_size=3, padding="same", bias=False)

    def forward(self, x):
        a = functional.relu(self.norm_in(x))
        b = functional.relu(self.norm_out(self.wide(a)))
        total = self.deep(b)
        if self.projects:
            return total + self.projection(a)
        x += total
        return x


# repair
# -         x += total
# -         return x
# +         return total + x


# %% mistake: adds_ready
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.n1, self.n2 = nn.BatchNorm2d(in_feats), nn.BatchNorm2d(out_feats)
        self.c1 = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False)
        self.c2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        if stride == 1 and in_feats == out_feats:
            self.skip = nn.Identity()
        else:
            self.skip = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.n1(x).relu()
        skip = self.skip(ready)
        hidden = self.n2(self.c1(ready)).relu()
        return sum([skip, self.c2(hidden)])


# repair
# -         skip = self.skip(ready)
# +         source = x if isinstance(self.skip, nn.Identity) else ready
# +         skip = self.skip(source)


# %% mistake: projects_x
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.n1, self.n2 = nn.BatchNorm2d(in_feats), nn.BatchNorm2d(out_feats)
        self.c1 = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False)
        self.c2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        if stride == 1 and in_feats == out_feats:
            self.skip = nn.Identity()
        else:
            self.skip = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.n1(x).relu()
        skip = self.skip(x)
        hidden = self.n2(self.c1(ready)).relu()
        return sum([skip, self.c2(hidden)])


# repair
# -         skip = self.skip(x)
# +         source = x if isinstance(self.skip, nn.Identity) else ready
# +         skip = self.skip(source)


# %% mistake: no_first_relu
class PreActBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__()
        self.ready = nn.BatchNorm2d(in_feats)
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
        )
        self.same = stride == 1 and in_feats == out_feats
        if not self.same:
            self.right = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.ready(x)
        if self.same:
            return x + self.left(ready)
        return self.right(ready) + self.left(ready)


# repair
# -         self.ready = nn.BatchNorm2d(in_feats)
# +         self.ready = nn.Sequential(nn.BatchNorm2d(in_feats), nn.ReLU())


# %% mistake: no_first_norm
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(x)
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return out + skip


# repair
# -         out = t.relu(x)
# +         out = t.relu(self.bn1(x))


# %% mistake: relu_before_norm
class PreActBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__()
        self.ready = nn.Sequential(nn.ReLU(), nn.BatchNorm2d(in_feats))
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
        )
        self.same = stride == 1 and in_feats == out_feats
        if not self.same:
            self.right = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.ready(x)
        if self.same:
            return x + self.left(ready)
        return self.right(ready) + self.left(ready)


# repair
# -         self.ready = nn.Sequential(nn.ReLU(), nn.BatchNorm2d(in_feats))
# +         self.ready = nn.Sequential(nn.BatchNorm2d(in_feats), nn.ReLU())


# %% mistake: no_second_relu
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.projects = bool(stride - 1 or in_feats - out_feats)
        if self.projects:
            self.projection = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=stride, bias=False)
        self.norm_in = nn.BatchNorm2d(in_feats)
        self.norm_out = nn.BatchNorm2d(out_feats)
        self.wide = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False)
        self.deep = nn.Conv2d(out_feats, out_feats, kernel_size=3, padding="same", bias=False)

    def forward(self, x):
        a = functional.relu(self.norm_in(x))
        b = self.norm_out(self.wide(a))
        total = self.deep(b)
        if self.projects:
            return total + self.projection(a)
        return total + x


# repair
# -         b = self.norm_out(self.wide(a))
# +         b = functional.relu(self.norm_out(self.wide(a)))


# %% mistake: second_relu_before_norm
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = self.bn2(t.relu(out))
        out = self.conv2(out)
        return out + skip


# repair
# -         out = self.bn2(t.relu(out))
# +         out = t.relu(self.bn2(out))


# %% mistake: relu_behind_sum
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return t.relu(out + skip)


# repair
# -         return t.relu(out + skip)
# +         return out + skip


# %% mistake: relu_on_left
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = t.relu(self.conv2(out))
        return out + skip


# repair
# -         out = t.relu(self.conv2(out))
# +         out = self.conv2(out)


# %% mistake: no_skip
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return out


# repair
# -         return out
# +         return out + skip


# %% mistake: multiplied
class NormReLUConv(nn.Module):
    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.norm = nn.BatchNorm2d(n_in)
        self.conv = nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False)

    def forward(self, x):
        ready = self.norm(x).clamp(min=0)
        return self.conv(ready), ready


class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.first = NormReLUConv(in_feats, out_feats, stride)
        self.second = NormReLUConv(out_feats, out_feats)
        self.skip = nn.ModuleList()
        if stride != 1 or in_feats != out_feats:
            self.skip.append(nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False))

    def forward(self, x):
        left, ready = self.first(x)
        left, _ = self.second(left)
        right = x
        for projection in self.skip:
            right = projection(ready)
        return left * right


# repair
# -         return left * right
# +         return t.add(left, right)


# %% mistake: concatenated
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return t.cat((skip, out), dim=1)


# repair
# -         return t.cat((skip, out), dim=1)
# +         return out + skip


# %% right: plain
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        self.shortcut = None
        if in_feats != out_feats or stride > 1:
            self.shortcut = nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False)

    def forward(self, x):
        out = t.relu(self.bn1(x))
        skip = self.shortcut(out) if self.shortcut is not None else x
        out = self.conv1(out)
        out = t.relu(self.bn2(out))
        out = self.conv2(out)
        return out + skip


# %% right: two sequentials
class PreActBlock(nn.Module):
    def __init__(self, in_feats: int, out_feats: int, stride: int = 1) -> None:
        super().__init__()
        self.ready = nn.Sequential(nn.BatchNorm2d(in_feats), nn.ReLU())
        self.left = nn.Sequential(
            nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_feats),
            nn.ReLU(),
            nn.Conv2d(out_feats, out_feats, 3, 1, 1, bias=False),
        )
        self.same = stride == 1 and in_feats == out_feats
        if not self.same:
            self.right = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.ready(x)
        if self.same:
            return x + self.left(ready)
        return self.right(ready) + self.left(ready)


# %% right: in place on its own tensors
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_feats, out_feats, (3, 3), (stride, stride), (1, 1), bias=False)
        self.conv2 = nn.Conv2d(out_feats, out_feats, (3, 3), padding=(1, 1), bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(in_feats), nn.BatchNorm2d(out_feats)])
        self.relu = nn.ReLU(inplace=True)
        changes = (in_feats, 1) != (out_feats, stride)
        self.project = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False) if changes else None

    def forward(self, x):
        ready = self.relu(self.norms[0](x))
        left = self.relu(self.norms[1](self.conv1(ready)))
        left = self.conv2(left)
        left += x if self.project is None else self.project(ready)
        return left


# %% right: the skip first
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.projects = bool(stride - 1 or in_feats - out_feats)
        if self.projects:
            self.projection = nn.Conv2d(in_feats, out_feats, kernel_size=1, stride=stride, bias=False)
        self.norm_in = nn.BatchNorm2d(in_feats)
        self.norm_out = nn.BatchNorm2d(out_feats)
        self.wide = nn.Conv2d(in_feats, out_feats, kernel_size=3, stride=stride, padding=1, bias=False)
        self.deep = nn.Conv2d(out_feats, out_feats, kernel_size=3, padding="same", bias=False)

    def forward(self, x):
        a = functional.relu(self.norm_in(x))
        b = functional.relu(self.norm_out(self.wide(a)))
        total = self.deep(b)
        if self.projects:
            return total + self.projection(a)
        return total + x


# %% right: a helper class
class NormReLUConv(nn.Module):
    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.norm = nn.BatchNorm2d(n_in)
        self.conv = nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False)

    def forward(self, x):
        ready = self.norm(x).clamp(min=0)
        return self.conv(ready), ready


class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.first = NormReLUConv(in_feats, out_feats, stride)
        self.second = NormReLUConv(out_feats, out_feats)
        self.skip = nn.ModuleList()
        if stride != 1 or in_feats != out_feats:
            self.skip.append(nn.Conv2d(in_feats, out_feats, 1, stride=stride, bias=False))

    def forward(self, x):
        left, ready = self.first(x)
        left, _ = self.second(left)
        right = x
        for projection in self.skip:
            right = projection(ready)
        return t.add(left, right)


# %% right: identity for a projection
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.n1, self.n2 = nn.BatchNorm2d(in_feats), nn.BatchNorm2d(out_feats)
        self.c1 = nn.Conv2d(in_feats, out_feats, 3, stride, padding=1, bias=False)
        self.c2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        if stride == 1 and in_feats == out_feats:
            self.skip = nn.Identity()
        else:
            self.skip = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False)

    def forward(self, x):
        ready = self.n1(x).relu()
        source = x if isinstance(self.skip, nn.Identity) else ready
        skip = self.skip(source)
        hidden = self.n2(self.c1(ready)).relu()
        return sum([skip, self.c2(hidden)])


# %% wrong: a shortcut: the course's block
class PreActBlock(training.ThinBlock):
    pass


# %% wrong: norm over the wrong channels
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(out_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)

    def forward(self, x):
        return x + self.conv2(self.bn2(self.conv1(self.bn1(x).relu())).relu())


# %% wrong: relu in place on x
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        changes = (in_feats, 1) != (out_feats, stride)
        self.skip = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False) if changes else None

    def forward(self, x):
        out = self.bn1(x.relu_())
        skip = x if self.skip is None else self.skip(out)
        return skip + self.conv2(self.bn2(self.conv1(out)).relu())


# %% wrong: no return
class PreActBlock(nn.Module):
    def __init__(self, in_feats, out_feats, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_feats)
        self.conv1 = nn.Conv2d(in_feats, out_feats, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_feats)
        self.conv2 = nn.Conv2d(out_feats, out_feats, 3, padding=1, bias=False)
        changes = (in_feats, 1) != (out_feats, stride)
        self.skip = nn.Conv2d(in_feats, out_feats, 1, stride, bias=False) if changes else None

    def forward(self, x):
        out = self.bn1(x).relu()
        skip = x if self.skip is None else self.skip(out)
        out = skip + self.conv2(self.bn2(self.conv1(out)).relu())


# %% equivalent: there is no stride below 1
# if stride > 1 or
