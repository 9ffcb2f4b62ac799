"""Onset, apex and offset of expressions in a stream of facial movement, shortly after each has ended.

A movement that comes and goes (``spotting.transients``) or stays (``spotting.lasting``) and stands out from
chance is held until no stronger one has appeared for a short time. Then it is measured
(``spotting.candidate``) and either reported as an event or rejected (``spotting.rejection``). The spotter is
always in one of two states::

                    a transient stands out
      +------+ ------------------------------> +---------+ ---+ a stronger one stands out:
      | IDLE |                                 | HOLDING |    | it is held instead
      +------+ <------------------------------ +---------+ <--+
                       decided after hold_s

A decision gives an event, a counted rejection, or nothing if the transient is part of another movement. The
event of a mouth movement is provisional: it is confirmed or withdrawn later (``spotting.provisional``). Time
is taken from the stamps only.

Published spotters (MDMD, LBP feature difference) compare each frame with the maximum of the whole video and
therefore need the future; this one is causal. The method is our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mer_ros.errors import require
from mer_ros.runtime import Counters
from mer_ros.spotting.assessor import Assessor, Moment
from mer_ros.spotting.blinks import BlinkFilter
from mer_ros.spotting.compression import Compression
from mer_ros.spotting.config import SLOW_EXTRA_FACTOR, SpotterConfig
from mer_ros.spotting.frame_period import FramePeriod
from mer_ros.spotting.lasting import LONGEST_S, LastingFinder
from mer_ros.spotting.measurement import N_CHANNELS, FaceMeasurement, History
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.provisional import ProvisionalEvents
from mer_ros.spotting.quiet import QuietDetector
from mer_ros.spotting.rejection import REASONS, SPEECH
from mer_ros.spotting.rest_position import RestPosition
from mer_ros.spotting.speech import bout_end_s
from mer_ros.spotting.spotted import Spotted
from mer_ros.spotting.transients import END_S, Transient, TransientFinder
from mer_ros.spotting.unit_patterns import UnitPatterns

SEARCH_PERIOD_S = 0.016
"""Shortest time between two searches for transients."""

_STRONGER = 1.02  # a transient replaces the held one if its snr is larger by this factor
_FIRST_S, _FIRST_FACTOR = 0.8, 1.5  # at the beginning of a face a movement must stand out by more
_SLOW_FIRST_S = 1.6  # and for a slow camera more again, with fewer frames by then
_LONG_AGO_NS = 10**18
_HISTORY_S = 2 * END_S + LONGEST_S + 1.0


@dataclass(frozen=True)
class Idle:
    """No movement stands out."""


@dataclass(frozen=True, eq=False)
class Holding:
    """A movement stands out, and a stronger one may follow until ``decide_s``."""

    transient: Transient
    decide_s: float


SpotterState: TypeAlias = Idle | Holding


class Spotter:
    """Streaming spotter for one face. Frames must be passed in order of time.

    rejections: counters of rejected candidates by reason (``rejection.REASONS``); several spotters may share
    them. patterns: what to search for; ``unit_patterns`` if None. ConfigError for a rule that does not exist.
    last_speech_ns: stamp of the end of the last speech; ``reset`` keeps it. search_period_s: shortest time
    between two searches, see ``search_every``.
    """

    _history: History

    def __init__(
        self,
        config: SpotterConfig | None = None,
        rejections: Counters | None = None,
        patterns: UnitPatterns | None = None,
    ) -> None:
        self.config = config or SpotterConfig()
        unknown = sorted(set(self.config.without_rules) - set(REASONS))
        require(not unknown, f"without_rules names {unknown}: choose among {', '.join(REASONS)}.")
        self.rejections = rejections or Counters(REASONS)
        self._finder = TransientFinder(patterns)
        self._lasting = LastingFinder(patterns)
        self._quiet = QuietDetector()
        self._compression = Compression()
        self._provisional = ProvisionalEvents(self.rejections)
        self._assessor = Assessor(self.config, self.rejections)
        self.last_speech_ns = -_LONG_AGO_NS
        self.search_period_s = SEARCH_PERIOD_S
        self._search_delay_s = 0.0
        self._state: SpotterState = Idle()
        self._first_stamp_ns: int | None = None
        self._period_s = 0.0
        self.reset()

    def reset(self) -> list[Spotted]:
        """Forget all movement, for example after a gap; the learned noise is kept.

        Returns the provisional events as final: nothing more will be seen of them.
        """
        confirmed = self.flush()
        if self._first_stamp_ns is not None and np.isfinite(spoke_s := bout_end_s(self._history.movement)):
            self._remember_speech(self._first_stamp_ns + round(spoke_s * 1e9))
        self._state = Idle()
        self._history = History(_HISTORY_S)
        self._blinks = BlinkFilter(self.config.min_blink_lid_motion, self.config.blink_guard_s)
        self._frame_period = FramePeriod()
        self._rest = RestPosition(N_CHANNELS + 2)
        self._newest = np.zeros(N_CHANNELS + 2, np.float32)
        self._quiet.reset()
        self._first_stamp_ns = None
        self._last_frame_s = 0.0
        self._last_search_s = -np.inf
        self._assessor.reset()
        return confirmed

    def search_every(self, period_s: float, delay_s: float = 0.0) -> None:
        """Search for movements once in ``period_s``, first after ``delay_s``: several faces in turn."""
        if (period_s, delay_s) != (self.search_period_s, self._search_delay_s):
            self.search_period_s, self._search_delay_s = period_s, delay_s
            self._last_search_s = self._last_frame_s - period_s + delay_s

    def reconfigure(self, config: SpotterConfig) -> None:
        """Use other settings from the next frame on; movement and learned noise are kept.

        Those of blinks take effect at the next ``reset``.
        """
        self.config = self._assessor.config = config

    @property
    def state(self) -> SpotterState:
        """Current state, see the diagram at the top of this module."""
        return self._state

    @property
    def first_stamp_ns(self) -> int:
        """Stamp of the first frame since the last ``reset``; 0 before it."""
        return self._first_stamp_ns or 0

    @property
    def applied_rules(self) -> frozenset[str]:
        """Reasons for which a movement was rejected so far."""
        return frozenset(self._assessor.applied_rules)

    @property
    def noise(self) -> NoiseModel:
        """Chance movements of this face."""
        return self._finder.noise

    @property
    def required_snr(self) -> float:
        """Signal-to-noise ratio that an event needs at the current frame period."""
        return self.config.required_snr(self._period_s)

    @property
    def motion(self) -> float:
        """Largest distance of a region from its mean position of the last 0.5 s, interocular distances."""
        return self._quiet.motion

    @property
    def is_quiet(self) -> bool:
        """Whether nothing moves, so the frame may be averaged into the reference."""
        return isinstance(self._state, Idle) and self._quiet.is_still(
            self._last_frame_s, self._blinks.last_blink_s
        )

    @property
    def needs_anchor(self) -> bool:
        """Whether the face has not been quiet for longer than any event lasts: its pose has changed."""
        return self._quiet.unrest_s(self._last_frame_s) > self.config.max_event_s

    def add_quiet_frame(self) -> None:
        """Record that the last frame was quiet and is averaged into the next reference."""
        self._rest.add_quiet_frame(self._newest)

    def renew_reference(self) -> None:
        """Record that the reference was renewed from the average of the quiet frames."""
        self._rest.renew_reference()

    def update(self, stamp_ns: int, measurement: FaceMeasurement) -> list[Spotted]:
        """Process one frame; return the events decided by it, the confirmed and withdrawn ones first."""
        now_s = self._add_to_history(stamp_ns, measurement)
        decided = self._decide(now_s) if self._is_search_due(now_s) else []
        event = self._advance(self._search(now_s), now_s)
        return decided if event is None else [*decided, event]

    def flush(self) -> list[Spotted]:
        """The provisional events as final, and a held movement if it is one: no more frames follow."""
        if isinstance(self._state, Holding):
            held, self._state = self._state.transient, Idle()
            event = self._conclude(held, self._last_frame_s)
            if event is not None and not event.provisional:
                return [*self._provisional.confirm_all(), event]
        return self._provisional.confirm_all()

    def _decide(self, now_s: float) -> list[Spotted]:
        """The provisional events that are final or withdrawn now."""
        decided = self._provisional.decide(self._history.movement, now_s + self._period_s)
        for event in decided:
            if event.withdrawn:
                self._remember_speech(event.offset_ns)
        return decided

    def _remember_speech(self, end_ns: int) -> None:
        self.last_speech_ns = max(self.last_speech_ns, end_ns)

    def _is_search_due(self, now_s: float) -> bool:
        return now_s - self._last_search_s >= self.search_period_s

    def _advance(self, transient: Transient | None, now_s: float) -> Spotted | None:
        """Perform the transitions of the state machine. transient: found in this frame, or None."""
        if transient is not None:
            match self._state:
                case Holding(held) if transient.snr <= _STRONGER * held.snr:
                    pass
                case _:
                    hold_s = self.config.hold_s if transient.returned else self.config.lasting_hold_s
                    self._state = Holding(transient, now_s + hold_s)
        match self._state:
            case Holding(held, decide_s) if now_s >= decide_s:
                self._state = Idle()
                return self._conclude(held, now_s)
        return None

    def _add_to_history(self, stamp_ns: int, measurement: FaceMeasurement) -> float:
        """Filter a frame and add it; return its time since the first frame, s."""
        first_frame = self._first_stamp_ns is None
        if self._first_stamp_ns is None:
            self._first_stamp_ns = stamp_ns
        now_s = (stamp_ns - self._first_stamp_ns) * 1e-9
        step_s, self._last_frame_s = now_s - self._last_frame_s, now_s
        if not first_frame:
            self._frame_period.add(step_s)
        self._compression.add(measurement.frozen, step_s)
        measured = np.concatenate([measurement.groups.reshape(-1), measurement.turn]).astype(np.float32)
        values = self._rest.absolute(measured)
        signal = self._history.movement
        movement = self._blinks.apply(now_s, step_s, values[:N_CHANNELS], signal)
        if self._blinks.given_back:
            self._history.forget_blink(self._blinks.given_back)
        turn = values[N_CHANNELS:]
        self._newest = np.concatenate([movement, turn])
        self._history.append(now_s, movement, measurement.sharpness, turn, self._blinks.is_holding)
        self._follow_quiet(now_s, step_s)
        return now_s

    def _follow_quiet(self, now_s: float, step_s: float) -> None:
        """Decide whether the face is quiet at the newest frame."""
        self._quiet.measure(self._history.movement, now_s, step_s)
        if self.is_quiet:
            self._quiet.note_quiet(now_s)

    def _search(self, now_s: float) -> Transient | None:
        """The movement that ends at this frame, if it stands out; None between two searches.

        One that has returned comes first.
        """
        if not self._is_search_due(now_s):
            return None
        self._last_search_s = now_s
        self._period_s = self._frame_period.median_s(otherwise=self._period_s)
        earliest_s, factor = self._assessor.earliest_s, self._snr_factor(now_s)
        transient = self._finder.search(self._history.movement, earliest_s)
        min_lasting_snr = factor * self.config.min_lasting_snr
        lasting = self._lasting.search(self._history.movement, earliest_s, min_lasting_snr)
        for found, min_snr, min_motion in (
            (transient, self.config.min_snr, self.config.min_motion),
            (lasting, self.config.min_lasting_snr, self.config.min_lasting_motion),
        ):
            if found is not None and found.snr >= factor * min_snr and found.peak_motion >= min_motion:
                return found
        return None

    def _snr_factor(self, now_s: float) -> float:
        """Factor of the required ratios: larger for slow cameras, compressed faces and new ones."""
        is_slow = self.config.is_slow_camera(self._period_s)
        first = _FIRST_FACTOR if now_s < _FIRST_S else 1.0
        if is_slow and now_s < _SLOW_FIRST_S:
            first *= SLOW_EXTRA_FACTOR
        return self.config.snr_factor(self._period_s) * max(first, self._compression.snr_factor(is_slow))

    def _conclude(self, transient: Transient, now_s: float) -> Spotted | None:
        """Decide on a movement that stood out; return its event, None for a rejection."""
        start_ns = self.first_stamp_ns
        spoke_s = (self.last_speech_ns - start_ns) * 1e-9
        moment = Moment(
            start_ns, now_s, spoke_s if spoke_s <= 0 else -np.inf, self._period_s, self._compression.state
        )
        assessment = self._assessor.assess(transient, self._history, moment)
        if assessment is None:
            return None
        if assessment.reason == SPEECH:
            self._remember_speech(assessment.event.offset_ns)
        if not self._assessor.conclude(assessment):
            return None
        if assessment.candidate.in_mouth and SPEECH not in self.config.without_rules:
            decide_s = now_s + self.config.speech_wait_s
            return self._provisional.add(assessment.event, assessment.candidate, decide_s)
        return assessment.event
