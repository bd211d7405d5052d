"""Sphinx's settings for the web book; its pages are the solved notebooks, which `course site` lays beside this file."""

import json
from pathlib import Path

address = json.loads(Path(__file__).with_name("address.json").read_text(encoding="utf-8"))

project = "Residual networks, built by hand"
author = "the authors of this course"
language = "en"

extensions = ["myst_nb", "sphinx-mathjax-offline"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"  # the outputs are stored in the notebooks
nb_code_prompt_show = "Show the solution"  # nothing else is folded
nb_code_prompt_hide = "Hide the solution"
nb_ipywidgets_js = {}  # or every page would ask a server for scripts

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["course.css"]
# The search has its place above the table of contents: otherwise a second one stands in a bar over every page.
html_theme_options = {"show_toc_level": 2, "use_download_button": False, "navbar_persistent": []}
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
