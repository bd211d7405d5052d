"""Notebook 3: the family: BasicBlock, Bottleneck, ResNet and its shortcuts."""

from course_utils.exercises.registry import Entry

NOTEBOOK = "03_resnet_family"

EXERCISES = (
    Entry("receptive_field", "receptive_field", "test_receptive_field"),
    Entry("family_answers", "family_answers", "test_family_answers"),
    Entry("BasicBlock", "basic_block", "test_basic_block"),
    Entry("Bottleneck", "bottleneck", "test_bottleneck"),
    Entry("ResNet", "resnet", "test_resnet", "test_resnet_start"),
    Entry("make_resnet", "builders", "test_make_resnet"),
    Entry("shortcut", "shortcut", "test_shortcut"),
    Entry("fold_batchnorm", "fold_batchnorm", "test_fold_batchnorm"),
)
"""In the notebook's order: each exercise, the module that it is in, and its test functions."""
