from __future__ import annotations

from mer_ros.analysis.rejected import REASON_WORDS, RejectedMovement, short_reason
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.spotted import Spotted


def test_every_rule_has_words():
    assert set(REASON_WORDS) == set(REASONS)


def test_every_reason_says_what_it_means():
    assert all("," in words or ":" in words for words in REASON_WORDS.values())
    assert all(short_reason(reason) < words for reason, words in REASON_WORDS.items())
    config = SpotterConfig()
    assert f" {config.max_delay_s:g} s after its end" in REASON_WORDS["late"]
    assert f" {config.unrest_window_s:g} s before" in REASON_WORDS["moved_before"]


def test_times_are_seconds():
    spotted = Spotted(3, 1_000_000_000, 1_100_000_000, 1_250_000_000, 0.01, 7.5)
    found = RejectedMovement.of("face_2", spotted, "blink")
    assert (found.onset_s, found.apex_s, found.offset_s) == (1.0, 1.1, 1.25)
    assert (found.face_id, found.intensity, found.signal_to_noise, found.reason) == (
        "face_2",
        0.01,
        7.5,
        "blink",
    )
