"""Made faces: subjects, expressions, flow samples and rendered clips, all from one generator.

Nothing here loads mediapipe or the photograph before it is needed.
"""

from mer_ros.data.synthetic.clip import DemoClip
from mer_ros.data.synthetic.flow_samples import FlowSet, flow_samples
from mer_ros.data.synthetic.subject import (
    DEMO_SUBJECTS,
    GENERATOR_VERSION,
    TRAIN_SUBJECTS,
    VALIDATION_SUBJECTS,
)
from mer_ros.data.synthetic.templates import action_unit_templates
from mer_ros.data.synthetic.timeline import TrueEvent

__all__ = [
    "DEMO_SUBJECTS",
    "GENERATOR_VERSION",
    "TRAIN_SUBJECTS",
    "VALIDATION_SUBJECTS",
    "DemoClip",
    "FlowSet",
    "TrueEvent",
    "action_unit_templates",
    "flow_samples",
]
