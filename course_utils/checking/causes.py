"""What an error means, in one sentence: for the errors that beginners meet most, found by what torch or Python says."""

import re
from collections.abc import Callable
from functools import lru_cache
from re import Match

from course_utils.checking.values import IN_SEQUENTIAL, NO_INIT, Raised

_KINDS = {
    "int": "a number",
    "float": "a number",
    "tuple": "a tuple",
    "list": "a list",
    "NoneType": "None",
    "str": "a text",
}


_LIST = "a list stands where a module belongs: put a * in front of it, as in Sequential(*blocks)"
_SEVERAL = "several modules stand where one belongs: put a * in front of them, as in Sequential(*blocks)"
_FUNCTION = "a function stands where a module belongs: write a module, as ReLU() is one, or call it in forward"
_CLASS = "a class stands where a module belongs: with () after it, it makes one"


@lru_cache(maxsize=1024)  # a known mistake's error is compared with each row in which the student's code stops
def cause_of(raised: Raised) -> str:
    """Say what the error comes from and what mends it; nothing where that is not known for certain."""
    for pattern, say in _CAUSES:
        found = re.search(pattern, raised.error)
        if found and (said := say(found, raised)):
            return said
    return ""


_SLIP = re.compile(r"has no attribute|is not callable|is not defined")


def slip_in(raised: Raised) -> str:
    """Say the cause of an error if it's about what a thing is called, or how it's kept, whatever it works on."""
    return cause_of(raised) if _SLIP.search(raised.error) else ""


def _no_module(found: Match[str], raised: Raised) -> str:
    kind = found["kind"]
    if kind == "list":
        return _LIST
    if kind in {"tuple", "generator", "map"}:
        return _SEVERAL
    if "function" in found[0].lower() or kind == "method":
        return _FUNCTION
    if kind == "type" or "torch.nn" in found[0]:
        return _CLASS
    return f"{_KINDS.get(kind, f'a {kind}')} stands where a module belongs"


def _sizes_met(found: Match[str], raised: Raised) -> str:
    one, other, axis = found["one"], found["other"], found["axis"]
    # Along the fourth axis at least one of the two is a whole batch of images.
    width = re.search(r"x of shape \(.*width (\d+)\)", raised.doing)
    called = ", where x has its width" if axis == "3" and width and width[1] in {one, other} else ""
    said = f"two tensors meet whose sizes do not fit: {one} and {other} along axis {axis}{called}"
    if "running_" in raised.source:
        return f"{said}. A running statistic holds one number a channel: which axes is the new one taken over?"
    if "BatchNorm" in raised.doing and axis == "1":
        left = _left_by_average({int(one), int(other)}, raised)
        return f"{said}{left}. An average over batch, height and width leaves one number a channel"
    if place := _place_of_each(raised.meeting):
        return f"{said}. {place}"
    if not raised.meeting and "BatchNorm" in raised.doing:
        return f"{said}. {_ONE_A_CHANNEL} (1, channels, 1, 1)"
    branches = _OF_BRANCHES.search(raised.doing) and _ADDS_ALONE.fullmatch(raised.source)
    return f"{said}. Two branches that are added need the same shape" if branches else said


_ONE_A_CHANNEL = "One number a channel takes its place once it is reshaped to"


def _place_of_each(meeting: str) -> str:
    """Say how what holds a number for each place of an axis is reshaped for what it meets; "" where that is unknown."""
    shapes = [[int(size) for size in re.findall(r"\d+", shape)] for shape in re.findall(r"of shape \((.*?)\)", meeting)]
    if not shapes or len(shapes[1]) != _OF_MAPS:
        return ""
    mine, theirs = shapes
    if mine == theirs[: len(mine)] and len(mine) == len(("batch", "channels")):
        return f"{_ONE_A_CHANNEL} (batch, channels, 1, 1)"
    where = [axis for axis, size in enumerate(theirs) if mine == [size]]
    if where == [1]:
        return f"{_ONE_A_CHANNEL} (1, channels, 1, 1)"
    if where == [0] and "weight, of shape" in meeting:
        return f"{_ONE_A_CHANNEL} (channels, 1, 1, 1)"
    if where == [0]:  # images, or a kernel under another name: that there is one for each is certain, of what is not
        return "One number for each place along axis 0 takes its place once it is reshaped to (-1, 1, 1, 1)"
    return ""


