"""What a submission may see of the machine: the libraries, the course without its answers, and its own folder."""

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import torch

from course_utils.grading.run.warm import COURSE, PASSED_ON

_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/mime.types")
_KERNEL = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/self", "/sys/devices/system", "/sys/fs/cgroup")
_WITH_ANSWERS = {"exercises", "tests.py", "grading", "authoring", "carried.py", "cli.py", "__pycache__"}


def readable() -> list[str]:
    """List what a submission may read."""
    python = {sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    system = [place for path in (*sorted(python), *_SYSTEM) for place in _around(Path(path))]
    package = [str(path) for path in (COURSE / "course_utils").iterdir() if path.name not in _WITH_ANSWERS]
    named = [os.environ[name] for name in ("RESNET34_WEIGHTS", "FASHION_MNIST") if os.environ.get(name)]
    data = [str(COURSE / "resnet_inputs"), str(Path(torch.hub.get_dir()) / "checkpoints"), *named]
    return [*system, *_KERNEL, *package, *data]


def _around(place: Path) -> Iterator[str]:
    """Give a folder; where the course lies in it (installed beside the libraries, say), all in it but the course."""
    secret = COURSE if (COURSE / "solutions").is_dir() else COURSE / "course_utils"
    if not secret.is_relative_to(place):
        yield str(place)
    elif place != secret:
        for inner in place.iterdir():
            yield from _around(inner)


def environment(folder: Path) -> dict[str, str]:
    """Give the environment of a submission's process: nothing of the grader's own, and a home in its folder."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    home = str(folder)
    return kept | {
        "HOME": home,
        "TMPDIR": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "JUPYTER_CONFIG_DIR": f"{home}/.jupyter",
        "JUPYTER_RUNTIME_DIR": home,
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "TORCH_HOME": str(Path(torch.hub.get_dir()).parent),
        "OMP_NUM_THREADS": "1",
        "NBGRADER_EXECUTION": "autograde",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
