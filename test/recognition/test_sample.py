"""Events become samples of the kind and size that a network asks for; broken ones are refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mer_ros.errors import ConfigError, InputError
from mer_ros.recognition.sample import InputSpec, sample_of
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
        "onset_face": face,
        "apex_face": face,
    }
    return ExpressionEvent(**{**values, **changes})


def test_scaling_comes_back():
    spec = InputSpec("flow", 16, mean=(1.0, 2.0, 3.0), std=(0.5, 2.0, 4.0))
    data = np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)
    np.testing.assert_allclose(spec.unscale(spec.scale(data)), data, atol=1e-5)
    np.testing.assert_allclose(spec.scale(data)[:, 1], (data[:, 1] - 2) / 2, rtol=1e-6)


def test_the_apex_kind_is_rgb():
    blue = np.zeros((128, 128, 3), np.uint8)
    blue[..., 0] = 255  # BGR
    made = sample_of(an_event(apex_face=blue), InputSpec("apex", 32))
    assert made.kind == "apex" and made.data.shape == (3, 32, 32) and made.data.dtype == np.float32
    assert made.data[:, 16, 16].tolist() == [0, 0, 1]


def test_the_flow_kind_of_a_still_face_is_still():
    made = sample_of(an_event(), InputSpec("flow", 56))
    assert made.kind == "flow" and np.abs(made.data).max() < 1


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
        ((), "send 4 frames or more in place of 0"),
        (a_clip(128, 128, 128), "in place of 3"),
        (a_clip(128, 128, 64, 128), "(64, 64) and (128, 128)"),
        (a_clip(0, 0, 0, 0), "The clip of event '7' is (0, 0, 3)"),
    ],
)
def test_a_broken_clip_is_refused(clip, said):
    with pytest.raises(InputError) as caught:
        sample_of(an_event(clip=clip), InputSpec("clip", 128))
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["flow", "apex", "clip"])
def test_a_blank_has_the_shape_of_a_sample(kind):
    event, spec = an_event(clip=a_clip(*[128] * 4)), InputSpec(kind, 32)
    assert spec.blank().shape == sample_of(event, spec).data.shape
