"""The explainer: works on demand, with the weights that predicted the label, for pairs in any order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rcl_interfaces.srv import GetParameters
from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion, Explanation, ExpressionEvent
from mer_interfaces.srv import SetModel
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import QOS

NODE = "/mer/explainer"


@pytest.fixture(scope="module")
def explainer(start_once: Callable[..., Any], models_dir: Path) -> Iterator[Any]:
    node = start_once("explainer", "-p", f"models_dir:={models_dir}", "-p", "model:=one", "-p", "device:=cpu")
    node.wait_line("active")
    yield node
    assert node.end() == 0
    assert "Traceback" not in node.text


@pytest.fixture(scope="module")
def label_of(models_dir: Path) -> Callable[[Any, str], Emotion]:
    """``label_of(event, model)``: the Emotion of an event, computed in the test process."""
    from mer_ros.recognition.recogniser import Recogniser

    loaded = {name: Recogniser.load(models_dir / f"{name}.safetensors") for name in ("one", "two")}
    return lambda event, model: convert.to_emotion(event, loaded[model].predict(event))


def test_fault_32_without_subscribers_it_has_no_subscriptions_itself(
    explainer: Any,
    probe: Any,
    make_event: Callable[..., Any],
    label_of: Callable[[Any, str], Emotion],
    wait_for: Callable[..., Any],
) -> None:
    events = probe.node.create_publisher(ExpressionEvent, "/mer/events", QOS["events"])
    emotions = probe.node.create_publisher(Emotion, "/mer/emotion", QOS["emotion"])
    status = probe.diagnostics()
    wait_for(lambda: "mer/explainer" in status, "diagnostics")
    assert events.get_subscription_count() == emotions.get_subscription_count() == 0

    received = probe.subscribe(Explanation, "/mer/explanation", QOS["explanation"])
    wait_for(lambda: events.get_subscription_count() and emotions.get_subscription_count(), "its inputs")
    event = make_event("first")
    events.publish(convert.to_event(event))
    emotions.publish(label_of(event, "one"))
    wait_for(lambda: received, "an explanation")
    message = received[0]
    assert (message.event_id, message.source) == ("first", "/camera") and message.model.startswith("one@")
    assert message.text and len(message.regions) == len(message.relevance)
    assert float(np.sum(message.relevance)) == pytest.approx(1, abs=1e-3)
    probabilities = message.action_unit_probability, message.action_unit_right, message.action_unit_left
    assert {len(values) for values in probabilities} == {len(message.action_units)}
    assert message.heatmap.encoding == "32FC1"

    for subscription in list(probe.node.subscriptions):
        if subscription.topic_name == "/mer/explanation":
            probe.node.destroy_subscription(subscription)
    wait_for(
        lambda: not events.get_subscription_count() and not emotions.get_subscription_count(),
        "the end of its subscriptions",
    )


def test_a_label_may_arrive_before_its_event_and_both_images_are_published(
    explainer: Any,
    probe: Any,
    make_event: Callable[..., Any],
    label_of: Callable[[Any, str], Emotion],
    wait_for: Callable[..., Any],
) -> None:
    overlays = probe.subscribe(Image, "/mer/explanation/overlay", QOS["explanation/overlay"])
    prototypes = probe.subscribe(Image, "/mer/explanation/prototype", QOS["explanation/prototype"])
    events = probe.publisher(ExpressionEvent, "/mer/events", QOS["events"])
    emotions = probe.publisher(Emotion, "/mer/emotion", QOS["emotion"])
    event = make_event("late")
    emotions.publish(label_of(event, "two"))  # the label first, and of a model that is not loaded
    events.publish(convert.to_event(event))
    wait_for(lambda: overlays and prototypes, "both images")
    for image in (overlays[0], prototypes[0]):
        assert convert.stamp_ns(image.header.stamp) == event.apex_frame_ns
        assert convert.from_image(image).std() > 0


def test_missing_weights_are_logged_once_by_name_and_other_final_events_are_explained(
    explainer: Any,
    probe: Any,
    make_event: Callable[..., Any],
    label_of: Callable[[Any, str], Emotion],
    wait_for: Callable[..., Any],
) -> None:
    received = probe.subscribe(Explanation, "/mer/explanation", QOS["explanation"])
    events = probe.publisher(ExpressionEvent, "/mer/events", QOS["events"])
    emotions = probe.publisher(Emotion, "/mer/emotion", QOS["emotion"])
    for event_id in ("strange-1", "strange-2"):
        emotion = label_of(make_event(event_id), "one")
        emotion.model = "elsewhere@0123456789ab"
        events.publish(convert.to_event(make_event(event_id)))
        emotions.publish(emotion)
    for changes in ({"provisional": True}, {"withdrawn": True}):
        syllable = dataclasses.replace(make_event("syllable"), **changes)
        emotion = label_of(syllable, "one")
        emotion.reason = "withdrawn" if syllable.withdrawn else ""
        events.publish(convert.to_event(syllable))
        emotions.publish(emotion)
    events.publish(convert.to_event(make_event("known")))
    emotions.publish(label_of(make_event("known"), "one"))
    wait_for(lambda: received, "the explanation of the known model")
    assert [m.event_id for m in received] == ["known"]
    assert len([line for line in explainer.lines if "labels come from elsewhere@0123456789ab" in line]) == 1


def test_set_model_loads_a_model_and_refuses_an_unknown_one_with_a_sentence(
    explainer: Any, probe: Any
) -> None:
    request = SetModel.Request(model="two")
    assert probe.call(SetModel, f"{NODE}/set_model", request).message.startswith("two@")
    response = probe.call(SetModel, f"{NODE}/set_model", SetModel.Request(model="three"))
    assert not response.ok and "three" in response.message
    assert not probe.set_parameter(NODE, "model", "three").successful
    request = GetParameters.Request(names=["model"])
    [found] = probe.call(GetParameters, f"{NODE}/get_parameters", request).values
    assert found.string_value == "two", "the parameter is the model that was set last"
    assert probe.set_parameter(NODE, "model", "one").successful


@pytest.fixture
def in_process() -> Iterator[Any]:
    from mer_ros.nodes.explainer import ExplainerNode

    node = ExplainerNode()
    yield node
    node.end()
    node.destroy_node()


def test_the_model_in_use_is_kept_while_others_are_loaded(
    in_process: Any, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Loaded:
        def __init__(self, recogniser: Any, language: str) -> None:
            self.recogniser, self.language = recogniser, language

    class Folder:
        def load(self, wanted: str) -> Any:
            return type("Recogniser", (), {"model_id": f"{wanted}@{wanted}"})

    monkeypatch.setattr("mer_ros.explanation.explainer.Explainer", Loaded)
    in_process._folder = Folder()
    for other in ("b", "c", "d", "e"):
        assert in_process._explainer_of("a@a").recogniser.model_id == "a@a"
        in_process._load(other)
    assert {explainer.language for explainer in in_process._explainers.values()} == {"en"}
    assert "a@a" in in_process._explainers and len(in_process._explainers) == 3


def test_missing_weights_are_looked_up_again_after_30_s(
    in_process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, sought = [0.0], []

    def load(wanted: str) -> None:
        sought.append(wanted)
        raise OSError("not yet copied")

    monkeypatch.setattr(in_process, "_load", load)
    monkeypatch.setattr("mer_ros.nodes.explainer.time.monotonic", lambda: now[0])
    for now[0] in (0.0, 10.0, 29.0, 31.0, 32.0):  # seconds
        assert in_process._explainer_of("late@0123") is None
    assert sought == ["0123", "0123"] and in_process.drops["no_weights"] == 5
