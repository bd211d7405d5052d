# %% mistake: a_pads_in_front
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        small = x[:, :, :: self.stride, :: self.stride]
        batch, _, height, width = small.shape
        zeros = small.new_zeros(batch, self.extra, height, width)
        return t.cat([zeros, small], dim=1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    same = stride == 1 and in_channels == out_channels
    if option == "A":
        return nn.Identity() if same else PaddedShortcut(out_channels - in_channels, stride)
    if option == "B" and same:
        return nn.Identity()
    if option in ("B", "C"):
        return nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
        )
    raise ValueError(f"unknown option {option}")


# repair
# -         return t.cat([zeros, small], dim=1)
# +         return t.cat([small, zeros], dim=1)


# %% mistake: a_pads_both_sides
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        front = self.extra // 2
        back = self.extra - front
        x = x[..., :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, front, back))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in ["A", "B", "C"]:
        raise ValueError("option must be A, B or C")
    if option in ["A", "B"] and in_channels == out_channels and stride == 1:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    conv = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out_channels))


# repair
# -         front = self.extra // 2
# +         front = 0


# %% mistake: a_zeros_on_the_cpu
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        zeros = t.zeros(x.shape[0], self.extra, x.shape[2], x.shape[3], dtype=x.dtype)
        return t.cat((x, zeros), dim=1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    changes = stride != 1 or in_channels != out_channels
    match option:
        case "A":
            return PaddedShortcut(out_channels - in_channels, stride) if changes else nn.Identity()
        case "B" if not changes:
            return nn.Identity()
        case "B" | "C":
            return nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )
        case _:
            raise ValueError(option)


# repair
# -         zeros = t.zeros(x.shape[0], self.extra, x.shape[2], x.shape[3], dtype=x.dtype)
# +         zeros = x.new_zeros(x.shape[0], self.extra, x.shape[2], x.shape[3])


# %% mistake: a_repeats
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        n_channels = x.shape[1]
        which = [channel % n_channels for channel in range(n_channels + self.extra)]
        return x[:, which]


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in list("ABC"):
        raise ValueError(f"no such option: {option}")
    if option != "C" and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
    )


# repair
# -         n_channels = x.shape[1]
# -         which = [channel % n_channels for channel in range(n_channels + self.extra)]
# -         return x[:, which]
# +         return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


# %% mistake: a_pads_the_map
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        out = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(out, (0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    def projection() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
        )

    needed = not (stride == 1 and in_channels == out_channels)
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride) if needed else nn.Identity()
    elif option == "B":
        return projection() if needed else nn.Identity()
    elif option == "C":
        return projection()
    else:
        raise ValueError("only A, B and C")


# repair
# -         return functional.pad(out, (0, 0, 0, self.extra))
# +         return functional.pad(out, (0, 0, 0, 0, 0, self.extra))


# %% mistake: a_averages
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride
        self.pool = nn.AvgPool2d(kernel_size=stride, stride=stride, ceil_mode=True)

    def forward(self, x: Tensor) -> Tensor:
        return functional.pad(self.pool(x), (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in {"A", "B", "C"}:
        raise ValueError(f"{option!r}?")
    if option == "C" or stride != 1 or in_channels != out_channels:
        if option == "A":
            return PaddedShortcut(out_channels - in_channels, stride)
        return nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False),
            nn.BatchNorm2d(out_channels),
        )
    return nn.Identity()


# repair
# -         self.extra, self.stride = extra, stride
# -         self.pool = nn.AvgPool2d(kernel_size=stride, stride=stride, ceil_mode=True)
# +         self.extra, self.stride = extra, stride
# -         return functional.pad(self.pool(x), (0, 0, 0, 0, 0, self.extra))
# +         x = x[:, :, :: self.stride, :: self.stride]
# +         return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


# %% mistake: a_max_pools
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(x, self.stride)
        b, _, h, w = x.shape
        return t.cat([x, x.new_zeros(b, self.extra, h, w)], 1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    same = (in_channels, 1) == (out_channels, stride)
    if option == "A" and not same:
        return PaddedShortcut(out_channels - in_channels, stride)
    if option in ("A", "B") and same:
        return nn.Identity()
    if option in ("B", "C"):
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))
    raise ValueError(f"option {option} does not exist")


# repair
# -         x = functional.max_pool2d(x, self.stride)
# +         x = x[:, :, :: self.stride, :: self.stride]


