"""The solutions of all notebooks, changed by machine in every small way: what behaves differently is caught."""

import ast
import copy
from functools import cache
from types import ModuleType

import pytest
from examining import first_broken
from solved import ROOT, run_solution

from course_utils.authoring.mutants import mutants
from course_utils.exercises.registry import load, notebooks

# Each exercise, and its notebook, by the exercise's name.
EXERCISES = {entry.name: (load(entry.name), notebook) for notebook, entries in notebooks().items() for entry in entries}

_AXES = "the order of axes makes no difference"
_WORDS = "any error refuses, whatever its kind and its words"
_TWICE = "the number of tensors is checked twice: zip(…, strict=True) does it as well"
_NOTHING = "what no modules at all should do is not part of the exercise"
_PAIRS = "both tuples have two numbers"
_GROWS = "in a ResNet a stride comes with more channels, and the number of channels never falls"
_FALLS = "no shortcut of the paper's leads to fewer channels, and there is no stride below 1"
_NO_GRAPH = "what is given back has no graph either way"
_ONE_IMAGE = "there is one of them: the first is the last"
_SAME_SIZE = "all images of a batch, and all filters of a layer, have the same size"

# Changes that leave what is asked for as it was, each with the reason: the exercise, and what stands there then.
EQUIVALENT: dict[tuple[str, str], str] = {
    ("NamedSequential", "if isinstance(modules[0], OrderedDict)"): _NOTHING,
    ("NamedSequential", "len(modules) <= 1 and"): _NOTHING,
    ("NamedSequential", "len(modules) >= 1 and"): "an OrderedDict and more beside it is not part of the exercise",
    ("NamedSequential", "modules[-1]"): "the first of one is the last of one",
    ("BatchNorm2d", "dim=(2, 0, 3)"): _AXES,
    ("BatchNorm2d", "dim=(0, 3, 2)"): _AXES,
    ("AveragePool", "dim=(3, 2)"): _AXES,
    ("diagram_answers", "225 // 2 ** 5"): "rounded down, 225 / 32 is 7 as well",
    ("ResidualBlock", "if first_stride <= 1 and"): "there is no stride below 1",
    (
        "ResNet34",
        "MaxPool2d(kernel_size=3, stride=2, padding=1), ReLU()",
    ): "the maximum of ReLUs is the ReLU of the maximum",
    ("ResNet34", "first_strides_per_group)"): "lists of unequal lengths are not part of the exercise",
    ("ResNet34", "strict=False"): "lists of unequal lengths are not part of the exercise",
    ("copy_weights", "raise ValueError()"): _WORDS,
    ("copy_weights", "raise f'"): _WORDS,
    ("copy_weights", "raise RuntimeError("): _WORDS,
    ("copy_weights", "if True:; pass"): _TWICE,
    ("copy_weights", "  pass"): _TWICE,
    ("copy_weights", "if len("): _TWICE,
    ("copy_weights", "in zip(mine, theirs"): _TWICE,
    ("copy_weights", "(zip(mine, theirs.values()"): _TWICE,
    ("predict", "return probabilities.max(dim=1)"): "what max gives is a tuple already",
    ("centre_images", "dim=(2, 1, 3)"): _AXES,
    ("centre_images", "dim=(1, 3, 2)"): _AXES,
    ("ReLU", "maximum(t.tensor(0.0), x)"): "of two numbers, either may come first",
    ("MaxPool2d", "self.stride):"): _PAIRS,
    ("MaxPool2d", "strict=False"): _PAIRS,
    ("ResNet", "if self.inplanes != out_planes"): _GROWS,
    ("ResNet", "if stride > 1 or"): _GROWS,
    ("ResNet", "if stride < 1 or"): _GROWS,
    ("ResNet", "self.inplanes < out_planes"): _GROWS,
    ("ResNet", "mode='fan_out')"): "without a slope, a leaky ReLU is a ReLU",
    ("make_resnet", "raise ValueError()"): _WORDS,
    ("shortcut", "raise ValueError()"): _WORDS,
    ("shortcut", "option < 'C'"): "of three letters, A and B come before C",
    ("shortcut", "option <= 'A'"): "of three letters, A is the first",
    ("shortcut", "stride <= 1"): _FALLS,
    ("shortcut", "in_channels >= out_channels"): _FALLS,
    ("activation_stats", "values = output"): _NO_GRAPH,
    ("PooledBlock", "if norm else nn.ReLU(), nn.ReLU()"): "the ReLU of a ReLU is the same",
    (
        "PooledBlock",
        "nn.Sequential(nn.Conv2d(in_feats, out_feats, kernel_size=1)",
    ): "a mean of weighted sums is a weighted sum of means",
    ("PooledBlock", "nn.Sequential(nn.AvgPool2d(stride, ceil_mode=True), "): "the mean of one pixel is that pixel",
    ("PooledBlock", "stride > 0"): "the mean of one pixel is that pixel",
    ("multiply_adds", "output[-1]"): _SAME_SIZE,
    ("multiply_adds", "weight[1]"): _SAME_SIZE,
    ("multiply_adds", "weight[-1]"): _SAME_SIZE,
    ("multiply_adds", "if True:"): _NO_GRAPH,
    ("multiply_adds", "enable_grad"): _NO_GRAPH,
    ("NewHead", "fc = nn.ReLU()"): "the backbone ends in means of ReLUs: none is negative",
    ("feature_maps", "= output.clone()"): _NO_GRAPH,
    ("feature_maps", "if True:"): _NO_GRAPH,
    ("feature_maps", "enable_grad"): _NO_GRAPH,
    ("grad_cam", "seen[-1]"): _ONE_IMAGE,
    ("grad_cam", "logits[-1, class_index]"): _ONE_IMAGE,
    ("grad_cam", "maps)[-1]"): _ONE_IMAGE,
    ("grad_cam", "[-1, 0]"): _ONE_IMAGE,
    ("grad_cam", "[0, -1]"): _ONE_IMAGE,
    ("grad_cam", "gradient.sum("): "the heat map is divided by its largest value",
    ("grad_cam", "dim=(3, 2)"): _AXES,
    ("without_block", "inputs[-1]"): _ONE_IMAGE,
}


