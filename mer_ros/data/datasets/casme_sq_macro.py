"""CAS(ME)^2, macro-expressions; see ``casme_sq``."""

from __future__ import annotations

from dataclasses import replace

from mer_ros.data.datasets import casme_sq
from mer_ros.data.datasets.frame_clips import dataset_of

FRAME_SET = replace(
    casme_sq.FRAME_SET,
    name="casme-sq-macro",
    title="CAS(ME)^2, macro-expressions",
    kind="macro",
    people="casme-sq",
    long_videos=False,  # those of casme-sq are the same, with both kinds
)
CASME_SQ_MACRO = dataset_of(FRAME_SET)
