"""The catalogue of controls: baselines that take part in every evaluation."""

from __future__ import annotations

from mer_ros.catalogue import Catalogue
from mer_ros.training.entrant import Entrant

_CONTROLS = "mer_ros.evaluation.entrants.controls"

CONTROLS: Catalogue[type[Entrant]] = Catalogue(
    "control",
    {
        "majority": f"{_CONTROLS}:Majority",
        "nearest_mean": f"{_CONTROLS}:NearestMean",
        "linear": f"{_CONTROLS}:Linear",
        "random_net": f"{_CONTROLS}:RandomNet",
    },
)
"""Name to class, in the order of the tables; a class is created without arguments."""
