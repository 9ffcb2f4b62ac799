"""Groups of training samples: disjoint subjects, synthetic or from clips, progress by group."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mer_ros.data import synthetic
from mer_ros.errors import DataError
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import TrainConfig
from mer_ros.training.labelled_set import from_inputs
from mer_ros.training.sample_generators import LEAST_FLOW_PX
from mer_ros.training.samples import MACRO_PX, macro_samples, samples_for, samples_of_clips, synthetic_samples
from mer_ros.types import EMOTIONS

SPEC = InputSpec("flow", 24)


def subjects_of(groups):
    return [set(part.subjects.tolist()) for part in (groups.train, groups.validation, groups.test)]


def test_fault_76_too_few_subjects_are_refused(make_clips):
    with pytest.raises(DataError, match="give three or more"):
        samples_of_clips(make_clips(subject_ids=2), 0, SPEC)


def test_fault_72_clips_are_split_by_subject(own_clips):
    found = samples_of_clips(own_clips, 0, SPEC)
    groups = [set(part.subjects.tolist()) for part in (found.train, found.validation, found.test)]
    assert not groups[0] & groups[1] and not groups[1] & groups[2] and not groups[0] & groups[2]
    assert sum(len(part) for part in (found.train, found.validation, found.test)) == len(own_clips)


def test_the_seed_determines_the_held_out_subjects(own_clips):
    first, again, other = (samples_of_clips(own_clips, seed, SPEC) for seed in (0, 0, 1))
    assert first.summary["subjects"] == again.summary["subjects"] != other.summary["subjects"]
    assert sum(map(len, first.summary["subjects"].values())) == 12


def test_a_group_of_one_class_is_refused_by_name(make_clips):
    clips = make_clips(subject_ids=3, each=4, size=24)
    clips = replace(clips, truth=(clips.subjects == "s00").astype(np.int64))
    with pytest.raises(DataError, match=r"The subjects drawn for '(train|validation|test)' are too few"):
        samples_of_clips(clips, 0, SPEC)


def test_a_run_with_clips_reads_them_and_generates_nothing(own_clips, monkeypatch):
    monkeypatch.setattr(synthetic, "flow_samples", lambda *_, **__: pytest.fail("generated"))
    groups = samples_for(own_clips, TrainConfig("prototype", input=SPEC))
    assert sum(groups.counts.values()) == len(own_clips) and not groups.synthetic
    assert groups.labels == own_clips.labels and groups.summary["data"] == own_clips.origin


@pytest.mark.usefixtures("few_subjects")
def test_synthetic_groups_share_no_subject_and_are_preprocessed_as_events():
    sets = synthetic_samples(20, 12, 3, InputSpec("flow", 24))
    groups = [set(part.subjects.tolist()) for part in (sets.train, sets.validation, sets.test)]
    assert not groups[0] & groups[1] and not groups[1] & groups[2] and not groups[0] & groups[2]
    assert sets.train.data.shape == (20, 3, 24, 24) and len(sets.test) == 12
    raw = synthetic.flow_samples(18, synthetic.TRAIN_SUBJECTS, 3, LEAST_FLOW_PX)
    clear = synthetic.flow_samples(2, synthetic.TRAIN_SUBJECTS, 6, LEAST_FLOW_PX, clean=True)
    np.testing.assert_array_equal(sets.train.flow[18:].numpy(), clear.data)
    np.testing.assert_array_equal(sets.train.data[5].numpy(), normalise_flow(raw.data[5], 24))
    np.testing.assert_array_equal(sets.train.flow[5].numpy(), raw.data[5])
    assert sets.synthetic and sets.counts == {"train": 20, "validation": 12, "test": 12}


def test_there_are_no_synthetic_clips_for_networks():
    with pytest.raises(DataError, match="'clip'"):
        synthetic_samples(40, 20, 0, InputSpec("clip", 24))


@pytest.mark.usefixtures("few_subjects")
@pytest.mark.parametrize("kind", ["flow", "sequence"])
def test_the_same_seed_gives_the_same_samples_and_another_does_not(kind):
    first, again, other = (synthetic_samples(14, 8, seed, InputSpec(kind, 20)) for seed in (0, 0, 1))
    for name in ("train", "validation", "test"):
        mine, theirs = getattr(first, name), getattr(again, name)
        assert torch.equal(mine.data, theirs.data) and torch.equal(mine.labels, theirs.labels)
        assert not torch.equal(mine.data, getattr(other, name).data)


@pytest.mark.usefixtures("few_subjects")
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


def test_clips_with_sequences_are_read_and_others_are_refused():
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


@pytest.mark.usefixtures("few_subjects")
def test_synthetic_samples_are_described():
    groups = synthetic_samples(16, 16, 0, InputSpec("sequence", 16))
    assert "sequences" in groups.summary["data"] and groups.description == "The sequences are synthetic."
    shown = np.random.default_rng(0).normal(size=(2, 2, 16, 16)).astype(np.float32)
    flow = from_inputs(shown, np.array([0, 1]), np.array([1, 2]), InputSpec("flow", 16))
    assert flow.kind == "flow" and flow.flow is not None


@pytest.fixture
def moving(monkeypatch):
    """Samples that move by MACRO_PX - 1, MACRO_PX and MACRO_PX + 1 pixels in turn; the generator's calls."""
    calls = []

    def flow_samples(n, subjects, seed, size, progress):
        calls.append((n, subjects, seed, size))
        progress.started("flow", n)
        progress.advanced("flow", n)
        number = np.arange(n)
        data = np.random.default_rng(0).normal(size=(n, 2, size, size)).astype(np.float32)
        return SimpleNamespace(
            data=data, labels=number % 2, subjects=number, amplitude_px=MACRO_PX - 1 + number % 3
        )

    monkeypatch.setattr(synthetic, "flow_samples", flow_samples)
    return calls


def test_macro_expressions_are_the_samples_that_move_enough(moving, recorder):
    observer = recorder()
    groups = macro_samples(6, 4, 9, InputSpec("flow", 16), observer)
    assert groups.train.subjects.tolist() == [1, 2, 4, 5, 7, 8]  # the first six of MACRO_PX or more
    assert groups.validation.subjects.tolist() == [1, 2, 4, 5] and groups.test is groups.validation
    half = len(synthetic.VALIDATION_SUBJECTS) // 2
    assert moving == [
        (24, synthetic.TRAIN_SUBJECTS, 9, 16),
        (16, synthetic.VALIDATION_SUBJECTS[:half], 10, 16),
    ]
    assert groups.labels == EMOTIONS and groups.synthetic
    assert observer.done("generating macro-expressions") == [24, 16]
    assert observer.finished_tasks == ["generating macro-expressions"] * 2
