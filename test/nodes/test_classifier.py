"""The classifier: one label per event, and models that are replaced while events arrive."""

from __future__ import annotations

import dataclasses
import math
import pkgutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from rcl_interfaces.srv import GetParameters
from rclpy.parameter import Parameter
from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion, ExpressionEvent
from mer_interfaces.srv import SetModel
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import OFFERED, QOS, reliable
from mer_ros.types import EMOTIONS

NODE = "/mer/classifier"


@pytest.fixture(scope="module")
def classifier(start_once: Callable[..., Any], models_dir: Path) -> Iterator[Any]:
    node = start_once(
        "classifier", "-p", f"models_dir:={models_dir}", "-p", "model:=one", "-p", "device:=cpu"
    )
    node.wait_line("active")
    yield node
    assert node.end() == 0
    assert "Traceback" not in node.text


@pytest.fixture(scope="module")
def classify(
    classifier: Any, module_probe: Any, make_event: Callable[..., Any], wait_for: Callable[..., Any]
) -> Callable[[str], Emotion]:
    """``classify(event_id)``: publish an event; returns its label."""
    answers = module_probe.subscribe(Emotion, "/mer/emotion", QOS["emotion"])
    events = module_probe.publisher(ExpressionEvent, "/mer/events", QOS["events"])

    def send(event_id: str) -> Emotion:
        events.publish(convert.to_event(make_event(event_id)))
        wait_for(lambda: any(a.event_id == event_id for a in answers), f"the label of {event_id}")
        return next(a for a in answers if a.event_id == event_id)

    return send


def set_model(probe: Any, model: str) -> Any:
    return probe.call(SetModel, f"{NODE}/set_model", SetModel.Request(model=model))


def test_every_field_of_a_label_is_set(
    classify: Callable[[str], Emotion], make_event: Callable[..., Any]
) -> None:
    answer = classify("whole")
    event = make_event()
    assert answer.model.startswith("one@") and tuple(answer.labels) == EMOTIONS
    assert sum(answer.probabilities) == pytest.approx(1, abs=1e-4)
    assert answer.label in (*EMOTIONS, "unknown") and bool(answer.reason) == (answer.label == "unknown")
    assert len(answer.prototype_distances) == len(EMOTIONS)
    assert (answer.source, answer.face_id, answer.kind) == (event.source, event.face_id, int(event.kind))
    assert convert.stamp_ns(answer.header.stamp) == event.apex_frame_ns
    assert convert.stamp_ns(answer.apex) == event.apex_ns


def test_the_same_event_gets_the_same_probabilities(classify: Callable[[str], Emotion]) -> None:
    assert list(classify("same-1").probabilities) == list(classify("same-2").probabilities)


def test_fault_40_an_invalid_event_gets_unknown_with_a_reason_and_the_next_one_a_label(
    classify: Callable[[str], Emotion],
    module_probe: Any,
    classifier: Any,
    make_event: Callable[..., Any],
    wait_for: Callable[..., Any],
) -> None:
    answers = module_probe.subscribe(Emotion, "/mer/emotion", QOS["emotion"])
    invalid = convert.to_event(make_event("invalid"))
    invalid.apex_face.data = invalid.apex_face.data[:10]
    publisher = module_probe.publisher(ExpressionEvent, "/mer/events", QOS["events"])
    publisher.publish(invalid)
    classifier.wait_line("the data has 10 bytes")
    assert classify("after-invalid").event_id == "after-invalid"
    wait_for(lambda: any(a.event_id == "invalid" for a in answers), "the label of the invalid event")
    answer = next(a for a in answers if a.event_id == "invalid")
    assert answer.label == "unknown" and "the data has 10 bytes" in answer.reason
    assert sum(answer.probabilities) == pytest.approx(1, abs=1e-4) and tuple(answer.labels) == EMOTIONS
    assert answer.apex == invalid.apex and answer.roi == invalid.roi and answer.model.startswith("one@")


FORGED = "[ERROR] [mer.face_tracker]: forged"


