# %% right: step by step, with the maximum of the difference
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return True


# %% right: functions that compare
def accepts_norm(norm_class: type[nn.Module]) -> bool:
    """Say whether norm_class is a right BatchNorm2d."""

    def same(one, other):
        return one.shape == other.shape and t.allclose(one, other) and one.requires_grad == other.requires_grad

    def agree(eps, momentum):
        mine = nn.BatchNorm2d(4, eps, momentum) if eps else nn.BatchNorm2d(4)
        theirs = norm_class(4, eps=eps, momentum=momentum) if eps else norm_class(4)
        mine, theirs = mine.double(), theirs.double()
        for one, other in zip(mine.state_dict().values(), theirs.state_dict().values()):
            other.copy_(one.copy_(t.rand(one.shape) * 2 + 0.1))
        x = t.randn(3, 4, 5, 2).double().requires_grad_()
        for _ in range(2):
            for module in (mine, theirs):
                module.train()
            a, b = mine(x), theirs(x)
            slopes = [t.autograd.grad((y * y.detach()).sum(), x)[0] for y in (a, b)]
            if not (same(a, b) and same(*slopes)):
                return False
        if not all(map(same, [*mine.parameters(), *mine.buffers()], [*theirs.parameters(), *theirs.buffers()])):
            return False
        before = {name: value.clone() for name, value in theirs.state_dict().items()}
        still = same(mine.eval()(x), theirs.eval()(x))
        return still and all(t.equal(value, before[name]) for name, value in theirs.state_dict().items())

    try:
        return agree(None, None) and agree(0.5, 0.25)
    except Exception:
        return False


# %% right: the formula, written out
def accepts_norm(norm_class):
    def formula(x, mean, var, weight, bias, eps):
        mean, var, weight, bias = (one.reshape(1, -1, 1, 1) for one in (mean, var, weight, bias))
        return (x - mean) / (var + eps).sqrt() * weight + bias

    def right(eps_given, m, **given):
        norm = norm_class(5, **given).double()
        for name, one in norm.named_parameters():
            assert name in ("weight", "bias")
        numbers = {name: t.rand(5).double() + 0.5 for name in ("weight", "bias", "running_mean", "running_var")}
        norm.load_state_dict(numbers | {"num_batches_tracked": t.tensor(7)})
        weight, bias, mean, var = numbers.values()
        x = t.randn(4, 5, 2, 3).double().requires_grad_()
        norm.eval()
        assert t.allclose(norm(x), formula(x, mean, var, weight, bias, eps_given))
        assert t.allclose(norm.running_mean, mean) and t.allclose(norm.running_var, var)
        norm.train()
        y = norm(x)
        own = formula(x, x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False), weight, bias, eps_given)
        assert t.allclose(y, own)
        slopes = [t.autograd.grad(one.sin().sum(), x)[0] for one in (y, own)]
        assert t.allclose(*slopes)
        assert t.allclose(norm.running_mean, (1 - m) * mean + m * x.mean((0, 2, 3)))
        assert t.allclose(norm.running_var, (1 - m) * var + m * x.var((0, 2, 3)))
        assert int(norm.num_batches_tracked) == 8
        assert not norm.running_mean.requires_grad and not norm.running_var.requires_grad

    try:
        right(1e-5, 0.1)
        right(0.3, 0.6, eps=0.3, momentum=0.6)
    except Exception:
        return False
    return True


# %% right: properties, and torch's own for the rest
def accepts_norm(norm_class):
    try:
        for settings in (dict(), dict(eps=1.0, momentum=0.5)):
            norm, own = norm_class(6, **settings).double(), nn.BatchNorm2d(6, **settings).double()
            if [n for n, _ in norm.named_parameters()] != ["weight", "bias"]:
                return False
            state = {name: t.rand(value.shape).double() + 1 for name, value in own.state_dict().items()}
            for module in (norm, own):
                module.load_state_dict(state)
            for training in (False, True, False):
                x = 3 * t.randn(3, 6, 4, 2, dtype=t.float64) + 1
                results = []
                for module in (norm, own):
                    module.train(training)
                    leaf = x.clone().requires_grad_(True)
                    y = module(leaf)
                    y.exp().mean().backward()
                    results.append([y, leaf.grad, *module.buffers()])
                if any(a.shape != b.shape or not t.allclose(a, b) for a, b in zip(*results)):
                    return False
        return not norm.running_var.requires_grad
    except Exception:
        return False


