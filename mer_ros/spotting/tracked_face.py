"""One face from frame to frame: its movement, its quality and its events.

Registration carries the landmarks from frame to frame; each detection of FaceMesh corrects them. See
``FaceWatcher``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import pose
from mer_ros.face.appearance import TextureMeasures
from mer_ros.face.compression import CompressionMeter
from mer_ros.face.covering import CoverDetector
from mer_ros.face.exposure import exposure
from mer_ros.face.geometry import interocular_px
from mer_ros.face.quality import blur_reason, sharpness
from mer_ros.face.tracker import Track
from mer_ros.motion.meter import Motion, MotionMeter
from mer_ros.runtime import Counters
from mer_ros.spotting.config import SpotterConfig, WatcherConfig
from mer_ros.spotting.crop_history import Crop
from mer_ros.spotting.event_reports import EventReports
from mer_ros.spotting.face_spotter import FaceSpotter
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.sensitivity import Sensitivity, weakest_events
from mer_ros.spotting.spotted import Spotted
from mer_ros.types import ExpressionEvent, Face, Frame

# A face is hidden if it is not detected for a steady interval plus this many detection intervals.
_MAX_MISSED_DETECTIONS = 1.5
_DRIFT_S = 0.16  # time constant of the averaged drift
_MAX_DRIFT = 0.04  # interocular distances: averaged drift above which a quiet face is re-anchored
_MAX_STEADY_DRIFT = 0.02  # interocular distances: averaged drift above which detections stay frequent
_MAX_DISTANCE = 0.2  # interocular distances: drift of one detection above which a face is re-anchored
_MAX_BLURRED_S = 2.0  # after this time a blurred face (a softer lens) is compared with its new sharpness


MakeSpotter: TypeAlias = Callable[[SpotterConfig, Counters], FaceSpotter]


class TrackedFace:
    """One face: its motion meter, its spotter and the crops that an event may need.

    frame: first frame in which the face is followed; track: its track; look: its texture there; run_id:
    prefix of the ids of its events; rejections: counters of rejected candidates by reason; fast_mode: see
    ``MotionMeter``; make_spotter: makes the spotter from its settings and these counters. spotter: that
    spotter.
    """

    def __init__(
        self,
        config: WatcherConfig,
        frame: Frame,
        track: Track,
        look: TextureMeasures,
        run_id: str,
        rejections: Counters,
        fast_mode: bool = False,
        make_spotter: MakeSpotter = FaceSpotter,
    ) -> None:
        self._config = config
        self._id = track.id
        self._meter = MotionMeter(frame.image, track.landmarks, fast_mode)
        self.spotter = make_spotter(config.spotter, rejections)
        self._reports = EventReports(run_id, track.id, frame)
        self.cover = CoverDetector()
        self.cover.update(frame.stamp_ns, look)
        self._compression = CompressionMeter()
        self._resting_sharpness: float | None = None
        self._last_reference_ns = self._last_detected_ns = self._last_sharp_ns = frame.stamp_ns
        self._last_unfit_ns = -1
        self._last_same_ns = frame.stamp_ns  # latest detection that surely showed this person
        self._last_measured_ns = frame.stamp_ns
        self._quality = ""
        self._detected = track.landmarks
        self._carried = track.landmarks  # carried by registration to the frame of the latest detection
        self._correction = np.zeros_like(track.landmarks)  # of the carried landmarks by the latest detection
        self._drift, self._lost_since_detection = 0.0, False
        self._confirmed: list[ExpressionEvent] = []  # by a gap or a new anchor, to be reported with a frame

    def reconfigure(self, config: WatcherConfig) -> None:
        """Use other settings from the next frame on; movement and learned noise are kept."""
        self._config = config
        self.spotter.reconfigure(config.spotter)

    @property
    def is_steady(self) -> bool:
        """Whether the carried landmarks agree with those that FaceMesh detects."""
        return self._drift <= _MAX_STEADY_DRIFT and not self.cover.is_suspect

    @property
    def expected(self) -> NDArray[np.float32] | None:
        """(468, 3) image pixels: the latest detection, carried along until ``note_detection_start``.

        None if registration has lost the face since that detection.
        """
        return None if self._lost_since_detection else self._carried + self._correction

    def sensitivity(self) -> Sensitivity | None:
        """Smallest detectable movement of this face now; None before the first crop."""
        last = self._reports.crops.last
        if last is None:
            return None
        over, under = exposure(last.image, self._meter.landmarks)
        noise = self.spotter.noise
        min_motion = self._config.spotter.min_motion
        return Sensitivity(
            id=self._id,
            interocular_px=interocular_px(self._meter.landmarks_in_image()),
            noise=noise.size,
            weakest=weakest_events(noise, self.spotter.required_snr, min_motion),
            over=over,
            under=under,
            quality=self._quality,
            compression=self._compression.words,
        )

    def set_fast_mode(self, fast_mode: bool) -> None:
        """Select the optical flow that is used from the next reference on."""
        self._meter.fast_mode = fast_mode

    def forget(self) -> None:
        """Discard all movement and crops, for example because of a gap in the stamps."""
        self._confirm(self.spotter.reset())
        self._reports.crops.clear()

    def flush(self) -> list[ExpressionEvent]:
        """The provisional events as final: no more frames of this face follow."""
        self._confirm(self.spotter.flush())
        return self._take_confirmed()

    def end(self) -> list[ExpressionEvent]:
        """The events as final that were over when the face was last itself; the others are withdrawn."""
        self._flush_before_change()
        return self._take_confirmed()

    def resume(self, frame: Frame, landmarks: NDArray[np.float32], look: TextureMeasures) -> None:
        """Follow the face again after it was lost. landmarks, look: as for ``apply_detection``."""
        self.apply_detection(frame, landmarks, look)
        self._anchor(frame)
        self._last_unfit_ns = self._last_measured_ns = frame.stamp_ns

    def _confirm(self, spotted: list[Spotted]) -> None:
        self._confirmed += self._events_of(spotted)

    def note_detection_start(self) -> None:
        """Record that FaceMesh runs on the next frame; pass the result to ``apply_detection``."""
        self._carried = self._meter.landmarks_in_image()

    def apply_detection(
        self, frame: Frame, landmarks: NDArray[np.float32], look: TextureMeasures, after_cut: bool = False
    ) -> None:
        """Process the (468, 3) landmarks detected in a frame; re-anchor if registration has drifted.

        look: texture of the face in this frame. after_cut: whether the picture is of another scene than at
        the detection before; no event spans that.
        """
        away = (self._carried - landmarks)[:, :2].mean(axis=0)
        distance = float(np.linalg.norm(away)) / interocular_px(landmarks)
        passed_s = (frame.stamp_ns - self._last_detected_ns) * 1e-9
        self._drift += passed_s / (passed_s + _DRIFT_S) * (distance - self._drift)
        self._detected, self._last_detected_ns = landmarks, frame.stamp_ns
        self._lost_since_detection = False
        self._correction = landmarks - self._carried
        self.cover.update(frame.stamp_ns, look, after_cut)
        if after_cut:
            self.note_cut(frame.stamp_ns)
            self._anchor(frame)
            return
        if not self.cover.is_suspect:
            self._last_same_ns = frame.stamp_ns
        blurred_s = (frame.stamp_ns - self._last_sharp_ns) * 1e-9
        drifted = distance > _MAX_DISTANCE or (self._drift > _MAX_DRIFT and self.spotter.is_quiet)
        if drifted or self.spotter.needs_anchor or blurred_s > _MAX_BLURRED_S:
            self._anchor(frame)

    def note_cut(self, stamp_ns: int) -> None:
        """The picture is of another scene from this frame on: no event spans that."""
        self._flush_before_change()
        self._last_unfit_ns = stamp_ns

    def step(self, frame: Frame) -> tuple[Face | None, list[ExpressionEvent]]:
        """Measure the next frame.

        Returns the face, None if it is outside the picture, and the events decided at this frame.
        """
        motion = self._meter.step(frame.image)
        self._lost_since_detection |= motion.lost
        sharp = sharpness(motion.grey)
        unclear = self._unclear_reason(frame.stamp_ns, sharp)
        if motion.lost:
            self._last_unfit_ns = frame.stamp_ns
            self._quality = unclear or "lost: the face no longer matches its reference image"
            if not unclear:  # an object in front of the face must not become its reference
                self._anchor(frame)
            elif (frame.stamp_ns - self._last_measured_ns) * 1e-9 > self._config.max_gap_s:
                self._confirm(self.spotter.flush())
            return self._face(frame, motion, unclear), self._take_confirmed()
        if (frame.stamp_ns - self._last_measured_ns) * 1e-9 > self._config.max_gap_s:
            self.forget()
        self._last_measured_ns = frame.stamp_ns
        measurement = FaceMeasurement(motion.groups, sharp, motion.turn, self._compression.frozen)
        spotted = self.spotter.update(frame.stamp_ns, measurement)
        face = self._face(frame, motion, unclear)
        if face is None:
            self._last_unfit_ns, self._quality = frame.stamp_ns, "outside the image"
            return None, self._report(frame, spotted)
        self._quality = face.quality
        self._compression.update(frame.stamp_ns, frame.image, face.roi_xywh)
        if face.quality:
            self._last_unfit_ns = frame.stamp_ns
        affines = motion.crop_from_image, motion.registered_from_crop
        self._reports.crops.add(Crop(frame.stamp_ns, motion.crop, *affines, face.roi_xywh))
        events = self._report(frame, spotted)
        if self.spotter.is_quiet:
            self._take_quiet_frame(frame.stamp_ns, motion, sharp, bool(unclear))
        return face, events

    def _report(self, frame: Frame, spotted: list[Spotted]) -> list[ExpressionEvent]:
        """The events to report at a frame: confirmed, decided and new ones, if the face could be judged."""
        self._reports.origin = frame.source, frame.frame_id
        return self._take_confirmed() + self._events_of(spotted)

    def _events_of(self, spotted: list[Spotted]) -> list[ExpressionEvent]:
        """The events of these reports, if the face could be judged."""
        return self._reports.of(spotted, self._meter.landmarks, self._last_unfit_ns)

    def _flush_before_change(self) -> None:
        """Confirm what was over when the face was last itself; the rest is withdrawn."""
        self._confirm(self._reports.over_at(self.spotter.flush(), self._last_same_ns))

    def _take_confirmed(self) -> list[ExpressionEvent]:
        confirmed, self._confirmed = self._confirmed, []
        return confirmed

    def _unclear_reason(self, stamp_ns: int, sharp: float) -> str:
        """Short reason why this frame does not show the face well enough; empty if it does."""
        if self._resting_sharpness is None:
            self._resting_sharpness = sharp
        hidden_s = (stamp_ns - self._last_detected_ns) * 1e-9
        missed_s = _MAX_MISSED_DETECTIONS * self._config.detection_interval_s
        if hidden_s > self._config.steady_detection_interval_s + missed_s:
            return f"covered: not found for {hidden_s * 1000:.0f} ms"
        blurred = blur_reason(sharp, self._resting_sharpness)
        if not blurred:
            self._last_sharp_ns = stamp_ns
        return self.cover.reason or blurred

    def _take_quiet_frame(self, stamp_ns: int, motion: Motion, sharp: float, unclear: bool) -> None:
        """Drop old crops, average the frame into the next reference, renew an old reference."""
        self._reports.crops.forget_old(stamp_ns)
        if unclear:
            return
        self._meter.add_quiet_frame(motion)
        self.spotter.add_quiet_frame()
        if (stamp_ns - self._last_reference_ns) * 1e-9 > self._config.max_reference_age_s:
            self._resting_sharpness = sharp
            self._meter.renew_reference()
            self.spotter.renew_reference()
            self._last_reference_ns = stamp_ns

    def _anchor(self, frame: Frame) -> None:
        """Restart from this frame and the latest detection."""
        self._meter.anchor(frame.image, self._detected)
        self._carried = self._detected
        self._correction = np.zeros_like(self._detected)
        self.forget()
        self._resting_sharpness = None
        self._last_reference_ns = self._last_sharp_ns = frame.stamp_ns
        self._drift = 0.0

    def _face(self, frame: Frame, motion: Motion, unclear: str) -> Face | None:
        landmarks = self._meter.landmarks_in_image()
        height, width = frame.image.shape[:2]
        roi = pose.box_xywh(landmarks, (width, height))
        if roi is None:
            return None
        # carried landmarks follow shift and roll of the head; only a detection measures its yaw and pitch
        yaw, pitch, _ = pose.yaw_pitch_roll(self._detected)
        roll = pose.yaw_pitch_roll(landmarks)[2]
        gates = self._config.min_interocular_px, self._config.max_turn_rad
        unfit = pose.unfit_reason(landmarks, (width, height), *gates, (yaw, pitch))
        return Face(
            id=self._id,
            roi_xywh=roi,
            confidence=min(max(motion.agreement, 0.0), 1.0),
            landmarks=landmarks,
            yaw=yaw,
            pitch=pitch,
            roll=roll,
            interocular_px=interocular_px(landmarks),
            motion=self.spotter.motion,
            quality=unfit or unclear,
        )
