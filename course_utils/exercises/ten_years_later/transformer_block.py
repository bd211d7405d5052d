"""TransformerBlock: the oracle is torch's TransformerEncoderLayer with its norms first; both are filled by name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.exercises import module_looks as looks
from course_utils.exercises.bank import Bank
from course_utils.exercises.block_mistakes import changed, writing_into_x
from course_utils.exercises.building_blocks.layer_mistakes import IN_PLACE, computing
from course_utils.exercises.exercise import Exercise
from course_utils.exercises.resnet_family import by_name

HINTS = (
    "Two sentences of the same form: normalise, work, add. Write the first one down completely, the sum included, "
    "before you begin the second. What does the second one start from?",
    "`ready = self.norm1(x)` is query, key and value all at once. `self.self_attn(ready, ready, ready)` gives a pair: "
    "the output, and weights that you don't need. Both sums add to x, which nobody has normalised.",
    "In `__init__`, `self.self_attn = nn.MultiheadAttention(features, heads, batch_first=True)`. In `forward`:\n"
    "```python\n"
    "ready = self.norm1(x)\n"
    "x = x + self.self_attn(ready, ready, ready)[0]\n"
    "return x + self.linear2(functional.gelu(self.linear1(self.norm2(x))))\n"
    "```",
)


class RightTransformerBlock(nn.TransformerEncoderLayer):
    """torch's, with its norms first and without dropout."""

    def __init__(self, features: int, heads: int, hidden: int) -> None:
        super().__init__(features, heads, hidden, 0.0, "gelu", batch_first=True, norm_first=True)


# --- the looks ------------------------------------------------------------------------------------------------------

_AXES = ("batch", "tokens", "features")
_PARTS = ("norm1", "self_attn", "norm2", "linear1", "linear2")
_FINISHED = (nn.TransformerEncoderLayer, nn.TransformerDecoderLayer, nn.TransformerEncoder, nn.Transformer)
_CASES = tuple(
    looks.case_of("TransformerBlock", *given, x=shape, order=by_name.filled_by_name(*_PARTS))
    for given, shape in (((8, 2, 12), (2, 5, 8)), ((6, 3, 6), (3, 4, 6)), ((4, 1, 16), (2, 7, 4)))
)
_FEW = _CASES[:2]
_DEPTH = 10
_SUM = "attention of the normalised x is added to x, then the mlp of the normalised sum is added to that sum"
_NAMES = "its parts have the names and shapes of torch's own layer, so that state dicts load with strict=True"

_SEEN = (
    looks.own_work(_CASES[0], _FINISHED),
    by_name.names(_CASES, _PARTS, _NAMES),
    looks.shape(_CASES, "what comes out has the shape of x", _AXES),
    looks.untouched(_FEW),
    looks.values("two sums", _SUM, _CASES, False, depth=_DEPTH, axes=_AXES),
    looks.values("training mode", "in training mode it gives the same", _FEW, True, depth=_DEPTH, axes=_AXES),
    looks.gradients_flow(_FEW, True, depth=_DEPTH * 10),
    looks.values("float32", "it works in float32 as well", _FEW, False, torch.float32, depth=_DEPTH, axes=_AXES),
    looks.copies(_FEW),
    looks.any_device(_FEW[-1]),
)
# What a layer inside is given has a shape of the student's choice: the tokens may come first inside.
LOOKS = tuple(replace(look, inside=None) for look in _SEEN)

# --- the bank: the oracle with one thing changed --------------------------------------------------------------------

BANK = Bank()
_ORDER = "the two lines of the formula: normalise, work, add; normalise, work, add"
_SKIP = "what is added to: x itself, and then the first sum itself; nobody has normalised them"
_NORM = "what each branch reads: attention the output of norm1, the mlp the output of norm2"
_QKV = "the three arguments of self_attn: query, key and value are all the normalised x"
_GELU = "what comes between linear1 and linear2: GELU; and nothing after linear2"
_BUILD = "how self_attn is made: nn.MultiheadAttention(features, heads, batch_first=True)"

_Step = Callable[[Any, Tensor], Tensor]


def _attention(block: Any, ready: Tensor) -> Tensor:
    return block.self_attn(ready, ready, ready, need_weights=False)[0]


def _mlp(block: Any, ready: Tensor) -> Tensor:
    return block.linear2(functional.gelu(block.linear1(ready)))


def _working(function: _Step) -> type[nn.Module]:
    """Make a block that does something else: function(block, x)."""
    return computing(RightTransformerBlock, function)


def _sums(
    norm1: _Step = lambda block, x: block.norm1(x),
    attention: _Step = _attention,
    norm2: _Step = lambda block, x: block.norm2(x),
    mlp: _Step = _mlp,
) -> type[nn.Module]:
    """Make a block of two sums in which one step is another."""

    def forward(block: Any, x: Tensor) -> Tensor:
        x = x + attention(block, norm1(block, x))
        return x + mlp(block, norm2(block, x))

    return _working(forward)


