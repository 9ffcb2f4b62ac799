from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from mer_ros.analysis import LANE_ROWS, Analysis, MotionLane, RejectedMovement
from mer_ros.reports.analysis_charts import (
    MOST_BRIEF_STRETCHES,
    MOST_REJECTED,
    MOST_STRETCHES,
    brief_timeline,
    full_intensity,
    timeline,
)
from mer_ros.reports.html.page import MOST_BYTES
from mer_ros.reports.timeline_section import OPEN_LANES


def lane(duration_s=10.0, bin_s=0.02, face_id="face_1"):
    n = round(duration_s / bin_s)
    return MotionLane(
        face_id, 0.0, bin_s, np.zeros((n, len(LANE_ROWS)), np.float32), np.ones(n, bool), n, {}, 60.0
    )


def analysis(duration_s=10.0, **changes):
    return replace(
        Analysis("a", (), 100.0, (640, 480), 100, duration_s, lanes=(lane(duration_s),)), **changes
    )


def words(chart):
    return re.search(r"<desc[^>]*>(.*?)</desc>", str(chart.svg))[1]


@pytest.mark.parametrize(
    ("duration_s", "n"), [(3.0, 1), (20.0, 1), (21.0, 2), (60.0, 3), (7200.0, MOST_STRETCHES)]
)
def test_a_recording_has_few_charts(duration_s, n):
    charts = timeline(analysis(duration_s), lane(duration_s, max(0.02, duration_s / 4000)), 0, ())
    assert len(charts) == n and f"to {duration_s:.1f} s" in charts[-1].caption
    assert len({re.search(r'id="([\w-]+)-title"', str(chart.svg))[1] for chart in charts}) == n


def test_a_chart_is_described_with_its_events_and_rejections(analysed):
    event = replace(analysed[0].events[0], face_id="face_1", onset_s=1.0, apex_s=1.1, offset_s=1.25)
    rejected = (RejectedMovement("face_1", 2.0, 2.1, 2.2, 0.01, 6.0, "blink"),)
    moving = lane()
    moving.motion[55, LANE_ROWS.index("chin")] = 0.02
    (chart,) = timeline(analysis(rejected=rejected), moving, 0, (event,))
    assert words(chart) == (
        "event 1, 1.00 to 1.25 s, apex 1.10 s; rejected, 2.00 to 2.20 s (part of a blink); "
        "the region that moves most is the chin."
    )
    assert chart.caption == "face_1, 0.0 to 10.0 s: 1 event, 1 rejected."


def test_of_many_rejections_a_chart_shows_the_strongest():
    rejected = tuple(
        RejectedMovement("face_1", i / 100, i / 100, i / 100 + 0.1, 0.01, 6.0 + (i % 100 == 7), "blink")
        for i in range(900)
    )
    (chart,) = timeline(analysis(rejected=rejected), lane(), 0, ())
    assert chart.caption.endswith(f"0 events, 900 rejected (the strongest {MOST_REJECTED} are drawn).")
    assert words(chart).count("part of a blink") == MOST_REJECTED
    assert "rejected, 8.07 to 8.17 s" in words(chart) and "; and 860 more rejected" in words(chart)
    assert len(chart.svg) < 60_000


def test_the_charts_of_32_faces_that_move_all_the_time_fit_on_a_page():
    busy = lane(20.0)
    busy.motion[:] = np.random.default_rng(0).uniform(0, 0.02, busy.motion.shape)
    rejected = tuple(
        RejectedMovement("face_1", i / 30, i / 30, i / 30 + 0.1, 0.01, 6.0, "blink") for i in range(600)
    )
    (chart,) = timeline(analysis(20.0, rejected=rejected), busy, 0, ())
    most = OPEN_LANES * MOST_STRETCHES + (32 - OPEN_LANES) * MOST_BRIEF_STRETCHES
    assert most * len(chart.svg) < MOST_BYTES


def test_a_chart_without_a_movement_says_so():
    still = replace(lane(), motion=np.zeros((500, 1), np.float32), rows=("face",))
    (chart,) = timeline(analysis(), still, 0, ())
    assert words(chart) == "No event."


def test_events_of_other_faces_and_stretches_are_left_out(analysed):
    event = replace(analysed[0].events[0], face_id="face_2", onset_s=1.0, apex_s=1.1, offset_s=1.25)
    late = replace(event, face_id="face_1", onset_s=31.0, apex_s=31.1, offset_s=31.2)
    found = timeline(analysis(40.0), lane(40.0), 0, (event, late))
    first, second = found
    assert "0 events" in first.caption and "1 event," in second.caption and "event 2," in words(second)


def test_a_face_has_no_chart_of_the_time_before_it_came():
    late = replace(lane(5.0), start_s=50.0)
    assert len(timeline(analysis(60.0), late, 0, ())) == 1


@pytest.mark.parametrize(
    ("start_s", "seen_s", "spans"),
    [
        (50.0, 0.1, ["50.0 to 52.0 s"]),
        (698.5, 1.5, ["698.0 to 700.0 s"]),
        (50.0, 10.0, ["50.0 to 60.0 s"]),
        (50.0, 30.0, ["50.0 to 65.0 s", "65.0 to 80.0 s"]),
        (50.0, 600.0, ["50.0 to 250.0 s", "250.0 to 450.0 s", "450.0 to 650.0 s"]),
    ],
)
def test_a_brief_timeline_covers_the_time_in_which_the_face_was_seen(start_s, seen_s, spans):
    charts = brief_timeline(analysis(700.0), replace(lane(seen_s), start_s=start_s), 9, ())
    assert [chart.caption.partition(": ")[0] for chart in charts] == [f"face_1, {span}" for span in spans]


def test_the_full_colour_is_for_the_largest_movements_and_never_for_noise():
    quiet, strong = lane(), lane()
    quiet.motion[:] = 0.0004
    strong.motion[100:200] = 0.05
    assert full_intensity(quiet) == 1e-3 and full_intensity(strong) == 0.02


def test_movement_and_what_could_not_be_judged_are_seen():
    import base64
    import io

    from PIL import Image

    moving = lane()
    moving.motion[250, 3] = 0.05
    moving.judged[400:] = False
    (chart,) = timeline(analysis(), moving, 0, ())
    data = base64.b64decode(re.search(r"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)", str(chart.svg))[1])
    alpha = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))[..., 3].astype(float)
    across = alpha.mean(0) / 255
    assert 0.3 < across[-10] < 0.4 and across[10] < 0.02 and alpha.max() > 200
