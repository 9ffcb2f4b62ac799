"""Attribution methods, one per file, entered in ``catalogue``."""

from mer_ros.explanation.methods.catalogue import METHODS, attribute, attributions, methods_of

__all__ = ["METHODS", "attribute", "attributions", "methods_of"]
