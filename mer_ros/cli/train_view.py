"""The terminal of `mer train`: a bar with the time left, a line per epoch, a table at the end."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from mer_ros.cli.terminal import print_line
from mer_ros.compat import need
from mer_ros.files import check_writable
from mer_ros.metrics import accuracy, uf1
from mer_ros.reports.synthetic_scores import RECOGNITION, SPOTTING, ceiling_sentence, digits, share
from mer_ros.training.job import SCORES, Result, scores_of
from mer_ros.training.resume_file import ResumeFile
from mer_ros.training.training_state import Epoch
from mer_ros.types import EMOTIONS


class _ScalarWriter(Protocol):
    """The part of tensorboardX.SummaryWriter that is used here."""

    def add_scalar(self, tag: str, scalar_value: float, global_step: int, /) -> object: ...

    def close(self) -> object: ...


class TrainingView:
    """A training observer that draws on the terminal; a context manager that shows the bar.

    epochs: number of epochs of the run. tensorboard: folder for scalars, or None. ConfigError where the
    folder cannot be written.
    """

    def __init__(self, epochs: int, tensorboard: Path | None) -> None:
        self.console = Console()
        self._epochs = epochs
        self._scalars: _ScalarWriter | None = None
        if tensorboard:
            check_writable(tensorboard, "--tensorboard")
            self._scalars = need("tensorboardX").SummaryWriter(str(tensorboard), flush_secs=1)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
        )
        self._task = self._bar.add_task("preparing", total=None)

    def __enter__(self) -> TrainingView:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        if self._scalars:
            self._scalars.close()

    def started(self, task: str, total: float | None = None) -> None:
        """See ``Progress``: the one bar shows the task that runs."""
        self._bar.reset(self._task, description=task, total=total)

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``Progress``."""
        description = f"{task}, {note}" if note else task
        self._bar.update(self._task, description=description, completed=done)

    def finished(self, task: str) -> None:
        """See ``Progress``."""

    def run_resumed(self, n_epochs: int) -> None:
        """See ``TrainingObserver``."""
        self.console.print(f"resuming an interrupted run after epoch {n_epochs}")

    def epoch_finished(self, epoch: Epoch) -> None:
        """See ``TrainingObserver``."""
        confusion, best = epoch.validation, " (best)" if epoch.best else ""
        right, score = float(accuracy(confusion)), float(uf1(confusion))
        self.console.print(
            f"epoch {epoch.number + 1:2d} of {self._epochs}: loss {epoch.loss:.3f}, validation accuracy "
            f"{right:.3f}, UF1 {score:.3f}, {epoch.seconds:.0f} s{best}"
        )
        if self._scalars:
            values = {f"train/{name}": value for name, value in epoch.terms.items()}
            values |= {"train/loss": epoch.loss, "validation/accuracy": right, "validation/uf1": score}
            for name, value in values.items():
                self._scalars.add_scalar(name, value, epoch.number + 1)

    def show_notes(self, notes: Iterable[str]) -> None:
        """Print how the data set was read."""
        for note in notes:
            self.console.print(note, highlight=False, markup=False)

    def show_interrupted(self, out: Path) -> None:
        """Print what an interrupted run has stored."""
        self.console.print(
            "interrupted; the same command resumes after the last finished epoch"
            if ResumeFile.any_beside(out)
            else "interrupted before the end of the first epoch: nothing is stored"
        )

    def show(self, result: Result) -> None:
        """Print the scores; for synthetic emotions beside the ceiling of their labels."""
        lines = [result.data]
        if result.synthetic and result.labels == EMOTIONS:
            from mer_ros.data.synthetic.ceiling import label_ceiling

            ceiling = label_ceiling().figures()
            self.console.print(_beside_ceiling(result, ceiling))
            lines += [ceiling_sentence(ceiling)]
        else:
            self.console.print(_plain(result))
        if result.synthetic:
            lines += [RECOGNITION, SPOTTING]
        megabytes = result.path.stat().st_size / 1e6
        choices = ", ".join(f"{name} {value:g}" for name, value in result.chosen.items())
        took = f"training took {result.seconds / 60:.1f} min"
        self.console.print(f"chosen by validation: {choices}; {took}", highlight=False)
        for line in lines:
            self.console.print(line, highlight=False)
        written = f"{result.path}  {result.model_id}  {megabytes:.1f} MB"
        print_line(self.console, written)


def _beside_ceiling(result: Result, ceiling: dict[str, Any]) -> Table:
    table = Table("synthetic subjects", "validation", "test", "label ceiling", "test / ceiling")
    chosen, unseen = scores_of(result.validation), scores_of(result.test)

    def row(words: str, mine: float, theirs: float, best: float) -> None:
        table.add_row(words, digits(mine), digits(theirs), digits(best), share(theirs, best))

    for label, best in ceiling["f1"].items():
        row(f"F1 {label}", chosen["f1"][label], unseen["f1"][label], best)
    table.add_section()
    for name in SCORES:
        row(_title(name), chosen[name], unseen[name], ceiling[name])
    return table


def _plain(result: Result) -> Table:
    table = Table("subjects", "validation", "test")
    chosen, unseen = scores_of(result.validation, result.labels), scores_of(result.test, result.labels)
    for label in result.labels:
        table.add_row(f"F1 {label}", digits(chosen["f1"][label]), digits(unseen["f1"][label]))
    table.add_section()
    for name in SCORES:
        table.add_row(_title(name), digits(chosen[name]), digits(unseen[name]))
    return table


def _title(name: str) -> str:
    return name if name == "accuracy" else name.upper()
