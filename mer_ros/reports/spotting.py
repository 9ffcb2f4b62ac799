"""Tables and sentences of spotting in long videos, from the content of ``results.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.table import Table

from mer_ros.errors import quantity
from mer_ros.evaluation.spotting_scores import KINDS
from mer_ros.reports.synthetic_scores import SPOTTING, digits, with_interval

_STYLE: dict[str, Any] = {"box": box.SIMPLE_HEAD, "pad_edge": False, "padding": (0, 1)}


def tables(results: Mapping[str, Any]) -> list[Table]:
    """F1 of all systems, in all videos and each data set; counts and apexes in all; STRS of a model."""
    found = [_f1_table(results), _count_table(results)]
    if any(system["model"] for system in results["systems"].values()):
        found.append(_label_table(results))
    return found


def milliseconds(value: float | None) -> str:
    """A time, or a dash if there is none."""
    return "-" if value is None else f"{value:.0f}"


def rate(value: float | None) -> str:
    """A number per minute, or a dash."""
    return "-" if value is None else f"{value:.1f}"


def parts_of(results: Mapping[str, Any]) -> list[str]:
    """All videos, then each of several data sets."""
    return list(next(iter(results["systems"].values()))["scores"])


def _f1_table(results: Mapping[str, Any]) -> Table:
    level = f"{results['bootstrap']['level']:.0%}"
    out = Table("F1", **_STYLE)
    for kind in KINDS:
        out.add_column(f"{kind} [{level}]", no_wrap=True)
    parts = parts_of(results)
    for part in parts:
        if len(parts) > 1:
            out.add_section()
            out.add_row(part, style="italic")
        for name, system in results["systems"].items():
            scores = system["scores"][part]
            out.add_row(name, *(with_interval(scores[kind]["f1"]) for kind in KINDS))
    return out


def _count_table(results: Mapping[str, Any]) -> Table:
    out = Table("both kinds", **_STYLE)
    for heading in ("hits", "false", "missed", "precision", "recall", "ASR", "apex ms"):
        out.add_column(heading, justify="right", no_wrap=True)
    for name, system in results["systems"].items():
        own = system["scores"]["all"]["overall"]
        counts = (str(own[key]) for key in ("hits", "false", "missed"))
        shares = (digits(own[key]) for key in ("precision", "recall"))
        out.add_row(
            name,
            *counts,
            *shares,
            digits(own["asr"]),
            milliseconds(own["apex_error_ms"]),
        )
    return out


def _label_table(results: Mapping[str, Any]) -> Table:
    out = Table("labels of hits", "kind", "with a true label", "macro F1", "STRS", **_STYLE)
    for name, system in results["systems"].items():
        for kind in KINDS if system["model"] else ():
            own = system["scores"]["all"][kind]
            f1 = digits(own["recognition_f1"])
            out.add_row(name, kind, str(own["labelled_hits"]), f1, with_interval(own["strs"]))
    return out


def sentences(results: Mapping[str, Any]) -> list[str]:
    """Sentences that accompany the tables: data, rule, notes."""
    data, rule, draws = results["data"], results["rule"], results["bootstrap"]["draws"]
    lines = [f"{data['origin'][:1].upper()}{data['origin'][1:]}."]
    for name, own in data["datasets"].items():
        lines.append(
            f"{name}: {quantity(own['videos'], 'video')} of {quantity(own['subjects'], 'subject')}, "
            f"{own['minutes']:.1f} minutes, {quantity(own['micro'], 'micro-expression')} and "
            f"{quantity(own['macro'], 'macro-expression')}."
        )
    lines += [
        f"A hit has an IoU of {rule['min_iou']:g} or more with a true expression of its kind, one to one; a "
        f"spotted one is micro up to {rule['longest_micro_s']:g} s. Counts are added before F1 is taken.",
        f"Intervals: {draws} bootstrap draws over subjects. Offline methods take their threshold from the "
        "whole video, causal ones do not.",
        *results["notes"],
    ]
    models = {system["model"] for system in results["systems"].values()} - {""}
    if models:
        named = ", ".join(models)
        lines.append(f"Labels of {named}; STRS is F1 of spotting times macro F1 of the labels of the hits.")
    if data["synthetic"]:
        lines.append("The rendered videos are synthetic: scores measure agreement with their generator.")
        lines.append(SPOTTING)
    return lines
