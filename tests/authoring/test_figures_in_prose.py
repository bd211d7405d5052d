"""Each figure in a notebook's text is in an output or in the code of that notebook, or has a source that's named here.

Facts from papers are written with the table they're from; whoever changes one looks there first. What to notice is told
of the outputs above it, so there an output of another section doesn't count.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import jupytext
import nbformat
import pytest
from torchvision import models

from course_utils.training.degradation_results import RESULTS as FOLDER
from course_utils.training.degradation_results import read_results

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {source.parent.name: source for source in sorted((ROOT / "solutions").glob("*/*.py"))}
# The course's own measurements, which notebook 4 shows; tests/training/test_degradation.py holds them to its sentences.
RESULTS = sorted(FOLDER.glob("*.json"))

FACTS = {
    "02_resnets": {
        "3.57%": "He et al. 2015, abstract: the error of an ensemble on ImageNet's test set (first five guesses)",
        "3.4": "the number of a section (Ioffe & Szegedy)",
        "0.01": "a place of the slider, to try out",
        "87MB": "the size of torchvision's file resnet34-b627a593.pth",
        "500million": "2²⁹, which is 537 million: about",
        "1.28million": "ImageNet's training images (He et al. 2015, section 4.1)",
    },
    "03_resnet_family": {
        "24.5%": "He et al. 2015, table 3: ResNet-34 B 24.52",
        "22.9%": "He et al. 2015, table 3: ResNet-50 22.85",
        "21.8%": "He et al. 2015, table 3: ResNet-101 21.75",
        "21.4%": "He et al. 2015, table 3: ResNet-152 21.43",
        "28.54%": "He et al. 2015, table 2: plain, 34 layers",
        "8192": "Goyal et al. 2017, in the title's hour",
        "0.2": "torchvision/models/resnet.py, the comment on zero_init_residual",
        "0.3": "torchvision/models/resnet.py, the comment on zero_init_residual",
    },
    "04_why_residuals": {
        "27.9%": "He et al. 2015, table 2: plain 18 layers 27.94, ResNet 18 layers 27.88",
        "28.5%": "He et al. 2015, table 2: plain 34 layers 28.54",
        "25.0%": "He et al. 2015, table 2: ResNet 34 layers 25.03",
        "30MB": "the size of Fashion-MNIST's four files",
        "10000": "the test images of Fashion-MNIST",
        "2000": "TEST_IMAGES in course_utils/training/degradation.py",
        "0.5": "tests/training/test_degradation.py asserts it of the stored results",
        "40000": "a trial of the authors, not stored",
        "91.6%": "a trial of the authors, not stored",
        "92.2%": "a trial of the authors, not stored",
        "93.2%": "a trial of the authors, not stored",
        "1.18": "a trial of the authors, not stored: plain-56, seed 0, conv1 times 1 + 2e-7 (and a stored result)",
    },
    "05_transfer_and_look_inside": {
        "82%": "a trial of the authors, not stored: more epochs, other learning rates",
        "91%": "a trial of the authors, not stored: other learning rates; and with twenty images of each class",
        "64%": "a trial of the authors, not stored: five images of each class",
        "90%": "a trial of the authors, not stored: five images of each class",
        "89%": "a trial of the authors, not stored: twenty images of each class",
        "80%": "a trial of the authors, not stored: the residual twin without a block, another seed",
        "87%": "a trial of the authors, not stored: the residual twin without a block, another seed",
        "12%": "a trial of the authors, not stored: the plain twin without a block, another seed",
        "20%": "a trial of the authors, not stored: the plain twin without a block, another seed",
        "86%": "a trial of the authors, not stored: fine-tuned with the head's rate for the body as well",
    },
    "00_start_here": {
        "87MB": "the size of torchvision's file resnet34-b627a593.pth",
        "30MB": "the size of Fashion-MNIST's four files",
    },
    "06_ten_years_later": {
        "6.6%": "He et al. 2016, table 3: ResNet-110 6.61",
        "6.4%": "the same with pre-activation 6.37",
        "3.1": "the number of a section (Vaswani et al.)",
        "1001": "the depth of the paper's deepest network",
        "7.6%": "He et al. 2016, table 3: ResNet-1001 7.61",
        "4.9%": "the same with pre-activation 4.92",
        "0.8": "1 − 0.2, the share that stays",
        "1202": "the depth of Huang et al. 2016's deepest network",
        "4.91%": "Huang et al. 2016, abstract",
        "24.8%": "Hu et al. 2017, table 2: ResNet-50 24.80",
        "23.3%": "Hu et al. 2017, table 2: SE-ResNet-50 23.29",
        "22.2%": "Xie et al. 2016, table 3: ResNeXt-50 32x4d",
        "23.9%": "Xie et al. 2016, table 3: ResNet-50",
        "76.9%": "He T. et al. 2018, table 5: ResNet-50-C 76.87",
        "77.2%": "He T. et al. 2018, table 5: ResNet-50-D 77.16",
        "76.1%": "Liu et al. 2022, section 2.1, and torchvision's IMAGENET1K_V1: 76.130",
        "78.8%": "Liu et al. 2022, section 2.1",
        "82.0%": "Liu et al. 2022, section 2.6",
        "10.6%": "Wu & He 2018, abstract",
        "80000": "about: the table's smallest network has 79,594 parameters",
        "110000": "about: the table's largest network has 110,266 parameters",
        "6000": "the images of the stored measurement (training.LATER_IMAGES)",
        "80.4%": "Wightman et al. 2021, abstract",
    },
}

# How often a text gives a fact, where that's more than once: a source is of one sentence, and forgives no other one.
REPEATED = {
    "00_start_here": {"87MB": 2},
    "02_resnets": {"0.01": 2},
    "04_why_residuals": {"10000": 2, "27.9%": 2, "0.5": 2, "1.18": 2},
    "05_transfer_and_look_inside": {"91%": 2, "12%": 2, "86%": 3},
    "06_ten_years_later": {"24.8%": 2, "76.1%": 3, "78.8%": 2, "82.0%": 2},
}


def _share(*parts: str) -> float:
    """Return how many percent of ResNet34's parameters are in these parts of it."""
    sizes = {name: parameter.numel() for name, parameter in _resnet34().named_parameters()}
    return 100 * sum(n for name, n in sizes.items() if name.startswith(parts)) / sum(sizes.values())


