"""Settings of a training run. Defaults are written here, once; a YAML file holds what differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from mer_ros.errors import ConfigError, require
from mer_ros.files import config_file
from mer_ros.recognition import config_for, names, reads
from mer_ros.recognition.mirror_averaging import MIRRORED
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.settings import settings_from
from mer_ros.training.augmentation import Augmentation
from mer_ros.training.probe_settings import ProbeTraining
from mer_ros.training.unread_settings import refuse_unread

Transfer = Literal["full", "attention", "probe"]


@dataclass(frozen=True)
class OptimiserConfig:
    """How the weights are found.

    epochs: passes over the training samples, fewer if ``patience`` epochs in a row bring no better
    validation score. batch: samples a step. learning_rate: peak of a one-cycle schedule that warms up
    over the first ``warm_up`` share of the steps. weight_decay: AdamW's. gradient_norm: gradients are cut
    to it. mirror: share of the training samples that are shown mirrored. balance: every class is shown
    equally often, rare ones again and again, in place of every sample once.
    """

    epochs: int = 8
    patience: int = 4
    batch: int = 64
    learning_rate: float = 1e-3
    warm_up: float = 0.2
    weight_decay: float = 0.05
    gradient_norm: float = 5.0
    mirror: float = 0.5
    balance: bool = False

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
    augmentation: how their samples of flow are varied. start: checkpoints to start from, names in the
    models folder or paths; or a backbone alone, "imagenet" or a file of torch's (``recognition.backbones.pretrained``);
    none: fresh weights. transfer: what learns then: everything; attention units and head; or, on features
    of the frozen start, a convex head alone (``probe``). ensemble: networks that differ in their seed and
    answer together; so many times the training, and the time of an answer. mirror: answers are the mean
    over the sample and its mirror image, for twice the time of an answer; of flow and sequences only.
    macro_epochs: epochs on macro-expressions before the others. samples, validation_samples: made samples
    for learning, and for choosing the epoch (networks) or for the test scores (machines, which choose on
    training subjects), of disjoint subjects. seed: of the made data, the weights and the order.
    rejection_quantile: share of the validation samples whose distance to their nearest prototype lies
    below the rejection limit. rejection_share: of the validation samples, the least confident, which set
    the confidence below which an answer is "unknown".
    """

    system: str
    model: dict[str, Any] = field(default_factory=dict)
    input: InputSpec = field(default_factory=InputSpec)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    augmentation: Augmentation = field(default_factory=Augmentation)
    start: tuple[str, ...] = ()
    transfer: Transfer = "full"
    probe: ProbeTraining = field(default_factory=ProbeTraining)
    ensemble: int = 1
    mirror: bool = True
    macro_epochs: int = 0
    samples: int = 7000
    validation_samples: int = 1000
    seed: int = 0
    rejection_quantile: float = 0.99
    rejection_share: float = 0.02

    def __post_init__(self) -> None:
        """Refuse settings that do not fit together."""
        for name in ("samples", "validation_samples"):
            value = getattr(self, name)
            require(8 <= value <= 10_000_000, f"{name!r} is {value}: give 8 to 10000000.")
        require(self.seed >= 0, f"'seed' is {self.seed}: give 0 or more.")
        require(1 <= self.ensemble <= 32, f"'ensemble' is {self.ensemble}: give 1 to 32.")
        require(0 <= self.macro_epochs <= 10_000, f"'macro_epochs' is {self.macro_epochs}: give 0 to 10000.")
        quantile = self.rejection_quantile
        require(0 < quantile <= 1, f"'rejection_quantile' is {quantile}: give 0 to 1.")
        share = self.rejection_share
        require(0 <= share < 1, f"'rejection_share' is {share}: give 0 or more and less than 1.")
        require(
            self.transfer == "full" or bool(self.start),
            f"'transfer' is {self.transfer!r}, which keeps what was learned before: name a 'start'.",
        )
        require(
            (self.transfer == "probe") or self.system != "probe",
            "the system is 'probe', which leaves its networks as they are: set 'transfer' to probe.",
        )
        require(
            self.ensemble == 1 or self.transfer != "probe",
            "an 'ensemble' of probes would be alike: name several networks as 'start'.",
        )
        require(
            self.input.kind != "sequence" or (self.ensemble == 1 and self.transfer != "probe"),
            "a network of sequences has neither a probe nor an ensemble: set 'transfer' to full or attention "
            "and 'ensemble' to 1.",
        )
        config_for(self.system, self.model)
        kinds = reads(self.system)
        require(
            self.input.kind in kinds,
            f"the kind of the input is {self.input.kind!r}, but {self.system!r} reads {' or '.join(kinds)}.",
        )
        refuse_unread(self)

    @property
    def learner(self) -> Literal["network", "probe", "machine"]:
        """What learns: a network, a probe on networks that stay as they are, or a machine on descriptors."""
        if self.input.kind == "clip":
            return "machine"
        return "probe" if self.transfer == "probe" else "network"

    @property
    def in_epochs(self) -> bool:
        """Whether it learns in epochs, as networks do."""
        return self.learner == "network"

    @property
    def mirrors(self) -> bool:
        """Whether answers are averaged over the mirror: asked for, and the input has one."""
        return self.mirror and self.input.kind in MIRRORED


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


def named(name: str) -> TrainConfig:
    """The settings of a YAML file by its path, or shipped ones by their name."""
    return load(Path(name)) if name.endswith((".yaml", ".yml")) else default(name)


def default(system: str) -> TrainConfig:
    """The settings shipped under a name, config/train/NAME.yaml, or a system's own defaults."""
    path = config_file(f"train/{system}.yaml")
    if path.is_file() and path.name == f"{system}.yaml":
        return load(path)
    if system in names():
        return TrainConfig(system)
    shipped = sorted({*names(), *(one.stem for one in path.parent.glob("*.yaml"))})
    raise ConfigError(f"No recognition system is named {system!r}: choose one of {', '.join(shipped)}.")
