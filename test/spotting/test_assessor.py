"""Decisions on movements that stood out, on drawn movements."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_movements import reports, smile_level, unit

from mer_ros.runtime import Counters
from mer_ros.spotting.assessor import Assessor, Moment
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.rejection import REASONS, SPEECH
from mer_ros.spotting.spotter import Holding, Spotter

FPS = 200


def held(name: str) -> tuple[Spotter, Holding, float]:
    """A spotter that has just found a movement of an action unit, and the time."""
    for last_s in np.arange(2.4, 2.6, 0.005):
        spotter = Spotter()
        reports(last_s, FPS, lambda t: unit(name, smile_level(t)), spotter=spotter)
        if isinstance(spotter.state, Holding):
            return spotter, spotter.state, last_s
    raise AssertionError(f"{name} was not found")


def assess(assessor: Assessor, name: str, spoke_s: float = -np.inf):
    spotter, holding, now_s = held(name)
    moment = Moment(1000, now_s, spoke_s, 1 / FPS, spotter._compression.state)
    return assessor.assess(holding.transient, spotter._history, moment)


@pytest.fixture
def counted() -> Counters:
    return Counters(REASONS)


def test_an_event_has_its_times_and_the_next_number(counted: Counters) -> None:
    assessor = Assessor(SpotterConfig(), counted)
    found = assess(assessor, "AU4")
    assert found.reason == "" and found.event.number == 1
    times_s = [(t - 1000) * 1e-9 for t in (found.event.onset_ns, found.event.apex_ns, found.event.offset_ns)]
    assert times_s == pytest.approx([2.0, 2.15, 2.4], abs=0.04)
    assert assessor.earliest_s == -np.inf
    assert assessor.conclude(found)
    assert assessor.earliest_s == pytest.approx(2.37, abs=0.04)
    assert assess(assessor, "AU4") is None, "the same movement is none of its own"
    assessor.reset()
    assert assess(assessor, "AU4").event.number == 2
    assert not any(n for _, n in counted.items())


def test_a_movement_of_the_mouth_soon_after_speech_is_counted_as_speech(counted: Counters) -> None:
    assessor = Assessor(SpotterConfig(), counted)
    found = assess(assessor, "AU25", spoke_s=1.9)
    assert found.reason == SPEECH and not assessor.conclude(found)
    assert assess(assessor, "AU25", spoke_s=1.9) is None, "the same movement is none of its own"
    assert dict(counted.items())[SPEECH] == 1
    assert assess(Assessor(SpotterConfig(), counted), "AU25").reason == ""
