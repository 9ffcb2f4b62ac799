"""Face: detection, tracking, alignment, quality and regions of faces; canonical mesh and action units.

Names are imported on first use, so MediaPipe, OpenCV and SciPy load only when a function needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.face.facs import UNIT_DESCRIPTIONS, UNITS
    from mer_ros.face.finder import FaceFinder
    from mer_ros.face.geometry import CROP_INTEROCULAR_PX, CROP_SIZE
    from mer_ros.face.mesh import FaceMesh
    from mer_ros.face.regions import MOTION_GROUPS, REGIONS, face_mask, region_masks
    from mer_ros.face.tracker import MultiFaceTracker

_MODULES = {
    "CROP_INTEROCULAR_PX": "geometry",
    "CROP_SIZE": "geometry",
    "FaceFinder": "finder",
    "FaceMesh": "mesh",
    "MOTION_GROUPS": "regions",
    "MultiFaceTracker": "tracker",
    "REGIONS": "regions",
    "UNITS": "facs",
    "UNIT_DESCRIPTIONS": "facs",
    "face_mask": "regions",
    "region_masks": "regions",
}

__all__ = [
    "CROP_INTEROCULAR_PX",
    "CROP_SIZE",
    "FaceFinder",
    "FaceMesh",
    "MOTION_GROUPS",
    "MultiFaceTracker",
    "REGIONS",
    "UNITS",
    "UNIT_DESCRIPTIONS",
    "face_mask",
    "region_masks",
]

__getattr__ = lazy_names(__name__, _MODULES)
