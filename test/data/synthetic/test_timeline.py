"""The timeline: ordered, complete, and the same at every frame rate."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.conditions import Conditions, everyday
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import MACRO_S, MICRO_S, NEUTRAL_START_S, Timeline, make_timeline
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS, Kind


@pytest.mark.parametrize("seed", range(8))
def test_truth_is_ordered_complete_and_inside_the_clip(seed: int) -> None:
    line = _line(seed)
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


def test_levels_are_smooth_from_the_onset_to_the_offset_and_peak_together_at_the_apex() -> None:
    for seed in range(6):
        for event in _line(seed).events:
            times = np.linspace(event.onset_s - 0.01, event.offset_s + 0.01, 400)
            levels = np.array([list(event.levels(t).values()) for t in times])
            assert levels.shape[1] == len(event.units)
            assert (levels[0] == 0).all() and (levels[-1] == 0).all()
            assert set(event.levels(event.apex_s).values()) == {1.0}
            assert np.abs(np.diff(levels, axis=0)).max() < 0.06
            inside = (times > event.onset_s + 0.01) & (times < event.offset_s - 0.01)
            assert (levels.max(1)[inside] > 0).all()  # one unit starts at the onset, one ends at the offset


def test_a_clip_without_expressions_has_the_requested_duration() -> None:
    line = make_timeline(0, make_subject(9000), 0, everyday(0), duration_s=120.0)
    assert line.events == () and line.duration_s == 120.0
    assert len(line.nuisances.blinks) >= 8


@pytest.mark.parametrize(("n_events", "duration_s"), [(0, None), (-1, None), (3, 10.0), (0, 0.2)])
def test_impossible_scripts_are_refused(n_events: int, duration_s: float | None) -> None:
    with pytest.raises(ConfigError, match="a clip (needs at least 1 expression|lasts 1 to 36000 s)"):
        make_timeline(0, make_subject(9000), n_events, Conditions(), duration_s=duration_s)


def _line(seed: int, conditions: Conditions | None = None) -> Timeline:
    return make_timeline(seed, make_subject(9000 + seed), 14, conditions or Conditions())
