"""Stored predictions of folds: exact round trips, keys that separate evaluations, damaged files."""

from __future__ import annotations

import os

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.evaluation.fold_store import FoldStore
from mer_ros.evaluation.protocol import Fold, protocol_of
from mer_ros.training.entrant import (
    DecodedPrototypes,
    Entrant,
    EpochScore,
    FoldPrediction,
    Inspection,
)

FOLD = Fold("casme2/s00", train=np.array([3, 4, 5]), test=np.array([0, 1, 2]))
PREDICTION = FoldPrediction(
    np.array([[0.1, 0.2, 0.7], [1 / 3, 1 / 3, 1 / 3], [1.0, 0.0, 0.0]]), {"cost": 0.1}
)


class Toy(Entrant):
    """An entrant with a name and settings that is never trained."""

    def __init__(self, name="toy", **settings):
        self.name, self._settings = name, settings

    @property
    def settings(self):
        return self._settings

    def features(self, inputs):
        raise NotImplementedError

    def fit_predict(self, training_set, test, seed, progress):
        raise NotImplementedError


@pytest.fixture(scope="module")
def clips(make_clips):
    return make_clips(subject_ids=2, each=3, size=8)


@pytest.fixture
def store(clips, tmp_path):
    return FoldStore.of(tmp_path, Toy(), clips, protocol_of("loso"), 0)


def test_an_empty_store_has_no_fold_and_creates_no_folder(store, tmp_path):
    assert store.find(0, FOLD) is None
    assert list(tmp_path.iterdir()) == []


def test_a_prediction_comes_back_to_the_last_bit(store):
    store.put(7, FOLD, PREDICTION)
    found = store.find(7, FOLD)
    assert found.probabilities.dtype == np.float64
    np.testing.assert_array_equal(found.probabilities, PREDICTION.probabilities)
    assert found.chosen == {"cost": 0.1}
    assert [path.name for path in store.folder.iterdir()] == ["0007.json"]
    assert found.epochs == () and found.inspection is None


def inspected():
    arrays = np.random.default_rng(0).normal(size=(4, 3, 5, 5)).astype(np.float32)
    prototypes = DecodedPrototypes(10, arrays[:2], (0, 2)), DecodedPrototypes(50, arrays[2:], (1, 1))
    inspection = Inspection(arrays[0, 0], arrays[1, 0], prototypes)
    epochs = (EpochScore(1 / 3, 0.1, True), EpochScore(0.2, 0.1, False))
    return FoldPrediction(PREDICTION.probabilities, {"epoch": 1.0}, epochs, inspection)


def test_epochs_and_arrays_of_an_inspected_fold_come_back_to_the_last_bit(store):
    given = inspected()
    store.put(7, FOLD, given)
    found = store.find(7, FOLD)
    assert found.epochs == given.epochs
    assert np.array_equal(found.inspection.train, given.inspection.train)
    assert np.array_equal(found.inspection.test, given.inspection.test)
    for one, other in zip(found.inspection.prototypes, given.inspection.prototypes, strict=True):
        assert (one.epoch, one.labels) == (other.epoch, other.labels) and np.array_equal(one.data, other.data)
    before = {path.name: path.read_bytes() for path in store.folder.iterdir()}
    store.put(7, FOLD, inspected())
    assert {path.name: path.read_bytes() for path in store.folder.iterdir()} == before


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"\0" * 9)])
def test_missing_or_damaged_arrays_are_refused(damage, store):
    store.put(7, FOLD, inspected())
    damage(store.folder / "0007.safetensors")
    with pytest.raises(ConfigError, match=r"0007.json cannot be used .*remove it and start again"):
        store.find(7, FOLD)


def test_arrays_without_their_json_file_are_no_finished_fold(store):
    store.put(7, FOLD, inspected())
    (store.folder / "0007.json").unlink()
    assert store.find(7, FOLD) is None


