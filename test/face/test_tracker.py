import numpy as np
import pytest

from mer_ros.face.tracker import MultiFaceTracker

MS = 1_000_000
INTERVAL = 40 * MS


def face(x, y, width=80.0):
    """(468, 3) landmarks that fill a box of width by 1.25 width centred on (x, y)."""
    grid = np.linspace(-0.5, 0.5, 18)
    across, down = np.meshgrid(grid, np.linspace(-0.625, 0.625, 26))
    flat = np.stack([across.ravel() * width + x, down.ravel() * width + y, np.zeros(468)], axis=1)
    return flat.astype(np.float32)


def x_of(track):
    return float(track.landmarks[:, 0].mean())


def xs_of(tracker):
    return sorted(round(x_of(track)) for track in tracker.tracks.values())


def test_no_face_gives_no_track():
    tracker = MultiFaceTracker()
    tracker.update([], 0)
    assert tracker.tracks == {} and tracker.n_not_followed == 0


def test_if_no_face_is_tracked_new_faces_are_tracked_at_once():
    tracker = MultiFaceTracker()
    tracker.update([face(100, 100), face(400, 100)], 0)
    assert list(tracker.tracks) == ["face_1", "face_2"]


def test_ids_stay_with_their_faces_when_the_order_of_detection_changes():
    tracker = MultiFaceTracker()
    tracker.update([face(100, 100), face(400, 100)], 0)
    left = next(t.id for t in tracker.tracks.values() if round(x_of(t)) == 100)
    tracker.update([face(395, 101), face(104, 100)], INTERVAL)
    assert round(x_of(tracker.tracks[left])) == 104
    assert len(tracker.tracks) == 2


def test_a_short_loss_keeps_the_id_and_a_long_one_ends_it():
    tracker = MultiFaceTracker(retention_s=0.4)
    tracker.update([face(100, 100)], 0)
    tracker.update([], 200 * MS)
    tracker.update([face(105, 100)], 400 * MS)
    assert list(tracker.tracks) == ["face_1"]
    tracker.update([], 900 * MS)
    assert tracker.tracks == {}
    tracker.update([face(105, 100)], 940 * MS)
    assert list(tracker.tracks) == ["face_2"], "an id is never used again"


def test_a_jump_across_the_image_is_another_face_followed_after_three_detections():
    tracker = MultiFaceTracker(min_detections=3)
    tracker.update([face(100, 100)], 0)
    for step in (1, 2):
        tracker.update([face(400, 300)], step * INTERVAL)
        assert list(tracker.tracks) == ["face_1"] and tracker.n_not_followed == 1
    tracker.update([face(400, 300)], 3 * INTERVAL)
    assert list(tracker.tracks) == ["face_1", "face_2"] and tracker.n_not_followed == 0


def test_what_is_not_found_in_a_row_is_never_followed():
    tracker = MultiFaceTracker(min_detections=3)
    for step in range(50):
        ghost = [] if step % 3 == 0 else [face(400, 300)]
        tracker.update([face(100, 100), *ghost], step * INTERVAL)
    assert list(tracker.tracks) == ["face_1"]


def test_a_face_of_quite_another_size_in_its_place_is_another_one():
    tracker = MultiFaceTracker(min_detections=1)
    tracker.update([face(100, 100, 80)], 0)
    tracker.update([face(100, 100, 140)], INTERVAL)
    assert list(tracker.tracks) == ["face_1", "face_2"]


def test_one_face_found_twice_is_one_face():
    tracker = MultiFaceTracker(min_detections=1)
    for step in range(5):
        tracker.update([face(100, 100), face(106, 103, 78)], step * INTERVAL)
    assert list(tracker.tracks) == ["face_1"]


def test_a_stray_face_does_not_push_the_others_on():
    """The right face is hidden, a false one appears on the left; shifting all by one would pair more."""
    tracker = MultiFaceTracker(min_detections=3)
    tracker.update([face(100, 100), face(145, 100)], 0)
    tracker.update([face(102, 100), face(60, 100)], INTERVAL)
    assert xs_of(tracker) == [102, 145] and tracker.n_not_followed == 1
    assert round(x_of(tracker.tracks["face_1"])) == 102


def test_fault_35_of_many_faces_the_largest_are_followed_whatever_their_order():
    faces = [face(100, 100, 50), face(300, 100, 90), face(500, 100, 80), face(700, 100, 50)]
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]):
        tracker = MultiFaceTracker(max_faces=3)
        tracker.update([faces[i] for i in order], 0)
        assert xs_of(tracker) == [100, 300, 500], "of the two small ones the left one"
        assert tracker.n_not_followed == 1


