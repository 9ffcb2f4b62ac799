"""Declares the parameters of a node's catalogue entry as ROS parameters."""

from __future__ import annotations

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.node import Node

from mer_ros.graph.catalogue import NodeEntry
from mer_ros.graph.parameter import Parameter, Settable


def declare(node: Node, entry: NodeEntry) -> dict[str, str]:
    """Declare all parameters of a node.

    Returns name to message for each override (from a file or the command line) that is unknown, of the wrong
    type or out of range. Such a parameter keeps its default, so that the node starts and reports the error.
    """
    given = {
        key: override.value
        for key, override in node._parameter_overrides.items()
        if not node.has_parameter(key) and not key.startswith("qos_overrides.")
    }
    refused = entry.refusals(given)
    for p in entry.parameters:
        node.declare_parameter(p.name, p.default, descriptor_of(p), ignore_override=p.name in refused)
    return refused


def descriptor_of(p: Parameter) -> ParameterDescriptor:
    """Description and range of a parameter, for ROS tools."""
    descriptor = ParameterDescriptor(
        description=p.description,
        additional_constraints=", ".join(map(str, p.choices)),
        read_only=p.settable is Settable.AT_START,
    )
    if p.minimum is not None and p.maximum is not None:
        if isinstance(p.default, float):
            descriptor.floating_point_range = [FloatingPointRange(from_value=p.minimum, to_value=p.maximum)]
        else:
            descriptor.integer_range = [
                IntegerRange(from_value=int(p.minimum), to_value=int(p.maximum), step=1)
            ]
    return descriptor
