"""The page of `mer explain`: what a finished model has learned."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from mer_ros.data.clip_set import ClipSet
from mer_ros.errors import quantity
from mer_ros.evaluation.model_study import Answers, ModelStudy
from mer_ros.reports.analysis_page import DISCLAIMER
from mer_ros.reports.calibration_section import calibration_blocks, confusion_table
from mer_ros.reports.faithfulness_section import faithfulness_blocks
from mer_ros.reports.html import Block, Details, Page, Section, Table, Text
from mer_ros.reports.latent_section import map_row
from mer_ros.reports.latent_space import latent_map
from mer_ros.reports.prototype_section import prototype_blocks
from mer_ros.reports.reliance_section import attention_blocks, region_blocks, unit_blocks
from mer_ros.reports.synthetic_scores import RECOGNITION, digits

REPORT, JSON = "report.html", "model.json"
"""Names of the files in the folder of a model."""


def write(study: ModelStudy, folder: Path) -> None:
    """Write the page. ConfigError where it cannot be written."""
    page(study).write(folder / REPORT, "give a smaller --samples")


def page(study: ModelStudy) -> Page:
    """The page."""
    own = study.name
    sections = [
        Section("Prototypes", prototype_blocks(study)),
        Section("Latent space", latent_blocks(study.answers, own, study.seed, "latent")),
        Section("Attention", attention_blocks(study)),
        Section("Confusion", _confusion(study.answers, own)),
        Section("Calibration", calibration_blocks(own, study.answers.calibrated, "reliability")),
        Section("Regions", region_blocks(study)),
        Section("Action units", unit_blocks(study)),
        Section("Faithfulness of the maps", faithfulness_blocks(study)),
        Section("Given clips", _folder(study)),
        Section("Training card", _card(study)),
    ]
    return Page(f"What {own} has learned", [*sentences(study), DISCLAIMER], sections)


def sentences(study: ModelStudy) -> list[str]:
    """What was found, in sentences; `mer explain` prints them, too."""
    shown = study.subjects
    lines = [
        f"{study.model_id}: {study.card.system}, reads {study.card.input.kind}, "
        f"{len(study.card.labels)} labels.",
        f"{quantity(len(shown.clips), 'sample')}: {shown.words}. {_scored(study.answers)}. {RECOGNITION}",
    ]
    if study.folder is not None and study.folder_answers is not None:
        lines.append(f"{_given(study.folder)}. {_scored(study.folder_answers)}.")
        lines += [note for note in (study.folder.caveat, _trained_on(study), *study.folder.notes) if note]
    return lines


def _scored(found: Answers) -> str:
    scores, error = found.scores, found.calibrated.error
    return f"Accuracy {digits(scores['accuracy'])}, UF1 {digits(scores['uf1'])}, ECE {digits(error)}"


def _given(clips: ClipSet) -> str:
    subjects = quantity(len(set(clips.subject_ids.tolist())), "subject")
    return f"{clips.origin}, {quantity(len(clips), 'clip')} of {subjects}"


def _trained_on(study: ModelStudy) -> str:
    """A warning where the model may have been trained on the given clips."""
    seen = study.card.datasets
    if seen is None:
        return "The file does not state what the model was trained on, so the given clips may be among it."
    both = sorted(set(seen) & set(study.folder.datasets.tolist())) if study.folder is not None else []
    return f"The model was trained on {', '.join(both)}: its scores there say nothing." if both else ""


def latent_blocks(found: Answers, name: str, seed: int, identifier: str) -> list[Block]:
    """t-SNE and K-means: centres of the clips of one half of the subjects, counts of the other half."""
    if found.latents is None:
        return [Text(f"{name} has no latent space between its input and its scores.")]
    train, test = np.flatnonzero(found.first_half), np.flatnonzero(~found.first_half)
    drawn = latent_map(
        found.latents[train],
        found.latents[test],
        found.truth[train],
        found.truth[test],
        len(found.labels),
        seed,
    )
    if drawn is None:
        return [Text(f"{quantity(len(found.truth), 'clip')} of these subjects are too few for a map.")]
    return [
        Text(
            "The centres come from the clips of one half of the subjects (hollow); the clips of the other "
            "half (filled) are counted in their clusters."
        ),
        map_row(identifier, name, found.labels, drawn, trained=False),
    ]


def _confusion(found: Answers, name: str) -> list[Block]:
    note = (
        [Text(f"All clips show {found.one_class}: nothing is known about the other classes.")]
        if found.one_class
        else []
    )
    return [*note, confusion_table(name, found.labels, found.confusion)]


def _folder(study: ModelStudy) -> list[Block]:
    found = study.folder_answers
    if found is None or study.folder is None:
        return []
    return [
        Text(f"{_given(study.folder)}."),
        *_confusion(found, study.name),
        *calibration_blocks(study.name, found.calibrated, "reliability-given"),
        *latent_blocks(found, study.name, study.seed, "latent-given"),
    ]


def _card(study: ModelStudy) -> list[Block]:
    card, calibration = study.card, study.card.calibration
    size = f"{card.input.kind}, {card.input.size} x {card.input.size} pixels"
    frames = f", {card.input.frames} key frames" if card.input.kind == "sequence" else ""
    data = card.datasets
    rows = [
        ["weights", study.model_id],
        ["system", card.system],
        ["labels", ", ".join(card.labels)],
        ["input", size + frames],
        ["numbers learned or stored", f"{study.n_parameters:,}"],
        ["temperature", f"{calibration.temperature:.3g}"],
        ["rejects below a confidence of", _limit(calibration.rejection_confidence)],
        ["rejects above a distance of", _limit(calibration.rejection_distance)],
        ["averages over the mirror image", "yes" if calibration.mirror else "no"],
        ["data sets of the training", "not stated" if data is None else ", ".join(data) or "synthetic only"],
        ["generator", str(card.training.get("generator", "not stated"))],
        ["protocol", str(card.training.get("protocol", "not stated"))],
        ["licence", card.licence],
    ]
    return [
        Table("The card of the checkpoint", ["property", "value"], rows, numbers=False),
        Details("Training summary of the file", json.dumps(dict(card.training), indent=1)),
    ]


def _limit(value: float) -> str:
    return f"{value:.3g}" if value > 0 else "no limit"
