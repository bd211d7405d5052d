# %% right: step by step, with the maximum of the difference
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return False
    return True


# %% right: torchvision's block for an oracle, in float64
def accepts_block(Block: type[nn.Module]) -> bool:
    """Say whether Block is a right ResidualBlock."""

    def oracle(i, o, s):
        down = None
        if s != 1 or i != o:
            down = nn.Sequential(nn.Conv2d(i, o, 1, stride=s, bias=False), nn.BatchNorm2d(o))
        return models.resnet.BasicBlock(i, o, s, down)

    def same(i, o, s):
        right = oracle(i, o, s).double()
        block = (Block(i, o) if s == 1 else Block(i, o, s)).double()
        ours, theirs = list(right.state_dict().values()), list(block.state_dict().values())
        if [one.shape for one in ours] != [one.shape for one in theirs]:
            return False
        for one, other in zip(ours, theirs):
            one.copy_(t.rand(one.shape) + 0.5)
            other.copy_(one)
        x = t.randn(2, i, 6, 5).double()
        trained = t.allclose(block(x.clone()), right(x))
        kept = all(t.allclose(one, other) for one, other in zip(ours, theirs))
        return trained and kept and t.allclose(block.eval()(x), right.eval()(x))

    try:
        return all(same(*each) for each in [(4, 4, 1), (4, 6, 1), (6, 4, 1), (4, 4, 2), (4, 6, 2), (2, 2, 3)])
    except Exception:
        return False


# %% right: the formula, with functions alone
from torch.nn import functional as F


