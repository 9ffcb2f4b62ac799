"""Where in its input a system found what speaks for a label: one question, answered for each family."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.recognition.registry import Output, System


@dataclass(frozen=True, eq=False)
class Evidence:
    """map: (h, w) float, 0 or more, over the whole crop. output: the system's answer to the same input.

    note: what else the method tells, one sentence, or "".
    """

    map: NDArray[np.floating]
    output: Output
    note: str = ""


@singledispatch
def evidence(system: System, x: Tensor, label: int) -> Evidence:
    """What speaks for ``label`` in one input, (1, ...) as the system reads it.

    Families join with ``@evidence.register``, each in the file of its method.
    """
    raise TypeError(f"no method explains a {type(system).__name__}")
