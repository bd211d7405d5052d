"""Notebook 2: from batch norm to ResNet34 with pretrained weights."""

from course_utils.exercises.registry import Entry

NOTEBOOK = "02_resnets"

EXERCISES = (
    Entry("reading_answers", "reading_answers", "test_reading_answers"),
    Entry("NamedSequential", "named_sequential", "test_named_sequential"),
    Entry(
        "BatchNorm2d",
        "batchnorm2d",
        "test_batchnorm2d_module",
        "test_batchnorm2d_forward",
        "test_batchnorm2d_running_mean",
    ),
    Entry("AveragePool", "averagepool", "test_averagepool"),
    Entry("diagram_answers", "diagram_answers", "test_diagram_answers"),
    Entry("ResidualBlock", "residual_block", "test_residual_block"),
    Entry("BlockGroup", "block_group", "test_block_group"),
    Entry("ResNet34", "resnet34", "test_resnet34"),
    Entry("copy_weights", "copy_weights", "test_copy_weights"),
    Entry("predict", "predict", "test_predict"),
    Entry("raise_on_nan", "raise_on_nan", "test_raise_on_nan"),
    Entry("hooks_on", "hooks_on", "test_hooks_on"),
    Entry("accepts_block", "accepts_block", "test_accepts_block"),
    Entry("accepts_norm", "accepts_norm", "test_accepts_norm"),
)
"""In the notebook's order: each exercise, the module that it is in, and its test functions."""
