"""The complete graph with a synthetic clip as its camera, restricted to this machine."""

from launch import LaunchDescription
from mer_ros.graph.options import DEMO
from mer_ros.nodes.tools.launch_graph import describe


def generate_launch_description() -> LaunchDescription:
    """``ros2 launch mer_ros demo.launch.py camera:=synthetic:2 rviz:=true``."""
    return describe(DEMO)
