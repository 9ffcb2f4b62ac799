"""The photograph is that of skimage.data, also where the package lacks its pictures."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data

from mer_ros.face import canonical_mesh, sample_photograph


def test_it_is_the_picture_of_skimage() -> None:
    image = sample_photograph.sample_photograph()
    assert image is not None and np.array_equal(image, skimage.data.astronaut()[..., ::-1])


def test_without_the_file_skimage_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_photograph, "find_spec", lambda name: None)
    assert sample_photograph.sample_photograph() is None
    assert np.array_equal(canonical_mesh.photograph(), skimage.data.astronaut()[..., ::-1])
