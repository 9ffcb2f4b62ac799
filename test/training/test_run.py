"""A small run: the loss falls, the saved file gives the same answers, the command prints the results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.metrics import accuracy, uf1
from mer_ros.recognition import Recogniser, checkpoint
from mer_ros.recognition.sample import InputSpec
from mer_ros.training import network_training
from mer_ros.training import run as run_module
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.families import networks
from mer_ros.types import EMOTIONS

NARROW = {"widths": [8, 16, 16, 32], "depths": [1, 1, 1, 1]}
MODELS = {
    "micro_attention": {"backbone": NARROW},
    "prototype": {"backbone": NARROW, "size": 24, "decoder_width": 16},
}


def tiny(system: str, **optimiser) -> TrainConfig:
    options = OptimiserConfig(**{"epochs": 3, "batch": 16, "learning_rate": 3e-3, **optimiser})
    return TrainConfig(
        system, MODELS[system], InputSpec("flow", 24), options, samples=160, validation_samples=80
    )


@pytest.fixture(scope="module")
def sets(make_samples):
    return make_samples(160, 80, 0, InputSpec("flow", 24))


@pytest.fixture(scope="module", params=sorted(MODELS))
def trained(request, sets, tmp_path_factory, recorder):
    out = tmp_path_factory.mktemp("models") / f"{request.param}.safetensors"
    observer = recorder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "samples_for", lambda *_: sets)
        patch.setattr(networks, "rough_samples_for", lambda job: sets.validation)
        return request.param, run_module.train(tiny(request.param), out, "cpu", observer), observer


def test_the_loss_falls_and_it_learns_more_than_chance(trained):
    _, result, observer = trained
    epochs = observer.epochs
    assert epochs[-1].loss < 0.9 * epochs[0].loss
    assert accuracy(result.validation) > 1.5 / len(EMOTIONS)
    assert observer.done("training") == list(range(1, 31)) and observer.totals["training"] == 30
    assert observer.steps[-1][2].startswith("loss ") and observer.finished_tasks == ["training"]


def test_the_file_comes_back_with_the_same_scores(trained, sets):
    name, result, _ = trained
    loaded = checkpoint.load(result.path)
    assert loaded.model_id == result.model_id and loaded.card.labels == EMOTIONS
    summary = loaded.card.training
    assert summary["scores"]["test"]["uf1"] == pytest.approx(float(uf1(result.test)), abs=1e-4)
    assert summary["label_ceiling"] == label_ceiling().figures()
    assert summary["generator"] and summary["seed"] == 0 and {"epoch": summary["epoch"]} == result.chosen
    assert loaded.card.calibration.temperature > 0
    assert loaded.card.priors == tuple(sets.train.shares(len(EMOTIONS)))
    assert (loaded.card.calibration.rejection_distance > 0) == (name == "prototype")
    with torch.inference_mode():
        answers = Recogniser(loaded).answer(sets.test.data).logits.argmax(1).numpy()
    right = (answers == sets.test.labels.numpy()).mean()
    assert right == pytest.approx(accuracy(result.test), abs=0.02)  # half precision may turn a close call


def test_the_same_seed_gives_the_same_weights(tmp_path, sets, monkeypatch):
    monkeypatch.setattr(networks, "samples_for", lambda *_: sets)
    monkeypatch.setattr(networks, "rough_samples_for", lambda job: sets.validation)
    config = tiny("prototype", epochs=1)
    ids = [run_module.train(config, tmp_path / "same.safetensors", "cpu").model_id for _ in range(2)]
    assert ids[0] == ids[1]


def test_fault_73_a_run_killed_in_its_first_stage_ends_with_the_same_bytes(
    tmp_path, sets, monkeypatch, recorder
):
    monkeypatch.setattr(networks, "samples_for", lambda *_: sets)
    monkeypatch.setattr(networks, "rough_samples_for", lambda job: sets.validation)
    monkeypatch.setattr(network_training, "macro_samples", lambda *_: sets)
    config = replace(tiny("micro_attention", epochs=1), macro_epochs=2)

    def kill(observer):
        if len(observer.steps) == 15:  # in the second of its macro epochs, of ten steps each
            raise KeyboardInterrupt

    whole, broken = tmp_path / "whole" / "m.safetensors", tmp_path / "broken" / "m.safetensors"
    for out in (whole, broken):
        out.parent.mkdir()
    run_module.train(config, whole, "cpu")
    with pytest.raises(KeyboardInterrupt):
        run_module.train(config, broken, "cpu", recorder(kill))
    assert [p.name for p in broken.parent.iterdir()] == [".m.micro-macro.unfinished"]
    resumed = recorder()
    run_module.train(config, broken, "cpu", resumed)
    assert (
        len(resumed.steps) == 20
        and resumed.resumed_after == [1]
        and broken.read_bytes() == whole.read_bytes()
    )
    assert [p.name for p in broken.parent.iterdir()] == ["m.safetensors"]


def test_the_summary_counts_what_was_used(trained):
    _, result, _ = trained
    assert result.test.sum() == 80 and np.isfinite(result.seconds)
