"""Colab's IPython, kernel and widgets, older than all others, in a folder that goes before this environment's own."""

import subprocess
import sys
from pathlib import Path

# Colab's versions, November 2026, and small packages that only they need; the rest comes from this environment.
VERSIONS = ("ipython==7.34.0", "ipykernel==6.17.1", "ipywidgets==7.7.1")
_NEEDED = ("backcall", "decorator", "pickleshare", "ipython_genutils", "nest_asyncio", "widgetsnbextension<4")


def install(folder: Path) -> Path:
    """Install them into `folder`, which is to be the first on PYTHONPATH."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", str(folder), *VERSIONS, *_NEEDED], check=True)
    return folder
