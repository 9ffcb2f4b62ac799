"""Evaluation: systems and controls under one protocol -> scores with confidence intervals.

Names are imported when they are used, because scikit-learn takes seconds to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mer_ros.evaluation.bootstrap import (
        Comparison,
        ConfidenceInterval,
        compare,
        confidence_interval,
        confusions_by_subject,
    )
    from mer_ros.evaluation.protocol import PROTOCOLS, Fold, Protocol, protocol_of
    from mer_ros.evaluation.run import Evaluation, SystemPredictions, evaluate

_MODULES = {
    "PROTOCOLS": "protocol",
    "Comparison": "bootstrap",
    "ConfidenceInterval": "bootstrap",
    "Evaluation": "run",
    "Fold": "protocol",
    "Protocol": "protocol",
    "SystemPredictions": "run",
    "compare": "bootstrap",
    "confidence_interval": "bootstrap",
    "confusions_by_subject": "bootstrap",
    "evaluate": "run",
    "protocol_of": "protocol",
}

__all__ = [
    "PROTOCOLS",
    "Comparison",
    "ConfidenceInterval",
    "Evaluation",
    "Fold",
    "Protocol",
    "SystemPredictions",
    "compare",
    "confidence_interval",
    "confusions_by_subject",
    "evaluate",
    "protocol_of",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
