"""Costs of folds are measured on all clips of a set and on every other one."""

from benchmarks.fold_costs import FoldCost, every_other
from mer_ros.data.datasets import DATASETS, Request


def test_every_other_clip_of_a_synthetic_set_is_a_set():
    request = Request(None, 21, 4, 0, frozenset({"flow"}), False, None)
    clips = DATASETS.get("synthetic").open(request)
    half = every_other(clips)
    assert len(half) == 11 and len(half.units) in (0, 11)
    assert half.samples.tolist() == clips.samples[::2].tolist()


def test_a_cost_grows_with_its_exponent():
    assert FoldCost("svm", 400, 3.0, 2.0).at(800) == 12.0
