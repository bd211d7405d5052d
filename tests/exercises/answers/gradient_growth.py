# %% right: one that remembers the square before: It needs no list of ratios, because each square is used twice and then forgotten.
def gradient_growth(stem, blocks, head, images, labels):
    stream = [stem(images)]
    for block in blocks:
        stream.append(block(stream[-1]))
    loss = functional.cross_entropy(head(stream[-1]), labels)
    factors, before = [], None
    for gradient in t.autograd.grad(loss, stream):
        square = (gradient**2).sum().item()
        if before is not None:
            factors.append(before / square)
        before = square
    return factors


# %% right: backward with inputs: `backward(inputs=…)` fills the .grad of these tensors, and of no weight.
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    seen = [x]
    for block in blocks:
        x = block(x)
        seen.append(x)
    for one in seen:
        one.retain_grad()
    functional.cross_entropy(head(x), labels).backward(inputs=seen)
    lengths = [one.grad.norm() for one in seen]
    return [float((lengths[l] / lengths[l + 1]) ** 2) for l in range(len(blocks))]


# %% right: block by block, from the end
def gradient_growth(stem, blocks, head, images, labels):
    with t.no_grad():
        stream = [stem(images)]
        for block in blocks:
            stream.append(block(stream[-1]))
    last = stream[-1].requires_grad_()
    loss = functional.cross_entropy(head(last), labels)
    (gradient,) = t.autograd.grad(loss, last)
    factors = []
    for block, x in zip(reversed(blocks), reversed(stream[:-1])):
        x = x.detach().requires_grad_()
        (front,) = t.autograd.grad(block(x), x, gradient)
        factors.insert(0, front.square().sum().item() / gradient.square().sum().item())
        gradient = front
    return factors


# %% right: hooks on tensors
def gradient_growth(stem, blocks, head, images, labels):
    squares = {}

    def keep(place, tensor):
        tensor.register_hook(lambda gradient: squares.__setitem__(place, gradient.pow(2).sum().item()))
        return tensor

    x = keep(0, stem(images))
    for place, block in enumerate(blocks, 1):
        x = keep(place, block(x))
    loss = nn.CrossEntropyLoss()(head(x), labels)
    t.autograd.grad(loss, list(head.parameters()) + list(stem.parameters()))
    return [squares[place] / squares[place + 1] for place in range(len(blocks))]


# %% right: with NumPy, and a loss that is summed
def gradient_growth(stem, blocks, head, images, labels):
    import numpy as np

    stream = [stem(images)]
    for number in range(len(blocks)):
        stream.append(blocks[number](stream[number]))
    loss = functional.cross_entropy(head(stream[-1]), labels, reduction="sum")
    squares = np.array([(g.numpy() ** 2).sum() for g in t.autograd.grad(loss, stream)])
    return (squares[:-1] / squares[1:]).tolist()


# %% right: the loss written out
def gradient_growth(stem, blocks, head, images, labels):
    x, stream = images, []
    for part in (stem, *blocks):
        x = part(x)
        stream.append(x)
    chances = head(x).log_softmax(dim=1)
    loss = -chances[t.arange(len(labels), device=labels.device), labels].mean()
    flat = [g.flatten() for g in t.autograd.grad(loss, stream)]
    squares = [float(g @ g) for g in flat]
    factors = []
    for front, back in zip(squares, squares[1:]):
        factors.append(front / back)
    return factors


# %% right: forward hooks on the blocks
def gradient_growth(stem, blocks, head, images, labels):
    stream = []
    handles = [block.register_forward_hook(lambda m, inputs, output: stream.append(output)) for block in blocks]
    first = stem(images)
    try:
        loss = functional.cross_entropy(head(blocks(first)), labels)
    finally:
        for handle in handles:
            handle.remove()
    squares = [t.linalg.vector_norm(g).square().item() for g in t.autograd.grad(loss, [first] + stream)]
    return tuple(a / b for a, b in zip(squares[:-1], squares[1:]))


# %% mistake: without_first
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = []
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     stream = []
# +     stream = [x]


