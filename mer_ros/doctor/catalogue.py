"""The checks of ``mer doctor``, in the order of its report. To add one, add a file, and a line here."""

from __future__ import annotations

from mer_ros.catalogue import Catalogue
from mer_ros.doctor.check import Check

CHECKS: Catalogue[Check] = Catalogue(
    "check",
    {
        "python": "mer_ros.doctor.checks.python:CHECK",
        "cpu": "mer_ros.doctor.checks.cpu:CHECK",
        "opencv": "mer_ros.doctor.checks.opencv:CHECK",
        "mediapipe": "mer_ros.doctor.checks.mediapipe:CHECK",
        "torch": "mer_ros.doctor.checks.torch:CHECK",
        "models": "mer_ros.doctor.checks.models:CHECK",
        "ros": "mer_ros.doctor.checks.ros:CHECK",
        "interfaces": "mer_ros.doctor.checks.interfaces:CHECK",
        "transport_profile": "mer_ros.doctor.checks.transport_profile:CHECK",
        "shared_memory": "mer_ros.doctor.checks.shared_memory:CHECK",
        "cameras": "mer_ros.doctor.checks.cameras:CHECK",
    },
)
"""Name to ``Check``."""