def _left_by_average(met: set[int], raised: Raised) -> str:
    """Say of which axes an average has left a number each, where one of the two sizes tells."""
    sizes = re.search(r"x of shape \(batch (\d+), channels (\d+), height (\d+), width (\d+)\)", raised.doing)
    if sizes is None:
        return ""
    batch, channels, height, width = map(int, sizes.groups())
    left = {batch * channels: "image and channel", channels * height * width: "pixel and channel"}
    return next((f": {many} is one for each {what}" for many, what in left.items() if {many} == met - {channels}), "")


def _no_such_argument(found: Match[str], raised: Raised) -> str:
    owner, name = found["owner"].removesuffix(".__init__"), found["name"]
    if raised.error.endswith(NO_INIT):
        return _WITHOUT_INIT
    if (owner, name) == ("Conv2d", "bias"):
        return "this course's Conv2d never has a bias, and takes no bias=…: the batch norm after it has its own"
    return f"{owner} takes no argument called {name}"


def _features(found: Match[str], raised: Raised) -> str:
    return f"a linear layer is made for {found['wants']} features, and gets {found['gets']}"


def _channels(found: Match[str], raised: Raised) -> str:
    return f"a convolution is made for {found['wants']} channels, and gets {found['gets']}"


def _no_maps(found: Match[str], raised: Raised) -> str:
    shape = found["shape"]
    said = (
        f"a convolution works on maps, of shape (batch, channels, height, width), and gets a tensor of shape ({shape})"
    )
    given = re.search(r"x of shape \(batch (\d+), channels (\d+)", raised.doing)
    pooled = given is not None and shape == ", ".join(given.groups())
    return f"{said}: keepdim=True keeps height and width, as 1, where a mean is taken over them" if pooled else said


def _norm_channels(found: Match[str], raised: Raised) -> str:
    return f"a batch norm is made for {found['wants']} channels, and gets {found['gets']}"


def _unknown_name(found: Match[str], raised: Raised) -> str:
    name = found["name"]
    if name == "torch":
        return "nothing is called torch here: the notebook imports it as t"
    if name in _IMPORTS:
        return f"nothing is called {name} here: {_IMPORTS[name]} brings it"
    own = f", or is self.{name} meant" if _OF_MODULE.search(raised.doing) else ""
    return f"nothing is called {name} here: was the cell that makes it run{own}?"


def _no_attribute(found: Match[str], raised: Raised) -> str:
    name, owner = found["name"], found["owner"]
    if "." in name:
        return f"getattr takes no name with a dot in it: get_submodule({name!r}) goes from part to part"
    if name in _OF_MODULES:
        return "the class has not been made a module yet: super().__init__() is the first line of __init__"
    if owner == "tuple" and "named_" in raised.source:
        return f"a tuple has no {name}: what is called named_… gives pairs, as in: for name, module in …"
    if owner in _KINDS:
        return f"{_KINDS[owner]} has no {name}: what is before .{name} is not what it should be"
    if "self." + name in raised.source:
        return f"self.{name} is used, and __init__ has not set it"
    return ""


def _too_many_arguments(found: Match[str], raised: Raised) -> str:
    takes, given = int(found["takes"]), int(found["given"])
    owner, _, name = found["name"].rpartition(".")
    if raised.error.endswith(NO_INIT):
        return _WITHOUT_INIT
    if name == "__init__" and f"{owner}(" in raised.source:
        return f"{owner}(…) only makes the module: what it makes is called then, as in {owner}()(x)"
    if name == "__init__" and takes == 1 and raised.line and "super(" not in raised.source:
        return f"{owner}, the class itself, is called with an input, and takes none: {owner}() makes the module to call"
    if not owner and given == _OF_HOOK and f"{name}(" not in raised.source:
        many = "one argument" if takes == 1 else f"{takes} arguments"
        return (
            f"{name} takes {many}, and a hook is called with three: module, inputs, output. Is what {name}(…) returns "
            "the hook, or is an argument missing?"
        )
    if owner and given == takes + 1 and not (name == "__init__" and raised.line):
        return f"{name} takes one argument fewer than it is given: is self missing as its first?"
    return ""


def _no_value(found: Match[str], raised: Raised) -> str:
    return f"{found['name']} gets no value on the way that this call takes: does each branch of the if set it?"


