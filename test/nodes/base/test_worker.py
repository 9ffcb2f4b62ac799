"""A full queue drops its oldest items, or makes the producer wait; the thread ends when it is stopped."""

from __future__ import annotations

import threading
import time

import pytest

from mer_ros.nodes.base import worker as worker_module
from mer_ros.nodes.base.worker import DropOldestWorker


def test_fault_28_the_oldest_is_dropped_and_reported_and_order_is_kept() -> None:
    gate, started, handled, dropped = threading.Event(), threading.Event(), [], []

    def handle(item: int) -> None:
        started.set()
        assert gate.wait(10)
        handled.append(item)

    worker = DropOldestWorker(handle, 3, dropped.append)
    worker.put(0)
    assert started.wait(10)
    for item in range(1, 7):
        worker.put(item)
    assert dropped == [1, 2, 3] and len(worker) == 3 and worker.fill == 1
    gate.set()
    while len(handled) < 4:
        assert worker._thread.is_alive()
    worker.stop()
    assert handled == [0, 4, 5, 6]


def test_large_items_fill_the_queue_by_their_bytes_and_one_always_fits() -> None:
    gate, started, handled, dropped = threading.Event(), threading.Event(), [], []

    def handle(item: int) -> None:
        started.set()
        assert gate.wait(10)
        handled.append(item)

    worker = DropOldestWorker(handle, 9, dropped.append, bytes_of=lambda item: item, max_bytes=100)
    worker.put(1)
    assert started.wait(10)
    for item in (40, 50):
        worker.put(item)
    assert worker.fill == 0.9, "by bytes; by number 2 of 9"
    for item in (10, 60, 30):
        worker.put(item)
    assert dropped == [40, 50] and len(worker) == 3, "10 + 60 + 30 fill it"
    worker.put(500)
    assert dropped == [40, 50, 10, 60, 30] and len(worker) == 1
    assert not worker.put_waiting(1, lambda: False), "no room"
    gate.set()
    assert worker.put_waiting(2, lambda: True)
    while len(handled) < 3:
        assert worker._thread.is_alive()
    worker.stop()
    assert handled == [1, 500, 2]


def test_stop_discards_queued_items_and_ends_the_thread() -> None:
    gate, started, handled = threading.Event(), threading.Event(), []

    def handle(item: int) -> None:
        started.set()
        gate.wait(10)
        handled.append(item)

    worker = DropOldestWorker(handle, 5, lambda _: None)
    for item in range(4):
        worker.put(item)
    started.wait(10)
    threading.Timer(0.05, gate.set).start()
    worker.stop()
    assert handled == [0] and not worker._thread.is_alive()


def test_a_worker_is_idle_once_after_each_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "IDLE_S", 0.02)
    calls: list[object] = []
    worker = DropOldestWorker(calls.append, 3, lambda _: None, on_idle=lambda: calls.append("idle"))
    for item in (1, 2):
        worker.put(item)
        deadline = time.monotonic() + 10
        while calls[-1:] != ["idle"]:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        time.sleep(0.1)
    worker.stop()
    assert calls == [1, "idle", 2, "idle"]


def test_a_blocking_producer_loses_nothing_and_keeps_the_order() -> None:
    seen: list[int] = []
    dropped: list[int] = []
    worker = DropOldestWorker(lambda i: (time.sleep(0.002), seen.append(i)), 2, dropped.append)
    assert all(worker.put_waiting(i, lambda: True) for i in range(30))
    deadline = time.monotonic() + 10
    while len(seen) < 30:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    worker.stop()
    assert seen == list(range(30)) and dropped == []
    assert not worker.put_waiting(30, lambda: True), "it has ended"


def test_a_worker_is_idle_when_its_last_item_is_processed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "IDLE_S", 0.02)
    release, taken = threading.Event(), threading.Event()
    calls: list[str] = []
    worker = DropOldestWorker(
        lambda _i: (taken.set(), release.wait(10)), 2, lambda _i: None, on_idle=lambda: calls.append("idle")
    )
    assert worker.idle
    worker.put(0)
    assert taken.wait(10) and len(worker) == 0 and not worker.idle
    release.set()
    deadline = time.monotonic() + 10
    while not worker.idle:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert calls == ["idle"], "idle before on_idle was called"
    worker.stop()


def test_a_blocking_producer_can_stop_waiting() -> None:
    release = threading.Event()
    worker = DropOldestWorker(lambda _i: release.wait(10), 1, lambda _i: None)
    worker.put_waiting(0, lambda: True)
    deadline = time.monotonic() + 10
    while len(worker):  # the first is at hand
        assert time.monotonic() < deadline
        time.sleep(0.005)
    worker.put_waiting(1, lambda: True)
    assert not worker.put_waiting(2, lambda: False)
    release.set()
    worker.stop()
