"""Put an SVG drawing into HTML as a picture with words for those who cannot see it."""

import base64
from html import escape


def svg_image(svg: str, alt: str, style: str = "") -> str:
    """Give an <img> that holds the drawing.

    JupyterLab shows pictures even in a notebook that it does not trust yet, where it takes inline SVG out.
    """
    data = base64.b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}" style="{style}">'
