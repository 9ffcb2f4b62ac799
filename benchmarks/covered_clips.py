"""Clips for ``benchmarks.covered``: faces that nothing covers, and things that come, stay and leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.corruptions import occluders
from mer_ros.data.corruptions.occluders import Occluder
from mer_ros.data.synthetic import Conditions, everyday
from mer_ros.data.synthetic.clip import SyntheticClip, demo_subject, synthetic_timeline
from mer_ros.data.synthetic.dynamics import Dynamics
from mer_ros.data.synthetic.timeline import TrueEvent
from mer_ros.face import texture
from mer_ros.types import Kind

FPS, SIZE_WH, FACE_PX = 25.0, (400, 400), 145.0
CLEAR_S, STAYS_S, MOVES_S = 2.0, 5.0, 0.4
"""Seconds before the thing comes, while it stays, and in which it comes or leaves."""

SUBSTANTIAL = {"mouth and chin": 0.5, "eyes": 0.5, "face": 0.25}
"""Share of an area behind a thing from which on the face counts as covered."""

_FAR = 3.0  # interocular distances: from here the thing comes, from below
_WOBBLE = 0.03  # interocular distances: a hand is not still


@dataclass(frozen=True)
class ClearKind:
    """One kind of clip that nothing covers.

    units: action units of its three expressions, each held for half a second; amplitude_px: of their largest
    movement. change: of the conditions of every day.
    """

    name: str
    units: tuple[tuple[str, ...], ...] = ()
    amplitude_px: float = 2.0
    change: Callable[[Conditions], Conditions] = lambda usual: usual


CLEAR = (
    ClearKind("open mouth", (("AU26", "AU25"), ("AU1", "AU2", "AU26"), ("AU26",)), 14.0),
    ClearKind("grin", (("AU12", "AU25"), ("AU6", "AU12", "AU25"), ("AU10", "AU12", "AU25")), 10.0),
    ClearKind("brows, nose and chin", (("AU4", "AU9"), ("AU15", "AU17"), ("AU1", "AU2")), 8.0),
    ClearKind("talk", change=lambda usual: replace(usual, talks=12.0, talk_px=5.0)),
    ClearKind(
        "turns to 20 degrees",
        change=lambda usual: replace(usual, yaw_deg=20.0, pitch_deg=14.0, roll_deg=10.0, sway_px=12.0),
    ),
    ClearKind("changing light", change=lambda usual: replace(usual, drift=0.8, flicker=0.1)),
)


@dataclass(frozen=True, eq=False)
class Shot:
    """One frame. time_s: s. hidden: share of each area that a thing hides, and "eyes"; empty if none."""

    time_s: float
    image: NDArray[np.uint8]
    hidden: dict[str, float]

    @property
    def is_covered(self) -> bool:
        """Whether a substantial part is hidden."""
        return any(self.hidden.get(name, 0.0) >= least for name, least in SUBSTANTIAL.items())

    @property
    def is_clear(self) -> bool:
        """Whether next to nothing is hidden."""
        return max(self.hidden.values(), default=0.0) < 0.02


def clear_clip(kind: ClearKind, head: str, seed: int, duration_s: float = 8.0) -> SyntheticClip:
    """A clip of everyday conditions with the expressions and nuisances of a kind."""
    conditions = kind.change(everyday(seed))
    timeline = synthetic_timeline(seed, 0, conditions, duration_s=duration_s)
    events = tuple(_held(1.2 + 2.2 * k, units) for k, units in enumerate(kind.units))
    return SyntheticClip(
        demo_subject(seed, head=head),
        replace(timeline, events=events),
        seed,
        FPS,
        SIZE_WH,
        kind.amplitude_px,
        conditions,
        face_width_px=FACE_PX,
    )


def _held(onset_s: float, units: tuple[str, ...]) -> TrueEvent:
    none = (0.0,) * len(units)
    course = Dynamics(rise_s=0.4, plateau_s=0.5, decay_s=0.5, late=none, early=none)
    strengths = {unit + side: 1.0 for unit in units for side in "RL"}
    times = onset_s, onset_s + course.apex_s, onset_s + course.duration_s
    return TrueEvent(*times, "happiness", units, Kind.MACRO, strengths, course)


def shots(clip: SyntheticClip) -> Iterator[Shot]:
    """The frames of a clip that nothing covers."""
    for i, image in clip.frames():
        yield Shot(i / clip.fps, image, {})


def face_of(clip: SyntheticClip) -> list[tuple[float, NDArray[np.uint8], NDArray[np.float32]]]:
    """(time in s, image, landmarks) of all frames of a clip."""
    return [(i / clip.fps, image, clip.true_landmarks(i).astype(np.float32)) for i, image in clip.frames()]


def behind(
    frames: Sequence[tuple[float, NDArray[np.uint8], NDArray[np.float32]]],
    thing: Occluder,
    seed: int,
    from_start: bool = False,
) -> Iterator[Shot]:
    """The frames with a thing that comes after CLEAR_S, stays for STAYS_S and leaves.

    frames: (time in s, image, landmarks) of a face that nothing covers. from_start: the thing is there in the
    first frame.
    """
    rng = np.random.default_rng(seed)
    _, first, rest = frames[0]
    canvas = thing.draw(occluders.skin_colour(first, rest), rng)
    canvas = occluders.softened(canvas, occluders.frame_affine(rest))
    phase = rng.uniform(0, 6, 2)
    came_s, leaves_s = (-1.0 if from_start else CLEAR_S + MOVES_S), CLEAR_S + MOVES_S + STAYS_S
    for time_s, image, landmarks in frames:
        away = max(came_s - time_s, time_s - leaves_s, 0.0) / MOVES_S
        if away >= 1:
            yield Shot(time_s, image, {})
            continue
        wobble = 0.0 if thing.worn else _WOBBLE
        sway = wobble * np.sin((2 * time_s, 1.3 * time_s) + phase)
        affine = occluders.frame_affine(landmarks if thing.worn else rest)
        image, opacity = occluders.composite(image, canvas, affine, (sway[0], sway[1] + away * _FAR))
        yield Shot(time_s, image, hidden_shares(opacity, landmarks))


def hidden_shares(opacity: NDArray[np.float32], landmarks: NDArray[np.float32]) -> dict[str, float]:
    """Share of each area of ``texture.areas`` behind an (H, W) opacity, and of the "eyes" together."""
    picture = cv2.cvtColor((255 * opacity).astype(np.uint8), cv2.COLOR_GRAY2BGR)
    unwrapped = texture.unwrap(np.asarray(picture, np.uint8), landmarks)[..., 0]
    shares = texture.area_means(unwrapped.astype(np.float32) / 255)
    return shares | {"eyes": (shares["right eye"] + shares["left eye"]) / 2}
