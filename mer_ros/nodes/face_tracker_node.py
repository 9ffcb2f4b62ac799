"""Camera pictures in; faces of every frame and spotted expressions out. The hot path is this one process."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from sensor_msgs.msg import CompressedImage, Image
from std_srvs.srv import SetBool

from mer_interfaces.msg import ExpressionEvent, FaceArray
from mer_ros import frame_gate, frame_times, imaging, topic_names, wire
from mer_ros.frame_times import Judgement
from mer_ros.health import DropOldestWorker
from mer_ros.nodes import convert
from mer_ros.nodes.annotated import AnnotatedOutput
from mer_ros.nodes.guarded import sentence_of
from mer_ros.nodes.image_health import ImageHealth
from mer_ros.nodes.image_topic import ImageTopic
from mer_ros.nodes.lifecycle import Health, MerLifecycleNode
from mer_ros.nodes.topics import QOS, camera
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.watcher import FaceWatcher
from mer_ros.types import Frame

_Picture = wire.WireImage | wire.WireCompressed
_Waiting = tuple[_Picture, float, int]  # a picture, when it came, and its epoch


class FaceTracker(MerLifecycleNode):
    """Follows the faces of one camera.

    One thread takes pictures from the transport and judges their headers, one worker thread looks at them in
    order, and the executor is left with services and timers.
    """

    NAME = "face_tracker"
    DROPS = (*imaging.REASONS, *frame_times.REASONS, *frame_gate.REASONS, "queue_full")

    def __init__(self) -> None:
        super().__init__()
        self._watcher: FaceWatcher | None = None
        self._worker: DropOldestWorker[_Waiting] | None = None
        self._images: ImageTopic | None = None
        self._annotated: AnnotatedOutput | None = None
        self._outputs: dict[str, Any] = {}
        self._enabled = True
        self._switch = self.create_service(SetBool, topic_names.ENABLE, self._on_enable)
        self._health = ImageHealth(self)

    def configure(self) -> None:
        """Load FaceMesh and offer the topics."""
        config = WatcherConfig(
            max_faces=self.value("max_faces"),
            min_interocular_px=self.value("min_interocular_px"),
            max_turn_rad=self.value("max_turn_rad"),
        )
        spotter = replace(config.spotter, min_motion=self.value("min_motion"), min_snr=self.value("min_snr"))
        self._watcher = FaceWatcher(replace(config, spotter=spotter))
        self._gap_s = config.gap_s
        self._compressed = self.value("compressed")
        self._max_pixels = self.value("max_pixels")
        self._landmarks = self.value("publish_landmarks")
        self._input = topic_names.IMAGE_COMPRESSED if self._compressed else topic_names.IMAGE
        self._source = self.value("source") or self.resolve_topic_name(self._input)
        for topic, kind in ((topic_names.FACES, FaceArray), (topic_names.EVENTS, ExpressionEvent)):
            self._outputs[topic] = self.create_lifecycle_publisher(kind, topic, QOS[topic])
        self._annotated = AnnotatedOutput(self, self._source, self.value("annotated_hz"), spotter.min_motion)

    def activate(self) -> None:
        """Listen to the camera, unless processing is switched off."""
        self._gate = frame_gate.FrameGate(
            lambda: frame_times.FrameTimes(self.value("max_ahead_s"), self._gap_s)
        )
        self._epoch = self._seen_epoch = 0  # raised when time jumps: what was seen before is forgotten
        self._qos = camera(self.value("reliability"), self.value("depth"))
        self._health.start(self._source, self.resolve_topic_name(self._input), self._qos)
        if self._enabled:
            self._listen()

    def _listen(self) -> None:
        self._worker = DropOldestWorker(self._handle, self.value("queue_size"), self._overrun, self.NAME)
        self._images = ImageTopic(
            self,
            CompressedImage if self._compressed else Image,
            self._input,
            self._qos,
            self.guard(self._on_message),
        )

    def deactivate(self) -> None:
        """Stop listening and forget all faces."""
        self._deafen()
        if self._worker is not None:
            self._worker.stop()  # after this no picture is being looked at
            self._worker = None
        self._forget()

    def _deafen(self) -> None:
        if self._images is not None:
            self._images.close()
            self._images = None
        if self._annotated is not None:
            self._annotated.deafen()

    def cleanup(self) -> None:
        """Free FaceMesh and take the topics back."""
        for publisher in self._outputs.values():
            self.destroy_lifecycle_publisher(publisher)
        self._outputs.clear()
        if self._annotated is not None:
            self._annotated.close()
            self._annotated = None
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def _forget(self) -> None:
        if self._watcher is not None and self._annotated is not None:
            self._watcher.reset()
            self._annotated.reset()

    def _on_enable(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        """Stop or resume all face processing at once; what waits in the queue is forgotten unseen."""
        self._enabled = bool(request.data)
        try:
            if not self._enabled:
                self.deactivate()
            elif self.state == "active" and self._images is None:
                self.activate()
        except Exception as error:
            self._enabled = False
            self.deactivate()
            response.success, response.message = False, sentence_of(error)
            self.get_logger().error(f"face processing stays off: {response.message}")
            return response
        response.success, response.message = True, "enabled" if self._enabled else "disabled"
        self.get_logger().info(f"face processing is {response.message}")
        return response

    def _on_message(self, message: bytes, received_ns: int) -> None:
        """Judge the header on arrival: what our own queue drops must not look like the transport's loss."""
        self._health.arrived()
        arrived_s = time.monotonic() - max(0, time.time_ns() - received_ns) * 1e-9
        picture = wire.read_compressed(message) if self._compressed else wire.read_image(message)
        now_ns = self.get_clock().now().nanoseconds
        verdict = self._gate.judge(picture.stamp_ns, picture.frame_id, now_ns, arrived_s)
        if verdict.judgement is Judgement.DROP:
            self.dropped(verdict.reason, verdict.sentence)
        elif self._worker is not None:
            if verdict.judgement is Judgement.RESET:
                self.get_logger().info(verdict.sentence)
                self._worker.clear()  # frames from before the jump
                self._epoch += 1
            self._worker.put((picture, arrived_s, self._epoch))

    def _overrun(self, _item: _Waiting) -> None:
        self.dropped("queue_full", "pictures come faster than they can be handled: the oldest are dropped.")

    def _handle(self, item: _Waiting) -> None:
        """Worker thread: one picture from message to publication."""
        picture, arrived_s, epoch = item
        with self.work():
            self._look(picture, epoch)
            self._health.handled(time.monotonic() - arrived_s)

    def _look(self, picture: _Picture, epoch: int) -> None:
        assert self._watcher is not None and self._annotated is not None
        stamp, frame_id = picture.stamp_ns, picture.frame_id
        if isinstance(picture, wire.WireImage):
            image = convert.from_image(picture, self._max_pixels)
            if len(picture.data) > picture.step * picture.height:
                self._health.longer += 1  # the picture is whole, the driver is odd
        else:
            image = convert.from_compressed(picture, self._max_pixels)
        resized = self._gate.judge_size(image.shape[1], image.shape[0])
        if resized.sentence:
            self.get_logger().info(resized.sentence)
        if epoch != self._seen_epoch or resized.judgement is Judgement.RESET:
            self._seen_epoch = epoch
            self._forget()
        seen = self._watcher.process(Frame(image, stamp, frame_id, self._source))
        header, rate_hz = convert.to_header(stamp, frame_id), self._gate.times.rate_hz
        self._outputs[topic_names.FACES].publish(
            convert.to_face_array(seen.faces, header, self._source, rate_hz, self._landmarks)
        )
        for event in seen.events:
            self._outputs[topic_names.EVENTS].publish(convert.to_event(event))
        self._annotated.show(image, stamp, frame_id, seen.faces)

    def health(self) -> Health:
        """Once a second: listen to emotions only while the annotated picture is wanted; report."""
        if self.state == "active" and self._enabled:
            assert self._annotated is not None
            self._annotated.follow()
        return self._health.report(getattr(self, "_gate", None), self._enabled)
