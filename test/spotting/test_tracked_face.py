"""One face from frame to frame, with scripted measurements in place of registration, spotter and covering."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from mer_ros.face import canonical_mesh
from mer_ros.face.appearance import TextureMeasures
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.face.texture import HEIGHT, WIDTH
from mer_ros.face.tracker import Track
from mer_ros.motion.meter import Motion
from mer_ros.runtime import Counters
from mer_ros.spotting import tracked_face
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.spotted import Spotted
from mer_ros.spotting.tracked_face import TrackedFace
from mer_ros.types import ExpressionEvent, Face, Frame

MS = 1_000_000
STEP_MS, DETECTION_MS = 10, 40
FACE_PX = 80.0  # between the outer eye corners
IMAGE = np.zeros((480, 640, 3), np.uint8)
LOOK = TextureMeasures(np.zeros((HEIGHT, WIDTH, 3), np.uint8))


def texture(seed: int) -> np.ndarray:
    """(128, 128) a sharp face that looks unlike that of another seed."""
    return np.random.default_rng(seed).integers(0, 256, (128, 128), np.uint8)


USUAL, FLAT = texture(0), np.full((128, 128), 120, np.uint8)
SOFT = cv2.GaussianBlur(USUAL, (0, 0), 3.0)  # blurred relative to the usual one, but not by itself
HAND = "covered: mouth and chin, 40% differs from the face at rest"
AT_REST = Motion(
    groups=np.zeros((len(MOTION_GROUPS), 2), np.float32),
    turn=np.zeros(2),
    crop=np.dstack([USUAL] * 3),
    grey=USUAL,
    crop_from_image=np.eye(2, 3, dtype=np.float32),
    registered_from_crop=np.eye(2, 3, dtype=np.float32),
    agreement=0.97,
    lost=False,
)


class Meter:
    """Stands for MotionMeter: returns the motion that a test sets, and keeps what it is given."""

    def __init__(self, image: np.ndarray, landmarks: np.ndarray, fast_mode: bool = False) -> None:
        self.fast_mode = fast_mode
        self.motion = AT_REST
        self.landmarks = landmarks
        self.carried = landmarks
        self.anchors: list[np.ndarray] = []
        self.n_averaged = self.n_renewed = 0

    def step(self, image: np.ndarray) -> Motion:
        return self.motion

    def landmarks_in_image(self) -> np.ndarray:
        return self.carried

    def anchor(self, image: np.ndarray, landmarks: np.ndarray) -> None:
        self.anchors.append(landmarks)
        self.carried = landmarks

    def add_quiet_frame(self, motion: Motion) -> None:
        self.n_averaged += 1

    def renew_reference(self) -> None:
        self.n_renewed += 1


class Cover:
    """Stands for CoverDetector: says at a detection what a test has set."""

    def __init__(self) -> None:
        self.reason = self.next_reason = ""
        self.is_suspect = self.is_other = False

    def update(self, stamp_ns: int, look: TextureMeasures, after_cut: bool = False) -> str:
        self.reason = self.next_reason
        return self.reason


class Followed:
    """A face that is followed frame by frame, with a detection every 40 ms."""

    def __init__(self, landmarks: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
        self.landmarks = landmarks
        self.decided: list[Spotted] = []
        monkeypatch.setattr(tracked_face, "MotionMeter", self._make_meter)
        self.cover = Cover()
        monkeypatch.setattr(tracked_face, "CoverDetector", lambda: self.cover)
        update = tracked_face.FaceSpotter.update

        def decide(spotter: object, stamp_ns: int, measurement: object) -> list[Spotted]:
            found, self.decided = update(spotter, stamp_ns, measurement) or self.decided, []
            return found

        monkeypatch.setattr(tracked_face.FaceSpotter, "update", decide)
        track = Track("face_1", landmarks, 0)
        self.face = TrackedFace(WatcherConfig(), self.frame(0), track, LOOK, "run", Counters(REASONS))
        self.now_ms = self.n_decided = 0

    def _make_meter(self, *arguments: object) -> Meter:
        self.meter = Meter(*arguments)
        return self.meter

    def frame(self, ms: int) -> Frame:
        return Frame(IMAGE, ms * MS, "optical", "/camera")

    def detect(self, off_px: float = 0.0, after_ms: int = 0) -> None:
        """FaceMesh finds the face this far to the right of where registration has carried it."""
        self.now_ms += after_ms
        self.face.note_detection_start()
        found = self.meter.carried + np.array([off_px, 0, 0], np.float32)
        self.face.apply_detection(self.frame(self.now_ms), found, LOOK)

    def step(self, **changed: object) -> tuple[Face | None, list[ExpressionEvent]]:
        """One frame, 10 ms later. changed: fields of the motion."""
        self.now_ms += STEP_MS
        self.meter.motion = dataclasses.replace(AT_REST, **changed)
        return self.face.step(self.frame(self.now_ms))

    def steps(self, until_ms: int, detected: bool = True, **changed: object) -> list[Face | None]:
        """All frames up to a time; the faces."""
        faces = []
        while self.now_ms < until_ms:
            faces.append(self.step(**changed)[0])
            if detected and self.now_ms % DETECTION_MS == 0:
                self.detect()
        return faces

    def decide(self, onset_ms: int, apex_ms: int, offset_ms: int) -> ExpressionEvent | None:
        """The event of the next frame if the spotter decides on these times."""
        self.n_decided += 1
        self.decided = [Spotted(self.n_decided, onset_ms * MS, apex_ms * MS, offset_ms * MS, 0.01, 9.0)]
        events = self.step()[1]
        assert len(events) < 2
        return events[0] if events else None


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Followed:
    landmarks = canonical_mesh.load().canonical * FACE_PX + (320, 240, 0)
    return Followed(landmarks.astype(np.float32), monkeypatch)


def test_before_the_first_frame_nothing_is_known(followed: Followed) -> None:
    assert followed.face.sensitivity() is None and followed.face.is_steady


def test_a_face_at_rest_is_reported_as_it_is(followed: Followed) -> None:
    face, event = followed.step()
    assert event == [] and face is not None
    assert (face.id, face.quality, face.motion) == ("face_1", "", 0.0)
    assert face.confidence == pytest.approx(0.97) and face.interocular_px == pytest.approx(FACE_PX)
    np.testing.assert_array_equal(face.landmarks, followed.landmarks)
    found = followed.face.sensitivity()
    assert found is not None and found.id == "face_1" and found.interocular_px == pytest.approx(FACE_PX)


@pytest.mark.parametrize(("agreement", "confidence"), [(-0.2, 0.0), (0.6, 0.6), (1.0001, 1.0)])
def test_confidence_is_the_agreement_within_0_and_1(
    followed: Followed, agreement: float, confidence: float
) -> None:
    assert followed.step(agreement=agreement)[0].confidence == pytest.approx(confidence)


def test_detections_that_agree_never_move_the_anchor(followed: Followed) -> None:
    followed.steps(2000)
    assert followed.meter.anchors == [] and followed.face.is_steady


def test_a_small_drift_is_averaged_until_a_quiet_face_is_anchored_anew(followed: Followed) -> None:
    """Each detection is off by 0.05 interocular distances; every 40 ms the average takes a fifth of it.

    It is 0.05 (1 - 0.8^n): above 0.02, so not steady, from n = 3, and above 0.04 at n = 8.
    """
    steady = []
    for _ in range(8):
        followed.step()
        followed.detect(0.05 * FACE_PX, after_ms=DETECTION_MS - STEP_MS)
        steady.append(followed.face.is_steady)
    assert steady == [True, True, False, False, False, False, False, True]
    assert len(followed.meter.anchors) == 1
    np.testing.assert_allclose(followed.meter.anchors[0] - followed.landmarks, [[4, 0, 0]] * 468, atol=1e-4)


@pytest.mark.parametrize(("off", "n_anchors"), [(0.19, 0), (0.21, 1)])
def test_a_detection_far_away_moves_the_anchor_at_once(
    followed: Followed, off: float, n_anchors: int
) -> None:
    followed.step()
    followed.detect(off * FACE_PX)
    assert len(followed.meter.anchors) == n_anchors
    assert (followed.face.sensitivity() is None) == bool(n_anchors), "old crops are discarded"


def test_a_lost_face_is_anchored_at_the_latest_detection(followed: Followed) -> None:
    followed.steps(40)
    followed.meter.carried = followed.landmarks + np.float32(5)
    face, event = followed.step(lost=True)
    assert face is not None and face.quality == "" and event == []
    (anchor,) = followed.meter.anchors
    np.testing.assert_array_equal(anchor, followed.landmarks)


def test_what_covers_a_face_does_not_become_its_anchor(followed: Followed) -> None:
    followed.steps(40)
    face, event = followed.step(lost=True, grey=FLAT)
    assert face is not None and face.quality.startswith("blurred: ") and event == []
    assert followed.meter.anchors == []


def test_fault_36_a_face_whose_box_has_left_the_image_is_not_reported(followed: Followed) -> None:
    followed.steps(100)
    followed.meter.carried = followed.landmarks + np.array([1000, 0, 0], np.float32)
    followed.decided = [Spotted(1, 50 * MS, 70 * MS, 90 * MS, 0.01, 9.0)]
    assert followed.step() == (None, [])
    followed.meter.carried = followed.landmarks
    assert followed.step()[0] is not None
    assert followed.decide(50, 90, 110) is None, "it began before the face was outside"


def test_fault_37_a_face_that_is_no_longer_found_is_covered(followed: Followed) -> None:
    """After a steady interval of 100 ms and one and a half detection intervals of 40 ms."""
    followed.steps(80)
    qualities = [face.quality for face in followed.steps(300, detected=False)]
    covered = [quality.startswith("covered: not found for ") for quality in qualities]
    assert covered == [ms > 80 + 160 for ms in range(90, 310, 10)]
    assert qualities[-1] == "covered: not found for 220 ms"


def test_fault_37_an_event_counts_only_if_the_face_was_clear_from_its_onset_on(followed: Followed) -> None:
    followed.steps(200)
    assert followed.step(grey=FLAT)[0].quality.startswith("blurred: ")  # at 210 ms
    followed.steps(400)
    assert followed.decide(200, 260, 320) is None
    event = followed.decide(220, 280, 340)
    assert event is not None and event.onset_ns == 220 * MS


def test_an_event_shows_the_crops_of_its_frames(followed: Followed) -> None:
    for ms in range(10, 410, 10):
        crop = np.full((128, 128, 3), ms // 10, np.uint8)
        affine = np.array([[1, 0, ms], [0, 1, 0]], np.float32)
        followed.detect()
        followed.step(crop=crop, crop_from_image=affine)
    event = followed.decide(104, 196, 333)
    assert event is not None
    assert (event.source, event.frame_id, event.face_id) == ("/camera", "optical", "face_1")
    assert (event.onset_ns, event.apex_ns, event.offset_ns) == (104 * MS, 196 * MS, 333 * MS)
    assert (event.onset_frame_ns, event.apex_frame_ns) == (100 * MS, 200 * MS)
    assert (np.abs(event.onset_face - 6.5) <= 0.5).all(), "the mean of 30 to 100 ms, at rest"
    assert (event.apex_face == 20).all(), "the mean of 180 to 220 ms"
    assert event.crop_from_image[0, 2] == 200
    assert [frame.stamp_ns // MS for frame in event.clip] == list(range(110, 340, 10))
    assert [int(frame.image[0, 0, 0]) for frame in event.clip] == list(range(11, 34))


def test_events_of_a_face_are_numbered(followed: Followed) -> None:
    followed.steps(400)
    events = [followed.decide(100, 150, 200), followed.decide(210, 250, 300)]
    assert [event.event_id for event in events] == ["run-face_1-1", "run-face_1-2"]


def test_an_event_of_which_nothing_is_left_to_show_is_dropped(followed: Followed) -> None:
    followed.steps(3000)
    assert followed.decide(300, 400, 500) is None, "crops of a quiet face are kept for 2.4 s"
    assert followed.decide(2500, 2600, 2700).event_id.endswith("-2")


@pytest.mark.parametrize(("gap_ms", "n_frames"), [(140, 6), (160, 2)])
def test_fault_26_a_gap_in_the_stamps_discards_the_crops_before_it(
    followed: Followed, gap_ms: int, n_frames: int
) -> None:
    followed.steps(100)
    followed.detect(after_ms=gap_ms - STEP_MS)
    followed.step()
    event = followed.decide(65, 100, 100 + gap_ms + 20)
    assert event is not None and len(event.clip) == n_frames  # 70 to 100 ms, and the two after the gap


def test_forget_discards_the_crops(followed: Followed) -> None:
    followed.steps(100)
    followed.face.forget()
    assert followed.face.sensitivity() is None


@pytest.mark.parametrize("fast_mode", [True, False])
def test_fast_mode_is_handed_to_the_meter(followed: Followed, fast_mode: bool) -> None:
    followed.face.set_fast_mode(fast_mode)
    assert followed.meter.fast_mode is fast_mode


def test_the_reference_of_a_quiet_face_is_renewed_every_400_ms(followed: Followed) -> None:
    renewed = []
    for _ in range(130):
        followed.steps(followed.now_ms + STEP_MS)
        renewed.append(followed.meter.n_renewed)
    assert np.flatnonzero(np.diff([0, *renewed])).tolist() == [40, 81, 122]  # at 410, 820 and 1230 ms
    assert followed.meter.n_averaged == 130


def test_a_covered_face_is_neither_averaged_nor_renews_its_reference(followed: Followed) -> None:
    followed.steps(200)
    before = followed.meter.n_averaged
    followed.cover.next_reason = HAND
    followed.detect()
    followed.steps(1000)
    assert (followed.meter.n_averaged, followed.meter.n_renewed) == (before, 0)


def test_fault_83_a_face_is_covered_from_the_detection_that_shows_it_until_one_that_does_not(
    followed: Followed,
) -> None:
    """Detections come every 40 ms; a hand that stays for 10 s is there for 10 s."""
    followed.steps(200)
    followed.cover.next_reason = HAND
    qualities = [face.quality for face in followed.steps(10_200)]
    assert qualities == [""] * 4 + [HAND] * 996, "the detection at 240 ms is the first"
    followed.cover.next_reason = ""
    assert [face.quality for face in followed.steps(10_400)] == [HAND] * 4 + [""] * 16
    assert followed.meter.anchors == []


def test_fault_83_what_covers_a_lost_face_does_not_become_its_anchor(followed: Followed) -> None:
    followed.steps(40)
    followed.cover.next_reason = HAND
    followed.detect()
    face, _ = followed.step(lost=True)
    assert face is not None and face.quality == HAND and followed.meter.anchors == []


def test_a_face_that_stays_blurred_for_2_s_has_a_new_sharpness(followed: Followed) -> None:
    """A softer lens, for example."""
    followed.steps(200)
    faces = followed.steps(2500, grey=SOFT)
    changed = [bool(face.quality) for face in faces]
    anchored_ms = 200 + STEP_MS * (changed.index(False))
    assert all(changed[: changed.index(False)]) and not any(changed[changed.index(False) :])
    assert 2200 < anchored_ms <= 2240 and len(followed.meter.anchors) == 1


def test_a_provisional_event_is_reported_again_as_it_was(followed: Followed) -> None:
    followed.steps(400)
    spotted = Spotted(7, 200 * MS, 250 * MS, 300 * MS, 0.01, 9.0, provisional=True)
    followed.decided = [spotted]
    (first,) = followed.step()[1]
    assert first.provisional
    followed.decided = [dataclasses.replace(spotted, provisional=False, withdrawn=True)]
    (second,) = followed.step()[1]
    assert (second.provisional, second.withdrawn, second.event_id) == (False, True, first.event_id)
    np.testing.assert_array_equal(second.apex_face, first.apex_face)


def test_a_provisional_event_of_a_face_that_could_not_be_judged_is_never_reported(followed: Followed) -> None:
    followed.steps(400)
    followed.step(grey=FLAT)
    spotted = Spotted(1, 200 * MS, 250 * MS, 300 * MS, 0.01, 9.0, provisional=True)
    followed.decided = [spotted]
    assert followed.step()[1] == []
    followed.decided = [dataclasses.replace(spotted, provisional=False)]
    assert followed.step()[1] == []


def test_a_provisional_event_is_final_when_the_face_is_gone(followed: Followed) -> None:
    followed.steps(400)
    waiting = Spotted(1, 200 * MS, 250 * MS, 300 * MS, 0.01, 9.0, provisional=True)
    followed.decided = [waiting]
    (first,) = followed.step()[1]
    followed.face.spotter.flush = lambda: [dataclasses.replace(waiting, provisional=False)]
    (last,) = followed.face.flush()
    assert last.event_id == first.event_id and not last.provisional
