"""LBP-SIP with a support vector machine."""

from __future__ import annotations

from dataclasses import dataclass, field

from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig
from mer_ros.recognition.system import SystemEntry
from mer_ros.recognition.systems.lbp_svm import MEGC_FRAMES, LbpSvm, LbpSvmConfig


@dataclass(frozen=True)
class LbpSipSystemConfig(LbpSvmConfig):
    """Settings of LBP-SIP with a support vector machine."""

    descriptor: LbpSipConfig = field(default_factory=lambda: LbpSipConfig(clip=MEGC_FRAMES))


class LbpSipSystem(LbpSvm):
    """LBP-SIP with a support vector machine."""

    descriptor_class = LbpSip


ENTRY = SystemEntry(LbpSipSystem, LbpSipSystemConfig)
