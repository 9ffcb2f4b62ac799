"""Find, follow and align faces."""

from mer_ros.face.geometry import CROP_INTEROCULAR_PX, CROP_SIZE
from mer_ros.face.mesh import FaceMesh
from mer_ros.face.regions import REGIONS, face_mask, region_masks

__all__ = ["CROP_INTEROCULAR_PX", "CROP_SIZE", "REGIONS", "FaceMesh", "face_mask", "region_masks"]
