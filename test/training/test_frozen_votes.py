"""Finished systems as members: their weights, sizes and temperatures are taken, others are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import Calibration, ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import TrainConfig
from mer_ros.training.frozen_votes import frozen_votes, members_of
from mer_ros.types import EMOTIONS

SPEC, CPU = InputSpec("flow", 24), torch.device("cpu")


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    path = tmp_path_factory.mktemp("reader") / "linear.safetensors"
    system = create("linear", {"size": 16})
    system.weight.normal_(0, 0.1)
    checkpoint.save(path, system, ModelCard("linear", EMOTIONS, InputSpec("flow", 16), Calibration(2.5)))
    return str(path)


def config(*start, spec=SPEC):
    return TrainConfig("votes", input=spec, start=start)


def test_members_keep_weights_sizes_and_temperatures(starts, reader):
    system = frozen_votes(config(starts["prototype"], reader), EMOTIONS, CPU)
    assert system.temperatures.tolist() == [1.0, 2.5] and not system.training
    assert [member.size for member in system.config.members] == [24, 16]
    assert torch.equal(system.members[1].weight, checkpoint.load(Path(reader)).system.weight)
    assert torch.equal(system.translation, torch.eye(7))
    assert system(torch.randn(2, 3, 24, 24)).logits.shape == (2, 7)


def test_unrelated_labels_have_no_prior_and_other_classes_are_mapped(starts):
    mapped = frozen_votes(config(starts["prototype"]), ("negative", "positive", "surprise"), CPU)
    assert mapped.translation.shape == (7, 3) and (mapped.translation.sum(1) > 0).all()
    assert not frozen_votes(config(starts["prototype"]), ("calm", "storm"), CPU).translation.any()


def test_what_cannot_be_a_member_is_refused(starts, reader, tmp_path):
    other, votes = tmp_path / "other.safetensors", tmp_path / "votes.safetensors"
    small = create("micro_attention", {"n_labels": 2, "backbone": {"widths": [8] * 4, "depths": [1] * 4}})
    checkpoint.save(other, small, ModelCard("micro_attention", ("a", "b"), SPEC))
    joined = frozen_votes(config(starts["prototype"], reader), EMOTIONS, CPU)
    checkpoint.save(votes, joined, ModelCard("votes", EMOTIONS, SPEC))
    for start, said in (
        ((), "name one or more checkpoints as 'start'"),
        ((starts["prototype"], str(other)), "name models with the same labels"),
        ((str(votes),), "is of the system 'votes': name networks and linear readers"),
    ):
        with pytest.raises(ConfigError, match=said):
            members_of(config(*start))
    scaled = tmp_path / "scaled.safetensors"
    smaller = ModelCard("linear", EMOTIONS, InputSpec("flow", 16, std=(2.0,)))
    checkpoint.save(scaled, create("linear", {"size": 16}), smaller)
    with pytest.raises(ConfigError, match="without a mean and a std"):
        members_of(config(str(scaled), spec=replace(SPEC, std=(2.0,))))
    for spec in (replace(SPEC, size=16), replace(SPEC, std=(2.0,))):
        with pytest.raises(ConfigError, match="only the size of a member may differ, and be smaller"):
            members_of(config(starts["prototype"], spec=spec))
