"""Train networks: a Learner with callbacks, batches of images in memory, and the experiment of notebook 4."""

from course_utils.training.augment import crop, flip
from course_utils.training.batches import Batches
from course_utils.training.callback import Callback
from course_utils.training.checkpoint import Checkpoint
from course_utils.training.cuts_plot import plot_cuts
from course_utils.training.degradation import run_degradation
from course_utils.training.degradation_plot import plot_degradation
from course_utils.training.degradation_results import RESULTS, degradation_table, read_results
from course_utils.training.device import Device
from course_utils.training.few_images import accuracy, draw_places, fit, untrained
from course_utils.training.first_epoch import first_epoch_table, plot_first_epoch, watch_first_epoch
from course_utils.training.first_steps import SmallFirstSteps, plot_first_steps, watch_first_steps
from course_utils.training.later_blocks import IMAGES as LATER_IMAGES
from course_utils.training.later_blocks import (
    LaterBlock,
    cost,
    later_net,
    later_nets,
    later_table,
    measure_later,
    read_later,
)
from course_utils.training.later_plot import plot_later
from course_utils.training.learner import Learner
from course_utils.training.metrics import Metrics
from course_utils.training.nets import PooledBlock, ThinBlock, pooled_resnet, thin_resnet
from course_utils.training.progress import Progress
from course_utils.training.quick import quick
from course_utils.training.schedule import OneCycle
from course_utils.training.shattered import plot_likeness
from course_utils.training.statistics import ActivationStatistics, StepSizes
from course_utils.training.stream import growth_totals, measure_growth, plot_growth

__all__ = [
    "LATER_IMAGES",
    "RESULTS",
    "ActivationStatistics",
    "Batches",
    "Callback",
    "Checkpoint",
    "Device",
    "LaterBlock",
    "Learner",
    "Metrics",
    "OneCycle",
    "PooledBlock",
    "Progress",
    "SmallFirstSteps",
    "StepSizes",
    "ThinBlock",
    "accuracy",
    "cost",
    "crop",
    "degradation_table",
    "draw_places",
    "first_epoch_table",
    "fit",
    "flip",
    "growth_totals",
    "later_net",
    "later_nets",
    "later_table",
    "measure_growth",
    "measure_later",
    "plot_cuts",
    "plot_degradation",
    "plot_first_epoch",
    "plot_first_steps",
    "plot_growth",
    "plot_later",
    "plot_likeness",
    "pooled_resnet",
    "quick",
    "read_later",
    "read_results",
    "run_degradation",
    "thin_resnet",
    "untrained",
    "watch_first_epoch",
    "watch_first_steps",
]
