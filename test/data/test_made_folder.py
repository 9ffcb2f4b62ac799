from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data import megc_flow, synthetic
from mer_ros.data.made_folder import Part, picture_of, write_made_folder
from mer_ros.errors import DataError
from mer_ros.recognition.sample import normalise_flow


def contents(root):
    return {path.name: path.read_bytes() for path in root.iterdir()}


def test_it_has_the_size_and_the_counts_of_megc_2019(tmp_path):
    clips = megc_flow.read(write_made_folder(tmp_path / "made"))
    assert clips.made and synthetic.GENERATOR_VERSION in clips.origin
    assert len(clips) == 442 and len(set(clips.people)) == 68
    counts = {d: np.bincount(clips.truth[clips.datasets == d]).tolist() for d in ("smic", "casme2", "samm")}
    assert counts == {"smic": [70, 51, 43], "casme2": [88, 32, 25], "samm": [92, 26, 15]}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    parts = (Part("smic", 2, (2, 1, 1)),)
    first, again, other = (
        write_made_folder(tmp_path / n, s, parts) for n, s in (("a", 0), ("b", 0), ("c", 1))
    )
    assert contents(first) == contents(again) != contents(other)


def test_what_is_there_is_not_overwritten_and_nothing_is_left_half_written(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="there already"):
        write_made_folder(tmp_path / "full")
    with pytest.raises(DataError, match="Only .* of 99999"):
        write_made_folder(tmp_path / "new", parts=(Part("smic", 2, (99999, 1, 1)),))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]


def test_the_clip_normalisation_undoes_the_scaling_but_for_the_ratio_of_the_channels():
    """Scaled per clip and normalised, u is what it was but for one factor; so is v."""
    flow = synthetic.flow_samples(12, [2000], seed=5, size=28, clean=True).data
    for uv in flow:
        uv[0] += 0.7  # another zero
        picture = np.ascontiguousarray(picture_of(uv)[..., :2].transpose(2, 0, 1), np.float32)
        before, after = normalise_flow(uv, 28), normalise_flow(picture, 28)
        for channel in range(2):
            # 8 bits are coarse for a clip whose greatest vector is far above the others
            assert np.corrcoef(before[channel].ravel(), after[channel].ravel())[0, 1] > 0.97