# %% mistake: a_begins_late
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        if self.stride > 1:
            x = x[:, :, 1 :: self.stride, 1 :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in ("A", "B", "C"):
        raise ValueError(f"unknown option {option}")
    if option != "C" and in_channels == out_channels and stride == 1:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(extra=out_channels - in_channels, stride=stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
    )


# repair
# -         if self.stride > 1:
# -             x = x[:, :, 1 :: self.stride, 1 :: self.stride]
# +         x = x[:, :, :: self.stride, :: self.stride]


# %% mistake: a_cuts
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        height = (x.shape[2] + self.stride - 1) // self.stride
        width = (x.shape[3] + self.stride - 1) // self.stride
        x = x[:, :, :height, :width]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    project = nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
    )
    if option == "C":
        return project
    if option not in ("A", "B"):
        raise ValueError("no such shortcut")
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return project if option == "B" else PaddedShortcut(out_channels - in_channels, stride)


# repair
# -         height = (x.shape[2] + self.stride - 1) // self.stride
# -         width = (x.shape[3] + self.stride - 1) // self.stride
# -         x = x[:, :, :height, :width]
# +         x = x[:, :, :: self.stride, :: self.stride]


# %% mistake: a_height_only
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in {"A", "B", "C"}:
        raise ValueError(f"there is no option {option}")
    shape_changes = stride > 1 or in_channels != out_channels
    if option != "C" and not shape_changes:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=(1, 1), stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )


# repair
# -         x = x[:, :, :: self.stride]
# +         x = x[:, :, :: self.stride, :: self.stride]


# %% mistake: a_without_stride
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        out = x.new_zeros(b, c + self.extra, h, w)
        out[:, :c] = x
        return out


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option == "A":
        if stride == 1 and in_channels == out_channels:
            return nn.Identity()
        return PaddedShortcut(out_channels - in_channels, stride)
    if option == "B":
        if stride == 1 and in_channels == out_channels:
            return nn.Identity()
        return shortcut("C", in_channels, out_channels, stride)
    if option == "C":
        return nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
        )
    raise ValueError(option)


# repair
# -         b, c, h, w = x.shape
# +         x = x[:, :, :: self.stride, :: self.stride]
# +         b, c, h, w = x.shape


# %% mistake: a_always_2
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, ::2, ::2]
        zeros = t.zeros(len(x), self.extra, *x.shape[2:], dtype=x.dtype, device=x.device)
        return t.cat([x, zeros], dim=1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in ("A", "B", "C"):
        raise ValueError(f"option must be A, B or C, not {option}")
    if option != "C" and stride == 1 and out_channels == in_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )


# repair
# -         x = x[:, :, ::2, ::2]
# +         x = x[:, :, :: self.stride, :: self.stride]


# %% mistake: a_projects
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in ("A", "B", "C"):
        raise ValueError(f"no option {option}")
    if option in ("A", "B") and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
    )


# repair
# -         return nn.Identity()
# +         return nn.Identity()
# +     if option == "A":
# +         return PaddedShortcut(out_channels - in_channels, stride)


# %% mistake: b_for_stride_only
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option == "A":
        if stride == 1 and in_channels == out_channels:
            return nn.Identity()
        return PaddedShortcut(out_channels - in_channels, stride)
    if option not in ("B", "C"):
        raise ValueError(f"unknown option {option}")
    if option == "B" and stride == 1:
        return nn.Identity()
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
    )


# repair
# -     if option == "B" and stride == 1:
# +     if option == "B" and stride == 1 and in_channels == out_channels:


# %% mistake: b_for_channels_only
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        b, _, h, w = x.shape
        return t.cat([x, x.new_zeros((b, self.extra, h, w))], dim=1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    def project() -> nn.Sequential:
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))

    if option == "A":
        unchanged = stride == 1 and in_channels == out_channels
        return nn.Identity() if unchanged else PaddedShortcut(out_channels - in_channels, stride)
    if option == "B":
        return project() if in_channels != out_channels else nn.Identity()
    if option == "C":
        return project()
    raise ValueError(f"{option} is none of A, B, C")


# repair
# -         return project() if in_channels != out_channels else nn.Identity()
# +         return project() if stride != 1 or in_channels != out_channels else nn.Identity()


# %% mistake: b_always
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        skip = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(skip, [0, 0, 0, 0, 0, self.extra])


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option == "A":
        if stride == 1 and in_channels == out_channels:
            return nn.Identity()
        return PaddedShortcut(out_channels - in_channels, stride)
    if option == "B" or option == "C":
        layers = [nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)]
        return nn.Sequential(*layers)
    raise ValueError("the options are A, B and C")


# repair
# -     if option == "B" or option == "C":
# +     if option == "B" and stride == 1 and in_channels == out_channels:
# +         return nn.Identity()
# +     if option == "B" or option == "C":


