"""One face from frame to frame: carried by registration, held against FaceMesh, its events spotted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import pose
from mer_ros.face.exposure import exposure
from mer_ros.face.geometry import interocular_px
from mer_ros.face.quality import RestingAppearance, Seen
from mer_ros.face.tracker import Track
from mer_ros.motion.meter import Motion, MotionMeter
from mer_ros.runtime import Counters
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.crop_history import Crop, CropHistory
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.sensitivity import Sensitivity, weakest_events
from mer_ros.spotting.spotter import Spotted, Spotter
from mer_ros.types import ExpressionEvent, Face, Frame

_HIDDEN_LOOKS = 1.5  # a face not found for longer than this many looks beyond a steady one is hidden
_DRIFT_S = 0.16  # time constant with which drift is averaged
_DRIFTS, _STEADY_DRIFT = 0.04, 0.02  # interocular distances: anchor anew; keep a closer eye on it
_ACCEPTED_S = 2.0  # what is seen as unclear for this long (glasses put on, a softer lens) is how it looks now


class TrackedFace:
    """One face: its meter, its spotter and the crops of the moments that an event may need."""

    def __init__(
        self,
        config: WatcherConfig,
        frame: Frame,
        track: Track,
        run: str,
        passed_over: Counters,
        hurried: bool = False,
    ) -> None:
        self._config = config
        self._run = run
        self._id = track.id
        self._meter = MotionMeter(frame.image, track.landmarks, hurried)
        self._spotter = Spotter(config.spotter, passed_over)
        self._crops = CropHistory()
        self._look: RestingAppearance | None = None
        self._reference_ns = self._seen_ns = self._clear_ns = frame.stamp_ns
        self._unfit_ns = -1
        self._measured_ns = frame.stamp_ns
        self._quality = ""
        self._seen = self._carried = track.landmarks
        self._drift = 0.0
        self._events = 0

    @property
    def steady(self) -> bool:
        """Whether the landmarks that are carried along lie where FaceMesh sees them."""
        return self._drift <= _STEADY_DRIFT

    @property
    def sight(self) -> Sensitivity | None:
        """How well this face is seen, None before there is a crop of it."""
        last = self._crops.last
        if last is None:
            return None
        over, under = exposure(last.image, self._meter.landmarks)
        return Sensitivity(
            id=self._id,
            interocular_px=interocular_px(self._meter.landmarks_in_image()),
            noise=self._spotter.chance.size,
            weakest=weakest_events(
                self._spotter.chance, self._spotter.least_snr, self._config.spotter.min_motion
            ),
            over=over,
            under=under,
            quality=self._quality,
        )

    def hurry(self, hurried: bool) -> None:
        """Tell whether there is little time for each look from now on."""
        self._meter.hurried = hurried

    def forget(self) -> None:
        """Discard the windows: what lies before a gap says nothing about what comes after."""
        self._spotter.reset()
        self._crops.clear()

    def looked_at(self) -> None:
        """Tell that FaceMesh looks at the next frame, and will be heard of by ``check``."""
        self._carried = self._meter.landmarks_in_image()

    def check(self, frame: Frame, landmarks: NDArray[np.float32]) -> None:
        """Anchor anew where registration had drifted away from what FaceMesh saw in that frame."""
        away = (self._carried - landmarks)[:, :2].mean(axis=0)
        distance = float(np.linalg.norm(away)) / interocular_px(landmarks)
        passed_s = (frame.stamp_ns - self._seen_ns) * 1e-9
        self._drift += passed_s / (passed_s + _DRIFT_S) * (distance - self._drift)
        self._seen, self._seen_ns = landmarks, frame.stamp_ns
        unclear_s = (frame.stamp_ns - self._clear_ns) * 1e-9
        drifted = distance > 0.2 or (self._drift > _DRIFTS and self._spotter.quiet)
        if drifted or self._spotter.overdue or unclear_s > _ACCEPTED_S:
            self._anchor(frame)

    def step(self, frame: Frame) -> tuple[Face | None, ExpressionEvent | None]:
        """Measure this frame."""
        motion = self._meter.step(frame.image)
        seen = Seen(motion.grey)
        unclear = self._why_unclear(frame.stamp_ns, seen)
        if motion.lost:
            self._unfit_ns, self._quality = frame.stamp_ns, unclear or "lost: its reference no longer fits"
            if not unclear:  # what hides a face must not become its reference
                self._anchor(frame)
            return self._face(frame, motion, unclear), None
        if (frame.stamp_ns - self._measured_ns) * 1e-9 > self._config.gap_s:
            self.forget()
        self._measured_ns = frame.stamp_ns
        look = FaceMeasurement(motion.groups, motion.lids, seen.sharpness, motion.turn)
        spotted = self._spotter.update(frame.stamp_ns, look)
        face = self._face(frame, motion, unclear)
        if face is None:
            self._unfit_ns, self._quality = frame.stamp_ns, "outside the picture"
            return None, None
        self._quality = face.quality
        if face.quality:
            self._unfit_ns = frame.stamp_ns
        self._crops.add(Crop(frame.stamp_ns, motion.crop, motion.crop_from_image, face.roi_xywh))
        was_fit = spotted is not None and spotted.onset_ns > self._unfit_ns
        event = self._event(frame, spotted) if spotted is not None and was_fit else None
        if self._spotter.quiet:
            self._rest(frame.stamp_ns, motion, seen, bool(unclear))
        return face, event

    def _why_unclear(self, stamp_ns: int, seen: Seen) -> str:
        """Empty, or why this frame does not show the face well enough."""
        if self._look is None:
            self._look = RestingAppearance(seen)
        hidden_s = (stamp_ns - self._seen_ns) * 1e-9
        if hidden_s > self._config.steady_interval_s + _HIDDEN_LOOKS * self._config.mesh_interval_s:
            return f"covered: not found for {hidden_s * 1000:.0f} ms"
        unclear = self._look.why_unclear(seen)
        if not unclear:
            self._clear_ns = stamp_ns
        return unclear

    def _rest(self, stamp_ns: int, motion: Motion, seen: Seen, unclear: bool) -> None:
        """Use a quiet moment: forget old crops, let the reference grow and now and then renew it."""
        self._crops.forget_old(stamp_ns)
        if unclear:
            return
        self._meter.rest(motion)
        self._spotter.rest()
        if (stamp_ns - self._reference_ns) * 1e-9 > self._config.renew_s:
            self._look = RestingAppearance(seen)
            self._meter.renew()
            self._spotter.shift_rest()
            self._reference_ns = stamp_ns

    def _anchor(self, frame: Frame) -> None:
        self._meter.anchor(frame.image, self._seen)
        self._carried = self._seen
        self._spotter.reset()
        self._crops.clear()
        self._look = None
        self._reference_ns = self._clear_ns = frame.stamp_ns
        self._drift = 0.0

    def _face(self, frame: Frame, motion: Motion, unclear: str) -> Face | None:
        landmarks = self._meter.landmarks_in_image()
        height, width = frame.image.shape[:2]
        roi = pose.box_xywh(landmarks, (width, height))
        if roi is None:
            return None
        # carried landmarks sway and roll with the head; how far it is turned only a look of FaceMesh tells
        yaw, pitch, _ = pose.yaw_pitch_roll(self._seen)
        roll = pose.yaw_pitch_roll(landmarks)[2]
        gates = self._config.min_interocular_px, self._config.max_turn_rad
        unfit = pose.why_unfit(landmarks, (width, height), *gates, (yaw, pitch))
        return Face(
            id=self._id,
            roi_xywh=roi,
            confidence=min(max(motion.agreement, 0.0), 1.0),
            landmarks=landmarks,
            yaw=yaw,
            pitch=pitch,
            roll=roll,
            interocular_px=interocular_px(landmarks),
            motion=self._spotter.motion,
            quality=unfit or unclear,
        )

    def _event(self, frame: Frame, spotted: Spotted) -> ExpressionEvent | None:
        onset, apex = self._crops.nearest(spotted.onset_ns), self._crops.nearest(spotted.apex_ns)
        clip = self._crops.clip(spotted.onset_ns, spotted.offset_ns)
        if not clip:
            return None  # told so late that nothing of it is left to show
        self._events += 1
        return ExpressionEvent(
            source=frame.source,
            frame_id=frame.frame_id,
            event_id=f"{self._run}-{self._id}-{self._events}",
            face_id=self._id,
            kind=spotted.kind,
            onset_ns=spotted.onset_ns,
            apex_ns=spotted.apex_ns,
            offset_ns=spotted.offset_ns,
            intensity=spotted.intensity,
            signal_to_noise=spotted.signal_to_noise,
            roi_xywh=apex.roi_xywh,
            crop_from_image=apex.from_image,
            landmarks=self._meter.landmarks,
            onset_frame_ns=onset.stamp_ns,
            apex_frame_ns=apex.stamp_ns,
            onset_face=onset.image,
            apex_face=apex.image,
            clip=clip,
        )
