# @title Run this first: it finds the course, or fetches it where only this notebook is (Colab, Kaggle).
# It looks in this folder, in those above it, and among the installed packages.
import importlib.util
import shutil
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY, BRANCH = "", "main"


def opened_from():
    """Give the repository on GitHub that Colab has this notebook from, and its branch; "" and "" if it's not told."""
    import json
    import os
    import re
    from contextlib import suppress
    from urllib.parse import unquote
    from urllib.request import urlopen

    told = ""
    with suppress(Exception):  # Colab promises nothing of this. Opened from GitHub: "path": "fileId=https%3A//github…"
        server = f"http://{os.environ['COLAB_JUPYTER_IP']}:{os.environ['KMP_TARGET_PORT']}"
        told += urlopen(f"{server}/api/sessions", timeout=5).read().decode()
    with suppress(Exception):  # a copy in Drive: "provenance": [{"file_id": "https://github…"}]
        from google.colab import _message

        told += json.dumps(_message.blocking_request("get_ipynb", timeout_sec=5)["ipynb"]["metadata"])
    place = r"(https://github\.com/[\w.-]+/[\w.-]+)/blob/([\w./-]+?)/(?:notebooks|solutions)/\d\d_"
    found = re.search(place, unquote(told))
    return found.groups() if found else ("", "")


here = Path.cwd().resolve()
fetched = here / "resnet-course"
folders = (here, *here.parents, fetched)
course = next((folder for folder in folders if (folder / "course_utils" / "tests.py").is_file()), None)
if course is None and importlib.util.find_spec("course_utils") is None:
    if not REPOSITORY:
        REPOSITORY, BRANCH = opened_from()
    part = here / "resnet-course.part"
    clone = ["git", "clone", "--quiet", "--depth", "1", "--branch", BRANCH, REPOSITORY, str(part)]
    try:
        shutil.rmtree(part, ignore_errors=True)  # left behind by an attempt that broke off
        subprocess.run(clone, check=True, capture_output=True, text=True)
        if fetched.exists():
            fetched.rename(f"{fetched}.damaged-{time.time():.0f}")  # it may hold somebody's work
        course = part.rename(fetched)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(
            f"The course is neither in {here} nor in a folder above it, and could not be fetched from "
            f"{REPOSITORY or 'anywhere, because this notebook names no repository'}:\n"
            f"{getattr(error, 'stderr', None) or error}\n"
            "Check the network connection and run this cell again; or open the notebook inside the course's folder."
        ) from None
if course is not None and str(course) not in sys.path:
    sys.path.insert(0, str(course))

from course_utils import runtime

runtime.prepare()
