"""Clips on which networks are trained first: in the classes and the names of people of the evaluated ones."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.entrants.controls import Linear
from mer_ros.evaluation.fold_store import FoldStore
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.progress import SILENT
from mer_ros.recognition.sample import InputSpec
from mer_ros.training import pretraining
from mer_ros.training.augmentation import NONE
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.families.networks import FAMILY, NetworkEntrant
from mer_ros.training.pretraining import clips_to_pretrain_on

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


def tiny():
    options = OptimiserConfig(epochs=2, batch=16, learning_rate=5e-3)
    model = {"backbone": NARROW}
    return FAMILY.entrant(TrainConfig("micro_attention", model, InputSpec("flow", 24), options,
                                      augmentation=NONE), "cpu")  # fmt: skip


@pytest.fixture(scope="module")
def micro(make_clips):
    return make_clips(subject_ids=6, each=6, datasets=("mmew",))


@pytest.fixture(scope="module")
def macro(make_clips):
    """People s00 to s05 are those of the micro-expressions, spelled otherwise; s06 to s09 are others."""
    clips = make_clips(subject_ids=10, each=9, datasets=("mmew-macro",), seed=1, gap=3)
    return dataclasses.replace(
        clips, subjects=np.char.upper(clips.subjects), cohorts=np.full(len(clips), "mmew")
    )


def test_people_of_one_cohort_have_the_names_of_the_evaluated_clips(micro, macro):
    found = clips_to_pretrain_on(macro, micro)
    assert set(micro.subject_ids) < set(found.subject_ids) and len(set(found.subject_ids)) == 10
    assert set(found.datasets) == {"mmew-macro"} and len(found) == 90
    assert "90 clips of 10 subjects" in found.notes[0]
    apart = clips_to_pretrain_on(dataclasses.replace(macro, cohorts=None), micro)
    assert not set(micro.subject_ids) & set(apart.subject_ids)


def test_emotions_are_read_as_classes_of_megc_and_others_are_left_out(micro, macro):
    seven = dataclasses.replace(macro, labels=("happiness", "fear", "others"))
    found = clips_to_pretrain_on(seven, micro)
    assert found.labels == MEGC_LABELS and len(found) == 60
    kept = macro.truth < 2
    assert found.truth.tolist() == np.array([1, 0])[macro.truth[kept]].tolist()
    assert np.array_equal(found.flow, macro.flow[kept])
    assert "30 clips of other classes left out" in found.notes[0]


def test_sets_that_cannot_serve_are_refused(micro, macro):
    with pytest.raises(DataError, match="'mmew' is evaluated and named by --pretrain"):
        clips_to_pretrain_on(micro, micro)
    with pytest.raises(DataError, match="have 1 class of negative, positive, surprise and 10 subjects"):
        clips_to_pretrain_on(dataclasses.replace(macro, labels=("joy", "surprise", "rage")), micro)
    strangers = np.char.replace(macro.subjects, "S0", "spNO.")
    with pytest.raises(DataError, match="'mmew' and 'mmew-macro' show the same people, but no subject"):
        clips_to_pretrain_on(dataclasses.replace(macro, subjects=strangers), micro)


@pytest.mark.parametrize("start", ["s", "sub", "0", ""])
def test_fault_72_people_of_a_cohort_with_other_spellings_have_the_evaluated_names(start, micro, macro):
    spelled = dataclasses.replace(macro, subjects=np.char.replace(macro.subjects, "S0", start))
    found = clips_to_pretrain_on(spelled, micro)
    assert set(micro.subject_ids) < set(found.subject_ids) and len(set(found.subject_ids)) == 10
    with pytest.raises(ConfigError, match="'linear' cannot be pretrained: choose networks"):
        Linear().pretrain_on(macro)


def test_nobody_who_is_tested_is_in_the_first_stage(micro, macro, tmp_path, monkeypatch):
    seen, clips = [], clips_to_pretrain_on(macro, micro)

    def recorded(self, training_set, seed):
        stages = original(self, training_set, seed)
        seen.append((set(training_set.tested_subjects), sum(len(side) for side in stages[0])))
        own = self._pretraining.without_tested(training_set).subject_ids
        assert not set(own) & set(training_set.tested_subjects)
        return stages

    original = NetworkEntrant._stages
    monkeypatch.setattr(NetworkEntrant, "_stages", recorded)
    system = tiny()
    system.pretrain_on(clips)
    found = evaluate(micro, protocol_of("3-fold"), [system], 0, tmp_path)
    assert [count for _, count in seen] == [90 - 2 * 9] * 3
    assert all(len(tested) == 2 for tested, _ in seen)
    (answers,) = found.predictions
    assert {"pretraining_epoch", "pretraining_uf1", "epoch"} < set(answers.chosen[0])
    assert answers.chosen[0]["pretraining_clips"] == 72 and "Trained first on" in answers.choices
    assert answers.settings["pretraining"]["digest"] == clips.digest()


def test_a_stored_fold_belongs_to_its_pretraining(micro, macro, tmp_path):
    plain, trained, other = tiny(), tiny(), tiny()
    trained.pretrain_on(clips_to_pretrain_on(macro, micro))
    shifted = dataclasses.replace(macro, flow=macro.flow + np.float32(0.5))
    other.pretrain_on(clips_to_pretrain_on(shifted, micro))
    loso = protocol_of("loso")
    assert len({FoldStore.of(tmp_path, one, micro, loso, 0).key for one in (plain, trained, other)}) == 3


def test_an_equal_first_stage_is_trained_once_and_gives_the_same_answers(micro, macro, split_for):
    system = tiny()
    system.pretrain_on(clips_to_pretrain_on(dataclasses.replace(macro, cohorts=None), micro))
    training_set, features = split_for(system, micro, micro.subjects == "s03")
    pretraining._weights.clear()
    first = system.fit_predict(training_set, features, 3, SILENT)
    assert len(pretraining._weights) == 1
    again = system.fit_predict(training_set, features, 3, SILENT)
    assert len(pretraining._weights) == 1
    assert np.array_equal(first.probabilities, again.probabilities) and first.chosen == again.chosen
    plain = tiny().fit_predict(training_set, features, 3, SILENT)
    assert not np.array_equal(plain.probabilities, first.probabilities)


def test_each_network_of_an_ensemble_has_a_first_stage_of_its_own(micro, macro, split_for):
    system = tiny()
    system.config = dataclasses.replace(system.config, ensemble=2)
    system.pretrain_on(clips_to_pretrain_on(macro, micro))
    training_set, features = split_for(system, micro, micro.subjects == "s03")
    pretraining._weights.clear()
    system.fit_predict(training_set, features, 3, SILENT)
    (first, _), (second, _) = pretraining._weights.values()
    assert any(not np.array_equal(first[name], second[name]) for name in first)


def test_pretraining_on_clear_clips_helps_unclear_ones(make_clips, split_for):
    weak = make_clips(subject_ids=4, each=6, datasets=("a",), gap=0.8, seed=3)
    clear = make_clips(subject_ids=8, each=24, datasets=("b",), gap=3, seed=4)
    scores = []
    for clips in (None, clear):
        system = tiny()
        if clips is not None:
            system.pretrain_on(clips_to_pretrain_on(clips, weak))
        training_set, features = split_for(system, weak, weak.subjects == "s03")
        found = system.fit_predict(training_set, features, 0, SILENT)
        scores.append((found.probabilities.argmax(1) == weak.truth[weak.subjects == "s03"]).mean())
    assert scores[1] >= scores[0]
    assert scores[1] >= 0.8
