"""The rendered clip moves as its timeline states."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import DEMO_SUBJECTS, STILL, Conditions, SyntheticClip, everyday, synthetic_clip
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.errors import ConfigError, InputError
from mer_ros.face.mesh import FaceMesh
from mer_ros.types import EMOTIONS


@pytest.fixture(scope="module")
def clip() -> SyntheticClip:
    return synthetic_clip(seed=1)


@pytest.fixture(scope="module")
def still() -> SyntheticClip:
    """No head motion, blinks or noise: only expressions move."""
    return synthetic_clip(seed=1, conditions=STILL)


@pytest.fixture(scope="module")
def moving() -> SyntheticClip:
    return synthetic_clip(seed=2, conditions=Conditions(blinks=0, noise_sigma=0))


def _grey(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)


def _flow(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)
    return dis.calc(_grey(first), _grey(second), None)


def _onset_and_apex(clip: SyntheticClip, k: int) -> tuple[int, int]:
    event = clip.truth[k]
    return int(event.onset_s * clip.fps), round(event.apex_s * clip.fps)


def test_frames_have_the_format_of_a_camera(clip: SyntheticClip) -> None:
    frame = clip.render(0)
    assert frame.shape == (480, 640, 3) and frame.dtype == np.uint8
    assert frame.flags.writeable and frame.flags.c_contiguous
    assert 20 < clip.n_frames / clip.fps < 32
    assert {event.emotion for event in clip.truth} == set(EMOTIONS)
    assert clip.subject.id in DEMO_SUBJECTS


def test_a_frame_depends_on_seed_and_index_only(clip: SyntheticClip) -> None:
    index = _onset_and_apex(clip, 3)[1]
    first = clip.render(index)
    clip.render(0)
    assert clip.render(index).tobytes() == first.tobytes()
    assert synthetic_clip(seed=1).render(index).tobytes() == first.tobytes()
    assert synthetic_clip(seed=2).render(0).tobytes() != clip.render(0).tobytes()


def test_frame_rate_changes_the_frames_not_the_story(clip: SyntheticClip) -> None:
    slow = synthetic_clip(seed=1, fps=50.0)
    assert slow.truth == clip.truth
    quiet_fast = synthetic_clip(seed=1, conditions=Conditions(noise_sigma=0))
    quiet_slow = synthetic_clip(seed=1, fps=50.0, conditions=Conditions(noise_sigma=0))
    np.testing.assert_array_equal(quiet_fast.render(4 * 110), quiet_slow.render(110))


def test_landmarks_move_by_the_requested_amplitude() -> None:
    for amplitude in (1.0, 2.0):
        clip = synthetic_clip(seed=4, amplitude_px=amplitude, conditions=STILL)
        for k, event in enumerate(clip.truth):
            onset, apex = _onset_and_apex(clip, k)
            moved = np.linalg.norm(clip.true_landmarks(apex) - clip.true_landmarks(onset), axis=1).max()
            assert moved == pytest.approx(amplitude * event.gain, rel=0.05)


@pytest.mark.parametrize("k", range(14))
@pytest.mark.parametrize("name", ["still", "moving"])
def test_dense_flow_recovers_the_scripted_motion(name: str, k: int, request: pytest.FixtureRequest) -> None:
    clip = request.getfixturevalue(name)
    onset, apex = _onset_and_apex(clip, k)
    flow = _flow(clip.render(onset), clip.render(apex))
    before, after = clip.true_landmarks(onset), clip.true_landmarks(apex)
    true = after - before
    fastest = np.argsort(-np.linalg.norm(true, axis=1))[:8]
    columns, rows = np.rint(before[fastest]).astype(int).T
    found = flow[rows, columns]
    assert (found * true[fastest]).sum() / (true[fastest] ** 2).sum() == pytest.approx(0.9, abs=0.15)


def test_nothing_moves_at_rest_or_at_the_border(still: SyntheticClip, moving: SyntheticClip) -> None:
    np.testing.assert_array_equal(still.render(0), still.render(300))
    first, second = moving.render(0).astype(int), moving.render(300).astype(int)
    assert np.abs(first - second)[:, :2].max() <= 1 and np.abs(first - second)[-2:].max() <= 1


def test_sway_neither_blurs_nor_flickers() -> None:
    clip = synthetic_clip(seed=1, conditions=Conditions(blinks=0, noise_sigma=0))
    sharp = [
        cv2.Laplacian(_grey(clip.render(i)), cv2.CV_32F)[120:290, 250:390].var() for i in range(0, 390, 13)
    ]
    assert np.std(sharp) / np.mean(sharp) < 0.03


def test_other_sizes_and_bad_requests() -> None:
    clip = synthetic_clip(seed=3, fps=30, size_wh=(320, 242), n_events=7, face_width_px=90)
    assert clip.render(clip.n_frames - 1).shape == (242, 320, 3)
    with pytest.raises(InputError, match="found -1"):
        clip.render(-1)
    with pytest.raises(ConfigError, match="fps > 0"):
        synthetic_clip(seed=3, fps=0)
    with pytest.raises(ConfigError, match="1.4 times as large"):
        synthetic_clip(seed=3, size_wh=(200, 100))


BUSY = replace(STILL, glances=60, glance_px=2.5, talks=12, talk_px=4, gestures=10, gap_s=(3.0, 5.0))


@pytest.fixture(scope="module")
def busy() -> SyntheticClip:
    """Only glances, speech and gestures besides the expressions."""
    return synthetic_clip(5, fps=100, n_events=7, conditions=BUSY)


def test_a_nod_turns_the_head_and_back(busy: SyntheticClip) -> None:
    gesture = busy.timeline.nuisances.gestures[0]
    axis = 0 if gesture.shake else 1
    times = np.linspace(gesture.start_s, gesture.end_s, 40)
    nose = np.array([busy.true_landmarks(round(t * busy.fps))[4, axis] for t in times])
    assert np.ptp(nose) > 1.0
    assert abs(nose[-1] - nose[0]) < 0.4


@pytest.mark.parametrize("face_width_px", [150, 220])
def test_landmarks_agree_with_facemesh_on_a_turned_face(face_width_px: float) -> None:
    conditions = replace(STILL, yaw_deg=12, pitch_deg=8, roll_deg=8, approach=0.05)
    clip = synthetic_clip(5, fps=20, n_events=7, conditions=conditions, face_width_px=face_width_px)
    rest = clip.true_landmarks(0)
    furthest = max(range(clip.n_frames), key=lambda i: np.abs(clip.true_landmarks(i) - rest).max())
    mesh = FaceMesh(tracking=False)
    seen = [mesh.detect(clip.render(i))[0][:, :2] for i in (0, furthest)]
    mesh.close()
    moved, true = seen[1] - seen[0], clip.true_landmarks(furthest) - rest
    assert np.abs(true).max() > 4
    assert np.abs(moved - true).mean() < 0.012 * face_width_px


def test_an_open_shutter_smears_fast_movement_only() -> None:
    fast = replace(STILL, gestures=30, gesture_deg=15, gap_s=(3.0, 5.0))
    clip = synthetic_clip(5, fps=30, n_events=7, conditions=replace(fast, exposure=0.6))
    frozen = synthetic_clip(5, fps=30, n_events=7, conditions=fast)
    np.testing.assert_array_equal(clip.render(5), frozen.render(5))  # nothing moves yet
    path = [clip.true_landmarks(i + 1) - clip.true_landmarks(i) for i in range(clip.n_frames - 1)]
    i = int(np.argmax([np.abs(one).max() for one in path]))
    face = np.s_[120:290, 250:390]
    smeared, sharp = (cv2.Laplacian(_grey(c.render(i)[face]), cv2.CV_32F).var() for c in (clip, frozen))
    assert smeared < 0.95 * sharp


def test_lost_frames_are_skipped_and_the_rest_keep_their_index() -> None:
    clip = synthetic_clip(3, fps=30, n_events=0, duration_s=200.0, conditions=replace(STILL, dropped=0.1))
    assert clip.lost.mean() == pytest.approx(0.1, abs=0.02)
    short = synthetic_clip(3, fps=10, n_events=0, duration_s=5.0, conditions=replace(STILL, dropped=0.2))
    assert [i for i, _ in short.frames()] == np.flatnonzero(~short.lost).tolist()


def test_everyday_clips_repeat() -> None:
    one, two = everyday(7), everyday(7)
    assert one == two
    frame = synthetic_clip(7, conditions=one).render(450)
    assert synthetic_clip(7, conditions=two).render(450).tobytes() == frame.tobytes()


def test_the_parametric_head_lives_the_same_story(clip: SyntheticClip) -> None:
    other = synthetic_clip(seed=1, head="parametric")
    assert other.truth == clip.truth and other.subject.id == clip.subject.id
    assert np.abs(other.render(0).astype(int) - clip.render(0)).mean() > 10
    assert [synthetic_clip(seed, n_events=1, head="").subject.head for seed in (8, 9)] == [
        make_subject(seed, head=name).head for seed, name in ((8, "photograph"), (9, "parametric"))
    ]


def test_every_nuisance_reaches_the_parametric_head() -> None:
    conditions = everyday(3)
    sculpted = synthetic_clip(3, fps=60, n_events=2, conditions=conditions, head="parametric")
    index = round(sculpted.truth[0].apex_s * sculpted.fps)
    frame = sculpted.render(index)
    assert synthetic_clip(3, 60, n_events=2, conditions=conditions, head="parametric").render(
        index
    ).tobytes() == (frame.tobytes())
    moved = np.linalg.norm(sculpted.true_expression(index), axis=1).max()
    assert moved == pytest.approx(sculpted.amplitude_px, rel=0.1)
    assert np.abs(sculpted.render(0).astype(int) - frame).mean() > 1


@pytest.mark.parametrize("head", ["photograph", "parametric"])
def test_the_landmarks_of_a_blinking_talking_head_are_where_facemesh_sees_them(head: str) -> None:
    clip = synthetic_clip(5, fps=20, n_events=7, conditions=replace(BUSY, yaw_deg=8, sway_px=6), head=head)
    mesh = FaceMesh(tracking=False)
    errors = []
    for i in np.linspace(0, clip.n_frames - 1, 5).astype(int):
        true = clip.true_landmarks(i)
        errors.append(np.linalg.norm(mesh.detect(clip.render(i))[0][:, :2] - true, axis=1).mean())
    mesh.close()
    assert max(errors) < 0.07 * np.linalg.norm(true[33] - true[263])
