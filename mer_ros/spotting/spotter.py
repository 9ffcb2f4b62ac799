"""Onset, apex and offset of expressions in a stream of facial movement, soon after each has ended.

A bump (``spotting.bumps``) that stands out of its noise is a candidate. It is held until nothing that stands
out more has come for a moment, then measured: the movement is followed along its own pattern, the direction
in which it is largest; the apex is its peak; onset and offset are where a cosine ramp through its 50 % and
20 % points meets rest. It is no expression if its region was in movement right before or after it, as in
speech, or if the picture lost its sharpness meanwhile, as when the autofocus hunts. While an eye blinks, the
regions near the eyes keep the position they had. Time comes from stamps alone.

Published spotters (MDMD, LBP feature difference) judge a whole video by its own maximum and therefore know
the future; this one is causal. The method is our own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.bumps import END_S, LENGTHS_S, SMOOTH_S, Bump, BumpFinder
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.meter import REFERENCE_GAIN
from mer_ros.spotting.signal import Signal
from mer_ros.types import Kind

_NEAR_EYES = np.array(["brow" in name or "cheek" in name or "lid" in name for name in MOTION_GROUPS])
_MOUTH = np.array(["lip" in name or "dimple" in name or name == "chin" for name in MOTION_GROUPS])
_COSINE_RAMP = 1.44  # (t20 - t0) / (t50 - t20) of a ramp (1 - cos) / 2
_LOOK_S = 0.016  # at most so often bumps are looked for
_GREW = 1.02  # a bump that stands out this much more replaces the one that is held
_LIDS_S = 0.3  # time constant of the lids' resting position
_STEP_S, _STILL_S = 0.08, 0.2  # quiet: for so long no step over such a time was larger than usual
_LEAST_STEP, _USUAL = 1.5e-3, 3.5
_REST_S = 0.5
_KEPT_S = 2 * END_S + LENGTHS_S[-1] + 1.0
_OVERLAP_S = 0.03
_ALONG = 0.5  # of an event's height: this much along its own pattern before it is part of it
_AFTER = 2 / 3  # less is known of the time after an event, so less is allowed there
_ALWAYS_ALLOWED = 3e-3  # movement beside an event: noise and sway alone come to this


@dataclass(frozen=True)
class Spotted:
    """An event in the stream. intensity: peak as a fraction of the interocular distance."""

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
    """Streaming spotter for one face. Feed it every frame in order of time."""

    def __init__(self, config: SpotterConfig | None = None) -> None:
        self.config = config or SpotterConfig()
        self._finder = BumpFinder()
        self._usual_step = 1e-3
        self.reset()

    def reset(self) -> None:
        """Forget all movement, as after a gap; what is known of the noise stays."""
        size = 2 * len(MOTION_GROUPS)
        self._signal = Signal(size, _KEPT_S)
        self._sharpness = Signal(1, _KEPT_S)
        self._zero_ns: int | None = None
        self._shift = np.zeros(size, np.float32)  # of the reference in use against the first one
        self._resting = np.zeros(size, np.float32)
        self._held: tuple[float, Bump] | None = None
        self._free_s = self._looked_s = -np.inf
        self._moved_s = self._blinked_s = -np.inf
        self._quiet_s = 0.0
        self._before_blink: NDArray[np.float32] | None = None
        self._lids_rest: float | None = None
        self.motion = 0.0

    @property
    def noise(self) -> NDArray[np.float64]:
        """(G,) size of chance bumps in each region, fraction of the interocular distance."""
        return self._finder.noise

    @property
    def quiet(self) -> bool:
        """Whether nothing moves, so that the frame may serve as a reference."""
        return self._now_s - max(self._moved_s, self._blinked_s) > _STILL_S and self._held is None

    @property
    def overdue(self) -> bool:
        """Whether the face has not been quiet for longer than any event lasts: anchor anew."""
        return self._now_s - self._quiet_s > self.config.max_event_s

    @property
    def _now_s(self) -> float:
        return float(self._signal.times[-1]) if len(self._signal) else 0.0

    def rest(self) -> None:
        """The last frame was quiet and joins the next reference, which will show the face as it was then."""
        if len(self._signal):
            self._resting += REFERENCE_GAIN * (self._signal.values[-1] - self._resting)

    def shift_rest(self) -> None:
        """The reference was renewed: from now on movement is told from where the face rested."""
        self._shift = self._resting.copy()

    def update(
        self, stamp_ns: int, groups: NDArray[np.float32], lids: float, sharpness: float = 1.0
    ) -> Spotted | None:
        """Take one frame; return an event if one has ended.

        groups: (G, 2) movement of the MOTION_GROUPS; lids: downward movement of the upper lids; both as a
        fraction of the interocular distance. sharpness: of the aligned crop, any unit.
        """
        if self._zero_ns is None:
            self._zero_ns = stamp_ns
        now = (stamp_ns - self._zero_ns) * 1e-9
        step_s = now - self._now_s
        value = groups.reshape(-1).astype(np.float32) + self._shift
        self._keep_eyes_still(now, step_s, value, lids)
        self._signal.append(now, value)
        self._sharpness.append(now, np.array([sharpness], np.float32))
        self._judge_quiet(now, step_s)
        if now - self._looked_s >= _LOOK_S:
            self._looked_s = now
            self._look(now)
        if self._held is None or now - self._held[0] < self.config.hold_s:
            return None
        bump, self._held = self._held[1], None
        return self._measured(bump, now)

    def _keep_eyes_still(self, now: float, step_s: float, value: NDArray[np.float32], lids: float) -> None:
        """Tell a blink by the lids, and give the regions near the eyes the position from before it."""
        if self._lids_rest is None:
            self._lids_rest = lids
        if abs(lids - self._lids_rest) > self.config.blink_motion:
            self._blinked_s = now
        else:
            self._lids_rest += step_s / (step_s + _LIDS_S) * (lids - self._lids_rest)
        if now - self._blinked_s > self.config.blink_guard_s:
            self._before_blink = None
            return
        if self._before_blink is None:
            first = self._signal.at(now - 3 * SMOOTH_S)
            end = max(self._signal.at(now - SMOOTH_S), first + 1)
            known = end <= len(self._signal)
            self._before_blink = self._signal.mean(first, end) if known else value.copy()
        eyes = np.repeat(_NEAR_EYES, 2)
        value[eyes] = self._before_blink[eyes]

    def _judge_quiet(self, now: float, step_s: float) -> None:
        then = self._signal.at(now - _STEP_S)
        step = _largest(self._signal.values[-1] - self._signal.values[then])
        self._usual_step *= float(np.exp(min(step_s, 0.1) * np.sign(step - self._usual_step)))
        if step > max(_LEAST_STEP, _USUAL * self._usual_step):
            self._moved_s = now
        if self.quiet:
            self._quiet_s = now
        rest = self._signal.mean(self._signal.at(now - _REST_S), len(self._signal))
        self.motion = _largest(self._signal.values[-1] - rest)

    def _look(self, now: float) -> None:
        """Hold the bump that ends now if it stands out more than the one that is held."""
        bump = self._finder.look(self._signal, self._free_s - _OVERLAP_S)
        if bump is None or bump.snr < self.config.min_snr or bump.height < self.config.min_motion:
            return
        if self._held is None or bump.snr > _GREW * self._held[1].snr:
            self._held = (now, bump)

    def _measured(self, bump: Bump, now: float) -> Spotted | None:
        """The event of a bump, or None if it is no expression."""
        signal = self._signal
        rest = signal.at(now - END_S)
        bump = bump.ending(signal.mean(rest, len(signal)), float(signal.times[rest:].mean()))
        first = signal.at(bump.start_s - END_S)
        times = signal.times[first:]
        curve = bump.curve(times, signal.smoothed(first, len(signal), SMOOTH_S))
        near = np.flatnonzero(np.abs(times - bump.apex_s) <= 2 * SMOOTH_S)
        apex = int(near[curve[near].argmax()])
        if curve[apex] <= 0:
            return None
        seconds = times - times[apex]
        rise = _meets_rest(seconds[apex::-1], curve[apex::-1] / curve[apex])
        decay = _meets_rest(seconds[apex:], curve[apex:] / curve[apex])
        if rise is None or decay is None:
            return None  # part of something larger
        onset_s = max(float(times[apex]) + rise, float(times[0]))
        offset_s = float(times[apex]) + decay
        if onset_s < self._free_s - _OVERLAP_S:
            return None  # reaches back into the event before it
        zero = self._zero_ns or 0
        spotted = Spotted(
            onset_ns=zero + round(onset_s * 1e9),
            apex_ns=zero + round(float(times[apex]) * 1e9),
            offset_ns=zero + round(offset_s * 1e9),
            intensity=bump.height,
            signal_to_noise=bump.snr,
        )
        enough = offset_s - onset_s >= self.config.min_samples * float(np.median(np.diff(times)))
        known = enough and spotted.kind != Kind.UNKNOWN
        if not known or not self._stands_alone(bump, onset_s, offset_s, now):
            return None  # it may be the top of a larger bump, which is still to come
        self._free_s = offset_s
        return spotted if self._stays_sharp(bump, onset_s, offset_s) else None

    def _stands_alone(self, bump: Bump, onset_s: float, offset_s: float, now: float) -> bool:
        """Whether its part of the face rests before and after it: speech goes on and on."""
        power = (bump.moved.reshape(-1, 2) ** 2).sum(1)
        part = _MOUTH if power[_MOUTH].sum() > power.sum() / 2 else ~_MOUTH
        allowed = max(self.config.alone * bump.height, _ALWAYS_ALLOWED)
        if self._goes_on(bump, onset_s - self.config.alone_s, onset_s - 2 * SMOOTH_S):
            return False
        before = self._restless(onset_s - self.config.alone_s, onset_s - 2 * SMOOTH_S, part)
        after = self._restless(offset_s + SMOOTH_S / 2, now, part)
        return before <= allowed and after <= _AFTER * allowed

    def _goes_on(self, bump: Bump, start_s: float, end_s: float) -> bool:
        """Whether the event's own movement is seen there too: then it is but the top of a larger one."""
        first, end = self._signal.at(start_s), self._signal.at(end_s)
        if end - first < 2:
            return False
        values = self._signal.smoothed(first, end, SMOOTH_S)
        along = bump.curve(self._signal.times[first:end], values)
        return bool(np.abs(along).max() > _ALONG * bump.snr)

    def _restless(self, start_s: float, end_s: float, part: NDArray[np.bool_]) -> float:
        """The furthest that a region of a part of the face is from its mean between two moments."""
        first, end = self._signal.at(start_s), self._signal.at(end_s)
        if end - first < 2:
            return 0.0
        values = self._signal.smoothed(first, end, SMOOTH_S).reshape(end - first, -1, 2)[:, part]
        return float(np.linalg.norm(values - values.mean(0), axis=2).max())

    def _stays_sharp(self, bump: Bump, onset_s: float, offset_s: float) -> bool:
        """Whether the picture is about as sharp at the apex as before and after the event."""
        sharp, end = self._sharpness, len(self._sharpness)

        def level(start_s: float, end_s: float) -> float:
            first = min(sharp.at(start_s), end - 1)
            return float(sharp.mean(first, max(sharp.at(end_s), first + 1))[0])

        around = (level(onset_s - END_S, onset_s) + level(offset_s, offset_s + END_S)) / 2
        there = level(bump.apex_s - SMOOTH_S, bump.apex_s + SMOOTH_S)
        return abs(there - around) <= self.config.sharpness_change * around


def _largest(movement: NDArray[np.float32]) -> float:
    """Length of the largest of G movements, (2 G,)."""
    return float(np.linalg.norm(movement.reshape(-1, 2), axis=1).max())


def _meets_rest(seconds: NDArray[np.float64], share: NDArray[np.float64]) -> float | None:
    """When a movement that starts at its peak (share 1) has come to rest, going along the arrays.

    The 50 % and 20 % crossings are interpolated; a cosine ramp through both gives the time of rest, which the
    noise hides. None where 20 % is never reached.
    """
    crossings = []
    for level in (0.5, 0.2):
        below = np.flatnonzero(share < level)
        if not len(below):
            return None
        i = int(below[0])
        part = (share[i - 1] - level) / max(share[i - 1] - share[i], 1e-9)
        crossings.append(seconds[i - 1] + part * (seconds[i] - seconds[i - 1]))
    return float(crossings[1] + _COSINE_RAMP * (crossings[1] - crossings[0]))