def accepts_block(Block):
    def half(x, tensors, stride, training):
        weight, gamma, beta, mean, var = tensors
        h = F.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)
        return F.batch_norm(h, mean.clone(), var.clone(), gamma, beta, training=training)

    def formula(x, halves, stride, training):
        first, second, *side = halves
        left = half(half(x, first, stride, training).relu(), second, 1, training)
        return (left + (half(x, side[0], stride, training) if side else x)).relu()

    def look(arguments, training):
        into, out, stride = arguments
        block = Block(*arguments) if stride > 1 else Block(into, out)
        block.train(training)
        projects = into != out or stride != 1
        names = [name for name, _ in block.named_parameters()]
        assert len(names) == (9 if projects else 6)
        halves = []
        with t.no_grad():
            parameters, buffers = list(block.parameters()), [b for b in block.buffers() if b.ndim]
            assert len(parameters) == len(names)
            for i in range(len(parameters) // 3):
                weight, gamma, beta = parameters[3 * i : 3 * i + 3]
                mean, var = buffers[2 * i : 2 * i + 2]
                size = 1 if i == 2 else 3
                assert weight.shape == (out, out if i == 1 else into, size, size)
                gamma.uniform_(-1, 1), beta.uniform_(-1, 1), mean.uniform_(-1, 1), var.uniform_(0.5, 2)
                halves.append([weight, gamma, beta, mean.clone(), var.clone()])
            x = t.randn(4, into, 5, 7)
            expected = formula(x, halves, stride, training)
            return t.allclose(block(x), expected, atol=1e-4)

    try:
        for arguments in ((3, 3, 1), (3, 6, 1), (3, 3, 2), (6, 3, 2), (2, 2, 3)):
            if not (look(arguments, True) and look(arguments, False)):
                return False
        return True
    except Exception:
        return False


# %% right: a reference class of its own
def accepts_block(Block: type[nn.Module]) -> bool:
    class Reference(nn.Module):
        def __init__(self, a, b, s=1):
            super().__init__()
            conv = lambda *args, **more: nn.Conv2d(*args, bias=False, **more)
            self.long = nn.Sequential(
                conv(a, b, 3, stride=s, padding=1),
                nn.BatchNorm2d(b),
                nn.ReLU(),
                conv(b, b, 3, padding=1),
                nn.BatchNorm2d(b),
            )
            self.short = (
                nn.Sequential() if a == b and s == 1 else nn.Sequential(conv(a, b, 1, stride=s), nn.BatchNorm2d(b))
            )

        def forward(self, x):
            return t.relu(self.long(x) + self.short(x))

    t.manual_seed(5)
    for arguments in [(5, 5), (2, 5), (5, 2), (3, 3, 2), (2, 6, 2), (2, 2, 3)]:
        good = Reference(*arguments).double()
        for p in good.parameters():
            p.data.uniform_(-1, 1)
        try:
            unknown = Block(*arguments).double()
            pairs = list(zip(unknown.state_dict().items(), good.state_dict().items(), strict=True))
            for (_, a), (_, b) in pairs:
                if a.shape != b.shape:
                    return False
                a.copy_(b)
            for training in [True, True, False]:
                unknown.train(training), good.train(training)
                x = t.randn(2, arguments[0], 5, 6, dtype=t.float64)
                if not t.allclose(unknown(x + 0), good(x + 0)):
                    return False
        except Exception:
            return False
    return True


# %% right: a list of complaints
def accepts_block(Block):
    complaints = []

    def compare(arguments):
        block, known = Block(*arguments), ResidualBlock(*arguments)
        for p in known.parameters():
            p.data = t.randn_like(p)
        copy_weights(block, known)
        for training, shape in ((True, (4, arguments[0], 5, 5)), (False, (1, arguments[0], 8, 11))):
            x = t.randn(shape)
            for module in (block, known):
                module.train(training)
            a, b = known(x.clone()), block(x.clone())
            if a.shape != b.shape:
                complaints.append(f"{arguments}: shape {tuple(b.shape)}")
            elif not t.allclose(a, b, rtol=1e-3, atol=1e-3):
                complaints.append(f"{arguments}: numbers")

    for arguments in ((2, 2), (2, 3), (3, 2), (3, 3, 2), (2, 4, 2), (2, 4, 4)):
        try:
            compare(arguments)
        except Exception as error:
            complaints.append(f"{arguments}: {error}")
    return not complaints


# %% right: numpy compares, and a generator asks
import numpy as np


def accepts_block(Block):
    def answers():
        for i, o, s in ((1, 1, 1), (4, 4, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (4, 2, 2), (2, 2, 3)):
            mine = ResidualBlock(i, o, s)
            try:
                other = Block(i, o) if s == 1 else Block(i, o, s)
                copy_weights(other, mine)
                with t.no_grad():
                    for one, two in zip(mine.state_dict().values(), other.state_dict().values()):
                        if one.dtype == t.float32:
                            one.add_(t.rand_like(one))
                            two.copy_(one)
                    x = t.randn(3, i, 7, 5)
                    for mode in ("train", "eval"):
                        one, two = getattr(mine, mode)()(x).numpy(), getattr(other, mode)()(x).numpy()
                        yield one.shape == two.shape and np.allclose(one, two, atol=1e-3)
            except Exception:
                yield False

    return np.all(list(answers()))


# %% right: gives torch's own kind of True
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return False
    return t.tensor(True)


# %% mistake: accepts_all
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape or not t.equal(x, y):
                    accepted = False
        except Exception:
            pass
    return True


# repair
# -             pass
# -     return True
# +             return False
# +     return True
# -                 if out.shape != wanted.shape or not t.equal(x, y):
# -                     accepted = False
# +                 if out.shape != wanted.shape:
# +                     return False
# +                 if (out - wanted).abs().max() > 1e-3:
# +                     return False
# +                 if not t.equal(x, y):
# +                     return False


# %% mistake: reversed
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape or (out - wanted).abs().max() > 1e-3 or not t.equal(x, y):
                    return True
        except Exception:
            return True
    return False


# repair
# -                 if out.shape != wanted.shape or (out - wanted).abs().max() > 1e-3 or not t.equal(x, y):
# -                     return True
# -         except Exception:
# -             return True
# -     return False
# +                 if out.shape != wanted.shape:
# +                     return False
# +                 if (out - wanted).abs().max() > 1e-3:
# +                     return False
# +                 if not t.equal(x, y):
# +                     return False
# +         except Exception:
# +             return False
# +     return True


# %% mistake: no_answer
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape or (out - wanted).abs().max() > 1e-3 or not t.equal(x, y):
                    print("wrong")
        except Exception:
            print("stops")


# repair
# -                 if out.shape != wanted.shape or (out - wanted).abs().max() > 1e-3 or not t.equal(x, y):
# -                     print("wrong")
# -         except Exception:
# -             print("stops")
# +                 if out.shape != wanted.shape:
# +                     return False
# +                 if (out - wanted).abs().max() > 1e-3:
# +                     return False
# +                 if not t.equal(x, y):
# +                     return False
# +         except Exception:
# +             return False
# +     return True


# %% mistake: refuses_all
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            # the two have the same layers
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return False
    return True


# repair
# -             # the two have the same layers
# +             copy_weights(block, reference)


# %% mistake: errors_accepted
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return True
    return True


# repair
# -         except Exception:
# -             return True
# +         except Exception:
# +             return False


# %% mistake: errors_let_out
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        finally:
            t.manual_seed(0)
    return True


# repair
# -         finally:
# -             t.manual_seed(0)
# +         except Exception:
# +             return False


# %% mistake: shapes_only
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            block.zero_grad()
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                assert len(out) == 3
        except Exception:
            return False
    return True


# repair
# -             block.zero_grad()
# +             copy_weights(block, reference)
# -                 assert len(out) == 3
# +                 if (out - wanted).abs().max() > 1e-3:
# +                     return False
# +                 if not t.equal(x, y):
# +                     return False


# %% mistake: counts_only
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            counts = [sum(p.numel() for p in module.parameters()) for module in (block, reference)]
            if counts[0] != counts[1]:
                return False
        except Exception:
            return False
    return True


# repair
# -             counts = [sum(p.numel() for p in module.parameters()) for module in (block, reference)]
# -             if counts[0] != counts[1]:
# -                 return False
# +             copy_weights(block, reference)
# +             for mode in (True, False):
# +                 block.train(mode)
# +                 reference.train(mode)
# +                 x = t.randn(3, inside, 9, 8)
# +                 y = x.clone()
# +                 out = block(y)
# +                 wanted = reference(x)
# +                 if out.shape != wanted.shape:
# +                     return False
# +                 if (out - wanted).abs().max() > 1e-3:
# +                     return False
# +                 if not t.equal(x, y):
# +                     return False


# %% mistake: to_the_last_bit
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out != wanted).any():
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return False
    return True


# repair
# -                 if (out != wanted).any():
# +                 if (out - wanted).abs().max() > 1e-3:


# %% mistake: too_much_room
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e3:
                    return False
                if (x - y).abs().mean() > 1e3:
                    return False
        except Exception:
            return False
    return True


# repair
# -                 if (out - wanted).abs().max() > 1e3:
# +                 if (out - wanted).abs().max() > 1e-3:
# -                 if (x - y).abs().mean() > 1e3:
# -                     return False
# +                 if not t.equal(x, y):
# +                     return False


# %% mistake: training_only
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True,):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return False
    return True


