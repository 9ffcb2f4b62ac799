"""Diagnostics of the tracker: checks once a second how well the camera's images arrive."""

from __future__ import annotations

import time
from collections import deque
from statistics import median

import numpy as np
from rclpy.qos import QoSProfile

from mer_ros.errors import quantity
from mer_ros.limits import NOTABLE_LOSS
from mer_ros.nodes.base.lifecycle import ERROR, OK, STALE, WARN, Health, MerLifecycleNode
from mer_ros.nodes.base.worker import QUEUE_FULL
from mer_ros.nodes.face_tracker.image_advice import ImageAdvice
from mer_ros.nodes.face_tracker.own_cameras import OwnCameras
from mer_ros.runtime import Throttle
from mer_ros.sources.playback import Playback
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.sensitivity import Sensitivity
from mer_ros.stream.gate import FrameGate
from mer_ros.stream.stamps import describe_rate

_PROCESSING = "processing"
_SILENT_S = 2.0  # without an image, until the topic is reported as silent
_END_KNOWN_S = 5.0  # without an image, until the silence of a camera that reports its end is a fault
_FIRST_IMAGE_S = 5.0  # without a first image, until a warning
_MAX_AGES = 2000  # samples between two reports
_BACK_S = 10.0  # after a silence, the message says so for this long
_OTHER_RATE = 0.2  # share by which a rate differs from the one that was logged
_OTHER_REPORTS = 3  # in a row, until the other rate is logged


