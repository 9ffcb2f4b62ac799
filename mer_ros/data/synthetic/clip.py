"""A rendered demo clip: the photograph, made one subject, moving by a script whose truth is known."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.dense import dense_weights, pixel_grid
from mer_ros.data.synthetic.eyelids import Eyelids
from mer_ros.data.synthetic.head_motion import HeadMotion, HeadPose
from mer_ros.data.synthetic.sensor import SensorNoise
from mer_ros.data.synthetic.stage import FINER, Stage
from mer_ros.data.synthetic.subject import DEMO_SUBJECTS, Subject, make_subject
from mer_ros.data.synthetic.timeline import Timeline, TrueEvent, make_timeline
from mer_ros.errors import ConfigError, InputError

FACE_WIDTH_PX = 150.0
REACH = 0.25
"""Margin of the moving region round the landmarks, as a share of the face's size."""


def demo_subject(seed: int) -> Subject:
    """Who is seen in the clip of a seed; never one that a model was trained on."""
    return make_subject(DEMO_SUBJECTS[seed % len(DEMO_SUBJECTS)])


def script(seed: int, n_events: int = 14) -> Timeline:
    """What happens in the clip of a seed, without rendering anything."""
    return make_timeline(seed, demo_subject(seed), n_events)


class DemoClip:
    """A clip that is rendered frame by frame: a frame depends on its index and the arguments here only.

    Parameters
    ----------
    seed : script and subject.
    fps : frames a second; the script's times do not depend on it.
    size_wh : frame size, pixels.
    amplitude_px : largest landmark displacement of a micro-expression at its apex, frame pixels.
    n_events : number of expressions; from 7 on every emotion appears.
    face_width_px : width of the landmarks' box before the subject's geometry.
    sway_px, roll_deg, turn_deg : the most that the head shifts, rolls, and turns (yaw and pitch).
    blinks : whether the eyes blink.
    noise_sigma : standard deviation of the sensor noise, grey levels.
    """

    def __init__(
        self,
        seed: int,
        fps: float = 200.0,
        size_wh: tuple[int, int] = (640, 480),
        amplitude_px: float = 2.0,
        n_events: int = 14,
        *,
        face_width_px: float = FACE_WIDTH_PX,
        sway_px: float = 3.0,
        roll_deg: float = 1.0,
        turn_deg: float = 2.5,
        blinks: bool = True,
        noise_sigma: float = 2.0,
    ) -> None:
        if fps <= 0 or face_width_px < 40 or min(size_wh) < 1.4 * face_width_px:
            raise ConfigError(
                "a clip needs fps > 0, a face of 40 px or more and a frame 1.4 times as large, found "
                f"fps={fps}, face_width_px={face_width_px}, size_wh={size_wh}: give others"
            )
        self.seed, self.fps, self.size_wh, self.amplitude_px = seed, float(fps), size_wh, amplitude_px
        self.subject: Subject = demo_subject(seed)
        self.timeline: Timeline = script(seed, n_events)
        self._limits = (sway_px, sway_px, *np.deg2rad([roll_deg, turn_deg, turn_deg]))
        self._blinks = blinks
        stage = Stage(self.subject, size_wh, face_width_px)
        self._texture = stage.texture
        self._landmarks = stage.landmarks
        self._head = HeadMotion(stage)
        self._lids = Eyelids(stage.landmarks, stage.px)
        self._box_xyxy = self._face_box()
        self._moved = [self._landmark_displacement(stage, event) for event in self.timeline.events]
        self._fields = self._expression_fields(stage.px)
        self._noise = SensorNoise(seed, size_wh, noise_sigma)

    @property
    def truth(self) -> list[TrueEvent]:
        """The scripted expressions, in order."""
        return list(self.timeline.events)

    @property
    def duration_s(self) -> float:
        """Length of the clip, seconds."""
        return self.timeline.duration_s

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return int(self.timeline.duration_s * self.fps)

    def render(self, i: int) -> NDArray[np.uint8]:
        """Frame ``i``: (H, W, 3) uint8, BGR, taken at ``i / fps`` seconds."""
        time_s = self._time_s(i)
        source = self._head.source_map(self._pose(time_s))
        index = self.timeline.event_at(time_s)
        closure = self.timeline.closure_at(time_s) if self._blinks else 0.0
        if index is not None:
            self._move_face(source, index, time_s)
        frame = np.asarray(cv2.remap(self._texture, source, None, cv2.INTER_LINEAR), np.uint8)
        if closure > 0:
            self._close_eyes(frame, source, closure)
        return self._noise.add(frame, i)

    def true_landmarks(self, i: int) -> NDArray[np.float64]:
        """(468, 2) where the landmarks are in frame ``i``, frame pixels (blinks left out)."""
        time_s = self._time_s(i)
        points = self._landmarks
        index = self.timeline.event_at(time_s)
        if index is not None:
            points = points + self._moved[index] * self.timeline.events[index].level(time_s)
        return self._head.move(points, self._pose(time_s))

    def _time_s(self, i: int) -> float:
        if not 0 <= i < self.n_frames:
            raise InputError(f"the clip has frames 0 to {self.n_frames - 1}, found {i}: ask for one of them")
        return i / self.fps

    def _pose(self, time_s: float) -> HeadPose:
        pairs = zip(self.timeline.sway, self._limits, strict=True)
        return HeadPose(*(sway.at(time_s) * most for sway, most in pairs))

    def _move_face(self, source: NDArray[np.float32], index: int, time_s: float) -> None:
        """Add an expression to (H, W, 2) texture positions, in place."""
        x0, y0, x1, y1 = self._box_xyxy
        view = source[y0:y1, x0:x1]
        level = np.float32(self.timeline.events[index].level(time_s))
        first, second = self._fields[index]
        field = (first + second * level) * level
        # the field belongs to the face at rest: look it up where the head's motion says each pixel was
        offset = np.array([0.5 / FINER - 0.5 - x0, 0.5 / FINER - 0.5 - y0], np.float32)
        local = view * np.float32(1 / FINER) + offset
        view += cv2.remap(field, local, None, cv2.INTER_LINEAR) * np.float32(FINER)

    def _close_eyes(self, frame: NDArray[np.uint8], source: NDArray[np.float32], closure: float) -> None:
        """Lay the lids over a rendered frame, in place."""
        x0, y0, x1, y1 = self._box_xyxy
        region = frame[y0:y1, x0:x1]
        position = (source[y0:y1, x0:x1] + np.float32(0.5)) / np.float32(FINER) - np.float32(0.5)
        for part, skin, cover in self._lids.skin(position, closure, (x0, y0)):
            texture_xy = (skin + np.float32(0.5)) * np.float32(FINER) - np.float32(0.5)
            lid = cv2.remap(self._texture, texture_xy, None, cv2.INTER_LINEAR)
            region[part] = np.rint(region[part] * (1 - cover) + lid * cover)

    def _face_box(self) -> tuple[int, int, int, int]:
        """The frame region in which expressions move anything."""
        low, high = self._landmarks.min(0), self._landmarks.max(0)
        margin = REACH * (high - low)
        x0, y0 = np.maximum(low - margin, 0).astype(int)
        x1, y1 = np.minimum(high + margin + 1, self.size_wh).astype(int)
        return int(x0), int(y0), int(x1), int(y1)

    def _landmark_displacement(self, stage: Stage, event: TrueEvent) -> NDArray[np.float64]:
        """(468, 2) frame pixels at the event's apex."""
        moved = np.zeros((len(self._landmarks), 3))
        for name, strength in event.strengths.items():
            moved += strength * self.subject.displacement(name[:-1], name[-1])
        flat = stage.canonical_to_frame(moved)
        return flat * (self.amplitude_px * event.gain / np.linalg.norm(flat, axis=1).max())

    def _expression_fields(self, px: float) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """For each event (h, w, 2) first and second: its backward field at level a is a first + a^2 second.

        A point at p moves to p + a e(p). What is seen at q was at q - a e(q) + a^2 (grad e) e + ...
        """
        x0, y0, x1, y1 = self._box_xyxy
        grid = pixel_grid(x1 - x0, y1 - y0) + (x0, y0)
        weights = dense_weights(self._landmarks, grid)
        fields = []
        for moved in self._moved:
            forward = (weights @ moved).reshape(y1 - y0, x1 - x0, 2).astype(np.float32)
            forward = cv2.GaussianBlur(forward, (0, 0), 0.012 * px)
            along_y, along_x = np.gradient(forward, axis=(0, 1))
            second = along_x * forward[..., :1] + along_y * forward[..., 1:]
            fields.append((-forward, second.astype(np.float32)))
        return fields
