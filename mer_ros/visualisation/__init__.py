"""Visualisation: arrays -> pictures (overlay, annotated camera picture, flow, prototypes), all uint8 BGR."""

from mer_ros.visualisation.annotation import Annotator
from mer_ros.visualisation.flow import flow_picture
from mer_ros.visualisation.overlay import overlay
from mer_ros.visualisation.prototypes import prototype_picture

__all__ = ["Annotator", "flow_picture", "overlay", "prototype_picture"]
