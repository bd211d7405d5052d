"""What a submission may see of the machine: the libraries, the course without its answers, and its own folder."""

import os
import sys
import sysconfig
from pathlib import Path

import torch

from course_utils.grading.warm import COURSE

_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/mime.types")
_KERNEL = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/self", "/sys/devices/system", "/sys/fs/cgroup")
_WITH_ANSWERS = {"exercises", "tests.py", "grading", "authoring", "carried.py", "cli.py", "__pycache__"}
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "RESNET34_WEIGHTS", "TZ")


def readable() -> list[str]:
    """List what a submission may read."""
    python = {sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    package = [str(path) for path in (COURSE / "course_utils").iterdir() if path.name not in _WITH_ANSWERS]
    weights = [str(Path(torch.hub.get_dir()) / "checkpoints"), os.environ.get("RESNET34_WEIGHTS", "")]
    data = [str(COURSE / "resnet_inputs"), "/usr/share/datasets"]
    return [*sorted(python), *_SYSTEM, *_KERNEL, *package, *data, *filter(None, weights)]


def environment(folder: Path) -> dict[str, str]:
    """Give the environment of a submission's process: nothing of the grader's own, and a home in its folder."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
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
