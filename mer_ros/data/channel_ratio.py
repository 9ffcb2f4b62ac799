"""Ratio of the gains of the two channels of a flow image, estimated from its strain channel [ours].

Each channel of the image was scaled independently. With u = a U + const, v = b V + const and s = c S + min s,
where U, V, S are the pictures and a, b, c their gains, the strain s^2 = u_x^2 + v_y^2 + (u_y + v_x)^2 / 2
becomes, if the minimum of the strain is about zero,

    (S - min S)^2 = (a/c)^2 (U_x^2 + U_y^2 / 2) + (b/c)^2 (V_y^2 + V_x^2 / 2) + (ab/c^2) U_y V_x

which is linear in three non-negative unknowns: least squares over the pixels gives b / a. If the strain was
computed on the grid of the picture, the error of the ratio is 4 percent; if a larger grid was scaled down to
the picture, about 20 percent, compared with 50 percent for a ratio of 1 (synthetic flow,
``benchmarks/scalings.py``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

TRUST = 0.8
"""Exponent of the estimate, which moves it towards 1, because scaling down makes it noisy."""

_MOST = 10.0


def channel_ratio(picture: NDArray[np.float32]) -> float:
    """Ratio b / a of a (3, S, S) picture of u, v and strain; 1 if it cannot be estimated.

    Multiplied by this ratio, the vertical channel has the unit of the horizontal one.
    """
    u, v, strain = picture.astype(np.float64)
    (u_y, u_x), (v_y, v_x) = np.gradient(u), np.gradient(v)
    terms = np.stack([u_x**2 + u_y**2 / 2, v_y**2 + v_x**2 / 2, u_y * v_x], axis=-1).reshape(-1, 3)
    (of_u, of_v, _), _ = nnls(terms, ((strain - strain.min()) ** 2).ravel())
    if of_u <= 0 or of_v <= 0:
        return 1.0
    return float(np.clip(np.sqrt(of_v / of_u), 1 / _MOST, _MOST) ** TRUST)
