"""Around the nodes: the launch description, the graph probe, the observer of the demo."""
