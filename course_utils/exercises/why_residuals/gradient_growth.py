"""gradient_growth: by which factor each block multiplies the squared length of the gradient on its way back."""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.checking.draws import Draws
from course_utils.checking.look import Look
from course_utils.checking.observation import Named, Remark
from course_utils.checking.shared import shared
from course_utils.checking.tensors import broken, came_back, run
from course_utils.exercises.bank import Bank
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.hooked_looks import hooks_left
from course_utils.exercises.observers import each_row, kind, one_row
from course_utils.exercises.ways import Ways

HINTS = (
    "A block's factor needs two gradients: the one at its input, and the one at its output. What is the output of one "
    "block to the next one? So how many gradients do three blocks need in all?",
    "Walk through the network by hand, and keep what you meet in a list: first what the stem gives, then what each "
    "block makes of the last entry. Work out the loss from the *last* entry of that very list, and let "
    "`t.autograd.grad(loss, stream)` give a gradient for each entry. Then comes the squared length of each, and each "
    "one divided by the *next*.",
    "With `stream = [stem(images)]`:\n"
    "```python\n"
    "for block in blocks:\n"
    "    stream.append(block(stream[-1]))\n"
    "loss = functional.cross_entropy(head(stream[-1]), labels)\n"
    "squares = [g.square().sum().item() for g in t.autograd.grad(loss, stream)]\n"
    "```\n"
    "What block l does, counted from 0, is `squares[l] / squares[l + 1]`.",
)

# --- the looks ------------------------------------------------------------------------------------------------------

_NUMBERS = (2.0, 0.5, 3.0)
_LIST = "it returns a list with a factor for each block"


class _Times(nn.Module):
    """A block that multiplies by a number, which is its one weight."""

    def __init__(self, number: float) -> None:
        super().__init__()
        self.number = nn.Parameter(torch.tensor(number, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        return self.number * x


class _Block(nn.Module):
    """A convolution and its batch norm, with a skip where the shape stays; the ReLU works in place."""

    def __init__(self, in_feats: int, out_feats: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_feats, out_feats, 3, stride, 1, bias=False)
        self.bn, self.relu = nn.BatchNorm2d(out_feats), nn.ReLU(inplace=True)
        self.skips = (in_feats, stride) == (out_feats, 1)

    def forward(self, x: Tensor) -> Tensor:
        left = self.bn(self.conv(x))
        return self.relu(left + x if self.skips else left)


@dataclass(frozen=True)
class _Network:
    """What a walk goes through, and a batch."""

    stem: nn.Module
    blocks: nn.Sequential
    head: nn.Module
    images: Tensor
    labels: Tensor

    @property
    def parts(self) -> nn.ModuleList:
        return nn.ModuleList((self.stem, self.blocks, self.head))

    @property
    def modes(self) -> set[bool]:
        """Give the modes in which its parts are; a list of them has one of its own."""
        return {module.training for part in self.parts for module in part.modules()}

    def ask(self, candidate: Any) -> Any:
        doing = f"calling gradient_growth on a network of {len(self.blocks)} block{'s' * (len(self.blocks) > 1)}"
        return run(candidate, self.stem, self.blocks, self.head, self.images, self.labels, doing=doing)


def _network(seed: int, blocks: Sequence[nn.Module], channels: int, training: bool = True) -> _Network:
    """Give such blocks a stem, a head for ten classes, and a batch; `channels` is how many the last one gives."""
    stem = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU())
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))
    draws = Draws(seed)
    for part in (stem, head, *(one for one in blocks if not isinstance(one, _Times))):
        draws.fill(part).train(training)
    batch = Draws(seed + 100)
    labels = torch.tensor([3, 0, 7, 4, 9, 1])
    return _Network(stem, nn.Sequential(*blocks).train(training), head, batch.normal(6, 1, 7, 5), labels)


def _of_numbers(seed: int) -> _Network:
    return _network(seed, [_Times(number) for number in _NUMBERS], 3)


def _residual(seed: int, training: bool = True) -> _Network:
    blocks = [_Block(3, 3, 1), _Block(3, 5, 2), _Block(5, 5, 1), _Block(5, 5, 1)]
    return _network(seed, blocks, 5, training)


def _in_eval_mode(seed: int) -> _Network:
    return _residual(seed, training=False)


def _one_block(seed: int) -> _Network:
    return _network(seed, [_Block(3, 4, 1)], 4)


_VALUES = {
    "blocks that multiply by 2, by ½ and by 3": _of_numbers,
    "4 blocks with batch norms, in training mode; the second halves the map": _residual,
    "the same network in eval mode": _in_eval_mode,
}
_COUNTS = {"a network of one block": _one_block, "a network of 3 blocks": _of_numbers, "of 4 blocks": _residual}


