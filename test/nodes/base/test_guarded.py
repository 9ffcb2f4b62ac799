"""Exceptions in callbacks are counted and logged; five in a row set the level to ERROR."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from mer_ros.errors import BadFrame, ConfigError
from mer_ros.nodes.base.guarded import GuardedNode, first_line, sentence_of


class DroppingNode(GuardedNode):
    """A node that counts drops by two reasons."""

    DROPS = ("encoding", "step")


@pytest.fixture
def node() -> Iterator[DroppingNode]:
    node = DroppingNode("dropping")
    yield node
    node.destroy_node()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(severity, sentence) of each message that a node logs."""
    lines: list[tuple[str, str]] = []
    logger = SimpleNamespace(
        warning=lambda sentence: lines.append(("warning", sentence)),
        error=lambda sentence: lines.append(("error", sentence)),
    )
    monkeypatch.setattr(DroppingNode, "get_logger", lambda self: logger)
    return lines


def test_fault_57_a_failing_callback_is_counted_and_five_in_a_row_trip_the_streak(camera: Any) -> None:
    def fail() -> None:
        raise ValueError("boom")

    def fail_in_main_work() -> None:
        with camera.work():
            fail()

    for i in range(5):
        fail_in_main_work()
        assert camera.guard(fail)() is None  # a failing timer is counted, but is not the main work
        camera.guard(lambda: None)()  # and a timer that succeeds does not reset the streak
        camera._diagnose_timer.callback()
        assert camera.streak.tripped == (i == 4)
    assert camera.drops["error"] == 10
    with camera.work():
        pass
    assert not camera.streak.tripped


class ForeignError(Exception):
    """An exception of another package, with an attribute ``reason`` of another meaning."""

    reason = "CERTIFICATE_VERIFY_FAILED"


@pytest.mark.parametrize(
    "error", [ForeignError("no"), UnicodeDecodeError("utf-8", b"x", 0, 1, "invalid start byte")], ids=repr
)
def test_the_reason_of_a_foreign_exception_is_not_a_reason_of_the_node(error: Exception, camera: Any) -> None:
    camera.report_failure(error)
    assert camera.drops["error"] == 1


def test_a_guarded_callback_returns_its_result_and_takes_its_arguments(node: DroppingNode) -> None:
    assert node.guard(lambda a, *, b: a + b)(1, b=2) == 3
    assert node.drops.items() == [("encoding", 0), ("step", 0), ("error", 0)]


def test_a_bad_frame_is_counted_under_its_reason(node: DroppingNode, log: list[tuple[str, str]]) -> None:
    with node.work():
        raise BadFrame("step", "the step is 7 bytes: a row has 1920.")
    assert node.drops.items() == [("encoding", 0), ("step", 1), ("error", 0)]
    assert node.last_messages == {"step": "the step is 7 bytes: a row has 1920."}
    assert log == [("warning", "the step is 7 bytes: a row has 1920.")]


def test_the_same_reason_is_logged_once_in_five_seconds_and_another_at_once(
    node: DroppingNode, log: list[tuple[str, str]]
) -> None:
    for i in range(3):
        node.report_drop("step", f"step {i}")
        node.report_drop("encoding", "")  # counted only
    node.report_drop("encoding", "an encoding")
    assert log == [("warning", "step 0"), ("warning", "an encoding")]
    assert node.drops["step"] == 3 and node.drops["encoding"] == 4
    assert node.last_messages == {"step": "step 2", "encoding": "an encoding"}


def test_the_failure_that_trips_the_streak_is_logged_as_an_error(
    node: DroppingNode, log: list[tuple[str, str]]
) -> None:
    for i in range(6):
        with node.work():
            raise ValueError(f"failure {i}")
    assert [line for line in log if line[0] == "error"] == [
        ("error", "5 failures in a row, the last: ValueError: failure 4")
    ]
    assert node.last_failure == "ValueError: failure 5" and node.drops["error"] == 6


def test_a_failure_while_the_process_ends_is_not_counted(
    node: DroppingNode, log: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(DroppingNode, "context", SimpleNamespace(ok=lambda: False))
        node.report_failure(ValueError("publishing failed"))
    assert node.drops["error"] == 0 and log == []


@pytest.mark.parametrize(
    ("error", "first", "sentence"),
    [
        (ConfigError("fps is 0: set 1 or more."), "fps is 0: set 1 or more.", "fps is 0: set 1 or more."),
        (ValueError("boom\nand more"), "boom", "ValueError: boom"),
        (KeyError(), "KeyError", "KeyError: KeyError"),
    ],
)
def test_an_exception_becomes_one_sentence(error: Exception, first: str, sentence: str) -> None:
    assert first_line(error) == first and sentence_of(error) == sentence
