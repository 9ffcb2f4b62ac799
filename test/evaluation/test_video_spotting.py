"""Measurements of real rendered frames, their cache, and processes that are ended."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from long_sets import rendered
from toy_videos import Blank, Held

import mer_ros
from mer_ros.data.long_videos import LongVideo
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation import video_spotting
from mer_ros.evaluation.video_spotting import (
    EVENTS,
    VideoSettings,
    measure_video,
    measure_videos,
    video_cache,
    video_key,
)

ALL = (EVENTS, "mdmd", "lbp_difference")


def videos(*frames):
    return [LongVideo("set", own.name, str(i), own, ()) for i, own in enumerate(frames)]


def readings(folder):
    return sorted(path.name for path in folder.iterdir())


def test_our_spotter_and_the_baselines_find_the_expressions_in_one_reading():
    truth, frames = rendered(1)
    found = measure_video(Held(frames), ALL, VideoSettings())
    events = found[EVENTS]
    assert set(events) == {"onset_ns", "apex_ns", "offset_ns"}
    for event in truth:
        assert any(event.onset_s < apex < event.offset_s for apex in events["apex_ns"] * 1e-9)
    for method in ("mdmd", "lbp_difference"):
        own = found[method]
        assert len(own["stamps_ns"]) == len(own["micro"]) == len(own["macro"]) == len(frames)
        apex = own["stamps_ns"][np.nanargmax(own["micro"])] * 1e-9
        assert any(event.onset_s < apex < event.offset_s for event in truth)


def test_a_video_without_a_face_has_empty_measurements(tmp_path):
    found = measure_video(Blank(tmp_path, "a"), ALL, VideoSettings())
    assert all(len(array) == 0 for own in found.values() for array in own.values())
    assert readings(tmp_path) == ["a.0"], "the frames were read once"


@pytest.mark.parametrize("workers", [1, 2])
def test_finished_videos_are_not_read_again(tmp_path, workers):
    notes, cache = tmp_path / "notes", video_cache(tmp_path / "cache")
    notes.mkdir()
    both = videos(Blank(notes, "a"), Blank(notes, "b"))
    first = measure_videos(both[:1], ALL, cache, VideoSettings(), workers=workers)
    second = measure_videos(both, ALL, cache, VideoSettings(), workers=workers)
    assert readings(notes) == ["a.0", "b.0"] and second[0].keys() == first[0].keys() == set(ALL)
    cache.path(video_key(both[0].frames, "mdmd", VideoSettings())).write_bytes(b"damaged")
    measure_videos(both, ALL, cache, VideoSettings(), workers=workers)
    assert readings(notes) == ["a.0", "a.1", "b.0"]


def test_unreadable_frames_are_listed_and_other_videos_are_kept(tmp_path):
    notes, cache = tmp_path / "notes", video_cache(tmp_path / "cache")
    notes.mkdir()
    three = videos(Blank(notes, "a", "its frames rot"), Blank(notes, "b"), Blank(notes, "c", "so do these"))
    with pytest.raises(DataError) as raised:
        measure_videos(three, (EVENTS,), cache, VideoSettings())
    assert str(raised.value).splitlines() == [
        "2 of 3 videos cannot be read: correct the following.",
        "  a: its frames rot",
        "  c: so do these",
    ]
    measure_videos(three[1:2], (EVENTS,), cache, VideoSettings())
    assert readings(notes) == ["a.0", "b.0", "c.0"]


def test_the_video_of_a_killed_process_is_measured_again(tmp_path, recorder):
    notes, cache, log = tmp_path / "notes", video_cache(tmp_path / "cache"), recorder()
    notes.mkdir()
    three = videos(Blank(notes, "a", kills=1), Blank(notes, "b"), Blank(notes, "c"))
    found = measure_videos(three, (EVENTS,), cache, VideoSettings(), log, workers=2)
    assert len(found) == 3 and log.done("spotting")[-1] == 3 and log.finished_tasks == ["spotting"]
    assert "a.1" in readings(notes)


def test_processes_that_are_ended_again_and_again_are_an_error(tmp_path):
    notes, cache = tmp_path / "notes", video_cache(tmp_path / "cache")
    notes.mkdir()
    both = videos(Blank(notes, "a", kills=9), Blank(notes, "b", kills=9))
    with pytest.raises(ConfigError, match="ended 3 times .* give fewer --workers"):
        measure_videos(both, (EVENTS,), cache, VideoSettings(), workers=2)


def test_a_cache_that_cannot_be_written_is_refused_before_a_video_is_read(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="--cache"):
        measure_videos(videos(Blank(tmp_path, "a")), ALL, video_cache(tmp_path / "file"), VideoSettings())
    assert readings(tmp_path) == ["file"]


def test_a_key_depends_on_frames_and_on_the_model_of_events_alone(models_dir):
    frames, plain = Held((), "a"), VideoSettings()
    model = VideoSettings(models_dir / "one.safetensors")
    keys = {video_key(frames, name, plain) for name in ALL}
    assert len(keys) == 3 and video_key(Held((), "b"), EVENTS, plain) not in keys
    assert video_key(frames, "mdmd", model) in keys and video_key(frames, EVENTS, model) not in keys
    other = VideoSettings(models_dir / "two.safetensors")
    assert video_key(frames, EVENTS, other) != video_key(frames, EVENTS, model)
    assert video_key(frames, EVENTS, VideoSettings(threads=4)) in keys


@pytest.mark.parametrize("library", ["cv2.__version__", "mer_ros.evaluation.video_spotting._version"])
def test_a_key_depends_on_the_versions_of_libraries(monkeypatch, library):
    before = {video_key(Held(()), name, VideoSettings()) for name in ALL}
    monkeypatch.setattr(library, "0.0" if library.startswith("cv2") else lambda package: f"{package} 0.0")
    assert before.isdisjoint(video_key(Held(()), name, VideoSettings()) for name in ALL)


def test_a_package_that_is_not_installed_has_no_version():
    assert video_spotting._version("mediapipe") and video_spotting._version("no-such-package-of-ours") == ""


def test_the_code_of_a_key_includes_what_decides_frames():
    package = Path(mer_ros.__file__).parent
    found = {path.relative_to(package).as_posix() for path in video_spotting.measuring_files(package)}
    frames = {"media/recording.py", "data/frames/long_frames.py", "data/synthetic_videos.py"}
    assert found > frames | {"limits.py", "types.py", "pipeline.py", "face/mesh.py", "spotting/watcher.py"}
    assert all((package / name).is_file() for name in found)


@pytest.mark.parametrize(("has_gpu", "device"), [(False, "cpu"), (True, "cuda")])
def test_a_key_names_the_device_that_auto_chooses(models_dir, monkeypatch, has_gpu, device):
    monkeypatch.setattr("torch.cuda.is_available", lambda: has_gpu)
    model, keys = models_dir / "one.safetensors", {}
    for name in ("auto", "cpu", device):
        keys[name] = video_key(Held(()), EVENTS, VideoSettings(model, name))
    assert keys["auto"] == keys[device] and (keys["auto"] == keys["cpu"]) != has_gpu
