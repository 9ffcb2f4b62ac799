"""Dense optical flow by name, for clips of data sets.

``dis`` is the refined flow of events (``optical_flow.DenseFlow``). ``farneback``: Farneback, "Two-Frame
Motion Estimation Based on Polynomial Expansion", SCIA 2003. ``tvl1``: Zach, Pock and Bischof, "A Duality
Based Approach for Realtime TV-L1 Optical Flow", DAGM 2007, with OpenCV's default settings; it takes a hundred
times as long.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from mer_ros.errors import unknown_name
from mer_ros.motion.optical_flow import DenseFlow, Flow, Grey

FlowAlgorithm = Callable[[Grey, Grey], Flow]
"""(S, S) uint8 grey before and after -> (S, S, 2) float32 displacement (dx, dy) in pixels."""

DEFAULT_FLOW = "dis"
_LEVELS, _WINDOW_PX, _ITERATIONS, _NEIGHBOURS, _SIGMA = 2, 15, 3, 5, 1.1


def _farneback(before: Grey, after: Grey) -> Flow:
    flow = cv2.calcOpticalFlowFarneback(
        before,
        after,
        np.zeros((*before.shape, 2), np.float32),
        pyr_scale=0.5,
        levels=_LEVELS,
        winsize=_WINDOW_PX,
        iterations=_ITERATIONS,
        poly_n=_NEIGHBOURS,
        poly_sigma=_SIGMA,
        flags=0,
    )
    return np.asarray(flow, np.float32)


def _tvl1() -> FlowAlgorithm:
    algorithm = cv2.optflow.createOptFlow_DualTVL1()
    return lambda before, after: algorithm.calc(before, after, None)


_ALGORITHMS: dict[str, Callable[[], FlowAlgorithm]] = {
    "dis": lambda: DenseFlow(refine=True),
    "farneback": lambda: _farneback,
    "tvl1": _tvl1,
}

FLOW_ALGORITHMS = tuple(_ALGORITHMS)


def flow_algorithm(name: str) -> FlowAlgorithm:
    """A new instance of an algorithm, for one thread; ConfigError for an unknown name."""
    if name not in _ALGORITHMS:
        raise unknown_name("flow algorithm", name, FLOW_ALGORITHMS)
    return _ALGORITHMS[name]()
