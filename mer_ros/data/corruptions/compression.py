"""JPEG of each frame, with the levels of ImageNet-C, and H.264 of the shot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from mer_ros.data.corruptions.corruption import Corruption, Shot
from mer_ros.data.corruptions.encoders import through_h264, through_jpeg
from mer_ros.types import Frame

_FPS = 60.0  # of the encoder's rate control; the times of the frames stay


def _frames_of(shot: Shot) -> Iterable[Frame]:
    return (Frame(image, round(t * 1e9)) for image, t in zip(shot.frames, shot.times_s, strict=True))


def _with(shot: Shot, frames: Iterable[Frame]) -> Shot:
    return replace(shot, frames=np.stack([frame.image for frame in frames]))


def _jpeg(shot: Shot, quality: float, _rng: np.random.Generator) -> Shot:
    return _with(shot, through_jpeg(_frames_of(shot), int(quality)))


def _h264(shot: Shot, crf: float, _rng: np.random.Generator) -> Shot:
    even = shot.frames[:, : shot.frames.shape[1] // 2 * 2, : shot.frames.shape[2] // 2 * 2]  # 4:2:0
    return _with(shot, through_h264(_frames_of(replace(shot, frames=even)), _FPS, int(crf)))


JPEG = Corruption("JPEG", "quality", (25.0, 18.0, 15.0, 10.0, 7.0), _jpeg)
H264 = Corruption("H.264", "constant rate factor of x264", (28.0, 32.0, 36.0, 40.0, 44.0), _h264)
