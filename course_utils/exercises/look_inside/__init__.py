"""Notebook 5: a head of your own, and what a network looks at."""

from course_utils.exercises.registry import Entry

NOTEBOOK = "05_transfer_and_look_inside"

EXERCISES = (
    Entry("transfer_answers", "transfer_answers", "test_transfer_answers"),
    Entry("NewHead", "new_head", "test_new_head"),
    Entry("feature_maps", "feature_maps", "test_feature_maps"),
    Entry("grad_cam", "grad_cam", "test_grad_cam"),
    Entry("paths_answers", "paths_answers", "test_paths_answers"),
    Entry("without_block", "without_block", "test_without_block"),
)
"""In the notebook's order: each exercise, the module that it is in, and its test functions."""
