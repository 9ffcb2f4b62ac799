"""Queues that give up when one side stops."""

from __future__ import annotations

import queue
import threading

from mer_ros.sources.stoppable_queue import get, put


def test_an_item_passes_and_a_full_queue_takes_it_once_there_is_room():
    items: queue.Queue[int] = queue.Queue(1)
    stopped = threading.Event()
    assert put(items, 1, stopped)
    waiting = threading.Thread(target=put, args=(items, 2, stopped))
    waiting.start()
    assert [get(items, stopped), get(items, stopped)] == [1, 2]
    waiting.join()


def test_both_sides_give_up_once_they_are_stopped():
    items: queue.Queue[int] = queue.Queue(1)
    items.put(1)
    stopped, found = threading.Event(), []
    waiting = [
        threading.Thread(target=lambda: found.append(put(items, 2, stopped))),
        threading.Thread(target=lambda: found.append(get(queue.Queue(), stopped))),
    ]
    for one in waiting:
        one.start()
    stopped.set()
    for one in waiting:
        one.join()
    assert sorted(map(str, found)) == ["False", "None"] and items.qsize() == 1
