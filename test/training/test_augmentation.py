"""The augmentation varies the flow before it is normalised."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.data.crop_geometry import CropBox, placed
from mer_ros.motion.normalisation import face_window
from mer_ros.recognition.clip_normalisation import normalised
from mer_ros.training.augmentation import FRAME, NONE, Augmentation, augmented


def some_flow(n=4, size=32, seed=0):
    import cv2

    noise = np.random.default_rng(seed).normal(size=(n, 2, 8, 8)).astype(np.float32)
    return torch.from_numpy(np.stack([[cv2.resize(c, (size, size)) for c in one] for one in noise]))


def vary(flow, seed=0, size=32, **settings):
    how = Augmentation(**{**NONE.__dict__, **settings})
    return augmented(flow, how, size, torch.Generator().manual_seed(seed))


def test_without_any_range_a_sample_stays_as_it_is():
    flow = some_flow()
    assert NONE.changes_nothing and not Augmentation().changes_nothing
    np.testing.assert_allclose(vary(flow), normalised(flow), atol=1e-3)


def test_the_same_draws_give_the_same_samples_and_others_do_not():
    flow = some_flow()
    how = Augmentation()
    first, again, other = (augmented(flow, how, 24, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(first, again) and not torch.allclose(first, other)
    assert first.shape == (4, 3, 24, 24) and first.isfinite().all()


def test_a_face_twice_as_large_moves_at_the_same_place_and_its_vectors_grow():
    ticks = torch.linspace(-1, 1, 64)
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    spot = torch.exp(-(x**2 + (y - 0.11) ** 2) / 0.02)  # at the face's centre
    flow = torch.stack([spot, torch.zeros_like(spot)])[None]
    from mer_ros.training.augmentation import _Draws, _moved

    draw = _Draws(1, torch.Generator().manual_seed(0))
    seen = _moved(flow, torch.tensor([2.0]), draw, Augmentation(**{**NONE.__dict__, "lift": 0.0}))
    at = np.unravel_index(int(seen[0, 0].argmax()), (64, 64))
    assert abs(at[0] - 35) <= 1 and abs(at[1] - 31.5) <= 1
    assert seen[0, 0].max().item() == pytest.approx(2.0, rel=0.05)
    assert int((seen[0, 0] > 1).sum()) == pytest.approx(4 * int((flow[0, 0] > 0.5).sum()), rel=0.2)


def test_a_turned_face_turns_its_vectors():
    flow = torch.zeros(64, 2, 32, 32)
    flow[:, 0] = 1.0  # everything moves to the right
    from mer_ros.training.augmentation import _Draws, _moved

    draw = _Draws(64, torch.Generator().manual_seed(0))
    how = Augmentation(**{**NONE.__dict__, "roll_rad": 0.3})
    seen = _moved(flow, torch.ones(64), draw, how)[:, :, 16, 16]
    torch.testing.assert_close(seen.norm(dim=1), torch.ones(64))
    assert seen[:, 1].std().item() == pytest.approx(0.29, abs=0.08)


def small_images(flow):
    """(N, 2, 28, 28): flow as an area mean, without the loss of 256 levels."""
    return torch.nn.functional.interpolate(flow, size=(28, 28), mode="area").numpy()


def test_images_lose_the_fine_detail_and_get_a_frame():
    flow = some_flow(3, 56, 1)
    still = {"pictures": 1.0, "picture_zoom": (1.0, 1.0), "picture_ratio": 0.0, "registered": 0.0}
    seen = vary(flow, size=56, **still)
    inside = torch.from_numpy(face_window(56).copy())
    own, theirs = normalised(flow)[:, 0, inside], seen[:, 0, inside]
    assert not torch.allclose(own, theirs, atol=0.1)
    low, high = (1 - FRAME) / 2, (1 + FRAME) / 2
    framed = placed(small_images(flow), [CropBox(low, low, high, high)] * 3, 56)
    expected = normalised(torch.from_numpy(framed))
    torch.testing.assert_close(theirs, expected[:, 0, inside], atol=0.1, rtol=0.1)


def test_registered_images_are_placed_where_they_belong():
    """A face enlarged twice and registered moves at its own place, as coarsely as the image shows it."""
    flow = torch.zeros(1, 2, 56, 56)
    flow[:, 1, 26:36, 22:34] = 1.0
    still = {"pictures": 1.0, "picture_zoom": (2.0, 2.0), "picture_ratio": 0.0, "registered": 1.0}
    seen = vary(flow, size=56, **still)[0, 1]
    at = (seen > 0.5 * seen.max()).nonzero().float().mean(0)
    assert at.tolist() == pytest.approx([30.5, 27.5], abs=1.5)


@pytest.mark.parametrize("name", ["residue", "noise", "shift", "aspect", "roll_rad"])
def test_each_range_changes_samples(name):
    flow = some_flow()
    assert not torch.allclose(vary(flow, **{name: 0.3}), normalised(flow), atol=1e-2)