class ImageHealth:
    """Counts images, measures their age, and looks up their publishers.

    received, processed, oversized: numbers of images since the start; oversized ones are longer than step x
    height. The tracker sets the following. encoding, image_bytes: of the last image. faces: sensitivity for
    each face, the largest face first. n_not_followed: number of faces that are not tracked. rejections:
    (reason, number) of movements rejected as expressions since the tracker was configured. judged: sentence
    on the share of judged frames. behind: whether images wait, so that less is searched.
    """

    def __init__(self, node: MerLifecycleNode) -> None:
        self._node = node
        self._throttle = Throttle(30.0)
        self._cameras = OwnCameras(node)
        self.start("", "")

    def start(
        self,
        source: str,
        topic: str,
        qos: QoSProfile | None = None,
        playback: Playback | None = None,
        compressed: bool = False,
    ) -> None:
        """Reset all counts.

        topic: resolved name of the image topic, whose subscription has ``qos``; or the name of the camera
        that ``playback`` plays. compressed: whether its images are compressed.
        """
        self.rejections: tuple[tuple[str, int], ...] = tuple((reason, 0) for reason in REASONS)
        self.judged, self.behind = "", False
        self._source, self._topic = source, topic
        self._advice: ImageAdvice | None = None
        self._cameras.close()
        if qos is not None and playback is None:
            self._advice = ImageAdvice(self._node, topic, qos, compressed)
        self.encoding, self.image_bytes = "", 0
        self._playback = playback
        self._started_s = time.monotonic()
        self._arrived_s = 0.0
        self.received = self.processed = self.oversized = 0
        self.faces: tuple[Sensitivity, ...] = ()
        self.n_not_followed = 0
        self._ages_s: deque[float] = deque(maxlen=_MAX_AGES)
        self._before = (0, 0, self._started_s)
        self._reported = (0, dict(self._node.drops.items()))
        self._logged_hz, self._n_other_rates = 0.0, 0
        self._is_silent, self._silences = False, 0
        self._back_s, self._silence_s = float("-inf"), 0.0  # when images came again, after how long
        self._logged_back_s = self._back_s

    def count_received(self) -> None:
        """Count a received image."""
        now = time.monotonic()
        if self.received and now - self._arrived_s > _SILENT_S:
            self._back_s, self._silence_s = now, now - self._arrived_s
            self._silences += 1
        self.received += 1
        self._arrived_s = now

    def count_processed(self, age_s: float) -> None:
        """Count an image whose faces were published ``age_s`` after its arrival."""
        self.processed += 1
        self._ages_s.append(age_s)

    def report(
        self, gate: FrameGate | None, enabled: bool, ended: bool = False, active: bool = True
    ) -> Health:
        """Level, message and values for the diagnostics.

        ended: whether a recording is processed. active: whether the node is; if not, no image is expected.
        """
        now = time.monotonic()
        received, lost, then = self._before
        times = gate.stamps if gate else None
        lost_now = times.lost if times else 0
        seconds = max(now - then, 1e-3)
        fresh, fresh_lost = self.received - received, max(0, lost_now - lost)
        self._before = (self.received, lost_now, now)
        ages_s, self._ages_s = self._ages_s, deque(maxlen=_MAX_AGES)  # the worker thread appends meanwhile
        ages_ms = [1000 * s for s in list(ages_s)]
        rate_hz = times.rate_hz if times else 0.0
        values = {
            "source": self._source,
            "topic": self._topic,
            "enabled": str(enabled).lower(),
            "ended": str(ended).lower(),
            "received": str(self.received),
            "processed": str(self.processed),
            "longer_than_declared": str(self.oversized),
            "arrivals_hz": f"{fresh / seconds:.1f}",
            "camera_rate_hz": f"{rate_hz:.1f}",
            "camera_format": self._playback.format if self._playback else "",
            "jitter_ms": f"{1000 * times.jitter_s if times else 0:.2f}",
            "lost_by_stamp": str(lost_now),
            "repeated": str(times.repeated if times else 0),
            "gaps": str(times.gaps if times else 0),
            "silences": str(self._silences),
            "median_frame_age_ms": f"{median(ages_ms) if ages_ms else 0:.1f}",
            "worst_frame_age_ms": f"{max(ages_ms, default=0):.1f}",
            "behind": str(self.behind).lower(),
            **self._face_values(),
            **{f"rejected_{reason}": str(n) for reason, n in self.rejections},
            "judged": self.judged,
            "camera_fitness": self._fitness(rate_hz, times.repeated if times else 0),
        }
        if not enabled:
            return OK, "face processing is switched off", values
        if not active:
            self._cameras.close()
            return OK, "not active", values
        if received == 0 and self._advice:  # up to the report on the first images
            self._cameras.watch(self._advice.own_cameras)
        if fresh:
            self._log_rate(rate_hz)
        self._log_return()
        new_drops = self._new_drops()
        level, words = self._judge(now, gate, fresh, fresh_lost, new_drops)
        if words == _PROCESSING and now - self._back_s < _BACK_S:
            words += f"; {self._returned}"
        elif lost_now and words == _PROCESSING:
            words += f"; frames {self._loss} since activation: {lost_now}"
            words += f", published by {self._advice.publishers}" if self._advice else ""
        return level, words, values

    def _log_rate(self, rate_hz: float) -> None:
        """Log the rate of the camera, and again if it turns out to be another one."""
        if not rate_hz:
            return
        logger, logged_hz = self._node.get_logger(), self._logged_hz
        if not logged_hz:
            self._logged_hz = rate_hz
            logger.info(f"camera: {describe_rate(rate_hz)}")
            return
        differs = abs(rate_hz - logged_hz) > _OTHER_RATE * logged_hz
        self._n_other_rates = self._n_other_rates + 1 if differs else 0
        if self._n_other_rates >= _OTHER_REPORTS and self._throttle.ready("rate"):
            self._logged_hz, self._n_other_rates = rate_hz, 0
            logger.info(f"camera: {describe_rate(rate_hz)}; it was logged as {logged_hz:.0f} Hz before")

    @property
    def _returned(self) -> str:
        return f"{self._topic} is back after {self._silence_s:.1f} s"

    def _log_return(self) -> None:
        """Log the end of a silence once; ``Playback`` logs the return of a camera that was unplugged."""
        if self._logged_back_s != self._back_s:
            if self._is_silent or self._playback is None:
                self._node.get_logger().info(self._returned)
            self._logged_back_s, self._is_silent = self._back_s, False

    def _judge_silence(self, silent_s: float) -> tuple[bytes, str]:
        """Level and sentence on a topic that has fallen silent, which is logged once.

        A recording of the camera node that has ended is no fault.
        """
        if self._cameras.ended:
            return OK, f"{self._topic} has ended"
        since = time.strftime("%H:%M:%S", time.localtime(time.time() - silent_s))
        if not self._is_silent and (silent_s > _END_KNOWN_S or not self._cameras.watching):
            self._is_silent = True
            self._node.get_logger().warning(
                f"{self._topic} has been silent since {since}: check whether the camera still sends."
            )
        return STALE, f"no image for {silent_s:.0f} s: {self._topic} has been silent since {since}"

    def _face_values(self) -> dict[str, str]:
        """Sensitivity for the largest face; empty values if there is none."""
        face = self.faces[0] if self.faces else None
        return {
            "faces": str(len(self.faces)),
            "faces_not_followed": str(self.n_not_followed),
            "interocular_px": f"{face.interocular_px:.0f}" if face else "",
            "over_exposed": f"{face.over:.3f}" if face else "",
            "under_exposed": f"{face.under:.3f}" if face else "",
            "noise_floor": f"{float(np.median(face.noise)):.5f}" if face else "",
            "weakest_motion": f"{face.weakest.min():.5f}" if face else "",
            "weakest_motion_px": f"{face.weakest.min() * face.interocular_px:.2f}" if face else "",
        }

    def _fitness(self, rate_hz: float, repeated: int) -> str:
        """Sentence with the shortest and the weakest event that can be resolved now."""
        share = repeated / max(self.received, 1)
        repeats = f"; {share:.0%} of the images repeat the one before" if share > NOTABLE_LOSS else ""
        weakest = (
            str(self.faces[0])
            if self.faces
            else "weakest detectable movement unknown, because no face is tracked"
        )
        return f"{describe_rate(rate_hz)}{repeats}; {weakest}"

    def _new_drops(self) -> tuple[int, dict[str, int]]:
        """Number of processed images, and of drops by reason, since the last report."""
        processed, before = self._reported
        drops = dict(self._node.drops.items())
        self._reported = (self.processed, drops)
        return self.processed - processed, {r: n - before[r] for r, n in drops.items() if n > before[r]}

    def _judge(
        self,
        now: float,
        gate: FrameGate | None,
        fresh: int,
        fresh_lost: int,
        new_drops: tuple[int, dict[str, int]],
    ) -> tuple[bytes, str]:
        if not self._topic:
            return OK, "not subscribed yet"
        if self._playback is not None and self._playback.failure:
            return ERROR, self._playback.failure
        if self._playback is not None and self._playback.absent:
            return WARN, self._playback.absent
        if self._playback is not None and self._playback.ended:
            return OK, f"{self._topic} has ended after {quantity(self._playback.frames_sent, 'frame')}"
        if not self.received and self._playback is not None:
            return OK, f"waiting for images from {self._topic}"
        silent = now - self._arrived_s > _SILENT_S  # no image yet, or none for two seconds
        if silent and self._advice and (incompatible := self._advice.incompatibility()):
            if self._throttle.ready(incompatible):
                self._node.get_logger().error(incompatible)
            return ERROR, incompatible
        if not self.received:
            if now - self._started_s < _FIRST_IMAGE_S or self._cameras.waiting:
                return OK, f"waiting for images on {self._topic}"
            assert self._advice is not None
            sentence = f"no image has arrived on {self._topic}: {self._advice.against_silence()}"
            if self._throttle.ready("never"):
                self._node.get_logger().warning(sentence)
            return WARN, sentence
        if silent:
            return self._judge_silence(now - self._arrived_s)
        if gate and gate.has_second_camera(now):
            return (
                ERROR,
                f"a second camera, '{gate.second_frame_id}', publishes on {self._topic}: its images are "
                "dropped",
            )
        processed, drops = new_drops
        total = sum(drops.values())
        has_invalid = bool(drops.keys() - {QUEUE_FULL})
        if has_invalid or total > NOTABLE_LOSS * max(fresh, 1):
            worst = max(drops, key=lambda reason: drops[reason])
            share = f"{quantity(total, 'image')} dropped in the last second"
            share = share if processed else "all images dropped in the last second"
            words = f"{share}, most for {worst}: {self._node.last_messages.get(worst, '')}"
            return (WARN if processed else ERROR), words
        if fresh_lost > NOTABLE_LOSS * max(fresh, 1):
            share = f"{fresh_lost} of {quantity(fresh + fresh_lost, 'frame')} in the last second"
            remedy = self._against_loss()
            sentence = f"{self._loss}: {share}: {remedy}" if remedy else f"{self._loss}: {share}."
            if self._throttle.ready("lost"):
                self._node.get_logger().warning(sentence)
            return WARN, sentence
        if self._playback is not None and self._playback.rate_warning:
            return WARN, self._playback.rate_warning
        return OK, _PROCESSING

    def _against_loss(self) -> str:
        """What to do against lost frames; empty for frames that a recording lacks."""
        if self._plays_a_recording:
            return ""
        if self._advice is None:
            return "lower the frame rate of the camera, or the load of this machine."
        self._advice.encoding, self._advice.image_bytes = self.encoding, self.image_bytes
        return self._advice.against_loss()

    @property
    def _plays_a_recording(self) -> bool:
        return self._playback is not None and not self._playback.live

    @property
    def _loss(self) -> str:
        """What lost frames are, in words."""
        return "missing in the recording" if self._plays_a_recording else "lost in transport or never sent"
