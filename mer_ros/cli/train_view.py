"""The terminal of `mer train`: a bar with the time left, a line per epoch, a table at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from mer_ros.metrics import accuracy, uf1
from mer_ros.reports.synthetic_scores import RECOGNITION, SPOTTING, ceiling_sentence, digits, share
from mer_ros.training.resume_file import ResumeFile
from mer_ros.training.scalars import Scalars
from mer_ros.training.train_system import SCORES, Result, scores_of
from mer_ros.training.trainer import Watch
from mer_ros.training.training_state import Epoch
from mer_ros.types import EMOTIONS


class View:
    """epochs: of how many. tensorboard: folder for scalars, or None."""

    def __init__(self, epochs: int, tensorboard: Path | None) -> None:
        self.console = Console()
        self.epochs = epochs
        self.scalars = Scalars(tensorboard) if tensorboard else None
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
        )
        self._task = self.progress.add_task("beginning", total=None)

    @property
    def watch(self) -> Watch:
        """What the training tells."""
        return Watch(self.step, self.epoch, self.stage, self.resumed)

    def step(self, done: int, total: int, loss: float) -> None:
        """A step is done."""
        words = f"training, loss {loss:.3f}"
        self.progress.update(self._task, description=words, completed=done, total=total)

    def stage(self, name: str) -> Callable[[int, int], None]:
        """Some other work begins; what is returned is told how far it is."""
        self.progress.reset(self._task, description=name, total=None)
        return lambda done, total: self.progress.update(self._task, completed=done, total=total)

    def resumed(self, epochs: int) -> None:
        """A run that was stopped goes on."""
        self.console.print(f"goes on after epoch {epochs}, where an earlier run was stopped")

    def stopped(self, out: Path) -> None:
        """Somebody stopped it."""
        self.console.print(
            "stopped; the same command goes on after the last finished epoch"
            if ResumeFile.any_beside(out)
            else "stopped before an epoch was finished: nothing is kept"
        )

    def epoch(self, epoch: Epoch) -> None:
        """An epoch is done."""
        confusion, best = epoch.validation, " (best)" if epoch.best else ""
        right, score = float(accuracy(confusion)), float(uf1(confusion))
        self.console.print(
            f"epoch {epoch.number + 1:2d} of {self.epochs}: loss {epoch.loss:.3f}, validation accuracy "
            f"{right:.3f}, UF1 {score:.3f}, {epoch.seconds:.0f} s{best}"
        )
        if self.scalars:
            values = {f"train/{name}": value for name, value in epoch.terms.items()}
            values |= {"train/loss": epoch.loss, "validation/accuracy": right, "validation/uf1": score}
            self.scalars.add(epoch.number + 1, values)

    def show(self, result: Result) -> None:
        """What came out; of made emotions beside the ceiling of their labels."""
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
        self.console.print(f"chosen: {choices}; {result.seconds / 60:.1f} min", highlight=False)
        for line in lines:
            self.console.print(line, highlight=False)
        self.console.print(f"{result.path}  {result.model_id}  {megabytes:.1f} MB", soft_wrap=True)


def _beside_ceiling(result: Result, ceiling: dict[str, Any]) -> Table:
    table = Table("made subjects", "chosen by", "unseen", "ceiling", "unseen of it")
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
    table = Table("subjects", "chosen by", "unseen")
    chosen, unseen = scores_of(result.validation, result.labels), scores_of(result.test, result.labels)
    for label in result.labels:
        table.add_row(f"F1 {label}", digits(chosen["f1"][label]), digits(unseen["f1"][label]))
    table.add_section()
    for name in SCORES:
        table.add_row(_title(name), digits(chosen[name]), digits(unseen[name]))
    return table


def _title(name: str) -> str:
    return name if name == "accuracy" else name.upper()
