"""Rendered long videos: each shows a synthetic subject with expressions and all nuisances between them.

A video is rendered while it is read, frame by frame, so that none is stored. Its subjects are those on which
systems are evaluated (``EVALUATION_SUBJECTS``), of all heads of the generator; the spotter and the baselines
were tuned on others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.label_mapping import megc_label
from mer_ros.data.long_videos import LongVideo, LongVideoSet, TrueExpression
from mer_ros.data.synthetic import (
    EVALUATION_SUBJECTS,
    GENERATOR_VERSION,
    Conditions,
    SyntheticClip,
    everyday,
)
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import Timeline, make_timeline
from mer_ros.errors import ConfigError, quantity

VIDEOS, SUBJECTS = 4, 4
"""Default numbers of videos and of their subjects."""

EXPRESSIONS = 10
"""Expressions of a video: fewer never include a macro-expression."""

GAP_S = (1.2, 2.4)
"""Range of the rest between two expressions, s; shorter than everyday, for short videos."""

FPS = 60.0
AMPLITUDE_PX = 1.0
"""Largest displacement of a landmark at the apex of a micro-expression, frame pixels, as in the benchmark."""

FRAME_WH = (400, 336)
"""Frame size, pixels: the whole aligned crop of a face 150 px wide that moves."""


@dataclass(frozen=True)
class RenderedFrames:
    """The frames of one video, rendered when they are read. See ``LongFrames``.

    subject: its number. seed: of the timeline, nuisances and noise.
    """

    subject: int
    seed: int
    expressions: int = EXPRESSIONS
    fps: float = FPS
    amplitude_px: float = AMPLITUDE_PX
    size_wh: tuple[int, int] = FRAME_WH
    gap_s: tuple[float, float] = GAP_S

    @property
    def n_frames(self) -> int:
        """Number of frames, including those that the camera loses."""
        return int(self.timeline().duration_s * self.fps)

    def timeline(self) -> Timeline:
        """The expressions and nuisances; nothing is rendered."""
        subject = make_subject(self.subject)
        return make_timeline(self.seed, subject, self.expressions, self.conditions(), typical=False)

    def conditions(self) -> Conditions:
        """All nuisances, with their strengths."""
        return replace(everyday(self.seed), gap_s=self.gap_s)

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """See ``LongFrames``."""
        clip = SyntheticClip(
            make_subject(self.subject),
            self.timeline(),
            self.seed,
            self.fps,
            self.size_wh,
            self.amplitude_px,
            self.conditions(),
        )
        return clip.timed_frames()

    def described(self) -> object:
        """See ``LongFrames``."""
        return {"generator": GENERATOR_VERSION, **asdict(self)}


def synthetic_videos(n: int = VIDEOS, n_subjects: int = SUBJECTS, seed: int = 0) -> LongVideoSet:
    """``n`` videos of the first ``n_subjects`` evaluation subjects in turn; nothing is rendered yet.

    ConfigError for fewer than two subjects, or fewer videos than subjects.
    """
    if not 2 <= n_subjects <= min(n, len(EVALUATION_SUBJECTS)):
        raise ConfigError(
            f"Synthetic videos need 2 to {len(EVALUATION_SUBJECTS)} subjects and a video for each, found "
            f"{quantity(n_subjects, 'subject')} and {quantity(n, 'video')}: choose other numbers."
        )
    videos = [rendered_video(number, EVALUATION_SUBJECTS[number % n_subjects], seed) for number in range(n)]
    origin = (
        f"rendered videos, generator {GENERATOR_VERSION}, {FPS:g} frames per second, expressions of up to "
        f"{AMPLITUDE_PX:g} px between blinks, speech, glances and head movement"
    )
    return LongVideoSet(tuple(videos), origin, synthetic=True)


def rendered_video(number: int, subject: int, seed: int) -> LongVideo:
    """The video of a number, of a subject of the generator; nothing is rendered yet."""
    own_seed = int(np.random.SeedSequence([seed, subject, number]).generate_state(1)[0])
    frames = RenderedFrames(subject, own_seed)
    truth = tuple(
        TrueExpression(e.onset_s, e.apex_s, e.offset_s, e.kind, e.emotion, megc_label(e.emotion))
        for e in frames.timeline().events
    )
    return LongVideo("synthetic", f"video_{number:03d}", str(subject), frames, truth)
