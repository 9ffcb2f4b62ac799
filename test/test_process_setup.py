"""What the processes that handle pictures ask of their C libraries holds where it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COUNT_FAULTS = """
import resource, sys
from mer_ros import runtime
if sys.argv[1] == "kept":
    runtime.for_pictures()
def pictures(n):
    for _ in range(n):
        first, second, third = (bytearray(921_600) for _ in range(3))
        del first, second, third
pictures(5)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
pictures(20)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", COUNT_FAULTS, how], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_memory_of_a_picture_that_is_freed_serves_the_next() -> None:
    assert faults("kept") < 50


def test_what_was_loaded_is_not_gone_through_again() -> None:
    code = (
        "import gc; from mer_ros import runtime; runtime.settle(); first = gc.get_freeze_count();"
        "runtime.settle(); assert first > 1000 and abs(gc.get_freeze_count() - first) < 100, first"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def threads(**environ: str) -> str:
    code = (
        "from mer_ros import runtime; runtime.for_pictures(); import os, cv2;"
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


def test_opencv_and_blas_keep_to_one_thread_unless_the_user_says_otherwise() -> None:
    assert threads() == "1 1"
    assert threads(OPENCV_FOR_THREADS_NUM="2", OPENBLAS_NUM_THREADS="3") == "2 3"
