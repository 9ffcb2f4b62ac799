"""Probabilities of action units, by the shipped reader and by one with weights set by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import InputError
from mer_ros.explanation.action_unit_file import shipped_reader
from mer_ros.explanation.action_units import ActionUnitReader, Logistic
from mer_ros.face import canonical_mesh, facs, geometry
from mer_ros.face.facs import UNITS
from mer_ros.face.interpolation import dense_weights, pixel_grid
from mer_ros.motion.normalisation import mirror_flow


def one_side(unit: str, side: str) -> np.ndarray:
    """(2, 128, 128) flow of one side of a unit on the canonical face, peak 1 px."""
    mesh = canonical_mesh.load().canonical
    crop = geometry.crop_from_image(mesh.astype(np.float32)).astype(np.float64)
    moved = facs.displacement(unit)["RL".index(side)][:, :2] @ crop[:, :2].T
    grid = pixel_grid(geometry.CROP_SIZE, geometry.CROP_SIZE, 1.0)
    weights = dense_weights(mesh[:, :2] @ crop[:, :2].T + crop[:, 2], grid)
    field = (weights @ moved).T.reshape(2, geometry.CROP_SIZE, geometry.CROP_SIZE)
    return (field / np.linalg.norm(field, axis=0).max()).astype(np.float32)


@pytest.fixture(scope="module")
def reader() -> ActionUnitReader:
    return shipped_reader()


def most_probable(reader, flow) -> str:
    return UNITS[int(reader.read(flow).unit.argmax())]


@pytest.mark.parametrize("unit", ["AU1", "AU4", "AU12", "AU15", "AU17", "AU20", "AU26"])
@pytest.mark.parametrize("amplitude", [0.3, 3.0])
def test_a_clear_movement_of_one_unit_is_that_unit(reader, template, unit, amplitude):
    flow = amplitude * template(unit)
    assert most_probable(reader, flow) == unit
    assert reader.read(flow).unit[UNITS.index(unit)] > 0.5


@pytest.mark.parametrize("unit", ["AU1", "AU4", "AU12", "AU15", "AU20"])
@pytest.mark.parametrize("side", ["R", "L"])
def test_a_movement_of_one_side_is_on_that_side(reader, template, unit, side):
    k, found = UNITS.index(unit), reader.read(one_side(unit, side))
    own, other = (found.right, found.left) if side == "R" else (found.left, found.right)
    assert own[k] > 0.5 > other[k]
    both = reader.read(template(unit))
    assert both.right[k] > 0.5 and both.left[k] > 0.5


def test_the_mirror_image_exchanges_the_sides(reader, template):
    flow = one_side("AU12", "R") + 0.5 * template("AU4")
    found, mirrored = reader.read(flow), reader.read(mirror_flow(flow))
    np.testing.assert_allclose(found.right, mirrored.left, atol=1e-4)
    np.testing.assert_allclose(found.left, mirrored.right, atol=1e-4)
    np.testing.assert_allclose(found.unit, mirrored.unit, atol=1e-4)


def test_a_shift_and_a_gain_of_the_whole_flow_change_nothing(reader, template):
    flow = template("AU12")
    moved = 2 * flow + np.array([0.7, -0.4], np.float32)[:, None, None]
    np.testing.assert_allclose(reader.read(flow).unit, reader.read(moved).unit, atol=1e-3)


def test_a_unit_is_at_least_as_probable_as_a_side_and_at_most_as_both_together(reader):
    noise = np.random.default_rng(0).normal(size=(50, 3, 28, 28)).astype(np.float32)
    found = reader.probabilities(noise)
    assert (found.unit >= np.maximum(found.right, found.left)).all()
    assert (found.unit <= found.right + found.left + 1e-6).all()


@pytest.mark.parametrize("amplitude", [0.0, 0.005])
def test_less_movement_than_the_floor_shows_no_unit(reader, template, amplitude):
    flow = amplitude * template("AU12") + 1
    assert not np.any(reader.read(flow))


def test_a_flow_that_is_not_finite_is_refused(reader):
    with pytest.raises(InputError, match="finite"):
        reader.read(np.full((2, 128, 128), np.nan, np.float32))


def test_the_larger_score_gives_the_unit_and_the_difference_the_side():
    weight = np.zeros((1, 3, 8, 8), np.float32)
    weight[0, 1, 4, 2] = -1  # upward movement at one pixel of the right side
    moved, one_sided = (Logistic(*np.float32([[scale], [offset]])) for scale, offset in ((2, -1), (3, -1)))
    reader = ActionUnitReader(("AU1",), weight, np.array([0.5], np.float32), moved, one_sided)
    sample = np.zeros((1, 3, 8, 8), np.float32)
    sample[0, 1, 4, 5] = -1  # its mirror image
    assert reader.scores(sample).tolist() == [[[0.5, 1.5]]]
    unit, right, left = (float(values[0, 0]) for values in reader.probabilities(sample))
    assert unit == pytest.approx(1 / (1 + np.exp(-2)))  # 2 * 1.5 - 1
    assert right == pytest.approx(unit * (1 - 1 / (1 + np.exp(-2))))  # not if only the left moved, 3 * 1 - 1
    assert left == pytest.approx(unit * (1 - 1 / (1 + np.exp(4))))
