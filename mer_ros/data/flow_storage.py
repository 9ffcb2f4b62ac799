"""Flow of many clips: in memory, or, if it is large, in a file that ends with the process."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError

IN_MEMORY_BYTES = 1 << 28
"""Most flow that is held in memory: that of 2,048 clips of 128 px."""

_COPIED = 32  # clips that are copied at a time


def empty_flow(n: int, size: int, folder: Path | None = None) -> NDArray[np.float32]:
    """(n, 2, size, size) float32 to be filled.

    Above ``IN_MEMORY_BYTES`` it lies in a nameless file in ``folder``, or in the folder for temporary files;
    other processes cannot map it. DataError if the file cannot be created.
    """
    shape = (n, 2, size, size)
    if 4 * n * 2 * size**2 <= IN_MEMORY_BYTES:
        return np.empty(shape, np.float32)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            return np.memmap(file, np.float32, "w+", shape=shape)
    except OSError as error:
        place = folder or tempfile.gettempdir()
        raise DataError(
            f"The flow of {n} clips does not fit in memory, and no file can be created for it in {place} "
            f"({error.strerror}): free space there, make it writable, or set TMPDIR."
        ) from error


def copied_flow(
    parts: Sequence[tuple[NDArray[np.float32], NDArray[np.int64]]], folder: Path | None = None
) -> NDArray[np.float32]:
    """(n, 2, S, S) float32: the chosen clips of each part, one part after the other.

    parts: (N, 2, S, S) flow and (n,) indices of the chosen clips, each. folder: see ``empty_flow``. A few
    clips at a time are in memory.
    """
    size = parts[0][0].shape[-1]
    flow = empty_flow(sum(len(chosen) for _, chosen in parts), size, folder)
    done = 0
    for own, chosen in parts:
        for start in range(0, len(chosen), _COPIED):
            some = chosen[start : start + _COPIED]
            flow[done : done + len(some)] = own[some]
            done += len(some)
    return flow
