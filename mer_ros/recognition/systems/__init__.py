"""Recognition systems, one a file, entered in ``catalogue``."""
