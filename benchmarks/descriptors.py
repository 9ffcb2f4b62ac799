"""`make bench-descriptors`: time and memory of the three descriptors compared with scikit-image, plane by
plane, their training time, and their scores on synthetic subjects (``described``).

Settings: a clip of 64x128x128, R = 3, P = 8, 8x8 blocks, one thread, warm caches. The implementations take
turns, so a busy machine disturbs all of them; the result of each is the least processor time of its turns.
The clip is random, which is the slowest case for all, since branches cannot be predicted.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from skimage.feature import local_binary_pattern
from threadpoolctl import threadpool_limits

from benchmarks import described
from benchmarks.table import Figure, no_options, publish
from mer_ros.recognition.lbp import BlockGrid
from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig
from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig

SHAPE = (64, 128, 128)
P: Literal[8] = 8
R, BINS = 3, 59
GRID = BlockGrid(8, 8)
TURNS = 9
Clip = NDArray[np.uint8]


def plane_by_plane(clip: Clip) -> NDArray[np.int64]:
    """(blocks, 3 * BINS) histograms with scikit-image: codes of one plane at a time, counted per block."""
    counts = np.zeros((GRID.rows, GRID.columns, 3, BINS), np.int64)
    rows, columns = (GRID.spans(axis, clip.shape[axis] - 2 * R) for axis in (1, 2))

    def codes(plane: Clip) -> NDArray[np.int64]:
        return local_binary_pattern(plane, P, R, "nri_uniform")[R:-R, R:-R].astype(np.int64)

    for frame in clip[R:-R]:
        found = codes(frame)
        for row, (y0, y1) in enumerate(rows):
            for column, (x0, x1) in enumerate(columns):
                counts[row, column, 0] += np.bincount(found[y0:y1, x0:x1].ravel(), minlength=BINS)
    for row, (y0, y1) in enumerate(rows):
        for y in range(y0, y1):
            found = codes(clip[:, R + y])
            for column, (x0, x1) in enumerate(columns):
                counts[row, column, 1] += np.bincount(found[:, x0:x1].ravel(), minlength=BINS)
    for column, (x0, x1) in enumerate(columns):
        for x in range(x0, x1):
            found = codes(clip[:, :, R + x])
            for row, (y0, y1) in enumerate(rows):
                counts[row, column, 2] += np.bincount(found[:, y0:y1].ravel(), minlength=BINS)
    return counts.reshape(GRID.count, -1)


def least_ms(ways: dict[str, Callable[[Clip], object]], clip: Clip) -> dict[str, float]:
    """Least processor time of each implementation, ms."""
    best = dict.fromkeys(ways, np.inf)
    for _ in range(TURNS):
        for name, way in ways.items():
            start = time.process_time()
            way(clip)
            best[name] = min(best[name], 1e3 * (time.process_time() - start))
    return best


def peak_share(way: Callable[[Clip], object], clip: Clip) -> float:
    """Peak memory allocated by an implementation, relative to the size of the clip."""
    tracemalloc.start()
    way(clip)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / clip.nbytes


def main() -> int:
    """Measure and publish."""
    clip = np.random.default_rng(0).integers(0, 256, SHAPE, np.uint8)
    top = LbpTop(LbpTopConfig((R, R, R), P, grid=GRID))
    sip = LbpSip(LbpSipConfig((R, R, R), GRID))
    ours = {"LBP-TOP": top.describe, "LBP-SIP": sip.describe, "ELCBP": Elcbp(ElcbpConfig()).describe}
    with threadpool_limits(1):
        different = int(np.abs(plane_by_plane(clip) - top.histograms(clip)).sum())
        ms = least_ms({"scikit-image": plane_by_plane, **ours}, clip)
    gain, lead = ms["scikit-image"] / ms["LBP-TOP"], ms["LBP-TOP"] / ms["LBP-SIP"]
    figures = [
        *(Figure(name, value, "ms") for name, value in ms.items()),
        Figure("LBP-TOP over scikit-image, plane by plane", gain, "times as fast", "at least 8", gain >= 8),
        Figure("LBP-SIP over LBP-TOP", lead, "times as fast", "at least 3", lead >= 3),
        Figure("counts that differ from scikit-image's", different, "", "none", different == 0),
    ]
    for name, way in ours.items():
        share = peak_share(way, clip)
        figures.append(Figure(f"{name}: memory over the clip's", share, "", "less than 10", share < 10))
    figures += described.measure()
    return 0 if publish("descriptors", figures) else 1


if __name__ == "__main__":
    no_options(__doc__)
    raise SystemExit(main())
