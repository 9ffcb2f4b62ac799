"""`mer evaluate`: systems and their controls on one data set, under one protocol, with intervals."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import typer

from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from mer_ros.data.flow_clips import FlowClips
    from mer_ros.evaluation.contestant import Contestant

CONTROLS = "controls"


class Data(str, Enum):
    """What is evaluated on."""

    synthetic = "synthetic"
    megc_flow = "megc-flow"


class Device(str, Enum):
    """Where networks are trained."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


def evaluate(
    data: Data = typer.Option(Data.synthetic, help="synthetic (made flow) or megc-flow (a folder you have)."),
    root: Optional[Path] = typer.Option(None, help="Folder of the data set; not for synthetic."),  # noqa: UP045
    protocol: str = typer.Option(
        "loso",
        help="loso, K-fold (5-fold, 10-fold), subjects-70-30, samples-70-30, megc2019 or leave-dataset-out.",
    ),
    model: str = typer.Option(
        CONTROLS, help="controls, or names with commas: prototype,micro_attention. Controls always take part."
    ),
    checkpoint: Optional[Path] = typer.Option(  # noqa: UP045  (typer reads it at run time, on Python 3.10 too)
        None, help="A finished model, scored as it is beside the controls."
    ),
    out: Path = typer.Option(
        Path("evaluation_output"), help="Folder for results.json, predictions.csv and finished folds."
    ),
    seed: int = typer.Option(0, min=0, help="Of made clips, folds, inner choices, weights and intervals."),
    samples: int = typer.Option(442, min=2, help="Made clips; for synthetic."),
    subjects: int = typer.Option(68, min=2, help="Made subjects; for synthetic."),
    config: Optional[Path] = typer.Option(  # noqa: UP045
        None, help="YAML training settings instead of the ones shipped for the model."
    ),
    epochs: Optional[int] = typer.Option(None, min=1, help="Passes over the samples of a fold."),  # noqa: UP045
    device: Device = typer.Option(Device.auto, help="Where networks are trained."),
    threads: int = typer.Option(0, min=0, help="Threads of the networks; 0 for as many as there are cores."),
) -> None:
    """Train and score per fold, go on where a stopped run ended, print the table with intervals."""
    from mer_ros.evaluation.protocol import protocol_of

    chosen = protocol_of(protocol)
    clips = _clips(data, root, samples, subjects, seed)
    n_folds = len(
        chosen.folds(clips, seed)
    )  # a set that cannot be split is told before anything heavy is imported
    contestants = _contestants(model, config, epochs, checkpoint, clips, device.value, threads)

    from rich.console import Console

    from mer_ros.evaluation import results
    from mer_ros.evaluation.run import evaluate as run
    from mer_ros.reports import evaluation as report

    console = Console()
    view = _View(console, [contestant.name for contestant in contestants], n_folds)
    with view.progress:
        found = run(clips, chosen, contestants, seed, out, view.watch)
    summary = results.write(found, out)
    for shown in (report.table(summary), report.comparisons(summary), report.per_class(summary)):
        if shown is not None:
            console.print(shown)
    for line in report.sentences(summary):
        console.print(line, highlight=False)
    console.print(f"{out / results.RESULTS}  {out / results.PREDICTIONS}", soft_wrap=True, highlight=False)


def _clips(data: Data, root: Path | None, samples: int, subjects: int, seed: int) -> FlowClips:
    if data is Data.synthetic:
        if root is not None:
            raise ConfigError(
                f"Made clips lie in no folder but --root is {root}: use --data megc-flow, or no root."
            )
        from mer_ros.data.made_clips import made_clips

        return made_clips(samples, subjects, seed)
    if root is None:
        raise ConfigError(
            "--data megc-flow needs --root: give the folder with the sheet and the flow images."
        )
    from mer_ros.data import megc_flow

    return megc_flow.read(root)


def _contestants(
    model: str,
    config: Path | None,
    epochs: int | None,
    checkpoint: Path | None,
    clips: FlowClips,
    device: str,
    threads: int,
) -> list[Contestant]:
    """The controls, then the named systems, then the checkpoint."""
    from mer_ros.evaluation.controls import CONTROLS as KINDS

    contestants: list[Contestant] = [kind() for kind in KINDS]
    known = {contestant.name for contestant in contestants} | {CONTROLS}
    names = [name.strip() for name in model.split(",")]
    learned = [name for name in names if name not in known]
    if config and len(learned) != 1:
        raise ConfigError(f"--config is for one model but --model is {model!r}: name one.")
    if threads and (learned or checkpoint):
        import torch

        torch.set_num_threads(threads)
    for name in learned:
        from mer_ros.evaluation.learned import Learned
        from mer_ros.training import config as training

        settings = training.load(config) if config else training.default(name)
        if settings.system != name:
            raise ConfigError(f"{config} is for {settings.system!r} but the model is {name!r}: name one.")
        if epochs:
            settings = replace(settings, optimiser=replace(settings.optimiser, epochs=epochs))
        contestants.append(Learned(settings, device))
    if checkpoint:
        from mer_ros.evaluation.finished import Finished

        contestants.append(Finished(checkpoint, clips.labels, device))
    return contestants


class _View:
    """The terminal: for each system the folds done and the time left."""

    def __init__(self, console: object, names: list[str], n_folds: int) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.1f} of {task.total} folds, left"),
            TimeRemainingColumn(),
            console=console,  # type: ignore[arg-type]
        )
        self._tasks = {name: self.progress.add_task(name, total=n_folds, start=False) for name in names}

    def watch(self, name: str, done: float, total: int) -> None:
        """Some more is done."""
        task = self._tasks[name]
        self.progress.start_task(task)
        self.progress.update(task, completed=done, total=total)
