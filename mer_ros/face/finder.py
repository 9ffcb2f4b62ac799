"""All faces of a picture, whatever its size: those that were followed so far, and new ones.

A followed face is fitted in a square round the place where it is expected. New faces are searched in one
part of the picture after the other, so that the cost of a frame is bounded (``face.search``). A detection
becomes a face if three tests agree, since the detector and the landmark network each take some dogs and
monkeys for people:

1. the landmark network finds a face, and gives the same answer again in the square round that answer;
2. the detector finds it again with a high score if it is shown the face upright and at a good size;
3. eyes, nose and mouth of the detector lie where the landmarks have them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import geometry
from mer_ros.face.detector import INPUT_PX, Detection, FaceDetector
from mer_ros.face.landmark_network import LandmarkNetwork
from mer_ros.face.roi import FaceRoi, roi_of_detection, roi_of_landmarks
from mer_ros.face.search import part_round, parts_of_turn, search_parts
from mer_ros.face.tracker import size_px

Landmarks = NDArray[np.float32]

_MIN_PRESENCE = 0.5  # of the landmark network, as in FaceMesh
_MAX_REFITS = 5  # from a coarse detection the network needs one to three
_MAX_SETTLED_MOTION = 0.03  # mean movement of the landmarks from one answer to the next, in face sizes
_MIN_CONFIRMED_SCORE = 0.8
"""Mean score of the detector for a face that it is shown upright and at a good size. On pictures of ImageNet,
people have .8 to .97, less only with half of the face hidden; of the animals on 388 pictures, one monkey.
"""
_CONFIRMING_SHARES = (1.5, 2.1)  # sides of the squares that are shown then, in sides of the network's square
_MAX_DISAGREEMENT = 0.12  # mean distance of eyes, nose and mouth, in face sizes: people .01 to .08
_CERTAIN_SQUARES = ((0.06, 0.0), (-0.06, 0.0), (0.0, 0.06), (0.0, -0.06))  # shifts, in sides of the square
_MIN_CERTAIN_PRESENCE, _MIN_CERTAIN_SCORE = 0.985, 0.86
"""Of a face that nothing hides: least presence in these squares, least mean score of the detector. 680
pictures of real and synthetic faces, a quarter each at 50 px, in the dark and blurred, have .999 and, except
5 in changing light, .86 or more. Of 70 with a hand on the eyes or on half of the face that ``confirms`` took
for a face, 69 have a presence of at most .967 and one a score of .84.
"""
_MAX_TRIES = 2  # detections of one search that turn out to be no face; each costs up to 14 ms, mostly 4
_INVERTED_EVERY = (5, 7)
"""Turns in which faces are tried upside down too: the detector finds them, but takes the chin for the
forehead. Two numbers, so that no tile is searched in the other turns only.
"""
_KNOWN_DISTANCE = 0.5  # in face sizes: a detection closer to a known face is that face
_LOST_SEARCH = 3.0  # side of the part in which a lost face is searched, in sides of the network's square

_EYES_NOSE_MOUTH = ((33, 133), (263, 362), (1,), (13, 14))
"""Landmarks whose means correspond to the first four keypoints of the detector."""


class FaceFinder:
    """Finds the faces of pictures. It remembers nothing: the same arguments always give the same faces.

    max_faces: maximum number of faces to return, the largest ones. min_interocular_px: smallest faces that
    are searched; smaller ones are found by chance only. PackageError as for ``FaceMesh``.
    """

    def __init__(self, max_faces: int = 1, min_interocular_px: float = 40.0) -> None:
        self._max_faces = max_faces
        self._min_interocular_px = min_interocular_px
        self._detector = FaceDetector()
        self._network = LandmarkNetwork()

    def reconfigure(self, max_faces: int, min_interocular_px: float) -> None:
        """Use other settings from the next search on."""
        self._max_faces, self._min_interocular_px = max_faces, min_interocular_px

    def find(
        self, image: NDArray[np.uint8], expected: Sequence[Landmarks], turn: int, n_tiles: int = 1
    ) -> list[Landmarks]:
        """Landmarks of the faces that are found.

        image: (H, W, 3) uint8, BGR. expected: (468, 3) landmarks of each known face, image pixels, about
        where it is now. turn: number of this search; it selects the parts in which new faces are searched.
        n_tiles: tiles that are searched if no face is found where it is expected.
        """
        found, lost = [], []
        for landmarks in expected[: self._max_faces]:
            fitted = self._fit(image, roi_of_landmarks(landmarks))
            if fitted is None:
                lost.append(landmarks)
            else:
                found.append(fitted)
        image_wh = image.shape[1], image.shape[0]
        parts = parts_of_turn(search_parts(image_wh, self._min_interocular_px), turn, bool(found), n_tiles)
        if lost:  # a lost face is searched near its last place, instead of in a tile
            roi = roi_of_landmarks(lost[turn % len(lost)])
            near = part_round(roi.x, roi.y, _LOST_SEARCH * roi.side_px, image_wh)
            parts = (*parts[:-1], near or parts[-1])
        tries, inverted_too = _MAX_TRIES, any(turn % every == every - 1 for every in _INVERTED_EVERY)
        for part in parts:
            smallest = min(map(size_px, found)) if len(found) >= self._max_faces else 0.0
            if smallest and part[2:] != image_wh:
                continue  # only a large face may replace one of them
            new = [
                one
                for one in self._detector.detect(image, part)
                if one.box_xywh[3] > smallest and not _is_known(one, found)
            ]
            for one in _rotated(new, turn):
                if tries == 0:
                    break
                face = self._confirm(image, one)
                if face is None and inverted_too:
                    face = self._confirm(image, one, inverted=True)
                if face is None:
                    tries -= 1
                else:
                    found.append(face)
        return sorted(found, key=size_px, reverse=True)[: self._max_faces]

    def confirms(self, image: NDArray[np.uint8], landmarks: Landmarks) -> bool:
        """Whether the detector too finds the face with these landmarks, as with a new face."""
        return self._score(image, landmarks) >= _MIN_CONFIRMED_SCORE

    def is_certain(self, image: NDArray[np.uint8], landmarks: Landmarks) -> bool:
        """Whether detector and network are as sure of the face as of one that nothing hides.

        With a hand on the eyes the detector's score is lower, and in squares beside its own the network
        finds the face less surely.
        """
        if self._score(image, landmarks) < _MIN_CERTAIN_SCORE:
            return False
        roi = roi_of_landmarks(landmarks)
        squares = (roi.moved(dx * roi.side_px, dy * roi.side_px) for dx, dy in _CERTAIN_SQUARES)
        return all(self._network.fit(image, square)[1] >= _MIN_CERTAIN_PRESENCE for square in squares)

    def close(self) -> None:
        """Stop MediaPipe's threads and free its memory."""
        self._detector.close()
        self._network.close()

    def _fit(self, image: NDArray[np.uint8], roi: FaceRoi) -> Landmarks | None:
        """Landmarks in a square round a face; None if there is no face."""
        landmarks, presence = self._network.fit(image, roi)
        return landmarks if presence >= _MIN_PRESENCE and np.isfinite(landmarks).all() else None

    def _settle(self, image: NDArray[np.uint8], roi: FaceRoi) -> Landmarks | None:
        """Landmarks that the network gives again in the square round them; None if it does not settle."""
        landmarks, _ = self._network.fit(image, roi)
        for _ in range(_MAX_REFITS):
            if not np.isfinite(landmarks).all():
                return None
            again, presence = self._network.fit(image, roi_of_landmarks(landmarks))
            moved = float(np.linalg.norm((again - landmarks)[:, :2], axis=1).mean())
            if presence < _MIN_PRESENCE:
                return None
            if moved <= _MAX_SETTLED_MOTION * size_px(landmarks):
                return again if np.isfinite(again).all() else None
            landmarks = again
        return None

    def _confirm(
        self, image: NDArray[np.uint8], detection: Detection, inverted: bool = False
    ) -> Landmarks | None:
        """Landmarks of a detection; None if it is no face. inverted: try the face upside down."""
        roi = roi_of_detection(detection.box_xywh, detection.keypoints)
        landmarks = self._settle(image, roi.rolled(math.pi) if inverted else roi)
        return landmarks if landmarks is not None and self.confirms(image, landmarks) else None

    def _score(self, image: NDArray[np.uint8], landmarks: Landmarks) -> float:
        """Mean score of the detector for the face with these landmarks, at two sizes."""
        return float(np.mean([self._score_again(image, landmarks, share) for share in _CONFIRMING_SHARES]))

    def _score_again(self, image: NDArray[np.uint8], landmarks: Landmarks, share: float) -> float:
        """Score of the detector for the face with these landmarks; 0 if it finds none there."""
        roi = roi_of_landmarks(landmarks).scaled(share)
        on_crop = geometry.apply(roi.crop_from_image(INPUT_PX), landmarks)
        again = self._detector.detect(roi.crop(image, INPUT_PX))
        same = (one for one in again if _disagreement(on_crop, one.keypoints) <= _MAX_DISAGREEMENT)
        return max((one.score for one in same), default=0.0)


def _disagreement(landmarks: NDArray[np.float32], keypoints: NDArray[np.float32]) -> float:
    """Mean distance of eyes, nose and mouth between the network and the detector, in face sizes."""
    ours = np.array([landmarks[list(indices), :2].mean(axis=0) for indices in _EYES_NOSE_MOUTH])
    away = np.linalg.norm(ours - keypoints[: len(ours)], axis=1).mean()
    return float(away) / max(size_px(landmarks), 1.0)


def _rotated(detections: list[Detection], turn: int) -> list[Detection]:
    """Largest first; another one first in each turn, so that no detection keeps others from being tried."""
    ordered = sorted(detections, key=lambda one: -one.box_xywh[3])
    start = turn % max(len(ordered), 1)
    return ordered[start:] + ordered[:start]


def _is_known(detection: Detection, faces: Sequence[Landmarks]) -> bool:
    x, y, width, height = detection.box_xywh
    centre = x + width / 2, y + height / 2
    return any(
        math.dist(centre, face[:, :2].mean(axis=0)) < _KNOWN_DISTANCE * size_px(face) for face in faces
    )
