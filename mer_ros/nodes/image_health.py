"""How well the camera's pictures arrive, in words and numbers, once a second."""

from __future__ import annotations

import time

from rclpy.qos import QoSCompatibility, QoSProfile, qos_check_compatible

from mer_ros.frame_gate import FrameGate
from mer_ros.frame_times import NOTABLE_LOSS, fitness
from mer_ros.health import Throttle
from mer_ros.nodes.lifecycle import ERROR, OK, STALE, WARN, Health, MerLifecycleNode

_SILENT_S = 2.0
_NEVER_S = 5.0
IMAGE_TYPES = ("sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage")


class ImageHealth:
    """Counts arrivals and latencies; asks the graph who publishes. Used by the face tracker."""

    def __init__(self, node: MerLifecycleNode) -> None:
        self._node = node
        self._throttle = Throttle(30.0)
        self.start("", "")

    def start(self, source: str, topic: str, qos: QoSProfile | None = None) -> None:
        """Begin anew. topic: the resolved name that is listened to; qos: what is asked for."""
        self._qos = qos
        self._source, self._topic = source, topic
        self._started_s = time.monotonic()
        self._arrived_s = 0.0
        self.received = self.processed = self.longer = 0
        self._worst_age_s = 0.0
        self._before = (0, 0, self._started_s)
        self._judged = (0, dict(self._node.drops.items()))
        self._told_fitness = False

    def arrived(self) -> None:
        """A picture came."""
        self.received += 1
        self._arrived_s = time.monotonic()

    def handled(self, age_s: float) -> None:
        """A picture was published about, so long after it came."""
        self.processed += 1
        self._worst_age_s = max(self._worst_age_s, age_s)

    def _why_incompatible(self) -> str:
        """Empty, or which publisher offers less than is asked for, so that nothing will arrive."""
        for found in self._node.get_publishers_info_by_topic(self._topic) if self._qos else []:
            compatible, reason = qos_check_compatible(found.qos_profile, self._qos)
            if compatible == QoSCompatibility.ERROR:
                return (
                    f"{found.node_namespace.rstrip('/')}/{found.node_name} offers less on {self._topic} than "
                    f"{self._node.get_fully_qualified_name()} asks for ({reason.strip().rstrip(';')}): no "
                    "picture will arrive; set the tracker's reliability to best_effort."
                )
        return ""

    def report(self, gate: FrameGate | None, enabled: bool) -> Health:
        """Level, sentence and values."""
        now = time.monotonic()
        received, lost, then = self._before
        times = gate.times if gate else None
        lost_now = times.lost if times else 0
        seconds = max(now - then, 1e-3)
        fresh, fresh_lost = self.received - received, max(0, lost_now - lost)
        self._before = (self.received, lost_now, now)
        age_ms, self._worst_age_s = 1000 * self._worst_age_s, 0.0
        rate_hz = times.rate_hz if times else 0.0
        values = {
            "source": self._source,
            "topic": self._topic,
            "enabled": str(enabled).lower(),
            "received": str(self.received),
            "processed": str(self.processed),
            "longer_than_told": str(self.longer),
            "arrivals_hz": f"{fresh / seconds:.1f}",
            "camera_rate_hz": f"{rate_hz:.1f}",
            "lost_by_stamp": str(lost_now),
            "gaps": str(times.gaps if times else 0),
            "worst_frame_age_ms": f"{age_ms:.1f}",
            "camera_fitness": fitness(rate_hz),
        }
        if not enabled:
            return OK, "face processing is switched off", values
        if self.received and rate_hz and not self._told_fitness and times:
            self._told_fitness = True
            self._node.get_logger().info(f"camera: {fitness(rate_hz)}")
        refused = self._refused()
        return (*self._judge(now, gate, fresh, fresh_lost, refused), values)

    def _refused(self) -> tuple[int, dict[str, int]]:
        """Pictures processed, and drops by reason, since the last time it was asked for."""
        processed, before = self._judged
        drops = dict(self._node.drops.items())
        self._judged = (self.processed, drops)
        return self.processed - processed, {r: n - before[r] for r, n in drops.items() if n > before[r]}

    def _judge(
        self,
        now: float,
        gate: FrameGate | None,
        fresh: int,
        fresh_lost: int,
        refused: tuple[int, dict[str, int]],
    ) -> tuple[bytes, str]:
        if not self._topic:
            return OK, "not listening yet"
        if not self.received:
            incompatible = self._why_incompatible()
            if incompatible:
                if self._throttle.ready("incompatible"):
                    self._node.get_logger().error(incompatible)
                return ERROR, incompatible
            if now - self._started_s < _NEVER_S:
                return OK, f"waiting for pictures on {self._topic}"
            sentence = f"no picture ever came on {self._topic}: {self._offers()}"
            if self._throttle.ready("never"):
                self._node.get_logger().warning(sentence)
            return WARN, sentence
        if now - self._arrived_s > _SILENT_S:
            return STALE, f"no picture for {now - self._arrived_s:.0f} s on {self._topic}"
        if gate and gate.crowded(now):
            return (
                ERROR,
                f"a second camera, '{gate.intruder}', publishes on {self._topic}: its pictures are dropped",
            )
        processed, drops = refused
        if sum(drops.values()) > NOTABLE_LOSS * max(fresh, 1):
            worst = max(drops, key=lambda reason: drops[reason])
            share = f"{sum(drops.values())} pictures" if processed else "every picture"
            words = f"{share} of the last second dropped, most for {worst}: {self._node.said.get(worst, '')}"
            return (WARN if processed else ERROR), words
        if fresh_lost > NOTABLE_LOSS * max(fresh, 1):
            sentence = (
                f"{fresh_lost} pictures beside {fresh} were lost on the way: let {self._publishers()} load "
                "config/fastdds.xml, or send compressed or mono8 pictures."
            )
            if self._throttle.ready("lost"):
                self._node.get_logger().warning(sentence)
            return WARN, sentence
        return OK, "watching"

    def _publishers(self) -> str:
        found = self._node.get_publishers_info_by_topic(self._topic)
        names = sorted({f"{i.node_namespace.rstrip('/')}/{i.node_name}" for i in found})
        return ", ".join(names[:4]) or "the camera"

    def _from_others(self, topic: str) -> bool:
        """Whether anybody but mer_ros itself publishes there."""
        ours = {self._node.get_name(), "explainer"}
        return any(i.node_name not in ours for i in self._node.get_publishers_info_by_topic(topic))

    def _offers(self) -> str:
        """What picture topics there are instead."""
        topics = self._node.get_topic_names_and_types()
        offered = [
            f"{name} ({kinds[0].rpartition('/')[2]})"
            for name, kinds in topics
            if set(kinds) & set(IMAGE_TYPES) and self._from_others(name)
        ]
        if not offered:
            return "no camera publishes on this ROS domain; start one."
        return f"remap the tracker to one of {', '.join(sorted(offered)[:8])}."
