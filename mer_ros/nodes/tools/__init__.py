"""Tools that observe or launch the graph. Import each by its module, as each needs different packages.

``demo_observer`` subscribes for ``mer demo``, ``event_follower`` for ``mer up``, ``graph_probe`` measures for
``mer doctor``, ``launch_graph`` builds the launch description.
"""

__all__: list[str] = []
