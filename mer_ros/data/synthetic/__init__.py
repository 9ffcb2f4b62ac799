"""Made faces: subjects, expressions, flow samples and rendered clips, all from one generator.

Lazy, so that a trainer does not load what only the renderer needs.
"""

from mer_ros.data.synthetic.flow_samples import FlowSet, flow_samples
from mer_ros.data.synthetic.subject import (
    DEMO_SUBJECTS,
    GENERATOR_VERSION,
    TRAIN_SUBJECTS,
    VALIDATION_SUBJECTS,
)
from mer_ros.data.synthetic.templates import action_unit_templates

__all__ = [
    "DEMO_SUBJECTS",
    "GENERATOR_VERSION",
    "TRAIN_SUBJECTS",
    "VALIDATION_SUBJECTS",
    "FlowSet",
    "action_unit_templates",
    "flow_samples",
]
