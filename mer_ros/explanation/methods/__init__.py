"""Attribution methods, one per file, entered in ``catalogue``."""

from mer_ros.explanation.methods.catalogue import METHODS, attribute

__all__ = ["METHODS", "attribute"]
