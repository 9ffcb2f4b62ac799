from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data import synthetic
from mer_ros.data.datasets.synthetic import synthetic_clips
from mer_ros.data.synthetic import EVALUATION_SUBJECTS
from mer_ros.errors import ConfigError


def test_no_model_is_trained_on_its_subjects():
    others = (synthetic.TRAIN_SUBJECTS, synthetic.VALIDATION_SUBJECTS, synthetic.DEMO_SUBJECTS)
    assert not any(set(EVALUATION_SUBJECTS) & set(subjects) for subjects in others)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    first, again, other = (synthetic_clips(12, 3, seed, 24) for seed in (0, 0, 1))
    assert first.digest() == again.digest() != other.digest()
    assert first.flow.shape == (12, 2, 24, 24)
    assert set(first.subject_ids) <= {"synthetic/2000", "synthetic/2001", "synthetic/2002"}
    assert np.unique(first.samples).size == 12
    assert synthetic.GENERATOR_VERSION in first.origin


def test_sequences_are_of_the_same_expressions_and_count_in_the_digest():
    flat, timed = synthetic_clips(12, 3, 0, 24), synthetic_clips(12, 3, 0, 24, sequences=True)
    assert np.array_equal(flat.flow, timed.flow) and np.array_equal(flat.truth, timed.truth)
    sequences = timed.inputs("sequence")
    assert len(sequences) == 12 and sequences[0].shape == (12, 2, 24, 24)
    assert flat.digest() != timed.digest() == synthetic_clips(12, 3, 0, 24, sequences=True).digest()
    agreement = [np.corrcoef(one[4].ravel(), flow.ravel())[0, 1] for one, flow in zip(sequences, timed.flow)]
    assert np.median(agreement) > 0.5  # the same movement, near its apex, with other noise


@pytest.mark.parametrize(("n", "n_subjects"), [(1, 3), (10, 1), (10, 401)])
def test_numbers_out_of_range_are_refused(n, n_subjects):
    with pytest.raises(ConfigError, match="2 to 400 subjects"):
        synthetic_clips(n, n_subjects, 0)
