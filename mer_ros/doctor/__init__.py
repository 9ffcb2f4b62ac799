"""Checks whether a machine can run mer_ros. Each check is one file, listed in ``CHECKS``."""

from mer_ros.doctor.catalogue import CHECKS
from mer_ros.doctor.check import Check
from mer_ros.doctor.examination import examine
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding, Status

__all__ = ["CHECKS", "Check", "Facts", "Finding", "Status", "examine"]
