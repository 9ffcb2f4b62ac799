"""Whether a movement that stands out is an expression, and if not, why.

What else moves a face comes and goes as an expression does: a syllable, a blink, a nod, the autofocus. It
is told by what is beside it. The rules and their limits are our own, chosen on made clips with every
nuisance; a movement that no rule speaks against is taken for an expression.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.au_decomposition import AuDecomposition
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import History
from mer_ros.spotting.onset_apex_offset import OnsetApexOffset
from mer_ros.spotting.transients import END_S, SMOOTH_S, Transient
from mer_ros.spotting.unit_patterns import LIP_SHAPES, MOUTH_UNITS, unit_patterns

NO_MUSCLE, SPEECH, BLINK, HEAD = "no_muscle", "speech", "blink", "head"
BEFORE, AFTER, BLURRED, LATE = "moved_before", "moved_after", "blurred", "late"

REASONS = (NO_MUSCLE, SPEECH, BLINK, HEAD, BEFORE, AFTER, BLURRED, LATE)
"""Why a movement is no expression, or is not told as one: in the order in which they are looked for."""

MAY_BE_PART = (NO_MUSCLE, BEFORE, AFTER, LATE)
"""With these it may still be the top of a larger movement, which is to come."""

_SYLLABLE_S, _OF_MOUTH, _UNSPOKEN = 0.3, 0.65, 0.56
"""A syllable is shorter; more of it is in the mouth, and less of it what no unit of a syllable explains."""

_LESS_KNOWN = 2 / 3  # less is known of the time after an event, and from slow cameras: so less is allowed


@dataclass(frozen=True, eq=False)
class Candidate:
    """A movement that stands out: what it is made of and when it was.

    height: of its largest region at the apex, interocular distances. period_s: between frames.
    """

    transient: Transient
    decomposition: AuDecomposition
    onset_apex_offset: OnsetApexOffset
    height: float
    period_s: float

    @property
    def in_mouth(self) -> bool:
        """Whether most of it moves the mouth, or speech would explain it."""
        return self.decomposition.mouth > 0.5 or self.decomposition.unspoken < _UNSPOKEN

    @property
    def may_be_syllable(self) -> bool:
        """Whether nothing in it tells it from a syllable."""
        decomposition, (onset_s, _, offset_s) = self.decomposition, self.onset_apex_offset
        short = offset_s - onset_s < _SYLLABLE_S
        return short and decomposition.mouth > _OF_MOUTH and decomposition.unspoken < _UNSPOKEN

    def waited_until_s(self, config: SpotterConfig) -> float:
        """Until when it is waited with, in case the mouth goes on to speak; its offset for other parts."""
        if not self.in_mouth:
            return self.onset_apex_offset.offset_s
        waits = self.period_s > config.slowest_s and self.may_be_syllable
        return self.onset_apex_offset.offset_s + (config.syllable_wait_s if waits else config.wait_s)


def rejection_reason(
    found: Candidate, memory: History, now_s: float, spoke_s: float, config: SpotterConfig
) -> str:
    """Empty, or the first of ``REASONS`` that speaks against an expression.

    spoke_s: when the mouth last moved as in speech.
    """
    transient, decomposition, (onset_s, _, offset_s) = (
        found.transient,
        found.decomposition,
        found.onset_apex_offset,
    )
    if decomposition.explained < config.explained and decomposition.snr < config.plain_snr:
        return NO_MUSCLE
    if found.in_mouth and _speaks(found, spoke_s, config):
        return SPEECH
    if _is_the_blink(found, memory, config):
        return BLINK
    margin_s = 2 * SMOOTH_S
    if transient.height < config.turn_share * memory.turned(onset_s - margin_s, offset_s + margin_s):
        return HEAD
    allowed = max(config.restless, config.alone * transient.snr)
    part = unit_patterns().among(MOUTH_UNITS) == found.in_mouth
    filters = transient.chance.filters[:, part]
    if _restless(memory, filters, onset_s - config.alone_s, onset_s - margin_s) > allowed:
        return BEFORE
    if _restless(memory, filters, offset_s + SMOOTH_S / 2, now_s) > _LESS_KNOWN * allowed:
        return AFTER
    if not _stays_sharp(found, memory, config):
        return BLURRED
    return LATE if offset_s < now_s - config.late_s else ""


def _speaks(found: Candidate, spoke_s: float, config: SpotterConfig) -> bool:
    """Whether lips and jaw part, or the mouth has just moved as in speech."""
    leading = found.decomposition.units[0].rstrip("RL")
    limit = config.lips_speech if leading in LIP_SHAPES else config.speech
    since_s = found.onset_apex_offset.onset_s - spoke_s
    if config.slow(found.period_s):
        limit *= _LESS_KNOWN
        since_s = max(since_s, 0.0)  # what was speech a moment ago, when less of it was seen, remains it
    return found.decomposition.speech > limit or 0 <= since_s < config.speech_s


def _is_the_blink(found: Candidate, memory: History, config: SpotterConfig) -> bool:
    """Whether the eyes blinked beside the movement and it stands out too little to be more than that."""
    onset_s, apex_s, offset_s = found.onset_apex_offset
    if not memory.blinked(onset_s - config.blink_guard_s, offset_s + config.blink_guard_s):
        return False
    at_its_apex = memory.blinked(apex_s - SMOOTH_S, apex_s + SMOOTH_S)
    least = config.blink_snr * config.more(found.period_s)
    return found.decomposition.snr < least * (config.blink_more if at_its_apex else 1.0)


def _restless(memory: History, filters: NDArray[np.float64], start_s: float, end_s: float) -> float:
    """The most that the movement between two moments stands out from its mean under some filters."""
    signal = memory.movement
    first, end = signal.at(start_s), signal.at(end_s)
    if end - first < 3:
        return 0.0
    values = signal.smoothed(first, end, SMOOTH_S)
    return float(np.abs((values - values.mean(0)) @ filters).max())


def _stays_sharp(found: Candidate, memory: History, config: SpotterConfig) -> bool:
    """Whether the picture is about as sharp at the apex as before and after the event."""
    onset_s, _, offset_s = found.onset_apex_offset
    around = (memory.sharpness(onset_s - END_S, onset_s) + memory.sharpness(offset_s, offset_s + END_S)) / 2
    there = memory.sharpness(found.transient.apex_s - SMOOTH_S, found.transient.apex_s + SMOOTH_S)
    return abs(there - around) <= config.sharpness_change * around