def _found(candidate: Any, seed: int, make: Callable[[int], _Network]) -> list:
    factors = make(seed).ask(candidate)
    if isinstance(factors, list | tuple):
        return [*factors]
    raise broken(_LIST, f"it returned {came_back(factors)}")


def _count(candidate: Any, seed: int, make: Callable[[int], _Network]) -> int:
    return len(shared(_found, candidate, seed, make))


def _factors(candidate: Any, seed: int, make: Callable[[int], _Network]) -> Named:
    factors = shared(_found, candidate, seed, make)
    return Named(tuple((f"block {n}", _number(one)) for n, one in enumerate(factors, 1)), "factor")


def _number(value: Any) -> Tensor:
    """Read a number or a tensor with one: which of them it is, "plain floats" tells. Who works in float32 may."""
    with suppress(Exception):
        return torch.tensor(float(value.detach() if isinstance(value, Tensor) else value), dtype=torch.float32)
    raise broken(f"{_LIST}: numbers", f"one of them is {kind(value)}")


def _not_plain(candidate: Any, seed: int) -> Remark | None:
    for value in shared(_found, candidate, seed, _residual):
        if not isinstance(value, int | float):
            return Remark(kind(value), f"the first of them that isn't one is {kind(value)}")
    return None


def _differences(candidate: Any, seed: int, trained: bool) -> Remark | None:
    """Tell what the call changes in a network; trained: its weights have a .grad before."""
    network = _in_eval_mode(seed)
    parts, in_training = network.parts, _residual(seed)
    named = dict(parts.named_parameters())
    for one in named.values():
        one.grad = torch.full_like(one, 0.25) if trained else None
    before = {name: one.detach().clone() for name, one in named.items()}
    network.ask(candidate)
    in_training.ask(candidate)
    moved = [name for name, one in named.items() if not torch.equal(one, before[name])]
    frozen = [name for name, one in named.items() if not one.requires_grad]
    if moved or frozen:
        told = "a weight has changed" if moved else "a weight does not require gradients any more"
        return Remark(told, told)
    if (network.modes, in_training.modes) != ({False}, {True}):
        return Remark("mode", "it is in another mode now: train() or eval() was called")
    return _grads(named, trained) or hooks_left(parts)


def _grads(named: dict[str, nn.Parameter], trained: bool) -> Remark | None:
    if trained:
        kept = all(one.grad is not None and bool((one.grad == 0.25).all()) for one in named.values())
        return None if kept else Remark("other .grad", "the weights' .grad isn't what it was before the call")
    left = sum(one.grad is not None for one in named.values())
    return Remark("left", f"{left} of its weights have a .grad now, and had none before") if left else None


def _batch_after(candidate: Any, seed: int) -> Remark | None:
    network, before = _residual(seed), _residual(seed)
    network.ask(candidate)
    if network.images.requires_grad:
        return Remark("learns", "the images require gradients now")
    same = torch.equal(network.images, before.images) and torch.equal(network.labels, before.labels)
    return None if same else Remark("changed", "they have changed")


_TRAINED = {"its weights have no .grad before": False, "its weights have a .grad before": True}

LOOKS = (
    Look("one for each block", f"{_LIST}: as many as there are blocks", each_row(_count, _COUNTS)),
    Look(
        "factors",
        "a block's factor is the squared length of the gradient at its input, over that at its output",
        each_row(_factors, _VALUES),
        depth=20,
    ),
    Look("plain floats", "the factors are plain floats: .item() makes one", one_row(_not_plain)),
    Look(
        "network as it was",
        "weights, their .grad, and the mode of the network are as they were before",
        each_row(_differences, _TRAINED),
    ),
    Look("batch as it was", "images and labels are as they were before", one_row(_batch_after)),
)

# --- the bank: right code with one thing changed --------------------------------------------------------------------


def _walk(stem: nn.Module, blocks: nn.Sequential, images: Tensor) -> list[Tensor]:
    stream = [stem(images)]
    for block in blocks:
        stream.append(block(stream[-1]))
    return stream


