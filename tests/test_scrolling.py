"""What is wider than its page is scrolled by keyboard too; the browser's own check sees it only where it happens."""

import re
from pathlib import Path

import course_utils

SCROLLS = re.compile(r"<\w+[^<>]*overflow(?:-[xy])?: ?(?:auto|scroll)[^<>]*>")


def test_a_box_that_scrolls_can_have_the_focus():
    """Catches a drawing, or code, that only a mouse can move."""
    sources = [path.read_text() for path in Path(course_utils.__file__).parent.rglob("*.py")]
    boxes = [box for source in sources for box in SCROLLS.findall(source)]
    assert len(boxes) >= 3
    assert [box for box in boxes if 'tabindex="0"' not in box] == []
