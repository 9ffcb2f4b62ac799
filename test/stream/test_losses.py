from __future__ import annotations

import random

import pytest

from mer_ros.stream.losses import count_lost_frames, rate_from_stamps

PERIOD_NS = 5_000_000  # 200 frames/s


def stamps(n, keep=lambda i: True, jitter=0.0, seed=0):
    """Stamps of those of n frames that arrive. jitter: of each stamp, in periods."""
    chance = random.Random(seed)
    return [int((i + jitter * chance.uniform(-1, 1)) * PERIOD_NS) + 10**18 for i in range(n) if keep(i)]


@pytest.mark.parametrize(
    ("stamps_ns", "lost"),
    [
        ([], 0),
        ([10**18], 0),
        (stamps(6, lambda i: i != 3), 0),  # too few to find a period
        (stamps(400), 0),
        (stamps(400, jitter=0.1), 0),
        (stamps(60, jitter=0.45), 0),  # no period can be found
        (stamps(400, lambda i: i % 5 != 2), 80),
        (stamps(400, lambda i: not 100 <= i < 150), 50),
        (stamps(401, lambda i: i % 2 == 0), 0),  # every second one: a camera of half the rate
        ([0] * 100, 0),
        (stamps(100) + stamps(100), 0),  # a bag that loops
    ],
    ids="empty one few whole jitter wild fifth pause half zero loop".split(),
)
def test_missing_frames_are_counted(stamps_ns, lost):
    assert count_lost_frames(stamps_ns) == pytest.approx(lost, rel=0.05)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.63])
def test_the_period_is_found_where_most_frames_are_lost(share):
    chance = random.Random(1)
    arrived = stamps(401, lambda i: i in (0, 400) or chance.random() >= share, jitter=0.02)
    assert count_lost_frames(arrived) == pytest.approx(401 - len(arrived), rel=0.03)


def test_bunched_stamps_lose_nothing():
    """A driver that stamps on arrival, with occasional delays: a long step, then short ones."""
    late = [int((i + (0.9 if i % 10 == 0 else 0)) * PERIOD_NS) for i in range(400)]
    assert count_lost_frames(late) == 0


@pytest.mark.parametrize("lost", [0, 40])
def test_fault_96_no_frame_is_missing_in_a_pause_of_the_camera(lost):
    before = stamps(400, lambda i: i % (400 // lost if lost else 1000) != 7)
    after = [stamp + 5 * 10**9 for stamp in before]
    assert count_lost_frames([*before, *after]) == pytest.approx(2 * lost, abs=2)


@pytest.mark.parametrize(
    ("stamps_ns", "rate_hz"),
    [
        ([], 0.0),
        (stamps(6), 0.0),  # too few to find a period
        (stamps(400, jitter=0.1), 200.0),
        (stamps(400, lambda i: i % 5 != 2), 200.0),
        (stamps(401, lambda i: i % 2 == 0), 100.0),
        ([*stamps(400), *(stamp + 5 * 10**9 for stamp in stamps(400))], 200.0),  # a pause
        ([0] * 100, 0.0),
    ],
    ids="none few jitter fifth half pause zero".split(),
)
def test_the_rate_is_that_of_the_camera_whatever_is_lost(stamps_ns, rate_hz):
    assert rate_from_stamps(stamps_ns) == pytest.approx(rate_hz, rel=0.01)
