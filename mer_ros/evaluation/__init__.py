"""Evaluation: systems and controls under one protocol -> scores with confidence intervals.

Names are imported when they are used, because scikit-learn takes seconds to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

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

__getattr__ = lazy_names(__name__, _MODULES)