def _wants_tensor(found: Match[str], raised: Raised) -> str:
    kind, said = found["kind"], f"torch's {found['name']} takes a tensor, and gets {_KINDS[found['kind']]}"
    if kind in {"tuple", "list"}:
        return f"{said}: is one of the things in it meant? A hook's inputs are a tuple of tensors, its output is one"
    return f"{said}: ** 0.5, + and * take both"


def _broadcast(found: Match[str], raised: Raised) -> str:
    own, needs = found["own"], found["needs"]
    return f"a tensor of shape ({own}) is to take up one of shape ({needs}): the two need the same number of axes"


def _pair_of_two(found: Match[str], raised: Raised) -> str:
    name = found["name"]
    return f"{name} with an axis gives two things, the values and where they were: take .values, or use a{name}"


def _einsum_sizes(found: Match[str], raised: Raised) -> str:
    one, other = found["one"], found["other"]
    return f"two axes that have one name in einsum differ in size: one has {one}, another {other}"


def _einsum_axes(found: Match[str], raised: Raised) -> str:
    return f"einsum names {found['names']} axes of a tensor that has {found['has']}: ... stands for any number of them"


def _called(found: Match[str], raised: Raised) -> str:
    if found["kind"] == "tuple":
        return "a tuple is called: a comma at the end of a line makes one, and a Sequential makes one module of several"
    return f"{_KINDS[found['kind']]} is called: loop over what is in it, or keep the modules in a Sequential"


def _truth(found: Match[str], raised: Raised) -> str:
    where = "a size" if found["name"] == "size" else found["name"]
    return f"True or False stands where {where} belongs: without a name, arguments are taken in their order"


def _no_truth(found: Match[str], raised: Raised) -> str:
    if asks := _ASKS.match(raised.source):  # whether there is any is meant; elsewhere it may be a choice place by place
        return f"{_NO_TRUTH}{asks['word']} wants one value. {_ANY_OR_ALL}"
    said = f"{_NO_TRUTH}if, and, or, max() and min() of Python want one value. {_ANY_OR_ALL}"
    return f"{said}; torch has torch.where, &, |, torch.maximum and .clamp"


def _module_given(found: Match[str], raised: Raised) -> str:
    kind = found["kind"]
    return f"a {kind}, a module, stands where a tensor belongs: nn.{kind}(…) only makes one, nn.{kind}()(x) applies it"


def _no_size(found: Match[str], raised: Raised) -> str:
    """Know by its division what torch 2.11 doesn't tell: of what type a size is."""
    return _NOT_WHOLE if re.search(r"[^/]/[^/]", raised.source) else _NO_SIZE


def _left_out(found: Match[str], raised: Raised) -> str:
    """Know a shape inside a shape in torch 2.7, which takes the inner one for the whole and drops the -1 behind it."""
    once = len(re.findall(r"\b(?:reshape|view)\(", raised.source)) == 1
    return _SHAPE_INSIDE if once and re.search(_ENDS_IN_MINUS_ONE, raised.source) else ""


def _not_last(found: Match[str], raised: Raised) -> str:
    wants, gets = f"{found['wants']} features wants them as the last axis", f"a tensor of shape ({found['shape']})"
    return f"a layer norm over {wants}, and gets {gets}: permute moves them there"


def _says(sentence: str) -> Callable[[Match[str], Raised], str]:
    return lambda found, raised: sentence


_OF_BRANCHES, _OF_MODULE = re.compile(r"Block|Group|ResNet|Bottleneck"), re.compile(r"^\w+ (?:\w+ )*[A-Z]\w*\(")
_OF_MODULES = frozenset(
    {"_modules", "_parameters", "_buffers", "_backward_hooks", "_forward_hooks", "_forward_pre_hooks", "training"}
    | {"_backward_pre_hooks", "_non_persistent_buffers_set"}
)

_ADDS_ALONE = re.compile(r"[^*/@-]*\+[^*/@-]*")  # a line that multiplies, too, may stop there
_OF_HOOK, _OF_MAPS = 3, 4
_IMPORTS = {
    "partial": "from functools import partial",
    "reduce": "from functools import reduce",
    "OrderedDict": "from collections import OrderedDict",
    "deepcopy": "from copy import deepcopy",
    "math": "import math",
    "np": "import numpy as np",
    "F": "from torch.nn import functional as F",
}
"""What brings a name that tutorials use."""

