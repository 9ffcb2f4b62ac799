"""LBP-TOP, LBP-SIP and Enhanced LCBP as systems: a descriptor, and a support vector machine on its features.

What the machine has learned are the buffers of the module, so that a checkpoint holds it like the weights of
a network; their shapes follow from the configuration alone. Scores of the machine are the logits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mer_ros.errors import require
from mer_ros.recognition import svm
from mer_ros.recognition.lbp import ClipConfig, Descriptor, Layout
from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig
from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig
from mer_ros.recognition.registry import Output, System, register
from mer_ros.recognition.svm.forms import Arrays, Form, KernelForm, LinearForm, cells_of

SHARES = (0.2, 0.1)
"""Strengths of the selection of cells: of 128, some ten and some twenty are kept. Less is no better."""

TIM = ClipConfig(frames=10)
"""An event has 4 to 32 frames: they are brought to the ten of MEGC 2019's baseline."""


@dataclass(frozen=True)
class MachineConfig:
    """The machine.

    kernel: of the scores. whiten: share of the variance that whitened principal components keep; 0 for the
    features themselves. cells: strengths of the joint sparse selection that are tried, as shares of the one
    that leaves every cell, descending; empty for no selection. Selected cells have a kernel per part of the
    descriptor, mixed. l2: share of a strength that goes to single weights. costs: what is tried as
    scikit-learn's C. mix_steps: weights of kernels are multiples of 1/mix_steps.
    """

    kernel: Literal["linear", "rbf", "chi2"] = "linear"
    whiten: float = 0.0
    cells: tuple[float, ...] = ()
    l2: float = 0.1
    costs: tuple[float, ...] = svm.COSTS
    mix_steps: int = 4

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
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

    def maker(self, layout: Layout) -> svm.Maker:
        """What ``svm.learn`` fits."""
        if self.kernel == "linear":
            return svm.linear(self.whiten or None)
        if not self.cells:
            return svm.kernel(self.kernel, self.whiten or None)
        columns = [layout.columns(part) for part in layout.parts]
        return svm.selected_cells(columns, self.kernel, self.cells, self.l2)


@dataclass(frozen=True)
class LbpSvmConfig:
    """What the settings of all systems with a descriptor hold.

    n_labels: classes. machine: the machine. support, rank, kept: what was learned: support vectors of a
    kernel machine, whitened components, selected cells; they decide the shapes of the state.
    """

    n_labels: int = 7
    machine: MachineConfig = field(default_factory=MachineConfig)
    support: int = 1
    rank: int = 1
    kept: int = 1
    descriptor: Any = None

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        for name in ("support", "rank", "kept"):
            value = getattr(self, name)
            require(1 <= value <= 10_000_000, f"{name!r} is {value}: give 1 or more.")
        require(
            self.descriptor.clip.frames > 0,
            "'frames' of the clip is 0, but the clips of events differ in length: give a number.",
        )


@dataclass(frozen=True)
class LbpTopSystemConfig(LbpSvmConfig):
    """Settings of LBP-TOP with its machine."""

    descriptor: LbpTopConfig = field(default_factory=lambda: LbpTopConfig(clip=TIM))


@dataclass(frozen=True)
class LbpSipSystemConfig(LbpSvmConfig):
    """Settings of LBP-SIP with its machine."""

    descriptor: LbpSipConfig = field(default_factory=lambda: LbpSipConfig(clip=TIM))


@dataclass(frozen=True)
class ElcbpSystemConfig(LbpSvmConfig):
    """Settings of Enhanced LCBP with its selection of cells and its machine of several kernels."""

    descriptor: ElcbpConfig = field(default_factory=lambda: ElcbpConfig(clip=TIM))
    machine: MachineConfig = field(default_factory=lambda: MachineConfig("chi2", cells=SHARES))


class LbpSvm(System):
    """(B, T, S, S) float32 grey clips -> logits, one clip after the other.

    describes: the class of its descriptor. InputError for a clip that cannot be described.
    """

    reads = ("clip",)
    describes: ClassVar[type[Descriptor]]

    def __init__(self, config: LbpSvmConfig) -> None:
        super().__init__()
        self.config = config
        self.descriptor = self.describes(config.descriptor)  # type: ignore[call-arg]
        for name, (shape, dtype) in self._form.shapes().items():
            self.register_buffer(name, torch.zeros(shape, dtype=getattr(torch, dtype)))

    @property
    def layout(self) -> Layout:
        """Which number of a feature counts what."""
        return self.descriptor.layout

    @property
    def machine(self) -> svm.Machine:
        """The machine of the buffers."""
        return self._form.machine(self._arrays())

    def check(self) -> None:
        """Refuse arrays that no machine has."""
        self._form.check(self._arrays())

    def _arrays(self) -> Arrays:
        return {name: tensor.cpu().numpy() for name, tensor in self.state_dict().items()}

    @property
    def _form(self) -> Form:
        c, layout = self.config, self.descriptor.layout
        if c.machine.kernel == "linear":
            return LinearForm(layout, c.n_labels)
        rank, kept = c.rank if c.machine.whiten else 0, c.kept if c.machine.cells else 0
        return KernelForm(layout, c.n_labels, c.machine.kernel, c.support, rank, kept)

    def describe(self, clips: NDArray[np.float32]) -> NDArray[np.float32]:
        """(B, T, S, S) -> features (B, D)."""
        return np.stack([self.descriptor.describe(clip) for clip in clips])

    def forward(self, x: Tensor) -> Output:
        """(B, T, S, S) float32 -> logits (B, n_labels)."""
        scores = self.machine.scores(self.describe(x.cpu().numpy()))
        return Output(torch.from_numpy(scores.astype(np.float32)).to(x.device))

    def taught(self, machine: svm.Machine) -> LbpSvm:
        """The same system with what a machine has learned."""
        system = type(self)(replace(self.config, **self._sizes(machine)))
        arrays = system._form.arrays(machine)
        system.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
        return system.eval()

    def _sizes(self, machine: svm.Machine) -> dict[str, int]:
        """The fields of the configuration that a machine decides."""
        if isinstance(machine, svm.LinearMachine):
            return {}
        sizes = {"support": len(machine.support[0])}
        if machine.whitening is not None:
            sizes["rank"] = machine.whitening.projection.shape[1]
        if self.config.machine.cells:
            sizes["kept"] = len(cells_of(machine, self.layout))
        return sizes


@register("lbp_top", LbpTopSystemConfig)
class LbpTopSystem(LbpSvm):
    """LBP-TOP and its machine."""

    describes = LbpTop


@register("lbp_sip", LbpSipSystemConfig)
class LbpSipSystem(LbpSvm):
    """LBP-SIP and its machine."""

    describes = LbpSip


@register("elcbp", ElcbpSystemConfig)
class ElcbpSystem(LbpSvm):
    """Enhanced LCBP, its selection of cells and its machine."""

    describes = Elcbp
