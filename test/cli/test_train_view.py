"""The terminal output of a training run, and its TensorBoard scalars."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
import torch
from tensorboardX.crc32c import crc32c
from tensorboardX.proto.event_pb2 import Event

from mer_ros.cli.train_view import TrainingView
from mer_ros.errors import ConfigError
from mer_ros.training.training_state import Epoch


def an_epoch(number: int, loss: float, best: bool = True) -> Epoch:
    return Epoch(
        number, loss, {"cross_entropy": loss}, np.eye(2, dtype=np.int64), torch.zeros(2, 2), best, 1.5
    )


def events(data: bytes):
    """The events of a TensorBoard file; a record is its length, a masked CRC, the data, a masked CRC."""
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        body = data[12 : 12 + length]
        for part, at in ((data[:8], 8), (body, 12 + length)):
            crc, (stored,) = crc32c(part), struct.unpack("<I", data[at : at + 4])
            assert stored == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
        yield Event.FromString(body)
        data = data[16 + length :]


def test_the_scalars_of_each_epoch_are_written_soon_after_it(tmp_path):
    view = TrainingView(2, tmp_path / "runs")
    view.epoch_finished(an_epoch(0, 0.5))
    [path] = (tmp_path / "runs").iterdir()
    end = time.monotonic() + 60
    while b"validation/uf1" not in path.read_bytes() and time.monotonic() < end:
        time.sleep(0.05)
    after_first = [event for event in events(path.read_bytes()) if event.summary.value]
    view.epoch_finished(an_epoch(1, 0.125, best=False))
    with view:
        pass
    found = [
        (event.step, value.tag, value.simple_value)
        for event in events(path.read_bytes())
        for value in event.summary.value
    ]
    names = ["train/cross_entropy", "train/loss", "validation/accuracy", "validation/uf1"]
    assert [name for _, name, _ in found] == 2 * names and len(after_first) == 4
    assert [value for _, name, value in found if name == "train/loss"] == [0.5, 0.125]
    assert [step for step, _, _ in found] == [1] * 4 + [2] * 4


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="choose another with --tensorboard"):
        TrainingView(1, tmp_path / "file" / "runs")


def test_notes_are_printed_as_they_are(capsys):
    TrainingView(2, None).show_notes(["1 cell is odd ('[/b]').", "The sheet is odd."])
    assert capsys.readouterr().out == "1 cell is odd ('[/b]').\nThe sheet is odd.\n"


def test_tasks_epochs_and_a_resumption_are_shown(capsys):
    view = TrainingView(3, None)
    with view:
        view.started("generating training samples", 4)
        view.advanced("generating training samples", 4)
        view.finished("generating training samples")
        view.run_resumed(1)
        view.started("training", 8)
        view.advanced("training", 6, "loss 0.250")
        view.epoch_finished(an_epoch(1, 0.25))
        view.finished("training")
    words = " ".join(capsys.readouterr().out.split())
    assert (
        "resuming an interrupted run after epoch 1" in words
        and "training, loss 0.250" in words
        and "6/8" in words
    )
    assert "epoch 2 of 3: loss 0.250, validation accuracy 1.000, UF1 1.000, 2 s (best)" in words
