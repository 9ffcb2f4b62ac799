"""The rendered clip moves as its timeline states."""

from __future__ import annotations

from dataclasses import fields, replace

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import DEMO_SUBJECTS, STILL, Conditions, SyntheticClip, everyday, synthetic_clip
from mer_ros.data.synthetic.conditions import RANGES
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


def test_frames_look_like_a_camera(clip: SyntheticClip) -> None:
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


def test_landmarks_move_by_the_amplitude_asked_for() -> None:
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


def test_noise_has_its_strength_and_no_memory(clip: SyntheticClip) -> None:
    quiet = synthetic_clip(seed=1, conditions=Conditions(noise_sigma=0))
    face = np.s_[120:290, 250:390]  # no black there, which would cut the noise off
    frames = [(_grey(clip.render(i)).astype(np.float32) - _grey(quiet.render(i)))[face] for i in (10, 11, 12)]
    for noise in frames:
        assert noise.std() == pytest.approx(2.0, abs=0.15)
        assert abs(noise.mean()) < 0.1
    for one, two in zip(frames, frames[1:], strict=False):
        assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 0.03


def test_a_blink_covers_the_eyeballs() -> None:
    clip = synthetic_clip(seed=1, conditions=replace(STILL, blinks=20))
    blink = clip.timeline.nuisances.blinks[0]
    shut = clip.render(round((blink.start_s + blink.duration_s / 3) * clip.fps))
    before = clip.render(int((blink.start_s - 0.005) * clip.fps))
    changed = np.abs(shut.astype(int) - before).max(axis=2) > 12
    rows, columns = np.nonzero(changed)
    landmarks = clip.true_landmarks(0)
    eyes = landmarks[[33, 133, 362, 263, 159, 145]]
    assert changed.sum() > 150
    assert columns.min() > eyes[:, 0].min() - 6 and columns.max() < eyes[:, 0].max() + 6
    assert rows.min() > eyes[:, 1].min() - 20 and rows.max() < eyes[:, 1].max() + 8


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


def _changed(clip: SyntheticClip, one_s: float, two_s: float) -> np.ndarray:
    """(M, 2) x, y of the pixels that differ."""
    one, two = (clip.render(round(t * clip.fps)).astype(int) for t in (one_s, two_s))
    rows, columns = np.nonzero(np.abs(one - two).max(axis=2) > 8)
    return np.column_stack([columns, rows])


def test_a_glance_moves_what_is_between_the_lids() -> None:
    clip = synthetic_clip(5, fps=100, n_events=7, conditions=replace(STILL, glances=60, glance_px=2.5))
    clear = [
        g
        for g in clip.timeline.nuisances.glances
        if abs(g.right) > 0.5
        and all(clip.timeline.event_at(t) is None for t in (g.start_s - 0.02, g.start_s, g.start_s + 0.2))
    ]
    points = _changed(clip, clear[0].start_s - 0.02, clear[0].start_s + 0.2)
    eyes = clip.true_landmarks(0)[[33, 133, 362, 263, 159, 145]]
    assert len(points) > 20
    assert points[:, 0].min() > eyes[:, 0].min() - 8 and points[:, 0].max() < eyes[:, 0].max() + 8
    assert points[:, 1].min() > eyes[:, 1].min() - 12 and points[:, 1].max() < eyes[:, 1].max() + 12


def test_speech_moves_the_mouth_and_not_the_brows() -> None:
    clip = synthetic_clip(5, fps=100, n_events=7, conditions=replace(STILL, talks=12, gap_s=(3.0, 5.0)))
    talk = clip.timeline.nuisances.talks[0]
    points = np.vstack([_changed(clip, talk.start_s, at_s) for at_s in talk.at_s])
    landmarks = clip.true_landmarks(0)
    assert len(points) > 100
    assert points[:, 1].min() > landmarks[[159, 386], 1].max()  # below the eyes


def test_a_nod_turns_the_head_and_back(busy: SyntheticClip) -> None:
    gesture = busy.timeline.nuisances.gestures[0]
    axis = 0 if gesture.shake else 1
    times = np.linspace(gesture.start_s, gesture.end_s, 40)
    nose = np.array([busy.true_landmarks(round(t * busy.fps))[4, axis] for t in times])
    assert np.ptp(nose) > 1.0
    assert abs(nose[-1] - nose[0]) < 0.4


