"""What a training run reports: progress like all long work, and the events of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mer_ros.progress import SILENT, Progress
from mer_ros.training.training_state import Epoch


class TrainingObserver(Progress, Protocol):
    """Receives the progress of a training run, the result of every epoch and the resumption of a run."""

    def epoch_finished(self, epoch: Epoch) -> None:
        """An epoch has been trained and validated."""

    def run_resumed(self, n_epochs: int) -> None:
        """The run continues after ``n_epochs`` epochs of an interrupted one."""


class ProgressOnly:
    """A training observer that passes progress on and ignores the rest."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def started(self, task: str, total: float | None = None) -> None:
        """See ``Progress``."""
        self._progress.started(task, total)

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``Progress``."""
        self._progress.advanced(task, done, note)

    def finished(self, task: str) -> None:
        """See ``Progress``."""
        self._progress.finished(task)

    def epoch_finished(self, epoch: Epoch) -> None:
        """See ``TrainingObserver``."""

    def run_resumed(self, n_epochs: int) -> None:
        """See ``TrainingObserver``."""


SILENT_TRAINING = ProgressOnly(SILENT)


class EpochHandler(ProgressOnly):
    """A training observer that calls a function with every epoch and passes everything else on."""

    def __init__(self, observer: TrainingObserver, handle: Callable[[Epoch], None]) -> None:
        super().__init__(observer)
        self._observer, self._handle = observer, handle

    def epoch_finished(self, epoch: Epoch) -> None:
        """See ``TrainingObserver``."""
        self._handle(epoch)

    def run_resumed(self, n_epochs: int) -> None:
        """See ``TrainingObserver``."""
        self._observer.run_resumed(n_epochs)
