"""Notebook 4: why residuals work, and what a block costs."""

from course_utils.exercises.registry import Entry

NOTEBOOK = "04_why_residuals"

EXERCISES = (
    Entry("ThinBlock", "thin_block", "test_thin_block"),
    Entry("activation_stats", "activation_stats", "test_activation_stats"),
    Entry("why_answers", "why_answers", "test_why_answers"),
    Entry("gradient_growth", "gradient_growth", "test_gradient_growth"),
    Entry("PooledBlock", "pooled_block", "test_pooled_block"),
    Entry("head_answers", "head_answers", "test_head_answers"),
    Entry("multiply_adds", "multiply_adds", "test_multiply_adds"),
)
"""In the notebook's order: each exercise, the module that it is in, and its test functions."""
