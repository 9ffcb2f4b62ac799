"""What a head offers to the generator."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BothSides = tuple[NDArray[np.float64], NDArray[np.float64]]
"""(468, 3) canonical displacements of a unit's right side and of its left side."""


class Person(Protocol):
    """What a head reads of a ``subject.Subject``, see there."""

    @property
    def id(self) -> int:
        """The number of the subject."""
        ...

    @property
    def spread(self) -> float:
        """Factor of all differences from the average."""
        ...

    @property
    def shape(self) -> dict[str, float]:
        """Shape parameters by name."""
        ...

    @property
    def resting_smile(self) -> float:
        """0 (mouth closed) to 1."""
        ...

    @property
    def widths(self) -> dict[str, float]:
        """Factor of the radius of each unit."""
        ...


class Head(Protocol):
    """A source of faces. Points and displacements are canonical (``face.canonical_mesh``)."""

    def mesh(self, subject: Person) -> NDArray[np.float64]:
        """(468, 3) landmarks of the subject at rest."""
        ...

    def displacement(self, subject: Person, unit: str) -> BothSides:
        """Movement of the landmarks by a unit at intensity 1, before the subject's gain and direction.

        The peak length of the sum of both sides is 1 in the average face.
        """
        ...
