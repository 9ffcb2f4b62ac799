"""`make bench-units`: the reader of action units on the unseen generator, and templates as the control.

The reader is trained as by ``python -m mer_ros.training.action_units``: copies of it, each trained on one
head with smooth noise, answer for the other head with rough noise. The control reads the same samples:
templates of the units on the canonical face, as measured, and calibrated like the reader. Its templates are
the fields of the photograph's head, so only the parametric head is unseen to it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.table import Figure, publish
from benchmarks.unit_templates import template_evidence
from mer_ros import files
from mer_ros.explanation import action_unit_file
from mer_ros.recognition.model_files import ACTION_UNITS
from mer_ros.training.action_units import (
    UnitTraining,
    UnseenScores,
    expected_errors,
    held_out_unit,
    summary,
    train_reader,
)

MOST_ECE, MOST_MS, MOST_MB = 0.05, 2.0, 0.5
EVENTS = 200
"""Events of 128 px that the time is measured on."""

MEANS = {"auc": "AUC", "ece": "ECE", "brier": "Brier score"}
SHARES = {
    "first_right": "single unit is the most probable",
    "right": "named units that are shown",
    "named": "shown units that are named",
}


def figures_of(name: str, scores: Mapping[str, Any]) -> list[Figure]:
    """The rows of one method, its means first."""
    rows = [Figure(f"{name}: mean", scores[key], unit) for key, unit in MEANS.items()]
    rows += [Figure(f"{name}: {words}", scores[key], "share") for key, words in SHARES.items()]
    for head, share in scores["first_right_by_head"].items():
        rows.append(Figure(f"{name}: {SHARES['first_right']}, {head} head", share, "share"))
        rows.append(Figure(f"{name}: mean, {head} head", scores["auc_by_head"][head], "AUC"))
    for unit, own in scores["units"].items():
        note = f"ECE {own['ece']:.3f}, Brier {own['brier']:.3f}, shown in {own['share']:.1%}"
        rows.append(Figure(f"{name}: {unit}", own["auc"], "AUC", note=note))
    return [row for row in rows if row.value is not None]


def control(unseen: UnseenScores) -> tuple[dict[str, Any], dict[str, Any]]:
    """Expected errors of the evidence by templates, as measured and calibrated."""
    evidence = np.stack([template_evidence(uv) for uv in unseen.flow])
    truth, heads = unseen.present.any(-1), unseen.heads
    calibrated = held_out_unit(np.log(evidence + 0.01), truth, unseen.subjects)
    return expected_errors(truth, evidence, heads), expected_errors(truth, calibrated, heads)


def cost() -> list[Figure]:
    """Time of one event and size of the file, of the shipped reader."""
    reader = action_unit_file.shipped_reader()
    flows = np.random.default_rng(0).normal(size=(EVENTS, 2, 128, 128)).astype(np.float32)
    reader.read(flows[0])
    times = []
    for flow in flows:
        start = time.perf_counter()
        reader.read(flow)
        times.append(time.perf_counter() - start)
    spent_ms = 1000 * float(np.median(times))
    size_mb = (files.models_dir() / ACTION_UNITS).stat().st_size / 1e6
    return [
        Figure("shipped reader, one event, median", spent_ms, "ms", f"< {MOST_MS}", spent_ms < MOST_MS),
        Figure("shipped reader, file", size_mb, "MB", f"<= {MOST_MB}", size_mb <= MOST_MB),
    ]


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, value in asdict(UnitTraining()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"default: {value}")
    settings = UnitTraining(**vars(parser.parse_args()))
    reader, unseen = train_reader(settings)
    scores = summary(settings, unseen, reader)["unseen"]
    measured, calibrated = control(unseen)
    error = scores["unit"]["ece"]
    rows = [Figure("reader: calibration error", error, "ECE", f"<= {MOST_ECE}", error <= MOST_ECE)]
    rows += figures_of("reader", scores["unit"]) + figures_of("reader, sides", scores["side"])
    rows += figures_of("control: templates", measured)
    rows += figures_of("control: templates, calibrated", calibrated)
    return 0 if publish("action_units", rows + cost()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
