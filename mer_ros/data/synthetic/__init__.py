"""Generator of synthetic faces: subjects, expressions, flow samples and rendered clips.

MediaPipe and the photograph are loaded on first use.
"""

from mer_ros.data.synthetic.clip import SyntheticClip, demo_subject, synthetic_clip, synthetic_timeline
from mer_ros.data.synthetic.conditions import CONDITIONS, STILL, Conditions, everyday
from mer_ros.data.synthetic.flow_samples import FlowSet, flow_samples, flow_sequences
from mer_ros.data.synthetic.generator import GENERATOR_VERSION
from mer_ros.data.synthetic.photograph import Photograph
from mer_ros.data.synthetic.scenes import require_photographed
from mer_ros.data.synthetic.subject import (
    DEMO_SUBJECTS,
    EVALUATION_SUBJECTS,
    TRAIN_SUBJECTS,
    VALIDATION_SUBJECTS,
)
from mer_ros.data.synthetic.timeline import TrueEvent

__all__ = [
    "CONDITIONS",
    "DEMO_SUBJECTS",
    "EVALUATION_SUBJECTS",
    "GENERATOR_VERSION",
    "STILL",
    "TRAIN_SUBJECTS",
    "VALIDATION_SUBJECTS",
    "Conditions",
    "FlowSet",
    "SyntheticClip",
    "Photograph",
    "TrueEvent",
    "demo_subject",
    "everyday",
    "flow_samples",
    "flow_sequences",
    "require_photographed",
    "synthetic_clip",
    "synthetic_timeline",
]