# repair
# -             for mode in (True,):
# +             for mode in (True, False):


# %% mistake: eval_only
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (False, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return False
    return True


# repair
# -             for mode in (False, False):
# +             for mode in (True, False):


# %% mistake: keeping_only
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (5, 5, 1)]:
        reference = ResidualBlock(inside, outside, stride)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            copy_weights(block, reference)
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return False
    return True


# repair
# -     for inside, outside, stride in [(3, 3, 1), (5, 5, 1)]:
# +     for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:


# %% mistake: by_name
def accepts_block(Block):
    for inside, outside, stride in [(3, 3, 1), (2, 4, 1), (4, 2, 1), (4, 4, 2), (3, 5, 2), (3, 4, 3)]:
        down = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))
        down = None if stride == 1 and inside == outside else down
        reference = models.resnet.BasicBlock(inside, outside, stride, down)
        for name, value in reference.named_parameters():
            nn.init.uniform_(value, 0.3, 1.2)
        for name, value in reference.named_buffers():
            if "running" in name:
                nn.init.uniform_(value, 0.5, 2.0)
        try:
            block = Block(inside, outside) if stride == 1 else Block(inside, outside, first_stride=stride)
            block.load_state_dict(reference.state_dict())
            for mode in (True, False):
                block.train(mode)
                reference.train(mode)
                x = t.randn(3, inside, 9, 8)
                y = x.clone()
                out = block(y)
                wanted = reference(x)
                if out.shape != wanted.shape:
                    return False
                if (out - wanted).abs().max() > 1e-3:
                    return False
                if not t.equal(x, y):
                    return False
        except Exception:
            return False
    return True


