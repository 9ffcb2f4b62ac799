"""The real-time benchmark: its figures, and a short run of its processes over DDS."""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its parser imports what Python 3.11 deprecates
    import rosidl_generator_py  # noqa: F401


from benchmarks import realtime, realtime_images, table
from benchmarks.realtime_ends import prepared, to_and_fro
from benchmarks.realtime_run import Run, Setting, run, usage
from benchmarks.table import Figure
from mer_ros.stream.wire import read_compressed, read_image


def found(**changes: object) -> Run:
    values = {
        "sent": 1000,
        "rate_hz": 200.0,
        "seen": 1000,
        "taken": 1000,
        "ages_ms": np.linspace(2.0, 7.0, 1000),
        "taken_ages_ms": np.full(1000, 2.0),
        "cpu_ms": {"face_tracker": 2.25, "bare": 1.6, "bench_camera": 0.3},
        "threads_ms": {"python": 2.8, "idle": 0.0},
        "resident_mb": np.array([(s, 400.0 + s / 60) for s in range(600)]),
        "faces": (4, 4, 4, 3),
        "status": {"received": "1600", "lost_by_stamp": "0"},
        "warm_up": 600,
    }
    return Run(**{**values, **changes})  # type: ignore[arg-type]


def test_frames_are_played_to_and_fro() -> None:
    assert [to_and_fro(4, i) for i in range(9)] == [0, 1, 2, 3, 2, 1, 0, 1, 2]
    assert [to_and_fro(1, i) for i in range(3)] == [0, 0, 0]


def test_what_is_reached_and_what_is_not() -> None:
    crowded = found(seen=900, ages_ms=np.full(900, 70.0))
    rows = {row.name: row for row in realtime.load_figures(found(), crowded, [1.5, 1.4])}
    assert [row.met for row in rows.values() if row.goal] == [True] * 4
    assert rows["200 fps: tracker CPU over a bare subscriber's"].value == pytest.approx(1.5)
    assert rows["200 fps: the same over its cheapest start"].value == pytest.approx(2.25 / 1.4)
    beside = rows["200 fps: median age beside a bare subscriber"]
    assert beside.value == pytest.approx(70.0) and beside.note.startswith("100 of 1000 lost")
    worse = found(seen=999, ages_ms=np.full(999, 30.0), cpu_ms={"face_tracker": 4.0, "bare": 1.5})
    assert [row.met for row in realtime.load_figures(worse, worse, [1.5]) if row.goal] == [False] * 4


@pytest.mark.parametrize(
    ("received", "reported", "named", "met"),
    [(1600, 0, False, None), (800, 795, True, True), (800, 795, False, False), (800, 600, True, False)],
    ids=["nothing lost", "all reported, camera named", "camera not named", "not reported"],
)
def test_a_way_of_sending_is_judged_by_what_the_tracker_reports(
    received: int, reported: int, named: bool, met: bool | None
) -> None:
    complaints = ["let /bench_camera load config/fastdds.xml"] if named else []
    status = {"received": str(received), "lost_by_stamp": str(reported), "complaints": complaints}
    rows = realtime.way_figures(found(status=status), "no profile")
    assert rows[0].value == pytest.approx((1600 - received) / 1600)
    assert [row.met for row in rows[1:]] == ([] if met is None else [met])


def test_large_pictures_are_held_against_a_bare_subscriber_in_the_same_run() -> None:
    alone = found(seen=1000, ages_ms=np.full(1000, 9.0))
    beside = found(seen=990, taken=990, ages_ms=np.full(990, 21.9))
    rows = realtime.large_figures(alone, beside, "large")
    assert [row.met for row in rows] == [True, True, None, None]
    beside = found(seen=989, taken=990, ages_ms=np.full(989, 22.1))
    rows = realtime.large_figures(alone, beside, "large")
    assert [row.met for row in rows] == [False, False, None, None]
    assert rows[0].value == 11 and rows[0].note.startswith("bare subscriber 10; ")
    assert [row.value for row in rows[2:]] == [0, pytest.approx(9.0)]
    assert [row.goal for row in rows[2:]] == [None, None]


