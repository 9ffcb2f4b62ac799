from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros import files
from mer_ros.evaluation.model_study.answers import probabilities_of
from mer_ros.evaluation.model_study.reliance import region_reliance, unit_reliance
from mer_ros.evaluation.model_study.subjects import NONE_REMOVED, WithoutUnit, synthetic_subjects
from mer_ros.face.regions import REGIONS
from mer_ros.recognition import Recogniser


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser.load(files.models_dir() / "linear_prototype.safetensors")


def test_a_unit_that_changes_the_answer_has_the_largest_fall(recogniser):
    flow = synthetic_subjects("flow", 14, 0).clips.flow
    still = np.zeros_like(flow[0])
    removed = WithoutUnit(
        np.array([0, 1, 2] * 2), ("AU1",) * 3 + ("AU2",) * 3, [*flow[:3], still, still, still]
    )
    probabilities = probabilities_of(recogniser, flow[:3])
    found = unit_reliance(recogniser, removed, probabilities)
    assert [one.unit for one in found] == ["AU2", "AU1"] and all(one.clips == 3 for one in found)
    assert found[1].fall == pytest.approx(0, abs=1e-6) and found[1].changed == 0
    assert found[0].fall > 0.05


def test_units_in_too_few_clips_and_none_say_nothing(recogniser):
    assert unit_reliance(recogniser, NONE_REMOVED, np.ones((1, 7)) / 7) == ()
    flow = np.ones((2, 56, 56), np.float32)
    removed = WithoutUnit(np.array([0]), ("AU1",), [flow])
    assert unit_reliance(recogniser, removed, np.ones((1, 7)) / 7) == ()


def test_a_smile_rests_on_the_lower_face(recogniser):
    subjects = synthetic_subjects("flow", 28, 0)
    smiles = np.flatnonzero(subjects.clips.truth == 0)
    spec = recogniser.card.input
    x = torch.cat([recogniser.tensor(spec.read(subjects.clips.flow[i])) for i in smiles])
    shares = region_reliance(recogniser, x, np.zeros(len(smiles), np.int64))
    assert shares.shape == (7, len(REGIONS)) and np.isnan(shares[1:]).all()
    assert shares[0].sum() == pytest.approx(1)
    lower = [REGIONS.index(name) for name in ("right cheek", "left cheek", "mouth", "chin")]
    assert shares[0][lower].sum() > 0.5
