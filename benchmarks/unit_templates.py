"""Action units by templates: the control of ``benchmarks.action_units``, once the explainer's measure."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.au_templates import action_unit_templates
from mer_ros.motion.au_solver import solve_au_amounts
from mer_ros.motion.normalisation import FLOOR_PX, face_window

SIZE = 32
"""Resolution at which the fields, which are smooth, are compared."""


def template_evidence(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Evidence (K,) float32, 0..1, for ``facs.UNITS`` in (2, S, S) float32 flow in crop pixels.

    Within the window that every face fills, the flow F minus its median is approximated by the sum of
    a_k T_k, where T_k are the fields of the units on the canonical face and a_k >= 0 the strengths with the
    least squared error (``motion.au_solver``). The evidence of unit k is a_k ||T_k|| / ||F||, at most 1. A
    flow that resembles no unit, or is less than FLOOR_PX on average, gives 0 for all units.

    Example: a weak smile.

    >>> names, fields = action_unit_templates(SIZE)  # (K,) and (K, 2, SIZE, SIZE)
    >>> evidence = template_evidence(0.5 * fields[names.index("AU12")])
    >>> {name: round(float(value), 2) for name, value in zip(names, evidence) if value > 0.2}
    {'AU12': 1.0}
    """
    names, fields = action_unit_templates(SIZE)
    window = face_window(SIZE)
    small = [cv2.resize(np.ascontiguousarray(c), (SIZE, SIZE), interpolation=cv2.INTER_AREA) for c in flow]
    inside = np.stack(small)[:, window]
    target = (inside - np.median(inside, axis=1, keepdims=True)).reshape(-1)
    if float(np.abs(target).mean()) < FLOOR_PX:
        return np.zeros(len(names), np.float32)
    basis = fields[:, :, window].reshape(len(names), -1).astype(np.float64)  # (K, 2 * pixels)
    strengths = solve_au_amounts(basis, target.astype(np.float64)).amounts
    evidence = strengths * np.linalg.norm(basis, axis=1) / np.linalg.norm(target)
    return np.clip(evidence, 0, 1).astype(np.float32)
