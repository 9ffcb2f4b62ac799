"""Attributions of a batch and of each of its inputs."""

from __future__ import annotations

import numpy as np
import torch

from mer_ros.explanation.attribution import NOT_A_NUMBER, Attributions, detached, output_of
from mer_ros.explanation.notes import Note
from mer_ros.recognition.system import ModelOutput


def output() -> ModelOutput:
    logits = torch.arange(6.0).reshape(2, 3).requires_grad_()
    return ModelOutput(logits, 2 * logits, torch.ones(2, 4))


def test_each_input_has_its_own_map_output_and_note():
    found = Attributions(np.float32([[[0, 1]], [[2, 3]]]), output(), (None, Note("attention")))
    first, second = found
    assert len(found) == 2 and first.note is None and second.note == Note("attention")
    assert second.map.tolist() == [[2, 3]]
    assert second.output.logits.tolist() == [[3, 4, 5]] and second.output.distances is not None
    assert second.output.distances.tolist() == [[6, 8, 10]]


def test_a_map_that_is_not_finite_becomes_empty_and_says_so_and_the_others_stay():
    maps = np.float32([[[1, np.inf]], [[0, 2]], [[np.nan, 1]]])
    found = Attributions(maps, ModelOutput(torch.zeros(3, 3)), tuple(map(Note, "abc")))
    assert found.notes == (NOT_A_NUMBER, Note("b"), NOT_A_NUMBER)
    assert found.maps.tolist() == [[[0, 0]], [[0, 2]], [[0, 0]]] and found.maps.dtype == np.float32


def test_parts_that_a_system_does_not_have_stay_absent():
    alone = output_of(ModelOutput(torch.zeros(2, 3)), 1)
    assert alone.logits.shape == (1, 3) and alone.distances is None and alone.latent is None


def test_a_detached_output_has_the_same_values_without_a_graph():
    found = detached(output())
    assert not found.logits.requires_grad and found.distances is not None
    assert not found.distances.requires_grad and found.distances.tolist() == [[0, 2, 4], [6, 8, 10]]
