"""Result of an attribution method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.system import ModelOutput


@dataclass(frozen=True, eq=False)
class Attribution:
    """Evidence for a label by position in the input of a system.

    map: (h, w) float, 0 or more, over the whole crop, at the resolution of the method. output: output of the
    system for the same input. note: a sentence with what the map cannot show, or "".
    """

    map: NDArray[np.floating]
    output: ModelOutput
    note: str = ""
