"""The notebook's own solution, changed by machine in every small way: what behaves differently is caught."""

import ast
import copy
from pathlib import Path

import pytest
from examining import EXERCISES, first_broken
from mutants import mutants

from course_utils import layers

TEXT = Path(__file__).parents[2] / "solutions/02_resnets/02_resnets.py"

_AXES = "the order of axes makes no difference"
_WORDS = "any error refuses, whatever its kind and its words"
_TWICE = "the number of tensors is checked twice: zip(…, strict=True) does it as well"
_NOTHING = "what no modules at all should do is not part of the exercise"

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
}


def _definitions() -> dict[str, str]:
    """Give the source of every class and function at the top of the notebook, by name."""
    text = TEXT.read_text("utf-8")
    found = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    return {node.name: ast.unparse(node) for node in found}


def _imports() -> str:
    """Give the notebook's imports of libraries."""
    tree = ast.parse(TEXT.read_text("utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(ast.unparse(node) for node in found)


@pytest.fixture(scope="module")
def notebook() -> dict[str, object]:
    """Run all definitions of the solved notebook."""
    space = {"__name__": "solved_notebook"}
    exec(_imports(), space)
    space |= {name: layer for name, layer in vars(layers).items() if isinstance(layer, type)}  # the notebook loads them
    for source in _definitions().values():
        exec(source, space)
    return space


@pytest.fixture(scope="module")
def tally() -> dict[str, int]:
    return {"mutants": 0, "caught": 0, "equivalent": 0}


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_itself_passes(name: str, notebook: dict):
    assert _survives(name, _definitions()[name], notebook)


@pytest.mark.parametrize("name", EXERCISES)
def test_every_change_to_the_solution_is_caught(name: str, notebook: dict, tally: dict):
    survivors, used = [], set()
    for change, source in mutants(_definitions()[name]):
        tally["mutants"] += 1
        if not _survives(name, source, notebook):
            tally["caught"] += 1
        elif known := [key for key in EQUIVALENT if key[0] == name and key[1] in change.split("  →")[1]]:
            tally["equivalent"] += 1
            used.update(known)
        else:
            survivors.append(change)
    assert not survivors
    assert not {key for key in EQUIVALENT if key[0] == name} - used, "these are caught now, or are not made any more"


def _survives(name: str, source: str, notebook: dict) -> bool:
    space = copy.copy(notebook)
    try:
        exec(source, space)
    except Exception:  # noqa: BLE001  (the cell itself stops: the student sees that before any test)
        return False
    return first_broken(EXERCISES[name], space[name]) is None


def test_nearly_all_of_what_behaves_differently_is_caught(tally: dict):
    print("mutants: {mutants}, caught: {caught}, equivalent: {equivalent}".format(**tally))
    assert tally["caught"] >= 0.98 * (tally["mutants"] - tally["equivalent"])
