"""Shares of a map over time: before, at and after the apex, which its sum over time hides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.explanation.notes import Note, note_of

PHASES = ("rise", "apex", "fall")


def phase_shares(over_time: NDArray[np.floating], frames: int) -> NDArray[np.float64]:
    """(t, h, w) map of ``frames`` key frames with the apex in the middle -> (3,) shares of ``PHASES``.

    A time cell belongs to the key frame at its centre. All shares are zero for an empty map.

    Example: t = 4 time cells of 8 key frames.

    >>> phase_shares(np.array([2, 1, 5, 2]).reshape(4, 1, 1), frames=8).tolist()  # (t, h, w) = (4, 1, 1)
    [0.3, 0.5, 0.2]
    """
    of_time = np.asarray(over_time, np.float64).sum((1, 2))
    step, middle = frames / len(of_time), frames // 2
    at = np.arange(len(of_time)) * step
    shares = np.array([of_time[at < middle].sum(), 0.0, of_time[at >= middle + step].sum()])
    shares[1] = of_time.sum() - shares.sum()
    total = float(of_time.sum())
    return shares / total if total > 0 else np.zeros(3)


def phase_note(shares: NDArray[np.float64]) -> Note:
    """The note with the (3,) shares of ``PHASES``; without shares, that no moment contributes."""
    return note_of("phases", zip(PHASES, shares, strict=True)) if shares.any() else Note("no_moment")
