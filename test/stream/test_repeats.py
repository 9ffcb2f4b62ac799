"""Fault 85: the same image sent again under a new stamp."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.stream.gate import FrameGate
from mer_ros.stream.repeats import RepeatFilter
from mer_ros.stream.stamps import FrameAction, StampMonitor, describe_rate

MS = 1_000_000
NOISE = np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8)


@pytest.mark.parametrize("form", [bytes, memoryview, np.ndarray], ids=lambda form: form.__name__)
def test_fault_85_only_the_same_bytes_are_a_repeat(form: type) -> None:
    other = NOISE.copy()
    other[47, 63, 2] ^= 1  # one bit

    def sent(image: np.ndarray) -> object:
        return image if form is np.ndarray else form(image.tobytes())

    repeats = RepeatFilter(0.15)
    images = [NOISE, NOISE.copy(), other, other.copy(), NOISE, NOISE[:24]]
    found = [repeats.is_repeat(sent(image), 10 * MS * i) for i, image in enumerate(images)]  # type: ignore[arg-type]
    assert found == [False, True, False, True, False, False]


def test_fault_85_a_picture_that_stands_still_is_new_again() -> None:
    repeats = RepeatFilter(0.15)
    found = [repeats.is_repeat(NOISE, 50 * MS * i) for i in range(8)]
    assert found == [False, True, True, False, False, False, False, False]
    assert not repeats.is_repeat(NOISE + 1, 400 * MS) and repeats.is_repeat(NOISE + 1, 450 * MS)


def test_the_same_bytes_with_other_fields_are_no_repeat() -> None:
    repeats = RepeatFilter(0.15)
    assert not repeats.is_repeat(b"pixels", 0, ("bgr8", 640))
    assert repeats.is_repeat(b"pixels", MS, ("bgr8", 640))
    assert not repeats.is_repeat(b"pixels", 2 * MS, ("rgb8", 640))


def test_time_that_goes_back_ends_a_repeat() -> None:
    repeats = RepeatFilter(0.15)
    assert not repeats.is_repeat(NOISE, 1000 * MS)
    assert not repeats.is_repeat(NOISE, 10 * MS)


def test_different_images_are_told_apart_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    array_equal = np.array_equal

    def counting(a: np.ndarray, b: np.ndarray) -> bool:
        compared.append(a.size)
        return array_equal(a, b)

    monkeypatch.setattr(np, "array_equal", counting)
    big = np.random.default_rng(2).integers(0, 256, (2, 480, 640, 3), np.uint8)
    repeats = RepeatFilter(0.15)
    assert not any(repeats.is_repeat(big[i % 2], i * MS) for i in range(20))
    assert compared == [], "whole images are compared only if their samples are equal"
    assert repeats.is_repeat(big[1].copy(), 20 * MS) and compared == [big[0].size]


def played(period_ms: float, repeated: list[bool], n: int = 600) -> StampMonitor:
    """A monitor after n frames, of which those in a repeating pattern are repeats."""
    times = StampMonitor()
    for i in range(n):
        times.check(10**12 + round(i * period_ms * MS), 0, repeated[i % len(repeated)])
    return times


@pytest.mark.parametrize(
    ("pattern", "rate_hz"),
    [
        ([False], 60.0),
        ([False, True], 30.0),
        ([False, True, True], 20.0),
        ([False, True, False, True, True], 24.0),  # 24 fps shown at 60
    ],
)
def test_fault_85_the_rate_is_that_of_the_different_images(pattern: list[bool], rate_hz: float) -> None:
    times = played(1000 / 60, pattern)
    assert times.rate_hz == pytest.approx(rate_hz, rel=0.02)
    assert times.lost == 0 and times.gaps == 0
    assert times.repeated == sum(pattern) * 600 // len(pattern)


def test_fault_85_the_shortest_event_is_that_of_the_different_images() -> None:
    assert "133 ms" in describe_rate(played(1000 / 60, [False, True]).rate_hz)


def test_fault_85_single_repeats_are_not_lost_frames() -> None:
    times = played(5.0, [False] * 19 + [True])
    assert times.lost == 0 and times.rate_hz == pytest.approx(200, rel=0.01)


def test_the_gate_passes_a_repeat_on_unless_its_stamp_is_wrong() -> None:
    gate = FrameGate()
    assert gate.check(10 * MS, "cam", 0, 0.0).action is FrameAction.USE
    assert gate.check(20 * MS, "cam", 0, 0.0, repeated=True).action is FrameAction.REPEAT
    assert gate.check(20 * MS, "cam", 0, 0.0, repeated=True).reason == "same_stamp"
    assert gate.check(0, "cam", 0, 0.0, repeated=True).reason == "zero_stamp"
