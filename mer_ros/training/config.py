"""Settings of a training run and their defaults. A YAML file holds what differs (``settings_file``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from mer_ros.errors import require
from mer_ros.recognition import config_for, reads
from mer_ros.recognition.mirror_averaging import MIRRORED
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.augmentation import Augmentation

Transfer = Literal["full", "attention"]


@dataclass(frozen=True)
class OptimiserConfig:
    """How the weights of a network are optimised.

    epochs: passes over the training samples, fewer if ``patience`` epochs in a row bring no higher validation
    score. batch: samples per step. learning_rate: peak of a one-cycle schedule that warms up over the first
    ``warm_up`` share of the steps. weight_decay: AdamW's. gradient_norm: gradients are clipped to it. mirror:
    share of the training samples that are mirrored. balance: samples are drawn with replacement so that all
    classes are equally frequent, instead of each sample once.
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
class ProbeTraining:
    """How a probe is trained: a convex head on the features of frozen systems.

    layers: the submodules of each network whose outputs are read, in the order of its forward pass; none: the
    layer of its heat-map. grid: cells across the crop to which they are averaged. untrained: channels of the
    features that were never trained, beside them; 0 for none. pixels: width of the sample on whose pixels
    another head is trained; 0 for none. strengths: candidate weights of the data against the L2 penalty that
    keeps a head near the systems' own answers; one is chosen for each set of features on training subjects.
    set_spread: assumed standard deviation of the offsets of data sets (``residual_head``); 0 for none.
    """

    layers: tuple[str, ...] = ()
    grid: int = 7
    untrained: int = 128
    pixels: int = 0
    set_spread: float = 0.5
    strengths: tuple[float, ...] = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0)

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        require(1 <= self.grid <= 64, f"'grid' is {self.grid}: give 1 to 64.")
        require(0 <= self.pixels <= 64, f"'pixels' is {self.pixels}: give 0 to 64.")
        require(0 <= self.set_spread <= 10, f"'set_spread' is {self.set_spread}: give 0 to 10.")
        good = self.strengths and all(0 < value < 1e9 for value in self.strengths)
        require(bool(good), f"'strengths' are {list(self.strengths)}: give positive numbers.")


@dataclass(frozen=True)
class LinearTraining:
    """How a linear reader is trained.

    penalty: weight of the L2 penalty, half the squared norm of the weights, beside the mean cross-entropy.
    passes: how often each training sample is used, each time augmented anew.
    """

    penalty: float = 0.5
    passes: int = 1

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        require(0 < self.penalty < 1e6, f"'penalty' is {self.penalty}: give more than 0.")
        require(1 <= self.passes <= 100, f"'passes' is {self.passes}: give 1 to 100.")


@dataclass(frozen=True)
class TrainConfig:
    """One training run.

    system: registry name. model: the system's own settings. input: the input it reads. optimiser: of
    networks. augmentation: how the flow of their training samples is varied. start: checkpoints to start
    from, names in the models folder or paths; or a backbone alone, "imagenet" or a file of torch's
    (``recognition.backbones.pretrained``); none: random weights. A probe and votes keep what they start from.
    transfer: what of a network is trained: everything ("full"), or attention units and head ("attention").
    probe: of heads on frozen systems. linear: of linear readers. ensemble: number of networks that differ in
    their seed and whose answers are averaged; multiplies the time of training and of an answer. mirror:
    answers are the mean over the sample and its mirror image, which doubles the time of an answer; flow and
    sequences only. macro_epochs: epochs on macro-expressions before the others. samples, validation_samples:
    synthetic samples to train on, and to choose the epoch on (networks) or to test on (support vector
    machines, which choose on training subjects), of disjoint subjects. seed: of the synthetic data, the
    weights and the order. rejection_quantile: share of the validation samples whose distance to the nearest
    prototype lies below the rejection limit. rejection_share: share of the validation samples, the least
    confident ones, that sets the confidence below which an answer is "unknown".

    These are the checks of a setting by itself; whether the family that trains the system reads it is checked
    by ``families.choice.family_of``.
    """

    system: str
    model: dict[str, Any] = field(default_factory=dict)
    input: InputSpec = field(default_factory=InputSpec)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    augmentation: Augmentation = field(default_factory=Augmentation)
    start: tuple[str, ...] = ()
    transfer: Transfer = "full"
    probe: ProbeTraining = field(default_factory=ProbeTraining)
    linear: LinearTraining = field(default_factory=LinearTraining)
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
            f"'transfer' is {self.transfer!r}, which trains only part of a network: name trained weights as "
            "'start'.",
        )
        config_for(self.system, self.model)
        kinds = reads(self.system)
        require(
            self.input.kind in kinds,
            f"'kind' of the input is {self.input.kind!r}, but {self.system!r} reads {' or '.join(kinds)}: "
            "change one of them.",
        )

    @property
    def mirrors(self) -> bool:
        """Whether outputs are averaged over the mirror image: ``mirror`` is set, and the input has one."""
        return self.mirror and self.input.kind in MIRRORED
