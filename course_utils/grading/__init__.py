"""A class is graded: fast, shut in, judged from outside, into nbgrader's own gradebook."""

import sys

# jsonschema, by which nbformat checks notebooks, would build a grammar of international addresses at each start, which
# takes as long as grading does. No notebook has such an address; jsonschema does without what cannot be imported.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
