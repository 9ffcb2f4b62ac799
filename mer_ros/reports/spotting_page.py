"""The HTML report of spotting in long videos: ``report.html`` beside ``results.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mer_ros.errors import quantity
from mer_ros.evaluation.spotters import OURS
from mer_ros.evaluation.spotting_results import SpottingEvaluation
from mer_ros.evaluation.spotting_scores import KINDS
from mer_ros.reports import spotting as texts
from mer_ros.reports.html import Block, Details, Page, Row, Section, Table, Text
from mer_ros.reports.published import PUBLISHED_SPOTTING
from mer_ros.reports.spotting_charts import f1_chart, lane_chart
from mer_ros.reports.synthetic_scores import digits, with_interval

REPORT = "report.html"

SHOWN_VIDEOS = 12
"""Videos that are drawn, the first ones."""

_STRONG, _ASIDE = "strong", "aside"


def write(evaluation: SpottingEvaluation, results: Mapping[str, Any], out: Path) -> None:
    """Write the page. results: of ``spotting_results.write``. ConfigError where it cannot be written."""
    page(evaluation, results).write(out / REPORT, "evaluate fewer systems at once")


def page(evaluation: SpottingEvaluation, results: Mapping[str, Any]) -> Page:
    """The page."""
    return Page(
        f"Spotting in long videos: {', '.join(results['data']['datasets'])}",
        texts.sentences(results),
        [
            Section("Scores", _scores(results)),
            Section("Counts and apexes", [_counts(kind, results) for kind in KINDS]),
            Section("Labels of the hits", _labels(results)),
            Section("Videos", _videos(evaluation)),
            Section("Published scores", [_published(results), Text(_PUBLISHED_NOTE)]),
            Section("How every choice was made", _choices(results)),
        ],
    )


def _style(system: Mapping[str, Any]) -> str:
    return _ASIDE if system["baseline"] else _STRONG


def _scores(results: Mapping[str, Any]) -> list[Block]:
    level = f"{results['bootstrap']['level']:.0%}"
    systems = results["systems"]
    blocks: list[Block] = [f1_chart(systems, level)]
    header = ["system", "threshold", *(f"{kind} F1 [{level}]" for kind in KINDS)]
    for part in texts.parts_of(results):
        rows: list[list[str]] = []
        styles: dict[int, str] = {}
        for name, system in systems.items():
            styles[len(rows)] = _style(system)
            scores = system["scores"][part]
            causal = "causal" if system["causal"] else "whole video"
            rows.append([name, causal, *(with_interval(scores[kind]["f1"]) for kind in KINDS)])
        first = next(iter(systems.values()))["scores"][part]
        what = "All videos" if part == "all" else f"Videos of {part}"
        size = f"{first['videos']} of {quantity(first['subjects'], 'subject')}, {first['minutes']:.1f} min"
        blocks.append(Table(f"{what}: {size}", header, rows, styles=styles))
    return blocks


_COUNTS = ("hits", "false", "missed")
_SHARES = ("precision", "recall", "asr")
_HEADER = ("hits", "false", "missed", "precision", "recall", "ASR", "apex error, ms", "false per minute")


def _counts(kind: str, results: Mapping[str, Any]) -> Table:
    rows: list[list[str]] = []
    styles: dict[int, str] = {}
    for name, system in results["systems"].items():
        styles[len(rows)] = _style(system)
        own = system["scores"]["all"][kind]
        row = [str(own[key]) for key in _COUNTS] + [digits(own[key]) for key in _SHARES]
        rows.append(
            [name, *row, texts.milliseconds(own["apex_error_ms"]), texts.rate(own["false_per_minute"])]
        )
    what = "micro- and macro-expressions" if kind == "overall" else f"{kind}-expressions"
    return Table(f"{what[0].upper()}{what[1:]} of all videos", ["system", *_HEADER], rows, styles=styles)


def _labels(results: Mapping[str, Any]) -> list[Block]:
    """Nothing without a model."""
    blocks: list[Block] = []
    level = f"{results['bootstrap']['level']:.0%}"
    for name, system in results["systems"].items():
        if not system["model"]:
            continue
        scores, labels = system["scores"]["all"], results["labels"]
        rows = []
        for kind in KINDS:
            own = scores[kind]
            counts = [str(own["hits"]), str(own["labelled_hits"])]
            rows.append([kind, *counts, digits(own["recognition_f1"]), with_interval(own["strs"])])
        header = ["kind", "hits", "with a true label", "macro F1 of labels", f"STRS [{level}]"]
        blocks.append(Table(f"{name}, labels of {system['model']}", header, rows))
        counts = scores["overall"]["confusion"]
        shades = {
            (row, column + 1): count / max(sum(own), 1)
            for row, own in enumerate(counts)
            for column, count in enumerate(own)
        }
        matrix = [[label, *map(str, own)] for label, own in zip(labels, counts, strict=True)]
        caption = "Hits by true class (rows) and answer (columns)"
        blocks.append(Table(caption, ["", *labels], matrix, shades=shades))
    return [*blocks, Text(_MODEL_NOTE)] if blocks else []


def _videos(evaluation: SpottingEvaluation) -> list[Block]:
    """One lane for each of the first videos."""
    videos = evaluation.videos.videos[:SHOWN_VIDEOS]
    left = len(evaluation.videos.videos) - len(videos)
    more = f" The other {quantity(left, 'video')} are in the table of all expressions." if left else ""
    intro = (
        "True expressions above, those of our spotter below. Filled: hits. Hatched outlines: missed above, "
        f"false below. M: macro-expressions.{more}"
    )
    lanes = [
        lane_chart(number, OURS, video, evaluation.found[OURS][number]) for number, video in enumerate(videos)
    ]
    return [Text(intro), Row(lanes)]


_PUBLISHED_NOTE = (
    "Only scores of the same data can be compared. MDMD is scored at p = 0.01, as in the result files of its "
    "authors, where other p score higher. No spotter of this page was tuned on its videos."
)
_MODEL_NOTE = (
    "A model that was trained on the same data set has seen these subjects: its STRS says nothing about "
    "new ones."
)


def _published(results: Mapping[str, Any]) -> Table:
    """The scores of this page first, then the published ones."""
    data = ", ".join(results["data"]["datasets"])
    rows: list[list[str]] = []
    styles: dict[int, str] = {}
    for name, system in results["systems"].items():
        styles[len(rows)] = _style(system)
        scores = system["scores"]["all"]
        f1 = (digits(scores[kind]["f1"]["value"]) for kind in KINDS)
        rows.append([name, data, *f1, "on other rendered videos", "this page"])
    for one in PUBLISHED_SPOTTING:
        f1 = (digits(None if value != value else value) for value in (one.micro, one.macro, one.overall))
        rows.append([one.system, one.data, *f1, one.choice, one.source])
    header = ["system", "data", *(f"F1 {kind}" for kind in KINDS), "choice of the threshold", "source"]
    return Table("F1 at IoU 0.5 of this page and published", header, rows, numbers=False, styles=styles)


def _choices(results: Mapping[str, Any]) -> list[Block]:
    rows = [[name, system["choices"]] for name, system in results["systems"].items()]
    settings = {name: system["settings"] for name, system in results["systems"].items()}
    return [
        Table("How the settings of each system were chosen", ["system", "how"], rows, numbers=False),
        Details("Settings of all systems", json.dumps(settings, indent=1)),
        Details("Versions", json.dumps(results["versions"], indent=1)),
    ]
