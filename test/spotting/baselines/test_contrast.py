import numpy as np
import pytest

from mer_ros.errors import ConfigError, InputError
from mer_ros.spotting.baselines.contrast import Interval, half_window, neighbours, spot

MS = 1_000_000
WINDOW_S = 0.4  # k = 20 frames of 10 ms


def stamps(n, period_ms=10):
    return np.arange(n, dtype=np.int64) * period_ms * MS + 1_700_000_000_000_000_000


def pulse(n, *centres, half_width=10, height=1.0):
    """Triangles of 2 half_width frames."""
    away = np.abs(np.arange(n)[:, None] - np.array(centres)).min(axis=1)
    return height * np.clip(1 - away / half_width, 0, None)


def in_frames(intervals, times):
    return [tuple(int(np.flatnonzero(times == t)[0]) for t in interval) for interval in intervals]


def test_a_single_pulse_is_one_interval_around_its_peak():
    times = stamps(200)
    spotted = spot(pulse(200, 100), times, p=0.5, window_s=WINDOW_S)
    assert all(isinstance(interval, Interval) for interval in spotted)
    assert in_frames(spotted, times) == [(96, 100, 104)]


def test_a_lower_threshold_widens_the_interval():
    times = stamps(200)
    (wide,) = in_frames(spot(pulse(200, 100), times, p=0.1, window_s=WINDOW_S), times)
    assert wide == (92, 100, 108)


def test_the_threshold_lies_between_mean_and_greatest_contrast():
    """Contrast is 1, 0.4 and 0 at the peaks and elsewhere; the mean is near 0, so p decides on the second."""
    times, values = stamps(400), pulse(400, 100) + pulse(400, 250, height=0.4)
    assert [i.apex_ns for i in spot(values, times, 0.5, WINDOW_S, (0, 1))] == [times[100]]
    assert [i.apex_ns for i in spot(values, times, 0.3, WINDOW_S, (0, 1))] == [times[100], times[250]]


def test_a_slope_has_no_contrast_and_a_still_recording_no_interval():
    assert spot(np.zeros(200), stamps(200), p=0.0, window_s=WINDOW_S) == []
    times = stamps(300)
    with_slope = pulse(300, 150) + np.linspace(0, 5, 300)
    assert in_frames(spot(with_slope, times, 0.5, WINDOW_S), times) == [(146, 150, 154)]


def test_peaks_nearer_than_half_of_k_are_one_movement_and_farther_ones_two():
    times = stamps(300)
    near = spot(pulse(300, 150, 158, half_width=4), times, 0.5, WINDOW_S)
    far = spot(pulse(300, 150, 162, half_width=4), times, 0.5, WINDOW_S, limits_s=(0, 1))
    assert in_frames(near, times) == [(149, 150, 159)]
    assert [i.apex_ns for i in far] == [times[150], times[162]]


def test_too_short_and_too_long_intervals_are_left_out():
    times, values = stamps(300), pulse(300, 80, half_width=3) + pulse(300, 180, half_width=16)
    widths = [spot(values, times, 0.4, WINDOW_S, limits) for limits in ((0, 1), (0.065, 0.5), (0, 0.065))]
    assert [[times.searchsorted(i.apex_ns) for i in found] for found in widths] == [[80, 180], [180], [80]]


def test_what_is_undefined_is_never_spotted_and_does_not_shift_the_threshold():
    times, values = stamps(200), pulse(200, 100)
    edges = values.copy()
    edges[:20] = edges[-20:] = np.nan
    assert spot(edges, times, 0.5, WINDOW_S) == spot(values, times, 0.5, WINDOW_S)
    assert spot(np.where(np.arange(200) == 100, np.nan, values), times, 0.99, WINDOW_S, (0, 1)) != []


def test_faults_26_and_27_neighbours_are_found_by_time():
    """Frames 50 to 52 are lost: for those a lag later the nearest stands in. After 30 lost ones: none."""
    times = np.delete(stamps(200), [50, 51, 52])
    before, after = neighbours(times, 20, 10.0 * MS)
    assert times[before[times.searchsorted(stamps(200)[71])]] in (stamps(200)[49], stamps(200)[53])
    assert before[19] == -1 and before[20] == 0 and after[-20] == -1 and after[-21] == len(times) - 1
    gap = np.delete(stamps(200), range(50, 80))
    before, after = neighbours(gap, 20, 10.0 * MS)
    assert before[gap.searchsorted(stamps(200)[85])] == -1 and after[45] == -1


@pytest.mark.parametrize(("rate", "k"), [(30, 12), (60, 24), (200, 80)])
def test_k_follows_the_frame_rate_as_published(rate, k):
    times = np.rint(np.arange(100) * 1e9 / rate).astype(np.int64)
    assert half_window(times, 0.8)[0] == k


@pytest.mark.parametrize(
    ("values", "times", "p", "error", "words"),
    [
        (
            np.pad(np.zeros(38), 20, constant_values=np.nan),
            stamps(78),
            0.5,
            InputError,
            "more than 78 frames",
        ),
        (np.zeros(99), stamps(100), 0.5, InputError, "99 values and 100 stamps"),
        (np.zeros(0), stamps(0), 0.5, InputError, "at least two increasing stamps"),
        (np.zeros(100), stamps(100)[::-1], 0.5, InputError, "increasing stamps"),
        (np.zeros(100), stamps(100, 200), 0.5, InputError, "fewer than 4 frames at 5 fps"),
        (np.full(100, np.nan), stamps(100), 0.5, InputError, "none of 100 frames"),
        (np.zeros(100), stamps(100), 1.5, ConfigError, "found 1.5"),
    ],
    ids=["too_short", "unequal", "empty", "unsorted", "too_slow", "undefined", "p"],
)
def test_bad_input_is_refused_in_one_sentence(values, times, p, error, words):
    with pytest.raises(error, match=words):
        spot(values, times, p, WINDOW_S)


def test_a_causal_threshold_does_not_depend_on_later_frames():
    """A great movement at the end hides the small one before from the offline threshold only."""
    times = stamps(1200)
    small, great = pulse(1200, 500, height=0.2), pulse(1200, 1000, height=5.0)
    offline = spot(small + great, times, 0.3, WINDOW_S, (0, 1))
    causal = spot(small + great, times, 0.3, WINDOW_S, (0, 1), trailing_s=20.0)
    assert [i.apex_ns for i in offline] == [times[1000]]
    assert [i.apex_ns for i in causal] == [times[500], times[1000]]
    before = spot((small + great)[:700], times[:700], 0.3, WINDOW_S, (0, 1), trailing_s=20.0)
    assert before == causal[:1]


def test_a_causal_threshold_forgets_what_is_older_than_its_window():
    times = stamps(2000)
    values = pulse(2000, 300, height=5.0) + pulse(2000, 1500, height=0.2)
    remembered, forgotten = (
        [i.apex_ns for i in spot(values, times, 0.3, WINDOW_S, (0, 1), trailing_s)]
        for trailing_s in (15.0, 5.0)
    )
    assert times[1500] not in remembered and times[1500] in forgotten


def test_nothing_is_above_a_causal_threshold_before_it_has_two_seconds():
    times = stamps(600)
    found = spot(pulse(600, 150) + pulse(600, 400), times, 0.3, WINDOW_S, (0, 1), trailing_s=20.0)
    assert [i.apex_ns for i in found] == [times[400]]
