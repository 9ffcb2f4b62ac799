"""The script: ordered, complete, and the same at every frame rate."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import MACRO_S, MICRO_S, NEUTRAL_START_S, make_timeline
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS, Kind


@pytest.mark.parametrize("seed", range(8))
def test_truth_is_ordered_complete_and_inside_the_clip(seed: int) -> None:
    line = make_timeline(seed, make_subject(9000 + seed), 14)
    events = line.events
    assert len(events) == 14
    assert sorted(e.emotion for e in events) == sorted(EMOTIONS * 2)
    assert events[0].onset_s >= NEUTRAL_START_S
    assert events[-1].offset_s < line.duration_s
    assert 20 < line.duration_s < 32
    for event in events:
        assert event.onset_s < event.apex_s < event.offset_s
        assert event.apex_s - event.onset_s < event.offset_s - event.apex_s  # rise before a longer decay
        duration = event.offset_s - event.onset_s
        low, high = MACRO_S if event.kind is Kind.MACRO else MICRO_S
        assert low - 1e-9 <= duration <= high + 1e-9
    assert 1 <= sum(event.kind is Kind.MACRO for event in events) <= 2
    for one, two in zip(events, events[1:], strict=False):
        assert two.onset_s - one.offset_s >= 0.9


@pytest.mark.parametrize("seed", range(8))
def test_blinks_never_meet_an_expression(seed: int) -> None:
    line = make_timeline(seed, make_subject(9000 + seed), 14)
    for blink in line.blinks:
        end_s = blink.start_s + blink.duration_s
        assert blink.start_s > 0 and end_s < line.duration_s
        assert all(end_s < e.onset_s or blink.start_s > e.offset_s for e in line.events)


def test_level_is_smooth_and_peaks_at_the_apex() -> None:
    event = make_timeline(0, make_subject(9000), 14).events[0]
    times = np.linspace(event.onset_s - 0.01, event.offset_s + 0.01, 400)
    level = np.array([event.level(t) for t in times])
    assert level[0] == level[-1] == 0
    assert event.level(event.apex_s) == 1.0 == level.max()
    assert np.abs(np.diff(level)).max() < 0.05


def test_no_events_are_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1 expression"):
        make_timeline(0, make_subject(9000), 0)
