"""Recognition systems, one per file, entered in ``catalogue``."""

from mer_ros.recognition.systems.catalogue import SYSTEMS

__all__ = ["SYSTEMS"]