def test_each_number_has_its_own_prediction(store):
    other = FoldPrediction(PREDICTION.probabilities[::-1])
    store.put(0, FOLD, PREDICTION)
    store.put(1, FOLD, other)
    np.testing.assert_array_equal(store.find(1, FOLD).probabilities, other.probabilities)
    assert store.find(1, FOLD).chosen == {} and store.find(2, FOLD) is None


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("toy", "toy"),
        ("model@1a2b3c", "model@1a2b3c"),
        ("a-b.c_d", "a-b.c_d"),
        ("my models/net: 1", "my_models_net__1"),
    ],
)
def test_the_folder_is_named_after_the_entrant(name, folder, clips, tmp_path):
    store = FoldStore.of(tmp_path, Toy(name), clips, protocol_of("loso"), 0)
    assert store.folder == tmp_path / "folds" / folder


def test_equal_evaluations_have_equal_keys(clips, tmp_path):
    keys = [
        FoldStore.of(tmp_path / place, Toy(**settings), clips, protocol_of("loso"), 3).key
        for place, settings in (("a", {"rate": 1, "width": 2}), ("b", {"width": 2, "rate": 1}))
    ]
    assert keys[0] == keys[1] and len(keys[0]) == 16


@pytest.mark.parametrize("change", ["clips", "protocol", "seed", "name", "settings", "version"])
def test_everything_that_decides_a_prediction_changes_the_key(
    change, clips, make_clips, tmp_path, monkeypatch
):
    given = {"entrant": Toy(rate=1), "clips": clips, "protocol": protocol_of("loso"), "seed": 0}
    before = FoldStore.of(tmp_path, **given).key
    if change == "version":
        monkeypatch.setattr("mer_ros.evaluation.fold_store.__version__", "0.0.0")
    changes = {
        "clips": {"clips": make_clips(subject_ids=2, each=3, size=8, seed=1)},
        "protocol": {"protocol": protocol_of("2-fold")},
        "seed": {"seed": 1},
        "name": {"entrant": Toy("other", rate=1)},
        "settings": {"entrant": Toy(rate=2)},
        "version": {},
    }
    assert FoldStore.of(tmp_path, **{**given, **changes[change]}).key != before


def test_predictions_of_another_evaluation_are_refused(store, clips, tmp_path):
    store.put(0, FOLD, PREDICTION)
    for other, fold in (
        (FoldStore.of(tmp_path, Toy(), clips, protocol_of("loso"), 1), FOLD),
        (store, Fold(FOLD.name, FOLD.train, FOLD.test[::-1])),
    ):
        with pytest.raises(ConfigError, match="predictions of toy from another evaluation") as caught:
            other.find(0, fold)
        assert str(tmp_path) in str(caught.value)


NOT_NUMBERS = b'{"key": "", "asked": [0], "probabilities": ["x"], "chosen": {}}'


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"7", b'{"key": 1}', b'{"key": "abc', b"\xff\xfe", NOT_NUMBERS]
)
def test_a_damaged_file_is_named(content, store):
    store.folder.mkdir(parents=True)
    (store.folder / "0003.json").write_bytes(content)
    with pytest.raises(ConfigError, match=r"0003\.json cannot be used .*remove it"):
        store.find(3, FOLD)


def test_a_full_disk_is_refused_and_leaves_the_earlier_prediction(store, monkeypatch):
    store.put(0, FOLD, PREDICTION)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match=r"0000\.json is not writable"):
        store.put(0, FOLD, FoldPrediction(PREDICTION.probabilities[::-1]))
    np.testing.assert_array_equal(store.find(0, FOLD).probabilities, PREDICTION.probabilities)
    assert len(list(store.folder.iterdir())) == 1


def test_a_file_in_place_of_the_folder_is_named(store):
    store.folder.parent.mkdir()
    store.folder.write_text("")
    with pytest.raises(ConfigError, match="toy is not writable"):
        store.put(0, FOLD, PREDICTION)
