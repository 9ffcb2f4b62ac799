"""Whether a candidate is an expression, and the reason if it is not.

Other movements of a face come and go like an expression: a syllable, a blink, a nod, the autofocus of the
camera. They are recognised by what else happens at the same time. The rules and their limits are our own,
chosen on synthetic clips with all nuisances, on eight sentences of real speech and on posed expressions of
real faces; a candidate that no rule rejects is an expression.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.candidate import Candidate
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import History
from mer_ros.spotting.speech import LASTING_AFTER_S
from mer_ros.spotting.transients import END_S, SMOOTH_S

RETURN, NO_MUSCLE, SPEECH, BLINK, HEAD = "return", "no_muscle", "speech", "blink", "head"
BEFORE, AFTER, BLURRED, LATE = "moved_before", "moved_after", "blurred", "late"
KEY_FRAME = "key_frame"

MAY_BE_PART = (NO_MUSCLE, BEFORE, AFTER, LATE)
"""Rejected for one of these reasons, a candidate may still be the peak of a larger movement that goes on."""

_AFTER_SHARE = 2 / 3  # of the limit before an event: less is seen of the time after it
_RETURN_COSINE = 0.6  # of a movement with the reverse of the one that stayed
_MIN_FRAMES = 3  # unrest is not measured on fewer frames
_MARGIN_S = 2 * SMOOTH_S
_KEY_FRAME_SHARPENING = 1.05  # H.264 has 1.02 to 1.36, other frames seldom more
_KEY_FRAME_SNR = 8.5
_COMPRESSED_SHARE = 0.5  # that action units must explain in a strongly compressed picture
_NEW_NOISE_S, _NEW_NOISE_RATIO = 2.0, 3.5  # a movement over what was measured before it, while noise is new
_LEAST_KNOWN_S = 0.5  # least time measured before it


@dataclass(frozen=True, eq=False)
class Situation:
    """What a rule may look at.

    now_s: time of the newest frame. stayed: (2 G,) movement of the last expression that has not returned.
    spoke_s: end of the last speech before the history begins, at 0 s or earlier.
    """

    candidate: Candidate
    history: History
    now_s: float
    stayed: NDArray[np.float64] | None
    config: SpotterConfig
    spoke_s: float = -np.inf

    @property
    def max_unrest(self) -> float:
        """Movement of the event's own kind that is allowed before it, snr."""
        share = self.config.max_unrest_share * self.candidate.transient.snr
        return max(self.config.max_unrest_snr, share)


def _returns(at: Situation) -> bool:
    moved = at.candidate.transient.moved
    return at.stayed is not None and _cosine(moved, -at.stayed) > _RETURN_COSINE


def _is_unexplained(at: Situation) -> bool:
    decomposition = at.candidate.decomposition
    if at.candidate.compression.is_strong and decomposition.explained_share < _COMPRESSED_SHARE:
        return True
    weak = decomposition.snr < at.config.min_unexplained_snr or at.candidate.moves_lids_most
    return weak and decomposition.explained_share < at.config.min_explained_share


def _is_speech(at: Situation) -> bool:
    if at.candidate.in_mouth and at.candidate.onset_apex_offset.onset_s - at.spoke_s < LASTING_AFTER_S:
        return True
    return at.candidate.is_speech(at.history.movement)


def _is_blink(at: Situation) -> bool:
    """Whether the eyes blinked during the movement, and it is too weak to be more than the blink."""
    onset_s, apex_s, offset_s = at.candidate.onset_apex_offset
    config, history = at.config, at.history
    if not history.has_blink(onset_s - config.blink_guard_s, offset_s + config.blink_guard_s):
        return False
    blink_at_apex = history.has_blink(apex_s - SMOOTH_S, apex_s + SMOOTH_S)
    min_snr = config.min_blink_snr * config.snr_factor(at.candidate.period_s)
    return at.candidate.decomposition.snr < min_snr * (config.blink_apex_snr_factor if blink_at_apex else 1.0)


def _is_head(at: Situation) -> bool:
    onset_s, _, offset_s = at.candidate.onset_apex_offset
    transient = at.candidate.transient
    turn_rad = at.history.head_turn(onset_s - _MARGIN_S, offset_s + _MARGIN_S, transient.returned)
    return transient.peak_motion < at.config.head_turn_motion_per_rad * turn_rad


def _moved_before(at: Situation) -> bool:
    onset_s, own = at.candidate.onset_apex_offset.onset_s, at.candidate.decomposition.filter
    start_s, end_s = onset_s - at.config.unrest_window_s, onset_s - _MARGIN_S
    if _unrest(at.history, own, start_s, end_s) > at.max_unrest:
        return True
    if not at.candidate.compression.is_new:
        return False
    is_known = at.history.movement.times[0] <= onset_s - _LEAST_KNOWN_S
    noise_snr = _unrest(at.history, own, onset_s - _NEW_NOISE_S, end_s)
    return not is_known or at.candidate.transient.snr < _NEW_NOISE_RATIO * noise_snr


def _moved_after(at: Situation) -> bool:
    offset_s, own = at.candidate.onset_apex_offset.offset_s, at.candidate.decomposition.filter
    return _unrest(at.history, own, offset_s + SMOOTH_S / 2, at.now_s) > _AFTER_SHARE * at.max_unrest


def _is_blurred(at: Situation) -> bool:
    return not _stays_sharp(at.candidate, at.history, at.config)


def _is_key_frame(at: Situation) -> bool:
    """Whether a video encoder sent a whole picture before the apex, and it is too weak to be more.

    Such a key frame shows all that compression has left out since the last one, so it is sharper than the
    frame before, and everything jumps a little.
    """
    if not at.candidate.compression.strength:
        return False
    onset_s, apex_s, _ = at.candidate.onset_apex_offset
    min_snr = _KEY_FRAME_SNR * at.config.snr_factor(at.candidate.period_s)
    weak = at.candidate.transient.snr < min_snr
    return (
        weak and at.history.largest_sharpening(onset_s - SMOOTH_S, apex_s + SMOOTH_S) > _KEY_FRAME_SHARPENING
    )


def _is_late(at: Situation) -> bool:
    transient, offset_s = at.candidate.transient, at.candidate.onset_apex_offset.offset_s
    return transient.returned and offset_s < at.now_s - at.config.max_delay_s


RULES: dict[str, Callable[[Situation], bool]] = {
    RETURN: _returns,
    NO_MUSCLE: _is_unexplained,
    SPEECH: _is_speech,
    BLINK: _is_blink,
    HEAD: _is_head,
    BEFORE: _moved_before,
    AFTER: _moved_after,
    BLURRED: _is_blurred,
    KEY_FRAME: _is_key_frame,
    LATE: _is_late,
}
"""Rules by the reason that they give, in the order in which they are checked."""

REASONS = tuple(RULES)
"""Reasons for rejection."""


def rejection_reason(at: Situation) -> str:
    """The first reason that applies, ``config.without_rules`` aside; empty for an expression."""
    checked = (reason for reason in RULES if reason not in at.config.without_rules)
    return next((reason for reason in checked if RULES[reason](at)), "")


def _cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(one @ other) / float(np.linalg.norm(one) * np.linalg.norm(other))


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
