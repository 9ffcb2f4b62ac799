"""The place of images in the crop: found to a few percent, and the default where it cannot be told."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from mer_ros.data.crop_geometry import MEGC_BOX, CropBox, cut, placed, register
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, flow_samples
from mer_ros.errors import ConfigError


@pytest.fixture(scope="module")
def flow():
    return flow_samples(80, EVALUATION_SUBJECTS[:20], 31, 56).data


@pytest.mark.parametrize("box", [MEGC_BOX, CropBox(0.2, 0.2, 0.8, 0.8), CropBox(0.1, 0.1, 0.9, 0.9)])
def test_the_place_of_images_is_found_without_labels(flow, box):
    found = register(np.stack([cut(one, box, 28) for one in flow]), "casme2")
    np.testing.assert_allclose(astuple(found.box), astuple(box), atol=0.08)
    assert found.correlation > 0.75 and found.note.startswith("casme2 lies at")


def test_noise_has_no_place():
    noise = np.random.default_rng(0).normal(size=(60, 2, 28, 28)).astype(np.float32)
    found = register(noise)
    assert found.box == MEGC_BOX and found.correlation < 0.6
    assert "cannot be told" in found.note and "set --crop" in found.note


def test_few_clips_are_placed_by_default(flow):
    found = register(flow[:5, :, 14:42, 14:42])
    assert found.box == MEGC_BOX and "5 clips, too few" in found.note


def test_cutting_and_placing_are_inverse_inside_the_box(flow):
    box = CropBox(0.25, 0.25, 0.75, 0.75)
    back = placed(cut(flow[0], box, 28)[None], [box], 56)[0]
    np.testing.assert_allclose(back[:, 15:41, 15:41], flow[0, :, 15:41, 15:41], atol=0.05)
    np.testing.assert_allclose(back[:, 28, 0], back[:, 28, 13], atol=1e-6)  # the edge is repeated


@pytest.mark.parametrize("text", ["0.2,0.3", "a,b,c,d", "0.5,0.5,0.6,0.6", "-3,0,1,1"])
def test_a_box_without_meaning_is_refused(text):
    with pytest.raises(ConfigError, match=r"0\.2,0\.26,0\.8,0\.86"):
        CropBox.parse(text)


def test_a_box_is_read_from_the_command_line():
    assert CropBox.parse("0.2,0.26,0.8,0.86") == MEGC_BOX
