"""Counters, throttles, streaks and pairs stay bounded; process settings hold where they are used."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mer_ros.runtime import Counters, Pairer, Precedence, Seen, Streak, Throttle, first_of

ROOT = Path(__file__).resolve().parents[1]
COUNT_FAULTS = """
import resource, sys, threading
from mer_ros import runtime
size = int(sys.argv[1])
runtime.tune_for_images()
def images(n):
    for _ in range(n):
        runtime.keep_freed_images(size)
        first, second, third = (bytearray(size) for _ in range(3))
        del first, second, third
def count():
    images(5)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    images(20)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
thread = threading.Thread(target=count)
thread.start()
thread.join()
"""


def test_fault_69_counters_have_a_fixed_set_of_names() -> None:
    counters = Counters(("a", "b"))
    counters.add("a", 2)
    with pytest.raises(KeyError):
        counters.add("c")
    assert counters.items() == [("a", 2), ("b", 0)]


def test_a_throttle_passes_each_key_once_a_period_and_stays_bounded() -> None:
    now = [0.0]
    throttle = Throttle(5.0, max_keys=2, clock=lambda: now[0])
    assert [throttle.ready("a"), throttle.ready("a"), throttle.ready("b")] == [True, False, True]
    now[0] = 5.0
    assert throttle.ready("a")
    assert throttle.ready("c") and throttle.ready("b")  # b was forgotten for c


def test_fault_57_a_streak_trips_once_at_its_limit_and_heals() -> None:
    streak = Streak(3)
    assert [streak.failure() for _ in range(5)] == [False, False, True, False, False]
    assert streak.tripped
    streak.success()
    assert not streak.tripped


@pytest.mark.parametrize("left_first", [True, False])
def test_pairs_meet_in_either_order_once(left_first: bool) -> None:
    pairs: Pairer[str, int] = Pairer()
    first, second = (pairs.left, pairs.right) if left_first else (pairs.right, pairs.left)
    values = ("event", 1) if left_first else (1, "event")
    assert first("k", values[0]) is None  # type: ignore[arg-type]
    assert second("k", values[1]) == ("event", 1)  # type: ignore[arg-type]
    assert len(pairs) == 0


def test_fault_39_halves_that_never_meet_are_forgotten() -> None:
    pairs: Pairer[int, int] = Pairer(size=16)
    for i in range(1000):
        pairs.left(f"l{i}", i)
        pairs.right(f"r{i}", i)
    assert len(pairs) == 32


@pytest.mark.parametrize("image_bytes", [640 * 480 * 3, 3840 * 2160 * 3])
def test_freed_memory_of_an_image_is_reused_for_the_next_in_every_thread(image_bytes: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNT_FAULTS, str(image_bytes)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 50


def test_what_was_loaded_is_not_gone_through_again() -> None:
    code = (
        "import gc; from mer_ros.runtime import freeze_loaded_objects as freeze; freeze();"
        "first = gc.get_freeze_count(); freeze();"
        "assert first > 1000 and abs(gc.get_freeze_count() - first) < 100, first"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def threads(**environ: str) -> str:
    code = (
        "from mer_ros import runtime; runtime.tune_for_images(); import os, cv2;"
        "print(cv2.getNumThreads(), os.environ['OPENBLAS_NUM_THREADS'])"
    )
    env = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**env, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_opencv_and_blas_use_one_thread_unless_the_user_sets_another_number() -> None:
    assert threads() == "1 1"
    assert threads(OPENCV_FOR_THREADS_NUM="2", OPENBLAS_NUM_THREADS="3") == "2 3"


def test_seen_keys_are_remembered_up_to_the_size() -> None:
    seen = Seen(2)
    assert [seen.add(key) for key in ("a", "b", "a", "c", "a", "b")] == [True, True, False, True, False, True]


def test_work_waits_for_work_that_goes_first() -> None:
    precedence, order = Precedence(), []
    assert precedence.wait(0.0)

    def second() -> None:
        assert precedence.wait(30.0)
        order.append("second")

    with precedence.first():
        assert not precedence.wait(0.0)
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


RELEASES = """
from mer_ros import runtime
def resident_mb():
    return int(open("/proc/self/statm").read().split()[1]) * 4096e-6
runtime.tune_for_images()
blocks = [bytearray(1 << 20) for _ in range(60)]
last = blocks.pop()  # above the freed blocks
blocks.clear()
before = resident_mb()
runtime.release_freed_memory()
print(before - resident_mb() > 40)
"""

HEAPS = """
import ctypes, sys, threading
from mer_ros import runtime
if sys.argv[1] == "shared":
    runtime.share_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
gate = threading.Barrier(4)
def allocate():
    gate.wait()  # at the same time
    for _ in range(1000):
        libc.malloc(5000)
threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(open(sys.argv[2]).read().count("<heap nr="))
"""


def test_freed_memory_is_returned_to_the_system() -> None:
    assert _output(RELEASES) == "True"


def test_one_heap_serves_all_threads(tmp_path: Path) -> None:
    assert int(_output(HEAPS, "own", str(tmp_path / "info.xml"))) > 1
    assert _output(HEAPS, "shared", str(tmp_path / "info.xml")) == "1"


def _output(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_fault_57_a_signal_that_does_not_interrupt_the_wait_is_noticed() -> None:
    """Another thread takes it, as when it arrives just before the main thread waits."""
    ends: queue.SimpleQueue[int] = queue.SimpleQueue()
    before = signal.signal(signal.SIGUSR1, lambda *_: ends.put(5))

    def take() -> None:
        time.sleep(0.05)
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    threading.Thread(target=take).start()
    try:
        assert first_of(ends) == 5
    finally:
        signal.signal(signal.SIGUSR1, before)
