"""Labels of a job, scores as JSON, and the training summary of a checkpoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mer_ros.data.synthetic import GENERATOR_VERSION
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import Calibration
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import TrainConfig
from mer_ros.training.job import Job, card_of, save_result, scores_of, summary
from mer_ros.training.observer import SILENT_TRAINING
from mer_ros.types import EMOTIONS

CONFIG = TrainConfig("prototype", seed=4)
TWO = np.array([[3, 1], [0, 4]])


def test_the_labels_are_those_of_the_clips_or_the_emotions(make_clips):
    job = Job(CONFIG, Path("m.safetensors"), "cpu", SILENT_TRAINING)
    assert job.labels == EMOTIONS
    clips = make_clips(subject_ids=2, each=3, size=8)
    assert Job(CONFIG, job.out, "cpu", SILENT_TRAINING, clips).labels == clips.labels


def test_scores_as_json_by_hand():
    confusion = np.zeros((7, 7), np.int64)
    confusion[:3, :3] = [[2, 1, 0], [1, 1, 0], [0, 1, 0]]  # four emotions neither shown nor answered
    scores = scores_of(confusion)
    assert scores["accuracy"] == 0.5 and scores["uar"] == pytest.approx((2 / 3 + 1 / 2 + 0) / 3, abs=1e-4)
    assert list(scores["f1"].values()) == [0.6667, 0.4, 0, 0, 0, 0, 0]
    assert scores["uf1"] == pytest.approx((4 / 6 + 2 / 5) / 7, abs=1e-4)


def test_scores_are_rounded_and_named_by_label():
    scores = scores_of(TWO, ("calm", "storm"))
    assert scores == {
        "accuracy": 0.875, "uf1": 0.873, "uar": 0.875, "f1": {"calm": 0.8571, "storm": 0.8889},
    }  # fmt: skip


def test_f1_of_an_empty_confusion_is_0():
    scores = scores_of(np.zeros((2, 2), np.int64), ("calm", "storm"))
    assert scores["f1"] == {"calm": 0, "storm": 0} and scores["uf1"] == 0


def test_a_summary_of_synthetic_emotions_names_generator_and_ceiling():
    found = summary(CONFIG, {"test": np.eye(7, dtype=np.int64)}, chosen={"cost": 1.0})
    assert found["generator"] == GENERATOR_VERSION and found["label_ceiling"] == label_ceiling().figures()
    assert found["seed"] == 4 and found["chosen"] == {"cost": 1.0} and found["scores"]["test"]["uf1"] == 1


@pytest.mark.parametrize("synthetic", [True, False])
def test_other_data_has_no_ceiling(synthetic):
    found = summary(CONFIG, {"validation": TWO, "test": TWO}, ("calm", "storm"), synthetic, data="mine")
    assert set(found) == {"seed", "data", "scores"} and set(found["scores"]) == {"validation", "test"}


def test_a_finished_job_is_written_with_its_card_and_returned(tmp_path):
    config = TrainConfig("linear", input=InputSpec("flow", 28))
    job = Job(config, tmp_path / "m.safetensors", "cpu", SILENT_TRAINING)
    scores = {"held_out": np.eye(7, dtype=np.int64), "test": 2 * np.eye(7, dtype=np.int64)}
    card = card_of(job, Calibration(2.0), scores, chosen={"cost": 1.0})
    assert card_of(job, Calibration(), scores, system="votes").system == "votes"
    found = save_result(job, create("linear", {}), card, scores, {"cost": 1.0}, "Synthetic.")
    loaded = checkpoint.load(found.path)
    assert (loaded.model_id, loaded.card.system) == (found.model_id, "linear")
    assert loaded.card.calibration.temperature == 2.0 and loaded.card.training["chosen"] == {"cost": 1.0}
    assert loaded.card.labels == found.labels == EMOTIONS and found.seconds > 0 and found.synthetic
    assert found.validation is scores["held_out"] and found.test is scores["test"]
