"""Enhanced LCBP with a selection of cells and a support vector machine of several kernels."""

from __future__ import annotations

from dataclasses import dataclass, field

from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig
from mer_ros.recognition.system import SystemEntry
from mer_ros.recognition.systems.lbp_svm import MEGC_FRAMES, LbpSvm, LbpSvmConfig, MachineConfig

CELL_STRENGTHS = (0.2, 0.1)
"""Strengths of the selection, which keep about 10 and 20 of 128 cells. Lower ones do not score higher."""


@dataclass(frozen=True)
class ElcbpSystemConfig(LbpSvmConfig):
    """Settings of Enhanced LCBP with a selection of cells and a support vector machine of several kernels."""

    descriptor: ElcbpConfig = field(default_factory=lambda: ElcbpConfig(clip=MEGC_FRAMES))
    machine: MachineConfig = field(default_factory=lambda: MachineConfig("chi2", cells=CELL_STRENGTHS))


class ElcbpSystem(LbpSvm):
    """Enhanced LCBP with a selection of cells and a support vector machine."""

    descriptor_class = Elcbp


ENTRY = SystemEntry(ElcbpSystem, ElcbpSystemConfig)
