"""Settings are chosen by cross-validation over subjects; no subject is scored by a model trained on it."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import DataError
from mer_ros.recognition.svm import kernel, linear, select_machine, selected_cells
from mer_ros.recognition.svm.machine import fit_duals, mixed
from mer_ros.recognition.svm.model_selection import inner_folds, mean_recall, simplex


def people_of(n, number):
    return np.array([f"s{i % number}" for i in range(n)])


def data(seed=0, n=96, strength=2.0):
    """Features (n, 24) of 6 cells x 2 patterns x 2 bins, labels, subjects; the class is in cell 2."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    features = rng.random((n, 6, 2, 2)).astype(np.float32)
    features[:, 2, 0, 0] += strength * (truth == 1)
    features[:, 2, 1, 1] += strength * (truth == 2)
    return features.reshape(n, -1), truth, people_of(n, 8)


INDEX = np.arange(24).reshape(6, 2, 2)
FITTERS = {
    "linear": linear(),
    "whitened": linear(0.9),
    "chi2": kernel("chi2"),
    "cells": selected_cells([INDEX[:, 0], INDEX[:, 1]], "chi2", (0.8, 0.4), 0.1),
}


@pytest.mark.parametrize("name", FITTERS)
def test_the_fitted_machine_recognises_new_subjects(name):
    selected = select_machine(*data(), 3, FITTERS[name])
    features, truth, _ = data(seed=9)
    assert mean_recall(truth, selected.machine.scores(features)) > 0.9
    assert mean_recall(data()[1], selected.held_out) > 0.9
    assert sum(selected.hyperparameters.mix) == pytest.approx(1) and min(selected.hyperparameters.mix) >= 0
    assert len(selected.hyperparameters.mix) == (2 if name == "cells" else 1)


@pytest.mark.parametrize("name", FITTERS)
def test_no_subject_is_scored_by_a_machine_fitted_to_it(name):
    """Every candidate, with its selection, whitening and scale, is fitted without the held-out subjects."""
    features, truth, subject_ids = data()
    features[:, 5] = np.arange(len(truth))  # a name for every sample
    seen = []

    def spy(some, labels):
        seen.append({subject_ids[int(i)] for i in some[:, 5]})
        np.testing.assert_array_equal(labels, truth[some[:, 5].astype(int)])
        return FITTERS[name](some, labels)

    select_machine(features, truth, subject_ids, 3, spy, costs=(1.0,), mix_steps=1)
    *rounds, whole = seen
    assert whole == set(subject_ids)
    assert len(rounds) == 4
    for names, held_out in zip(rounds, inner_folds(subject_ids)):
        assert names == set(subject_ids[~held_out]) and not names & set(subject_ids[held_out])


def test_scores_of_held_out_samples_do_not_depend_on_their_labels():
    features, truth, subject_ids = data()
    before = select_machine(features, truth, subject_ids, 3, linear(), costs=(1.0,)).held_out
    held_out = inner_folds(subject_ids)[0]
    other = np.where(held_out, (truth + 1) % 3, truth)
    after = select_machine(features, other, subject_ids, 3, linear(), costs=(1.0,)).held_out
    np.testing.assert_array_equal(before[held_out], after[held_out])
    assert (before[~held_out] != after[~held_out]).all(1).any()


def test_held_out_scores_are_those_of_the_setting_that_was_chosen():
    features, truth, subject_ids = data(strength=0.8)
    selected = select_machine(features, truth, subject_ids, 3, FITTERS["cells"])
    expected = np.empty((len(truth), 3))
    for held_out in inner_folds(subject_ids):
        fitted = FITTERS["cells"](features[~held_out], truth[~held_out])[selected.hyperparameters.candidate]
        duals = fit_duals(
            mixed(fitted.gram, selected.hyperparameters.mix),
            truth[~held_out],
            3,
            selected.hyperparameters.cost,
        )
        expected[held_out] = duals.scores(
            mixed(fitted.values(features[held_out]), selected.hyperparameters.mix)
        )
    np.testing.assert_allclose(selected.held_out, expected)


def test_the_better_setting_is_chosen():
    """The class is in the first pattern only; the second is strong noise, so its kernel gets weight 0."""
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 120)
    features = rng.random((120, 4)).astype(np.float32)
    features[:, 0] += 0.4 * truth
    fitter = selected_cells([np.array([[0, 1]]), np.array([[2, 3]])], "rbf", (0.5,), 0.1)
    selected = select_machine(features, truth, people_of(120, 6), 2, fitter)
    assert selected.hyperparameters.mix[0] > selected.hyperparameters.mix[1]
    weak = select_machine(features, truth, people_of(120, 6), 2, fitter, costs=(1e-9, 1.0))
    assert weak.hyperparameters.cost == 1.0


def test_the_simplex_is_whole_and_even_first():
    grid = simplex(3, 4)
    assert len(grid) == len(set(grid)) == 15
    assert all(sum(weights) == 1 and min(weights) >= 0 for weights in grid)
    assert max(grid[0]) == 0.5 and grid[-1] == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("number", [2, 3, 4, 11])
def test_folds_keep_subjects_whole_and_hold_each_out_once(number):
    subject_ids = np.random.default_rng(number).permutation(people_of(50, number))
    folds = inner_folds(subject_ids)
    assert len(folds) == min(number, 4)
    assert (np.sum(folds, axis=0) == 1).all()
    for held_out in folds:
        assert held_out.any() and not set(subject_ids[held_out]) & set(subject_ids[~held_out])


@pytest.mark.parametrize(
    ("truth", "subject_ids", "said"),
    [
        ([0, 1, 0, 1], list("aaaa"), "1 subject and 2 classes"),
        ([1, 1, 1, 1], list("abab"), "2 subjects and 1 class"),
    ],
)
def test_what_cannot_be_split_is_refused(truth, subject_ids, said):
    with pytest.raises(DataError, match=said):
        select_machine(np.zeros((4, 3), np.float32), np.array(truth), np.array(subject_ids), 2, linear())


def test_a_class_of_a_single_subject_gives_finite_scores():
    features, truth, subject_ids = data()
    truth = np.where((subject_ids == "s3") & (truth == 2), 2, np.minimum(truth, 1))
    selected = select_machine(features, truth, subject_ids, 3, linear())
    assert np.isfinite(selected.held_out).all()


def test_recall_is_of_classes_not_of_samples():
    scores = np.eye(3)[[0, 0, 0, 0, 1]]
    assert mean_recall(np.array([0, 0, 0, 1, 1]), scores) == pytest.approx(0.75)
