"""Stamps of messages, and which labels count. Only fields are read: of rclpy or of a bag alike."""

from __future__ import annotations

from typing import Any

from mer_ros.types import WITHDRAWN


def stamp_ns(time: Any) -> int:
    """A builtin_interfaces/Time in nanoseconds since the epoch."""
    return int(time.sec) * 1_000_000_000 + int(time.nanosec)


def is_final(message: Any) -> bool:
    """Whether a mer_interfaces/Emotion counts: its event is neither provisional nor withdrawn."""
    return not message.provisional and message.reason != WITHDRAWN
