"""Settings of spotting, apart: they are declared as parameters where OpenCV is not wanted."""

from __future__ import annotations

from dataclasses import dataclass, field

from mer_ros.limits import MIN_SAMPLES


@dataclass(frozen=True)
class SpotterConfig:
    """Settings of the spotter; motion is a fraction of the interocular distance.

    min_motion: the weakest movement that can be an event. min_snr: the same in units of the noise.
    hold_s: how long an event is held, after its best moment, for something that stands out more.
    alone, alone_s: the part of the face that moved may move by this share of the event in so much time before
    it, and by two thirds of it in what is known of the time after. sharpness_change: the most that the
    picture's sharpness may change meanwhile, share. max_event_s: a face that is not quiet for longer has
    changed its pose. min_samples: frame periods that the shortest event lasts; below, a duration is not
    claimed. blink_motion: lid movement that is a blink. blink_guard_s: how long after a blink brows and
    cheeks stay unheard.
    """

    min_motion: float = 0.003
    min_snr: float = 6.0
    hold_s: float = 0.04
    alone: float = 0.25
    alone_s: float = 0.3
    sharpness_change: float = 0.15
    max_event_s: float = 4.0
    min_samples: int = MIN_SAMPLES
    blink_motion: float = 0.02
    blink_guard_s: float = 0.06


@dataclass(frozen=True)
class WatcherConfig:
    """Settings of the watcher.

    max_faces: the most faces followed. mesh_interval_s: time between two looks of FaceMesh, which cost most
    of all; steady_interval_s: the same while all faces are found again and keep their place. retention_s: how
    long an unseen face keeps its id. renew_s: age at which a quiet face's reference is renewed. gap_s: a gap
    in the stamps that ends every window. min_interocular_px, max_turn_rad: gates below and beyond which a
    face is not judged.
    """

    max_faces: int = 4
    mesh_interval_s: float = 0.04
    steady_interval_s: float = 0.1
    retention_s: float = 0.4
    renew_s: float = 0.4
    gap_s: float = 0.15
    min_interocular_px: float = 40.0
    max_turn_rad: float = 0.6
    spotter: SpotterConfig = field(default_factory=SpotterConfig)
