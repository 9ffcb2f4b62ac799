"""Spotter of one whole face, which judges the brows on their own while the mouth talks.

Syllables of real speech have signal-to-noise ratios of 50 to 400, so a raised or lowered brow never is the
strongest movement of a face that talks. A second spotter therefore sees the brows alone: their movement,
their patterns, their noise. Its events count only beside speech, and only if the first one reports nothing at
that time. People move their brows and lids in the rhythm of their speech, too, so more is asked for
(``talking_snr_factor``), and lids are left out. The method is our own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.runtime import Counters
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.spotted import Rejected, Spotted
from mer_ros.spotting.spotter import Spotter
from mer_ros.spotting.unit_patterns import UnitPatterns, unit_patterns

BROW_UNITS = ("AU1", "AU2", "AU4")
"""Action units of the brows."""

_BROWS = np.array(["brow" in name for name in MOTION_GROUPS])
_TALKS_NS = 700_000_000  # a brow that moves within this time of speech moves beside it
_SILENT_PERIOD_S = 0.08  # between two searches for brows in silence: they only learn the noise
_RECENT = 8  # events that are kept to tell whether another one is the same movement


def brow_patterns(patterns: UnitPatterns | None = None) -> UnitPatterns:
    """The patterns of the brows alone. patterns: of all units; ``unit_patterns`` if None."""
    every = patterns or unit_patterns()
    chosen = np.flatnonzero(every.among(BROW_UNITS))
    moved = every.moved[chosen] * np.repeat(_BROWS, 2)
    names = tuple(every.names[i] for i in chosen)
    return UnitPatterns(names, moved / np.linalg.norm(moved, axis=1, keepdims=True))


class _Span(NamedTuple):
    """Onset and offset of a reported event, ns."""

    onset_ns: int
    offset_ns: int

    def overlaps(self, event: Spotted) -> bool:
        return event.onset_ns < self.offset_ns and event.offset_ns > self.onset_ns


class _BrowSpotter(Spotter):
    """Whether a face is quiet is asked of the whole face only."""

    def _follow_quiet(self, now_s: float, step_s: float) -> None:
        pass


class FaceSpotter(Spotter):
    """A spotter for the whole face and for the brows beside speech; parameters as ``Spotter``.

    rejections: only those of the whole face are counted.
    """

    def __init__(
        self,
        config: SpotterConfig | None = None,
        rejections: Counters | None = None,
        patterns: UnitPatterns | None = None,
    ) -> None:
        config = config or SpotterConfig()
        self._brows = _BrowSpotter(_beside_speech(config), Counters(REASONS), brow_patterns(patterns))
        self._whole: deque[_Span] = deque(maxlen=_RECENT)
        self._beside: deque[_Span] = deque(maxlen=_RECENT)
        self._waiting: list[tuple[Spotted, int]] = []  # brow events, and the stamps up to which they wait
        self._numbers: dict[int, int] = {}  # numbers of provisional events, as reported
        self._n_reported = 0
        super().__init__(config, rejections, patterns)

    def reconfigure(self, config: SpotterConfig) -> None:
        """Use other settings from the next frame on; movement and learned noise are kept."""
        super().reconfigure(config)
        self._brows.reconfigure(_beside_speech(config))

    def update(self, stamp_ns: int, measurement: FaceMeasurement) -> list[Spotted]:
        """Process one frame; return the events decided by it."""
        reported = self._of_whole(super().update(stamp_ns, measurement))
        talks = stamp_ns - self.last_speech_ns < _TALKS_NS or bool(self._numbers)
        own_s = self.search_period_s
        self._brows.search_period_s = own_s if talks else max(own_s, _SILENT_PERIOD_S)
        brows = replace(measurement, groups=_brows_of(measurement.groups))
        until_ns = stamp_ns + round(self.config.speech_wait_s * 1e9)
        self._waiting += [(event, until_ns) for event in self._brows.update(stamp_ns, brows)]
        reported += self._beside_speech()
        self._waiting = [(event, wait_ns) for event, wait_ns in self._waiting if stamp_ns < wait_ns]
        return reported

    @property
    def motions(self) -> NDArray[np.float32]:
        """(G,) distance of each of the MOTION_GROUPS from its mean position of the last 0.5 s.

        In interocular distances; the largest is ``motion``.
        """
        return self._quiet.motions

    def take_rejected(self) -> list[Rejected]:
        """The movements of the whole face that were rejected since the last call, at most the latest 16."""
        taken = list(self._assessor.rejected)
        self._assessor.rejected.clear()
        return taken

    @property
    def applied_rules(self) -> frozenset[str]:
        """Reasons for which a movement of the face or of the brows was rejected so far."""
        return super().applied_rules | self._brows.applied_rules

    def reset(self) -> list[Spotted]:
        """Forget all movement; the learned noise is kept. Returns what ``flush`` returns."""
        reported = super().reset()  # by way of ``flush``
        self._brows.reset()
        return reported

    def flush(self) -> list[Spotted]:
        """The provisional events as final, and movements that are held: no more frames follow."""
        reported = self._of_whole(super().flush())
        self._waiting += [(event, 0) for event in self._brows.flush()]
        reported += self._beside_speech()
        self._waiting = []
        return reported

    def add_quiet_frame(self) -> None:
        """Record that the last frame was quiet and is averaged into the next reference."""
        super().add_quiet_frame()
        self._brows.add_quiet_frame()

    def renew_reference(self) -> None:
        """Record that the reference was renewed from the average of the quiet frames."""
        super().renew_reference()
        self._brows.renew_reference()

    def _of_whole(self, events: list[Spotted]) -> list[Spotted]:
        """Events of the whole face under their own numbers; without new ones that the brows already gave."""
        reported = []
        for event in events:
            if event.number not in self._numbers:
                if any(span.overlaps(event) for span in self._beside):
                    continue
                self._numbers[event.number] = self._next_number()
            span = _Span(event.onset_ns, event.offset_ns)
            if event.withdrawn and span in self._whole:
                self._whole.remove(span)
            elif span not in self._whole:
                self._whole.append(span)
            reported.append(replace(event, number=self._numbers[event.number]))
            if not event.provisional:
                del self._numbers[event.number]
        return reported

    def _beside_speech(self) -> list[Spotted]:
        """The waiting events of the brows that speech surrounds and nothing else explains, each once."""
        reported, left = [], []
        for event, wait_ns in self._waiting:
            if any(span.overlaps(event) for span in self._whole) or self._is_beside_blink(event):
                continue
            if event.offset_ns - self.last_speech_ns < _TALKS_NS:
                self._beside.append(_Span(event.onset_ns, event.offset_ns))
                reported.append(replace(event, number=self._next_number()))
            else:
                left.append((event, wait_ns))
        self._waiting = left
        return reported

    def _next_number(self) -> int:
        self._n_reported += 1
        return self._n_reported

    def _is_beside_blink(self, event: Spotted) -> bool:
        """Whether the eyes blinked while the brows moved: the second spotter does not see the lids."""
        start_ns, guard_s = self.first_stamp_ns, self.config.blink_guard_s
        onset_s, offset_s = ((t - start_ns) * 1e-9 for t in (event.onset_ns, event.offset_ns))
        return self._history.has_blink(onset_s - guard_s, offset_s + guard_s)


def _beside_speech(config: SpotterConfig) -> SpotterConfig:
    """Settings for the brows while the mouth talks."""
    factor = config.talking_snr_factor
    return replace(config, min_snr=factor * config.min_snr, min_lasting_snr=factor * config.min_lasting_snr)


def _brows_of(groups: NDArray[np.float32]) -> NDArray[np.float32]:
    """The (G, 2) movement of the brows alone."""
    return np.where(_BROWS[:, None], groups, np.float32(0.0))
