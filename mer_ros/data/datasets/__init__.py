"""Data sets: one adapter a file, entered in ``catalogue``."""
