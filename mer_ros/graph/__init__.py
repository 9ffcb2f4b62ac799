"""Description of the ROS graph, without ROS: nodes, parameters, topics, processes, transport profile.

It imports the standard library only, because ``ros2 launch`` runs under the system's Python. Names are
imported on first use, so that a command can start before it reads the catalogue of nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.graph.catalogue import NODES, NodeEntry, Route
    from mer_ros.graph.description import NodeSpec, node_specs
    from mer_ros.graph.options import DEMO, Argument, GraphOptions, arguments
    from mer_ros.graph.parameter import Parameter
    from mer_ros.graph.processes import ProcessCommand, Supervisor, command_of

_MODULES = {
    "DEMO": "options",
    "NODES": "catalogue",
    "Argument": "options",
    "GraphOptions": "options",
    "NodeEntry": "catalogue",
    "NodeSpec": "description",
    "Parameter": "parameter",
    "ProcessCommand": "processes",
    "Route": "catalogue",
    "Supervisor": "processes",
    "arguments": "options",
    "command_of": "processes",
    "node_specs": "description",
}

__all__ = [
    "DEMO",
    "NODES",
    "Argument",
    "GraphOptions",
    "NodeEntry",
    "NodeSpec",
    "Parameter",
    "ProcessCommand",
    "Route",
    "Supervisor",
    "arguments",
    "command_of",
    "node_specs",
]

__getattr__ = lazy_names(__name__, _MODULES)
