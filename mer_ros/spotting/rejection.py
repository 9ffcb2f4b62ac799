"""Whether a candidate is an expression, and the reason if it is not.

Other movements of a face come and go like an expression: a syllable, a blink, a nod, the autofocus of the
camera. They are recognised by what else happens at the same time. The rules and their limits are our own,
chosen on synthetic clips with all nuisances, on eight sentences of real speech and on posed expressions of
real faces; a candidate that no rule rejects is an expression.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.candidate import Candidate
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import History
from mer_ros.spotting.transients import END_S, SMOOTH_S

RETURN, NO_MUSCLE, SPEECH, BLINK, HEAD = "return", "no_muscle", "speech", "blink", "head"
BEFORE, AFTER, BLURRED, LATE = "moved_before", "moved_after", "blurred", "late"

REASONS = (RETURN, NO_MUSCLE, SPEECH, BLINK, HEAD, BEFORE, AFTER, BLURRED, LATE)
"""Reasons for rejection, in the order in which they are checked."""

MAY_BE_PART = (NO_MUSCLE, BEFORE, AFTER, LATE)
"""Rejected for one of these reasons, a candidate may still be the peak of a larger movement that goes on."""

_AFTER_SHARE = 2 / 3  # of the limit before an event: less is seen of the time after it
_RETURN_COSINE = 0.6  # of a movement with the reverse of the one that stayed
_MIN_FRAMES = 3  # unrest is not measured on fewer frames


def rejection_reason(
    candidate: Candidate,
    history: History,
    now_s: float,
    stayed: NDArray[np.float64] | None,
    config: SpotterConfig,
) -> str:
    """The first of ``REASONS`` that applies; empty for an expression.

    now_s: time of the newest frame. stayed: (2 G,) movement of the last expression that has not returned.
    """
    transient, decomposition = candidate.transient, candidate.decomposition
    onset_s, _, offset_s = candidate.onset_apex_offset
    if stayed is not None and _cosine(transient.moved, -stayed) > _RETURN_COSINE:
        return RETURN
    unexplained = decomposition.explained_share < config.min_explained_share
    if unexplained and (decomposition.snr < config.min_unexplained_snr or candidate.moves_lids_most):
        return NO_MUSCLE
    if candidate.is_speech(history.movement):
        return SPEECH
    if _is_blink(candidate, history, config):
        return BLINK
    margin_s = 2 * SMOOTH_S
    turn_rad = history.head_turn(onset_s - margin_s, offset_s + margin_s, transient.returned)
    if transient.peak_motion < config.head_turn_motion_per_rad * turn_rad:
        return HEAD
    max_unrest = max(config.max_unrest_snr, config.max_unrest_share * transient.snr)
    own = decomposition.filter
    if _unrest(history, own, onset_s - config.unrest_window_s, onset_s - margin_s) > max_unrest:
        return BEFORE
    if _unrest(history, own, offset_s + SMOOTH_S / 2, now_s) > _AFTER_SHARE * max_unrest:
        return AFTER
    if not _stays_sharp(candidate, history, config):
        return BLURRED
    return LATE if transient.returned and offset_s < now_s - config.max_delay_s else ""


def _cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(one @ other) / float(np.linalg.norm(one) * np.linalg.norm(other))


def _is_blink(candidate: Candidate, history: History, config: SpotterConfig) -> bool:
    """Whether the eyes blinked during the movement, and it is too weak to be more than the blink."""
    onset_s, apex_s, offset_s = candidate.onset_apex_offset
    if not history.has_blink(onset_s - config.blink_guard_s, offset_s + config.blink_guard_s):
        return False
    blink_at_apex = history.has_blink(apex_s - SMOOTH_S, apex_s + SMOOTH_S)
    min_snr = config.min_blink_snr * config.snr_factor(candidate.period_s)
    return candidate.decomposition.snr < min_snr * (config.blink_apex_snr_factor if blink_at_apex else 1.0)


def _unrest(history: History, own: NDArray[np.float64], start_s: float, end_s: float) -> float:
    """Largest snr under the event's (2 G,) filter of the movement between two times, relative to its mean."""
    signal = history.movement
    first, end = signal.index_at(start_s), signal.index_at(end_s)
    if end - first < _MIN_FRAMES:
        return 0.0
    values = signal.smoothed(first, end, SMOOTH_S)
    return float(np.abs((values - values.mean(0)) @ own).max())


def _stays_sharp(candidate: Candidate, history: History, config: SpotterConfig) -> bool:
    """Whether the picture is about as sharp at the apex as before and after the event."""
    onset_s, _, offset_s = candidate.onset_apex_offset
    before, after = (
        history.mean_sharpness(onset_s - END_S, onset_s),
        history.mean_sharpness(offset_s, offset_s + END_S),
    )
    around = (before + after) / 2
    apex_s = candidate.transient.apex_s
    at_apex = history.mean_sharpness(apex_s - SMOOTH_S, apex_s + SMOOTH_S)
    return abs(at_apex - around) <= config.max_sharpness_change * around
