"""How far each named action unit moved the skin, in pixels, on each side of the face.

The flow of the event is decomposed into a shift of the whole face and a non-negative sum of the fields of the
named units, right and left apart (``motion.au_solver``), so that of two units that overlap, such as AU6 and
AU12, each gets its own share. A unit of the midline moves both sides as one. The amounts measure movement;
they do not decide which units are named.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.au_templates import one_sided_templates
from mer_ros.face.facs import UNITS
from mer_ros.face.unit_coding import MIDLINE
from mer_ros.motion.au_solver import solve_au_amounts
from mer_ros.motion.normalisation import face_window

SIZE = 56


def unit_pixels(flow: NDArray[np.float32], units: tuple[str, ...]) -> NDArray[np.float32]:
    """(len(units), 2) peak movement on the person's right and left, in the unit of the flow, 0 or more.

    flow: (2, S, S) u and v of an event. units: the named ones, of ``face.facs.UNITS``.

    Example: AU12 on the left alone, by 0.8 px.

    >>> flow = 0.8 * one_sided_templates(56)[UNITS.index("AU12"), 1]
    >>> unit_pixels(flow, ("AU12", "AU6")).astype(float).round(2).tolist()
    [[0.0, 0.8], [0.0, 0.0]]
    """
    amounts = np.zeros((len(units), 2), np.float32)
    if not units:
        return amounts
    window = face_window(SIZE)
    small = np.stack([cv2.resize(one, (SIZE, SIZE), interpolation=cv2.INTER_AREA) for one in flow])
    target = small[:, window]  # (2, P)
    shift = np.stack([one.repeat(target.shape[1]) for one in np.vstack([np.eye(2), -np.eye(2)])])
    patterns, places = [], []
    for i, unit in enumerate(units):
        fields = one_sided_templates(SIZE)[UNITS.index(unit)]
        parts = [(fields.sum(0), [0, 1])] if unit in MIDLINE else [(fields[0], [0]), (fields[1], [1])]
        for field, sides in parts:
            patterns.append(field[:, window].ravel())
            places.append((i, sides))
    every = np.vstack([np.stack(patterns), shift]).astype(np.float64)
    amounts_of_all = solve_au_amounts(every, target.ravel().astype(np.float64)).amounts
    for (i, sides), amount in zip(places, amounts_of_all, strict=False):
        amounts[i, sides] = amount
    return amounts