@cache
def _resnet34() -> models.ResNet:
    return models.resnet34()


def _more(after: float, before: float) -> float:
    return 100 * (after / before - 1)


_COUNTS, _GIGA = (
    {depth: getattr(models, f"ResNet{depth}_Weights").IMAGENET1K_V1.meta[key] for depth in (34, 50)}
    for key in ("num_params", "_ops")
)
# From the second block of notebook 4's network to the last: two 3×3 convolutions, and the 1×1 one on the pooled map.
_SIDES = (28, 14, 7, 4, 2, 1)
_BLOCKS = [
    (9 * wide * 2 * wide * side**2 + 9 * (2 * wide) ** 2 * half**2 + wide * 2 * wide * half**2) / 1e6
    for wide, side, half in zip((8, 16, 32, 64, 128), _SIDES[:-1], _SIDES[1:], strict=True)
]
_TARGET = [0.91, *[0.01] * 9]

# Figures that can be worked out.
SUMS = {
    "01_building_blocks": {"150528": 3 * 224 * 224, "1.6": 4 / 6**0.5},
    "02_resnets": {
        "25088": 512 * 7 * 7,
        "25million": 512 * 7 * 7 * 1000 / 1e6,
        "9408": 64 * 3 * 7 * 7,
        "0.1%": 100 / 1000,
        "43%": _share("layer4.1", "layer4.2"),
        "1%": _share("layer1"),
    },
    "03_resnet_family": {
        "17%": _more(_COUNTS[50], _COUNTS[34]),
        "12%": _more(_GIGA[50], _GIGA[34]),
        "919168": 22_716_840 - 21_797_672,
    },
    "04_why_residuals": {
        "1.38": _BLOCKS[0],
        "1.53": _BLOCKS[2],
        "1.80million": _BLOCKS[4],
        "2.3": math.log(10),
        "134million": 2**27 / 1e6,
        "7.8million": 1.8**27 / 1e6,
        "1675": math.prod(1 + 2.6 / block for block in range(1, 28)),
        "1.26": 1 + 2.6 / 10,
        "1.14": 1 + 2.6 / 19,
        "0.341": 0.5 - 1 / (2 * math.pi),
        "1.47": math.pi / (math.pi - 1),
        "2.15": (math.pi / (math.pi - 1)) ** 2,
        "20480": 256 * 10 * 8,
        "31%": _more(_BLOCKS[-1], _BLOCKS[0]),
        "100%": 100 * sum(_TARGET),
        "91%": 100 * (0.9 + 0.1 / 10),
        "1%": 100 * 0.1 / 10,
        "0.50": -sum(share * math.log(share) for share in _TARGET),
    },
    "05_transfer_and_look_inside": {
        "42000": 7 * 6_000,
        "271824": 272_279 - (64 * 7 + 7),
        "33%": 100 / 3,
        "14%": 100 / 7,
    },
    "06_ten_years_later": {
        "2.7": 78.8 - 76.1,
        "5.9": 82.0 - 76.1,
        "40.25": 54 - sum(0.5 * block / 54 for block in range(1, 55)),
        "12544": 64 * 14 * 14,
    },
}


