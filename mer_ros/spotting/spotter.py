"""Onset, apex and offset of expressions in a stream of facial movement, while it happens.

The face is quiet or active. While quiet, each region's resting position and noise are learned. It becomes
active when a region leaves its resting position by more than its noise allows. The movement is then followed
along its own pattern, the direction in which it is largest: a matched filter, so noise in regions that take
no part does not count. When the movement has gone back along its pattern the event is measured: the apex is
its peak; onset and offset are where a cosine ramp through its 20 % and 50 % points meets rest. Time comes
from stamps alone, so jitter and lost frames do not bend durations.

Published spotters (MDMD, LBP feature difference) judge a whole video by its own maximum and therefore know
the future; this one is causal. The method is our own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.config import SpotterConfig
from mer_ros.types import Kind

_NEAR_EYES = np.array(["brow" in name or "cheek" in name for name in MOTION_GROUPS])
_COSINE_RAMP = 1.44  # (t20 - t0) / (t50 - t20) of a ramp (1 - cos) / 2
_LOOK_BACK_NS = 500_000_000  # how far before the first sign of movement its onset is looked for
_LEFTOVER_NS = 50_000_000  # what stands out this soon after an event is what was left of it ...
_LEFTOVER_GROWTH = 1.5  # ... unless it grows by this factor
_STILL = 0.08  # of the peak: a movement that stays within this range has come to a stop
_DOUBT = 2.5  # times the noise: beyond it, rest is learned ten times slower


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
        self.reset()

    def reset(self) -> None:
        """Forget everything, as after a gap or another face."""
        self._history: deque[tuple[int, NDArray[np.float32]]] = deque()
        self._rest = np.zeros((len(MOTION_GROUPS), 2), np.float32)
        self._variance = np.full(len(MOTION_GROUPS), 1e-6, np.float32)
        self._lids_rest = 0.0
        self._learned_s = 0.0
        self._last_ns: int | None = None
        self._active_since: int | None = None
        self._confirmed = False
        self._ended_ns = -_LEFTOVER_NS
        self._follows = False
        self._entry = self._peak = 0.0
        self._pattern = np.zeros_like(self._rest)
        self._trail: deque[tuple[int, float]] = deque()  # movement along the pattern since the peak
        self._last_blink_ns: int | None = None
        self.motion = 0.0

    @property
    def quiet(self) -> bool:
        """Whether nothing moves, so that the frame may serve as a reference."""
        return self._active_since is None and not self._blinking

    @property
    def noise(self) -> NDArray[np.float32]:
        """(G,) noise of each region, fraction of the interocular distance."""
        return np.sqrt(self._variance)

    def shift_rest(self) -> None:
        """The reference was renewed in a quiet moment: resting positions start from zero again."""
        self._rest[:] = 0
        self._lids_rest = 0.0
        self._history.clear()
        self._learned_s = min(self._learned_s, self.config.settle_s)

    @property
    def overdue(self) -> bool:
        """Whether a movement has lasted longer than any event: the pose has changed, anchor anew."""
        return (
            self._active_since is not None
            and self._last_ns is not None
            and (self._last_ns - self._active_since) * 1e-9 > self.config.max_event_s
        )

    def update(self, stamp_ns: int, groups: NDArray[np.float32], lids: float) -> Spotted | None:
        """Take one frame; return an event if it has just ended.

        groups: (G, 2) movement of the MOTION_GROUPS; lids: downward movement of the upper lids; both as a
        fraction of the interocular distance.
        """
        step_s = 0.0 if self._last_ns is None else (stamp_ns - self._last_ns) * 1e-9
        self._last_ns = stamp_ns
        self._history.append((stamp_ns, groups))
        while (stamp_ns - self._history[0][0]) * 1e-9 > self.config.max_event_s + 1.0:
            self._history.popleft()
        if abs(lids - self._lids_rest) > self.config.blink_motion:
            self._last_blink_ns = stamp_ns
        moved = self._smoothed(stamp_ns) - self._rest
        size = np.linalg.norm(moved, axis=1)
        if self._blinking:
            size = np.where(_NEAR_EYES, 0.0, size)
        self.motion = float(size.max())
        if self._active_since is None:
            self._while_quiet(stamp_ns, step_s, moved, size, lids)
            return None
        return self._while_active(stamp_ns, moved, size)

    @property
    def _blinking(self) -> bool:
        return (
            self._last_blink_ns is not None
            and self._last_ns is not None
            and (self._last_ns - self._last_blink_ns) * 1e-9 <= self.config.blink_guard_s
        )

    def _smoothed(self, stamp_ns: int) -> NDArray[np.float32]:
        """Mean of the frames of the last smooth_s, this one included."""
        recent = []
        for then, groups in reversed(self._history):
            if (stamp_ns - then) * 1e-9 > self.config.smooth_s:
                break
            recent.append(groups)
        return np.mean(recent, axis=0)

    def _while_quiet(
        self, stamp_ns: int, step_s: float, moved: NDArray[np.float32], size: NDArray[np.float32], lids: float
    ) -> None:
        if self._learned_s >= self.config.settle_s and self._stands_out(size):
            self._active_since, self._confirmed = stamp_ns, False
            self._peak, self._pattern = float(np.linalg.norm(size)), _only(moved, size)
            self._entry = self._peak
            self._follows = stamp_ns - self._ended_ns < _LEFTOVER_NS
            return
        if self._blinking or not step_s:
            return
        gain = step_s / (step_s + min(max(self._learned_s, step_s), self.config.learn_s))
        # What leaves the noise may be a slow onset: it must not become the resting position.
        doubtful = (size > _DOUBT * self.noise) & (self._learned_s >= self.config.settle_s)
        gains = np.where(doubtful, 0.1 * gain, gain).astype(np.float32)
        self._rest += gains[:, None] * moved
        self._variance += gains * ((moved**2).sum(axis=1) - self._variance)
        self._lids_rest += gain * (lids - self._lids_rest)
        self._learned_s += step_s

    def _while_active(
        self, stamp_ns: int, moved: NDArray[np.float32], size: NDArray[np.float32]
    ) -> Spotted | None:
        assert self._active_since is not None
        if not self._confirmed:
            if not self._stands_out(size):
                self._active_since = None
                return None
            self._confirmed = (stamp_ns - self._active_since) * 1e-9 >= self.config.confirm_s
        total = float(np.linalg.norm(size))
        if total > self._peak:
            self._peak, self._pattern = total, _only(moved, size)
            self._trail.clear()
            return None
        self._trail.append((stamp_ns, self._along(moved)))
        if self._blinking or not self._confirmed or not self._has_ended(stamp_ns):
            return None
        spotted = self._measure()
        if spotted.offset_ns > stamp_ns:
            return None  # still on its way back to rest
        self._active_since, self._ended_ns = None, stamp_ns
        return spotted if self._is_event(spotted) else None

    def _has_ended(self, stamp_ns: int) -> bool:
        """Whether the movement has gone back, or has come to a stop on its way."""
        if self._trail[-1][1] <= self.config.end_fraction:
            return True
        since_ns = stamp_ns - int(self.config.still_s * 1e9)
        if self._trail[0][0] > since_ns:
            return False
        recent = [share for t, share in self._trail if t >= since_ns]
        return max(recent) < self.config.still_fraction and max(recent) - min(recent) < _STILL

    def _stands_out(self, size: NDArray[np.float32]) -> bool:
        return bool((size > np.maximum(self.config.min_motion, self.config.min_snr * self.noise)).any())

    @property
    def _is_leftover(self) -> bool:
        """Whether the movement under way is the rest of an event that has come to a stop on its way back."""
        return self._follows and self._peak < _LEFTOVER_GROWTH * self._entry

    def _is_event(self, spotted: Spotted) -> bool:
        times = np.array([t for t, _ in self._history], np.int64)
        period_ns = float(np.median(np.diff(times)))
        return (
            spotted.offset_ns - spotted.onset_ns >= self.config.min_samples * period_ns
            and not self._is_leftover
            and spotted.kind != Kind.UNKNOWN
            and spotted.intensity >= self.config.min_motion
            and spotted.signal_to_noise >= self.config.min_snr
        )

    def _along(self, moved: NDArray[np.float32]) -> float:
        """Movement along the event's pattern, 1 at its peak."""
        return float((moved * self._pattern).sum() / max(float((self._pattern**2).sum()), 1e-12))

    def _measure(self) -> Spotted:
        """Onset, apex and offset of the event under way, from the recorded movement around it.

        What is left of the movement now is taken for drift of the resting position and removed as a ramp.
        """
        assert self._active_since is not None
        recent = [(t, g) for t, g in self._history if t >= self._active_since - _LOOK_BACK_NS]
        times = np.array([t for t, _ in recent], np.int64)
        curve = np.array([self._along(groups - self._rest) for _, groups in recent])
        curve = _centred_mean(times, curve, self.config.smooth_s)
        curve -= curve[-1] * np.clip(
            (times - self._active_since) / max(times[-1] - self._active_since, 1), 0, 1
        )
        inside = np.flatnonzero(times >= self._active_since)
        apex = int(inside[np.argmax(curve[inside])])
        height = float(curve[apex])
        seconds = (times - times[apex]) * 1e-9
        onset = _meets_rest(seconds[apex::-1], curve[apex::-1] / height)
        offset = _meets_rest(seconds[apex:], curve[apex:] / height)
        size = np.linalg.norm(self._pattern, axis=1) * height
        strongest = int(np.argmax(size))
        return Spotted(
            onset_ns=max(int(times[apex] + onset * 1e9), int(times[0])),
            apex_ns=int(times[apex]),
            offset_ns=int(times[apex] + offset * 1e9),
            intensity=float(size[strongest]),
            signal_to_noise=float(size[strongest] / max(self.noise[strongest], 1e-6)),
        )


