"""The executable recogniser: classifier and explainer in one process, each with its own parameters."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rcl_interfaces.srv import GetParameters

from mer_interfaces.msg import Emotion, Explanation, ExpressionEvent
from mer_interfaces.srv import SetModel
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import OFFERED, QOS

PARAMS = """
/**/classifier:
  ros__parameters: {model: one}
/**/explainer:
  ros__parameters: {model: two}
"""


@pytest.fixture(scope="module")
def recogniser(start_once: Callable[..., Any], models_dir: Path, tmp_path_factory: Any) -> Iterator[Any]:
    path = tmp_path_factory.mktemp("params") / "params.yaml"
    path.write_text(PARAMS)
    given = ("-p", f"models_dir:={models_dir}", "-p", "device:=cpu")  # of both
    node = start_once("recogniser", "--params-file", str(path), *given)
    for name in ("classifier", "explainer"):
        node.wait_line(rf"{name}\]: active")
    yield node
    assert node.end() == 0
    assert "Traceback" not in node.text


def test_each_node_keeps_its_parameters_services_and_diagnostics(recogniser: Any, module_probe: Any) -> None:
    status = module_probe.diagnostics()
    for name, model in (("classifier", "one"), ("explainer", "two")):
        request = GetParameters.Request(names=["model"])
        response = module_probe.call(GetParameters, f"/mer/{name}/get_parameters", request)
        assert response.values[0].string_value == model
        assert module_probe.state(f"/mer/{name}") == "active"
        module_probe.wait_for(lambda: f"mer/{name}" in status, f"diagnostics of {name}")  # noqa: B023
    answer = module_probe.call(SetModel, "/mer/classifier/set_model", SetModel.Request(model="two"))
    assert answer.ok and answer.message.startswith("two@")


def test_one_node_changes_its_state_while_the_other_works(
    recogniser: Any, module_probe: Any, make_event: Callable[..., Any]
) -> None:
    labels = module_probe.subscribe(Emotion, "/mer/emotion", QOS["emotion"])
    assert module_probe.transition("/mer/explainer", "deactivate")
    events = module_probe.publisher(ExpressionEvent, "/mer/events", OFFERED["events"])
    events.publish(convert.to_event(make_event("alone")))
    module_probe.wait_for(lambda: [x for x in labels if x.event_id == "alone"], "a label")
    assert module_probe.state("/mer/explainer") == "inactive"
    assert module_probe.transition("/mer/explainer", "activate")


def test_every_label_comes_at_once_although_explanations_are_computed(
    recogniser: Any, module_probe: Any, make_event: Callable[..., Any]
) -> None:
    order: list[tuple[str, str]] = []
    node = module_probe.node
    for kind, topic in ((Emotion, "emotion"), (Explanation, "explanation")):
        node.create_subscription(
            kind,
            f"/mer/{topic}",
            lambda m, topic=topic: order.append((topic, m.event_id)) if m.event_id[:2] == "n_" else None,
            QOS[topic],
        )
    events = module_probe.publisher(ExpressionEvent, "/mer/events", OFFERED["events"], subscribers=2)
    ids = [f"n_{i}" for i in range(12)]
    for event_id in ids:
        events.publish(convert.to_event(make_event(event_id)))
    module_probe.wait_for(lambda: len(order) >= 2 * len(ids), "labels and explanations")
    assert sorted(order) == sorted((topic, i) for topic in ("emotion", "explanation") for i in ids)
    explained_before = order[: order.index(("emotion", ids[-1]))]
    waited = sum(topic == "explanation" for topic, _ in explained_before)
    assert waited < len(ids) - 1, f"the last label came after {waited} explanations"


def test_a_name_for_all_nodes_of_the_process_is_refused(start: Callable[..., Any]) -> None:
    node = start("recogniser", "-r", "__node:=labels")
    assert node.wait() == 2
    assert node.lines[-1] == (
        "The command line is invalid: __node:=labels names several nodes of this process: write "
        "-r classifier:__node:=labels."
    )


def test_one_node_of_the_process_can_be_renamed(start: Callable[..., Any], models_dir: Path) -> None:
    given = ("-p", f"models_dir:={models_dir}", "-p", "model:=one")
    node = start("recogniser", "-r", "classifier:__node:=labels", *given, namespace="/renamed")
    node.wait_line(r"renamed\.labels\]: active")
    node.wait_line(r"renamed\.explainer\]: active")
    assert node.end() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_fault_93_a_signal_while_torch_is_imported_ends_the_process_at_once(
    number: int, start: Callable[..., Any], wait_for: Callable[..., Any]
) -> None:
    node = start("recogniser", namespace="/interrupted")
    maps = Path(f"/proc/{node.process.pid}/maps")
    wait_for(lambda: "libtorch" in maps.read_text(), "the import of torch")
    sent_s = time.monotonic()
    assert node.end(number) == 0
    assert time.monotonic() - sent_s < 4.0, "a supervisor would send a stronger signal after 5 s"
    assert "Traceback" not in node.text and "active" not in node.text


def test_events_published_before_it_is_active_are_answered_and_explained_once(
    start: Callable[..., Any], models_dir: Path, probe: Any, make_event: Callable[..., Any]
) -> None:
    """A subscriber of explanations that comes later receives those of the last seconds, too."""
    events = probe.node.create_publisher(ExpressionEvent, "/early/events", OFFERED["events"])
    events.publish(convert.to_event(make_event("early")))
    given = ("-p", f"models_dir:={models_dir}", "-p", "model:=one", "-p", "device:=cpu")
    start("recogniser", *given, namespace="/early")
    labels = probe.subscribe(Emotion, "/early/emotion", QOS["emotion"])
    probe.wait_for(lambda: labels, "a label")
    explanations = probe.subscribe(Explanation, "/early/explanation", QOS["explanation"])
    probe.wait_for(lambda: explanations, "an explanation")
    transition = probe.transitions("/early/classifier")
    assert transition("deactivate") and transition("activate")  # the event is delivered again
    events.publish(convert.to_event(make_event("later")))
    probe.wait_for(lambda: len(labels) > 1 and len(explanations) > 1, "the next answer")
    assert [label.event_id for label in labels] == ["early", "later"]
    assert [e.event_id for e in explanations] == ["early", "later"]
