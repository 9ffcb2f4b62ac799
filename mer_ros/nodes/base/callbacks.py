"""Connects a ``Playback`` to its node: frames, clock, log and failures."""

from __future__ import annotations

from collections.abc import Callable

from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.sources.playback import ImageArray, PlaybackCallbacks


def playback_callbacks(
    node: MerLifecycleNode,
    on_frame: Callable[[int, ImageArray], bool],
    may_start: Callable[[], bool],
    on_end: Callable[[], object],
) -> PlaybackCallbacks:
    """Callbacks for a ``Playback`` that stamp frames with the node's clock and write to its log."""
    return PlaybackCallbacks(
        on_frame=on_frame,
        may_start=may_start,
        on_end=on_end,
        now_ns=lambda: int(node.get_clock().now().nanoseconds),
        on_error=node.report_failure,
        log=node.get_logger(),
    )
