"""Codes from comparisons of pixels.

The neighbours in a plane lie on an ellipse around the centre: number p of P at (-r_rows sin(2 pi p / P),
r_columns cos(2 pi p / P)) in (rows, columns). So p = 0 is on the right and the numbers increase
counter-clockwise, as in scikit-image's ``local_binary_pattern``. Bit p of a code is s(neighbour - centre)
with s(x) = 1 for x >= 0: a tie gives 1.

Example: two voxels with P = 4 neighbours; the codes are counted in 4 * 3 + 3 = 15 uniform bins.

>>> centre = np.array([5, 5])  # (n,)
>>> neighbours = np.array([[7, 1], [5, 9], [2, 1], [3, 9]])  # (P, n): right, up, left, down
>>> codes = pack([neighbour >= centre for neighbour in neighbours])  # (n,)
>>> [f"{code:04b}" for code in codes]  # bit 0, the right neighbour, is the last digit
['0011', '1010']
>>> fold(4, "uniform").shape, fold(4, "uniform")[codes].argmax(1).tolist()  # (2^P, bins), bin of each code
((16, 15), [5, 14])
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
"""``uniform``: P (P - 1) + 3 bins, one of them for all codes with more than two transitions. ``full``: 2^P
bins."""

PARTS = 100_000
"""Coordinates between pixels are rounded to 1/PARTS of a pixel, as scikit-image does."""


@dataclass(frozen=True)
class Diagonal:
    """Position of a neighbour at 45 degrees along one axis, between the pixels ``low`` and ``low + 1``.

    near, far: weights of these two in 1/PARTS, whole numbers. A bilinear sample of 8-bit pixels, in
    1/PARTS^2, is then a whole number below 2^53, which double precision represents exactly, so a tie is
    detected at every position in the picture.
    """

    low: int
    near: float
    far: float

    @classmethod
    def of(cls, radius: int) -> Diagonal:
        """Position for a circle or ellipse with this radius along the axis, pixels or frames."""
        low, far = divmod(round(round(radius * sqrt(0.5), 5) * PARTS), PARTS)
        return cls(low, float(PARTS - far), float(far))


def pack(bits: Sequence[NDArray[np.bool_]]) -> NDArray[np.uint8]:
    """Up to eight (n,) comparisons -> (n,) uint8 codes; the first comparison is bit 0."""
    code = bits[-1].view(np.uint8).copy()
    for bit in reversed(bits[:-1]):
        np.add(code, code, out=code)
        np.bitwise_or(code, bit.view(np.uint8), out=code)
    return code


@functools.lru_cache(maxsize=8)
def fold(neighbours: int, codes: CodeSet) -> NDArray[np.float64]:
    """(2^P, bins) matrix of zeros and ones: the bin in which each code is counted.

    Uniform bins (Ojala, Pietikainen, Maenpaa, TPAMI 24(7), 2002) are numbered as in scikit-image's
    ``nri_uniform``: bin 0 for the code without ones; then by the number of ones, 1 to P - 1, and for each
    number by the position at which the run of ones begins: 0, P - 1, P - 2, ... 1; then the code of all ones;
    then all codes with more than two transitions.
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
    begins = [p for p in range(neighbours) if bits[p] and not bits[p - 1]]  # index -1 is the last neighbour
    if len(begins) > 1:
        return neighbours * (neighbours - 1) + 2
    if not begins:
        return 0 if not ones else neighbours * (neighbours - 1) + 1
    return 1 + (ones - 1) * neighbours + (neighbours - begins[0]) % neighbours
