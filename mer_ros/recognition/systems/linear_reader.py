"""Systems that read flow linearly: every pixel of the flow adds its own share to the score of a label."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from mer_ros.errors import require
from mer_ros.recognition.system import CamRule, System
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
    """A system whose lead of a label over the mean of all labels is linear in the sample.

    With the ``cam_rule``, Grad-CAM at ``sample``, the sample itself, gives the same contributions as
    ``lead_weights``; ``votes`` use it.
    """

    reads: ClassVar[tuple[InputKind, ...]] = ("flow",)
    family = "linear_readers"
    explained_by = "linear_contributions"
    gradcam_layer = "sample"
    cam_rule = CamRule("contrast", "cell")
    config: LinearConfig

    def __init__(self) -> None:
        super().__init__()
        self.sample = nn.Identity()

    @abstractmethod
    def lead_weights(self, label: int) -> Tensor:
        """(3, S, S) weights: their products with a scaled sample add up to the logit of the label minus the
        mean of all logits, up to a constant.
        """