def test_at_the_cap_only_a_clearly_larger_face_takes_a_place():
    tracker = MultiFaceTracker(max_faces=1)
    for step in range(10):
        tracker.update([face(100, 100, 80), face(400, 100, 88)], step * INTERVAL)
        tracker.update([face(100, 100, 80), face(400, 100, 72)], step * INTERVAL + INTERVAL // 2)
    assert xs_of(tracker) == [400], "the largest when it began"
    assert list(tracker.tracks) == ["face_1"]
    for step in range(10, 14):
        tracker.update([face(100, 100, 120), face(400, 100, 80)], step * INTERVAL)
    assert xs_of(tracker) == [100] and list(tracker.tracks) == ["face_2"]


@pytest.mark.parametrize("speeds", [(200, -200), (350, -120), (300, 40), (90, -60)], ids=str)
@pytest.mark.parametrize("hidden_ms", [0, 300])
def test_ids_survive_a_crossing_with_one_face_hidden_and_detections_missing(speeds, hidden_ms):
    """Two faces of equal size cross; the rear one is hidden around the moment of crossing."""
    meet_s = 1.0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        phase_ms = int(rng.integers(0, 40))
        tracker = MultiFaceTracker(retention_s=0.4)
        ids = None
        for stamp_ms in range(phase_ms, 2000, 40):
            seconds = stamp_ms * 1e-3 - meet_s
            shown = []
            for who, speed in enumerate(speeds):
                is_hidden = who == 1 and abs(seconds) * 1000 < hidden_ms / 2
                if not is_hidden and (ids is None or rng.random() > 0.15):
                    x, y = 320 + speed * seconds, 240 + 4 * who
                    shown.append((who, face(*(rng.normal((x, y), 0.7)), 100 * rng.normal(1, 0.01))))
            rng.shuffle(shown)
            tracker.update([landmarks for _, landmarks in shown], stamp_ms * MS)
            of = {id(track.landmarks): track.id for track in tracker.tracks.values()}
            named = {who: of.get(id(landmarks)) for who, landmarks in shown}
            if ids is None:
                ids = named
            elif abs(seconds) * max(abs(speeds[0] - speeds[1]), 1) > 40:  # nearer, they are one to any eye
                assert all(ids[who] == name for who, name in named.items()), (seed, stamp_ms)
        assert set(tracker.tracks) == set(ids.values()), seed


def test_fault_39_ten_thousand_births_leave_nothing_behind():
    tracker = MultiFaceTracker(max_faces=3, min_detections=1)
    for i in range(10_000):
        tracker.update([face(100 + 211 * (i % 9), 100), face(70, 400 + 210 * (i % 7))], i * 200 * MS)
        assert len(tracker.tracks) <= 3 and tracker.n_not_followed <= 2
    tracker.update([], 10_010 * 200 * MS)
    assert tracker.tracks == {} and tracker.n_not_followed == 0
    tracker.update([face(100, 100)], 10_011 * 200 * MS)
    (last,) = tracker.tracks
    assert int(last.removeprefix("face_")) > 10_000


def test_steady_are_faces_that_are_all_found_again_and_keep_their_place():
    tracker = MultiFaceTracker(min_detections=3)
    assert not tracker.is_steady(0.1), "no face is tracked"
    for step in range(6):
        tracker.update([face(100, 100), face(400, 100)], step * INTERVAL)
        assert tracker.is_steady(0.1) == (step >= 3)
    tracker.update([face(100, 100), face(400, 100), face(250, 300)], 6 * INTERVAL)
    assert not tracker.is_steady(0.1), "a face is waiting to be tracked"
    tracker.update([face(100, 100), face(400, 100)], 7 * INTERVAL)
    assert tracker.is_steady(0.1)
    tracker.update([face(100, 100)], 8 * INTERVAL)
    assert not tracker.is_steady(0.1), "one was not found"


def test_a_face_beyond_the_cap_does_not_keep_the_others_unsteady():
    tracker = MultiFaceTracker(max_faces=1, min_detections=3)
    steady = []
    for step in range(8):
        tracker.update([face(100, 100), face(400, 100, 70)], step * INTERVAL)
        steady.append(tracker.is_steady(0.1))
    assert tracker.n_not_followed == 1 and not steady[0] and all(steady[4:])


def test_a_face_that_crosses_the_image_is_not_steady():
    tracker = MultiFaceTracker()
    for step in range(8):
        tracker.update([face(100 + 20 * step, 100)], step * INTERVAL)
    assert list(tracker.tracks) == ["face_1"] and not tracker.is_steady(0.1)


def test_faces_that_are_not_followed_yet_are_candidates():
    tracker = MultiFaceTracker(min_detections=3)
    tracker.update([face(100, 100)], 0)
    assert tracker.expected_candidates(INTERVAL) == []
    tracker.update([face(100, 100), face(400, 300)], INTERVAL)
    (candidate,) = tracker.expected_candidates(2 * INTERVAL)
    np.testing.assert_array_equal(candidate, face(400, 300))


class Looks:
    """Appearances: the width of a face in whole pixels is the person; ``lost`` are ids by person."""

    def __init__(self, **lost):
        self.ids, self.lost = {}, lost

    def unlikeness(self, id_, one):
        return float(self.ids[id_] != person_of(one))

    def returned(self, one):
        return self.lost.get(f"w{person_of(one)}", "")


def person_of(track):
    return round(float(np.ptp(track.landmarks[:, 0])))


def test_fault_92_where_two_faces_meet_the_appearance_decides():
    """Both turn back where they meet, against the prediction."""
    tracker, looks = MultiFaceTracker(), Looks()
    for step in range(21):
        x = 30 + 4 * abs(step - 10)
        tracker.update([face(300 - x, 100, 80), face(300 + x, 100, 84)], step * INTERVAL, looks)
        if step == 0:
            looks.ids = {track.id: person_of(track) for track in tracker.tracks.values()}
    assert {id_: person_of(track) for id_, track in tracker.tracks.items()} == looks.ids


def test_fault_92_a_known_person_has_the_id_again_and_an_unclear_one_waits():
    tracker, looks = MultiFaceTracker(), Looks(w80="face_9", w60=None)
    tracker.update([face(100, 100, 80), face(400, 100, 60)], 0, looks)
    assert list(tracker.tracks) == ["face_9"] and tracker.n_not_followed == 1


def test_fault_92_another_person_at_the_same_place_has_another_id():
    tracker, looks = MultiFaceTracker(), Looks()
    tracker.update([face(100, 100)], 0)
    tracker.rename(["face_1"], looks)
    assert list(tracker.tracks) == ["face_2"] and not tracker.is_beside("face_2")
    tracker.update([face(100, 100), face(190, 100)], INTERVAL)
    for step in (2, 3):
        tracker.update([face(100, 100), face(190, 100)], step * INTERVAL)
    assert tracker.is_beside("face_2") and tracker.is_beside("face_3")


def test_fault_92_two_people_who_swap_places_at_a_cut_swap_ids():
    tracker = MultiFaceTracker()
    tracker.update([face(100, 100, 80), face(300, 100, 60)], 0)
    for step in (1, 2, 3):
        tracker.update([face(100, 100, 80), face(300, 100, 60)], step * INTERVAL)
    assert {id_: person_of(track) for id_, track in tracker.tracks.items()} == {"face_1": 80, "face_2": 60}
    tracker.update([face(100, 100, 60), face(300, 100, 80)], 4 * INTERVAL)
    tracker.rename(list(tracker.tracks), Looks(w60="face_2", w80="face_1"))
    assert {id_: person_of(track) for id_, track in tracker.tracks.items()} == {"face_1": 80, "face_2": 60}


def test_fault_92_two_faces_of_one_detection_never_share_an_id():
    """Two that look alike, as a person and a picture of that person on a screen."""
    tracker = MultiFaceTracker()
    for step in range(4):
        tracker.update(
            [face(100, 100, 80), face(300, 100, 60)], step * INTERVAL, Looks(w80="face_9", w60="face_9")
        )
    assert len(tracker.tracks) == 2 and "face_9" in tracker.tracks


def test_a_lowered_maximum_leaves_the_smallest_faces_and_a_raised_one_takes_them_again():
    faces = [face(100, 100, 60), face(400, 100, 90), face(700, 100, 75)]
    tracker = MultiFaceTracker()
    tracker.update(faces, 0)
    ids = {round(x_of(track)): id_ for id_, track in tracker.tracks.items()}
    tracker.max_faces = 1
    for step in range(1, 5):
        tracker.update(faces, step * INTERVAL)
        assert list(tracker.tracks) == [ids[400]]
    assert tracker.n_not_followed == 2
    tracker.max_faces = 3
    tracker.update(faces, 5 * INTERVAL)
    assert xs_of(tracker) == [100, 400, 700] and ids[400] in tracker.tracks