# %% mistake: without_last
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = []
    for block in blocks:
        stream.append(x)
        x = block(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     stream = []
# -     for block in blocks:
# -         stream.append(x)
# -         x = block(x)
# +     stream = [x]
# +     for block in blocks:
# +         x = block(x)
# +         stream.append(x)


# %% mistake: with_stem
def gradient_growth(stem, blocks, head, images, labels):
    x = images.detach().clone().requires_grad_(True)
    stream = [x]
    for block in [stem, *blocks]:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     x = images.detach().clone().requires_grad_(True)
# -     stream = [x]
# -     for block in [stem, *blocks]:
# +     x = stem(images)
# +     stream = [x]
# +     for block in blocks:


# %% mistake: with_head
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    stream.append(head(x))
    loss = functional.cross_entropy(stream[-1], labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     stream.append(head(x))
# -     loss = functional.cross_entropy(stream[-1], labels)
# +     loss = functional.cross_entropy(head(x), labels)


# %% mistake: squares_only
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return squares


# repair
# -     return squares
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: length
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [g.pow(2).sum().sqrt().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [g.pow(2).sum().sqrt().item() for g in gradients]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: length
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [t.linalg.vector_norm(g).item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [t.linalg.vector_norm(g).item() for g in gradients]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: mean
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [g.pow(2).mean().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [g.pow(2).mean().item() for g in gradients]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: sum_first
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [g.sum().square().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [g.sum().square().item() for g in gradients]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: absolute
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [t.linalg.vector_norm(g, ord=1).item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [t.linalg.vector_norm(g, ord=1).item() for g in gradients]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: largest
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [g.square().max().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [g.square().max().item() for g in gradients]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: first_image
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g[0] * g[0]).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [(g[0] * g[0]).sum().item() for g in gradients]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: image_by_image
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum(dim=(1, 2, 3)) for g in gradients]
    factors = []
    for front, back in pairwise(squares):
        factors.append((front / back).mean().item())
    return factors


# repair
# -     squares = [(g * g).sum(dim=(1, 2, 3)) for g in gradients]
# -     factors = []
# -     for front, back in pairwise(squares):
# -         factors.append((front / back).mean().item())
# -     return factors
# +     squares = [(g * g).sum().item() for g in gradients]
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: signal
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(s * s).sum().item() for s in stream]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [(s * s).sum().item() for s in stream]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: signal
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    squares = [s.detach().norm().item() ** 2 for s in stream]
    return [squares[n + 1] / squares[n] for n in range(len(blocks))]


# repair
# -     squares = [s.detach().norm().item() ** 2 for s in stream]
# -     return [squares[n + 1] / squares[n] for n in range(len(blocks))]
# +     gradients = t.autograd.grad(loss, stream)
# +     squares = [(g * g).sum().item() for g in gradients]
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: upside_down
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [back / front for front, back in pairwise(squares)]


# repair
# -     return [back / front for front, back in pairwise(squares)]
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: to_the_end
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [square / squares[len(blocks)] for square in squares[: len(blocks)]]


# repair
# -     return [square / squares[len(blocks)] for square in squares[: len(blocks)]]
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: difference
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] - squares[n + 1] for n in range(len(blocks))]


# repair
# -     return [squares[n] - squares[n + 1] for n in range(len(blocks))]
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: minus_1
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [(front - back) / back for front, back in pairwise(squares)]


# repair
# -     return [(front - back) / back for front, back in pairwise(squares)]
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: logarithm
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().log().item() for g in gradients]
    return [squares[n] - squares[n + 1] for n in range(len(blocks))]


# repair
# -     squares = [(g * g).sum().log().item() for g in gradients]
# -     return [squares[n] - squares[n + 1] for n in range(len(blocks))]
# +     squares = [(g * g).sum().item() for g in gradients]
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: from_the_end
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    factors = []
    for n in reversed(range(len(blocks))):
        factors.append(squares[n] / squares[n + 1])
    return factors


# repair
# -     factors = []
# -     for n in reversed(range(len(blocks))):
# -         factors.append(squares[n] / squares[n + 1])
# -     return factors
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: logits
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = head(x).sum()
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     loss = head(x).sum()
# +     loss = functional.cross_entropy(head(x), labels)


# %% mistake: softmax_first
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = nn.CrossEntropyLoss()(head(x).softmax(dim=-1), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     loss = nn.CrossEntropyLoss()(head(x).softmax(dim=-1), labels)
# +     loss = functional.cross_entropy(head(x), labels)


# %% mistake: other_tensors
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x.detach())
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -         x = block(x.detach())
# +         x = block(x)


# %% mistake: other_tensors
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(blocks(stem(images))), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     loss = functional.cross_entropy(head(blocks(stem(images))), labels)
# +     loss = functional.cross_entropy(head(x), labels)


# %% mistake: detached_copies
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x.detach()]
    for block in blocks:
        x = block(x)
        stream.append(x.detach())
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     stream = [x.detach()]
# -     for block in blocks:
# -         x = block(x)
# -         stream.append(x.detach())
# +     stream = [x]
# +     for block in blocks:
# +         x = block(x)
# +         stream.append(x)


# %% mistake: no_grad
def gradient_growth(stem, blocks, head, images, labels):
    with t.no_grad():
        x = stem(images)
        stream = [x]
        for block in blocks:
            x = block(x)
            stream.append(x)
        loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     with t.no_grad():
# -         x = stem(images)
# -         stream = [x]
# -         for block in blocks:
# -             x = block(x)
# -             stream.append(x)
# -         loss = functional.cross_entropy(head(x), labels)
# +     x = stem(images)
# +     stream = [x]
# +     for block in blocks:
# +         x = block(x)
# +         stream.append(x)
# +     loss = functional.cross_entropy(head(x), labels)


# %% mistake: not_retained
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    loss.backward()
    squares = [one.grad.pow(2).sum().item() for one in stream]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     loss.backward()
# -     squares = [one.grad.pow(2).sum().item() for one in stream]
# +     gradients = t.autograd.grad(loss, stream)
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: leaves_grads
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    [one.retain_grad() for one in stream]
    loss.backward()
    gradients = [one.grad for one in stream]
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     [one.retain_grad() for one in stream]
# -     loss.backward()
# -     gradients = [one.grad for one in stream]
# +     gradients = t.autograd.grad(loss, stream)


# %% mistake: clears_grads
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    [one.retain_grad() for one in stream]
    loss.backward()
    gradients = [one.grad for one in stream]
    for part in (stem, blocks, head):
        part.zero_grad()
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     [one.retain_grad() for one in stream]
# -     loss.backward()
# -     gradients = [one.grad for one in stream]
# -     for part in (stem, blocks, head):
# -         part.zero_grad()
# +     gradients = t.autograd.grad(loss, stream)


# %% mistake: eval_mode
def gradient_growth(stem, blocks, head, images, labels):
    for part in (stem, blocks, head):
        part.eval()
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     for part in (stem, blocks, head):
# -         part.eval()


# %% mistake: training_mode
def gradient_growth(stem, blocks, head, images, labels):
    stem.train(), blocks.train(), head.train()
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     stem.train(), blocks.train(), head.train()


# %% mistake: images_learn
def gradient_growth(stem, blocks, head, images, labels):
    images.requires_grad = True
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     images.requires_grad = True


# %% mistake: tensors
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# repair
# -     squares = [(g * g).sum() for g in gradients]
# +     squares = [(g * g).sum().item() for g in gradients]


# %% mistake: tensors
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = t.stack([(g * g).sum() for g in gradients])
    return [*(squares[:-1] / squares[1:])]


# repair
# -     squares = t.stack([(g * g).sum() for g in gradients])
# -     return [*(squares[:-1] / squares[1:])]
# +     squares = [(g * g).sum().item() for g in gradients]
# +     return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% mistake: of_weights
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    for block in blocks:
        x = block(x)
    loss = functional.cross_entropy(head(x), labels)
    squares = []
    for part in [*blocks, head]:
        weights = [*part.parameters()]
        found = t.autograd.grad(loss, weights, retain_graph=True)
        squares.append(sum((one**2).sum().item() for one in found))
    return [squares[n] / squares[n + 1] for n in range(len(blocks))]


# repair
# -     for block in blocks:
# +     stream = [x]
# +     for block in blocks:
# -         x = block(x)
# +         x = block(x)
# +         stream.append(x)
# -     for part in [*blocks, head]:
# +     for part in stream:
# -         weights = [*part.parameters()]
# +         weights = [part]


# %% wrong: the gradient with respect to the weights of each block's first layer
def gradient_growth(stem, blocks, head, images, labels):
    loss = functional.cross_entropy(head(blocks(stem(images))), labels)
    weights = [next(part.parameters()) for part in [*blocks, head]]
    squares = [g.square().sum().item() for g in t.autograd.grad(loss, weights)]
    return [front / back for front, back in pairwise(squares)]


# %% wrong: squares the .grad of what keeps none
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    loss.backward()
    squares = [(one.grad * one.grad).sum().item() for one in stream]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% wrong: brightens the images in place
def gradient_growth(stem, blocks, head, images, labels):
    images -= images.mean()
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    squares = [(g * g).sum().item() for g in gradients]
    return [squares[n] / squares[n + 1] for n in range(len(squares) - 1)]


# %% wrong: one factor for all blocks
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    first, *_, last = t.autograd.grad(loss, stream)
    return (first.square().sum() / last.square().sum()).item()


# %% wrong: works for three blocks only
def gradient_growth(stem, blocks, head, images, labels):
    a = stem(images)
    b = blocks[0](a)
    c = blocks[1](b)
    d = blocks[2](c)
    loss = functional.cross_entropy(head(d), labels)
    squares = [g.square().sum().item() for g in t.autograd.grad(loss, [a, b, c, d])]
    return [front / back for front, back in pairwise(squares)]


# %% wrong: a list of lists
def gradient_growth(stem, blocks, head, images, labels):
    x = stem(images)
    stream = [x]
    for block in blocks:
        x = block(x)
        stream.append(x)
    loss = functional.cross_entropy(head(x), labels)
    gradients = t.autograd.grad(loss, stream)
    return [[(a.norm() / b.norm()).item() ** 2] for a, b in pairwise(gradients)]
