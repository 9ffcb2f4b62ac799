import cv2
import numpy as np
import pytest

from mer_ros.errors import InputError
from mer_ros.face import geometry
from mer_ros.spotting.baselines import align
from mer_ros.types import Frame

MS = 1_000_000


def landmarks_at(x, y, interocular=60.0):
    points = np.full((468, 3), (x, y, 0), np.float32)
    points[geometry.RIGHT_EYE_OUTER, 0] -= interocular / 2
    points[geometry.LEFT_EYE_OUTER, 0] += interocular / 2
    points[10, 1] -= 60  # so that the face has a height
    return points


def image_with_disc(x, y):
    """(240, 320, 3) with a disc on the face's middle."""
    image = np.zeros((240, 320, 3), np.uint8)
    cv2.circle(image, (round(x * 16), round(y * 16)), 5 * 16, (255, 255, 255), -1, cv2.LINE_AA, shift=4)
    return image


def middle(crop):
    """(x, y) centre of the light in a crop."""
    y, x = np.indices(crop.shape)
    light = crop.astype(float)
    return np.array([(x * light).sum(), (y * light).sum()]) / light.sum()


class Mesh:
    """Replaces FaceMesh: it returns the face at scripted positions, with jitter."""

    def __init__(self, positions, jitter=0.0):
        self.positions, self.jitter, self.rng = iter(positions), jitter, np.random.default_rng(1)

    def __call__(self, _image):
        position = next(self.positions)
        return [] if position is None else [landmarks_at(*(position + self.rng.normal(0, self.jitter, 2)))]


def frames(positions, period_ms=10):
    return [Frame(image_with_disc(*p), i * period_ms * MS) for i, p in enumerate(positions)]


def test_crops_are_grey_in_order_and_follow_a_swaying_head_without_lag_or_jitter():
    seconds = np.arange(300) * 0.01
    path = np.stack([160 + 6 * np.sin(2 * np.pi * 0.3 * seconds), np.full(300, 120.0)], axis=1)
    aligned = align(frames(path), Mesh(path[::2], jitter=0.5), window_s=0.5)
    assert aligned.crops.shape == (300, 128, 128) and aligned.crops.dtype == np.uint8
    np.testing.assert_array_equal(aligned.stamps_ns, np.arange(300) * 10 * MS)
    where = np.array([middle(crop) for crop in aligned.crops])[30:-30]
    assert np.abs(where - (63.5, geometry.EYE_LINE_Y * 128)).max() < 1.2
    assert np.abs(np.diff(where, axis=0)).mean() < 0.1, (
        "px from frame to frame; alone, landmarks jitter by 0.5"
    )


def test_a_head_that_stands_still_has_the_same_crop_again_and_again():
    path = np.full((80, 2), (160.0, 120.0))
    aligned = align(frames(path), Mesh(path))
    assert (aligned.crops == aligned.crops[0]).all()


def test_frames_without_a_face_near_are_left_out():
    path = np.full((200, 2), (160.0, 120.0))
    found = [None if 50 <= i < 120 else p for i, p in enumerate(path)]
    aligned = align(frames(path), Mesh(found), window_s=0.2, detection_interval_s=0.0)
    kept = aligned.stamps_ns // (10 * MS)
    assert list(kept) == [*range(59), *range(111, 200)]


def test_of_two_faces_the_larger_is_taken():
    path = np.full((60, 2), (160.0, 120.0))
    both = align(frames(path), lambda _: [landmarks_at(40, 40, 30), landmarks_at(160, 120)])
    alone = align(frames(path), lambda _: [landmarks_at(160, 120)])
    np.testing.assert_array_equal(both.crops, alone.crops)


def test_frames_are_taken_one_by_one_and_not_kept():
    """At most half a window of frames is read before the first crop is computed."""
    alive, most = [], 0

    def stream():
        nonlocal most
        import gc
        import weakref

        for i in range(400):
            frame = Frame(image_with_disc(160, 120), i * 10 * MS)
            alive.append(weakref.ref(frame))
            yield frame
            del frame
            if i % 50 == 0:
                gc.collect()
                most = max(most, sum(ref() is not None for ref in alive))

    align(stream(), lambda _: [landmarks_at(160, 120)])
    assert most <= 2


def test_fault_22_and_34_bad_streams_are_refused_in_one_sentence():
    path = np.full((20, 2), (160.0, 120.0))
    with pytest.raises(InputError, match="no frame of the recording shows a face"):
        align(frames(path), lambda _: [])
    with pytest.raises(InputError, match="stamps must increase"):
        align(frames(path)[::-1], Mesh(path))
