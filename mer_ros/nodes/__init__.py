"""The ROS 2 nodes. Only here are rclpy and messages imported; each module is an executable of its own."""
