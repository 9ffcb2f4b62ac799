"""From features to kernel values: everything about a machine that is fitted before its duals are.

A front is fitted on some samples and gives the kernel values of others with them. What may be fitted in
several ways (how many cells are kept) is a list of fronts, among which ``search`` chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.svm import cells as sparse
from mer_ros.recognition.svm.kernels import (
    Features,
    Floats,
    Kernel,
    KernelKind,
    own_distances,
    usual_gamma,
)
from mer_ros.recognition.svm.machine import Duals, KernelMachine, LinearMachine, Machine
from mer_ros.recognition.svm.whitening import Whitening, fit_whitening


class Front(Protocol):
    """own: kernel values of the n samples with one another, one (n, n) matrix per kernel."""

    own: list[Floats]

    def kernels(self, features: Features) -> list[Floats]:
        """(m, n) per kernel, of others with the n samples."""

    def machine(self, duals: Duals, mix: Sequence[float]) -> Machine:
        """What answers later, without the samples that are no support vectors."""


Maker = Callable[[Features, NDArray[np.int64]], Sequence[Front]]
"""Features (n, D) and labels (n,) of people to learn from -> fronts, the sparsest first."""


class LinearFront:
    """Inner products of centred features, divided by the samples' mean squared length.

    The division lets a cost mean the same for all kinds of features. whiten: share of the variance that
    whitened principal components keep, or None to use the features themselves.
    """

    def __init__(self, features: Features, whiten: float | None = None) -> None:
        self._white = None if whiten is None else fit_whitening(features, whiten)
        self._mean = features.mean(0, dtype=np.float64) if self._white is None else self._white.mean
        samples = self._project(features)
        self._length = float(np.sqrt(max((samples**2).sum(1).mean(), np.finfo(np.float64).tiny)))
        self._samples = samples / self._length
        self.own = [self._samples @ self._samples.T]

    def _project(self, features: Features) -> Floats:
        centred = features - self._mean
        return centred if self._white is None else centred @ self._white.projection

    def kernels(self, features: Features) -> list[Floats]:
        """(m, n)."""
        return [self._project(features) / self._length @ self._samples.T]

    def machine(self, duals: Duals, mix: Sequence[float]) -> LinearMachine:
        """The machine's weights on the features as they come; ``mix`` of one kernel is 1."""
        weights = duals.dual @ self._samples / self._length
        if self._white is not None:
            weights = weights @ self._white.projection.T
        return LinearMachine(weights, duals.bias, self._mean)


class KernelFront:
    """One kernel for each group of columns, its gamma the reciprocal of the samples' mean distance.

    columns: per kernel, which of the D features it reads. whiten: as in LinearFront, for a single rbf kernel.
    """

    def __init__(
        self,
        features: Features,
        columns: Sequence[NDArray[np.int64]],
        kind: KernelKind = "chi2",
        whiten: float | None = None,
    ) -> None:
        self._mean = features.mean(0, dtype=np.float64)
        self._white: Whitening | None = None
        if whiten is not None:
            self._white = fit_whitening(features, whiten)
            features = self._white(features)
            columns = [np.arange(features.shape[1])]
        self._columns = list(columns)
        self._samples = [np.ascontiguousarray(features[:, own]) for own in self._columns]
        self._kernels, self.own = [], []
        for samples in self._samples:
            distance = own_distances(kind, samples)
            kernel = Kernel(kind, usual_gamma(distance))
            self._kernels.append(kernel)
            self.own.append(kernel.of(distance))

    def kernels(self, features: Features) -> list[Floats]:
        """(m, n) per kernel."""
        if self._white is not None:
            features = self._white(features)
        parts = zip(self._kernels, self._columns, self._samples)
        return [kernel(features[:, columns], samples) for kernel, columns, samples in parts]

    def machine(self, duals: Duals, mix: Sequence[float]) -> KernelMachine:
        """The machine on its support vectors."""
        used = np.any(duals.dual != 0, axis=0)
        return KernelMachine(
            self._columns,
            [samples[used] for samples in self._samples],
            self._kernels,
            np.array(mix, np.float64),
            Duals(duals.dual[:, used], duals.bias),
            self._mean,
            self._white,
        )


def linear(whiten: float | None = None) -> Maker:
    """Linear machines."""
    return lambda features, truth: [LinearFront(features, whiten)]


def kernel(kind: KernelKind, whiten: float | None = None) -> Maker:
    """Machines with one kernel over all features."""
    return lambda features, truth: [KernelFront(features, [np.arange(features.shape[1])], kind, whiten)]


def selected_cells(
    columns: Sequence[NDArray[np.int64]], kind: KernelKind, shares: tuple[float, ...], mix: float
) -> Maker:
    """Machines with a kernel per pattern, on the cells that joint sparse learning keeps.

    columns: per pattern, (cells, bins) indices into the feature. shares, mix: see ``cells.path``. A selection
    that keeps nothing (features that are all alike) keeps all.
    """

    def make(features: Features, truth: NDArray[np.int64]) -> list[KernelFront]:
        whole = np.concatenate(columns, axis=1)  # (cells, bins of all patterns)
        labels = np.eye(int(truth.max()) + 1)[truth]
        fronts = []
        for selection in sparse.path(features[:, whole], labels, shares, mix):
            kept = selection.cells if len(selection.cells) else np.arange(len(whole))
            fronts.append(KernelFront(features, [own[kept].ravel() for own in columns], kind))
        return fronts

    return make
