"""Training of the reader of action units, in small: one command writes a usable file with its errors."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.explanation.action_unit_file import load, training_summary
from mer_ros.explanation.action_units import ActionUnitReader, Logistic
from mer_ros.face.facs import UNITS
from mer_ros.training.action_units import (
    UnitTraining,
    UnseenScores,
    calibrated,
    expected_errors,
    halves,
    held_out,
    main,
)


def test_the_command_writes_a_reader_and_its_expected_errors(tmp_path, capsys):
    out = tmp_path / "units.safetensors"
    assert main(["--out", str(out), "--samples", "160", "--test", "100", "--seed", "3"]) == 0
    reader, training = load(out), training_summary(out)
    assert reader.size == 28 and reader.reader_id in capsys.readouterr().out
    assert training["samples"] == 160 and training["seed"] == 3 and training["generator"] == "2.0"
    unseen = training["unseen"]
    assert 0.55 < unseen["unit"]["auc"] <= 1 and set(unseen["side"]["units"]) == set(UNITS)


def test_an_output_that_cannot_be_written_is_refused_before_the_training(tmp_path):
    with pytest.raises(ConfigError, match="safetensors"):
        main(["--out", str(tmp_path / "units.pkl")])
    with pytest.raises(ConfigError, match="'samples' is 3"):
        UnitTraining(samples=3)


def test_expected_errors_of_a_reader_that_is_always_right():
    """Every unit alone on two heads."""
    truth = np.tile(np.eye(len(UNITS), dtype=bool), (2, 1))
    heads = np.repeat(["a", "b"], len(UNITS))
    found = expected_errors(truth, truth.astype(np.float32), heads)
    assert (found["auc"], found["ece"], found["brier"], found["first_right"]) == (1, 0, 0, 1)
    assert found["units"]["AU1"]["named"] == found["units"]["AU1"]["right"] == 1
    never = expected_errors(truth, np.zeros(truth.shape, np.float32), heads)
    assert never["named"] == 0 and never["right"] is None and never["units"]["AU1"]["auc"] == 0.5


def test_a_subject_is_never_calibrated_on_itself():
    """Scores of one half of the subjects say the truth, those of the other half its opposite."""
    rng, k = np.random.default_rng(0), len(UNITS)
    subjects = np.repeat(np.arange(8), 50)
    first, second = halves(subjects)
    assert not (first & second).any() and {s % 2 for s in subjects[first]} == {0, 1}
    present = np.repeat((rng.random((400, k)) < 0.5)[..., None], 2, axis=2)
    scores = np.where(present == first[:, None, None], 3.0, -3.0).astype(np.float32)
    flow = np.zeros((400, 2, 8, 8), np.float32)
    even = Logistic(np.ones(k, np.float32), np.zeros(k, np.float32))
    reader = ActionUnitReader(UNITS, np.zeros((k, 3, 8, 8), np.float32), even.offset, even, even)
    unseen = UnseenScores(scores, present, subjects, np.full(400, "a"), flow)
    found = held_out(unseen, reader).unit
    assert np.ptp(found[first, 0]) < 0.2  # right scores, calibrated on wrong ones
    assert np.ptp(calibrated(reader, scores[first], present[first]).calibrated(scores[first]).unit) > 0.9
