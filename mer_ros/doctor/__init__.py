"""Whether a machine is fit to run mer_ros: one check a file, a function of facts, listed in ``CHECKS``."""

from mer_ros.doctor.catalogue import CHECKS
from mer_ros.doctor.check import Check
from mer_ros.doctor.examination import examine
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding, Status

__all__ = ["CHECKS", "Check", "Facts", "Finding", "Status", "examine"]
