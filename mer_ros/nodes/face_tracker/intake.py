"""Receives images for the tracker, from a topic or an opened camera, checks their headers and queues them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import CompressedImage, Image

from mer_ros.errors import ConfigError, quantity
from mer_ros.graph import topic_names
from mer_ros.media.orientation import Orientation
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.callbacks import playback_callbacks
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.nodes.base.qos import image_qos
from mer_ros.nodes.base.worker import QUEUE_FULL, DropOldestWorker
from mer_ros.nodes.face_tracker.image_health import ImageHealth
from mer_ros.nodes.face_tracker.image_topic import ImageTopic
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.playback import Playback
from mer_ros.sources.source import SourceOptions, VideoSource
from mer_ros.sources.source_spec import open_source
from mer_ros.stream import wire
from mer_ros.stream.backlog import Backlog
from mer_ros.stream.gate import FrameGate
from mer_ros.stream.repeats import RepeatFilter
from mer_ros.stream.stamps import FrameAction, StampMonitor

_MAX_QUEUED_BYTES = 192 * 2**20  # eight images of 3840x2160 bgr8; small ones are limited by queue_size
_Content = wire.WireImage | wire.WireCompressed | NDArray[np.uint8]  # an array comes from an opened camera


@dataclass(frozen=True, eq=False)
class Arrival:
    """An image in the queue.

    arrived_s: steady clock, seconds. epoch: increases when stamps jump. repeats_ns: for an image that was
    sent before, the stamp under which it was new.
    """

    content: _Content
    stamp_ns: int
    frame_id: str
    arrived_s: float
    epoch: int
    repeats_ns: int | None = None


class Intake:
    """Receives images in one thread, checks their headers, and passes them to a worker thread in order.

    Images come from a topic, or from a camera that the intake opens, according to the node's parameters. One
    bounded queue connects the two threads.

    Parameters
    ----------
    node : the face tracker.
    health : counts the images.
    handle : called in the worker thread for every image; must not raise.
    on_idle : called in the worker thread once the images pause or end; must not raise.
    may_start : whether a video file may start.
    max_gap_s : longest pause between stamps that is not counted as a gap, seconds.
    """

    def __init__(
        self,
        node: MerLifecycleNode,
        health: ImageHealth,
        handle: Callable[[Arrival], None],
        on_idle: Callable[[], None],
        may_start: Callable[[], bool],
        max_gap_s: float,
    ) -> None:
        self._node, self._health = node, health
        self._handle, self._on_idle = handle, on_idle
        self._max_gap_s = max_gap_s
        self._compressed: bool = node.value("compressed")
        self._max_pixels: int = node.value("max_pixels")
        self._order_8uc3: str = node.value("order_8uc3")
        self._orientation = Orientation.clockwise(node.value("rotate"))
        self._topic = topic_names.IMAGE_COMPRESSED if self._compressed else topic_names.IMAGE
        self._images: ImageTopic | None = None
        self._worker: DropOldestWorker[Arrival] | None = None
        self._camera: Playback | None = None
        spec: str = node.value("camera")
        if spec:
            callbacks = playback_callbacks(node, self._on_camera_frame, may_start, lambda: None)
            self._camera = Playback(self._open, spec, node.value("rate"), callbacks)
        self.name = spec or node.resolve_topic_name(self._topic)
        self.restart()

    def _open(self) -> VideoSource:
        spec: str = self._node.value("camera")
        kind, _ = source_spec.parse(spec)
        if not SOURCES.get(kind).direct:
            forms = ", ".join(source_spec.forms_of(direct=True))
            raise ConfigError(f"camera '{spec}' cannot be opened by the tracker: use {forms} or a path.")
        size_wh = (self._node.value("width"), self._node.value("height"))
        return open_source(spec, SourceOptions(fps=self._node.value("fps"), size_wh=size_wh))

    def restart(self) -> None:
        """Reset the checks of stamps and sizes, and all counts."""
        ahead_s, gap_s = self._node.value("max_ahead_s"), self._max_gap_s
        self.gate = FrameGate(lambda: StampMonitor(ahead_s, gap_s))
        self._repeats = RepeatFilter(gap_s)
        self._epoch = self._n_overflowed = 0
        self._new_ns = -1  # stamp of the last image that was new
        self._backlog = Backlog()
        qos = image_qos(self._node.value("reliability"), self._node.value("depth"))
        self._qos = qos
        source = self._node.value("source") or self.name
        self._health.start(source, self.name, qos, self._camera, self._compressed)

    def start(self) -> None:
        """Start receiving."""
        self._worker = DropOldestWorker(
            self._handle,
            self._node.value("queue_size"),
            self._on_queue_full,
            self._node.get_name(),
            self._on_idle,
            bytes_of=_size_of,
            max_bytes=_MAX_QUEUED_BYTES,
        )
        if self._camera is not None:
            self._camera.start()
            return
        kind = CompressedImage if self._compressed else Image
        take = self._node.guard(self._on_message)
        self._images = ImageTopic(self._node, kind, self._topic, self._qos, take)

    def stop(self) -> None:
        """Stop receiving; when it returns, no image is being processed. May be called twice."""
        if self._images is not None:
            self._images.close()
            self._images = None
        if self._camera is not None:
            self._camera.stop()
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def close(self) -> None:
        """Stop, and release the camera."""
        self.stop()
        if self._camera is not None:
            self._camera.close()

    @property
    def running(self) -> bool:
        """Whether images are received."""
        return self._worker is not None

    @property
    def ended(self) -> bool:
        """Whether an opened recording has ended and all its frames are processed."""
        camera, worker = self._camera, self._worker
        return camera is not None and camera.ended and (worker is None or worker.idle)

    def is_behind(self) -> bool:
        """Worker thread: whether images wait and may get lost; frames of a recording never do."""
        worker, camera = self._worker, self._camera
        if worker is None or (camera is not None and not camera.live):
            return False
        return self._backlog.is_behind(worker.fill, time.monotonic())

    def decode(self, arrival: Arrival) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 BGR, turned by the parameter ``rotate``; BadFrame if the message is invalid."""
        return self._orientation.apply(self._decoded(arrival))

    def _decoded(self, arrival: Arrival) -> NDArray[np.uint8]:
        content = arrival.content
        if isinstance(content, np.ndarray):
            return content
        if isinstance(content, wire.WireCompressed):
            image, excess = convert.from_compressed(content, self._max_pixels)
        else:
            if content.encoding == "8UC3" and self._order_8uc3:
                content = replace(content, encoding=f"{self._order_8uc3}8")
            image, excess = convert.from_image_counted(content, self._max_pixels)
            self._health.encoding, self._health.image_bytes = content.encoding, content.data.nbytes
        self._health.oversized += excess > 0  # the excess bytes are ignored
        return image

    def _on_message(self, message: bytes, received_ns: int) -> None:
        """Receiving thread: check and queue a serialised message."""
        arrived_s = time.monotonic() - max(0, time.time_ns() - received_ns) * 1e-9
        self._health.count_received()
        content = wire.read_compressed(message) if self._compressed else wire.read_image(message)
        arrival = self._check(content, content.stamp_ns, content.frame_id, arrived_s)
        if arrival is not None and self._worker is not None:
            self._worker.put(arrival)

    def _on_camera_frame(self, stamp_ns: int, image: NDArray[np.uint8]) -> bool:
        """Delivery thread of an opened camera: queue a frame; for a frame of a file, wait for room."""
        played, worker = self._camera, self._worker
        if played is None or worker is None:
            return False
        self._health.count_received()
        arrival = self._check(image, stamp_ns, self._node.value("frame_id"), time.monotonic())
        if arrival is None:
            return True
        if played.live:
            worker.put(arrival)
            return True
        return worker.put_waiting(arrival, lambda: not played.stopping)

    def _check(self, content: _Content, stamp_ns: int, frame_id: str, arrived_s: float) -> Arrival | None:
        """Check the header on arrival, so that frames dropped by the queue do not count as lost."""
        now_ns = self._node.get_clock().now().nanoseconds
        repeated = self._repeats.is_repeat(*_bytes_and_fields(content, stamp_ns))
        decision = self.gate.check(stamp_ns, frame_id, now_ns, arrived_s, repeated)
        if decision.action is FrameAction.DROP:
            self._node.report_drop(decision.reason, decision.message)
            return None
        if decision.action is FrameAction.RESET and self._worker is not None:
            self._node.get_logger().info(decision.message)
            self._worker.clear()  # frames from before the jump
            self._epoch += 1
        if decision.action is not FrameAction.REPEAT:
            self._new_ns = stamp_ns
            return Arrival(content, stamp_ns, frame_id, arrived_s, self._epoch)
        return Arrival(content, stamp_ns, frame_id, arrived_s, self._epoch, self._new_ns)

    def _on_queue_full(self, _arrival: Arrival) -> None:
        self._n_overflowed += 1
        self._node.report_drop(
            QUEUE_FULL,
            f"dropped {self._n_overflowed} of {quantity(self._health.received, 'image')}, because they "
            "arrive faster than they are processed: lower the frame rate or the resolution of the camera, or "
            "see docs/realtime.md.",
        )


def _size_of(arrival: Arrival) -> int:
    """Bytes of an image in the queue."""
    content = arrival.content
    return content.nbytes if isinstance(content, np.ndarray) else content.data.nbytes


def _bytes_and_fields(
    content: _Content, stamp_ns: int
) -> tuple[memoryview | NDArray[np.uint8], int, tuple[object, ...]]:
    """Arguments of ``RepeatFilter.is_repeat`` for an image."""
    if isinstance(content, np.ndarray):
        return content, stamp_ns, ()
    if isinstance(content, wire.WireCompressed):
        return content.data, stamp_ns, (content.format,)
    fields = content.height, content.width, content.encoding, content.step, content.is_bigendian
    return content.data, stamp_ns, fields
