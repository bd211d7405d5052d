"""The one-cycle schedule spans the whole fit, whatever happens in between."""

import torch
from interrupting import Interrupt
from small import small_learner

from course_utils.training.callback import Callback
from course_utils.training.schedule import OneCycle


class Rates(Callback):
    """Notes the learning rate that each training batch is learned with."""

    def __init__(self):
        self.seen = []

    def gradients_ready(self, learner):
        self.seen.append(((learner.epoch, learner.batch), learner.optimizer.param_groups[0]["lr"]))


def rates(learner_epochs, *callbacks):
    watch = Rates()
    learner = small_learner(OneCycle(0.5, pct_start=0.25), watch, *callbacks)
    for epochs in learner_epochs:
        learner.fit(epochs)
    return watch.seen


def pytorchs(epochs, per_epoch=3):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.5, total_steps=epochs * per_epoch, pct_start=0.25)
    seen = []
    for _ in range(epochs * per_epoch):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return seen


def test_one_cycle_is_pytorchs_over_all_epochs():
    assert [rate for _, rate in rates([4])] == pytorchs(4)


def test_an_interrupted_epoch_is_gone_through_again_where_it_lies_in_the_cycle():
    seen = dict(rates([4, 4], Interrupt(epoch=2, event="batch_done")))
    assert list(seen.values()) == pytorchs(4)


def test_a_fit_to_more_epochs_begins_a_new_cycle():
    assert [rate for _, rate in rates([2, 5])] == pytorchs(2) + pytorchs(3)
