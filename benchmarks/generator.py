"""`make bench-generator`: speed of the generator, and whether a seed gives the same bytes.

Speed is measured in CPU time of one thread, so other programs have no effect. The same data is generated in
two processes and compared. The hashes in the notes show whether two commits generate the same bytes on one
machine.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable

import cv2

from benchmarks.table import Figure, no_options, publish
from mer_ros.data.label_mapping import MEGC_LABELS
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
from mer_ros.data.synthetic.generator import GENERATORS

SAMPLES, SIZE, GOAL_PER_MINUTE = 2000, 128, 2000
FRAMES, GOAL_FPS = 400, 25
SEEDS = (1, 2, 3)


def samples_per_minute() -> float:
    """Flow samples of 128 px per minute, for 100 subjects."""
    began = time.process_time()
    flow_samples(SAMPLES, EVALUATION_SUBJECTS[:100], 0, SIZE)
    return SAMPLES / (time.process_time() - began) * 60


def frames_per_second(clip: SyntheticClip) -> float:
    """Rendered 640x480 frames per second, from the first expression on."""
    start = int(clip.truth[0].onset_s * clip.fps)
    began = time.process_time()
    for i in range(start, start + FRAMES):
        clip.render(i)
    return FRAMES / (time.process_time() - began)


def digest() -> str:
    """SHA-256 of samples, sequences and frames of one seed."""
    sha = hashlib.sha256()
    for flow in (
        flow_samples(50, EVALUATION_SUBJECTS, 5, 56),
        flow_sequences(10, EVALUATION_SUBJECTS, 5, 56),
    ):
        sha.update(flow.data.tobytes() + flow.labels.tobytes() + flow.subjects.tobytes())
    clip = synthetic_clip(5, 60.0, conditions=everyday(5))
    for i in range(0, clip.n_frames, 97):
        sha.update(clip.render(i).tobytes())
    return sha.hexdigest()


def digest_in_process() -> str:
    """``digest``, computed in a new process."""
    code = "from benchmarks.generator import digest; import sys; sys.stdout.write(digest())"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def hashes(version: str) -> dict[str, tuple[int, str]]:
    """Number of samples or frames of a version and their SHA-256, by name of the row."""
    flow = flow_samples(100, EVALUATION_SUBJECTS, 5, 56, version=version)
    of_flow = hashlib.sha256(flow.data.tobytes() + flow.labels.tobytes() + flow.subjects.tobytes())
    of_frames, count = hashlib.sha256(), 0
    for seed in SEEDS:
        clip = synthetic_clip(seed, 30.0, n_events=4, conditions=everyday(seed), version=version)
        for i in range(0, clip.n_frames, 10):
            of_frames.update(clip.render(i).tobytes())
            count += 1
    return {
        f"bytes of flow samples, generator {version}": (len(flow.labels), of_flow.hexdigest()),
        f"bytes of every 10th frame of {len(SEEDS)} clips, generator {version}": (
            count,
            of_frames.hexdigest(),
        ),
    }


def speed(name: str, head: str, conditions: Callable[[int], Conditions]) -> Figure:
    """Frames per second of the slowest clip of a head."""
    clips = (synthetic_clip(seed, 100.0, conditions=conditions(seed), head=head) for seed in SEEDS)
    slowest = min(frames_per_second(clip) for clip in clips)
    note = f"one thread; the slowest of {len(SEEDS)} clips"
    return Figure(f"640x480 frames, {name}", slowest, "a second", f">= {GOAL_FPS}", slowest >= GOAL_FPS, note)


def _calm(_: int) -> Conditions:
    return Conditions()


def figures() -> list[Figure]:
    """All rows."""
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
    rows += [
        speed(words + name, head, conditions)
        for head, words in (("photograph", ""), ("parametric", "parametric head, "))
        for name, conditions in (("calm", _calm), ("every nuisance", everyday))
    ]
    differing = len({digest_in_process(), digest_in_process()}) - 1
    rows.append(Figure("same seed, other bytes", differing, "of 1", "0", differing == 0, "two processes"))
    for version in GENERATORS:
        for name, (count, sha) in hashes(version).items():
            rows.append(Figure(name, count, "hashed", note=f"SHA-256 {sha}"))
    for name, ceiling in (("seven emotions", label_ceiling()), ("three classes", label_ceiling(MEGC_LABELS))):
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
