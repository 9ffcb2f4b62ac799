"""LBP-TOP with a support vector machine."""

from __future__ import annotations

from dataclasses import dataclass, field

from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig
from mer_ros.recognition.system import SystemEntry
from mer_ros.recognition.systems.lbp_svm import MEGC_FRAMES, LbpSvm, LbpSvmConfig


@dataclass(frozen=True)
class LbpTopSystemConfig(LbpSvmConfig):
    """Settings of LBP-TOP with a support vector machine."""

    descriptor: LbpTopConfig = field(default_factory=lambda: LbpTopConfig(clip=MEGC_FRAMES))


class LbpTopSystem(LbpSvm):
    """LBP-TOP with a support vector machine."""

    descriptor_class = LbpTop


ENTRY = SystemEntry(LbpTopSystem, LbpTopSystemConfig)
