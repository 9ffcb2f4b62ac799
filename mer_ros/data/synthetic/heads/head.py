"""What a head offers to the generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mer_ros.data.synthetic.subject import Subject

BothSides = tuple[NDArray[np.float64], NDArray[np.float64]]
"""(468, 3) canonical displacements of a unit's right side and of its left side."""


class Head(Protocol):
    """A source of faces. Points and displacements are canonical (``face.canonical_mesh``)."""

    def mesh(self, subject: Subject) -> NDArray[np.float64]:
        """(468, 3) landmarks of the subject at rest."""
        ...

    def displacement(self, subject: Subject, unit: str) -> BothSides:
        """Movement of the landmarks by a unit at intensity 1, before the subject's gain and direction.

        The peak length of the sum of both sides is 1 in the average face.
        """
        ...
