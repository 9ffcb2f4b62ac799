"""A rendered clip: one subject moves along a timeline of known events, before a camera."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.camera import SimulatedCamera, lost_frames
from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.data.synthetic.generator import GENERATOR_VERSION
from mer_ros.data.synthetic.head_motion import HeadPose
from mer_ros.data.synthetic.light import Light
from mer_ros.data.synthetic.nuisances import LID_FOLLOWS, TALK_UNITS
from mer_ros.data.synthetic.photograph import Photograph
from mer_ros.data.synthetic.scenes import N_LANDMARKS, scene_of
from mer_ros.data.synthetic.subject import DEMO_SUBJECTS, Subject, make_subject
from mer_ros.data.synthetic.timeline import Timeline, TrueEvent, make_timeline
from mer_ros.errors import ConfigError, InputError

FACE_WIDTH_PX = 150.0
"""Width of the box of the landmarks, before the subject's geometry, to which lengths in conditions refer."""

PHOTOGRAPH = "photograph"
"""The head of a clip unless another is chosen."""

_BLUR_STEP_PX, _MOST_INSTANTS = 0.7, 4
"""Movement per instant that an open shutter averages, and the largest number of instants."""


class SyntheticClip:
    """A clip that is rendered frame by frame; a frame depends only on its index and these arguments.

    Parameters
    ----------
    subject, timeline : the face and its events.
    seed : seed of noise and lost frames.
    fps : frame rate; the times of events do not depend on it.
    size_wh : frame size, pixels.
    amplitude_px : largest landmark displacement of a micro-expression at its apex, frame pixels.
    conditions : head, light and camera.
    face_width_px : width of the box of the landmarks, before the subject's geometry.
    photograph : the picture to move, for the head of the photograph only; the built-in one if None.

    Raises ConfigError for sizes and rates out of range.
    """

    def __init__(
        self,
        subject: Subject,
        timeline: Timeline,
        seed: int,
        fps: float = 200.0,
        size_wh: tuple[int, int] = (640, 480),
        amplitude_px: float = 2.0,
        conditions: Conditions | None = None,
        *,
        face_width_px: float = FACE_WIDTH_PX,
        photograph: Photograph | None = None,
    ) -> None:
        if fps <= 0 or face_width_px < 40 or min(size_wh) < 1.4 * face_width_px:
            raise ConfigError(
                "a clip needs fps > 0, a face of 40 px or more and a frame 1.4 times as large, found "
                f"fps={fps}, face_width_px={face_width_px}, size_wh={size_wh}: choose other values"
            )
        self.subject, self.timeline, self.fps, self.size_wh = subject, timeline, float(fps), size_wh
        self.amplitude_px, self.conditions = amplitude_px, conditions or Conditions()
        self._person = scene_of(subject, size_wh, face_width_px, self.conditions.tone, photograph)
        self._enlarged = face_width_px / FACE_WIDTH_PX
        self._light = Light(self.conditions, timeline, size_wh)
        self._camera = SimulatedCamera(self.conditions, timeline.nuisances.refocuses, seed, size_wh, fps)
        self._speech = [self._both(unit) for unit in TALK_UNITS] if timeline.nuisances.talks else []
        self._lid_up = self._both("AU5") if timeline.nuisances.glances else None
        self._displaced: tuple[int, dict[str, NDArray[np.float64]]] = (-1, {})
        self._expression: tuple[int, dict[str, NDArray[np.float32]]] = (-1, {})
        self.lost = lost_frames(seed, self.n_frames, self.conditions.dropped)

    @property
    def truth(self) -> list[TrueEvent]:
        """The expressions of the timeline, in order."""
        return list(self.timeline.events)

    @property
    def duration_s(self) -> float:
        """Length of the clip, s."""
        return self.timeline.duration_s

    @property
    def n_frames(self) -> int:
        """Number of frames, including the lost ones."""
        return int(self.timeline.duration_s * self.fps)

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Index and picture of all frames that are not lost, in order."""
        for i in np.flatnonzero(~self.lost):
            yield int(i), self.render(int(i))

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Time at which the shutter opens, ns, and picture of all frames that are not lost, in order."""
        return ((round(i / self.fps * 1e9), picture) for i, picture in self.frames())

    def render(self, i: int) -> NDArray[np.uint8]:
        """Frame ``i``: (H, W, 3) uint8, BGR; the shutter opens at ``i / fps`` seconds."""
        time_s, open_s = self._time_s(i), self._camera.open_s
        instants = self._instants(time_s, open_s)
        scene = self._scene(instants[0])
        if len(instants) > 1:
            total = scene.astype(np.float32)
            for instant in instants[1:]:
                cv2.accumulate(self._scene(instant), total)
            scene = cv2.convertScaleAbs(total, alpha=1 / len(instants))
        return self._camera.take(self._light.shine(scene, time_s, open_s), time_s, i)

    def true_landmarks(self, i: int) -> NDArray[np.float64]:
        """(468, 2) positions of the landmarks, frame pixels, when the shutter opens for frame ``i``.

        They do not include blinks, speech and the lid movement of a glance.
        """
        return self._landmarks_at(self._time_s(i))

    def true_expression(self, i: int) -> NDArray[np.float64]:
        """(468, 2) displacement of the landmarks by the expression alone in frame ``i``, frame pixels."""
        time_s = self._time_s(i)
        return self._landmarks_at(time_s) - self._person.move(self._person.landmarks, self._pose(time_s))

    def _time_s(self, i: int) -> float:
        if not 0 <= i < self.n_frames:
            raise InputError(f"the clip has frames 0 to {self.n_frames - 1}, found {i}: use one of these")
        return i / self.fps

    def _instants(self, time_s: float, open_s: float) -> list[float]:
        """The moments that are averaged for an open shutter; more of them if the face moves fast."""
        if open_s == 0:
            return [time_s]
        path = self._landmarks_at(time_s + open_s) - self._landmarks_at(time_s)
        n = int(np.clip(np.ceil(np.abs(path).max() / _BLUR_STEP_PX), 1, _MOST_INSTANTS))
        return [time_s + open_s * (k + 0.5) / n for k in range(n)]

    def _landmarks_at(self, time_s: float) -> NDArray[np.float64]:
        points = self._person.landmarks
        index = self.timeline.event_at(time_s)
        if index is not None:
            levels = self.timeline.events[index].levels(time_s)
            points = points + sum(
                moved[:N_LANDMARKS, :2] * levels[unit] for unit, moved in self._moved(index).items()
            )
        return self._person.move(points, self._pose(time_s))

    def _scene(self, time_s: float) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 scene in front of the camera."""
        closure = max((blink.closure(time_s) for blink in self.timeline.nuisances.blinks), default=0.0)
        return self._person.draw(self._pose(time_s), self._face_field(time_s), closure)

    def _pose(self, time_s: float) -> HeadPose:
        c = self.conditions
        sway = [one.at(time_s) for one in self.timeline.sway]
        shift = c.sway_px * self._enlarged
        roll, yaw, pitch = np.deg2rad([c.roll_deg, c.yaw_deg, c.pitch_deg]) * sway[2:5]
        for gesture in self.timeline.nuisances.gestures:
            swing = np.deg2rad(c.gesture_deg) * gesture.swing(time_s)
            yaw, pitch = (yaw + swing, pitch) if gesture.shake else (yaw, pitch + swing)
        growth = c.approach * sway[5] + self._camera.growth(time_s)
        return HeadPose(shift * sway[0], shift * sway[1], roll, yaw, pitch, growth)

    def _face_field(self, time_s: float) -> NDArray[np.float32] | None:
        """The field of all movements of the resting face at a time; None if there is none."""
        parts: list[tuple[float, NDArray[np.float32]]] = []
        index = self.timeline.event_at(time_s)
        if index is not None:
            at = self.timeline.events[index].levels(time_s)
            parts += [(at[unit], field) for unit, field in self._fields(index).items()]
        for talk in self.timeline.nuisances.talks:
            if talk.start_s < time_s < talk.end_s:
                levels_px = talk.levels(time_s) * self.conditions.talk_px * self._enlarged
                parts += zip(levels_px.tolist(), self._speech, strict=True)
        for glance in self.timeline.nuisances.glances:
            level = glance.level(time_s) * self.conditions.glance_px * self._enlarged
            if level > 0 and self._lid_up is not None:
                parts.append((level, self._person.gaze(glance.right, glance.down)))
                parts.append((-level * glance.down * LID_FOLLOWS, self._lid_up))
        parts = [(amount, field) for amount, field in parts if amount]
        if not parts:
            return None
        total = parts[0][1] * np.float32(parts[0][0])
        for amount, field in parts[1:]:
            cv2.scaleAdd(field, amount, total, dst=total)
        return total

    def _moved(self, k: int) -> dict[str, NDArray[np.float64]]:
        """Displacement of the control points by each unit at the peak of event ``k``, frame pixels."""
        if self._displaced[0] != k:
            self._displaced = (k, self._displacements(k))
        return self._displaced[1]

    def _displacements(self, k: int) -> dict[str, NDArray[np.float64]]:
        event = self.timeline.events[k]
        moved = {
            unit: self._person.displacement({n: s for n, s in event.strengths.items() if n[:-1] == unit})
            for unit in event.units
        }
        peak = _longest(np.sum(list(moved.values()), axis=0))
        scale = self.amplitude_px * event.gain / max(peak, 1e-9)
        return {unit: field * scale for unit, field in moved.items()}

    def _fields(self, k: int) -> dict[str, NDArray[np.float32]]:
        """The field of each unit of event ``k``; the fields of one event are cached."""
        if self._expression[0] != k:
            self._expression = (k, {unit: self._person.field(m) for unit, m in self._moved(k).items()})
        return self._expression[1]

    def _both(self, unit: str) -> NDArray[np.float32]:
        """The field of a unit on both sides, with a largest landmark displacement of 1 pixel."""
        moved = self._person.displacement({unit + "R": 1.0, unit + "L": 1.0})
        return self._person.field(moved / _longest(moved))


def _longest(displacement: NDArray[np.float64]) -> float:
    """Length of the largest displacement of a landmark among (P, 2 or 3) of the control points."""
    return float(np.linalg.norm(displacement[:N_LANDMARKS, :2], axis=1).max())


def demo_subject(seed: int, version: str = GENERATOR_VERSION, head: str = PHOTOGRAPH) -> Subject:
    """The subject of the clip with this seed; no model was trained on these subjects.

    head: name of a head of the generator; "" spreads the seeds over all heads.
    """
    return make_subject(DEMO_SUBJECTS[seed % len(DEMO_SUBJECTS)], head=head, version=version)


def synthetic_timeline(
    seed: int,
    n_events: int = 14,
    conditions: Conditions | None = None,
    typical: bool = True,
    duration_s: float | None = None,
    *,
    version: str = GENERATOR_VERSION,
) -> Timeline:
    """The timeline of the clip with this seed, without rendering; it is the same for every head.

    version: of the generator.
    """
    subject = demo_subject(seed, version)
    return make_timeline(seed, subject, n_events, conditions or Conditions(), typical, duration_s)


def synthetic_clip(
    seed: int,
    fps: float = 200.0,
    size_wh: tuple[int, int] = (640, 480),
    amplitude_px: float = 2.0,
    n_events: int = 14,
    conditions: Conditions | None = None,
    *,
    typical: bool = True,
    duration_s: float | None = None,
    face_width_px: float = FACE_WIDTH_PX,
    photograph: Photograph | None = None,
    version: str = GENERATOR_VERSION,
    head: str = PHOTOGRAPH,
) -> SyntheticClip:
    """The clip with this seed: subject, timeline and noise.

    version, head: see ``demo_subject``. For the other arguments see ``SyntheticClip`` and ``make_timeline``.
    """
    return SyntheticClip(
        demo_subject(seed, version, head),
        synthetic_timeline(seed, n_events, conditions, typical, duration_s, version=version),
        seed,
        fps,
        size_wh,
        amplitude_px,
        conditions,
        face_width_px=face_width_px,
        photograph=photograph,
    )
