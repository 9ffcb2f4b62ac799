"""Each reason for rejection, separately."""

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.au_decomposition import au_decomposition
from mer_ros.spotting.candidate import Candidate
from mer_ros.spotting.compression import NOT_COMPRESSED, CompressionState
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.measurement import N_CHANNELS, History
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.onset_apex_offset import OnsetApexOffset
from mer_ros.spotting.rejection import RULES, Situation, rejection_reason
from mer_ros.spotting.speech import SHAPES
from mer_ros.spotting.spotter import Spotter
from mer_ros.spotting.transients import Baseline, Transient
from mer_ros.spotting.unit_patterns import unit_patterns

TIMES = OnsetApexOffset(1.0, 1.12, 1.35)
NOW_S = 1.42
FPS = 100
CHIN_X = 2 * list(MOTION_GROUPS).index("chin")


def pattern(name, size=0.02):
    known = unit_patterns()
    return size * known.moved[known.names.index(name)]


def candidate(moved, period_s=1 / FPS, onset_apex_offset=TIMES):
    noise = NoiseModel(0.3)
    decomposition = au_decomposition(moved, noise)
    baseline = Baseline(np.zeros((2, N_CHANNELS), np.float32), (0.94, 1.4))
    transient = Transient(0.98, 1.12, decomposition.snr, moved, decomposition.filter, baseline, noise)
    swing = np.abs(moved @ SHAPES)
    return Candidate(transient, decomposition, onset_apex_offset, transient.peak_motion, period_s, swing)


def history_of(
    moved, sharp=lambda t: 0.4, turn=lambda t: 0.0, blinks=lambda t: False, beside=None, now_s=NOW_S
):
    """A movement at TIMES, plus beside(t)."""
    history = History(10.0)
    for i in range(int(now_s * FPS)):
        t = i / FPS
        level = np.interp(t, [1.0, 1.12, 1.35], [0, 1, 0], left=0, right=0)
        value = level * moved + (0 if beside is None else beside(t))
        history.append(t, value.astype(np.float32), sharp(t), np.array([turn(t), 0], np.float32), blinks(t))
    return history


def reason_for(moved, stayed=None, config=None, now_s=NOW_S, **around):
    history = history_of(moved, now_s=now_s, **around)
    return rejection_reason(Situation(candidate(moved), history, now_s, stayed, config or SpotterConfig()))


def test_an_expression_with_nothing_beside_it_stands():
    for name in ("AU12", "AU4", "AU1", "AU15R"):
        assert reason_for(pattern(name)) == ""


def opening(starts_s, size=0.02):
    """Openings of the mouth of 0.2 s each."""

    def moved(t):
        return sum(
            pattern("AU25", size) * np.sin(np.pi * (t - s) / 0.2) ** 2 for s in starts_s if s < t < s + 0.2
        )

    return moved


def test_fault_41_a_jaw_that_drops_once_is_an_expression_and_one_of_a_bout_is_speech():
    moved = pattern("AU26") + 0.5 * pattern("AU25")
    assert reason_for(moved) == ""
    assert reason_for(moved, beside=opening([0.55, 0.78])) == "speech"
    assert reason_for(moved, beside=opening([1.4]), now_s=1.65) == "speech"


def test_fault_41_a_mouth_movement_soon_after_a_bout_is_speech():
    assert reason_for(pattern("AU20"), beside=opening([0.3, 0.5, 0.72])) == "speech"
    assert reason_for(pattern("AU20"), beside=opening([0.0, 0.2])) == ""
    assert reason_for(pattern("AU4"), beside=opening([0.3, 0.5, 0.72])) == ""


def test_the_return_of_what_stayed_is_no_expression():
    assert reason_for(pattern("AU15"), stayed=-pattern("AU15")) == "return"
    assert reason_for(pattern("AU15"), stayed=pattern("AU4")) == ""


def test_fault_41_beside_a_blink_a_slow_camera_needs_a_larger_snr():
    moved, config = (
        pattern("AU4", 0.005),
        replace(SpotterConfig(), max_unrest_snr=100.0, min_explained_share=0.0),
    )
    assert (
        config.min_blink_snr
        < candidate(moved).decomposition.snr
        < config.slow_camera_snr_factor * config.min_blink_snr
    )
    history = history_of(moved, blinks=lambda t: 0.96 < t < 1.05)
    said = [
        rejection_reason(Situation(candidate(moved, 1 / fps), history, NOW_S, None, config))
        for fps in (200, 30)
    ]
    assert said == ["", "blink"]


def test_fault_41_a_faint_movement_beside_a_blink_is_the_blink():
    faint = pattern("AU4", 0.004)
    config = replace(SpotterConfig(), max_unrest_snr=100.0, min_explained_share=0.0)
    assert candidate(faint).decomposition.snr < config.min_blink_snr
    assert reason_for(faint, config=config, blinks=lambda t: 0.96 < t < 1.1) == "blink"
    assert reason_for(faint, config=config) == ""
    assert reason_for(pattern("AU4"), blinks=lambda t: 0.96 < t < 1.1) == ""


