from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data import synthetic
from mer_ros.data.datasets import megc_flow
from mer_ros.data.synthetic_folder import FolderPart, flow_image, write_synthetic_folder
from mer_ros.errors import DataError
from mer_ros.motion.normalisation import normalise_flow


def contents(root):
    return {path.name: path.read_bytes() for path in root.iterdir()}


def test_it_has_the_size_and_the_counts_of_megc_2019(tmp_path):
    clips = megc_flow.read(write_synthetic_folder(tmp_path / "synthetic"))
    assert clips.synthetic and synthetic.GENERATOR_VERSION in clips.origin
    assert len(clips) == 442 and len(set(clips.subject_ids)) == 68
    counts = {d: np.bincount(clips.truth[clips.datasets == d]).tolist() for d in ("smic", "casme2", "samm")}
    assert counts == {"smic": [70, 51, 43], "casme2": [88, 32, 25], "samm": [92, 26, 15]}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    parts = (FolderPart("smic", 2, (2, 1, 1)),)
    first, again, other = (
        write_synthetic_folder(tmp_path / n, s, parts) for n, s in (("a", 0), ("b", 0), ("c", 1))
    )
    assert contents(first) == contents(again) != contents(other)


def test_rough_noise_gives_other_images_of_the_same_clips(tmp_path):
    parts = (FolderPart("smic", 2, (2, 1, 1)),)
    smooth, rough = (
        write_synthetic_folder(tmp_path / noise, 0, parts, noise=noise) for noise in ("smooth", "rough")
    )
    names = sorted(path.name for path in smooth.glob("*.png"))
    assert len(names) == 4
    assert any(
        (smooth / name).read_bytes() != (rough / name).read_bytes()
        for name in names
        if (rough / name).is_file()
    )


def test_an_existing_folder_is_kept_and_nothing_is_left_half_written(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="already exists"):
        write_synthetic_folder(tmp_path / "full")
    with pytest.raises(DataError, match="Only .* of 99999"):
        write_synthetic_folder(tmp_path / "new", parts=(FolderPart("smic", 2, (99999, 1, 1)),))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]
    (tmp_path / "empty" / "deep").mkdir(parents=True)
    root = write_synthetic_folder(tmp_path / "empty" / "deep", parts=(FolderPart("smic", 2, (2, 1, 1)),))
    assert len(contents(root)) == 6  # four images, the sheet and the note


def test_read_and_normalised_a_scaled_clip_is_what_it_was():
    """Zero, gain and ratio are found again; 8 bits and the estimate of the ratio leave a little."""
    flow = synthetic.flow_samples(30, [2000], seed=5, size=28).data
    for uv in flow:
        uv[0] += 0.7  # another zero
        before = normalise_flow(uv, 28)
        after = normalise_flow(megc_flow.flow_of(flow_image(uv)), 28)
        assert np.abs(before - after).mean() < 0.12 * np.abs(before).mean()
