"""The ratio of the channels of a flow image, from its strain picture [ours].

Each channel of the image was scaled by itself. With u = a U + const, v = b V + const and s = c S + least,
where U, V, S are the pictures and a, b, c their gains, the strain s^2 = u_x^2 + v_y^2 + (u_y + v_x)^2 / 2
becomes, if the least strain is about zero,

    (S - min S)^2 = (a/c)^2 (U_x^2 + U_y^2 / 2) + (b/c)^2 (V_y^2 + V_x^2 / 2) + (ab/c^2) U_y V_x

which is linear in three unknowns that are not negative: least squares over the pixels give b / a. Where the
strain was computed on the picture's own grid the ratio comes out to 4 percent; where a larger grid was shrunk
to the picture, to about 20, against 50 if it is taken for 1 (synthetic flow, ``benchmarks/scalings.py``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

TRUST = 0.8
"""Power to which the estimate is raised: drawn towards 1, because shrinking makes it noisy."""

_MOST = 10.0


def channel_ratio(picture: NDArray[np.float32]) -> float:
    """Gain of the vertical over the horizontal channel of a (3, S, S) picture of u, v and strain.

    Times this, the vertical channel is in the unit of the horizontal one. 1 where it cannot be estimated.
    """
    u, v, strain = picture.astype(np.float64)
    (u_y, u_x), (v_y, v_x) = np.gradient(u), np.gradient(v)
    terms = np.stack([u_x**2 + u_y**2 / 2, v_y**2 + v_x**2 / 2, u_y * v_x], axis=-1).reshape(-1, 3)
    (of_u, of_v, _), _ = nnls(terms, ((strain - strain.min()) ** 2).ravel())
    if of_u <= 0 or of_v <= 0:
        return 1.0
    return float(np.clip(np.sqrt(of_v / of_u), 1 / _MOST, _MOST) ** TRUST)
