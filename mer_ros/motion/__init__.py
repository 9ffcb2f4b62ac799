"""Motion of a face: flow, landmark motion and key frames. Decision thresholds are not part of this folder.

Names are imported on first use, so OpenCV and SciPy load only when a function needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.motion.au_solver import AuAmounts, solve_au_amounts
    from mer_ros.motion.key_frames import (
        SEQUENCE_FRAMES,
        measured_sequence,
        select_key_frames,
        sequence_sample,
    )
    from mer_ros.motion.meter import Motion, MotionMeter
    from mer_ros.motion.normalisation import face_window, mirror_flow, normalise_flow, strain
    from mer_ros.motion.optical_flow import DenseFlow
    from mer_ros.motion.registration import RigidHead, depth_map, residual_flow, residual_flows
    from mer_ros.motion.unimodal import unimodal_apex

_MODULES = {
    "AuAmounts": "au_solver",
    "DenseFlow": "optical_flow",
    "Motion": "meter",
    "MotionMeter": "meter",
    "RigidHead": "registration",
    "SEQUENCE_FRAMES": "key_frames",
    "depth_map": "registration",
    "face_window": "normalisation",
    "measured_sequence": "key_frames",
    "mirror_flow": "normalisation",
    "normalise_flow": "normalisation",
    "residual_flow": "registration",
    "residual_flows": "registration",
    "select_key_frames": "key_frames",
    "sequence_sample": "key_frames",
    "solve_au_amounts": "au_solver",
    "strain": "normalisation",
    "unimodal_apex": "unimodal",
}

__all__ = [
    "AuAmounts",
    "DenseFlow",
    "Motion",
    "MotionMeter",
    "RigidHead",
    "SEQUENCE_FRAMES",
    "depth_map",
    "face_window",
    "measured_sequence",
    "mirror_flow",
    "normalise_flow",
    "residual_flow",
    "residual_flows",
    "select_key_frames",
    "sequence_sample",
    "solve_au_amounts",
    "strain",
    "unimodal_apex",
]

__getattr__ = lazy_names(__name__, _MODULES)
