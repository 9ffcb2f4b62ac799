"""The generator is frozen: its output may change only together with its version.

The figures of each version are coarse enough for other machines and library versions, and no change of a
range, a field or the order of the draws leaves them as they are. Old versions stay selectable, with theirs.
Where one of these tests fails, add a version to ``generator.py`` and its figures here (CONTRIBUTING.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from mer_ros.data.synthetic import (
    EVALUATION_SUBJECTS,
    GENERATOR_VERSION,
    everyday,
    flow_samples,
    flow_sequences,
    synthetic_clip,
)
from mer_ros.data.synthetic.generator import GENERATORS
from mer_ros.types import EMOTIONS

FIRST_SUBJECTS = EVALUATION_SUBJECTS[:3]


@dataclass(frozen=True)
class Samples:
    """Figures of six samples and two sequences of one head."""

    subjects: list[int]
    labels: list[str]
    units: list[str]
    amplitudes_px: list[float]
    flow_px: list[list[float]]
    rough_px: list[list[float]]
    sequence_px: list[list[float]]


@dataclass(frozen=True)
class Clip:
    """Figures of one clip.

    counts: blinks, glances, bouts of speech, gestures and autofocus pulses; lost frames. landmarks_px: tip of
    the nose, lip corner, brow, chin at the second apex. grey: levels of that frame in 4 x 4 blocks.
    """

    expressions: list[tuple[str, str]]
    apexes_s: list[float]
    counts: tuple[list[int], int]
    landmarks_px: list[list[float]]
    grey: list[list[float]]


SAMPLES: dict[tuple[str, str], Samples] = {
    ("1.0", ""): Samples(
        subjects=[2002, 2000, 2001, 2000, 2001, 2002],
        labels=["happiness", "happiness", "disgust", "fear", "anger", "anger"],
        units=["AU6+AU12", "AU12", "AU9+AU10", "AU20", "AU4+AU7", "AU4+AU7"],
        amplitudes_px=[4.3158, 3.2015, 0.4276, 1.6985, 3.0038, 0.657],
        flow_px=[
            [0.4113, 0.6022],
            [0.2441, 0.2507],
            [0.0615, 0.0633],
            [0.1287, 0.1337],
            [0.3304, 0.4062],
            [0.0598, 0.0745],
        ],
        rough_px=[
            [0.5623, 1.0654],
            [0.4384, 0.3628],
            [0.0247, 0.0668],
            [0.2067, 0.117],
            [0.3265, 0.6733],
            [0.1131, 0.065],
        ],
        sequence_px=[[0.2876, 0.5064, 0.4444, 0.2824], [0.1266, 0.2254, 0.22, 0.1794]],
    ),
    ("2.0", ""): Samples(
        subjects=[2001, 2000, 2001, 2000, 2002, 2002],
        labels=["happiness", "fear", "anger", "happiness", "happiness", "contempt"],
        units=["AU12", "AU24", "AU7", "AU12", "AU12", "AU14"],
        amplitudes_px=[3.5254, 3.2015, 0.4276, 2.8638, 3.6773, 0.657],
        flow_px=[
            [0.4607, 0.4592],
            [0.1661, 0.2478],
            [0.0435, 0.0699],
            [0.3288, 0.4342],
            [0.611, 0.5705],
            [0.0896, 0.0852],
        ],
        rough_px=[
            [0.257, 0.3536],
            [0.2133, 0.3008],
            [0.0483, 0.0509],
            [0.354, 0.2754],
            [0.2999, 0.4357],
            [0.0466, 0.0796],
        ],
        sequence_px=[[0.2594, 0.4596, 0.4408, 0.4049], [0.1713, 0.2938, 0.2842, 0.2037]],
    ),
    ("2.0", "photograph"): Samples(
        subjects=[2001, 2000, 2001, 2000, 2002, 2002],
        labels=["happiness", "fear", "anger", "happiness", "happiness", "contempt"],
        units=["AU12", "AU24", "AU7", "AU12", "AU12", "AU14"],
        amplitudes_px=[3.5254, 3.2015, 0.4276, 2.8638, 3.6773, 0.657],
        flow_px=[
            [0.4381, 0.4573],
            [0.1661, 0.2478],
            [0.0344, 0.0467],
            [0.3288, 0.4342],
            [0.611, 0.5705],
            [0.0896, 0.0852],
        ],
        rough_px=[
            [0.2024, 0.249],
            [0.2133, 0.3008],
            [0.0209, 0.0168],
            [0.354, 0.2754],
            [0.2999, 0.4357],
            [0.0466, 0.0796],
        ],
        sequence_px=[[0.2415, 0.4474, 0.4326, 0.3994], [0.1229, 0.2171, 0.2145, 0.182]],
    ),
    ("2.0", "parametric"): Samples(
        subjects=[2001, 2000, 2001, 2000, 2002, 2002],
        labels=["happiness", "fear", "anger", "happiness", "happiness", "contempt"],
        units=["AU12", "AU24", "AU7", "AU12", "AU12", "AU14"],
        amplitudes_px=[3.5254, 3.2015, 0.4276, 2.8638, 3.6773, 0.657],
        flow_px=[
            [0.4607, 0.4592],
            [0.2979, 0.2721],
            [0.0435, 0.0699],
            [0.3217, 0.4841],
            [0.618, 0.5704],
            [0.1039, 0.0938],
        ],
        rough_px=[
            [0.257, 0.3536],
            [0.3763, 0.2203],
            [0.0483, 0.0509],
            [0.3207, 0.342],
            [0.338, 0.5496],
            [0.0858, 0.1205],
        ],
        sequence_px=[[0.2594, 0.4596, 0.4408, 0.4049], [0.1713, 0.2938, 0.2842, 0.2037]],
    ),
}
"""By version and head; "": the head of each subject."""

CLIPS: dict[tuple[str, str], Clip] = {
    ("1.0", "photograph"): Clip(
        expressions=[
            ("disgust", "AU9+AU10"),
            ("sadness", "AU15+AU17"),
            ("anger", "AU4+AU7"),
            ("anger", "AU4+AU7+AU23"),
        ],
        apexes_s=[2.339, 6.1602, 7.8858, 9.8259],
        counts=([10, 17, 1, 1, 2], 25),
        landmarks_px=[[323.304, 207.796], [286.504, 228.781], [279.599, 140.542], [317.706, 288.465]],
        grey=[
            [165.11, 175.49, 174.15, 188.54],
            [149.94, 187.61, 161.32, 182.82],
            [129.07, 90.56, 155.85, 214.26],
            [148.6, 78.43, 81.56, 145.05],
        ],
    ),
    ("2.0", "photograph"): Clip(
        expressions=[("disgust", "AU10+AU25+AU26"), ("sadness", "AU1"), ("anger", "AU23"), ("anger", "AU23")],
        apexes_s=[2.3186, 5.3944, 8.4283, 12.0968],
        counts=([10, 9, 3, 1, 0], 32),
        landmarks_px=[[316.594, 209.893], [282.4, 230.262], [274.762, 143.006], [313.104, 292.573]],
        grey=[
            [154.16, 165.55, 165.94, 174.72],
            [140.08, 173.08, 145.51, 169.87],
            [121.56, 88.99, 151.14, 199.8],
            [139.93, 72.91, 77.39, 134.58],
        ],
    ),
    ("2.0", "parametric"): Clip(
        expressions=[("disgust", "AU10+AU25+AU26"), ("sadness", "AU1"), ("anger", "AU23"), ("anger", "AU23")],
        apexes_s=[2.3186, 5.3944, 8.4283, 12.0968],
        counts=([10, 9, 3, 1, 0], 32),
        landmarks_px=[[321.734, 206.571], [297.657, 244.253], [280.298, 150.394], [321.402, 284.203]],
        grey=[
            [175.66, 144.33, 154.68, 190.71],
            [171.91, 159.16, 185.05, 191.3],
            [170.04, 150.44, 167.94, 185.65],
            [96.79, 35.57, 38.22, 146.37],
        ],
    ),
}


def found_samples(version: str, head: str) -> Samples:
    """The figures that the generator gives now."""
    settings = {"version": version, "head": head}
    samples = flow_samples(6, FIRST_SUBJECTS, 11, 32, **settings)
    rough = flow_samples(6, FIRST_SUBJECTS, 11, 32, noise="rough", **settings)
    sequences = flow_sequences(2, FIRST_SUBJECTS, 11, 32, 4, **settings)
    return Samples(
        subjects=samples.subjects.tolist(),
        labels=[EMOTIONS[k] for k in samples.labels],
        units=["+".join(units) for units in samples.action_units],
        amplitudes_px=samples.amplitude_px.tolist(),
        flow_px=np.abs(samples.data).mean(axis=(2, 3)).tolist(),
        rough_px=np.abs(rough.data).mean(axis=(2, 3)).tolist(),
        sequence_px=np.abs(sequences.data).mean(axis=(2, 3, 4)).tolist(),
    )


def found_clip(version: str, head: str) -> Clip:
    """The figures of a clip that the generator gives now."""
    clip = synthetic_clip(11, fps=30, conditions=everyday(11), version=version, head=head)
    i = round(clip.truth[1].apex_s * clip.fps)
    return Clip(
        expressions=[(event.emotion, "+".join(event.units)) for event in clip.truth[:4]],
        apexes_s=[event.apex_s for event in clip.truth[:4]],
        counts=([len(kind) for kind in vars(clip.timeline.nuisances).values()], int(clip.lost.sum())),
        landmarks_px=clip.true_landmarks(i)[[4, 61, 105, 152]].tolist(),
        grey=clip.render(i).mean(axis=2).reshape(4, 120, 4, 160).mean(axis=(1, 3)).tolist(),
    )


def test_every_version_is_held() -> None:
    assert GENERATOR_VERSION == "2.0"
    heads = {(name, head) for name, own in GENERATORS.items() if len(own.heads) > 1 for head in own.heads}
    assert set(SAMPLES) == heads | {(name, "") for name in GENERATORS}
    assert set(CLIPS) == {(name, head) for name, own in GENERATORS.items() for head in own.heads}


@pytest.mark.parametrize(("version", "head"), SAMPLES)
def test_flow_is_as_it_was(version: str, head: str) -> None:
    expected, found = SAMPLES[version, head], found_samples(version, head)
    assert found.subjects == expected.subjects
    assert (found.labels, found.units) == (expected.labels, expected.units)
    np.testing.assert_allclose(found.amplitudes_px, expected.amplitudes_px, rtol=1e-3)
    np.testing.assert_allclose(found.flow_px, expected.flow_px, rtol=5e-3)
    np.testing.assert_allclose(found.rough_px, expected.rough_px, rtol=5e-3)
    np.testing.assert_allclose(found.sequence_px, expected.sequence_px, rtol=5e-3)


@pytest.mark.parametrize(("version", "head"), CLIPS)
def test_a_clip_is_as_it_was(version: str, head: str) -> None:
    expected, found = CLIPS[version, head], found_clip(version, head)
    assert found.expressions == expected.expressions and found.counts == expected.counts
    np.testing.assert_allclose(found.apexes_s, expected.apexes_s, atol=1e-3)
    np.testing.assert_allclose(found.landmarks_px, expected.landmarks_px, atol=0.02)
    np.testing.assert_allclose(found.grey, expected.grey, atol=0.3)


def test_each_subject_has_the_flow_of_its_head() -> None:
    mixed, pulled, sculpted = (SAMPLES["2.0", head] for head in ("", "photograph", "parametric"))
    for i, subject in enumerate(mixed.subjects):
        own, other = (sculpted, pulled) if subject % 2 else (pulled, sculpted)
        assert mixed.flow_px[i] == own.flow_px[i] != other.flow_px[i]
    assert {subject % 2 for subject in mixed.subjects} == {0, 1}
