"""Analysis of a recording without ROS: every event with its evidence. ``reports`` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.analysis.evidence import EventEvidence, EventPictures, ModelAnswer
    from mer_ros.analysis.motion_lanes import LANE_ROWS, MotionLane
    from mer_ros.analysis.recording import Analysis, analyse
    from mer_ros.analysis.rejected import RejectedMovement

_MODULES = {
    "LANE_ROWS": "motion_lanes",
    "Analysis": "recording",
    "EventEvidence": "evidence",
    "EventPictures": "evidence",
    "ModelAnswer": "evidence",
    "MotionLane": "motion_lanes",
    "RejectedMovement": "rejected",
    "analyse": "recording",
}

__all__ = [
    "LANE_ROWS",
    "Analysis",
    "EventEvidence",
    "EventPictures",
    "ModelAnswer",
    "MotionLane",
    "RejectedMovement",
    "analyse",
]

__getattr__ = lazy_names(__name__, _MODULES)
