"""Pictures to publish: the made clip, a video file or a webcam, behind one small interface."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError
from mer_ros.sources import source_spec


class VideoSource(Protocol):
    """A source of BGR pictures.

    fps: frames per second of stream time. live: stamps are the moments of capture, not start + i / fps.
    """

    fps: float
    live: bool

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Place in the stream and (H, W, 3) uint8 BGR, in order; the places of lost frames are left out."""
        ...

    def close(self) -> None:
        """Give the file or device back."""
        ...


@dataclass(frozen=True)
class SourceOptions:
    """What a source may need; see the camera's parameters."""

    fps: float
    size_wh: tuple[int, int]
    amplitude_px: float = 2.0
    n_events: int = 14
    conditions: str = "calm"
    photo: str = ""


def open_source(spec: str, options: SourceOptions) -> VideoSource:
    """Open what ``source_spec.read`` reads; ConfigError if it cannot."""
    kind, name = source_spec.read(spec)
    if kind == "synthetic":
        if not name.isdigit():
            raise ConfigError(f"source '{spec}' needs a whole number as its seed, such as synthetic:1.")
        return _MadeClip(int(name), options)
    if kind == "file":
        if not Path(name).is_file():
            raise ConfigError(
                f"the video file '{name}' does not exist: name one that does, as file:/path/to/video.mp4."
            )
        return _Capture(name, spec, options, live=False)
    if not Path(name).exists() or Path(name).is_dir():
        raise ConfigError(f"there is no camera at '{name}': plug one in, or name a video, as file:PATH.")
    return _Capture(name, spec, options, live=True)


class _MadeClip:
    live = False

    def __init__(self, seed: int, options: SourceOptions) -> None:
        from mer_ros.data.synthetic import Conditions, Photograph, everyday, synthetic_clip

        self._clip = synthetic_clip(
            seed,
            fps=options.fps,
            size_wh=options.size_wh,
            amplitude_px=options.amplitude_px,
            n_events=options.n_events,
            conditions=everyday(seed) if options.conditions == "everyday" else Conditions(),
            photograph=Photograph.read(Path(options.photo)) if options.photo else None,
        )
        self.fps = options.fps
        self.n_frames: int | None = self._clip.n_frames

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        return self._clip.frames()

    def close(self) -> None:
        pass


class _Capture:
    def __init__(self, path: str, spec: str, options: SourceOptions, live: bool) -> None:
        self.live = live
        self._capture = cv2.VideoCapture(path)
        if live:
            width, height = options.size_wh
            for key, value in (
                (cv2.CAP_PROP_FRAME_WIDTH, width),
                (cv2.CAP_PROP_FRAME_HEIGHT, height),
                (cv2.CAP_PROP_FPS, options.fps),
            ):
                self._capture.set(key, value)
        if not self._capture.isOpened():
            raise ConfigError(f"source '{spec}' cannot be read as video: is it a video, and may it be read?")
        told = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = told if told and np.isfinite(told) and told > 0 else options.fps

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        if not self.live:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
        for i in itertools.count():
            read, image = self._capture.read()
            if not read:
                return
            yield i, image

    def close(self) -> None:
        self._capture.release()
