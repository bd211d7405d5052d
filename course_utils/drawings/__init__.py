"""The course's drawings: a function each, whose value a notebook shows as a picture and a terminal as words."""

from course_utils.drawings.bottlenecks import resnext, two_blocks
from course_utils.drawings.course_map import course_map
from course_utils.drawings.cuts import cuts
from course_utils.drawings.family import family
from course_utils.drawings.function_classes import function_classes
from course_utils.drawings.grad_cam_steps import grad_cam_steps
from course_utils.drawings.gradients import gradients
from course_utils.drawings.growth_steps import growth_steps
from course_utils.drawings.later_blocks import convnext, preactivation, squeeze_excitation, transformer
from course_utils.drawings.norm_axes import norm_axes
from course_utils.drawings.paths import paths
from course_utils.drawings.receptive_field import receptive_field
from course_utils.drawings.shortcuts import shortcuts
from course_utils.drawings.sliding_window import sliding_window
from course_utils.drawings.strides import strides

__all__ = [
    "convnext",
    "course_map",
    "cuts",
    "family",
    "function_classes",
    "grad_cam_steps",
    "gradients",
    "growth_steps",
    "norm_axes",
    "paths",
    "preactivation",
    "receptive_field",
    "resnext",
    "shortcuts",
    "sliding_window",
    "squeeze_excitation",
    "strides",
    "transformer",
    "two_blocks",
]
