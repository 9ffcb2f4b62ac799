"""The stages of training one network, with a trainer that only records how it is called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.system import ModelOutput
from mer_ros.training import network_training
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.job import Job
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.network_training import (
    best_of,
    fit_network,
    network_calibration,
    network_summary,
    resume_file_of,
    rough_samples_for,
)
from mer_ros.training.observer import SILENT_TRAINING
from mer_ros.training.samples import SampleGroups
from mer_ros.training.training_state import Epoch
from mer_ros.types import EMOTIONS

CONFIG = TrainConfig("micro_attention", optimiser=OptimiserConfig(epochs=5), seed=3)


def side(*labels: int) -> LabelledSet:
    n = len(labels)
    return LabelledSet(torch.zeros(n, 3, 4, 4), torch.tensor(labels), np.arange(n))


def groups(labels=EMOTIONS) -> SampleGroups:
    return SampleGroups(side(0, 1, 1), side(0, 1), side(0, 1), labels, {"data": "toy"}, True, "Toy samples.")


def epoch(number: int, best: bool) -> Epoch:
    return Epoch(number, 0.0, {}, np.eye(2, dtype=np.int64), torch.zeros(2, 2), best, 0.0)


class Constant(torch.nn.Module):
    """Answers the given (N, C) logits."""

    has_prototypes = True

    def __init__(self, logits):
        super().__init__()
        self.logits = torch.nn.Parameter(logits)

    def forward(self, x):
        return ModelOutput(self.logits)


class Recording:
    """Creates trainers that record their calls; each runs three epochs, of which the second is best."""

    def __init__(self):
        self.created, self.fits = [], []

    def __call__(self, system, options, config, device):
        self.created.append((system, options, config, device))
        return self

    def fit(self, train, validation, observer, resume_file):
        self.fits.append((train, validation, resume_file.path.name, torch.initial_seed()))
        history = [epoch(0, True), epoch(1, True), epoch(2, False)]
        for one in history:
            observer.epoch_finished(one)
        return history


@pytest.fixture
def job(tmp_path):
    return Job(CONFIG, tmp_path / "m.safetensors", "cpu", SILENT_TRAINING)


def test_one_stage_without_macro_expressions(job):
    trainers, samples, seen = Recording(), groups(), []
    fit = fit_network("network", job, samples, trainers, seed=8, stage="micro", on_epoch=seen.append)
    [(system, options, config, device)] = trainers.created
    assert (system, options, config.seed, device.type) == ("network", CONFIG.optimiser, 8, "cpu")
    [(train, validation, name, _)] = trainers.fits
    assert train is samples.train and validation is samples.validation and name == ".m.micro.unfinished"
    assert [one.number for one in seen] == [0, 1, 2] and fit.best.number == 1
    assert fit.trainer is trainers and [one.path.name for one in fit.resume_files] == [name]


def test_macro_expressions_are_a_first_stage_on_the_same_network(job, monkeypatch):
    macro, calls, seen, trainers = groups(), [], [], Recording()
    monkeypatch.setattr(network_training, "macro_samples", lambda *given: calls.append(given[:4]) or macro)
    job = replace(job, config=replace(CONFIG, macro_epochs=2))
    fit = fit_network("network", job, groups(), trainers, seed=8, stage="micro", on_epoch=seen.append)
    assert calls == [(CONFIG.samples, CONFIG.validation_samples, 8, CONFIG.input)]
    assert [options.epochs for _, options, _, _ in trainers.created] == [2, 5]
    assert [system for system, *_ in trainers.created] == ["network"] * 2
    assert trainers.fits[0][0] is macro.train
    assert [name for _, _, name, _ in trainers.fits] == [".m.micro-macro.unfinished", ".m.micro.unfinished"]
    assert len(fit.resume_files) == 2
    assert trainers.fits[1][3] == 9  # the second stage does not depend on how the first one ended
    assert len(seen) == 3  # epochs of the first stage are not reported


def test_macro_expressions_of_emotions_are_refused_for_other_classes(job):
    job, trainers = replace(job, config=replace(CONFIG, macro_epochs=2)), Recording()
    with pytest.raises(ConfigError, match="found 2 classes: .* name that checkpoint as 'start'"):
        fit_network("network", job, groups(("a", "b")), trainers, 0, "micro", lambda one: None)
    assert trainers.created == []


@pytest.mark.parametrize(
    ("bests", "number"), [([True], 0), ([True, False, False], 0), ([True, False, True], 2)]
)
def test_the_best_epoch_is_the_last_that_was_best(bests, number):
    assert best_of([epoch(i, best) for i, best in enumerate(bests)]).number == number


@pytest.mark.parametrize(
    ("config", "augmented"),
    [
        (CONFIG, True),
        (TrainConfig("micro_attention_grey", input=InputSpec("apex", 32)), False),
        (TrainConfig("me_plan", input=InputSpec("sequence", 28)), False),
    ],
)
def test_the_summary_names_an_augmentation_for_flow_alone(config, augmented):
    found = network_summary(config, groups())
    assert (found["augmentation"] is not None) is augmented
    assert found["data"] == "toy" and found["samples"] == {"train": 3, "validation": 2, "test": 2}


def test_rejection_limits_by_hand():
    """Distances to the nearest prototype are 1 and 2; without prototypes there is no limit."""
    logits = torch.tensor([[-1.0, -5.0], [-5.0, -2.0]])
    config = replace(CONFIG, rejection_quantile=1.0, rejection_share=0.0)
    found = network_calibration(SimpleNamespace(has_prototypes=True), logits, groups(), config)
    assert (found.rejection_distance, found.rejection_confidence, found.mirror) == (2.0, 0.0, True)
    config = replace(config, mirror=False)
    found = network_calibration(SimpleNamespace(has_prototypes=False), logits, groups(), config)
    assert (found.rejection_distance, found.mirror) == (0.0, False)


def test_priors_are_the_shares_of_the_training_samples_where_training_draws_in_them():
    assert network_summary(CONFIG, groups(("a", "b")))["priors"] == [0.3333, 0.6667]
    assert "priors" not in network_summary(CONFIG, groups(), in_shares=False)


def test_rough_samples_set_temperature_and_confidence_but_not_the_distance():
    logits = torch.tensor([[-1.0, -5.0], [-5.0, -2.0]])
    config = replace(CONFIG, rejection_quantile=1.0, rejection_share=0.1)
    system = Constant(torch.tensor([[-1.0, -2.0], [-2.0, -1.0], [-1.0, -2.0]]))
    rough = LabelledSet(torch.zeros(3, 3, 4, 4), torch.tensor([0, 1, 1]), np.arange(3))
    before = network_calibration(system, logits, groups(), config)
    found = network_calibration(system, logits, groups(), replace(config, mirror=False), rough)
    assert found.rejection_distance == before.rejection_distance == 2.0 and not found.mirror
    # two of three answers are right, so the softmax of a difference of 1 / temperature is 2/3
    assert found.temperature == pytest.approx(1 / np.log(2), rel=1e-3)
    assert found.temperature > before.temperature
    assert found.rejection_confidence == 0.5  # its upper bound


@pytest.mark.usefixtures("few_subjects")
def test_only_a_network_of_synthetic_flow_has_rough_samples(job, make_clips):
    small = replace(CONFIG, validation_samples=40, input=InputSpec("flow", 24))
    rough = rough_samples_for(replace(job, config=small))
    assert rough is not None and len(rough) == 40 and rough.data.shape == (40, 3, 24, 24)
    assert rough_samples_for(replace(job, clips=make_clips(subject_ids=2, each=3, size=8))) is None
    sequences = TrainConfig("me_plan", input=InputSpec("sequence", 28))
    assert rough_samples_for(replace(job, config=sequences)) is None


@pytest.mark.parametrize("change", ["stage", "settings", "clips", "generator", "torch"])
def test_a_run_is_resumed_only_where_nothing_has_changed(change, job, make_clips, monkeypatch):
    before, same = (resume_file_of(job, "micro") for _ in range(2))
    assert before == same and before.path == job.out.with_name(".m.micro.unfinished")
    stage = "micro"
    if change == "stage":
        stage = "micro-1"
    elif change == "settings":
        job = replace(job, config=replace(CONFIG, rejection_quantile=0.5))
    elif change == "clips":
        job = replace(job, clips=make_clips(subject_ids=2, each=3, size=8))
    elif change == "generator":
        monkeypatch.setattr("mer_ros.data.synthetic.GENERATOR_VERSION", "another")
    else:
        monkeypatch.setattr(torch, "__version__", "0.0")
    assert resume_file_of(job, stage).key != before.key


def test_the_place_of_the_output_does_not_decide_a_run(job):
    moved = replace(job, out=Path("elsewhere") / "n.safetensors")
    assert resume_file_of(moved, "micro").key == resume_file_of(job, "micro").key
