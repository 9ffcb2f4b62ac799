"""`make bench-chain`: flow of the tracker's events on rendered clips, compared with synthetic flow samples.

Clips of several subjects are rendered, calm and with all nuisances; the tracker detects their expressions,
and the flow of each event is compared with the true motion between the same moments. The same statistics are
computed for synthetic flow samples, whose noise should model that of the tracker; an image shows both.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import joblib
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from numpy.typing import NDArray

from benchmarks.table import Figure, no_options, publish
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, Conditions, everyday, synthetic_clip
from mer_ros.data.synthetic.flow_noise import Chain
from mer_ros.data.synthetic.flow_samples import AMPLITUDE_PX, draw_strengths
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.subject_fields import SubjectFields
from mer_ros.face.geometry import CROP_SIZE
from mer_ros.face.interpolation import dense_weights, pixel_grid
from mer_ros.motion.normalisation import face_window
from mer_ros.motion.registration import RigidHead
from mer_ros.recognition.sample import event_flow
from mer_ros.spotting.watcher import FaceWatcher
from mer_ros.types import EMOTIONS, Frame

SEEDS = range(40, 48)
FPS = 100.0
AMPLITUDES_PX = (1.0, 1.5, 2.0, 3.0)
BANDS_PX = (4.0, 9.0, 18.0)
"""Gaussian blurs that separate an error into the bands fine, middle, smooth and very smooth."""
BAND_NAMES = ("fine", "middle", "smooth", "very_smooth")
NAMES = ("clips, calm", "clips, everyday", "samples, the chain alone", "samples")
SHOWN = {
    "gain": "gain on the truth",
    "correlation": "correlation with it",
    "relative": "error / amplitude",
    "fine": "of its power: fine",
    "middle": "middle",
    "smooth": "smooth",
    "very_smooth": "very smooth",
}
IMAGE = Path(__file__).parents[1] / "docs" / "synthetic_chain.png"


def figures_of(seen: NDArray[np.float32], true: NDArray[np.float32]) -> dict[str, float]:
    """Differences between a measured and the true flow, both (S, S, 2) in crop pixels, inside the face.

    amplitude: peak of the truth, px. gain: of the measured flow relative to the truth, by regression.
    correlation: between both. relative: RMS error after that gain, over the amplitude. The bands: shares of
    the power of the error.
    """
    face = face_window(CROP_SIZE)
    level = true - np.median(true[face], axis=0)
    found = seen - np.median(seen[face], axis=0)
    a, b = level[face], found[face]
    gain = float((a * b).sum() / max((a * a).sum(), 1e-9))
    error = (found - gain * level) * face[..., None]
    blurred = [error, *(cv2.GaussianBlur(error, (0, 0), sigma) for sigma in BANDS_PX)]
    parts = [one - two for one, two in zip(blurred, blurred[1:], strict=False)] + [blurred[-1]]
    power = np.array([(part[face] ** 2).mean() for part in parts])
    return {
        "amplitude": float(np.linalg.norm(true, axis=-1)[face].max()),
        "gain": gain,
        "correlation": float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())),
        "relative": float(np.sqrt((error[face] ** 2).mean()) / np.linalg.norm(true, axis=-1)[face].max()),
        **dict(zip(BAND_NAMES, (power / power.sum()).tolist(), strict=True)),
    }


def from_clip(seed: int, conditions: Conditions, name: str) -> list[dict[str, object]]:
    """One row for each expression of a clip that the tracker detects."""
    cv2.setNumThreads(1)
    clip = synthetic_clip(
        seed,
        FPS,
        amplitude_px=AMPLITUDES_PX[seed % len(AMPLITUDES_PX)],
        conditions=conditions,
        typical=False,
    )
    watcher = FaceWatcher()
    events = [
        event
        for i, image in clip.frames()
        for event in watcher.process(Frame(image, round(i / FPS * 1e9), "", "")).events
        if event.is_final
    ]
    watcher.close()
    rows: list[dict[str, object]] = []
    grid = pixel_grid(CROP_SIZE, CROP_SIZE)
    for event in events:
        apex, onset = (round(t * 1e-9 * FPS) for t in (event.apex_ns, event.onset_ns))
        k = clip.timeline.event_at(apex / FPS)
        if k is None:
            continue
        affine = event.crop_from_image.astype(np.float64)
        moved = (clip.true_expression(apex) - clip.true_expression(onset)) @ affine[:, :2].T
        rest = (clip.true_landmarks(apex) - clip.true_expression(apex)) @ affine[:, :2].T + affine[:, 2]
        head = RigidHead(event.landmarks)
        taken = head.motion(head.fit(moved.astype(np.float32)))
        true = (dense_weights(rest, grid) @ (moved - taken)).reshape(CROP_SIZE, CROP_SIZE, 2)
        truth = clip.truth[k]
        rows.append(
            {
                "what": name,
                **figures_of(event_flow(event).transpose(1, 2, 0), true.astype(np.float32)),
                "removed": np.linalg.norm(taken, axis=1).mean() / np.linalg.norm(moved, axis=1).max(),
                "late": (event.onset_ns * 1e-9 - truth.onset_s) / truth.dynamics.rise_s,
                "apex_off": (event.apex_ns * 1e-9 - truth.apex_s) / truth.dynamics.duration_s,
            }
        )
    return rows


def from_samples(subject_id: int, n: int, living: bool = True) -> list[dict[str, object]]:
    """The same for ``n`` synthetic flow samples of one subject. living: False for noise of the chain only.

    The subjects have the head of the clips, that of the photograph.
    """
    fields = SubjectFields(make_subject(subject_id, head="photograph"), CROP_SIZE)
    rows: list[dict[str, object]] = []
    for i in range(n):
        rng = np.random.default_rng([subject_id, i])
        _, strengths = draw_strengths(EMOTIONS[i % len(EMOTIONS)], rng)
        amplitude = float(np.exp(rng.uniform(*np.log(AMPLITUDE_PX))))
        amounts = fields.amounts(strengths, amplitude)
        taken = fields.taken_for_head(amounts)
        chain = Chain(fields, amplitude, rng, living=living)
        true = chain.placed(fields.dense(amounts) - fields.head_motion(taken) * fields.cover)
        seen = chain.see(amounts)
        rows.append({"what": NAMES[2 + living], **figures_of(seen, true)})
    return rows


def measure() -> pd.DataFrame:
    """All rows."""
    jobs = [
        joblib.delayed(from_clip)(seed, conditions, name)
        for seed in SEEDS
        for name, conditions in (("clips, calm", Conditions()), ("clips, everyday", everyday(seed)))
    ]
    jobs += [
        joblib.delayed(from_samples)(subject, 20, living)
        for subject in EVALUATION_SUBJECTS[:12]
        for living in (False, True)
    ]
    return pd.DataFrame([row for rows in joblib.Parallel(n_jobs=2)(jobs) for row in rows])


def draw(rows: pd.DataFrame) -> None:
    """Draw the image of docs/synthetic_data.md: distribution of each statistic for clips and samples."""
    groups = {name: rows[rows.what == name] for name in NAMES}
    figure, axes = plt.subplots(1, len(SHOWN), figsize=(11, 2.9), layout="constrained", sharey=True)
    for axis, (column, words) in zip(axes, SHOWN.items(), strict=True):
        axis.boxplot(
            [group[column] for group in groups.values()],
            orientation="horizontal",
            whis=(10, 90),
            showfliers=False,
            widths=0.6,
            medianprops={"color": "C0", "linewidth": 2},
        )
        axis.set_title(words, fontsize=9)
        axis.set_xlim(left=0)
        axis.tick_params(labelsize=8)
    axes[0].set_yticks(range(1, len(groups) + 1), [f"{name} ({len(g)})" for name, g in groups.items()])
    axes[0].invert_yaxis()
    figure.savefig(IMAGE, dpi=110)
    plt.close(figure)


def figures(rows: pd.DataFrame) -> list[Figure]:
    """Medians, with the middle 80 % in the note."""
    found = []
    for name in NAMES:
        group = rows[rows.what == name]
        for column in [*SHOWN, *(("removed", "late", "apex_off") if name.startswith("clips") else ())]:
            low, middle, high = group[column].quantile([0.1, 0.5, 0.9])
            note = f"80 % lie in [{low:.3f}, {high:.3f}]; {len(group)} flows"
            found.append(Figure(f"{name}: {column}", float(middle), "median", note=note))
    return found


if __name__ == "__main__":
    no_options(__doc__)
    table = measure()
    draw(table)
    publish("chain", figures(table))
