"""The map of a system that reads key frames: Grad-CAM over space and time, summed over the time.

The rule is that of ``grad_cam``, with means over time too where it takes means. What is lost in the sum over
time is told in words: how much of the map lies in the rise, at the apex and in the fall.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.explanation.evidence import Evidence, evidence
from mer_ros.explanation.methods.grad_cam import grad_cam
from mer_ros.recognition.systems.me_plan import MePlan

PHASES = ("the rise", "the apex", "the fall")


@evidence.register
def _of_me_plan(system: MePlan, x: Tensor, label: int) -> Evidence:
    cam = grad_cam(system, x, label, system.cam_rule)
    over_time = cam.map.numpy()  # (t, h, w)
    return Evidence(over_time.sum(0), cam.output, _note(phase_shares(over_time, x.shape[1])))


def phase_shares(over_time: NDArray[np.floating], frames: int) -> NDArray[np.float64]:
    """(t, h, w) map of ``frames`` key frames, the apex in their middle -> (3,) shares of ``PHASES``.

    A cell of time belongs to the key frame that it is centred on. All zero for an empty map.
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
        return "No moment speaks for it."
    words = [f"{name} {share:.0%}" for name, share in zip(PHASES, shares, strict=True)]
    return f"When it was read: {', '.join(words)}."
