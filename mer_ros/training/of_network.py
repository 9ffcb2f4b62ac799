"""How a network is trained: made flow, the trainer, the calibration."""

from __future__ import annotations

import time
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Card
from mer_ros.recognition.network import Network
from mer_ros.recognition.recogniser import device_of
from mer_ros.training.calibration import calibrate
from mer_ros.training.data import made_sets
from mer_ros.training.teach import Job, Result, summary, teach
from mer_ros.training.trainer import Epoch, Trainer, Watch
from mer_ros.types import EMOTIONS

PROTOCOL = (
    "made subjects in three groups that never meet: trained on the first, epoch and calibration chosen on "
    "the second, test scores on the third"
)


@teach.register
def _network(system: Network, job: Job) -> Result:
    """The file is written after each best epoch, whole or not at all."""
    config = job.config
    target = device_of(job.device)
    sets = made_sets(config.samples, config.validation_samples, config.seed, config.input)
    trainer = Trainer(system, config.optimiser, target, config.seed)
    began = time.monotonic()

    def card(epoch: Epoch, test: NDArray[np.int64] | None) -> Card:
        prototypes = hasattr(system, "prototypes")
        calibration = calibrate(epoch.logits, sets.validation.labels, prototypes, config.rejection_quantile)
        training = summary(
            config,
            {"validation": epoch.validation} | ({} if test is None else {"test": test}),
            data="made flow (mer_ros.data.synthetic)",
            samples={name: len(getattr(sets, name)) for name in sets.subjects},
            subjects=sets.subjects,
            protocol=PROTOCOL,
            optimiser=asdict(config.optimiser),
            epoch=epoch.number + 1,
        )
        return Card(config.system, EMOTIONS, config.input, calibration, training)

    def on_epoch(epoch: Epoch) -> None:
        if epoch.best:
            checkpoint.save(job.out, system, card(epoch, None))
        job.watch.epoch(epoch)

    history = trainer.fit(sets.train, sets.validation, Watch(job.watch.step, on_epoch))
    best = [epoch for epoch in history if epoch.best][-1]
    answers = trainer.logits(sets.test).argmax(1).numpy()
    test = metrics.confusion_of(sets.test.labels.numpy(), answers, len(EMOTIONS))
    model_id = checkpoint.save(job.out, system, card(best, test))
    chosen = {"epoch": best.number + 1}
    seconds = time.monotonic() - began
    return Result(job.out, model_id, best.validation, test, chosen, "The flow is made.", seconds)
