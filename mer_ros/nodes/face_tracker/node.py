"""Camera pictures in; faces of every frame and spotted expressions out. The hot path is this one process."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from std_srvs.srv import SetBool

from mer_interfaces.msg import ExpressionEvent, FaceArray
from mer_ros import runtime
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.guarded import sentence_of
from mer_ros.nodes.base.lifecycle import Health, MerLifecycleNode
from mer_ros.nodes.base.qos import QOS
from mer_ros.nodes.face_tracker.annotated import AnnotatedOutput
from mer_ros.nodes.face_tracker.image_health import ImageHealth
from mer_ros.nodes.face_tracker.intake import Arrival, Intake
from mer_ros.runtime import QUEUE_FULL
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.watcher import FaceWatcher
from mer_ros.stream import gate, image_checks, stamps
from mer_ros.stream.stamps import FrameAction
from mer_ros.types import Frame

_FITNESS_S = 1.0  # how often it is measured what can be seen of each face


class FaceTrackerNode(MerLifecycleNode):
    """Follows the faces of one camera. All pictures are handled in the intake's worker thread, in order."""

    NAME = "face_tracker"
    DROPS = (*image_checks.REASONS, *stamps.REASONS, *gate.REASONS, QUEUE_FULL)

    def __init__(self) -> None:
        super().__init__()
        self._watcher: FaceWatcher | None = None
        self._intake: Intake | None = None
        self._annotated: AnnotatedOutput | None = None
        self._outputs: dict[str, Any] = {}
        self._enabled = True
        self._switch = self.create_service(SetBool, topic_names.ENABLE, self._on_enable)
        self._health = ImageHealth(self)

    def configure(self) -> None:
        """Load FaceMesh, offer the topics, open the camera if there is one to open."""
        config = WatcherConfig(
            max_faces=self.value("max_faces"),
            min_interocular_px=self.value("min_interocular_px"),
            max_turn_rad=self.value("max_turn_rad"),
        )
        spotter = replace(config.spotter, min_motion=self.value("min_motion"), min_snr=self.value("min_snr"))
        self._watcher = FaceWatcher(replace(config, spotter=spotter))
        self._landmarks = self.value("publish_landmarks")
        for topic, kind in ((topic_names.FACES, FaceArray), (topic_names.EVENTS, ExpressionEvent)):
            self._outputs[topic] = self.create_lifecycle_publisher(kind, topic, QOS[topic])
        self._intake = Intake(self, self._health, self._handle, self._is_wanted, config.max_gap_s)
        self._source = self.value("source") or self._intake.name
        self._annotated = AnnotatedOutput(self, self._source, self.value("annotated_hz"), spotter.min_motion)

    def _is_wanted(self) -> bool:
        """Whether a video file may start: who is to classify its events must not miss the first."""
        listening = self._outputs[topic_names.EVENTS].get_subscription_count()
        return bool(listening >= self.value("wait_for_subscribers"))

    def activate(self) -> None:
        """Listen to the camera, unless processing is switched off."""
        assert self._intake is not None
        self._seen_epoch, self._fitness_s = 0, 0.0
        self._intake.restart()
        self._tell_seen()
        runtime.freeze_loaded_objects()
        if self._enabled:
            self._intake.start()

    def deactivate(self) -> None:
        """Stop listening and forget all faces."""
        if self._intake is not None:
            self._intake.stop()
        if self._annotated is not None:
            self._annotated.deafen()
        self._forget()

    def cleanup(self) -> None:
        """Free FaceMesh, give the camera back and take the topics back."""
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
            elif self.state == "active" and not (self._intake and self._intake.running):
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

    def _handle(self, arrival: Arrival) -> None:
        """Worker thread: one picture from message to publication."""
        with self.work():
            self._look(arrival)
            self._health.handled(time.monotonic() - arrival.arrived_s)

    def _look(self, arrival: Arrival) -> None:
        assert self._watcher is not None and self._annotated is not None and self._intake is not None
        image = self._intake.picture(arrival)
        resized = self._intake.gate.check_size(image.shape[1], image.shape[0])
        if resized.message:
            self.get_logger().info(resized.message)
        if arrival.epoch != self._seen_epoch or resized.action is FrameAction.RESET:
            self._seen_epoch = arrival.epoch
            self._forget()
        stamp, frame_id = arrival.stamp_ns, arrival.frame_id
        seen = self._watcher.process(Frame(image, stamp, frame_id, self._source))
        header, rate_hz = convert.to_header(stamp, frame_id), self._intake.gate.stamps.rate_hz
        self._outputs[topic_names.FACES].publish(
            convert.to_face_array(seen.faces, header, self._source, rate_hz, self._landmarks)
        )
        for event in seen.events:
            self._outputs[topic_names.EVENTS].publish(convert.to_event(event))
        self._annotated.show(image, stamp, frame_id, seen.faces)
        if arrival.arrived_s - self._fitness_s >= _FITNESS_S:
            self._fitness_s = arrival.arrived_s
            self._tell_seen()

    def _tell_seen(self) -> None:
        """Renew what diagnostics say of the faces."""
        assert self._watcher is not None
        self._health.faces, self._health.waiting = self._watcher.sights, self._watcher.waiting
        self._health.passed_over = tuple(self._watcher.passed_over.items())

    def health(self) -> Health:
        """Once a second: listen to emotions only while the annotated picture is wanted; report."""
        if self.state == "active" and self._enabled:
            assert self._annotated is not None
            self._annotated.follow()
        return self._health.report(self._intake.gate if self._intake else None, self._enabled)
