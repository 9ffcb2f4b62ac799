"""How ME-PLAN is trained: made sequences, episodes, the support, the calibration."""

from __future__ import annotations

import time
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Card
from mer_ros.recognition.me_plan import MePlan
from mer_ros.recognition.recogniser import device_of
from mer_ros.training.calibration import calibrate
from mer_ros.training.episodic import EpisodicTrainer
from mer_ros.training.sequences import made_sequence_sets
from mer_ros.training.teach import Job, Result, summary, teach
from mer_ros.training.trainer import Epoch, Watch
from mer_ros.types import EMOTIONS

PROTOCOL = (
    "made subjects in three groups that never meet: episodes and support of the first, epoch and calibration "
    "chosen on the second, test scores on the third"
)


@teach.register
def _me_plan(system: MePlan, job: Job) -> Result:
    """The file is written after each best epoch, whole or not at all."""
    config = job.config
    target = device_of(job.device)
    progress = job.watch.stage("making sequences")
    sets = made_sequence_sets(config.samples, config.validation_samples, config.seed, config.input, progress)
    trainer = EpisodicTrainer(system, config.optimiser, target, config.seed)
    began = time.monotonic()

    def card(epoch: Epoch, test: NDArray[np.int64] | None) -> Card:
        calibration = calibrate(epoch.logits, sets.validation.labels, True, config.rejection_quantile)
        training = summary(
            config,
            {"validation": epoch.validation} | ({} if test is None else {"test": test}),
            data="made flow sequences (mer_ros.data.synthetic)",
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

    job.watch.stage("training")
    history = trainer.fit(sets.train, sets.validation, Watch(job.watch.step, on_epoch))
    best = [epoch for epoch in history if epoch.best][-1]
    answers = trainer.logits(sets.test).argmax(1).numpy()
    test = metrics.confusion_of(sets.test.labels.numpy(), answers, len(EMOTIONS))
    model_id = checkpoint.save(job.out, system, card(best, test))
    chosen = {"epoch": best.number + 1}
    seconds = time.monotonic() - began
    words = "The sequences are made; the support of the prototypes is training subjects."
    return Result(job.out, model_id, best.validation, test, chosen, words, seconds)
