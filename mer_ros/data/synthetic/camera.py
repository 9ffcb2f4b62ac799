"""Effects of the camera on the scene: focus, shutter, sensor noise, compression and lost frames."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.data.synthetic.nuisances import Refocus
from mer_ros.data.synthetic.sensor import SensorNoise
from mer_ros.errors import DataError

LONGEST_EXPOSURE_S = 0.02
RUN_OF_LOST = 2.0
"""Mean length of a run of lost frames."""


class SimulatedCamera:
    """The camera of one clip. open_s: time for which its shutter is open, s."""

    def __init__(
        self,
        conditions: Conditions,
        refocuses: tuple[Refocus, ...],
        seed: int,
        size_wh: tuple[int, int],
        fps: float,
    ) -> None:
        self._conditions, self._refocuses = conditions, refocuses
        self._noise = SensorNoise(seed, size_wh, conditions.noise_sigma)
        self.open_s = min(conditions.exposure / fps, LONGEST_EXPOSURE_S)

    def growth(self, time_s: float) -> float:
        """Relative change of picture size by the autofocus."""
        return sum(pulse.growth * pulse.level(time_s) for pulse in self._refocuses)

    def take(self, scene: NDArray[np.uint8], time_s: float, i: int) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 frame ``i`` of an illuminated scene."""
        lens = self._conditions.blur_px
        sigma = float(np.hypot(lens, sum(p.blur_px * p.level(time_s) for p in self._refocuses)))
        if sigma > 0.05:
            scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), sigma), np.uint8)
        frame = self._noise.add(scene, i)
        if self._conditions.jpeg:
            done, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, self._conditions.jpeg])
            if not done:
                raise DataError("A frame cannot be encoded as JPEG: check the installation of OpenCV.")
            frame = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
        return frame


def lost_frames(seed: int, n: int, share: float) -> NDArray[np.bool_]:
    """(n,) mask of the lost frames of a clip, single or in short runs, about this share of all."""
    lost = np.zeros(n, np.bool_)
    if share > 0:
        rng = np.random.default_rng([seed, 0x1057])
        starts = np.flatnonzero(rng.uniform(size=n) < share / RUN_OF_LOST)
        for start, length in zip(starts, rng.geometric(1 / RUN_OF_LOST, len(starts)), strict=True):
            lost[start : start + length] = True
    return lost
