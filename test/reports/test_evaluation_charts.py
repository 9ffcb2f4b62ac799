from __future__ import annotations

import numpy as np

from mer_ros.reports.evaluation_charts import curve_charts, interval_chart, map_chart
from mer_ros.reports.latent_space import LatentMap
from mer_ros.training.entrant import EpochScore


def score(value, low, high):
    return {"scores": {"all": {"uf1": {"value": value, "low": low, "high": high}}}}


SYSTEMS = {
    "linear": {**score(0.5, 0.4, 0.6), "control": True},
    "ours": {**score(0.7, None, None), "control": False},
}


def test_scores_are_described_in_words_with_controls_and_ceiling():
    chart = interval_chart(SYSTEMS, 0.8, "95%")
    assert "linear (control) .500 [.400, .600]; ours .700 [-, -]; ceiling of the labels .800" in chart.svg
    assert "ceiling" in chart.caption
    assert "ceiling" not in interval_chart(SYSTEMS, None, "95%").caption


def course(*validation):
    best, scores = -1.0, []
    for value in validation:
        scores.append(EpochScore(2 - value, value, value > best))
        best = max(best, value)
    return tuple(scores)


def test_curves_of_folds_of_different_length():
    loss, uf1 = curve_charts(3, "net", [course(0.1, 0.5, 0.4), course(0.3), course(0.2, 0.3, 0.4, 0.1)])
    assert "median 1.800 after epoch 1, 1.900 after epoch 4" in loss.svg
    assert "median 0.200 after epoch 1, 0.100 after epoch 4; median of the chosen epochs 2 of 4" in uf1.svg
    assert "3 folds" in uf1.caption and "curve-3-validation-uf1-title" in uf1.svg


def test_a_single_fold_has_no_band_in_its_caption():
    assert "One fold" in curve_charts(0, "net", [course(0.1, 0.5)])[0].caption


def latent(agreement=0.5, n_clips=12):
    rng = np.random.default_rng(0)
    truth, tested = np.arange(12) % 3, np.arange(12) >= 8
    clusters = np.eye(3, dtype=np.int64)
    return LatentMap(
        rng.normal(size=(12, 2)), truth, tested, rng.normal(size=(3, 2)), clusters, agreement, n_clips
    )


def test_a_map_shows_every_clip_and_says_so():
    chart = map_chart("map-1", "net", ("a", "b", "c"), latent())
    assert "Scatter plot of 12 clips (4 a, 4 b, 4 c), of which 4 are held out" in chart.svg
    assert (
        "held-out clips: 0.50" in chart.svg and "All clips" in chart.caption and "trained on" in chart.caption
    )
    assert chart.svg.count("<use ") >= 12


def test_a_selection_of_clips_and_a_finished_model_are_named():
    chart = map_chart("map-1", "net", ("a", "b", "c"), latent(None, 500), trained=False)
    assert "12 of 500 clips" in chart.caption and "all others" in chart.caption
    assert "held-out clips: - " in chart.svg
