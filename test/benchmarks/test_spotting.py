"""The counts of the spotting benchmark, on streams set by hand."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import unfitted
from benchmarks.recorded import Recorded
from benchmarks.scoring import counted, noticed, pairs
from benchmarks.spotting import SETTINGS, Setting, _of_setting, quiet_streams
from benchmarks.streams import TEST_SEEDS, TUNING_SEEDS, Spot, Stream, StreamResult
from benchmarks.table import Figure
from mer_ros.spotting.baselines import TUNED_P as P

SYNTHETIC = Setting("synthetic", 200.0, 1.0, 0.5, range(1))
TRUE = (Spot(1.0, 1.1, 1.3, True), Spot(3.0, 3.05, 3.12, True), Spot(5.0, 5.4, 6.0, False))


KEPT = "kept from abc, yesterday"
BASELINES = {f"synthetic: {m}": Figure(f"synthetic: {m}", 0.25, "F1", note=f"they; {KEPT}") for m in P}


def seen(*found):
    return StreamResult(Stream(0, 30.0), TRUE, found, 0.5, {}, np.empty(0, np.int64), Recorded())


def spot(onset, offset, micro=True, published=9.0):
    return Spot(onset, (onset + offset) / 2, offset, micro, published)


def test_only_micro_expressions_count_and_a_macro_taken_for_one_is_false():
    found = pairs(seen(spot(1.0, 1.3), spot(5.0, 5.45)), seen(spot(1.0, 1.3), spot(5.0, 5.45)).found)
    assert (len(found.pairs), len(found.missed), len(found.false)) == (1, 1, 1)
    assert pairs(seen(), [spot(5.0, 6.0, micro=False)]).false == ()


def test_a_hit_of_an_excluded_true_event_is_no_error():
    one = seen(spot(3.0, 3.12), spot(8.0, 8.2))
    spotted, true = counted(one, one.found, 0.2)
    assert [s.onset_s for s in spotted] == [8.0] and [t.onset_s for t in true] == [1.0]


def test_times_are_those_of_the_hits_alone():
    rows = _of_setting(SYNTHETIC, [seen(spot(1.0, 1.3, published=1.35), spot(8.0, 8.3))], BASELINES)
    by_name = {row.name.partition(": ")[2]: row for row in rows}
    assert by_name["apex error"].value == pytest.approx(50)
    assert by_name["published after the offset, 90 %"].value == pytest.approx(50)
    assert by_name["micro F1"].value == pytest.approx(0.5)
    assert [by_name[method].value for method in P] == [0.25] * len(P) and by_name["mdmd"].met
    assert by_name["mdmd"].note.endswith(f"mdmd uses whole recordings; {KEPT}")


def test_baselines_run_if_no_rows_are_kept():
    stamps_ns = np.arange(600) * 10_000_000
    peak = np.exp(-(((stamps_ns * 1e-9 - 1.15) / 0.1) ** 2))  # at the first true event
    found = [replace(seen(), baselines=dict.fromkeys(P, peak), stamps_ns=stamps_ns)]
    rows = {row.name: row for row in _of_setting(SYNTHETIC, found, None)}
    assert rows["synthetic: mdmd"].value == pytest.approx(2 / 3) and rows["synthetic: mdmd"].met is False
    assert "kept" not in rows["synthetic: mdmd"].note


def test_a_setting_without_a_hit_has_figures_too():
    rows = _of_setting(SYNTHETIC, [seen()], BASELINES)
    assert rows[0].value == 0 and rows[0].met is False and np.isnan(rows[1].value)


def test_a_setting_without_a_goal_reports_and_demands_nothing():
    found = [seen(spot(1.0, 1.3), spot(8.0, 8.3))]
    with_goal, without = (
        _of_setting(one, found, BASELINES) for one in (SYNTHETIC, SYNTHETIC._replace(goal=None))
    )
    assert [row.value for row in without] == pytest.approx([row.value for row in with_goal], nan_ok=True)
    assert {row.met for row in without} == {None} and {row.goal for row in without} == {None}


def test_no_two_streams_share_a_seed():
    streams = [stream for setting in SETTINGS for stream in setting.streams()]
    streams += quiet_streams() + unfitted.streams()
    seeds = [stream.seed for stream in streams]
    assert len(set(seeds)) == len(seeds) and set(seeds) <= set(TEST_SEEDS)


def test_no_subject_of_the_tuning_streams_is_in_a_test_stream():
    assert not {seed % 100 for seed in TUNING_SEEDS} & {seed % 100 for seed in TEST_SEEDS}


def test_an_expression_is_noticed_by_any_event_beside_its_movement():
    assert noticed(seen(spot(1.2, 2.0, micro=False), spot(3.5, 4.0))) == (1, 3)