def _measuring(
    *,
    given: Callable[[Tensor], Tensor] = lambda images: images,
    prepare: Callable[[nn.Module], Any] = lambda part: None,
    grad: Callable[[], AbstractContextManager] = nullcontext,
    walk: Callable[[nn.Module, nn.Sequential, Tensor], list[Tensor]] = _walk,
    score: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy,
    asked: Callable[[Tensor, list[Tensor], Tensor], list[Tensor]] = lambda images, stream, logits: stream,
    gradients: Callable[[Tensor, list[Tensor]], Sequence[Any]] = torch.autograd.grad,
    square: Callable[[Tensor], Tensor] = lambda gradient: gradient.square().sum(),
    factor: Callable[[Any, Any], Any] = lambda front, back: front / back,
    ratios: Callable[[list, Callable], list] = lambda squares, factor: [factor(*pair) for pair in pairwise(squares)],
    number: Callable[[Tensor], Any] = Tensor.item,
    answer: Callable[[list], Any] = lambda factors: factors,
    afterwards: Callable[[nn.Module], Any] = lambda part: None,
) -> Callable[..., Any]:
    """Make a gradient_growth of its steps, each of which a known mistake exchanges for another."""

    def gradient_growth(stem: nn.Module, blocks: nn.Sequential, head: nn.Module, images: Tensor, labels: Tensor) -> Any:
        parts, images = (stem, blocks, head), given(images)
        for part in parts:
            prepare(part)
        with grad():
            stream = walk(stem, blocks, images)
            logits = head(stream[-1])
            loss = score(logits, labels)
        squares = [number(square(one)) for one in gradients(loss, asked(images, stream, logits))]
        for part in parts:
            afterwards(part)
        return answer(ratios(squares, factor))

    return gradient_growth


def _detached_walk(stem: nn.Module, blocks: nn.Sequential, images: Tensor) -> list[Tensor]:
    stream = [stem(images)]
    for block in blocks:
        stream.append(block(stream[-1].detach()))
    return stream


def _walked_again(stem: nn.Module, blocks: nn.Sequential, images: Tensor) -> list[Tensor]:
    return [*_walk(stem, blocks, images)[:-1], _walk(stem, blocks, images)[-1]]


def _backward(loss: Tensor, stream: list[Tensor]) -> list[Tensor]:
    """Work out the gradients in the way that also fills .grad of every weight."""
    for one in stream:
        one.retain_grad()
    loss.backward()
    return [one.grad for one in stream]


def _not_retained(loss: Tensor, stream: list[Tensor]) -> list[None]:
    """Give what is in .grad: nothing. To ask for it here would make torch warn, and Python note that in this module."""
    loss.backward()
    return [None] * len(stream)


def _own_factors(gradients: list[Tensor], factor: Callable) -> list[float]:
    """Give the mean of the factors that single images have."""
    squares = [one.flatten(1).square().sum(1) for one in gradients]
    return [factor(*pair).mean().item() for pair in pairwise(squares)]


def _clear(part: nn.Module) -> None:
    for one in part.parameters():
        one.grad = None


def _of_weights(*, with_head: bool) -> Callable[..., list[float]]:
    """Make one that looks at the gradients of the blocks' weights: what comes last is a block, or the head."""

    def gradient_growth(
        stem: nn.Module, blocks: nn.Sequential, head: nn.Module, images: Tensor, labels: Tensor
    ) -> list[float]:
        loss = functional.cross_entropy(head(blocks(stem(images))), labels)
        squares = []
        for part in (*blocks, head) if with_head else blocks:
            gradients = torch.autograd.grad(loss, [*part.parameters()], retain_graph=True)
            squares.append(sum(one.square().sum().item() for one in gradients))
        return [front / back for front, back in pairwise(squares)]

    return gradient_growth


BANK = Bank()
WAYS = Ways(BANK, _measuring)
_SQUARE = WAYS.at("the squared length of a gradient: each of its numbers squared, and all of these added up")
_RATIO = WAYS.at("the division: a block's input is the entry before its output, and the input's square is on top")
_STREAM = WAYS.at("what is in the list: what the stem gives, and then what each block gives, the last one too")
_LOSS = WAYS.at("what you take the gradient of: cross-entropy between what the head gives and the labels")
_GRADIENTS = WAYS.at("how the gradients are worked out: t.autograd.grad(loss, stream) touches no .grad")
_MODE = WAYS.at("calls of train() and eval(): the network is measured in the mode that it comes in")

