"""The classifier over DDS: one answer an event, models swapped while events flow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mer_interfaces.msg import Emotion, ExpressionEvent
from mer_interfaces.srv import SetModel
from mer_ros.nodes import convert
from mer_ros.nodes.topics import QOS
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
    assert convert.stamp_ns(answer.header.stamp) == convert.stamp_ns(answer.apex) == event.apex_ns


def test_the_same_event_gets_the_same_answer(ask: Callable[[str], Emotion]) -> None:
    assert list(ask("same-1").probabilities) == list(ask("same-2").probabilities)


def test_fault_40_a_broken_event_is_dropped_and_the_next_one_answered(
    ask: Callable[[str], Emotion], module_probe: Any, classifier: Any, make_event: Callable[..., Any]
) -> None:
    broken = convert.to_event(make_event("broken"))
    broken.apex_face.data = broken.apex_face.data[:10]
    publisher = module_probe.publisher(ExpressionEvent, "/mer/events", QOS["events"])
    publisher.publish(broken)
    classifier.wait_line("the data has 10 bytes")
    assert ask("after-broken").event_id == "after-broken"


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
