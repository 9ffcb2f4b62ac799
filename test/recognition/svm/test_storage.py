"""Storage of machines: shapes, round trips, values that no machine has."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.lbp import BlockGrid, Layout
from mer_ros.recognition.svm import Kernel, KernelMachine, LinearMachine, Whitening
from mer_ros.recognition.svm.machine import DualCoefficients
from mer_ros.recognition.svm.storage import KernelStorage, LinearStorage, cells_of

LAYOUT = Layout(BlockGrid(rows=1, columns=2), ("a", "b"), bins=(2, 1), margins=(0, 0, 0))
"""Two cells of three numbers: a0 a1 b0, a0 a1 b0."""
MEAN = np.array([0.5, 0.25, 0, 1, 0, 0.125])
DUALS = DualCoefficients(np.array([[1.0, -0.5, 0], [0, 0.5, -1]]), np.array([0.25, -0.25]))
FEATURES = np.array([[0.0, 1, 2, 3, 4, 5], [1, 0, 1, 0, 1, 0]])
GAMMAS = (0.5, 0.125)


def chi2(**more):
    return KernelStorage(LAYOUT, 2, "chi2", support=3, rank=0, **{"kept": 0, **more})


def test_the_arrays_of_a_linear_machine():
    assert LinearStorage(LAYOUT, 4).shapes() == {
        "weights": ((4, 6), "float32"), "bias": ((4,), "float32"), "mean": ((6,), "float32"),
    }  # fmt: skip


COMMON = {"dual": ((2, 3), "float32"), "bias": ((2,), "float32"), "mean": ((6,), "float32")}


@pytest.mark.parametrize(
    ("storage", "own"),
    [
        (chi2(), {"support_0": ((3, 6), "float16"), "gammas": ((1,), "float32"), "mix": ((1,), "float32")}),
        (
            KernelStorage(LAYOUT, 2, "rbf", support=3, rank=4, kept=0),
            {
                "support_0": ((3, 4), "float16"),
                "gammas": ((1,), "float32"),
                "mix": ((1,), "float32"),
                "projection": ((6, 4), "float32"),
            },
        ),
        (
            chi2(kept=2),
            {
                "support_0": ((3, 4), "float16"),
                "support_1": ((3, 2), "float16"),
                "gammas": ((2,), "float32"),
                "mix": ((2,), "float32"),
                "cells": ((2,), "int64"),
            },
        ),
    ],
    ids=["all features", "whitened", "cells"],
)
def test_the_arrays_of_a_kernel_machine(storage, own):
    assert storage.shapes() == {**COMMON, **own}


def machines():
    """A storage and a machine of it, of every kind; all numbers are exact in half precision."""
    support = np.array([[1.0, 0, 2, 1, 0, 1], [0, 1, 1, 2, 1, 0], [2, 2, 0, 0, 1, 1]])
    weights = np.array([[1.0, -2, 0.5, 0, 1, 0], [0, 1, -1, 2, 0, 0.25]])
    whitening = Whitening(MEAN, np.array([[1.0, 0], [0, 1], [0.5, 0.5], [0, 0], [1, -1], [2, 0]]))
    one, every = np.ones(1), [np.arange(6)]
    cell = [LAYOUT.columns("a")[1], LAYOUT.columns("b")[1]]  # the second cell: columns 3 and 4, and 5
    parts = [support[:, columns] for columns in cell]
    kernels = [Kernel("chi2", gamma) for gamma in GAMMAS]
    return {
        "linear": (LinearStorage(LAYOUT, 2), LinearMachine(weights, DUALS.bias, MEAN)),
        "chi2": (chi2(), KernelMachine(every, [support], kernels[:1], one, DUALS, MEAN)),
        "whitened": (
            KernelStorage(LAYOUT, 2, "rbf", support=3, rank=2, kept=0),
            KernelMachine(
                [np.arange(2)], [support[:, :2]], [Kernel("rbf", 0.5)], one, DUALS, MEAN, whitening
            ),
        ),
        "cells": (chi2(kept=1), KernelMachine(cell, parts, kernels, np.array([0.75, 0.25]), DUALS, MEAN)),
    }


@pytest.mark.parametrize("kind", machines())
def test_a_machine_comes_back_and_has_the_same_scores(kind):
    storage, machine = machines()[kind]
    arrays = storage.arrays(machine)
    assert {name: (value.shape, str(value.dtype)) for name, value in arrays.items()} == storage.shapes()
    storage.check(arrays)
    again = storage.machine(arrays)
    assert type(again) is type(machine)
    np.testing.assert_allclose(again.scores(FEATURES), machine.scores(FEATURES), rtol=1e-12)
    np.testing.assert_allclose(again.contributions(FEATURES[0], 1), machine.contributions(FEATURES[0], 1))


def test_the_cells_that_a_machine_reads_are_stored():
    storage, machine = machines()["cells"]
    assert cells_of(machine, LAYOUT).tolist() == [1]
    assert storage.arrays(machine)["cells"].tolist() == [1]
    assert [own.tolist() for own in storage.machine(storage.arrays(machine)).columns] == [[3, 4], [5]]


@pytest.mark.parametrize(
    ("kind", "name", "value", "says"),
    [
        ("cells", "cells", [-1], "ascending numbers below 2"),
        ("cells", "cells", [2], "ascending numbers below 2"),
        ("cells", "cells", [1, 0], "ascending numbers"),
        ("cells", "cells", [1, 1], "ascending numbers"),
        ("cells", "gammas", [-0.1, 1], "gammas or kernel weights are negative"),
        ("cells", "mix", [1.5, -0.5], "gammas or kernel weights are negative"),
        ("cells", "support_1", [[-1.0]], "so they are not histograms"),
        ("chi2", "support_0", [[-0.5]], "so they are not histograms"),
    ],
)
def test_values_that_no_machine_has_are_refused(kind, name, value, says):
    storage, machine = machines()[kind]
    arrays = {**storage.arrays(machine), name: np.array(value)}
    with pytest.raises(ConfigError, match=says):
        storage.check(arrays)


def test_whitened_support_vectors_may_be_negative():
    storage, machine = machines()["whitened"]
    storage.check({**storage.arrays(machine), "support_0": np.full((3, 2), -1.0)})
