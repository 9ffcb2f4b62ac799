"""`make bench-generator`: what the generator promises: its speed, and that a seed gives the same bytes.

Speed is CPU time of one thread, so that other programs do not count. The bytes are made twice, in processes
of their own.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time

import cv2

from benchmarks.table import Figure, no_options, publish
from mer_ros.data.datasets.megc_flow import LABELS
from mer_ros.data.synthetic import (
    EVALUATION_SUBJECTS,
    Conditions,
    SyntheticClip,
    everyday,
    flow_samples,
    flow_sequences,
    synthetic_clip,
)
from mer_ros.data.synthetic.ceiling import label_ceiling

SAMPLES, SIZE, GOAL_PER_MINUTE = 2000, 128, 2000
FRAMES, GOAL_FPS = 400, 25
SEEDS = (1, 2, 3)


def samples_per_minute() -> float:
    """Flow samples of 128 px a minute, made from 100 people."""
    began = time.process_time()
    flow_samples(SAMPLES, EVALUATION_SUBJECTS[:100], 0, SIZE)
    return SAMPLES / (time.process_time() - began) * 60


def frames_per_second(clip: SyntheticClip) -> float:
    """Rendered 640x480 frames a second, from the first expression on."""
    start = int(clip.truth[0].onset_s * clip.fps)
    began = time.process_time()
    for i in range(start, start + FRAMES):
        clip.render(i)
    return FRAMES / (time.process_time() - began)


def digest() -> str:
    """SHA-256 over samples, sequences and frames of one seed."""
    sha = hashlib.sha256()
    for made in (
        flow_samples(50, EVALUATION_SUBJECTS, 5, 56),
        flow_sequences(10, EVALUATION_SUBJECTS, 5, 56),
    ):
        sha.update(made.data.tobytes() + made.labels.tobytes() + made.subjects.tobytes())
    clip = synthetic_clip(5, 60.0, conditions=everyday(5))
    for i in range(0, clip.n_frames, 97):
        sha.update(clip.render(i).tobytes())
    return sha.hexdigest()


def digest_elsewhere() -> str:
    """The same in a process of its own."""
    code = "from benchmarks.generator import digest; import sys; sys.stdout.write(digest())"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def figures() -> list[Figure]:
    """All that is promised, and what was measured."""
    cv2.setNumThreads(1)
    samples = samples_per_minute()
    rows = [
        Figure(
            f"flow samples of {SIZE} px",
            samples,
            "a minute",
            f">= {GOAL_PER_MINUTE}",
            samples >= GOAL_PER_MINUTE,
            "one thread",
        )
    ]
    for name, conditions in (("calm", lambda _: Conditions()), ("every nuisance", everyday)):
        slowest = min(
            frames_per_second(synthetic_clip(seed, 100.0, conditions=conditions(seed))) for seed in SEEDS
        )
        rows.append(
            Figure(
                f"640x480 frames, {name}",
                slowest,
                "a second",
                f">= {GOAL_FPS}",
                slowest >= GOAL_FPS,
                f"one thread; the slowest of {len(SEEDS)} clips",
            )
        )
    differing = len({digest_elsewhere(), digest_elsewhere()}) - 1
    rows.append(Figure("same seed, other bytes", differing, "of 1", "0", differing == 0, "two processes"))
    for name, ceiling in (("seven emotions", label_ceiling()), ("three classes", label_ceiling(LABELS))):
        rows += [
            Figure(f"ceiling, {name}: accuracy", ceiling.accuracy, "", note="exact"),
            Figure(f"ceiling, {name}: UF1", ceiling.uf1, "", note="exact"),
        ]
        rows += [
            Figure(f"ceiling, {name}: F1 of {label}", float(f1), "", note="by the rule of that UF1")
            for label, f1 in zip(ceiling.labels, ceiling.f1, strict=True)
        ]
    return rows


if __name__ == "__main__":
    no_options(__doc__)
    sys.exit(0 if publish("generator", figures()) else 1)
