from __future__ import annotations

import cv2
import numpy as np
import pytest
from recorded_faces import FRAMES, write_frames

from mer_ros.data import flow_storage
from mer_ros.data.frames import measured_set
from mer_ros.data.frames.cache import ClipCache
from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.measured_set import TASK, CachedInputs, collected_flow, measure_clips, read_clip
from mer_ros.data.frames.measurement import MeasurementSettings
from mer_ros.errors import ConfigError, DataError

SETTINGS = MeasurementSettings()


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("set")


@pytest.fixture(scope="module")
def clips(root):
    """Five clips, more than one batch."""
    names = [f"{i}.png" for i in range(FRAMES)]
    found = []
    for number in range(5):
        write_frames(root / str(number), names, 3, number)
        found.append(ClipFrames(tuple(root / str(number) / name for name in names), range(FRAMES), 3))
    return found


@pytest.fixture(scope="module")
def measured(root, clips, tmp_path_factory, recorder):
    cache, log = ClipCache(tmp_path_factory.mktemp("cache")), recorder()
    keys, failed = measure_clips(root, clips, cache, SETTINGS, log, cores=2)
    assert failed == {}
    return cache, keys, log


def test_progress_is_counted_in_clips(measured):
    log = measured[2]
    assert log.totals == {TASK: 5} and log.done(TASK) == [4, 5] and log.finished_tasks == [TASK]


def test_the_bytes_do_not_depend_on_the_number_of_processes(measured, root, clips, tmp_path):
    cache, keys, _ = measured
    other = ClipCache(tmp_path)
    assert measure_clips(root, clips, other, SETTINGS, cores=1) == (keys, {})
    assert all(cache.path(key).read_bytes() == other.path(key).read_bytes() for key in keys)


def test_only_missing_and_damaged_entries_are_measured(measured, root, clips, recorder):
    cache, keys, _ = measured
    whole = cache.path(keys[1]).read_bytes()
    times = {key: cache.path(key).stat().st_mtime_ns for key in keys}
    cache.path(keys[1]).write_bytes(whole[:1000])
    log = recorder()
    measure_clips(root, clips, cache, SETTINGS, log)
    assert log.done(TASK) == [5] and cache.path(keys[1]).read_bytes() == whole
    assert all(cache.path(key).stat().st_mtime_ns == times[key] for key in keys if key != keys[1])
    assert measure_clips(root, clips, cache, SETTINGS, log) == (keys, {})
    assert log.done(TASK) == [5]


def test_clips_that_cannot_be_measured_are_told_by_index(root, clips, tmp_path):
    blank = tmp_path / "blank"
    blank.mkdir()
    paths = tuple(blank / f"{i}.png" for i in range(3))
    for path in paths:
        cv2.imwrite(str(path), np.zeros((100, 100, 3), np.uint8))
    bad = ClipFrames(paths, range(3), 1)
    root_of_all = root.parent
    assert paths[0].is_relative_to(tmp_path)
    cache = ClipCache(tmp_path / "cache")
    _, failed = measure_clips(tmp_path, [bad], cache, SETTINGS)
    assert list(failed) == [0] and "FaceMesh finds no face" in failed[0]
    assert root_of_all.exists()


def test_inputs_are_read_on_access(measured, monkeypatch):
    cache, keys, _ = measured
    read = []
    monkeypatch.setattr(measured_set, "read_clip", lambda c, key: read.append(key) or read_clip(c, key))
    crops = CachedInputs(cache, tuple(keys), "crops")
    assert len(crops) == 5 and read == []
    assert crops[2].shape == (FRAMES, 128, 128) and read == [keys[2]]
    assert np.array_equal(crops[-1], list(crops)[4]) and len(crops[1:3]) == 2


@pytest.mark.parametrize("limit", [0, 1 << 28])
def test_flow_of_a_large_set_lies_on_the_disk(measured, monkeypatch, limit):
    cache, keys, _ = measured
    monkeypatch.setattr(flow_storage, "IN_MEMORY_BYTES", limit)
    flow, restarted = collected_flow(cache, keys)
    assert restarted == []
    assert isinstance(flow, np.memmap) is (limit == 0)
    assert all(np.array_equal(own, cache.find(key).flow) for own, key in zip(flow, keys, strict=True))
    assert {path.suffix for path in cache.folder.rglob("*") if path.is_file()} == {".clip"}


def test_an_entry_that_was_removed_is_an_error(measured):
    with pytest.raises(DataError, match="was removed or damaged: run the command again"):
        read_clip(measured[0], "ab")


def test_a_cache_that_cannot_be_written_is_refused_before_measuring(root, clips, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="--cache"):
        measure_clips(root, clips, ClipCache(tmp_path / "file" / "x"), SETTINGS)
