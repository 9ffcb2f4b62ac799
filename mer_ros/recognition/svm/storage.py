"""Machines as named arrays of known shapes: storage in a model file, and reconstruction from it.

Arrays are stored in single precision, except the histograms of support vectors, by far the largest part, in
half precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mer_ros.errors import ConfigError
from mer_ros.recognition.lbp.layout import Layout
from mer_ros.recognition.svm.kernels import Kernel, KernelKind
from mer_ros.recognition.svm.machine import DualCoefficients, KernelMachine, LinearMachine, Machine
from mer_ros.recognition.svm.whitening import Whitening

Arrays = Mapping[str, NDArray[Any]]
Shapes = dict[str, tuple[tuple[int, ...], str]]
"""Name -> shape and dtype."""


class MachineStorage(Protocol):
    """Storage of one kind of machine on one layout."""

    def shapes(self) -> Shapes:
        """Names, shapes and dtypes of the arrays."""

    def check(self, arrays: Arrays) -> None:
        """Raise ConfigError for values that no machine has."""

    def machine(self, arrays: Arrays) -> Machine:
        """The machine from these arrays."""

    def arrays(self, machine: Any) -> Arrays:
        """The arrays of a machine, in the dtypes of ``shapes``."""


@dataclass(frozen=True)
class LinearStorage:
    """Storage of a LinearMachine with ``n_labels`` classes."""

    layout: Layout
    n_labels: int

    def shapes(self) -> Shapes:
        """Weights, bias and mean."""
        classes, size = self.n_labels, self.layout.size
        return {
            "weights": ((classes, size), "float32"),
            "bias": ((classes,), "float32"),
            "mean": ((size,), "float32"),
        }

    def check(self, arrays: Arrays) -> None:
        """Do nothing: all values are valid."""

    def machine(self, arrays: Arrays) -> LinearMachine:
        """The machine from these arrays."""
        return LinearMachine(arrays["weights"], arrays["bias"], arrays["mean"])

    def arrays(self, machine: LinearMachine) -> Arrays:
        """The arrays of a machine."""
        return _cast(self.shapes(), {"weights": machine.weights, "bias": machine.bias, "mean": machine.mean})


@dataclass(frozen=True)
class KernelStorage:
    """Storage of a KernelMachine.

    support: number of support vectors. rank: number of whitened components, 0 for no whitening. kept: number
    of selected cells, with one kernel per part of the layout; 0 for one kernel of all features.
    """

    layout: Layout
    n_labels: int
    kind: KernelKind
    support: int
    rank: int
    kept: int

    def shapes(self) -> Shapes:
        """Support vectors of each kernel, their coefficients, and arrays that select or whiten features."""
        widths = [self.kept * bins for bins in self.layout.bins] if self.kept else [self.rank or self.size]
        shapes: Shapes = {
            f"support_{m}": ((self.support, width), "float16") for m, width in enumerate(widths)
        }
        shapes["dual"] = ((self.n_labels, self.support), "float32")
        shapes["bias"] = ((self.n_labels,), "float32")
        shapes["gammas"] = shapes["mix"] = ((len(widths),), "float32")
        shapes["mean"] = ((self.size,), "float32")
        if self.rank:
            shapes["projection"] = ((self.size, self.rank), "float32")
        if self.kept:
            shapes["cells"] = ((self.kept,), "int64")
        return shapes

    @property
    def size(self) -> int:
        """Length of a feature."""
        return self.layout.size

    def check(self, arrays: Arrays) -> None:
        """Raise ConfigError unless all cells exist, no gamma or mix is negative, and chi2 has histograms."""
        cells = arrays.get("cells", np.arange(1))
        if (np.diff(cells) <= 0).any() or cells[0] < 0 or cells[-1] >= self.layout.grid.count:
            raise ConfigError(f"its selected cells are not ascending numbers below {self.layout.grid.count}")
        if any((arrays[name] < 0).any() for name in ("gammas", "mix")):
            raise ConfigError("its gammas or kernel weights are negative")
        supports = (array for name, array in arrays.items() if name.startswith("support_"))
        if self.kind == "chi2" and any((array < 0).any() for array in supports):
            raise ConfigError("its support vectors have negative values, so they are not histograms")

    def machine(self, arrays: Arrays) -> KernelMachine:
        """The machine from these arrays."""
        gammas = arrays["gammas"].tolist()
        return KernelMachine(
            columns=self._columns(arrays),
            support=[arrays[f"support_{m}"] for m in range(len(gammas))],
            kernels=[Kernel(self.kind, gamma) for gamma in gammas],
            mix=arrays["mix"],
            duals=DualCoefficients(arrays["dual"], arrays["bias"]),
            mean=arrays["mean"],
            whitening=Whitening(arrays["mean"], arrays["projection"]) if self.rank else None,
        )

    def arrays(self, machine: KernelMachine) -> Arrays:
        """The arrays of a machine."""
        named: dict[str, ArrayLike] = {f"support_{m}": own for m, own in enumerate(machine.support)}
        named |= {"dual": machine.duals.dual, "bias": machine.duals.bias, "mix": machine.mix}
        named |= {"gammas": [kernel.gamma for kernel in machine.kernels], "mean": machine.mean}
        if machine.whitening is not None:
            named["projection"] = machine.whitening.projection
        if self.kept:
            named["cells"] = cells_of(machine, self.layout)
        return _cast(self.shapes(), named)

    def _columns(self, arrays: Arrays) -> list[NDArray[np.int64]]:
        if not self.kept:
            return [np.arange(self.rank or self.size)]
        return [self.layout.columns(part)[arrays["cells"]].ravel() for part in self.layout.parts]


def cells_of(machine: KernelMachine, layout: Layout) -> NDArray[np.int64]:
    """Ascending indices of the cells that a machine on selected cells reads."""
    return np.unique(machine.columns[0] // layout.block_size)


def _cast(shapes: Shapes, arrays: Mapping[str, ArrayLike]) -> Arrays:
    return {name: np.ascontiguousarray(arrays[name], dtype) for name, (_, dtype) in shapes.items()}
