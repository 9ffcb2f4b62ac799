"""Annotated frames under corruptions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from recorded_sets import write_casme2

from mer_ros.data.corruptions.recordings import CLEAN, JoinedRecordings
from mer_ros.data.datasets import DATASETS, Request
from mer_ros.data.frames import corrupted_set
from mer_ros.errors import ConfigError, DataError

NAMES = ("brightness", "frame_rate", "mask")


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("set")
    request = Request(write_casme2(folder / "set"), cache=folder / "cache")
    return DATASETS.get("casme2").open(request)


@pytest.fixture(scope="module")
def measured(clips, recorder):
    recorded = recorder()
    return list(clips.recordings.measured(NAMES, progress=recorded, cores=1)), recorded


def test_every_clip_is_measured_under_every_variant(clips, measured):
    found, recorded = measured
    assert len(found) == len(clips.recordings) == len(clips) == 4
    for inputs in found:
        assert list(inputs) == [CLEAN, *((name, severity) for name in NAMES for severity in (1, 2, 3, 4, 5))]
        assert all(own is None or (own["flow"].shape == (2, 128, 128)) for own in inputs.values())
        assert inputs[CLEAN] is not None and inputs["brightness", 1] is not None
    assert recorded.totals["corrupted clips"] == 4 and recorded.finished_tasks == ["corrupted clips"]


def test_without_corruption_the_flow_is_that_of_the_data_set(clips, measured):
    for flow, inputs in zip(clips.flow, measured[0], strict=True):
        inner, clean = (slice(None), slice(24, 104), slice(24, 104)), inputs[CLEAN]["flow"]
        likeness = np.corrcoef(flow[inner].ravel(), clean[inner].ravel())[0, 1]
        assert likeness > 0.9
        assert np.abs(flow - clean)[inner].mean() < 0.1


def test_a_corruption_changes_the_flow_more_if_it_is_more_severe(measured):
    changes = {1: [], 5: []}
    for inputs in measured[0]:
        for severity, own in changes.items():
            corrupted = inputs["brightness", severity]
            change = corrupted and np.abs(corrupted["flow"] - inputs[CLEAN]["flow"]).mean()
            own.append(5.0 if change is None else change)
    assert 0 < np.mean(changes[1]) < np.mean(changes[5])


def test_measured_clips_come_from_the_cache_and_damaged_ones_are_measured_again(clips, measured, monkeypatch):
    again = list(clips.recordings.measured(NAMES, cores=2))
    for one, other in zip(measured[0], again, strict=True):
        assert one.keys() == other.keys()
        assert all((one[v] is None) == (other[v] is None) for v in one)
        assert all(np.array_equal(one[v]["flow"], other[v]["flow"]) for v in one if one[v])
    entries = sorted(clips.recordings.cache.folder.rglob("*.flows"))
    assert len(entries) == 4 * (1 + len(NAMES))
    content = entries[0].read_bytes()
    entries[0].write_bytes(content[:-9])
    list(clips.recordings.measured(NAMES, cores=1))
    assert entries[0].read_bytes() == content
    monkeypatch.setattr(corrupted_set, "FaceMesh", lambda **_: pytest.fail("a cached clip was measured"))
    list(clips.recordings.measured(NAMES, cores=1))


def test_every_kind_of_input_is_measured_and_cached_apart(clips, measured):
    own = clips.recordings
    one = replace(own, clips=own.clips[:1], keys=own.keys[:1], rates=own.rates[:1])
    kinds = ("apex", "clip", "flow", "sequence")
    [found] = one.measured(NAMES[1:2], kinds, cores=1)
    assert [list(inputs) for inputs in found.values()] == [list(kinds)] * 6
    clean = found[CLEAN]
    assert np.array_equal(clean["flow"], measured[0][0][CLEAN]["flow"])
    assert clean["clip"].shape == (7, 128, 128) and clean["clip"].dtype == np.uint8
    assert clean["apex"].shape == (128, 128, 3) and clean["sequence"].shape == (12, 2, 128, 128)
    assert [len(found["frame_rate", severity]["clip"]) for severity in (1, 2, 5)] == [4, 3, 2]
    [again] = one.measured(NAMES[1:2], kinds, cores=1)
    assert all(np.array_equal(found[v][kind], again[v][kind]) for v in found for kind in kinds)


def test_the_square_is_round_the_face_within_the_picture_and_even():
    points = np.zeros((468, 3), np.float32)
    points[33], points[263] = (100, 100, 0), (150, 100, 0)  # outer eye corners
    points[:, 0] = np.clip(points[:, 0], 100, 150)
    points[:, 1] = np.linspace(80, 160, 468)
    points[[33, 263], 1] = 100
    left, top, right, bottom = corrupted_set._square(points, (300, 500, 3))
    assert right - left == pytest.approx(170, abs=2) and abs((left + right) / 2 - 125) <= 2
    assert (right - left) % 2 == (bottom - top) % 2 == 0
    left, top, right, bottom = corrupted_set._square(points, (151, 131, 3))
    assert left >= 0 and top >= 0 and right <= 131 and bottom <= 151
    assert (right - left) % 2 == (bottom - top) % 2 == 0


def test_recordings_of_several_sets_are_joined_and_flow_images_have_none(clips, measured):
    own = clips.recordings
    both = JoinedRecordings((own, replace(own, clips=own.clips[:1], keys=own.keys[:1], rates=own.rates[:1])))
    found = list(both.measured(NAMES[:1], cores=1))
    assert len(both) == len(found) == 5
    assert np.array_equal(found[4][CLEAN]["flow"], measured[0][0][CLEAN]["flow"])
    with pytest.raises(ConfigError, match="--data megc-flow holds only flow: choose a data set of frames"):
        DATASETS.get("megc-flow").check(Request(own.cache.folder, frames=True))


def test_inputs_are_read_from_the_cache_one_clip_after_the_other(clips):
    """Last: it empties the cache."""
    found = clips.recordings.measured(NAMES[:1], cores=1)
    assert next(found)[CLEAN] is not None
    for entry in clips.recordings.cache.folder.rglob("*.flows"):
        entry.unlink()
    with pytest.raises(DataError, match="The cached inputs of a clip were removed: run the command again"):
        next(found)
