"""One training run: made data, a system, the trainer, the calibration and the checkpoint."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import Card
from mer_ros.recognition.recogniser import device_of
from mer_ros.training.calibration import calibrate
from mer_ros.training.config import TrainConfig
from mer_ros.training.data import MadeSets, made_sets
from mer_ros.training.files import check_writable
from mer_ros.training.trainer import Epoch, Trainer, Watch
from mer_ros.types import EMOTIONS

PROTOCOL = (
    "made subjects in three groups that never meet: trained on the first, epoch and calibration chosen on "
    "the second, test scores on the third"
)

SCORES = ("accuracy", "uf1", "uar")
"""What is told of a training run, by its name in ``metrics.METRICS``."""


@dataclass(frozen=True, eq=False)
class Result:
    """What a run left: the file and its id.

    validation, test: (C, C) confusions, rows are the truth, on the subjects it was chosen by and on
    unseen ones.
    """

    path: Path
    model_id: str
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    best_epoch: int
    seconds: float


def run(config: TrainConfig, out: Path, device: str = "auto", watch: Watch | None = None) -> Result:
    """Train and write ``out``; it is written after each best epoch, whole or not at all."""
    check_writable(out)
    target = device_of(device)
    config = replace(config, model={**config.model, "n_labels": len(EMOTIONS)})
    sets = made_sets(config.samples, config.validation_samples, config.seed, config.input)
    torch.manual_seed(config.seed)
    system = create(config.system, config.model)
    trainer = Trainer(system, config.optimiser, target, config.seed)
    watch = watch or Watch()
    began = time.monotonic()

    def card(epoch: Epoch, test: NDArray[np.int64] | None) -> Card:
        prototypes = hasattr(system, "prototypes")
        calibration = calibrate(epoch.logits, sets.validation.labels, prototypes, config.rejection_quantile)
        return Card(config.system, EMOTIONS, config.input, calibration, _summary(config, sets, epoch, test))

    def on_epoch(epoch: Epoch) -> None:
        if epoch.best:
            checkpoint.save(out, system, card(epoch, None))
        watch.epoch(epoch)

    history = trainer.fit(sets.train, sets.validation, Watch(watch.step, on_epoch))
    best = [epoch for epoch in history if epoch.best][-1]
    answers = trainer.logits(sets.test).argmax(1).numpy()
    test = metrics.confusion_of(sets.test.labels.numpy(), answers, len(EMOTIONS))
    model_id = checkpoint.save(out, system, card(best, test))
    return Result(out, model_id, best.validation, test, best.number + 1, time.monotonic() - began)


def _summary(
    config: TrainConfig, sets: MadeSets, epoch: Epoch, test: NDArray[np.int64] | None
) -> dict[str, object]:
    """The training data, its ceiling and the scores that travel with the weights."""
    from mer_ros.data.synthetic.ceiling import label_ceiling  # late: the generator is needed only here

    return {
        "data": "made flow (mer_ros.data.synthetic)",
        "generator": sets.generator,
        "samples": {name: len(getattr(sets, name)) for name in sets.subjects},
        "subjects": sets.subjects,
        "protocol": PROTOCOL,
        "seed": config.seed,
        "optimiser": asdict(config.optimiser),
        "epoch": epoch.number + 1,
        "label_ceiling": label_ceiling().figures(),
        "scores": {
            name: scores_of(confusion)
            for name, confusion in (("validation", epoch.validation), ("test", test))
            if confusion is not None
        },
    }


def scores_of(confusion: NDArray[np.int64]) -> dict[str, Any]:
    """Scores as JSON, rounded to what they are worth; a class that is neither true nor answered has F1 0."""
    f1 = np.nan_to_num(metrics.f1(confusion))
    return {
        **{name: round(float(metrics.METRICS[name](confusion)), 4) for name in SCORES},
        "f1": {label: round(float(value), 4) for label, value in zip(EMOTIONS, f1, strict=True)},
    }
