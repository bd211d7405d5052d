"""Someone presses Ctrl-C at a certain place of the training."""

from course_utils.training.callback import Callback


class Interrupt(Callback):
    """Interrupts once, in this epoch (counted from 0) at this event."""

    def __init__(self, epoch, event="batch_done", error=KeyboardInterrupt):
        self.epoch, self.error = epoch, error
        setattr(self, event, self.interrupt)

    def interrupt(self, learner):
        if learner.epoch == self.epoch and self.error:
            error, self.error = self.error, None
            raise error
