"""Samples of the unseen generator: heads, noise and subjects of both sides."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data import synthetic
from mer_ros.data.synthetic.generator import generator
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.unseen import TASK, rough_samples, unseen_pairs

SPEC = InputSpec("flow", 24)


@pytest.fixture
def calls(monkeypatch, few_subjects):
    """The arguments of ``flow_samples``, which stays as it is."""
    seen, original = [], synthetic.flow_samples

    def record(n, subjects, seed, size, **more):
        seen.append({"n": n, "subjects": set(subjects), "seed": seed, "size": size, **more})
        return original(n, subjects, seed, size, **more)

    monkeypatch.setattr(synthetic, "flow_samples", record)
    return seen


def test_a_pair_is_trained_on_one_head_and_tested_on_another(calls):
    pairs = list(unseen_pairs(30, 20, 0, SPEC))
    heads = list(generator().heads)
    assert [pair.head for pair in pairs] == heads and all(pair.other != pair.head for pair in pairs)
    for pair, (train, test) in zip(pairs, zip(calls[::2], calls[1::2], strict=True), strict=True):
        assert (train["head"], train["noise"]) == (pair.head, "smooth")
        assert (test["head"], test["noise"]) == (pair.other, "rough")
        assert (len(pair.train), len(pair.test)) == (30, 20) and pair.train.data.shape[-1] == 24
        assert not train["subjects"] & test["subjects"] and {train["size"], test["size"]} == {56}


def test_rough_samples_are_of_validation_subjects_and_all_heads(calls, recorder):
    recorded = recorder()
    found = rough_samples(40, 0, SPEC, recorded)
    [call] = calls
    assert call["noise"] == "rough" and not call.get("head") and call["size"] == 56
    assert call["subjects"] == set(synthetic.VALIDATION_SUBJECTS[: len(synthetic.VALIDATION_SUBJECTS) // 2])
    assert len(found) == 40 and set(found.subjects.tolist()) <= call["subjects"]
    np.testing.assert_allclose(
        found.data[0].numpy(), SPEC.scale(normalise_flow(found.flow[0].numpy(), 24)), atol=1e-5
    )
    assert recorded.finished_tasks == [TASK]


def test_a_sample_larger_than_the_least_flow_is_generated_in_its_own_size(calls):
    rough_samples(10, 0, InputSpec("flow", 64))
    assert calls[0]["size"] == 64
