"""Events are converted to samples of the kind and size that a network reads; invalid events are refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mer_ros.errors import ConfigError, InputError
from mer_ros.recognition.sample import InputSpec, event_sequence, sample_of
from mer_ros.types import ClipFrame, ExpressionEvent, Kind


def an_event(**changes) -> ExpressionEvent:
    rng = np.random.default_rng(0)
    face = rng.integers(0, 255, (128, 128, 3)).astype(np.uint8)
    landmarks = np.column_stack([rng.uniform(20, 108, (468, 2)), rng.uniform(-20, 20, 468)]).astype(
        np.float32
    )
    values = {
        "source": "",
        "frame_id": "",
        "event_id": "7",
        "face_id": "1",
        "kind": Kind.MICRO,
        "onset_ns": 0,
        "apex_ns": 1,
        "offset_ns": 2,
        "intensity": 0.0,
        "signal_to_noise": 0.0,
        "roi_xywh": (0, 0, 1, 1),
        "crop_from_image": np.eye(2, 3, dtype=np.float32),
        "landmarks": landmarks,
        "onset_frame_ns": 0,
        "apex_frame_ns": 1,
        "onset_face": face,
        "apex_face": face,
    }
    return ExpressionEvent(**{**values, **changes})


def test_scaling_comes_back():
    spec = InputSpec("apex", 16, mean=(1.0, 2.0, 3.0), std=(0.5, 2.0, 4.0))
    data = np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)
    np.testing.assert_allclose(spec.unscale(spec.scale(data)), data, atol=1e-5)
    np.testing.assert_allclose(spec.scale(data)[:, 1], (data[:, 1] - 2) / 2, rtol=1e-6)


@pytest.mark.parametrize("kind", ["flow", "sequence"])
def test_a_mirrored_face_negates_u_so_its_mean_is_none(kind):
    InputSpec(kind, 16, mean=(0.0, 2.0, 3.0), std=(0.5, 2.0, 4.0))
    with pytest.raises(ConfigError, match="the mean of u is 1.0"):
        InputSpec(kind, 16, mean=(1.0, 2.0, 3.0), std=(0.5, 2.0, 4.0))


def test_the_apex_kind_is_rgb():
    blue = np.zeros((128, 128, 3), np.uint8)
    blue[..., 0] = 255  # BGR
    computed = sample_of(an_event(apex_face=blue), InputSpec("apex", 32))
    assert (
        computed.kind == "apex" and computed.data.shape == (3, 32, 32) and computed.data.dtype == np.float32
    )
    assert computed.data[:, 16, 16].tolist() == [0, 0, 1]


def test_the_flow_kind_of_a_still_face_is_still():
    computed = sample_of(an_event(), InputSpec("flow", 56))
    assert computed.kind == "flow" and np.abs(computed.data).max() < 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"apex_face": np.zeros((128, 100, 3), np.uint8)}, "apex_face of event '7' is (128, 100, 3) uint8"),
        ({"onset_face": np.zeros((128, 128, 3), np.float32)}, "onset_face of event '7'"),
        ({"apex_face": np.zeros((64, 64, 3), np.uint8)}, "(128, 128) and (64, 64)"),
        ({"landmarks": np.zeros((400, 3), np.float32)}, "landmarks (400, 3)"),
        ({"landmarks": np.full((468, 3), np.nan, np.float32)}, "468 finite"),
    ],
)
def test_a_broken_event_is_refused(changes, said):
    with pytest.raises(InputError) as caught:
        sample_of(dataclasses.replace(an_event(), **changes), InputSpec())
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "clip", "mean": (0.0, 0.0, 0.0)},
        {"size": 4},
        {"std": (1.0, 0.0, 1.0)},
        {"mean": (float("nan"),)},
        {"mean": (0.0, 0.0)},
    ],
)
def test_a_spec_without_meaning_is_refused(spec):
    with pytest.raises(ConfigError):
        InputSpec(**spec)


def a_clip(*sizes: int) -> tuple[ClipFrame, ...]:
    rng = np.random.default_rng(1)
    frames = [rng.integers(0, 256, (size, size, 3)).astype(np.uint8) for size in sizes]
    return tuple(ClipFrame(frame, i) for i, frame in enumerate(frames))


def test_the_clip_kind_is_grey_and_as_long_as_the_event_s():
    event = an_event(clip=a_clip(*[128] * 7))
    whole, small = (sample_of(event, InputSpec("clip", size)).data for size in (128, 32))
    assert whole.shape == (7, 128, 128) and small.shape == (7, 32, 32) and whole.dtype == np.uint8
    blue, green, red = (event.clip[3].image[..., i].astype(float) for i in range(3))
    np.testing.assert_allclose(whole[3], 0.299 * red + 0.587 * green + 0.114 * blue, atol=1)
    np.testing.assert_array_equal(InputSpec("clip", 128).scale(whole), whole)


@pytest.mark.parametrize(
    ("clip", "said"),
    [
        ((), "needs 4 frames or more, found 0"),
        (a_clip(128, 128, 128), "needs 4 frames or more, found 3"),
        (a_clip(128, 128, 64, 128), "(64, 64) and (128, 128)"),
        (a_clip(0, 0, 0, 0), "The clip of event '7' is (0, 0, 3)"),
    ],
)
def test_a_broken_clip_is_refused(clip, said):
    with pytest.raises(InputError) as caught:
        sample_of(an_event(clip=clip), InputSpec("clip", 128))
    assert said in str(caught.value) and "\n" not in str(caught.value)


def a_moving_event(n=9, span_ns=240_000_000, stamps=None, rng_seed=3) -> ExpressionEvent:
    """A textured face whose lower half moves right: 0 to 3 px over a rise of 100 ms, and back."""
    import cv2

    noise = np.random.default_rng(rng_seed).uniform(0, 255, (128, 128, 3)).astype(np.float32)
    onset = np.clip((cv2.GaussianBlur(noise, (0, 0), 1.5) - 127) * 3 + 127, 0, 255).astype(np.uint8)
    x, y = np.meshgrid(np.arange(128, dtype=np.float32), np.arange(128, dtype=np.float32))
    part = np.exp(-(((x - 64) / 22) ** 2 + ((y - 92) / 14) ** 2)).astype(np.float32)

    def at(ns: int) -> np.ndarray:
        level = np.float32(np.interp(ns, [0, 100_000_000, span_ns], [0, 3, 0]))
        return cv2.remap(onset, x - level * part, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)

    stamps = np.linspace(0, span_ns, n).astype(int) if stamps is None else stamps
    clip = tuple(ClipFrame(at(ns), 10**9 + int(ns)) for ns in stamps)
    times = {"onset_ns": 10**9, "apex_ns": 10**9 + 100_000_000, "offset_ns": 10**9 + span_ns}
    return an_event(onset_face=onset, apex_face=at(100_000_000), clip=clip, landmarks=spread(), **times)


def spread() -> np.ndarray:
    from mer_ros.face import canonical_mesh, geometry

    mesh = canonical_mesh.load().canonical.astype(np.float32)
    flat = geometry.apply(geometry.crop_from_image(mesh), mesh)
    return np.hstack([flat, mesh[:, 2:] * geometry.CROP_INTEROCULAR_PX]).astype(np.float32)


@pytest.mark.parametrize("n", [5, 9, 25, 32])
def test_a_sequence_is_measured_at_the_moments_whatever_the_frame_rate(n):
    shown = event_sequence(a_moving_event(n))
    assert shown.shape == (12, 2, 128, 128) and shown.dtype == np.float32
    moved = shown[:, 0, 88:97, 58:71].mean((1, 2))
    times = 240 * np.arange(1, 13) / 13
    wanted = np.interp(times, [0, 100, 240], [0, 1, 0])
    coarse = np.interp(
        times, np.linspace(0, 240, n), np.interp(np.linspace(0, 240, n), [0, 100, 240], [0, 1, 0])
    )
    assert moved.max() > 1.5
    np.testing.assert_allclose(moved / moved.max(), coarse / coarse.max(), atol=0.12)
    assert abs(int(moved.argmax()) - int(wanted.argmax())) <= 1


def test_stamps_decide_not_the_order_in_the_clip_and_not_their_number():
    even = event_sequence(a_moving_event(13))
    ragged = np.array([0, 20, 40, 50, 60, 80, 100, 110, 120, 150, 180, 210, 240]) * 1_000_000
    shuffled = a_moving_event(stamps=ragged)
    shuffled = dataclasses.replace(shuffled, clip=shuffled.clip[::-1])
    np.testing.assert_allclose(event_sequence(shuffled)[:, 0, 92, 64], even[:, 0, 92, 64], atol=0.35)


def test_a_sequence_has_the_apex_in_the_middle_and_the_head_taken_out():
    event = a_moving_event(25)
    computed = sample_of(event, InputSpec("sequence", 28, frames=8))
    assert (
        computed.kind == "sequence"
        and computed.data.shape == (8, 3, 28, 28)
        and computed.data.dtype == np.float32
    )
    strength = np.abs(computed.data[:, 0]).mean((1, 2))
    assert strength.argmax() in (3, 4, 5) and strength[4] > 2 * strength[0]
    moved = np.roll  # an image shifted as a whole by integer pixels is a head that moved
    shifted = dataclasses.replace(
        event, clip=tuple(ClipFrame(moved(f.image, 2, axis=1), f.stamp_ns) for f in event.clip)
    )
    other = sample_of(shifted, InputSpec("sequence", 28, frames=8)).data
    inside = other[4, :2, 6:24, 8:20]
    assert np.abs(inside - computed.data[4, :2, 6:24, 8:20]).mean() < 0.35 * np.abs(inside).mean()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clip": ()}, "needs 4 frames or more, found 0"),
        ({"clip": a_clip(64, 64, 64, 64)}, "(64, 64) beside crops of (128, 128)"),
        ({"offset_ns": 10**9 + 50_000_000}, "has 1 frame between onset and offset"),
        ({"offset_ns": 10**9}, "has 0 frames between onset and offset"),
    ],
)
def test_an_event_without_a_usable_sequence_is_refused(changes, said):
    event = dataclasses.replace(a_moving_event(9), **changes)
    with pytest.raises(InputError) as caught:
        sample_of(event, InputSpec("sequence", 28))
    assert said in str(caught.value)


@pytest.mark.parametrize("frames", [7, 17])
def test_a_sequence_has_8_to_16_frames(frames):
    with pytest.raises(ConfigError, match="8 to 16"):
        InputSpec("sequence", 28, frames=frames)


@pytest.mark.parametrize("kind", ["flow", "apex", "clip", "sequence"])
def test_a_blank_has_the_shape_of_a_sample(kind):
    event, spec = a_moving_event(5), InputSpec(kind, 32)
    event = dataclasses.replace(event, clip=event.clip[:4])
    assert spec.blank().shape == sample_of(event, spec).data.shape
