"""The progress protocol: parts of a task, and a counter that starts and finishes it."""

from __future__ import annotations

import pytest

from mer_ros.progress import SILENT, Part, Summed, counted, counter


class Recorder:
    """Every call, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def started(self, task, total=None):
        self.calls.append(("started", task, total))

    def advanced(self, task, done, note=""):
        self.calls.append(("advanced", task, done, note))

    def finished(self, task):
        self.calls.append(("finished", task))


def test_silent_takes_everything_and_does_nothing():
    SILENT.started("a")
    SILENT.advanced("a", 1.0, "note")
    SILENT.finished("a")


def test_a_part_moves_the_task_of_its_parent_by_its_share():
    parent = Recorder()
    part = Part(parent, "prototype", start=3, span=2)
    part.started("training", 8)
    part.advanced("training", 2, "loss 0.5")
    part.advanced("training", 8)
    part.finished("training")
    assert parent.calls == [
        ("advanced", "prototype", 3.5, "loss 0.5"),
        ("advanced", "prototype", 5.0, ""),
    ]


@pytest.mark.parametrize("total", [None, 0])
def test_a_part_of_unknown_size_does_not_move_its_parent(total):
    parent = Recorder()
    part = Part(parent, "x", 0)
    part.started("work", total)
    part.advanced("work", 5)
    part.advanced("never started", 5)
    assert parent.calls == []


def test_a_part_never_passes_its_end():
    parent = Recorder()
    part = Part(parent, "x", 1)
    part.started("work", 4)
    part.advanced("work", 7)
    assert parent.calls == [("advanced", "x", 2.0, "")]


def test_parts_within_parts():
    parent = Recorder()
    inner = Part(Part(parent, "all", 2), "fold", 0)
    inner.started("epochs", 10)
    inner.advanced("epochs", 5)
    assert parent.calls == [], "the fold has not been started in its parent"
    outer = Part(parent, "all", 2)
    outer.started("fold", 1)
    inner = Part(outer, "fold", 0)
    inner.started("epochs", 10)
    inner.advanced("epochs", 5)
    assert parent.calls == [("advanced", "all", 2.5, "")]


def test_a_counter_starts_its_task_and_finishes_it_at_the_total():
    recorder = Recorder()
    advance = counter(recorder, "clips", 2)
    advance(1)
    advance(2)
    assert recorder.calls == [
        ("started", "clips", 2),
        ("advanced", "clips", 1, ""),
        ("advanced", "clips", 2, ""),
        ("finished", "clips"),
    ]


def test_counted_items_advance_once_the_caller_is_done_with_them():
    recorder = Recorder()
    seen = []
    for item in counted("ab", recorder, "letters", 2):
        seen.append((item, len(recorder.calls)))
    assert seen == [("a", 1), ("b", 2)]
    assert recorder.calls[0] == ("started", "letters", 2)
    assert recorder.calls[-1] == ("finished", "letters")


def test_counted_nothing_is_started_and_finished():
    recorder = Recorder()
    assert list(counted([], recorder, "letters", 0)) == []
    assert recorder.calls == [("started", "letters", 0), ("finished", "letters")]


def test_tasks_that_run_together_are_summed():
    parent = Recorder()
    summed = Summed(parent, "casme2", 2)
    summed.started("a", 10)
    summed.started("b")
    summed.advanced("a", 5, "loss 1")
    summed.finished("b")
    summed.advanced("a", 20)
    summed.finished("a")
    assert parent.calls == [
        ("started", "casme2", 2),
        ("advanced", "casme2", 0.5, "loss 1"),
        ("advanced", "casme2", 1.5, ""),
        ("advanced", "casme2", 2.0, ""),
        ("advanced", "casme2", 2.0, ""),
        ("finished", "casme2"),
    ]
