from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.label_mapping import MEGC_LABELS, megc_priors
from mer_ros.errors import DataError
from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.progress import SILENT
from mer_ros.recognition import Recogniser, checkpoint, create
from mer_ros.recognition.checkpoint import Calibration, ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.entrant import TrainingSet
from mer_ros.types import EMOTIONS, Sample

SETTINGS = {"size": 24, "decoder_width": 16, "backbone": {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}}
NOBODY = TrainingSet(np.empty((0, 1)), np.empty(0, np.int64), np.empty(0, str), 3)


@pytest.fixture(scope="module")
def make_file(tmp_path_factory):
    def make(labels=EMOTIONS, kind="flow"):
        path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
        system = create("prototype", {**SETTINGS, "n_labels": len(labels)})
        calibration = Calibration(temperature=3.0, rejection_distance=1e-6)  # rejects everything
        checkpoint.save(path, system, ModelCard("prototype", labels, InputSpec(kind, 24), calibration))
        return path

    return make


def test_seven_emotions_are_summed_into_three_classes_as_the_node_would_answer(make_file, make_clips):
    clips, path = make_clips(), make_file()
    system, node = CheckpointEntrant(Recogniser.load(path), MEGC_LABELS), Recogniser.load(path)
    found = system.fit_predict(NOBODY, system.features(clips.flow[:5]), 0, SILENT).probabilities
    for flow, row in zip(clips.flow, found):
        answer = node.predict_sample(Sample("flow", normalise_flow(flow, 24)))
        mixed = answer.probabilities * megc_priors() / (answer.probabilities @ megc_priors())
        seven = dict(zip(EMOTIONS, mixed, strict=True))
        negative = sum(seven[name] for name in ("sadness", "fear", "anger", "disgust", "contempt"))
        np.testing.assert_allclose(row, [negative, seven["happiness"], seven["surprise"]], atol=1e-5)
    assert system.name == node.model_id == system.settings["model"] and not system.is_control
    assert not system.uses_folds


@pytest.mark.parametrize(("labels", "shown"), [(MEGC_LABELS, 3), (EMOTIONS, 0)])
def test_an_inspected_fold_has_latents_and_prototypes_of_the_same_classes(
    labels, shown, make_file, make_clips
):
    clips, model = make_clips(), Recogniser.load(make_file(labels))
    system = CheckpointEntrant(model, MEGC_LABELS)
    features = system.features(clips.flow[:6])
    given = TrainingSet(features[:4], clips.truth[:4], clips.subject_ids[:4], 3, inspect=True)
    found = system.fit_predict(given, features[4:], 0, SILENT)
    sample = model.tensor(model.card.input.read(clips.flow[5]))
    np.testing.assert_allclose(found.inspection.test[1], model.answer(sample).latent[0].detach(), atol=1e-5)
    assert len(found.inspection.train) == 4
    assert sum(len(one.data) for one in found.inspection.prototypes) == shown
    assert system.fit_predict(NOBODY, features[4:], 0, SILENT).inspection is None


def test_a_model_that_reads_images_is_refused(make_file, make_clips, tmp_path):
    system = CheckpointEntrant(Recogniser.load(make_file(kind="apex")), MEGC_LABELS)
    with pytest.raises(DataError, match="has no input of kind 'apex'"):
        evaluate(make_clips(), protocol_of("3-fold"), [system], 0, tmp_path / "out")
    assert not (tmp_path / "out").exists()
