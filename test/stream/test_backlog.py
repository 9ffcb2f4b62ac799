"""The reader of a queue is behind from a quarter of it on, and for 10 s after it was last so full."""

from __future__ import annotations

from mer_ros.stream.backlog import Backlog


def test_a_quarter_of_the_queue_counts_for_ten_seconds() -> None:
    backlog = Backlog()
    assert not backlog.is_behind(0.24, 100.0)
    assert backlog.is_behind(0.25, 101.0)
    assert backlog.is_behind(0.0, 110.9)
    assert not backlog.is_behind(0.0, 111.1)


def test_each_full_moment_extends_it() -> None:
    backlog = Backlog()
    assert [backlog.is_behind(1.0, float(s)) for s in (0, 5)] == [True, True]
    assert backlog.is_behind(0.0, 14.9) and not backlog.is_behind(0.0, 15.1)
