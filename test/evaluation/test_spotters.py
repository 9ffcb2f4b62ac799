from __future__ import annotations

import numpy as np
import pytest

from mer_ros.evaluation.spotters import OURS, SPOTTERS
from mer_ros.spotting.baselines import METHODS
from mer_ros.types import Kind

BY_NAME = {one.name: one for one in SPOTTERS}
MS = 1_000_000


def test_every_method_is_there_offline_and_causal_beside_ours():
    assert [one.name for one in SPOTTERS if not one.is_baseline] == [OURS]
    for method in METHODS:
        offline, causal = [one for one in SPOTTERS if one.measurement == method]
        assert not offline.causal and causal.causal and "trailing_s" in causal.settings
    assert BY_NAME[OURS].causal and all(one.choices for one in SPOTTERS)


def test_events_are_spotted_expressions_with_their_probabilities():
    events = {name: np.array(ns) * MS for name, ns in (("onset_ns", [100, 900]), ("apex_ns", [200, 1500]))}
    events["offset_ns"] = np.array([600, 1800]) * MS
    found = BY_NAME[OURS].spot(events)
    assert [one[:3] for one in found] == [pytest.approx((0.1, 0.2, 0.6)), pytest.approx((0.9, 1.5, 1.8))]
    assert [one.kind for one in found] == [Kind.MICRO, Kind.MACRO] and found[0].probabilities == ()
    rows = np.array([[0.25, 0.75], [1.0, 0.0]], np.float32)
    labelled = BY_NAME[OURS].spot({**events, "probabilities": rows})
    assert labelled[0].probabilities == (0.25, 0.75)


def test_a_causal_baseline_does_not_see_the_end():
    times = np.arange(2500, dtype=np.int64) * 20 * MS
    values = np.where(np.abs(np.arange(2500) - 1000) <= 5, 0.2, 0.0)
    values[1795:1806] = 50.0
    own = {"stamps_ns": times, "micro": values, "macro": np.empty(0)}
    offline, causal = (
        [one.apex_s for one in BY_NAME[f"MDMD {how}"].spot(own)] for how in ("offline", "causal")
    )
    assert [round(t) for t in offline] == [36] and [round(t) for t in causal] == [20, 36]


def test_a_video_without_a_face_has_nothing_to_spot():
    empty = {"stamps_ns": np.empty(0, np.int64), "micro": np.empty(0), "macro": np.empty(0)}
    assert all(one.spot(empty) == [] for one in SPOTTERS if one.is_baseline)
