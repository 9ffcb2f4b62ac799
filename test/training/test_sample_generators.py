"""Made samples of every kind that networks read, and how each is mirrored."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.errors import DataError
from mer_ros.progress import SILENT
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.labelled_set import from_inputs, mirror_share
from mer_ros.training.sample_generators import GENERATORS, MAX_EARLY, generator_of
from mer_ros.training.samples import samples_of_clips, synthetic_samples
from mer_ros.types import EMOTIONS


@pytest.mark.parametrize("kind", ["flow", "sequence"])
def test_the_generation_of_each_group_is_a_task(kind, recorder):
    observer = recorder()
    synthetic_samples(24, 12, 0, InputSpec(kind, 16), observer)
    assert observer.totals == {
        "generating training samples": 24,
        "generating validation samples": 12,
        "generating test samples": 12,
    }
    assert observer.finished_tasks == list(observer.totals)
    for task, total in observer.totals.items():
        done = observer.done(task)
        assert done == sorted(done) and done[-1] == total and len(done) >= total / 2


def test_sequences_to_learn_from_end_early_and_others_do_not(monkeypatch):
    seen = []
    real = InputSpec.read
    monkeypatch.setattr(InputSpec, "read", lambda spec, shown: seen.append(len(shown)) or real(spec, shown))
    spec = InputSpec("sequence", 16)
    GENERATORS["sequence"].generate(24, range(3), 0, spec, "train", SILENT)
    assert set(seen) == {12 - k for k in range(MAX_EARLY + 1)}
    seen.clear()
    made = GENERATORS["sequence"].generate(8, range(3), 0, spec, "test", SILENT)
    assert set(seen) == {12} and made.kind == "sequence" and made.data.shape == (8, 8, 3, 16, 16)


def test_pictures_are_grey_faces_of_the_people_asked_for():
    made = GENERATORS["apex"].generate(4, range(2000, 2004), 0, InputSpec("apex", 32), "train", SILENT)
    assert made.kind == "apex" and made.data.shape == (4, 3, 32, 32) and made.flow is None
    assert torch.equal(made.data[:, 0], made.data[:, 2]) and 0 <= made.data.min() < made.data.max() <= 1
    assert set(made.subjects.tolist()) <= {2000, 2001} and made.data.std(0).max() > 0.02


def test_nobody_learns_from_clips_as_a_network():
    with pytest.raises(DataError, match="'clip'"):
        generator_of("clip")


def test_a_mirrored_picture_is_only_flipped_and_flow_also_negates_u():
    x = torch.arange(24.0).reshape(1, 3, 2, 4) + 1
    every = torch.Generator().manual_seed(0)
    assert torch.equal(mirror_share(x.clone(), 1.0, "apex", every), x.flip(-1))
    for kind, sample in (("flow", x), ("sequence", x[:, None].repeat(1, 2, 1, 1, 1))):
        found = mirror_share(sample.clone(), 1.0, kind, every)
        flipped = sample.flip(-1)
        assert torch.equal(found[..., 0, :, :], -flipped[..., 0, :, :])
        assert torch.equal(found[..., 1:, :, :], flipped[..., 1:, :, :])
    assert torch.equal(mirror_share(x.clone(), 0.0, "flow", every), x)


def test_clips_with_sequences_are_material_and_clips_without_are_told():
    from mer_ros.data.datasets.synthetic import synthetic_clips

    spec = InputSpec("sequence", 20)
    clips = synthetic_clips(70, 10, 0, 20, sequences=True)
    groups = samples_of_clips(clips, 0, spec)
    assert groups.labels == EMOTIONS and groups.synthetic and sum(groups.counts.values()) == 70
    assert {groups.train.kind, groups.test.kind} == {"sequence"}
    subject_ids = [set(part.subjects.tolist()) for part in (groups.train, groups.validation, groups.test)]
    assert (
        not subject_ids[0] & subject_ids[1]
        and not subject_ids[0] & subject_ids[2]
        and not subject_ids[1] & subject_ids[2]
    )
    with pytest.raises(DataError, match="no input of kind 'sequence'"):
        samples_of_clips(synthetic_clips(70, 10, 0, 20), 0, spec)


def test_what_was_made_is_told():
    groups = synthetic_samples(16, 16, 0, InputSpec("sequence", 16))
    assert "sequences" in groups.summary["data"] and groups.description == "The sequences are synthetic."
    shown = np.random.default_rng(0).normal(size=(2, 2, 16, 16)).astype(np.float32)
    flow = from_inputs(shown, np.array([0, 1]), np.array([1, 2]), InputSpec("flow", 16))
    assert flow.kind == "flow" and flow.flow is not None
