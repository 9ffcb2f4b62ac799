"""`make bench-explain`: heat maps, texts and the delay of explanations.

Grad-CAM of this package and of the package ``grad-cam`` in alternation, on the same network, layer and
target; the memory of ten thousand maps; faithfulness of every method on every shipped model
(``explain_maps``) and what the checks of a map find (``explain_trust``); the precision of the action units
named in texts; and the delay of the explainer node (``explain_delay``).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.explain_delay import delay
from benchmarks.explain_maps import maps
from benchmarks.explain_trust import trust
from benchmarks.realtime_run import usage
from benchmarks.recognition import UNSEEN
from benchmarks.table import Figure, no_options, publish
from mer_ros import files
from mer_ros.compat import import_torchvision
from mer_ros.data.synthetic import flow_samples
from mer_ros.explanation import shipped_reader
from mer_ros.explanation.methods.grad_cam import grad_cam, grad_cams
from mer_ros.explanation.text import likely_units
from mer_ros.face.facs import SIDES, UNITS
from mer_ros.face.unit_coding import PRESENT
from mer_ros.recognition import Recogniser
from mer_ros.recognition.system import System

NETWORKS = ("micro_attention", "prototype")
LEAST_CORRELATION, LEAST_FASTER = 0.999, 1.5
COMPARED, ROUNDS = 40, 5
BATCH, BATCHES = 16, 15
MAPS, WARM, MOST_GROWTH_MB = 10_000, 500, 2.0
LEAST_PRECISION, READ, SEED = 0.85, 1500, 71


class Logits(nn.Module):
    """A system as the other package expects a network: (B, 3, S, S) -> (B, C) logits."""

    def __init__(self, system: System) -> None:
        super().__init__()
        self.system = system

    def forward(self, x: Tensor) -> Tensor:
        """Logits alone."""
        return self.system(x).logits


def against_package() -> Iterator[Figure]:
    """Correlation of the maps and ratio of the times, each network in one run, one thread.

    The weights are frozen, so neither computes their gradients; the other package needs a gradient somewhere
    before the layer, which the input has.
    """
    import_torchvision()  # which the package imports
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    flows = flow_samples(COMPARED, UNSEEN, SEED, 56).data
    for name in NETWORKS:
        model = Recogniser.load(files.models_dir() / f"{name}.safetensors")
        system, size = model.system, model.card.input.size
        inputs = [model.tensor(model.card.input.read(uv)) for uv in flows]
        labels = [int(system(x).logits.argmax()) for x in inputs]
        layer = system.get_submodule(system.gradcam_layer)
        correlations = []
        times: dict[str, list[float]] = {"ours": [], "package": []}
        with GradCAM(model=Logits(system), target_layers=[layer]) as package:
            for turn in range(ROUNDS):
                for x, label in zip(inputs, labels, strict=True):
                    targets = [ClassifierOutputTarget(label)]
                    ours, own_ms = _timed(grad_cam, system, x, label)
                    theirs, their_ms = _timed(package, x.clone().requires_grad_(), targets)
                    times["ours"].append(own_ms)
                    times["package"].append(their_ms)
                    large = cv2.resize(ours.map.numpy(), (size, size))
                    if turn == 0 and large.std() > 0 and theirs[0].std() > 0:
                        correlations.append(np.corrcoef(large.ravel(), theirs[0].ravel())[0, 1])
        lowest, skipped = float(min(correlations)), COMPARED - len(correlations)
        yield Figure(
            f"{name}: correlation with the package grad-cam",
            lowest,
            "lowest",
            f">= {LEAST_CORRELATION}",
            lowest >= LEAST_CORRELATION,
            f"{len(correlations)} maps; {skipped} are empty in one of both",
        )
        own_ms, their_ms = (float(np.median(times[who])) for who in ("ours", "package"))
        ratio = float(np.median(np.array(times["package"]) / np.array(times["ours"])))
        note = f"median of the ratios in turn; {own_ms:.1f} ms against {their_ms:.1f} ms, one thread"
        yield Figure(
            f"{name}: one map", ratio, "times as fast", f">= {LEAST_FASTER}", ratio >= LEAST_FASTER, note
        )


def batches() -> Iterator[Figure]:
    """The same with batches, without a goal."""
    import_torchvision()
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    flows = flow_samples(BATCH, UNSEEN, SEED, 56).data
    labels = torch.arange(BATCH) % 7
    targets = [ClassifierOutputTarget(int(label)) for label in labels]
    for name in NETWORKS:
        model = Recogniser.load(files.models_dir() / f"{name}.safetensors")
        x = torch.cat([model.tensor(model.card.input.read(uv)) for uv in flows])
        layer = model.system.get_submodule(model.system.gradcam_layer)
        ratios = []
        with GradCAM(model=Logits(model.system), target_layers=[layer]) as package:
            for _ in range(BATCHES):
                _, own_ms = _timed(grad_cams, model.system, x, labels)
                _, their_ms = _timed(package, x.clone().requires_grad_(), targets)
                ratios.append(their_ms / own_ms)
        yield Figure(f"{name}: a batch of {BATCH} maps", float(np.median(ratios)), "times as fast")


def memory() -> Iterator[Figure]:
    """Growth of the resident memory over ten thousand maps.

    The largest memory of the process would not do: earlier parts of the benchmark may have raised it further.
    """
    model = Recogniser.load(files.models_dir() / "micro_attention.safetensors")
    x = model.tensor(model.card.input.read(flow_samples(1, UNSEEN, SEED, 56).data[0]))
    for _ in range(WARM):
        grad_cam(model.system, x, 0)
    before = usage(os.getpid()).resident_mb
    for i in range(MAPS):
        grad_cam(model.system, x, i % 7)
    growth = usage(os.getpid()).resident_mb - before
    note = f"after {WARM} maps: {before:.0f} MB"
    yield Figure(
        f"{MAPS} maps: growth of the memory", growth, "MB", f"<= {MOST_GROWTH_MB}",
        growth <= MOST_GROWTH_MB, note,
    )  # fmt: skip


def named_units() -> Iterator[Figure]:
    """Share of the units named in texts that are shown, on unseen subjects."""
    reader = shipped_reader()
    for noise in ("smooth", "rough"):
        flow_set = flow_samples(READ, UNSEEN, SEED, 56, noise=noise)
        names = flow_set.unit_sides
        columns = [[names.index(unit + side) for side in SIDES] for unit in UNITS]
        shown = (flow_set.strengths[:, columns] > PRESENT).any(-1)  # (N, K)
        right = named = one = one_right = 0
        for uv, truth in zip(flow_set.data, shown, strict=True):
            found = likely_units(reader.units, reader.read(uv))
            hits = [bool(truth[UNITS.index(unit.unit)]) for unit in found]
            right, named = right + sum(hits), named + len(hits)
            one, one_right = one + bool(hits), one_right + bool(hits and hits[0])
        precision = right / max(named, 1)
        note = f"{named} named, {named / READ:.1f} an event; first of an event {one_right / max(one, 1):.3f}"
        yield Figure(
            f"units named in texts, {noise} noise: shown",
            precision,
            "share",
            f">= {LEAST_PRECISION}",
            precision >= LEAST_PRECISION,
            note,
        )


def _timed(work: Callable[..., Any], *arguments: object) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work(*arguments)
    return found, 1e3 * (time.perf_counter() - began)


PARTS: tuple[Callable[[], Iterator[Figure]], ...] = (
    against_package,
    batches,
    memory,
    maps,
    trust,
    named_units,
    delay,
)
"""The measurements, in order."""


def main() -> int:
    """Measure and publish."""
    torch.set_num_threads(1)
    return 0 if publish("explain", [figure for part in PARTS for figure in part()]) else 1


if __name__ == "__main__":
    no_options(__doc__)
    raise SystemExit(main())