_STREAM.add(
    "without_first",
    "begins with the first block's output, so that the first block has no factor",
    1,
    asked=lambda images, stream, logits: stream[1:],
)
_STREAM.add(
    "without_last",
    "keeps the inputs of the blocks only, so that the last block has no factor",
    1,
    asked=lambda images, stream, logits: stream[:-1],
)
_STREAM.add(
    "with_stem",
    "begins with the images, and gives the stem a factor as well",
    2,
    given=lambda images: images.clone().requires_grad_(),
    asked=lambda images, stream, logits: [images, *stream],
)
_STREAM.add(
    "with_head",
    "ends with the logits, and gives the head a factor as well",
    2,
    asked=lambda images, stream, logits: [*stream, logits],
)
WAYS.at("what comes last: each squared length over the *next* one; the factors are asked for").add(
    "squares_only", "gives the squared lengths, and not by what each block multiplies them", 3, ratios=lambda s, f: s
)
_SQUARE.add(
    "length",
    "gives the factor of the length, and not of its square",
    3,
    {"square": lambda gradient: gradient.norm()},
    {"factor": lambda front, back: math.sqrt(abs(front / back))},
)
_SQUARE.add("mean", "takes the mean of the squares, and not their sum", 3, square=lambda g: g.square().mean())
_SQUARE.add("sum_first", "adds the gradient's numbers up, and squares their sum", 3, square=lambda g: g.sum() ** 2)
_SQUARE.add("absolute", "adds up the gradient's absolute values", 3, square=lambda g: g.abs().sum())
_SQUARE.add("largest", "squares the gradient's largest value only", 3, square=lambda g: g.abs().max() ** 2)
_SQUARE.add("first_image", "looks at the gradient of the first image only", 3, square=lambda g: g[0].square().sum())
WAYS.at("the order: one squared length for the whole batch, and then the division").add(
    "image_by_image",
    "divides image by image, and takes the mean of these factors",
    3,
    square=lambda g: g,
    number=lambda g: g,
    ratios=_own_factors,
)
WAYS.at("whose squared length it is: the gradient's, which t.autograd.grad gives").add(
    "signal",
    "measures the signal on its way forward, and not the gradient",
    2,
    *(
        {"gradients": lambda loss, stream: [one.detach() for one in stream], "factor": factor}
        for factor in (lambda front, back: front / back, lambda front, back: back / front)
    ),
)
BANK.add(
    "of_weights",
    "measures the gradient of the weights, and not the one that arrives at a block's input",
    "what t.autograd.grad is asked for: the list of what the stem and the blocks give, and no parameters",
    1,
    _of_weights(with_head=True),
    _of_weights(with_head=False),
)
_RATIO.add("upside_down", "divides the output's squared length by the input's", 3, factor=lambda a, b: b / a)
_RATIO.add(
    "to_the_end",
    "divides by the squared length at the very end, and not by that at the block's own output",
    3,
    ratios=lambda squares, factor: [factor(one, squares[-1]) for one in squares[:-1]],
)
_RATIO.add("difference", "subtracts, where it should divide", 3, factor=lambda front, back: front - back)
_RATIO.add("minus_1", "gives how much is added: the factor minus 1", 3, factor=lambda front, back: front / back - 1)
_RATIO.add("logarithm", "gives the logarithm of the factor", 3, factor=lambda a, b: math.log(abs(a / b)))
WAYS.at("the order of the list: the first factor is that of the first block").add(
    "from_the_end", "begins with the last block's factor", 3, answer=lambda factors: factors[::-1]
)
_LOSS.add("logits", "takes the gradient of the logits' sum, and never asks the labels", 2, score=lambda z, _: z.sum())
_LOSS.add(
    "softmax_first",
    "puts softmax before the cross-entropy, which has one in itself",
    2,
    score=lambda logits, labels: functional.cross_entropy(logits.softmax(1), labels),
)
WAYS.at("which tensors the loss is worked out from: the very ones in the list, of one walk, without detach()").add(
    "other_tensors",
    "asks for the gradient at tensors that the loss does not come from: detached ones, or those of another walk",
    2,
    {"walk": _detached_walk},
    {"walk": _walked_again},
    {"asked": lambda images, stream, logits: [one.clone() for one in stream]},
)
WAYS.at("what is in the list: the tensors themselves; a detached one has lost its way back to the weights").add(
    "detached_copies",
    "keeps detached copies, which no gradient can reach",
    2,
    asked=lambda images, stream, logits: [one.detach() for one in stream],
)
WAYS.at("the walk: without a graph there's no way back, so no no_grad() or inference_mode() is around it").add(
    "no_grad", "walks under no_grad(), so that there's no graph to go back on", 2, grad=torch.no_grad
)
_GRADIENTS.add(
    "not_retained",
    "looks at .grad after backward(), which only weights have: what lies between keeps none",
    2,
    gradients=_not_retained,
)
_GRADIENTS.add("leaves_grads", "leaves gradients in the .grad of the network's weights", 2, gradients=_backward)
_GRADIENTS.add(
    "clears_grads",
    "clears the .grad of the network's weights, the one that was there before as well",
    2,
    gradients=_backward,
    afterwards=_clear,
)
_MODE.add("eval_mode", "puts the network into eval mode", 2, prepare=nn.Module.eval)
_MODE.add("training_mode", "puts the network into training mode", 2, prepare=nn.Module.train)
WAYS.at("what requires_grad_() is called on: the images needn't require gradients, for the weights do").add(
    "images_learn", "makes the caller's own images require gradients, for good", 2, given=Tensor.requires_grad_
)
WAYS.at("what is kept of a squared length: .item() makes a float of it").add(
    "tensors", "gives tensors, and not plain floats", 3, number=lambda square: square
)

EXERCISE = Exercise(
    name="gradient_growth",
    hints=HINTS,
    right=_measuring(),
    tests={"test_gradient_growth": LOOKS},
    mistakes=BANK.all,
)
