"""The page of `mer reproduce`: the source post's table filled in, and what its two splits show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table as RichTable

from mer_ros.errors import quantity
from mer_ros.evaluation.reproduction import (
    BY_SAMPLE,
    BY_SUBJECT,
    SETTINGS,
    SPLITS,
    ReproducedSet,
    Reproduction,
)
from mer_ros.evaluation.results import best_control
from mer_ros.reports.evaluation_page import REPORT
from mer_ros.reports.heat_map_section import heat_map_blocks
from mer_ros.reports.html import Block, Details, Page, Section, Table, Text
from mer_ros.reports.latent_section import latent_blocks, prototype_blocks
from mer_ros.reports.published import POST, PUBLISHED, SAMPLES, PublishedScore
from mer_ros.reports.synthetic_scores import digits
from mer_ros.training.fixed_epochs import TRAINING_UF1

TITLES = {"casme2": "CASME II", "mmew": "MMEW"}
"""Data set to its name in the post's table."""

SPLIT_WORDS = {BY_SAMPLE: "by sample", BY_SUBJECT: "by subject"}
_ASIDE = "aside"


def write(found: Reproduction, out: Path) -> None:
    """Write the page. ConfigError where it cannot be written."""
    page(found).write(out / REPORT)


def page(found: Reproduction) -> Page:
    """The page."""
    sections = [
        Section("The table", [table(found), Text(_TABLE_NOTE)]),
        Section("What the two splits show", [Text(paragraph(part, found.epochs)) for part in found.parts]),
        Section("Controls", [_controls(part) for part in found.parts]),
    ]
    for part in found.parts:
        title = _title(part.name)
        for split, evaluation in part.evaluations.items():
            words = SPLIT_WORDS[split]
            sections.append(Section(f"Heat maps: {title}, {words}", heat_map_blocks(evaluation)))
        evaluation = part.evaluations[BY_SUBJECT]
        sections.append(Section(f"Decoded prototypes: {title}, by subject", prototype_blocks(evaluation)))
        for split, evaluation in part.evaluations.items():
            section = Section(
                f"Latent spaces: {title}, {SPLIT_WORDS[split]}",
                latent_blocks(evaluation, f"{part.name}-{split}-"),
            )
            sections.append(section)
    sections.append(Section("How it was done", _how(found)))
    return Page("The source post's experiment, by sample and by subject", lead(found), sections)


def lead(found: Reproduction) -> list[str]:
    """The paragraphs below the title; `mer reproduce` prints them, too."""
    lines = [
        f"A {POST} trains two systems on apex images, 70 % of the clips for training and 30 % for testing, "
        "and states F1 after 10 and 50 epochs. Here both are trained on that split and on one by subject, "
        "where the people of the test clips are never trained on. Scores are UF1, the mean over the classes.",
    ]
    for part in found.parts:
        clips = part.clips
        people = quantity(len(set(clips.subject_ids.tolist())), "subject")
        lines.append(f"{_title(part.name)}: {clips.origin}; {quantity(len(clips), 'clip')} of {people}.")
    if all(part.clips.synthetic for part in found.parts):
        lines.append(
            "The clips are synthetic: the form is that of the post's experiment, the scores say nothing "
            "about its data."
        )
    for part in found.parts:
        lines += [note for note in (part.clips.caveat, *part.clips.notes) if note]
    return [*lines, f"Images are read at {found.size} x {found.size} pixels.", *found.departures]


_TABLE_NOTE = (
    "Brackets: 95 % intervals over the subjects of the test clips. Trained on: UF1 of the clips that the "
    "networks by subject were trained on. The post says neither which kind of F1 it states, nor its classes."
)


def table(found: Reproduction) -> Table:
    """A row for each data set, system and number of epochs: published, by sample, by subject, trained on."""
    rows: list[list[str]] = []
    named = {TITLES[part.name]: part for part in found.parts if part.name in TITLES}
    for data in dict.fromkeys(one.data for one in _of_post()):
        for system in SETTINGS:
            for epochs in found.epochs:
                rows.append(_row(data, named.get(data), system, epochs))
    for part in found.parts:
        if part.name not in TITLES:
            rows += [_row(part.name, part, system, n) for system in SETTINGS for n in found.epochs]
    header = ["data and system", "epochs", "published F1", "UF1 by sample", "UF1 by subject", "trained on"]
    return Table("The post's table, and the same systems here", header, rows)


