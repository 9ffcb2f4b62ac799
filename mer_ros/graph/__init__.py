"""Description of the ROS graph, without ROS: nodes, parameters, topics, processes, transport profile.

It imports the standard library only, because ``ros2 launch`` runs under the system's Python.
"""

from mer_ros.graph.catalogue import NODES, NodeEntry, Route
from mer_ros.graph.description import NodeSpec, node_specs
from mer_ros.graph.options import DEMO, Argument, GraphOptions, arguments
from mer_ros.graph.parameter import Parameter
from mer_ros.graph.processes import ProcessCommand, Supervisor, command_of

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
