"""The table and the sentences of an evaluation, from what ``results.json`` holds."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.table import Table

_ENDS = ("low", "high")
_STYLE: dict[str, Any] = {"box": box.SIMPLE_HEAD, "pad_edge": False, "padding": (0, 1)}

REAL_UF1 = (0.70, 0.74)
"""Honest UF1 of shallow flow nets and linear models on the classes of MEGC 2019, one subject left out."""


def table(results: dict[str, Any]) -> Table:
    """A row for each system, on all clips and then on each data set; intervals in brackets."""
    level = f"{results['bootstrap']['level']:.0%}"
    out = Table("system", **_STYLE)
    for heading in ("accuracy", f"UF1 [{level}]", f"UAR [{level}]", "ECE"):
        out.add_column(heading, no_wrap=True)
    parts = list(next(iter(results["systems"].values()))["scores"])
    for part in parts:
        if len(parts) > 1:
            out.add_section()
            first = next(iter(results["systems"].values()))["scores"][part]
            out.add_row(f"{part} ({first['clips']})", style="italic")
        for name, system in results["systems"].items():
            scores = system["scores"][part]
            accuracy, ece = _digits(scores["accuracy"]["value"]), _digits(scores["ece"])
            out.add_row(name, accuracy, _score(scores["uf1"]), _score(scores["uar"]), ece)
    return out


def per_class(results: dict[str, Any]) -> Table:
    """F1 of each class on all clips."""
    systems = results["systems"]
    out = Table("F1", *systems, **_STYLE)
    for label in results["data"]["labels"]:
        found = (system["scores"]["all"]["per_class"][label]["f1"] for system in systems.values())
        out.add_row(label, *(_digits(value) for value in found))
    return out


def comparisons(results: dict[str, Any]) -> Table | None:
    """Every other system against the best control; None where there is nothing to compare."""
    found = results["comparisons"]
    if not found:
        return None
    level = f"{results['bootstrap']['level']:.0%}"
    out = Table(f"against {found[0]['control']}", "score", f"difference [{level}]", "p", **_STYLE)
    for row in found:
        low, high = (_digits(row["interval"][end], "+") for end in _ENDS)
        p = "<.001" if row["p"] is not None and row["p"] < 0.001 else _digits(row["p"])
        gap = f"{_digits(row['difference'], '+')} [{low}, {high}]"
        out.add_row(row["system"], row["metric"].upper(), gap, p)
    return out


def sentences(results: dict[str, Any]) -> list[str]:
    """What belongs beside the table."""
    data, protocol = results["data"], results["protocol"]
    size = f"{data['clips']} clips of {data['subjects']} subjects, {len(data['labels'])} classes"
    folds = len(protocol["folds"])
    rounds = f"{folds} fold{'s' if folds > 1 else ''}, {protocol['asked']} clips asked"
    lines = [
        f"{_sentence(data['origin'])}: {size}. {_sentence(protocol['title'])} ({rounds}).",
        f"Intervals and p: {results['bootstrap']['draws']} draws of whole subjects. The best control "
        "is the one of the highest UF1 here.",
        *results["notes"],
    ]
    if data["made"]:
        low, high = REAL_UF1
        lines.append(
            "The clips are made: the figures say how well a system reads this generator. On real clips of "
            f"three classes honest flow nets and linear models reach UF1 {low:.2f} to {high:.2f}."
        )
    return lines


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _score(score: dict[str, float | None]) -> str:
    low, high = (_digits(score[end]) for end in _ENDS)
    return f"{_digits(score['value'])} [{low}, {high}]"


def _digits(value: float | None, sign: str = "") -> str:
    """Three decimals, no leading zero, a dash for nothing: .949, 1.000, +.012, -."""
    return "-" if value is None else f"{value:{sign}.3f}".replace("0.", ".", 1)
