"""What an attribution method returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.system import ModelOutput


@dataclass(frozen=True, eq=False)
class Attribution:
    """Where in its input a system found evidence for a label.

    map: (h, w) float, 0 or more, over the whole crop, at the method's own resolution. output: the system's
    output for the same input. note: a sentence about what the map cannot show, or "".
    """

    map: NDArray[np.floating]
    output: ModelOutput
    note: str = ""