@cache
def solution(notebook: str) -> ModuleType:
    """Run the definitions of a solved notebook, once for all its exercises."""
    return run_solution(notebook)


@cache
def source_of(exercise: str) -> str:
    """Give the source of an exercise's solution, without comments."""
    _, notebook = EXERCISES[exercise]
    tree = ast.parse((ROOT / "solutions" / notebook / f"{notebook}.py").read_text("utf-8"))
    return next(ast.unparse(node) for node in tree.body if getattr(node, "name", "") == exercise)


@pytest.fixture(scope="module")
def tally() -> dict[str, int]:
    return {"mutants": 0, "caught": 0, "equivalent": 0}


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_itself_passes(name: str):
    assert _survives(name, source_of(name))


@pytest.mark.parametrize("name", EXERCISES)
def test_every_change_to_the_solution_is_caught(name: str, tally: dict):
    survivors, used = [], set()
    for change, source in mutants(source_of(name)):
        tally["mutants"] += 1
        if not _survives(name, source):
            tally["caught"] += 1
        elif known := [key for key in EQUIVALENT if key[0] == name and key[1] in change.split("  →")[1]]:
            tally["equivalent"] += 1
            used.update(known)
        else:
            survivors.append(change)
    assert not survivors
    assert not {key for key in EQUIVALENT if key[0] == name} - used, "these are caught now, or are not made any more"


def _survives(name: str, source: str) -> bool:
    exercise, notebook = EXERCISES[name]
    space = copy.copy(vars(solution(notebook)))
    try:
        exec(source, space)
    except Exception:  # noqa: BLE001  (the cell itself stops: the student sees that before any test)
        return False
    return first_broken(exercise, space[name]) is None


def test_nearly_all_of_what_behaves_differently_is_caught(tally: dict):
    print("mutants: {mutants}, caught: {caught}, equivalent: {equivalent}".format(**tally))
    assert tally["caught"] >= 0.98 * (tally["mutants"] - tally["equivalent"])