# %% mistake: c_as_b
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in ("A", "B", "C"):
        raise ValueError(f"unknown option: {option}")
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )


# repair
# -     if stride == 1 and in_channels == out_channels:
# +     if option != "C" and stride == 1 and in_channels == out_channels:


# %% mistake: without_norm
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in ("A", "B", "C"):
        raise ValueError(f"unknown option {option!r}")
    if option != "C" and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)


# repair
# -     return nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)
# +     conv = nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)
# +     return nn.Sequential(conv, nn.BatchNorm2d(out_channels))


# %% mistake: bias
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        s = self.stride
        return functional.pad(x[:, :, ::s, ::s], (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    same = stride == 1 and in_channels == out_channels
    if option in ("A", "B") and same:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    if option in ("B", "C"):
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride), nn.BatchNorm2d(out_channels))
    raise ValueError("option has to be A, B or C")


# repair
# -         return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride), nn.BatchNorm2d(out_channels))
# +         conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
# +         return nn.Sequential(conv, nn.BatchNorm2d(out_channels))


# %% mistake: 3x3
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    if option not in ("A", "B", "C"):
        raise ValueError(f"unknown option {option!r}")
    if option != "C" and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
    )


# repair
# -         nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False),
# +         nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),


# %% mistake: unstrided
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        zeros = x.new_zeros(x.size(0), self.extra, x.size(2), x.size(3))
        return t.cat((x, zeros), dim=1)


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    shape_changes = stride != 1 or in_channels != out_channels
    if option == "A" and shape_changes:
        return PaddedShortcut(out_channels - in_channels, stride)
    if option == "C" or (option == "B" and shape_changes):
        return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels))
    if option in ("A", "B"):
        return nn.Identity()
    raise ValueError(f"no option {option}")


# repair
# -         return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels))
# +         conv = nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)
# +         return nn.Sequential(conv, nn.BatchNorm2d(out_channels))


# %% mistake: else
class PaddedShortcut(nn.Module):
    def __init__(self, extra: int, stride: int) -> None:
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, 0, self.extra))


def shortcut(option: str, in_channels: int, out_channels: int, stride: int = 1) -> nn.Module:
    same = stride == 1 and in_channels == out_channels
    projection = nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
    )
    if option == "A":
        return nn.Identity() if same else PaddedShortcut(out_channels - in_channels, stride)
    elif option == "B":
        return nn.Identity() if same else projection
    else:
        return projection


# repair
# -     else:
# -         return projection
# +     elif option == "C":
# +         return projection
# +     raise ValueError(f"there is no option {option}")


# %% mistake: default_stride_2
class Zeros(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def shortcut(option, in_channels, out_channels, stride=2):
    if option not in {"A", "B", "C"}:
        raise ValueError(option)
    if option != "C" and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return Zeros(out_channels - in_channels, stride)
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))


# repair
# - def shortcut(option, in_channels, out_channels, stride=2):
# + def shortcut(option, in_channels, out_channels, stride=1):


# %% right: a never asks
class Zeros(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def projection(i, o, s):
    return nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o))


def shortcut(option, in_channels, out_channels, stride=1):
    """Takes the padding module where nothing changes as well: it then changes nothing."""
    match option, stride, in_channels == out_channels:
        case "A", _, _:
            return Zeros(out_channels - in_channels, stride)
        case "B", 1, True:
            return nn.Sequential()
        case "B" | "C", _, _:
            return projection(in_channels, out_channels, stride)
    raise ValueError("A, B or C")


# %% right: from makers
import torch


class Zeros(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


class Joined(Zeros):
    def forward(self, x):
        x = functional.avg_pool2d(x, 1, self.stride)
        batch, _, height, width = x.shape
        return torch.cat([x, x.new_zeros(batch, self.extra, height, width)], dim=1)


def projection(i, o, s):
    return nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o))


def shortcut(option, in_channels, out_channels, stride=1):
    changes = stride != 1 or in_channels != out_channels
    makers = {
        "A": lambda: Joined(out_channels - in_channels, stride) if changes else nn.Identity(),
        "B": lambda: projection(in_channels, out_channels, stride) if changes else nn.Identity(),
        "C": lambda: projection(in_channels, out_channels, stride),
    }
    if option not in makers:
        raise ValueError(f"unknown option {option}")
    return makers[option]()


# %% right: zeros
class Zeros(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def projection(i, o, s):
    return nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o))


