"""Settings of a training run. Defaults are written here, once; a YAML file holds what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mer_ros.errors import ConfigError
from mer_ros.recognition import config_for, names
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.settings import require, settings_from


@dataclass(frozen=True)
class OptimiserConfig:
    """How the weights are found.

    epochs: passes over the training samples, fewer if ``patience`` epochs in a row bring no better validation
    score. batch: samples a step. learning_rate: peak of a one-cycle schedule that warms up over the first
    ``warm_up`` share of the steps. weight_decay: AdamW's. gradient_norm: gradients are cut to it.
    mirror: share of the training samples that are shown mirrored. gain, noise: standard deviation of a random factor
    (log) and of added smooth noise, in units of the normalised flow.
    """

    epochs: int = 12
    patience: int = 6
    batch: int = 64
    learning_rate: float = 1e-3
    warm_up: float = 0.2
    weight_decay: float = 0.05
    gradient_norm: float = 5.0
    mirror: float = 0.5

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        require(1 <= self.epochs <= 10_000, f"'epochs' is {self.epochs}: give 1 to 10000.")
        require(self.patience >= 1, f"'patience' is {self.patience}: give 1 or more.")
        require(2 <= self.batch <= 4096, f"'batch' is {self.batch}: give 2 to 4096.")
        require(0 < self.learning_rate < 1, f"'learning_rate' is {self.learning_rate}: give more than 0, below 1.")
        require(0 < self.warm_up < 1, f"'warm_up' is {self.warm_up}: give more than 0, below 1.")
        require(self.weight_decay >= 0, f"'weight_decay' is {self.weight_decay}: give 0 or more.")
        require(self.gradient_norm > 0, f"'gradient_norm' is {self.gradient_norm}: give more than 0.")
        require(0 <= self.mirror <= 1, f"'mirror' is {self.mirror}: give 0 to 1.")


@dataclass(frozen=True)
class TrainConfig:
    """One training run.

    system: registry name. model: the system's own settings. input: what it reads. samples,
    validation_samples: made samples for learning and for choosing the epoch, of disjoint subjects.
    seed: of the made data, the weights and the order. rejection_quantile: share of the validation samples whose
    distance to their nearest prototype lies below the rejection limit.
    """

    system: str
    model: dict[str, Any] = field(default_factory=dict)
    input: InputSpec = field(default_factory=InputSpec)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    samples: int = 7000
    validation_samples: int = 1400
    seed: int = 0
    rejection_quantile: float = 0.99

    def __post_init__(self) -> None:
        """Refuse settings that do not fit together."""
        for name in ("samples", "validation_samples"):
            require(8 <= getattr(self, name) <= 10_000_000, f"{name!r} is {getattr(self, name)}: give 8 or more.")
        require(self.seed >= 0, f"'seed' is {self.seed}: give 0 or more.")
        require(
            0 < self.rejection_quantile <= 1, f"'rejection_quantile' is {self.rejection_quantile}: give 0 to 1."
        )
        config_for(self.system, self.model)


def load(path: Path) -> TrainConfig:
    """The settings in a YAML file; an unknown key is refused by name."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"The training settings {path} cannot be read ({error.strerror}): check the path.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"The training settings {path} are not YAML: {' '.join(str(error).split())}.") from error
    return settings_from(TrainConfig, content, str(path))


def default(system: str) -> TrainConfig:
    """The settings shipped for a system: config/train/NAME.yaml of the checkout or of the installed share."""
    if system not in names():
        raise ConfigError(f"No recognition system is named {system!r}: choose one of {', '.join(names())}.")
    for folder in _folders():
        path = folder / f"{system}.yaml"
        if path.is_file():
            return load(path)
    return TrainConfig(system)


def _folders() -> Iterator[Path]:
    for parent in Path(__file__).resolve().parents:
        yield parent / "config" / "train"
        yield parent / "share" / "mer_ros" / "config" / "train"
