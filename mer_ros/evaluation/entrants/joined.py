"""``entrant_of`` with every family joined: what a command imports that enters systems by name."""

from mer_ros.evaluation.entrants import episodic, lbp_svm, linear_probe, networks  # noqa: F401  (each joins ``entrant_of``)
from mer_ros.evaluation.entry import entrant_of

__all__ = ["entrant_of"]
