"""Scores of the descriptors on unseen synthetic subjects, and their training time.

All descriptors are trained on the same 1,001 rendered clips and tested on the same other clips. For
comparison, the linear control uses the flow of the same clips, and the shipped networks, which were trained
on synthetic flow, are tested too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.table import Figure
from mer_ros.data.rendered_clips import RenderedClips, rendered_clips, subjects_for
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, TRAIN_SUBJECTS
from mer_ros.evaluation import bootstrap
from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant
from mer_ros.evaluation.entrants.controls import Linear
from mer_ros.metrics import accuracy, uf1
from mer_ros.progress import SILENT
from mer_ros.recognition import Recogniser, create
from mer_ros.recognition.systems.lbp_svm import LbpSvm
from mer_ros.training.entrant import Entrant, TrainingSet
from mer_ros.training.families.lbp_svm import features_of, fit
from mer_ros.training.settings_file import default
from mer_ros.types import EMOTIONS

NAMES = ("lbp_top", "lbp_sip", "elcbp")
NETWORKS = ("prototype", "micro_attention")
N_TRAIN, N_TEST = 1001, 420
LIMIT_S = 300.0
UNSEEN = EVALUATION_SUBJECTS[200:]
"""Subjects that were not used for the choice of settings."""

SEED = 0
MODELS = Path(__file__).parents[1] / "models"


def measure() -> Iterator[Figure]:
    """Yield each row when it is measured."""
    start = time.monotonic()
    train_clips = rendered_clips(N_TRAIN, subjects_for(N_TRAIN, TRAIN_SUBJECTS), SEED)
    yield Figure(f"rendering {N_TRAIN} clips", time.monotonic() - start, "s")
    rendered = rendered_clips(N_TEST, subjects_for(N_TEST, UNSEEN), SEED)
    for name in NAMES:
        config = default(name)
        system = cast(LbpSvm, create(name, config.model))
        start = time.monotonic()
        features = features_of(system, config.input, train_clips.crops)
        found = fit(system, features, train_clips.labels, train_clips.subjects.astype(str))
        seconds = time.monotonic() - start
        yield Figure(
            f"{name}: training on {N_TRAIN} clips", seconds, "s", f"under {LIMIT_S:.0f}", seconds < LIMIT_S
        )
        scores = found.system.machine.scores(features_of(system, config.input, rendered.crops))
        yield from _scores(name, rendered, scores.argmax(1))
    for entrant in (Linear(), *_shipped()):
        features = entrant.features(list(train_clips.flow))
        training_set = TrainingSet(features, train_clips.labels, train_clips.subjects.astype(str), 7)
        answer = entrant.fit_predict(training_set, entrant.features(list(rendered.flow)), SEED, SILENT)
        yield from _scores(entrant.name.partition("@")[0], rendered, answer.probabilities.argmax(1))


def _shipped() -> Iterator[Entrant]:
    """The shipped networks, unchanged."""
    for name in NETWORKS:
        yield CheckpointEntrant(Recogniser.load(MODELS / f"{name}.safetensors"), EMOTIONS)


def _scores(name: str, rendered: RenderedClips, answers: NDArray[np.int64]) -> Iterator[Figure]:
    """Accuracy, and UF1 with its interval over subjects."""
    by_subject = bootstrap.confusions_by_subject(
        rendered.labels, answers, rendered.subjects.astype(str), len(EMOTIONS)
    )
    whole, spread = by_subject.sum(0), bootstrap.confidence_interval(by_subject, uf1, SEED)
    who = f"{N_TEST} clips, {len(by_subject)} unseen subjects"
    yield Figure(f"{name}: accuracy", float(accuracy(whole)), "accuracy", note=who)
    note = f"95 % [{spread.low:.3f}, {spread.high:.3f}] over subjects"
    yield Figure(f"{name}: UF1", float(uf1(whole)), "UF1", note=note)
