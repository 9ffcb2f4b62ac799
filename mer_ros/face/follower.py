"""Ephemeral identities: which face of this picture is which of the last one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from mer_ros.face.geometry import interocular_px


@dataclass(eq=False)
class Track:
    """A followed face. landmarks: (468, 3) float32, image pixels, as last detected at seen_ns."""

    id: str
    landmarks: NDArray[np.float32]
    seen_ns: int


class FaceFollower:
    """Gives each detected face an id and keeps it through short losses.

    retention_s: how long an unseen face is remembered. max_faces: the most faces followed; when more are
    found, the largest are taken. Ids count up and are never used again.
    """

    def __init__(self, retention_s: float = 0.4, max_faces: int = 4) -> None:
        self._retention_ns = int(retention_s * 1e9)
        self._max_faces = max_faces
        self._born = 0
        self.tracks: dict[str, Track] = {}

    def reset(self) -> None:
        """Forget all faces; ids go on counting."""
        self.tracks.clear()

    def update(self, detections: list[NDArray[np.float32]], stamp_ns: int) -> None:
        """Take the faces found at stamp_ns: a list of (468, 3) landmarks in image pixels."""
        largest = sorted(detections, key=interocular_px, reverse=True)[: self._max_faces]
        for track, landmarks in self._pairs(largest):
            track.landmarks, track.seen_ns = landmarks, stamp_ns
        for id_, track in list(self.tracks.items()):
            if stamp_ns - track.seen_ns > self._retention_ns:
                del self.tracks[id_]
        known = [track.landmarks for track in self.tracks.values() if track.seen_ns == stamp_ns]
        for landmarks in largest:
            is_new = not any(landmarks is other for other in known)
            if is_new and len(self.tracks) < self._max_faces:
                self._born += 1
                id_ = f"face_{self._born}"
                self.tracks[id_] = Track(id_, landmarks, stamp_ns)

    def _pairs(self, detections: list[NDArray[np.float32]]) -> list[tuple[Track, NDArray[np.float32]]]:
        """The assignment with the least total distance; a face moves at most its interocular distance."""
        tracks = list(self.tracks.values())
        if not tracks or not detections:
            return []
        cost = np.array(
            [
                [
                    np.linalg.norm((t.landmarks - d).mean(axis=0)[:2]) / max(interocular_px(t.landmarks), 1)
                    for d in detections
                ]
                for t in tracks
            ]
        )
        rows, columns = linear_sum_assignment(cost)
        return [(tracks[r], detections[c]) for r, c in zip(rows, columns, strict=True) if cost[r, c] < 1.0]
