"""Where people wait: imports, and the solution's forward pass beside torchvision's."""

import os
import statistics
import subprocess
import sys
import time

import pytest
import torch
from torchvision.models import resnet34


def test_a_file_stays_on_one_core(request):
    """Catches a pytest that pytest-xdist doesn't understand: each fixture is then made twice, and nobody is told."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process runs all tests")
    assert request.node.nodeid.endswith("@test_speed")


IMPORT = "import time, torch; begin = time.perf_counter(); import {}; print(time.perf_counter() - begin)"


@pytest.mark.parametrize(("module", "seconds"), [("course_utils", 0.2), ("torchvision, course_utils.tests", 5)])
def test_importing_the_course_adds_little_to_importing_torch(module, seconds):
    runs = [subprocess.run([sys.executable, "-c", IMPORT.format(module)], capture_output=True, text=True, check=True)]
    runs += [subprocess.run(runs[0].args, capture_output=True, text=True, check=True) for _ in range(2)]
    assert min(float(run.stdout) for run in runs) < seconds


def test_the_solutions_forward_takes_at_most_half_as_long_again_as_torchvisions(solution, capsys):
    """Twelve images in eval mode; the two take turns, and the median of the ratios counts."""
    mine, theirs = solution.ResNet34().eval(), resnet34().eval()
    images = torch.randn(12, 3, 224, 224)
    with torch.inference_mode():
        ratios = [_seconds(mine, images) / _seconds(theirs, images) for _ in range(8)][1:]
    with capsys.disabled():
        print(f"\nforward of twelve images: {statistics.median(ratios):.2f} times torchvision's")
    assert statistics.median(ratios) <= 1.5


def _seconds(model, images):
    begin = time.perf_counter()
    model(images)
    return time.perf_counter() - begin
