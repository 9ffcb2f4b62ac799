"""Episodes: a few classes, a few samples of each as support, a few others that are asked.

Vinyals et al., "Matching Networks for One Shot Learning", arXiv:1606.04080, in the form of Snell, Swersky and
Zemel, "Prototypical Networks for Few-shot Learning", arXiv:1703.05175, algorithm 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mer_ros.errors import DataError
from mer_ros.recognition.systems.me_plan import EpisodeConfig


@dataclass(frozen=True, eq=False)
class Episode:
    """Which samples take part, and their classes within the episode, 0..ways - 1; all (.,) int64.

    support, support_classes: to learn the classes from. query, query_classes: to be asked.
    """

    support: Tensor
    support_classes: Tensor
    query: Tensor
    query_classes: Tensor


class Episodes:
    """Draws episodes from labelled samples; the same generator gives the same ones.

    labels: (N,) int64. Classes are drawn alike, however many samples they have. A class with fewer samples
    than an episode wants gives half of them as support; one of a single sample takes no part.
    """

    def __init__(self, labels: Tensor, config: EpisodeConfig) -> None:
        classes = [torch.nonzero(labels == label).flatten() for label in labels.unique()]
        self._of_class = [own for own in classes if len(own) >= 2]
        self._config = config
        if len(self._of_class) < 2:
            raise DataError(
                f"Episodes need two classes of two samples each, found are {len(self._of_class)} such: "
                "give more samples."
            )

    def draw(self, generator: torch.Generator) -> Episode:
        """One episode; with fewer classes than ``ways`` all of them take part."""
        chosen = torch.randperm(len(self._of_class), generator=generator)[: self._config.ways]
        parts: list[tuple[Tensor, Tensor]] = []
        for place in chosen.tolist():
            own = self._of_class[place]
            mixed = own[torch.randperm(len(own), generator=generator)]
            shots = min(self._config.shots, len(own) // 2)
            parts.append((mixed[:shots], mixed[shots : shots + self._config.queries]))
        support, query = ([part[side] for part in parts] for side in (0, 1))
        return Episode(torch.cat(support), _classes(support), torch.cat(query), _classes(query))


def _classes(parts: list[Tensor]) -> Tensor:
    return torch.cat([torch.full((len(part),), place) for place, part in enumerate(parts)])