def shortcut_with(padded):
    def shortcut(option, in_channels, out_channels, stride=1):
        if option not in ("A", "B", "C"):
            raise ValueError(option)
        if option == "C":
            return projection(in_channels, out_channels, stride)
        if in_channels == out_channels and stride == 1:
            return nn.Identity()
        return (
            padded(out_channels - in_channels, stride)
            if option == "A"
            else projection(in_channels, out_channels, stride)
        )

    return shortcut


shortcut = shortcut_with(Zeros)


# %% right: joined
import torch


class Zeros(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


class Joined(Zeros):
    def forward(self, x):
        x = functional.avg_pool2d(x, 1, self.stride)
        batch, _, height, width = x.shape
        return torch.cat([x, x.new_zeros(batch, self.extra, height, width)], dim=1)


def projection(i, o, s):
    return nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o))


def shortcut_with(padded):
    def shortcut(option, in_channels, out_channels, stride=1):
        if option not in ("A", "B", "C"):
            raise ValueError(option)
        if option == "C":
            return projection(in_channels, out_channels, stride)
        if in_channels == out_channels and stride == 1:
            return nn.Identity()
        return (
            padded(out_channels - in_channels, stride)
            if option == "A"
            else projection(in_channels, out_channels, stride)
        )

    return shortcut


shortcut = shortcut_with(Joined)


# %% right: filled
import torch


class Zeros(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


class Filled(Zeros):
    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        out = torch.zeros(x.shape[0], x.shape[1] + self.extra, *x.shape[2:], dtype=x.dtype, device=x.device)
        out[:, : x.shape[1]] = x
        return out


def projection(i, o, s):
    return nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o))


def shortcut_with(padded):
    def shortcut(option, in_channels, out_channels, stride=1):
        if option not in ("A", "B", "C"):
            raise ValueError(option)
        if option == "C":
            return projection(in_channels, out_channels, stride)
        if in_channels == out_channels and stride == 1:
            return nn.Identity()
        return (
            padded(out_channels - in_channels, stride)
            if option == "A"
            else projection(in_channels, out_channels, stride)
        )

    return shortcut


shortcut = shortcut_with(Filled)


# %% right: fixed convolution
import torch


class Zeros(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


class FixedConvolution(Zeros):
    """Writes option A as a convolution whose weights nobody learns."""

    def forward(self, x):
        eye = torch.eye(x.shape[1] + self.extra, x.shape[1], dtype=x.dtype)[:, :, None, None]
        return functional.conv2d(x, eye, stride=self.stride)


def projection(i, o, s):
    return nn.Sequential(nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o))


def shortcut_with(padded):
    def shortcut(option, in_channels, out_channels, stride=1):
        if option not in ("A", "B", "C"):
            raise ValueError(option)
        if option == "C":
            return projection(in_channels, out_channels, stride)
        if in_channels == out_channels and stride == 1:
            return nn.Identity()
        return (
            padded(out_channels - in_channels, stride)
            if option == "A"
            else projection(in_channels, out_channels, stride)
        )

    return shortcut


shortcut = shortcut_with(FixedConvolution)


# %% equivalent: any error refuses, whatever its kind and its words
# raise ValueError()


# %% equivalent: of three letters, A and B come before C
# option < 'C'


# %% equivalent: of three letters, A is the first
# option <= 'A'


# %% equivalent: no shortcut of the paper's leads to fewer channels, and there is no stride below 1
# stride <= 1
# in_channels >= out_channels


# %% mistake: bare
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def shortcut(option, in_channels, out_channels, stride=1):
    if option not in ("A", "B", "C"):
        raise ValueError(option)
    if option in ("A", "B") and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    return nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride)


# repair
# -     return nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride)
# +     conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
# +     return nn.Sequential(conv, nn.BatchNorm2d(out_channels))


# %% mistake: small_letters
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def shortcut(option, in_channels, out_channels, stride=1):
    option = option.capitalize()
    if option not in ("A", "B", "C"):
        raise ValueError(option)
    if option in ("A", "B") and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out_channels))


# repair
# -     option = option.capitalize()
# -     if option not in ("A", "B", "C"):
# +     if option not in ("A", "B", "C"):


# %% mistake: pieces
class PaddedShortcut(nn.Module):
    def __init__(self, extra, stride):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x):
        return functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))


def shortcut(option, in_channels, out_channels, stride=1):
    if option not in "ABC":
        raise ValueError(option)
    if option in ("A", "B") and stride == 1 and in_channels == out_channels:
        return nn.Identity()
    if option == "A":
        return PaddedShortcut(out_channels - in_channels, stride)
    conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out_channels))


# repair
# -     if option not in "ABC":
# +     if option not in ("A", "B", "C"):
