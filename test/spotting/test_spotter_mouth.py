"""The spotter on drawn movements of the mouth: expressions, syllables, provisional events."""

import dataclasses

import numpy as np
import pytest
from drawn_movements import CHIN, LOWER_LIP, NAMES, reports, run, smile, smile_level, unit

from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.spotter import Spotter
from mer_ros.types import Kind


def test_a_jaw_that_drops_once_is_an_expression():
    ((event, _),) = run(5, 60, lambda t: unit("AU26", 2 * smile_level(t)))
    assert event.kind == Kind.MICRO


@pytest.mark.parametrize("rate_hz", [4.0, 5.0, 6.0])
def test_fault_41_speech_is_no_event_and_what_follows_is(rate_hz):
    """Below 4 syllables per second the first one is confirmed: the next comes too late."""

    def talking(t):
        rng = np.random.default_rng(int(t * rate_hz - 2 * rate_hz + 100))
        size = rng.uniform(0.008, 0.03) * np.sin(np.pi * rate_hz * (t - 2)) ** 2 if 2 <= t < 4 else 0.0
        return {CHIN: (0.0, size), LOWER_LIP: (0.0, size)} | smile(t, 4.6, 4.75, 5.0)

    ((event, _),) = run(6, 100, talking)
    assert event.apex_ns * 1e-9 == pytest.approx(4.75, abs=0.04)


@pytest.mark.parametrize("rate_hz", [4.0, 4.5, 5.2])
@pytest.mark.parametrize("fps", [25, 30, 48])
def test_fault_41_speech_without_a_dropping_jaw_is_no_event_at_a_slow_camera(fps, rate_hz):
    """Only the following syllables distinguish the first one from an expression; alone it is an event."""

    def syllables(count):
        def talking(t):
            at = rate_hz * (t - 3)
            units = ("AU20", "AU17", "AU23", "AU10")
            height = 0.02 * np.sin(np.pi * at) ** 2 if 0 <= at < count else 0.0
            return unit(units[int(at) % 4], height)

        return talking

    assert run(6, fps, syllables(8)) == []
    assert len(run(6, fps, syllables(1))) == 1


def test_each_syllable_is_counted_once():
    def said(t):
        return unit("AU26", 0.02 * np.sin(np.pi * 4 * (t - 2)) ** 2 if 2 <= t < 2.5 else 0.0)

    spotter = Spotter()
    assert run(4, 200, said, spotter=spotter) == []
    assert dict(spotter.rejections.items())["speech"] == 2


def test_a_mouth_movement_is_reported_at_once_and_confirmed_within_300_ms():
    (provisional, first_s), (event, last_s) = reports(4, 60, smile)
    assert provisional.provisional and not event.provisional and not event.withdrawn
    assert dataclasses.replace(provisional, provisional=False) == event
    assert first_s <= 2.4 + 0.08 and 0.28 < last_s - first_s < 0.32


def test_a_movement_of_the_brows_is_final_at_once():
    ((event, _),) = reports(4, 60, lambda t: unit("AU4", smile_level(t)))
    assert not event.provisional


def test_the_first_syllable_is_withdrawn_when_speech_shows():
    def said(t):
        return unit("AU20", 0.02 * np.sin(np.pi * 4 * (t - 2)) ** 2 if 2 <= t < 3 else 0.0)

    spotter = Spotter()
    (provisional, first_s), (event, last_s) = reports(4, 60, said, spotter=spotter)
    assert provisional.provisional and event.withdrawn and provisional.number == event.number
    assert last_s - first_s < 0.3
    assert dict(spotter.rejections.items())["speech"] >= 1


def test_what_ends_the_signal_confirms_the_provisional_event():
    for end in (Spotter.reset, Spotter.flush):
        spotter = Spotter()
        ((provisional, _),) = reports(2.55, 60, smile, spotter=spotter)
        assert provisional.provisional
        (event,) = end(spotter)
        assert event == dataclasses.replace(provisional, provisional=False)
        assert spotter.flush() == []


def test_speech_goes_on_across_a_reset():
    """A face that talks for longer than an event lasts is anchored anew in the middle of it."""

    def syllable(t):
        return unit("AU25", 0.05 * np.sin(np.pi * (t - 0.5) / 0.2) ** 2 if 0.5 <= t < 0.7 else 0.0)

    def talk(t):
        return unit("AU25", 0.02 * np.sin(np.pi * 4 * (t - 2)) ** 2 if 2 <= t < 4 else 0.0)

    def after(gap_s):
        spotter = Spotter()
        assert run(4.0, 60, talk, spotter=spotter) == []
        spotter.reset()
        rng, found = np.random.default_rng(1), []
        for i in range(120):
            groups = rng.normal(0, 0.0005, (len(NAMES), 2)).astype(np.float32)
            for group, vector in syllable(i / 60).items():
                groups[group] += vector
            found += spotter.update(int((4.0 + gap_s + i / 60) * 1e9), FaceMeasurement(groups))
        return [event for event in found if event.is_final]

    assert after(0.0) == [] and len(after(3.0)) == 1
