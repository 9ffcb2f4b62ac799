from __future__ import annotations

import numpy as np
import pytest
from recorded_faces import FRAMES, expression

from mer_ros.data.frames.measurement import CLIP_FRAMES, MeasurementSettings, measure
from mer_ros.errors import ConfigError, DataError
from mer_ros.face.mesh import FaceMesh

SETTINGS = MeasurementSettings()


@pytest.fixture(scope="module")
def mesh():
    mesh = FaceMesh(max_faces=1, tracking=False)
    yield mesh
    mesh.close()


@pytest.fixture(scope="module")
def whole(mesh):
    return measure(expression(3, 1), 3, mesh, MeasurementSettings(sequences=True))


def test_a_clip_has_crops_flow_and_the_image_of_its_apex(whole):
    assert whole.crops.shape == (FRAMES, 128, 128) and whole.crops.dtype == np.uint8
    assert whole.flow.shape == (2, 128, 128) and whole.flow.dtype == np.float32
    assert whole.apex_image.shape == (128, 128, 3) and whole.apex == 3
    assert whole.sequence.shape == (12, 2, 128, 128)
    assert 0.02 < np.abs(whole.flow).mean() < 3 and np.isfinite(whole.flow).all()


def test_the_same_frames_give_the_same_bytes(whole, mesh):
    again = measure(expression(3, 1), 3, mesh, MeasurementSettings(sequences=True))
    assert np.array_equal(again.flow, whole.flow) and np.array_equal(again.crops, whole.crops)
    assert np.array_equal(again.sequence, whole.sequence)


def test_an_unknown_apex_is_estimated_where_the_face_moves_most(mesh):
    frames = expression(3, 1)
    still, moved = frames[0], frames[3]
    for place in (2, 4):
        clip = [still] * place + [moved] + [still] * (6 - place)
        assert measure(clip, None, mesh, SETTINGS).apex == place


def test_the_estimated_apex_does_not_depend_on_what_else_is_measured(mesh):
    """Also where the flow of the whole face would give another one, as in one of these clips."""
    both = MeasurementSettings(sequences=True)
    for seed in range(4):
        frames = expression(seed, 1)
        found = [measure(frames, None, mesh, settings) for settings in (SETTINGS, both)]
        assert found[0].apex == found[1].apex and np.array_equal(found[0].flow, found[1].flow)


def test_a_tightly_cropped_clip_shows_the_movement_of_the_whole_one(whole, mesh):
    cropped = measure(expression(3, 1, tight=True), 3, mesh, SETTINGS)
    outside = (cropped.flow == 0).all(0)
    assert 0.2 < outside.mean() < 0.7
    agreement = np.corrcoef(cropped.flow[:, ~outside].ravel(), whole.flow[:, ~outside].ravel())[0, 1]
    assert agreement > 0.7


def test_padding_never_moves(mesh):
    """Neither in the crops nor in the flow, though edge pixels of each frame differ."""
    cropped = measure(expression(3, 1, tight=True), 3, mesh, MeasurementSettings(sequences=True))
    outside = (cropped.flow == 0).all(0)
    assert outside[:20].all()  # above the brows
    assert (cropped.crops[:, outside] == cropped.crops[:1, outside]).all()
    assert (cropped.sequence[:, :, outside] == 0).all()
    assert (cropped.crops[:, ~outside] != cropped.crops[:1, ~outside]).any()


def test_a_shifted_head_leaves_no_flow(mesh):
    """The whole picture moves by three pixels; registration removes it."""
    still = expression(3, 1)[0]
    moved = np.roll(still, (3, 2), axis=(0, 1))
    clip = measure([still, np.roll(still, (1, 1), axis=(0, 1)), moved], 2, mesh, SETTINGS)
    assert np.abs(clip.flow[:, 30:110, 30:98]).mean() < 0.1


@pytest.mark.parametrize("name", ["farneback", "tvl1"])
def test_another_algorithm_measures_the_same_movement(whole, mesh, name):
    other = measure(expression(3, 1), 3, mesh, MeasurementSettings(flow=name))
    window = np.s_[:, 30:115, 24:104]
    assert not np.array_equal(other.flow, whole.flow)
    assert np.corrcoef(other.flow[window].ravel(), whole.flow[window].ravel())[0, 1] > 0.5


def test_an_unknown_algorithm_is_refused(mesh):
    with pytest.raises(ConfigError, match="No flow algorithm is named 'lucas'"):
        measure(expression(3, 1), 3, mesh, MeasurementSettings(flow="lucas"))


def test_a_long_clip_keeps_as_many_crops_as_an_event(mesh):
    frames = [expression(3, 1)[i % 2] for i in range(50)]
    clip = measure(frames, 33, mesh, SETTINGS)
    assert len(clip.crops) <= CLIP_FRAMES and clip.apex == 33


def test_a_clip_without_face_is_refused(mesh):
    noise = np.random.default_rng(0).integers(0, 256, (3, 120, 160, 3), np.uint8)
    with pytest.raises(DataError, match="no face in the frames of 160x120 pixels"):
        measure(list(noise), 1, mesh, SETTINGS)


def test_a_face_that_jumps_is_detected_again(mesh):
    still = expression(3, 1)[0]
    clip = measure([still, still, np.roll(still, 40, axis=0)], 2, mesh, SETTINGS)
    assert clip.restarts == 1
    assert np.abs(clip.flow[:, 40:110, 30:98]).mean() < 0.5  # the jump itself is no movement of the face
    assert measure([still, still], 1, mesh, SETTINGS).restarts == 0


def test_a_face_that_disappears_is_refused(mesh):
    still = expression(3, 1)[0]
    with pytest.raises(DataError, match="the face is lost in frame 2 of 2"):
        measure([still, np.zeros_like(still)], 1, mesh, SETTINGS)
