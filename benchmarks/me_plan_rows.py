"""The goals of ME-PLAN: `python -m benchmarks.me_plan_rows` renews its rows in results/recognition.json in
about three minutes.

The shipped file classifies 2,000 synthetic sequences of subjects that were not used for training or model
selection, and events on rendered faces; both pass through the same code as all events.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.table import Figure, kept, no_options, publish
from mer_ros.data.rendered_clips import rendered_clips, subjects_for
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, FlowSet, flow_sequences
from mer_ros.evaluation import bootstrap
from mer_ros.face import canonical_mesh, geometry
from mer_ros.metrics import accuracy, calibration_error, uf1
from mer_ros.motion.key_frames import SEQUENCE_FRAMES, measured_sequence
from mer_ros.recognition import Recogniser
from mer_ros.types import EMOTIONS

MODEL = Path(__file__).parents[1] / "models" / "me_plan.safetensors"
SAMPLES, N_SUBJECTS, RENDERED = 2000, 60, 105
UNSEEN = EVALUATION_SUBJECTS[300 : 300 + N_SUBJECTS]
SEED = 0
ECE, EVENT_MS = 0.05, 40.0
WIDER = 1.5
"""Spread of the wider set, as in ``recognition`` for the networks on flow."""


def me_plan_rows(model: Path = MODEL) -> list[Figure]:
    """All rows for one file; the number of torch threads is restored afterwards."""
    recogniser, threads = Recogniser.load(model), torch.get_num_threads()
    try:
        rows = [*_unseen(recogniser), _wider(recogniser), *_rendered(recogniser)]
        torch.set_num_threads(2)
        return [*rows, *_speed(recogniser)]
    finally:
        torch.set_num_threads(threads)


def _unseen(recogniser: Recogniser) -> Iterator[Figure]:
    """UF1, accuracy, calibration and rejection for subjects and noise as in training."""
    flow_set, chances, beyond = _sequences(recogniser, 1.0)
    yield _of_ceiling("me_plan: UF1", flow_set, chances)
    by_subject = _confusions(flow_set, chances)
    yield Figure("me_plan: accuracy", float(accuracy(by_subject.sum(0))), "accuracy")
    error = calibration_error(flow_set.labels, chances)
    yield Figure("me_plan: expected calibration error", error, "", f"at most {ECE}", error <= ECE)
    yield Figure("me_plan: beyond the limit of distance", 100 * beyond, "%", note="would be unknown")


def _wider(recogniser: Recogniser) -> Figure:
    """UF1 for subjects and noise of a wider range than in training."""
    flow_set, chances, _ = _sequences(recogniser, WIDER)
    return _of_ceiling(f"me_plan, spread {WIDER:g}: UF1", flow_set, chances)


def _sequences(recogniser: Recogniser, spread: float) -> tuple[FlowSet, NDArray[np.float64], float]:
    """Synthetic sequences with this spread, and the result of ``_answers`` for them."""
    flow_set = flow_sequences(
        SAMPLES, UNSEEN, SEED, recogniser.card.input.size, SEQUENCE_FRAMES, spread=spread
    )
    return flow_set, *_answers(recogniser, flow_set.data)


def _confusions(flow_set: FlowSet, chances: NDArray[np.float64]) -> NDArray[np.int64]:
    """(subjects, classes, classes) confusion matrices."""
    return bootstrap.confusions_by_subject(
        flow_set.labels, chances.argmax(1), flow_set.subjects.astype(str), len(EMOTIONS)
    )


def _of_ceiling(name: str, flow_set: FlowSet, chances: NDArray[np.float64]) -> Figure:
    """UF1; a score on the own generator has no goal."""
    by_subject = _confusions(flow_set, chances)
    within = bootstrap.confidence_interval(by_subject, uf1, SEED)
    score = float(uf1(by_subject.sum(0)))
    interval = f"95 % [{within.low:.3f}, {within.high:.3f}]"
    note = f"{interval}; {SAMPLES} sequences of {len(by_subject)} unseen subjects"
    return Figure(name, score, "UF1", note=note)


def _rendered(recogniser: Recogniser) -> Iterator[Figure]:
    """UF1 on clips with crops, registration and measured flow."""
    who = subjects_for(RENDERED, UNSEEN)
    clips = rendered_clips(RENDERED, who, SEED, sequences=True)
    chances, _ = _answers(recogniser, clips.sequences)
    by_subject = bootstrap.confusions_by_subject(
        clips.labels, chances.argmax(1), clips.subjects.astype(str), len(EMOTIONS)
    )
    spread = bootstrap.confidence_interval(by_subject, uf1, SEED)
    note = (
        f"95 % [{spread.low:.3f}, {spread.high:.3f}]; {RENDERED} rendered clips of {len(by_subject)} unseen "
        "subjects"
    )
    yield Figure("me_plan: UF1 on rendered faces", float(uf1(by_subject.sum(0))), "UF1", note=note)


def _answers(
    recogniser: Recogniser, shown: NDArray[np.float32] | tuple[NDArray[np.float32], ...]
) -> tuple[NDArray[np.float64], float]:
    """(N, C) probabilities, and the share of samples beyond the distance limit."""
    spec, calibration = recogniser.card.input, recogniser.card.calibration
    data = torch.from_numpy(np.stack([spec.scale(spec.read(one).data) for one in shown]))
    with torch.inference_mode():
        logits = torch.cat([recogniser.answer(part).logits.double() for part in data.split(64)])
    beyond = float((-logits.amax(1) > calibration.rejection_distance).float().mean())
    return torch.softmax(logits / calibration.temperature, 1).numpy(), beyond


def _speed(recogniser: Recogniser) -> Iterator[Figure]:
    """Time of one event through the model with two threads, and of the flow measurement before it."""
    shown = flow_sequences(1, UNSEEN[:1], SEED, 128, SEQUENCE_FRAMES).data[0]
    sample = recogniser.card.input.read(shown)
    ms, note = _ms(lambda: recogniser.predict_sample(sample), 100)
    yield Figure(
        "me_plan: one event through the model", ms, "ms", f"at most {EVENT_MS:g}", ms <= EVENT_MS, note
    )
    clip = np.random.default_rng(SEED).integers(0, 256, (SEQUENCE_FRAMES + 1, 128, 128, 3), np.uint8)
    faces, times = [cv2.GaussianBlur(face, (0, 0), 2) for face in clip], np.linspace(0, 1, len(clip))
    mesh = canonical_mesh.load().canonical.astype(np.float32)
    flat = geometry.apply(geometry.crop_from_image(mesh), mesh)
    points = np.hstack([flat, mesh[:, 2:] * geometry.CROP_INTEROCULAR_PX]).astype(np.float32)
    ms, note = _ms(lambda: measured_sequence(faces[0], faces[1:], times[1:], points), 20)
    yield Figure("me_plan: measuring the flow of a clip before", ms, "ms", note=note)


def _ms(work: Callable[[], object], times: int) -> tuple[float, str]:
    """Median of the runs after five to warm up, ms, and a note with the 95th percentile."""
    took = []
    for _ in range(times + 5):
        began = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - began))
    return float(np.median(took[5:])), f"95th percentile {np.percentile(took[5:], 95):.1f} ms"


def main() -> int:
    """Measure and publish; 0 if all goals are met."""
    no_options(__doc__)
    return 0 if publish("recognition", [*kept("recognition", ("me_plan",)), *me_plan_rows()]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
