"""The state of a run on a toy network: best weights, patience, schedule, and restoration bit for bit."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from mer_ros.training.config import OptimiserConfig
from mer_ros.training.training_state import TrainingState

CONFIG = OptimiserConfig(learning_rate=0.1, weight_decay=0.3, patience=2)
TRUTH = torch.tensor([0, 0, 1, 1])
GOOD, MIDDLING, BAD = (
    torch.eye(2)[torch.tensor(labels)] for labels in ([0, 0, 1, 1], [0, 0, 0, 1], [1, 1, 0, 0])
)


class Toy(nn.Module):
    """A linear layer, a norm, prototypes and a frozen parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 2)
        self.norm = nn.BatchNorm1d(2)
        self.prototypes = nn.Parameter(torch.ones(2, 2))
        self.frozen = nn.Parameter(torch.ones(2, 2), requires_grad=False)

    def forward(self, x):
        return self.norm(self.linear(x)) @ self.prototypes


def begin(total=20, seed=0, config=CONFIG) -> TrainingState:
    torch.manual_seed(1)
    return TrainingState.begin(Toy(), config, total, seed)


def step(state: TrainingState) -> None:
    """One optimiser step on samples that depend on the generators of the state and of torch."""
    x = torch.randn(4, 3, generator=state.generator) + torch.randn(1)
    state.optimiser.zero_grad()
    nn.functional.cross_entropy(state.system(x), TRUTH).backward()
    state.optimiser.step()
    state.schedule.step()


def add(state: TrainingState, *answers: torch.Tensor) -> list[bool]:
    """Add epochs with these logits; which of all epochs were best."""
    for logits in answers:
        state.add({"cross_entropy": 0.5, "cohesion": 0.25}, logits, TRUTH, 2.0)
    return [epoch.best for epoch in state.history]


def test_matrices_decay_and_vectors_prototypes_and_frozen_parameters_do_not():
    state = begin()
    decayed, undecayed = state.optimiser.param_groups
    toy = state.system
    assert decayed["weight_decay"] == 0.3 and [p is toy.linear.weight for p in decayed["params"]] == [True]
    assert undecayed["weight_decay"] == 0.0
    wanted = [toy.linear.bias, toy.norm.weight, toy.norm.bias, toy.prototypes]
    assert {id(p) for p in undecayed["params"]} == {id(p) for p in wanted}


@pytest.mark.parametrize("total", [1, 2, 3, 20])
@pytest.mark.parametrize("warm_up", [0.01, 0.5, 0.99])
def test_the_learning_rate_rises_to_its_peak_and_falls_however_few_steps_there_are(total, warm_up):
    state = begin(total, config=OptimiserConfig(learning_rate=0.1, warm_up=warm_up))
    rates = []
    for _ in range(total):
        rates.append(state.schedule.get_last_lr()[0])
        step(state)
    assert 0 < min(rates) and max(rates) <= 0.1 + 1e-9 and np.isfinite(rates).all()
    if total == 20 and warm_up == 0.5:
        assert max(rates) == pytest.approx(0.1, rel=0.02) and np.argmax(rates) in (9, 10)


def test_an_epoch_is_best_if_its_uf1_is_higher_than_all_before():
    state = begin()
    assert add(state, BAD, MIDDLING, MIDDLING, GOOD, BAD) == [True, True, False, True, False]
    assert [epoch.number for epoch in state.history] == [0, 1, 2, 3, 4]
    second = state.history[1]
    assert second.validation.tolist() == [[2, 0], [1, 1]] and second.loss == 0.75 and second.seconds == 2.0


def test_the_best_weights_are_a_copy_from_their_epoch():
    state = begin()
    step(state)
    best = {name: value.clone() for name, value in state.system.state_dict().items()}
    add(state, GOOD)
    step(state)
    add(state, BAD)
    assert all(torch.equal(state.best_weights[name], value) for name, value in best.items())
    assert not torch.equal(state.system.linear.weight, best["linear.weight"])


@pytest.mark.parametrize(
    ("answers", "over"),
    [
        ([], False),
        ([BAD], False),
        ([GOOD, BAD], False),
        ([GOOD, BAD, BAD], True),
        ([BAD, BAD, GOOD, BAD], False),
        ([BAD, GOOD, GOOD, GOOD], True),  # as good is not better
    ],
)
def test_patience_ends_after_two_epochs_without_a_better_score(answers, over):
    state = begin()
    add(state, *answers)
    assert state.patience_is_over is over


def test_a_restored_state_continues_bit_for_bit():
    state = begin()
    for _ in range(3):
        step(state)
    add(state, MIDDLING, BAD)
    step(state)
    tensors, numbers = state.state()
    tensors = {name: value.clone() for name, value in tensors.items()}
    numbers = json.loads(json.dumps(numbers))  # as a resume file stores it
    for _ in range(4):
        step(state)
    add(state, GOOD)

    torch.manual_seed(99)
    other = TrainingState.begin(Toy(), CONFIG, 20, seed=7)
    other.restore(tensors, numbers)
    assert [epoch.best for epoch in other.history] == [True, False]
    for _ in range(4):
        step(other)
    add(other, GOOD)
    for mine, theirs in (
        (state.system.state_dict(), other.system.state_dict()),
        (state.best_weights, other.best_weights),
    ):
        assert all(torch.equal(value, theirs[name]) for name, value in mine.items())
    assert other.schedule.get_last_lr() == state.schedule.get_last_lr()
    assert torch.equal(other.generator.get_state(), state.generator.get_state())
    for mine, theirs in zip(state.history, other.history, strict=True):
        assert (mine.number, mine.loss, mine.terms, mine.best) == (
            theirs.number,
            theirs.loss,
            theirs.terms,
            theirs.best,
        )
        assert np.array_equal(mine.validation, theirs.validation) and torch.equal(mine.logits, theirs.logits)


def test_a_restored_state_keeps_the_weights_of_the_best_epoch():
    state = begin()
    step(state)
    add(state, GOOD)
    best = {name: value.clone() for name, value in state.best_weights.items()}
    step(state)
    add(state, BAD)
    other = begin(seed=7)
    other.restore(*state.state())
    add(other, BAD)
    assert all(torch.equal(other.best_weights[name], value) for name, value in best.items())
