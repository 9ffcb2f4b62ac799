"""What a family of systems is: how a system of it is trained, and how it enters an evaluation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import Entrant
from mer_ros.training.job import Job, Result
from mer_ros.training.unread_settings import Unread


class Family(ABC):
    """One family of recognition systems.

    in_epochs: whether training passes over the samples in epochs, which a user can set and plot. on_gpu:
    whether it can compute on a GPU.
    """

    in_epochs: ClassVar[bool] = False
    on_gpu: ClassVar[bool] = True

    @abstractmethod
    def train(self, job: Job) -> Result:
        """Train a fresh system and write its checkpoint."""

    @abstractmethod
    def entrant(self, config: TrainConfig, device: str) -> Entrant:
        """The entrant of an evaluation that trains such a system anew in every fold."""

    @abstractmethod
    def unread(self, config: TrainConfig) -> Iterable[Unread]:
        """The settings that training does not read."""

    def check(self, config: TrainConfig) -> None:  # noqa: B027  (most have no further checks)
        """Raise ConfigError where settings contradict each other in this family."""
