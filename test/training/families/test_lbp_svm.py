"""Training of a descriptor's SVM, from clips to a checkpoint, with settings chosen on held-out subjects."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets.synthetic import synthetic_clips
from mer_ros.data.rendered_clips import RenderedClips
from mer_ros.data.synthetic import TRAIN_SUBJECTS, VALIDATION_SUBJECTS
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.errors import ConfigError, DataError
from mer_ros.metrics import accuracy
from mer_ros.progress import SILENT
from mer_ros.recognition import Recogniser, checkpoint, create
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.families.lbp_svm import features_of, fit
from mer_ros.training.run import train as run
from mer_ros.training.settings_file import default
from mer_ros.types import EMOTIONS, Sample

SMALL = {"descriptor": {"radii": [1, 1, 1], "grid": {"rows": 7, "columns": 2}, "clip": {"frames": 6}}}
CONFIG = TrainConfig("lbp_top", SMALL, InputSpec("clip", 64), samples=56, validation_samples=28, seed=3)


def drawn(n, subjects, seed, progress=SILENT, cores=2):
    """Clips (6, 64, 64) in which one of seven strips slides: the label. Nothing is rendered."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 7
    crops = []
    for label in labels:
        texture = rng.integers(0, 256, (64, 96), np.uint8)
        clip = np.stack([texture[:, :64]] * 6)
        for t, frame in enumerate(clip):
            frame[9 * label : 9 * label + 9] = texture[9 * label : 9 * label + 9, t : t + 64]
        crops.append(clip)
    progress.started("rendering", n)
    progress.finished("rendering")
    who = np.array([subjects[i % len(subjects)] for i in range(n)], np.int64)
    return RenderedClips(tuple(crops), np.zeros((n, 2, 64, 64), np.float32), labels, who)


@pytest.fixture
def no_rendering(monkeypatch):
    calls = []

    def record(n, subjects, *rest):
        calls.append((n, subjects))
        return drawn(n, subjects, *rest)

    monkeypatch.setattr("mer_ros.data.rendered_clips.rendered_clips", record)
    return calls


def test_a_run_writes_a_model_that_recognises_unseen_subjects(no_rendering, tmp_path, recorder):
    observer = recorder()
    result = run(CONFIG, tmp_path / "m.safetensors", "cpu", observer)
    assert accuracy(result.test) > 0.8 and result.test.sum() == 28 and result.validation.sum() == 56
    (n, learned), (m, tested) = no_rendering
    assert (n, m) == (56, 28) and set(learned) <= set(TRAIN_SUBJECTS)
    assert set(tested) <= set(VALIDATION_SUBJECTS[30:])
    assert observer.finished_tasks == [
        "rendering", "computing features", "rendering", "computing features", "choosing settings",
    ]  # fmt: skip
    assert observer.done("computing features") == [*range(1, 57), *range(1, 29)]

    loaded = checkpoint.load(result.path)
    summary = loaded.card.training
    assert loaded.model_id == result.model_id and loaded.card.labels == EMOTIONS
    assert summary["scores"]["test"]["accuracy"] == pytest.approx(accuracy(result.test), abs=1e-4)
    assert summary["label_ceiling"] == label_ceiling().figures() and summary["seed"] == 3
    assert summary["chosen"] == result.chosen and summary["generator"]
    assert loaded.card.calibration.temperature == pytest.approx(result.chosen["temperature"])
    model, clips = Recogniser(loaded), drawn(28, tested, 4)  # the very clips that gave the test scores
    answers = [model.predict_sample(Sample("clip", clip)).best_label for clip in clips.crops]
    right = np.mean([answer == EMOTIONS[label] for answer, label in zip(answers, clips.labels)])
    assert right == pytest.approx(accuracy(result.test))


def test_the_same_seed_gives_the_same_file(no_rendering, tmp_path):
    ids = [run(CONFIG, tmp_path / "same.safetensors", "cpu").model_id for _ in range(2)]
    assert ids[0] == ids[1]


