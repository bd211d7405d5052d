"""A training that stops goes on as if it had not, and no file is lost that might be worth something."""

import pytest
import torch
from interrupting import Interrupt
from small import same_history, small_learner, weights

from course_utils.training.checkpoint import Checkpoint
from course_utils.training.schedule import OneCycle


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "training.pt"


def learner_with(path, *callbacks, max_lr=0.05):
    torch.manual_seed(7)
    return small_learner(OneCycle(max_lr), *callbacks, Checkpoint(path))


def trained(path, epochs=4):
    learner = learner_with(path)
    learner.fit(epochs)
    return learner


@pytest.mark.parametrize(
    ("event", "anew"),
    [
        ("batch_done", True),
        ("batch_done", False),
        ("gradients_ready", False),
        ("epoch_started", False),
        ("epoch_done", True),
    ],
)
def test_an_interrupted_training_ends_as_if_it_had_never_stopped(path, tmp_path, event, anew):
    whole = trained(tmp_path / "whole.pt")
    learner = learner_with(path, Interrupt(epoch=2, event=event))
    learner.fit(4)
    assert learner.epoch < 4
    if anew:
        learner = learner_with(path)
    torch.manual_seed(99)  # chance has gone on elsewhere meanwhile
    learner.fit(4)
    assert torch.equal(weights(learner), weights(whole))
    assert same_history(learner, whole)


def test_a_finished_training_is_not_done_twice(path, capsys):
    finished, again = trained(path), learner_with(path)
    again.fit(4)
    assert torch.equal(weights(again), weights(finished))
    assert same_history(again, finished)
    assert capsys.readouterr().out == "Going on after epoch 4, as training.pt has it (delete it to start anew).\n"


def test_a_half_written_file_never_takes_the_place_of_a_whole_one(path, monkeypatch):
    trained(path, epochs=2)
    before = path.read_bytes()

    def interrupted(state, part):
        part.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", interrupted)
    learner_with(path).fit(4)
    assert path.read_bytes() == before


STRANGERS = {
    "cut short": lambda content: content[:-100],
    "empty": lambda content: b"",
    "no checkpoint": lambda content: b"a shopping list",
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_file_that_is_not_understood_is_kept_under_another_name_and_one_line_says_so(path, capsys, stranger):
    fresh = trained(path, epochs=1)
    strange = STRANGERS[stranger](path.read_bytes())
    path.write_bytes(strange)
    capsys.readouterr()
    learner = trained(path, epochs=1)
    said = "training.pt is damaged, or no checkpoint: kept as training-old1.pt, and this training starts anew.\n"
    assert capsys.readouterr().out == said
    assert path.with_name("training-old1.pt").read_bytes() == strange
    assert torch.equal(weights(learner), weights(fresh))


def other_model(learner):
    learner.model[2] = torch.nn.GELU()


def other_optimizer(learner):
    learner.optimizer = torch.optim.Adam(learner.model.parameters())


def other_batches(learner):
    learner.train.size = 8


def other_schedule(learner):
    learner.callbacks[1] = OneCycle(0.9)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (other_model, "model"),
        (other_optimizer, "optimizer"),
        (other_batches, "number of batches"),
        (other_schedule, "schedule"),
    ],
)
def test_another_trainings_file_is_kept_and_the_difference_named(path, capsys, change, name):
    trained(path, epochs=1)
    before = path.read_bytes()
    learner = learner_with(path)
    change(learner)
    learner.fit(1)
    assert f"is of a training with another {name}: kept as training-old1.pt" in capsys.readouterr().out
    assert path.with_name("training-old1.pt").read_bytes() == before
    assert learner.epoch == 1


def test_files_kept_earlier_are_not_overwritten(path):
    for strange in (b"one", b"two"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(strange)
        trained(path, epochs=1)
    kept = [path.with_name(f"training-old{number}.pt").read_bytes() for number in (1, 2)]
    assert kept == [b"one", b"two"]


def test_a_file_that_knows_less_than_the_learner_does_not_take_it_back(path):
    trained(path, epochs=1)
    old = path.read_bytes()
    learner = learner_with(path)
    learner.fit(3)
    path.write_bytes(old)
    with torch.no_grad():
        learner.model[1].bias.add_(1)  # something that training again would not bring
    before = weights(learner)
    learner.fit(3)
    assert torch.equal(weights(learner), before)


def test_a_checkpoint_that_is_not_last_is_refused_before_anything_is_trained(path):
    learner = learner_with(path)
    learner.callbacks.reverse()
    with pytest.raises(ValueError, match="not the last callback"):
        learner.fit(1)
    assert learner.epoch == 0
