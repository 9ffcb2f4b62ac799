"""The camera elsewhere: rolled, at the side of the face, or far away."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator
from skimage.transform import SimilarityTransform

from mer_ros.data.corruptions.corruption import Corruption, Shot
from mer_ros.face import canonical_mesh
from mer_ros.face.geometry import interocular_px

_GRID_PX = 4  # spacing at which the displacement of a turned face is computed


def _warped(shot: Shot, affine: NDArray[np.float64], interpolation: int = cv2.INTER_LINEAR) -> Shot:
    """The shot after a (2, 3) affine of the image."""
    size = shot.frames.shape[2], shot.frames.shape[1]
    frames = [
        cv2.warpAffine(f, affine, size, flags=interpolation, borderMode=cv2.BORDER_REPLICATE)
        for f in shot.frames
    ]
    moved = shot.landmarks.copy()
    moved[..., :2] = shot.landmarks[..., :2] @ affine[:, :2].T + affine[:, 2]
    return replace(shot, frames=np.asarray(frames, np.uint8), landmarks=moved.astype(np.float32))


def _rolled(shot: Shot, angle_deg: float, rng: np.random.Generator) -> Shot:
    """Turned about the middle of the face, to either side."""
    centre = shot.landmarks[0, :, :2].mean(0)
    way = float(rng.choice((-1, 1)))
    return _warped(shot, cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), way * angle_deg, 1.0))


def _smaller(shot: Shot, scale: float, _rng: np.random.Generator) -> Shot:
    """The whole picture, with fewer pixels."""
    height, width = (max(round(scale * n), 2) for n in shot.frames.shape[1:3])
    frames = [cv2.resize(f, (width, height), interpolation=cv2.INTER_AREA) for f in shot.frames]
    ratio = np.array([width / shot.frames.shape[2], height / shot.frames.shape[1]])
    placed = shot.landmarks.copy()
    placed[..., :2] = (shot.landmarks[..., :2] + 0.5) * ratio - 0.5
    return replace(shot, frames=np.asarray(frames, np.uint8), landmarks=placed.astype(np.float32))


def _turned(shot: Shot, angle_deg: float, rng: np.random.Generator) -> Shot:
    """The face seen from the side: its pixels move as those of the canonical face, turned about its neck.

    The displacement field is that of the first frame; later it follows the head by a similarity transform.
    Departure from a real turn: nothing hidden appears, and the background is stretched with the outline.
    """
    first = shot.landmarks[0, :, :2].astype(np.float64)
    depth = canonical_mesh.load().canonical[:, 2].astype(np.float64)
    own, canonical = shot.landmarks[0], canonical_mesh.load().canonical.astype(np.float32)
    depth = (depth - depth.max()) * interocular_px(own) / interocular_px(canonical)
    angle = np.deg2rad(angle_deg) * rng.choice((-1, 1))
    centre = first.mean(0)
    across = first[:, 0] - centre[0]
    moved = first.copy()
    moved[:, 0] = centre[0] + across * np.cos(angle) - depth * np.sin(angle)
    moved[:, 0] += centre[0] - moved[:, 0].mean()
    height, width = shot.frames.shape[1:3]
    frame = np.array([(x, y) for x in (-width, 2 * width) for y in (-height, 2 * height)], float)
    known = np.concatenate([moved, frame])
    back = LinearNDInterpolator(known, np.concatenate([first - moved, np.zeros_like(frame)]), fill_value=0.0)
    y, x = np.mgrid[0 : height + _GRID_PX : _GRID_PX, 0 : width + _GRID_PX : _GRID_PX].astype(np.float64)
    grid = np.stack([x, y], axis=-1)
    upsampling = np.array([[_GRID_PX, 0, 0], [0, _GRID_PX, 0]], float)
    whole = (grid.shape[1] * _GRID_PX, grid.shape[0] * _GRID_PX)
    pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    placed, frames = shot.landmarks.copy(), []
    for image, landmarks in zip(shot.frames, placed, strict=True):
        head = SimilarityTransform()
        head.estimate(first, landmarks[:, :2].astype(np.float64))
        linear, offset = head.params[:2, :2], head.params[:2, 2]
        coarse = (back((grid - offset) @ np.linalg.inv(linear).T) @ linear.T).astype(np.float32)
        displacement = cv2.warpAffine(coarse, upsampling, whole, borderMode=cv2.BORDER_REPLICATE)[
            :height, :width
        ]
        frames.append(
            cv2.remap(image, pixels + displacement, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        )
        landmarks[:, :2] += ((moved - first) @ linear.T).astype(np.float32)
    return replace(shot, frames=np.asarray(frames, np.uint8), landmarks=placed)


ROTATION = Corruption("rotation", "degrees in the picture", (5.0, 10.0, 20.0, 30.0, 45.0), _rolled)
YAW = Corruption("yaw", "degrees to one side", (5.0, 10.0, 15.0, 20.0, 30.0), _turned)
SCALE = Corruption("scale", "of the width of the picture", (0.8, 0.65, 0.5, 0.4, 0.3), _smaller)
