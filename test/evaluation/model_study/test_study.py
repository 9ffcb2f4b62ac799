from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.errors import DataError
from mer_ros.evaluation.model_study import synthetic_subjects
from mer_ros.evaluation.model_study.study import relabelled
from mer_ros.types import EMOTIONS


def test_a_study_holds_what_its_model_has(explained_models):
    study = explained_models("linear_prototype")
    assert study.name == "linear_prototype" and study.has_prototypes and study.folder is None
    assert len(study.prototypes.labels) == 7 and study.answers.labels == study.card.labels
    assert len(study.examples) == len(study.maps.labels) and study.regions.shape == (7, 10)
    assert study.answers.scores["uf1"] > 0.3
    assert explained_models("micro_attention").prototypes is None


def test_synthetic_subjects_take_the_labels_of_the_model():
    clips = synthetic_subjects("flow", 14, 0).clips
    other = relabelled(clips, EMOTIONS[::-1])
    assert [other.labels[k] for k in other.truth] == [EMOTIONS[k] for k in clips.truth]
    three = relabelled(clips, MEGC_LABELS)
    smiles = clips.truth == EMOTIONS.index("happiness")
    assert np.array_equal(three.truth == MEGC_LABELS.index("positive"), smiles)
    with pytest.raises(DataError, match="labels are a, b, but synthetic subjects show"):
        relabelled(clips, ("a", "b"))
