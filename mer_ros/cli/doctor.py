"""`mer doctor`: is this machine fit, and if not, what to do."""

from __future__ import annotations


def doctor() -> None:
    """Check ROS, packages, models, shared memory and cameras; each line says ok or what to do."""
