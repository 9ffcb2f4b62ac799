"""Finished systems on corrupted clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mer_ros.data.rendered_recordings import RenderedRecordings
from mer_ros.errors import ConfigError
from mer_ros.evaluation.robustness import Curve, robustness
from mer_ros.progress import Progress
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet
from mer_ros.types import EMOTIONS

RECORDINGS = RenderedRecordings(((900, 2), (901, 2)))


class Oracle(Entrant):
    """Knows the labels in the order of the clips. seen: number of clips of which it computed features."""

    name, uses_folds = "oracle", False

    def __init__(self) -> None:
        self.truth = RECORDINGS.labels()
        self.seen = self.asked = 0

    def features(self, inputs: Sequence[NDArray[Any]]) -> NDArray[Any]:
        self.seen += len(inputs)
        return np.array([[np.abs(flow).mean()] for flow in inputs], np.float32)

    def fit_predict(
        self, training_set: TrainingSet, test: NDArray[Any], seed: int, progress: Progress
    ) -> FoldPrediction:
        self.asked += 1
        return FoldPrediction(np.eye(len(EMOTIONS))[[self.truth[self.asked - 1]] * len(test)])


def curves_of(oracle: Oracle, corruptions: tuple[str, ...]) -> list[Curve]:
    return robustness([oracle], RECORDINGS, oracle.truth, EMOTIONS, corruptions=corruptions, cores=1)


@pytest.fixture(scope="module")
def result() -> tuple[Oracle, list[Curve]]:
    oracle = Oracle()
    return oracle, curves_of(oracle, ("frame_rate", "contrast"))


def test_every_clip_is_measured_once_for_each_severity_and_once_as_it_is(
    result: tuple[Oracle, list[Curve]],
) -> None:
    oracle, curves = result
    lost = sum(round(4 * share) for curve in curves for share in curve.lost)
    assert oracle.seen == 4 * (1 + 2 * 5) - lost
    assert [(c.system, c.corruption) for c in curves] == [("oracle", "frame_rate"), ("oracle", "contrast")]


def test_right_labels_give_the_clean_score_and_a_lost_face_is_wrong(
    result: tuple[Oracle, list[Curve]],
) -> None:
    _, (slow, flat) = result
    n_classes = len(set(Oracle().truth))
    assert slow.clean == pytest.approx(n_classes / len(EMOTIONS))
    assert slow.uf1 == (slow.clean,) * 5 and slow.lost == (0.0,) * 5 and slow.kept == pytest.approx(1)
    for uf1, lost in zip(flat.uf1, flat.lost, strict=True):
        assert (uf1 < flat.clean) == (lost > 0)
    assert flat.mean == pytest.approx(np.mean(flat.uf1))


def test_systems_that_read_other_inputs_get_theirs_beside_those_of_flow() -> None:
    flow, clip = Oracle(), Oracle()
    clip.name, clip.reads = "clips", "clip"
    shapes = []
    clip.features = lambda inputs: shapes.extend(x.ndim for x in inputs) or np.zeros((len(inputs), 1))  # type: ignore[method-assign]
    curves = robustness([flow, clip], RECORDINGS, flow.truth, EMOTIONS, corruptions=("frame_rate",), cores=1)
    assert [curve.system for curve in curves] == ["oracle", "clips"]
    assert set(shapes) == {3} and len(shapes) == flow.seen == 4 * 6
    assert curves[0].uf1 == curves[1].uf1


def test_only_finished_systems_and_known_corruptions_are_accepted() -> None:
    oracle = Oracle()
    oracle.uses_folds = True
    with pytest.raises(ConfigError, match="oracle is not a finished system"):
        curves_of(oracle, ("jpeg",))
    with pytest.raises(ConfigError, match="corruption"):
        curves_of(Oracle(), ("rain",))
