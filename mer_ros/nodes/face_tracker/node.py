"""Publishes the faces of every camera image, and the expressions spotted in them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rclpy.lifecycle import LifecyclePublisher
from std_srvs.srv import SetBool

from mer_interfaces.msg import ExpressionEvent, FaceArray
from mer_ros import runtime
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.guarded import sentence_of
from mer_ros.nodes.base.lifecycle import Health, MerLifecycleNode
from mer_ros.nodes.base.qos import OFFERED
from mer_ros.nodes.base.start_gate import StartGate
from mer_ros.nodes.base.worker import QUEUE_FULL
from mer_ros.nodes.face_tracker.annotated import AnnotatedOutput
from mer_ros.nodes.face_tracker.image_health import ImageHealth
from mer_ros.nodes.face_tracker.intake import Arrival, Intake
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.watcher import FaceWatcher
from mer_ros.stream import gate, image_checks, stamps
from mer_ros.stream.stamps import FrameAction
from mer_ros.types import ExpressionEvent as Event
from mer_ros.types import Face, Frame

_HEALTH_PERIOD_S = 1.0  # between two updates of the sensitivities
_ENABLED = f"{topic_names.ENABLE} enabled"  # kept for a restart: a tracker that was switched off stays off


class FaceTrackerNode(MerLifecycleNode):
    """Tracks the faces of one camera. The worker thread of the intake processes the images in order."""

    NAME = "face_tracker"
    DROPS = (*image_checks.REASONS, *stamps.REASONS, *gate.REASONS, QUEUE_FULL)

    def __init__(self) -> None:
        super().__init__()
        self._watcher: FaceWatcher | None = None
        self._intake: Intake | None = None
        self._annotated: AnnotatedOutput | None = None
        self._outputs: dict[str, LifecyclePublisher] = {}
        self._gate: StartGate | None = None
        self._enabled = self._kept.read().get(_ENABLED, True) is not False
        self._switch = self.create_service(SetBool, topic_names.ENABLE, self._on_enable)
        self._health = ImageHealth(self)

    def configure(self) -> None:
        """Load FaceMesh, create the topics, and open the camera if the parameter ``camera`` names one."""
        config = self._config = self._watcher_config()
        self._watcher = FaceWatcher(config)
        self._landmarks: bool = self.value("publish_landmarks")
        for topic, kind in ((topic_names.FACES, FaceArray), (topic_names.EVENTS, ExpressionEvent)):
            self._outputs[topic] = self.create_lifecycle_publisher(kind, topic, OFFERED[topic])
        self._intake = Intake(
            self, self._health, self._handle, self.guard(self._on_idle), self._may_start, config.max_gap_s
        )
        self._source: str = self.value("source") or self._intake.name
        self._annotated = AnnotatedOutput(
            self, self._source, self.value("annotated_hz"), config.spotter.min_motion
        )

    def prepare(self, changes: Mapping[str, Any]) -> Callable[[], object]:
        """All settings that can always change take effect with the next image; ids and noise are kept."""
        return self._reconfigure

    def _reconfigure(self) -> None:
        assert self._annotated is not None
        self._config = self._watcher_config()  # the worker thread passes it on
        self._landmarks = self.value("publish_landmarks")
        self._annotated.reconfigure(self.value("annotated_hz"), self.value("min_motion"))

    def _watcher_config(self) -> WatcherConfig:
        config = WatcherConfig(
            max_faces=self.value("max_faces"),
            min_interocular_px=self.value("min_interocular_px"),
            max_turn_rad=self.value("max_turn_rad"),
        )
        spotter = replace(config.spotter, min_motion=self.value("min_motion"), min_snr=self.value("min_snr"))
        return replace(config, spotter=spotter)

    def _may_start(self) -> bool:
        """Whether a video file may start."""
        return self._gate is not None and self._gate.may_start()

    def activate(self) -> None:
        """Start receiving images, unless processing is switched off."""
        assert self._intake is not None
        self._epoch, self._health_updated_s = 0, 0.0
        self._faces: list[Face] = []  # of the last processed image
        self._processed_ns = 0  # its stamp
        self._intake.restart()
        self._update_health()
        runtime.freeze_loaded_objects()
        if self._enabled:
            if self.value("camera"):
                topic = self.resolve_topic_name(topic_names.EVENTS)
                events = self._outputs[topic_names.EVENTS]
                self._gate = StartGate(self, topic, events.get_subscription_count)
            self._intake.start()

    def deactivate(self) -> None:
        """Stop receiving images and reset all tracks."""
        if self._intake is not None:
            self._intake.stop()
        if self._gate is not None:
            self._gate.close()
            self._gate = None
        if self._annotated is not None:
            self._annotated.unsubscribe()
        self._reset_tracks()

    def cleanup(self) -> None:
        """Release FaceMesh and the camera, and remove the topics."""
        if self._intake is not None:
            self._intake.close()
            self._intake = None
        for publisher in self._outputs.values():
            self.destroy_lifecycle_publisher(publisher)
        self._outputs.clear()
        if self._annotated is not None:
            self._annotated.close()
            self._annotated = None
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def _reset_tracks(self) -> None:
        if self._watcher is not None and self._annotated is not None:
            self._confirm()
            self._watcher.reset()
            self._annotated.reset()
            self._faces = []

    def _on_enable(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        """Stop or resume all face processing immediately; queued images are discarded."""
        self._enabled = bool(request.data)
        try:
            if not self._enabled:
                self.deactivate()
            elif self.state == "active" and not (self._intake and self._intake.running):
                self.activate()
        except Exception as error:
            self._enabled = False
            self.deactivate()
            response.success, response.message = False, sentence_of(error)
            self.get_logger().error(f"face processing stays off: {response.message}")
            return response
        response.success, response.message = True, "enabled" if self._enabled else "disabled"
        try:
            self._kept.update({_ENABLED: self._enabled})
        except Exception as error:
            response.message += f", until this process is restarted: {sentence_of(error)}"
        self.get_logger().info(f"face processing is {response.message}")
        return response

    def _handle(self, arrival: Arrival) -> None:
        """Worker thread: process one image, from message to publication."""
        with self.work():
            self._process(arrival)
            self._health.count_processed(time.monotonic() - arrival.arrived_s)

    def _process(self, arrival: Arrival) -> None:
        assert self._watcher is not None and self._annotated is not None and self._intake is not None
        if arrival.repeats_ns == self._processed_ns and arrival.epoch == self._epoch:
            self._publish_faces(arrival)
            return
        image = self._intake.decode(arrival)
        runtime.keep_freed_images(image.nbytes)
        resized = self._intake.gate.check_size(image.shape[1], image.shape[0])
        if resized.message:
            self.get_logger().info(resized.message)
        if arrival.epoch != self._epoch or resized.action is FrameAction.RESET:
            self._epoch = arrival.epoch
            self._reset_tracks()
        if self._watcher.config is not self._config:
            self._watcher.reconfigure(self._config)
        stamp, frame_id = arrival.stamp_ns, arrival.frame_id
        self._health.behind = self._intake.is_behind()
        frame = Frame(image, stamp, frame_id, self._source)
        seen = self._watcher.process(frame, self._health.behind)
        self._faces, self._processed_ns = seen.faces, stamp
        self._publish_faces(arrival)
        self._publish(seen.events)
        self._annotated.add_frame(image, stamp, frame_id, seen.faces)
        if arrival.arrived_s - self._health_updated_s >= _HEALTH_PERIOD_S:
            self._health_updated_s = arrival.arrived_s
            self._update_health()

    def _on_idle(self) -> None:
        """The images pause or have ended: nothing stays undecided, and the diagnostics are complete."""
        self._confirm()
        self._update_health()

    def _confirm(self) -> None:
        """Publish the provisional events as final: no image follows, or not soon."""
        assert self._watcher is not None
        self._publish(self._watcher.flush())

    def _publish(self, events: list[Event]) -> None:
        for event in events:
            self._outputs[topic_names.EVENTS].publish(convert.to_event(event))

    def _publish_faces(self, arrival: Arrival) -> None:
        """Publish the last faces under the stamp of a frame."""
        assert self._intake is not None
        header = convert.to_header(arrival.stamp_ns, arrival.frame_id)
        rate_hz = self._intake.gate.stamps.rate_hz
        self._outputs[topic_names.FACES].publish(
            convert.to_face_array(self._faces, header, self._source, rate_hz, self._landmarks)
        )

    def _update_health(self) -> None:
        """Update the diagnostics about faces and rejected movements."""
        assert self._watcher is not None
        self._health.faces, self._health.n_not_followed = (
            self._watcher.sensitivities(),
            self._watcher.n_not_followed,
        )
        self._health.judged = str(self._watcher.judged)
        self._health.rejections = tuple(self._watcher.rejections.items())

    def health(self) -> Health:
        """Diagnostics. This is called once a second, so it also subscribes to labels on demand."""
        if self.state == "active" and self._enabled:
            assert self._annotated is not None
            self._annotated.subscribe_on_demand()
        if self._intake is None:
            return self._health.report(None, self._enabled)
        ended = self._intake.ended  # first, so that the counts are final
        active = self.state == "active"
        level, message, values = self._health.report(self._intake.gate, self._enabled, ended, active)
        waiting = self._gate.reason if self._gate is not None and self._enabled else ""
        return level, waiting or message, values
