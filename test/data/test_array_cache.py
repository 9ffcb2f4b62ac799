from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mer_ros.data.array_cache import ArrayCache, cache_folder, hash_of
from mer_ros.errors import ConfigError

ARRAYS = {"times": np.arange(5), "values": np.linspace(0, 1, 7, dtype=np.float32), "none": np.empty((0, 3))}


def test_an_entry_is_what_was_stored(tmp_path):
    cache = ArrayCache(tmp_path / "new", ".x")
    assert cache.find("ab12") is None and not (tmp_path / "new").exists()
    cache.put("ab12", ARRAYS)
    found = cache.find("ab12")
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype and np.array_equal(found[name], array)
    assert cache.path("ab12") == tmp_path / "new" / "ab" / "ab12.x"


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:40] + b"x" + data[41:], bytes])
def test_a_damaged_entry_is_missing(tmp_path, damage):
    cache = ArrayCache(tmp_path, ".x")
    cache.put("ab12", ARRAYS)
    path = cache.path("ab12")
    path.write_bytes(damage(path.read_bytes()) if damage is not bytes else b"")
    assert cache.find("ab12") is None


def test_equal_arrays_have_equal_bytes(tmp_path):
    for name in ("one", "two"):
        ArrayCache(tmp_path / name, ".x").put("ab12", ARRAYS)
    one, two = (ArrayCache(tmp_path / name, ".x").path("ab12").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_key_depends_on_content_alone():
    assert hash_of({"a": 1, "b": [2, "c"]}) == hash_of({"b": [2, "c"], "a": 1})
    assert hash_of({"a": 1}) != hash_of({"a": 1.5})


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="choose another folder with --cache"):
        ArrayCache(tmp_path / "file", ".x").put("ab12", ARRAYS)


def test_the_default_folder_follows_the_user_s_setting(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder("spotted") == tmp_path / "mer_ros" / "spotted"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder("spotted") == Path.home() / ".cache" / "mer_ros" / "spotted"
