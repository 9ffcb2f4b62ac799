"""A small run of ME-PLAN: class means of training subjects, and a file that gives the same answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.errors import DataError
from mer_ros.metrics import accuracy, uf1
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.mirror_averaging import answer
from mer_ros.recognition.sample import InputSpec
from mer_ros.training import run as run_module
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.episodic_trainer import EpisodicTrainer
from mer_ros.training.families import networks
from mer_ros.training.labelled_set import from_inputs
from mer_ros.training.resume_file import ResumeFile
from mer_ros.types import EMOTIONS

SPEC = InputSpec("sequence", 20)
SMALL = {"backbone": {"widths": [8, 8, 16, 16]}, "episode": {"shots": 3, "queries": 4}}


def tiny(**optimiser) -> TrainConfig:
    options = OptimiserConfig(**{"epochs": 4, "batch": 21, "learning_rate": 5e-3, **optimiser})
    return TrainConfig("me_plan", SMALL, SPEC, options, samples=210, validation_samples=80)


@pytest.fixture(scope="module")
def sets(make_samples):
    return make_samples(210, 80, 0, SPEC)


@pytest.fixture(scope="module")
def trained(sets, tmp_path_factory, recorder):
    out, observer = tmp_path_factory.mktemp("models") / "me_plan.safetensors", recorder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "samples_for", lambda *_: sets)
        return run_module.train(tiny(), out, "cpu", observer), observer


def test_the_sets_share_no_subject(sets):
    subject_ids = [set(part.subjects.tolist()) for part in (sets.train, sets.validation, sets.test)]
    assert (
        not subject_ids[0] & subject_ids[1]
        and not subject_ids[1] & subject_ids[2]
        and not subject_ids[0] & subject_ids[2]
    )
    assert sets.train.data.shape == (210, 8, 3, 20, 20) and sets.train.data.isfinite().all()


def test_the_loss_falls_and_it_learns_more_than_chance(trained):
    result, observer = trained
    epochs = observer.epochs
    assert epochs[-1].loss < 0.9 * epochs[0].loss
    assert accuracy(result.validation) > 1.5 / len(EMOTIONS)
    assert observer.done("training") == list(range(1, 41)) and observer.totals["training"] == 40


def test_the_file_comes_back_with_its_support_and_the_same_scores(trained, sets):
    result, _ = trained
    loaded = checkpoint.load(result.path)
    assert loaded.model_id == result.model_id and loaded.card.labels == EMOTIONS
    assert loaded.card.input == SPEC and loaded.card.calibration.rejection_distance > 0
    summary = loaded.card.training
    assert summary["scores"]["test"]["uf1"] == pytest.approx(float(uf1(result.test)), abs=1e-4)
    assert summary["label_ceiling"] == label_ceiling().figures() and summary["augmentation"] is None
    with torch.inference_mode():
        assert loaded.card.calibration.mirror
        answers = answer(loaded.system, sets.test.data, mirror=True).logits.argmax(1).numpy()
        latents = loaded.system.encode(sets.train.data)
    assert (answers == sets.test.labels.numpy()).mean() == pytest.approx(accuracy(result.test), abs=0.03)
    for label in range(len(EMOTIONS)):  # the prototypes are the means of the training subjects only
        mean = latents[sets.train.labels == label].mean(0)
        torch.testing.assert_close(loaded.system.prototypes[label], mean, atol=0.02, rtol=0.02)


def test_the_same_seed_gives_the_same_weights(sets):
    states = []
    for _ in range(2):
        torch.manual_seed(0)
        trainer = EpisodicTrainer(create("me_plan", SMALL), tiny(epochs=1).optimiser)
        trainer.fit(sets.train, sets.validation)
        states.append(trainer.system.state_dict())
    assert all(torch.equal(value, states[1][key]) for key, value in states[0].items())


def test_patience_ends_a_run_and_the_best_epoch_stays(sets, monkeypatch):
    trainer = EpisodicTrainer(create("me_plan", SMALL), tiny(epochs=9, patience=2).optimiser)
    wrong = torch.eye(7)[torch.zeros(len(sets.validation), dtype=torch.long)]
    seen = []
    monkeypatch.setattr(
        trainer, "logits", lambda data: (seen.append(trainer.system.prototypes.clone()), wrong)[1]
    )
    assert [epoch.best for epoch in trainer.fit(sets.train, sets.validation)] == [True, False, False]
    assert torch.equal(trainer.system.prototypes, seen[0]) and not torch.equal(seen[0], seen[1])


def test_fault_72_no_subject_is_in_support_and_validation(sets):
    trainer = EpisodicTrainer(create("me_plan", SMALL), tiny().optimiser)
    with pytest.raises(DataError, match="in the training and the validation set"):
        trainer.fit(sets.train, sets.train)


def test_raw_sequences_become_what_events_become():
    rng = np.random.default_rng(0)
    shown = rng.normal(size=(3, 12, 2, 24, 24)).astype(np.float32)
    computed = from_inputs(shown, np.array([0, 1, 1]), np.array([5, 5, 6]), SPEC)
    assert computed.kind == "sequence" and computed.data.shape == (3, 8, 3, 20, 20)
    np.testing.assert_array_equal(computed.data[1], SPEC.read(shown[1]).data)


def test_fault_73_a_run_that_was_killed_ends_as_an_uninterrupted_one(sets, tmp_path, recorder):
    observers = []

    def states(kill_after: int | None) -> dict[str, torch.Tensor]:
        torch.manual_seed(0)
        trainer = EpisodicTrainer(create("me_plan", SMALL), tiny(epochs=3, patience=3).optimiser, mirror=True)
        resume_file = ResumeFile.beside(tmp_path / "x.safetensors", "micro", "same")

        def stop(observer):
            if kill_after is not None and len(observer.epochs) == kill_after + 1:
                raise KeyboardInterrupt

        observers.append(recorder(stop))
        try:
            trainer.fit(sets.train, sets.validation, observers[-1], resume_file)
        except KeyboardInterrupt:
            return states(None)
        resume_file.remove()
        return trainer.system.state_dict()

    whole, resumed = states(None), states(1)
    assert [observer.resumed_after for observer in observers] == [[], [], [1]]
    assert all(torch.equal(value, resumed[key]) for key, value in whole.items())
