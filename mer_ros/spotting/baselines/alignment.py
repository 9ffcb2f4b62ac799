"""Aligned grey crops of one face from a stream of frames, for methods that need only crops.

A fixed crop for a whole recording loses a swaying head; crops by the landmarks of each frame jitter by
0.3 px, more than a micro-expression. Here the FaceMesh landmarks are averaged over a window centred on each
frame (Hann weights), so the crop follows the head without lag and with little jitter. Each frame is cropped
half a window after it was read, so the method works offline only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.face.geometry import CROP_SIZE, crop_from_image
from mer_ros.face.mesh import FaceMesh
from mer_ros.face.tracker import size_px
from mer_ros.types import Frame

Detect = Callable[[NDArray[np.uint8]], list[NDArray[np.float32]]]


class Aligned(NamedTuple):
    """Crops of the frames that show a face.

    crops: (T, CROP_SIZE, CROP_SIZE) uint8 grey; stamps_ns: (T,) int64.
    """

    crops: NDArray[np.uint8]
    stamps_ns: NDArray[np.int64]


def align(
    frames: Iterable[Frame],
    detect: Detect | None = None,
    window_s: float = 0.5,
    detection_interval_s: float = 0.02,
) -> Aligned:
    """Crops of the largest face. Memory: the crops and half a window of grey frames, never the recording.

    detect: function from an (H, W, 3) uint8 BGR picture to a list of (468, 3) landmarks in pixels; by default
    a new FaceMesh. window_s: time over which landmarks are averaged. detection_interval_s: time between two
    detections. Raises InputError if no frame shows a face or the stamps do not increase.
    """
    if detect is None:
        mesh = FaceMesh()
        try:
            return align(frames, mesh.detect, window_s, detection_interval_s)
        finally:
            mesh.close()
    stamps: list[int] = []

    def crops() -> Iterator[NDArray[np.uint8]]:
        for stamp_ns, crop in _slow_crops(
            frames, detect, int(window_s * 5e8), int(detection_interval_s * 1e9)
        ):
            stamps.append(stamp_ns)
            yield crop

    # grows in place: stacking a list of crops would hold them twice
    aligned = np.asarray(np.fromiter(crops(), np.dtype((np.uint8, (CROP_SIZE, CROP_SIZE)))), np.uint8)
    if not stamps:
        raise InputError("no frame of the recording shows a face: use a recording of a face.")
    return Aligned(aligned, np.array(stamps, np.int64))


def _slow_crops(
    frames: Iterable[Frame], detect: Detect, half_ns: int, detection_interval_ns: int
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    waiting: deque[tuple[int, NDArray[np.uint8]]] = deque()  # stamp, (H, W) grey
    detected: deque[tuple[int, NDArray[np.float32]]] = deque()  # stamp, (468, 2) landmarks
    last_ns = last_detection_ns = None
    for frame in frames:
        now_ns = frame.stamp_ns
        if last_ns is not None and now_ns <= last_ns:
            raise InputError(
                f"stamps must increase, found {now_ns} after {last_ns}: sort the frames by time."
            )
        last_ns = now_ns
        if last_detection_ns is None or now_ns - last_detection_ns >= detection_interval_ns:
            last_detection_ns = now_ns
            if found := detect(frame.image):
                detected.append((now_ns, max(found, key=size_px)[:, :2]))
        waiting.append((now_ns, cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)))
        while now_ns - waiting[0][0] >= half_ns:
            yield from _crop(*waiting.popleft(), detected, half_ns)
        while detected and waiting[0][0] - detected[0][0] > half_ns:
            detected.popleft()
    for stamp_ns, grey in waiting:
        yield from _crop(stamp_ns, grey, detected, half_ns)


def _crop(
    stamp_ns: int,
    grey: NDArray[np.uint8],
    detected: Iterable[tuple[int, NDArray[np.float32]]],
    half_ns: int,
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The stamp and crop of one frame, or nothing if no face was detected within half a window."""
    near = [(then, landmarks) for then, landmarks in detected if abs(then - stamp_ns) < half_ns]
    if not near:
        return
    weights = np.cos(np.pi / 2 * np.array([then - stamp_ns for then, _ in near]) / half_ns) ** 2
    landmarks = np.average([landmarks for _, landmarks in near], axis=0, weights=weights).astype(np.float32)
    affine = crop_from_image(landmarks)
    yield (
        stamp_ns,
        cv2.warpAffine(
            grey, affine, (CROP_SIZE, CROP_SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
    )
