"""What all attribution methods share."""

from __future__ import annotations

import pytest
import torch

from mer_ros.explanation.methods.method import channels_last, evaluation_mode, scores
from mer_ros.recognition import create
from mer_ros.recognition.system import CamRule


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_of_a_system_is_restored_even_after_an_error(training):
    system = create("random_features", {"n_labels": 3}).train(training)
    with pytest.raises(ValueError, match="stop"), evaluation_mode(system):
        assert not system.training
        raise ValueError("stop")
    assert system.training is training


def test_channels_last_changes_the_memory_and_no_value():
    x = torch.randn(2, 3, 5, 5)
    found = channels_last(x)
    assert torch.equal(found, x) and found.stride()[1] == 1 and found.data_ptr() != x.data_ptr()


def test_the_score_of_a_label_is_its_logit_or_its_lead():
    logits, labels = torch.tensor([[1.0, 2.0, 6.0], [0.0, 3.0, 3.0]]), torch.tensor([2, 0])
    assert scores(logits, labels, CamRule(target="logit")).tolist() == [6, 0]
    assert scores(logits, labels, CamRule(target="contrast")).tolist() == [3, -2]
