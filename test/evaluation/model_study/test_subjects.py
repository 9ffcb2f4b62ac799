from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import EVALUATION_SUBJECTS
from mer_ros.data.synthetic.flow_samples import draw_strengths
from mer_ros.data.synthetic.generator import GENERATOR_VERSION
from mer_ros.errors import ConfigError
from mer_ros.evaluation.model_study.subjects import TASK, synthetic_subjects, without_unit


@pytest.fixture(scope="module")
def subjects():
    return synthetic_subjects("flow", 28, 0)


def test_flow_is_of_unseen_subjects_with_its_true_regions(subjects):
    assert len(subjects.clips) == 28 and subjects.regions.shape == (28, 56, 56)
    assert {int(name) for name in subjects.clips.subjects} <= set(EVALUATION_SUBJECTS[:4])
    assert 0.02 < subjects.regions.mean() < 0.6 and 0.4 < subjects.amplitude_px < 4
    again = synthetic_subjects("flow", 28, 0)
    assert again.clips.digest() == subjects.clips.digest()


def test_a_sample_without_a_unit_moves_elsewhere_and_keeps_its_subject(subjects):
    removed = subjects.removed
    assert 0 < len(removed.clips) == len(removed.units) == len(removed.inputs)
    for place, flow in zip(removed.clips, removed.inputs, strict=True):
        whole = subjects.clips.flow[place]
        assert flow.shape == whole.shape and not np.allclose(flow, whole)


def test_a_unit_is_left_out_only_beside_others():
    for seed in range(30):
        recipe, whole = draw_strengths("disgust", np.random.default_rng(seed), version=GENERATOR_VERSION)
        _, fewer = without_unit(0)("disgust", np.random.default_rng(seed), GENERATOR_VERSION)
        gone = {name[:-1] for name in whole} - {name[:-1] for name in fewer}
        assert gone == ({recipe.units[0]} if len(recipe.units) > 1 else set())
        assert all(whole[name] == value for name, value in fewer.items())


def test_sequences_have_regions_and_samples_without_a_unit_too(recorder):
    progress = recorder()
    subjects = synthetic_subjects("sequence", 14, 0, progress)
    assert subjects.clips.sequences[0].shape[1:] == (2, 56, 56)
    assert subjects.regions.shape == (14, 56, 56)
    assert all(one.ndim == 4 for one in subjects.removed.inputs)
    assert progress.finished_tasks == [TASK] and progress.done(TASK)[-1] == 5


def test_too_few_samples_are_refused():
    with pytest.raises(ConfigError, match="--samples is 3: give 14 or more"):
        synthetic_subjects("flow", 3, 0)
