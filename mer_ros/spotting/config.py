"""Settings of spotting, apart: they are declared as parameters where OpenCV is not wanted."""

from __future__ import annotations

from dataclasses import dataclass, field

from mer_ros.limits import MIN_SAMPLES


@dataclass(frozen=True)
class SpotterConfig:
    """Settings of the spotter; motion is a fraction of the interocular distance.

    min_motion: the weakest movement that can be an event. min_snr: the same in units of the noise.
    confirm_s: how long a movement must stand out before the face counts as active.
    end_fraction: an event ends when its movement is back below this share of its peak, or when it has been
    still for still_s at less than still_fraction: a head that turns leaves the face a little off its rest.
    learn_s: time constant of resting position and noise. settle_s: quiet time to learn from before the first
    event. max_event_s: a longer movement is a change of pose and no event. min_samples: frame
    periods that the shortest event lasts; below, a duration is not claimed. blink_motion: lid
    movement that is a blink.
    blink_guard_s: how long after a blink brows and cheeks stay unheard.
    """

    min_motion: float = 0.0035
    min_snr: float = 4.5
    confirm_s: float = 0.015
    end_fraction: float = 0.18
    still_s: float = 0.12
    still_fraction: float = 0.6
    learn_s: float = 0.5
    settle_s: float = 0.4
    max_event_s: float = 4.0
    min_samples: int = MIN_SAMPLES
    blink_motion: float = 0.03
    blink_guard_s: float = 0.06
    smooth_s: float = 0.02


@dataclass(frozen=True)
class WatcherConfig:
    """Settings of the watcher.

    max_faces: the most faces followed. mesh_interval_s: time between two looks of FaceMesh. retention_s: how
    long an unseen face keeps its id. renew_s: age at which a quiet face's reference is renewed. gap_s: a gap
    in the stamps that ends every window. min_interocular_px, max_turn_rad: gates below and beyond which a
    face is not judged.
    """

    max_faces: int = 4
    mesh_interval_s: float = 0.04
    retention_s: float = 0.4
    renew_s: float = 0.4
    gap_s: float = 0.15
    min_interocular_px: float = 40.0
    max_turn_rad: float = 0.6
    spotter: SpotterConfig = field(default_factory=SpotterConfig)
