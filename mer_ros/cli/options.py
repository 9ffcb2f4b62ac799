"""Options that `mer train` and `mer evaluate` share, and the refusals of those that do not go together."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.compat import need
from mer_ros.errors import ConfigError
from mer_ros.limits import DEVICES

if TYPE_CHECKING:
    from mer_ros.training.config import TrainConfig


Device = Enum("Device", {name: name for name in DEVICES}, type=str)  # type: ignore[misc]
"""Where to compute, in the form of choices that typer reads."""


def use_threads(threads: int) -> None:
    """Limit torch to ``threads`` processor threads; 0 leaves its own choice, one per core."""
    torch = need("torch")
    if threads:
        torch.set_num_threads(threads)


def training_settings(name: str | None, config: Path | None, default: str = "") -> TrainConfig:
    """The settings of --config, or the shipped ones of ``name``, else of ``default``.

    ConfigError where --config is for another system than ``name``.
    """
    from mer_ros.training.settings_file import load, named

    if config is None:
        return named(name or default)
    settings = load(config)
    if name is not None and name not in (settings.system, config.stem):
        raise ConfigError(
            f"--config {config} is for {settings.system!r}, but --model is {name!r}: omit one of them."
        )
    return settings


def with_epochs(settings: TrainConfig, name: str, epochs: int | None) -> TrainConfig:
    """The settings with --epochs; ConfigError where the system is not trained in epochs."""
    if epochs is None:
        return settings
    if not trains_in_epochs(settings):
        raise ConfigError(f"--epochs is {epochs}, but {name!r} is not trained in epochs: omit --epochs.")
    return replace(settings, optimiser=replace(settings.optimiser, epochs=epochs))


def trains_in_epochs(settings: TrainConfig) -> bool:
    """Whether the system is trained in epochs."""
    from mer_ros.training.families.choice import family_of

    return family_of(settings).in_epochs


def check_device(settings: TrainConfig, name: str, device: Device) -> None:
    """ConfigError where --device is cuda and the system does not compute on a GPU."""
    from mer_ros.training.families.choice import family_of

    if device is Device("cuda") and not family_of(settings).on_gpu:
        raise ConfigError(f"--device is cuda, but {name!r} is computed on the CPU only: omit --device.")
