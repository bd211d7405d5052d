"""Sphinx's settings for the web book; its pages are the solved notebooks, which `course site` lays beside this file."""

import json
import re
from pathlib import Path

here = Path(__file__).parent
address = json.loads((here / "address.json").read_text(encoding="utf-8"))

project = "Residual networks, built by hand"
author = "the authors of this course"
release = re.search(r'^version = "(.+)"', (here / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
language = "en"

extensions = ["myst_nb", "sphinx-mathjax-offline"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"  # the outputs are stored in the notebooks
nb_code_prompt_show = "Show the solution"  # nothing else is folded
nb_code_prompt_hide = "Hide the solution"
nb_ipywidgets_js = {}  # or every page would ask a server for scripts

templates_path = ["_templates"]
html_context = {
    "description": "Write batch norm, the residual block and all of ResNet34 yourself, in notebooks whose tests tell "
    "you what your code does. Then find out why it works."
}
html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_js_files = ["folds.js"]
# The search has its place above the table of contents: otherwise a second one stands in a bar over every page.
html_theme_options = {
    "show_toc_level": 2,
    "use_download_button": False,
    "navbar_persistent": [],
    "extra_footer": f"Version {release}",
}
if (address["repository"] or "").startswith("https://github.com/"):
    html_theme_options |= {
        "repository_url": address["repository"],
        "repository_branch": address["branch"],
        "path_to_docs": "notebooks",
        "use_repository_button": True,
        "launch_buttons": {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }
