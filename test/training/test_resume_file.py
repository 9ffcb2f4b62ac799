"""A run that is killed goes on where it was and ends with the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.training.resume_file import ResumeFile

SETTINGS = (
    "system: prototype\n"
    "model: {size: 24, decoder_width: 16, backbone: {widths: [8, 8, 8, 8], depths: [1, 1, 1, 1]},\n"
    "        prototypes_per_class: auto}\n"
    "input: {size: 24}\nsamples: 96\nvalidation_samples: 32\nmacro_epochs: 1\n"
    "optimiser: {epochs: 10, batch: 16, patience: 10, balance: true}\n"
)


def start(folder: Path, out: Path) -> subprocess.Popen[str]:
    settings = folder / "tiny.yaml"
    settings.write_text(SETTINGS)
    code = "from mer_ros.cli.main import main; main()"
    arguments = ["train", "--config", str(settings), "--out", str(out), "--device", "cpu", "--threads", "1"]
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.timeout(600)  # three starts of torch: half a minute, or minutes on a busy machine
def test_fault_73_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    out, killed = whole / "model.safetensors", broken / "model.safetensors"
    done = start(whole, out)
    _, words = done.communicate(timeout=300)
    assert done.returncode == 0, words
    process = start(broken, killed)
    resume_file, end = broken / ".model.micro.unfinished", time.monotonic() + 240
    while not resume_file.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL and resume_file.exists()
    again = start(broken, killed)
    said, words = again.communicate(timeout=300)
    assert again.returncode == 0, words
    assert killed.read_bytes() == out.read_bytes()
    assert "epoch  1 of 10" not in said and "epoch 10 of 10" in said  # what was done is not done again
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
    with pytest.raises(ConfigError, match="of another run"):
        ResumeFile.beside(out, "micro", {"seed": 2}).read()


def test_a_torn_state_is_one_sentence(tmp_path):
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
