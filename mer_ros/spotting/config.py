"""Settings of spotting, apart: they are declared as parameters where OpenCV is not wanted."""

from __future__ import annotations

from dataclasses import dataclass, field

from mer_ros.limits import MIN_SAMPLES


@dataclass(frozen=True)
class SpotterConfig:
    """Settings of the spotter; motion is a fraction of the interocular distance.

    A movement that stands out. min_motion: the weakest that can be an event. min_snr: the same in units of
    what moves by chance; slow_more: times as much from a camera whose frames are further apart than slow_s,
    which shows less of what tells an expression from a syllable or a blink. hold_s: how long it is held,
    after its best moment, for something that stands out more. wait_s: how long after its end a movement of
    the mouth is waited with, in case it goes on to speak; syllable_wait_s: the same for one that may be a
    syllable, from a camera whose frames are further apart than slowest_s. min_samples: frame periods that the
    shortest event lasts; below, a duration is not claimed. max_event_s: a face that is not quiet for longer
    has changed its pose. late_s: what ended longer ago is not told any more: whoever acts on it would act too
    late.

    What speaks against an expression (``verdict``). explained: below this share that muscles explain, and
    below plain_snr, it is no muscle. speech: the same share, of a mouth, that only parting lips and jaw
    explain; lips_speech: the limit for lips that are stretched or rounded. speech_s: how long a mouth that
    has spoken speaks on. blink_snr: what stands out less, beside a blink, is the blink, from a slow camera
    slow_more times as much; blink_more: times as much where its apex falls into the blink or just behind it.
    turn_share: interocular distances of movement that a head leaves for each rad it turns. restless, alone:
    the part of the face that moved may stand out by so much, or by this share of the event, in alone_s before
    it, and by two thirds of it in what is known of the time after. sharpness_change: the most that the
    picture's sharpness may change meanwhile, share.

    Blinks (``eyes``). blink_motion: lid movement that is a blink. blink_guard_s: how long after a blink brows
    and cheeks stay unheard.
    """

    min_motion: float = 0.002
    min_snr: float = 5.0
    slow_more: float = 1.4
    slow_s: float = 0.0125
    slowest_s: float = 0.02
    hold_s: float = 0.03
    wait_s: float = 0.04
    syllable_wait_s: float = 0.16
    min_samples: int = MIN_SAMPLES
    max_event_s: float = 4.0
    late_s: float = 0.3
    explained: float = 0.25
    plain_snr: float = 12.0
    speech: float = 0.42
    lips_speech: float = 0.27
    speech_s: float = 0.5
    blink_snr: float = 8.0
    blink_more: float = 1.5
    turn_share: float = 0.2
    restless: float = 3.4
    alone: float = 0.12
    alone_s: float = 0.3
    sharpness_change: float = 0.15
    blink_motion: float = 0.02
    blink_guard_s: float = 0.06

    def slow(self, period_s: float) -> bool:
        """Whether frames so far apart are those of a slow camera."""
        return period_s > self.slow_s

    def more(self, period_s: float) -> float:
        """Times as much that a movement has to stand out, at a frame period."""
        return self.slow_more if self.slow(period_s) else 1.0

    def least_snr(self, period_s: float) -> float:
        """What an event stands out by at least, at a frame period."""
        return self.min_snr * self.more(period_s)


@dataclass(frozen=True)
class WatcherConfig:
    """Settings of the watcher.

    max_faces: the most faces followed. mesh_interval_s: time between two looks of FaceMesh, which cost most
    of all; steady_interval_s: the same while all faces are found again and keep their place. retention_s: how
    long an unseen face keeps its id. renew_s: age at which a quiet face's reference is renewed. hurry_s: with
    less time than this for a look at one face, between frames that are shared by all faces, the cheaper flow
    is taken and FaceMesh looks aside. answer_s: how long after a frame it has then looked at it. gap_s: a gap
    in the stamps that ends every window. min_interocular_px, max_turn_rad: gates below and beyond which a
    face is not judged.
    """

    max_faces: int = 4
    mesh_interval_s: float = 0.04
    steady_interval_s: float = 0.1
    retention_s: float = 0.4
    renew_s: float = 0.4
    hurry_s: float = 0.0085
    answer_s: float = 0.014
    gap_s: float = 0.15
    min_interocular_px: float = 40.0
    max_turn_rad: float = 0.6
    spotter: SpotterConfig = field(default_factory=SpotterConfig)
