"""Why a label was named: map, regions, words and pictures, made only while somebody listens."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion, Explanation, ExpressionEvent
from mer_interfaces.srv import SetModel
from mer_ros.errors import MerError
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.guarded import sentence_of
from mer_ros.nodes.base.lifecycle import OK, WARN, Health, MerLifecycleNode
from mer_ros.nodes.base.model_folder import ModelFolder
from mer_ros.nodes.base.qos import QOS
from mer_ros.runtime import Pairer
from mer_ros.types import ExpressionEvent as Event
from mer_ros.types import Prediction

_MAX_MODELS = 3
_LOOK_PERIOD_S = 0.2
_SEEK_AGAIN_S = 30.0  # weights may be copied here while the graph runs


class ExplainerNode(MerLifecycleNode):
    """Pairs each Emotion with its event and explains it with the very weights that answered."""

    NAME = "explainer"
    DROPS = ("event", "no_weights")

    def __init__(self) -> None:
        super().__init__()
        self._folder: ModelFolder | None = None
        self._explainers: OrderedDict[str, Any] = OrderedDict()
        self._lacking: OrderedDict[str, float] = OrderedDict()
        self._pairs: Pairer[Event, Emotion] = Pairer()
        self._inputs: list[Any] = []
        self._outputs: dict[str, Any] = {}
        self._look_timer: Any = None
        self._explained = 0
        self._service = self.create_service(SetModel, topic_names.SET_MODEL, self._on_set_model)

    def configure(self) -> None:
        """Load the expected model, so that the first explanation is not late."""
        self._folder = ModelFolder(self)
        self._load(self.value("model"))
        for topic, kind in (
            (topic_names.EXPLANATION, Explanation),
            (topic_names.OVERLAY, Image),
            (topic_names.PROTOTYPE, Image),
        ):
            self._outputs[topic] = self.create_lifecycle_publisher(kind, topic, QOS[topic])

    def activate(self) -> None:
        """Watch for listeners."""
        self._look_timer = self.create_timer(_LOOK_PERIOD_S, self.guard(self._look), clock=self.steady)

    def deactivate(self) -> None:
        """Stop listening."""
        if self._look_timer is not None:
            self.destroy_timer(self._look_timer)
            self._look_timer = None
        self._deafen()

    def cleanup(self) -> None:
        """Free the models."""
        for publisher in self._outputs.values():
            self.destroy_lifecycle_publisher(publisher)
        self._outputs.clear()
        self._explainers.clear()
        self._lacking.clear()
        self._folder = None

    def _load(self, wanted: str) -> str:
        """Load a model and keep it; beyond a few the one unused for longest is forgotten. Returns its id."""
        from mer_ros import explanation  # brings torch with it

        assert self._folder is not None
        explainer = explanation.Explainer(self._folder.load(wanted))
        model_id = str(explainer.recogniser.model_id)
        self._explainers[model_id] = explainer
        self._explainers.move_to_end(model_id)
        self._lacking.pop(model_id, None)
        while len(self._explainers) > _MAX_MODELS:
            self._explainers.popitem(last=False)
        return model_id

    def _look(self) -> None:
        """Listen to events and emotions only while somebody listens to us."""
        wanted = any(output.get_subscription_count() for output in self._outputs.values())
        if wanted and not self._inputs:
            for topic, kind, callback in (
                (topic_names.EVENTS, ExpressionEvent, self._on_event),
                (topic_names.EMOTION, Emotion, self._on_emotion),
            ):
                self._inputs.append(self.create_subscription(kind, topic, self.guard(callback), QOS[topic]))
        elif not wanted:
            self._deafen()

    def _deafen(self) -> None:
        for subscription in self._inputs:
            self.destroy_subscription(subscription)
        self._inputs.clear()
        self._pairs.clear()

    def _on_event(self, message: ExpressionEvent) -> None:
        try:
            event = convert.from_event(message)
        except MerError as error:
            self.dropped("event", str(error))
            return
        self._explain(self._pairs.left(_key(message), event))

    def _on_emotion(self, message: Emotion) -> None:
        self._explain(self._pairs.right(_key(message), message))

    def _explain(self, pair: tuple[Event, Emotion] | None) -> None:
        if pair is None:
            return
        event, emotion = pair
        explainer = self._explainer_of(emotion.model)
        if explainer is None:
            return
        with self.work():
            self._publish(event, convert.from_emotion(emotion), explainer)

    def _publish(self, event: Event, prediction: Prediction, explainer: Any) -> None:
        from mer_ros import explanation

        result = explainer.explain(event, prediction)
        header = convert.event_header(event)
        self._explained += 1
        if self._wanted(topic_names.EXPLANATION):
            self._outputs[topic_names.EXPLANATION].publish(convert.to_explanation(event, result))
        if self._wanted(topic_names.OVERLAY):
            picture = explanation.overlay(event, prediction, result)
            self._outputs[topic_names.OVERLAY].publish(convert.to_image(picture, header))
        if result.prototype is not None and self._wanted(topic_names.PROTOTYPE):
            self._outputs[topic_names.PROTOTYPE].publish(convert.to_image(result.prototype, header))

    def _wanted(self, topic: str) -> bool:
        return self._outputs[topic].get_subscription_count() > 0

    def _explainer_of(self, model_id: str) -> Any:
        """The explainer with the weights that answered, by hash; None, said once, if they are not here."""
        sought_s = self._lacking.get(model_id, float("-inf"))
        if model_id not in self._explainers and time.monotonic() - sought_s > _SEEK_AGAIN_S:
            self._seek(model_id)
        if model_id not in self._explainers:
            self.dropped("no_weights", "")
            return None
        self._explainers.move_to_end(model_id)
        return self._explainers[model_id]

    def _seek(self, model_id: str) -> None:
        try:
            self._load(model_id.rpartition("@")[2])
        except Exception as error:
            if model_id not in self._lacking:
                self.get_logger().error(
                    f"{model_id} answers, but its weights are not here. {sentence_of(error)}"
                )
            self._lacking[model_id] = time.monotonic()
            while len(self._lacking) > _MAX_MODELS:
                self._lacking.popitem(last=False)

    def _on_set_model(self, request: SetModel.Request, response: SetModel.Response) -> SetModel.Response:
        """Load weights ahead of the first Emotion that names them."""
        if self._folder is None:
            response.ok, response.message = False, f"{self.NAME} is {self.state}: configure it first."
            return response
        try:
            response.ok, response.message = True, self._load(request.model)
        except Exception as error:
            response.ok, response.message = False, sentence_of(error)
        return response

    def health(self) -> Health:
        """What was explained and with which weights."""
        values = {
            "models": ", ".join(self._explainers),
            "listening": str(bool(self._inputs)).lower(),
            "explained": str(self._explained),
        }
        if self._lacking:
            return WARN, f"weights are missing here: {', '.join(self._lacking)}", values
        return OK, "explaining" if self._inputs else "nobody listens: nothing is made", values


def _key(message: Any) -> str:
    return f"{message.source}\n{message.event_id}"
