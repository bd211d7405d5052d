"""Show a submission in a browser without letting it do anything there: for nbgrader's formgrader and its feedback.

What a student has written, or their code has shown, is cleaned after it has become HTML: no script, no request, no
address in it that leads into the grader's own Jupyter. `nbgrader_config.py` puts these in the place of nbconvert's own.
"""

import re
from collections.abc import Iterable
from typing import Any

import bleach
import tinycss2
from bleach.css_sanitizer import ALLOWED_CSS_PROPERTIES, CSSSanitizer
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from tinycss2.ast import Node

# Without position, by which a submission could lay something over the grader's buttons.
_PROPERTIES = {
    *ALLOWED_CSS_PROPERTIES,
    *("align-items", "align-self", "aspect-ratio", "background", "border"),
    *("border-radius", "border-spacing", "box-shadow", "caption-side"),
    *("column-gap", "flex", "flex-basis", "flex-direction", "flex-wrap"),
    *("gap", "grid-template-columns", "justify-content", "list-style"),
    *("margin", "max-height", "max-width", "min-height", "min-width"),
    *("opacity", "overflow-wrap", "overflow-x", "overflow-y", "padding"),
    *("row-gap", "table-layout", "text-overflow", "word-break"),
    *(f"{name}-{side}" for name in ("border", "margin", "padding") for side in ("bottom", "left", "right", "top")),
}
_FUNCTIONS = {"rgb", "rgba", "hsl", "hsla", "calc", "min", "max", "minmax", "repeat", "linear-gradient"}  # no url()
_TAGS = {
    *bleach.ALLOWED_TAGS,
    *("p", "div", "span", "br", "hr", "pre", "sub", "sup", "del", "s", "u", "kbd", "small", "mark", "center"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "img", "figure", "figcaption", "details", "summary"),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_EVERYWHERE = {"title", "role", "tabindex", "dir", "lang", "align", "valign", "halign", "width", "height"}
_HERE_AND_THERE = {
    *(("img", "alt"), ("details", "open"), ("table", "border"), ("ol", "start"), ("th", "scope"), ("col", "span")),
    *((cell, span) for cell in ("td", "th") for span in ("colspan", "rowspan")),
}
# nbgrader's own scripts find what belongs to them by class and id: a submission has those of pandas and pygments only.
_ID = re.compile(r"T_\w+", re.ASCII)
_CLASS = re.compile(
    r"dataframe|highlight|hll|err|esc|[a-z]{1,2}\d?|(row|col|level)\d+|(row|col|index)_(heading|name)|data|blank|T_\w+"
    r"|resnet-course-[\w-]+",
    re.ASCII,
)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
# A relative one could lead to a page that was handed in beside the notebook, which formgrader serves as its own.
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style[^>]*>", re.IGNORECASE | re.DOTALL)
_SHOWN = {"text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml", "image/png", "image/jpeg"}


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Make HTML of markdown, as nbconvert does, and clean it."""
    return clean_html(_nbconvert.markdown2html(context, source))


_nbconvert = HTMLExporter(exclude_anchor_links=True)


def clean_html(html: str | bytes) -> str:
    """Leave of HTML what is text, table, style, or a picture that it brings along; show the rest as text."""
    html = html.decode(errors="replace") if isinstance(html, bytes) else str(html)
    styles = "".join(_rules_of_tables(found) for found in _STYLE.findall(html))
    cleaned = bleach.clean(
        _STYLE.sub("", html),
        tags=_TAGS,
        attributes=_is_harmless,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=_Styles(allowed_css_properties=_PROPERTIES),
    )
    return f"<style>{styles}</style>{cleaned}" if styles else cleaned


def _is_harmless(tag: str, name: str, value: str) -> bool:
    match name:
        case "src":
            return tag == "img" and bool(_PICTURE.fullmatch(value))
        case "href":
            return tag == "a" and bool(_LINK.match(value))
        case "id":
            return bool(_ID.fullmatch(value))
        case "class":
            return all(map(_CLASS.fullmatch, value.split()))
        case "style":
            return True  # see `_Styles`
    return name in _EVERYWHERE or name.startswith("aria-") or (tag, name) in _HERE_AND_THERE


class _Styles(CSSSanitizer):
    """bleach's looks at the names of properties; this one at their values, too, which could ask for an address."""

    def sanitize_css(self, style: str) -> str:
        """Give the declarations that do no more than style."""
        kept = [
            one
            for one in tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True)
            if one.type == "declaration" and one.lower_name in self.allowed_css_properties and _asks_nobody(one.value)
        ]
        return "; ".join(one.serialize() for one in kept)


def _asks_nobody(values: Iterable[Node]) -> bool:
    for one in values:
        if one.type in {"url", "error", "() block", "[] block", "{} block"}:
            return False
        if one.type == "function" and not (one.lower_name in _FUNCTIONS and _asks_nobody(one.arguments)):
            return False
    return True


def _rules_of_tables(text: str) -> str:
    """Keep the rules of a style sheet that concern pandas' tables (#T_…): they colour their cells."""
    rules = ""
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            selectors = tinycss2.serialize(rule.prelude).strip()
            inside = _Styles(allowed_css_properties=_PROPERTIES).sanitize_css(tinycss2.serialize(rule.content))
            if all(re.fullmatch(r"#T_[\w\s.:>-]+", one.strip(), re.ASCII) for one in selectors.split(",")):
                rules += f"{selectors} {{{inside}}}\n"
    return rules.replace("<", "")


class HarmlessOutputs(Preprocessor):
    """Keeps of outputs what can be cleaned, and nothing that says how, or from where, they are to be shown."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Go through a notebook."""
        nb.metadata.pop("widgets", None)
        for cell in nb.cells:
            cell.metadata.pop("tags", None)  # they become classes
            for output in cell.get("outputs", ()):
                if "data" in output:
                    output.data = _shown(output.data)
                    output.metadata = NotebookNode()  # a picture's file name is an address
        return nb, resources


def _shown(data: NotebookNode) -> NotebookNode:
    kept = {kind: told for kind, told in data.items() if kind in _SHOWN}
    return NotebookNode(kept or {"text/plain": f"(Not shown here: {', '.join(data)})"})
