"""Decoded prototypes as images: flow is drawn like the flow of the event, apex samples like photographs."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import InputError
from mer_ros.types import Sample
from mer_ros.visualisation import flow_picture, prototype_picture
from mer_ros.visualisation.flow import PICTURE_SIZE


def sample(kind, seed=0):
    return Sample(kind, np.random.default_rng(seed).uniform(-0.2, 1.2, (3, 56, 56)).astype(np.float32))


def test_flow_is_drawn_like_any_flow():
    prototype = sample("flow")
    assert np.array_equal(prototype_picture(prototype), flow_picture(prototype.data))


def test_an_apex_is_drawn_in_its_own_colours():
    red = np.zeros((3, 56, 56), np.float32)
    red[0] = 1.5  # cut at 1
    image = prototype_picture(Sample("apex", red))
    assert image.shape == (PICTURE_SIZE, PICTURE_SIZE, 3) and image.dtype == np.uint8
    assert (image == (0, 0, 255)).all()  # BGR


@pytest.mark.parametrize("kind", ["flow", "apex"])
def test_an_image_is_drawn_once_and_cannot_be_changed(kind):
    image = prototype_picture(sample(kind, 1))
    assert prototype_picture(sample(kind, 1)) is image
    assert prototype_picture(sample(kind, 2)) is not image
    with pytest.raises(ValueError, match="read-only"):
        image[0] = 0


def test_other_kinds_have_no_image():
    with pytest.raises(InputError, match="'clip' cannot be drawn: use one of flow, apex"):
        prototype_picture(sample("clip"))
