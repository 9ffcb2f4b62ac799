"""Publishes an explanation of each label: heat map, regions, text and images. Works only for subscribers."""

from __future__ import annotations

import importlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rclpy.lifecycle import LifecyclePublisher
from rclpy.parameter import Parameter
from rclpy.subscription import Subscription
from rclpy.timer import Timer
from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion, Explanation, ExpressionEvent
from mer_interfaces.srv import SetModel
from mer_ros import runtime
from mer_ros.errors import MerError
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.guarded import sentence_of
from mer_ros.nodes.base.lifecycle import OK, WARN, Health, MerLifecycleNode
from mer_ros.nodes.base.model_folder import MEASURED, PREDICTIONS, ModelFolder
from mer_ros.nodes.base.qos import KEPT_EVENTS, QOS
from mer_ros.runtime import Pairer, Seen
from mer_ros.types import ExpressionEvent as Event
from mer_ros.types import Prediction

if TYPE_CHECKING:
    from mer_ros.explanation.explainer import Explainer

_MAX_MODELS = 3
_SUBSCRIBE_PERIOD_S = 0.2
_RETRY_S = 30.0  # weights may be copied into the folder while the graph runs


class ExplainerNode(MerLifecycleNode):
    """Pairs each final Emotion with its event and explains it with the weights that predicted it."""

    NAME = "explainer"
    DROPS = ("event", "no_weights")

    def __init__(self) -> None:
        super().__init__()
        self._folder: ModelFolder | None = None
        self._explainers: OrderedDict[str, Explainer] = OrderedDict()  # by model id, least recent first
        self._missing: OrderedDict[str, float] = OrderedDict()  # model id to the time of the last attempt
        self._pairs: Pairer[Event, Emotion] = Pairer(KEPT_EVENTS)
        self._seen = Seen()
        self._inputs: list[Subscription] = []
        self._outputs: dict[str, LifecyclePublisher] = {}
        self._subscribe_timer: Timer | None = None
        self._explained = 0
        self._service = self.create_service(SetModel, topic_names.SET_MODEL, self._on_set_model)

    def configure(self) -> None:
        """Load the expected model and the modules that draw, so that the first explanation is not delayed."""
        for topic, kind in (
            (topic_names.EXPLANATION, Explanation),
            (topic_names.OVERLAY, Image),
            (topic_names.PROTOTYPE, Image),
        ):
            self._outputs[topic] = self.create_lifecycle_publisher(kind, topic, QOS[topic])
        self._folder = ModelFolder(self)
        self._load(self.value("model"))
        with runtime.IMPORTING:
            for name in ("overlay", "prototypes"):
                importlib.import_module(f"mer_ros.visualisation.{name}")

    def prepare(self, changes: Mapping[str, Any]) -> Callable[[], object]:
        """Load a model before the first Emotion that names it."""
        if "model" in changes:
            self._load(changes["model"])
        return super().prepare(changes)

    def activate(self) -> None:
        """Start to subscribe to events and emotions on demand."""
        self._subscribe_timer = self.create_timer(
            _SUBSCRIBE_PERIOD_S, self.guard(self._subscribe_on_demand), clock=self.steady_clock
        )

    def deactivate(self) -> None:
        """Unsubscribe."""
        if self._subscribe_timer is not None:
            self.destroy_timer(self._subscribe_timer)
            self._subscribe_timer = None
        self._unsubscribe()

    def cleanup(self) -> None:
        """Release the models."""
        for publisher in self._outputs.values():
            self.destroy_lifecycle_publisher(publisher)
        self._outputs.clear()
        self._explainers.clear()
        self._missing.clear()
        self._folder = None

    def _load(self, model: str) -> str:
        """Load a model and return its id; of more than three, the least recently used one is released."""
        assert self._folder is not None
        with runtime.IMPORTING:
            from mer_ros.explanation.explainer import Explainer  # late: imports torch

            explainer = Explainer(self._folder.load(model), language=self.value("language"))
        model_id = explainer.recogniser.model_id
        self._explainers[model_id] = explainer
        self._explainers.move_to_end(model_id)
        self._missing.pop(model_id, None)
        while len(self._explainers) > _MAX_MODELS:
            self._explainers.popitem(last=False)
        return model_id

    def _subscribe_on_demand(self) -> None:
        """Subscribe to events and emotions only while an output has subscribers."""
        wanted = any(map(self._has_subscribers, self._outputs))
        if wanted and not self._inputs:
            for topic, kind, callback in (
                (topic_names.EVENTS, ExpressionEvent, self._on_event),
                (topic_names.EMOTION, Emotion, self._on_emotion),
            ):
                self._inputs.append(self.create_subscription(kind, topic, self.guard(callback), QOS[topic]))
        elif not wanted:
            self._unsubscribe()

    def _unsubscribe(self) -> None:
        for subscription in self._inputs:
            self.destroy_subscription(subscription)
        self._inputs.clear()
        self._pairs.clear()

    def _on_event(self, message: ExpressionEvent) -> None:
        if message.provisional or message.withdrawn:
            return
        try:
            event = convert.from_event(message)
        except MerError as error:
            self.report_drop("event", str(error))
            return
        self._explain(self._pairs.left(_key(message), event))

    def _on_emotion(self, message: Emotion) -> None:
        if not convert.is_final(message):
            return
        self._explain(self._pairs.right(_key(message), message))

    def _explain(self, pair: tuple[Event, Emotion] | None) -> None:
        if pair is None:
            return
        event, emotion = pair
        if not self._seen.add(_key(emotion)):
            return  # both were delivered again to a new subscription
        explainer = self._explainer_of(emotion.model)
        if explainer is None:
            return
        try:
            prediction = convert.from_emotion(emotion)
        except MerError as error:
            self.report_drop("event", str(error))
            return
        with self.work():
            self._publish(event, prediction, explainer)

    def _publish(self, event: Event, prediction: Prediction, explainer: Explainer) -> None:
        from mer_ros.visualisation.overlay import overlay
        from mer_ros.visualisation.prototypes import prototype_picture

        PREDICTIONS.wait()
        flow, sample = MEASURED.flow(event), MEASURED.sample(event, explainer.recogniser)
        result = explainer.explain(event, prediction, flow, sample)
        header = convert.event_header(event)
        self._explained += 1
        if self._has_subscribers(topic_names.EXPLANATION):
            self._outputs[topic_names.EXPLANATION].publish(convert.to_explanation(event, result))
        if self._has_subscribers(topic_names.OVERLAY):
            PREDICTIONS.wait()
            picture = overlay(event, prediction, result)
            self._outputs[topic_names.OVERLAY].publish(convert.to_image(picture, header))
        if result.prototype is not None and self._has_subscribers(topic_names.PROTOTYPE):
            PREDICTIONS.wait()
            picture = prototype_picture(result.prototype)
            self._outputs[topic_names.PROTOTYPE].publish(convert.to_image(picture, header))

    def _has_subscribers(self, topic: str) -> bool:
        return bool(self._outputs[topic].get_subscription_count())

    def _explainer_of(self, model_id: str) -> Explainer | None:
        """The explainer with the weights of this id; None if they cannot be loaded."""
        tried_s = self._missing.get(model_id, float("-inf"))
        if model_id not in self._explainers and time.monotonic() - tried_s > _RETRY_S:
            self._try_to_load(model_id)
        if model_id not in self._explainers:
            self.report_drop("no_weights", "")
            return None
        self._explainers.move_to_end(model_id)
        return self._explainers[model_id]

    def _try_to_load(self, model_id: str) -> None:
        """Load weights by their hash; log the first failure and remember the attempt."""
        try:
            self._load(model_id.rpartition("@")[2])
        except Exception as error:
            if model_id not in self._missing:
                self.get_logger().error(
                    f"labels come from {model_id}, but its weights cannot be loaded: {sentence_of(error)}"
                )
            self._missing[model_id] = time.monotonic()
            while len(self._missing) > _MAX_MODELS:
                self._missing.popitem(last=False)

    def _on_set_model(self, request: SetModel.Request, response: SetModel.Response) -> SetModel.Response:
        """Set the parameter ``model``: load weights before the first Emotion that names them."""
        if self._folder is None:
            response.ok, response.message = False, f"{self.NAME} is {self.state}: configure it first."
            return response
        result = self.set_parameters_atomically([Parameter("model", value=request.model)])
        response.ok = result.successful
        response.message = next(reversed(self._explainers)) if result.successful else result.reason
        return response

    def health(self) -> Health:
        """Number of explained events, and the loaded weights."""
        values = {
            "models": ", ".join(self._explainers),
            "has_subscribers": str(bool(self._inputs)).lower(),
            "explained": str(self._explained),
        }
        if self._missing:
            return WARN, f"weights are missing on this machine: {', '.join(self._missing)}", values
        return OK, "explaining" if self._inputs else "idle: no subscribers", values


def _key(message: ExpressionEvent | Emotion) -> str:
    return f"{message.source}\n{message.event_id}"
