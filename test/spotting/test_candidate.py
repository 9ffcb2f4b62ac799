"""Transients measured in a drawn signal whose onset, apex and offset are known."""

import numpy as np
import pytest

from mer_ros.spotting.candidate import measure_candidate
from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import TransientFinder
from mer_ros.spotting.unit_patterns import unit_patterns

FPS, NOW_S = 200, 2.6
ONSET_S, APEX_S, OFFSET_S = 2.1, 2.25, 2.45


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
