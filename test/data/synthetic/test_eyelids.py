"""Eyelids on a drawn eye: what they cover, and which skin they stretch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.data.synthetic import STILL, synthetic_clip
from mer_ros.data.synthetic.eyelids import Eyelids
from mer_ros.data.synthetic.lid_margins import LOWER, UPPER
from mer_ros.face.interpolation import pixel_grid

# Two eyes 40 px wide and 20 px high, their corners at y = 200; 100 px between the outer corners.
LEFT_X = {"R": 100.0, "L": 160.0}
CORNER_Y, UPPER_Y, LOWER_Y, PX = 200.0, 190.0, 210.0, 100.0
# Of the middle of the right eye: the skin from y = 178 (0.12 x PX above) to 190.4 (the lashes, 0.004 x PX)
# is stretched; a closed lid reaches 1.2 times the gap of 19.6 px further, to 213.92.
TOP_Y, MARGIN_Y, CLOSED_Y = 178.0, 190.4, 213.92
HEIGHT, WIDTH = 260, 300


@pytest.fixture(scope="module")
def lids() -> Eyelids:
    landmarks = np.zeros((468, 2))
    for side, left in LEFT_X.items():
        for margin, y in ((UPPER, UPPER_Y), (LOWER, LOWER_Y)):
            landmarks[list(margin[side]), 0] = np.linspace(left, left + 40, 9)
            landmarks[list(margin[side]), 1] = [CORNER_Y, *[y] * 7, CORNER_Y]
    return Eyelids.of_landmarks(landmarks, PX)


def laid_over(lids: Eyelids, closure: float) -> tuple[np.ndarray, np.ndarray]:
    """Source positions (H, W, 2) and cover (H, W) of both eyes in a frame; where no lid is, unchanged."""
    position = pixel_grid(WIDTH, HEIGHT).reshape(HEIGHT, WIDTH, 2).astype(np.float32)
    source, cover = position.copy(), np.zeros((HEIGHT, WIDTH), np.float32)
    for part, skin, share in lids.skin(position, closure, (0, 0)):
        more = share[..., 0] > cover[part]
        source[part][more], cover[part][more] = skin[more], share[..., 0][more]
    return source, cover


def test_each_eye_has_its_own_part_of_the_region(lids: Eyelids) -> None:
    position = np.zeros((100, 200, 2), np.float32)
    right, left = (part for part, _, _ in lids.skin(position, 0.0, (70, 160)))
    assert right == (slice(10, 70), slice(10, 90))  # y 170 to 230, x 80 to 160: 20 px round the eye
    assert left == (slice(10, 70), slice(70, 150))


def test_open_lids_leave_the_skin_where_it_is(lids: Eyelids) -> None:
    source, cover = laid_over(lids, 0.0)
    position = pixel_grid(WIDTH, HEIGHT).reshape(HEIGHT, WIDTH, 2)
    whole = cover == 1
    assert whole.any()
    np.testing.assert_allclose(source[whole], position[whole], atol=1e-3)
    assert cover[192:230, 110:131].max() == 0  # the eyeball is not covered


@pytest.mark.parametrize(
    ("closure", "y", "covered"),
    [
        (0.0, 190, 0.9),  # the edge at 190.4 is a pixel wide
        (0.0, 191, 0.0),
        (0.5, 202, 0.66),  # the edge at 190.4 + 0.5 x 23.52 = 202.16
        (0.5, 203, 0.0),
        (1.0, 178, 0.0),
        (1.0, 179, 1.0),
        (1.0, 210, 1.0),
        (1.0, 213, 1.0),
        (1.0, 214, 0.42),
        (1.0, 215, 0.0),
    ],
)
def test_the_lid_covers_the_eye_from_above(lids: Eyelids, closure: float, y: int, covered: float) -> None:
    assert laid_over(lids, closure)[1][y, 120] == pytest.approx(covered, abs=1e-3)


@pytest.mark.parametrize("y", [180, 190, 200, 213])
def test_the_skin_above_is_stretched_evenly_to_the_edge(lids: Eyelids, y: int) -> None:
    source = laid_over(lids, 1.0)[0][y, 120]
    share = (y - TOP_Y) / (CLOSED_Y - TOP_Y)
    np.testing.assert_allclose(source, [120, TOP_Y + share * (MARGIN_Y - TOP_Y)], atol=1e-3)


@pytest.mark.parametrize("x", [85, 100, 140, 159])
def test_beside_the_eye_nothing_is_stretched(lids: Eyelids, x: int) -> None:
    source, cover = laid_over(lids, 1.0)
    column = cover[:, x] > 0
    np.testing.assert_allclose(source[column, x, 1], np.flatnonzero(column), atol=1e-3)


def test_a_blink_of_a_clip_covers_the_eyeballs() -> None:
    clip = synthetic_clip(seed=1, conditions=replace(STILL, blinks=20))
    blink = clip.timeline.nuisances.blinks[0]
    shut = clip.render(round((blink.start_s + blink.duration_s / 3) * clip.fps))
    before = clip.render(int((blink.start_s - 0.005) * clip.fps))
    changed = np.abs(shut.astype(int) - before).max(axis=2) > 12
    rows, columns = np.nonzero(changed)
    eyes = clip.true_landmarks(0)[[33, 133, 362, 263, 159, 145]]
    assert changed.sum() > 150
    assert columns.min() > eyes[:, 0].min() - 6 and columns.max() < eyes[:, 0].max() + 6
    assert rows.min() > eyes[:, 1].min() - 20 and rows.max() < eyes[:, 1].max() + 8
