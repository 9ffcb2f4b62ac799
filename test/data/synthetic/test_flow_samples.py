"""Flow samples: the same seed gives the same bytes, and skin moves where the units say."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_noise, flow_samples, flow_sequences
from mer_ros.data.synthetic.flow_samples import AMPLITUDE_PX, FlowSet
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.errors import ConfigError
from mer_ros.face.geometry import CROP_SIZE
from mer_ros.motion.registration import RigidHead, depth_map
from mer_ros.progress import Silent


@pytest.fixture(scope="module")
def samples() -> FlowSet:
    return flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56)


@pytest.fixture(scope="module")
def clean() -> FlowSet:
    return flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56, clean=True)


def test_shapes_and_labels(samples: FlowSet) -> None:
    assert samples.data.shape == (300, 2, 56, 56) and samples.data.dtype == np.float32
    assert np.isfinite(samples.data).all()
    assert samples.labels.dtype == np.int64 and set(samples.labels) == set(range(7))
    assert set(samples.subjects) <= set(TRAIN_SUBJECTS[:10])
    assert len(samples.action_units) == 300 and all(1 <= len(units) <= 3 for units in samples.action_units)


def test_same_seed_same_bytes_another_seed_another_set(samples: FlowSet) -> None:
    again = flow_samples(300, TRAIN_SUBJECTS[:10], seed=3, size=56)
    assert again.data.tobytes() == samples.data.tobytes()
    assert again.labels.tobytes() == samples.labels.tobytes()
    assert not np.array_equal(flow_samples(300, TRAIN_SUBJECTS[:10], seed=4).labels, samples.labels)


def test_amplitude_is_the_peak_in_crop_pixels(clean: FlowSet) -> None:
    peak = np.linalg.norm(clean.data, axis=1).max(axis=(1, 2))
    expressive = np.array([make_subject(int(s)).expressive for s in clean.subjects])
    drawn = clean.amplitude_px / expressive
    assert (drawn >= AMPLITUDE_PX[0] * 0.999).all() and (drawn <= AMPLITUDE_PX[1] * 1.001).all()
    assert (peak <= clean.amplitude_px * 1.001).all()
    assert np.median(peak / clean.amplitude_px) > 0.85  # the grid all but hits the fastest landmark


@pytest.mark.parametrize(("unit", "landmark", "sign_u", "sign_v"), [
    ("AU12", 61, -1, -1),  # right lip corner (left in the picture): outward and up
    ("AU12", 291, 1, -1),
    ("AU4", 55, 1, 1),  # right inner brow: inward and down
    ("AU4", 285, -1, 1),
])  # fmt: skip
def test_unit_moves_its_landmark_in_the_picture(unit: str, landmark: int, sign_u: int, sign_v: int) -> None:
    for subject_id in range(6):
        fields = SubjectFields(make_subject(subject_id), 64)
        flow = fields.dense(fields.amounts({unit + "R": 1.0, unit + "L": 1.0}, 2.0))
        column, row = np.rint((fields.landmarks[landmark, :2] + 0.5) * 64 / CROP_SIZE - 0.5).astype(int)
        u, v = flow[row, column]
        assert u * sign_u > 0.2 and v * sign_v > 0.2


def test_noise_leaves_the_expression_readable(samples: FlowSet, clean: FlowSet) -> None:
    strong = samples.amplitude_px > 1.5
    similarity = [
        float((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))
        for a, b in zip(samples.data[strong], clean.data[strong], strict=True)
    ]
    assert 0.5 < np.median(similarity) < 0.97  # neither drowned nor left untouched


def test_flow_is_in_crop_pixels_whatever_the_size() -> None:
    small = flow_samples(20, [5], seed=1, size=32, clean=True)
    large = flow_samples(20, [5], seed=1, size=128, clean=True)
    np.testing.assert_array_equal(small.labels, large.labels)
    box = large.data.reshape(20, 2, 32, 4, 32, 4).mean(axis=(3, 5))
    assert np.abs(box - small.data).max() < 0.35 * large.amplitude_px.max()
    assert np.corrcoef(box.ravel(), small.data.ravel())[0, 1] > 0.98


def test_registration_takes_its_share_of_an_expression_and_the_chain_models_it() -> None:
    """A raised face (cheeks, lips, brows together) looks partly like a head that moves."""
    fields = SubjectFields(make_subject(3), 56)
    amounts = fields.amounts({unit + side: 1.0 for unit in ("AU6", "AU12") for side in "RL"}, 2.0)
    taken = fields.taken_for_head(amounts)
    dense = RigidHead(fields.landmarks).dense(taken, depth_map(fields.landmarks, CROP_SIZE))
    assert np.abs(cv2.resize(dense, (56, 56)) - fields.head_motion(taken)).max() < 0.05
    assert 0.02 < np.linalg.norm(dense, axis=-1).mean() < 1.0
    quiet = _quiet_chain(fields)
    left = quiet.see(amounts) + fields.head_motion(taken) - fields.dense(amounts)
    assert np.abs(left).max() < 0.35  # blurred, nothing else


def _quiet_chain(fields: SubjectFields) -> flow_noise.Chain:
    chain = flow_noise.Chain(fields, 1.0, np.random.default_rng(0), spread=1e-9)
    chain._damping = np.float32(1.0)
    return chain


def test_a_crop_without_error_stays_where_it_is() -> None:
    affine, turn = flow_noise.misplacement(56, np.random.default_rng(0), spread=0.0)
    np.testing.assert_allclose(affine, [[1, 0, 0], [0, 1, 0]], atol=1e-9)
    np.testing.assert_allclose(turn, np.eye(2), atol=1e-9)


def test_sequences_rise_and_fall_and_are_of_the_same_people_and_units() -> None:
    single = flow_samples(30, TRAIN_SUBJECTS[:5], seed=3, size=32)
    samples = flow_sequences(30, TRAIN_SUBJECTS[:5], seed=3, size=32, frames=10)
    assert samples.data.shape == (30, 10, 2, 32, 32) and samples.action_units == single.action_units
    np.testing.assert_array_equal(samples.labels, single.labels)
    np.testing.assert_array_equal(samples.amplitude_px, single.amplitude_px)
    again = flow_sequences(30, TRAIN_SUBJECTS[:5], seed=3, size=32, frames=10)
    assert again.data.tobytes() == samples.data.tobytes()
    clean = flow_sequences(30, TRAIN_SUBJECTS[:5], seed=3, size=32, frames=10, clean=True)
    size = np.linalg.norm(clean.data, axis=2).max(axis=(2, 3))
    assert (size.argmax(1) >= 2).all() and (size.argmax(1) <= 6).all()
    assert (size[:, 0] < 0.6 * size.max(1)).all() and (size[:, -1] < 0.4 * size.max(1)).all()


def test_a_wider_spread_makes_people_and_noise_differ_more() -> None:
    faces = [np.std([make_subject(i, spread).shape["jaw_width"] for i in range(60)]) for spread in (1.0, 1.5)]
    assert faces[1] == pytest.approx(1.5 * faces[0])
    near, far = (flow_samples(150, TRAIN_SUBJECTS[:10], 3, 32, spread=spread) for spread in (1.0, 1.5))
    clean = [flow_samples(150, TRAIN_SUBJECTS[:10], 3, 32, clean=True, spread=s).data for s in (1.0, 1.5)]
    noise = [np.abs(one.data - other).mean() for one, other in zip((near, far), clean, strict=True)]
    assert noise[1] > 1.15 * noise[0]
    np.testing.assert_array_equal(near.labels, far.labels)


@pytest.mark.parametrize(("n", "subjects", "size"), [(-1, [1], 56), (1, [], 56), (1, [1], 4)])
def test_impossible_requests_are_refused(n: int, subjects: list[int], size: int) -> None:
    with pytest.raises(ConfigError, match="flow samples need"):
        flow_samples(n, subjects, 0, size)


@pytest.mark.parametrize("frames", [1, 65])
def test_sequences_have_a_sensible_length(frames: int) -> None:
    with pytest.raises(ConfigError, match="2 to 64 frames"):
        flow_sequences(1, [1], 0, frames=frames)


@pytest.mark.parametrize("generate", [flow_samples, flow_sequences])
def test_progress_is_reported_sample_by_sample(generate) -> None:
    lines: list[tuple[object, ...]] = []

    class Log(Silent):
        def started(self, task: str, total: float | None = None) -> None:
            lines.append(("started", task, total))

        def advanced(self, task: str, done: float, note: str = "") -> None:
            lines.append((task, done))

        def finished(self, task: str) -> None:
            lines.append(("finished", task))

    generate(3, [5, 6], seed=1, size=16, progress=Log())
    steps = [("making flow", k) for k in (1, 2, 3)]
    assert lines == [("started", "making flow", 3), *steps, ("finished", "making flow")]
