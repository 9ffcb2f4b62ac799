"""The ROS 2 nodes. Only this folder imports rclpy and messages. ``graph.catalogue.NODES`` lists the nodes."""

__all__: list[str] = []  # a node is an executable: see ``nodes.executables``
