"""Codes from comparisons.

Neighbours of a plane lie on an ellipse around the centre: number p of P at (-r_rows sin(2 pi p / P),
r_columns cos(2 pi p / P)) in (rows, columns), so p = 0 is to the right and they go round against the clock,
as in scikit-image's ``local_binary_pattern``. Bit p of a code is s(neighbour - centre) with s(x) = 1 for x >=
0: a tie is a one.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

CodeSet = Literal["uniform", "full"]
"""``uniform``: P (P - 1) + 3 bins, all codes of more than two transitions in one. ``full``: 2^P bins."""

PARTS = 100_000
"""Coordinates between pixels are rounded to 1/PARTS of a pixel, as scikit-image does."""


@dataclass(frozen=True)
class Diagonal:
    """Where a neighbour at 45 degrees falls along one axis: between the pixels ``low`` and ``low + 1``.

    near, far: the weights of the two in 1/PARTS, whole numbers. So a bilinear sample of 8-bit pixels, in
    1/PARTS^2, is a whole number below 2^53, double precision holds it exactly, and a tie is a tie wherever it
    lies in the picture.
    """

    low: int
    near: float
    far: float

    @classmethod
    def of(cls, radius: int) -> Diagonal:
        """Of a circle or an ellipse with this radius along the axis, pixels or frames."""
        low, far = divmod(round(round(radius * sqrt(0.5), 5) * PARTS), PARTS)
        return cls(low, float(PARTS - far), float(far))


def pack(bits: Sequence[NDArray[np.bool_]]) -> NDArray[np.uint8]:
    """Up to eight (n,) comparisons -> (n,) codes; the first is bit 0."""
    code = bits[-1].view(np.uint8).copy()
    for bit in reversed(bits[:-1]):
        np.add(code, code, out=code)
        np.bitwise_or(code, bit.view(np.uint8), out=code)
    return code


@functools.lru_cache(maxsize=8)
def fold(neighbours: int, codes: CodeSet) -> NDArray[np.float64]:
    """(2^P, bins) matrix of zeros and ones: in which bin a code is counted.

    Uniform bins (Ojala, Pietikainen, Maenpaa, TPAMI 24(7), 2002) are numbered as scikit-image's
    ``nri_uniform``: 0 for no ones; then by their number, 1 to P - 1, and within it by where the run of ones
    begins: at 0, P - 1, P - 2, ... 1; then all ones; then every code of more than two transitions.
    """
    if codes == "full":
        return np.eye(2**neighbours)
    matrix = np.zeros((2**neighbours, neighbours * (neighbours - 1) + 3))
    for code in range(2**neighbours):
        matrix[code, _uniform_bin(code, neighbours)] = 1
    return matrix


def _uniform_bin(code: int, neighbours: int) -> int:
    bits = [code >> p & 1 for p in range(neighbours)]
    ones = sum(bits)
    begins = [p for p in range(neighbours) if bits[p] and not bits[p - 1]]  # p - 1 goes round
    if len(begins) > 1:
        return neighbours * (neighbours - 1) + 2
    if not begins:
        return 0 if not ones else neighbours * (neighbours - 1) + 1
    return 1 + (ones - 1) * neighbours + (neighbours - begins[0]) % neighbours