_NO_SUPER = (
    "super().__init__(), with all its brackets and nothing in them, is missing or is not the first line of __init__: "
    "it makes the class a module"
)
_ONE_NUMBER = "Python's own functions, math.sqrt among them, take one number: a whole tensor has torch's, as t.sqrt"
_TWO_DTYPES = "tensors of two dtypes meet: what is made in the code takes x's, as in t.zeros(3, dtype=x.dtype)"
_TWO_DEVICES = (
    "tensors on two devices meet: what is made in the code goes where x is, as in x.new_zeros(…) or "
    "t.zeros(…, device=x.device)"
)
_DEVICES = (
    r"is not on the expected device|to be on the same device|"
    r"Input type \(torch\.(?:cuda\.)?(\w+)\) and (?:weight|bias) type \(torch\.(?:cuda\.)?\1\)"
)
_MATRICES_ONLY = "an operation for matrices alone gets a tensor with another number of axes: @ takes any number"
_ONE_TUPLE = "several axes come as one tuple, as in dim=(2, 3)"
_TEXT_RAISED = "a text is raised, which is no error: ValueError(…) makes one of it"
_TWO_YIELDS = "it yields more than once: one yield, and in no loop, is where the with-block runs"
_NO_YIELD = "there is no yield in it: what @contextmanager takes yields once, where the with-block runs"
_NO_NUMPY = "gradients do not flow through NumPy: stay with torch's own functions (detach would cut them off as well)"
_LARGE_WINDOW = "a pool's window is larger than the map that it gets"
_ENDLESS = "the code calls itself without end: does a method call its own name, or a property itself?"
_NO_TRUTH = "a whole tensor is asked whether it is true: "
_ANY_OR_ALL = ".any() says whether any of its values is true, .all() whether all are"
_ASKS = re.compile(r"^\s*(?P<word>if|elif|while|assert)\b[^=<>]*\bis(?:nan|inf|finite)\b(?!.*\b(?:and|or)\b)")
_NO_FRACTIONS = (
    "a mean, a variance or a standard deviation is taken of whole numbers, or of True and False, and torch wants "
    "fractions: .float() makes them, as in (x == 0).float()"
)
_NO_GRAPH = "the output has no graph, so that no gradient flows back: is it computed under no_grad, or detached?"
_NOT_IN_GRAPH = "the gradient is asked for a tensor without a graph: is it detached, or computed under no_grad?"
_NOT_USED = "the gradient is asked for a tensor that was not used on the way to the output: is it a copy of that one?"
_NO_PARAMETER = "a plain tensor is put in a parameter's place: nn.Parameter(…) around it makes one of it"
_IN_PLACE = (
    "a parameter, or the input, is changed in place, by an operation that ends in _ or by +=: where that is meant, as "
    "in a copy, it needs torch.no_grad() around it"
)
_NOT_SET = (
    "None is called: what should be a module was never set, a method has no return, or it may be None and is to be "
    "asked for first"
)
_WITHOUT_INIT = "the class has no method called __init__, with two underscores on each side: so it takes no arguments"
_SUPER_ALONE = "super stands without its brackets: super().__init__()"
_NONE_COUNTED = (
    "None stands where a number or a tensor belongs: something was left out, or is None as a layer's bias may be, or a "
    "function has no return"
)
_THIRD_IS_BIAS = "a convolution's third argument is its bias: give stride and padding by name, as in stride=2"
_BEYOND = "the view reaches beyond the tensor's memory: it has too many windows, or they are too far apart"
_VIEW = (
    "view takes axes together only where their numbers lie side by side in memory, and a permute, a transpose or "
    "channels last leaves them apart: reshape does the same, and copies where it must"
)
_NOT_WHOLE = "a number with a point stands where a whole one belongs: // divides without a rest, / gives 4.0"
_SHAPE_INSIDE = "a shape stands inside a shape: put a * in front of it, as in reshape(*x.shape[:2], -1)"
_PAD_NUMBERS = "functional.pad takes a tuple, two numbers for each axis, and the last axis comes first: (left, right)"
_NOT_JOINED = "tensors that are joined differ along another axis than the one that they are joined along: see its dim"
_NONE_IN_SEQUENTIAL = (
    "None stands in a Sequential, which calls all that is in it: nn.Identity() is the module that does nothing"
)
_WRITTEN_OVER = (
    "a result that the backward pass still needs is written over, by += or by what works in place, as "
    "ReLU(inplace=True): x = x + y makes a new tensor"
)
_MODULE_LIST = "an nn.ModuleList cannot be called: loop over its modules, or keep them in a Sequential"
_TUPLE_COUNTED = "a tuple is counted with as if it were a number: is an int expected where a tuple may come, too?"
_NO_SIZE = (
    "what is no whole number stands where a size belongs: True, False, None or a number with a point. Without a name, "
    "arguments are taken in their order"
)
_NUMBER_TAKEN_APART = "a number stands where a tuple or a list belongs: is an int allowed there, too?"
_DOTTED = (
    "a part is set on the model itself under a name with a dot: it belongs to its own parent, "
    "get_submodule of what is before the last dot, under the name after it"
)
_LAZY = "a lazy layer knows its sizes only after its first call: write the sizes into the layer"
_TENSOR_SIZES = (
    r"size of tensor a \((?P<one>\d+)\) must match the size of tensor b \((?P<other>\d+)\) "
    r"at non-singleton dimension (?P<axis>\d+)"
)
_ARGUMENTS = (
    r"(?P<name>[\w.]+)\(\) takes (?:from \d+ to )?(?P<takes>\d+) positional arguments? "
    r"but (?P<given>\d+) (?:was|were) given"
)
_NO_TENSOR = (
    r"^TypeError: (?P<name>\w+)\(\): argument '\w+' \(position 1\) must be Tensor, not (?P<kind>int|float|tuple|list)"
)
_ENDS_IN_MINUS_ONE = r"\b(?:reshape|view)\((?:[^()]|\([^()]*\))*, ?-1\)"
_BROADCAST = r"output with shape \[(?P<own>[\d, ]+)\] doesn't match the broadcast shape \[(?P<needs>[\d, ]+)\]"

