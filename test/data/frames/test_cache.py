from __future__ import annotations

import os
import pwd
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mer_ros.data.frames.cache import ClipCache, clip_key, default_folder
from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.measurement import MeasuredClip, MeasurementSettings
from mer_ros.errors import ConfigError

RNG = np.random.default_rng(0)
CLIP = MeasuredClip(
    crops=RNG.integers(0, 256, (5, 128, 128), np.uint8),
    flow=RNG.normal(0, 1, (2, 128, 128)).astype(np.float32),
    apex_image=RNG.integers(0, 256, (128, 128, 3), np.uint8),
    apex=2,
    restarts=3,
)
SETTINGS = MeasurementSettings()


@pytest.fixture
def frames(tmp_path):
    paths = tuple(tmp_path / "set" / f"{i}.jpg" for i in range(3))
    paths[0].parent.mkdir()
    for path in paths:
        path.write_bytes(b"abc")
    return ClipFrames(paths, range(4, 7), 1)


def test_an_entry_is_what_was_stored(tmp_path):
    cache = ClipCache(tmp_path / "new")
    assert cache.find("ab12") is None
    for clip in (CLIP, replace(CLIP, sequence=RNG.normal(0, 1, (12, 2, 128, 128)).astype(np.float32))):
        cache.put("ab12", clip)
        found = cache.find("ab12")
        assert (
            (found.apex, found.restarts) == (2, 3)
            and np.array_equal(found.crops, clip.crops)
            and np.array_equal(found.flow, clip.flow)
        )
        assert np.array_equal(found.apex_image, clip.apex_image)
        assert (
            (found.sequence is None)
            if clip.sequence is None
            else np.array_equal(found.sequence, clip.sequence)
        )


@pytest.mark.parametrize("place", [0, 40, 5000, -1])
def test_a_changed_byte_is_noticed(tmp_path, place):
    cache = ClipCache(tmp_path)
    cache.put("ab12", CLIP)
    path = cache.path("ab12")
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert cache.find("ab12") is None and not cache.is_whole("ab12")


@pytest.mark.parametrize("kept", [0, 10, 32, 3000])
def test_an_entry_that_is_cut_off_is_noticed(tmp_path, kept):
    cache = ClipCache(tmp_path)
    cache.put("ab12", CLIP)
    cache.path("ab12").write_bytes(cache.path("ab12").read_bytes()[:kept])
    assert cache.find("ab12") is None


def test_the_key_depends_on_frames_annotation_and_settings(frames, tmp_path):
    root = tmp_path / "set"
    keys = {clip_key(root, frames, SETTINGS)}
    keys.add(clip_key(root, replace(frames, apex=None), SETTINGS))
    keys.add(clip_key(root, replace(frames, numbers=range(5, 8)), SETTINGS))
    keys.add(clip_key(root, replace(frames, paths=frames.paths[:2]), SETTINGS))
    keys.add(clip_key(root, frames, MeasurementSettings(flow="tvl1")))
    keys.add(clip_key(root, frames, MeasurementSettings(sequences=True)))
    assert len(keys) == 6
    assert clip_key(root, frames, SETTINGS) in keys
    os.utime(frames.paths[0], ns=(1, 1))
    keys.add(clip_key(root, frames, SETTINGS))
    frames.paths[0].write_bytes(b"abcd")
    keys.add(clip_key(root, frames, SETTINGS))
    assert len(keys) == 8


def test_the_key_does_not_depend_on_the_place_of_the_data(frames, tmp_path):
    before = clip_key(tmp_path / "set", frames, SETTINGS)
    (tmp_path / "set").rename(tmp_path / "moved")
    moved = replace(frames, paths=tuple(tmp_path / "moved" / path.name for path in frames.paths))
    assert clip_key(tmp_path / "moved", moved, SETTINGS) == before


def test_a_folder_that_cannot_be_written_is_an_error_with_the_option(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="choose another folder with --cache"):
        ClipCache(tmp_path / "file").put("ab12", CLIP)


def test_the_default_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "mer_ros" / "clips"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_folder() == Path.home() / ".cache" / "mer_ros" / "clips"


def test_fault_89_a_user_without_a_home_is_asked_for_a_folder(monkeypatch):
    def unknown(uid):
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(ConfigError, match="has no home folder .*: give a folder with --cache"):
        default_folder()