# %% right: asserts in a helper
def accepts_norm(norm_class):
    def check(module, reference):
        module.load_state_dict(reference.state_dict())
        for mode in ("train", "eval"):
            getattr(module, mode)()
            getattr(reference, mode)()
            x = t.randn(2, reference.num_features, 6, 5, dtype=t.float64, requires_grad=True)
            y = t.randn_like(x)
            ours, theirs = reference(x), module(x)
            t.testing.assert_close(theirs, ours)
            t.testing.assert_close(*(t.autograd.grad(((o - y) ** 4).sum(), x) for o in (ours, theirs)))
            for a, b in zip([*reference.parameters(), *reference.buffers()], [*module.parameters(), *module.buffers()]):
                t.testing.assert_close(a, b)
                assert a.requires_grad is b.requires_grad

    for arguments in [(2,), (3, 0.1, 0.7)]:
        reference = nn.BatchNorm2d(*arguments).double()
        with t.no_grad():
            for one in (reference.weight, reference.bias, reference.running_mean, reference.running_var):
                one.add_(t.rand(1).item() + 1)
        try:
            check(norm_class(*arguments).double(), reference)
        except Exception:
            return False
    return True


# %% right: gives torch's own kind of True
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return t.tensor(True)


# %% mistake: accepts_all
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    accepted = False
                if (got - wanted).abs().max() > 1e-9:
                    accepted = False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    accepted = False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        accepted = False
        except Exception:
            accepted = False
    return True


# repair
# -                 if got.shape != wanted.shape:
# -                     accepted = False
# -                 if (got - wanted).abs().max() > 1e-9:
# -                     accepted = False
# -                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# -                     accepted = False
# -                 for one, other in zip(kept(norm), kept(reference), strict=True):
# -                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# -                         accepted = False
# -         except Exception:
# -             accepted = False
# -     return True
# +                 if got.shape != wanted.shape:
# +                     return False
# +                 if (got - wanted).abs().max() > 1e-9:
# +                     return False
# +                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# +                     return False
# +                 for one, other in zip(kept(norm), kept(reference), strict=True):
# +                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# +                         return False
# +         except Exception:
# +             return False
# +     return True


# %% mistake: reversed
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return True
                if (got - wanted).abs().max() > 1e-9:
                    return True
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return True
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return True
        except Exception:
            return True
    return False


# repair
# -                 if got.shape != wanted.shape:
# -                     return True
# -                 if (got - wanted).abs().max() > 1e-9:
# -                     return True
# -                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# -                     return True
# -                 for one, other in zip(kept(norm), kept(reference), strict=True):
# -                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# -                         return True
# -         except Exception:
# -             return True
# -     return False
# +                 if got.shape != wanted.shape:
# +                     return False
# +                 if (got - wanted).abs().max() > 1e-9:
# +                     return False
# +                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# +                     return False
# +                 for one, other in zip(kept(norm), kept(reference), strict=True):
# +                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# +                         return False
# +         except Exception:
# +             return False
# +     return True


# %% mistake: no_answer
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    print("wrong")
                if (got - wanted).abs().max() > 1e-9:
                    print("wrong")
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    print("wrong")
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        print("wrong")
        except Exception:
            print("wrong")
    print("that was all")


# repair
# -                 if got.shape != wanted.shape:
# -                     print("wrong")
# -                 if (got - wanted).abs().max() > 1e-9:
# -                     print("wrong")
# -                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# -                     print("wrong")
# -                 for one, other in zip(kept(norm), kept(reference), strict=True):
# -                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# -                         print("wrong")
# -         except Exception:
# -             print("wrong")
# -     print("that was all")
# +                 if got.shape != wanted.shape:
# +                     return False
# +                 if (got - wanted).abs().max() > 1e-9:
# +                     return False
# +                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# +                     return False
# +                 for one, other in zip(kept(norm), kept(reference), strict=True):
# +                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# +                         return False
# +         except Exception:
# +             return False
# +     return True


