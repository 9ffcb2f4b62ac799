"""What a finished model has learned, as numbers: the content of the page of `mer explain`."""

from mer_ros.evaluation.model_study.answers import Answers, Calibrated, answers
from mer_ros.evaluation.model_study.maps import MapStudy
from mer_ros.evaluation.model_study.reliance import UnitReliance
from mer_ros.evaluation.model_study.study import ModelStudy, study_model
from mer_ros.evaluation.model_study.subjects import SyntheticSubjects, synthetic_subjects

__all__ = [
    "Answers",
    "Calibrated",
    "MapStudy",
    "ModelStudy",
    "SyntheticSubjects",
    "UnitReliance",
    "answers",
    "study_model",
    "synthetic_subjects",
]