@dataclass(frozen=True)
class Figure:
    """A number as it's written, without a thousand's comma, and its unit: "%", "million", "MB", "min", or ""."""

    number: str
    unit: str

    def __str__(self) -> str:
        return self.number + self.unit

    def rounds(self, value: float) -> bool:
        """Say whether the value, rounded to as many places, is this number."""
        places = Decimal(1).scaleb(-len(self.number.partition(".")[2]))
        return Decimal(str(value)).quantize(places, ROUND_HALF_UP) == Decimal(self.number)


_UNIT = r"\s?(%|million\b|MB\b|min\b|minutes\b|seconds\b)"
# Of "82 and 91 %" both are percentages.
_NUMBER = re.compile(
    rf"(?<![\w.,])(\d{{1,3}}(?:,\d{{3}})+|\d+\.\d+|\d+)(?!\w|[.,]\d)(?:{_UNIT}|(?=(?: and | to |–)[\d.]+{_UNIT}))?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
# No sentences: code, formulas, addresses, the size of an exercise, and tables.
_SET_ASIDE = re.compile(r"`[^`]*`|\$\$[^$]*\$\$|\$[^$]*\$|\]\([^)]*\)|^> \*\*Difficulty.*$|^\|.*\|$", re.MULTILINE)


def figures_in(text: str) -> Iterator[Figure]:
    """Give decimals, counts from 1,000 on that are no year, and whatever has a unit."""
    for number, unit, later in _NUMBER.findall(_SET_ASIDE.sub(" ", text)):
        found = Figure(number.replace(",", ""), unit or later)
        if found.unit or "." in number or (float(found.number) >= 1000 and not _YEAR.fullmatch(number)):
            yield found


Shown = tuple[frozenset[float], frozenset[float]]
"""Numbers, and those of them that are percentages."""


def figures_of(name: str) -> list[Figure]:
    cells = jupytext.read(SOURCES[name], fmt="py:percent").cells
    return [figure for cell in cells if cell.cell_type == "markdown" for figure in figures_in(cell.source)]


# How a text begins that tells what the outputs above it show.
OPENINGS = (
    *("**What to notice.**", "**Look again.**", "**Look back.**", "**Look at that:**"),
    *("**Surprised?**", "**Did you see it?**", "**What do we see?**"),
)


@dataclass(frozen=True)
class Passage:
    """A cell of text, and the outputs that stand above it in its section."""

    text: str
    above: tuple[str, ...]
    goes_on: bool = False  # a text before it has begun to tell what they show

    @property
    def notices(self) -> bool:
        """Whether it tells what these outputs show."""
        return self.goes_on or self.text.startswith(OPENINGS)


@cache
def passages(name: str) -> tuple[Passage, ...]:
    """Return the cells of text of the notebook's source, each with the outputs of the built notebook above it."""
    source = jupytext.read(SOURCES[name], fmt="py:percent").cells
    built = nbformat.read(SOURCES[name].with_suffix(".ipynb"), as_version=4).cells
    # Notebook and source have the same cells, unless a text is waiting to be built.
    outputs = iter([cell.outputs for cell in built if cell.cell_type == "code"])
    found, above, goes_on = [], [], False
    for cell in source:
        if cell.cell_type == "code":
            above += _texts(next(outputs, []))
            goes_on = False
            continue
        if re.match("## ", cell.source):
            above = []
        goes_on = goes_on and not cell.source.startswith("#")
        found.append(Passage(cell.source, tuple(above), goes_on))
        goes_on = found[-1].notices
    return tuple(found)


@cache
def shown_in(name: str) -> Shown:
    """Return the numbers of the notebook's outputs and code."""
    built = nbformat.read(SOURCES[name].with_suffix(".ipynb"), as_version=4)
    texts = [text for cell in built.cells if cell.cell_type == "code" for text in _texts(cell.outputs)]
    return numbers_in([*texts, *_code_of(name)])


def shown_to(passage: Passage, name: str) -> Shown:
    """Return the numbers that the passage can be about: those above it, if it tells what they show."""
    return numbers_in([*passage.above, *_code_of(name)]) if passage.notices else shown_in(name)


@cache
def _code_of(name: str) -> tuple[str, ...]:
    """Return the notebook's code, and the stored results that it draws."""
    code = jupytext.read(SOURCES[name], fmt="py:percent")
    texts = [re.sub(r"(?<=\d)_(?=\d)", "", cell.source) for cell in code.cells if cell.cell_type == "code"]
    if name == "04_why_residuals":
        texts += [f"{one.losses[-1]:.2f} {one.test_loss:.2f}" for path in RESULTS for one in read_results(path)]
    return tuple(texts)


def numbers_in(texts: Iterable[str]) -> Shown:
    """Read the numbers in outputs and code."""
    numbers, percentages = set(), set()
    for text in texts:
        for number, percent in re.findall(r"(?<![\w.])(\d[\d,]*\.?\d*(?:e-?\d+)?)(\s?%)?", text):
            value = float(number.replace(",", "").rstrip("."))
            numbers.add(value)
            if percent:
                percentages.add(value)
    return frozenset(numbers), frozenset(percentages)


def _texts(outputs: list) -> Iterator[str]:
    for output in outputs:
        yield output.get("text", "")
        yield output.get("data", {}).get("text/plain", "")
        html = re.sub(
            r"<(style|script|svg)\b.*?</\1>", " ", output.get("data", {}).get("text/html", ""), flags=re.DOTALL
        )
        yield from re.findall(r'alt="([^"]*)"', html)
        yield re.sub(r"<[^>]*>", " ", html)


def is_shown(figure: Figure, shown: Shown) -> bool:
    numbers, percentages = shown
    if figure.unit == "%":
        return any(map(figure.rounds, percentages))
    if figure.unit == "million":
        return any(figure.rounds(one / 1e6) for one in numbers)
    if figure.unit:
        return False  # times and sizes differ from computer to computer
    return any(map(figure.rounds, numbers)) if "." in figure.number else float(figure.number) in numbers


def unsupported(texts: Iterable[Passage], name: str) -> list[str]:
    """Return the figures of these texts that are neither shown, nor a fact, nor a sum."""
    facts, sums = FACTS.get(name, {}), SUMS.get(name, {})
    return [
        str(one)
        for text in texts
        for one in figures_in(text.text)
        if str(one) not in facts
        and not (str(one) in sums and one.rounds(sums[str(one)]))
        and not is_shown(one, shown_to(text, name))
    ]


def misplaced(texts: Iterable[Passage], name: str) -> dict[str, int]:
    """Return how often the texts give a fact, where that isn't as often as its source is for: once, or REPEATED."""
    found = Counter(str(one) for text in texts for one in figures_in(text.text))
    repeated = REPEATED.get(name, {})
    return {one: found[one] for one in FACTS.get(name, {}) if found[one] != repeated.get(one, 1)}


@pytest.mark.parametrize("name", SOURCES)
def test_each_figure_has_a_source(name):
    """Catches "three and a half minutes" in digits under an output that says 5:13, and a figure from memory."""
    assert unsupported(passages(name), name) == []


def stories() -> Passage:
    """Give notebook 4's list of what became of the stories."""
    (found,) = [one for one in passages("04_why_residuals") if one.text.startswith("### What became of the stories")]
    return found


def test_the_list_of_stories_has_figures_that_are_shown():
    """Catches a verdict over a number that nobody has measured."""
    assert unsupported([stories()], "04_why_residuals") == []
    assert len([*figures_in(stories().text)]) >= 15
    for right, wrong in (("3,679", "3,579"), ("0.586", "0.568")):
        assert right in stories().text
        assert unsupported([Passage(stories().text.replace(right, wrong), ())], "04_why_residuals") == [
            wrong.replace(",", "")
        ]


# Said of two results, and said by an output or not at all.
_THE_SAME = re.compile(r"to the last (?:digit|bit)|digit for digit|[Tt]he same (?:logits|numbers|answers?)\b|identical")
_SAID_SO = re.compile(r"\bTrue\b|\bsame logits\b")


def unsaid(texts: Iterable[Passage]) -> list[str]:
    """Return where it's noticed that two results are the same, though no output above says so."""
    noticed = ((one, _THE_SAME.search(re.sub(r"\s+", " ", one.text))) for one in texts if one.notices)
    return [same[0] for one, same in noticed if same and not any(map(_SAID_SO.search, one.above))]


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_noticed_to_be_the_same_was_compared(name):
    """Catches "your row and the stored one agree to the last digit" under 84.3 % and 84.0 %."""
    assert unsaid(passages(name)) == []


_TABLE = "The same for CPU seconds. stored 84.3 % (84.1–84.4), yours 84.0 % (83.6–84.2)"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your row and the stored one agree here to\nthe last digit.", ["to the last digit"]),
        ("The two are a few tenths apart.", []),
    ],
)
def test_a_claim_of_equality_that_no_output_makes_is_found(text, found):
    """Catches a test that knows the claim only as it was once written, or takes any output for a comparison."""
    for opening in OPENINGS:
        noticed = f"{opening} {text}"
        assert unsaid([Passage(noticed, (_TABLE,))]) == found
        assert unsaid([Passage(noticed, ("the same, to the last bit: True",))]) == []
    assert unsaid([Passage(text, (_TABLE,))]) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("From **scratch** the same network ends near 86 %", "From **scratch** the same network ends near 87 %"),
        ("the frozen network is right on 94 %", "the frozen network is right on 80 %"),
    ],
)
def test_a_figure_of_another_section_supports_nothing(right, wrong):
    """Catches 87 % under a table that says 86.4 %, because another section has an 87 %."""
    name = "05_transfer_and_look_inside"
    texts = passages(name)
    assert misplaced(texts, name) == {}
    (place,) = (number for number, one in enumerate(texts) if right in re.sub(r"\s+", " ", one.text))
    changed = Passage(re.sub(r"\s+", " ", texts[place].text).replace(right, wrong), texts[place].above)
    assert wrong.split()[-2] + "%" in misplaced([*texts[:place], changed, *texts[place + 1 :]], name)


