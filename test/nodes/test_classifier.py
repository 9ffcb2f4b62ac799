"""The classifier over DDS: one answer an event, models swapped while events flow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mer_interfaces.msg import Emotion, ExpressionEvent
from mer_interfaces.srv import SetModel
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import QOS
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
def ask(
    classifier: Any, module_probe: Any, make_event: Callable[..., Any], wait_for: Callable[..., Any]
) -> Callable[[str], Emotion]:
    """Send an event; its answer."""
    answers = module_probe.listen(Emotion, "/mer/emotion", QOS["emotion"])
    events = module_probe.publisher(ExpressionEvent, "/mer/events", QOS["events"])

    def send(event_id: str) -> Emotion:
        events.publish(convert.to_event(make_event(event_id)))
        wait_for(lambda: any(a.event_id == event_id for a in answers), f"an answer to {event_id}")
        return next(a for a in answers if a.event_id == event_id)

    return send


def set_model(probe: Any, model: str) -> Any:
    return probe.call(SetModel, f"{NODE}/set_model", SetModel.Request(model=model))


def test_an_event_gets_one_whole_answer(
    ask: Callable[[str], Emotion], make_event: Callable[..., Any]
) -> None:
    answer = ask("whole")
    event = make_event()
    assert answer.model.startswith("one@") and tuple(answer.labels) == EMOTIONS
    assert sum(answer.probabilities) == pytest.approx(1, abs=1e-4)
    assert answer.label in (*EMOTIONS, "unknown") and bool(answer.reason) == (answer.label == "unknown")
    assert len(answer.prototype_distances) == len(EMOTIONS)
    assert (answer.source, answer.face_id, answer.kind) == (event.source, event.face_id, int(event.kind))
    assert convert.stamp_ns(answer.header.stamp) == event.apex_frame_ns
    assert convert.stamp_ns(answer.apex) == event.apex_ns


def test_the_same_event_gets_the_same_answer(ask: Callable[[str], Emotion]) -> None:
    assert list(ask("same-1").probabilities) == list(ask("same-2").probabilities)


def test_fault_40_a_broken_event_is_answered_with_unknown_and_why_and_the_next_one_as_ever(
    ask: Callable[[str], Emotion],
    module_probe: Any,
    classifier: Any,
    make_event: Callable[..., Any],
    wait_for: Callable[..., Any],
) -> None:
    answers = module_probe.listen(Emotion, "/mer/emotion", QOS["emotion"])
    broken = convert.to_event(make_event("broken"))
    broken.apex_face.data = broken.apex_face.data[:10]
    publisher = module_probe.publisher(ExpressionEvent, "/mer/events", QOS["events"])
    publisher.publish(broken)
    classifier.wait_line("the data has 10 bytes")
    assert ask("after-broken").event_id == "after-broken"
    wait_for(lambda: any(a.event_id == "broken" for a in answers), "the answer to the broken event")
    answer = next(a for a in answers if a.event_id == "broken")
    assert answer.label == "unknown" and "the data has 10 bytes" in answer.reason
    assert sum(answer.probabilities) == pytest.approx(1, abs=1e-4) and tuple(answer.labels) == EMOTIONS
    assert answer.apex == broken.apex and answer.roi == broken.roi and answer.model.startswith("one@")


def test_fault_56_models_swap_while_events_flow_and_none_is_lost(
    ask: Callable[[str], Emotion], module_probe: Any
) -> None:
    answers: list[Emotion] = []
    flow = threading.Thread(target=lambda: answers.extend(ask(f"flow-{i}") for i in range(30)))
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
        "a label under another model's name"
    )


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        pytest.param("three", "three", id="fault_42_missing"),
        pytest.param("pointer", "pointer", id="fault_43_lfs_pointer"),
        pytest.param("../../etc/passwd", "outside", id="fault_70_traversal"),
        pytest.param("", "holds one, pointer, two", id="fault_42_empty"),
    ],
)
def test_a_model_that_cannot_be_had_leaves_the_one_in_use(
    wanted: str, words: str, ask: Callable[[str], Emotion], module_probe: Any
) -> None:
    set_model(module_probe, "one")
    response = set_model(module_probe, wanted)
    assert not response.ok and words in response.message and "\n" not in response.message
    assert ask(f"still-{wanted}").model.startswith("one@")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-p", "model:=three"], "three"),
        (["-p", "model:=pointer"], "pointer"),
        (["-p", "device:=cuda"], "cuda"),
        (["-p", "models_dir:=/no/such/folder"], "/no/such/folder"),
    ],
    ids=["fault_42", "fault_43", "fault_50", "fault_42_folder"],
)
def test_a_model_that_cannot_be_loaded_fails_configure_with_a_sentence(
    arguments: list[str],
    words: str,
    start: Callable[..., Any],
    models_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = [] if "models_dir" in arguments[1] else ["-p", f"models_dir:={models_dir}"]
    node = start(
        "classifier",
        "-p",
        "model:=one",
        *given,
        *arguments,
        namespace="/bad",
        env={"CUDA_VISIBLE_DEVICES": ""},
    )
    assert words in node.wait_line("configure failed")
    assert node.alive and "Traceback" not in node.text
    assert node.end() == 0


@pytest.fixture
def in_process(models_dir: Path) -> Iterator[Any]:
    """An active classifier in the test process; what it sends goes into the list ``sent``."""
    from rclpy.parameter import Parameter

    from mer_ros.nodes.classifier import ClassifierNode

    node = ClassifierNode()
    given = {"models_dir": str(models_dir), "model": "one", "device": "cpu"}
    node.set_parameters([Parameter(name, value=value) for name, value in given.items()])
    node.trigger_configure()
    node.trigger_activate()
    node.sent = []
    node._output.publish = node.sent.append
    yield node
    node.end()
    node.destroy_node()


def test_whatever_breaks_in_a_model_the_event_is_answered_and_after_five_the_node_says_so(
    in_process: Any, make_event: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(event: object) -> None:
        raise RuntimeError("the weights are of another shape")

    predict = in_process._recogniser.predict
    monkeypatch.setattr(in_process._recogniser, "predict", breaks)
    for i in range(5):
        in_process._on_event(convert.to_event(make_event(f"e{i}")))
        in_process._diagnose_timer.callback()
    assert [(m.event_id, m.label) for m in in_process.sent] == [(f"e{i}", "unknown") for i in range(5)]
    assert all("another shape" in m.reason for m in in_process.sent)
    assert in_process.streak.tripped and in_process.drops["error"] == 5
    monkeypatch.setattr(in_process._recogniser, "predict", predict)
    in_process._on_event(convert.to_event(make_event("good")))
    assert not in_process.streak.tripped and len(in_process.sent[-1].prototype_distances)


def test_set_model_answers_also_when_loading_breaks_in_a_way_of_its_own(
    in_process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(wanted: str) -> None:
        raise OSError("the disk sulks")

    before = in_process._recogniser
    monkeypatch.setattr(in_process._folder, "load", breaks)
    response = in_process._on_set_model(SetModel.Request(model="two"), SetModel.Response())
    assert not response.ok and response.message == "OSError: the disk sulks"
    assert in_process._recogniser is before
