"""Systems that read flow linearly: every pixel of the flow adds its own share to the score of a label."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from mer_ros.errors import require
from mer_ros.recognition.system import System
from mer_ros.types import InputKind


@dataclass(frozen=True)
class LinearConfig:
    """Settings of a linear system. n_labels: number of classes. size: width of the flow sample, pixels."""

    n_labels: int = 7
    size: int = 28

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        good = 16 <= self.size <= 128 and self.size % 2 == 0
        require(good, f"'size' is {self.size}: give an even number of 16 to 128.")


class LinearReader(System):
    """A system whose lead of a label over the mean of all labels is linear in the sample."""

    reads: ClassVar[tuple[InputKind, ...]] = ("flow",)
    family = "linear_readers"
    explained_by = "linear_contributions"
    config: LinearConfig

    @abstractmethod
    def lead_weights(self, label: int) -> Tensor:
        """(3, S, S) weights: their products with a scaled sample add up to the logit of the label minus the
        mean of all logits, up to a constant.
        """
