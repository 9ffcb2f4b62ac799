"""Images of the real-time benchmark: synthetic clips rendered once, which the camera plays to and fro."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from benchmarks.realtime_ends import to_and_fro
from mer_ros.data.synthetic import everyday, synthetic_clip

SEED, FPS = 900, 200.0
LOOP, LARGE_LOOP = 240, 16  # frames that are played forwards and backwards


def render(folder: Path) -> Path:
    """Render an everyday synthetic clip, (LOOP, 480, 640, 3) .npy."""
    clip = synthetic_clip(SEED, FPS, conditions=everyday(SEED))
    path = folder / "one.npy"
    np.save(path, np.stack([clip.render(200 + i) for i in range(LOOP)]))
    return path


def render_four(folder: Path) -> Path:
    """Render four subjects in one image of the same size, each face 110 px wide."""
    clips = [synthetic_clip(SEED + k, 60.0, (320, 240), face_width_px=110.0) for k in range(4)]
    path = folder / "four.npy"
    images = []
    for i in range(LOOP):
        a, b, c, d = (clip.render(60 + i) for clip in clips)
        images.append(np.vstack([np.hstack([a, b]), np.hstack([c, d])]))
    np.save(path, np.stack(images))
    return path


def render_two(folder: Path) -> Path:
    """Render two subjects side by side in one image of 640x480, each face 110 px wide."""
    clips = [synthetic_clip(SEED + k, FPS, (320, 480), face_width_px=110.0) for k in range(2)]
    path = folder / "two.npy"
    np.save(path, np.stack([np.hstack([clip.render(60 + i) for clip in clips]) for i in range(LOOP)]))
    return path


def render_large(folder: Path, size_wh: tuple[int, int], rate_hz: float) -> Path:
    """Render one subject in a large image; its face is as wide as two fifths of the image are high."""
    clip = synthetic_clip(SEED, rate_hz, size_wh, face_width_px=0.4 * size_wh[1])
    path = folder / f"{size_wh[0]}.npy"
    np.save(path, np.stack([clip.render(60 + i) for i in range(LARGE_LOOP)]))
    return path


def film_of(frames: Path, folder: Path, n_frames: int) -> Path:
    """The same frames as a motion JPEG video, the format of webcams."""
    path = folder / "film.avi"
    images = np.load(frames, mmap_mode="r")
    size_wh = images.shape[2], images.shape[1]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, size_wh)
    for i in range(n_frames):
        writer.write(np.asarray(images[to_and_fro(len(images), i)]))
    writer.release()
    return path
