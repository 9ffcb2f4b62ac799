"""`mer train`: trains a model on synthetic data or on a data set of your own and writes its checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import typer

from mer_ros.cli.data_set import CACHE, CROP, DEFAULT_DATA, FLOW, LABELS, LAYOUT, Data, crop_of
from mer_ros.cli.options import (
    Device,
    check_device,
    training_settings,
    trains_in_epochs,
    use_threads,
    with_epochs,
)
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.errors import ConfigError

DEFAULT = "linear_prototype"
FOLDER = Path("trained")
"""Folder of the checkpoint where --out is not given."""


def train(
    model: Optional[str] = typer.Option(  # noqa: UP045  (typer reads it at run time, on Python 3.10 too)
        None, help=f"System, or name of shipped settings, such as small. [default: {DEFAULT}]"
    ),
    config: Optional[Path] = typer.Option(  # noqa: UP045
        None, help="YAML file that replaces the shipped settings and names the system."
    ),
    out: Optional[Path] = typer.Option(  # noqa: UP045
        None, help=f"Checkpoint to write, NAME.safetensors. [default: {FOLDER}/NAME.safetensors]"
    ),
    data: Data = typer.Option(
        DEFAULT_DATA,
        metavar="NAME",
        help="Data set: synthetic is generated; all others are read from --root. "
        f"[{'|'.join(DATASETS.names)}]",
    ),
    root: Optional[Path] = typer.Option(None, help="Folder of the data set; not for synthetic."),  # noqa: UP045
    crop: str = CROP,
    labels: str = LABELS,
    flow: str = FLOW,
    layout: Optional[Path] = LAYOUT,  # noqa: UP045
    cache: Optional[Path] = CACHE,  # noqa: UP045
    epochs: Optional[int] = typer.Option(None, min=1, help="Number of epochs; networks only."),  # noqa: UP045
    samples: Optional[int] = typer.Option(None, min=8, help="Number of synthetic samples to train on."),  # noqa: UP045
    seed: Optional[int] = typer.Option(None, min=0, help="Seed of data, initial weights and sample order."),  # noqa: UP045
    device: Device = typer.Option(Device("auto"), help="Device for training."),
    threads: int = typer.Option(0, min=0, help="CPU threads; 0 uses one per core."),
    tensorboard: Optional[Path] = typer.Option(  # noqa: UP045
        None, help="Folder for TensorBoard: loss with its terms, validation scores."
    ),
) -> None:
    """Train a model and write its checkpoint. The same command resumes an interrupted run."""
    from mer_ros.recognition.model_files import SUFFIX, check_output

    name = Path(model).stem if model else config.stem if config else DEFAULT
    if out is None:
        out = FOLDER / f"{name}{SUFFIX}"
    check_output(out)  # before anything heavy is imported
    use_threads(threads)

    from mer_ros.cli.train_view import TrainingView
    from mer_ros.training.run import train as run

    chosen = with_epochs(training_settings(model, config, DEFAULT), name, epochs)
    changed: dict[str, Any] = {
        key: value for key, value in (("samples", samples), ("seed", seed)) if value is not None
    }
    chosen = replace(chosen, **changed)
    if tensorboard and not trains_in_epochs(chosen):
        raise ConfigError(f"--tensorboard records epochs, but {name!r} is not trained in epochs: omit it.")
    check_device(chosen, name, device)
    request = Request(
        root, samples, kinds=frozenset({chosen.input.kind}), crop=crop_of(crop),
        labels=labels, flow=flow, layout=layout, cache=cache,
    )  # fmt: skip
    dataset = DATASETS.get(data.value)
    dataset.check(request)
    view = TrainingView(chosen.optimiser.epochs, tensorboard)
    try:
        with view:
            clips = dataset.open_for_training(replace(request, progress=view))
            view.show_notes(clips.notes if clips else ())
            result = run(chosen, out, device.value, view, clips)
    except KeyboardInterrupt:
        view.show_interrupted(out)
        raise
    view.show(result)