def hostile(message: ExpressionEvent, field: str) -> ExpressionEvent:
    """An event that nobody but a stranger would publish."""
    message.event_id = f"hostile\n{FORGED}\n{field}"
    if field == "order":
        message.onset, message.offset = message.offset, message.onset
    elif field == "kind":
        message.kind = 255
    elif field == "size":
        message.apex_face.width = message.apex_face.height = message.apex_face.step = 2**32 - 1
    elif field == "encoding":
        message.apex_face.encoding = f"x\n{FORGED}"
    elif field == "long":
        message.event_id, message.kind = message.event_id + "x" * 2**20, 255
    elif field == "landmarks":
        message.landmarks[0].x = math.nan
    elif field == "no_landmarks":
        message.landmarks = []
    elif field == "affine":
        message.crop_from_image[0] = math.inf
    else:
        message.clip = [Image(width=9, height=9)] * 32
    return message


HOSTILE = "order kind size encoding long landmarks no_landmarks affine clip".split()


def test_fault_67_what_a_stranger_publishes_or_sets_is_refused_and_the_node_keeps_its_model(
    classify: Callable[[str], Emotion],
    module_probe: Any,
    classifier: Any,
    make_event: Callable[..., Any],
    wait_for: Callable[..., Any],
) -> None:
    assert set_model(module_probe, "one").ok
    answers = module_probe.subscribe(Emotion, "/mer/emotion", QOS["emotion"])
    stranger = module_probe.publisher(ExpressionEvent, "/mer/events", QOS["events"])
    for field in HOSTILE:
        stranger.publish(hostile(convert.to_event(make_event()), field))
    settings = {"model": "../../etc/passwd", "models_dir": "/", "device": "cuda", "max_distance": -1.0}
    for name, value in {**settings, "min_confidence": "$(reboot)", "no_such_parameter": 1}.items():
        result = module_probe.set_parameter(NODE, name, value)
        assert not result.successful and result.reason, name
    assert classify("after-the-stranger").model.startswith("one@") and classifier.alive

    def forged() -> list[Emotion]:
        return [answer for answer in answers if answer.event_id.startswith("hostile")]

    wait_for(lambda: len(forged()) == len(HOSTILE), "an answer to each")
    assert {answer.label for answer in forged() if answer.reason} == {"unknown"}
    assert all(len(answer.reason) <= 1000 and "\n" not in answer.reason for answer in forged())
    assert not [line for line in classifier.lines if line.startswith(FORGED)], "a line that it did not write"
    assert max(map(len, classifier.lines)) < 2000 and "Traceback" not in classifier.text


def test_fault_56_no_event_is_lost_while_models_are_replaced(
    classify: Callable[[str], Emotion], module_probe: Any
) -> None:
    answers: list[Emotion] = []
    flow = threading.Thread(target=lambda: answers.extend(classify(f"flow-{i}") for i in range(30)))
    flow.start()
    while flow.is_alive():
        for model in ("two", "one"):
            response = set_model(module_probe, model)
            assert response.ok and response.message.startswith(f"{model}@")
    flow.join()
    assert [a.event_id for a in answers] == [f"flow-{i}" for i in range(30)]
    assert {a.model.partition("@")[0] for a in answers} == {"one", "two"}
    by_model = {a.model: list(a.probabilities) for a in answers}
    assert all(list(a.probabilities) == by_model[a.model] for a in answers), (
        "a label with the name of another model"
    )


