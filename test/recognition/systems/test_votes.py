"""Votes: the mean of log-probabilities by hand, members of different sizes, and the exact map of a reader."""

from __future__ import annotations

import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.explanation.methods import attribute
from mer_ros.explanation.methods.linear_contributions import contributions
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.clip_normalisation import shrunk
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.votes import Votes

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}
READER = {"system": "linear", "settings": {"size": 28}, "size": 28}
NETWORK = {"system": "micro_attention", "settings": {"backbone": NARROW}, "size": 56}


def votes_of(*members, n_labels=7) -> Votes:
    torch.manual_seed(0)
    system = create("votes", {"members": list(members), "n_labels": n_labels}).eval()
    assert isinstance(system, Votes)
    for member in system.members:
        if hasattr(member, "weight"):
            member.weight.normal_(0, 0.02)
    if n_labels == 7:
        system.translation.copy_(torch.eye(7))
    return system


def test_the_logits_are_the_mean_of_calibrated_log_probabilities_each_at_its_own_size():
    system, x = votes_of(READER, NETWORK), torch.randn(3, 3, 56, 56)
    system.temperatures.copy_(torch.tensor([2.0, 0.9]))
    with torch.inference_mode():
        reader = system.members[0](shrunk(x, 28)).logits / 2
        network = system.members[1](x).logits / 0.9
        mean = (torch.log_softmax(reader, 1) + torch.log_softmax(network, 1)) / 2
        torch.testing.assert_close(system(x).logits, torch.log_softmax(mean, 1))


def test_labels_are_translated_and_none_have_no_opinion():
    system, x = votes_of(READER, n_labels=2), torch.randn(2, 3, 28, 28)
    with torch.inference_mode():
        torch.testing.assert_close(system(x).logits.exp(), torch.full((2, 2), 0.5))
        system.translation[:3, 0], system.translation[3:, 1] = 1.0, 1.0
        seven = torch.softmax(system.members[0](x).logits, 1)
        pairs = torch.stack([seven[:, :3].sum(1), seven[:, 3:].sum(1)], 1)
        torch.testing.assert_close(system(x).logits.exp(), pairs)


def test_the_map_of_a_reader_is_the_one_of_its_exact_contributions():
    system, x = votes_of(READER), torch.randn(1, 3, 28, 28)
    exact = contributions(system.members[0], x, 2).clamp_min(0)
    found = attribute(system, x, 2).map
    torch.testing.assert_close(torch.from_numpy(found), exact / exact.sum(), rtol=1e-3, atol=1e-6)


def test_nothing_is_trainable_and_it_comes_back_from_a_file(tmp_path):
    system, x = votes_of(READER, NETWORK), torch.randn(2, 3, 56, 56)
    assert not any(p.requires_grad for p in system.parameters())
    path = tmp_path / "votes.safetensors"
    checkpoint.save(path, system, ModelCard("votes", tuple("abcdefg"), InputSpec("flow", 56)))
    with torch.inference_mode():
        again = checkpoint.load(path).system(x).logits
        torch.testing.assert_close(again, system(x).logits, atol=0.02, rtol=0.02)  # half precision


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (
            {"system": "lbp_top", "settings": {}},
            "a member is a LbpTopSystem: name networks",
        ),
        ({"system": "votes", "settings": {}}, "a member is a Votes"),
        ({**READER, "size": 8}, "'size' of a member is 8"),
    ],
)
def test_members_that_cannot_vote_are_refused(member, said):
    with pytest.raises(ConfigError, match=said):
        create("votes", {"members": [member]})