def test_fault_41_what_is_largest_during_a_blink_has_to_stand_out_more():
    drawn = replace(SpotterConfig(), max_unrest_snr=100.0, min_explained_share=0.0)
    moved = pattern("AU4", 0.0055)
    assert (
        drawn.min_blink_snr
        < candidate(moved).decomposition.snr
        < drawn.blink_apex_snr_factor * drawn.min_blink_snr
    )
    assert reason_for(moved, config=drawn, blinks=lambda t: 1.08 < t < 1.2) == "blink"
    assert reason_for(moved, config=drawn, blinks=lambda t: 0.96 < t < 1.05) == ""


def test_fault_41_a_nod_larger_than_the_movement_is_the_head():
    assert reason_for(pattern("AU4", 0.006), turn=lambda t: 0.06 * np.sin(np.pi * (t - 0.95) / 0.4)) == "head"
    assert reason_for(pattern("AU4"), turn=lambda t: 0.1 * t) == ""


def test_a_movement_that_was_there_before_or_after_goes_on_and_on():
    def moving(name, start, end, size=0.01):
        return lambda t: pattern(name, size) * np.sin(40 * t) if start < t < end else 0

    assert reason_for(pattern("AU2"), beside=moving("AU2", 0.5, 0.97)) == "moved_before"
    assert reason_for(pattern("AU2"), beside=moving("AU2", 1.36, 2.0)) == "moved_after"
    assert reason_for(pattern("AU2"), beside=moving("AU17", 0.5, 0.97)) == ""


def test_what_no_muscle_does_is_no_expression_unless_it_is_plain():
    odd = np.random.default_rng(3).normal(0, 1.0, N_CHANNELS)
    config = replace(SpotterConfig(), min_explained_share=0.9)
    assert reason_for(0.0008 * odd, config=config) == "no_muscle"
    assert reason_for(0.1 * odd, config=config) != "no_muscle"


def test_what_is_understood_long_after_its_end_is_late():
    moved = pattern("AU12")
    late_s = TIMES.offset_s + SpotterConfig().max_delay_s + 0.01
    said = [
        rejection_reason(Situation(candidate(moved), history_of(moved), now_s, None, SpotterConfig()))
        for now_s in (NOW_S, late_s)
    ]
    assert said == ["", "late"]


def test_an_autofocus_that_hunts_is_no_expression():
    assert reason_for(pattern("AU12"), sharp=lambda t: 0.3 if 1.0 < t < 1.3 else 0.4) == "blurred"


def test_a_rule_that_does_not_exist_is_refused_by_name():
    with pytest.raises(ConfigError, match="yawn"):
        Spotter(SpotterConfig(without_rules=("yawn",)))


def test_a_rule_that_is_left_out_rejects_nothing():
    moved = pattern("AU26") + 0.5 * pattern("AU25")
    beside = opening([0.55, 0.78])
    assert reason_for(moved, beside=beside) == "speech"
    assert reason_for(moved, config=SpotterConfig(without_rules=("speech",)), beside=beside) != "speech"
    assert reason_for(moved, config=SpotterConfig(without_rules=tuple(RULES)), beside=beside) == ""


def test_fault_91_a_weak_movement_with_the_pulse_of_a_key_frame_is_that_pulse():
    def said(size, compression, sharp):
        moved = pattern("AU4", size)
        found = replace(candidate(moved), compression=compression)
        return rejection_reason(
            Situation(found, history_of(moved, sharp=sharp), NOW_S, None, SpotterConfig())
        )

    weak, strong = 0.0045, 0.02
    assert (
        candidate(pattern("AU4", weak)).transient.snr < 8.5 < candidate(pattern("AU4", strong)).transient.snr
    )
    key_frame = lambda t: 0.4 if t < 1.1 else 0.43  # noqa: E731
    refocus = lambda t: 0.4 + 0.06 * np.clip(t - 0.9, 0, 0.5)  # noqa: E731
    none, some = NOT_COMPRESSED, CompressionState(strength=1.0)
    assert said(weak, some, key_frame) == "key_frame"
    others = [(weak, none, key_frame), (strong, some, key_frame), (weak, some, refocus)]
    assert [said(*one) for one in others] == ["", "", ""]


def test_fault_91_in_a_strongly_compressed_picture_action_units_explain_half_of_a_movement():
    moved = pattern("AU4") + 1.8 * np.linalg.norm(pattern("AU4")) * np.eye(N_CHANNELS)[CHIN_X]
    found = candidate(moved)
    assert 0.25 < found.decomposition.explained_share < 0.5
    assert found.decomposition.snr > SpotterConfig().min_unexplained_snr
    history = history_of(moved)
    said = [
        rejection_reason(Situation(replace(found, compression=c), history, NOW_S, None, SpotterConfig()))
        for c in (CompressionState(strength=1.0), CompressionState(strength=1.0, is_strong=True))
    ]
    assert said == ["", "no_muscle"]


def test_fault_91_while_the_noise_of_compression_is_new_a_movement_stands_out_from_what_came_before():
    moved = pattern("AU4")

    def noise(size):
        return lambda t: size * moved * np.sin(np.pi * (t - 0.2) / 0.2) ** 2 * (0.2 < t < 0.4)

    new, known = CompressionState(strength=1.0, is_new=True), CompressionState(strength=1.0)

    def said(size, compression):
        found, history = (
            replace(candidate(moved), compression=compression),
            history_of(moved, beside=noise(size)),
        )
        return rejection_reason(Situation(found, history, NOW_S, None, SpotterConfig()))

    assert [said(0.5, new), said(0.2, new), said(0.5, known)] == ["moved_before", "", ""]
