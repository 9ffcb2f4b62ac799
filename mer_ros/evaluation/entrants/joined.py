"""``entrant`` with every family joined: what a command imports that enters systems by name."""

from mer_ros.evaluation.entrants import episodic, lbp_svm, linear_probe, networks  # noqa: F401  (each joins ``entrant``)
from mer_ros.evaluation.entry import entrant

__all__ = ["entrant"]
