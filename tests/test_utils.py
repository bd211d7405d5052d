"""The notebooks' helpers are all in one place, and cost next to nothing until they are used."""

import subprocess
import sys

from course_utils import utils

TIMING = """
import sys, time, torch
begin = time.process_time()
import course_utils.utils
heavy = {"torchvision", "pandas", "PIL", "IPython", "rich", "ipywidgets", "matplotlib"}
print(time.process_time() - begin, " ".join(heavy & set(sys.modules)))
"""


def test_every_helper_is_a_function_with_a_docstring():
    assert set(utils.__all__) == {
        "batchnorm_playground",
        "blackened",
        "bring_back_my_work",
        "class_names",
        "classify_photo",
        "classify_photos",
        "explore",
        "first_divergence",
        "hints",
        "hottest_third",
        "keep_my_work",
        "load_few_images",
        "load_photo",
        "load_photos",
        "load_pretrained_resnet34",
        "load_small_resnet",
        "my_layers",
        "other_styles",
        "own_file",
        "print_param_count",
        "resnet34_diagram",
        "show_bars",
        "show_confusion",
        "show_feature_maps",
        "show_filters",
        "show_heat",
        "show_images",
        "show_paired_bars",
        "show_panel",
        "show_photos",
        "show_progress",
        "show_solution",
        "show_tester",
        "show_trained_network",
        "small_resnet_record",
        "summary",
    }
    for name in utils.__all__:
        assert getattr(utils, name).__doc__


def test_importing_the_helpers_is_quick_and_loads_no_heavy_library():
    answers = [_import_helpers() for _ in range(3)]
    assert {loaded for _, loaded in answers} == {""}
    assert min(seconds for seconds, _ in answers) < 0.2


def _import_helpers() -> tuple[float, str]:
    """The CPU seconds of the import in a fresh interpreter, and the heavy libraries that it loaded."""
    answer = subprocess.run([sys.executable, "-c", TIMING], capture_output=True, text=True, check=True)
    seconds, _, loaded = answer.stdout.strip().partition(" ")
    return float(seconds), loaded