def test_large_pictures_are_sent_to_both_at_once_and_then_to_the_graph_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: list[Setting] = []
    monkeypatch.setattr(realtime, "run", lambda setting: (settings.append(setting), found())[1])
    monkeypatch.setattr(realtime, "LARGE", (((160, 120), 60.0),))
    monkeypatch.setattr(realtime_images, "LARGE_LOOP", 2)
    assert len(realtime.large(tmp_path / "one.npy")) == 4
    assert [(setting.graph, setting.bare) for setting in settings] == [(True, True), (True, False)]


def test_memory_is_that_of_the_second_half_against_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realtime, "run", lambda _setting: found())
    more, lost = realtime.memory(Path(), 10.0)
    assert more.value == pytest.approx(4.5, abs=0.05) and more.met is True and lost.value == 0
    assert "minutes 5 to 10 against 1 to 5" in more.name
    steps = np.array([(s, 400.0 + 0.03 * s) for s in range(600)])
    monkeypatch.setattr(realtime, "run", lambda _setting: found(resident_mb=steps))
    assert realtime.memory(Path(), 10.0)[0].met is False


@pytest.mark.parametrize(
    ("options", "left", "measured"),
    [
        (["--only", "memory"], ["200 fps: a"], ["memory"]),
        ([], ["memory: b"], [*realtime.PARTS]),
        (["--minutes", "7"], [], [*realtime.PARTS, "memory"]),
    ],
)
def test_what_is_not_measured_is_kept(
    options: list[str],
    left: list[str],
    measured: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "RESULTS", tmp_path)
    monkeypatch.setattr(realtime, "measure", lambda _, part: [Figure(f"{part}: new", 2.0, "")])
    monkeypatch.setattr("sys.argv", ["realtime", *options])
    rows = [asdict(Figure(name, 1.0, "")) for name in ("200 fps: a", "memory: b")]
    last = {"commit": "abc", "date": "yesterday", "rows": rows}
    (tmp_path / "realtime.json").write_text(json.dumps(last))
    assert realtime.main() == 0
    found = json.loads((tmp_path / "realtime.json").read_text())["rows"]
    assert [row["name"] for row in found] == [*left, *(f"{part}: new" for part in measured)]
    notes = [*["kept from abc, yesterday"] * len(left), *[""] * len(measured)]
    assert [row["note"] for row in found] == notes


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    path = tmp_path / "frames.npy"
    np.save(path, np.random.default_rng(0).integers(0, 256, (5, 48, 64, 3), np.uint8))
    return path


@pytest.mark.parametrize(("encoding", "size"), [("bgr8", 48 * 64 * 3), ("mono8", 48 * 64)])
def test_images_are_prepared_as_a_driver_sends_them(frames: Path, encoding: str, size: int) -> None:
    messages = prepared(frames, encoding)
    read = read_image(messages[3])
    assert len(messages) == 5 and (read.width, read.height, read.encoding) == (64, 48, encoding)
    assert len(read.data) == size and read.stamp_ns == 0
    assert bytes(read_compressed(prepared(frames, "jpeg")[0]).data[:2]) == b"\xff\xd8"


def test_usage_counts_what_this_process_spends() -> None:
    before = usage(os.getpid())
    while usage(os.getpid()).cpu_s < before.cpu_s + 0.05:
        sum(range(10_000))
    after = usage(os.getpid())
    assert sum(after.threads_s.values()) > sum(before.threads_s.values())
    assert 10 < after.resident_mb < 20_000


def test_a_camera_and_a_bare_subscriber_meet_over_dds(frames: Path) -> None:
    outcome = run(Setting(frames, rate_hz=40.0, count=60, bare=True, graph=False))
    assert outcome.sent == outcome.taken == 60
    assert outcome.cpu_ms["bare"] > 0 and outcome.seen == 0


def test_a_film_that_the_tracker_opens_is_played_to_its_end(frames: Path, tmp_path: Path) -> None:
    film = realtime.film_of(frames, tmp_path, n_frames=600)  # 3 s, so that its begin is noticed
    outcome = run(Setting(film=film, count=600))
    assert outcome.sent == 600 and outcome.rate_hz == pytest.approx(200.0, rel=0.5)
    assert outcome.cpu_ms["face_tracker"] > 0
