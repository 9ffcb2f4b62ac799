"""Publishes a label for each spotted expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rclpy.lifecycle import LifecyclePublisher
from rclpy.parameter import Parameter
from rclpy.qos import DurabilityPolicy
from rclpy.subscription import Subscription

from mer_interfaces.msg import Emotion, ExpressionEvent
from mer_interfaces.srv import SetModel
from mer_ros.errors import InputError
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.guarded import sentence_of
from mer_ros.nodes.base.lifecycle import OK, WARN, Health, MerLifecycleNode
from mer_ros.nodes.base.model_folder import MEASURED, PREDICTIONS, ModelFolder
from mer_ros.nodes.base.qos import OFFERED, QOS
from mer_ros.runtime import IMPORTING, Seen
from mer_ros.types import UNKNOWN, WITHDRAWN

if TYPE_CHECKING:  # late: imports torch
    from mer_ros.recognition.recogniser import Recogniser


class ClassifierNode(MerLifecycleNode):
    """Publishes one Emotion per message: "unknown" with a reason if the event is withdrawn or not usable.

    While a model is replaced, the transport queues events. Events that were published before the node was
    active, or while its process was restarted, are delivered again for some seconds and answered then; an
    event that this process has answered is not answered twice.
    """

    NAME = "classifier"
    DROPS = ("event",)

    def __init__(self) -> None:
        super().__init__()
        self._recogniser: Recogniser | None = None
        self._events: Subscription | None = None
        self._output: LifecyclePublisher | None = None
        self._seen = Seen()
        self._answered = self._unknown = self._withdrawn = 0
        self._service = self.create_service(SetModel, topic_names.SET_MODEL, self._on_set_model)

    def configure(self) -> None:
        """Load the model. Meanwhile subscribers discover the publisher, so that they miss no label."""
        self._output = self.create_lifecycle_publisher(
            Emotion, topic_names.EMOTION, OFFERED[topic_names.EMOTION]
        )
        self._folder = ModelFolder(self)
        self._use(self._folder.load(self.value("model")))

    def prepare(self, changes: Mapping[str, Any]) -> Callable[[], object]:
        """Load a new model between two events; the old one is kept if it cannot be loaded."""
        loaded = self._folder.load(changes["model"]) if "model" in changes else None
        return lambda: self._use(loaded)

    def _use(self, loaded: Recogniser | None) -> None:
        """Use a model, or the present one, with the limits of the parameters."""
        with IMPORTING:
            from mer_ros.recognition.recogniser import Limits  # late: imports torch

        if loaded is not None:
            self._recogniser = loaded
            self.get_logger().info(f"model {loaded.model_id} on {loaded.device}")
        assert self._recogniser is not None
        self._recogniser.limits = Limits(self.value("min_confidence"), self.value("max_distance"))

    def activate(self) -> None:
        """Subscribe to events."""
        self._events = self.create_subscription(
            ExpressionEvent, topic_names.EVENTS, self.guard(self._on_event), QOS[topic_names.EVENTS]
        )

    def deactivate(self) -> None:
        """Unsubscribe."""
        if self._events is not None:
            self.destroy_subscription(self._events)
            self._events = None

    def cleanup(self) -> None:
        """Release the model."""
        if self._output is not None:
            self.destroy_lifecycle_publisher(self._output)
        self._output = self._recogniser = None

    def _on_event(self, message: ExpressionEvent) -> None:
        assert self._recogniser is not None
        key = message.source, message.event_id, message.provisional, message.withdrawn
        if not self._seen.add(key):
            return  # delivered again after a deactivation
        with self.work(), PREDICTIONS.first():
            if message.withdrawn:
                self._send(self._refusal(message, WITHDRAWN))
                return
            try:
                event = convert.from_event(message)
                sample = MEASURED.sample(event, self._recogniser)
                emotion = convert.to_emotion(event, self._recogniser.predict_sample(sample))
            except InputError as error:
                self.report_drop("event", str(error))
                emotion = self._refusal(message, sentence_of(error))
            except Exception as error:
                self._send(self._refusal(message, sentence_of(error)))
                raise
            self._send(emotion)

    def _refusal(self, message: ExpressionEvent, reason: str) -> Emotion:
        model = self._recogniser
        assert model is not None
        return convert.to_refusal(message, model.labels, model.model_id, reason)

    def _send(self, emotion: Emotion) -> None:
        assert self._output is not None
        if emotion.reason == WITHDRAWN:
            self._withdrawn += 1
        elif not emotion.provisional:
            self._answered += 1
            self._unknown += emotion.label == UNKNOWN
        self._output.publish(emotion)

    def _on_set_model(self, request: SetModel.Request, response: SetModel.Response) -> SetModel.Response:
        """Set the parameter ``model``."""
        if self._recogniser is None:
            response.ok, response.message = False, f"{self.NAME} is {self.state}: configure it first."
            return response
        result = self.set_parameters_atomically([Parameter("model", value=request.model)])
        response.ok = result.successful
        response.message = self._recogniser.model_id if result.successful else result.reason
        return response

    def health(self) -> Health:
        """Number of answered events."""
        values = {
            "model": self._recogniser.model_id if self._recogniser else "",
            "device": str(self._recogniser.device) if self._recogniser else "",
            "answered": str(self._answered),
            "unknown": str(self._unknown),
            "withdrawn": str(self._withdrawn),
        }
        problem = self._events_problem() if self.state == "active" else ""
        if problem:
            return WARN, problem, values
        return OK, "classifying", values

    def _events_problem(self) -> str:
        """Why no events arrive, empty if they can."""
        topic = self.resolve_topic_name(topic_names.EVENTS)
        publishers = self.get_publishers_info_by_topic(topic)
        if not publishers:
            return f"no node publishes {topic}"
        volatile = [p.node_name for p in publishers if p.qos_profile.durability == DurabilityPolicy.VOLATILE]
        if len(volatile) < len(publishers):
            return ""
        return (
            f"{topic} is published by {', '.join(sorted(set(volatile)))} with durability volatile, so no "
            "event is received: publish it with transient local"
        )
