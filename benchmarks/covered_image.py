"""The picture of ``docs/perception.md``: a hand before a face, with what the tracker says."""

from __future__ import annotations

import textwrap
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.covered_clips import CLEAR, ClearKind, behind, clear_clip, face_of
from mer_ros.data.corruptions.occluders import CUP, HAND_ON_EYES, HAND_ON_MOUTH, Occluder
from mer_ros.face.texture import unwrap
from mer_ros.pipeline import Pipeline
from mer_ros.types import Frame

SEED, HEAD = 893, "parametric"
CLEAR_TIMES_S = {"open mouth": 2.1, "grin": 4.1, "turns to 20 degrees": 6.0}
HAND_TIMES_S = (1.6, 2.2, 3.0, 7.3, 8.6)
THINGS = (HAND_ON_EYES, CUP)
_SIDE, _LETTERS = 190, 34  # pixels of a face in the picture, and letters of a line below


def draw(path: Path) -> None:
    """Write the picture: expressions above, a hand over time below, other things at the end."""
    from matplotlib import pyplot as plt  # imported here: it takes 0.5 s

    clear = [
        panel
        for kind in CLEAR
        if kind.name in CLEAR_TIMES_S
        for panel in _clear_panels(kind, CLEAR_TIMES_S[kind.name])
    ]
    hand = _panels(HAND_ON_MOUTH, HAND_TIMES_S)
    others = [panel for thing in THINGS for panel in _panels(thing, (5.0,))]
    rows = [clear + others, hand]
    figure, axes = plt.subplots(2, 5, figsize=(12.5, 6.2), layout="constrained")
    for row, panels in zip(axes, rows, strict=True):
        for axis, (picture, title, words) in zip(row, panels, strict=True):
            axis.imshow(picture[..., ::-1])
            axis.set_title(title, fontsize=10)
            axis.set_xlabel(words, fontsize=9, color="tab:green" if words == "judged" else "tab:red")
            axis.set_xticks([])
            axis.set_yticks([])
    figure.savefig(path, dpi=85, pil_kwargs={"quality": 88})
    plt.close(figure)


Panel = tuple[NDArray[np.uint8], str, str]


def _clear_panels(kind: ClearKind, at_s: float) -> list[Panel]:
    """The face at one moment of a clip that nothing covers."""
    frames = face_of(clear_clip(kind, HEAD, SEED))
    return _said([(time_s, image) for time_s, image, _ in frames], frames, (at_s,), kind.name)


def _panels(thing: Occluder, times_s: tuple[float, ...]) -> list[Panel]:
    frames = face_of(clear_clip(ClearKind("rest"), HEAD, SEED, 9.0))
    shown = [(shot.time_s, shot.image) for shot in behind(frames, thing, SEED)]
    return _said(shown, frames, times_s, thing.name)


def _said(
    shown: list[tuple[float, NDArray[np.uint8]]],
    frames: list[tuple[float, NDArray[np.uint8], NDArray[np.float32]]],
    times_s: tuple[float, ...],
    name: str,
) -> list[Panel]:
    """Picture, title and what the tracker says, at some times."""
    panels: list[Panel] = []
    with Pipeline() as pipeline:
        for (time_s, image), (_, _, landmarks) in zip(shown, frames, strict=True):
            seen = pipeline.watcher.process(Frame(image, round(time_s * 1e9)))
            if len(panels) < len(times_s) and time_s >= times_s[len(panels)]:
                quality = seen.faces[0].quality if seen.faces else "no face"
                title = f"{name}, {time_s:.1f} s" if len(times_s) > 1 else name
                panels.append((_cut(image, landmarks), title, textwrap.fill(quality or "judged", _LETTERS)))
    return panels


def _cut(image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The face with its surroundings, and its texture in a corner."""
    centre = landmarks[:, :2].mean(axis=0)
    half = 0.75 * float(np.ptp(landmarks[:, 1]))
    low = np.maximum((centre - half).astype(int), 0)
    high = (centre + half).astype(int)
    face = cv2.resize(image[low[1] : high[1], low[0] : high[0]], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    small = unwrap(image, landmarks)
    face[: small.shape[0], : small.shape[1]] = small
    return np.asarray(face, np.uint8)
