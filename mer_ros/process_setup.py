"""What a process that handles pictures asks of its C libraries, before they are imported, and of Python.

Measured at 640x480 and 200 frames a second on two cores: a picture is 900 KiB, which glibc's malloc maps anew
for every copy and gives back at once, so each of its pages costs a page fault, 640 a frame and two thirds of
what taking a picture costs. And OpenBLAS wakes a second thread for products of a few hundred numbers, which
then spins: it doubles the CPU time of the tracker. OpenCV's second thread makes a frame's flow 0.7 ms
faster and a third dearer; the camera, the network and the other nodes need that core.
"""

from __future__ import annotations

import ctypes
import gc
import os

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
_KEPT_BYTES = 8 << 20  # eight pictures; what a full queue took is given back
_LARGEST_BYTES = 32 << 20  # glibc allows no more; larger blocks are mapped as before


def for_pictures() -> None:
    """Call first in a process: some freed pictures are kept for the next, BLAS and OpenCV stay in one thread.

    The user's own OPENBLAS_NUM_THREADS and OPENCV_FOR_THREADS_NUM are left alone. Where the C library has no
    mallopt, memory stays as it is.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ.setdefault(variable, "1")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def settle() -> None:
    """Call when all is loaded: from now on the garbage collector leaves alone what is there.

    A full collection goes through every object of rclpy, MediaPipe and SciPy: 70 to 130 ms in which no
    picture is looked at. Bears to be called again.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
