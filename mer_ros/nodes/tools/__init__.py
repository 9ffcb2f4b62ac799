"""Programs that look at a running graph or launch one; they are no nodes of it. Import each by its path.

``demo_observer`` subscribes for ``mer demo``, ``graph_probe`` measures for ``mer doctor``, ``launch_graph``
builds the launch description. Each imports packages that the others do not need.
"""

__all__: list[str] = []
