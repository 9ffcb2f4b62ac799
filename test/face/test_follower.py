import numpy as np

from mer_ros.face import geometry
from mer_ros.face.follower import FaceFollower

MS = 1_000_000


def face(x, y, interocular=50.0):
    points = np.full((468, 3), (x, y, 0), np.float32)
    points[geometry.RIGHT_EYE_OUTER, 0] -= interocular / 2
    points[geometry.LEFT_EYE_OUTER, 0] += interocular / 2
    return points


def test_no_face_gives_no_track():
    follower = FaceFollower()
    follower.update([], 0)
    assert follower.tracks == {}


def test_ids_stay_with_their_faces_when_the_order_of_detection_changes():
    follower = FaceFollower()
    follower.update([face(100, 100), face(400, 100)], 0)
    left = next(t.id for t in follower.tracks.values() if t.landmarks[0, 0] == 100)
    follower.update([face(395, 101), face(104, 100)], 40 * MS)
    assert follower.tracks[left].landmarks[0, 0] == 104
    assert len(follower.tracks) == 2


def test_a_short_loss_keeps_the_id_and_a_long_one_ends_it():
    follower = FaceFollower(retention_s=0.4)
    follower.update([face(100, 100)], 0)
    follower.update([], 200 * MS)
    follower.update([face(105, 100)], 400 * MS)
    assert list(follower.tracks) == ["face_1"]
    follower.update([], 900 * MS)
    assert follower.tracks == {}
    follower.update([face(105, 100)], 940 * MS)
    assert list(follower.tracks) == ["face_2"], "an id is never used again"


def test_a_jump_across_the_picture_is_another_face():
    follower = FaceFollower()
    follower.update([face(100, 100)], 0)
    follower.update([face(400, 300)], 40 * MS)
    assert set(follower.tracks) == {"face_1", "face_2"}


def test_fault_35_of_many_faces_the_largest_are_followed():
    follower = FaceFollower(max_faces=2)
    follower.update([face(100, 100, 30), face(300, 100, 60), face(500, 100, 50)], 0)
    assert sorted(t.landmarks[0, 0] for t in follower.tracks.values()) == [300, 500]


def test_fault_39_churn_leaves_nothing_behind():
    follower = FaceFollower()
    for i in range(500):
        follower.update([face(100 + 200 * (i % 2), 100)], i * 1000 * MS)
    assert len(follower.tracks) == 1