# The first that fits is told.
_CAUSES: tuple[tuple[str, Callable[[Match[str], Raised], str]], ...] = (
    (r"before Module\.__init__", _says(_NO_SUPER)),
    (r"descriptor '__init__' of 'super' object needs an argument", _says(_SUPER_ALONE)),
    (r"torch\.return_types\.(?P<name>max|min)'", _pair_of_two),
    (r"subscript \w+ has size (?P<one>\d+) .* previously seen size (?P<other>\d+)", _einsum_sizes),
    (r"number of subscripts .*\((?P<names>\d+)\) .* number of dimensions \((?P<has>\d+)\)", _einsum_axes),
    (
        r"ints,\s*(?:not|but got|but found element of type) float|must be int, not float|'float' object cannot|"
        r"empty\(\) received an invalid .* got \(float, dtype",  # torch 2.11
        _says(_NOT_WHOLE),
    ),
    (r"reshape\(\) takes 1 positional argument but", _says(_SHAPE_INSIDE)),
    (r"shape '\[[\d, ]*\]' is invalid for input of size", _left_out),
    (r"pad\(\): argument 'pad' \(position 2\) must be tuple of ints, not int", _says(_PAD_NUMBERS)),
    (r"Sizes of tensors must match except in dimension", _says(_NOT_JOINED)),
    (r"setStorage: .* are out of bounds for storage", _says(_BEYOND)),
    (r"view size is not compatible with input tensor's size and stride", _says(_VIEW)),
    (r"conv[123]d\(\) received an invalid .* got \(\w+, \w+, (?:int|tuple)[,)]", _says(_THIRD_IS_BIAS)),
    (r"conv[123]d\(\) received an invalid .* got \((?!Tensor|Parameter)(?P<kind>[A-Z]\w+), ", _module_given),
    (r"'(?P<kind>\w+)' object has no attribute 'named_modules'", _no_module),
    (r"(?:\w+\.)*(?P<kind>\w+) is not a Module subclass", _no_module),
    # What the course's own Sequential says.
    (r"^TypeError: module \d+ is \[", _says(_LIST)),
    (r"^TypeError: module \d+ is (?:\(|<(?:generator|map))", _says(_SEVERAL)),
    (r"^TypeError: module \d+ is <class", _says(_CLASS)),
    (r"^TypeError: module \d+ is <(?:function|built-in|bound)", _says(_FUNCTION)),
    # What torch's named_modules says when a class is asked for its modules in an object's place.
    (r"'in <string>' requires string as left operand, not set", _says(_CLASS)),
    (r"\[ModuleList\] is missing the required \"forward\"", _says(_MODULE_LIST)),
    (r"'(?P<owner>\w+)' object has no attribute '(?P<name>[\w.]+)'", _no_attribute),
    (r"name '(?P<name>\w+)' is not defined", _unknown_name),
    (r"(?P<owner>[\w.]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'", _no_such_argument),
    (_ARGUMENTS, _too_many_arguments),
    (r"local variable '(?P<name>\w+)'", _no_value),
    (_NO_TENSOR, _wants_tensor),
    (r"'keepdim' \(position 2\) must be bool, not int|arguments - got \((?:int, )+int\)", _says(_ONE_TUPLE)),
    (r"element tensors can be converted to Python scalars|cannot be converted to Scalar", _says(_ONE_NUMBER)),
    (r"exceptions must derive from BaseException", _says(_TEXT_RAISED)),
    (r"generator didn't stop", _says(_TWO_YIELDS)),
    (r"object is not an iterator", _says(_NO_YIELD)),
    (r"Can't call numpy\(\) on Tensor that requires grad", _says(_NO_NUMPY)),
    (r"Output size is too small", _says(_LARGE_WINDOW)),
    (_TENSOR_SIZES, _sizes_met),
    (r"mat1 and mat2 shapes cannot be multiplied \(\d+x(?P<gets>\d+) and (?P<wants>\d+)x\d+\)", _features),
    (r"expected input\[.*\] to have (?P<wants>\d+) channels, but got (?P<gets>\d+) channels", _channels),
    (r"Expected 3D \(unbatched\) or 4D .* input to conv2d, .* of size: \[(?P<shape>[\d, ]*)\]", _no_maps),
    (r"normalized_shape=\[(?P<wants>\d+)\], .* got input of size\[(?P<shape>[\d, ]*)\]", _not_last),
    (r"running_mean should contain (?P<gets>\d+) elements not (?P<wants>\d+)", _norm_channels),
    (r"^RecursionError", _says(_ENDLESS)),
    (r"Boolean value of Tensor with more than one value", _no_truth),
    (r"mean\(\): could not infer output dtype|(?:std|var|mean) only support floating point", _says(_NO_FRACTIONS)),
    (r"element 0 of tensors does not require grad", _says(_NO_GRAPH)),
    (r"differentiated Tensor.* does not require grad", _says(_NOT_IN_GRAPH)),
    (r"differentiated Tensor.* appears to not have been used", _says(_NOT_USED)),
    (r"cannot assign '[\w.]+' as parameter", _says(_NO_PARAMETER)),
    (r"leaf Variable that requires grad", _says(_IN_PLACE)),
    (_BROADCAST, _broadcast),
    (re.escape(IN_SEQUENTIAL), _says(_NONE_IN_SEQUENTIAL)),
    (r"'NoneType' object is not callable", _says(_NOT_SET)),
    (r"argument '(?P<name>\w+)' .*must be tuple of ints, (?:not|but found element of type) bool", _truth),
    (r"empty\(\) received an invalid combination of arguments - got \(tuple, dtype", _no_size),
    (r"argument 'input' \(position 1\) must be Tensor, not (?P<kind>[A-Z]\w+)$", _module_given),
    (r"modified by an inplace operation", _says(_WRITTEN_OVER)),
    (r"'tuple' object cannot be interpreted as an integer", _says("a tuple stands where one whole number belongs")),
    (r"(?:unsupported operand|not supported between instances).*'tuple'", _says(_TUPLE_COUNTED)),
    (r"can't multiply sequence by non-int of type 'tuple'", _says(_TUPLE_COUNTED)),
    (r"(?:unsupported operand|not supported between instances).*'NoneType'", _says(_NONE_COUNTED)),
    (r"must be int, not NoneType|'NoneType' object cannot be interpreted as an integer", _says(_NONE_COUNTED)),
    (r"must be int, not tuple|found element of type tuple", _says(_TUPLE_COUNTED)),
    (r"module name can\\?'t contain \"\.\"", _says(_DOTTED)),
    (r"'int' object is not (?:subscriptable|iterable)|unpack non-iterable int", _says(_NUMBER_TAKEN_APART)),
    (r"object of type 'int' has no len", _says(_NUMBER_TAKEN_APART)),
    (_DEVICES, _says(_TWO_DEVICES)),
    (r"expected scalar type|to have the same dtype|Input type .* and (?:weight|bias) type", _says(_TWO_DTYPES)),
    (r"must be a matrix", _says(_MATRICES_ONLY)),
    (r"'(?P<kind>list|tuple)' object is not callable", _called),
    (r"uninitialized parameter", _says(_LAZY)),
)
