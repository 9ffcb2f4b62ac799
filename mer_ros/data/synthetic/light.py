"""Slowly drifting light, from the front and from the side, and mains flicker."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.data.synthetic.timeline import Timeline

_NEVER = 1e-4  # of full light: a smaller change alters no grey level


class Light:
    """Brightness of a clip's frames over time."""

    def __init__(self, conditions: Conditions, timeline: Timeline, size_wh: tuple[int, int]) -> None:
        self._conditions, self._whole, self._aside = conditions, *timeline.light
        self._size_wh = size_wh
        self._across = np.linspace(-1, 1, size_wh[0])

    def shine(self, frame: NDArray[np.uint8], time_s: float, open_s: float = 0.0) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 frame as illuminated at a time; the shutter stays open for ``open_s``."""
        c = self._conditions
        angle = np.pi * c.mains_hz
        smoothed = np.sinc(c.mains_hz * open_s)  # no flicker if the shutter is open for whole periods
        flicker = c.flicker * smoothed * np.sin(2 * angle * time_s + angle * open_s)
        gain = (1 + c.drift / 2 * self._whole.at(time_s)) * (1 + flicker)
        aside = c.drift / 2 * self._aside.at(time_s)
        if abs(gain - 1) > _NEVER:
            table = np.clip(np.rint(np.arange(256) * gain), 0, 255).astype(np.uint8)
            frame = np.asarray(cv2.LUT(frame, table), np.uint8)
        if abs(aside) > _NEVER:
            # factors of at most 1, so that 8 bits represent them in steps of 1/255
            row = np.rint(255 * (1 + aside * self._across - abs(aside)))
            shade = np.empty(frame.shape, np.uint8)
            shade[:] = row.astype(np.uint8)[None, :, None]
            frame = np.asarray(cv2.multiply(frame, shade, scale=1 / 255), np.uint8)
        return frame
