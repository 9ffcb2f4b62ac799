"""Kernels with everything that is fitted before the dual coefficients: scales, whitening, selected cells.

A fitted kernel contains its training samples and computes kernel values of other samples with them. If it can
be fitted in several ways (different numbers of selected cells), there are several candidates, from which
``model_selection`` chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.svm import cells
from mer_ros.recognition.svm.kernels import (
    Features,
    Floats,
    Kernel,
    KernelKind,
    mean_distance_gamma,
    pairwise_distances,
)
from mer_ros.recognition.svm.machine import DualCoefficients, KernelMachine, LinearMachine, Machine
from mer_ros.recognition.svm.whitening import Whitening, fit_whitening


class FittedKernel(Protocol):
    """gram: kernel values among the n training samples, one (n, n) matrix per kernel."""

    gram: list[Floats]

    def values(self, features: Features) -> list[Floats]:
        """One (m, n) matrix per kernel: values of m other samples with the n training samples."""

    def machine(self, duals: DualCoefficients, mix: Sequence[float]) -> Machine:
        """The machine with these dual coefficients; it keeps only the support vectors."""


KernelFitter = Callable[[Features, NDArray[np.int64]], Sequence[FittedKernel]]
"""Features (n, D) and labels (n,) of training subjects -> candidate kernels, sparsest first."""


class FittedLinearKernel:
    """Inner products of centred features, divided by the mean squared length of the training samples.

    With this division a cost has the same meaning for all kinds of features. whiten: share of the variance
    that whitened principal components keep, or None to use the features themselves.
    """

    def __init__(self, features: Features, whiten: float | None = None) -> None:
        self._whitening = None if whiten is None else fit_whitening(features, whiten)
        self._mean = features.mean(0, dtype=np.float64) if self._whitening is None else self._whitening.mean
        samples = self._project(features)
        self._length = float(np.sqrt(max((samples**2).sum(1).mean(), np.finfo(np.float64).tiny)))
        self._samples = samples / self._length
        self.gram = [self._samples @ self._samples.T]

    def _project(self, features: Features) -> Floats:
        centred = features - self._mean
        return centred if self._whitening is None else centred @ self._whitening.projection

    def values(self, features: Features) -> list[Floats]:
        """One (m, n) matrix."""
        return [self._project(features) / self._length @ self._samples.T]

    def machine(self, duals: DualCoefficients, mix: Sequence[float]) -> LinearMachine:
        """The machine with weights on the original features; ``mix`` of a single kernel is 1."""
        weights = duals.dual @ self._samples / self._length
        if self._whitening is not None:
            weights = weights @ self._whitening.projection.T
        return LinearMachine(weights, duals.bias, self._mean)


class FittedMixedKernel:
    """One kernel per group of columns; gamma is the reciprocal of the mean distance of the training samples.

    columns: for each kernel, the indices of the features that it reads. whiten: as in FittedLinearKernel, for
    a single rbf kernel.
    """

    def __init__(
        self,
        features: Features,
        columns: Sequence[NDArray[np.int64]],
        kind: KernelKind = "chi2",
        whiten: float | None = None,
    ) -> None:
        self._mean = features.mean(0, dtype=np.float64)
        self._whitening: Whitening | None = None
        if whiten is not None:
            self._whitening = fit_whitening(features, whiten)
            features = self._whitening(features)
            columns = [np.arange(features.shape[1])]
        self._columns = list(columns)
        self._samples = [np.ascontiguousarray(features[:, own]) for own in self._columns]
        self._kernels, self.gram = [], []
        for samples in self._samples:
            distance = pairwise_distances(kind, samples)
            kernel = Kernel(kind, mean_distance_gamma(distance))
            self._kernels.append(kernel)
            self.gram.append(kernel.of_distance(distance))

    def values(self, features: Features) -> list[Floats]:
        """One (m, n) matrix per kernel."""
        if self._whitening is not None:
            features = self._whitening(features)
        parts = zip(self._kernels, self._columns, self._samples)
        return [kernel(features[:, columns], samples) for kernel, columns, samples in parts]

    def machine(self, duals: DualCoefficients, mix: Sequence[float]) -> KernelMachine:
        """The machine with its support vectors."""
        used = np.any(duals.dual != 0, axis=0)
        return KernelMachine(
            self._columns,
            [samples[used] for samples in self._samples],
            self._kernels,
            np.array(mix, np.float64),
            DualCoefficients(duals.dual[:, used], duals.bias),
            self._mean,
            self._whitening,
        )


def linear(whiten: float | None = None) -> KernelFitter:
    """Fitter of a linear kernel."""
    return lambda features, truth: [FittedLinearKernel(features, whiten)]


def kernel(kind: KernelKind, whiten: float | None = None) -> KernelFitter:
    """Fitter of one kernel over all features."""
    return lambda features, truth: [FittedMixedKernel(features, [np.arange(features.shape[1])], kind, whiten)]


def selected_cells(
    columns: Sequence[NDArray[np.int64]], kind: KernelKind, shares: tuple[float, ...], mix: float
) -> KernelFitter:
    """Fitter of one kernel per pattern, on the cells that joint sparse learning selects.

    columns: for each pattern, (cells, bins) indices into the feature. shares, mix: see ``cells.path``; each
    share gives one candidate. If no cell is selected (all features are equal), all cells are used.
    """

    def fit(features: Features, truth: NDArray[np.int64]) -> list[FittedMixedKernel]:
        whole = np.concatenate(columns, axis=1)  # (cells, bins of all patterns)
        labels = np.eye(int(truth.max()) + 1)[truth]
        candidates = []
        for selection in cells.path(features[:, whole], labels, shares, mix):
            selected = selection.cells if len(selection.cells) else np.arange(len(whole))
            candidates.append(FittedMixedKernel(features, [own[selected].ravel() for own in columns], kind))
        return candidates

    return fit