def _mixed(block: Any, x: Tensor, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    x = x + block.self_attn(query, key, value, need_weights=False)[0]
    return x + _mlp(block, block.norm2(x))


def _with_attention(**settings: Any) -> type[nn.Module]:
    """Make a block whose attention is built with other settings."""

    def change(block: Any) -> None:
        own = {"embed_dim": block.self_attn.embed_dim, "num_heads": block.self_attn.num_heads, "batch_first": True}
        block.self_attn = nn.MultiheadAttention(**(own | settings))

    return changed(RightTransformerBlock, change)


def _post_norm(block: Any, x: Tensor) -> Tensor:
    x = block.norm1(x + _attention(block, x))
    return block.norm2(x + _mlp(block, x))


def _parallel(block: Any, x: Tensor) -> Tensor:
    return x + _attention(block, block.norm1(x)) + _mlp(block, block.norm2(x))


def _mlp_first(block: Any, x: Tensor) -> Tensor:
    x = x + _mlp(block, block.norm2(x))
    return x + _attention(block, block.norm1(x))


def _no_first_skip(block: Any, x: Tensor) -> Tensor:
    x = _attention(block, block.norm1(x))
    return x + _mlp(block, block.norm2(x))


def _no_second_skip(block: Any, x: Tensor) -> Tensor:
    x = x + _attention(block, block.norm1(x))
    return _mlp(block, block.norm2(x))


def _first_skip_normalised(block: Any, x: Tensor) -> Tensor:
    ready = block.norm1(x)
    x = ready + _attention(block, ready)
    return x + _mlp(block, block.norm2(x))


def _second_skip_normalised(block: Any, x: Tensor) -> Tensor:
    x = x + _attention(block, block.norm1(x))
    ready = block.norm2(x)
    return ready + _mlp(block, ready)


def _pair(block: Any, x: Tensor) -> Tensor:
    ready = block.norm1(x)
    x = x + block.self_attn(ready, ready, ready)
    return x + _mlp(block, block.norm2(x))


_does = BANK.about(_ORDER, 1, by=_working)
_adds = BANK.about(_SKIP, 2, by=_working)
_attends = BANK.about(_QKV, 2, by=_working)

BANK.add("not_batch_first", "takes the first axis for the tokens", _BUILD, 3, _with_attention(batch_first=False))
BANK.add("one_head", "has one head in its attention, whatever heads is", _BUILD, 3, _with_attention(num_heads=1))
BANK.add("no_bias", "has no biases in its attention", _BUILD, 3, _with_attention(bias=False))
BANK.add(
    "changes_input",
    "writes its result into the input",
    IN_PLACE,
    2,
    writing_into_x(RightTransformerBlock),
    _working(lambda block, x: x.add_(_attention(block, block.norm1(x))).add_(_mlp(block, block.norm2(x)))),
    _working(lambda block, x: _then_mlp(block, x.add_(_attention(block, block.norm1(x))))),
)
BANK.add(
    "pair",
    "adds the whole pair that attention gives",
    "what self_attn gives: a pair; take [0] of it",
    2,
    _working(_pair),
)
_does("post_norm", "normalises after each sum, as the transformer of 2017 does", _post_norm)
_does("parallel", "gives the mlp the x from before attention", _parallel)
_does("mlp_first", "runs the mlp first, and attention after it", _mlp_first)
_adds("no_first_skip", "leaves the first skip out", _no_first_skip)
_adds("no_second_skip", "leaves the second skip out", _no_second_skip)
_adds("first_skip_normalised", "adds attention to the normalised x, not to x", _first_skip_normalised)
_adds("second_skip_normalised", "adds the mlp to the normalised sum, not to the sum", _second_skip_normalised)
BANK.add("no_first_norm", "does not use norm1", _NORM, 1, _sums(norm1=lambda block, x: x))
BANK.add("no_second_norm", "does not use norm2", _NORM, 1, _sums(norm2=lambda block, x: x))
BANK.add("norm1_twice", "uses norm1 twice, and norm2 never", _NORM, 1, _sums(norm2=lambda block, x: block.norm1(x)))
BANK.add(
    "norms_swapped",
    "uses norm2 for attention, and norm1 for the mlp",
    _NORM,
    1,
    _sums(lambda block, x: block.norm2(x), norm2=lambda block, x: block.norm1(x)),
)
_attends("raw_keys", "normalises the query alone, not key and value", lambda b, x: _mixed(b, x, b.norm1(x), x, x))
_attends("raw_values", "gives x itself as the value", lambda b, x: _mixed(b, x, b.norm1(x), b.norm1(x), x))
_attends("raw_query", "gives x itself as the query", lambda b, x: _mixed(b, x, x, b.norm1(x), b.norm1(x)))
BANK.add(
    "relu",
    "has a ReLU where GELU should be",
    _GELU,
    3,
    _sums(mlp=lambda block, ready: block.linear2(block.linear1(ready).relu())),
)
BANK.add(
    "no_gelu",
    "has nothing between its two linear layers",
    _GELU,
    3,
    _sums(mlp=lambda block, ready: block.linear2(block.linear1(ready))),
)
BANK.add(
    "gelu_twice",
    "has a GELU after linear2, too",
    _GELU,
    3,
    _sums(mlp=lambda block, ready: functional.gelu(_mlp(block, ready))),
)


def _then_mlp(block: Any, x: Tensor) -> Tensor:
    return x + _mlp(block, block.norm2(x))


EXERCISE = Exercise(
    name="TransformerBlock",
    hints=HINTS,
    right=RightTransformerBlock,
    tests={"test_transformer_block": LOOKS},
    mistakes=BANK.all,
)
