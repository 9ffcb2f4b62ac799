"""Measurement of a movement that stands out: its action units, its onset, apex and offset, and its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer_ros.spotting.au_decomposition import AuDecomposition, au_decomposition
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.onset_apex_offset import OnsetApexOffset, onset_apex_offset
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import END_S, SMOOTH_S, Transient, largest_motion

# A syllable is shorter than _SYLLABLE_S, more of it moves the mouth, and less of it is explained only by
# action units that occur in no syllable.
_SYLLABLE_S = 0.3
_MIN_SYLLABLE_MOUTH_SHARE = 0.65
_MAX_SYLLABLE_EXPRESSION_SHARE = 0.56
_MIN_MOUTH_SHARE = 0.5  # a movement of which more moves the mouth is a mouth movement


@dataclass(frozen=True, eq=False)
class Candidate:
    """A measured movement that may be an expression.

    height: movement of the region that moves most, from rest to apex, interocular distances. period_s: frame
    period.
    """

    transient: Transient
    decomposition: AuDecomposition
    onset_apex_offset: OnsetApexOffset
    height: float
    period_s: float

    @property
    def in_mouth(self) -> bool:
        """Whether most of it moves the mouth, or a syllable could explain it."""
        decomposition = self.decomposition
        return (
            decomposition.mouth_share > _MIN_MOUTH_SHARE
            or decomposition.expression_share < _MAX_SYLLABLE_EXPRESSION_SHARE
        )

    @property
    def may_be_syllable(self) -> bool:
        """Whether nothing distinguishes it from a syllable."""
        decomposition, (onset_s, _, offset_s) = self.decomposition, self.onset_apex_offset
        return (
            offset_s - onset_s < _SYLLABLE_S
            and decomposition.mouth_share > _MIN_SYLLABLE_MOUTH_SHARE
            and decomposition.expression_share < _MAX_SYLLABLE_EXPRESSION_SHARE
        )

    def defer_until_s(self, config: SpotterConfig) -> float:
        """Time until which to defer the decision because speech may follow; the offset for no deferral."""
        offset_s = self.onset_apex_offset.offset_s
        if not self.in_mouth:
            return offset_s
        syllable = self.period_s > config.very_slow_camera_period_s and self.may_be_syllable
        return offset_s + (config.syllable_defer_s if syllable else config.mouth_defer_s)


def measure_candidate(
    transient: Transient,
    signal: TimeSeriesBuffer,
    now_s: float,
    earliest_onset_s: float,
    period_s: float,
    min_samples: int,
) -> Candidate | None:
    """Measure a transient in the movement up to ``now_s``.

    Returns None if the transient contains no action unit, is part of a larger movement, begins before
    ``earliest_onset_s``, lasts less than ``min_samples`` frame periods, or lacks frames.
    """
    rest = signal.index_at(now_s - END_S)
    transient = transient.with_baseline_end(signal.mean(rest, len(signal)), float(signal.times[rest:].mean()))
    decomposition = au_decomposition(transient.moved, transient.noise)
    if decomposition is None:
        return None
    first = signal.index_at(transient.start_s - END_S)
    times, smooth = signal.times[first:], signal.smoothed(first, len(signal), SMOOTH_S)
    amplitude = transient.above_baseline(times, smooth) @ decomposition.filter
    found = onset_apex_offset(times, amplitude, transient.apex_s, 2 * SMOOTH_S)
    if found is None or found.onset_s < earliest_onset_s:
        return None
    shortest_s = min_samples * period_s
    inside = (times[1:] > found.onset_s) & (times[:-1] < found.offset_s)
    longest_gap_s = np.diff(times)[inside].max(initial=0.0)
    if found.offset_s - found.onset_s < shortest_s or longest_gap_s > shortest_s:
        return None
    before = signal.index_at(found.onset_s - END_S)
    resting = signal.mean(before, max(signal.index_at(found.onset_s), before + 1))
    height = largest_motion(smooth[np.abs(times - found.apex_s).argmin()] - resting)
    return Candidate(transient, decomposition, found, height, period_s)
