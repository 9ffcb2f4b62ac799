"""How pictures reach the tracker: from a topic or a camera of its own, judged on arrival, then queued."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import CompressedImage, Image

from mer_ros.errors import ConfigError
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.nodes.base.played import callbacks_of
from mer_ros.nodes.base.qos import camera
from mer_ros.nodes.face_tracker.image_health import ImageHealth
from mer_ros.nodes.face_tracker.image_topic import ImageTopic
from mer_ros.runtime import QUEUE_FULL, DropOldestWorker
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.playback import Playback
from mer_ros.sources.source import SourceOptions, VideoSource
from mer_ros.sources.source_spec import open_source
from mer_ros.stream import wire
from mer_ros.stream.gate import FrameGate
from mer_ros.stream.stamps import FrameAction, StampMonitor

_Sent = wire.WireImage | wire.WireCompressed | NDArray[np.uint8]  # the last by a camera of our own


@dataclass(frozen=True, eq=False)
class Arrival:
    """A picture that waits to be looked at. arrived_s: when it came, steady clock. epoch: raised when time
    jumps, so that what was seen before is forgotten.
    """

    sent: _Sent
    stamp_ns: int
    frame_id: str
    arrived_s: float
    epoch: int


class Intake:
    """One thread takes and judges pictures, a worker thread hands them on in order from one bounded queue.

    handle: called in the worker thread; it must not raise. wanted: whether a video file may start. The node's
    parameters say where pictures come from.
    """

    def __init__(
        self,
        node: MerLifecycleNode,
        health: ImageHealth,
        handle: Callable[[Arrival], None],
        wanted: Callable[[], bool],
        gap_s: float,
    ) -> None:
        self._node, self._health, self._handle = node, health, handle
        self._gap_s = gap_s
        self._compressed, self._max_pixels = node.value("compressed"), node.value("max_pixels")
        self._topic = topic_names.IMAGE_COMPRESSED if self._compressed else topic_names.IMAGE
        self._images: ImageTopic | None = None
        self._worker: DropOldestWorker[Arrival] | None = None
        self._camera: Playback | None = None
        spec = node.value("camera")
        if spec:
            told = callbacks_of(node, self._on_own_picture, wanted, lambda: None)
            self._camera = Playback(self._open, spec, node.value("rate"), told)
        self.name = spec or node.resolve_topic_name(self._topic)
        self.restart()

    def _open(self) -> VideoSource:
        spec = self._node.value("camera")
        kind, _ = source_spec.parse(spec)
        if not SOURCES.get(kind).direct:
            forms = ", ".join(source_spec.forms_of(direct=True))
            raise ConfigError(f"camera '{spec}' cannot be opened here: use {forms} or a path.")
        size_wh = (self._node.value("width"), self._node.value("height"))
        return open_source(spec, SourceOptions(fps=self._node.value("fps"), size_wh=size_wh))

    def restart(self) -> None:
        """Forget what stamps and sizes have told."""
        ahead_s, gap_s = self._node.value("max_ahead_s"), self._gap_s
        self.gate = FrameGate(lambda: StampMonitor(ahead_s, gap_s))
        self._epoch = 0
        qos = camera(self._node.value("reliability"), self._node.value("depth"))
        self._qos = qos
        self._health.start(self._node.value("source") or self.name, self.name, qos, self._camera)

    def start(self) -> None:
        """Begin to take pictures."""
        self._worker = DropOldestWorker(
            self._handle, self._node.value("queue_size"), self._overrun, self._node.get_name()
        )
        if self._camera is not None:
            self._camera.start()
            return
        kind = CompressedImage if self._compressed else Image
        take = self._node.guard(self._on_message)
        self._images = ImageTopic(self._node, kind, self._topic, self._qos, take)

    def stop(self) -> None:
        """Take no more; when it returns no picture is being looked at. Bears to be called twice."""
        if self._images is not None:
            self._images.close()
            self._images = None
        if self._camera is not None:
            self._camera.stop()
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def close(self) -> None:
        """Give the camera back."""
        self.stop()
        if self._camera is not None:
            self._camera.close()

    @property
    def running(self) -> bool:
        """Whether pictures are taken."""
        return self._worker is not None

    def picture(self, arrival: Arrival) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 BGR of what has arrived; imaging.BadFrame if it is none."""
        sent = arrival.sent
        if isinstance(sent, np.ndarray):
            return sent
        if isinstance(sent, wire.WireCompressed):
            return convert.from_compressed(sent, self._max_pixels)
        image = convert.from_image(sent, self._max_pixels)
        if len(sent.data) > sent.step * sent.height:
            self._health.longer += 1  # the picture is whole, the driver is odd
        return image

    def _on_message(self, message: bytes, received_ns: int) -> None:
        """Taking thread: a serialised picture has come."""
        arrived_s = time.monotonic() - max(0, time.time_ns() - received_ns) * 1e-9
        self._health.arrived()
        sent = wire.read_compressed(message) if self._compressed else wire.read_image(message)
        arrival = self._judged(sent, sent.stamp_ns, sent.frame_id, arrived_s)
        if arrival is not None and self._worker is not None:
            self._worker.put(arrival)

    def _on_own_picture(self, stamp_ns: int, image: NDArray[np.uint8]) -> bool:
        """Delivering thread of the opened camera: of a file no picture is dropped, it waits."""
        played, worker = self._camera, self._worker
        if played is None or worker is None:
            return False
        self._health.arrived()
        arrival = self._judged(image, stamp_ns, self._node.value("frame_id"), time.monotonic())
        if arrival is None:
            return True
        if played.live:
            worker.put(arrival)
            return True
        return worker.put_when_free(arrival, lambda: not played.stopping)

    def _judged(self, sent: _Sent, stamp_ns: int, frame_id: str, arrived_s: float) -> Arrival | None:
        """Judge the header on arrival: what our own queue drops must not look like the transport's loss."""
        now_ns = self._node.get_clock().now().nanoseconds
        decision = self.gate.check(stamp_ns, frame_id, now_ns, arrived_s)
        if decision.action is FrameAction.DROP:
            self._node.dropped(decision.reason, decision.message)
            return None
        if decision.action is FrameAction.RESET and self._worker is not None:
            self._node.get_logger().info(decision.message)
            self._worker.clear()  # frames from before the jump
            self._epoch += 1
        return Arrival(sent, stamp_ns, frame_id, arrived_s, self._epoch)

    def _overrun(self, _arrival: Arrival) -> None:
        self._node.dropped(
            QUEUE_FULL, "pictures come faster than they can be handled: the oldest are dropped."
        )
