"""Notebook 6: what became of the block."""

from course_utils.exercises.registry import Entry

NOTEBOOK = "06_ten_years_later"

EXERCISES = (
    Entry("PreActBlock", "pre_act_block", "test_pre_act_block"),
    Entry("drop_path", "drop_path", "test_drop_path"),
    Entry("SqueezeExcitation", "squeeze_excitation", "test_squeeze_excitation"),
    Entry("GroupedBottleneck", "grouped_bottleneck", "test_grouped_bottleneck"),
    Entry("ConvNeXtBlock", "convnext_block", "test_convnext_block"),
    Entry("TransformerBlock", "transformer_block", "test_transformer_block"),
    Entry("later_answers", "later_answers", "test_later_answers"),
)
"""In the notebook's order: each exercise, the module that it is in, and its test functions."""
