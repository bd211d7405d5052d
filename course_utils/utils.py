"""The helpers that notebooks call by name: `from course_utils import utils`."""

from course_utils.carried import my_layers
from course_utils.data.class_names import class_names
from course_utils.data.gallery import show_photos
from course_utils.data.photos import load_photo, load_photos
from course_utils.data.small_resnet import load_few_images, load_small_resnet, small_resnet_record
from course_utils.data.solutions import show_solution
from course_utils.data.weights import load_pretrained_resnet34
from course_utils.drawings.resnet34 import resnet34_diagram
from course_utils.exercises.example_panel import show_panel
from course_utils.inspection.bars import show_bars, show_paired_bars
from course_utils.inspection.blackening import blackened, hottest_third
from course_utils.inspection.confusion import show_confusion
from course_utils.inspection.divergence import first_divergence
from course_utils.inspection.heat import show_heat
from course_utils.inspection.look_inside import show_feature_maps, show_filters, show_images
from course_utils.inspection.param_count import print_param_count
from course_utils.inspection.summary import summary
from course_utils.my_work import bring_back_my_work, keep_my_work
from course_utils.progress.other_styles import other_styles
from course_utils.progress.page import show_progress
from course_utils.student_folder import own_file
from course_utils.widgets.batchnorm_playground import batchnorm_playground
from course_utils.widgets.explorer import explore
from course_utils.widgets.hint_ladder import hints
from course_utils.widgets.own_photo import classify_photo, classify_photos
from course_utils.widgets.tester_grid import show_tester
from course_utils.widgets.trained_network import show_trained_network

__all__ = [
    "batchnorm_playground",
    "blackened",
    "bring_back_my_work",
    "class_names",
    "classify_photo",
    "classify_photos",
    "explore",
    "first_divergence",
    "hints",
    "hottest_third",
    "keep_my_work",
    "load_few_images",
    "load_photo",
    "load_photos",
    "load_pretrained_resnet34",
    "load_small_resnet",
    "my_layers",
    "other_styles",
    "own_file",
    "print_param_count",
    "resnet34_diagram",
    "show_bars",
    "show_confusion",
    "show_feature_maps",
    "show_filters",
    "show_heat",
    "show_images",
    "show_paired_bars",
    "show_panel",
    "show_photos",
    "show_progress",
    "show_solution",
    "show_tester",
    "show_trained_network",
    "small_resnet_record",
    "summary",
]
