"""The judge's tests, in a process of their own: one that has computed with two threads, as others do, cannot fork."""

import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).with_name("judging_cases.py")


def test_the_judge_decides_as_the_test_cell_would():
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", str(CASES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=540)
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
