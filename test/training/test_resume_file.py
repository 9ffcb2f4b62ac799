"""A killed run is resumed and ends with the same bytes; damaged and foreign files are refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from typer import Typer
from typer.testing import CliRunner

from mer_ros.cli.train import train as train_command
from mer_ros.errors import ConfigError
from mer_ros.training.resume_file import ResumeFile

SETTINGS = (
    "system: prototype\n"
    "model: {size: 24, decoder_width: 16, backbone: {widths: [8, 8, 8, 8], depths: [1, 1, 1, 1]},\n"
    "        prototypes_per_class: auto}\n"
    "input: {size: 24}\nsamples: 64\nvalidation_samples: 32\nmacro_epochs: 1\n"
    "optimiser: {epochs: 4, batch: 16, patience: 4, balance: true}\n"
)
"""Four steps per epoch, of which the first is on macro-expressions."""

KILLED = """
import os, signal
from mer_ros.data import synthetic
from mer_ros.training.trainer import Trainer

synthetic.TRAIN_SUBJECTS = synthetic.TRAIN_SUBJECTS[:12]
synthetic.VALIDATION_SUBJECTS = synthetic.VALIDATION_SUBJECTS[:12]
step, taken = Trainer.step, []

def step_or_die(self, *batch):
    taken.append(1)
    if len(taken) == 10:
        os.kill(os.getpid(), signal.SIGKILL)
    return step(self, *batch)

Trainer.step = step_or_die
from mer_ros.cli.main import main
main()
"""
"""`mer`, killed in the second step of the second epoch after the macro-expressions."""


def arguments(folder: Path) -> list[str]:
    """`mer train` of the settings, which writes ``folder``/model.safetensors."""
    folder.mkdir(exist_ok=True)
    settings, out = folder / "tiny.yaml", folder / "model.safetensors"
    settings.write_text(SETTINGS)
    return ["--config", str(settings), "--out", str(out), "--device", "cpu", "--threads", "1"]


def train(folder: Path) -> str:
    """Train in this process; the output."""
    app = Typer(pretty_exceptions_enable=False)
    app.command()(train_command)
    done = CliRunner().invoke(app, arguments(folder))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.usefixtures("few_subjects")
def test_fault_73_a_killed_run_is_resumed_and_ends_with_the_same_bytes(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train(whole)
    command = [sys.executable, "-c", KILLED, "train", *arguments(broken)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    killed = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=100)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (broken / ".model.micro.unfinished").exists()
    said = train(broken)
    assert "epoch  1 of 4" not in said and "epoch  2 of 4" in said and "epoch  4 of 4" in said
    assert (broken / "model.safetensors").read_bytes() == (whole / "model.safetensors").read_bytes()
    assert sorted(p.name for p in broken.iterdir()) == ["model.safetensors", "tiny.yaml"]


def test_a_state_comes_back_as_it_was_and_can_be_removed(tmp_path):
    resume_file = ResumeFile.beside(tmp_path / "m.safetensors", "micro", {"a": 1})
    assert resume_file.read() is None
    tensors = {"x": torch.randn(3), "y": torch.arange(4, dtype=torch.uint8)}
    resume_file.write(tensors, {"loss": 0.1 + 0.2})
    found, numbers = resume_file.read()
    assert numbers == {"loss": 0.1 + 0.2} and all(torch.equal(found[k], tensors[k]) for k in tensors)
    resume_file.remove()
    assert resume_file.read() is None and not list(tmp_path.iterdir())


def test_the_state_of_another_run_is_refused(tmp_path):
    out = tmp_path / "m.safetensors"
    ResumeFile.beside(out, "micro", {"seed": 1}).write({"x": torch.zeros(1)}, {})
    with pytest.raises(ConfigError, match="belongs to another run"):
        ResumeFile.beside(out, "micro", {"seed": 2}).read()


def test_a_damaged_state_is_refused(tmp_path):
    resume_file = ResumeFile.beside(tmp_path / "m.safetensors", "micro", {})
    resume_file.path.write_bytes(b"\0" * 20)
    with pytest.raises(ConfigError, match="remove it and start again"):
        resume_file.read()


def test_faults_33_and_73_a_write_that_fails_leaves_the_earlier_state(tmp_path, monkeypatch):
    resume_file = ResumeFile.beside(tmp_path / "m.safetensors", "micro", {})
    resume_file.write({"x": torch.ones(1)}, {})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="free space"):
        resume_file.write({"x": torch.zeros(1)}, {})
    monkeypatch.undo()
    found, _ = resume_file.read()
    assert found["x"].item() == 1 and len(list(tmp_path.iterdir())) == 1
