"""What each rule costs, on a recording set by hand."""

import numpy as np

from benchmarks import rule_costs
from benchmarks.recorded import Recorded
from benchmarks.rule_costs import ALL, counts_of
from benchmarks.streams import Spot, Stream, StreamResult
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.rejection import BLURRED, HEAD, REASONS
from mer_ros.spotting.unit_patterns import unit_patterns

FPS, BROWS_S, BLURRED_S = 60, 2.0, 4.0


def brow_raises() -> StreamResult:
    """Two raised brows, the second out of focus; the first is an expression."""
    patterns = unit_patterns()
    raised = patterns.moved[patterns.names.index("AU1")].reshape(-1, 2)
    raised = 0.02 * raised / np.linalg.norm(raised, axis=1).max()
    rng, recorded = np.random.default_rng(0), Recorded()
    for i in range(6 * FPS):
        time_s = i / FPS
        level = sum(np.interp(time_s - start, [0, 0.15, 0.4], [0, 1, 0]) for start in (BROWS_S, BLURRED_S))
        groups = level * raised + rng.normal(0, 5e-4, (len(MOTION_GROUPS), 2))
        sharpness = 1 - 0.5 * float(np.interp(time_s - BLURRED_S, [0, 0.15, 0.4], [0, 1, 0]))
        measurement = FaceMeasurement(groups.astype(np.float32), sharpness)
        recorded.calls.append((round(time_s * 1e9), measurement))
    truth = (Spot(BROWS_S, BROWS_S + 0.15, BROWS_S + 0.4, True),)
    return StreamResult(Stream(0, FPS), truth, (), 0.1, {}, np.empty(0, np.int64), recorded)


def test_the_counts_are_those_of_a_spotter_without_the_rule() -> None:
    one = brow_raises()
    counts = counts_of(one)
    assert counts[ALL] == (1, 1, 0, 0.1) and counts[BLURRED] == (1, 1, 1, 0.1)
    for reason in REASONS:
        found = one.with_other(SpotterConfig(without_rules=(reason,))).found
        assert counts[reason].found + counts[reason].false == len(found), reason


def test_only_a_rule_that_rejected_a_movement_is_named() -> None:
    assert BLURRED in brow_raises().with_other().applied_rules
    assert HEAD not in brow_raises().with_other().applied_rules


def test_the_rows_add_the_streams_up() -> None:
    rows = {row.name: row for row in rule_costs.figures([brow_raises(), brow_raises()])}
    assert rows["rule blurred: prevents"].value == 2 and rows["rule blurred: costs"].value == 0
    assert rows["rule return: costs"].note == "with all rules 2 of 2 found, 0 false in 0 min"
