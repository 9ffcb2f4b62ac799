"""What covers a face, and what does not: rendered faces of both heads with their true landmarks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from mer_ros.data.corruptions import occluders
from mer_ros.data.corruptions.occluders import Canvas, Occluder
from mer_ros.data.synthetic.clip import SyntheticClip, demo_subject, synthetic_timeline
from mer_ros.data.synthetic.conditions import Conditions
from mer_ros.data.synthetic.dynamics import Dynamics
from mer_ros.data.synthetic.timeline import TrueEvent
from mer_ros.face.appearance import TextureMeasures
from mer_ros.face.covering import CoverDetector
from mer_ros.types import Kind

FPS, S = 10, 1_000_000_000
HEADS = ("photograph", "parametric")
CALM = Conditions(blinks=0, noise_sigma=2.0)

Picture = tuple[np.ndarray, np.ndarray]


def clip_of(head: str, conditions: Conditions = CALM, units: tuple[str, ...] = ()) -> SyntheticClip:
    """6 s of one subject; ``units`` move by 10 px from 2 to 4 s."""
    timeline = synthetic_timeline(7, 0, conditions, duration_s=6.0)
    if units:
        none = (0.0,) * len(units)
        course = Dynamics(rise_s=0.5, plateau_s=1.0, decay_s=0.5, late=none, early=none)
        strengths = {unit + side: 1.0 for unit in units for side in "RL"}
        event = TrueEvent(2.0, 3.0, 4.0, "happiness", units, Kind.MACRO, strengths, course)
        timeline = dataclasses.replace(timeline, events=(event,))
    subject = demo_subject(7, head=head)
    return SyntheticClip(subject, timeline, 7, FPS, (300, 300), 10.0, conditions, face_width_px=145.0)


def pictures(clip: SyntheticClip) -> list[Picture]:
    return [(image, clip.true_landmarks(i).astype(np.float32)) for i, image in clip.frames()]


@pytest.fixture(scope="module", params=HEADS)
def still(request: pytest.FixtureRequest) -> list[Picture]:
    """6 s of a face at rest."""
    return pictures(clip_of(request.param))


def drawn(still: list[Picture], occluder: Occluder, seed: int = 0) -> Canvas:
    return occluder.draw(occluders.skin_colour(*still[0]), np.random.default_rng(seed))


def behind(
    still: list[Picture], canvas: Canvas, shift: tuple[float, float] = (0, 0)
) -> Callable[[int], Picture]:
    """Picture k behind a thing in front of the resting face."""
    affine = occluders.frame_affine(still[0][1])

    def picture(k: int) -> Picture:
        image, landmarks = still[k % len(still)]
        return occluders.composite(image, canvas, affine, shift)[0], landmarks

    return picture


class Watch:
    """A detector with the stamps of so many detections a second."""

    def __init__(self, rate_hz: int = FPS) -> None:
        self.detector, self.rate_hz = CoverDetector(), rate_hz
        self.k = 0

    def __call__(self, seconds: float, picture: Callable[[int], Picture]) -> list[str]:
        """The reasons of so many seconds."""
        return list(self._reasons(round(seconds * self.rate_hz), picture))

    def _reasons(self, n: int, picture: Callable[[int], Picture]) -> Iterator[str]:
        for _ in range(n):
            yield self.detector.update(self.k * S // self.rate_hz, TextureMeasures.of(*picture(self.k)))
            self.k += 1


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    ("conditions", "units"),
    [
        (CALM, ("AU12", "AU25")),
        (CALM, ("AU26", "AU25")),
        (CALM, ("AU1", "AU2", "AU4")),
        (dataclasses.replace(CALM, yaw_deg=20.0, pitch_deg=14.0, roll_deg=10.0, sway_px=10.0), ()),
        (dataclasses.replace(CALM, drift=0.8, flicker=0.1), ()),
        (dataclasses.replace(CALM, blinks=60.0, glances=60.0, noise_sigma=6.0, jpeg=60), ()),
    ],
    ids=["grin", "open_mouth", "brows", "turned", "light", "blinks"],
)
def test_fault_83_a_grin_an_open_mouth_a_turned_head_and_changing_light_are_not_covered(
    head, conditions, units
):
    seen = pictures(clip_of(head, conditions, units))
    assert Watch()(6.0, lambda k: seen[k]) == [""] * len(seen)


@pytest.mark.parametrize(
    ("occluder", "words"),
    [
        (occluders.HAND_ON_MOUTH, ("mouth and chin",)),
        (occluders.HAND_ON_HALF, ("right eye", "most of the face")),
        (occluders.HAND_ON_EYES, ("right eye", "most of the face")),
        (occluders.CUP, ("mouth and chin",)),
        (occluders.SCARF, ("mouth and chin",)),
        (occluders.PHONE, ("right eye", "most of the face")),
    ],
    ids=lambda value: value.name.replace(" ", "_") if isinstance(value, Occluder) else "",
)
def test_fault_83_a_hand_a_cup_and_a_scarf_are_covered_for_as_long_as_they_are_there(still, occluder, words):
    """A hand that comes, stays for 15 s and leaves."""
    watch, canvas = Watch(rate_hz=5), drawn(still, occluder)
    assert watch(2.0, lambda k: still[k]) == [""] * 10
    watch(0.2, behind(still, canvas, (0, 1.0)))
    stays = watch(15.0, behind(still, canvas))
    assert all(reason.startswith("covered: ") for reason in stays)
    assert any(word in stays[0] for word in words), stays[0]
    leaves = watch(1.0, lambda k: still[k % len(still)])
    assert [bool(reason) for reason in leaves] == [True] + [False] * 4, "it may still move beside the mouth"


def test_a_hand_that_creeps_over_the_face_is_not_averaged_into_it(still):
    """It takes 12 s to arrive."""
    watch, canvas = Watch(), drawn(still, occluders.HAND_ON_MOUTH)
    watch(2.0, lambda k: still[k])
    for step in range(120):
        watch(0.1, behind(still, canvas, (0, 2.4 * (1 - step / 120))))
    assert all(watch(3.0, behind(still, canvas)))


@pytest.mark.parametrize(("clear_s", "replaced_s"), [(2.0, 20.0), (30.0, 30.0), (90.0, 60.0)])
def test_what_is_seen_longer_is_the_face(still, clear_s, replaced_s):
    """A frame round the right eye: after 20 to 60 s it belongs to the face."""
    x, y = np.meshgrid(np.arange(440), np.arange(550))
    opacity = ((np.hypot(x - 170, y - 225) < 60) & (np.hypot(x - 170, y - 225) > 15)).astype(np.float32)
    canvas = np.full((550, 440, 3), 30, np.float32), opacity
    watch = Watch(rate_hz=2)
    assert watch(clear_s, lambda k: still[0]) == [""] * round(clear_s * 2)
    reasons = watch(replaced_s + 2, lambda k: behind(still, canvas)(0))
    since = reasons.index("")
    assert since / 2 == pytest.approx(replaced_s, abs=1.0) and set(reasons[since:]) == {""}
    assert "right eye" in reasons[0]


@pytest.mark.parametrize(
    ("occluder", "words"),
    [(occluders.MASK, "mouth and chin"), (occluders.SUNGLASSES, "eyes")],
    ids=["mask", "glasses"],
)
def test_a_mask_from_the_first_frame_is_refused_by_name_and_never_becomes_the_face(still, occluder, words):
    watch = Watch(rate_hz=2)
    refused = watch(65.0, behind(still, drawn(still, occluder)))
    assert set(refused) == {f"covered: {words}, as by a mask or sunglasses"}
    after = watch(3.0, lambda k: still[k % len(still)])
    assert after[1:] == [""] * 5, "taken off: clear after half a second"
    assert watch(1.0, behind(still, drawn(still, occluder)))[0].startswith("covered: ")


def test_poor_first_landmarks_are_forgotten_within_half_a_second(still):
    watch = Watch()
    image, landmarks = still[0]
    watch(0.3, lambda k: (image, landmarks + np.float32([12, 20])))
    assert watch(2.0, lambda k: still[k]) == [""] * 20


def test_a_thing_before_everything_covers_most_of_the_face(still):
    canvas = np.full((550, 440, 3), 90, np.float32), np.ones((550, 440), np.float32)
    watch = Watch()
    watch(1.0, lambda k: still[k])
    (reason,) = watch(0.1, behind(still, canvas))
    assert reason.startswith("covered: most of the face, ")
