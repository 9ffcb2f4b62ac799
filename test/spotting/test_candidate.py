"""Transients measured in a drawn signal whose onset, apex and offset are known."""

import numpy as np
import pytest

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.candidate import measure_candidate
from mer_ros.spotting.compression import NOT_COMPRESSED, CompressionState
from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import TransientFinder
from mer_ros.spotting.unit_patterns import unit_patterns

FPS, NOW_S = 200, 2.6
ONSET_S, APEX_S, OFFSET_S = 2.1, 2.25, 2.45
CORNER_X = 2 * list(MOTION_GROUPS).index("left lip corner")


def measured(earliest_onset_s=0.0, min_samples=4, period_s=1 / FPS, gap_s=(0.0, 0.0)):
    """The candidate of a smile, 0.02 interocular distances large."""
    known = unit_patterns()
    smile = known.moved[known.names.index("AU12")]
    smile = 0.02 * smile / np.linalg.norm(smile.reshape(-1, 2), axis=1).max()
    signal, finder, found = TimeSeriesBuffer(N_CHANNELS, 4.0), TransientFinder(), []
    for i in range(round(NOW_S * FPS)):
        t = i / FPS
        rise, fall = np.clip((t - ONSET_S) / (APEX_S - ONSET_S), 0, 1), np.clip((t - APEX_S) / 0.2, 0, 1)
        level = (0.5 - 0.5 * np.cos(np.pi * rise)) * (0.5 + 0.5 * np.cos(np.pi * fall))
        if not gap_s[0] < t < gap_s[1]:
            signal.append(t, (level * smile).astype(np.float32))
            if i % 4 == 0 and (transient := finder.search(signal, 0.0)) is not None:
                found.append(transient)
    strongest = max(found, key=lambda transient: transient.snr)
    return measure_candidate(strongest, signal, NOW_S, earliest_onset_s, period_s, min_samples)


def test_a_smile_has_its_unit_its_times_and_its_height():
    candidate = measured()
    assert candidate.decomposition.units[0] == "AU12" and candidate.in_mouth
    np.testing.assert_allclose(candidate.onset_apex_offset, (ONSET_S, APEX_S, OFFSET_S), atol=0.03)
    assert candidate.height == pytest.approx(0.02, rel=0.1)


def test_what_begins_before_the_earliest_onset_is_part_of_the_last_movement():
    assert measured(earliest_onset_s=2.2) is None


def test_what_lasts_fewer_frames_than_needed_or_has_a_gap_is_not_measured():
    assert measured(min_samples=100) is None
    assert measured(gap_s=(2.15, 2.18)) is None and measured(gap_s=(2.15, 2.165)) is not None


def test_fault_91_small_swings_of_the_mouth_are_speech_but_not_in_a_compressed_picture():
    known = unit_patterns()
    smile = 0.01 * known.moved[known.names.index("AU12")]
    signal, finder = TimeSeriesBuffer(N_CHANNELS, 4.0), TransientFinder()
    found = []
    for i in range(round(NOW_S * FPS)):
        t = i / FPS
        moved = np.interp(t, [ONSET_S, APEX_S, OFFSET_S], [0, 1, 0]) * smile
        moved[CORNER_X] += 0.0027 * np.sin(2 * np.pi * 4 * t) * (t < ONSET_S)  # swings of 0.0054
        signal.append(t, moved.astype(np.float32))
        if i % 4 == 0 and (transient := finder.search(signal, ONSET_S - 0.1)) is not None:
            found.append(transient)
    strongest = max(found, key=lambda transient: transient.snr)
    speaks = [
        measure_candidate(strongest, signal, NOW_S, 0.0, 1 / FPS, 4, compression).is_speech(signal)
        for compression in (NOT_COMPRESSED, CompressionState(strength=1.0))
    ]
    assert speaks == [True, False]
