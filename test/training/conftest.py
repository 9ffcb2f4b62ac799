"""One thread, checkpoints of small networks to start from, and synthetic samples of few subjects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

NARROW = {"widths": [8, 8, 12, 16], "depths": [1, 1, 1, 1]}
STARTS = {
    "micro_attention": {"backbone": NARROW},
    "prototype": {"backbone": NARROW, "size": 24, "decoder_width": 16},
}
"""Settings of the networks in ``starts``; they read flow of 24 x 24 pixels."""


@pytest.fixture(scope="session", autouse=True)
def one_thread_for_training(one_thread):
    """See ``one_thread``."""


@pytest.fixture(scope="session")
def starts(tmp_path_factory):
    """Path of an untrained checkpoint of each network by the name of its system."""
    import torch

    from mer_ros.recognition import checkpoint, create
    from mer_ros.recognition.checkpoint import ModelCard
    from mer_ros.recognition.sample import InputSpec
    from mer_ros.types import EMOTIONS

    paths = {}
    for seed, (name, settings) in enumerate(STARTS.items()):
        torch.manual_seed(seed)
        path = tmp_path_factory.mktemp("starts") / f"{name}.safetensors"
        checkpoint.save(path, create(name, settings), ModelCard(name, EMOTIONS, InputSpec("flow", 24)))
        paths[name] = str(path)
    return paths


@pytest.fixture(scope="session")
def own_clips(make_clips):
    """108 clips of 12 subjects with classes that are easy to distinguish."""
    return make_clips(subject_ids=12, each=9, datasets=("samm",), gap=3.0)


@contextmanager
def _few_subjects() -> Iterator[None]:
    """12 subjects for training, 6 for validation, 6 for the test: each takes some 20 ms to compute."""
    from mer_ros.data import synthetic

    with pytest.MonkeyPatch.context() as patch:
        for name in ("TRAIN_SUBJECTS", "VALIDATION_SUBJECTS"):
            patch.setattr(synthetic, name, getattr(synthetic, name)[:12])
        yield


@pytest.fixture
def few_subjects():
    """See ``_few_subjects``."""
    with _few_subjects():
        yield


@pytest.fixture(scope="session")
def make_samples():
    """``synthetic_samples`` of few subjects."""
    from mer_ros.training.samples import synthetic_samples

    def make(samples, validation_samples, seed, spec):
        with _few_subjects():
            return synthetic_samples(samples, validation_samples, seed, spec)

    return make
