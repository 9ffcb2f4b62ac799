"""Training from a checkpoint: all weights, attention and head, or heads only; ensembles; own data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.initialisation import freeze, initialise
from mer_ros.training.run import train as run
from mer_ros.types import EMOTIONS

NARROW = {"widths": [8, 8, 12, 16], "depths": [1, 1, 1, 1]}
SETTINGS = {
    "micro_attention": {"backbone": NARROW},
    "prototype": {"backbone": NARROW, "size": 24, "decoder_width": 16},
}
SPEC = InputSpec("flow", 24)


def tiny(system, **more):
    options = OptimiserConfig(epochs=2, batch=16)
    return TrainConfig(system, input=SPEC, optimiser=options, samples=64, validation_samples=32, **more)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_start_gives_its_weights_and_its_settings(name, starts):
    system = initialise(tiny(name, start=(starts[name],)), 3, 0)
    own = checkpoint.load(Path(starts[name])).system.state_dict()
    assert system.config.n_labels == 3 and system.config.backbone.widths == (8, 8, 12, 16)
    same = [k for k, v in system.state_dict().items() if v.shape == own[k].shape and torch.equal(v, own[k])]
    assert len(same) >= len(own) - 4 and "trunk.conv1.weight" in same


@pytest.mark.parametrize(
    ("system", "transfer", "patterns"),
    [
        ("micro_attention", "attention", ("attention", "head")),
        ("prototype", "attention", ("proto", "decoder")),
    ],
)
def test_trainable_parameters_with_a_frozen_backbone(system, transfer, patterns, starts):
    network = initialise(tiny(system, start=(starts[system],), transfer=transfer), 7, 0)
    n = freeze(network, transfer)
    learning = [name for name, p in network.named_parameters() if p.requires_grad]
    assert learning and all(any(part in name for part in patterns) for name in learning)
    assert n == sum(p.numel() for p in network.parameters() if p.requires_grad)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": ("prototype", "micro_attention")}, "starts from one: name one"),
        ({"model": {"dropout": 0.1}}, "omit 'model'"),
        ({"input": InputSpec("flow", 32)}, "start from a network with the same input"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(change, said, starts):

    settings = tiny("micro_attention", start=(starts["micro_attention"],))
    if "start" in change:
        change = {"start": tuple(starts[name] for name in change["start"])}
    with pytest.raises(ConfigError, match=said):
        initialise(replace(settings, **change), 7, 0)


@pytest.mark.parametrize("system", ["micro_attention", "prototype"])
def test_a_backbone_too_narrow_to_train_is_refused(system):
    config = TrainConfig(system, model={"backbone": {"widths": [8, 4, 8, 8]}})
    with pytest.raises(ConfigError, match=r"'widths' of the backbone is \[8, 4, 8, 8\]: to train it"):
        initialise(config, 7, 0)


def test_a_grid_finer_than_the_last_map_of_the_input_is_refused():
    config = TrainConfig("micro_attention", {"backbone": NARROW, "grid": 7}, InputSpec("flow", 24))
    with pytest.raises(ConfigError, match="'grid' is 7, but the last map of the backbone is 3x3"):
        initialise(config, 7, 0)


@pytest.mark.parametrize("what", ["start", "generator"])
def test_fault_73_a_killed_run_whose_start_or_generator_changed_is_not_gone_on_with(
    what, starts, own_clips, tmp_path, monkeypatch, recorder
):
    start, out = tmp_path / "start.safetensors", tmp_path / "mine.safetensors"
    weights = Path(starts["micro_attention"]).read_bytes()
    start.write_bytes(weights)
    settings, resumed = tiny("micro_attention", start=(str(start),)), recorder()

    def stop(observer):
        if len(observer.epochs) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(settings, out, "cpu", recorder(stop), own_clips)
    if what == "start":
        other = create("micro_attention", SETTINGS["micro_attention"])
        checkpoint.save(start, other, ModelCard("micro_attention", EMOTIONS, SPEC))
    else:
        monkeypatch.setattr("mer_ros.data.synthetic.GENERATOR_VERSION", "another")
    with pytest.raises(ConfigError, match="belongs to another run"):
        run(settings, out, "cpu", clips=own_clips)
    start.write_bytes(weights)
    monkeypatch.undo()
    run(settings, out, "cpu", resumed, own_clips)
    assert [epoch.number for epoch in resumed.epochs] == [1]  # as it was, it is resumed
