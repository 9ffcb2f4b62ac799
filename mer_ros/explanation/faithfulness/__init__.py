"""Faithfulness of heat maps as numbers: does a map show what the system used?"""

from mer_ros.explanation.faithfulness.deletion import Areas, deletion_insertion
from mer_ros.explanation.faithfulness.map_scores import MapScores, map_scores, most_faithful
from mer_ros.explanation.faithfulness.pointing import pointing_hits
from mer_ros.explanation.faithfulness.randomisation import with_shuffled_weights
from mer_ros.explanation.faithfulness.similarity import agreement, rank_correlation
from mer_ros.explanation.faithfulness.trust import UNSTABLE, MapTrust, map_trust, trusted_attribution

__all__ = [
    "UNSTABLE",
    "Areas",
    "MapScores",
    "MapTrust",
    "agreement",
    "deletion_insertion",
    "map_scores",
    "map_trust",
    "most_faithful",
    "pointing_hits",
    "rank_correlation",
    "trusted_attribution",
    "with_shuffled_weights",
]