@pytest.mark.parametrize(
    ("model", "words"),
    [
        pytest.param("three", "three", id="fault_42_missing"),
        pytest.param("pointer", "pointer", id="fault_43_lfs_pointer"),
        pytest.param("../" * 30 + "etc/passwd", "outside", id="fault_70_traversal"),
        pytest.param("", "contains one, pointer, two", id="fault_42_empty"),
    ],
)
def test_a_refused_model_leaves_the_current_one_in_use(
    model: str, words: str, classify: Callable[[str], Emotion], module_probe: Any
) -> None:
    set_model(module_probe, "one")
    response = set_model(module_probe, model)
    assert not response.ok and words in response.message and "\n" not in response.message
    assert classify(f"still-{model}").model.startswith("one@")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"model": "three"}, "three"),
        ({"model": "pointer"}, "pointer"),
        ({"device": "cuda"}, "cuda"),
        ({"models_dir": "/no/such/folder"}, "/no/such/folder"),
    ],
    ids=["fault_42", "fault_43", "fault_50", "fault_42_folder"],
)
def test_a_model_that_cannot_be_loaded_fails_configure_with_one_sentence(
    parameters: dict[str, str],
    words: str,
    make_classifier: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    node = make_classifier(**parameters)
    node.trigger_configure()
    assert node.state == "unconfigured"
    output = capfd.readouterr().err
    [line] = [line for line in output.splitlines() if "[ERROR]" in line]
    assert "configure failed" in line and words in line and "Traceback" not in output


@pytest.fixture
def make_classifier(models_dir: Path) -> Iterator[Callable[..., Any]]:
    """``make_classifier(**parameters)``: a classifier in the test process, not configured."""
    from mer_ros.nodes.classifier import ClassifierNode

    nodes: list[Any] = []

    def make(**parameters: str) -> Any:
        nodes.append(ClassifierNode())
        given = {"models_dir": str(models_dir), "model": "one", "device": "cpu", **parameters}
        nodes[-1].set_parameters([Parameter(name, value=value) for name, value in given.items()])
        return nodes[-1]

    yield make
    for node in nodes:
        node.end()
        node.destroy_node()


@pytest.fixture
def in_process(make_classifier: Callable[..., Any]) -> Any:
    """An active classifier in the test process; the messages that it publishes go into the list ``sent``."""
    node = make_classifier()
    node.trigger_configure()
    node.trigger_activate()
    node.sent = []
    node._output.publish = node.sent.append
    return node


@pytest.mark.parametrize(
    "kind", ["builtins:RuntimeError", "torch:OutOfMemoryError"], ids=["any", "fault_51_out_of_memory"]
)
def test_an_exception_of_the_model_gives_unknown_and_five_in_a_row_trip_the_streak(
    kind: str, in_process: Any, make_event: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(event: object) -> None:
        raise pkgutil.resolve_name(kind)("the weights have another shape")

    predict = in_process._recogniser.predict_sample
    monkeypatch.setattr(in_process._recogniser, "predict_sample", fail)
    for i in range(5):
        in_process._on_event(convert.to_event(make_event(f"e{i}")))
        in_process._diagnose_timer.callback()
    assert [(m.event_id, m.label) for m in in_process.sent] == [(f"e{i}", "unknown") for i in range(5)]
    assert all("another shape" in m.reason for m in in_process.sent)
    assert in_process.streak.tripped and in_process.drops["error"] == 5
    monkeypatch.setattr(in_process._recogniser, "predict_sample", predict)
    in_process._on_event(convert.to_event(make_event("good")))
    assert not in_process.streak.tripped and len(in_process.sent[-1].prototype_distances)


@pytest.mark.parametrize("kind", ["torch:AcceleratorError", "builtins:RuntimeError"])
def test_fault_52_after_a_device_assertion_every_event_is_unknown_and_the_node_reports_an_error(
    kind: str, in_process: Any, make_event: Callable[..., Any], probe: Any
) -> None:
    """The exception comes from inside the network, as that of a device does; it comes from then on always."""
    sentence = "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported"

    def fail(*_: object) -> None:
        raise pkgutil.resolve_name(kind)(sentence)

    latest = probe.diagnostics()
    in_process._on_event(convert.to_event(make_event("before")))
    in_process._recogniser.system.register_forward_pre_hook(fail)
    for i in range(5):
        in_process._on_event(convert.to_event(make_event(f"e{i}")))
    assert [m.event_id for m in in_process.sent] == ["before", *(f"e{i}" for i in range(5))]
    reason = f"{kind.partition(':')[2]}: CUDA error: device-side assert triggered"
    assert {(m.label, m.reason) for m in in_process.sent[1:]} == {("unknown", reason)}
    assert in_process.sent[0].reason != reason and in_process.state == "active"

    def level() -> bytes:
        in_process._diagnose_timer.callback()
        own = latest.get("classifier")  # not that of another namespace
        return own.level if own else b""

    probe.wait_for(lambda: level() == DiagnosticStatus.ERROR, "the level ERROR")
    in_process.set_parameters([Parameter("model", value="two")])
    in_process._on_event(convert.to_event(make_event("after")))
    assert in_process.sent[-1].model.startswith("two@") and in_process.sent[-1].reason != reason


def test_a_provisional_event_is_labelled_and_a_withdrawn_one_is_unknown(
    in_process: Any, make_event: Callable[..., Any]
) -> None:
    event = dataclasses.replace(make_event("syllable"), provisional=True)
    in_process._on_event(convert.to_event(event))
    in_process._on_event(convert.to_event(dataclasses.replace(event, provisional=False, withdrawn=True)))
    first, second = in_process.sent
    assert first.provisional and max(first.probabilities) > min(first.probabilities)
    assert (second.label, second.reason, second.provisional) == ("unknown", "withdrawn", False)
    assert (second.event_id, second.onset) == (first.event_id, first.onset)
    assert sum(second.probabilities) == pytest.approx(1, abs=1e-4) and not in_process.streak.tripped
    values = in_process.health()[2]
    assert (values["answered"], values["unknown"], values["withdrawn"]) == ("0", "0", "1")


def test_set_model_responds_to_any_exception_of_loading(
    in_process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(wanted: str) -> None:
        raise OSError("no space left")

    before = in_process._recogniser
    monkeypatch.setattr(in_process._folder, "load", fail)
    response = in_process._on_set_model(SetModel.Request(model="two"), SetModel.Response())
    assert not response.ok and response.message == "OSError: no space left"
    assert in_process._recogniser is before


def test_publishers_from_which_no_event_arrives_are_named_in_diagnostics(in_process: Any, probe: Any) -> None:
    def message() -> str:
        return str(in_process.health()[1])

    assert message() == "no node publishes /events"
    probe.node.create_publisher(ExpressionEvent, "/events", reliable(10))
    probe.wait_for(lambda: "with durability volatile, so no event is received" in message(), "the fault")
    assert probe.node.get_name() in message()
    probe.node.create_publisher(ExpressionEvent, "/events", OFFERED["events"])
    probe.wait_for(lambda: message() == "classifying", "the end of the fault")


def test_an_event_that_is_delivered_again_is_answered_once_and_its_final_form_too(
    in_process: Any, make_event: Callable[..., Any]
) -> None:
    provisional, final = (convert.to_event(make_event("again")) for _ in range(2))
    provisional.provisional = True
    for message in (provisional, final, provisional, final):
        in_process._on_event(message)
    assert [answer.provisional for answer in in_process.sent] == [True, False]
    assert dict(in_process.drops.items())["event"] == 0


def test_the_parameter_and_the_service_set_the_same_model(
    classify: Callable[[str], Emotion], module_probe: Any
) -> None:
    def model() -> str:
        request = GetParameters.Request(names=["model"])
        answer = module_probe.call(GetParameters, f"{NODE}/get_parameters", request)
        return str(answer.values[0].string_value)

    assert set_model(module_probe, "one").ok and model() == "one"
    assert module_probe.set_parameter(NODE, "model", "two").successful
    assert classify("by-parameter").model.startswith("two@")
    assert set_model(module_probe, "one").ok and model() == "one"
    assert classify("by-service").model.startswith("one@")
    refused = module_probe.set_parameter(NODE, "model", "three")
    assert not refused.successful and "'three' is not in" in refused.reason and "\n" not in refused.reason
    assert not set_model(module_probe, "pointer").ok
    assert model() == "one" and classify("still").model.startswith("one@")


def test_limits_of_rejection_change_while_events_arrive(
    classify: Callable[[str], Emotion], module_probe: Any
) -> None:
    assert set_model(module_probe, "one").ok
    limit = classify("before").rejection_distance
    assert module_probe.set_parameter(NODE, "max_distance", 1e-9).successful
    strict = classify("strict")
    assert strict.label == "unknown" and strict.rejection_distance == pytest.approx(1e-9)
    assert strict.reason == "unlike any learned prototype"
    assert set_model(module_probe, "two").ok
    assert classify("strict-too").label == "unknown", "the limits hold for the next model"
    assert module_probe.set_parameter(NODE, "max_distance", 0.0).successful
    assert set_model(module_probe, "one").ok
    assert classify("after").rejection_distance == limit
