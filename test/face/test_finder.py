"""Faces of every size, in pictures of every size, and what is no face."""

import cv2
import numpy as np
import pytest
import skimage.data

from benchmarks.portraits import hang, portrait, wall
from mer_ros.face import FaceFinder, pose
from mer_ros.face.geometry import interocular_px
from mer_ros.face.search import search_parts


@pytest.fixture(scope="module")
def finder():
    finder = FaceFinder(max_faces=4)
    yield finder
    finder.close()


def search(finder, image, turns=40):
    """Follow the faces of a still picture for some turns."""
    faces = []
    for turn in range(turns):
        faces = finder.find(image, faces, turn)
    return sorted(faces, key=lambda face: face[:, 0].mean())


def error(face, truth):
    """Mean distance of the landmarks from the true ones, interocular distances."""
    return np.linalg.norm(face[:, :2] - truth, axis=1).mean() / interocular_px(truth)


@pytest.mark.parametrize("head", ["photograph", "parametric"])
@pytest.mark.parametrize(("width", "height"), [(640, 480), (1280, 720), (1920, 1080)])
def test_a_face_of_40_px_is_found_in_every_picture_within_one_round(finder, width, height, head):
    picture, image = portrait(40.0, head), wall(width, height)
    side = max(picture.image.shape)
    truth = hang(image, picture, width - side - 40, height - side - 40)
    for turn in range(len(search_parts((width, height), 40.0))):
        if faces := finder.find(image, [], turn):
            break
    assert len(faces) == 1 and error(faces[0], truth) < 0.08


def test_faces_of_very_different_size_are_all_found_and_no_more(finder):
    """A face on a screen behind the person is a face like any other."""
    image, truth = wall(1920, 1080), []
    for eyes_px, x, y in ((300.0, 60, 60), (40.0, 1200, 100), (42.0, 1500, 800), (80.0, 1600, 300)):
        truth.append(hang(image, portrait(eyes_px, "parametric"), x, y))
    faces = search(finder, image)
    assert len(faces) == 4
    truth.sort(key=lambda one: one[:, 0].mean())
    assert max(error(face, true) for face, true in zip(faces, truth, strict=True)) < 0.08


def test_all_faces_that_are_large_enough_are_found_in_the_first_search(finder):
    image = wall(640, 480)
    for x, y in ((0, 0), (320, 0), (0, 240), (320, 240)):
        hang(image, portrait(70.0, seed=x // 320), x, y)
    assert len(finder.find(image, [], 0)) == 4


def test_no_more_than_max_faces_are_found():
    image = wall(1280, 720)
    for x in (60, 500, 900):
        hang(image, portrait(60.0), x, 200)
    finder = FaceFinder(max_faces=2)
    assert len(search(finder, image, 12)) == 2
    finder.close()


def test_a_larger_face_replaces_the_smallest_if_there_is_no_place():
    image = wall(1280, 720)
    truths = [hang(image, portrait(eyes_px), x, 60) for eyes_px, x in ((60.0, 30), (50.0, 300))]
    finder = FaceFinder(max_faces=2)
    known = finder.find(image, truths, 1)
    large = hang(image, portrait(150.0, "parametric"), 650, 100)
    faces = finder.find(image, known, 0)
    finder.close()
    assert [error(face, truth) < 0.08 for face, truth in zip(faces, (large, truths[0]), strict=True)] == [
        True
    ] * 2


def test_a_known_face_is_followed_wherever_it_goes_and_lost_when_it_is_gone(finder):
    """Each frame is shown one turn, in which no tile shows the face, since it moves on."""
    picture = portrait(40.0)
    truth = hang(wall(1920, 1080), picture, 100, 100)
    for step in range(10):
        image = wall(1920, 1080)
        now = hang(image, picture, 100 + 4 * step, 100 + 4 * step)
        (face,) = finder.find(image, [truth], 1)
        assert error(face, now) < 0.1
        truth = face[:, :2]
    assert finder.find(wall(1920, 1080), [face], 1) == []


def test_a_face_that_jumped_is_found_near_its_last_place_at_once(finder):
    picture = portrait(40.0)
    before, after = wall(1920, 1080), wall(1920, 1080)
    known = search_until_found(finder, before, hang(before, picture, 1000, 500))
    truth = hang(after, picture, 1110, 500)
    (face,) = finder.find(after, [known], 1)
    assert error(face, truth) < 0.08


def search_until_found(finder, image, truth):
    """The only face of a picture."""
    (face,) = search(finder, image, 30)
    assert error(face, truth) < 0.08
    return face


def test_the_same_arguments_give_the_same_faces_whatever_came_before(finder):
    image = wall(640, 480)
    hang(image, portrait(50.0), 200, 100)
    first = finder.find(image, [], 3)
    search(finder, wall(1280, 720), 3)
    np.testing.assert_array_equal(finder.find(image, [], 3), first)


def test_a_cat_and_pictures_without_a_face_have_none(finder):
    cat = np.ascontiguousarray(skimage.data.chelsea()[:, :, ::-1])
    pictures = [cat, *(thing[:, :, ::-1].copy() for thing in (skimage.data.coffee(), skimage.data.rocket()))]
    for picture in pictures:
        assert search(finder, picture, 14) == []


@pytest.mark.parametrize("degrees", [-60, 30, 90])
def test_a_rolled_face_is_found_as_it_is(finder, degrees):
    face, truth = rolled(finder, degrees)
    assert error(face, truth) < 0.08
    assert pose.unfit_reason(face, (640, 480), 40.0, 0.6) == ""


@pytest.mark.parametrize("degrees", [150, 180])
def test_fault_82_an_inverted_face_is_turned_and_never_clear(finder, degrees):
    face, truth = rolled(finder, degrees)
    assert error(face, truth) < 0.08
    assert pose.unfit_reason(face, (640, 480), 40.0, 0.6).startswith("turned upside down: 1")


def rolled(finder, degrees):
    """The face found in a turned portrait, and its true landmarks."""
    picture = portrait(70.0, "parametric")
    x, y = picture.landmarks.mean(0)
    turn = cv2.getRotationMatrix2D((float(x), float(y)), -degrees, 1.0)
    turn[:, 2] += (320 - x, 240 - y)
    image = cv2.warpAffine(picture.image, turn, (640, 480), borderValue=(120, 120, 120))
    for number in range(14):
        if faces := finder.find(image, [], number):
            break
    return faces[0], picture.landmarks @ turn[:, :2].T + turn[:, 2]
