"""Tables and sentences of an evaluation, from the content of ``results.json``."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.table import Table

from mer_ros.errors import quantity
from mer_ros.reports.disclosure import disclosure
from mer_ros.reports.robustness_section import robustness_sentence
from mer_ros.reports.synthetic_scores import (
    RECOGNITION,
    SPOTTING,
    ceiling_sentence,
    digits,
    share,
    with_interval,
)
from mer_ros.reports.unit_section import unit_sentence

_ENDS = ("low", "high")
_STYLE: dict[str, Any] = {"box": box.SIMPLE_HEAD, "pad_edge": False, "padding": (0, 1)}

_CLASS_WIDTH = 5
"""Characters of a column of more than three classes; longer names are folded."""


def table(results: dict[str, Any]) -> Table:
    """One row per system, for all clips and then for each data set; intervals in brackets."""
    level = f"{results['bootstrap']['level']:.0%}"
    out = Table("system", **_STYLE)
    for heading in ("accuracy", f"UF1 [{level}]", f"UAR [{level}]", "ECE"):
        out.add_column(heading, no_wrap=True)
    first = next(iter(results["systems"].values()))
    parts = list(first["scores"])
    if "fold_mean" in first:
        out.add_row(f"mean of the {len(results['protocol']['folds'])} folds", style="italic")
        for name, system in results["systems"].items():
            mean = system["fold_mean"]
            out.add_row(
                name,
                digits(mean["accuracy"]["value"]),
                with_interval(mean["uf1"]),
                with_interval(mean["uar"]),
                "-",
            )
    for part in parts:
        if len(parts) > 1:
            out.add_section()
            first = next(iter(results["systems"].values()))["scores"][part]
            out.add_row(f"{part} ({first['clips']})", style="italic")
        for name, system in results["systems"].items():
            scores = system["scores"][part]
            accuracy, ece = digits(scores["accuracy"]["value"]), digits(scores["ece"])
            out.add_row(name, accuracy, with_interval(scores["uf1"]), with_interval(scores["uar"]), ece)
        ceiling = results["label_ceiling"]
        if ceiling and part == "all":
            best = (digits(ceiling[score]) for score in ("accuracy", "uf1", "uar"))
            out.add_row("label ceiling", *best, style="italic")
    return out


def per_class(results: dict[str, Any]) -> Table:
    """F1 of each class on all clips, a row per system; for synthetic clips also of the rule with the maximum
    UF1.
    """
    labels, ceiling = results["data"]["labels"], results["label_ceiling"]
    out = Table(**_STYLE)
    out.add_column("F1", overflow="fold")
    for label in labels:
        out.add_column(label, overflow="fold", width=_CLASS_WIDTH if len(labels) > 3 else None)
    for name, system in results["systems"].items():
        classes = system["scores"]["all"]["per_class"]
        out.add_row(name, *(digits(classes[label]["f1"]) for label in labels))
    if ceiling:
        out.add_row("ceiling", *(digits(ceiling["f1"][label]) for label in labels), style="italic")
    return out


def comparisons(results: dict[str, Any]) -> list[Table]:
    """One table for each control with which other systems are compared."""
    level = f"{results['bootstrap']['level']:.0%}"
    tables: dict[str, Table] = {}
    for row in results["comparisons"]:
        control = row["control"]
        if control not in tables:
            tables[control] = Table(f"against {control}", "score", f"difference [{level}]", "p", **_STYLE)
        low, high = (digits(row["interval"][end], "+") for end in _ENDS)
        p = "<.001" if row["p"] is not None and row["p"] < 0.001 else digits(row["p"])
        gap = f"{digits(row['difference'], '+')} [{low}, {high}]"
        tables[control].add_row(row["system"], row["metric"].upper(), gap, p)
    return list(tables.values())


def sentences(results: dict[str, Any]) -> list[str]:
    """Sentences that accompany the tables: data, protocol, notes and, for synthetic clips, the ceiling."""
    data, protocol = results["data"], results["protocol"]
    size = (
        f"{quantity(data['clips'], 'clip')} of {quantity(data['subjects'], 'subject')}, "
        f"{len(data['labels'])} classes"
    )
    folds = len(protocol["folds"])
    rounds = f"{quantity(folds, 'fold')}, {quantity(protocol['asked'], 'test clip')}"
    lines = [
        f"{_sentence(data['origin'])}: {size}. {_sentence(protocol['title'])} ({rounds}).",
        f"Intervals and p values: {results['bootstrap']['draws']} bootstrap draws over subjects. The best "
        "control is the one with the highest UF1.",
        *results["notes"],
        *filter(None, [unit_sentence(results), robustness_sentence(results)]),
    ]
    if any(system["control"] and not system["uses_folds"] for system in results["systems"].values()):
        lines.append("Controls marked (synthetic) were trained on synthetic flow alone, not on these clips.")
    if disclosed := disclosure(results):
        lines.append(disclosed)
    if data["synthetic"]:
        lines.append("The clips are synthetic: the scores measure agreement with their generator.")
        lines += _against(results["label_ceiling"], results["systems"])
        lines += [RECOGNITION, SPOTTING]
    return lines


def _against(ceiling: dict[str, Any] | None, systems: dict[str, Any]) -> list[str]:
    """Sentences on the ceiling and on the UF1 of each system as a share of it."""
    if ceiling is None:
        return ["Another version of the generator produced them, so their label ceiling is not known."]
    shares = (
        f"{name} {share(s['scores']['all']['uf1']['value'], ceiling['uf1'])}" for name, s in systems.items()
    )
    return [ceiling_sentence(ceiling), f"UF1 as a share of the ceiling: {', '.join(shares)}."]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
