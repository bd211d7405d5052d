"""A class: submissions in and scores out, through nbgrader's own gradebook; the report."""
