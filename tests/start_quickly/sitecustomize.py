"""Python runs this whenever it starts with this folder on its path, as the tests have it."""

import sys

# As in course_utils/no_grammar.py. To import that here would fix which course is imported later, and tests have copies.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
