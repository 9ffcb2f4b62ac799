"""The heads of the generator: the geometry of a face at rest, and how each action unit moves it."""

from mer_ros.data.synthetic.heads.head import BothSides, Head, Person
from mer_ros.data.synthetic.heads.pulled import PHOTO_SMILE, PulledMesh, deformation
from mer_ros.data.synthetic.heads.sculpted import SculptedHead

__all__ = ["PHOTO_SMILE", "BothSides", "Head", "Person", "PulledMesh", "SculptedHead", "deformation"]