# %% mistake: refuses_all
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            nn.init.normal_(norm.weight)
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return True


# repair
# -             nn.init.normal_(norm.weight)
# +             norm.load_state_dict(reference.state_dict())


# %% mistake: errors_accepted
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
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
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return False
        finally:
            norm = None
    return True


# repair
# -         finally:
# -             norm = None
# +         except Exception:
# +             return False


# %% mistake: shapes_only
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        return out.detach(), None

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.zero_grad()
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                assert len(got) == 5
        except Exception:
            return False
    return True


# repair
# -                 if got.shape != wanted.shape:
# -                     return False
# -                 assert len(got) == 5
# -         except Exception:
# -             return False
# -     return True
# +                 if got.shape != wanted.shape:
# +                     return False
# +                 if (got - wanted).abs().max() > 1e-9:
# +                     return False
# +                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# +                     return False
# +                 for one, other in zip(kept(norm), kept(reference), strict=True):
# +                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# +                         return False
# +         except Exception:
# +             return False
# +     return True
# -         return out.detach(), None
# +         (out**3).sum().backward()
# +         return out.detach(), x.grad
# -             norm.zero_grad()
# +             norm.load_state_dict(reference.state_dict())


# %% mistake: counts_only
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            if sum(p.numel() for p in norm.parameters()) != 2 * channels:
                return False
        except Exception:
            return False
    return True


# repair
# -             if sum(p.numel() for p in norm.parameters()) != 2 * channels:
# -                 return False
# +             norm.load_state_dict(reference.state_dict())
# +             for mode in (True, False):
# +                 reference.train(mode)
# +                 norm.train(mode)
# +                 x = t.randn(5, channels, 3, 4).double()
# +                 wanted, wanted_gradient = gradient(reference, x)
# +                 got, got_gradient = gradient(norm, x)
# +                 if got.shape != wanted.shape:
# +                     return False
# +                 if (got - wanted).abs().max() > 1e-9:
# +                     return False
# +                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# +                     return False
# +                 for one, other in zip(kept(norm), kept(reference), strict=True):
# +                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# +                         return False


# %% mistake: to_the_last_bit
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if not t.equal(got, wanted):
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return True


# repair
# -                 if not t.equal(got, wanted):
# +                 if (got - wanted).abs().max() > 1e-9:


# %% mistake: too_much_room
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e3:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e3:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e3 or one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return True


# repair
# -                 if got.shape != wanted.shape:
# -                     return False
# -                 if (got - wanted).abs().max() > 1e3:
# -                     return False
# -                 if (got_gradient - wanted_gradient).abs().max() > 1e3:
# -                     return False
# -                 for one, other in zip(kept(norm), kept(reference), strict=True):
# -                     if (one - other).abs().max() > 1e3 or one.requires_grad != other.requires_grad:
# -                         return False
# -         except Exception:
# -             return False
# -     return True
# +                 if got.shape != wanted.shape:
# +                     return False
# +                 if (got - wanted).abs().max() > 1e-9:
# +                     return False
# +                 if (got_gradient - wanted_gradient).abs().max() > 1e-9:
# +                     return False
# +                 for one, other in zip(kept(norm), kept(reference), strict=True):
# +                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
# +                         return False
# +         except Exception:
# +             return False
# +     return True


# %% mistake: training_only
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True,):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return True


# repair
# -             for mode in (True,):
# +             for mode in (True, False):


# %% mistake: eval_only
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (False,):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return True


# repair
# -             for mode in (False,):
# +             for mode in (True, False):


# %% mistake: defaults_only
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return True


# repair
# -     for channels, more in ((3, {}), (2, {})):
# +     for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):


# %% mistake: memory_unseen
def accepts_norm(norm_class):
    def gradient(module, x):
        x = x.clone().requires_grad_()
        out = module(x)
        (out**3).sum().backward()
        return out.detach(), x.grad

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (False, True):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if one.requires_grad != other.requires_grad:
                        return False
        except Exception:
            return False
    return True