@pytest.mark.parametrize("face_width_px", [150, 220])
def test_landmarks_are_where_facemesh_sees_them_on_a_turned_face(face_width_px: float) -> None:
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


def test_light_drifts_from_aside_and_flickers_with_the_mains() -> None:
    dark = replace(STILL, drift=0.4)
    clip = synthetic_clip(2, fps=20, n_events=7, conditions=dark)
    frames = np.array([clip.render(i).mean(axis=(0, 2)) for i in range(0, clip.n_frames, 20)])
    level, tilt = frames.mean(1), frames[:, :200].mean(1) / frames[:, -200:].mean(1)
    assert np.ptp(level) / level.mean() > 0.1 and np.ptp(tilt) > 0.1
    lamp = synthetic_clip(2, fps=200, n_events=7, conditions=replace(STILL, flicker=0.1, mains_hz=120.0))
    brightness = np.array([lamp.render(i).mean() for i in range(100)])
    rate_hz = np.fft.rfftfreq(100, 1 / 200)[np.abs(np.fft.rfft(brightness - brightness.mean())).argmax()]
    assert rate_hz == pytest.approx(80, abs=2)  # 120 Hz, sampled at 200
    slow = synthetic_clip(2, fps=50, n_events=7, conditions=replace(STILL, flicker=0.1, exposure=0.5))
    assert np.ptp([slow.render(i).mean() for i in range(60)]) < 0.1  # open for a whole period: none is seen


def test_autofocus_blurs_for_a_moment() -> None:
    clip = synthetic_clip(2, fps=50, n_events=7, conditions=replace(STILL, refocuses=20))
    pulse = clip.timeline.nuisances.refocuses[0]
    sharp, soft = (
        cv2.Laplacian(_grey(clip.render(round(t * 50))), cv2.CV_32F).var()
        for t in (pulse.start_s - 0.02, pulse.start_s + pulse.duration_s / 2)
    )
    assert soft < 0.5 * sharp


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


def test_compression_and_tone_change_the_picture() -> None:
    plain = synthetic_clip(3, n_events=7, conditions=STILL).render(0)
    toned = synthetic_clip(3, n_events=7, conditions=replace(STILL, tone=1.0))
    subject = toned.subject
    assert (toned.render(0).mean() < plain.mean()) == (subject.gamma > 1)
    pressed = synthetic_clip(3, n_events=7, conditions=replace(STILL, jpeg=40)).render(0)
    blocks = np.abs(np.diff(pressed.astype(float), axis=1)).mean((0, 2))
    assert blocks[7::8].mean() > 1.1 * blocks[3::8].mean()  # steps at the borders of the 8 px blocks


def test_lost_frames_are_skipped_in_runs_and_the_rest_keep_their_index() -> None:
    clip = synthetic_clip(3, fps=30, n_events=0, duration_s=200.0, conditions=replace(STILL, dropped=0.1))
    assert clip.lost.mean() == pytest.approx(0.1, abs=0.02)
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], clip.lost, [0]]).astype(int))))[::2]
    assert runs.mean() > 1.4
    short = synthetic_clip(3, fps=10, n_events=0, duration_s=5.0, conditions=replace(STILL, dropped=0.2))
    assert [i for i, _ in short.frames()] == np.flatnonzero(~short.lost).tolist()


def test_everyday_clips_have_everything_and_repeat() -> None:
    one, two = everyday(7), everyday(7)
    assert one == two != everyday(8)
    assert set(RANGES) | {"mains_hz", "gap_s"} == {field.name for field in fields(Conditions)}
    for name, (low, high) in RANGES.items():
        assert name == "jpeg" or low <= getattr(one, name) <= high
    frame = synthetic_clip(7, conditions=one).render(450)
    assert synthetic_clip(7, conditions=two).render(450).tobytes() == frame.tobytes()


@pytest.mark.parametrize(
    ("name", "value"),
    [("jpeg", 101), ("yaw_deg", 40.0), ("blinks", -1), ("drift", np.nan), ("sway_px", np.inf)],
)
def test_conditions_without_meaning_are_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"condition '{name}' of a clip is"):
        Conditions(**{name: value})
