"""Events that are reported at once and confirmed or withdrawn a moment later.

Whether a movement of the mouth begins a bout of speech shows only in what follows it. Its event is reported
as soon as it is measured, ``provisional``; if a bout has shown by the end of its wait it is reported again as
``withdrawn``, otherwise once more as it was, now final.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mer_ros.runtime import Counters
from mer_ros.spotting.candidate import Candidate
from mer_ros.spotting.rejection import SPEECH
from mer_ros.spotting.spotted import Spotted
from mer_ros.spotting.time_series import TimeSeriesBuffer


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A provisional event, what it was measured from, and the time of its decision."""

    event: Spotted
    candidate: Candidate
    decide_s: float


class ProvisionalEvents:
    """The provisional events of one face, in the order of their report.

    rejections: counters of rejected candidates by reason; a withdrawn event counts as ``speech``.
    """

    def __init__(self, rejections: Counters) -> None:
        self._rejections = rejections
        self._waiting: list[_Waiting] = []

    def add(self, event: Spotted, candidate: Candidate, decide_s: float) -> Spotted:
        """Let an event wait until ``decide_s``; returns it as provisional, to be reported now."""
        event = replace(event, provisional=True)
        self._waiting.append(_Waiting(event, candidate, decide_s))
        return event

    def decide(self, signal: TimeSeriesBuffer, now_s: float) -> list[Spotted]:
        """The events that the movement up to ``now_s`` decides: withdrawn once a bout shows, or final."""
        decided, left = [], []
        for waiting in self._waiting:
            if waiting.candidate.is_speech(signal):
                self._rejections.add(SPEECH)
                decided.append(replace(waiting.event, provisional=False, withdrawn=True))
            elif now_s >= waiting.decide_s:
                decided.append(replace(waiting.event, provisional=False))
            else:
                left.append(waiting)
        self._waiting = left
        return decided

    def confirm_all(self) -> list[Spotted]:
        """Every waiting event as final, where no more will be seen: a gap, a lost face, the end of a file."""
        decided = [replace(waiting.event, provisional=False) for waiting in self._waiting]
        self._waiting = []
        return decided
