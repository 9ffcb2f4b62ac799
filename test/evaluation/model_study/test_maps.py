from __future__ import annotations

import numpy as np
import torch

from mer_ros import files
from mer_ros.evaluation.model_study.maps import EACH, chosen_clips, face_of_crop, nearest_to_mean, study_maps
from mer_ros.recognition import Recogniser


def test_the_first_correct_predictions_of_each_label_are_chosen():
    truth = np.array([1, 0, 0, 0, 0, 0, 1])
    right = np.array([False, True, False, True, True, True, True])
    assert chosen_clips(truth, right, 2).tolist() == [1, 3, 4, 6] and EACH == 3


def test_the_most_typical_map_is_found_whatever_its_scale():
    chin, brow = np.zeros((2, 4, 4), np.float32)
    chin[3], brow[0] = 1.0, 50.0
    between = chin + 0.2 * brow / 50
    assert nearest_to_mean(np.stack([brow, chin, between])) == 2
    assert nearest_to_mean(np.stack([brow, 0 * brow, chin, 9 * chin])) in (2, 3)
    assert nearest_to_mean(brow[None]) == nearest_to_mean(0 * brow[None]) == 0


def test_the_face_fills_half_of_the_crop():
    face = face_of_crop()
    assert face.shape == (128, 128) and 0.4 < face.mean() < 0.55 and face[64, 64] and not face[2, 2]


def test_without_a_correct_prediction_there_is_no_study():
    model = Recogniser.load(files.models_dir() / "linear_prototype.safetensors")
    none = np.empty(0, np.int64)
    assert study_maps(model, torch.empty(0), none, none, None) is None


def test_every_method_that_applies_is_scored_and_the_others_say_what_they_need(explained_models):
    maps = explained_models("linear_prototype").maps
    assert set(maps.scores) == set(maps.methods) and maps.default == "linear_contributions"
    assert maps.absent["attention"] == "attention units" and not maps.attention
    assert maps.scores[maps.default].gain > 0.5 and maps.most_faithful in maps.methods
    assert np.allclose(np.diag(maps.agreement), 1) and 0 <= maps.unstable <= 1
    assert len(maps.examples) == len(maps.labels) == len(maps.clips)


def test_a_model_with_attention_has_a_map_of_each_block(explained_models):
    attention = explained_models("micro_attention").maps.attention
    assert len(attention) == 4 and all(one.ndim == 2 and one.min() > 0 for one in attention.values())
