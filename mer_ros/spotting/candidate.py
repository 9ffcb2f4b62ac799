"""Measurement of a movement that stands out: its action units, its onset, apex and offset, and its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.au_decomposition import AuDecomposition, au_decomposition
from mer_ros.spotting.compression import NOT_COMPRESSED, CompressionState
from mer_ros.spotting.onset_apex_offset import OnsetApexOffset, onset_apex_offset, onset_apex_stop
from mer_ros.spotting.speech import (
    AFTER_S,
    BOUT_SWINGS,
    LASTING_AFTER_S,
    SHAPES,
    SYLLABLE_SWINGS,
    clear_swings_after,
    in_bout,
)
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import END_S, SMOOTH_S, Transient, largest_motion

_LIDS = np.array(["lid" in name for name in MOTION_GROUPS])
_SWING_SHARE, _MIN_SWING = 0.2, 0.004  # of the movement's own swing; interocular distances
_OWN_SWINGS = 2  # of a movement, also where it moves neither gap nor width
_COMPRESSED_SWING = 0.5  # share by which strong compression raises the smallest swing: its noise swings, too
_MAX_EXPRESSION_SHARE = 0.56  # of a mouth movement: part that only units that occur in no syllable explain
_MAX_LEFT = 0.4  # share of the peak that is left at the offset of a movement that has returned
_MAX_SYLLABLE_S = 0.8  # longest movement, onset to offset, that may be a syllable: 0.4 s each way
_SYLLABLE_SHARES = np.array([0.5, 1.3])  # of the height: gap and width of what may be a syllable


@dataclass(frozen=True, eq=False)
class Candidate:
    """A measured movement that may be an expression.

    height: movement of the region that moves most, from rest to apex, interocular distances. period_s: frame
    period. swing: (2,) range of the gap between the lips and of the width of the mouth within it, same unit.
    returned: whether the face was at rest again at the offset; False for a lasting movement and for a
    transient of which much is left. compression: see ``spotting.compression``.
    """

    transient: Transient
    decomposition: AuDecomposition
    onset_apex_offset: OnsetApexOffset
    height: float
    period_s: float
    swing: NDArray[np.float64]
    returned: bool = True
    compression: CompressionState = NOT_COMPRESSED

    @property
    def in_mouth(self) -> bool:
        """Whether most of it moves the mouth."""
        return self.decomposition.expression_share < _MAX_EXPRESSION_SHARE

    @property
    def moves_lids_most(self) -> bool:
        """Whether a lid moves further than every other region."""
        moved = np.linalg.norm(self.transient.moved.reshape(-1, 2), axis=1)
        return bool(moved[_LIDS].max() > moved[~_LIDS].max())

    @property
    def may_be_syllable(self) -> bool:
        """Whether a second syllable may follow that makes it one."""
        return (
            self.in_mouth
            and self.transient.returned
            and float(np.linalg.norm(self.swing / _SYLLABLE_SHARES)) >= self.height
            and self.onset_apex_offset.offset_s - self.onset_apex_offset.onset_s < _MAX_SYLLABLE_S
        )

    def is_speech(self, signal: TimeSeriesBuffer) -> bool:
        """Whether it is part of a bout of speech, as far as the signal goes.

        Either its own swings and those around it make a bout, or clear swings follow it, whatever its own.
        """
        if not self.in_mouth:
            return False
        smallest = _MIN_SWING * (1.0 + _COMPRESSED_SWING * self.compression.strength)
        least = np.maximum(_SWING_SHARE * self.swing, smallest)
        n_swings = SYLLABLE_SWINGS if self.may_be_syllable else BOUT_SWINGS
        after_s = AFTER_S if self.transient.returned else LASTING_AFTER_S
        onset_s, _, offset_s = self.onset_apex_offset
        return clear_swings_after(signal, offset_s) >= n_swings - _OWN_SWINGS or in_bout(
            signal, onset_s, least, n_swings, after_s
        )


def measure_candidate(
    transient: Transient,
    signal: TimeSeriesBuffer,
    now_s: float,
    earliest_onset_s: float,
    period_s: float,
    min_samples: int,
    compression: CompressionState = NOT_COMPRESSED,
) -> Candidate | None:
    """Measure a transient in the movement up to ``now_s``.

    Returns None if the transient contains no action unit, is part of a larger movement, begins before
    ``earliest_onset_s``, lasts less than ``min_samples`` frame periods, or lacks frames.
    """
    if transient.returned:
        rest = signal.index_at(now_s - END_S)
        transient = transient.with_baseline_end(
            signal.mean(rest, len(signal)), float(signal.times[rest:].mean())
        )
    decomposition = au_decomposition(transient.moved, transient.noise)
    if decomposition is None:
        return None
    first = signal.index_at(transient.start_s - END_S)
    times, smooth = signal.times[first:], signal.smoothed(first, len(signal), SMOOTH_S)
    amplitude = transient.above_baseline(times, smooth) @ decomposition.filter
    found = (
        onset_apex_offset(times, amplitude, transient.apex_s, 2 * SMOOTH_S)
        if transient.returned
        else onset_apex_stop(times, amplitude, transient.apex_s)
    )
    if found is None or found.onset_s < earliest_onset_s:
        return None
    if not transient.returned and found.onset_s < transient.baseline.times_s[0]:
        return None  # it moved before the span, too
    shortest_s = min_samples * period_s
    inside = (times[1:] > found.onset_s) & (times[:-1] < found.offset_s)
    longest_gap_s = np.diff(times)[inside].max(initial=0.0)
    if found.offset_s - found.onset_s < shortest_s or longest_gap_s > shortest_s:
        return None
    before = signal.index_at(found.onset_s - END_S)
    resting = signal.mean(before, max(signal.index_at(found.onset_s), before + 1))
    at_apex = smooth[np.abs(times - found.apex_s).argmin()]
    risen = float((at_apex - transient.baseline.values[0]) @ decomposition.filter)
    left = transient.baseline.tilt(decomposition.filter)
    returned = transient.returned and left < _MAX_LEFT * risen
    inside = (times >= found.onset_s) & (times <= found.offset_s)
    shapes = smooth[inside].astype(np.float64) @ SHAPES
    swing = np.ptp(shapes, axis=0) if len(shapes) else np.zeros(2)
    return Candidate(
        transient,
        decomposition,
        found,
        largest_motion(at_apex - resting),
        period_s,
        swing,
        returned,
        compression=compression,
    )
