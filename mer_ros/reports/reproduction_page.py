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
    EPOCHS,
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
from mer_ros.reports.synthetic_scores import digits, with_interval
from mer_ros.training.fixed_epochs import TRAINING_UF1, trained_name

TITLES = {"casme2": "CASME II", "mmew": "MMEW"}
"""Data set to its name in the post's table."""

FEWEST_SUBJECTS = 8
"""Test subjects below which an interval over subjects is not shown: it would have no meaning."""

FITTED = 0.5
"""UF1 on the clips that a network was trained on, below which it has not learned even these."""

SPLIT_WORDS = {BY_SAMPLE: "by sample", BY_SUBJECT: "by subject"}
_ASIDE = "aside"


def write(found: Reproduction, out: Path) -> None:
    """Write the page. ConfigError where it cannot be written."""
    page(found).write(out / REPORT, "give one data set, or fewer --epochs")


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
        "A post of two students (KIT, 2024) trains two systems on apex images, 70 % of the clips for "
        "training and 30 % for testing, and states F1 after 10 and 50 epochs. Here both are trained on that "
        "split and on one by subject, where the subjects of the test clips are never trained on. Scores are "
        "UF1, the mean over the classes.",
    ]
    for part in found.parts:
        clips = part.clips
        people = quantity(len(set(clips.subject_ids.tolist())), "subject")
        size = quantity(len(clips), "clip")
        lines.append(f"{_title(part.name)}: {clips.origin}; {size} of {people}. Tested {_tested(part)}.")
    if all(part.clips.synthetic for part in found.parts):
        lines.append(
            "The clips are synthetic: the form is that of the post's experiment, the scores say nothing "
            "about its data."
        )
    for part in found.parts:
        lines += [note for note in (part.clips.caveat, *part.clips.notes) if note]
    return [*lines, f"Images are read at {found.size} x {found.size} pixels.", *found.departures]


def _tested(part: ReproducedSet) -> str:
    """Sizes of the test sides: "by sample 63 clips of 15 subjects, by subject 70 clips of 5 subjects"."""
    words = []
    for split, results in part.results.items():
        scores = next(iter(results["systems"].values()))["scores"]["all"]
        clips, people = quantity(scores["clips"], "clip"), quantity(scores["subjects"], "subject")
        words.append(f"{SPLIT_WORDS[split]} {clips} of {people}")
    return ", ".join(words)


_TABLE_NOTE = (
    f"Brackets: 95 % intervals over the subjects of the test clips, of {FEWEST_SUBJECTS} subjects or more. "
    "Trained on: UF1 of the clips that the networks by subject were trained on. The post says neither which "
    "kind of F1 it states, nor its classes."
)


def table(found: Reproduction) -> Table:
    """A row for each data set, system and number of epochs: published, by sample, by subject, trained on."""
    rows: list[list[str]] = []
    named = {TITLES[part.name]: part for part in found.parts if part.name in TITLES}
    for data in dict.fromkeys(one.data for one in _of_post()):
        for system in SETTINGS:
            rows += [_row(data, named.get(data), system, n) for n in _epochs_of(found, data in named)]
    for part in found.parts:
        if part.name not in TITLES:
            rows += [_row(part.name, part, system, n) for system in SETTINGS for n in found.epochs]
    header = ["data and system", "epochs", "published F1", "UF1 by sample", "UF1 by subject", "trained on"]
    return Table("The post's table, and the same systems here", header, rows)


def _epochs_of(found: Reproduction, is_ours: bool) -> list[int]:
    """Numbers of epochs of the rows of a data set of the post; is_ours: whether it was given."""
    return sorted({*EPOCHS, *found.epochs}) if is_ours else list(EPOCHS)


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
    name = trained_name(system, epochs)
    if part is None or name not in part.results[BY_SUBJECT]["systems"]:
        return [*cells, "-", "-", "-"]
    own = [part.results[split]["systems"][name] for split in SPLITS]
    trained = own[1]["chosen"][0][TRAINING_UF1]
    return [*cells, *(_with_interval(one["scores"]["all"]) for one in own), digits(trained)]


def _with_interval(scores: Mapping[str, Any]) -> str:
    """UF1, with its interval if that is drawn from enough people."""
    score = scores["uf1"]
    if scores["subjects"] < FEWEST_SUBJECTS:
        return digits(score["value"])
    return with_interval(score)


def paragraph(part: ReproducedSet, epochs: Sequence[int]) -> str:
    """What the splits show on one data set, in sentences built from its scores."""
    longest = max(epochs)
    sentences = []
    for system in SETTINGS:
        name = trained_name(system, longest)
        both = [part.results[split]["systems"][name] for split in SPLITS]
        scores = [one["scores"]["all"] for one in both]
        trained = [one["chosen"][0][TRAINING_UF1] for one in both]
        by_sample, by_subject = (
            f"{digits(of['uf1']['value'])} ({digits(own)} on the clips it was trained on)"
            for of, own in zip(scores, trained, strict=True)
        )
        gap = _gap_in_words(scores[0]["uf1"]["value"] - scores[1]["uf1"]["value"], scores)
        sentences.append(
            f"After {quantity(longest, 'epoch')}, {system} reaches UF1 {by_sample} split by sample and "
            f"{by_subject} split by subject: {gap}."
        )
        if min(trained) < FITTED:
            sentences.append(f"{system} has not learned the clips that it was trained on.")
    control = best_control(part.evaluations[BY_SUBJECT])
    if control is not None:
        score = part.results[BY_SUBJECT]["systems"][control.name]["scores"]["all"]
        sentences.append(f"By subject the best control, {control.name}, reaches {_with_interval(score)}.")
    meaning = f"{_MEANING} {_SYNTHETIC}" if part.clips.synthetic else _MEANING
    return f"{_title(part.name)}: {' '.join(sentences)} {meaning}"


_MEANING = (
    "Split by sample, the subjects of the test clips are also trained on, so the score may contain what a "
    "network knows of them; only a score by subject applies to other people."
)

_SYNTHETIC = (
    "Synthetic subjects show all emotions about equally often, so the clips of a subject that are trained on "
    "show mostly other emotions than its test clips. Knowing the subject misleads here, and the score by "
    "sample can fall below chance; in real data sets subjects show some expressions far more often than "
    "others, and knowing them raises it."
)


def _gap_in_words(gap: float, both: Sequence[Mapping[str, Any]]) -> str:
    """The difference of two scores, and whether their intervals are apart."""
    sample, subject = (one["uf1"] for one in both)
    ends = (sample["low"], subject["high"], sample["high"], subject["low"])
    if min(one["subjects"] for one in both) < FEWEST_SUBJECTS or None in ends:
        return f"{digits(gap, '+')} by sample, too few subjects for intervals"
    apart = sample["low"] > subject["high"] or sample["high"] < subject["low"]
    return f"{digits(gap, '+')} by sample, intervals {'apart' if apart else 'that overlap'}"


def _controls(part: ReproducedSet) -> Table:
    """The controls on both splits; they read flow."""
    by_sample, by_subject = (part.results[split]["systems"] for split in SPLITS)
    rows = [
        [name, *(_with_interval(of[name]["scores"]["all"]) for of in (by_sample, by_subject))]
        for name, one in by_sample.items()
        if one["control"]
    ]
    caption = f"{_title(part.name)}: controls on the flow of the same clips"
    header, styles = ["control", "UF1 by sample", "UF1 by subject"], dict.fromkeys(range(len(rows)), _ASIDE)
    return Table(caption, header, rows, styles=styles)


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
