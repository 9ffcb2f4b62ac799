"""Base class of LBP-TOP, LBP-SIP and Enhanced LCBP as systems: a descriptor and a support vector machine.

The machine is stored in the buffers of the module, so a checkpoint contains it like the weights of a network;
the configuration alone determines the shapes of the buffers. The scores of the machine are the logits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.errors import require
from mer_ros.recognition import svm
from mer_ros.recognition.lbp import ClipConfig, Descriptor, Layout
from mer_ros.recognition.lbp.descriptor import DescriptorConfig
from mer_ros.recognition.svm.storage import Arrays, KernelStorage, LinearStorage, MachineStorage, cells_of
from mer_ros.recognition.system import ModelOutput, System

MEGC_FRAMES = ClipConfig(frames=10)
"""Clips of events, which have 4 to 32 frames, are interpolated to ten, as in the baseline of MEGC 2019."""


@dataclass(frozen=True)
class MachineConfig:
    """Settings of the machine.

    kernel: kernel of the scores. whiten: share of the variance that whitened principal components keep; 0 to
    use the features themselves. cells: candidate strengths of the joint sparse selection, as descending
    shares of the strength that selects no cell; empty for no selection. With a selection, each part of the
    descriptor has its own weighted kernel. l2: share of a strength that penalises single weights. costs:
    candidate values of scikit-learn's C. mix_steps: weights of kernels are multiples of 1/mix_steps.
    """

    kernel: Literal["linear", "rbf", "chi2"] = "linear"
    whiten: float = 0.0
    cells: tuple[float, ...] = ()
    l2: float = 0.1
    costs: tuple[float, ...] = svm.COSTS
    mix_steps: int = 4

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range or in contradiction."""
        require(0 <= self.whiten <= 1, f"'whiten' is {self.whiten}: give 0 to 1.")
        falling = all(0 < b < a < 1 for a, b in zip((0.999999, *self.cells), self.cells))
        require(falling, f"'cells' are {self.cells}: give shares of 0 to 1, the largest first.")
        require(0 <= self.l2 < 1, f"'l2' is {self.l2}: give 0 or more and less than 1.")
        good = len(self.costs) > 0 and all(0 < cost <= 1e9 for cost in self.costs)
        require(good, f"'costs' are {self.costs}: give one or more, positive.")
        require(1 <= self.mix_steps <= 20, f"'mix_steps' is {self.mix_steps}: give 1 to 20.")
        require(
            not (self.whiten and (self.kernel == "chi2" or self.cells)),
            "'whiten' leaves no histograms: use it with the linear or the rbf kernel and without 'cells'.",
        )
        require(not self.cells or self.kernel != "linear", "'cells' need the rbf or the chi2 kernel.")

    def kernel_fitter(self, layout: Layout) -> svm.KernelFitter:
        """Fitter of the kernels for ``svm.select_machine``."""
        if self.kernel == "linear":
            return svm.linear(self.whiten or None)
        if not self.cells:
            return svm.kernel(self.kernel, self.whiten or None)
        columns = [layout.columns(part) for part in layout.parts]
        return svm.selected_cells(columns, self.kernel, self.cells, self.l2)


@dataclass(frozen=True)
class LbpSvmConfig:
    """Settings of all systems with a descriptor.

    n_labels: number of classes. machine: settings of the machine. support, rank, kept: results of the
    training that determine the shapes of the state, namely the numbers of support vectors of a kernel
    machine, of whitened components and of selected cells.
    """

    n_labels: int = 7
    machine: MachineConfig = field(default_factory=MachineConfig)
    support: int = 1
    rank: int = 1
    kept: int = 1
    descriptor: DescriptorConfig = field(kw_only=True)

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        for name in ("support", "rank", "kept"):
            value = getattr(self, name)
            require(1 <= value <= 10_000_000, f"{name!r} is {value}: give 1 or more.")
        require(
            self.descriptor.clip.frames > 0,
            "'frames' of the clip is 0, but the clips of events differ in length: give a positive number.",
        )


class LbpSvm(System):
    """(B, T, S, S) float32 grey clips -> logits, one clip after the other.

    descriptor_class: class of the descriptor. ``forward`` raises InputError for a clip that is too short or
    too small for it.
    """

    reads = ("clip",)
    family = "lbp_svm"
    explained_by = "block_contributions"
    descriptor_class: ClassVar[type[Descriptor]]
    config: LbpSvmConfig

    def __init__(self, config: LbpSvmConfig) -> None:
        super().__init__()
        self.config = config
        self.descriptor = self.descriptor_class(config.descriptor)  # type: ignore[call-arg]
        for name, (shape, dtype) in self._storage.shapes().items():
            self.register_buffer(name, torch.zeros(shape, dtype=getattr(torch, dtype)))

    @property
    def layout(self) -> Layout:
        """Meaning of each number of a feature."""
        return self.descriptor.layout

    @property
    def machine(self) -> svm.Machine:
        """The machine in the buffers."""
        return self._storage.machine(self._arrays())

    def check(self) -> None:
        """Raise ConfigError for values in the buffers that no machine has."""
        self._storage.check(self._arrays())

    def _arrays(self) -> Arrays:
        return {name: tensor.cpu().numpy() for name, tensor in self.state_dict().items()}

    @property
    def _storage(self) -> MachineStorage:
        c, layout = self.config, self.descriptor.layout
        if c.machine.kernel == "linear":
            return LinearStorage(layout, c.n_labels)
        rank, kept = c.rank if c.machine.whiten else 0, c.kept if c.machine.cells else 0
        return KernelStorage(layout, c.n_labels, c.machine.kernel, c.support, rank, kept)

    def describe(self, clips: NDArray[np.float32]) -> NDArray[np.float32]:
        """(B, T, S, S) clips -> (B, D) features."""
        return np.stack([self.descriptor.describe(clip) for clip in clips])

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, T, S, S) float32 -> logits (B, n_labels)."""
        scores = self.machine.scores(self.describe(x.cpu().numpy()))
        return ModelOutput(torch.from_numpy(scores.astype(np.float32)).to(x.device))

    def with_machine(self, machine: svm.Machine) -> LbpSvm:
        """A system with the same settings and ``machine``."""
        system = type(self)(self._config_of(machine))
        arrays = system._storage.arrays(machine)
        system.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        return system.eval()

    def _config_of(self, machine: svm.Machine) -> LbpSvmConfig:
        """The configuration with the sizes that the machine determines."""
        config = self.config
        if isinstance(machine, svm.LinearMachine):
            return config
        config = replace(config, support=len(machine.support[0]))
        if machine.whitening is not None:
            config = replace(config, rank=machine.whitening.projection.shape[1])
        if config.machine.cells:
            config = replace(config, kept=len(cells_of(machine, self.layout)))
        return config
