"""The flow and the sample of an event are measured once for all who ask, and anew for another event."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest

from mer_ros import files
from mer_ros.errors import InputError
from mer_ros.recognition import Recogniser
from mer_ros.recognition import latest_measurements as module
from mer_ros.recognition.latest_measurements import KEPT, LatestMeasurements
from mer_ros.recognition.sample import event_flow


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser.load(files.models_dir() / "linear_prototype.safetensors")


@pytest.fixture
def measured(monkeypatch):
    """Ids of the events whose flow was measured."""
    ids = []

    def counted(event):
        ids.append(event.event_id)
        return event_flow(event)

    monkeypatch.setattr(module, "event_flow", counted)
    return ids


def test_equal_events_are_measured_once(make_event, recogniser, measured):
    latest = LatestMeasurements()
    one, same = make_event(), make_event()
    assert latest.flow(one) is latest.flow(same) and not latest.flow(one).flags.writeable
    assert latest.sample(one, recogniser) is latest.sample(same, recogniser)
    assert measured == ["e1"]
    assert np.array_equal(latest.sample(one, recogniser).data, recogniser.sample(one).data)
    assert np.array_equal(latest.flow(one), event_flow(one))


@pytest.mark.parametrize(
    "change",
    [
        lambda e: {"event_id": "e2"},
        lambda e: {"apex_ns": e.apex_ns + 1},
        lambda e: {"apex_face": e.onset_face},
        lambda e: {"landmarks": e.landmarks + 1},
        lambda e: {"clip": e.clip[:-1]},
    ],
)
def test_another_event_is_measured_anew(make_event, measured, change):
    latest, event = LatestMeasurements(), make_event()
    latest.flow(event)
    latest.flow(dataclasses.replace(event, **change(event)))
    assert len(measured) == 2


def test_only_the_latest_are_kept(make_event, measured):
    latest = LatestMeasurements()
    for number in range(KEPT + 1):
        latest.flow(make_event(str(number)))
    latest.flow(make_event(str(KEPT)))
    assert len(measured) == KEPT + 1
    latest.flow(make_event("0"))
    assert len(measured) == KEPT + 2


def test_an_event_that_cannot_be_used_is_refused_every_time(make_event):
    latest, event = LatestMeasurements(), make_event()
    bad = dataclasses.replace(event, apex_face=event.apex_face[:64])
    for _ in range(2):
        with pytest.raises(InputError):
            latest.flow(bad)


def test_who_asks_meanwhile_waits(make_event, monkeypatch):
    entered, release, found = threading.Event(), threading.Event(), []

    def slow(event):
        entered.set()
        assert release.wait(10)
        return event_flow(event)

    monkeypatch.setattr(module, "event_flow", slow)
    latest = LatestMeasurements()
    threads = [threading.Thread(target=lambda: found.append(latest.flow(make_event()))) for _ in range(2)]
    threads[0].start()
    assert entered.wait(10)
    threads[1].start()
    release.set()
    for thread in threads:
        thread.join(10)
    assert found[0] is found[1]
