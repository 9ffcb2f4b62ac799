"""Nuisances: their curves over time, computed by hand, and how often and when they are drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mer_ros.data.synthetic import STILL, Conditions
from mer_ros.data.synthetic.nuisances import (
    BREATHING,
    CLEAR_S,
    TALK_SHARES,
    Blink,
    Gesture,
    Glance,
    Nuisances,
    Refocus,
    Span,
    Talk,
    draw_nuisances,
)
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import Timeline, make_timeline

BLINK = Blink(1.0, 0.3, depth=0.9)
GLANCE = Glance(1.0, 1.0, right=0.5, down=-0.2, jump_s=0.05)
GESTURE = Gesture(2.0, 2.0, shake=False, rate_hz=1.0, size=-0.5)
REFOCUS = Refocus(1.0, 0.4, blur_px=2.0, growth=0.003)
TALK = Talk(
    0.5, 1.5, at_s=(1.0, 1.2), width_s=(0.1, 0.2), shares=((1, 0.5, 0, 0, 0, 0), (0, 1, 0, 0, 0, 0.2))
)


def test_the_end_of_a_span() -> None:
    assert Span(1.5, 0.25).end_s == 1.75


@pytest.mark.parametrize(
    ("curve", "time_s", "value"),
    [
        (BLINK.closure, 0.9, 0.0),
        (BLINK.closure, 1.0, 0.0),
        (BLINK.closure, 1.05, 0.45),  # half closed after half of the first third
        (BLINK.closure, 1.1, 0.9),
        (BLINK.closure, 1.2, 0.45),
        (BLINK.closure, 1.3, 0.0),
        (BLINK.closure, 9.0, 0.0),
        (GLANCE.level, 0.9, 0.0),
        (GLANCE.level, 1.025, 0.5),
        (GLANCE.level, 1.5, 1.0),
        (GLANCE.level, 1.975, 0.5),
        (GLANCE.level, 2.1, 0.0),
        (GESTURE.swing, 2.0, 0.0),
        (GESTURE.swing, 2.25, -0.5 * 0.15625),  # a quarter of the first swing: sine 1, window ease(1/4)
        (GESTURE.swing, 2.75, 0.5 * 0.84375),  # sine -1, window ease(3/4)
        (GESTURE.swing, 3.0, 0.0),
        (GESTURE.swing, 4.0, 0.0),
        (GESTURE.swing, 5.25, 0.0),
        (REFOCUS.level, 0.9, 0.0),
        (REFOCUS.level, 1.1, 0.5),
        (REFOCUS.level, 1.2, 1.0),
        (REFOCUS.level, 1.3, 0.5),
        (REFOCUS.level, 1.5, 0.0),
    ],
)
def test_a_curve_by_hand(curve: Callable[[float], float], time_s: float, value: float) -> None:
    assert curve(time_s) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("time_s", "levels"),
    [
        (0.8, (0, 0, 0, 0, 0, 0)),
        (0.95, (0.5, 0.25, 0, 0, 0, 0)),
        (1.0, (1, 0.5, 0, 0, 0, 0)),
        (1.1, (0, 0.5, 0, 0, 0, 0.1)),  # half way up the second syllable
        (1.2, (0, 1, 0, 0, 0, 0.2)),
        (1.5, (0, 0, 0, 0, 0, 0)),
    ],
)
def test_syllables_by_hand(time_s: float, levels: tuple[float, ...]) -> None:
    np.testing.assert_allclose(TALK.levels(time_s), levels, atol=1e-9)


def test_in_still_conditions_there_are_none() -> None:
    busy = [(float(t), t + 0.3) for t in range(1, 60, 2)]
    assert draw_nuisances(STILL, 60.0, busy, np.random.default_rng(0)) == Nuisances()


RATES = Conditions(blinks=15, glances=12, talks=4, gestures=4, refocuses=3)
DURATION_S = 1800.0
KINDS = ("blinks", "glances", "talks", "gestures", "refocuses")


@pytest.fixture(scope="module")
def drawn() -> Nuisances:
    """Of half an hour without expressions."""
    return draw_nuisances(RATES, DURATION_S, [], np.random.default_rng(1))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_as_frequent_as_the_conditions_say(drawn: Nuisances, kind: str) -> None:
    expected = getattr(RATES, kind) * DURATION_S / 60
    assert len(getattr(drawn, kind)) == pytest.approx(expected, abs=3 * np.sqrt(expected))


@pytest.mark.parametrize("kind", KINDS)
def test_spans_of_a_kind_are_in_order_and_do_not_overlap(drawn: Nuisances, kind: str) -> None:
    spans = getattr(drawn, kind)
    assert spans[0].start_s > 0 and spans[-1].end_s < DURATION_S
    assert all(one.end_s <= two.start_s for one, two in zip(spans, spans[1:], strict=False))


def test_sizes_are_within_their_ranges(drawn: Nuisances) -> None:
    assert all(0.8 < blink.depth <= 1 for blink in drawn.blinks)
    assert all(abs(glance.right) <= 1 and abs(glance.down) <= 0.6 for glance in drawn.glances)
    assert all(abs(pulse.growth) <= BREATHING and pulse.blur_px > 0 for pulse in drawn.refocuses)
    for talk in drawn.talks:
        assert talk.at_s and (np.array(talk.shares) <= TALK_SHARES).all()
        assert talk.start_s < talk.at_s[0] and talk.at_s[-1] < talk.end_s
    for gesture in drawn.gestures:
        cycles = gesture.duration_s * gesture.rate_hz
        assert cycles == pytest.approx(round(cycles)) and 0.4 <= abs(gesture.size) <= 1
    assert {gesture.shake for gesture in drawn.gestures} == {False, True}


def test_the_same_seed_gives_the_same(drawn: Nuisances) -> None:
    assert drawn == draw_nuisances(RATES, DURATION_S, [], np.random.default_rng(1))
    assert drawn != draw_nuisances(RATES, DURATION_S, [], np.random.default_rng(2))


@pytest.mark.parametrize("seed", range(8))
def test_blinks_speech_and_gestures_keep_clear_of_expressions(seed: int) -> None:
    busy = Conditions(blinks=30, talks=20, gestures=20, glances=30, gap_s=(2.0, 5.0))
    line = timeline(seed, busy)
    nuisances = line.nuisances
    beside = 0
    for span in (*nuisances.blinks, *nuisances.talks, *nuisances.gestures):
        assert span.start_s > 0 and span.end_s < line.duration_s
        assert all(span.end_s < e.onset_s or span.start_s > e.offset_s for e in line.events)
        near = any(
            span.end_s > e.onset_s - CLEAR_S and span.start_s < e.offset_s + CLEAR_S for e in line.events
        )
        assert not near or span in nuisances.blinks
        beside += near
    assert len(nuisances.talks) >= 2 and len(nuisances.gestures) >= 2 and len(nuisances.glances) >= 8
    assert beside <= 14


def test_some_blinks_come_right_beside_an_expression() -> None:
    lines = [timeline(seed) for seed in range(10)]
    gaps = [
        min(abs(b.end_s - e.onset_s), abs(b.start_s - e.offset_s))
        for line in lines
        for b in line.nuisances.blinks
        for e in line.events
    ]
    assert sum(gap < CLEAR_S for gap in gaps) >= 10


def timeline(seed: int, conditions: Conditions | None = None) -> Timeline:
    return make_timeline(seed, make_subject(9000 + seed), 14, conditions or Conditions())
