"""A submission that acts in the browser of whoever looks at it: each piece, if it were let, would note that it has."""

# ruff: noqa: E501  (a line is one way to act)

import base64
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from nbgrader.api import Gradebook
from small_school import RIGHT, hand_in, notebook

ELSEWHERE = "http://127.0.0.1:9/elsewhere"
ACT = f"window.acted = 1; fetch('{ELSEWHERE}'); fetch('/api/contents/mine.txt', {{method: 'PUT', body: '{{}}'}})"
_SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{ACT}\"><script>{ACT}</script></svg>"
TEXTS = (
    f'<img src=x onerror="{ACT}">',
    f"<script>{ACT}</script>",
    f"<scr<script>ipt>{ACT}</scr</script>ipt>",
    f"<svg/onload=\"{ACT}\"><animate onbegin='{ACT}' attributeName=x dur=1s></svg>",
    f'<math><mtext><table><mglyph><style><img src=x onerror="{ACT}"></style></mglyph></table></mtext></math>',
    f'<style><!--</style><img src=x onerror="{ACT}">--></style>',
    f"<style>@import '{ELSEWHERE}.css'; #T_a {{ background: url({ELSEWHERE}.png) }} body {{ display: none }}</style>",
    f"<style>#T_b {{ color: red; background: \\75rl({ELSEWHERE}.png) }} #T_c, .score {{ display: none }}</style>",
    f"<p style=\"background: url({ELSEWHERE}.png); background: image-set('{ELSEWHERE}.png' 1x)\">styled</p>",
    '<p style="position: fixed; inset: 0; z-index: 9999">over all</p><div class="score" id="statusmessage">10</div>',
    f'<img src="{ELSEWHERE}.png"><img srcset="{ELSEWHERE}.png 1x"><picture><source srcset="{ELSEWHERE}.png"></picture>',
    f'<video src="{ELSEWHERE}" poster="{ELSEWHERE}.png"></video><audio src="{ELSEWHERE}"></audio>',
    f'<iframe srcdoc="<script>parent.{ACT}</script>"></iframe><object data="{ELSEWHERE}"></object><embed src="evil.html">',
    f'<form action="{ELSEWHERE}"><button formaction="javascript:{ACT}">Resolve</button><input autofocus onfocus="{ACT}">',
    f'<a href="javascript:{ACT}">link</a><a href=" java\tscript:{ACT}">link</a><a href="evil.html">mine</a>',
    f'<a href="data:text/html,<script>{ACT}</script>" ping="{ELSEWHERE}">link</a>',
    f'<link rel="stylesheet" href="{ELSEWHERE}.css"><meta http-equiv="refresh" content="0;url={ELSEWHERE}"><base href="//x">',
    f'<details open ontoggle="{ACT}"><summary>more</summary>text</details>',
    f"<noscript><p title=\"</noscript><img src=x onerror='{ACT}'>\"></noscript>",
)
MARKDOWN = (
    f"[link](javascript:{ACT.replace(' ', '')})\n\n![picture]({ELSEWHERE}.png)\n\n[page](evil.html)",
    f'![x](x"onerror="{ACT})\n\n<{ELSEWHERE}>\n\n`a < b & c` and $x < y$',
)
OUTPUTS = (
    {"application/javascript": ACT, "text/plain": "said in words"},
    {"image/svg+xml": _SVG},
    {"application/vnd.jupyter.widget-view+json": {"model_id": "a</script><script>window.acted = 1</script>"}},
    {"text/markdown": f'<img src=x onerror="{ACT}">'},
    {"text/latex": f'$<img src=x onerror="{ACT}">$'},
    {"image/png": f'x" onerror="{ACT}'},
)
_PIXEL = base64.b64encode(b"\x89PNG").decode()
PANEL = (
    '<div style="line-height:1.5;max-width:60em;overflow-wrap:anywhere"><div role="status" style="border-left:4px solid '
    '#1f9254;background:#1f925414;padding:.5em .8em"><b>ReLU</b>&ensp;does <code>that</code><details style="margin-top:'
    '.3em" open><summary style="cursor:pointer;opacity:.8">what was seen</summary><div style="display:flex;gap:1.2em">'
    f'<figure style="margin:0"><figcaption>up to ±1</figcaption><img alt="a map" src="data:image/png;base64,{_PIXEL}">'
    "</figure></div></details></div></div>"
)
TABLE = '<style>#T_c_row0_col1 { background-color: rgb(1, 2, 3); }</style><table id="T_c"><tr><td id="T_c_row0_col1" class="data row0 col1">7</td></tr></table>'


def make_it(school: Path, student: str = "acts") -> str:
    """Put it into the gradebook and among the autograded; give nbgrader's name for it."""
    hand_in(school, student, notebook(RIGHT))
    book = nbformat.from_dict(notebook(RIGHT))
    odd = {"filenames": {"image/png": f"{ELSEWHERE}.png"}, "text/html": {"isolated": True}, "width": '1" onload="x'}
    for text in TEXTS:
        shown = new_output("display_data", {"text/html": text}, metadata={})
        book.cells += [new_markdown_cell(text), new_code_cell("show", outputs=[shown]), new_raw_cell(text)]
    book.cells += map(new_markdown_cell, MARKDOWN)
    for data in (*OUTPUTS, {"image/png": _PIXEL}, {"text/html": TEXTS[0]}):
        for metadata in ({}, odd):
            output = new_output("execute_result", dict(data), metadata=metadata, execution_count=1)
            book.cells.append(new_code_cell("show", outputs=[output], metadata={"tags": ['"><script>x</script>']}))
    for html in (PANEL, TABLE):
        book.cells.append(new_code_cell("show", outputs=[new_output("display_data", {"text/html": html})]))
    place = school / "autograded" / student / "two" / "two.ipynb"
    place.parent.mkdir(parents=True)
    nbformat.write(book, place)
    (place.parent / "evil.html").write_text(f"<script>{ACT}</script>")
    with Gradebook(f"sqlite:///{school}/gradebook.db", "resnet-course") as gradebook:
        gradebook.add_student(student)
        return gradebook.add_submission("two", student).notebooks[0].id
