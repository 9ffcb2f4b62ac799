from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets.megc_flow import LABELS
from mer_ros.training.entrant import TrainingSet


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Small nets gain nothing from more, and lose much where other processes are at work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def make_clips():
    """Clips of three classes that differ a little: who shows class c moves more at the c-th place."""

    def make(subject_ids=6, each=9, datasets=("casme2", "samm", "smic"), size=28, seed=0, gap=1.0):
        rng = np.random.default_rng(seed)
        n = subject_ids * each
        truth = np.tile(np.arange(3), n // 3 + 1)[:n]
        flow = rng.normal(0, 1, (n, 2, size, size)).astype(np.float32)
        for c in range(3):
            rows = slice(8 + 5 * c, 12 + 5 * c)
            flow[truth == c, 1, rows, 10:18] += gap
        who = np.repeat(np.arange(subject_ids), each)
        return ClipSet(
            flow=flow,
            truth=truth.astype(np.int64),
            labels=LABELS,
            samples=np.array([f"clip{i:03d}" for i in range(n)]),
            subjects=np.array([f"s{i:02d}" for i in who]),
            datasets=np.array([datasets[i % len(datasets)] for i in who]),
            origin="made for a test",
        )

    return make


@pytest.fixture(scope="session")
def lesson_of():
    """What a contestant may learn of clips of which some are asked, and the features of those."""

    def divide(system, clips, asked):
        system.meet(clips.labels)
        features = system.features(clips.shown(system.reads))
        return TrainingSet(features[~asked], clips.truth[~asked], clips.subject_ids[~asked], 3), features[
            asked
        ]

    return divide
