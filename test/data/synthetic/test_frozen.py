"""The generator is frozen: its output may change only together with its version.

The figures are those of version 1.0. They are coarse enough for other machines and library versions, and no
change of a range, a field or the order of the draws leaves them as they are. Where one of these tests fails,
raise ``GENERATOR_VERSION`` and write the new figures here (CONTRIBUTING.md).
"""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic import (
    EVALUATION_SUBJECTS,
    GENERATOR_VERSION,
    everyday,
    flow_samples,
    flow_sequences,
    synthetic_clip,
)
from mer_ros.types import EMOTIONS

FIRST_SUBJECTS = EVALUATION_SUBJECTS[:3]

LABELS = ["happiness", "happiness", "disgust", "fear", "anger", "anger"]
SUBJECTS = [2002, 2000, 2001, 2000, 2001, 2002]
UNITS = [("AU6", "AU12"), ("AU12",), ("AU9", "AU10"), ("AU20",), ("AU4", "AU7"), ("AU4", "AU7")]
AMPLITUDES_PX = [4.3158, 3.2015, 0.4276, 1.6985, 3.0038, 0.657]
FLOW_PX = [
    [0.4113, 0.6022],
    [0.2441, 0.2507],
    [0.0615, 0.0633],
    [0.1287, 0.1337],
    [0.3304, 0.4062],
    [0.0598, 0.0745],
]
SEQUENCE_PX = [[0.2876, 0.5064, 0.4444, 0.2824], [0.1266, 0.2254, 0.22, 0.1794]]

EXPRESSIONS = [
    ("disgust", "AU9+AU10"),
    ("sadness", "AU15+AU17"),
    ("anger", "AU4+AU7"),
    ("anger", "AU4+AU7+AU23"),
]
APEXES_S = [2.339, 6.1602, 7.8858, 9.8259]
NUISANCES, LOST = [10, 17, 1, 1, 2], 25
"""Blinks, glances, bouts of speech, gestures and autofocus pulses; lost frames."""
LANDMARKS_PX = [[323.304, 207.796], [286.504, 228.781], [279.599, 140.542], [317.706, 288.465]]
"""Tip of the nose, lip corner, brow, chin at the second apex."""
GREY_LEVELS = [
    [165.11, 175.49, 174.15, 188.54],
    [149.94, 187.61, 161.32, 182.82],
    [129.07, 90.56, 155.85, 214.26],
    [148.6, 78.43, 81.56, 145.05],
]
"""Of that frame, in 4 x 4 blocks."""


def test_these_are_the_figures_of_this_version() -> None:
    assert GENERATOR_VERSION == "1.0"


def test_flow_samples_are_as_they_were() -> None:
    samples = flow_samples(6, FIRST_SUBJECTS, seed=11, size=32)
    assert [EMOTIONS[k] for k in samples.labels] == LABELS
    assert samples.subjects.tolist() == SUBJECTS
    assert samples.action_units == UNITS
    np.testing.assert_allclose(samples.amplitude_px, AMPLITUDES_PX, rtol=1e-3)
    np.testing.assert_allclose(np.abs(samples.data).mean(axis=(2, 3)), FLOW_PX, rtol=5e-3)


def test_sequences_are_as_they_were() -> None:
    samples = flow_sequences(2, FIRST_SUBJECTS, seed=11, size=32, frames=4)
    np.testing.assert_allclose(np.abs(samples.data).mean(axis=(2, 3, 4)), SEQUENCE_PX, rtol=5e-3)


def test_a_clip_is_as_it_was() -> None:
    clip = synthetic_clip(11, fps=30, conditions=everyday(11))
    found = [(event.emotion, "+".join(event.units)) for event in clip.truth[:4]]
    assert found == EXPRESSIONS
    np.testing.assert_allclose([event.apex_s for event in clip.truth[:4]], APEXES_S, atol=1e-3)
    counts = [len(kind) for kind in vars(clip.timeline.nuisances).values()]
    assert (counts, int(clip.lost.sum())) == (NUISANCES, LOST)
    i = round(clip.truth[1].apex_s * clip.fps)
    np.testing.assert_allclose(clip.true_landmarks(i)[[4, 61, 105, 152]], LANDMARKS_PX, atol=0.02)
    blocks = clip.render(i).mean(axis=2).reshape(4, 120, 4, 160).mean(axis=(1, 3))
    np.testing.assert_allclose(blocks, GREY_LEVELS, atol=0.3)
