"""Linear readers: trained on clips and on synthetic flow, and calibrated on the unseen head."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.progress import SILENT
from mer_ros.recognition import Recogniser
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import LinearTraining, OptimiserConfig, TrainConfig
from mer_ros.training.families.choice import family_of
from mer_ros.training.families.linear_readers import LinearReaderEntrant
from mer_ros.training.run import train

SYSTEMS = ("linear", "linear_prototype", "random_features")
SMALL = {"input": InputSpec("flow", 28), "samples": 300, "validation_samples": 100}


@pytest.fixture(scope="module", params=SYSTEMS)
def trained(request, tmp_path_factory, few_subjects_of_module):
    path = tmp_path_factory.mktemp("trained") / f"{request.param}.safetensors"
    return train(TrainConfig(request.param, **SMALL), path, "cpu"), Recogniser.load(path)


@pytest.fixture(scope="module")
def few_subjects_of_module():
    from mer_ros.data import synthetic

    with pytest.MonkeyPatch.context() as patch:
        for name in ("TRAIN_SUBJECTS", "VALIDATION_SUBJECTS"):
            patch.setattr(synthetic, name, getattr(synthetic, name)[:12])
        yield


def test_training_on_synthetic_flow_beats_chance_and_is_calibrated_on_the_unseen_head(trained):
    result, model = trained
    training = model.card.training
    assert training["scores"]["validation"]["accuracy"] > 0.25  # seven classes
    unseen = training["unseen"]
    assert set(unseen["by_head"]) == {"photograph to parametric", "parametric to photograph"}
    assert 0.1 < unseen["uf1"] < 1 and unseen["ece"] < 0.2
    assert sum(training["priors"]) == pytest.approx(1, abs=1e-3) and model.card.priors is not None
    assert model.card.calibration.temperature == pytest.approx(result.chosen["temperature"])
    assert result.path.stat().st_size < 1_000_000


def test_prototypes_come_with_distances_a_limit_and_decoded_flow(trained):
    _, model = trained
    prediction = model.predict_sample(model.card.input.read(np.ones((2, 56, 56), np.float32)))
    if not model.system.has_prototypes:
        assert np.isnan(prediction.prototype_distance)
        return
    assert prediction.prototype_distance >= 0 and prediction.rejection_distance > 0
    assert model.system.decode(3).shape == (3, 28, 28)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_fold_of_clips_is_learned_and_repeats(name, make_clips, split_for):
    clips = make_clips(subject_ids=8, each=12, gap=2.0)
    entrant = LinearReaderEntrant(TrainConfig(name, input=InputSpec("flow", 28)))
    held_out = clips.subjects == "s03"
    training_set, features = split_for(entrant, clips, held_out)
    first = entrant.fit_predict(training_set, features, 0, SILENT)
    again = entrant.fit_predict(training_set, features, 0, SILENT)
    np.testing.assert_allclose(first.probabilities.sum(1), 1)
    np.testing.assert_array_equal(first.probabilities, again.probabilities)
    assert (first.probabilities.argmax(1) == clips.truth[held_out]).mean() > 0.6


def test_an_inspected_fold_shows_the_latent_space_of_a_reader_that_has_one(make_clips, split_for):
    clips = make_clips()
    for name, shown in (("linear", False), ("linear_prototype", True)):
        entrant = LinearReaderEntrant(TrainConfig(name, input=InputSpec("flow", 28)))
        training_set, features = split_for(entrant, clips, clips.subjects == "s03")
        found = entrant.fit_predict(replace(training_set, inspect=True), features, 0, SILENT)
        assert (found.inspection is not None) == shown
    assert found.inspection.train.shape == (len(training_set.truth), 2)
    (prototypes,) = found.inspection.prototypes
    assert (
        prototypes.epoch == 0 and prototypes.labels == (0, 1, 2) and prototypes.data.shape == (3, 3, 28, 28)
    )


def test_settings_of_networks_are_refused():
    config = replace(TrainConfig("linear"), optimiser=OptimiserConfig(epochs=3))
    with pytest.raises(ConfigError, match=r"A linear reader does not read 'optimiser.epochs'"):
        family_of(config)
    assert family_of(replace(TrainConfig("linear"), linear=LinearTraining(penalty=2.0)))


def test_readers_of_pixels_are_symmetric_and_random_features_need_the_mirror_image(trained):
    from mer_ros.recognition.mirror_averaging import mirrored

    _, model = trained
    x = torch.randn(2, 3, 28, 28, generator=torch.Generator().manual_seed(1))
    logits, other = model.system(x).logits, model.system(mirrored(x)).logits
    symmetric = torch.allclose(logits, other, atol=1e-3, rtol=1e-3)
    assert symmetric == (model.card.system != "random_features") and model.card.calibration.mirror