def terminal_table(found: Reproduction) -> RichTable:
    """The same table for the terminal, without intervals."""
    shown = table(found)
    out = RichTable(*shown.header, box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for row in shown.rows:
        out.add_row(*(cell.partition(" [")[0] for cell in row))
    return out


def _of_post() -> list[PublishedScore]:
    return [one for one in PUBLISHED if one.source == POST and one.protocol == SAMPLES]


def _row(data: str, part: ReproducedSet | None, system: str, epochs: int) -> list[str]:
    published = [
        one.value
        for one in _of_post()
        if (one.data, one.system) == (data, system) and one.epoch.endswith(f" {epochs}")
    ]
    cells = [f"{data}, {system}", str(epochs), digits(published[0]) if published else "-"]
    if part is None:
        return [*cells, "-", "-", "-"]
    own = [part.results[split]["systems"][f"{system}, {epochs} epochs"] for split in SPLITS]
    trained = own[1]["chosen"][0][TRAINING_UF1]
    return [*cells, *(_with_interval(one["scores"]["all"]["uf1"]) for one in own), digits(trained)]


def _with_interval(score: Mapping[str, float | None]) -> str:
    return f"{digits(score['value'])} [{digits(score['low'])}, {digits(score['high'])}]"


def paragraph(part: ReproducedSet, epochs: Sequence[int]) -> str:
    """What the splits show on one data set, in sentences built from its scores."""
    longest = max(epochs)
    sentences = []
    for system in SETTINGS:
        name = f"{system}, {longest} epochs"
        sample, subject = (part.results[split]["systems"][name]["scores"]["all"]["uf1"] for split in SPLITS)
        trained = part.results[BY_SUBJECT]["systems"][name]["chosen"][0][TRAINING_UF1]
        gap = sample["value"] - subject["value"]
        sentences.append(
            f"{system} reaches UF1 {digits(trained)} on the clips it was trained on, "
            f"{digits(sample['value'])} on other clips of the same people and {digits(subject['value'])} on "
            f"new people after {longest} epochs ({_gap_in_words(gap, sample, subject)})."
        )
    control = best_control(part.evaluations[BY_SUBJECT])
    if control is not None:
        score = part.results[BY_SUBJECT]["systems"][control.name]["scores"]["all"]["uf1"]
        sentences.append(f"On new people the best control, {control.name}, reaches {_with_interval(score)}.")
    text = " ".join(sentences)
    meaning = f"{_MEANING} {_SYNTHETIC}" if part.clips.synthetic else _MEANING
    return f"{_title(part.name)}: {text[0].upper()}{text[1:]} {meaning}"


_MEANING = (
    "A score by sample also counts what a network knows of the faces it was trained on; only the score by "
    "subject applies to people whom a robot meets."
)


_SYNTHETIC = (
    "A synthetic person shows all emotions about equally often, so it is no help to know the person: a "
    "network that does excludes what it saw of that person, and may score below chance by sample. Real "
    "people show some expressions far more often than others."
)


def _gap_in_words(gap: float, sample: Mapping[str, Any], subject: Mapping[str, Any]) -> str:
    """The difference of two scores, and whether their intervals are apart."""
    if None in (sample["low"], subject["high"], sample["high"], subject["low"]):
        return f"{digits(gap, '+')} by sample, without intervals"
    apart = sample["low"] > subject["high"] or sample["high"] < subject["low"]
    return f"{digits(gap, '+')} by sample, intervals {'apart' if apart else 'that overlap'}"


def _controls(part: ReproducedSet) -> Table:
    """The controls on both splits; they read flow."""
    systems = part.results[BY_SAMPLE]["systems"]
    rows = [
        [
            name,
            *(
                _with_interval(part.results[split]["systems"][name]["scores"]["all"]["uf1"])
                for split in SPLITS
            ),
        ]
        for name, one in systems.items()
        if one["control"]
    ]
    caption = f"{_title(part.name)}: controls on the flow of the same clips"
    return Table(
        caption,
        ["control", "UF1 by sample", "UF1 by subject"],
        rows,
        styles=dict.fromkeys(range(len(rows)), _ASIDE),
    )


def _how(found: Reproduction) -> list[Block]:
    settings = {
        name: one["settings"]
        for name, one in found.parts[0].results[BY_SUBJECT]["systems"].items()
        if not one["control"]
    }
    folders = ", ".join(f"{part.name}/{split}" for part in found.parts for split in SPLITS)
    return [
        Text(
            "Each number of epochs is a training of its own with a complete learning-rate schedule, on all "
            "training clips, with nothing chosen on any clip. Heat maps, prototypes and latent spaces are "
            "those of the networks whose scores stand in the table."
        ),
        Text(f"All scores and predictions: results.json, scores.csv and predictions.csv in {folders}."),
        Details("Settings of both systems", json.dumps(settings, indent=1)),
    ]


def _title(name: str) -> str:
    return TITLES.get(name, name)
