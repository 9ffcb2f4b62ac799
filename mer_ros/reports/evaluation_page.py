"""The HTML report of an evaluation: ``report.html`` beside ``results.json``.

Everything that is shown comes from stored folds, so a resumed evaluation writes the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mer_ros.evaluation.run import Evaluation, SystemPredictions
from mer_ros.reports import evaluation as texts
from mer_ros.reports.calibration_section import confusion_table
from mer_ros.reports.evaluation_charts import curve_charts, interval_chart
from mer_ros.reports.html import Block, Details, Page, Row, Section, Table, Text
from mer_ros.reports.latent_section import latent_blocks, prototype_blocks
from mer_ros.reports.published import BEFORE, NO_EPOCHS, ON_TRAINING, PUBLISHED
from mer_ros.reports.robustness_section import robustness_blocks
from mer_ros.reports.synthetic_scores import digits, with_interval
from mer_ros.reports.unit_section import unit_blocks

REPORT = "report.html"
_STRONG, _ASIDE = "strong", "aside"


def write(evaluation: Evaluation, results: Mapping[str, Any], out: Path) -> None:
    """Write the page. results: of ``evaluation.results.write``. ConfigError where it cannot be written."""
    page(evaluation, results).write(out / REPORT, "evaluate fewer systems at once")


def page(evaluation: Evaluation, results: Mapping[str, Any]) -> Page:
    """The page."""
    systems = evaluation.predictions
    protocol = results["protocol"]
    return Page(
        f"Evaluation: {', '.join(results['data']['datasets'])}, {protocol['title']}",
        texts.sentences(dict(results)),
        [
            Section("Scores", _scores(results)),
            Section("Comparison with the controls", _comparisons(results)),
            Section("F1 of each class", [_per_class(results)]),
            Section("Confusion matrices", [_confusions(results)]),
            Section("Learning curves", _curves(systems)),
            Section("Latent spaces", latent_blocks(evaluation)),
            Section("Decoded prototypes", prototype_blocks(evaluation)),
            Section("Action units", unit_blocks(results)),
            Section("Robustness", robustness_blocks(results)),
            Section("Published scores", [_published(results), Text(_PUBLISHED_NOTE)]),
            Section("How every choice was made", _choices(evaluation, results)),
        ],
    )


def _scores(results: Mapping[str, Any]) -> list[Block]:
    level = f"{results['bootstrap']['level']:.0%}"
    systems, ceiling = results["systems"], results["label_ceiling"]
    parts = list(next(iter(systems.values()))["scores"])
    header = ["system", "accuracy", f"UF1 [{level}]", f"UAR [{level}]", "ECE"]
    blocks: list[Block] = [interval_chart(systems, ceiling and ceiling["uf1"], level)]
    if "fold_mean" in next(iter(systems.values())):
        blocks.append(_fold_means(results, header[:-1]))
    for part in parts:
        rows: list[list[str]] = []
        styles: dict[int, str] = {}
        for name, system in systems.items():
            scores = system["scores"][part]
            if system["control"]:
                styles[len(rows)] = _ASIDE
            named = f"{name} (control)" if system["control"] else name
            ece, accuracy = digits(scores["ece"]), digits(scores["accuracy"]["value"])
            rows.append([named, accuracy, with_interval(scores["uf1"]), with_interval(scores["uar"]), ece])
        if ceiling and part == "all":
            styles[len(rows)] = _ASIDE
            rows.append(
                ["ceiling of the labels", *(digits(ceiling[k]) for k in ("accuracy", "uf1", "uar")), "-"]
            )
        first = next(iter(systems.values()))["scores"][part]
        what = "All clips" if part == "all" else f"Clips of {part}"
        caption = f"{what}: {first['clips']} clips of {first['subjects']} subjects"
        blocks.append(Table(caption, header, rows, styles=styles))
    return blocks


def _fold_means(results: Mapping[str, Any], header: Sequence[str]) -> Table:
    """Every fold counts the same, however many clips it has."""
    rows, styles = [], {}
    for number, (name, system) in enumerate(results["systems"].items()):
        mean = system["fold_mean"]
        if system["control"]:
            styles[number] = _ASIDE
        named = f"{name} (control)" if system["control"] else name
        scores = (with_interval(mean[score]) for score in ("uf1", "uar"))
        rows.append([named, digits(mean["accuracy"]["value"]), *scores])
    folds = ", ".join(results["protocol"]["folds"])
    return Table(f"Mean of the scores of the folds ({folds})", list(header), rows, styles=styles)


def _comparisons(results: Mapping[str, Any]) -> list[Block]:
    level = f"{results['bootstrap']['level']:.0%}"
    by_control: dict[str, list[list[str]]] = {}
    for row in results["comparisons"]:
        low, high = (digits(row["interval"][end], "+") for end in ("low", "high"))
        p = "<.001" if row["p"] is not None and row["p"] < 0.001 else digits(row["p"])
        cells = [row["system"], row["metric"].upper(), f"{digits(row['difference'], '+')} [{low}, {high}]", p]
        by_control.setdefault(row["control"], []).append(cells)
    header = ["system", "score", f"difference [{level}]", "p"]
    return [
        Table(f"Difference to the control {control}, paired bootstrap over subjects", header, rows)
        for control, rows in by_control.items()
    ]


def _per_class(results: Mapping[str, Any]) -> Table:
    labels, ceiling = results["data"]["labels"], results["label_ceiling"]
    rows: list[list[str]] = []
    shades: dict[tuple[int, int], float] = {}
    for name, system in results["systems"].items():
        classes = system["scores"]["all"]["per_class"]
        for column, label in enumerate(labels, 1):
            shades[len(rows), column] = classes[label]["f1"] or 0.0
        rows.append([name, *(digits(classes[label]["f1"]) for label in labels)])
    styles: dict[int, str] = {}
    if ceiling:
        styles[len(rows)] = _ASIDE
        rows.append(["ceiling of the labels", *(digits(ceiling["f1"][label]) for label in labels)])
    return Table("F1 of each class, all clips", ["system", *labels], rows, styles=styles, shades=shades)


def _confusions(results: Mapping[str, Any]) -> Row:
    labels = results["data"]["labels"]
    counts = {name: one["scores"]["all"]["confusion"] for name, one in results["systems"].items()}
    return Row([confusion_table(name, labels, np.array(own)) for name, own in counts.items()])


def _curves(systems: Sequence[SystemPredictions]) -> list[Block]:
    with_epochs = [one for one in systems if any(one.epochs)]
    return [Row(curve_charts(number, one.name, one.epochs)) for number, one in enumerate(with_epochs)]


_PUBLISHED_NOTE = (
    "Only scores of the same data, classes and protocol can be compared. A score whose epoch was chosen on "
    "the test subjects is higher than the system would reach on new subjects."
)


def _published(results: Mapping[str, Any]) -> Table:
    """The scores of this page first, then the published ones."""
    data = "synthetic" if results["data"]["synthetic"] else ", ".join(results["data"]["datasets"])
    rows: list[list[str]] = []
    styles: dict[int, str] = {}
    for name, system in results["systems"].items():
        for score, title in (("uf1", "UF1"), ("accuracy", "accuracy")):
            styles[len(rows)] = _ASIDE if system["control"] else _STRONG
            value = digits(system["scores"]["all"][score]["value"])
            protocol = results["protocol"]["name"]
            rows.append([name, data, protocol, title, value, _choice_of_epoch(system), "this page"])
    for one in PUBLISHED:
        value = digits(one.value)
        rows.append([one.system, one.data, one.protocol, one.score, value, one.epoch, one.source])
    header = ["system", "data", "protocol", "score", "value", "choice of the epoch", "source"]
    return Table("Scores of this page and published scores", header, rows, numbers=False, styles=styles)


def _choice_of_epoch(system: Mapping[str, Any]) -> str:
    if "epoch" in (system["chosen"] or [{}])[0]:
        return ON_TRAINING
    return BEFORE if not (system["uses_folds"] or system["control"]) else NO_EPOCHS


def _choices(evaluation: Evaluation, results: Mapping[str, Any]) -> list[Block]:
    rows = []
    for one in evaluation.predictions:
        rows.append([one.name, one.choices, _chosen(one.chosen)])
    shown = evaluation.folds[evaluation.inspected].name
    inspected = (
        " Latent spaces and prototypes are those of the fold with the most test clips, "
        f"{shown!r}; no score depends on this choice."
        if any(one.inspection for one in evaluation.predictions)
        else ""
    )
    settings = {name: system["settings"] for name, system in results["systems"].items()}
    return [
        Table(
            "What each system chooses, and the values over the folds",
            ["system", "how", "chosen"],
            rows,
            False,
        ),
        Text(f"Seed {results['seed']}.{inspected}"),
        Details("Settings of all systems", json.dumps(settings, indent=1)),
        Details("Versions", json.dumps(results["versions"], indent=1)),
    ]


def _chosen(folds: Sequence[Mapping[str, float]]) -> str:
    """Each choice as its median and range over the folds."""
    names = list(dict.fromkeys(name for fold in folds for name in fold))
    parts = []
    for name in names:
        values = np.array([fold[name] for fold in folds if name in fold])
        low, middle, high = values.min(), np.median(values), values.max()
        span = f" ({low:.3g} to {high:.3g})" if low < high else ""
        parts.append(f"{name} {middle:.3g}{span}")
    return ", ".join(parts) or "-"
