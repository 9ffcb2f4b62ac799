"""Settings of a training run. Defaults are written here, once; a YAML file holds what differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mer_ros.errors import ConfigError
from mer_ros.recognition import config_for, names, reads
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.settings import require, settings_from
from mer_ros.resources import config_file


@dataclass(frozen=True)
class OptimiserConfig:
    """How the weights are found.

    epochs: passes over the training samples, fewer if ``patience`` epochs in a row bring no better validation
    score. batch: samples a step. learning_rate: peak of a one-cycle schedule that warms up over the first
    ``warm_up`` share of the steps. weight_decay: AdamW's. gradient_norm: gradients are cut to it.
    mirror: share of the training samples that are shown mirrored.
    """

    epochs: int = 8
    patience: int = 4
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
        require(0 < self.learning_rate < 1, f"'learning_rate' is {self.learning_rate}: give 0 to 1.")
        require(0 < self.warm_up < 1, f"'warm_up' is {self.warm_up}: give more than 0, below 1.")
        require(self.weight_decay >= 0, f"'weight_decay' is {self.weight_decay}: give 0 or more.")
        require(self.gradient_norm > 0, f"'gradient_norm' is {self.gradient_norm}: give more than 0.")
        require(0 <= self.mirror <= 1, f"'mirror' is {self.mirror}: give 0 to 1.")


@dataclass(frozen=True)
class TrainConfig:
    """One training run.

    system: registry name. model: the system's own settings. input: what it reads. optimiser: of networks.
    samples, validation_samples: made samples for learning, and for choosing the epoch (networks) or for the
    test scores (machines, which choose on training subjects), of disjoint subjects. seed: of the made data,
    the weights and the order. rejection_quantile: share of the validation samples whose distance to their
    nearest prototype lies below the rejection limit.
    """

    system: str
    model: dict[str, Any] = field(default_factory=dict)
    input: InputSpec = field(default_factory=InputSpec)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    samples: int = 7000
    validation_samples: int = 1000
    seed: int = 0
    rejection_quantile: float = 0.99

    def __post_init__(self) -> None:
        """Refuse settings that do not fit together."""
        for name in ("samples", "validation_samples"):
            value = getattr(self, name)
            require(8 <= value <= 10_000_000, f"{name!r} is {value}: give 8 to 10000000.")
        require(self.seed >= 0, f"'seed' is {self.seed}: give 0 or more.")
        quantile = self.rejection_quantile
        require(0 < quantile <= 1, f"'rejection_quantile' is {quantile}: give 0 to 1.")
        config_for(self.system, self.model)
        kinds = reads(self.system)
        require(
            self.input.kind in kinds,
            f"the kind of the input is {self.input.kind!r}, but {self.system!r} reads {' or '.join(kinds)}.",
        )


def load(path: Path) -> TrainConfig:
    """The settings in a YAML file; an unknown key is refused by name."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The settings {path} cannot be read ({error.strerror}): check the path."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        fault = " ".join(str(error).split())
        raise ConfigError(f"The settings {path} are not YAML ({fault}): mend the file.") from error
    return settings_from(TrainConfig, content, str(path))


def default(system: str) -> TrainConfig:
    """The settings shipped for a system: config/train/NAME.yaml."""
    if system not in names():
        raise ConfigError(f"No recognition system is named {system!r}: choose one of {', '.join(names())}.")
    path = config_file(f"train/{system}.yaml")
    return load(path) if path.is_file() else TrainConfig(system)
