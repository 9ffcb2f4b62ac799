"""Rendered expressions under corruptions."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.corruptions.recordings import CLEAN, variants_of
from mer_ros.data.datasets.synthetic import rendered_synthetic_clips
from mer_ros.errors import ConfigError


def test_they_are_the_clips_of_the_synthetic_set_in_their_order():
    clips = rendered_synthetic_clips(3, 2, 3)
    own = clips.recordings
    assert own.counts == ((2000, 2), (2001, 1)) and len(own) == 3
    assert own.labels() == clips.truth.tolist()
    found = list(own.measured(("contrast",), cores=1))
    assert len(found) == 3 and list(found[0]) == variants_of(("contrast",))
    for flow, inputs in zip(clips.flow, found, strict=True):
        assert np.array_equal(flow, inputs[CLEAN]["flow"])
    assert all(own for own in clips.units) and len(clips.units) == 3


def test_every_kind_of_input_is_that_of_the_synthetic_set():
    clips = rendered_synthetic_clips(2, 2, 3, sequences=True)
    kinds = ("apex", "clip", "sequence")
    for i, inputs in enumerate(clips.recordings.measured((), kinds, cores=1)):
        assert list(inputs) == [CLEAN] and tuple(inputs[CLEAN]) == kinds
        for kind in kinds:
            assert np.array_equal(inputs[CLEAN][kind], clips.inputs(kind)[i])


def test_unknown_corruptions_are_refused():
    assert variants_of(())[0] == CLEAN and len(variants_of(("jpeg", "mask"))) == 11
    with pytest.raises(ConfigError, match="No corruption is named 'rain'"):
        variants_of(("rain",))
