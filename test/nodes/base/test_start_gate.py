"""A recording starts once its frames have a subscriber and the nodes that process them are active."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from mer_ros.nodes.base import start_gate
from mer_ros.nodes.base.start_gate import StartGate

OK, ERROR = DiagnosticStatus.OK, DiagnosticStatus.ERROR


def report(name: str, state: str, level: bytes = OK, message: str = "") -> DiagnosticArray:
    values = [KeyValue(key="state", value=state)]
    return DiagnosticArray(status=[DiagnosticStatus(name=name, level=level, message=message, values=values)])


class _Log:
    """In place of a node's logger."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def info(self, line: str) -> None:
        self.lines.append(line)

    warning = info


@pytest.fixture
def make(make_node: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """``make(subscribers, wait_for_nodes=, ...)``: (gate, log); subscribers: a list with their number."""

    def gate(subscribers: list[int], **parameters: Any) -> tuple[StartGate, list[str]]:
        node, log = make_node("camera", **parameters), _Log()
        monkeypatch.setattr(node, "get_logger", lambda: log)
        return StartGate(node, "/image", lambda: subscribers[0]), log.lines

    return gate


def test_without_nodes_to_wait_for_only_subscribers_count(make: Callable[..., Any]) -> None:
    subscribers = [1]
    gate, _ = make(subscribers, wait_for_subscribers=2)
    assert gate.reason == "", "nothing has waited yet"
    assert not gate.may_start() and gate.reason == "waiting for 2 subscribers of /image"
    subscribers[0] = 2
    assert gate.may_start() and gate.reason == ""
    subscribers[0] = 0
    assert gate.may_start(), "a recording that has started is not held back again"
    assert make([0], wait_for_subscribers=0)[0].may_start()


def test_all_named_nodes_of_the_namespace_have_to_be_active(make: Callable[..., Any]) -> None:
    gate, _ = make([1], wait_for_nodes="classifier, explainer")
    assert not gate.may_start()
    assert gate.reason == "waiting until classifier (not running) and explainer (not running) are active"
    gate._on_diagnostics(report("classifier", "active"))
    gate._on_diagnostics(report("other/explainer", "active"))
    gate._on_diagnostics(report("explainer", "inactive"))
    assert not gate.may_start() and gate.reason == "waiting until explainer (inactive) is active"
    gate._on_diagnostics(report("explainer", "active"))
    assert gate.may_start()


def test_fault_58_a_node_that_failed_to_configure_is_not_waited_for(make: Callable[..., Any]) -> None:
    gate, lines = make([1], wait_for_nodes="classifier")
    gate._on_diagnostics(report("classifier", "unconfigured"))
    assert not gate.may_start(), "it has not tried"
    gate._on_diagnostics(report("classifier", "unconfigured", ERROR, "no such model."))
    gate._on_diagnostics(report("classifier", "unconfigured", ERROR, "no such model."))
    assert lines == ["not waiting for classifier, which failed: no such model."]
    gate._on_diagnostics(report("classifier", "inactive"))
    assert not gate.may_start(), "it was configured after all"
    gate._on_diagnostics(report("classifier", "unconfigured", ERROR, "no such model."))
    assert gate.may_start()


def test_a_long_wait_is_logged_once_in_a_while(
    make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, lines = make([0])
    gate.may_start()
    assert lines == []
    monkeypatch.setattr(start_gate, "_FIRST_LOG_S", 0.0)
    for _ in range(3):
        gate.may_start()
    assert lines == ["waiting for 1 subscriber of /image"]


def test_it_unsubscribes_from_diagnostics_once_open(make: Callable[..., Any]) -> None:
    gate, _ = make([1], wait_for_nodes="classifier")
    gate._on_diagnostics(report("classifier", "active"))
    assert gate.may_start() and gate._status is not None
    gate._on_diagnostics(report("classifier", "active"))
    assert gate._status is None
    gate.close()
