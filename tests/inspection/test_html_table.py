"""A table in a notebook is made without pandas, escapes what it shows, and sets numbers to the right."""

import subprocess
import sys

from course_utils.inspection.html_table import html_table

PROGRAM = """
import sys
import torch
from course_utils.inspection import param_count, summary
from course_utils.inspection.multiply_adds import layer_costs
model = torch.nn.Linear(2, 3)
param_count.to_html(param_count.compare([model, model]))
summary.to_html(layer_costs(model, torch.zeros(1, 2)))
assert "pandas" not in sys.modules
"""


def test_the_tables_of_models_are_made_without_pandas():
    """Catches a table by pandas' Styler: its import took most of the first call's time."""
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


def test_texts_are_escaped_and_numbers_are_marked():
    """Catches a module's name that is taken for HTML, and numbers that are not lined up by their last digit."""
    html = html_table(("<i>", "count"), [("<b>", "1,000")], numbers=(1,), groups=[("a & b", 2)], tints=["red"])
    assert "<i>" not in html
    assert "<b>" not in html
    assert '<th scope="colgroup" colspan="2">a &amp; b</th>' in html
    assert '<tr style="background-color: red;"><td>&lt;b&gt;</td><td class="number">1,000</td></tr>' in html
