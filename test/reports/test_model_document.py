from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from mer_ros.recognition.checkpoint import Calibration
from mer_ros.reports.model_document import FORMAT, document


def test_numbers_that_are_not_finite_are_null(explained_models):
    study = explained_models("linear_prototype")
    found = document(replace(study, regions=np.full_like(study.regions, np.nan), maps=None))
    assert found["format"] == FORMAT and found["maps"] is None
    assert set(found["regions"]["happiness"].values()) == {None}
    json.dumps(found, allow_nan=False)


def test_what_a_model_does_not_have_is_null(explained_models):
    study = explained_models("linear_prototype")
    answers = replace(study.answers, latents=None)
    card = replace(study.card, calibration=Calibration(2.0))
    found = document(replace(study, answers=answers, card=card))
    assert found["samples"]["latent"] is None
    none = {"rejection_confidence": None, "rejection_distance": None, "mirror": False}
    assert found["calibration"] == {"temperature": 2.0, **none}
    alone = replace(study.answers, subject_ids=np.full(len(study.answers.truth), "1"))
    assert document(replace(study, answers=alone))["samples"]["latent"] is None


def test_attention_has_its_weight_on_the_face(explained_models):
    study = explained_models("linear_prototype")
    maps = replace(study.maps, attention={"a": np.ones((7, 7), np.float32)})
    found = document(replace(study, maps=maps))["maps"]
    assert found["attention_inside_face"]["a"] == pytest.approx(1, abs=0.01)
