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
    side_px=", {side} {px}",
    centre_px=", {px}",
    px="{number} px",
    under_px="under {number} px",
    unstable=" The heat map is unstable: do not rely on it.",
    warning="unstable",
    note=" {sentence}",
    note_share="{name} {percent}",
    note_join=", ",
    second="The second label is {label} ({percent}).",
    would_be="The label would be {label} ({percent}) if {condition}.",
    undecided="The second label is {label} ({percent}); no single part of the face decides between the two: "
    "it would be {changed} if {condition}.",
    decimal=".",
    no_reason="no reason was given",
    confidence="confidence",
    distance="distance",
    limit="limit",
    on_face="on the face: {ratio} x uniform map, at most {most}",
    px_of_crop="px: pixels of the {crop} px crop",
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
    region_pairs={"brows": "brows", "eyes": "eyes", "cheeks": "cheeks"},
    changes={0.0: "the {part} did not move", 2.0: "the {part} moved twice as much"},
    notes={
        "not_a_number": "There is no heat map: the model's gradients are not numbers.",
        "attention": "Attention does not depend on the label.",
        "linear": "Of the evidence by position, {shares} supports the label (exact: it adds up to the "
        "score).",
        "blocks_exact": "Evidence by pattern: {shares} (exact: the blocks add up to the score).",
        "blocks_approximate": "Evidence by pattern: {shares} (approximate: integrated gradients).",
        "no_block": "No block contributes to this label.",
        "phases": "Evidence over time: {shares}.",
        "no_moment": "No moment contributes to this label.",
    },
    note_names={
        "rise": "rise",
        "apex": "apex",
        "fall": "fall",
        "XY": "XY (appearance)",
        "XT": "XT (horizontal motion)",
        "YT": "YT (vertical motion)",
        "space": "spatial pattern",
        "time": "temporal pattern",
        "SD": "SD (spatial difference)",
        "TD": "TD (direction of change)",
        "TG": "TG (strength of change)",
    },
)
"""The language's entry in the catalogue."""
