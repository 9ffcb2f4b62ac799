"""The catalogue of families: one file and one line add one to `mer train` and `mer evaluate`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pytest
import torch
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.evaluate import evaluate
from mer_ros.cli.train import train
from mer_ros.data.synthetic_folder import FolderPart, write_synthetic_folder
from mer_ros.metrics import confusion_of
from mer_ros.recognition import Recogniser, checkpoint
from mer_ros.recognition.checkpoint import Calibration, ModelCard
from mer_ros.recognition.system import ModelOutput, System, SystemEntry
from mer_ros.recognition.systems import SYSTEMS
from mer_ros.training.entrant import Entrant, FoldPrediction, fold_settings
from mer_ros.training.families import FAMILIES, Family
from mer_ros.training.job import Result, summary
from mer_ros.training.samples import samples_for
from mer_ros.training.unread_settings import OF_NETWORKS, Unread


@dataclass(frozen=True)
class FrequencyConfig:
    """Settings of the system below."""

    n_labels: int = 7


class Frequency(System):
    """A system that this test adds: the frequencies of the training labels, whatever it reads."""

    reads = ("flow",)
    family = "counting"
    explained_by = "grad_cam"

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.register_buffer("frequencies", torch.ones(config.n_labels))

    def forward(self, x):
        return ModelOutput(self.frequencies.log().expand(len(x), -1))


class FrequencyEntrant(Entrant):
    """Such a system in an evaluation."""

    name = "frequency"

    def __init__(self, config):
        self.config = config

    @property
    def settings(self):
        return fold_settings(self.config)

    def features(self, inputs):
        return np.zeros((len(inputs), 1))

    def fit_predict(self, training_set, test, seed, progress):
        shares = np.bincount(training_set.truth, minlength=training_set.n_labels) / len(training_set.truth)
        return FoldPrediction(np.tile(shares, (len(test), 1)))


class Counting(Family):
    """The family that this test adds: it counts."""

    on_gpu = False

    def train(self, job):
        samples = samples_for(job.clips, job.config, job.observer)
        system = Frequency(FrequencyConfig(len(job.labels)))
        system.frequencies += torch.bincount(samples.train.labels, minlength=len(job.labels))
        test = samples.test.labels.numpy()
        confusion = confusion_of(test, np.full(len(test), int(system.frequencies.argmax())), len(job.labels))
        training = summary(job.config, {"test": confusion}, job.labels, samples.synthetic)
        card = ModelCard("frequency", job.labels, job.config.input, Calibration(), training)
        model_id = checkpoint.save(job.out, system, card)
        return Result(job.out, model_id, job.labels, confusion, confusion, {}, samples.description, 0.0)

    def entrant(self, config, device):
        return FrequencyEntrant(config)

    def unread(self, config):
        return (Unread("Counting", OF_NETWORKS),)


@pytest.fixture
def added(monkeypatch):
    """The line of the family, and that of a system of it."""
    module = ModuleType("a_new_family")
    module.FAMILY, module.ENTRY = Counting(), SystemEntry(Frequency, FrequencyConfig)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FAMILIES.places, "counting", "a_new_family:FAMILY")
    monkeypatch.setitem(SYSTEMS.places, "frequency", "a_new_family:ENTRY")


def mer(command, *arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", FAMILIES.names)
def test_every_family_is_a_record_in_a_file_of_its_own(name):
    assert isinstance(FAMILIES.get(name), Family)
    assert FAMILIES.places[name] == f"mer_ros.training.families.{name}:FAMILY"


@pytest.mark.parametrize("name", SYSTEMS.names)
def test_every_system_is_of_a_known_family(name):
    assert SYSTEMS.get(name).system.family in FAMILIES


@pytest.mark.usefixtures("added")
def test_an_added_family_trains_and_enters_an_evaluation(tmp_path):
    parts = (FolderPart("casme2", 4, (8, 4, 4)), FolderPart("samm", 4, (8, 4, 4)))
    data = ("--data", "megc-flow", "--root", write_synthetic_folder(tmp_path / "megc", parts=parts))
    out = tmp_path / "m.safetensors"
    done = mer(train, "--model", "frequency", "--out", out, *data)
    assert done.exit_code == 0, done.output
    model = Recogniser.load(out)
    assert model.labels == ("negative", "positive", "surprise") and "F1 negative" in done.output
    assert model.system.frequencies.argmax() == 0 and model.system.frequencies.sum() < 32

    out = tmp_path / "out"
    done = mer(evaluate, "--model", "frequency", "--protocol", "3-fold", "--out", out, *data)
    assert done.exit_code == 0, done.output
    systems = json.loads((out / "results.json").read_text())["systems"]
    assert systems["frequency"]["scores"]["all"]["uf1"] == systems["majority"]["scores"]["all"]["uf1"]


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--epochs", "3"), "'frequency' is not trained in epochs"),
        (("--device", "cuda"), "'frequency' is computed on the CPU only"),
    ],
)
def test_options_that_it_does_not_read_are_refused(arguments, says, tmp_path):
    for command, out in ((train, "m.safetensors"), (evaluate, "out")):
        done = mer(command, "--model", "frequency", "--out", tmp_path / out, *arguments)
        assert done.exit_code != 0 and says in str(done.exception)
    settings = tmp_path / "mine.yaml"
    settings.write_text("system: frequency\noptimiser: {epochs: 3}\n")
    done = mer(train, "--config", settings, "--out", tmp_path / "m.safetensors")
    assert "Counting does not read 'optimiser.epochs' (3): omit it." in str(done.exception)
