"""Perception on rendered clips, whose truth is known: frames in, faces and events out."""

import contextlib
import dataclasses

import cv2
import numpy as np
import pytest

from benchmarks.covered_clips import ClearKind, behind, clear_clip, face_of
from benchmarks.portraits import hang, portrait, wall
from mer_ros.data.corruptions.occluders import HAND_ON_EYES
from mer_ros.data.synthetic import synthetic_clip
from mer_ros.evaluation.spotting import match
from mer_ros.spotting import FaceWatcher, WatcherConfig
from mer_ros.spotting.spotter import SEARCH_PERIOD_S
from mer_ros.types import Frame, Kind

START_NS = 1_700_000_000_000_000_000


def stamp(clip, i):
    return START_NS + int(i * 1e9 / clip.fps)


def watch(watcher, clip, frames, offset_ns=0):
    """Feed frames of a clip; returns all observations."""
    return [
        watcher.process(Frame(clip.render(i), stamp(clip, i) + offset_ns, "optical", "test")) for i in frames
    ]


def events_of(observations):
    return [event for observation in observations for event in observation.events if event.is_final]


def seconds(ns):
    return (ns - START_NS) * 1e-9


def test_fault_13_and_34_images_without_a_face_give_an_explicit_empty_result(watcher):
    for value in (0, 127, 255):
        image = np.full((120, 160, 3), value, np.uint8)
        seen = watcher.process(Frame(image, START_NS + value * 10_000_000))
        assert seen.faces == [] and seen.events == []


@pytest.mark.parametrize(
    ("degrees", "head"), [(100, "parametric"), (150, "photograph"), (180, "parametric"), (180, "photograph")]
)
def test_fault_82_a_face_of_a_rolled_or_inverted_video_is_turned_and_never_clear(watcher, degrees, head):
    clip = synthetic_clip(0, 30, (480, 480), 3.0, 1, face_width_px=170.0, head=head)
    turn = cv2.getRotationMatrix2D((239.5, 239.5), -degrees, 1.0)
    qualities = []
    for i in range(18):
        image = cv2.warpAffine(clip.render(i), turn, (480, 480), borderMode=cv2.BORDER_REPLICATE)
        seen = watcher.process(Frame(image, stamp(clip, i)))
        qualities += [face.quality for face in seen.faces]
        assert seen.events == []
    assert len(qualities) >= 6, "the face is found"
    assert all(quality.startswith("turned upside down: 1") for quality in qualities)


@pytest.fixture(scope="module")
def beginning(clip):
    """Observations of the first 7 s of the clip."""
    watcher = FaceWatcher()
    observations = watch(watcher, clip, range(int(7.0 * clip.fps)))
    watcher.close()
    return observations


def test_the_first_events_of_a_clip_are_spotted_and_nothing_else(beginning, clip):
    events = events_of(beginning)
    truth = [t for t in clip.truth if t.offset_s < 6.8]
    assert len(truth) >= 3
    found = [(seconds(e.onset_ns), seconds(e.offset_ns)) for e in events]
    matching = match(found, [(t.onset_s, t.offset_s) for t in truth])
    assert len(matching.pairs) == len(truth) and not matching.false
    for spotted, true in matching.pairs:
        assert seconds(events[spotted].apex_ns) == pytest.approx(truth[true].apex_s, abs=0.06)

    event = events[0]
    assert event.kind == Kind.from_duration(event.duration_s)
    assert event.source == "test" and event.frame_id == "optical"
    assert event.onset_face.shape == event.apex_face.shape == (128, 128, 3)
    assert event.landmarks.shape == (468, 3)
    assert 0 < len(event.clip) <= 32
    stamps = [frame.stamp_ns for frame in event.clip]
    assert stamps == sorted(stamps) and event.onset_ns <= stamps[0] and stamps[-1] <= event.offset_ns
    frames_ns = np.array([stamp(clip, i) for i in range(len(beginning))])
    for moment_ns, frame_ns in ((event.onset_ns, event.onset_frame_ns), (event.apex_ns, event.apex_frame_ns)):
        assert frame_ns == frames_ns[np.abs(frames_ns - moment_ns).argmin()]
    assert event.signal_to_noise > 4 and 0.003 < event.intensity < 0.1

    faces = [observation.faces for observation in beginning]
    assert {len(seen) for seen in faces} == {1} and {seen[0].id for seen in faces} == {"face_1"}
    face = faces[150][0]
    x, y, width, height = face.roi_xywh
    true = clip.true_landmarks(150)
    np.testing.assert_allclose([x, x + width], [true[:, 0].min(), true[:, 0].max()], atol=8)
    np.testing.assert_allclose([y, y + height], [true[:, 1].min(), true[:, 1].max()], atol=8)
    assert face.confidence > 0.9 and face.quality == ""


