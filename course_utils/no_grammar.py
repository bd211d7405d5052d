"""Keep jsonschema from building a grammar of international addresses whenever it is imported.

nbformat checks notebooks by it, and JupyterLab its settings: 0.7 s at each start. Neither has such an
address to check, and jsonschema does without what cannot be imported.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
