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


def test_a_fit_can_be_the_beginning_of_a_longer_cycle():
    """Catches a cycle that falls to nothing in the one epoch that's looked at, and settings that get lost."""
    watch = Rates()
    small_learner(OneCycle(0.5, epochs=4, pct_start=0.25), watch).fit(1)
    assert [rate for _, rate in watch.seen] == pytorchs(4)[:3]


def test_each_group_of_parameters_has_its_own_maximum():
    """Catches one learning rate for all, which in fine-tuning carries the body away."""
    learner = small_learner()
    first, *others = learner.model.parameters()
    learner.optimizer = torch.optim.SGD([{"params": [first]}, {"params": others}], lr=0.1)
    learner.callbacks.append(OneCycle([0.5, 0.05]))
    learner.fit(1)
    assert [group["max_lr"] for group in learner.optimizer.param_groups] == [0.5, 0.05]
