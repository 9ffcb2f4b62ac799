"""Settings of a probe: which features of a frozen network are read, and how strongly its head is held."""

from __future__ import annotations

from dataclasses import dataclass

from mer_ros.errors import require


@dataclass(frozen=True)
class ProbeTraining:
    """A convex head on the features of frozen networks.

    layers: the submodules of each network whose outputs are read, in the order of its forward pass; none:
    that of its heat-map. grid: cells across the crop to which they are averaged. untrained: channels of
    features that were never trained, beside them; 0 for none. strengths: weights of the data against the
    pull towards what the networks answer by themselves, of which one is chosen for each set of features
    on training subjects.
    """

    layers: tuple[str, ...] = ()
    grid: int = 7
    untrained: int = 128
    strengths: tuple[float, ...] = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0)

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        require(1 <= self.grid <= 64, f"'grid' is {self.grid}: give 1 to 64.")
        good = self.strengths and all(0 < value < 1e9 for value in self.strengths)
        require(bool(good), f"'strengths' are {list(self.strengths)}: give positive numbers.")
