"""Notebook 1: the layers that a ResNet is made of."""

from course_utils.exercises.registry import Entry

NOTEBOOK = "01_building_blocks"

EXERCISES = (
    Entry("module_answers", "module_answers", "test_module_answers"),
    Entry("ReLU", "relu", "test_relu"),
    Entry("Linear", "linear", "test_linear_module", "test_linear_forward"),
    Entry("Flatten", "flatten", "test_flatten"),
    Entry("Conv2d", "conv2d", "test_conv2d_module", "test_conv2d_forward"),
    Entry("MaxPool2d", "max_pool2d", "test_max_pool2d"),
    Entry("conv1d_minimal", "conv1d_minimal", "test_conv1d_minimal"),
    Entry("conv1d_padded", "conv1d_padded", "test_conv1d_padded"),
    Entry("conv1d_strided", "conv1d_strided", "test_conv1d_strided"),
    Entry("conv2d_from_scratch", "conv2d_from_scratch", "test_conv2d_from_scratch"),
)
"""In the notebook's order: each exercise, the module that it is in, and its test functions."""
