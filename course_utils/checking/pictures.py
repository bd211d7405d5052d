"""Put an SVG drawing into HTML as a picture with words for those who cannot see it; its paper is dark on dark pages."""

import base64
from html import escape

PAPER, INK = "#fbfaf6", "#1f2328"
# Turned over, and back to its hues: the paper becomes as dark as the page, the ink light, and blue stays blue.
INVERT = 0.93
IN_THE_DARK = (
    f"<style>@media (prefers-color-scheme: dark) {{ svg {{ filter: invert({INVERT}) hue-rotate(180deg) }} }}</style>"
)
"""Stands in an SVG that has paper."""

# JupyterLab's, VS Code's and Colab's own signs of a theme. These three don't tell it to the pictures in their pages,
# which would be dark when the system is; the web book does.
_ANY = ":is([data-jp-theme-light],[data-vscode-theme-kind],[theme])"
_DARK = ":is([data-jp-theme-light=false],[data-vscode-theme-kind=vscode-dark],[theme=dark])"
_SVG = "img[src^='data:image/svg']"
TELL_THEME = f"<style>{_ANY} {_SVG}{{color-scheme:light}}{_DARK} {_SVG}{{color-scheme:dark}}</style>"
"""Stands in HTML before such pictures."""


def svg_image(svg: str, alt: str, style: str = "") -> str:
    """Give an <img> that holds the drawing.

    JupyterLab shows pictures even in a notebook that it does not trust yet, where it takes inline SVG out.
    """
    return f'<img src="{svg_data(svg)}" alt="{escape(alt)}" style="{style}">'


def svg_data(svg: str) -> str:
    """Give the drawing as an address that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
