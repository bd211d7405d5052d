"""The test functions that notebooks call: each takes the student's class or function.

Code that is right gets one green line. Anything else raises AssertionError with words that help.
"""

from collections.abc import Callable

from course_utils import carried
from course_utils.exercises import (
    activation_stats,
    averagepool,
    basic_block,
    batchnorm2d,
    block_group,
    bottleneck,
    builders,
    centre_images,
    conv2d,
    copy_weights,
    family_answers,
    feature_maps,
    flatten,
    fold_batchnorm,
    from_scratch,
    grad_cam,
    hooks_on,
    linear,
    look_inside_answers,
    max_pool2d,
    multiply_adds,
    named_sequential,
    new_head,
    pooled_block,
    predict,
    questions,
    raise_on_nan,
    receptive_field,
    relu,
    residual_block,
    resnet,
    resnet34,
    shortcut,
    thin_block,
    why_answers,
    without_block,
)
from course_utils.exercises.exercise import Exercise, make_test
from course_utils.progress.log import recording

_BY_NOTEBOOK: dict[str, tuple[Exercise, ...]] = {
    "00_start_here": (centre_images.EXERCISE,),
    "01_building_blocks": (
        questions.MODULES,
        relu.EXERCISE,
        linear.EXERCISE,
        flatten.EXERCISE,
        conv2d.EXERCISE,
        max_pool2d.EXERCISE,
        *from_scratch.EXERCISES,
    ),
    "02_resnets": (
        questions.READING,
        named_sequential.EXERCISE,
        batchnorm2d.EXERCISE,
        averagepool.EXERCISE,
        questions.DIAGRAM,
        residual_block.EXERCISE,
        block_group.EXERCISE,
        resnet34.EXERCISE,
        copy_weights.EXERCISE,
        predict.EXERCISE,
        raise_on_nan.EXERCISE,
        hooks_on.EXERCISE,
    ),
    "03_resnet_family": (
        receptive_field.EXERCISE,
        family_answers.EXERCISE,
        basic_block.EXERCISE,
        bottleneck.EXERCISE,
        resnet.EXERCISE,
        builders.EXERCISE,
        shortcut.EXERCISE,
        fold_batchnorm.EXERCISE,
    ),
    "04_why_residuals": (
        thin_block.EXERCISE,
        activation_stats.EXERCISE,
        why_answers.EXERCISE,
        pooled_block.EXERCISE,
        multiply_adds.EXERCISE,
    ),
    "05_transfer_and_look_inside": (
        look_inside_answers.TRANSFER,
        new_head.EXERCISE,
        feature_maps.EXERCISE,
        grad_cam.EXERCISE,
        look_inside_answers.PATHS,
        without_block.EXERCISE,
    ),
}
_IN_ORDER = tuple(exercise for exercises in _BY_NOTEBOOK.values() for exercise in exercises)

NOTEBOOKS: dict[str, dict[str, tuple[str, ...]]] = {
    notebook: {exercise.name: tuple(exercise.tests) for exercise in exercises}
    for notebook, exercises in _BY_NOTEBOOK.items()
}
"""Each notebook, its exercises in their order, and the names of each exercise's test functions."""


def _make_test(exercise: Exercise, name: str) -> Callable[..., None]:
    function = recording(exercise.name, name, make_test(exercise, name))
    return carried.keeping(exercise, name, function) if exercise.name in carried.KEPT else function


EXERCISES: dict[str, tuple[Callable[..., None], ...]] = {
    exercise.name: tuple(_make_test(exercise, name) for name in exercise.tests) for exercise in _IN_ORDER
}
"""Each exercise's name, and its test functions."""

HINTS: dict[str, tuple[str, ...]] = {exercise.name: exercise.hints for exercise in _IN_ORDER}
"""Each exercise's name, and its ladder of hints."""

_FUNCTIONS = {function.__name__: function for functions in EXERCISES.values() for function in functions}

test_centre_images = _FUNCTIONS["test_centre_images"]
test_module_answers = _FUNCTIONS["test_module_answers"]
test_relu = _FUNCTIONS["test_relu"]
test_linear_module = _FUNCTIONS["test_linear_module"]
test_linear_forward = _FUNCTIONS["test_linear_forward"]
test_flatten = _FUNCTIONS["test_flatten"]
test_conv2d_module = _FUNCTIONS["test_conv2d_module"]
test_conv2d_forward = _FUNCTIONS["test_conv2d_forward"]
test_max_pool2d = _FUNCTIONS["test_max_pool2d"]
test_conv1d_minimal = _FUNCTIONS["test_conv1d_minimal"]
test_conv1d_padded = _FUNCTIONS["test_conv1d_padded"]
test_conv1d_strided = _FUNCTIONS["test_conv1d_strided"]
test_conv2d_from_scratch = _FUNCTIONS["test_conv2d_from_scratch"]
test_reading_answers = _FUNCTIONS["test_reading_answers"]
test_named_sequential = _FUNCTIONS["test_named_sequential"]
test_batchnorm2d_module = _FUNCTIONS["test_batchnorm2d_module"]
test_batchnorm2d_forward = _FUNCTIONS["test_batchnorm2d_forward"]
test_batchnorm2d_running_mean = _FUNCTIONS["test_batchnorm2d_running_mean"]
test_averagepool = _FUNCTIONS["test_averagepool"]
test_diagram_answers = _FUNCTIONS["test_diagram_answers"]
test_residual_block = _FUNCTIONS["test_residual_block"]
test_block_group = _FUNCTIONS["test_block_group"]
test_resnet34 = _FUNCTIONS["test_resnet34"]
test_copy_weights = _FUNCTIONS["test_copy_weights"]
test_predict = _FUNCTIONS["test_predict"]
test_raise_on_nan = _FUNCTIONS["test_raise_on_nan"]
test_hooks_on = _FUNCTIONS["test_hooks_on"]
test_receptive_field = _FUNCTIONS["test_receptive_field"]
test_family_answers = _FUNCTIONS["test_family_answers"]
test_basic_block = _FUNCTIONS["test_basic_block"]
test_bottleneck = _FUNCTIONS["test_bottleneck"]
test_resnet = _FUNCTIONS["test_resnet"]
test_resnet_start = _FUNCTIONS["test_resnet_start"]
test_make_resnet = _FUNCTIONS["test_make_resnet"]
test_shortcut = _FUNCTIONS["test_shortcut"]
test_fold_batchnorm = _FUNCTIONS["test_fold_batchnorm"]
test_why_answers = _FUNCTIONS["test_why_answers"]
test_thin_block = _FUNCTIONS["test_thin_block"]
test_activation_stats = _FUNCTIONS["test_activation_stats"]
test_pooled_block = _FUNCTIONS["test_pooled_block"]
test_multiply_adds = _FUNCTIONS["test_multiply_adds"]
test_transfer_answers = _FUNCTIONS["test_transfer_answers"]
test_new_head = _FUNCTIONS["test_new_head"]
test_feature_maps = _FUNCTIONS["test_feature_maps"]
test_grad_cam = _FUNCTIONS["test_grad_cam"]
test_paths_answers = _FUNCTIONS["test_paths_answers"]
test_without_block = _FUNCTIONS["test_without_block"]
