"""Grad-CAM over space and time, summed over time, for systems that read key frames.

The rule is that of ``grad_cam``, with means over space and time. The note gives what the sum over time hides:
the shares of the map before, at and after the apex.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.attribution import Attribution
from mer_ros.explanation.methods.grad_cam import grad_cam
from mer_ros.recognition.systems.network import Network

PHASES = ("rise", "apex", "fall")


def attribute(system: Network, x: Tensor, label: int) -> Attribution:
    """The (h, w) map of one input (1, T, 3, S, S) by the ``cam_rule`` of the network."""
    cam = grad_cam(system, x, label, system.cam_rule)
    over_time = cam.map.numpy()  # (t, h, w)
    return Attribution(over_time.sum(0), cam.output, _note(phase_shares(over_time, x.shape[1])))


def phase_shares(over_time: NDArray[np.floating], frames: int) -> NDArray[np.float64]:
    """(t, h, w) map of ``frames`` key frames with the apex in the middle -> (3,) shares of ``PHASES``.

    A time cell belongs to the key frame at its centre. All shares are zero for an empty map.

    Example: t = 4 time cells of 8 key frames.

    >>> phase_shares(np.array([2, 1, 5, 2]).reshape(4, 1, 1), frames=8).tolist()  # (t, h, w) = (4, 1, 1)
    [0.3, 0.5, 0.2]
    """
    of_time = np.asarray(over_time, np.float64).sum((1, 2))
    step, middle = frames / len(of_time), frames // 2
    at = np.arange(len(of_time)) * step
    shares = np.array([of_time[at < middle].sum(), 0.0, of_time[at >= middle + step].sum()])
    shares[1] = of_time.sum() - shares.sum()
    total = float(of_time.sum())
    return shares / total if total > 0 else np.zeros(3)


def _note(shares: NDArray[np.float64]) -> str:
    if not shares.any():
        return "No moment contributes to this label."
    words = [f"{name} {share:.0%}" for name, share in zip(PHASES, shares, strict=True)]
    return f"Evidence over time: {', '.join(words)}."
