"""Movement of one face, frame by frame, relative to a reference crop of the same face.

The reference is the aligned crop of a quiet moment, averaged over quiet frames. Each new frame is cropped at
the position of the head one frame before; its flow from the reference is split into the rigid movement of the
head and the movement of the face itself, and the rigid part moves the crop. The crop therefore follows the
head by registration, which is steady to a few hundredths of a pixel; FaceMesh only verifies at intervals that
the crop still shows a face, and where the face is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face import geometry
from mer_ros.face.geometry import CROP_INTEROCULAR_PX, CROP_SIZE, Affine
from mer_ros.face.regions import RIGID
from mer_ros.motion.depth import DepthLearner
from mer_ros.motion.optical_flow import DenseFlowAtLandmarks, LandmarkFlow, SparseFlow
from mer_ros.motion.registration import ReferenceCorrelation, RigidHead
from mer_ros.motion.tracked_landmarks import TRACKED, group_weights, nearest_tracked, tracked_indices

_MAX_STEP_PX = 12.0  # the flow cannot follow a head that moves further between two frames
_MIN_AGREEMENT = 0.5  # correlation below which the reference no longer matches
_LARGE_FACE_PX = 105.0
"""Interocular distance from which crops are cut twice as large and averaged down. Bilinear interpolation
alone would leave out pixels there, and keep the noise of those that it takes.
"""
REFERENCE_GAIN = 0.1
"""Weight of a quiet frame in the average that becomes the next reference."""


@dataclass(frozen=True, eq=False)
class Motion:
    """Movement of one face in one frame.

    groups: (G, 2) float32, movement of the MOTION_GROUPS as a fraction of the interocular distance, x right,
    y down. turn: (2,) yaw and pitch of the head relative to the reference, rad. crop: (S, S, 3) uint8 BGR;
    grey: (S, S) uint8, the same crop in grey. crop_from_image: affine from the image to the crop.
    registered_from_crop: affine from the crop, cut where the head was one frame before, to the crop that is
    cut where it is now. agreement: normalised correlation of the crop with the reference, -1..1. lost:
    whether the reference no longer matches and the meter needs a new anchor.
    """

    groups: NDArray[np.float32]
    turn: NDArray[np.float64]
    crop: NDArray[np.uint8]
    grey: NDArray[np.uint8]
    crop_from_image: Affine
    registered_from_crop: Affine
    agreement: float
    lost: bool


class MotionMeter:
    """Follows one face from an anchor frame; not thread-safe.

    image: (H, W, 3) uint8 BGR, the anchor frame; landmarks: (468, 3) float32, image pixels. fast_mode: use
    the faster optical flow, from the next reference on.
    """

    def __init__(
        self, image: NDArray[np.uint8], landmarks: NDArray[np.float32], fast_mode: bool = False
    ) -> None:
        self.fast_mode = fast_mode
        self._depth = DepthLearner(len(landmarks))
        self._group_weights = group_weights()[:, TRACKED]
        self._rigid = tracked_indices(RIGID)
        self.anchor(image, landmarks)

    def anchor(self, image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> None:
        """Restart from this frame: its crop becomes the reference."""
        self._affine = geometry.crop_from_image(landmarks)
        self._anchored = geometry.apply_with_depth(self._affine, landmarks)  # (468, 3) crop pixels
        # fixed until the next anchor, since it changes the sharpness a little
        self._oversampling = 2 if geometry.interocular_px(landmarks) >= _LARGE_FACE_PX else 1
        self._average = _grey(_crop(image, self._affine, self._oversampling)).astype(np.float32)
        self.renew_reference()

    def renew_reference(self) -> None:
        """Use the running average of the quiet frames as the reference from now on."""
        reference = cv2.convertScaleAbs(self._average)
        self.landmarks = self._anchored.copy()
        self.landmarks[:, 2] += self._depth.apply()
        tracked = self.landmarks[list(TRACKED)]
        self._flow: LandmarkFlow = SparseFlow() if self.fast_mode else DenseFlowAtLandmarks()
        self._flow.set_reference(reference, tracked)
        self._correlation = ReferenceCorrelation(reference)
        self._head = RigidHead(tracked, self._rigid)

    def add_quiet_frame(self, motion: Motion) -> None:
        """Average a quiet frame into the next reference."""
        cv2.accumulateWeighted(motion.grey, self._average, REFERENCE_GAIN)

    def step(self, image: NDArray[np.uint8]) -> Motion:
        """The movement in the next frame, (H, W, 3) uint8 BGR."""
        affine = self._affine
        crop = _crop(image, affine, self._oversampling)
        grey = _grey(crop)
        moved = self._flow(grey)
        solution = self._head.fit(moved)
        own_px = moved - self._head.motion(solution)
        own = own_px / CROP_INTEROCULAR_PX
        agreement = self._correlation(grey)
        far = float(np.abs(solution[2:4]).max()) > _MAX_STEP_PX
        lost = far or not agreement >= _MIN_AGREEMENT  # also for NaN, the correlation of a constant crop
        registered_from_crop = geometry.invert(self._head.similarity(solution))
        if not lost:
            self._depth.learn(own_px[nearest_tracked()], solution[4:])
            self._affine = geometry.compose(registered_from_crop, affine)
        return Motion(
            groups=self._group_weights @ own,
            turn=solution[4:],
            crop=crop,
            grey=grey,
            crop_from_image=affine,
            registered_from_crop=registered_from_crop,
            agreement=agreement if np.isfinite(agreement) else 0.0,
            lost=lost,
        )

    def landmarks_in_image(self) -> NDArray[np.float32]:
        """(468, 3) landmarks in image pixels, carried along by the registration."""
        return geometry.apply_with_depth(geometry.invert(self._affine), self.landmarks)


def _crop(image: NDArray[np.uint8], affine: Affine, oversampling: int) -> NDArray[np.uint8]:
    """(S, S, 3) uint8 crop, cut at a multiple of its size and averaged down."""
    size = oversampling * CROP_SIZE
    enlarged = oversampling * affine
    enlarged[:, 2] += (oversampling - 1) / 2  # pixel centres lie at whole numbers
    crop = cv2.warpAffine(
        image, enlarged, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    if oversampling == 1:
        return crop
    return cv2.resize(crop, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA)


def _grey(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
