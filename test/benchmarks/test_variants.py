"""Variants change what they name and keep the times at which expressions begin."""

import pytest

from benchmarks.variants import ASYMMETRY, GOES_S, REST_S, VARIANTS, asymmetric, open_mouth, staying
from mer_ros.data.synthetic import everyday
from mer_ros.data.synthetic.clip import synthetic_timeline

TIMELINE = synthetic_timeline(541, conditions=everyday(541), typical=False)


@pytest.mark.parametrize("name", VARIANTS)
def test_expressions_begin_where_they_did(name: str) -> None:
    events = VARIANTS[name](TIMELINE).events
    assert [e.onset_s for e in events] == [e.onset_s for e in TIMELINE.events]
    for event in events:
        assert event.levels(event.onset_s) == dict.fromkeys(event.units, 0.0)
        assert max(event.levels(event.apex_s).values()) == pytest.approx(1.0)


def test_every_mouth_opens() -> None:
    for event in open_mouth(TIMELINE).events:
        assert {"AU25", "AU26"} & set(event.units)
        assert set(event.strengths) == {unit + side for unit in event.units for side in "RL"}


def test_sides_are_as_uneven_as_asked_for_on_the_right_and_on_the_left() -> None:
    stronger = []
    for event in asymmetric(TIMELINE).events:
        for unit in event.units:
            right, left = event.strengths[unit + "R"], event.strengths[unit + "L"]
            assert abs(right - left) / (right + left) == pytest.approx(ASYMMETRY)
            assert max(right, left) == pytest.approx(1.0)
        stronger.append(right > left)
    assert set(stronger) == {True, False}


def test_what_stays_is_at_its_peak_until_shortly_before_the_next() -> None:
    events = staying(TIMELINE).events
    for event, following in zip(events, events[1:], strict=False):
        assert event.offset_s == pytest.approx(following.onset_s - REST_S)
        middle_s = (event.apex_s + event.offset_s - GOES_S) / 2
        assert min(event.levels(middle_s).values()) == pytest.approx(1.0)