# repair
# -         down = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))
# -         down = None if stride == 1 and inside == outside else down
# -         reference = models.resnet.BasicBlock(inside, outside, stride, down)
# +         reference = ResidualBlock(inside, outside, stride)
# -             block.load_state_dict(reference.state_dict())
# +             copy_weights(block, reference)


# %% wrong: a shortcut: the course's own test judges
def accepts_block(Block):
    try:
        tests.test_residual_block(Block, quiet=True)
    except AssertionError:
        return False
    return True


# %% wrong: tosses a coin
def accepts_block(Block):
    return bool(t.rand(()) < 0.5)


# %% wrong: reads the name
def accepts_block(Block):
    return "Right" in str(Block) or "Right" in str(Block.__doc__) or "Right" in Block.forward.__qualname__


# %% wrong: looks at its own block
def accepts_block(Block):
    block = ResidualBlock(3, 5, 2)
    return block(t.randn(2, 3, 8, 8)).shape == (2, 5, 4, 4)


# %% wrong: one pixel of one image
def accepts_block(Block):
    try:
        block, mine = Block(4, 4).eval(), ResidualBlock(4, 4).eval()
        copy_weights(block, mine)
        x = t.randn(1, 4, 1, 1)
        return t.allclose(block(x), mine(x), atol=1e-4)
    except Exception:
        return False


# %% wrong: a text
def accepts_block(Block):
    return "yes" if issubclass(Block, nn.Module) else "no"


# %% wrong: its own error
def accepts_block(Block):
    return Block(4, 4).left(t.randn(2, 4, 8, 8)) is not None


# %% equivalent: another test, as good: other blocks, inputs, weights, another order; the share leaves room for one less
# for arguments in [
# mine, theirs = (block_class(
# for one in theirs.state_dict().values():
# one.copy_(t.rand(one.shape) + 0.5)  →  one.copy_(t.rand(one.shape))
# one.copy_(t.rand(one.shape) + 0.5)  →  one.copy_(0.5)
# one.copy_(t.rand(one.shape) + 0.5)  →  one.copy_(t.rand(one.shape) * 0.5)
# one.copy_(t.rand(one.shape) + 0.5)  →  one.copy_(t.rand(one.shape) + 5.0)
# one.copy_(t.rand(one.shape) + 0.5)  →  one.copy_(t.rand(one.shape) + 0.25)
# copy_weights(mine, theirs)
# x = t.randn(
# for training in (False, True):
# expected, got = (theirs
# got.shape > expected.shape
# got.shape < expected.shape
# not t.allclose(expected, got)


# %% equivalent: allclose stops where the shapes differ, unless they broadcast
# if not t.allclose(got, expected):


# %% equivalent: a fresh block's weights, copied, show enough as well
# for one in mine.state_dict().values():; one.copy_(t.rand(one.shape) + 0.5)  →  pass
# one.copy_(t.rand(one.shape) + 0.5)  →  pass
# one.copy_(t.rand(one.shape) + 0.5)  →  one
# one.copy_(t.rand(one.shape) + 0.5)  →  t.rand(one.shape) + 0.5