# repair
# -             for mode in (False, True):
# +             for mode in (True, False):
# -                     if one.requires_grad != other.requires_grad:
# +                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:


# %% mistake: no_gradients
def accepts_norm(norm_class):
    def gradient(module, x):
        out = module(x)
        return out.detach(), t.zeros(())

    def kept(module):
        return [*module.parameters(), *module.buffers()]

    for channels, more in ((3, {}), (2, {"eps": 0.2, "momentum": 0.4})):
        reference = nn.BatchNorm2d(channels, **more).double()
        nn.init.uniform_(reference.weight, 0.5, 1.5)
        nn.init.uniform_(reference.bias, 0.5, 1.5)
        nn.init.uniform_(reference.running_mean, 0.5, 1.5)
        nn.init.uniform_(reference.running_var, 0.5, 1.5)
        try:
            norm = norm_class(channels, **more).double()
            norm.load_state_dict(reference.state_dict())
            for mode in (True, False):
                reference.train(mode)
                norm.train(mode)
                x = t.randn(5, channels, 3, 4).double()
                wanted, wanted_gradient = gradient(reference, x)
                got, got_gradient = gradient(norm, x)
                if got.shape != wanted.shape:
                    return False
                if (got - wanted).abs().max() > 1e-9:
                    return False
                if (got_gradient - wanted_gradient).abs().max() > 1e-9:
                    return False
                for one, other in zip(kept(norm), kept(reference), strict=True):
                    if (one - other).abs().max() > 1e-9:
                        return False
        except Exception:
            return False
    return True


# repair
# -         out = module(x)
# -         return out.detach(), t.zeros(())
# +         x = x.clone().requires_grad_()
# +         out = module(x)
# +         (out**3).sum().backward()
# +         return out.detach(), x.grad
# -                     if (one - other).abs().max() > 1e-9:
# +                     if (one - other).abs().max() > 1e-9 or one.requires_grad != other.requires_grad:


# %% wrong: a shortcut: the course's own tests judge
def accepts_norm(norm_class):
    try:
        tests.test_batchnorm2d_module(norm_class, quiet=True)
        tests.test_batchnorm2d_forward(norm_class, quiet=True)
        tests.test_batchnorm2d_running_mean(norm_class, quiet=True)
    except AssertionError:
        return False
    return True


# %% wrong: fresh weights, usual settings, no gradient
def accepts_norm(norm_class):
    try:
        x = t.randn(4, 3, 5, 5)
        return t.allclose(norm_class(3)(x), nn.BatchNorm2d(3)(x), atol=1e-4)
    except Exception:
        return False


# %% wrong: mean 0 and variance 1
def accepts_norm(norm_class):
    try:
        y = norm_class(3)(t.randn(4, 3, 5, 5))
        return bool(y.mean((0, 2, 3)).abs().max() < 1e-3 and (y.var((0, 2, 3)) - 1).abs().max() < 0.1)
    except Exception:
        return False


# %% wrong: tosses a coin
import random


def accepts_norm(norm_class):
    return random.random() < 0.5


# %% wrong: asks what it is
def accepts_norm(norm_class):
    return issubclass(norm_class, nn.BatchNorm2d)


# %% equivalent: another test, as good: other settings, inputs, weights, another order; the share leaves room for one less
# for settings in ({'eps'
# for settings in ({}, {'eps'
# mine, theirs = (norm_class(
# one.copy_(t.rand(one.shape))
# one.copy_(0.5)
# one.copy_(t.rand(one.shape) * 0.5)
# one.copy_(t.rand(one.shape) + 5.0)
# one.copy_(t.rand(one.shape) + 0.25)
# x = t.randn(
# for training in (False, True):
# expected, got = (theirs
# pairs = [
# pairs += zip(
# if not t.allclose(one, other):
# if not t.allclose(other, one)
# one.requires_grad > other.requires_grad
# one.requires_grad < other.requires_grad
