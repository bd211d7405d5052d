"""From what was seen of a student's code to a verdict."""
