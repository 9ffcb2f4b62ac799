"""Provisional events wait for speech: confirmed, withdrawn, or confirmed early where the signal ends."""

from dataclasses import replace
from types import SimpleNamespace

from mer_ros.runtime import Counters
from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.provisional import ProvisionalEvents
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.spotted import Spotted
from mer_ros.spotting.time_series import TimeSeriesBuffer

EVENT = Spotted(1, 0, 50_000_000, 100_000_000, 0.01, 9.0)
SIGNAL = TimeSeriesBuffer(N_CHANNELS, 1.0)


def mouth(speaks: bool) -> SimpleNamespace:
    """A candidate whose movement is part of a bout, or is not."""
    return SimpleNamespace(is_speech=lambda signal: speaks)


def waiting() -> tuple[ProvisionalEvents, Counters]:
    counted = Counters(REASONS)
    return ProvisionalEvents(counted), counted


def test_an_event_is_provisional_first_and_final_when_its_time_has_come() -> None:
    events, counted = waiting()
    assert events.add(EVENT, mouth(False), 1.3) == replace(EVENT, provisional=True)
    assert events.decide(SIGNAL, 1.29) == []
    assert events.decide(SIGNAL, 1.3) == [EVENT]
    assert events.decide(SIGNAL, 9.0) == [], "once"
    assert not any(n for _, n in counted.items())


def test_an_event_is_withdrawn_as_soon_as_speech_shows_and_counted() -> None:
    events, counted = waiting()
    events.add(EVENT, mouth(True), 1.3)
    assert events.decide(SIGNAL, 1.01) == [replace(EVENT, withdrawn=True)]
    assert events.decide(SIGNAL, 1.3) == [] and dict(counted.items())["speech"] == 1


def test_each_event_has_its_own_time() -> None:
    events, _ = waiting()
    events.add(EVENT, mouth(False), 1.3)
    later = replace(EVENT, number=2)
    events.add(later, mouth(False), 1.5)
    assert events.decide(SIGNAL, 1.4) == [EVENT] and events.decide(SIGNAL, 1.5) == [later]


def test_all_that_wait_can_be_confirmed_at_once() -> None:
    events, _ = waiting()
    events.add(EVENT, mouth(True), 1.3)
    assert events.confirm_all() == [EVENT] and events.confirm_all() == []