def test_the_aligned_crop_and_the_box_are_those_of_the_apex(beginning, clip):
    event = events_of(beginning)[0]
    at_apex = beginning[round(seconds(event.apex_ns) * clip.fps)].faces[0]
    np.testing.assert_allclose(event.roi_xywh, at_apex.roi_xywh, atol=1)
    frame = clip.render(round(seconds(event.apex_ns) * clip.fps))
    again = cv2.warpAffine(frame, event.crop_from_image, (128, 128), borderMode=cv2.BORDER_REPLICATE)
    assert np.abs(again.astype(int) - event.apex_face).mean() < 2.0, "noise of the camera, averaged out"
    elsewhere = np.roll(again, 1, axis=1).astype(int)
    assert np.abs(elsewhere - event.apex_face).mean() > 3.0, "a pixel to the side"


def test_fault_26_a_gap_inside_an_event_discards_it(watcher, clip):
    first = clip.truth[0]
    middle = int((first.onset_s + first.apex_s) / 2 * clip.fps)
    frames = [*range(middle), *range(middle + int(0.2 * clip.fps), int((first.offset_s + 0.3) * clip.fps))]
    assert events_of(watch(watcher, clip, frames)) == []


def test_fault_15_another_image_size_starts_anew(watcher, clip):
    watch(watcher, clip, range(20))
    half = cv2.resize(clip.render(20), None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    seen = watcher.process(Frame(half, stamp(clip, 20)))
    assert [face.id for face in seen.faces] == ["face_2"]


@pytest.mark.parametrize(
    ("gate", "words"),
    [({"min_interocular_px": 200.0}, "too small: "), ({"max_turn_rad": 0.002}, "turned away: ")],
    ids=["too_small", "head_turn"],
)
def test_fault_37_a_face_beyond_a_gate_is_reported_with_the_reason_and_never_judged(clip, gate, words):
    watcher = FaceWatcher(dataclasses.replace(WatcherConfig(), **gate))
    observations = watch(watcher, clip, range(int(2.8 * clip.fps)))
    watcher.close()
    assert observations[50].faces[0].quality.startswith(words)
    assert events_of(observations) == []


@pytest.mark.parametrize("fps", [30, 60, 200])
def test_a_small_face_in_a_large_picture_is_followed_within_half_a_second(watcher, fps):
    picture, image = portrait(45.0, "parametric"), wall(1920, 1080)
    truth = hang(image, picture, 1500, 850)
    faces, n = [], 0
    while not faces:
        faces = watcher.process(Frame(image, START_NS + n * 1_000_000_000 // fps)).faces
        n += 1
        assert n <= 0.55 * fps
    assert faces[0].quality == ""
    np.testing.assert_allclose(faces[0].landmarks[:, :2].mean(0), truth.mean(0), atol=4.0)


def test_a_second_face_that_is_small_is_followed_soon_after_the_first(watcher):
    image = wall(1280, 720)
    hang(image, portrait(150.0), 40, 40)
    for i in range(30):
        seen = watcher.process(Frame(image, START_NS + i * 33_333_333))
    assert [face.id for face in seen.faces] == ["face_1"]
    image = image.copy()
    hang(image, portrait(45.0, "parametric"), 1000, 500)
    for i in range(30, 30 + 60):
        seen = watcher.process(Frame(image, START_NS + i * 33_333_333))
    assert [face.id for face in seen.faces] == ["face_1", "face_2"]


def test_fault_39_faces_that_come_and_go_leave_nothing_behind(clip):
    config = dataclasses.replace(WatcherConfig(), retention_s=0.05)
    watcher = FaceWatcher(config)
    image, blank = clip.render(0), np.full((480, 640, 3), 120, np.uint8)
    ids, held = set(), []
    for i in range(240):
        shown = image if i % 40 < 25 else blank
        ids |= {face.id for face in watcher.process(Frame(shown, stamp(clip, i))).faces}
        held.append(len(watcher.sensitivities()))
    watcher.close()
    assert ids == {"face_1"} and max(held) == 1 and held[-1] == 0


def test_the_events_of_two_runs_never_share_an_id(beginning, watcher, clip):
    again = events_of(watch(watcher, clip, range(int(3.2 * clip.fps))))
    ids = [event.event_id for event in (*events_of(beginning), *again)]
    assert again and len(set(ids)) == len(ids)


@pytest.mark.timeout(600)  # 5,000 rendered frames: half a minute, or minutes on a busy machine
def test_floor_at_200_fps_four_in_five_of_a_whole_clip_are_spotted_and_at_most_one_is_false(watcher):
    whole = synthetic_clip(2, fps=200)
    events = events_of(watch(watcher, whole, range(whole.n_frames)))
    found = [(seconds(e.onset_ns), seconds(e.offset_ns)) for e in events]
    matching = match(found, [(t.onset_s, t.offset_s) for t in whole.truth])
    assert len(matching.pairs) >= 0.8 * len(whole.truth) and len(matching.false) <= 1


def test_reset_forgets_faces_but_not_used_ids(watcher, clip):
    watch(watcher, clip, range(5))
    watcher.reset()
    (seen,) = watch(watcher, clip, [5], offset_ns=-10_000_000_000)
    assert [face.id for face in seen.faces] == ["face_2"]


def cover(clip, i, image):
    """Lay a grey patch, as large as the lower half of the face, over a frame."""
    x, y = clip.true_landmarks(i).min(axis=0).astype(int)
    width, height = np.ptp(clip.true_landmarks(i), axis=0).astype(int)
    image[y + height // 2 : y + height + 5, x - 5 : x + width + 5] = 120
    return image


def watch_changed(watcher, clip, until_s, change, changed_s):
    """Feed a clip in which the frames between two times are changed."""
    first, last = (int(s * clip.fps) for s in changed_s)
    return [
        watcher.process(
            Frame(change(clip, i, clip.render(i)) if first <= i < last else clip.render(i), stamp(clip, i))
        )
        for i in range(int(until_s * clip.fps))
    ]


def away(_clip, _i, image):
    """Nothing of the face is left."""
    return np.full_like(image, 120)


def shifted(_clip, _i, image):
    """The head has jumped further than the flow reaches."""
    return np.roll(image, 60, axis=1)


@pytest.mark.parametrize(
    ("change", "words"),
    [(cover, "covered: "), (lambda _clip, _i, image: cv2.GaussianBlur(image, (0, 0), 3.0), "blurred: ")],
    ids=["covered", "blurred"],
)
def test_fault_37_an_event_during_which_the_face_was_unclear_is_discarded(watcher, clip, change, words):
    first = clip.truth[0]
    unclear_s = (first.apex_s - 0.04, first.apex_s + 0.04)
    observations = watch_changed(watcher, clip, first.offset_s + 0.7, change, unclear_s)
    assert events_of(observations) == []
    seen = [observation.faces[0].quality for observation in observations]
    middle = int(first.apex_s * clip.fps)
    assert seen[middle].startswith(words)
    assert set(seen[: middle - 10]) == {""} and set(seen[middle + 50 :]) == {""}


def test_fault_37_a_face_that_is_hidden_is_reported_so_until_it_is_forgotten(watcher, clip):
    observations = watch_changed(watcher, clip, 1.6, away, (0.5, 0.8))
    hidden = [observation.faces[0].quality for observation in observations[52:78]]
    assert all(quality.startswith(("covered", "blurred")) for quality in hidden), hidden
    assert {face.id for observation in observations for face in observation.faces} == {"face_1"}
    assert {observation.faces[0].quality for observation in observations[125:]} == {""}


@pytest.mark.parametrize(
    ("change", "lasts_s", "id_", "x_px"),
    [(away, 0.1, "face_1", 0), (away, 0.7, "face_1", 0), (shifted, 9.0, "face_1", 60)],
    ids=["hidden", "gone", "lost"],
)
def test_fault_37_an_event_in_which_the_face_vanishes_is_discarded_and_the_next_one_is_reported(
    watcher, clip, change, lasts_s, id_, x_px
):
    first, second = clip.truth[:2]
    changed_s = (first.apex_s, first.apex_s + lasts_s)
    observations = watch_changed(watcher, clip, second.offset_s + 0.3, change, changed_s)
    (event,) = events_of(observations)
    assert event.face_id == id_
    assert seconds(event.apex_ns) == pytest.approx(second.apex_s, abs=0.06)
    (face,) = observations[-1].faces
    assert face.id == id_ and face.quality == ""
    true = clip.true_landmarks(len(observations) - 1)
    assert face.roi_xywh[0] == pytest.approx(true[:, 0].min() + x_px, abs=8)
    gone = observations[int((first.apex_s + 0.6) * clip.fps)].faces
    assert (gone == []) == (lasts_s == 0.7)


def test_fault_83_a_face_that_was_lost_behind_a_hand_is_not_judged_while_the_hand_is_there():
    """The face vanishes for a second while the hand is on its eyes."""
    rest = face_of(clear_clip(ClearKind("rest"), "parametric", 893, 6.0))
    with contextlib.closing(FaceWatcher()) as watcher:
        seen = [
            (shot, watcher.process(Frame(image, round(shot.time_s * 1e9))).faces)
            for shot in behind(rest, HAND_ON_EYES, 893)
            for image in [np.full_like(shot.image, 90) if 2.6 < shot.time_s < 3.6 else shot.image]
        ]
    before = [face.quality for shot, faces in seen if 2.2 < shot.time_s < 2.6 for face in faces]
    assert before and all(quality.startswith("covered: ") for quality in before)
    after = [face.quality for shot, faces in seen if shot.time_s > 3.6 for face in faces]
    assert all(quality.startswith("covered: ") for quality in after)


def test_changed_settings_keep_faces_ids_and_noise(watcher, clip):
    """Two faces, of which the smaller one is left and followed again under its id."""
    first = cv2.resize(clip.render(0), (960, 720))

    def frame(i):
        image = np.zeros((720, 1440, 3), np.uint8)
        image[:, :960] = first
        image[120:480, 960:] = clip.render(0)[60:420, 80:560]
        return Frame(image, START_NS + i * 20_000_000)

    def ids(frames):
        return [{face.id for face in watcher.process(frame(i)).faces} for i in frames]

    both = ids(range(60))[-1]
    assert len(both) == 2
    (large, _), noise = watcher.sensitivities(), [s.noise for s in watcher.sensitivities()]
    watcher.reconfigure(dataclasses.replace(watcher.config, max_faces=1))
    assert ids(range(60, 80))[-1] == {large.id}
    spotter = dataclasses.replace(watcher.config.spotter, min_motion=0.1)
    watcher.reconfigure(dataclasses.replace(watcher.config, max_faces=4, spotter=spotter))
    assert ids(range(80, 180))[-1] == both
    assert all(s.weakest.min() == 0.1 for s in watcher.sensitivities())
    np.testing.assert_allclose(watcher.sensitivities()[0].noise, noise[0], rtol=0.5)
    watcher.reconfigure(dataclasses.replace(watcher.config, min_interocular_px=10_000.0))
    assert all("small" in face.quality for face in watcher.process(frame(180)).faces)


def test_movements_of_many_faces_are_searched_less_often_each(watcher):
    image = wall(1280, 720)
    for x, y in ((20, 20), (640, 20), (20, 380), (640, 380)):
        hang(image, portrait(90.0, "parametric"), x, y)

    def period_s(frames):
        for i in frames:
            watcher.process(Frame(image, START_NS + i * 33_333_333))
        return len(watcher._faces), {one.spotter.search_period_s for one in watcher._faces.values()}

    assert period_s(range(40)) == (4, {2 * SEARCH_PERIOD_S})
    watcher.reconfigure(dataclasses.replace(watcher.config, max_faces=2))
    assert period_s(range(40, 60)) == (2, {SEARCH_PERIOD_S})
