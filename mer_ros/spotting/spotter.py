"""Onset, apex and offset of expressions in a stream of facial movement, soon after each has ended.

A bump (``spotting.transients``) that stands out of what moves by chance is a candidate. It is held until nothing
that stands out more has come for a moment, then measured: what it is made of (``spotting.au_decomposition``), its
course along that pattern (``spotting.onset_apex_offset``), and whether what is beside it speaks against an expression
(``spotting.rejection``). Time comes from stamps alone.

Published spotters (MDMD, LBP feature difference) judge a whole video by its own maximum and therefore know
the future; this one is causal. The method is our own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer_ros.motion.meter import REFERENCE_GAIN
from mer_ros.runtime import Counters
from mer_ros.spotting.au_decomposition import au_decomposition
from mer_ros.spotting.blinks import BlinkFilter
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import N_CHANNELS, FaceMeasurement, History
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.onset_apex_offset import onset_apex_offset
from mer_ros.spotting.rejection import (
    AFTER,
    BEFORE,
    MAY_BE_PART,
    REASONS,
    SPEECH,
    Candidate,
    rejection_reason,
)
from mer_ros.spotting.transients import END_S, LENGTHS_S, SMOOTH_S, Transient, TransientFinder, largest
from mer_ros.types import Kind

_LOOK_S = 0.016  # at most so often bumps are looked for
_GREW = 1.02  # a bump that stands out this much more replaces the one that is held
_STEP_S, _STILL_S = 0.08, 0.2  # quiet: for so long no step over such a time was larger than usual
_LEAST_STEP, _USUAL = 1.5e-3, 3.5
_REST_S = 0.5
_KEPT_S = 2 * END_S + LENGTHS_S[-1] + 1.0
_OVERLAP_S = 0.03
_STEPS = 16  # of the last frames, whose median step is the frame period


@dataclass(frozen=True)
class Spotted:
    """An event in the stream. intensity: peak against the rest before it, interocular distances."""

    onset_ns: int
    apex_ns: int
    offset_ns: int
    intensity: float
    signal_to_noise: float

    @property
    def kind(self) -> Kind:
        """By its duration."""
        return Kind.from_duration((self.offset_ns - self.onset_ns) * 1e-9)


class Spotter:
    """Streaming spotter for one face. Feed it every frame in order of time.

    passed_over: counts, by reason, the movements that stood out and were taken for something else, or
    understood too late; several spotters may share one.
    """

    def __init__(self, config: SpotterConfig | None = None, passed_over: Counters | None = None) -> None:
        self.config = config or SpotterConfig()
        self.passed_over = passed_over or Counters(REASONS)
        self._finder = TransientFinder()
        self._usual_step = 1e-3
        self._period_s = 0.0
        self.reset()

    def reset(self) -> None:
        """Forget all movement, as after a gap; what is known of the noise stays."""
        self._memory = History(_KEPT_S)
        self._eyes = BlinkFilter(self.config.blink_motion, self.config.blink_guard_s)
        self._zero_ns: int | None = None
        self._now_s = 0.0
        self._last = self._shift = self._resting = np.zeros(N_CHANNELS + 2, np.float32)
        self._held: tuple[float, Transient] | None = None
        self._waited: Transient | None = None  # a mouth may yet go on to speak
        self._free_s = self._looked_s = self._moved_s = self._spoke_s = self._passed_s = -np.inf
        self._quiet_s = 0.0
        self.motion = 0.0

    @property
    def chance(self) -> NoiseModel:
        """What is known of chance movements on this face."""
        return self._finder.chance

    @property
    def least_snr(self) -> float:
        """What an event stands out by at least, at the rate of the frames of late."""
        return self.config.least_snr(self._period_s)

    @property
    def quiet(self) -> bool:
        """Whether nothing moves, so that the frame may serve as a reference."""
        return self._now_s - max(self._moved_s, self._eyes.blinked_s) > _STILL_S and self._held is None

    @property
    def overdue(self) -> bool:
        """Whether the face has not been quiet for longer than any event lasts: anchor anew."""
        return self._now_s - self._quiet_s > self.config.max_event_s

    def rest(self) -> None:
        """The last frame was quiet and joins the next reference, which will show the face as it was then."""
        self._resting = self._resting + REFERENCE_GAIN * (self._last - self._resting)

    def shift_rest(self) -> None:
        """The reference was renewed: from now on movement is told from where the face rested."""
        self._shift = self._resting

    def update(self, stamp_ns: int, look: FaceMeasurement) -> Spotted | None:
        """Take one frame; return an event if one has ended."""
        if self._zero_ns is None:
            self._zero_ns = stamp_ns
        now = (stamp_ns - self._zero_ns) * 1e-9
        step_s, self._now_s = now - self._now_s, now
        seen = np.concatenate([look.groups.reshape(-1), look.turn]).astype(np.float32) + self._shift
        movement = seen[:N_CHANNELS]
        self._eyes.keep_still(now, step_s, movement, look.lids, self._memory.movement)
        self._memory.append(now, movement, look.sharpness, seen[N_CHANNELS:], self._eyes.blinking)
        self._last = seen
        self._judge_quiet(now, step_s)
        if now - self._looked_s >= _LOOK_S:
            self._looked_s = now
            self._look(now)
        if self._held is None or now < self._held[0]:
            return None
        transient, self._held = self._held[1], None
        return self._measured(transient, now)

    def _judge_quiet(self, now: float, step_s: float) -> None:
        signal = self._memory.movement
        then = signal.at(now - _STEP_S)
        step = largest(signal.values[-1] - signal.values[then])
        self._usual_step *= float(np.exp(min(step_s, 0.1) * np.sign(step - self._usual_step)))
        if step > max(_LEAST_STEP, _USUAL * self._usual_step):
            self._moved_s = now
        if self.quiet:
            self._quiet_s = now
        rest = signal.mean(signal.at(now - _REST_S), len(signal))
        self.motion = largest(signal.values[-1] - rest)

    def _look(self, now: float) -> None:
        """Hold the bump that ends now if it stands out more than the one that is held."""
        steps_s = np.diff(self._memory.movement.times[-_STEPS - 1 :])
        self._period_s = float(np.median(steps_s)) if len(steps_s) else self._period_s
        transient = self._finder.look(self._memory.movement, self._free_s - _OVERLAP_S)
        if transient is None or transient.snr < self.least_snr or transient.height < self.config.min_motion:
            return
        if self._held is None or transient.snr > _GREW * self._held[1].snr:
            self._held = (now + self.config.hold_s, transient)

    def _measured(self, transient: Transient, now: float) -> Spotted | None:
        """The event of a bump, or None if it is no expression, or not yet."""
        found = self._candidate(transient)
        if found is None:
            return None
        times = found.onset_apex_offset
        onset, apex, offset = ((self._zero_ns or 0) + round(time_s * 1e9) for time_s in times)
        spotted = Spotted(onset, apex, offset, found.height, transient.snr)
        if spotted.kind == Kind.UNKNOWN:
            return None
        reason = rejection_reason(found, self._memory, now, self._spoke_s, self.config)
        soon_s = found.waited_until_s(self.config)
        if reason in ("", SPEECH) and found.in_mouth and now < soon_s and self._waited is not transient:
            self._held, self._waited = (soon_s, transient), transient
            return None
        if reason and abs(times.apex_s - self._passed_s) > 2 * SMOOTH_S:  # one movement is looked at often
            self.passed_over.add(reason)
            self._passed_s = times.apex_s
        if found.in_mouth and reason in (SPEECH, BEFORE, AFTER):
            self._spoke_s = times.apex_s
        if reason not in MAY_BE_PART:
            self._free_s = times.offset_s
        return None if reason else spotted

    def _candidate(self, transient: Transient) -> Candidate | None:
        """What a bump is made of and its course; None if it is part of something else, or too short to
        know.
        """
        signal = self._memory.movement
        rest = signal.at(self._now_s - END_S)
        transient = transient.ending(signal.mean(rest, len(signal)), float(signal.times[rest:].mean()))
        decomposition = au_decomposition(transient.moved, transient.chance)
        if decomposition is None:
            return None
        first = signal.at(transient.start_s - END_S)
        times, smooth = signal.times[first:], signal.smoothed(first, len(signal), SMOOTH_S)
        above = transient.above_line(times, smooth) @ decomposition.filter
        found = onset_apex_offset(times, above, transient.apex_s, 2 * SMOOTH_S)
        if found is None or found.onset_s < self._free_s - _OVERLAP_S:
            return None
        steps_s = np.diff(times)
        shortest_s = self.config.min_samples * self._period_s
        inside = (times[1:] > found.onset_s) & (times[:-1] < found.offset_s)
        if found.offset_s - found.onset_s < shortest_s or steps_s[inside].max(initial=0.0) > shortest_s:
            return None  # too short to be told, or with a hole in it
        before = signal.at(found.onset_s - END_S)
        resting = signal.mean(before, max(signal.at(found.onset_s), before + 1))
        height = largest(smooth[np.abs(times - found.apex_s).argmin()] - resting)
        return Candidate(transient, decomposition, found, height, self._period_s)
