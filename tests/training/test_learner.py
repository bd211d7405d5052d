"""The Learner does what a plain loop does, tells its callbacks in order, and survives an interrupt."""

import statistics
import time

import pytest
import torch
from interrupting import Interrupt
from small import same_history, small_batches, small_learner, weights
from torch import nn
from torch.nn import functional

from course_utils.training.batches import Batches
from course_utils.training.callback import Callback
from course_utils.training.device import Device
from course_utils.training.learner import Learner
from course_utils.training.metrics import Metrics
from course_utils.training.nets import thin_resnet
from course_utils.training.progress import Progress
from course_utils.training.schedule import OneCycle


def plain_loop(model, optimizer, batches, epochs):
    model.train()
    for _ in range(epochs):
        for inputs, targets in batches:
            loss = functional.cross_entropy(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def test_it_learns_exactly_what_a_plain_loop_learns():
    learner, twin = small_learner(), small_learner()
    torch.manual_seed(1)  # for the dropout
    learner.valid = ()
    learner.fit(3)
    torch.manual_seed(1)
    plain_loop(twin.model, twin.optimizer, twin.train, epochs=3)
    assert torch.equal(weights(learner), weights(twin))


class Diary(Callback):
    """Writes down what it is told, and whether the model was in training mode and the gradients on."""

    def __init__(self):
        self.lines = []
        for event in [name for name in vars(Callback) if name.endswith(("started", "done", "ready"))]:
            setattr(self, event, lambda learner, event=event: self.note(event, learner))

    def note(self, event, learner):
        self.lines.append((event, learner.epoch, learner.model.training, torch.is_grad_enabled()))


def test_callbacks_are_told_of_everything_in_order():
    diary = Diary()
    learner = small_learner(diary)
    learner.train, learner.valid = small_batches(images=2), small_batches(images=2)
    learner.fit(1)
    assert diary.lines == [
        ("fit_started", 0, True, True),
        ("epoch_started", 0, True, True),
        ("batch_started", 0, True, True),
        ("gradients_ready", 0, True, True),
        ("batch_done", 0, True, True),
        ("batch_started", 0, False, False),
        ("batch_done", 0, False, False),
        ("epoch_done", 1, False, True),
        ("fit_done", 1, False, True),
    ]


def test_gradients_are_there_and_weights_unchanged_when_they_are_ready():
    class Look(Callback):
        def batch_started(self, learner):
            self.before = weights(learner)

        def gradients_ready(self, learner):
            assert torch.equal(weights(learner), self.before)
            assert all(parameter.grad.abs().sum() > 0 for parameter in learner.model.parameters())
            self.looked = True

    look = Look()
    small_learner(look).fit(1)
    assert look.looked


def test_what_a_callback_puts_in_place_of_the_inputs_is_what_the_model_sees():
    class Black(Callback):
        def batch_started(self, learner):
            learner.inputs = torch.zeros_like(learner.inputs)

        def batch_done(self, learner):
            assert learner.training or learner.outputs.unique(dim=0).shape[0] == 1

    small_learner(Black()).fit(1)


def test_fit_counts_all_epochs_so_calling_it_again_adds_only_those_missing():
    learner, in_one = small_learner(), small_learner()
    torch.manual_seed(1)
    learner.fit(2)
    learner.fit(2)
    learner.fit(3)
    torch.manual_seed(1)
    in_one.fit(3)
    assert [row["epoch"] for row in learner.history] == [1, 2, 3]
    assert same_history(learner, in_one)


@pytest.mark.parametrize("event", ["fit_started", "batch_started", "gradients_ready", "epoch_done"])
def test_an_interrupt_ends_the_fit_and_the_next_one_goes_on(event):
    diary = Diary()
    learner = small_learner(diary, Interrupt(epoch=1 if event != "fit_started" else 0, event=event))
    learner.fit(3)
    assert learner.epoch < 3
    assert diary.lines[-1][0] == "fit_done"
    assert len(learner.history) == learner.epoch
    learner.fit(3)
    assert [row["epoch"] for row in learner.history] == [1, 2, 3]


def test_an_error_is_passed_on_but_the_callbacks_may_tidy_up_first():
    diary = Diary()
    learner = small_learner(diary, Interrupt(epoch=0, error=RuntimeError("out of memory")))
    with pytest.raises(RuntimeError, match="out of memory"):
        learner.fit(1)
    assert diary.lines[-1][0] == "fit_done"


def test_metrics_are_means_over_images_not_over_batches():
    learner = small_learner()
    learner.optimizer = torch.optim.SGD(learner.model.parameters(), lr=0.0)
    learner.model[3].p = 0.0  # no dropout: nothing changes between the batches
    learner.fit(1)
    for part, batches in (("train", learner.train), ("valid", learner.valid)):
        inputs, targets = (torch.cat(pieces) for pieces in zip(*batches, strict=True))
        outputs = learner.model(inputs)
        assert learner.history[0][f"{part}_loss"] == pytest.approx(functional.cross_entropy(outputs, targets).item())
        right = (outputs.argmax(1) == targets).float().mean().item()
        assert learner.history[0][f"{part}_accuracy"] == pytest.approx(right)


def test_without_validation_images_the_history_has_no_validation():
    learner = small_learner()
    learner.valid = ()
    learner.fit(1)
    assert list(learner.history[0]) == ["epoch", "train_loss", "train_accuracy", "seconds"]


def test_the_device_takes_the_model_and_the_batches_to_itself():
    learner = small_learner(Device("meta"))
    learner.callbacks = learner.callbacks[1:]  # Metrics would ask a meta tensor for its value
    learner.fit(1)
    assert learner.inputs.device.type == learner.targets.device.type == "meta"
    assert {parameter.device.type for parameter in learner.model.parameters()} == {"meta"}


# ---- what it costs --------------------------------------------------------------------------------------------------


def test_the_learner_and_its_callbacks_cost_less_than_three_percent_of_the_smallest_networks_time(capsys):
    """What it adds to each batch is measured on a network that takes no time, so that it is not lost in the noise."""
    batches = list(Batches(torch.zeros(128 * 4, 14, 14, dtype=torch.uint8), torch.zeros(128 * 4, dtype=int), 128))
    network, nothing = thin_resnet(8), nn.Sequential(nn.Flatten(), nn.Linear(196, 10))
    added = [seconds(with_learner, nothing, batches * 8) - seconds(bare, nothing, batches * 8) for _ in range(9)]
    whole = [seconds(bare, network, batches) for _ in range(5)]
    share = statistics.median(added) / 8 / statistics.median(whole)
    with capsys.disabled():
        print(f"\nthe Learner adds {share:.2%} to the bare loop of an 8-layer network")
    assert share < 0.03


def seconds(train, model, batches):
    begun = time.process_time()
    train(model, torch.optim.SGD(model.parameters(), lr=0.01), batches)
    return time.process_time() - begun


def bare(model, optimizer, batches):
    plain_loop(model, optimizer, batches, epochs=1)


def with_learner(model, optimizer, batches):
    Learner(model, batches, optimizer=optimizer, callbacks=[Device("cpu"), Metrics(), OneCycle(0.01), Progress()]).fit(
        1
    )