def test_the_temperature_comes_from_held_out_subjects():
    clips = drawn(56, range(8), 0)
    system = create("lbp_top", SMALL)
    features = features_of(system, CONFIG.input, clips.crops)
    subject_ids = clips.subjects.astype(str)
    sure = fit(system, features, clips.labels, subject_ids)
    noise = np.random.default_rng(0).permutation(clips.labels)
    unsure = fit(system, features, noise, subject_ids)
    confidence = [
        torch.softmax(torch.from_numpy(f.system.machine.scores(features)) / f.calibration.temperature, 1)
        .amax(1)
        .mean()
        for f in (sure, unsure)
    ]
    assert confidence[0] > 0.7 and confidence[1] < 0.4  # random labels do not help with unseen subjects


def test_a_class_of_a_single_subject_gives_a_temperature():
    clips = drawn(42, range(6), 1)
    system = create("lbp_top", SMALL)
    features = features_of(system, CONFIG.input, clips.crops)
    labels = np.where(clips.labels == 6, np.where(clips.subjects == 0, 6, 5), clips.labels)
    found = fit(system, features, labels, clips.subjects.astype(str))
    assert 0.05 < found.calibration.temperature < 40


def test_elcbp_reports_the_number_of_selected_cells():
    clips = drawn(42, range(6), 2)
    grid = {"rows": 7, "columns": 2, "depth": 2}
    system = create("elcbp", {"descriptor": {"grid": grid, "clip": {"frames": 6}}})
    features = features_of(system, CONFIG.input, clips.crops)
    found = fit(system, features, clips.labels, clips.subjects.astype(str))
    assert 1 <= found.chosen["cells"] == found.system.config.kept <= 28
    assert found.chosen["SD"] + found.chosen["TD"] + found.chosen["TG"] == pytest.approx(1)


@pytest.mark.parametrize("name", ["lbp_top", "lbp_sip", "elcbp"])
def test_the_shipped_settings_are_for_clips(name):
    shipped = default(name)
    assert shipped.input == InputSpec("clip", 128) and shipped.system == name
    create(name, shipped.model)


def test_what_belongs_to_networks_is_refused(no_rendering, tmp_path):
    for change in ({"optimiser": OptimiserConfig(epochs=2)}, {"ensemble": 2}, {"macro_epochs": 1}):
        with pytest.raises(ConfigError, match="'lbp_top', which is no network, does not read"):
            run(dataclasses.replace(CONFIG, **change), tmp_path / "m.safetensors")
    with pytest.raises(ConfigError, match="'lbp_top' reads clip"):
        dataclasses.replace(CONFIG, input=InputSpec("flow", 64))
    with pytest.raises(ConfigError, match="'prototype' reads flow or apex"):
        TrainConfig("prototype", input=InputSpec("clip", 64))
    assert no_rendering == []


def clip_set(n, n_subjects):
    """Drawn clips of a data set with three of the classes."""
    made = drawn(n, range(n_subjects), 5)
    names = made.subjects.astype(str)
    return ClipSet(
        made.flow, made.labels % 3, ("a", "b", "c"), np.arange(n).astype(str), names, np.full(n, "set"),
        "a set", crops=made.crops,
    )  # fmt: skip


def test_clips_of_a_data_set_are_learned_with_its_classes_and_unseen_subjects(no_rendering, tmp_path):
    clips = clip_set(60, 10)
    result = run(CONFIG, tmp_path / "m.safetensors", clips=clips)
    card = checkpoint.load(result.path).card
    assert card.labels == clips.labels and not result.synthetic and no_rendering == []
    assert card.training["data"] == "a set" and card.training["samples"] == {"train": 48, "test": 12}
    own = card.training["subjects"]
    assert len(own["test"]) == 2 and sorted(own["train"] + own["test"]) == sorted(set(clips.subject_ids))
    assert accuracy(result.test) > 0.8 and result.test.sum() == 12 and result.validation.sum() == 48


def test_clips_that_cannot_be_learned_are_refused(tmp_path):
    with pytest.raises(DataError, match="contain 2 subjects: give three or more"):
        run(CONFIG, tmp_path / "m.safetensors", clips=clip_set(12, 2))
    with pytest.raises(DataError, match="no input of kind 'clip'"):
        run(CONFIG, tmp_path / "m.safetensors", clips=synthetic_clips(4, 2, 0, 28))
