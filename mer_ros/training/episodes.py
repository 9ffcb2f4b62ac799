"""Episodes: a few classes, a few samples of each as support, a few others as queries.

Vinyals et al., "Matching Networks for One Shot Learning", arXiv:1606.04080, in the form of Snell, Swersky and
Zemel, "Prototypical Networks for Few-shot Learning", arXiv:1703.05175, algorithm 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mer_ros.errors import DataError, quantity
from mer_ros.recognition.systems.me_plan import EpisodeConfig


@dataclass(frozen=True, eq=False)
class Episode:
    """Indices of its samples and their classes within the episode, 0..ways - 1; all (.,) int64.

    support: the samples that define the classes. query: the samples to classify.
    """

    support: Tensor
    support_classes: Tensor
    query: Tensor
    query_classes: Tensor


class Episodes:
    """Draws episodes from labelled samples; the same generator state gives the same ones.

    labels: (N,) int64. All classes are drawn with equal probability. A class with fewer samples than an
    episode takes gives half of them as support; a class of one sample is never drawn. DataError where fewer
    than two classes are left.
    """

    def __init__(self, labels: Tensor, config: EpisodeConfig) -> None:
        classes = [torch.nonzero(labels == label).flatten() for label in labels.unique()]
        self._by_class = [own for own in classes if len(own) >= 2]
        self._config = config
        if len(self._by_class) < 2:
            raise DataError(
                "Episodic training needs two classes with two samples each, found "
                f"{quantity(len(self._by_class), 'such class', 'such classes')}: give more samples."
            )

    def draw(self, generator: torch.Generator) -> Episode:
        """One episode; with fewer classes than ``ways`` it has all of them."""
        chosen = torch.randperm(len(self._by_class), generator=generator)[: self._config.ways]
        parts: list[tuple[Tensor, Tensor]] = []
        for place in chosen.tolist():
            own = self._by_class[place]
            mixed = own[torch.randperm(len(own), generator=generator)]
            shots = min(self._config.shots, len(own) // 2)
            parts.append((mixed[:shots], mixed[shots : shots + self._config.queries]))
        support, query = ([part[side] for part in parts] for side in (0, 1))
        return Episode(torch.cat(support), _classes(support), torch.cat(query), _classes(query))


def _classes(parts: list[Tensor]) -> Tensor:
    return torch.cat([torch.full((len(part),), place) for place, part in enumerate(parts)])
