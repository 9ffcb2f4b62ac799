"""The catalogues of controls: baselines that take part in an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import Catalogue
from mer_ros.training.entrant import Entrant

if TYPE_CHECKING:  # imports torch, which takes seconds
    from mer_ros.evaluation.entrants.synthetic_controls import SyntheticControl

_CONTROLS = "mer_ros.evaluation.entrants.controls"
_SYNTHETIC = "mer_ros.evaluation.entrants.synthetic_controls"

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

SYNTHETIC_CONTROLS: Catalogue[type[SyntheticControl]] = Catalogue(
    "control trained on synthetic flow",
    {
        "majority": f"{_SYNTHETIC}:SyntheticMajority",
        "nearest_mean": f"{_SYNTHETIC}:SyntheticNearestMean",
        "linear": f"{_SYNTHETIC}:SyntheticLinear",
    },
)
"""Name to class; they stand beside a checkpoint that was trained on synthetic data."""
