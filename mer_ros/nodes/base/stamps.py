"""Stamps of messages, and which labels count: what subscribers need that read no image."""

from __future__ import annotations

from builtin_interfaces.msg import Time
from std_msgs.msg import Header

from mer_ros.stream.message_stamps import is_final as is_final  # part of this interface, too
from mer_ros.stream.message_stamps import stamp_ns as stamp_ns


def to_time(ns: int) -> Time:
    """The stamp of a time in nanoseconds since the epoch."""
    return Time(sec=int(ns // 1_000_000_000), nanosec=int(ns % 1_000_000_000))


def to_header(ns: int, frame_id: str) -> Header:
    """A header from a stamp in nanoseconds and a frame_id."""
    return Header(stamp=to_time(ns), frame_id=frame_id)
