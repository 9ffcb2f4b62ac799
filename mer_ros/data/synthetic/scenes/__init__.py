"""The subjects as the camera sees them: one scene for each head."""

from mer_ros.data.synthetic.scenes.catalogue import require_photographed, scene_of
from mer_ros.data.synthetic.scenes.scene import N_LANDMARKS, Scene

__all__ = ["N_LANDMARKS", "Scene", "require_photographed", "scene_of"]
