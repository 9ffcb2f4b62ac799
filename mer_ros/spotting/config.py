"""Settings of the spotter and of the face watcher, with their units and ranges.

This module imports neither OpenCV nor SciPy, so the ROS parameters can be declared from it without them.
Motion is a fraction of the interocular distance (of the outer eye corners). Signal-to-noise ratios (``snr``)
are multiples of the standard deviation of chance movements on the same face.
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass, field, fields
from typing import TypeVar

from mer_ros.errors import require
from mer_ros.limits import MIN_SAMPLES

SLOW_EXTRA_FACTOR = 1.17
"""Further factor of the required ratios for a slow camera whose noise is little known.

1.4 together with the default of ``slow_camera_snr_factor``.
"""

T = TypeVar("T", int, float)


def _setting(default: T, lowest: T, highest: T, unit: str) -> T:
    """A dataclass field with the range that ``_check_ranges`` enforces; both ends are allowed."""
    return field(default=default, metadata={"range": (lowest, highest), "unit": unit})


def _check_ranges(config: SpotterConfig | WatcherConfig) -> None:
    """Raise ConfigError unless each setting is in its range and each count is a whole number."""
    for setting in fields(config):
        if "range" not in setting.metadata:
            continue
        value, (lowest, highest) = getattr(config, setting.name), setting.metadata["range"]
        unit, whole = setting.metadata["unit"], isinstance(setting.default, int)
        kind = numbers.Integral if whole else numbers.Real
        require(
            isinstance(value, kind) and not isinstance(value, bool) and lowest <= value <= highest,
            f"{setting.name} must be a {'whole number' if whole else 'number'} from {lowest:g} to "
            f"{highest:g} ({unit}), found {value!r}: choose a value in this range.",
        )


@dataclass(frozen=True)
class SpotterConfig:
    """Settings of ``Spotter``. Values outside their range raise ConfigError."""

    # How far a movement must stand out.

    min_motion: float = _setting(0.002, 0.0, 1.0, "interocular distances")
    """Weakest movement that can be an event."""

    min_snr: float = _setting(5.0, 0.0, 1000.0, "snr")
    """Weakest movement that can be an event, relative to chance movements on this face."""

    min_lasting_motion: float = _setting(0.006, 0.0, 1.0, "interocular distances")
    """The same for a movement that stays: a drifting head leaves more of that kind."""

    min_lasting_snr: float = _setting(5.5, 0.0, 1000.0, "snr")
    """Weakest movement that stays, relative to chance movements on this face."""

    slow_camera_period_s: float = _setting(0.0125, 0.0, 1.0, "s")
    """Cameras with a longer frame period are slow: they show less of what distinguishes an expression from
    other movements, so ``slow_camera_snr_factor`` applies.
    """

    slow_camera_snr_factor: float = _setting(1.2, 1.0, 10.0, "factor")
    """Factor of ``min_snr``, ``min_lasting_snr`` and ``min_blink_snr`` for a slow camera."""

    talking_snr_factor: float = _setting(1.3, 1.0, 10.0, "factor")
    """Factor of ``min_snr`` and ``min_lasting_snr`` for the brows while the mouth talks."""

    # When a candidate is decided.

    hold_s: float = _setting(0.03, 0.0, 1.0, "s")
    """How long a candidate is held in case a stronger one follows, from the search that found it."""

    lasting_hold_s: float = _setting(0.08, 0.0, 1.0, "s")
    """The same for a movement that stays, which becomes clearer more slowly."""

    speech_wait_s: float = _setting(0.3, 0.0, 1.0, "s")
    """How long the event of a mouth movement is provisional: within this time speech may show."""

    min_samples: int = _setting(MIN_SAMPLES, 2, 100, "frame periods")
    """Shortest event; the duration of shorter movements cannot be measured."""

    max_event_s: float = _setting(4.0, 0.1, 60.0, "s")
    """Longest event; a face that has not been quiet for longer has changed its pose and is re-anchored."""

    max_delay_s: float = _setting(0.3, 0.0, 10.0, "s")
    """Events with an offset further in the past are rejected as ``late``: a reaction would come too late. A
    movement that stays is never late.
    """

    # What rejects a candidate (``spotting.rejection``).

    min_explained_share: float = _setting(0.25, 0.0, 1.0, "share")
    """Movements of which action units explain a smaller share are rejected as ``no_muscle`` ..."""

    min_unexplained_snr: float = _setting(12.0, 0.0, 1000.0, "snr")
    """... unless their signal-to-noise ratio is at least this and no lid moves most."""

    min_blink_snr: float = _setting(8.0, 0.0, 1000.0, "snr")
    """Weaker movements during a blink are rejected as part of the ``blink``."""

    blink_apex_snr_factor: float = _setting(1.5, 1.0, 10.0, "factor")
    """Factor of ``min_blink_snr`` if the apex lies within the blink."""

    head_turn_motion_per_rad: float = _setting(0.2, 0.0, 10.0, "interocular distances per rad")
    """False movement that a head turn leaves; weaker movements during a turn are rejected as ``head``."""

    unrest_window_s: float = _setting(0.3, 0.0, 1.0, "s")
    """How long before the onset the same movement must have been at rest."""

    max_unrest_snr: float = _setting(3.4, 0.0, 1000.0, "snr")
    """Movement of the same kind that is always allowed before an event; more is rejected as ``moved_before``.
    After the event two thirds of it are allowed; more is ``moved_after``.
    """

    max_unrest_share: float = _setting(0.12, 0.0, 1.0, "share of the event's snr")
    """The same limit relative to the event; the larger of the two applies."""

    max_sharpness_change: float = _setting(0.15, 0.0, 10.0, "share")
    """Events during which the sharpness of the picture changes more are rejected as ``blurred``."""

    without_rules: tuple[str, ...] = ()
    """Reasons (``spotting.rejection.RULES``) that reject nothing, to measure what each rule costs."""

    # Blinks (``spotting.blinks``).

    min_blink_lid_motion: float = _setting(0.02, 0.0, 1.0, "interocular distances")
    """Movement of the upper lids above which it counts as a blink."""

    blink_guard_s: float = _setting(0.06, 0.0, 1.0, "s")
    """How long after a blink the movement of brows and cheeks is ignored."""

    def __post_init__(self) -> None:
        _check_ranges(self)

    def is_slow_camera(self, period_s: float) -> bool:
        """Whether a frame period is that of a slow camera."""
        return period_s > self.slow_camera_period_s

    def snr_factor(self, period_s: float) -> float:
        """Factor of all required signal-to-noise ratios at a frame period."""
        return self.slow_camera_snr_factor if self.is_slow_camera(period_s) else 1.0

    def required_snr(self, period_s: float) -> float:
        """Signal-to-noise ratio that an event needs at a frame period."""
        return self.min_snr * self.snr_factor(period_s)


@dataclass(frozen=True)
class WatcherConfig:
    """Settings of ``FaceWatcher``. Values outside their range raise ConfigError."""

    max_faces: int = _setting(4, 1, 100, "faces")
    """Maximum number of followed faces; the largest come first."""

    search_round_s: float = _setting(0.32, 0.01, 60.0, "s")
    """Time in which all parts of the picture are searched while no face is known, if the load allows it."""

    detection_interval_s: float = _setting(0.04, 0.0, 10.0, "s")
    """Time between two runs of FaceMesh, the most expensive step."""

    steady_detection_interval_s: float = _setting(0.1, 0.0, 10.0, "s")
    """The same while every detection finds all faces close to where they were."""

    retention_s: float = _setting(0.4, 0.0, 60.0, "s")
    """How long a face that is not detected keeps its id."""

    max_reference_age_s: float = _setting(0.4, 0.0, 60.0, "s")
    """Age at which the reference of a quiet face is renewed."""

    fast_mode_period_s: float = _setting(0.0085, 0.0, 1.0, "s of each frame period per face")
    """Fast mode starts if there is less time for each face and frame: it uses the faster optical flow and
    runs FaceMesh in the background.
    """

    background_delay_s: float = _setting(0.014, 0.0, 1.0, "s")
    """In fast mode the result of FaceMesh is used this long after its frame, even if it is ready earlier.

    With more than two faces it is used later in proportion.
    """

    max_gap_s: float = _setting(0.15, 0.0, 10.0, "s")
    """A longer gap between two stamps discards all movement before it."""

    min_interocular_px: float = _setting(40.0, 0.0, 10_000.0, "pixels")
    """Smaller faces are reported with this reason and not judged."""

    max_turn_rad: float = _setting(0.6, 0.0, math.pi / 2, "rad")
    """Faces with a larger yaw or pitch are reported with this reason and not judged."""

    spotter: SpotterConfig = field(default_factory=SpotterConfig)
    """Settings of each face's spotter."""

    def __post_init__(self) -> None:
        _check_ranges(self)
        require(
            self.steady_detection_interval_s >= self.detection_interval_s,
            f"steady_detection_interval_s is {self.steady_detection_interval_s:g} s, less than "
            f"detection_interval_s, {self.detection_interval_s:g} s: increase it.",
        )
