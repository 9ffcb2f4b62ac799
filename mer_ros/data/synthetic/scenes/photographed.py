"""The scene of a photograph: one picture that is warped."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.eyelids import Eyelids
from mer_ros.data.synthetic.face_motion import FaceMotion, Strengths, add_motion
from mer_ros.data.synthetic.head_motion import HeadMotion, HeadPose
from mer_ros.data.synthetic.photograph import Photograph, built_in
from mer_ros.data.synthetic.stage import Stage
from mer_ros.data.synthetic.subject import Subject


class PhotographedScene:
    """See ``Scene``. The control points are the landmarks, a field is an (h, w, 2) displacement."""

    def __init__(
        self,
        subject: Subject,
        size_wh: tuple[int, int],
        face_width_px: float,
        tone: float = 0.0,
        photograph: Photograph | None = None,
    ) -> None:
        stage = Stage(subject, size_wh, face_width_px, photograph or built_in(), tone)
        self.landmarks, self._texture = stage.landmarks, stage.texture
        self._head = HeadMotion(stage)
        self._face = FaceMotion(stage, subject)
        self._lids = Eyelids.of_landmarks(stage.landmarks, stage.px)
        self._eyeballs: NDArray[np.float32] | None = None

    def move(self, points: NDArray[np.float64], pose: HeadPose) -> NDArray[np.float64]:
        """See ``Scene``."""
        return self._head.move(points, pose)

    def displacement(self, strengths: Strengths) -> NDArray[np.float64]:
        """See ``Scene``."""
        return self._face.landmarks(strengths)

    def field(self, displacement: NDArray[np.float64]) -> NDArray[np.float32]:
        """See ``Scene``."""
        return self._face.dense(displacement)

    def gaze(self, right: float, down: float) -> NDArray[np.float32]:
        """See ``Scene``."""
        if self._eyeballs is None:
            self._eyeballs = self._face.eyeballs()
        return np.asarray(self._eyeballs * np.array([right, down], np.float32))

    def draw(self, pose: HeadPose, field: NDArray[np.float32] | None, closure: float) -> NDArray[np.uint8]:
        """See ``Scene``."""
        source = self._head.source_map(pose)
        if field is not None:
            add_motion(source, field, self._face.box_xyxy)
        scene = cv2.remap(self._texture, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        picture = np.asarray(scene, np.uint8)
        if closure > 0:
            self._lids.close(picture, self._texture, source, closure)
        return picture
