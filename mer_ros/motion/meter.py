"""The movement of one face against a reference of its own: what the spotter listens to.

The reference is the aligned crop of a quiet moment, averaged over quiet frames. Each new frame is cropped
where the head was a frame ago, its flow from the reference is split into the head's rigid part and the
face's own, and the rigid part moves the crop along. So the crop is carried by registration, which is steady
to a few hundredths of a pixel; FaceMesh is asked only now and then, whether this is still a face and where.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face import geometry
from mer_ros.face.geometry import CROP_INTEROCULAR_PX, CROP_SIZE, Affine
from mer_ros.face.regions import LIDS, RIGID
from mer_ros.motion.correlation import ReferenceCorrelation
from mer_ros.motion.depth import DepthLearner
from mer_ros.motion.landmark_flow import DenseFlowAtLandmarks, LandmarkFlow, SparseFlow
from mer_ros.motion.motion_groups import group_weights
from mer_ros.motion.registration import RigidHead
from mer_ros.motion.tracked_landmarks import TRACKED, nearest, places

_MAX_STEP_PX = 12.0  # a head that moves further between two frames is out of the flow's reach
_MIN_AGREEMENT = 0.5
REFERENCE_GAIN = 0.1
"""Weight of a quiet frame in the average that becomes the next reference."""


@dataclass(frozen=True, eq=False)
class Motion:
    """One frame of one face.

    groups: (G, 2) float32, movement of the MOTION_GROUPS as a fraction of the interocular distance, x right,
    y down. lids: mean downward movement of the upper lids, same unit. turn: (2,) yaw and pitch of the head
    against the reference, rad. crop: (S, S, 3) uint8 BGR;
    grey: the same in grey. crop_from_image: its affine. agreement: normalised correlation of the crop with
    the reference, -1..1. lost: the reference no longer fits; anchor anew.
    """

    groups: NDArray[np.float32]
    lids: float
    turn: NDArray[np.float64]
    crop: NDArray[np.uint8]
    grey: NDArray[np.uint8]
    crop_from_image: Affine
    agreement: float
    lost: bool


class MotionMeter:
    """Follows one face from an anchor; not thread-safe.

    image: (H, W, 3) uint8 BGR; landmarks: (468, 3) float32, its pixels. hurried: from the next reference on
    the cheaper flow is taken.
    """

    def __init__(
        self, image: NDArray[np.uint8], landmarks: NDArray[np.float32], hurried: bool = False
    ) -> None:
        self.hurried = hurried
        self._depth = DepthLearner(len(landmarks))
        self._averaging = group_weights()[:, TRACKED]
        self._lids, self._rigid = places(LIDS), places(RIGID)
        self.anchor(image, landmarks)

    def anchor(self, image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> None:
        """Start anew from this frame: its crop becomes the reference."""
        self._affine = geometry.crop_from_image(landmarks)
        self._seen = geometry.apply_with_depth(self._affine, landmarks)  # crop pixels, (468, 3)
        self._average = _grey(_crop(image, self._affine)).astype(np.float32)
        self.renew()

    def renew(self) -> None:
        """Take the running average of the quiet frames as the reference from now on."""
        reference = cv2.convertScaleAbs(self._average)
        self.landmarks = self._seen.copy()
        self.landmarks[:, 2] += self._depth.apply()
        watched = self.landmarks[list(TRACKED)]
        self._flow: LandmarkFlow = SparseFlow() if self.hurried else DenseFlowAtLandmarks()
        self._flow.refer_to(reference, watched)
        self._likeness = ReferenceCorrelation(reference)
        self._head = RigidHead(watched, self._rigid)

    def rest(self, motion: Motion) -> None:
        """Tell that this frame was quiet: it joins the next reference's average."""
        cv2.accumulateWeighted(motion.grey, self._average, REFERENCE_GAIN)

    def step(self, image: NDArray[np.uint8]) -> Motion:
        """The movement in the next frame."""
        affine = self._affine
        crop = _crop(image, affine)
        grey = _grey(crop)
        moved = self._flow(grey)
        solution = self._head.fit(moved)
        own_px = moved - self._head.motion(solution)
        own = own_px / CROP_INTEROCULAR_PX
        agreement = self._likeness(grey)
        far = float(np.abs(solution[2:4]).max()) > _MAX_STEP_PX
        lost = far or not agreement >= _MIN_AGREEMENT  # a constant crop has no correlation: NaN is lost too
        if not lost:
            self._depth.learn(own_px[nearest()], solution[4:])
            self._affine = geometry.compose(geometry.invert(self._head.similarity(solution)), affine)
        return Motion(
            groups=self._averaging @ own,
            lids=float(own[self._lids, 1].mean()),
            turn=solution[4:],
            crop=crop,
            grey=grey,
            crop_from_image=affine,
            agreement=agreement if np.isfinite(agreement) else 0.0,
            lost=lost,
        )

    def landmarks_in_image(self) -> NDArray[np.float32]:
        """(468, 3) landmarks in image pixels, where the registration has carried them."""
        return geometry.apply_with_depth(geometry.invert(self._affine), self.landmarks)


def _crop(image: NDArray[np.uint8], affine: Affine) -> NDArray[np.uint8]:
    return cv2.warpAffine(
        image, affine, (CROP_SIZE, CROP_SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _grey(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
