"""Every system has its entry; one line adds another, which is then created, saved, loaded and explained."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import nn

from mer_ros.errors import CheckpointError, ConfigError
from mer_ros.explanation import METHODS, Explainer
from mer_ros.recognition import Recogniser, checkpoint, registry
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.system import ModelOutput, System, SystemEntry
from mer_ros.recognition.systems import SYSTEMS
from mer_ros.recognition.systems.network import Network
from mer_ros.training.families.catalogue import FAMILIES
from mer_ros.visualisation import overlay

LABELS = ("left", "right")


@dataclass(frozen=True)
class SumsConfig:
    """Settings of the system below."""

    n_labels: int = 2
    channels: int = 2


class Sums(Network):
    """A network that this test adds: a convolution, and the sums of its maps as logits."""

    head_parameters = ("maps.*",)
    gradcam_layer = "maps"

    def __init__(self, config: SumsConfig) -> None:
        super().__init__()
        self.config = config
        self.maps = nn.Conv2d(3, config.n_labels, 3, padding=1)

    def loss(self, output, data, labels):
        return {"cross_entropy": nn.functional.cross_entropy(output.logits, labels)}

    def forward(self, x):
        return ModelOutput(self.maps(x).sum((2, 3)))


ENTRY = SystemEntry(Sums, SumsConfig)


@pytest.fixture
def added(monkeypatch):
    """The one line that a new system needs in the catalogue."""
    module = ModuleType("a_new_system")
    module.ENTRY = ENTRY
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(SYSTEMS.places, "sums", "a_new_system:ENTRY")


@pytest.mark.parametrize("name", SYSTEMS.names)
def test_an_entry_states_how_a_system_is_built_trained_and_explained(name):
    entry = SYSTEMS.get(name)
    assert issubclass(entry.system, System) and dataclasses.is_dataclass(entry.config)
    assert "n_labels" in {field.name for field in dataclasses.fields(entry.config)}
    assert entry.system.reads and entry.system.explained_by in METHODS
    assert registry.family(name) == entry.system.family and entry.system.family in FAMILIES
    assert registry.system_class(name) is entry.system
    assert type(registry.create(name, {})) is entry.system


def test_every_system_has_a_file_of_its_own():
    places = list(SYSTEMS.places.values())
    assert len(set(places)) == len(places)
    assert all(place == f"mer_ros.recognition.systems.{name}:ENTRY" for name, place in SYSTEMS.places.items())


@pytest.mark.usefixtures("added")
def test_an_added_system_is_created_saved_loaded_and_explained(make_event, tmp_path):
    torch.manual_seed(0)
    assert "sums" in registry.names() and registry.names() == tuple(sorted(registry.names()))
    system = registry.create("sums", {"channels": 3})
    assert registry.settings_of(system) == {"n_labels": 2, "channels": 3}
    assert (registry.reads("sums"), registry.family("sums")) == (("flow", "apex"), "networks")
    path = tmp_path / "sums.safetensors"
    model_id = checkpoint.save(path, system, ModelCard("sums", LABELS, InputSpec("flow", 24)))
    model = Recogniser.load(path)
    assert model.model_id == model_id and isinstance(model.system, Sums)
    event = make_event()
    prediction = model.predict(event)
    found = Explainer(model).explain(event, prediction)
    assert found.heatmap.shape == (128, 128) and np.isfinite(found.heatmap).all() and found.prototype is None
    assert overlay(event, prediction, found).any()


def test_without_its_line_a_system_is_unknown(tmp_path):
    with pytest.raises(ConfigError, match="No recognition system is named 'sums': choose one of elcbp, "):
        registry.create("sums", {})
    path = tmp_path / "sums.safetensors"
    checkpoint.save(path, Sums(SumsConfig()), ModelCard("sums", LABELS, InputSpec("flow", 24)))
    with pytest.raises(CheckpointError, match="cannot be built .*'sums'"):
        checkpoint.load(path)
