"""The training loop on a toy network whose steps and answers are computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mer_ros.errors import DataError
from mer_ros.recognition.system import ModelOutput
from mer_ros.recognition.systems.network import Network
from mer_ros.training.config import OptimiserConfig
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.resume_file import ResumeFile
from mer_ros.training.trainer import Trainer

OPTIONS = OptimiserConfig(epochs=3, batch=4, learning_rate=0.1, mirror=0.0, weight_decay=0.0)


class Toy(Network):
    """(B, 3, S, S) -> two classes, linear in the means of u, v and strain; the weights begin at 0."""

    head_parameters = ("head.*",)
    gradcam_layer = "head"

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(3, 2, bias=False)
        nn.init.zeros_(self.head.weight)
        self.offset = nn.Parameter(torch.zeros(2), requires_grad=False)
        self.started: list[int] = []
        self.encoded: list[tuple[torch.Tensor, torch.Tensor]] = []

    def forward(self, x):
        latent = x.mean((2, 3))
        return ModelOutput(self.head(latent) + self.offset, latent=latent)

    def loss(self, output, data, labels):
        return {"cross_entropy": F.cross_entropy(output.logits.float(), labels)}

    def on_epoch_start(self, epoch, encode):
        self.started.append(epoch)
        self.encoded.append(encode())


def samples(n: int, first_subject: int = 0) -> LabelledSet:
    """Class 1 has v = 1, class 0 has v = -1; u is the number of the sample, divided by 1024."""
    labels = torch.arange(n) % 2
    data = torch.zeros(n, 3, 2, 2)
    data[:, 0] = torch.arange(n)[:, None, None] / 1024
    data[:, 1] = (2 * labels - 1)[:, None, None]
    return LabelledSet(data, labels, np.arange(n) + first_subject)


@pytest.fixture
def toy():
    return Toy()


def with_weights(system: Toy, *rows: list[float]) -> Toy:
    system.head.weight.data.copy_(torch.tensor(rows))
    return system


def test_the_logits_of_one_sample_by_hand(toy):
    trainer = Trainer(with_weights(toy, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), OPTIONS)
    assert trainer.predict(torch.full((1, 3, 2, 2), 2.0)).tolist() == [[2.0, 2.0]]


def test_predictions_keep_their_order_over_many_batches(toy):
    trainer = Trainer(with_weights(toy, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), OPTIONS)
    data = samples(130)
    found = trainer.logits(data)
    assert (1024 * found[:, 0]).tolist() == list(range(130)) and found.dtype == torch.float32
    assert not found.requires_grad and not toy.training


def test_with_mirroring_u_cancels_out(toy):
    with_weights(toy, [1.0, 0.0, 0.0], [1.0, 1.0, 0.0])
    found = Trainer(toy, OPTIONS, mirror=True).logits(samples(4))
    assert found.tolist() == [[0, -1], [0, 1], [0, -1], [0, 1]]


@pytest.mark.parametrize(("gradient_norm", "factor"), [(5.0, 1.0), (0.1, 0.1 / math.sqrt(0.5))])
def test_a_step_by_hand(gradient_norm, factor, toy):
    """Both classes have probability 1/2, so the gradients of the rows are -1/2 x and 1/2 x."""
    options = OptimiserConfig(gradient_norm=gradient_norm)
    optimiser = torch.optim.SGD(toy.parameters(), lr=1.0)
    x = torch.zeros(1, 3, 2, 2)
    x[:, 1] = 1.0
    terms = Trainer(toy, options).step(optimiser, x, torch.tensor([0]))
    assert terms == {"cross_entropy": pytest.approx(math.log(2), rel=1e-3)}
    expected = factor * torch.tensor([[0.0, 0.5, 0.0], [0.0, -0.5, 0.0]])
    torch.testing.assert_close(toy.head.weight.data, expected, atol=1e-3, rtol=1e-3)


def test_frozen_parameters_are_not_trained(toy):
    trainer = Trainer(toy, OPTIONS)
    assert [id(p) for p in trainer.trainable] == [id(toy.head.weight)]
    trainer.fit(samples(8), samples(4, first_subject=100))
    assert toy.offset.tolist() == [0, 0] and toy.head.weight.abs().sum() > 0


def test_the_classes_are_learned_and_every_step_is_reported(toy, recorder):
    observer = recorder()
    history = Trainer(toy, OPTIONS).fit(samples(10), samples(4, first_subject=100), observer)
    assert history[-1].validation.tolist() == [[2, 0], [0, 2]] and not toy.training
    assert history == observer.epochs and [epoch.number for epoch in history] == [0, 1, 2]
    assert observer.totals == {"training": 9} and observer.done("training") == list(range(1, 10))
    assert observer.finished_tasks == ["training"] and observer.steps[0][2] == "loss 0.693"


def test_each_epoch_starts_with_the_latents_of_training_samples(toy):
    Trainer(toy, OPTIONS).fit(samples(10), samples(4, first_subject=100))
    assert toy.started == [0, 1, 2]
    latents, labels = toy.encoded[0]
    numbers = (1024 * latents[:, 0]).long()
    assert sorted(numbers.tolist()) == list(range(10)) and torch.equal(labels, numbers % 2)


def test_the_loss_of_an_epoch_is_the_mean_over_its_steps(toy, monkeypatch):
    trainer, losses = Trainer(toy, OPTIONS), iter([1.0, 2.0, 6.0])
    monkeypatch.setattr(
        trainer, "step", lambda optimiser, *_: optimiser.step() or {"a": next(losses), "b": 0.5}
    )
    trainer.config = OptimiserConfig(epochs=1, batch=4)
    [epoch] = trainer.fit(samples(10), samples(4, first_subject=100))
    assert epoch.terms == {"a": pytest.approx(3.0), "b": pytest.approx(0.5)} and epoch.loss == pytest.approx(
        3.5
    )


def test_the_weights_of_the_best_epoch_are_left(toy, monkeypatch):
    trainer, validation, seen = Trainer(toy, OPTIONS), samples(4, first_subject=100), []

    def logits(data):
        seen.append(toy.head.weight.detach().clone())
        return torch.eye(2)[data.labels if len(seen) == 2 else 1 - data.labels]

    monkeypatch.setattr(trainer, "logits", logits)
    assert [epoch.best for epoch in trainer.fit(samples(8), validation)] == [True, True, False]
    assert torch.equal(toy.head.weight, seen[1]) and not torch.equal(seen[1], seen[2])


def test_patience_ends_a_run_that_does_not_get_better(toy, monkeypatch):
    trainer = Trainer(toy, OptimiserConfig(epochs=9, patience=2, batch=4))
    monkeypatch.setattr(
        trainer, "logits", lambda data: torch.eye(2)[torch.zeros(len(data), dtype=torch.long)]
    )
    history = trainer.fit(samples(8), samples(4, first_subject=100))
    assert [epoch.best for epoch in history] == [True, False, False]


@pytest.mark.parametrize("batch", [32, 40, 80, 160])  # 5, 4, 2 and 1 steps in all
def test_a_run_of_a_few_steps_has_a_schedule_too(toy, batch):
    trainer = Trainer(toy, OptimiserConfig(epochs=1, batch=batch))
    assert len(trainer.fit(samples(160), samples(4, first_subject=200))) == 1 and toy.head.weight.any()


def test_fault_72_a_subject_on_both_sides_is_refused_before_any_step(toy):
    with pytest.raises(DataError, match="in the training and the validation set"):
        Trainer(toy, OPTIONS).fit(samples(8), samples(4, first_subject=7))
    assert toy.started == [] and not toy.head.weight.any()


def test_fault_73_an_interrupted_run_ends_with_the_same_weights(tmp_path, recorder):
    def stop(observer):
        if len(observer.epochs) == 2:
            raise KeyboardInterrupt

    def fit(observer, path):
        torch.manual_seed(0)
        trainer = Trainer(Toy(), OPTIONS, seed=5)
        trainer.fit(samples(10), samples(4, first_subject=100), observer, ResumeFile(tmp_path / path, "key"))
        return trainer.system

    whole = fit(recorder(), "whole")
    with pytest.raises(KeyboardInterrupt):
        fit(recorder(stop), "stopped")
    resumed = recorder()
    system = fit(resumed, "stopped")
    assert resumed.resumed_after == [1] and system.started == [1, 2]
    assert torch.equal(system.head.weight, whole.head.weight) and whole.head.weight.any()


class Ordered(Trainer):
    """A way to take steps of this test: two per epoch, each written down."""

    def prepare(self, train, generator):
        self.calls = ["prepare"]

    def steps_per_epoch(self, train):
        return 2

    def train_steps(self, train, state):
        for number in range(2):
            state.optimiser.step()
            self.calls.append(f"step {number}")
            yield {"loss": 1.0}

    def finish_epoch(self, train):
        self.calls.append("finish")

    def logits(self, data):
        self.calls.append("validate")
        return torch.eye(2)[data.labels]


def test_a_subclass_takes_its_own_steps_in_the_shared_loop(toy, recorder):
    observer, trainer = recorder(), Ordered(toy, OptimiserConfig(epochs=2))
    trainer.fit(samples(8), samples(4, first_subject=100), observer)
    epoch = ["step 0", "step 1", "finish", "validate"]
    assert trainer.calls == ["prepare", *epoch, *epoch] and observer.totals == {"training": 4}
