"""The recognition systems: one line each."""

from __future__ import annotations

from mer_ros.catalogue import Catalogue
from mer_ros.recognition.system import SystemEntry

SYSTEMS: Catalogue[SystemEntry] = Catalogue(
    "recognition system",
    {
        "elcbp": "mer_ros.recognition.systems.elcbp:ENTRY",
        "lbp_sip": "mer_ros.recognition.systems.lbp_sip:ENTRY",
        "lbp_top": "mer_ros.recognition.systems.lbp_top:ENTRY",
        "linear": "mer_ros.recognition.systems.linear:ENTRY",
        "linear_prototype": "mer_ros.recognition.systems.linear_prototype:ENTRY",
        "me_plan": "mer_ros.recognition.systems.me_plan:ENTRY",
        "micro_attention": "mer_ros.recognition.systems.micro_attention:ENTRY",
        "micro_attention_grey": "mer_ros.recognition.systems.micro_attention_grey:ENTRY",
        "probe": "mer_ros.recognition.systems.probe:ENTRY",
        "prototype": "mer_ros.recognition.systems.prototype:ENTRY",
        "random_features": "mer_ros.recognition.systems.random_features:ENTRY",
        "votes": "mer_ros.recognition.systems.votes:ENTRY",
    },
)
