"""English phrases. The names of the package are English, so most words are those names."""

from __future__ import annotations

from mer_ros.explanation.languages.phrases import Phrases
from mer_ros.face.facs import UNIT_DESCRIPTIONS
from mer_ros.face.regions import REGIONS
from mer_ros.types import Kind

PHRASES = Phrases(
    labelled="A facial movement of {ms} ms is labelled {label} ({percent})",
    unlabelled="A facial movement of {ms} ms was not labelled: {reason}",
    closest=" (closest: {label}, {percent})",
    part="; the largest part of the heat map is on the {regions}",
    parts="; the largest parts of the heat map are on the {regions}",
    region_join=" and the ",
    end=".",
    moved=" Likely movement: {units}.",
    moved_px=" Likely movement, in pixels of the {crop} px crop: {units}.",
    unit="{appearance}, {unit}, {percent}{sides}",
    unit_join="; ",
    side=", {side}",
    side_px=", {side} {px} px",
    centre_px=", {px} px",
    unstable=" The heat map is unstable: do not rely on it.",
    warning="unstable",
    decimal=".",
    no_reason="no reason was given",
    confidence="confidence",
    distance="distance",
    limit="limit",
    on_face="on the face: {ratio} x uniform map, at most {most}",
    flow="measured flow",
    prototype="nearest prototype",
    sides={"right": "right", "left": "left"},
    kinds={Kind.MICRO: "micro", Kind.MACRO: "macro", Kind.UNKNOWN: "unclear kind"},
    labels={},
    reasons={},
    regions={name: name for name in REGIONS},
    units=UNIT_DESCRIPTIONS,
    one_side={
        "AU4": "brow lowered",
        "AU6": "cheek raised",
        "AU12": "lip corner pulled up",
        "AU14": "lip corner dimpled",
        "AU15": "lip corner pulled down",
    },
)
"""The language's entry in the catalogue."""