@pytest.mark.parametrize("name", SOURCES)
def test_no_source_is_left_without_its_figure(name):
    """Catches a list of exceptions that forgives a figure which isn't in the text any more, or another one."""
    assert misplaced(passages(name), name) == {}
    assert set(SUMS.get(name, {})) <= {str(one) for one in figures_of(name)}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("02_resnets", "25,088 numbers", "25,188 numbers"),
        ("02_resnets", "231 million", "232 million"),
        ("03_resnet_family", "28.54 %", "28.45 %"),
        ("04_why_residuals", "on 28.5 % with 34", "on 28.4 % with 34"),
        ("04_why_residuals", "1.38, 1.53,", "1.38, 9.53,"),
        ("05_transfer_and_look_inside", "right on 94 % of dresses", "right on 41 % of dresses"),
    ],
)
def test_a_changed_figure_is_found(name, right, wrong):
    """Catches a test that finds everything shown somewhere."""
    prose = re.sub(r"\n# ?", " ", SOURCES[name].read_text(encoding="utf-8"))
    assert right in prose
    assert unsupported([Passage(right, ())], name) == []
    assert unsupported([Passage(wrong, ())], name) != []


def test_years_code_addresses_and_plans_are_no_figures():
    """Catches a list of exceptions that grows with every link."""
    text = "In 2015 `lr=0.25` [paper](https://arxiv.org/abs/1512.03385) $x_{0.5}$ gave 82 and 91 %, on 1,050 images.\n"
    assert list(map(str, figures_in(text + "| 1 | a plan | 2.5 min |"))) == ["82%", "91%", "1050"]