def _only(moved: NDArray[np.float32], size: NDArray[np.float32]) -> NDArray[np.float32]:
    """The movement of the groups that are heard: those near a blinking eye have size 0."""
    return np.where(size[:, None] > 0, moved, 0.0).astype(np.float32)


def _centred_mean(
    times: NDArray[np.int64], values: NDArray[np.float64], width_s: float
) -> NDArray[np.float64]:
    """Mean over a window of width_s around each time."""
    half = int(width_s * 0.5e9)
    total = np.concatenate([[0.0], np.cumsum(values)])
    low = np.searchsorted(times, times - half, "left")
    high = np.searchsorted(times, times + half, "right")
    return (total[high] - total[low]) / (high - low)


def _meets_rest(seconds: NDArray[np.float64], share: NDArray[np.float64]) -> float:
    """When a movement that starts at its peak (share 1) has come to rest, going along the arrays.

    The 50 % and 20 % crossings are interpolated; a cosine ramp through both gives the time of rest, which the
    noise hides. Where 20 % is never reached, the last time stands.
    """
    crossings = []
    for level in (0.5, 0.2):
        below = np.flatnonzero(share < level)
        if not len(below):
            return float(seconds[-1])
        i = int(below[0])
        part = (share[i - 1] - level) / max(share[i - 1] - share[i], 1e-9)
        crossings.append(seconds[i - 1] + part * (seconds[i] - seconds[i - 1]))
    return float(crossings[1] + _COSINE_RAMP * (crossings[1] - crossings[0]))
