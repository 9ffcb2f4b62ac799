"""The file of the reader of action units: complete, without pickle, and every fault is one sentence."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from mer_ros import files
from mer_ros.errors import CheckpointError
from mer_ros.explanation.action_unit_file import FORMAT, KEY, load, save, shipped_reader, training_summary
from mer_ros.explanation.action_units import ActionUnitReader, Logistic
from mer_ros.face.facs import UNITS
from mer_ros.recognition.model_files import ACTION_UNITS

K = len(UNITS)


@pytest.fixture
def reader() -> ActionUnitReader:
    rng = np.random.default_rng(0)
    weight, bias, *four = (rng.normal(size=s).astype(np.float32) for s in ((K, 3, 8, 8), *[(K,)] * 5))
    return ActionUnitReader(UNITS, weight, bias, Logistic(*four[:2]), Logistic(*four[2:]))


def test_a_reader_comes_back_as_it_was(reader, tmp_path):
    path = tmp_path / "units.safetensors"
    reader_id = save(path, reader, {"seed": 7})
    again = load(path)
    sample = np.random.default_rng(1).normal(size=(4, 3, 8, 8)).astype(np.float32)
    for mine, found in zip(reader.probabilities(sample), again.probabilities(sample), strict=True):
        np.testing.assert_array_equal(mine, found)
    assert again.reader_id == reader_id and reader_id.startswith("units@")
    assert training_summary(path) == {"seed": 7}


def test_weights_that_are_not_finite_are_not_written(reader, tmp_path):
    reader.weight[0, 0, 0, 0] = np.nan
    with pytest.raises(CheckpointError, match="not finite: nothing was written"):
        save(tmp_path / "units.safetensors", reader, {})
    assert not list(tmp_path.iterdir())


def changed(path, metadata=None, **arrays):
    tensors = {**load_file(path), **arrays}
    document = {"format": FORMAT, "units": UNITS, **(metadata or {})}
    save_file(tensors, path, {KEY: json.dumps(document)})


FAULTS = {
    "does not exist": lambda path: path.unlink(),
    "pickle": lambda path: path.write_bytes(pickle.dumps([1], 4)),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "format 'mer_ros 1'": lambda path: changed(path, {"format": "mer_ros 1"}),
    "other units": lambda path: changed(path, {"units": ["AU1"]}),
    "other shapes": lambda path: changed(path, bias=np.zeros(3, np.float32)),
    "not finite": lambda path: changed(path, bias=np.full(K, np.inf, np.float32)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_97_a_missing_or_damaged_file_is_one_sentence(reader, tmp_path, fault):
    path = tmp_path / "units.safetensors"
    save(path, reader, {})
    FAULTS[fault](path)
    with pytest.raises(CheckpointError, match=fault) as caught:
        load(path)
    sentence = str(caught.value)
    assert str(path) in sentence and sentence.endswith(".") and "\n" not in sentence


def test_the_shipped_reader_is_small_and_states_its_expected_errors():
    path = files.models_dir() / ACTION_UNITS
    assert path.stat().st_size <= 500_000
    unseen = training_summary(path)["unseen"]["unit"]
    assert unseen["auc"] > 0.85 and unseen["ece"] < 0.05 and set(unseen["units"]) == set(UNITS)
    assert shipped_reader() is shipped_reader() and shipped_reader().units == UNITS
