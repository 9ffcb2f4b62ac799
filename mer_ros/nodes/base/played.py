"""What a Playback tells is told by its node."""

from __future__ import annotations

from collections.abc import Callable

from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.sources.playback import Picture, PlaybackCallbacks


def callbacks_of(
    node: MerLifecycleNode,
    deliver: Callable[[int, Picture], bool],
    ready: Callable[[], bool],
    at_end: Callable[[], object],
) -> PlaybackCallbacks:
    """A Told whose stamps are of the node's clock and whose lines go into its log."""
    log = node.get_logger()
    return PlaybackCallbacks(
        deliver=deliver,
        ready=ready,
        at_end=at_end,
        now_ns=lambda: int(node.get_clock().now().nanoseconds),
        failed=node.failed,
        info=log.info,
        warning=log.warning,
        error=log.error,
    )
