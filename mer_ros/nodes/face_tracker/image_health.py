"""Diagnostics of the tracker: checks once a second how well the camera's images arrive."""

from __future__ import annotations

import os
import time
from collections import deque
from statistics import median

import numpy as np
from rclpy.qos import QoSCompatibility, QoSProfile, qos_check_compatible

from mer_ros.errors import quantity
from mer_ros.graph.catalogue import non_camera_nodes
from mer_ros.graph.transport_profile import (
    PROFILE_VARIABLES,
    loads_profile,
    shared_memory_problem,
    uses_fast_dds,
)
from mer_ros.limits import NOTABLE_LOSS
from mer_ros.nodes.base.lifecycle import ERROR, OK, STALE, WARN, Health, MerLifecycleNode
from mer_ros.runtime import QUEUE_FULL, Throttle
from mer_ros.sources.playback import Playback
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.sensitivity import Sensitivity
from mer_ros.stream.gate import FrameGate
from mer_ros.stream.stamps import describe_rate

_PROCESSING = "processing"
_SILENT_S = 2.0  # without an image, until the topic is reported as silent
_FIRST_IMAGE_S = 5.0  # without a first image, until a warning
_MAX_AGES = 2000  # samples between two reports
IMAGE_TYPES = ("sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage")


class ImageHealth:
    """Counts images, measures their age, and looks up their publishers.

    received, processed, oversized: numbers of images since the start; oversized ones are longer than step x
    height. The tracker sets the following. faces: sensitivity for each face, the largest face first.
    n_not_followed: number of faces that are not tracked. rejections: (reason, number) of movements rejected
    as expressions since the tracker was configured. judged: sentence on the share of judged frames.
    """

    def __init__(self, node: MerLifecycleNode) -> None:
        self._node = node
        self._throttle = Throttle(30.0)
        self.start("", "")

    def start(
        self, source: str, topic: str, qos: QoSProfile | None = None, playback: Playback | None = None
    ) -> None:
        """Reset all counts.

        topic: resolved name of the image topic, whose subscription has ``qos``; or the name of the camera
        that ``playback`` plays.
        """
        self.rejections: tuple[tuple[str, int], ...] = tuple((reason, 0) for reason in REASONS)
        self.judged = ""
        self._source, self._topic = source, topic
        self._qos = qos if playback is None else None
        self._playback = playback
        self._started_s = time.monotonic()
        self._arrived_s = 0.0
        self.received = self.processed = self.oversized = 0
        self.faces: tuple[Sensitivity, ...] = ()
        self.n_not_followed = 0
        self._ages_s: deque[float] = deque(maxlen=_MAX_AGES)
        self._before = (0, 0, self._started_s)
        self._reported = (0, dict(self._node.drops.items()))
        self._logged_rate = False

    def count_received(self) -> None:
        """Count a received image."""
        self.received += 1
        self._arrived_s = time.monotonic()

    def count_processed(self, age_s: float) -> None:
        """Count an image whose faces were published ``age_s`` after its arrival."""
        self.processed += 1
        self._ages_s.append(age_s)

    def _incompatibility(self) -> str:
        """Sentence that names a publisher with an incompatible quality of service, empty if there is none."""
        if self._qos is None:
            return ""
        for found in self._node.get_publishers_info_by_topic(self._topic):
            compatible, reason = qos_check_compatible(found.qos_profile, self._qos)
            if compatible == QoSCompatibility.ERROR:
                return (
                    f"{found.node_namespace.rstrip('/')}/{found.node_name} offers less on {self._topic} than "
                    f"{self._node.get_fully_qualified_name()} requests ({reason.strip().rstrip(';')}): no "
                    "image will arrive; set the parameter reliability of the tracker to best_effort."
                )
        return ""

    def report(self, gate: FrameGate | None, enabled: bool, ended: bool = False) -> Health:
        """Level, message and values for the diagnostics. ended: whether a recording is processed."""
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
            "median_frame_age_ms": f"{median(ages_ms) if ages_ms else 0:.1f}",
            "worst_frame_age_ms": f"{max(ages_ms, default=0):.1f}",
            **self._face_values(),
            **{f"rejected_{reason}": str(n) for reason, n in self.rejections},
            "judged": self.judged,
            "camera_fitness": self._fitness(rate_hz, times.repeated if times else 0),
        }
        if not enabled:
            return OK, "face processing is switched off", values
        if self.received and rate_hz and not self._logged_rate and times:
            self._logged_rate = True
            self._node.get_logger().info(f"camera: {describe_rate(rate_hz)}")
        new_drops = self._new_drops()
        level, words = self._judge(now, gate, fresh, fresh_lost, new_drops)
        if lost_now and words == _PROCESSING:
            words = f"{_PROCESSING}; frames lost in transport or never sent since activation: {lost_now}"
            words += f", published by {self._publishers()}" if self._qos else ""
        return level, words, values

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
        if silent and (incompatible := self._incompatibility()):
            if self._throttle.ready("incompatible"):
                self._node.get_logger().error(incompatible)
            return ERROR, incompatible
        if not self.received:
            if now - self._started_s < _FIRST_IMAGE_S:
                return OK, f"waiting for images on {self._topic}"
            sentence = f"no image has arrived on {self._topic}: {self._other_topics()}"
            if self._throttle.ready("never"):
                self._node.get_logger().warning(sentence)
            return WARN, sentence
        if silent:
            return STALE, f"no image for {now - self._arrived_s:.0f} s on {self._topic}"
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
            sentence = (
                f"lost in transport or never sent: {fresh_lost} of {quantity(fresh + fresh_lost, 'frame')} "
                f"in the last second: {self._remedy()}"
            )
            if self._throttle.ready("lost"):
                self._node.get_logger().warning(sentence)
            return WARN, sentence
        if self._playback is not None and self._playback.rate_warning:
            return WARN, self._playback.rate_warning
        return OK, _PROCESSING

    def _remedy(self) -> str:
        """Remedy for lost frames, naming the processes to change."""
        if self._playback is not None:
            return "lower the frame rate of the camera, or the load of this machine."
        missing = shared_memory_problem() if uses_fast_dds(os.environ) else ""
        if missing:
            return (
                f"{missing}, so images come over UDP: mount a tmpfs there (mode 1777), let the tracker open "
                "the camera (parameter camera), or send compressed or mono8 images."
            )
        own = "" if loads_profile(os.environ) else f" and {self._node.get_fully_qualified_name()}"
        return (
            f"start {self._publishers()}{own} with config/fastdds.xml "
            f"({PROFILE_VARIABLES[0]}), or send compressed or mono8 images."
        )

    def _publishers(self) -> str:
        found = self._node.get_publishers_info_by_topic(self._topic)
        names = sorted({f"{i.node_namespace.rstrip('/')}/{i.node_name}" for i in found})
        return ", ".join(names[:4]) or "the camera"

    def _has_other_publisher(self, topic: str) -> bool:
        """Whether a node of another package publishes the topic."""
        ours = non_camera_nodes() | {self._node.get_name()}
        return any(i.node_name not in ours for i in self._node.get_publishers_info_by_topic(topic))

    def _other_topics(self) -> str:
        """Remedy for a topic without images, naming the image topics that exist."""
        topics = self._node.get_topic_names_and_types()
        offered = [
            f"{name} ({kinds[0].rpartition('/')[2]})"
            for name, kinds in topics
            if set(kinds) & set(IMAGE_TYPES) and self._has_other_publisher(name)
        ]
        if not offered:
            return "no camera publishes in this ROS domain; start one."
        return f"remap the tracker to one of {', '.join(sorted(offered)[:8])}."
