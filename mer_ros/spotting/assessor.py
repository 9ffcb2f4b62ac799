"""Decision on a movement that stood out: an event, a rejection, or a part of another movement."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.runtime import Counters
from mer_ros.spotting.candidate import Candidate, measure_candidate
from mer_ros.spotting.compression import CompressionState
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import History
from mer_ros.spotting.rejection import MAY_BE_PART, RETURN, Situation, rejection_reason
from mer_ros.spotting.spotted import Rejected, Spotted
from mer_ros.spotting.transients import SMOOTH_S, Transient
from mer_ros.types import Kind

_OVERLAP_S = 0.03  # two consecutive events may overlap by this much
_SAME_APEX_S = 2 * SMOOTH_S  # rejections with apexes closer than this belong to one movement
_RECENT = 16  # rejections that are kept until they are read


@dataclass(frozen=True)
class Moment:
    """What is known when a movement is assessed.

    start_ns: stamp of the first frame, from which all times count. now_s: time of the last frame.
    spoke_s: end of the last speech, -inf if there was none. period_s: frame period.
    """

    start_ns: int
    now_s: float
    spoke_s: float
    period_s: float
    compression: CompressionState


@dataclass(frozen=True, eq=False)
class Assessment:
    """A measured candidate, its event, and the reason for its rejection; empty if none applies."""

    candidate: Candidate
    event: Spotted
    reason: str


class Assessor:
    """Measures movements that stood out and decides on each, given what was decided before.

    config: its settings, which may change between two frames. rejections: counters of rejected movements by
    reason (``rejection.REASONS``). applied_rules: reasons of all rejections so far, also of those that are
    not counted because another one of the same movement was. rejected: the latest of those that were counted.
    """

    def __init__(self, config: SpotterConfig, rejections: Counters) -> None:
        self.config = config
        self._rejections = rejections
        self.applied_rules: set[str] = set()
        self.rejected: deque[Rejected] = deque(maxlen=_RECENT)
        self._n_events = 0
        self.reset()

    def reset(self) -> None:
        """Forget all movements; the numbers of events go on."""
        # of an event, or of a rejected candidate that cannot be part of a later one
        self._last_offset_s = -np.inf
        # movement of the last expression that has not returned, and until when its return is expected
        self._stayed: NDArray[np.float64] | None = None
        self._stayed_until_s = -np.inf
        self._last_rejected_apex_s = -np.inf

    @property
    def earliest_s(self) -> float:
        """Time before which no further movement may begin, s."""
        return self._last_offset_s - _OVERLAP_S

    def assess(self, transient: Transient, history: History, moment: Moment) -> Assessment | None:
        """Measure a transient and check whether to reject it; None if it is not a separate movement."""
        candidate = measure_candidate(
            transient,
            history.movement,
            moment.now_s,
            self.earliest_s,
            moment.period_s,
            self.config.min_samples,
            moment.compression,
        )
        if candidate is None:
            return None
        times_s = candidate.onset_apex_offset
        onset_ns, apex_ns, offset_ns = (moment.start_ns + round(time_s * 1e9) for time_s in times_s)
        number, height = self._n_events + 1, candidate.height
        event = Spotted(number, onset_ns, apex_ns, offset_ns, height, transient.snr, candidate.returned)
        if event.kind == Kind.UNKNOWN:
            return None
        stayed = self._stayed if moment.now_s < self._stayed_until_s else None
        situation = Situation(candidate, history, moment.now_s, stayed, self.config, moment.spoke_s)
        return Assessment(candidate, event, rejection_reason(situation))

    def conclude(self, assessment: Assessment) -> bool:
        """Record the decision. Returns whether the movement is an event."""
        reason, (_, apex_s, offset_s) = assessment.reason, assessment.candidate.onset_apex_offset
        if reason:
            self.applied_rules.add(reason)
        if reason and abs(apex_s - self._last_rejected_apex_s) > _SAME_APEX_S:
            self._rejections.add(reason)
            self.rejected.append(Rejected(assessment.event, reason))
            self._last_rejected_apex_s = apex_s
        if reason not in MAY_BE_PART:
            self._last_offset_s = offset_s
        if reason == RETURN:
            self._stayed = None
        elif not reason and not assessment.candidate.returned:
            self._stayed = assessment.candidate.transient.moved
            self._stayed_until_s = offset_s + self.config.max_event_s
        if not reason:
            self._n_events += 1
        return not reason
