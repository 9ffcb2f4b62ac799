"""Synthetic samples of every kind that networks read, and how each is mirrored."""

from __future__ import annotations

import joblib
import pytest
import torch

from mer_ros.errors import DataError
from mer_ros.progress import SILENT
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.labelled_set import mirror_share
from mer_ros.training.sample_generators import GENERATORS, MAX_EARLY, generator_of


def test_training_sequences_end_early_and_others_do_not(monkeypatch):
    seen = []
    real = InputSpec.read
    monkeypatch.setattr(InputSpec, "read", lambda spec, shown: seen.append(len(shown)) or real(spec, shown))
    spec = InputSpec("sequence", 16)
    GENERATORS["sequence"].generate(24, range(3), 0, spec, "train", SILENT)
    assert set(seen) == {12 - k for k in range(MAX_EARLY + 1)}
    seen.clear()
    generated = GENERATORS["sequence"].generate(8, range(3), 0, spec, "test", SILENT)
    assert set(seen) == {12} and generated.kind == "sequence" and generated.data.shape == (8, 8, 3, 16, 16)


def test_images_are_grey_faces_of_the_given_subjects(monkeypatch):
    monkeypatch.setattr(joblib, "cpu_count", lambda: 1)  # no other process has to start
    generated = GENERATORS["apex"].generate(4, range(2000, 2004), 0, InputSpec("apex", 32), "train", SILENT)
    assert generated.kind == "apex" and generated.data.shape == (4, 3, 32, 32) and generated.flow is None
    assert (
        torch.equal(generated.data[:, 0], generated.data[:, 2])
        and 0 <= generated.data.min() < generated.data.max() <= 1
    )
    assert set(generated.subjects.tolist()) <= {2000, 2001} and generated.data.std(0).max() > 0.02


def test_no_network_is_trained_on_clips():
    with pytest.raises(DataError, match="'clip'"):
        generator_of("clip")


def test_a_mirrored_image_is_only_flipped_and_flow_also_negates_u():
    x = torch.arange(24.0).reshape(1, 3, 2, 4) + 1
    every = torch.Generator().manual_seed(0)
    assert torch.equal(mirror_share(x.clone(), 1.0, "apex", every), x.flip(-1))
    for kind, sample in (("flow", x), ("sequence", x[:, None].repeat(1, 2, 1, 1, 1))):
        found = mirror_share(sample.clone(), 1.0, kind, every)
        flipped = sample.flip(-1)
        assert torch.equal(found[..., 0, :, :], -flipped[..., 0, :, :])
        assert torch.equal(found[..., 1:, :, :], flipped[..., 1:, :, :])
    assert torch.equal(mirror_share(x.clone(), 0.0, "flow", every), x)
