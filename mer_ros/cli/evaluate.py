"""`mer evaluate`: systems and their controls on one data set, under one protocol, with intervals."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import typer

from mer_ros.cli.data_set import DEFAULT_DATA, Data
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from mer_ros.recognition import Recogniser
    from mer_ros.training.entrant import Entrant

CONTROLS = "controls"


class Device(str, Enum):
    """Where networks are trained."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


def evaluate(
    data: Data = typer.Option(
        DEFAULT_DATA,
        help="Data set: synthetic is generated; others are folders that you have.",
    ),
    root: Optional[Path] = typer.Option(None, help="Folder of the data set; not for synthetic."),  # noqa: UP045
    protocol: str = typer.Option(
        "loso",
        help="loso, K-fold (5-fold, 10-fold), subjects-70-30, samples-70-30, megc2019 or leave-dataset-out.",
    ),
    model: str = typer.Option(
        CONTROLS,
        help="controls, or names and YAML files with commas: small,my.yaml. Controls always take part.",
    ),
    checkpoint: Optional[Path] = typer.Option(  # noqa: UP045  (typer reads it at run time, on Python 3.10 too)
        None, help="A finished model, scored as it is beside the controls."
    ),
    out: Path = typer.Option(
        Path("evaluation_output"), help="Folder for results.json, predictions.csv and finished folds."
    ),
    seed: int = typer.Option(
        0, min=0, help="Of synthetic clips, folds, inner choices, weights and intervals."
    ),
    samples: Optional[int] = typer.Option(  # noqa: UP045
        None, min=2, help="Number of synthetic clips: 442, or 140 where they are rendered."
    ),
    subjects: Optional[int] = typer.Option(  # noqa: UP045
        None, min=2, help="Number of synthetic subjects: 68, or 20 where clips are rendered."
    ),
    config: Optional[Path] = typer.Option(  # noqa: UP045
        None, help="YAML training settings instead of the ones shipped for the model."
    ),
    epochs: Optional[int] = typer.Option(None, min=1, help="Passes over the samples of a fold."),  # noqa: UP045
    device: Device = typer.Option(Device.auto, help="Where networks are trained."),
    threads: int = typer.Option(0, min=0, help="Threads of the networks; 0 for as many as there are cores."),
) -> None:
    """Train and score per fold, go on where a stopped run ended, print the table with intervals."""
    from rich.console import Console

    from mer_ros.evaluation.fold_store import check_writable
    from mer_ros.evaluation.protocol import protocol_of

    chosen, console = protocol_of(protocol), Console()
    entrants = _entrants(model, config, epochs, device.value, threads)
    finished = _finished(checkpoint, device.value, threads)
    kinds = {entrant.reads for entrant in entrants} | ({finished.input_kind} if finished else set())
    dataset = DATASETS.get(data.value)
    request = Request(root, samples, subjects, seed, frozenset(kinds))
    dataset.check(request)
    if dataset.is_slow(request):
        check_writable(out)
    with _Bars(console, "{task.completed} of {task.total} clips, left") as bars:
        clips = dataset.open(replace(request, progress=bars))
    n_folds = len(chosen.folds(clips, seed))  # a set that cannot be split is refused before any training

    from mer_ros.evaluation import results
    from mer_ros.evaluation.evaluate import evaluate as run
    from mer_ros.reports import evaluation as report

    if finished:
        from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant

        entrants.append(CheckpointEntrant(finished, clips.labels))
    with _View(console, [entrant.name for entrant in entrants], n_folds) as view:
        found = run(clips, chosen, entrants, seed, out, view.watch)
    summary = results.write(found, out)
    for shown in (report.table(summary), report.comparisons(summary), report.per_class(summary)):
        if shown is not None:
            console.print(shown)
    for line in report.sentences(summary):
        console.print(line, highlight=False)
    console.print(f"{out / results.RESULTS}  {out / results.PREDICTIONS}", soft_wrap=True, highlight=False)


def _entrants(
    model: str, config: Path | None, epochs: int | None, device: str, threads: int
) -> list[Entrant]:
    """The controls, then the named systems."""
    from mer_ros.evaluation.entrants.controls import CONTROLS as KINDS

    entrants: list[Entrant] = [kind() for kind in KINDS]
    known = {entrant.name for entrant in entrants} | {CONTROLS}
    names = [name.strip() for name in model.split(",")]
    learned = [name for name in names if name not in known]
    if config and not learned:
        learned = [config.stem]
    if config and len(learned) != 1:
        raise ConfigError(f"--config is for one model but --model is {model!r}: name one.")
    if epochs and not learned:
        raise ConfigError(f"--epochs are of networks but --model is {model!r}: name one, or leave them out.")
    for name in learned:
        import torch

        from mer_ros.evaluation.entrants.joined import entrant_of
        from mer_ros.recognition import create
        from mer_ros.training import config as training

        if threads:
            torch.set_num_threads(threads)
        settings = training.load(config) if config else training.named(name)
        if config and name not in (settings.system, config.stem):
            raise ConfigError(f"{config} is for {settings.system!r} but the model is {name!r}: name one.")
        if epochs:
            if not settings.in_epochs:
                raise ConfigError(f"--epochs is {epochs} but {name!r} learns in none: leave it out.")
            settings = replace(settings, optimiser=replace(settings.optimiser, epochs=epochs))
        if device == Device.cuda.value and settings.learner == "machine":
            raise ConfigError(f"--device is cuda but {name!r} is computed on the processor: leave it out.")
        with torch.device("meta"):  # its family is all that is asked
            system = create("probe" if settings.transfer == "probe" else settings.system, settings.model)
        entrant = entrant_of(system, settings, device)
        entrant.name = Path(name).stem
        entrants.append(entrant)
    return entrants


def _finished(checkpoint: Path | None, device: str, threads: int) -> Recogniser | None:
    """The finished model, if there is one."""
    if checkpoint is None:
        return None
    import torch

    from mer_ros.recognition import Recogniser

    if threads:
        torch.set_num_threads(threads)
    return Recogniser.load(checkpoint, device)


def _bar(console: Console, words: str) -> Progress:
    """A progress bar with the time left."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(words),
        TimeRemainingColumn(),
        console=console,
    )


class _Bars:
    """Progress as bars on the terminal, from the first task on."""

    def __init__(self, console: Console, words: str) -> None:
        self._bars = _bar(console, words)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars.live.is_started:
            self._bars.stop()

    def started(self, task: str, total: float | None = None) -> None:
        """See ``Progress``."""
        self._bars.start()
        self._tasks[task] = self._bars.add_task(task, total=total)

    def advanced(self, task: str, done: float, note: str = "") -> None:
        """See ``Progress``."""
        self._bars.update(self._tasks[task], completed=done)

    def finished(self, task: str) -> None:
        """See ``Progress``."""


class _View:
    """The terminal: for each system the folds done and the time left; nothing before some is done."""

    def __init__(self, console: Console, names: list[str], n_folds: int) -> None:
        self._progress = _bar(console, "{task.completed:.1f} of {task.total} folds, left")
        self._tasks = {name: self._progress.add_task(name, total=n_folds, start=False) for name in names}

    def __enter__(self) -> _View:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress.live.is_started:
            self._progress.stop()

    def watch(self, name: str, done: float, total: int) -> None:
        """Some more is done."""
        self._progress.start()
        task = self._tasks[name]
        self._progress.start_task(task)
        self._progress.update(task, completed=done, total=total)
