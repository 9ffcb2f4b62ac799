"""All scores of the maps of one system, by method, and the choice of its default method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.attribution import Attributions
from mer_ros.explanation.faithfulness.deletion import deletion_insertion
from mer_ros.explanation.faithfulness.pointing import pointing_hits
from mer_ros.explanation.faithfulness.randomisation import with_shuffled_weights
from mer_ros.explanation.faithfulness.similarity import rank_correlation
from mer_ros.explanation.methods.catalogue import attributions, methods_of
from mer_ros.explanation.regions import inside_face
from mer_ros.recognition.system import System

MOST_SIMILAR = 0.5
"""Largest similarity to the maps of shuffled weights of a map that explains the model."""

BATCH = 50
_SEED = 0


class MapScores(NamedTuple):
    """Scores of one method on B inputs.

    insertion, deletion: mean areas. pointing: share of hits. inside_face: median share of the map on the face
    over the face's share of the crop; the map is not masked. shuffled: median rank correlation with the maps
    of the same method after the weights are shuffled.
    """

    insertion: float
    deletion: float
    pointing: float
    inside_face: float
    shuffled: float

    @property
    def gain(self) -> float:
        """Insertion minus deletion."""
        return self.insertion - self.deletion


def map_scores(
    system: System,
    x: Tensor,
    labels: Tensor,
    regions: NDArray[np.bool_],
    face: NDArray[np.bool_],
    methods: Sequence[str] = (),
) -> dict[str, MapScores]:
    """Scores of each method that applies to a system, or of those given.

    x: (B, ...) scaled inputs. labels: (B,) explained labels. regions: (B, S, S) true regions. face: (S', S')
    mask of the face in the crop.
    """
    shuffled = with_shuffled_weights(system, _SEED).eval()
    found = {}
    for method in methods or methods_of(system):
        maps = _maps(system, x, labels, method)
        areas = deletion_insertion(system, x, labels, maps)
        found[method] = MapScores(
            float(areas.insertion.mean()),
            float(areas.deletion.mean()),
            float(pointing_hits(maps, regions).mean()),
            float(np.median([inside_face(one, face) for one in maps])),
            float(np.median(rank_correlation(maps, _maps(shuffled, x, labels, method)))),
        )
    return found


def most_faithful(scores: Mapping[str, MapScores]) -> str:
    """The method with the largest gain among those whose maps change with the weights; of all if none does.

    Gains are compared to three decimals; of equal ones, the first in the order of the catalogue.

    >>> one, same = MapScores(0.6, 0.2, 1.0, 2.0, 0.1), MapScores(0.9, 0.1, 1.0, 2.0, 0.95)
    >>> most_faithful({"one": one, "same": same}), most_faithful({"same": same})
    ('one', 'same')
    """
    sane = {name: one for name, one in scores.items() if one.shuffled <= MOST_SIMILAR}
    return max(sane or scores, key=lambda name: round(scores[name].gain, 3))


def _maps(system: System, x: Tensor, labels: Tensor, method: str) -> NDArray[np.floating]:
    parts: list[Attributions] = [
        attributions(system, inputs, own, method)
        for inputs, own in zip(x.split(BATCH), labels.split(BATCH), strict=True)
    ]
    return np.concatenate([part.maps for part in parts])
