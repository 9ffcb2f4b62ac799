"""The ROS graph described once, without ROS: nodes, parameters, topics, processes, transport profile."""
