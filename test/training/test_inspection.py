from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.progress import SILENT
from mer_ros.recognition import create
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.inspection import DECODED_EPOCHS, EpochLog, decoded, inspection, latents
from mer_ros.training.training_state import Epoch

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}
SPEC = InputSpec("flow", 24)


def prototype(**more):
    torch.manual_seed(0)
    settings = {"backbone": NARROW, "size": 24, "decoder_width": 16, "n_labels": 3, **more}
    return create("prototype", settings).eval()


def epoch(number, confusion=((3, 0), (1, 2)), best=True):
    return Epoch(number, 1.25, {}, np.array(confusion), torch.zeros(6, 2), best, 0.1)


def test_every_epoch_is_kept_and_prototypes_only_after_some():
    log = EpochLog(SILENT, prototype(), SPEC, decode=True)
    for number in range(12):
        log.epoch_finished(epoch(number, best=number < 5))
    assert [one.epoch for one in log.prototypes] == [DECODED_EPOCHS[0]] == [10]
    assert [one.best for one in log.scores] == [True] * 5 + [False] * 7
    assert log.scores[0].loss == 1.25 and log.scores[0].validation_uf1 == pytest.approx((6 / 7 + 4 / 5) / 2)


def test_prototypes_are_not_decoded_unless_asked_for():
    log = EpochLog(SILENT, prototype(), SPEC, decode=False)
    log.epoch_finished(epoch(9))
    assert log.prototypes == [] and len(log.scores) == 1


def test_decoded_prototypes_are_the_unscaled_output_of_the_decoder_for_the_slots_in_use():
    system = prototype(prototypes_per_class=2)
    system.used[3] = 0
    spec = InputSpec("flow", 24, std=(2.0, 2.0, 4.0))
    (found,) = decoded(system, spec, 10)
    assert found.labels == (0, 0, 1, 2, 2) and found.data.shape == (5, 3, 24, 24)
    expected = system.decode(4).numpy() * np.array([2.0, 2.0, 4.0], np.float32)[:, None, None]
    np.testing.assert_allclose(found.data[3], expected, rtol=1e-5)


def test_systems_that_decode_nothing_have_no_prototypes():
    assert decoded(create("micro_attention", {"backbone": NARROW}), SPEC, 1) == []


def test_latents_are_the_mean_over_both_mirror_images_in_evaluation_mode():
    system, samples = prototype().train(), torch.randn(70, 3, 24, 24)
    plain, mirrored = latents(system, samples, False), latents(system, samples, True)
    with torch.inference_mode():
        np.testing.assert_allclose(plain, system.encode(samples).numpy(), atol=1e-4)
    assert plain.shape == mirrored.shape and not np.allclose(plain, mirrored)


def test_an_inspection_holds_both_sides_and_is_none_without_latents():
    samples, found = torch.randn(5, 3, 24, 24), decoded(prototype(), SPEC, 0)
    both = inspection(prototype(), samples, samples[:2], False, found)
    np.testing.assert_allclose(both.train[:2], both.test, atol=1e-5)
    assert both.prototypes == tuple(found)
    assert inspection(create("linear", {"n_labels": 3, "size": 24}), samples, samples, False, ()) is None
