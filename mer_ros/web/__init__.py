"""The live page of a running graph, without ROS: HTTP and WebSocket server, page, queues per browser.

``nodes.tools.graph_watcher`` fills the hub with what it receives from the graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.web.access import Access
    from mer_ros.web.hub import Hub
    from mer_ros.web.lanes import MotionLanes
    from mer_ros.web.overlays import OverlayMatcher
    from mer_ros.web.pictures import LivePicture
    from mer_ros.web.server import PageServer

_MODULES = {
    "Access": "access",
    "Hub": "hub",
    "LivePicture": "pictures",
    "MotionLanes": "lanes",
    "OverlayMatcher": "overlays",
    "PageServer": "server",
}

__all__ = ["Access", "Hub", "LivePicture", "MotionLanes", "OverlayMatcher", "PageServer"]

__getattr__ = lazy_names(__name__, _MODULES)
