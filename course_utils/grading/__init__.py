"""Grading a class: nbgrader's own folders, gradebook and feedback, with submissions run and judged apart."""
