from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import Evaluation, SystemPredictions
from mer_ros.motion.normalisation import face_window
from mer_ros.reports.heat_map_section import heat_map_blocks, on_face
from mer_ros.training.entrant import Inspection


def test_the_weight_on_the_face_is_one_for_a_uniform_map_and_largest_for_one_within():
    assert on_face(np.ones((14, 14), np.float32)) == pytest.approx(1)
    inside = face_window(64).astype(np.float32)
    assert on_face(inside) == pytest.approx(1 / inside.mean())
    assert on_face(1 - inside) == pytest.approx(0, abs=1e-6)
    assert np.isnan(on_face(np.zeros((14, 14), np.float32)))


def test_two_clips_of_each_class_are_shown_with_words(make_clips):
    clips = make_clips(subject_ids=6, each=9)
    clips = replace(clips, apex_images=tuple(np.full((len(clips), 32, 32, 3), 90, np.uint8)))
    protocol = protocol_of("subjects-70-30")
    [fold] = protocol.folds(clips, 0)
    probabilities = np.full((len(clips), 3), np.nan)
    probabilities[fold.test] = (0.1, 0.2, 0.7)
    maps = np.zeros((len(fold.test), 14, 14), np.float32)
    maps[:, 3, 10] = 2.0
    latents = np.zeros((len(clips), 2), np.float32)
    own = Inspection(latents[fold.train], latents[fold.test], maps=maps)
    number = np.where(np.isin(np.arange(len(clips)), fold.test), 0, -1)
    net = SystemPredictions("net", False, {}, probabilities, number, ({},), inspection=own)
    plain = replace(net, name="plain", inspection=None)
    pictures, table = heat_map_blocks(Evaluation(clips, protocol, 0, (fold,), (plain, net)))
    html = str(pictures.html())
    assert html.count("<img ") == 6
    assert "Apex image of negative, answered surprise by net; heat map strongest at 75 % of the width" in html
    assert "<figcaption>negative, answered surprise</figcaption>" in html
    assert "<figcaption>surprise</figcaption>" in html
    assert f'<td class="number">{len(fold.test)}</td>' in str(table.html())


def test_a_page_without_maps_has_no_such_blocks(make_clips):
    clips = make_clips(subject_ids=6, each=9)
    protocol = protocol_of("subjects-70-30")
    folds = tuple(protocol.folds(clips, 0))
    net = SystemPredictions("net", False, {}, np.ones((54, 3)) / 3, np.zeros(54, int), ({},))
    assert heat_map_blocks(Evaluation(clips, protocol, 0, folds, (net,))) == []
