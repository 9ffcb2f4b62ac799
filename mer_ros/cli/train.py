"""`mer train`: trains a model on synthetic data or on a data set of your own and writes its checkpoint."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import typer

from mer_ros.cli.data_set import DEFAULT_DATA, Data
from mer_ros.compat import need
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.errors import ConfigError

if TYPE_CHECKING:
    from mer_ros.training.config import TrainConfig

DEFAULT = "prototype"
FOLDER = Path("trained")
"""Where a model goes that is given no --out."""


class Device(str, Enum):
    """Where to compute."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


def train(
    model: Optional[str] = typer.Option(  # noqa: UP045  (typer reads it at run time, on Python 3.10 too)
        None, help=f"Which system, or which shipped settings: prototype, small, ... [default: {DEFAULT}]"
    ),
    config: Optional[Path] = typer.Option(  # noqa: UP045
        None, help="YAML settings instead of the shipped ones; they name the system."
    ),
    out: Optional[Path] = typer.Option(  # noqa: UP045
        None, help=f"File to write, NAME.safetensors. [default: {FOLDER}/NAME.safetensors]"
    ),
    data: Data = typer.Option(
        DEFAULT_DATA,
        help="Data set: synthetic is generated as the model reads it; others are folders that you have.",
    ),
    root: Optional[Path] = typer.Option(None, help="Folder of the data set; not for synthetic."),  # noqa: UP045
    epochs: Optional[int] = typer.Option(None, min=1, help="Passes over the samples; of networks."),  # noqa: UP045
    samples: Optional[int] = typer.Option(None, min=8, help="Number of synthetic samples to train on."),  # noqa: UP045
    seed: Optional[int] = typer.Option(None, min=0, help="Of data, weights and order."),  # noqa: UP045
    device: Device = typer.Option(Device.auto, help="Where to compute."),
    threads: int = typer.Option(0, min=0, help="Processor threads; 0 for as many as there are cores."),
    tensorboard: Optional[Path] = typer.Option(  # noqa: UP045
        None, help="Folder for TensorBoard's scalars: loss, terms and validation scores."
    ),
) -> None:
    """Train a model and write its checkpoint. A run that was stopped goes on when it is started again."""
    from mer_ros.recognition.model_files import SUFFIX
    from mer_ros.training.files import check_writable

    name = Path(model).stem if model else config.stem if config else DEFAULT
    if out is None:
        out = _own_folder() / f"{name}{SUFFIX}"
    check_writable(out)  # before anything heavy is imported
    torch = need("torch")

    from mer_ros.cli.train_view import View
    from mer_ros.training.run import run

    if threads:
        torch.set_num_threads(threads)
    chosen = _settings(model, config)
    changed: dict[str, Any] = {
        key: value for key, value in (("samples", samples), ("seed", seed)) if value is not None
    }
    if epochs:
        if not chosen.in_epochs:
            raise ConfigError(f"--epochs is {epochs} but {name!r} learns in none: leave it out.")
        changed["optimiser"] = replace(chosen.optimiser, epochs=epochs)
    chosen = replace(chosen, **changed)
    if tensorboard and not chosen.in_epochs:
        raise ConfigError(f"--tensorboard shows epochs and {name!r} learns in none: leave it out.")
    if device is Device.cuda and chosen.learner == "machine":
        raise ConfigError(f"--device is cuda but {name!r} is computed on the processor: leave it out.")
    request = Request(root, samples, kinds=frozenset({chosen.input.kind}))
    clips = DATASETS.get(data.value).open_for_training(request)
    view = View(chosen.optimiser.epochs, tensorboard)
    try:
        with view.progress:
            result = run(chosen, out, device.value, view.watch, clips)
    except KeyboardInterrupt:
        view.stopped(out)
        raise
    view.show(result)


def _own_folder() -> Path:
    """``FOLDER``, made where there is none."""
    try:
        FOLDER.mkdir(exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The folder {FOLDER} cannot be made ({error.strerror}): name a file with --out."
        ) from error
    return FOLDER


def _settings(model: str | None, config: Path | None) -> TrainConfig:
    from mer_ros.training import config as settings

    if config is None:
        return settings.named(model or DEFAULT)
    chosen = settings.load(config)
    if model is not None and model not in (chosen.system, config.stem):
        raise ConfigError(f"{config} is for {chosen.system!r} but the model is {model!r}: name one.")
    return chosen
