"""Attribution methods, one a file, entered in ``catalogue``."""

from mer_ros.explanation.methods.catalogue import METHODS, attribution

__all__ = ["METHODS", "attribution"]
