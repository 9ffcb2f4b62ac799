"""The graph from camera topic to explained micro-expressions: face_tracker, classifier and explainer."""

from launch import LaunchDescription
from mer_ros.graph.options import GraphOptions
from mer_ros.nodes.tools.launch_graph import describe


def generate_launch_description() -> LaunchDescription:
    """``ros2 launch mer_ros mer.launch.py --show-args`` lists the arguments."""
    return describe(GraphOptions())
