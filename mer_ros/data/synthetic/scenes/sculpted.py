"""The scene of the sculpted head: layers that are warped and laid over each other.

From back to front: the wall; the eyeballs and the inside of the mouth, which move with the skull and the jaw;
the skin with hair and clothes, a texture with holes for the eyes, which is split along the line of the
lips; the closing lids. Its brightness follows the direction of the surface in a turned or moving face.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.eyelids import Eyelids
from mer_ros.data.synthetic.face_motion import Strengths, add_motion
from mer_ros.data.synthetic.head_motion import HeadMotion, HeadPose
from mer_ros.data.synthetic.scenes import shade
from mer_ros.data.synthetic.scenes.backdrop import backdrop
from mer_ros.data.synthetic.scenes.eyeballs import Eyeballs
from mer_ros.data.synthetic.scenes.hair import thickness
from mer_ros.data.synthetic.scenes.lids import LidMargins
from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.mouth import Mouth
from mer_ros.data.synthetic.scenes.portrait import Portrait
from mer_ros.data.synthetic.scenes.relief import Relief
from mer_ros.data.synthetic.scenes.vertex_motion import SHADE_STEP, Box, FaceField, VertexMotion
from mer_ros.data.synthetic.stage import FINER
from mer_ros.data.synthetic.subject import Subject, rotation

_MARGIN_PX = 6
"""Margin round eyes and mouth in which their layers are drawn, frame pixels."""

_SMALLEST_TURN = 1e-4
"""Turns of the head below this leave the light as it is, rad."""


class SculptedScene:
    """See ``Scene``. Control points and fields are those of ``VertexMotion``."""

    def __init__(self, subject: Subject, size_wh: tuple[int, int], face_width_px: float) -> None:
        self._looks = Looks.of(subject.id)
        relief = Relief(subject, size_wh, face_width_px, thickness(self._looks))
        self.landmarks, self._size_wh = relief.landmarks, size_wh
        lids, self._lips = LidMargins(relief), LipLine(relief)
        self._portrait = Portrait(relief, self._looks, lids, self._lips)
        self._wall = backdrop(self._looks, size_wh)
        self._eyeballs = Eyeballs(relief, self._looks)
        self._mouth = Mouth(relief, self._lips, self._looks)
        self._above, self._below = self._mouth.sides(self._lips)
        self._head = HeadMotion(relief)
        self._face = VertexMotion(relief, subject, self._lips)
        self._lids = Eyelids(lids.in_frame(), relief.px, overlap=0.04)
        self._openings = [np.vstack(eye) for eye in lids.in_frame()]

    def move(self, points: NDArray[np.float64], pose: HeadPose) -> NDArray[np.float64]:
        """See ``Scene``."""
        return self._head.move(points, pose)

    def displacement(self, strengths: Strengths) -> NDArray[np.float64]:
        """See ``Scene``."""
        return self._face.displacement(strengths)

    def field(self, displacement: NDArray[np.float64]) -> NDArray[np.float32]:
        """See ``Scene``."""
        return self._face.field(displacement)

    def gaze(self, right: float, down: float) -> NDArray[np.float32]:
        """See ``Scene``."""
        return self._face.gaze(right, down)

    def draw(self, pose: HeadPose, field: NDArray[np.float32] | None, closure: float) -> NDArray[np.uint8]:
        """See ``Scene``."""
        moved = None if field is None else self._face.opened(field)
        still = self._head.source_map(pose)
        source = still.copy()
        if moved is not None:
            add_motion(source, moved.skin, self._face.box_xyxy)
        under = self._wall.copy()
        self._draw_eyes(under, still, pose, moved)
        skin = cv2.remap(
            self._portrait.texture, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        cover = cv2.remap(
            self._portrait.cover, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        picture = _blended(skin, under, cover)
        self._draw_mouth(picture, still, pose, moved)
        if closure > 0:
            self._lids.close(picture, self._portrait.texture, source, closure)
        self._shade(picture, cover, source, pose, moved)
        return picture

    def _draw_eyes(
        self, under: NDArray[np.uint8], still: NDArray[np.float32], pose: HeadPose, moved: FaceField | None
    ) -> None:
        gaze = np.zeros(2, np.float32) if moved is None else moved.gaze
        for margins, box, picture in zip(
            self._openings, self._eyeballs.boxes, self._eyeballs.pictures, strict=True
        ):
            part = self._region(margins, pose)
            at: NDArray[np.float32] = still[part] - gaze * np.float32(FINER) - np.array(box[:2], np.float32)
            under[part] = cv2.remap(picture, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def _draw_mouth(
        self, picture: NDArray[np.uint8], still: NDArray[np.float32], pose: HeadPose, moved: FaceField | None
    ) -> None:
        """Draw the mouth anew with both lips and what is seen between them, in place."""
        if moved is None and not self._mouth.open_at_rest:
            return
        part = self._region(self._mouth.corners, pose)
        rest = still[part]
        origin = np.array(self._mouth.box_xyxy[:2], np.float32)
        sheets = []
        for name, mask in (("upper", self._above), ("lower", self._below)):
            source = rest.copy()
            if moved is not None:
                _add(source, getattr(moved, name), self._face.mouth_xyxy)
            skin = cv2.remap(self._portrait.texture, source, None, cv2.INTER_LINEAR)
            share = cv2.remap(mask, source - origin, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            sheets.append((skin, share.astype(np.float32) / 255))
        jaw = np.zeros(2, np.float32) if moved is None else moved.jaw
        inside = self._mouth.inside(rest - origin, jaw * np.float32(FINER))
        (upper, of_upper), (lower, of_lower) = sheets
        of_upper = np.minimum(of_upper, 1 - of_lower)
        between = 1 - of_upper - of_lower
        total = upper * of_upper[..., None] + lower * of_lower[..., None] + inside * between[..., None]
        picture[part] = np.rint(total)

    def _shade(
        self,
        picture: NDArray[np.uint8],
        cover: NDArray[np.uint8],
        source: NDArray[np.float32],
        pose: HeadPose,
        moved: FaceField | None,
    ) -> None:
        """Change the brightness of the skin as its surface turns, in place."""
        turn = max(abs(pose.yaw_rad), abs(pose.pitch_rad), abs(pose.roll_rad))
        if moved is None and turn < _SMALLEST_TURN:
            return
        rest = self._face.normals
        normals = rest if moved is None else rest + moved.normals
        turned = normals @ rotation(pose.yaw_rad, pose.pitch_rad, pose.roll_rad).T.astype(np.float32)
        factor = shade.relative_brightness(rest, turned, self._looks.light)
        x0, y0, x1, y1 = self._face.box_xyxy
        part = np.s_[y0:y1, x0:x1]
        at = (source[part] + np.float32(0.5)) / np.float32(FINER) - np.float32(0.5)
        at = (at - np.array([x0, y0], np.float32)) / np.float32(SHADE_STEP)
        level = cv2.remap(factor, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=1.0)
        level = 1 + (level - 1) * (cover[part] * np.float32(1 / 255))
        picture[part] = cv2.multiply(picture[part], cv2.merge([level] * 3), dtype=cv2.CV_8U)

    def _region(self, points: NDArray[np.float64], pose: HeadPose) -> tuple[slice, slice]:
        """Rows and columns of the frame round points of the resting head, in a pose."""
        turned = self._head.move_near(points, pose)
        low = np.floor(turned.min(0)).astype(int) - _MARGIN_PX
        high = np.ceil(turned.max(0)).astype(int) + _MARGIN_PX + 1
        x0, y0 = np.clip(low, 0, self._size_wh)
        x1, y1 = np.clip(high, 0, self._size_wh)
        return slice(int(y0), int(y1)), slice(int(x0), int(x1))


def _blended(
    skin: NDArray[np.uint8], under: NDArray[np.uint8], cover: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Skin over what lies under it; cover: (H, W) uint8 opacity."""
    share = cover.astype(np.float32) * np.float32(1 / 255)
    return np.asarray(cv2.blendLinear(skin, under, share, 1 - share), np.uint8)


def _add(source: NDArray[np.float32], field: NDArray[np.float32], box: Box) -> None:
    """Displace (h, w, 2) texture positions by the field of a box of the resting frame, in place."""
    corner = np.array(box[:2], np.float32)
    rest = (source + np.float32(0.5)) / np.float32(FINER) - np.float32(0.5) - corner
    moved = cv2.remap(field, rest, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    for _ in range(2):
        moved = cv2.remap(field, rest - moved, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    source -= moved * np.float32(FINER)
