"""mer_ros: a camera topic becomes explained micro-expressions."""

__version__ = "0.1.0"
